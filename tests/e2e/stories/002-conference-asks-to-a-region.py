#!/usr/bin/env python3
"""002: re-connect grassroots initiatives and policies at local level with policy-making at a higher level: the
cities' asks to a region arrive there in one digest."""
from story import main, titles, towns

ASK = """Kind: ask
Type: request
Title: {title}
Addressed-to: {to}
Level: context
"""


def asks_arrive_in_one_digest(world):
    region, tilburg, gdynia = towns(world, "orebro-region", "tilburg", "gdynia")
    first = tilburg.tell(ASK, title="Legal space for experimentation", to=region.key)
    second = gdynia.tell(ASK, title="Do not only scale up; solutions are tailor-made", to=region.key)
    third = gdynia.tell(ASK, title="For somebody else", to=tilburg.key)
    region.hears(first, second, third)
    digest = region.rows("digest")
    assert sorted(titles(digest["asked"])) == sorted([
        "Legal space for experimentation", "Do not only scale up; solutions are tailor-made"]), digest
    assert len(digest["context"]) == 3 and digest["network"] == [], digest
    assert titles(gdynia.rows("digest")["asked"]) == []


main(asks_arrive_in_one_digest)
