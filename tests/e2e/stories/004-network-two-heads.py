#!/usr/bin/env python3
"""004: no one has a monopoly on the truth. Two edits made apart are both kept when the network heals: "2 heads"."""
import shutil

from story import KITH, Town, main, towns

VERSION = """Kind: statement
Intent: observation
Link: revises {target}

## Text
{text}
"""


def two_edits_made_apart_are_both_kept(world):
    berlin, partner = towns(world, "berlin", "amsterdam")
    first = berlin.tell("Kind: statement\nIntent: observation\n\n## Text\nA group of individuals.\n")
    partner.hears(first)
    # The same group writes on a second machine, which does not hear of the first for a while.
    laptop = Town(world, "laptop")
    laptop.city.stop()
    for name in ("author.key", "recovery.key"):
        shutil.copy(berlin.city.path(f"keys/{name}"), laptop.city.path(f"keys/{name}"))
    laptop.city.start()
    laptop.kith("import", world.file("first.jsonl", berlin.kith("export")))
    one = berlin.tell(VERSION, target=first, text="A group of individuals with a shared purpose.")
    other = laptop.tell(VERSION, target=first, text="A gathering that became a team.")
    # The network heals: what was written there comes home.
    berlin.kith("import", world.file("second.jsonl", laptop.kith("export")))
    partner.hears(one, other)
    for town in (berlin, partner):
        for record in (first, one, other):
            assert "2 heads" in town.kith("show", record), town.kith("show", record)
    merged = berlin.tell(VERSION + "", target=f"{one}\nLink: revises {other}",
                         text="A group of individuals with a shared purpose that became a team.")
    partner.hears(merged)
    assert "2 heads" not in partner.kith("show", first), partner.kith("show", first)


assert KITH
main(two_edits_made_apart_are_both_kept)
