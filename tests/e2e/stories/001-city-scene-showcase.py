#!/usr/bin/env python3
"""001: the Seoul Innovation Planning Division showcases initiatives of cities around the world and researches how
to apply them in the local context: unmet conditions are listed, never a score."""
from story import main, titles, towns

METROCABLE = """Kind: practice
Title: Metrocable
Place: Medellín, CO
Tags: mobility, inclusion
Outcome: worked

## Approach
A cable car integrates isolated neighbourhoods into the remainder of the city.

## Conditions
### Legal
The city may build over private roofs.

### Money
A public company that earns enough.

### People
Neighbours who keep the stations.
"""

WORD = """Kind: statement
Intent: {intent}
Place: Seoul, KR
Tags: {condition}
Link: about {target}

## Text
{text}
"""


def how_would_it_apply_here(world):
    medellin, seoul = towns(world, "medellin", "seoul")
    cable = medellin.tell(METROCABLE)
    seoul.hears(cable)
    rows = seoul.rows("check-fit", cable, "--place", "Seoul, KR")
    assert [row["condition"] for row in rows["unmet"]] == ["legal", "money", "people"], rows
    seoul.tell(WORD, intent="potential", condition="money", target=cable,
               text="The metro company has the means.")
    seoul.tell(WORD, intent="obstacle", condition="legal", target=cable,
               text="Nobody may build over a roof without its owner.")
    rows = seoul.rows("check-fit", cable, "--place", "Seoul, KR")
    assert [row["condition"] for row in rows["unmet"]] == ["legal", "people"], rows
    assert [row["condition"] for row in rows["met"]] == ["money"], rows
    page = seoul.kith("check-fit", cable, "--place", "Seoul, KR")
    assert "Nobody may build over a roof" in page and "%" not in page, page
    assert titles(seoul.rows("check-fit", cable, "--country", "PL")["practice"]) == ["Metrocable"]


main(how_would_it_apply_here)
