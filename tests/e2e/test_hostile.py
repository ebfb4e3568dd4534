#!/usr/bin/env python3
"""Partners that mean no good (tests/tools/hostile.c) at a real daemon: each is named in `kith status` with
the reason, no honest partner is, what is published goes on arriving, and memory stays where it was.

Latency is not asserted here: two clocks on a busy machine say nothing. Each test prints the ratio of the
medians with and without the hostile as a comment, and `tests/bench/run hostile` measures it properly."""
import os
import select
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import BUILD, DEADLINE, SLOW, _die_with_parent, main, wait_until  # noqa: E402

HOSTILE = os.path.join(BUILD, "hostile" if BUILD.endswith("tests") else "tests/hostile")
GROWTH_KIB = 16 * 1024  # what one hostile partner may make the daemon hold
TEXT = "What was done, with whom, and what came of it. " * 20
QUICK = "[limits]\nanswer_within_s = 2\nhandshakes_per_second = 1000\n"
CALLS = "[limits]\nhandshakes_per_second = 100000\n"


class Hostile:
    """One that is a partner of the city, and its program."""

    def __init__(self, world, city, seed, behaviour, count=None, answers=False):
        self.city = city
        self.name = f"hostile-{behaviour}"
        self.said = []
        key = subprocess.run([HOSTILE, "key", str(seed)], capture_output=True, text=True, check=True)
        args = [HOSTILE, behaviour, str(seed)]
        if not answers:
            city.call("partner.add", address=key.stdout.strip(), name=self.name)
            args += [str(city.port()), city.call("node.info")["node"]]
        if count is not None:
            args.append(str(count))
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        text=True, preexec_fn=_die_with_parent)
        world.last_acts.append(self.stop)
        if answers:
            city.call("partner.add", address=self.line(), name=self.name)

    def line(self):
        """The next line that it prints; '' at its end."""
        ready, _, _ = select.select([self.process.stdout], [], [], DEADLINE)
        assert ready, f"{self.name} says nothing any more"
        return self.process.stdout.readline().strip()

    def says(self, word):
        """Waits until it says this."""
        while True:
            line = self.line()
            assert line, f"{self.name} never said {word}: {self.said}"
            self.said.append(line)
            if line.startswith(word):
                return line

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def state(self):
        for partner in self.city.call("partner.list")["partners"]:
            if partner.get("name") == self.name:
                return partner
        raise AssertionError(f"{self.name} is no partner")

    def reason(self):
        return self.state().get("complaint", {}).get("reason")

    def await_reason(self, *reasons):
        wait_until(lambda: self.reason() in reasons,
                   f"{self.name} blamed for {reasons}, not {self.reason()}")

    def await_shut_out(self, *reasons):
        """Ended, named, and not let in for a while."""
        self.await_reason(*reasons)
        wait_until(lambda: self.state()["state"] == "waiting", f"{self.name} is sent away")
        assert self.state()["complaint"].get("shut_out_until"), self.state()
        words = self.status_line()
        assert self.state()["complaint"]["text"] in words and "shut out for" in words, words

    def status_line(self):
        """Its line in what `kith status` prints."""
        done = self.city.cli("status")
        assert done.returncode == 0, done.stderr
        lines = [line for line in done.stdout.splitlines() if line.startswith(self.name)]
        assert len(lines) == 1, done.stdout
        return lines[0]


class Town:
    """A city, an honest partner that listens to what it publishes, and a measure of both."""

    def __init__(self, world, more=""):
        self.world = world
        self.city = world.city("gdansk", more=more).start()
        self.friend = world.city("kavala").start()
        self.city.partner(self.friend, dial=False)
        self.friend.partner(self.city)
        self.friend.await_live(self.city)
        self.city.await_live(self.friend)
        self.follower = self.friend.connect()
        self.follower.call("record.follow", cursor="now")
        self.sent = 0
        self.calm_ms = self.publish_and_see()
        self.rss = self.city.rss_kib()

    def publish_and_see(self, count=20):
        """Publishes one after the other and waits for each at the friend's; the median time."""
        times = []
        for _ in range(count):
            self.sent += 1
            begin = time.monotonic()
            record_id, = self.city.publish(1, title=f"Number {self.sent}")
            while self.follower.notification()["params"]["record"]["id"] != record_id:
                pass
            times.append((time.monotonic() - begin) * 1000)
        return statistics.median(times)

    def goes_on(self, what):
        """Nothing of it has reached the honest: records arrive, nobody is blamed, memory is bounded."""
        ratio = self.publish_and_see() / self.calm_ms
        grown = self.city.rss_kib() - self.rss
        print(f"# {what}: latency {ratio:.2f} times as long, {grown} KiB grown")
        friend = self.city.state_of(self.friend)
        assert friend["state"] == "live" and "complaint" not in friend, friend
        assert self.friend.state_of(self.city)["state"] == "live"
        assert SLOW or grown <= GROWTH_KIB, f"{what}: grew by {grown} KiB"

    def close(self):
        self.follower.close()
        assert "level=error" not in self.city.log(), self.city.log()
        for city in (self.friend, self.city):
            city.stop()


def sent_away(world, cases, more=""):
    """Each behaviour ends the connection, is named with its reason, and disturbs nobody."""
    town = Town(world, more)
    for i, (behaviour, *reasons) in enumerate(cases):
        hostile = Hostile(world, town.city, 10 + i, behaviour)
        hostile.says("connected")
        town.goes_on(behaviour)
        hostile.await_shut_out(*reasons)
        assert hostile.says("ended")
    town.close()


def floods_are_cut_off(world):
    sent_away(world, [("pings", "talk"), ("unknown-messages", "talk"), ("prunes", "talk"),
                      ("nudges", "talk"), ("ihaves", "announced"), ("grafts", "asked", "unexpected"),
                      ("unavailables", "unavailable"), ("repeats", "repeated")])


def rules_are_kept(world):
    sent_away(world, [("unasked", "unexpected"), ("lying-length", "malformed"),
                      ("second-scope", "unexpected"), ("foreign", "foreign"),
                      ("forged", "forged"), ("short-frame", "malformed")])


def asking_without_end(world):
    town = Town(world)
    town.city.publish(300, text=TEXT)
    for i, behaviour in enumerate(["pulls", "wants"]):
        hostile = Hostile(world, town.city, 10 + i, behaviour)
        hostile.says("connected")
        town.goes_on(behaviour)
        hostile.await_shut_out("asked")
    town.close()


def reconciling_without_end(world):
    town = Town(world)
    town.city.publish(100)
    for i, behaviour in enumerate(["wrong-sums", "endless"]):
        hostile = Hostile(world, town.city, 10 + i, behaviour)
        hostile.says("connected")
        town.goes_on(behaviour)
        hostile.await_shut_out("endless", "unexpected")
    hostile = Hostile(world, town.city, 20, "answer-wrongly", answers=True)
    town.goes_on("answer-wrongly")
    hostile.await_shut_out("endless")
    town.close()


def bytes_that_are_none(world):
    """Who sends what does not decrypt is named, but not shut out: it may be somebody between."""
    town = Town(world)
    for i, behaviour in enumerate(["garbage", "flipped", "replay"]):
        hostile = Hostile(world, town.city, 10 + i, behaviour)
        assert hostile.says("ended") == "ended cut"
        hostile.await_reason("damaged", "malformed")
        assert "decrypt" in hostile.status_line() or "malformed" in hostile.status_line()
        town.goes_on(behaviour)
    town.close()


def storms_of_calls(world):
    """Connections that are opened and ended, politely or not, faster than anybody needs."""
    town = Town(world, CALLS)
    for i, behaviour in enumerate(["byes", "cuts"]):
        hostile = Hostile(world, town.city, 10 + i, behaviour)
        hostile.says("connected")
        town.goes_on(behaviour)
        assert hostile.says("ended") == "ended bye 4"
        hostile.await_shut_out("calls")
    town.close()


def what_is_promised_and_withheld(world):
    town = Town(world, QUICK)
    hostile = Hostile(world, town.city, 10, "withhold")
    hostile.says("connected")
    town.publish_and_see()
    hostile.await_reason("withheld")
    assert hostile.says("ended") == "ended bye 4"  # it called again, and withheld again
    hostile.await_shut_out("withheld")
    town.close()


def who_is_slow_or_silent(world):
    """Half a frame and then nothing; callers who never finish a first message; who never reads."""
    town = Town(world, QUICK)
    strangers = [socket.create_connection(("127.0.0.1", town.city.port())) for _ in range(60)]
    for stranger in strangers:
        stranger.send(b"\0")
    hostile = Hostile(world, town.city, 10, "slow")
    hostile.says("said")
    town.publish_and_see()
    hostile.says("ended")
    hostile.await_reason("silent")
    assert "do not answer in time" in hostile.status_line()
    for stranger in strangers:
        stranger.close()
    town.close()


def who_does_not_read(world):
    """What it asked for waits for it, up to a bound, and kith status says so."""
    town = Town(world)
    town.city.publish(1000, text=TEXT * 8)  # 7 MiB: more than sockets take
    town.rss = town.city.rss_kib()
    for i, behaviour in enumerate(["pulls-unread", "pings-unread"]):
        hostile = Hostile(world, town.city, 10 + i, behaviour)
        hostile.says("connected")
        town.goes_on(behaviour)
        if behaviour == "pings-unread":
            hostile.await_shut_out("talk")
        else:
            wait_until(lambda: "wait for them to read" in hostile.status_line(), "it is told")
            assert hostile.state()["unsent"] < 4 << 20, hostile.state()
        hostile.stop()
    town.close()


def one_author_too_many_records(world):
    """Most is turned away and the author named, but who carries the records stays."""
    town = Town(world, "[limits]\nauthor_records_per_day = 100\n")
    held = town.city.held()
    hostile = Hostile(world, town.city, 10, "one-author", count=20)
    hostile.says("said")
    wait_until(lambda: hostile.state().get("turned_away_today") == 1900, "most is turned away")
    assert town.city.held() == held + 100
    town.goes_on("one author")
    state = hostile.state()
    assert state["state"] in ("live", "syncing") and "complaint" not in state, state
    over, = town.city.call("sync.status")["authors_over"]
    assert over["author"] == state["group"] and over["turned_away"] == 1900, over
    status = town.city.cli("status").stdout
    assert f"{over['author']} is over the quota of an author: 1900 records not taken" in status, status
    town.close()


def made_up_authors(world):
    """Of 5,000 authors that nobody knows 50 are taken; who brings them is told of, and stays."""
    town = Town(world, "[limits]\nnew_authors_per_day = 50\n")
    authors = town.city.call("node.info")["records"]["authors"]
    hostile = Hostile(world, town.city, 10, "authors", count=10 if SLOW else 50)
    hostile.says("said")
    many = 950 if SLOW else 4950
    wait_until(lambda: hostile.state().get("turned_away_today") == many, "most is turned away")
    assert town.city.call("node.info")["records"]["authors"] == authors + 50
    town.goes_on("made-up authors")
    state = hostile.state()
    assert state["state"] in ("live", "syncing") and "complaint" not in state, state
    words = hostile.status_line()
    assert f"over the day's quota: {many} records not taken (50 new authors)" in words, words
    town.close()


def the_far_future(world):
    """A record from next week is held back; that is no fault of who carries it."""
    town = Town(world)
    hostile = Hostile(world, town.city, 10, "future")
    wait_until(lambda: hostile.state()["counters"]["held_back"] == 1, "it is held back")
    town.goes_on("future")
    assert "complaint" not in hostile.state()
    town.close()


def a_single_forged_record(world):
    """It is counted and named; the connection stays."""
    town = Town(world)
    hostile = Hostile(world, town.city, 10, "forged", count=1)
    hostile.await_reason("forged")
    state = hostile.state()
    assert state["counters"]["forged"] == 1 and state["state"] != "waiting", state
    assert "signature or hash does not hold" in hostile.status_line()
    town.close()


if __name__ == "__main__":
    main(floods_are_cut_off, rules_are_kept, asking_without_end, reconciling_without_end,
         bytes_that_are_none, storms_of_calls, what_is_promised_and_withheld, who_is_slow_or_silent,
         who_does_not_read, one_author_too_many_records, made_up_authors, the_far_future,
         a_single_forged_record)
