#!/usr/bin/env python3
"""001: leaders should be prepared to learn from (unavoidable) mistakes: what failed, where and why, for a theme."""
from story import main, titles, towns

PRACTICE = """Kind: practice
Title: {title}
Place: {place}
Tags: {tags}
Outcome: {outcome}

## Lessons
{lessons}
"""


def mistakes_are_found_by_theme(world):
    gdansk, malmo = towns(world, "gdansk", "malmo")
    gdansk.tell(PRACTICE, title="Aid without asking", place="Gdańsk, PL", tags="social aid",
                outcome="failed", lessons="Nobody was heard before the aid was planned.")
    gdansk.tell(PRACTICE, title="A think tank of civil servants", place="Gdańsk, PL",
                tags="social aid, education", outcome="worked", lessons="It takes two years.")
    other = malmo.tell(PRACTICE, title="Single remits", place="Malmö, SE", tags="elderly care",
                       outcome="failed", lessons="Sectors did not learn from each other.")
    gdansk.hears(other)
    assert titles(gdansk.rows("report", "failed")["failed"]) == ["Single remits", "Aid without asking"]
    assert titles(gdansk.rows("report", "failed", "--tag", "Social-Aid")["failed"]) == [
        "Aid without asking"]
    page = gdansk.kith("report", "failed", "--country", "SE")
    assert "Malmö, SE" in page and "lessons: Sectors did not learn from each other." in page, page


main(mistakes_are_found_by_theme)
