"""What the stories share: towns that tell each other what they know. A story is what people of one of the
source documents did or could have done, told with their own words and the kith command; each script names the
document by its number.

    000 Broker, a new role for the cities (Baia Mare, March 2017)
    001 Social innovation: what's behind the city scene? (2014)
    002 SIC conference on social innovation in cities and regions (Brussels, April 2018)
    003 Steden moeten sociaal innoveren (a Dutch article on 001)
    004 How to create a socially innovative network? (Berlin, June; Baia Mare)
"""
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from kith_e2e import DEADLINE, KITH, main, wait_until  # noqa: E402, F401


class Town:
    """A town, group or person with a node of their own."""

    def __init__(self, world, name):
        self.city = world.city(name).start()
        self.name = name
        self.key = self.city.call("node.info")["author"]

    def kith(self, *args, status=0, **options):
        """Runs kith here; returns what it printed."""
        done = self.city.cli(*args, **options)
        assert done.returncode == status, (args, done.returncode, done.stdout + done.stderr)
        return done.stdout if status == 0 else done.stderr

    def tell(self, form, lang="en", **words):
        """Publishes a record in text form, {words} filled in; returns its id."""
        if "\nLang:" not in form:
            form = form.replace("\n", f"\nLang: {lang}\n", 1)
        done = subprocess.run([KITH, "--home", self.city.home, "publish", "--json", "-"],
                              input=form.format(**words), capture_output=True, text=True,
                              timeout=DEADLINE)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[0])["id"]

    def json(self, *args):
        """The first JSON value that a command prints."""
        return json.loads(self.kith(*args, "--json").splitlines()[0])

    def rows(self, *args):
        """Section name -> its rows, of a report."""
        return {section["name"]: section["rows"] for section in self.json(*args)["sections"]}

    def found(self, *args):
        """The titles that kith find lists."""
        lines = self.kith("find", "--json", *args).splitlines()
        return [json.loads(line)["body"].get("title", "") for line in lines]

    def hears(self, *ids):
        """Waits until the records are here."""
        for record in ids:
            wait_until(lambda: self.city.has(record), f"{record} at {self.name}")


def towns(world, *names):
    """Towns that are partners of each other, all in step."""
    made = [Town(world, name) for name in names]
    for i, one in enumerate(made):
        for other in made[i + 1:]:
            one.city.partner(other.city)
            other.city.partner(one.city)
    for one in made:
        for other in made:
            if one is not other:
                one.city.await_live(other.city)
    return made


def titles(rows):
    return [row.get("title", "") for row in rows]
