#!/usr/bin/env python3
"""Hashes and keys that SPEC.md gives as examples, and the audit key of the recorded conversation, worked out
from the specification with hashlib alone. TAP."""
import hashlib
import hmac
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from records import P, labelled
from signing import text_form

SPEC = pathlib.Path("protocol/SPEC.md").read_text(encoding="utf-8")
CONVERSATION = pathlib.Path("protocol/vectors/session/conversation.txt")


def x25519(secret, public):
    """RFC 7748, section 5, without any care for time."""
    k = int.from_bytes(secret, "little") & (2**255 - 8) & (2**255 - 1) | 2**254
    x1 = int.from_bytes(public, "little") & (2**255 - 1)
    x2, z2, x3, z3 = 1, 0, x1, 1
    for bit in range(254, -1, -1):
        if k >> bit & 1:
            x2, x3, z2, z3 = x3, x2, z3, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        x3, z3 = (da + cb) ** 2 % P, x1 * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, (aa - bb) * (aa + 121665 * (aa - bb)) % P
        if k >> bit & 1:
            x2, x3, z2, z3 = x3, x2, z3, z2
    return (x2 * pow(z2, P - 2, P) % P).to_bytes(32, "little")


def hkdf_first(key, material):
    temp = hmac.new(key, material, hashlib.blake2b).digest()
    return hmac.new(temp, b"\x01", hashlib.blake2b).digest()


def said(side, name, lines):
    return bytes.fromhex([line.split()[2] for line in lines if line.startswith(f"{side} {name} ")][0])


def audit_key(lines):
    """From the secrets of one side and the public keys of the other: es, ee, se."""
    static, ephemeral = said("responder", "node-secret", lines), said("responder", "ephemeral-secret", lines)
    theirs, base = said("initiator", "node-public", lines), (9).to_bytes(32, "little")
    their_ephemeral = x25519(said("initiator", "ephemeral-secret", lines), base)
    key = b"Noise_XK_25519_ChaChaPoly_BLAKE2b".ljust(64, b"\0")
    for mine, other in ((static, their_ephemeral), (ephemeral, their_ephemeral), (ephemeral, theirs)):
        key = hkdf_first(key, x25519(mine, other))
    return hkdf_first(key, b"kith/1 audit key")[:32]


def main():
    lines = CONVERSATION.read_text(encoding="ascii").splitlines()
    keyed = hashlib.blake2b(b"\x01" * 32, key=bytes(range(32)), digest_size=32).hexdigest()
    checks = [
        ("the commons", labelled("kith/1 circle", b"commons").hex() in SPEC),
        ("keys as text", all(text_form(name, bytes(32)) in SPEC for name in ("author", "node"))),
        ("the keyed id of the example", keyed in SPEC),
        ("the audit key of the conversation, on both sides",
         [said(side, "audit-key", lines) for side in ("initiator", "responder")] == [audit_key(lines)] * 2),
    ]
    for number, (name, good) in enumerate(checks, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {name}")
    print(f"1..{len(checks)}")
    return not all(good for _, good in checks)


if __name__ == "__main__":
    sys.exit(main())
