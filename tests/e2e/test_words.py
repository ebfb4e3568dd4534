#!/usr/bin/env python3
"""Words and tags in several languages: vocabularies of this home and its partners say what is called the same."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import main, wait_until  # noqa: E402


def publish(city, kind, lang="en", created=None, **body):
    draft = {"kind": kind, "lang": lang, "body": body}
    if created:
        draft["created"] = created
    return city.call("record.publish", records=[draft])["records"][0]["id"]


def vocabulary(city):
    """Pharmacy, as it is called in four languages."""
    terms = [{"id": "pharmacy", "lang": lang, "label": label} for lang, label in (
        ("en", "pharmacy"), ("fr", "pharmacie"), ("ro", "farmacie"), ("nl", "apotheek"))]
    return publish(city, "vocabulary", title="Words", uri="https://example.org/words#", terms=terms)


def practices(city):
    """One a language and day; its title and its tag say it."""
    return [publish(city, "practice", lang, f"2026-01-0{1 + day}", title=f"{word}: {lang}", tags=[word])
            for day, (lang, word) in enumerate((
                ("fr", "Pharmacie"), ("ro", "farmacie"), ("nl", "apotheek")))]


def found(city, *args):
    """The records that kith find lists, but for vocabularies."""
    done = city.cli("find", "--kind", "practice", *args)
    assert done.returncode == 0, done.stderr
    return [line.split("\t")[3] for line in done.stdout.splitlines()]


def a_vocabulary_joins_words_and_tags(world):
    city = world.city("debica").start()
    practices(city)
    assert found(city, "pharmacie") == ["Pharmacie: fr"]
    assert found(city, "farmacie") == ["farmacie: ro"]
    assert found(city, "--tag", "apotheek") == ["apotheek: nl"]
    vocabulary(city)
    everything = ["apotheek: nl", "farmacie: ro", "Pharmacie: fr"]
    for word in ("pharmacie", "farmacie", "APOTHEEK", "pharmacy"):
        assert found(city, word) == everything, word
        assert found(city, "--tag", word) == everything, word
    assert found(city, "--oldest", "pharmacy") == everything[::-1]
    assert found(city, "--tag", "apotheek", "--exact-tag") == ["apotheek: nl"]
    assert found(city, "pharmac*") == ["Pharmacie: fr"]
    page = city.call("record.find", tag="pharmacy", kind="practice", limit=2)
    rest = city.call("record.find", tag="pharmacy", kind="practice", limit=2, cursor=page["cursor"])
    assert [r["body"]["title"] for r in page["records"] + rest["records"]] == everything
    assert "cursor" not in rest


def a_stranger_does_not_decide_what_words_mean(world):
    city, partner, stranger = (world.city(name).start() for name in ("gent", "kavala", "far"))
    city.partner(partner), partner.partner(city, dial=False)
    partner.partner(stranger), stranger.partner(partner, dial=False)
    told = vocabulary(stranger)
    practices(city)
    wait_until(lambda: city.has(told), "the stranger's vocabulary")
    assert found(city, "farmacie") == ["farmacie: ro"]
    told = vocabulary(partner)
    wait_until(lambda: city.has(told), "the partner's vocabulary")
    assert len(found(city, "farmacie")) == 3


def letters_that_a_keyboard_lacks_make_no_difference(world):
    city = world.city("krakow").start()
    for title in ("Kraków", "Łódź", "Tromsø", "Straße", "Καβάλα", "Бийск"):
        publish(city, "practice", title=title)
    for typed, title in (("Krakow", "Kraków"), ("kraków", "Kraków"), ("Lodz", "Łódź"),
                         ("tromso", "Tromsø"), ("strasse", "Straße"), ("ΚΑΒΑΛΑ", "Καβάλα"),
                         ("биИск", "Бийск")):
        assert found(city, typed) == [title], typed


main(a_vocabulary_joins_words_and_tags, a_stranger_does_not_decide_what_words_mean,
     letters_that_a_keyboard_lacks_make_no_difference)
