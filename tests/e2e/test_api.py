#!/usr/bin/env python3
"""The local API as its clients see it: what is asked is answered in order, and what is wrong is said."""
import base64
import json
import os
import shutil
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from api_talk import practice, publish, refused, request, talk  # noqa: E402
from kith_e2e import DEADLINE, ROOT, Skip, main, wait_until  # noqa: E402

NOWHERE = "0" * 64


# ---- using it ------------------------------------------------------------------------------------

def ten_lines_of_python_are_enough(world):
    city = world.city("kavala").start()
    s = socket.socket(socket.AF_UNIX)
    s.connect(city.path("api.sock"))
    lines = s.makefile("rw", encoding="utf-8")
    lines.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "node.info"}) + "\n")
    lines.flush()
    answer = json.loads(lines.readline())
    assert answer["id"] == 1 and answer["result"]["name"] == "kavala", answer
    lines.close()
    s.close()


def socat_is_enough(world):
    if not shutil.which("socat"):
        raise Skip("socat is not installed")
    city = world.city("kavala").start()
    done = subprocess.run(["socat", "-t", str(DEADLINE), "-", "UNIX-CONNECT:" + city.path("api.sock")],
                          input=request("node.info") + b'{"jsonrpc":"2.0","id":2,"method":"kind.describe"}',
                          capture_output=True, timeout=DEADLINE, check=True)
    first, second = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["result"]["name"] == "kavala"
    assert "practice" in [kind["kind"] for kind in second["result"]["kinds"]]


def what_is_published_can_be_read(world):
    city = world.city("kavala").start()
    draft = practice("Κοινωνικό φαρμακείο", place={"country": "GR", "name": "Kavala", "lat": 40.93, "lon": 24.4},
                     tags=["health"], lessons="Žluťoučký kůň")
    draft["lang"] = "el"
    answer = city.call("record.publish", record=draft)["records"]
    assert len(answer) == 1 and answer[0]["status"] == "new", answer
    full = answer[0]["id"]
    for prefix in (full, full.upper(), full[:1], full[:17]):
        got = city.call("record.get", id=prefix, envelope=True)
        assert got["record"]["id"] == full and got["state"] == "held"
        assert got["record"]["body"] == draft["body"], got
    again = city.call("record.publish", envelope=got["envelope"])["records"]
    assert again == [{"id": full, "status": "exists"}], again
    for ask in ({"words": "zlutoucky KUN"}, {"words": "φαρμακειο"}, {"tag": "Health"}, {"country": "GR"},
                {"place": "kav"}, {"kind": "practice"}, {"author": got["record"]["author"]}, {"lang": "el"},
                {"since": got["record"]["created"]}, {"until": "2200"}):
        found = city.call("record.find", **ask)["records"]
        assert [r["id"] for r in found] == [full], ask
    for ask in ({"words": "kůň osel"}, {"tag": "housing"}, {"country": "PL"}, {"place": "gda"},
                {"kind": "profile"}, {"lang": "pl"}, {"since": "2200"}, {"until": "2001"},
                {"target": full}):
        assert city.call("record.find", **ask) == {"records": []}, ask
    assert city.call("node.info")["records"] == {"held": 1, "erased": 0, "declined": 0, "authors": 1}


def links_are_seen_from_both_ends(world):
    city = world.city("kavala").start()
    (first,) = publish(city, "First")
    draft = practice("Second")
    draft["links"] = [{"type": "adapts", "target": first, "kept": "a", "changed": "b", "why": "c"},
                      {"type": "cites", "target": NOWHERE}]
    second = city.call("record.publish", record=draft)["records"][0]["id"]
    assert city.call("record.get", id=second)["record"]["links"] == draft["links"]
    out = city.call("record.links", id=second[:20])
    assert out == {"id": second, "links": [
        {"direction": "out", "type": "adapts", "record": first, "held": True, "kind": "practice",
         "title": "First"},
        {"direction": "out", "type": "cites", "record": NOWHERE, "held": False}]}, out
    into = city.call("record.links", id=first, direction="in")["links"]
    assert [(link["record"], link["type"]) for link in into] == [(second, "adapts")], into
    assert city.call("record.links", id=first, direction="out")["links"] == []
    assert city.call("record.links", id=second, type="cites")["links"] == out["links"][1:]
    found = city.call("record.find", target=first, link_type="adapts")["records"]
    assert [r["id"] for r in found] == [second]


def a_link_that_would_not_count_is_refused_where_its_target_is_known(world):
    city = world.city("kavala").start()
    pharmacy, statement, person = [city.call("record.publish", record=draft)["records"][0]["id"] for draft in (
        practice("Pharmacy"), {"kind": "statement", "body": {"intent": "comment", "text": "Yes."}},
        {"kind": "profile", "body": {"type": "person", "title": "Anna"}})]

    def stance(target, type="about"):
        return {"kind": "stance", "body": {"position": "support"}, "links": [{"type": type, "target": target}]}

    other_kind = practice("Pharmacy 2")
    other_kind["links"] = [{"type": "cites", "target": NOWHERE}, {"type": "revises", "target": statement}]
    for draft, field, words in ((stance(person), "links[0]", "profile"), (other_kind, "links[1]", "kind"),
                                (stance(pharmacy, "co-signs"), "links[0]", "author"),
                                (stance(pharmacy, "answers"), "links[0]", "introduction")):
        data = refused(lambda d=draft: city.call("record.publish", records=[practice("T"), d]), 3, field, words)
        assert data["field"] == field and data["index"] == 1, data
        verdict = city.call("record.check", record=draft)["results"][0]
        assert not verdict["valid"] and verdict["field"] == field and words in verdict["rule"], verdict
    for draft in stance(pharmacy), stance(NOWHERE), stance(NOWHERE, "answers"):
        assert city.call("record.check", record=draft)["results"][0]["valid"]
        assert city.call("record.publish", record=draft)["records"][0]["status"] == "new"


def publishing_is_all_or_nothing(world):
    city = world.city("kavala").start()
    drafts = [practice("Good"), practice("Bad", place={"country": "XX"}), practice("Good too")]
    data = refused(lambda: city.call("record.publish", records=drafts), 3, "body.place.country")
    assert data["index"] == 1 and data["field"] == "body.place.country" and data["rule"], data
    assert city.call("node.info")["records"]["held"] == 0
    results = city.call("record.check", records=drafts)["results"]
    assert [r["valid"] for r in results] == [True, False, True], results
    assert results[1]["field"] == "body.place.country"
    assert city.call("node.info")["records"]["held"] == 0
    refused(lambda: city.call("record.publish", record=practice("T", titel="x")), 3, "body.titel")
    refused(lambda: city.call("record.publish", record={"kind": "practise"}), 3, "practice")
    refused(lambda: city.call("record.publish", record=practice("T"), records=[practice("T")]), -32602)
    refused(lambda: city.call("record.publish"), -32602, "record")
    refused(lambda: city.call("record.publish", record=practice("T", steps=["x" * 8000] * 9)), 7)


def forged_records_are_refused(world):
    city = world.city("kavala").start()
    (one,) = publish(city, "One")
    envelope = city.call("record.get", id=one, envelope=True)["envelope"]
    at = len(envelope) // 2
    flipped = envelope[:at] + ("B" if envelope[at] == "A" else "A") + envelope[at + 1:]
    refused(lambda: city.call("record.publish", envelopes=[envelope, flipped]), 3)
    refused(lambda: city.call("record.publish", envelope="AAAA"), 3)


def vectors(name):
    """Lines and bytes of the envelopes in a file of protocol/vectors/records."""
    with open(os.path.join(ROOT, "protocol", "vectors", "records", name), encoding="utf-8") as file:
        for vector in file.read().split("\n\n"):
            lines = dict(line.split(" ", 1) for line in vector.splitlines() if " " in line)
            if "record" not in lines:
                continue
            runs = [run.rpartition("*") for run in lines["envelope"].split()]
            yield lines, b"".join(bytes.fromhex(b) * int(n or 1) for n, _, b in runs)


def only_what_holds_to_the_rules(world):
    """Records that were signed elsewhere: the vectors of the specification."""
    city = world.city("kavala").start()
    for lines, envelope in vectors("valid.txt"):
        text = base64.b64encode(envelope).decode()
        if int(lines["created-ms"]) > 1 << 42:
            refused(lambda t=text: city.call("record.publish", envelope=t), 3, "created", "ahead")
        elif lines["body"] == "erased":
            refused(lambda t=text: city.call("record.publish", envelope=t), 3, "body", "erased")
        else:
            answer = city.call("record.publish", envelope=text)["records"][0]
            assert answer["id"] == lines["id"] and answer["status"] == "new", lines
            assert city.call("record.get", id=answer["id"], envelope=True)["envelope"] == text
    held = city.call("node.info")["records"]["held"]
    for lines, envelope in vectors("declined.txt"):
        if lines["check"].startswith("refused"):
            text = base64.b64encode(envelope).decode()
            data = refused(lambda t=text: city.call("record.publish", envelope=t), 3)
            assert data["field"] and data["rule"] and data["index"] == 0, (lines, data)
    without = next(e for lines, e in vectors("envelope.txt") if lines["record"] == "without its body")
    text = base64.b64encode(without).decode()
    refused(lambda: city.call("record.publish", envelope=text), 3, "body")
    assert held >= 10 and city.call("node.info")["records"]["held"] == held


def a_source_is_imported_once(world):
    city = world.city("kavala").start()
    draft = practice("Imported", source={"url": "https://example.org/list", "id": "7"})
    assert city.call("record.check", record=draft)["results"][0].get("exists") is None
    first = city.call("record.publish", record=draft, unless_source=True)["records"][0]
    again = city.call("record.publish", record=draft, unless_source=True)["records"][0]
    assert first["status"] == "new" and again == {"id": first["id"], "status": "exists"}, again
    assert city.call("record.check", record=draft)["results"][0]["exists"] == first["id"]
    assert city.call("record.publish", record=draft)["records"][0]["status"] == "new"


def pages_hold_everything_once(world):
    city = world.city("kavala").start()
    ids = publish(city, *(f"Number {i}" for i in range(25)))
    seen, cursor, pages = [], {}, 0
    while True:
        answer = city.call("record.find", words="number", limit=10, **cursor)
        seen += [r["id"] for r in answer["records"]]
        pages += 1
        assert pages <= 3, "it goes round in circles"
        if "cursor" not in answer:
            break
        cursor = {"cursor": answer["cursor"]}
    assert pages == 3 and sorted(seen) == sorted(ids), (pages, len(seen))


def long_pages_end_early(world):
    city = world.city("kavala").start()
    for _ in range(4):
        city.call("record.publish", records=[practice("Long", steps=["x" * 8000] * 7)] * 10)
    seen, cursor, sizes = 0, {}, []
    while True:
        answer = city.call("record.find", limit=1000, **cursor)
        sizes.append(len(answer["records"]))
        assert sum(sizes) <= 40, sizes
        if "cursor" not in answer:
            break
        cursor = {"cursor": answer["cursor"]}
    assert sum(sizes) == 40 and max(sizes) < 40, sizes


def an_ambiguous_prefix_lists_candidates(world):
    city = world.city("kavala").start()
    ids = publish(city, *(f"Number {i}" for i in range(17)))  # of 16 first digits, one comes twice
    digit = max("0123456789abcdef", key=lambda d: sum(i[0] == d for i in ids))
    data = refused(lambda: city.call("record.get", id=digit), 2, "more than one")
    candidates = data["candidates"]
    assert sorted(c["id"] for c in candidates) == sorted(i for i in ids if i[0] == digit)
    assert all(c["title"].startswith("Number") and c["kind"] == "practice" for c in candidates)
    refused(lambda: city.call("record.links", id=digit), 2)
    refused(lambda: city.call("record.get", id=NOWHERE), 1)
    refused(lambda: city.call("record.get", id="g"), -32602, "id", "hexadecimal")


def partners_are_kept(world):
    city, other = world.city("kavala").start(), world.city("gdansk").start()
    address = other.call("node.info")["address"]
    group = other.call("node.info")["author"]
    own = city.call("node.info")["address"]
    added = city.call("partner.add", address=address, name="Gdańsk")
    assert added["status"] == "added" and added["partner"]["address"] == address, added
    assert city.call("partner.add", address=address, name="Gdańsk")["status"] == "changed"
    other.call("partner.add", address=city.call("node.info")["author"])
    wait_until(lambda: city.call("partner.list")["partners"][0]["state"] == "live", "they meet")
    (seen,) = other.call("partner.list")["partners"]
    assert "address" not in seen and seen["counters"]["connections"] == 1, seen
    assert city.call("partner.pause", partner="Gdańsk")["partner"]["paused"] is True
    wait_until(lambda: other.call("partner.list")["partners"][0]["state"] == "waiting", "they part")
    (seen,) = other.call("sync.status")["partners"]
    assert "paused" in seen["last_error"] and "counters" not in seen, seen
    city.stop().start()
    assert city.call("partner.list")["partners"][0]["state"] == "paused"
    assert city.call("partner.resume", partner=group)["status"] == "resumed"
    wait_until(lambda: city.call("sync.status")["partners"][0]["state"] == "live", "they meet again")
    assert city.call("partner.remove", partner="Gdańsk")["status"] == "removed"
    assert city.call("partner.list") == {"partners": []}
    refused(lambda: city.call("partner.remove", partner="Gdańsk"), 1)
    refused(lambda: city.call("partner.add", address=own), 5, "itself")
    refused(lambda: city.call("partner.add", address=address[:-1]), -32602, "group")
    refused(lambda: city.call("partner.add", address=address, name="\x1b[31m"), -32602, "name")


def two_partners_of_one_name(world):
    city = world.city("kavala").start()
    keys = [world.city(name).start().call("node.info")["author"] for name in ("a", "b")]
    for key in keys:
        city.call("partner.add", address=key, name="same")
    data = refused(lambda: city.call("partner.pause", partner="same"), 2)
    assert sorted(c["group"] for c in data["candidates"]) == sorted(keys)


def figures_and_descriptions(world):
    city = world.city("kavala").start()
    publish(city, "One")
    metrics = city.call("metrics.get")
    assert metrics["store.last_seq"] == 1 and metrics["api.clients"] == 1, metrics
    assert all(isinstance(value, int) for value in metrics.values())
    methods = city.call("rpc.discover")["methods"]
    assert len(methods) > 15 and all(m["summary"] and m["example"] for m in methods)
    ask = b'{"jsonrpc":"2.0","id":1,"method":"rpc.discover","params":["record.%s"]}\n'
    found, missing = talk(city, ask % b"get" + ask % b"got")
    (one,) = found["result"]["methods"]
    assert one["params"]["required"] == ["id"] and missing["error"]["code"] == 1, missing
    status = city.call("sync.status")
    assert status["store"]["lag"] == 0 and status["storage_blocked"] is False


# ---- JSON-RPC ------------------------------------------------------------------------------------

def errors_of_the_specification(world):
    city = world.city("kavala").start()
    for line, code in ((b"{", -32700), (b"7", -32600), (b"[]", -32600), (b'{"jsonrpc":"2.0","id":1}', -32600),
                       (b'{"jsonrpc":"2.0","id":1,"method":"nope"}', -32601),
                       (b'{"jsonrpc":"2.0","id":1,"method":"record.get"}', -32602),
                       (b"[" * 40 + b"]" * 40, -32700), (b'{"a":1,"a":2}', -32700), (b"\xff", -32700)):
        (answer,) = talk(city, line + b"\n")
        assert answer["error"]["code"] == code, (line, answer)
    data = refused(lambda: city.call("record.fnd"), -32601, "record.find")
    assert data == {"suggestion": "record.find"}
    data = refused(lambda: city.call("record.find", limit=0), -32602, "limit")
    assert data["field"] == "limit" and data["rule"] == "must be at least 1"


def batches_and_notifications(world):
    city = world.city("kavala").start()

    def line(*requests):
        return json.dumps(list(requests)).encode() + b"\n"

    def one(method, number=None, params=None):
        return {"jsonrpc": "2.0", "method": method, **({} if number is None else {"id": number}),
                **({"params": params} if params is not None else {})}

    (answers,) = talk(city, line(one("node.info", 1), one("nope", "b"), one("node.info"), 7,
                                 one("record.get", 3, ["00"]), one("kind.describe", 4, ["x"])))
    assert [a["id"] for a in answers] == [1, "b", None, 3, 4], answers
    assert [a.get("error", {}).get("code") for a in answers] == [None, -32601, -32600, 1, None]
    assert talk(city, line(one("node.info"), one("nope"))) == []
    assert talk(city, json.dumps(one("record.publish", None, {"record": practice("Silent")})).encode()) == []
    wait_until(lambda: city.call("node.info")["records"]["held"] == 1, "the notification is heeded")
    (answers,) = talk(city, line(*(one("record.publish", i, {"record": practice(f"B {i}")}) for i in range(50))))
    assert [a["id"] for a in answers] == list(range(50)), answers
    assert city.call("node.info")["records"]["held"] == 51
    (answer,) = talk(city, line(*[0] * 257))
    assert answer["error"]["code"] == -32600


def answers_come_in_order(world):
    city = world.city("kavala").start()
    (one,) = publish(city, "One")
    asked = b""
    for i in range(0, 600, 6):
        asked += request("record.publish", i, record=practice(f"N {i}"))
        asked += request("record.publish", i + 1, record=practice(f"M {i}"))
        asked += request("record.get", i + 2, id=one)
        asked += request("record.find", i + 3, words=f"n {i}", limit=1)
        asked += request("nope", i + 4)
        asked += request("node.info", i + 5)
    answers = talk(city, asked)
    assert [a["id"] for a in answers] == list(range(600))
    for i in range(0, 600, 6):  # and everybody reads what he has written
        assert answers[i + 3]["result"]["records"][0]["body"]["title"] == f"N {i}"
        assert answers[i + 5]["result"]["records"]["held"] == 3 + i // 3


# ---- following -----------------------------------------------------------------------------------

def titles(messages):
    messages = list(messages)
    assert all(m["method"] == "record.follow" and "id" not in m for m in messages), messages
    return [m["params"]["record"]["body"]["title"] for m in messages]


def followers_hear_what_is_stored(world):
    city = world.city("kavala").start()
    publish(city, "Before")
    follower, late = city.connect("read.sock"), city.connect()
    assert follower.call("record.follow") == {"cursor": "1"}
    publish(city, "A", "B")
    publish(city, "C")
    assert titles(follower.notification() for _ in range(3)) == ["A", "B", "C"]
    late.call("record.follow", cursor="0")
    assert titles(late.notification() for _ in range(4)) == ["Before", "A", "B", "C"]
    refused(lambda: late.call("record.follow"), 4, "follows already")
    assert late.call("record.unfollow") == {"cursor": "4"}
    refused(lambda: late.call("record.unfollow"), 1)
    publish(city, "D")
    assert titles([follower.notification()]) == ["D"]
    assert late.call("node.info")["records"]["held"] == 5 and not late.told
    refused(lambda: late.call("record.follow", cursor="99"), -32602, "ahead")
    assert city.call("metrics.get")["api.followers"] == 1


def only_one_kind(world):
    city = world.city("kavala").start()
    follower = city.connect()
    follower.call("record.follow", kind="profile")
    publish(city, *(f"Number {i}" for i in range(100)))
    profile = {"kind": "profile", "body": {"title": "Kavala", "type": "city"}}
    city.call("record.publish", record=profile)
    message = follower.notification()
    assert titles([message]) == ["Kavala"] and message["params"]["cursor"] == "101"
    publish(city, "One more")
    assert follower.call("record.unfollow")["cursor"] in ("101", "102") and not follower.told


def nothing_is_lost_or_told_twice(world):
    """A follower that is cut off again and again, and the node restarted in between."""
    city = world.city("kavala").start()
    heard, cursor, count = [], "0", 400
    for round_ in range(8):
        city.call("record.publish", records=[practice(f"{round_}-{i}") for i in range(count // 8)])
        follower = city.connect()
        follower.call("record.follow", cursor=cursor)
        for _ in range(30):  # fewer than were published: the rest comes after the next reconnection
            message = follower.notification()
            heard.append(message["params"]["record"]["body"]["title"])
            cursor = message["params"]["cursor"]
        follower.close()
        if round_ == 3:
            city.stop().start()
        if round_ == 5:
            city.kill().start()
    follower = city.connect()
    follower.call("record.follow", cursor=cursor)
    while len(heard) < count:
        heard.append(follower.notification()["params"]["record"]["body"]["title"])
    assert heard == [f"{r}-{i}" for r in range(8) for i in range(count // 8)]


def a_slow_follower_costs_nothing_and_misses_nothing(world):
    city = world.city("kavala").start()
    follower = city.connect()
    follower.call("record.follow")
    count = 20
    for round_ in range(count):  # some 10 MB that nobody reads yet
        city.call("record.publish",
                  records=[practice(f"{round_}-{i}", steps=["x" * 8000] * 6) for i in range(10)])
    unsent = city.call("metrics.get")["api.unsent_bytes"]
    assert unsent < 1 << 20, unsent
    assert titles(follower.notification() for _ in range(10 * count)) == [
        f"{r}-{i}" for r in range(count) for i in range(10)]


def a_follower_may_close_its_sending_half(world):
    city = world.city("kavala").start()
    follower = city.connect()
    follower.call("record.follow")
    follower.socket.shutdown(socket.SHUT_WR)
    publish(city, "Heard")
    assert titles([follower.notification()]) == ["Heard"]
    follower.close()
    publish(city, "Unheard")
    wait_until(lambda: city.call("metrics.get")["api.followers"] == 0, "it is noticed to be gone")


main(
    ten_lines_of_python_are_enough, socat_is_enough, what_is_published_can_be_read,
    links_are_seen_from_both_ends, a_link_that_would_not_count_is_refused_where_its_target_is_known,
    publishing_is_all_or_nothing, forged_records_are_refused,
    only_what_holds_to_the_rules, a_source_is_imported_once, pages_hold_everything_once, long_pages_end_early,
    an_ambiguous_prefix_lists_candidates, partners_are_kept, two_partners_of_one_name,
    figures_and_descriptions, errors_of_the_specification, batches_and_notifications,
    answers_come_in_order, followers_hear_what_is_stored, only_one_kind,
    nothing_is_lost_or_told_twice, a_slow_follower_costs_nothing_and_misses_nothing,
    a_follower_may_close_its_sending_half)
