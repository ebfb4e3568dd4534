#!/usr/bin/env python3
"""004: great collaborators argue about ideas to improve them, and never let arguments about ideas cross over to the
people behind them. Objections stand beside support with every reason; "contested" is said, not hidden."""
from story import main, titles, towns


def contested_is_said(world):
    berlin, amsterdam, gdansk = towns(world, "berlin", "amsterdam", "gdansk")
    idea = berlin.tell("Kind: statement\nTitle: No predefined outcome\nIntent: comment\n\n"
                       "## Text\nThere is no pre-defined structure or outcome.\n")
    for town in (amsterdam, gdansk):
        town.hears(idea)
    yes = amsterdam.json("stance", "support", idea, "--reason", "It gives space to creativity.")["id"]
    assert "reason" in gdansk.kith("stance", "object", idea, status=4)
    no = gdansk.json("stance", "object", idea, "--reason", "It brings insecurity to those on a position.")[
        "id"]
    for town in (berlin, amsterdam, gdansk):
        town.hears(yes, no)
        page = town.kith("show", idea)
        assert "contested" in page, page
        assert "It gives space to creativity." in page and "It brings insecurity" in page, page
        assert titles(town.rows("report", "dissent")["dissent"]) == ["No predefined outcome"]


def nobody_takes_a_stance_on_a_person(world):
    berlin, amsterdam = towns(world, "berlin", "amsterdam")
    profile = berlin.tell("Kind: profile\nTitle: Jurgen\nType: person\n")
    amsterdam.hears(profile)
    said = amsterdam.kith("stance", "object", profile, "--reason", "He talks.", status=4)
    assert "profile" in said, said


main(contested_is_said, nobody_takes_a_stance_on_a_person)
