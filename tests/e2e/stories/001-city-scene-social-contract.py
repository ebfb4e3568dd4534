#!/usr/bin/env python3
"""001: in Mulhouse families and the town wrote a multi-party social contract. It is active when all have signed, at
every node, whatever the order in which the signatures came. (That it can be written in a closed circle comes
with closed circles.)"""
from story import main, towns

PACT = """Kind: pact
Title: Families and the town of Mulhouse
Place: Mulhouse, FR
Parties: {parties}
Rule: {rule}

## Clauses
Who: the families
What: Take part in the programme that they co-designed themselves.

## Clauses
Who: the town
What: Give a room, and somebody who listens.
Due: 2030-12-31
"""


def it_is_active_when_all_have_signed(world):
    town, one, other = towns(world, "mulhouse", "family-one", "family-two")
    parties = ", ".join(who.key for who in (town, one, other))
    pact = town.tell(PACT, parties=parties, rule="all")
    signatures = []
    for family in (one, other):
        family.hears(pact)
        assert "proposed" in family.kith("show", pact)
        signatures.append(family.json("sign", pact)["id"])
    for who in (town, one, other):
        who.hears(*signatures)
        assert "active" in who.kith("show", pact), who.kith("show", pact)
        assert who.rows("report", "silence")["pacts"] == []


def a_quorum_may_do(world):
    town, one, other = towns(world, "mulhouse", "family-one", "family-two")
    parties = ", ".join(who.key for who in (town, one, other))
    pact = town.tell(PACT, parties=parties, rule="quorum\nQuorum: 2")
    one.hears(pact)
    signature = one.json("sign", pact)["id"]
    town.hears(signature)
    assert "active" in town.kith("show", pact)
    assert [row["awaited"] for row in town.rows("report", "silence")["pacts"]] == [[other.key]]


main(it_is_active_when_all_have_signed, a_quorum_may_do)
