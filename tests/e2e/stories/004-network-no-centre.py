#!/usr/bin/env python3
"""004: how can citizens form a network instead of being driven by institutions? Three nodes; any one removed, the
other two still exchange."""
from story import main, towns


def any_one_may_go(world):
    made = towns(world, "berlin", "amsterdam", "gdansk")
    for gone in range(3):
        port = made[gone].city.port()
        made[gone].city.stop().configure(listen=f"127.0.0.1:{port}")  # where the others look for it
        one, other = (town for town in made if town is not made[gone])
        first = one.tell("Kind: statement\nIntent: comment\n\n## Text\nWe go on without {name}.\n",
                         name=made[gone].name)
        second = other.tell("Kind: statement\nIntent: comment\n\n## Text\nSo do we.\n")
        other.hears(first)
        one.hears(second)
        made[gone].city.start()
        made[gone].hears(first, second)
        for town in made:
            for partner in made:
                if town is not partner:
                    town.city.await_live(partner.city)


main(any_one_may_go)
