#!/usr/bin/env python3
"""An implementation from the specification alone, records.py and bodies.py, comes to the verdicts that stand in
protocol/vectors/records, and reads the same from each record. TAP."""
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from bodies import check_body
from records import Refused, fields, header, labelled, open_record

FOLDER = pathlib.Path("protocol/vectors/records")
COMMONS = labelled("kith/1 circle", b"commons")
# bodies.py has no list of the countries: it passes over what only that list tells
LISTED = ["check refused rule place.country"]
FILES = ["valid", "envelope", "header", "declined"]


def blob(text):
    out = bytearray()
    for word in text.split():
        run, _, digits = word.rpartition("*")
        out += bytes.fromhex(digits) * int(run or 1)
    return bytes(out)


def vectors(name):
    for block in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and line[0] != "#"]
        if lines:
            yield lines


def problem(lines):
    """What differs, or None."""
    envelope = lines[1].removeprefix("envelope").strip()
    expected = [line for line in lines[3:] if not line.startswith("check ")]
    try:
        said = open_record(blob(envelope))
    except Refused as why:
        return None if lines[2].startswith("open refused ") else f"refused: {why}"
    if lines[2] != "open ok":
        return "opened"
    return f"says {said}" if said != expected else judged(blob(envelope), [x for x in lines if x.startswith("check ")])


def judged(envelope, verdict):
    """What differs about the body."""
    parts = {number: value for number, _, value in fields(envelope)}
    found, links = header(parts[1])
    try:
        if 3 in parts:
            check_body(found[6], parts[3], found[3], links, found[2] == COMMONS)
    except Refused as why:
        return f"declined: {why}" if verdict == ["check ok"] else None
    return None if verdict in (["check ok"], LISTED) else f"not declined, but {verdict}"


def main():
    failed = 0
    for number, name in enumerate(FILES, 1):
        found = [(lines[0], problem(lines)) for lines in vectors(name)]
        wrong = [f"# {label}: {what}" for label, what in found if what]
        print("\n".join(wrong + [f"{'not ok' if wrong or not found else 'ok'} {number} - "
                                 f"{len(found)} envelopes of {name}.txt"]))
        failed += bool(wrong or not found)
    print(f"1..{len(FILES)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
