"""Envelopes and headers of records, written from SPEC.md section "Record" alone: it shares no line
with the C code. Ed25519 is RFC 8032, section 5.1, without any care for time."""
import hashlib
import re

RECORD_MAX, HEADER_MAX, LINKS_MAX = 65536, 4096, 64
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
LANG = re.compile(
    rb"(?:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    rb"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*"
    rb"(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+)", re.I)


class Refused(Exception):
    pass


def need(holds, why):
    if not holds:
        raise Refused(why)


# ---- wire format ---------------------------------------------------------------------------------

def number(data, at):
    value = 0
    for i in range(10):
        need(at + i < len(data), "cut")
        byte = data[at + i]
        value |= (byte & 127) << 7 * i
        if byte < 128:
            need((byte or not i) and value < 2**64, "number")
            return value, at + i + 1
    raise Refused("number")


def fields(data):
    at, found = 0, []
    while at < len(data):
        tag, at = number(data, at)
        field, wire = tag >> 3, tag & 7
        need(0 < field < 2**29, "field number")
        if wire == 0:
            value, at = number(data, at)
        else:
            need(wire in (1, 2, 5), "wire type")
            size = {1: 8, 5: 4}.get(wire)
            if size is None:
                size, at = number(data, at)
            need(size <= len(data) - at, "cut")
            value, at = data[at:at + size], at + size
        found.append((field, wire, value))
    return found


# ---- Ed25519 -------------------------------------------------------------------------------------

def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def times(n, point):
    total = (0, 1, 1, 0)
    for bit in bin(n)[2:]:
        total = add(total, total)
        if bit == "1":
            total = add(total, point)
    return total


def equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    need(y < P, "point")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and (x or not sign), "point")
    if x & 1 != sign:
        x = P - x
    found = (x, y, 1, x * y % P)
    need(not equal(times(8, found), (0, 1, 1, 0)), "small order")
    return found


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def verify(author, message, signature):
    a, r = point(author), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    need(s < Q, "S")
    k = int.from_bytes(hashlib.sha512(signature[:32] + author + message).digest(), "little") % Q
    need(equal(times(s, BASE), add(r, times(k, a))), "signature")


# ---- records -------------------------------------------------------------------------------------

def labelled(label, data):
    return hashlib.blake2b(label.encode() + b"\0" + data, digest_size=32).digest()


def link(data):
    found, last = {}, 0
    for field, wire, value in fields(data):
        need(field > last or field == last > 2, "order in link")
        last = field
        if field == 1:
            need(wire == 0 and 0 < value < 2**31, "link type")
            found[1] = value
        elif field == 2:
            need(wire == 2 and len(value) == 32, "link target")
            found[2] = value
    need(len(found) == 2, "link incomplete")
    return found[1], found[2]


def header(data):
    found, links, last = {}, [], 0
    ranges = {1: (1, 1), 6: (1, 2**29 - 1), 7: (0, 2**53), 11: (1, RECORD_MAX)}
    for field, wire, value in fields(data):
        need(field > last or field == last and (field == 9 or field > 11), "order")
        last = field
        if field in ranges:
            low, high = ranges[field]
            need(wire == 0 and low <= value <= high, f"field {field}")
        elif field < 12:
            need(wire == 2, f"field {field}")
            need(field in (8, 9) or len(value) == 32, f"length of field {field}")
        if field == 8:
            need(len(value) <= 35 and LANG.fullmatch(value), "lang")
        if field == 9:
            links.append(link(value))
        found[field] = value
    need(all(n in found for n in (1, 2, 3, 6, 7, 8, 10, 11)), "field missing")
    need(len(links) <= LINKS_MAX and len(set(links)) == len(links), "links")
    return found, links


def varint_len(value):
    return max(1, (value.bit_length() + 6) // 7)


def open_record(envelope):
    """The lines that a vector says of this envelope, from `id` to `body`; or Refused."""
    need(len(envelope) <= RECORD_MAX, "envelope too large")
    parts = fields(envelope)
    need([(n, w) for n, w, _ in parts] in ([(1, 2), (2, 2)], [(1, 2), (2, 2), (3, 2)]), "parts")
    head, signature, body = (*(value for _, _, value in parts), None)[:3]
    need(len(head) <= HEADER_MAX and len(signature) == 64 and body != b"", "length of a part")
    found, links = header(head)
    whole = 1 + varint_len(len(head)) + len(head) + 66 + 1 + varint_len(found[11]) + found[11]
    need(whole <= RECORD_MAX, "body_len")
    if body is not None:
        need(len(body) == found[11] and labelled("kith/1 body", body) == found[10], "body")
    identity = labelled("kith/1 record", head)
    verify(found[3], b"kith/1 signature\0" + identity, signature)
    said = [f"id {identity.hex()}", f"circle {found[2].hex()}", f"author {found[3].hex()}"]
    said += [f"on-behalf-of {found[4].hex()}"] if 4 in found else []
    said += [f"delegation {found[5].hex()}"] if 5 in found else []
    said += [f"kind {found[6]}", f"created-ms {found[7]}", f"lang {found[8].decode()}"]
    said += [f"link {type_} target {target.hex()}" for type_, target in links]
    return said + [f"body {'erased' if body is None else len(body)}"]
