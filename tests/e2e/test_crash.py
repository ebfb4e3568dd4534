#!/usr/bin/env python3
"""kill -9, many times, in the middle of an import and a sync: the database is sound each time, and what
was acknowledged is there. KITH_CRASHES says how often (10; `make crash` 100), KITH_SEED when."""
import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import SLOW, ApiError, main, wait_until  # noqa: E402

CRASHES = int(os.environ.get("KITH_CRASHES", "3" if SLOW else "10"))
SEED = int(os.environ.get("KITH_SEED", "1"))
TEXT = "What was done, with whom, and what came of it. " * 10
BATCH = 40


class Importer(threading.Thread):
    """Publishes batches over its own connection until that breaks; remembers what was acknowledged."""

    def __init__(self, city, start):
        super().__init__(daemon=True)
        self.api = city.connect()
        self.city = city
        self.next = start
        self.acknowledged = []
        self.first = threading.Event()

    def batch(self):
        url = f"https://{self.city.name}.example/"
        return [{"kind": "practice", "lang": "en",
                 "body": {"title": f"Practice {self.next + i}", "approach": TEXT,
                          "source": {"url": url, "id": str(self.next + i)}}}
                for i in range(BATCH)]

    def run(self):
        try:
            while True:
                done = self.api.call("record.publish", records=self.batch(), unless_source=True)
                self.acknowledged += [record["id"] for record in done["records"]]
                self.next += BATCH
                self.first.set()
        except (OSError, AssertionError, ValueError, ApiError):
            self.first.set()


def check_sound(city):
    done = subprocess.run(["sqlite3", city.path("kith.db"), "PRAGMA integrity_check"],
                          capture_output=True, text=True, check=True)
    assert done.stdout == "ok\n", f"{city.name}: {done.stdout}"


def crash_once(victim, importer, chance):
    """Waits for a first acknowledgement, so that there is something to lose, then a random moment more: the
    moment is what is tested, not a length of time that anything has to take."""
    importer.start()
    assert importer.first.wait(120), "nothing was acknowledged"
    time.sleep(chance.random() * 0.15)
    victim.kill()
    importer.join(60)
    check_sound(victim)
    victim.start()
    for record_id in importer.acknowledged:
        assert victim.has(record_id), f"{record_id} was acknowledged and is gone"


def killed_in_import_and_sync(world):
    """Two partners import at once, so that each also takes in what the other publishes; one of them, in
    turn, is killed."""
    chance = random.Random(SEED)
    a, b = world.city("gdansk").start(), world.city("kavala").start()
    for city in (a, b):
        city.configure(listen=f"127.0.0.1:{city.port()}")
    b.partner(a)
    a.partner(b)
    acknowledged, upto = [], {a.name: 0, b.name: 0}
    for crash in range(CRASHES):
        victim, other = (a, b) if crash % 2 else (b, a)
        importers = [Importer(victim, upto[victim.name])]
        if crash % 3 == 0:
            ids = other.publish(BATCH, title=f"Crash {crash}", text=TEXT)
            acknowledged += ids
        crash_once(victim, importers[0], chance)
        acknowledged += importers[0].acknowledged
        upto[victim.name] = importers[0].next + BATCH  # the last one may or may not have come through
    wait_until(lambda: a.held() == b.held(), "equal sets", seconds=300)
    for city in (a, b):
        missing = [i for i in acknowledged if not city.has(i)]
        assert not missing, f"{city.name} lacks {len(missing)} of {len(acknowledged)} acknowledged records"
        city.stop()
        check_sound(city)
    print(f"# {CRASHES} crashes, {len(acknowledged)} records acknowledged, 0 lost")


main(killed_in_import_and_sync)
