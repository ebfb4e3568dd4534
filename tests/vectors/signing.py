"""Makes signed records, from SPEC.md sections "Record" and "Bodies" and kith.proto alone, so that tests can
have authors of their own, with any time and any link. The other direction is records.py."""
import base64
import hashlib

from records import BASE, P, Q, add, labelled

POWERS = [BASE]
while len(POWERS) < 255:
    POWERS.append(add(POWERS[-1], POWERS[-1]))

COMMONS = labelled("kith/1 circle", b"commons")


def times_base(n):
    total = (0, 1, 1, 0)
    for i, power in enumerate(POWERS):
        if n >> i & 1:
            total = add(total, power)
    return total


def packed(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    return ((y * inverse % P) | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def digest(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little")


def text_form(prefix, key):
    check = labelled("kith/1 text", prefix.encode() + key)[:4]
    return prefix + "_" + base64.b32encode(key + check).decode().rstrip("=").lower()


class Author:
    """A seed and what follows from it (RFC 8032, section 5.1.5)."""

    def __init__(self, seed):
        wide = hashlib.sha512(seed).digest()
        self.secret = int.from_bytes(wide[:32], "little") & (2**254 - 8) | 2**254
        self.prefix = wide[32:]
        self.key = packed(times_base(self.secret))
        self.text = text_form("author", self.key)

    def sign(self, message):
        r = digest(self.prefix, message) % Q
        point = packed(times_base(r))
        k = digest(point, self.key, message) % Q
        return point + ((r + k * self.secret) % Q).to_bytes(32, "little")


# ---- protobuf: a message is a list of (field number, value) --------------------------------------

def number(value):
    value &= 2**64 - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def message(fields):
    """int: a number; bytes, str: themselves; list: a message."""
    out = b""
    for field, value in fields:
        if isinstance(value, int):
            out += number(field << 3) + number(value)
        else:
            data = message(value) if isinstance(value, list) else value
            data = data.encode() if isinstance(data, str) else data
            out += number(field << 3 | 2) + number(len(data)) + data
    return out


def envelope(author, kind, said, created_ms, links=(), notes=(), lang="en", salt=bytes(16)):
    """Returns (id, envelope). said: fields of the kind; links: (type, id); notes: fields of LinkNote."""
    body = message([(1, salt), (kind, said)] + [(2, note) for note in notes])
    head = message(
        [(1, 1), (2, COMMONS), (3, author.key), (6, kind), (7, created_ms), (8, lang)]
        + [(9, [(1, type_), (2, target)]) for type_, target in links]
        + [(10, labelled("kith/1 body", body)), (11, len(body))])
    identity = labelled("kith/1 record", head)
    signature = author.sign(b"kith/1 signature\0" + identity)
    return identity, message([(1, head), (2, signature), (3, body)])
