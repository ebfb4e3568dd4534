"""Negentropy protocol v1, written plainly from its description and not from our C: a sorted list, sums
taken by looking at every item, no trees. Slow, and meant to be read beside SPEC "Reconciliation"."""
import bisect
import hashlib

VERSION = 0x61
SKIP, FINGERPRINT, IDS = 0, 1, 2
INFINITY = (2**64 - 1, b"")


class Malformed(Exception):
    pass


def varint(n):
    groups = [n & 0x7F]
    while n := n >> 7:
        groups.insert(0, n & 0x7F | 0x80)
    return bytes(groups)


class Reader:
    """A message being read, with the timestamp that the next bound's difference starts from."""

    def __init__(self, data):
        self.data, self.at, self.timestamp = data, 0, 0

    def more(self):
        return self.at < len(self.data)

    def take(self, n):
        if n > len(self.data) - self.at:
            raise Malformed("message ends early")
        self.at += n
        return self.data[self.at - n:self.at]

    def varint(self):
        n = 0
        while True:
            byte = self.take(1)[0]
            n = n << 7 | byte & 0x7F
            if byte < 0x80:
                return n

    def bound(self):
        coded = self.varint()
        self.timestamp = INFINITY[0] if coded == 0 else self.timestamp + coded - 1
        return self.timestamp, self.take(self.varint())


class Writer:
    """A message being written; `copy` and `adopt` let a range be tried and dropped."""

    def __init__(self):
        self.data, self.timestamp = bytes([VERSION]), 0

    def copy(self):
        other = Writer()
        other.data, other.timestamp = self.data, self.timestamp
        return other

    def head(self, bound, mode):
        timestamp, prefix = bound
        self.data += varint(0 if timestamp == INFINITY[0] else timestamp - self.timestamp + 1)
        self.data += varint(len(prefix)) + prefix + varint(mode)
        self.timestamp = timestamp


class Peer:
    def __init__(self, items, limit=0):
        self.items = sorted(items)  # (timestamp, id), in the protocol's own order
        self.limit = limit
        self.told = []  # ("have" or "need", id), as learnt; a limit may make one come twice

    def fingerprint(self, begin, end):
        total = sum(int.from_bytes(i, "little") for _, i in self.items[begin:end]) % 2**256
        summed = total.to_bytes(32, "little") + varint(end - begin)
        return hashlib.sha256(summed).digest()[:16]

    def rank(self, bound):
        return bisect.bisect_left(self.items, (bound[0], bound[1].ljust(32, b"\0")))

    def bound_before(self, index):
        (t0, id0), (t1, id1) = self.items[index - 1], self.items[index]
        if t0 != t1:
            return t1, b""
        shared = next(i for i in range(32) if id0[i] != id1[i])
        return t1, id1[:shared + 1]

    def ids(self, out, bound, begin, end):
        out.head(bound, IDS)
        out.data += varint(end - begin) + b"".join(i for _, i in self.items[begin:end])

    def split(self, out, upper, begin, end):
        n = end - begin
        if n < 32:
            return self.ids(out, upper, begin, end)
        for bucket in range(16):
            cut = begin + n // 16 + (1 if bucket < n % 16 else 0)
            out.head(upper if bucket == 15 else self.bound_before(cut), FINGERPRINT)
            out.data += self.fingerprint(begin, cut)
            begin = cut

    def full(self, out):
        return self.limit and len(out.data) > self.limit - 200

    def initiate(self):
        out = Writer()
        self.split(out, INFINITY, 0, len(self.items))
        return out.data

    def close(self, out, reached, index, skip):
        if skip:
            out.head(reached, SKIP)
        out.head(INFINITY, FINGERPRINT)
        out.data += self.fingerprint(index, len(self.items))
        return out.data

    def respond(self, message):
        return self.work(message, initiator=False)

    def reconcile(self, message):
        """The initiator's answer, or None when it is done; adds to told."""
        answer = self.work(message, initiator=True)
        return answer if len(answer) > 1 else None

    def work(self, message, initiator):
        read, out = Reader(message), Writer()
        if read.take(1)[0] != VERSION:
            if initiator:
                raise Malformed("unknown version")
            return out.data
        reached, index, skip = (0, b""), 0, False
        while read.more():
            upper, mode = read.bound(), read.varint()
            end = max(index, self.rank(upper))
            if mode == FINGERPRINT and read.take(16) != self.fingerprint(index, end):
                tried = out.copy()
                if skip:
                    tried.head(reached, SKIP)
                self.split(tried, upper, index, end)
                if self.full(tried):
                    return self.close(out, reached, index, skip)
                out, skip = tried, False
            elif mode == IDS and initiator:
                self.compare([read.take(32) for _ in range(read.varint())], index, end)
                skip = True
            elif mode == IDS:
                read.take(32 * read.varint())
                upper, end = self.list_own(out, reached, upper, index, end, skip)
                skip = False
                if self.full(out):
                    return self.close(out, upper, end, False)
            elif mode in (SKIP, FINGERPRINT):
                skip = True
            else:
                raise Malformed("unknown mode")
            reached, index = upper, end
        return out.data

    def list_own(self, out, reached, upper, begin, end, skip):
        """The responder's own ids, cut at the first that would begin beyond the limit."""
        before = len(out.data)
        for i in range(begin, end):
            if self.limit and before + 32 * (i - begin) > self.limit - 200:
                upper, end = self.items[i], i
                break
        if skip:
            out.head(reached, SKIP)
        self.ids(out, upper, begin, end)
        return upper, end

    def compare(self, theirs, begin, end):
        ours = [i for _, i in self.items[begin:end]]
        self.told += [("have", i) for i in ours if i not in set(theirs)]
        self.told += [("need", i) for i in dict.fromkeys(theirs) if i not in set(ours)]

    def learnt(self, word):
        """The ids told as `word`, each once, in the order first told."""
        return list(dict.fromkeys(i for w, i in self.told if w == word))
