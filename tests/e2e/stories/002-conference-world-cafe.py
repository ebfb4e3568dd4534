#!/usr/bin/env python3
"""002: a world café session deepened the exchange with the presenters of the practice cases and discussed potential
or obstacles to realise similar initiatives in other cities: for each case the potentials beside the obstacles."""
from story import main, towns

WORD = """Kind: statement
Intent: {intent}
Link: replies-to {case}

## Text
{text}
"""


def for_each_case_potentials_beside_obstacles(world):
    brussels, tilburg = towns(world, "brussels", "tilburg")
    trust = brussels.tell("Kind: practice\nTitle: Brussels Community Land Trust\nTags: housing\n")
    zones = brussels.tell("Kind: practice\nTitle: Zero Long-Term Unemployment Zones\nTags: work\n")
    tilburg.hears(trust, zones)
    said = [tilburg.tell(WORD, intent="potential", case=trust, text="Land stays with its people."),
            tilburg.tell(WORD, intent="obstacle", case=trust, text="The law knows no such owner."),
            tilburg.tell(WORD, intent="obstacle", case=zones, text="It might not work in every case.")]
    brussels.hears(*said)
    rows = brussels.rows("report", "cafe")["cafe"]
    by_case = {row["id"]: row for row in rows}
    assert set(by_case) == {trust, zones}, rows
    assert [word["text"] for word in by_case[trust]["potentials"]] == ["Land stays with its people."]
    assert [word["text"] for word in by_case[trust]["obstacles"]] == ["The law knows no such owner."]
    assert "potentials" not in by_case[zones], rows
    page = brussels.kith("report", "cafe", trust)
    assert "Land stays with its people." in page and "every case" not in page, page


main(for_each_case_potentials_beside_obstacles)
