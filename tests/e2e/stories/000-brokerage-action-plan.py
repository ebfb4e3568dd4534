#!/usr/bin/env python3
"""000: Baia Mare works on culture, social issues and youth. Its Integrated Action Plan in columns, now and as it
stood on 10 March 2017, the last day of the meeting; the personas are nobody's portrait."""
from story import main, titles, towns

PLAN = """Kind: plan
Created: 2017-02-01
Title: Integrated Action Plan of Baia Mare
Place: Baia Mare, RO
Tags: culture, social issues, youth

## Vision
Two worlds, the citizens and the administration, become one city.

## Personas
Name: Ana
Fictional: {fictional}

### Portrait
She is 19, plays the violin and thinks of leaving the town.
"""

ACTION = """Kind: action
Created: {created}
Title: {title}
Tags: {theme}
State: {state}
Owner: {owner}
Link: {link} {target}
"""


def the_plan_in_columns_now_and_then(world):
    town, = towns(world, "baia-mare")

    def action(created, title, theme, state, link="part-of", target=None, owner="the city"):
        return town.tell(ACTION, created=created, title=title, theme=theme, state=state, link=link,
                         target=target or plan, owner=owner)

    plan = town.tell(PLAN, fictional="yes")
    stage = action("2017-02-10", "Culture on the square", "culture", "doing")
    action("2017-02-12", "A table for old problems", "social issues", "done")
    action("2017-03-09", "Portraits of personas", "youth", "done", owner="Maja Kurant")
    action("2017-03-20", "Culture on the square", "culture", "done", "revises", stage)
    action("2017-04-02", "A group for youth policy", "youth", "planned")

    now = town.rows("plan", "status", plan)
    assert titles(now["planned"]) == ["A group for youth policy"], now
    assert titles(now["doing"]) == [] and len(now["done"]) == 3, now
    then = town.rows("plan", "status", plan, "--as-of", "2017-03-10")
    assert titles(then["doing"]) == ["Culture on the square"] and titles(then["planned"]) == [], then
    themes = town.rows("plan", "status", plan, "--by", "theme")
    assert set(themes) == {"plan", "culture", "social issues", "youth"}, themes
    page = town.kith("plan", "status", "--by", "theme", "--as-of", "2017-03-10")
    head = next(line for line in page.splitlines() if "culture" in line)
    assert head.index("culture") < head.index("social issues") < head.index("youth"), page


def a_persona_is_nobodys_portrait(world):
    town, = towns(world, "baia-mare")
    said = town.kith("publish", world.file("plan.kith", PLAN.replace("\n", "\nLang: en\n", 1)
                                           .format(fictional="no")), status=4)
    assert "personas[0].fictional" in said and "must be yes" in said, said
    said = town.kith("publish", world.file("plan.kith", PLAN.replace("\n", "\nLang: en\n", 1)
                                           .format(fictional="yes")
                                           .replace("violin", "violin (ana@example.org)")), status=4)
    assert "e-mail address" in said, said


main(the_plan_in_columns_now_and_then, a_persona_is_nobodys_portrait)
