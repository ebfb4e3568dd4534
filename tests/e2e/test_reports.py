#!/usr/bin/env python3
"""Reports: what many records say together, over the socket and as pages to read."""
import itertools
import os
import sys
import time
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import ApiError, main, wait_until  # noqa: E402


SECONDS = itertools.count(int(time.time()) - 3600)


def put(city, draft):
    """Publishes a draft, a second younger than the one before unless it says otherwise; returns its id."""
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(next(SECONDS)))
    done = city.call("record.publish", records=[{"lang": "en", "created": moment, **draft}])
    return done["records"][0]["id"]


def publish(city, kind, links=(), **body):
    """Publishes one record; returns its id."""
    return put(city, {"kind": kind, "body": body,
                      "links": [{"type": t, "target": i} for t, i in links]})


def sections(page):
    """Section name -> its rows."""
    return {section["name"]: section["rows"] for section in page["sections"]}


def at(city, created, kind, links=(), **body):
    """Publishes one record with a time of its own; returns its id."""
    return put(city, {"kind": kind, "created": created, "body": body,
                      "links": [{"type": t, "target": i} for t, i in links]})


def a_plan_stands_in_columns_now_and_as_it_stood(world):
    city = world.city("baia-mare")
    city.start()
    plan = at(city, "2017-01-20", "plan", title="Action plan", vision="A city of its people")
    first = at(city, "2017-02-01", "action", [("part-of", plan)], title="Personas", state="doing",
               tags=["youth"])
    at(city, "2017-03-09", "action", [("revises", first)], title="Personas", state="done",
       tags=["youth"])
    at(city, "2017-05-01", "action", [("part-of", plan)], title="Open stage", state="planned",
       tags=["culture", "youth"])

    def columns(**params):
        rows = sections(city.call("report.plan", **params))
        return {name: [r["title"] for r in rows[name]] for name in rows if name != "plan"}

    assert columns(id=plan) == {"done": ["Personas"], "doing": [], "planned": ["Open stage"]}
    assert columns(as_of="2017-03-01") == {"done": [], "doing": ["Personas"], "planned": []}
    assert columns(as_of="2017-03-10") == {"done": ["Personas"], "doing": [], "planned": []}
    assert columns(by="theme") == {"youth": ["Personas", "Open stage"], "culture": ["Open stage"]}
    text = city.cli("plan", "status").stdout
    assert any("Undertaken" in line and "Under way" in line and "Future" in line
               for line in text.splitlines()), text
    page = city.call("report.plan", as_of="2016-01-01")
    assert page["notes"] == ["The plan is younger than that."], page


def an_idea_is_traced_to_what_was_done(world):
    city = world.city("seoul")
    city.start()
    key = city.call("node.info")["author"]
    idea = at(city, "2026-01-01", "ask", title="A garden", type="idea", addressed_to=[key])
    heard = at(city, "2026-01-05", "statement", [("replies-to", idea)], intent="comment", text="Yes?")
    studied = at(city, "2026-02-01", "statement", [("replies-to", idea)], intent="obstacle",
                 text="The roof is weak.")
    decided = at(city, "2026-03-01", "statement", [("answers", idea)], intent="decision",
                 decision="adopted", text="We build it.", reason="It can be mended.")
    plan = at(city, "2026-04-01", "plan", [("implements", decided)], title="Roofs")
    action = at(city, "2026-05-01", "action", [("part-of", plan)], title="Mend it", state="doing")
    for asked in (idea, decided, plan, action):
        page = city.call("report.trace", id=asked)
        rows = {name: [r["id"] for r in found] for name, found in sections(page).items()}
        assert rows == {"idea": [idea], "heard": [heard], "studied": [studied],
                        "decided": [decided], "planned": [plan], "acted": [action]}, rows
    assert "because: It can be mended." in city.cli("trace", idea).stdout


def a_working_question_shows_its_four_areas_and_points_out_the_empty_one(world):
    berlin = world.city("berlin")
    berlin.start()
    question = publish(berlin, "ask", type="working", title="How do we create a network?")
    for area, text in (("vision-values", "Be honest and clear."),
                       ("objectives", "A shared purpose."),
                       ("observations-facts", "Networks consist of big players.")):
        publish(berlin, "statement", [("replies-to", question)], intent="comment", area=area,
                text=text)
    page = berlin.call("report.areas", id=question[:12])
    rows = sections(page)
    assert [r["id"] for r in rows["question"]] == [question], page
    assert [r["text"] for r in rows["objectives"]] == ["A shared purpose."], page
    assert rows["means"] == [] and rows["none"] == [], page
    assert page["notes"] == ["Nothing is said about means yet."], page
    text = berlin.cli("report", "areas", question[:12]).stdout
    assert "Nothing is said about means yet." in text and "Be honest and clear." in text, text


def stance(city, record, position, **body):
    return publish(city, "stance", [("about", record)], position=position, **body)


def titles(rows):
    return [row.get("title", row.get("text", row.get("caption"))) for row in rows]


def what_failed_is_listed_beside_nothing_else(world):
    city = world.city("brussels")
    city.start()
    for title, outcome, tags in (("Worked", "worked", ["housing"]), ("Lottery", "failed", ["housing"]),
                                 ("Bus", "failed", ["traffic"])):
        publish(city, "practice", title=title, outcome=outcome, tags=tags, lessons="Ask first.")
    rows = sections(city.call("report.failed"))["failed"]
    assert titles(rows) == ["Bus", "Lottery"] and rows[0]["lessons"] == "Ask first.", rows
    assert titles(sections(city.call("report.failed", tag="housing"))["failed"]) == ["Lottery"]
    page = city.call("report.failed", limit=1)
    assert titles(sections(page)["failed"]) == ["Bus"], page
    page = city.call("report.failed", limit=1, cursor=page["cursor"])
    assert titles(sections(page)["failed"]) == ["Lottery"], page
    assert "lessons: Ask first." in city.cli("report", "failed").stdout


def what_was_asked_long_ago_and_not_answered_comes_oldest_first(world):
    a, b = world.city("gdansk"), world.city("kavala")
    a.start(), b.start()
    a.partner(b), b.partner(a, dial=False)
    a.await_live(b)
    key = b.call("node.info")["author"]
    old = at(a, "2026-01-01", "ask", title="Old", type="question", addressed_to=[key])
    older = at(a, "2025-01-01", "ask", title="Older", type="question")
    publish(a, "ask", title="New", type="question")
    assert titles(sections(a.call("report.unanswered"))["unanswered"]) == ["Older", "Old"]
    assert titles(sections(a.call("report.unanswered", days=0))["unanswered"])[-1] == "New"
    assert titles(sections(a.call("report.unanswered", to=key))["unanswered"]) == ["Old"]
    wait_until(lambda: b.has(old) and b.has(older), "the asks")
    publish(b, "statement", [("answers", old)], intent="comment", text="So it is.")
    reply = publish(b, "statement", [("answers", older)], intent="comment", text="Perhaps.")
    wait_until(lambda: a.has(reply), "the replies")
    rows = sections(a.call("report.unanswered"))["unanswered"]
    assert titles(rows) == ["Older"] and rows[0]["replies"] == 1, rows
    stance(a, reply, "support")  # the asker accepts it
    assert sections(a.call("report.unanswered"))["unanswered"] == []


def objections_stand_beside_support_with_every_reason(world):
    a, b = world.city("gdansk"), world.city("kavala")
    a.start(), b.start()
    a.partner(b), b.partner(a, dial=False)
    plan = publish(a, "plan", title="Close the square to cars")
    publish(a, "plan", title="Nobody minds")
    wait_until(lambda: b.has(plan), "the plan")
    stance(a, plan, "support", reason="It is loud.")
    objection = stance(b, plan, "object", reason="The market needs deliveries.")
    wait_until(lambda: a.has(objection), "the objection")
    rows = sections(a.call("report.dissent"))["dissent"]
    assert titles(rows) == ["Close the square to cars"] and rows[0]["contested"], rows
    assert {(s["position"], s["reason"]) for s in rows[0]["stances"]} == {
        ("support", "It is loud."), ("object", "The market needs deliveries.")}, rows
    text = a.cli("report", "dissent").stdout
    assert "contested" in text and "object: The market needs deliveries." in text, text
    support = stance(b, plan, "support")  # the latest counts
    wait_until(lambda: a.has(support), "the change of mind")
    assert sections(a.call("report.dissent"))["dissent"] == []
    assert len(sections(a.call("report.dissent", id=plan))["dissent"][0]["stances"]) == 2


def a_world_cafe_has_potentials_beside_obstacles(world):
    city = world.city("lisbon")
    city.start()
    cases = [publish(city, "practice", title=f"Case {i}") for i in range(2)]
    for intent, case in (("potential", 0), ("obstacle", 0), ("potential", 1), ("comment", 1)):
        publish(city, "statement", [("replies-to", cases[case])], intent=intent,
                text=f"{intent} of {case}")
    rows = sections(city.call("report.cafe"))["cafe"]
    assert titles(rows) == ["Case 1", "Case 0"], rows
    assert [p["text"] for p in rows[1]["potentials"]] == ["potential of 0"], rows
    assert [p["text"] for p in rows[1]["obstacles"]] == ["obstacle of 0"], rows
    assert "obstacles" not in rows[0], rows
    assert titles(sections(city.call("report.cafe", id=cases[0]))["cafe"]) == ["Case 0"]


def who_has_not_spoken_is_named(world):
    a, b = world.city("mulhouse"), world.city("families")
    a.start(), b.start()
    a.partner(b), b.partner(a, dial=False)
    keys = [city.call("node.info")["author"] for city in (a, b)]
    pact = publish(a, "pact", title="Contract", parties=keys, rule="all",
                   clauses=[{"who": "the town", "what": "lends a room"}])
    ask = publish(a, "ask", title="What do you need?", type="question", addressed_to=[keys[1]])
    publish(a, "statement", intent="comment", text="We agree.", voice="we")
    found = sections(a.call("report.silence"))
    assert [r["awaited"] for r in found["pacts"]] == [[keys[1]]], found
    assert [r["awaited"] for r in found["asks"]] == [[keys[1]]], found
    assert titles(found["proposed"]) == ["We agree."] and found["introductions"] == [], found
    wait_until(lambda: b.has(pact) and b.has(ask), "the pact")
    publish(b, "stance", [("co-signs", pact)], position="support")
    last = publish(b, "statement", [("answers", ask)], intent="comment", text="Time.")
    wait_until(lambda: a.has(last), "the answer")
    found = sections(a.call("report.silence"))
    assert found["pacts"] == [] and found["asks"] == [], found


def given_and_received_are_listed(world):
    a, b = world.city("gdansk"), world.city("baia-mare")
    a.start(), b.start()
    a.partner(b), b.partner(a, dial=False)
    keys = [city.call("node.info")["author"] for city in (a, b)]
    offer = publish(a, "exchange", title="Design thinking", direction="offer", what="A session",
                    basis="reciprocal", in_return="host one visit")
    wait_until(lambda: b.has(offer), "the offer")
    need = publish(b, "exchange", [("answers", offer)], title="Yes please", direction="need",
                   what="A session for us")
    wait_until(lambda: a.has(need), "the need")
    assert titles(sections(a.call("report.balance"))["open"]) == ["Design thinking"]
    stance(a, need, "support")
    found = sections(a.call("report.balance"))
    assert titles(found["given"]) == ["Design thinking"] and not found["open"], found
    assert (found["given"][0]["with"], found["given"][0]["other"]) == (keys[1], need), found
    found = sections(a.call("report.balance", author=keys[1]))
    assert titles(found["received"]) == ["Yes please"] and found["given"] == [], found
    assert "in return: host one visit" in a.cli("balance").stdout


def a_path_of_people_is_found(world):
    broker, a, b = world.city("broker"), world.city("kavala"), world.city("baia-mare")
    for city in (broker, a, b):
        city.start()
    for city in (a, b):
        broker.partner(city), city.partner(broker, dial=False)
    keys = [city.call("node.info")["author"] for city in (a, b)]
    introduction = publish(broker, "introduction", a=keys[0], b=keys[1], why="Both run a pharmacy.")
    for city in (a, b):
        wait_until(lambda: city.has(introduction), "the introduction")
    yes = publish(a, "stance", [("answers", introduction)], position="support")
    page = a.call("report.path", to=keys[1])
    assert sections(page)["path"] == [] and "No introductions lead there" in page["notes"][0], page
    yes_too = publish(b, "stance", [("answers", introduction)], position="support")
    wait_until(lambda: a.has(yes_too) and b.has(yes), "the answers")
    rows = sections(a.call("report.path", to=keys[1]))["path"]
    assert [(r["from"], r["to"], r["id"]) for r in rows] == [(keys[0], keys[1], introduction)], rows
    assert "why: Both run a pharmacy." in a.cli("path", keys[1]).stdout


def a_digest_is_made_by_level(world):
    city = world.city("berlin")
    city.start()
    key = city.call("node.info")["author"]
    for level in ("innovation", "network", "context"):
        publish(city, "statement", intent="observation", text=f"On {level}", level=level)
    publish(city, "statement", intent="comment", text="On nothing")
    publish(city, "ask", title="Will you come?", type="request", addressed_to=[key], level="network")
    at(city, "2020-01-01", "statement", intent="comment", text="Long ago", level="network")
    found = sections(city.call("report.digest"))
    assert titles(found["asked"]) == ["Will you come?"], found
    assert titles(found["network"]) == ["Will you come?", "observation: On network"], found
    assert titles(found["none"]) == ["comment: On nothing"]
    assert titles(found["context"]) == ["observation: On context"], found
    found = sections(city.call("report.digest", since="2019"))
    assert titles(found["network"])[-1] == "comment: Long ago", found


def vocabulary(city):
    """Pharmacy in three languages, and a dimension of well-being."""
    terms = [{"id": term, "lang": lang, "label": label} for term, lang, label in (
        ("pharmacy", "en", "pharmacy"), ("pharmacy", "nl", "apotheek"), ("pharmacy", "ro", "farmacie"),
        ("relations", "en", "relations"), ("relations", "pl", "relacje"))]
    publish(city, "vocabulary", title="Words", uri="https://example.org/words#", terms=terms)


def criteria_are_grouped_by_dimension_also_when_coded_later(world):
    a, b = world.city("debica"), world.city("kavala")
    a.start(), b.start()
    a.partner(b), b.partner(a, dial=False)
    relations = "https://example.org/words#relations"
    vocabulary(a)
    evaluation = publish(a, "evaluation", title="Criteria", criteria=[
        {"polarity": "well", "text": "Neighbours greet each other.", "dimension": relations},
        {"polarity": "ill", "text": "Nobody listens at the office.", "material": False, "n": 7},
        {"polarity": "ill", "text": "The bus is dear.", "material": True}])
    wait_until(lambda: b.has(evaluation), "the evaluation")
    coding = publish(b, "evaluation", [("evaluates", evaluation)], title="Codes",
                     criteria=[{"codes": 1, "dimension": relations}])
    wait_until(lambda: a.has(coding), "the coding")
    page = a.call("report.criteria", lang="pl")
    found = sections(page)
    assert [s["title"] for s in page["sections"]] == ["relacje", "uncoded"], page
    assert [r["text"] for r in found[relations]] == [
        "Neighbours greet each other.", "Nobody listens at the office."], found
    assert found[relations][1]["coded_by"] == b.call("node.info")["author"], found
    assert (found[relations][1]["n"], found[relations][1]["material"]) == (7, False), found
    assert [r["text"] for r in found["uncoded"]] == ["The bus is dear."], found


def needs_and_offers_meet_by_words_that_mean_the_same(world):
    a, b = world.city("antwerp"), world.city("baia-mare")
    a.start(), b.start()
    a.partner(b), b.partner(a, dial=False)
    vocabulary(a)
    publish(b, "profile", title="Baia Mare", type="city", languages=["ro", "nl"])
    need = publish(a, "exchange", title="Need", direction="need", what="A counter", tags=["Apotheek"],
                   place={"country": "BE", "lat": 51.22, "lon": 4.40})
    offer = publish(b, "exchange", title="Offer", direction="offer", what="A counter",
                    tags=["farmacie"], place={"country": "RO", "lat": 47.66, "lon": 23.57})
    for title, direction, tags in (("Other", "offer", ["bus"]), ("Need too", "need", ["farmacie"]),
                                   ("Old", "offer", ["farmacie"])):
        publish(b, "exchange", title=title, direction=direction, what="x", tags=tags,
                **({"expires": "2020-01-01"} if title == "Old" else {}))
    wait_until(lambda: len(sections(a.call("report.match")).get(need, [])) == 1, "the offer")
    row = sections(a.call("report.match", id=need))[need][0]
    assert (row["id"], row["shared_tags"]) == (offer, ["farmacie"]), row
    assert row["languages"] == ["en"] and 1380 < row["km"] < 1460, row
    assert "kilometres apart" in a.cli("match").stdout


def a_practice_is_held_against_a_place(world):
    city = world.city("seoul")
    city.start()
    practice = publish(city, "practice", title="Social pharmacy",
                       conditions={"legal": "A permit.", "people": "Pharmacists who give hours."})
    here = {"country": "KR", "name": "Seoul"}
    for intent, tag, place in (("obstacle", "legal", here), ("potential", "legal", here),
                               ("potential", "people", here), ("obstacle", "people", {"country": "GR"}),
                               ("potential", "rooms", here)):
        publish(city, "statement", [("about", practice)], intent=intent, text=f"{intent} {tag}",
                tags=[tag], place=place)
    adapt(city, practice, "Pharmacy of Busan", "KR", "a", "b", "c")
    found = sections(city.call("report.fit", id=practice, country="KR"))
    assert [r["condition"] for r in found["unmet"]] == ["legal"], found
    assert [r["condition"] for r in found["met"]] == ["people"], found
    assert [s["text"] for s in found["other"][0]["potentials"]] == ["potential rooms"], found
    assert titles(found["adaptations"]) == ["Pharmacy of Busan"], found
    found = sections(city.call("report.fit", id=practice, country="PL"))
    assert [r["condition"] for r in found["unmet"]] == ["legal", "people"], found
    text = city.cli("check-fit", practice, "--place", "seoul, KR").stdout
    assert "Unmet, as far as is known" in text and "obstacle legal" in text, text
    assert city.cli("check-fit", practice).returncode == 2


def a_report_about_nothing_says_so(world):
    berlin = world.city("berlin")
    berlin.start()
    try:
        berlin.call("report.areas", id="ab" * 32)
        raise AssertionError("a report about a record that is not here")
    except ApiError as error:
        assert "no record here has this id" in str(error), error


def adapt(city, target, title, place, kept, changed, why):
    return put(city, {"kind": "practice", "body": {"title": title, "place": {"country": place}},
                      "links": [{"type": "adapts", "target": target, "kept": kept,
                                 "changed": changed, "why": why}]})


def a_lineage_shows_every_edge_from_where_it_began(world):
    kavala = world.city("kavala")
    kavala.start()
    first = publish(kavala, "practice", title="Social pharmacy", place={"country": "GR"})
    second = adapt(kavala, first, "Pharmacy <of> Baia Mare", "RO", "the volunteers", "the room",
                   "no shop was empty")
    third = adapt(kavala, second, "Pharmacy of Gdańsk", "PL", "the room", "the law", "it differs")
    fourth = adapt(kavala, first, "Pharmacy of Lublin", "PL", "all", "nothing", "it fits")
    for asked in (first, second, third, fourth):
        page = kavala.call("report.lineage", id=asked)
        rows = sections(page)["lineage"]
        assert [(r["id"], r["depth"]) for r in rows] == [
            (first, 0), (second, 1), (third, 2), (fourth, 1)], rows
        assert [r["id"] for r in rows if r.get("asked")] == [asked], rows
        assert (rows[1]["parent"], rows[1]["changed"]) == (first, "the room"), rows
    text = kavala.cli("lineage", third).stdout
    assert "changed: the law" in text and "Social pharmacy" in text, text
    svg = kavala.cli("lineage", "--svg", third).stdout
    drawing = xml.etree.ElementTree.fromstring(svg)
    assert len(drawing.findall(".//{*}rect")) == 4 and len(drawing.findall(".//{*}path")) == 3, svg
    dot = kavala.cli("lineage", "--dot", third).stdout
    assert dot.count(" -> ") == 3 and dot.startswith("digraph"), dot


def what_a_lineage_lacks_is_shown_as_missing(world):
    kavala = world.city("kavala")
    kavala.start()
    known = adapt(kavala, "cd" * 32, "Pharmacy", "GR", "a", "b", "c")
    rows = sections(kavala.call("report.lineage", id=known))["lineage"]
    assert [(r["id"], r.get("missing", False)) for r in rows] == [
        ("cd" * 32, True), (known, False)], rows


def what_adapts_two_is_drawn_once(world):
    kavala = world.city("kavala")
    kavala.start()
    roots = [publish(kavala, "practice", title=f"Root {i}") for i in range(2)]
    words = {"kept": "k", "changed": "c", "why": "w"}
    both = put(kavala, {"kind": "practice", "body": {"title": "Both"},
                        "links": [{"type": "adapts", "target": root, **words} for root in roots]})
    child = adapt(kavala, both, "Child", "PL", "k", "c", "w")
    rows = sections(kavala.call("report.lineage", id=child))["lineage"]
    roots.sort()
    assert [(r["id"], r.get("again", False)) for r in rows] == [
        (roots[0], False), (both, False), (child, False), (roots[1], False), (both, True)], rows
    drawing = xml.etree.ElementTree.fromstring(kavala.cli("lineage", "--svg", child).stdout)
    assert len(drawing.findall(".//{*}rect")) == 4 and len(drawing.findall(".//{*}path")) == 3


main(a_lineage_shows_every_edge_from_where_it_began, what_a_lineage_lacks_is_shown_as_missing,
     what_adapts_two_is_drawn_once, a_plan_stands_in_columns_now_and_as_it_stood,
     an_idea_is_traced_to_what_was_done,
     a_working_question_shows_its_four_areas_and_points_out_the_empty_one,
     what_failed_is_listed_beside_nothing_else,
     what_was_asked_long_ago_and_not_answered_comes_oldest_first,
     objections_stand_beside_support_with_every_reason, a_world_cafe_has_potentials_beside_obstacles,
     who_has_not_spoken_is_named, given_and_received_are_listed, a_path_of_people_is_found,
     a_digest_is_made_by_level, criteria_are_grouped_by_dimension_also_when_coded_later,
     needs_and_offers_meet_by_words_that_mean_the_same, a_practice_is_held_against_a_place,
     a_report_about_nothing_says_so)
