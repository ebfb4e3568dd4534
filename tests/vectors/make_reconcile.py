#!/usr/bin/env python3
"""Writes protocol/vectors/reconcile/*.txt. The messages come from negentropy.py, not from our C, which
has to say the same (test_reconcile_vectors.c). README there explains the lines."""
import os
import random

from negentropy import FINGERPRINT, IDS, INFINITY, SKIP, Peer, Writer

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../protocol/vectors/reconcile")


def items(rng, n, first, step):
    """n items whose timestamps rise from first by step."""
    return [(first + step * k, rng.randbytes(32)) for k in range(n)]


def sets(a, b, limit):
    lines = [f"set a item,{t},{i.hex()}" for t, i in a] + [f"set b item,{t},{i.hex()}" for t, i in b]
    return lines + [f"limit {limit}"]


def conversation(title, a, b, limit=0):
    """All that two peers say until the initiator, a, is done."""
    peer_a, peer_b = Peer(a, limit), Peer(b, limit)
    lines = [f"# {title}"] + sets(a, b, limit)
    message = peer_a.initiate()
    while message is not None:
        answer = peer_b.respond(message)
        told = len(peer_a.told)
        lines += [f"a> {message.hex()}", f"b> {answer.hex()}"]
        message = peer_a.reconcile(answer)
        lines += [f"{word} {i.hex()}" for word, i in peer_a.told[told:]]
    return lines + ["done"]


def message(*ranges):
    """A message of (bound, mode, payload)."""
    out = Writer()
    for bound, mode, payload in ranges:
        out.head(bound, mode)
        out.data += payload
    return out.data


def answers(rng):
    """Single messages to the responder that no implementation of ours sends by itself."""
    b = items(rng, 50, 100, 10)
    peer = Peer(b)
    wrong, none = b"\xee" * 16, b"\0"
    asked = [
        ("another version is answered with ours", b"\x62\x00\x00\x00"),
        ("a message without ranges", message()),
        ("skips at the end are not answered", message((INFINITY, SKIP, b""))),
        ("an equal fingerprint neither", message((INFINITY, FINGERPRINT, peer.fingerprint(0, 50)))),
        ("skips are merged, and the last one's bound is passed on as it came",
         message(((130, b""), SKIP, b""), ((150, b"\0\0\1"), FINGERPRINT, peer.fingerprint(3, 5)),
                 ((200, b""), IDS, none), (INFINITY, SKIP, b""))),
        ("a fingerprint over 50 items is split", message((INFINITY, FINGERPRINT, wrong))),
        ("one over 31 items is listed", message(((410, b""), FINGERPRINT, wrong))),
        ("a bound below the one before makes an empty range",
         message(((300, b"\x80"), SKIP, b""), ((300, b"\x10"), IDS, none), ((320, b""), IDS, none))),
        ("ranges after infinity are empty",
         message((INFINITY, SKIP, b""), (INFINITY, FINGERPRINT, wrong), (INFINITY, IDS, none))),
        ("infinity may carry a prefix", message(((INFINITY[0], b"ab"), IDS, none))),
    ]
    lines = ["# one message to the responder, and its answer"] + sets([], b, 0)
    for title, query in asked:
        lines += [f"# {title}", f"to-b {query.hex()}", f"b= {peer.respond(query).hex()}"]
    return lines


REFUSED = [
    ("truncated", "", "no version"),
    ("truncated", "6100", "no prefix length"),
    ("truncated", "610000", "no mode"),
    ("truncated", "61000001", "no fingerprint"),
    ("truncated", "61000001" + 15 * "7a", "a byte of the fingerprint missing"),
    ("truncated", "6100000201" + 31 * "7a", "a byte of the id missing"),
    ("truncated", "61000002" + "81ffffffffffffffff7f", "2^64 - 1 ids"),
    ("truncated", "61000002" + "888080808080808000", "2^59 ids: times 32 this is 0 modulo 2^64"),
    ("malformed", "61000003", "mode 3"),
    ("malformed", "610021" + 33 * "7a" + "00", "a prefix of 33 bytes"),
    ("malformed", "6180010000", "a varint with a leading zero"),
    ("malformed", "61" + "8180808080808080808000" + "0000", "a varint of eleven groups"),
    ("malformed", "61" + "82808080808080808000" + "0000", "a varint of 2^64"),
    ("malformed", "61040000" + "81ffffffffffffffff7f" + "0000", "timestamps beyond 2^64 - 1"),
    ("malformed", "61000000" + "020000", "a timestamp after infinity"),
]


def refused(rng):
    lines = ["# messages that both roles refuse, with the class of the error"]
    lines += sets(items(rng, 3, 1, 1), items(rng, 40, 1, 1), 0)
    for name, query, title in REFUSED:
        lines += [f"# {title}", f"refused {name} {query}".rstrip()]
    return lines


def cases():
    """Yields (file name, text)."""
    rng = random.Random("kith reconcile vectors")
    common = items(rng, 40, 1700000000000, 977)
    extra = items(rng, 40, 1700000000500, 977)
    stem = rng.randbytes(30)
    close = [(7, stem + bytes([k // 9, 7 * k])) for k in range(36)]
    many = items(rng, 160, 1000, 10)
    more = items(rng, 16, 1005, 100)  # one in each bucket of `many`; but not in the eleventh, for a skip
    ends = [(t, rng.randbytes(32)) for t in (0, 0, 1, 2**32, 2**63, 2**64 - 2, 2**64 - 2)]
    yield from ((name + ".txt", "\n".join(lines) + "\n") for name, lines in (
        ("empty", conversation("two empty sets", [], [])),
        ("initiator-empty", conversation("the initiator has nothing", [], common[:3])),
        ("responder-empty", conversation("the responder has nothing", common[:3], [])),
        ("equal", conversation("two equal sets", common, common)),
        ("split-at-32", conversation("31 items are listed, 32 are split", common[:32], common[:31])),
        ("few-apart", conversation("a few items apart", common + extra[3:5], common + extra[20:21])),
        ("disjoint", conversation("nothing in common", common, extra)),
        ("one-timestamp", conversation("one timestamp, ids alike but for two bytes", close[1:],
                                       close[:30] + close[31:])),
        ("timestamps", conversation("timestamps from 0 to 2^64 - 2", ends[::2], ends[1:])),
        ("limit-list", conversation("a list cut at the frame limit", [], many, 4096)),
        ("limit-closed", conversation("a message closed at the frame limit", many, many + more[:10] + more[11:], 4096)),
        ("answers", answers(rng)),
        ("refused", refused(rng)),
    ))


def main():
    os.makedirs(FOLDER, exist_ok=True)
    for name, text in cases():
        with open(os.path.join(FOLDER, name), "w") as file:
            file.write(text)


if __name__ == "__main__":
    main()
