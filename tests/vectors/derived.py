"""What records mean together, written from SPEC.md section "What records mean together" alone: it shares no
line with the C code. It reads records in their JSON form, as `kith export` writes them, and keeps the names
of that form. Limits on how much a derivation keeps are left out."""

OPPOSED = ("object", "block")
GIVES = (("offer", "need"), ("offer", "potential"), ("potential", "need"))


def when(record):
    """Earlier and later: times in the JSON form have equal length, so that they compare as text."""
    return record["created"], bytes.fromhex(record["id"])


class Held:
    """Records that are held, and what follows from them."""

    def __init__(self, records):
        self.all = {record["id"]: record for record in records}
        self.into = {}  # (type, target): the records whose link counts
        self.out = {}  # (source, type): the records at which its links that count end
        for source in self.all.values():
            for link in source["links"]:
                target = self.all.get(link["target"])
                if target and self.counts(source, link["type"], target):
                    self.into.setdefault((link["type"], target["id"]), []).append(source)
                    self.out.setdefault((source["id"], link["type"]), []).append(target)

    # ---- links that count ------------------------------------------------------------------------

    def counts(self, source, type_, target):
        kind, body = source["kind"], source["body"]
        same_kind, same_author = kind == target["kind"], source["author"] == target["author"]
        if type_ == "revises":
            return same_kind and same_author
        if type_ == "translates":
            return same_kind and source["lang"].lower() != target["lang"].lower()
        if type_ == "about" and kind == "stance":
            return target["kind"] != "profile"
        if type_ == "answers" and kind == "stance":
            return target["kind"] == "introduction" and bool(target["body"]) and \
                source["author"] in (target["body"]["a"], target["body"]["b"])
        if type_ == "co-signs":
            return kind == "stance" and not same_author
        if type_ == "evaluates" and kind == "evaluation":
            codes = [c["codes"] for c in body.get("criteria", ()) if "codes" in c]
            if codes:
                return target["kind"] == "evaluation" and bool(target["body"]) and \
                    max(codes) < len(target["body"].get("criteria", ()))
        if type_ == "introduces":
            return kind == "introduction" and target["kind"] == "profile"
        return True

    def linked(self, type_, target):
        return self.into.get((type_, target["id"]), [])

    # ---- versions --------------------------------------------------------------------------------

    def versions(self, record):
        found, todo = {}, [record]
        while todo:
            at = todo.pop()
            if at["id"] not in found:
                found[at["id"]] = at
                todo += self.linked("revises", at) + self.out.get((at["id"], "revises"), [])
        return list(found.values())

    def superseded(self, record):
        return bool(self.linked("revises", record))

    def heads(self, record):
        return [version for version in self.versions(record) if not self.superseded(version)]

    # ---- where people stand ----------------------------------------------------------------------

    def stances(self, record):
        """The latest of each author, earliest first."""
        said = [s for s in self.linked("about", record) if s["kind"] == "stance"]
        latest = {s["author"]: s for s in sorted(said + self.linked("co-signs", record), key=when)}
        return sorted(latest.values(), key=when)

    @staticmethod
    def contested(stances):
        positions = {stance["body"]["position"] for stance in stances}
        return "support" in positions and bool(positions.intersection(OPPOSED))

    def acceptance(self, record, author):
        """The stance by which this author accepts the record, or None."""
        own = [s for s in self.stances(record) if s["author"] == author]
        return own[0] if own and own[0]["body"]["position"] == "support" else None

    def signers(self, record):
        """author: what signs, the author's own first, then the earliest of each."""
        found = {record["author"]: record}
        for stance in sorted(self.linked("co-signs", record), key=when):
            if stance["body"]["position"] == "support":
                found.setdefault(stance["author"], stance)
        return found

    # ---- kinds that have a state -----------------------------------------------------------------

    def pact(self, record):
        """(state, parties that have signed, how many are needed, since when)"""
        body = record["body"]
        signed = {a: s for a, s in self.signers(record).items() if a in body["parties"]}
        needed = len(body["parties"])
        if body["rule"] == "quorum":
            needed = min(needed, body["quorum"])
        times = sorted(s["created"] for s in signed.values())
        active = len(times) >= needed
        return "active" if active else "proposed", signed, needed, times[needed - 1] if active else None

    def introduction(self, record):
        said = []
        for person in (record["body"]["a"], record["body"]["b"]):
            own = [s for s in self.linked("answers", record) if s["kind"] == "stance" and s["author"] == person]
            said.append(max(own, key=when)["body"]["position"] if own else None)
        if "abstain" in said:
            return "declined"
        return "accepted" if said == ["support", "support"] else "proposed"

    def answers(self, ask):
        """[(answer, by an addressee, the stance that accepts it or None, counts since or None)]"""
        found = []
        for answer in sorted(self.linked("answers", ask), key=when):
            asked = answer["author"] in ask["body"].get("addressed_to", ()) and answer["author"] != ask["author"]
            accepted = self.acceptance(answer, ask["author"])
            times = [x["created"] for x in (answer if asked else None, accepted) if x]
            found.append((answer, asked, accepted, min(times, default=None)))
        return found

    def agreements(self, record):
        """[(answer, answered, giver, receiver, since)], of all in which this exchange takes part."""
        pairs = [(answer, record) for answer in self.linked("answers", record)]
        pairs += [(record, answered) for answered in self.out.get((record["id"], "answers"), [])]
        found = []
        for answer, answered in pairs:
            if {answer["kind"], answered["kind"]} != {"exchange"} or answer["author"] == answered["author"]:
                continue
            accepted = self.acceptance(answer, answered["author"])
            for giver, receiver in ((answer, answered), (answered, answer)):
                if accepted and (giver["body"]["direction"], receiver["body"]["direction"]) in GIVES:
                    found.append((answer, answered, giver["author"], receiver["author"], accepted["created"]))
        return found

    # ---- translations ----------------------------------------------------------------------------

    def translations(self, record):
        """[(translation, the version it is of)]"""
        return [(translation, version) for version in self.versions(record)
                for translation in self.linked("translates", version)]

    def accepted_translation(self, translation, source):
        return translation["author"] == source["author"] or bool(self.acceptance(translation, source["author"]))
