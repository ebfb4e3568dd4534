#!/usr/bin/env python3
"""What records mean together, derived twice from the same exported records: by the node (record.state) and
by tests/vectors/derived.py, which was written from SPEC.md alone. The world is some hundred records of all
kinds by authors of the test's own, with equal times, edits made apart, changed stances, links that dangle or
do not count. KITH_SEED=N is another world. A second node holds the same in another order and must say the
same."""
import base64
import json
import os
import random
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "vectors")]
from derived import Held  # noqa: E402
from kith_e2e import main  # noqa: E402
from signing import Author, envelope  # noqa: E402

SEED = int(os.environ.get("KITH_SEED", "2"))
COUNT = 400
START = 1777000000000
KIND = {"label": 21, "profile": 64, "practice": 65, "initiative": 66, "exchange": 67, "ask": 68,
        "statement": 69, "stance": 70, "evaluation": 71, "plan": 72, "action": 73, "pact": 74,
        "introduction": 75}
WEIGHT = {"stance": 40, "exchange": 12, "practice": 9, "ask": 8, "statement": 8, "pact": 5,
          "introduction": 6, "evaluation": 7, "profile": 3, "plan": 2, "action": 2, "label": 1, "initiative": 1}
REVISES, REPLIES_TO, ANSWERS, EVALUATES, ABOUT, TRANSLATES, CO_SIGNS, INTRODUCES = 1, 5, 6, 7, 8, 9, 10, 11
SUPPORT, OBJECT, ABSTAIN, BLOCK, FROM_LATER = 1, 2, 3, 4, 9


# ---- a world -------------------------------------------------------------------------------------

class Maker:
    """Writes records at random: mostly links that suit their kinds, now and then any."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.authors = [Author(bytes([seed % 251, i]) * 16) for i in range(7)]
        self.made = []  # (kind, author, id)
        self.edited = {}  # kind: pairs of a version and one that revises it
        self.envelopes = []

    def sometimes(self, share):
        return self.chance.random() < share

    def author(self):
        return self.chance.choice(self.authors)

    def target(self, *kinds, author=None):
        """Something made before: of these kinds and this author if there is one, in one of eight anything."""
        suits = [m for m in self.made
                 if (not kinds or m[0] in kinds) and (author is None or m[1] is author)]
        if self.sometimes(0.12) or not suits:
            suits = self.made
        if not suits or self.sometimes(0.04):
            return None, None, self.chance.randbytes(32)  # it dangles
        return self.chance.choice(suits[:12] if self.sometimes(0.5) else suits)

    def publish(self, kind, author, said, links, notes, lang):
        links = list(dict.fromkeys(links))
        created = START + self.chance.randrange(150) * 1000
        identity, whole = envelope(author, KIND[kind], said, created, links, notes, lang,
                                   self.chance.randbytes(16))
        self.made.append((kind, author, identity))
        for type_, target in links:
            if type_ == REVISES:
                self.edited.setdefault(kind, []).append((identity, target))
        self.envelopes.append(whole)

    def one(self):
        kind = self.chance.choices(list(WEIGHT), WEIGHT.values())[0]
        author, lang = self.author(), self.chance.choice(("en", "en", "en", "el", "de", "EN", "de-AT"))
        common = [] if kind == "stance" and self.sometimes(0.8) else [(1, f"Title {len(self.made)}")]
        if self.sometimes(0.3):
            common.append((9, self.chance.choice((1, 2, 2, 7))))
        links, notes, more = getattr(self, kind, lambda _: ([], [], []))(author)
        if kind != "stance" or self.sometimes(0.1):
            self.edit(kind, author, links, notes)
        self.publish(kind, author, [(1, common)] + more, links, notes, lang)
        self.react(kind, self.made[-1][2], links, more)

    def edit(self, kind, author, links, notes):
        """Links that any kind may have."""
        while self.sometimes(0.3):
            links.append((REVISES, self.target(kind, author=author)[2]))
        while self.sometimes(0.22):
            links.append((TRANSLATES, self.target(kind)[2]))
        if self.edited.get(kind) and self.sometimes(0.1):
            links += [(TRANSLATES, version) for version in self.chance.choice(self.edited[kind])]
        links[:] = dict.fromkeys(links)
        notes += [[(1, i), (6, self.chance.choice((1, 2, 3, 8)))]
                  for i, (type_, _) in enumerate(links) if type_ == TRANSLATES]
        if self.sometimes(0.1):
            links += [(type_, self.target()[2]) for type_ in (REPLIES_TO, INTRODUCES)]

    def react(self, kind, made, links, said):
        """Those whom it concerns often say something to it, and sometimes change their minds."""
        by_id = {m[2]: m[1] for m in self.made}
        by_key = {a.key: a for a in self.authors}
        for type_, target in links:
            if type_ == ANSWERS and kind != "stance" and target in by_id and self.sometimes(0.6):
                self.take(by_id[target], ABOUT, made, SUPPORT, SUPPORT, SUPPORT, OBJECT)
        if kind == "introduction":
            for person in (value for field, value in said if field in (2, 3)):
                if self.sometimes(0.8):
                    self.take(by_key[person], ANSWERS, made, SUPPORT, SUPPORT, SUPPORT, ABSTAIN)
        if kind == "pact":
            for person in (value for field, value in said if field == 2 and value in by_key):
                if self.sometimes(0.6):
                    self.take(by_key[person], CO_SIGNS, made, SUPPORT)

    def take(self, author, type_, made, *positions):
        position = self.chance.choice(positions)
        reason = [] if type_ == ANSWERS else [(3, f"Because {position}")]
        self.publish("stance", author, [(2, position)] + reason, [(type_, made)], [], "en")
        if self.sometimes(0.3):
            self.take(author, type_, made, *positions)

    # each: (links, notes, fields beside the common ones)

    def stance(self, author):
        way = self.chance.choice((ABOUT, ABOUT, CO_SIGNS, ANSWERS))
        if way == ANSWERS:
            asked = [m for m in self.made if m[0] == "introduction"]
            target = self.chance.choice(asked[:6]) if asked and self.sometimes(0.8) else self.target()
            return [(ANSWERS, target[2])], [], [(2, self.chance.choice((SUPPORT, SUPPORT, ABSTAIN)))]
        if way == CO_SIGNS:
            return [(CO_SIGNS, self.target("pact", "statement", "plan")[2])], [], [(2, SUPPORT)]
        position = self.chance.choice((SUPPORT, SUPPORT, SUPPORT, OBJECT, ABSTAIN, BLOCK, FROM_LATER))
        return [(ABOUT, self.target("exchange", "statement", "practice", "pact")[2])], [], \
            [(2, position), (3, f"Because {position}")]

    def exchange(self, author):
        links = [(ANSWERS, self.target("exchange")[2])] if self.sometimes(0.7) else []
        return links, [], [(2, self.chance.choice((1, 2, 3, 1, 2, 7))), (3, "A room")]

    def ask(self, author):
        asked = self.chance.sample(self.authors, self.chance.choice((0, 1, 2, 3)))
        return [], [], [(2, 2)] + [(3, a.key) for a in asked]

    def statement(self, author):
        links = [(ANSWERS, self.target("ask")[2]) for _ in range(self.chance.choice((0, 1, 1, 2)))]
        return links, [], [(2, 1), (3, "Words")]

    def evaluation(self, author):
        evaluated = self.target("evaluation")
        fields = [(2, [(3, 1), (5, "well")]) for _ in range(self.chance.choice((1, 2, 3)))]
        if self.sometimes(0.5):
            fields.append((2, [(1, self.chance.randrange(3)), (2, "https://example.org/d")]))
        return [(EVALUATES, evaluated[2])], [], fields

    def pact(self, author):
        parties = self.chance.sample(self.authors, self.chance.choice((2, 3, 4)))
        fields = [(2, p.key) for p in parties] + [(3, [(1, "we"), (2, "do it")])]
        if self.sometimes(0.5):
            return [], [], fields + [(4, 2), (5, self.chance.randrange(len(parties)) + 1)]
        return [], [], fields + [(4, self.chance.choice((1, 1, 6)))]

    def introduction(self, author):
        a, b = self.chance.sample([x for x in self.authors if x is not author], 2)
        return [(INTRODUCES, self.target("profile")[2])], [], [(2, a.key), (3, b.key), (4, "Both cook")]

    def profile(self, author):
        return [], [], [(2, 1)]

    def action(self, author):
        return [], [], [(2, 1)]

    def label(self, author):
        return [(ABOUT, self.target()[2])], [], [(2, "old"), (3, "It moved")]


# ---- the same in the form of record.state ------------------------------------------------------------

def true_only(**flags):
    return {name: value for name, value in flags.items() if value}


def expected(held, record):
    versions = held.versions(record)
    state = {"id": record["id"], "versions": len(versions),
             "heads": [{"id": v["id"], "created": v["created"]} for v in held.heads(record)],
             **true_only(superseded=held.superseded(record), stances=stances(held, record),
                         signatures=signatures(held, record),
                         translation_of=translation_of(held, record),
                         translations=[translation(held, t, v) for t, v in held.translations(record)])}
    if record["kind"] == "pact":
        state["pact"] = pact(held, record)
    if record["kind"] == "introduction":
        state["introduction"] = {"state": held.introduction(record)}
    if record["kind"] == "ask":
        state["answers"] = answers(held, record)
    if record["kind"] == "exchange":
        names = ("answer", "answered", "giver", "receiver", "since")
        found = [dict(zip(names, (a["id"], b["id"], *rest))) for a, b, *rest in held.agreements(record)]
        state["agreements"] = found
    return state


def stances(held, record):
    found = held.stances(record)
    many = {p: sum(s["body"]["position"] == p for s in found) for p in ("support", "object", "abstain", "block")}
    listed = [{"id": s["id"], "author": s["author"], "created": s["created"],
               **{name: s["body"][name] for name in ("position", "reason") if name in s["body"]}} for s in found]
    return {**true_only(contested=held.contested(found), **many), "list": listed} if found else None


def signatures(held, record):
    found = held.signers(record)
    we = record["body"].get("voice") == "we"
    listed = [{"author": a, "id": s["id"], "signed": s["created"]} for a, s in found.items()]
    flags = true_only(we=we, proposed=we and len(found) == 1)
    return {**flags, "list": listed} if we or len(found) > 1 else None


def translation_of(held, record):
    """By its last such link that counts."""
    found = [held.all[link["target"]] for link in record["links"]
             if link["type"] == "translates" and link["target"] in held.all]
    found = [source for source in found if held.counts(record, "translates", source)]
    return translation(held, record, found[-1]) if found else None


def translation(held, found, source):
    method = [link["method"] for link in found["links"]
              if (link["type"], link["target"]) == ("translates", source["id"])][0]
    return {"id": found["id"], "source": source["id"], "author": found["author"], "lang": found["lang"],
            **true_only(method=method, stale=held.superseded(source), replaced=held.superseded(found),
                        accepted=held.accepted_translation(found, source))}


def pact(held, record):
    state, signed, needed, since = held.pact(record)
    parties = [{"author": a, **({"signed": signed[a]["created"]} if a in signed else {})}
               for a in record["body"]["parties"]]
    return {"state": state, "signed": len(signed), "needed": needed, "parties": parties,
            **true_only(active_since=since)}


def answers(held, record):
    found = held.answers(record)
    since = min((at for *_, at in found if at), default=None)
    listed = [{"id": a["id"], "author": a["author"], "kind": a["kind"], "created": a["created"],
               **true_only(counts=bool(at), accepted=bool(accepted), by_addressee=asked,
                           by_asker=a["author"] == record["author"])} for a, asked, accepted, at in found]
    return {"answered": bool(since), "list": listed, **true_only(since=since)}


# ---- comparing -----------------------------------------------------------------------------------

def in_order(state):
    """Lists whose order is not told are sorted."""
    for name in ("heads", "translations", "agreements"):
        state.get(name, []).sort(key=lambda entry: json.dumps(entry, sort_keys=True))
    return state


def agree(city, held):
    wrong = []
    for record in held.all.values():
        said, mine = in_order(city.call("record.state", id=record["id"])), in_order(expected(held, record))
        wrong += [f"{record['kind']} {record['id']}: {name}\n  {city.name} {said.get(name)}\n  spec {mine.get(name)}"
                  for name in sorted({*said, *mine}) if said.get(name) != mine.get(name)]
    assert not wrong, f"{len(wrong)} differ\n" + "\n".join(wrong[:5])


def happened(held):
    """How often each thing happens in this world: what never does was not compared."""
    every = list(held.all.values())
    of = {kind: [r for r in every if r["kind"] == kind] for kind in KIND}
    links = [(r, link["type"], held.all.get(link["target"])) for r in every for link in r["links"]]
    answered = [(ask, *a) for ask in of["ask"] for a in held.answers(ask)]
    found = [(t, v) for r in every for t, v in held.translations(r)]
    return {
        "a link dangles": sum(not target for _, _, target in links),
        "a link does not count": sum(bool(t) and not held.counts(r, type_, t) for r, type_, t in links),
        "equal times": len(every) - len({r["created"] for r in every}),
        "two heads": sum(len(held.heads(r)) > 1 for r in every),
        "superseded": sum(held.superseded(r) for r in every),
        "contested": sum(held.contested(held.stances(r)) for r in every),
        "a mind changed": sum(len(held.linked("about", r)) > len(held.stances(r)) for r in every),
        "we are shared": sum(r["body"].get("voice") == "we" and len(held.signers(r)) > 1 for r in every),
        **{f"pact {state}": sum(held.pact(r)[0] == state for r in of["pact"]) for state in ("active", "proposed")},
        **{f"introduction {state}": sum(held.introduction(r) == state for r in of["introduction"])
           for state in ("proposed", "accepted", "declined")},
        "an addressee answers": sum(bool(asked) for _, _, asked, _, _ in answered),
        "an answer is accepted": sum(bool(accepted) for *_, accepted, _ in answered),
        "an own answer": sum(a["author"] == ask["author"] for ask, a, *_ in answered),
        "an answer does not count": sum(not since for *_, since in answered),
        "agreements": sum(len(held.agreements(r)) for r in of["exchange"]),
        "two versions translated": sum(t["id"] == u["id"] for r in every if held.superseded(r)
                                       for t, v in held.translations(r) for u, w in held.translations(r) if v != w),
        "stale": sum(held.superseded(v) for _, v in found),
        "replaced": sum(held.superseded(t) for t, _ in found),
    }


def test_state_is_what_the_specification_says(world):
    maker = Maker(SEED)
    while len(maker.made) < COUNT:
        maker.one()
    texts = [base64.b64encode(whole).decode() for whole in maker.envelopes]
    maker.chance.shuffle(texts)
    first = world.city("kavala").start()
    for start in range(0, len(texts), 200):
        first.call("record.publish", envelopes=texts[start:start + 200])
    lines = first.cli("export").stdout
    held = Held(json.loads(line) for line in lines.splitlines())
    assert set(held.all) >= {made[2].hex() for made in maker.made}
    counts = happened(held)
    print(f"# seed {SEED}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    assert all(counts.values()) or "KITH_SEED" in os.environ, "this world lacks something"
    agree(first, held)
    second = world.city("gdansk").start()
    done = second.cli("import", "-", stdin=None, input=lines)
    assert done.returncode == 0, done.stderr
    agree(second, held)


if __name__ == "__main__":
    main(test_state_is_what_the_specification_says)
