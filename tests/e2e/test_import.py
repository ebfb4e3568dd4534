#!/usr/bin/env python3
"""kith import and export: real tables by the mappings of the demo, which reach a second node;
importing again; what can be wrong with a table; the node killed in the middle; exported records that keep
their ids."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import DEADLINE, KITH, ROOT, SLOW, Skip, main, wait_until  # noqa: E402
from test_cli import FAILED, REFUSED, bad, found, good, json_lines, on_terminal  # noqa: E402

DATA = os.environ.get("KITH_DATA") or os.path.join(ROOT, "..", "shared", "data")
MAPPINGS = os.path.join(ROOT, "contrib", "demo", "mappings")
TABLES = (("urbact_networks.map", "urbact_membership.csv", 172),
          ("urbact_cities.map", "urbact_membership.csv", 591),
          ("public_goods.map", "public_goods.jsonl", 755),
          ("polis_statements.map", "polis_austria_climate.csv", 522))
TOTAL = sum(count for _, _, count in TABLES)

SIMPLE = """[record]
kind = practice
lang = en
title = {title}
summary = {text}
place.country = {cc|map cc}
tags = {tags|split ;}
source.url = https://example.org/
source.id = {id}
[map cc]
UK = GB
"""


def data(name):
    path = os.path.join(DATA, name)
    if not os.path.exists(path):
        raise Skip(f"there is no {path}; set KITH_DATA")
    return path


def tables(city, *args):
    """Imports all; returns the counts each has printed last."""
    counts = []
    for mapping, name, _ in TABLES:
        path = os.path.join(MAPPINGS, mapping)
        done = good(city.cli("import", *args, "--json", "--map", path, data(name)))
        counts.append(json_lines(done)[-1])
    return counts


def held(city):
    return city.call("node.info")["records"]["held"]


def many_rows(count, text=""):
    return "id,title,text,cc,tags\n" + "".join(f"{i},Title {i},{text},GR,t\n" for i in range(count))


def simple(world, rows, name="table.csv"):
    """Arguments that import rows by the simple mapping."""
    return ["import", "--map", world.file("simple.map", SIMPLE), world.file(name, rows)]


# ---- real tables ----------------------------------------------------------------------------------

def real_tables_come_in_once_and_reach_a_partner(world):
    data(TABLES[0][1])
    a = world.city("gdansk").start()
    dry = tables(a, "--dry-run")
    assert [one["new"] for one in dry] == [count for _, _, count in TABLES] and held(a) == 0, dry
    first = tables(a)
    assert [(one["new"], one["there"], one["refused"]) for one in first] == \
        [(count, 0, 0) for _, _, count in TABLES], first
    again = tables(a)
    assert [(one["new"], one["there"]) for one in again] == [(0, count) for _, _, count in TABLES], again
    dry = tables(a, "--dry-run")
    assert [(one["new"], one["there"]) for one in dry] == [(0, count) for _, _, count in TABLES], dry
    assert held(a) == TOTAL
    b = world.city("kavala").start()
    a.partner(b, dial=False)
    b.partner(a)
    _, said = on_terminal(["status", "--wait", "--home", b.home])
    assert "catching up" in said and "1 in step" in said, said
    assert held(b) == TOTAL, held(b)
    wait_until(lambda: b.call("sync.status")["store"]["lag"] == 0, "search knows them all")
    ids = [{record["id"] for record in found(b, word)} for word in ("Plungé", "plunge", "PLUNGE")]
    assert ids[0] and ids[0] == ids[1] == ids[2], ids
    city = found(b, "--tag", "urbact", "--kind", "profile", "Gdansk")[0]["body"]
    assert city["place"]["country"] == "PL" and city["type"] == "city", city
    assert len(found(b, "--limit", "2000", "--kind", "initiative")) == 172


# ---- one's own tables -----------------------------------------------------------------------------

def a_spreadsheet_is_read_as_it_is(world):
    city = world.city("kavala").start()
    table = world.file("table.csv", '\ufeffid;title;text;cc;tags\r\n'
                       '1;"A ""good""\nidea";"Costs 1,5 ; no more";UK;"a; b"\r\n'
                       '\r\n2;Cafe\u0301;Call +40 745 123 456 or mail ana@example.org;GR;\r\n')
    args = ["import", "--map", world.file("simple.map", SIMPLE), table]
    said = good(city.cli(*args))
    assert said.startswith("2 new, 0 already there, 0 refused\n"), said
    assert "1 e-mail address was left out" in said and "1 telephone number was left out" in said, said
    one, two = sorted((record["body"] for record in found(city)), key=lambda body: body["source"]["id"])
    assert one["title"] == 'A "good" idea' and one["place"] == {"country": "GB"}, one
    assert one["tags"] == ["a", "b"] and one["summary"] == "Costs 1,5 ; no more", one
    assert two["title"] == "Caf\u00e9" and two["summary"] == "Call […] or mail […]", two
    again = good(city.cli(*args))
    assert again.startswith("0 new, 2 already there, 0 refused\n") and held(city) == 2, again
    other = world.city("baia-mare").start()
    good(other.cli(*args[:1], "--keep-personal", *args[1:]))
    assert "ana@example.org" in good(other.cli("export"))


def refused_rows_are_named(world):
    city = world.city("kavala").start()
    rows = ("id,title,text,cc,tags\n1,Good,,GR,\n2,,no title,GR,\n3,Bad country,,XX,\n"
            '4,"Two\nlines",,GR,\n1,Twice,,GR,\n5,Last,,,\n')
    done = bad(city.cli(*simple(world, rows)), REFUSED, "row 2 (line 3): title",
               "row 3 (line 4): place.country")
    assert "3 new, 1 already there, 2 refused" in done.stdout, done.stdout
    assert held(city) == 3
    done = bad(city.cli(*simple(world, rows), "--json"), REFUSED)
    lines = json_lines(done.stdout)
    assert [(line["row"], line["line"], line["field"]) for line in lines[:-1]] == \
        [(2, 3, "title"), (3, 4, "place.country")], lines
    assert (lines[-1]["new"], lines[-1]["there"], lines[-1]["refused"]) == (0, 4, 2), lines
    limited = world.city("baia-mare").start()
    good(limited.cli(*simple(world, rows), "--limit", "1"))
    assert held(limited) == 1


def files_that_are_no_tables_are_explained(world):
    city = world.city("kavala").start()
    mapping = world.file("simple.map", SIMPLE)

    def attempt(content, status, *words, args=("--map", mapping)):
        path = os.path.join(world.dir, "file")
        with open(path, "wb") as file:
            file.write(content)
        return bad(city.cli("import", *args, path), status, *words)

    attempt(b"", FAILED, "empty")
    attempt("id,title\n1,x\n".encode("utf-16"), FAILED, "iconv")
    attempt(b"id,title\n1,caf\xe9\n2,good\n", REFUSED, "row 1 (line 2)", "column 'title' is not UTF-8")
    attempt(b'id,title\n3,good\n4,"open\n5,x\n', FAILED, "line 3", "never closed")
    attempt(b'{"id": "6", "title": "good"}\n["x"]\n{"id": \n', REFUSED,
            "row 2 (line 2): is not an object", "row 3 (line 3): is not JSON")
    attempt(b'[\n{"id": "6", "title": "good"}]\n', REFUSED, "row 1 (line 1)", "jq -c '.[]'")
    assert held(city) == 3
    attempt(b'{"a": 1}\n', REFUSED, "--map says how", args=())
    wrong = world.file("bad.map", "[record]\nkind = practice\ntitel = x\n")
    bad(city.cli("import", "--map", wrong, mapping), REFUSED, "bad.map:3", "did you mean 'title'")
    bad(city.cli("import", "--map", mapping, os.path.join(world.dir, "missing")), FAILED, "missing")


def maps_are_imported_by_their_features(world):
    city = world.city("kavala").start()
    mapping = world.file("map.map", """[input]
format = geojson
[record]
kind = initiative
lang = en
title = {name}
place.country = GR
place.lat = {@lat}
place.lon = {@lon}
source.url = https://example.org/map
source.id = {@id}
""")
    features = [{"type": "Feature", "id": i, "properties": {"name": f"Garden {i}"},
                 "geometry": {"type": "Point", "coordinates": [24.4 + i / 100, 40.9]}}
                for i in range(3)]
    path = world.file("map.geojson", json.dumps({"type": "FeatureCollection", "features": features},
                                                indent=1))
    assert good(city.cli("import", "--map", mapping, path)).startswith("3 new, 0 already there")
    assert good(city.cli("import", "--map", mapping, path)).startswith("0 new, 3 already there")
    gardens = json_lines(good(city.cli("find", "--json", "garden")))
    assert sorted(g["body"]["place"]["lon"] for g in gardens) == [24.4, 24.41, 24.42], gardens
    simple_map = world.file("simple.map", SIMPLE)
    bad(city.cli("import", "--map", simple_map, path), REFUSED, "format = geojson")


def a_bar_is_drawn_on_a_terminal_only(world):
    city = world.city("kavala").start()
    args = simple(world, many_rows(3000))
    _, said = on_terminal([args[0], "--home", city.home, *args[1:]])
    assert re.search(r"importing  \[=*>? *\] +\d+ %", said) and "3000 new" in said, said
    done = city.cli(*args)
    assert "importing" not in done.stdout + done.stderr and "3000 already there" in done.stdout, done


# ---- interruptions and moving on ------------------------------------------------------------------

def an_import_goes_on_where_the_node_died(world):
    city = world.city("kavala").start()
    count = 1500 if SLOW else 6000
    args = simple(world, many_rows(count, text="words " * 30))
    importing = subprocess.Popen([KITH, args[0], "--home", city.home, *args[1:]], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
    watch = city.connect()
    wait_until(lambda: watch.call("node.info")["records"]["held"] > 0, "the first batch")
    city.kill()
    out, err = importing.communicate(timeout=DEADLINE)
    if importing.returncode == 0:
        raise Skip("the import was faster than the end of the node")
    assert importing.returncode == 5 and "went away" in err, (importing.returncode, out, err)
    acknowledged = int(re.match(r"(\d+) new", out).group(1)) if out else 0
    city.start()
    survived = held(city)
    assert acknowledged <= survived <= count, (acknowledged, survived)
    said = good(city.cli(*args))
    assert said.startswith(f"{count - survived} new, {survived} already there"), said
    assert held(city) == count


def exports_keep_their_ids(world):
    a, b = world.city("gdansk").start(), world.city("kavala").start()
    good(a.cli(*simple(world, many_rows(300))))
    exported = good(a.cli("export"))
    path = world.file("export.jsonl", exported)
    assert good(b.cli("import", path)).startswith("300 new, 0 already there, 0 refused")
    assert good(b.cli("import", path)).startswith("0 new, 300 already there, 0 refused")

    def ids(text):
        return sorted(record["id"] for record in json_lines(text))

    assert ids(good(b.cli("export"))) == ids(exported) and len(ids(exported)) == 300
    assert len(good(a.cli("export", "--tag", "t", "--limit", "7")).splitlines()) == 7
    lines = exported.splitlines()
    forged = json.loads(lines[0])
    forged["envelope"] = forged["envelope"][:200] + ("A" if forged["envelope"][200] != "A" else "B") + \
        forged["envelope"][201:]
    c = world.city("baia-mare").start()
    path = world.file("forged.jsonl", "\n".join([json.dumps(forged), *lines[1:]]))
    done = bad(c.cli("import", path), REFUSED, "row 1 (line 1)")
    assert "299 new, 0 already there, 1 refused" in done.stdout, done.stdout
    drafts = world.file("drafts.jsonl", '{"kind": "practice", "body": {"title": "A draft"}}\n')
    assert good(c.cli("import", drafts)).startswith("1 new")


if __name__ == "__main__":
    main(real_tables_come_in_once_and_reach_a_partner, a_spreadsheet_is_read_as_it_is,
         refused_rows_are_named, files_that_are_no_tables_are_explained,
         maps_are_imported_by_their_features, a_bar_is_drawn_on_a_terminal_only,
         an_import_goes_on_where_the_node_died, exports_keep_their_ids)
