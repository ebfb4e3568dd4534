#!/usr/bin/env python3
"""Reports: what many records say together, over the socket and as pages to read."""
import os
import sys

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


main(a_working_question_shows_its_four_areas_and_points_out_the_empty_one,
     a_report_about_nothing_says_so)
