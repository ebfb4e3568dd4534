#!/usr/bin/env python3
"""003: a Dutch article retells an English one in its own words and leaves parts of it out. It is shown as
derived from its source; what it leaves out is marked; the words of people go before those of a machine; and
when the source is revised, the article says so."""
from story import main, towns, wait_until

SOURCE = """Kind: practice
Title: Social Innovation: What's behind the City Scene?
Tags: social innovation, governance
Outcome: worked

## Summary
Cities increasingly face multiple and wicked issues and have fewer resources to tackle them.

## Approach
{approach}

## Lessons
There is a growing acknowledgment in many cities that new governance models are required.
"""
APPROACH = "Its characteristics are collaboration and empowerment of all involved stakeholders."

DUTCH = """Kind: practice
Lang: nl
Title: URBACT: Steden moeten sociaal innoveren
Tags: sociale innovatie
Outcome: worked
Link: translates {source}
Link-method: human

## Summary
Steden hebben te maken met een groeiend aantal complexe beleidsvraagstukken.

## Approach
Sociale innovatie gaat over de samenwerking en empowerment van betrokken stakeholders.
"""

MACHINE = """Kind: practice
Lang: {tongue}
Title: {title}
Outcome: worked
Link: translates {source}
Link-method: machine

## Summary
{summary}
"""


def two_towns(world):
    lublin, gent = towns(world, "lublin", "gent")
    source = lublin.tell(SOURCE, approach=APPROACH)
    gent.hears(source)
    dutch = gent.tell(DUTCH, source=source)
    lublin.hears(dutch)
    return lublin, gent, source, dutch


def the_dutch_text_is_shown_as_derived_from_its_english_source(world):
    lublin, gent, source, dutch = two_towns(world)
    page = lublin.kith("show", "--lang", "en", dutch, env={"COLUMNS": "80"})
    flat = " ".join(page.split())
    assert "URBACT: Steden moeten sociaal innoveren" in page, page
    assert f"Dutch, translated by people (gent {gent.key[:19]}); original in English" in flat, page
    assert f"original: {source[:10]}" in page, page
    assert "not translated: lessons (shown in English)" in flat, page
    assert "[English, not translated] There is a growing acknowledgment in many cities" in flat, page
    assert "stale" not in page, page


def a_reader_of_dutch_gets_the_dutch_text_of_the_english_record(world):
    lublin, gent, source, dutch = two_towns(world)
    for asked, env in ((["--lang", "nl,en"], {}), (["--lang", "nl-BE"], {}),
                       ([], {"LC_ALL": "nl_BE.UTF-8"}),
                       ([], {"LC_ALL": "C.UTF-8", "LANGUAGE": "nl:en"})):
        page = gent.kith("show", *asked, source, env={"COLUMNS": "80", **env})
        assert "Steden hebben te maken" in page and source in page and dutch[:10] in page, page
    for asked, env in ((["--lang", "en"], {}), ([], {"LC_ALL": "C", "LANGUAGE": "nl"})):
        page = gent.kith("show", *asked, source, env=env)
        assert "wicked issues" in page and "translated by" not in page, page
    page = gent.kith("show", "--lang", "pl", source, env={})
    assert "English, the original; nobody has translated it into Polish yet" in page, page
    shown = gent.json("show", "--lang", "nl", source)["display"]
    assert shown["shown"] == "human" and shown["wanted"] and shown["by"] == gent.key, shown
    assert shown["translation"] == dutch and shown["untranslated"] == ["lessons"], shown
    assert shown["record"]["lang"] == "nl" and shown["original"]["id"] == source, shown
    assert [(one["lang"], one["method"]) for one in shown["available"]] == [
        ("en", "original"), ("nl", "human")], shown
    assert "display" not in gent.json("show", source)
    assert gent.kith("show", "--raw", "--lang", "nl", source).startswith(f"# Id: {dutch}\n")


def people_and_machines_are_told_apart(world):
    lublin, gent, source, dutch = two_towns(world)
    machine = gent.tell(MACHINE, tongue="nl", source=source, title="Sociale Innovatie: Achter de Scène",
                        summary="Steden worden in toenemende mate geconfronteerd met boze kwesties.")
    polish = gent.tell(MACHINE, tongue="pl", source=source, title="Innowacje społeczne",
                       summary="Miasta stoją w obliczu niegodziwych problemów.")
    page = gent.kith("show", "--lang", "nl", source)
    assert "translated by people" in page and "boze kwesties" not in page, page
    page = " ".join(gent.kith("show", machine, "--lang", "nl").split())
    assert "translated by a machine (published by gent" in page and "boze kwesties" in page, page
    page = gent.kith("show", "--lang", "pl", source)
    assert "wicked issues" in page and "niegodziwych" not in page, page
    assert f"a machine translated it into Polish: {polish[:10]}" in " ".join(page.split()), page


def a_translation_is_stale_when_its_source_is_revised(world):
    lublin, gent, source, dutch = two_towns(world)
    lublin.tell(SOURCE.replace("Outcome: worked\n", "Outcome: worked\nLink: revises {old}\n"),
                old=source, approach=APPROACH + " New tools such as IT are used as well.")

    def stale():
        page = gent.kith("show", dutch, env={"LC_ALL": "en_GB.UTF-8"})
        return "stale: the original was revised since" in page
    wait_until(stale, "the article says that its source was revised")
    newer = gent.kith("translate", "--lang", "nl", source[:12], "--set", "title=Nieuw", "--set",
                      "lessons=Er zijn nieuwe bestuursmodellen nodig.").strip()
    shown = gent.json("show", "--lang", "nl", newer)
    assert shown["display"]["untranslated"] == ["summary", "approach"], shown
    assert shown["record"]["body"]["outcome"] == "worked", shown
    assert shown["record"]["links"] == [
        {"type": "translates", "target": source, "method": "human"}], shown
    template = gent.kith("translate", "--lang", "nl", "--template", source)
    assert "Lang: nl\n" in template and "wicked issues" in template, template
    assert "Link-method: human" in template, template
    assert "into which language" in gent.kith("translate", source, status=2)


main(the_dutch_text_is_shown_as_derived_from_its_english_source,
     a_reader_of_dutch_gets_the_dutch_text_of_the_english_record, people_and_machines_are_told_apart,
     a_translation_is_stale_when_its_source_is_revised)
