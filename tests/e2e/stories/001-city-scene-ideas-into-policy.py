#!/usr/bin/env python3
"""001: the Hope Institute in Seoul, where citizens' ideas are turned into policies: heard, studied, adopted or
declined with a reason, with dates."""
from story import main, towns

IDEA = """Kind: ask
Created: {created}
Type: idea
Title: {title}
Place: Seoul, KR
Addressed-to: {to}
"""

STATEMENT = """Kind: statement
Created: {created}
Intent: {intent}
{more}Link: {link} {target}

## Text
{text}
"""


def an_idea_is_heard_studied_and_adopted(world):
    citizen, city = towns(world, "citizen", "seoul")
    idea = citizen.tell(IDEA, created="2014-03-01", title="A night bus for cleaners", to=city.key)
    city.hears(idea)
    heard = city.tell(STATEMENT, created="2014-03-04", intent="comment", more="", link="replies-to",
                      target=idea, text="We have heard you.")
    studied = city.tell(STATEMENT, created="2014-04-10", intent="observation", more="",
                        link="replies-to", target=idea, text="Three million calls at night, by place.")
    decided = city.tell(STATEMENT, created="2014-05-20", intent="decision", more="Decision: adopted\n",
                        link="answers", target=idea, text="The owl bus runs.")
    plan = city.tell("Kind: plan\nCreated: 2014-06-01\nTitle: Night lines\nLink: implements {to}\n",
                     to=decided)
    action = city.tell("Kind: action\nCreated: 2014-07-01\nTitle: Nine lines\nState: done\n"
                       "Link: part-of {to}\n", to=plan)
    citizen.hears(heard, studied, decided, plan, action)
    for asked in (idea, decided, action):
        rows = citizen.rows("trace", asked)
        assert {name: [row["id"] for row in found] for name, found in rows.items()} == {
            "idea": [idea], "heard": [heard], "studied": [studied], "decided": [decided],
            "planned": [plan], "acted": [action]}, rows
    page = citizen.kith("trace", idea)
    for date in ("2014-03-01", "2014-03-04", "2014-04-10", "2014-05-20", "2014-06-01", "2014-07-01"):
        assert date in page, (date, page)


def who_declines_an_idea_says_why(world):
    citizen, city = towns(world, "citizen", "seoul")
    idea = citizen.tell(IDEA, created="2014-03-01", title="A second city hall", to=city.key)
    city.hears(idea)
    text = STATEMENT.replace("\n", "\nLang: en\n", 1).format(
        created="2014-04-01", intent="decision", more="Decision: declined\n", link="answers",
        target=idea, text="No.")
    said = city.kith("publish", world.file("no.kith", text), status=4)
    assert "reason" in said and "who declines says why" in said, said
    no = city.tell(text + "\n## Reason\nOne is open to everybody.\n")
    citizen.hears(no)
    assert "because: One is open to everybody." in citizen.kith("trace", idea)


main(an_idea_is_heard_studied_and_adopted, who_declines_an_idea_says_why)
