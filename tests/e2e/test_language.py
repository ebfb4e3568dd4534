#!/usr/bin/env python3
"""The tool speaks the language of its user, and plain English where it is told nothing."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import KITH, main  # noqa: E402

DUTCH = ({"LC_ALL": "nl_NL.UTF-8"}, {"LANG": "nl_BE"}, {"LANGUAGE": "nl", "LC_ALL": "C.UTF-8"},
         {"LANGUAGE": "tlh:nl:en", "LANG": "en_GB.UTF-8"})
ENGLISH = ({}, {"LC_ALL": "C", "LANGUAGE": "nl"}, {"LANG": "en_GB.UTF-8"},
           {"LANGUAGE": "en:nl", "LANG": "nl_NL.UTF-8"}, {"LANG": "tlh"},
           {"LANG": "../../../etc"})


def kith(*args, env):
    clean = {k: v for k, v in os.environ.items()
             if not k.startswith(("KITH_", "XDG_", "LC_", "LANG"))}
    return subprocess.run([KITH, *args], capture_output=True, text=True, env={**clean, **env})


def the_user_is_spoken_to_in_their_language(world):
    for env in DUTCH:
        assert "zoek, de nieuwste eerst" in kith("help", env=env).stdout, env
        done = kith("fnid", env=env)
        assert done.returncode == 2, done
        assert "kith: er is geen opdracht 'fnid'; bedoel je 'find'?" in done.stderr, done.stderr
    done = kith("help", "find", env={"LANG": "pl_PL.UTF-8"}).stdout
    assert "szukaj, od najnowszych" in done and "Przykład:" in done and "--where" in done, done
    for env in ENGLISH:
        assert "search, newest first" in kith("help", env=env).stdout, env
        assert "there is no command 'fnid'" in kith("fnid", env=env).stderr, env


def counts_are_said_as_the_language_wants_it(world):
    city = world.city("lublin").start()
    for i in range(1, 6):
        city.call("record.publish", records=[{"kind": "practice", "lang": "en",
                                              "body": {"title": f"Number {i}"}}])
        held = city.call("node.info")["records"]["held"]
        page = city.cli("status", env={"LANG": "pl_PL.UTF-8"}).stdout
        noun = "rekord" if held == 1 else "rekordy" if held in (2, 3, 4) else "rekordów"
        assert f"{held} {noun} od 1 autora" in page, page
    assert "5 records by 1 author" in city.cli("status").stdout


def what_programs_read_stays_as_it_is(world):
    city = world.city("gent").start()
    told = city.call("record.publish", records=[{"kind": "practice", "lang": "en",
                                                 "body": {"title": "A garden"}}])
    for args in (("show", "--json", told["records"][0]["id"]), ("find", "--json"), ("find",), ("id",),
                 ("new", "practice", "--template")):
        plain = city.cli(*args).stdout
        dutch = city.cli(*args, env={"LANG": "nl_NL.UTF-8"}).stdout
        lines = [line for line in plain.splitlines() if not line.startswith("#")]
        assert lines == [line for line in dutch.splitlines() if not line.startswith("#")], (plain, dutch)


main(the_user_is_spoken_to_in_their_language, counts_are_said_as_the_language_wants_it,
     what_programs_read_stays_as_it_is)
