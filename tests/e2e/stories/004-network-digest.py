#!/usr/bin/env python3
"""004: feed the dialogue constantly at three levels: social innovation itself, the network, and the bigger context. A
weekly digest by level; nothing pushes unless asked."""
from story import main, towns

WORD = """Kind: statement
Created: {created}
Intent: observation
Level: {level}

## Text
{text}
"""


def a_digest_by_level(world):
    berlin, amsterdam = towns(world, "berlin", "amsterdam")
    said = [berlin.tell(WORD, created="2016-06-2" + str(7 + i % 2), level=level, text=text)
            for i, (level, text) in enumerate((
                ("innovation", "Social innovation starts with persons."),
                ("network", "Fourteen partners from five countries met in Berlin."),
                ("context", "Cities and research institutions discuss it within JPI Urban Europe.")))]
    amsterdam.hears(*said)
    digest = amsterdam.rows("digest", "--since", "2016-06-27", "--until", "2016-07-04")
    assert [[row["caption"] for row in digest[level]] for level in ("innovation", "network", "context")] == [
        ["observation: Social innovation starts with persons."],
        ["observation: Fourteen partners from five countries met in Berlin."],
        ["observation: Cities and research institutions discuss it within JPI Urban Europe."]], digest
    # The last week has nothing of it, and nobody was told without asking.
    assert not any(amsterdam.rows("digest")[level] for level in ("innovation", "network", "context"))


main(a_digest_by_level)
