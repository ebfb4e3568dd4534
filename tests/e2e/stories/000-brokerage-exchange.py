#!/usr/bin/env python3
"""000: the importance of reciprocity: it's free, but not gratis. Gdańsk offers a design thinking session and
asks to host one visit in return; what was given and received is listed, never scored."""
from story import main, titles, towns, wait_until

OFFER = """Kind: exchange
Title: A design thinking session
Place: Gdańsk, PL
Tags: design thinking
Direction: offer
Basis: reciprocal

## What
A day with the Social Economy Support Centre: your personas, your roadmap.
{more}
"""

IN_RETURN = """
## In-return
Host one visit of our people.
"""

NEED = """Kind: exchange
Title: We want to draw our personas
Place: Baia Mare, RO
Tags: design thinking
Direction: need
Link: answers {offer}

## What
A facilitator for the second day of our meeting.
"""


def it_is_free_but_not_gratis(world):
    gdansk, baia_mare = towns(world, "gdansk", "baia-mare")
    text = OFFER.replace("\n", "\nLang: en\n", 1)
    said = gdansk.kith("publish", world.file("offer.kith", text.format(more="")), status=4)
    assert "in_return" in said and "is missing" in said, said
    offer = gdansk.tell(OFFER, more=IN_RETURN)
    baia_mare.hears(offer)
    need = baia_mare.tell(NEED, offer=offer)
    gdansk.hears(need)
    match = gdansk.rows("match", offer)[offer]
    assert [(row["id"], row["shared_tags"]) for row in match] == [(need, ["design thinking"])], match
    assert titles(gdansk.rows("balance")["open"]) == ["A design thinking session"]
    gdansk.kith("accept", need)
    assert gdansk.rows("match", offer)[offer] == []  # agreed; nothing to propose any more
    given = gdansk.rows("balance")["given"]
    assert [(row["other"], row["with"]) for row in given] == [(need, baia_mare.key)], given
    wait_until(lambda: titles(baia_mare.rows("balance")["received"]) == ["We want to draw our personas"],
               "the agreement at Baia Mare")
    page = gdansk.kith("balance")
    assert "in return: Host one visit of our people." in page, page
    for word in ("score", "points", "rank", "%"):
        assert word not in page, page


main(it_is_free_but_not_gratis)
