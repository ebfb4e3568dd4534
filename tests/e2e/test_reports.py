#!/usr/bin/env python3
"""Reports: what many records say together, over the socket and as pages to read."""
import os
import sys
import xml.etree.ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import ApiError, main  # noqa: E402


def publish(city, kind, links=(), **body):
    """Publishes one record; returns its id."""
    draft = {"kind": kind, "lang": "en", "body": body,
             "links": [{"type": t, "target": i} for t, i in links]}
    return city.call("record.publish", records=[draft])["records"][0]["id"]


def sections(page):
    """Section name -> its rows."""
    return {section["name"]: section["rows"] for section in page["sections"]}


def at(city, created, kind, links=(), **body):
    """Publishes one record with a time of its own; returns its id."""
    draft = {"kind": kind, "lang": "en", "created": created, "body": body,
             "links": [{"type": t, "target": i} for t, i in links]}
    return city.call("record.publish", records=[draft])["records"][0]["id"]


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


def a_report_about_nothing_says_so(world):
    berlin = world.city("berlin")
    berlin.start()
    try:
        berlin.call("report.areas", id="ab" * 32)
        raise AssertionError("a report about a record that is not here")
    except ApiError as error:
        assert "no record here has this id" in str(error), error


def adapt(city, target, title, place, kept, changed, why):
    draft = {"kind": "practice", "lang": "en",
             "body": {"title": title, "place": {"country": place}},
             "links": [{"type": "adapts", "target": target, "kept": kept, "changed": changed,
                        "why": why}]}
    return city.call("record.publish", records=[draft])["records"][0]["id"]


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
    draft = {"kind": "practice", "lang": "en", "body": {"title": "Both"},
             "links": [{"type": "adapts", "target": root, **words} for root in roots]}
    both = kavala.call("record.publish", records=[draft])["records"][0]["id"]
    child = adapt(kavala, both, "Child", "PL", "k", "c", "w")
    rows = sections(kavala.call("report.lineage", id=child))["lineage"]
    roots.sort()
    assert [(r["id"], r.get("again", False)) for r in rows] == [
        (roots[0], False), (both, False), (child, False), (roots[1], False), (both, True)], rows
    drawing = xml.etree.ElementTree.fromstring(kavala.cli("lineage", "--svg", child).stdout)
    assert len(drawing.findall(".//{*}rect")) == 4 and len(drawing.findall(".//{*}path")) == 3


main(a_lineage_shows_every_edge_from_where_it_began, what_a_lineage_lacks_is_shown_as_missing,
     what_adapts_two_is_drawn_once, a_plan_stands_in_columns_now_and_as_it_stood,
     an_idea_is_traced_to_what_was_done, a_working_question_shows_its_four_areas_and_points_out_the_empty_one,
     a_report_about_nothing_says_so)
