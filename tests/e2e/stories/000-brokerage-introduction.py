#!/usr/bin/env python3
"""000: the SIAC network works only through individuals, because that is where change happens. A broker
introduces Kavala's pharmacy and Baia Mare's culture group; only both answers together make it an introduction,
and who declines gives no reason."""
from story import main, towns

INTRODUCTION = """Kind: introduction
A: {a}
B: {b}

## Why
You both bring people together who otherwise never meet.
"""


def both_accept(world):
    broker, kavala, culture = towns(world, "broker", "kavala-pharmacy", "baia-mare-culture")
    made = broker.tell(INTRODUCTION, a=kavala.key, b=culture.key)
    kavala.hears(made)
    culture.hears(made)
    assert "proposed" in broker.kith("show", made)
    assert [r["awaited"] for r in broker.rows("report", "silence")["introductions"]] == [
        [kavala.key, culture.key]]
    kavala.hears(made)
    yes = kavala.json("accept", made)["id"]
    culture.hears(yes)
    assert "proposed" in culture.kith("show", made)
    second = culture.json("accept", made)["id"]
    for town in (broker, kavala):
        town.hears(yes, second)
        assert "both have accepted" in town.kith("show", made), town.kith("show", made)
    path = kavala.rows("path", culture.key)["path"]
    assert [(step["from"], step["to"]) for step in path] == [(kavala.key, culture.key)], path


def one_declines_without_a_reason(world):
    broker, kavala, culture = towns(world, "broker", "kavala-pharmacy", "baia-mare-culture")
    made = broker.tell(INTRODUCTION, a=kavala.key, b=culture.key)
    culture.hears(made)
    no = culture.json("decline", made)["id"]
    for town in (broker, kavala):
        town.hears(made, no)
        said = town.kith("show", made)
        assert "declined" in said and "because" not in said, said
    assert "must not be given" in kavala.kith(
        "new", "stance", "--link", f"answers={made}", "--set", "position=abstain", "--set",
        "reason=They talk too much.", status=4)
    # Somebody else cannot answer for them.
    said = broker.kith("decline", made, status=4)
    assert "only the two who are introduced" in said, said


main(both_accept, one_declines_without_a_reason)
