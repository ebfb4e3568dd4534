#!/usr/bin/env python3
"""kith export: lines that keep their ids; linked data; a table that spreadsheets and import read; a site of
pages. What records say is hostile here wherever it can be."""
import csv
import html.parser
import io
import json
import os
import subprocess
import sys
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import DEADLINE, KITH, SLOW, main  # noqa: E402
from test_cli import bad, good, json_lines  # noqa: E402

SCRIPT = "<script>alert(1)</script>"
USAGE, NOT_FOUND, FAILED = 2, 3, 1


def publish(city, kind, links=(), lang="en", created=None, **body):
    """Publishes one record; returns its id."""
    draft = {"kind": kind, "lang": lang, "body": body, "links": list(links)}
    if created:
        draft["created"] = created
    return city.call("record.publish", records=[draft])["records"][0]["id"]


def link(kind, target, **words):
    return {"type": kind, "target": target, **words}


def some_records(city):
    """One record of many kinds; returns name -> id."""
    ids = {}
    me = city.call("node.info")["author"]
    kavala = {"country": "GR", "name": "Kavala", "lat": 40.9397, "lon": 24.4019}
    ids["practice"] = publish(
        city, "practice", title="Social pharmacy", summary="Medicine & care", place=kavala,
        time={"start": "2014", "end": "2017", "precision": "year"}, tags=["health"], sdg=["3"],
        licence="CC-BY-4.0", source={"url": "https://example.org/pharmacy", "id": "1"},
        approach="Collect.\n\nGive.", steps=["Collect", "Check"], resources=["a room"],
        outcome="worked", lessons="Ask a lawyer", conditions={"legal": "A permit"})
    ids["adapted"] = publish(
        city, "practice", [link("adapts", ids["practice"], kept="all", changed="hours", why="few people")],
        "ro", title="Farmacie", place={"country": "RO", "name": "Baia Mare", "lat": 47.6567, "lon": 23.585})
    ids["revised"] = publish(city, "practice", [link("revises", ids["practice"])],
                             title="Social pharmacy of Kavala", steps=["Collect"])
    ids["event"] = publish(city, "initiative", title="Conference", form="event",
                           time={"start": "2026-06-01", "precision": "day"}, place=kavala)
    ids["ask"] = publish(city, "ask", title="Who pays?", type="question", text="Who pays the rent?",
                         addressed_to=[me])
    ids["answer"] = publish(city, "statement", [link("answers", ids["ask"])], intent="comment",
                            text="The town.")
    ids["stance"] = publish(city, "stance", [link("about", ids["practice"])], position="object",
                            reason="Who pays the rent?")
    ids["person"] = publish(city, "profile", title="Ana", type="person", summary="A broker")
    ids["need"] = publish(city, "exchange", title="A van", direction="need", what="A van")
    ids["vocabulary"] = publish(city, "vocabulary", title="Themes", uri="https://example.org/themes/",
                                terms=[{"id": "health", "lang": "pl", "label": "zdrowie"}])
    ids["action"] = publish(city, "action", [link("part-of", ids["event"])], title="Rent a room",
                            state="done")
    ids["evaluation"] = publish(city, "evaluation", [link("evaluates", ids["practice"])], title="Heard",
                                criteria=[{"polarity": "well", "text": "Calm", "group": "parents"},
                                          {"polarity": "ill", "text": "Debts; fear"}])
    return ids


def exported(city, form, *args):
    return good(city.cli("export", "--format", form, *args))


# ---- lines -----------------------------------------------------------------------------------------

def lines_give_the_same_ids_in_an_empty_node(world):
    a, b = world.city("kavala").start(), world.city("gdansk").start()
    ids = some_records(a)
    path = os.path.join(world.dir, "all.jsonl")
    assert good(a.cli("export", "--to", path)) == ""
    with open(path, encoding="utf-8") as file:
        lines = json_lines(file.read())
    assert {line["id"] for line in lines} == set(ids.values())
    good(b.cli("import", path))
    again = json_lines(exported(b, "json"))
    assert {one["id"]: one["envelope"] for one in again} == {one["id"]: one["envelope"] for one in lines}
    assert [one["id"] for one in again] == [one["id"] for one in json_lines(good(a.cli("export")))]


def a_file_is_whole_or_not_there(world):
    city = world.city("kavala").start()
    publish(city, "practice", title="One")
    path = os.path.join(world.dir, "out", "x.json")
    bad(city.cli("export", "--to", path), FAILED, path)
    path = world.file("old.json", "old")
    bad(city.cli("export", "--to", path, "--since", "nonsense"), USAGE)
    with open(path, encoding="utf-8") as file:
        assert file.read() == "old"
    good(city.cli("export", "--to", path))
    with open(path, encoding="utf-8") as file:
        assert len(json_lines(file.read())) == 1
    assert [name for name in os.listdir(world.dir) if ".part" in name] == []
    with open("/dev/full", "w", encoding="utf-8") as full:
        for form in ("json", "activitystreams", "schema.org"):
            done = subprocess.run([KITH, "--home", city.home, "export", "--format", form], stdout=full,
                                  stderr=subprocess.PIPE, timeout=DEADLINE)
            assert done.returncode == FAILED, done
    bad(city.cli("export", "--format", "xml"), USAGE, "json, activitystreams, schema.org, csv")


# ---- linked data -----------------------------------------------------------------------------------

def activitystreams_say_what_became_of_what(world):
    city = world.city("kavala").start()
    ids = some_records(city)
    done = json.loads(exported(city, "activitystreams"))
    assert done["@context"][0] == "https://www.w3.org/ns/activitystreams", done["@context"]
    assert done["type"] == "OrderedCollection" and done["totalItems"] == len(ids), done
    items = {item["id"]: item for item in done["orderedItems"]}
    of = {name: items["urn:kith:" + record_id] for name, record_id in ids.items()}
    urn = {name: "urn:kith:" + record_id for name, record_id in ids.items()}
    author = "urn:kith:" + city.call("node.info")["author"]
    assert all(item["attributedTo"] == author and item["published"] for item in items.values())
    practice = of["practice"]
    assert practice["type"] == "Article" and practice["nameMap"] == {"en": "Social pharmacy"}, practice
    assert practice["summaryMap"] == {"en": "Medicine &amp; care"}, practice
    assert "<p>Collect.</p>\n<p>Give.</p>" in practice["contentMap"]["en"], practice
    assert "<li>Check</li>" in practice["contentMap"]["en"], practice
    assert practice["location"] == {"type": "Place", "name": "Kavala, GR", "latitude": 40.9397,
                                    "longitude": 24.4019}, practice
    assert [tag["name"] for tag in practice["tag"]] == ["health", "SDG 3"], practice
    assert practice["license"] == "CC-BY-4.0" and practice["language"] == "en", practice
    assert practice["url"] == "https://example.org/pharmacy", practice
    assert practice["kith:body"]["outcome"] == "worked", practice
    assert of["adapted"]["wasDerivedFrom"] == urn["practice"], of["adapted"]
    assert of["adapted"]["nameMap"] == {"ro": "Farmacie"}, of["adapted"]
    assert of["revised"]["wasRevisionOf"] == urn["practice"], of["revised"]
    assert of["event"]["type"] == "Event" and of["event"]["startTime"].startswith("2026-06-01"), of["event"]
    assert of["ask"]["type"] == "Question" and of["answer"]["inReplyTo"] == urn["ask"], of
    assert of["person"]["type"] == "Profile" and of["person"]["describes"]["type"] == "Person", of["person"]
    assert of["answer"]["type"] == "Note" and of["action"]["context"] == urn["event"], of


def schema_org_says_what_things_are(world):
    city = world.city("kavala").start()
    ids = some_records(city)
    graph = json.loads(exported(city, "schema.org"))["@graph"]
    items = {item["@id"]: item for item in graph}
    of = {name: items["urn:kith:" + record_id] for name, record_id in ids.items()}
    types = {name: item["@type"] for name, item in of.items()}
    assert types == {
        "practice": "HowTo", "adapted": "CreativeWork", "revised": "HowTo", "event": "Event",
        "ask": "Question", "answer": "Answer", "stance": "DisagreeAction", "person": "Person",
        "need": "Demand", "vocabulary": "DefinedTermSet", "action": "Action", "evaluation": "Review"}, types
    practice = of["practice"]
    assert [(step["@type"], step["position"], step["text"]) for step in practice["step"]] == \
        [("HowToStep", 1, "Collect"), ("HowToStep", 2, "Check")], practice
    assert practice["inLanguage"] == "en" and practice["license"] == "CC-BY-4.0", practice
    assert practice["keywords"] == ["health"] and practice["temporalCoverage"], practice
    where = practice["contentLocation"]
    assert where["address"]["addressCountry"] == "GR" and where["geo"]["latitude"] == 40.9397, where
    assert of["adapted"]["isBasedOn"] == [{"@id": practice["@id"]}], of["adapted"]
    assert of["answer"]["parentItem"] == [{"@id": of["ask"]["@id"]}], of["answer"]
    assert of["event"]["location"]["name"] == "Kavala" and of["event"]["startDate"] == "2026-06-01", of["event"]
    assert of["action"]["actionStatus"] == "CompletedActionStatus", of["action"]
    assert of["vocabulary"]["hasDefinedTerm"][0]["name"] == {"@value": "zdrowie", "@language": "pl"}
    assert of["person"]["subjectOf"]["author"] == practice["author"], of["person"]
    assert len(exported(city, "schema.org", "--kind", "ask").splitlines()) == 3


# ---- tables ----------------------------------------------------------------------------------------

MAPPING = """[record]
kind = practice
lang = {lang}
title = {title|unguard}
summary = {summary|unguard}
place.country = {place.country}
place.name = {place.name|unguard}
place.lat = {place.lat}
place.lon = {place.lon}
tags = {tags|unguard|split "; "}
approach = {approach|unguard}
steps = {steps|unguard|split "; "}
outcome = {outcome}
source.url = https://example.org/kavala
source.id = {id}
"""


def table(text):
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def tables_have_the_fields_of_a_kind(world):
    city = world.city("kavala").start()
    ids = some_records(city)
    bad(city.cli("export", "--format", "csv"), USAGE, "--kind")
    bad(city.cli("export", "--format", "csv", "--kind", "practise"), NOT_FOUND, "practise")
    text = exported(city, "csv", "--kind", "practice")
    rows = {row["id"]: row for row in table(text)}
    assert set(rows) == {ids["practice"], ids["adapted"], ids["revised"]}
    row = rows[ids["practice"]]
    assert row["kind"] == "practice" and row["lang"] == "en" and row["created"], row
    assert row["author"] == city.call("node.info")["author"], row
    assert row["place.name"] == "Kavala" and row["place.lat"] == "40.9397", row
    assert row["approach"] == "Collect.\n\nGive." and row["steps"] == "Collect; Check", row
    assert row["conditions.legal"] == "A permit" and row["outcome"] == "worked", row
    assert rows[ids["adapted"]]["links"] == "adapts " + ids["practice"], rows
    row, = table(exported(city, "csv", "--kind", "evaluation"))
    assert row["criteria.group"] == "parents; " and row["criteria.polarity"] == "well; ill", row
    assert "contact" not in exported(city, "csv", "--kind", "profile").splitlines()[0]
    kept = exported(city, "csv", "--kind", "profile", "--keep-personal").splitlines()[0]
    assert "contact" in kept.split(","), kept


def tables_hold_no_formulas_and_are_read_back(world):
    city, other = world.city("kavala").start(), world.city("gdansk").start()
    texts = ["=1+1", "+1-2", "@SUM(A1)", "-2+3", "'quoted", "\"so\", said; she\nand went", "plain", "-5"]
    for text in texts:
        publish(city, "practice", title="=HYPERLINK(\"x\")", summary=text, steps=[text.split(";")[0], "=b"],
                place={"country": "CL", "name": "Santiago", "lat": -33.45, "lon": -70.6667},
                tags=["=x", "y"], approach=text)
    rows = table(exported(city, "csv", "--kind", "practice"))
    for row in rows:
        for name, cell in row.items():
            assert cell[:1] not in tuple("=@\t") and (cell[:1] not in tuple("+-") or float(cell)), (name, cell)
        assert row["place.lat"] == "-33.45", row
    path = os.path.join(world.dir, "table.csv")
    good(city.cli("export", "--format", "csv", "--kind", "practice", "--to", path))
    said = good(other.cli("import", "--map", world.file("back.map", MAPPING), path))
    assert said.startswith(f"{len(texts)} new, 0 already there, 0 refused\n"), said
    plain = [{name: value for name, value in line["body"].items() if name != "source"}
             for node in (city, other) for line in json_lines(good(node.cli("export")))]
    key = lambda body: json.dumps(body, sort_keys=True)  # noqa: E731
    assert sorted(plain[:len(texts)], key=key) == sorted(plain[len(texts):], key=key), plain


# ---- a site ----------------------------------------------------------------------------------------

VOID = {"meta", "link", "br"}
TAGS = VOID | set("html head title body nav main footer a h1 h2 h3 p div span ul ol li b section svg g rect "
                  "path circle text".split())


class Page(html.parser.HTMLParser):
    """What is in one page; complains about whatever no page may hold."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.path, self.open, self.text, self.links, self.ids, self.langs = path, [], "", [], set(), set()
        self.tags = []
        with open(path, encoding="utf-8") as file:
            self.source = file.read()
        self.feed(self.source)
        self.close()
        assert not self.open, (path, self.open)

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, (self.path, tag)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on") and name not in ("src", "style"), (self.path, name)
            if name == "href":
                self.links.append(value)
            if name == "id":
                self.ids.add(value)
            if name == "lang":
                self.langs.add(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (self.path, tag)

    def handle_data(self, data):
        self.text += data


def site(city, world, *args, name="site"):
    """Exports a site; returns path -> page, all links checked."""
    top = os.path.join(world.dir, name)
    good(city.cli("export", "--format", "html", "--to", top, *args))
    assert not [name for name in os.listdir(world.dir) if ".part" in name]
    return read_site(top)


def read_site(top):
    pages = {}
    for folder, _, files in os.walk(top):
        for file in files:
            path = os.path.join(folder, file)
            if file != "style.css":
                assert file.endswith(".html"), path
                pages[os.path.relpath(path, top)] = Page(path)
    for path, page in pages.items():
        for to in page.links:
            address = urllib.parse.urlsplit(to)
            if address.scheme:
                assert address.scheme in ("http", "https"), (path, to)
                continue
            there = os.path.normpath(os.path.join(os.path.dirname(path), address.path or os.path.basename(path)))
            assert os.path.exists(os.path.join(top, there)), (path, to)
            assert not address.fragment or address.fragment in pages[there].ids, (path, to)
    return pages


def a_site_tells_of_every_record(world):
    city = world.city("kavala").start()
    ids = some_records(city)
    pages = site(city, world)
    assert {path[2:-5] for path in pages if path.startswith("r/")} == set(ids.values())
    page = pages[f"r/{ids['practice']}.html"]
    for words in ("Social pharmacy", "Medicine & care", "Collect.", "Conditions: legal", "A permit",
                  "Who pays the rent?", "object", "Adapted by: Farmacie", "Revised by", "Stance",
                  "replaced by a later version", ids["practice"]):
        assert words in page.text, (words, page.text)
    assert "https://example.org/pharmacy" in page.links and f"{ids['adapted']}.html" in page.links
    assert page.tags.count("svg") == 1 and page.tags.count("rect") == 2, page.tags
    adapted = pages[f"r/{ids['adapted']}.html"]
    assert "ro" in adapted.langs and "kept: all" in adapted.text and "why: few people" in adapted.text
    assert "svg" not in pages[f"r/{ids['ask']}.html"].tags
    index = pages["index.html"]
    assert {"kind-practice.html", "kind-ask.html", "country-GR.html", "map.html"} <= set(index.links)
    assert index.text.index("Heard") < index.text.index("Conference") < index.text.index("Social pharmacy")
    assert len([to for to in pages["country-GR.html"].links if to.startswith("r/")]) == 2
    assert "Kavala, GR" in pages["map.html"].text and pages["map.html"].tags.count("circle") == 2
    part = site(city, world, "--kind", "practice", "--country", "RO", name="part")
    page = part[f"r/{ids['adapted']}.html"]
    assert "Adapts: Social pharmacy (not in this export)" in page.text, page.text
    assert "network" not in page.source.split("<body>", maxsplit=1)[0]


def a_site_is_whole_or_not_there(world):
    city = world.city("kavala").start()
    publish(city, "practice", title="One")
    bad(city.cli("export", "--format", "html"), USAGE, "--to")
    top = os.path.join(world.dir, "site")
    os.mkdir(top)
    world.file("site/mine.txt", "mine")
    bad(city.cli("export", "--format", "html", "--to", top), FAILED, "not empty")
    assert os.listdir(top) == ["mine.txt"]
    os.unlink(os.path.join(top, "mine.txt"))
    bad(city.cli("export", "--format", "html", "--to", top, "--since", "nonsense"), USAGE)
    assert os.listdir(top) == [] and not [name for name in os.listdir(world.dir) if ".part" in name]
    assert "1 record" in site(city, world)["index.html"].text
    empty = world.city("gdansk").start()
    pages = site(empty, world, name="empty")
    assert set(pages) == {"index.html", "map.html"} and pages["map.html"].tags.count("circle") == 0


def hostile(field, city):
    """The worst that a field takes."""
    if "choices" in field:
        return field["choices"][0]
    if field["type"] == "key":
        return city.call("node.info")["author"]
    return {"integer": 1, "degrees": 12.5, "date-time": "2026-01-01", "yes-no": True, "base64": "PGI+",
            "text": f'x"><img src=x onerror=alert(1)>{SCRIPT}\'&amp;'}.get(field["type"])


def described(city, kind):
    return city.call("kind.describe", kind=kind)["kinds"][0]["fields"]


def fill(fields, city):
    body = {}
    for field in fields:
        value = fill(field["fields"], city) if "fields" in field else hostile(field, city)
        if field["name"] not in ("contact", "recovery_key"):
            body[field["name"]] = [value] if field.get("list") else value
    return body


def hostile_records_stay_text(world):
    city = world.city("kavala").start()
    attack = hostile({"type": "text"}, city)
    target = publish(city, "practice", title=attack)
    count = 0
    for kind in ("practice", "initiative", "exchange", "ask", "statement", "evaluation", "plan", "action",
                 "introduction", "label", "profile", "stance", "pact", "vocabulary"):
        body = fill(described(city, kind), city)
        note = {"kept": attack, "changed": attack, "why": attack}
        draft = {"kind": kind, "lang": "en", "body": body,
                 "links": [link("adapts" if kind == "practice" else "about", target, **note)]}
        for _ in range(40):  # what a rule refuses is left out
            result = city.call("record.check", records=[draft])["results"][0]
            if result["valid"]:
                count += 1
                city.call("record.publish", records=[draft])
                break
            path = result["field"].replace("[0]", "").split(".")
            if path[0] != "body" or not isinstance(body, dict):
                break
            inner = body
            for name in path[1:-1]:
                inner = inner[name][0] if isinstance(inner[name], list) else inner[name]
            if inner.pop(path[-1], None) is None:
                break
    assert count >= 8, count
    publish(city, "statement", intent="comment", text="a javascript:alert(1) b", reason="javascript:alert(1)")
    pages = site(city, world)  # which looks at every tag and attribute
    for path, page in pages.items():
        assert "<script" not in page.source.lower() and "<img" not in page.source.lower(), path
        assert not any(control in page.source for control in "\u202e\u2066\x1b\x00"), path
    assert SCRIPT in pages[f"r/{target}.html"].text
    for item in json.loads(exported(city, "activitystreams"))["orderedItems"]:
        content = "".join(item.get("contentMap", {}).values())
        assert "<script" not in content and "<img" not in content, item


def a_large_lineage_has_a_page_of_its_own(world):
    city = world.city("kavala").start()
    root = publish(city, "practice", title="Root")
    drafts = [{"kind": "practice", "lang": "en", "body": {"title": f"Town {i}"},
               "links": [link("adapts", root, kept="all", changed="town", why="here")]} for i in range(70)]
    ids = [one["id"] for one in city.call("record.publish", records=drafts)["records"]]
    pages = site(city, world)
    assert [path for path in pages if path.startswith("lineage/")] == [f"lineage/{root}.html"]
    assert pages[f"lineage/{root}.html"].tags.count("rect") == 71
    for one in [root, *ids]:
        assert f"../lineage/{root}.html" in pages[f"r/{one}.html"].links, one


def many_records_take_little_memory(world):
    city = world.city("kavala").start()
    for start in range(0, 2000, 100):
        city.call("record.publish", records=[
            {"kind": "practice", "lang": "en", "body": {
                "title": f"Practice {i}", "approach": f"Text {i} " * 100,
                "place": {"country": "GR", "name": f"Town {i % 50}", "lat": 35 + i % 50 / 10, "lon": 24.5}}}
            for i in range(start, start + 100)])
    for form, name in (("json", "a.jsonl"), ("activitystreams", "a.json"), ("schema.org", "s.json"),
                       ("csv", "a.csv"), ("html", "site")):
        path = os.path.join(world.dir, name)
        kith = subprocess.Popen([KITH, "--home", city.home, "export", "--format", form, "--kind", "practice",
                                 "--to", path])
        _, status, usage = os.wait4(kith.pid, 0)
        kith.returncode = os.waitstatus_to_exitcode(status)
        assert kith.returncode == 0, form
        assert SLOW or usage.ru_maxrss < 32 * 1024, f"{form}: {usage.ru_maxrss} KiB"
        assert form == "html" or os.path.getsize(path) > 2000 * 900, form
    pages = read_site(os.path.join(world.dir, "site"))
    assert len([path for path in pages if path.startswith("r/")]) == 2000
    assert {"index.html", "all-2.html", "all-20.html", "kind-practice-20.html"} <= set(pages)
    assert len([to for to in pages["all-20.html"].links if to.startswith("r/")]) == 100
    assert "20 more" in pages["map.html"].text, "places with many records list some"


if __name__ == "__main__":
    main(lines_give_the_same_ids_in_an_empty_node, a_file_is_whole_or_not_there,
         activitystreams_say_what_became_of_what, schema_org_says_what_things_are,
         tables_have_the_fields_of_a_kind, tables_hold_no_formulas_and_are_read_back,
         a_site_tells_of_every_record, a_site_is_whole_or_not_there, hostile_records_stay_text,
         a_large_lineage_has_a_page_of_its_own, many_records_take_little_memory)
