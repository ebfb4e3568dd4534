#!/usr/bin/env python3
"""Two reconcile-stdio processes with 100,000 items each, 1 % apart, for three frame limits: they learn
the truth, within the limit, and a second run prints the same bytes. Also what bad input gets."""
import hashlib
import os
import random
import subprocess
import sys

TOOL = os.path.join(os.environ.get("BUILD", "build"), "tests", "reconcile-stdio")
N, APART = 100_000, 500  # each side has 500 items that the other lacks: together 1 %
LIMITS = (0, 4096, 60000)


def make_sides():
    """Two blocks of lines, and the sets of ids that only one side has."""
    rng = random.Random("kith reconcile-stdio")
    items = [(rng.randrange(2**41), rng.randbytes(32).hex()) for _ in range(N + APART)]
    a, b = items[:N], items[APART:]
    rng.shuffle(b)
    text = lambda side: "".join(f"item,{t},{id}\n" for t, id in side) + "seal\n"
    return text(a), text(b), {i for _, i in items[:APART]}, {i for _, i in items[N:]}


def start(text, limit):
    env = dict(os.environ, FRAMESIZELIMIT=str(limit))
    process = subprocess.Popen([TOOL], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               env=env)
    process.stdin.write(text)
    return process


def say(process, line):
    process.stdin.write(line)
    process.stdin.flush()


def converse(text_a, text_b, limit):
    """Returns (all lines that a printed, all that b printed)."""
    a, b = start(text_a, limit), start(text_b, limit)
    lines_a, lines_b = [], []
    say(a, "initiate\n")
    while True:
        line = a.stdout.readline()
        lines_a.append(line)
        if line.startswith(("have,", "need,")):
            continue
        if not line.startswith("msg,"):
            break
        say(b, line)
        lines_b.append(b.stdout.readline())
        say(a, lines_b[-1])
    for process in (a, b):
        process.stdin.close()
        rest = process.stdout.read()
        process.stdout.close()
        if process.wait() != 0 or rest:
            raise AssertionError(f"status {process.returncode}, left over: {rest[:80]!r}")
    return lines_a, lines_b


def check_run(sides, limit):
    text_a, text_b, only_a, only_b = sides
    lines_a, lines_b = converse(text_a, text_b, limit)
    have = [line[5:-1] for line in lines_a if line.startswith("have,")]
    need = [line[5:-1] for line in lines_a if line.startswith("need,")]
    assert lines_a[-1] == "done\n", f"ended with {lines_a[-1]!r}"
    assert len(have) == len(only_a) and set(have) == only_a, "have is not the truth"
    assert len(need) == len(only_b) and set(need) == only_b, "need is not the truth"
    sizes = [len(line) // 2 - 2 for line in lines_a + lines_b if line.startswith("msg,")]
    assert not limit or max(sizes) <= limit, f"a message of {max(sizes)} bytes"
    again = converse(text_a, text_b, limit)
    assert again == (lines_a, lines_b), "a second run printed other bytes"
    digest = hashlib.sha256("".join(lines_a + lines_b).encode()).hexdigest()[:16]
    return f"limit {limit}: {len(lines_b)} round trips, {sum(sizes)} bytes, output {digest}"


ID = "ab" * 32
BAD = [  # (what, FRAMESIZELIMIT, input, line, word of the message)
    ("an unknown word", "0", "itme,1,00\n", 1, "seal"),
    ("an item without an id", "0", "item,1\n", 1, "item,<timestamp>,<id>"),
    ("a timestamp that is no number", "0", f"item,x,{ID}\n", 1, "timestamp"),
    ("a negative timestamp", "0", f"item,-1,{ID}\n", 1, "timestamp"),
    ("a timestamp beyond 64 bits", "0", f"item,18446744073709551616,{ID}\n", 1, "timestamp"),
    ("the timestamp of infinity", "0", f"item,18446744073709551615,{ID}\n", 1, "infinity"),
    ("an id too short", "0", f"item,1,{ID}\nitem,2,{ID[:-1]}\n", 2, "64 hexadecimal"),
    ("an id too long", "0", f"item,1,{ID}00\n", 1, "64 hexadecimal"),
    ("an item twice", "0", f"item,1,{ID}\nitem,2,{ID}\nitem,1,{ID}\nseal\n", 4, "line 3"),
    ("an item after seal", "0", f"seal\nitem,1,{ID}\n", 2, "after seal"),
    ("a message before seal", "0", "msg,61\n", 1, "before seal"),
    ("seal twice", "0", "seal\nseal\n", 2, "sealed"),
    ("initiate twice", "0", "seal\ninitiate\ninitiate\n", 3, "initiated"),
    ("a message that is not hexadecimal", "0", "seal\nmsg,6x\n", 2, "msg"),
    ("half a byte", "0", "seal\nmsg,610\n", 2, "msg"),
    ("an empty message", "0", "seal\nmsg,\n", 2, "msg"),
    ("a truncated message", "0", "seal\nmsg,6100\n", 2, "msg"),
    ("a limit too small", "4095", "seal\n", 0, "FRAMESIZELIMIT"),
    ("a limit that is no number", "4k", "seal\n", 0, "FRAMESIZELIMIT"),
]


def check_bad(limit, text, line, word):
    env = dict(os.environ, FRAMESIZELIMIT=limit)
    run = subprocess.run([TOOL], input=text, capture_output=True, text=True, env=env)
    assert run.returncode == 1, f"status {run.returncode}"
    assert f"line {line}:" in run.stderr and word in run.stderr, run.stderr.strip()
    return run.stderr.strip()


def main():
    sides = make_sides()
    tests = [(f"two of 100,000, limit {limit}", check_run, (sides, limit)) for limit in LIMITS]
    tests += [(f"bad input: {what}", check_bad, rest) for what, *rest in BAD]
    failed = 0
    for number, (name, check, arguments) in enumerate(tests, 1):
        try:
            found = check(*arguments)
            print(f"ok {number} - {name}\n# {found}")
        except AssertionError as error:
            failed += 1
            print(f"not ok {number} - {name}\n# {error}")
    print(f"1..{len(tests)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
