#!/usr/bin/env python3
"""Every kind of record, from the samples of contrib/demo: published as text and as JSON, shown, found by
words, choices and mentions, here and at a partner; and the commands by which people answer each other."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import NOT_FOUND as NOT_HERE, ROOT, ApiError, main, wait_until  # noqa: E402

OK, FAILED, USAGE, NOT_FOUND, REFUSED, UNREACHABLE = range(6)
SAMPLES = os.path.join(ROOT, "contrib", "demo", "samples", "kinds")

# kind: a word of its text, a choice, and what a page of it says
SAID = {
    "profile": ("solidarity", "type=group", ["Kavala, GR", "broker"]),
    "practice": ("medicine", "outcome=worked", ["A social pharmacy", "Part of the town"]),
    "initiative": ("hard", "status=completed", ["residents of Kavala"]),
    "exchange": ("facilitator", "direction=offer", ["reciprocal", "Host one visit", "2030-12-31"]),
    "ask": ("permits", "type=question", ["Who has run", "2030-06-30"]),
    "statement": ("cooks", "intent=lesson", ["lesson: Volunteers stay", "first winter"]),
    "stance": ("pharmacists", "position=object", ["object: Nobody asked", "about"]),
    "evaluation": ("heating", "outcome=mixed", ["greeted by name", "pensioners", "ill"]),
    "plan": ("sixteen", "", ["Ana", "The old mint", "- Two rooms"]),
    "action": ("roof", "state=doing", ["the youth office", "2030-09-01"]),
    "pact": ("programme", "rule=all", ["the families", "Keep a room", "2030-12-31"]),
    "introduction": ("neither", "", ["Both give medicine"]),
    "label": ("hours", "", ["outdated", "The centre moved"]),
    "vocabulary": ("gezondheid", "", ["gezondheid", "health"]),
    "x": ("minutes", "", ["org.example.minutes"]),
}

# kind: what is wrong, and where
BROKEN = {
    "profile": ("Type: group\n", "", "type"),
    "practice": ("Outcome: worked", "Outcome: great", "outcome"),
    "initiative": ("Form: project", "Form: castle", "form"),
    "exchange": ("## In return\nHost one visit of our group.\n", "", "in_return"),
    "ask": (", {b}", ", {a}", "addressed_to[1]"),
    "statement": ("Intent: lesson", "Intent: lesson\nDecision: adopted", "decision"),
    "stance": ("## Reason\nNobody asked the pharmacists of the town.\n", "", "reason"),
    "evaluation": ("Polarity: ill\n", "", "criteria[1].polarity"),
    "plan": ("Fictional: yes", "Fictional: no", "personas[0].fictional"),
    "action": ("State: doing\n", "", "state"),
    "pact": ("Rule: all", "Rule: quorum\nQuorum: 3", "quorum"),
    "introduction": ("B: {b}", "B: {a}", "b "),
    "label": ("Link: about {practice}\n", "", "links"),
    "vocabulary": ("Broader: health", "Broader: wealth", "terms[2].broader"),
    "x": ("Name: org.example.minutes", "Name: minutes", "name"),
}


def good(done):
    assert done.returncode == OK, f"status {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def bad(done, status, *words):
    assert done.returncode == status, f"status {done.returncode}\n{done.stdout}{done.stderr}"
    for word in words:
        assert word in done.stderr, f"{word!r} is not in:\n{done.stderr}"


def sample(kind, named):
    with open(os.path.join(SAMPLES, kind + ".kith"), encoding="utf-8") as file:
        return fill(file.read(), named)


def fill(text, named):
    for name, value in named.items():
        text = text.replace("{" + name + "}", value)
    return text


def author(city):
    return city.call("node.info")["author"]


def two_cities(world):
    here, there = world.city("kavala").start(), world.city("gdansk").start()
    here.partner(there)
    there.partner(here, dial=False)
    return here, there


def publish_all(world, city, named):
    """The id of each kind's sample; the practice first, for others link to it."""
    ids = {}
    for kind in ["practice"] + [k for k in SAID if k != "practice"]:
        path = world.file(kind + ".kith", sample(kind, {**named, "practice": ids.get("practice", "")}))
        good(city.cli("check", path))
        ids[kind] = good(city.cli("publish", path)).strip()
    return ids


def people(world):
    """Keys of two groups that are neither of the cities."""
    return {name: author(world.city(name).start()) for name in "ab"}


def every_kind_is_published_shown_and_found(world):
    here, there = two_cities(world)
    named = people(world)
    ids = publish_all(world, here, named)
    wait_until(lambda: all(there.has(i) for i in ids.values()), "all at the partner's")
    for city in (here, there):
        for kind, (word, choice, words) in SAID.items():
            page = good(city.cli("show", ids[kind]))
            for expected in words + [kind, ids[kind]]:
                assert expected in page, f"{expected!r} is not in:\n{page}"
            assert page.split("\n")[0].strip(), f"no caption:\n{page}"
            wait_until(lambda: ids[kind][:10] in good(city.cli("find", "--kind", kind, word)),
                       f"{kind} found by {word}")
            assert good(city.cli("find", "--kind", kind, word)).split("\t")[3], kind
            if choice:
                assert good(city.cli("find", "--kind", kind, "--where", choice)).count("\n") == 1, kind
        for kind in ("ask", "pact", "introduction"):
            rows = good(city.cli("find", "--mentions", named["b"], "--kind", kind))
            assert rows.startswith(ids[kind][:10]), rows
        rows = good(city.cli("find", "--mentions", named["a"])).splitlines()
        assert len(rows) == 3, rows
        assert not good(city.cli("find", "--mentions", author(there)))
        oldest = good(city.cli("find", "--oldest", "--limit", "1"))
        assert oldest.startswith(ids["practice"][:10]), oldest


def what_is_shown_can_be_published_again(world):
    city = world.city("kavala").start()
    ids = publish_all(world, city, people(world))
    for kind, record_id in ids.items():
        record = city.call("record.get", id=record_id)["record"]
        raw = good(city.cli("show", "--raw", record_id))
        again = good(city.cli("publish", world.file("again.kith", raw))).strip()
        same = city.call("record.get", id=again)["record"]
        assert again != record_id and same["body"] == record["body"], (kind, same["body"])
        draft = {name: record[name] for name in ("kind", "lang", "links", "body")}
        done = city.call("record.publish", record=draft)["records"][0]
        third = city.call("record.get", id=done["id"])["record"]
        assert third["body"] == record["body"] and third["links"] == record["links"], kind
        assert third.get("caption") == record.get("caption"), kind
        assert bool(record.get("caption")) == ("title" not in record["body"]), record


def broken_samples_are_told_why(world):
    city = world.city("kavala").start()
    named = {**people(world), "practice": city.publish()[0]}
    for kind, (right, wrong, field) in BROKEN.items():
        text = sample(kind, {})
        assert right in text, kind
        path = world.file("broken.kith", fill(text.replace(right, wrong, 1), named))
        bad(city.cli("publish", path), REFUSED, "broken.kith", field)
        bad(city.cli("check", path), REFUSED, "broken.kith", field)
    assert city.held() == 1
    try:
        city.call("record.publish", record={"kind": "pact", "body": {"title": "x"}})
        raise AssertionError("a pact of nobody")
    except ApiError as error:
        assert "body.parties" in json.dumps(error.data), error.data


def searches_that_mean_nothing_are_explained(world):
    city = world.city("kavala").start()
    bad(city.cli("find", "--where", "outcome=failed"), USAGE, "where.outcome", "practice, evaluation")
    bad(city.cli("find", "--kind", "practice", "--where", "outcom=failed"), USAGE, "did you mean", "outcome")
    bad(city.cli("find", "--kind", "practice", "--where", "outcome=bad"), USAGE, "worked, mixed, failed")
    bad(city.cli("find", "--where", "outcome"), USAGE, "outcome=failed")
    bad(city.cli("find", "--where", "level=network", "--where", "level=context"), USAGE, "twice")
    bad(city.cli("find", "--mentions", "somebody"), NOT_FOUND, "author_")
    try:
        city.call("record.find", where={"level": 3})
        raise AssertionError("a number as a choice")
    except ApiError as error:
        assert error.data == {"field": "where.level", "rule": "must be text"}, error.data


def pages_go_on_in_either_order(world):
    city = world.city("kavala").start()
    ids = city.publish(25)
    for order in ("oldest", "newest"):
        seen, cursor = [], {}
        while cursor is not None:
            page = city.call("record.find", kind="practice", order=order, limit=7, **cursor)
            seen += [record["id"] for record in page["records"]]
            cursor = {"cursor": page["cursor"]} if "cursor" in page else None
        assert sorted(seen) == sorted(ids), order
        times = [city.call("record.get", id=i)["record"]["created"] for i in seen]
        assert times == sorted(times, reverse=order == "newest"), order


def what_follows_is_shown(world):
    here, there = two_cities(world)
    offer, need = ({"title": t, "direction": d, "what": "w"} for t, d in (("O", "offer"), ("N", "need")))
    offer_id = here.call("record.publish", record={"kind": "exchange", "body": offer})["records"][0]["id"]
    wait_until(lambda: there.has(offer_id), "the offer")
    need_id = good(there.cli("answer", offer_id, "--kind", "exchange", "--set", "title=N", "--set",
                             "direction=need", "--set", "what=w")).strip()
    wait_until(lambda: here.has(need_id), "the need")
    good(here.cli("accept", need_id))
    assert "agreed since" in good(here.cli("show", offer_id))
    good(here.cli("stance", "support", need_id))
    against = good(there.cli("stance", "object", offer_id, "--reason", "Too far away")).strip()
    wait_until(lambda: here.has(against), "the objection")
    good(here.cli("stance", "support", offer_id))
    page = good(here.cli("show", offer_id))
    assert "contested: 1 support, 1 objects" in page and "Too far away" in page, page
    parties = [author(here), author(there)]
    pact = good(here.cli("new", "pact", "--set", "title=P", "--set", f"parties={parties[0]}", "--set",
                         f"parties={parties[1]}", "--set", "rule=all", "--set", "clauses[0].who=we",
                         "--set", "clauses[0].what=dig")).strip()
    page = good(here.cli("show", pact))
    assert "proposed: 1 of 2 signatures" in page and "not signed yet" in page, page
    assert "gdansk author_" in page and "Clauses 1" in page, page
    wait_until(lambda: there.has(pact), "the pact")
    signed = good(there.cli("sign", pact)).strip()
    wait_until(lambda: here.has(signed), "the signature")
    for city in (here, there):
        assert city.call("record.state", id=pact)["pact"]["state"] == "active"
        assert "active since" in good(city.cli("show", pact))
    we = good(here.cli("new", "statement", "--set", "intent=potential", "--set", "text=We can",
                       "--set", "voice=we")).strip()
    assert "proposed: 1 signature" in good(here.cli("show", we))
    ask = good(here.cli("new", "ask", "--set", "title=Who?", "--set", "type=question", "--set",
                        f"addressed_to={parties[1]}")).strip()
    assert "not answered yet" in good(here.cli("show", ask))
    wait_until(lambda: there.has(ask), "the ask")
    answer = good(there.cli("answer", ask, "--set", "intent=comment", "--set", "text=We")).strip()
    wait_until(lambda: here.has(answer), "the answer")
    assert "answered by gdansk author_" in good(here.cli("show", ask))
    assert "(addressee)" in good(here.cli("show", ask))
    assert here.call("record.state", id=ask)["answers"]["answered"] is True
    for text in ("We can now", "We could"):
        good(here.cli("new", "statement", "--link", f"revises={we}", "--set", "intent=potential",
                      "--set", f"text={text}"))
    assert "2 heads" in good(here.cli("show", we))
    dutch = good(there.cli("new", "statement", "--lang", "nl", "--link", f"translates={we}", "--set",
                           "link.method=machine", "--set", "intent=potential", "--set", "text=Wij")).strip()
    wait_until(lambda: here.has(dutch), "the translation")
    assert "machine translation, stale" in good(here.cli("show", dutch))
    assert "in nl:" in good(here.cli("show", we))
    try:
        here.call("record.state", id="f" * 64)
        raise AssertionError("the state of nothing")
    except ApiError as error:
        assert error.code == NOT_HERE, error


def new_sets_fields_without_an_editor(world):
    city = world.city("kavala").start()
    named = people(world)
    practice = good(city.cli("new", "practice", "--set", "title=A garden", "--set", "place.country=GR",
                             "--set", "steps=Dig, then water", "--set", "steps=Wait",
                             "--set", "conditions.money=little")).strip()
    body = city.call("record.get", id=practice)["record"]["body"]
    assert body == {"title": "A garden", "place": {"country": "GR"}, "steps": ["Dig, then water", "Wait"],
                    "conditions": {"money": "little"}}, body
    pact = json.loads(good(city.cli(
        "new", "pact", "--json", "--set", "title=P", "--set", f"parties={named['a']}", "--set",
        f"parties={named['b']}", "--set", "rule=all", "--set", "clauses[0].who=we", "--set",
        "clauses[0].what=dig", "--set", "clauses[1].who=they", "--set", "clauses[1].what=water",
        "--link", f"cites={practice[:9]}", "--set", "link.note=see there")))["id"]
    record = city.call("record.get", id=pact)["record"]
    assert record["body"]["clauses"][1] == {"who": "they", "what": "water"}, record
    assert record["links"] == [{"type": "cites", "target": practice, "note": "see there"}], record
    for wrong, status, words in (
            (["--set", "titel=x"], USAGE, ("did you mean", "title")),
            (["--set", "title"], USAGE, ("--set wants",)),
            (["--set", "title=a", "--set", "title=b"], USAGE, ("said already",)),
            (["--set", "source=here"], USAGE, ("part by part",)),
            (["--set", "place[0].name=a"], USAGE, ("no list",)),
            (["--set", "outcome=great"], USAGE, ("worked, mixed, failed",)),
            (["--set", "link.why=x"], USAGE, ("no link",)),
            (["--link", "cites"], USAGE, ("cites=3f2a9c",)),
            (["--link", "cites=ffff", "--set", "title=x"], NOT_FOUND, ()),
            (["--link", f"adapts={practice}", "--set", "title=x"], REFUSED, ("kept",)),
            (["--set", "summary=x"], REFUSED, ("title", "missing"))):
        bad(city.cli("new", "practice", *wrong), status, *words)
    bad(city.cli("new", "pact", "--set", "clauses.who=x"), USAGE, "[0] for the first")
    template = good(city.cli("new", "statement", "--template", "--link", f"translates={practice[:9]}"))
    assert f"Link: translates {practice}" in template and "Link-method:" in template, template


def people_answer_each_other(world):
    here, there = two_cities(world)
    broker = world.city("broker").start()
    broker.partner(here, dial=True)
    here.partner(broker, dial=False)
    ask = good(here.cli("new", "ask", "--set", "title=Who?", "--set", "type=question")).strip()
    wait_until(lambda: there.has(ask), "the ask")
    answer = good(there.cli("answer", ask[:9], "--set", "intent=comment", "--set", "text=We")).strip()
    told = there.call("record.get", id=answer)["record"]
    assert told["kind"] == "statement" and told["links"] == [{"type": "answers", "target": ask}], told
    offer = good(there.cli("answer", ask, "--kind", "exchange", "--set", "title=A day", "--set",
                           "direction=offer", "--set", "what=Hands")).strip()
    assert there.call("record.get", id=offer)["record"]["kind"] == "exchange"
    wait_until(lambda: here.has(answer), "the answer")
    accepted = good(here.cli("accept", answer[:9])).strip()
    told = here.call("record.get", id=accepted)["record"]
    assert told["links"] == [{"type": "about", "target": answer}], told
    assert told["body"] == {"position": "support"}, told
    bad(here.cli("accept", ask), REFUSED, "kith stance")
    bad(here.cli("decline", answer), REFUSED, "introduction")
    intro = good(broker.cli("new", "introduction", "--set", f"a={author(here)}", "--set",
                            f"b={author(there)}", "--set", "why=Both cook")).strip()
    wait_until(lambda: there.has(intro), "the introduction")
    yes = here.call("record.get", id=good(here.cli("accept", intro)).strip())["record"]
    no = there.call("record.get", id=good(there.cli("decline", intro)).strip())["record"]
    for stance, position in ((yes, "support"), (no, "abstain")):
        assert stance["body"] == {"position": position}, stance
        assert stance["links"] == [{"type": "answers", "target": intro}], stance
    later = good(there.cli("accept", intro)).strip()  # thought again
    wait_until(lambda: here.has(later), "the second thought")
    again = here.cli("accept", intro)
    assert again.returncode == OK and "both have accepted" in again.stderr, again.stderr
    signed = here.call("record.get", id=good(here.cli("sign", offer[:9])).strip())["record"]
    assert signed["links"] == [{"type": "co-signs", "target": offer}], signed
    bad(here.cli("stance", "object", offer), REFUSED, "reason", "missing")
    bad(here.cli("stance", "against", offer), REFUSED, "position", "support, object")
    against = good(here.cli("stance", "object", offer, "--reason", "Too late")).strip()
    assert here.call("record.get", id=against)["record"]["body"]["reason"] == "Too late"


def what_no_rule_forbids_is_mentioned(world):
    here = world.city("kavala").start()

    def mentioned(*args, command="new"):
        done = here.cli(command, *args)
        assert done.returncode == 0 and len(done.stdout.strip()) == 64, done
        return done.stderr

    worked = ("practice", "--set", "title=Pharmacy", "--set", "outcome=worked")
    assert "lessons is missing; what would you tell" in mentioned(*worked)
    assert "outcome says worked, and nothing shows it" in mentioned(*worked)
    said = mentioned(*worked, "--set", "lessons=Ask.", "--set", "source.url=https://example.org/")
    assert said == "", said
    assert "with one signature" in mentioned("statement", "--set", "intent=comment", "--set",
                                             "text=We agree.", "--set", "voice=we")
    path = world.file("p.kith", "Kind: practice\nLang: en\nTitle: Pharmacy\n")
    assert "lessons is missing" in here.cli("check", path).stderr
    found = here.call("record.check", record={"kind": "practice", "body": {"title": "P"}})["results"]
    assert [a["field"] for a in found[0]["advice"]] == ["lessons"], found


main(what_no_rule_forbids_is_mentioned, every_kind_is_published_shown_and_found, what_is_shown_can_be_published_again,
     broken_samples_are_told_why, searches_that_mean_nothing_are_explained, pages_go_on_in_either_order,
     what_follows_is_shown,
     new_sets_fields_without_an_editor, people_answer_each_other)
