#!/usr/bin/env python3
"""kill -9 at random moments while a node is written to by a person and by a partner: nothing that was
acknowledged is lost, the database is sound each time, and in the end both nodes hold the same."""
import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import SLOW, main, wait_until  # noqa: E402

KILLS = int(os.environ.get("KITH_KILLS", "10" if SLOW else "30"))
TEXT = "What was done, with whom, and what came of it. " * 10


class Writer(threading.Thread):
    """Publishes until the node is gone; remembers what was acknowledged."""

    def __init__(self, city, number):
        super().__init__()
        self.api = city.connect()
        self.number = number
        self.acknowledged = []

    def run(self):
        try:
            while True:
                title = f"Round {self.number}, {len(self.acknowledged)}"
                records = [{"kind": "practice", "lang": "en",
                            "body": {"title": f"{title} {i}", "approach": TEXT}} for i in range(5)]
                done = self.api.call("record.publish", records=records)
                self.acknowledged += [ending(record["id"]) for record in done["records"]]
        except (OSError, AssertionError, ValueError):  # killed; an answer may be cut in the middle
            pass
        finally:
            self.api.close()


def ending(record_id):
    """The part of an id that the database keeps in one piece: all but eight bytes."""
    return record_id[16:]


def held_on_disk(city):
    """Endings of the ids in a database that nobody uses, which is sound."""
    query = "PRAGMA integrity_check; SELECT lower(hex(tail)) FROM records WHERE known = 0"
    done = subprocess.run(["sqlite3", city.path("kith.db"), query], capture_output=True, text=True,
                          check=True)
    first, *ids = done.stdout.split()
    assert first == "ok", done.stdout[:2000]
    return set(ids)


def killed_at_any_moment(world):
    rng = random.Random("kith kill")
    a, b = world.city("gdansk").start(), world.city("kavala").start()
    b.partner(a, dial=False)
    a.partner(b)
    b.configure(listen=f"127.0.0.1:{b.port()}")
    acknowledged = set()
    for number in range(KILLS):
        if number:
            b.start()
        writer = Writer(b, number)
        writer.start()
        a.publish(rng.randrange(1, 60), text=TEXT)
        time.sleep(rng.random() * (0.5 if SLOW else 0.15))  # any moment will do
        b.kill()
        writer.join()
        acknowledged.update(writer.acknowledged)
        missing = acknowledged - held_on_disk(b)
        assert not missing, f"round {number}: {len(missing)} acknowledged records are lost"
    print(f"# {KILLS} kills, {len(acknowledged)} records acknowledged")
    b.start()
    wait_until(lambda: a.held() == b.held(), "equal sets")
    a.stop()
    b.stop()
    assert held_on_disk(a) == held_on_disk(b)
    assert acknowledged <= held_on_disk(a)


main(killed_at_any_moment)
