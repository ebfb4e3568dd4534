#!/usr/bin/env python3
"""004: deep levels of collaboration arise when people know, like and trust one another: who introduced me to Kavala?
The path of people."""
from story import main, towns

INTRODUCTION = "Kind: introduction\nA: {a}\nB: {b}\n\n## Why\n{why}\n"


def the_path_of_people(world):
    me, amsterdam, baia_mare, kavala = towns(world, "me", "amsterdam", "baia-mare", "kavala")

    def introduce(broker, a, b, why):
        made = broker.tell(INTRODUCTION, a=a.key, b=b.key, why=why)
        answers = []
        for who in (a, b):
            who.hears(made)
            answers.append(who.json("accept", made)["id"])
        me.hears(made, *answers)
        return made

    first = introduce(amsterdam, me, baia_mare, "You both make the third part of the workshop.")
    second = introduce(baia_mare, amsterdam, kavala, "They asked how a pharmacy begins.")
    path = me.rows("path", kavala.key)["path"]
    assert path[-1]["to"] == kavala.key and path[0]["from"] == me.key, path
    assert [step["id"] for step in path] == [first, second], path
    assert "They asked how a pharmacy begins." in me.kith("path", kavala.key)


main(the_path_of_people)
