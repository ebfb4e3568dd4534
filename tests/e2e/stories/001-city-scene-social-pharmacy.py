#!/usr/bin/env python3
"""001: in Kavala a social pharmacy was created with the wider engagement of professionals. Another town adapts
it and says what was kept, what was changed, and why; the lineage across cities shows every edge."""
from story import main, towns

PHARMACY = """Kind: practice
Title: Social pharmacy
Place: Kavala, GR
Time: 2010..2013
Tags: health, solidarity
Outcome: worked

## Problem
The poorest sections of the population had no access to medicine.

## Approach
Professionals give hours, so that a new type of health service is open to the broader public.
"""

ADAPTED = """Kind: practice
Title: {title}
Place: {place}
Tags: health
Link: adapts {target}
Link-kept: {kept}
Link-changed: {changed}
Link-why: {why}

## Approach
As in Kavala, our way.
"""


def the_lineage_shows_every_edge(world):
    kavala, baia_mare, debica = towns(world, "kavala", "baia-mare", "debica")
    pharmacy = kavala.tell(PHARMACY)
    baia_mare.hears(pharmacy)
    second = baia_mare.tell(ADAPTED, title="Pharmacy at the culture house", place="Baia Mare, RO",
                            target=pharmacy, kept="pharmacists who give hours",
                            changed="it stands in the culture house", why="people come there anyway")
    debica.hears(second)
    third = debica.tell(ADAPTED, title="Pharmacy of the workshops", place="Dębica, PL", target=second,
                        kept="the culture house", changed="a public-private partnership pays the rent",
                        why="the town may not")
    kavala.hears(second, third)
    for town in (kavala, baia_mare, debica):
        town.hears(pharmacy, second, third)
        rows = town.rows("lineage", second)["lineage"]
        assert [(row["id"], row["depth"]) for row in rows] == [
            (pharmacy, 0), (second, 1), (third, 2)], rows
        assert rows[2]["changed"] == "a public-private partnership pays the rent", rows
        page = town.kith("lineage", pharmacy)
        for words in ("Kavala, GR", "Baia Mare, RO", "Dębica, PL", "why: people come there anyway"):
            assert words in page, (words, page)
    assert "<svg" in kavala.kith("lineage", "--svg", third)


def an_adaptation_says_what_it_changed(world):
    kavala, = towns(world, "kavala")
    pharmacy = kavala.tell(PHARMACY)
    text = ADAPTED.replace("\n", "\nLang: en\n", 1).format(
        title="A copy", place="Lublin, PL", target=pharmacy, kept="all", changed="x", why="y")
    said = kavala.kith("publish", world.file("copy.kith", text.replace("Link-why: y\n", "")), status=4)
    assert "adapts" in said and "why" in said, said


main(the_lineage_shows_every_edge, an_adaptation_says_what_it_changed)
