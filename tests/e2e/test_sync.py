#!/usr/bin/env python3
"""Real daemons as partners: records arrive, also two hops away; catching up after every kind of end; and
what a partner gets who is none, has another key, or finds the disk full."""
import os
import random
import shutil
import signal
import socket
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import SLOW, STORAGE, ApiError, Skip, main, wait_until  # noqa: E402

MANY = 300 if SLOW else 2000
TEXT = "What was done, with whom, and what came of it. " * 20



def pair(world, more=""):
    """Two cities in step: a calls b."""
    a = world.city("gdansk", more=more).start()
    b = world.city("kavala", more=more).start()
    b.partner(a, dial=False)
    a.partner(b)
    a.await_live(b)
    b.await_live(a)
    return a, b


def fixed_port(city):
    """From now on the city listens where it listens now."""
    city.configure(listen=f"127.0.0.1:{city.port()}")
    return city


def has_all(city, ids):
    wait_until(lambda: city.has(ids[-1]) and all(city.has(i) for i in ids),
               f"{len(ids)} records at {city.name}")


def sound(city):
    """integrity_check of a database that nobody uses."""
    done = subprocess.run(["sqlite3", city.path("kith.db"), "PRAGMA integrity_check"],
                          capture_output=True, text=True, check=True)
    assert done.stdout == "ok\n", done.stdout


# ---- what should happen ----------------------------------------------------------------------------

def a_record_arrives_two_hops_away(world):
    a, b = pair(world)
    c = world.city("baia-mare").start()
    b.partner(c, dial=False)
    c.partner(b)
    c.await_live(b)
    follower = c.connect()
    follower.call("record.follow", cursor="now")
    ids = a.publish(3)
    told = [follower.notification()["params"]["record"]["id"] for _ in ids]
    assert sorted(told) == sorted(ids)
    has_all(a, c.publish(1))
    follower.close()
    for city in (a, b, c):
        city.stop()
        sound(city)


def what_was_missed_is_caught_up_with(world):
    a, b = pair(world)
    before = a.publish(5)
    has_all(b, before)
    fixed_port(b).stop()
    missed = a.publish(50)
    b.start()
    own = b.publish(1)
    has_all(b, before + missed)
    has_all(a, own)
    b.await_live(a)
    assert a.held() == b.held() == 56


def a_killed_node_loses_nothing_acknowledged(world):
    a, b = pair(world)
    fixed_port(b)
    acknowledged = []
    for _ in range(3 if SLOW else 10):
        acknowledged += b.publish(20)
        a.publish(20)
        b.kill()
        sound(b)
        b.start()
    has_all(b, acknowledged)
    has_all(a, acknowledged)
    wait_until(lambda: a.held() == b.held(), "equal sets")


def a_stop_during_sync_is_clean(world):
    """Each side is stopped in the middle of the transfer, and in the end both have it all."""
    a, b = world.city("gdansk").start(), world.city("kavala").start()
    ids = a.publish(MANY, text=TEXT)
    b.partner(a, dial=False)
    a.partner(b)
    fixed_port(b)
    wait_until(lambda: 0 < b.held(), "the first records")
    b.stop(signal.SIGTERM)
    sound(b)
    b.start()
    some = b.held()
    wait_until(lambda: b.held() > some or some == MANY, "some more")
    a.stop(signal.SIGINT)
    sound(a)
    a.start()
    wait_until(lambda: b.held() == MANY, "all records")
    has_all(b, random.Random(1).sample(ids, 20))
    for city in (a, b):
        assert "level=error" not in city.log(), city.log()
        city.stop()
    assert not [line for line in b.log().splitlines() if "left open" in line], b.log()


def partners_survive_a_restart(world):
    a, b = pair(world)
    fixed_port(b).stop()
    a.stop()
    b.start()
    a.start()
    a.await_live(b)
    b.call("partner.remove", partner=a.name)
    b.stop()
    b.start()
    assert b.call("partner.list")["partners"] == []


# ---- what should not -------------------------------------------------------------------------------

def a_stranger_with_a_key_gets_nothing(world):
    """It knows the address but is no partner there."""
    a, b = world.city("gdansk").start(), world.city("kavala").start()
    b.publish(1)
    a.partner(b)
    wait_until(lambda: "both sides must name" in a.state_of(b).get("last_error", ""), "a reason")
    assert a.state_of(b)["state"] != "live"
    assert a.held() == 0 and b.held() == 1
    wait_until(lambda: "both sides must name" in a.log(), "the reason in the log")


def a_wrong_node_key_is_noticed(world):
    """The address names the key of another machine: the handshake does not come about."""
    a, b, c = (world.city(name).start() for name in ("gdansk", "kavala", "baia-mare"))
    real, other = b.call("node.info"), c.call("node.info")
    b.partner(a, dial=False)
    a.call("partner.add", name="kavala", address=real["address"].replace(real["node"],
                                                                         other["node"]))
    wait_until(lambda: a.state_of(b).get("last_error"), "a reason")
    b.publish(1)
    assert a.held() == 0
    assert "node key" in a.state_of(b)["last_error"]
    for city in (a, b, c):
        city.stop()


def a_flood_of_callers_disturbs_nobody(world):
    """Thousands of strangers at the port while two partners exchange records."""
    a, b = pair(world)
    ids = []
    for _ in range(10):
        callers = []
        for _ in range(50 if SLOW else 300):
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", b.port()))
            callers.append(caller)
        ids += a.publish(2)
        for caller in callers:
            caller.close()
    has_all(b, ids)
    has_all(a, b.publish(1))
    counters = b.call("metrics.get")
    assert counters["node.accept_refused"] > 0, "the flood was not one"
    assert counters["partners.connections"] == 1 and counters["partners.truncations"] == 0


def full_disk(world):
    """A city whose home is on a small disk of its own; Skip where that cannot be had."""
    disk = os.path.join(world.dir, "disk")
    os.mkdir(disk)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", disk],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        os.rmdir(disk)
        raise Skip("no file system can be mounted here")
    world.last_acts.append(lambda: subprocess.run(["umount", disk], check=True))
    city = world.city("kavala")
    shutil.copytree(city.home, os.path.join(disk, "home"))
    city.home = os.path.join(disk, "home")
    return city, disk


def a_disk_that_fills_up(world):
    """Nothing more is taken, by person or partner; what is there is served; with room it goes on."""
    city, disk = full_disk(world)
    city.start()
    a = world.city("gdansk").start()
    city.partner(a, dial=False)
    a.partner(city)
    a.await_live(city)
    own, try_all = [], True
    while try_all:
        try:
            own += city.publish(20, text=TEXT)
        except ApiError as error:
            assert error.code == STORAGE, error
            try_all = False
    assert city.held() == len(own), "nothing lost, nothing half stored"
    assert city.has(own[0]) and city.has(own[-1])
    assert "records cannot be stored" in city.log(), city.log()
    others = a.publish(100, text=TEXT)
    wait_until(lambda: city.call("sync.status")["storage_blocked"], "what is said of the disk")
    has_all(a, own)
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    has_all(city, others)
    has_all(a, city.publish(1))
    assert "records are stored again" in city.log()
    city.stop()
    sound(city)


main(a_record_arrives_two_hops_away, what_was_missed_is_caught_up_with,
     a_killed_node_loses_nothing_acknowledged, a_stop_during_sync_is_clean,
     partners_survive_a_restart, a_stranger_with_a_key_gets_nothing, a_wrong_node_key_is_noticed,
     a_flood_of_callers_disturbs_nobody, a_disk_that_fills_up)
