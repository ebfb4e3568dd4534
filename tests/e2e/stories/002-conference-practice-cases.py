#!/usr/bin/env python3
"""002: the eight practice cases of the conference are recorded with place and theme, from a table. A search for
housing finds Brussels Community Land Trust; good and bad appear alike."""
from story import main, titles, towns, wait_until

CASES = """case;place;country;theme;outcome
Zero Long-Term Unemployment Zones;Paris;FR;job creation;unknown
Social Innovation Navarra;Pamplona;ES;social services;unknown
The Elephant path initiative;;BE;participatory planning;mixed
Alternatives to Public Procurement;Brescia;IT;public procurement;failed
Dialogue on quality in care services;Gdynia;PL;social services;unknown
Brussels Community Land Trust;Brussels;BE;accessible housing;worked
Zagreb for me;Zagreb;HR;diversity;unknown
Diversity policy;Mechelen;BE;diversity;unknown
"""

MAPPING = """[record]
kind = practice
lang = en
title = {case}
place.name = {place}
place.country = {country}
tags = {theme}
outcome = {outcome}
source.url = https://example.org/sic
source.id = {case}
"""


def eight_cases_are_found_by_place_and_theme(world):
    brussels, orebro = towns(world, "brussels", "orebro")
    table = world.file("cases.csv", CASES)
    mapping = world.file("cases.map", MAPPING)
    assert brussels.kith("import", "--map", mapping, table).startswith("8 new")
    assert brussels.kith("import", "--map", mapping, table).startswith("0 new, 8 already there")
    wait_until(lambda: len(orebro.found("--kind", "practice")) == 8, "the cases at Örebro")
    assert orebro.found("housing") == ["Brussels Community Land Trust"]
    assert len(orebro.found("--tag", "diversity")) == 2
    assert len(orebro.found("--country", "BE")) == 3
    # Good and bad stand side by side in the list, in the order of time.
    page = orebro.kith("find", "--kind", "practice")
    assert "Alternatives to Public Procurement" in page and "Community Land Trust" in page, page
    assert titles(orebro.rows("report", "failed")["failed"]) == ["Alternatives to Public Procurement"]


main(eight_cases_are_found_by_place_and_theme)
