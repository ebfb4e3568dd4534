#!/usr/bin/env python3
"""001: eight cities of the TOGETHER network asked people what well-being and ill-being are. Their own words, coded
later by separate signed records, grouped by dimension."""
from story import main, towns, wait_until

CITIES = ("mulhouse", "kavala", "debica")  # of the eight, those that the document tells of
WORDS = "https://example.org/spiral#"
VOCABULARY = """Kind: vocabulary
Title: Dimensions of well-being
Uri: {uri}

## Terms
Id: means
Lang: en
Label: means of living

## Terms
Id: relations
Lang: en
Label: relations between people

## Terms
Id: relations
Lang: pl
Label: relacje między ludźmi
"""

EVALUATION = """Kind: evaluation
Title: Well-being and ill-being in {name}

## Criteria
Polarity: well
Group: young parents
N: 7

### Text
{well}

## Criteria
Polarity: ill
Material: yes

### Text
{ill}
"""

CODING = """Kind: evaluation
Title: Coded
Link: evaluates {target}

## Criteria
Codes: 0
Dimension: {uri}relations

## Criteria
Codes: 1
Dimension: {uri}means
"""


def peoples_own_words_by_dimension(world):
    cities = towns(world, *CITIES)
    said = {}
    for city in cities:
        said[city.name] = city.tell(EVALUATION, name=city.name, well=f"One is greeted in {city.name}.",
                                    ill="The benefit is gone by the twentieth.")
    coder = cities[0]
    coder.tell(VOCABULARY, uri=WORDS)
    coder.hears(*said.values())
    rows = coder.rows("report", "criteria")
    assert set(rows) == {"uncoded"} and len(rows["uncoded"]) == 6, rows
    codings = [coder.tell(CODING, target=target, uri=WORDS) for target in said.values()]
    for city in cities:
        city.hears(*codings)
        rows = city.rows("report", "criteria")
        assert "uncoded" not in rows, rows
        assert sorted(row["text"] for row in rows[WORDS + "relations"]) == sorted(
            f"One is greeted in {name}." for name in CITIES), rows
        assert {row["polarity"] for row in rows[WORDS + "means"]} == {"ill"}, rows
        assert {row["coded_by"] for row in rows[WORDS + "means"]} == {coder.key}, rows
    wait_until(lambda: "relacje między ludźmi" in cities[2].kith("report", "criteria", "--lang", "pl"),
               "the vocabulary of a partner")


main(peoples_own_words_by_dimension)
