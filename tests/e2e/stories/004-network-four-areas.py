#!/usr/bin/env python3
"""004: first a clear working question needs to be formulated; there are four areas to take into account. In Berlin
they worked with the last three: the empty one, the means, is pointed out."""
from story import main, towns

WORD = """Kind: statement
Intent: comment
Area: {area}
Link: replies-to {question}

## Text
{text}
"""


def the_means_are_missing(world):
    berlin, = towns(world, "berlin")
    question = berlin.tell("Kind: ask\nType: working\n"
                           "Title: How to create a socially innovative network?\n")
    for area, text in (("objectives", "A network of intrinsically motivated people."),
                       ("vision-values", "Show our humanity instead of acting from our position."),
                       ("observations-facts", "A lot of networks consist of big players.")):
        berlin.tell(WORD, area=area, question=question, text=text)
    page = berlin.kith("report", "areas", question)
    assert "Nothing is said about means yet." in page, page
    berlin.tell(WORD, area="means", question=question,
                text="The approach, creating accelerators, partners and funds.")
    assert "Nothing is said" not in berlin.kith("report", "areas", question)


main(the_means_are_missing)
