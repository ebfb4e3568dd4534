#!/usr/bin/env python3
"""Two implementations that share no line, negentropy.py and build/tests/reconcile-stdio, in both roles:
each message of ours must be, byte for byte, the one the other would have written."""
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from make_reconcile import FOLDER, cases
from negentropy import Peer

TOOL = os.path.join(os.environ.get("BUILD", "build"), "tests", "reconcile-stdio")
ROUNDS_MAX = 1000


class Ours:
    """The C implementation behind its pipe."""

    def __init__(self, items, limit):
        env = dict(os.environ, FRAMESIZELIMIT=str(limit))
        self.process = subprocess.Popen([TOOL], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=env)
        shuffled = random.Random(len(items)).sample(items, len(items))
        for timestamp, id in shuffled:
            self.process.stdin.write(f"item,{timestamp},{id.hex()}\n")
        self.process.stdin.write("seal\n")

    def ask(self, line):
        """Sends a line; returns (message or None, have, need)."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        told = {"have": [], "need": []}
        while True:
            word, _, value = self.process.stdout.readline().rstrip("\n").partition(",")
            if word in told:
                told[word].append(bytes.fromhex(value))
            elif word == "msg":
                return bytes.fromhex(value), told["have"], told["need"]
            elif word == "done":
                return None, told["have"], told["need"]
            else:
                raise AssertionError(f"unexpected answer {word!r}")

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait()


def converse(a, b, limit):
    """a initiates, b responds; on both sides both implementations are asked. Returns the rounds."""
    our_a, our_b = Ours(a, limit), Ours(b, limit)
    their_a, their_b = Peer(a, limit), Peer(b, limit)
    have, need, rounds = [], [], 0
    message, _, _ = our_a.ask("initiate")
    assert message == their_a.initiate(), "first messages differ"
    while message is not None:
        rounds += 1
        assert rounds < ROUNDS_MAX, "no end"
        assert not limit or len(message) <= limit, "a message over the limit"
        answer, _, _ = our_b.ask("msg," + message.hex())
        assert answer == their_b.respond(message), f"answers differ in round {rounds}"
        assert not limit or len(answer) <= limit, "an answer over the limit"
        message, more_have, more_need = our_a.ask("msg," + answer.hex())
        assert message == their_a.reconcile(answer), f"messages differ in round {rounds}"
        have += more_have
        need += more_need
    assert have == their_a.learnt("have") and need == their_a.learnt("need"), "have or need differ"
    ids_a, ids_b = {i for _, i in a}, {i for _, i in b}
    assert len(have) == len(set(have)) and set(have) == ids_a - ids_b, "have is not the truth"
    assert len(need) == len(set(need)) and set(need) == ids_b - ids_a, "need is not the truth"
    assert our_a.close() == 0 and our_b.close() == 0, "a status other than 0"
    return rounds


def items(rng, n, span):
    return [(rng.randrange(span), rng.randbytes(32)) for _ in range(n)]


def close_ids(rng, n):
    """One timestamp, ids that share long beginnings: bounds with long prefixes."""
    stem = rng.randbytes(29)
    return [(7, stem + k.to_bytes(3, "big")) for k in rng.sample(range(2**24), n)]


def shapes(rng):
    few, many = items(rng, 20, 10), items(rng, 3000, 2**41)
    yield "both empty", [], []
    yield "only the initiator has any", few, []
    yield "only the responder has any", [], many
    yield "equal", many, many
    yield "disjoint", items(rng, 700, 1000), items(rng, 900, 1000)
    yield "one item apart", many, many[1:]
    yield "one in a hundred apart", many[30:], many[:-30]
    same = items(rng, 1500, 1)
    yield "all at timestamp 0", same[20:], same[:-20]
    near = close_ids(rng, 800)
    yield "ids that share 29 bytes", near[10:], near[:-10]
    wide = items(rng, 500, 2**64 - 1)
    yield "timestamps over all 64 bits", wide[200:], wide[:-100]
    crowd = items(rng, 2000, 40)
    yield "many at each timestamp", crowd[100:], crowd[:-900]


def main():
    number, failed = 0, 0
    for limit in (0, 4096, 5000):
        for name, a, b in shapes(random.Random(limit)):
            number += 1
            try:
                rounds = converse(a, b, limit)
                print(f"ok {number} - limit {limit}: {name}: {rounds} round trips")
            except AssertionError as error:
                failed += 1
                print(f"not ok {number} - limit {limit}: {name}: {error}")
    for name, text in cases():
        number += 1
        with open(os.path.join(FOLDER, name)) as file:
            good = file.read() == text
        failed += not good
        print(f"{'ok' if good else 'not ok'} {number} - {name} is what make_reconcile.py writes")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
