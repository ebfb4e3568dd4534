#!/usr/bin/env python3
"""Who may talk to the local API, and that nobody who does can harm the node."""
import os
import shutil
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kith_e2e  # noqa: E402
from api_talk import practice, publish, refused, request, talk  # noqa: E402
from kith_e2e import DEADLINE, SLOW, Api, Skip, main, wait_until  # noqa: E402


# ---- who may come in -----------------------------------------------------------------------------

def the_read_socket_only_reads(world):
    city = world.city("kavala").start()
    (one,) = publish(city, "One")
    reader = city.connect("read.sock")
    assert reader.call("record.get", id=one)["record"]["id"] == one
    for method, params in (("record.publish", {"record": practice("T")}),
                           ("partner.add", {"address": "x"}), ("partner.pause", {"partner": "x"}),
                           ("partner.resume", {"partner": "x"}), ("partner.remove", {"partner": "x"})):
        refused(lambda m=method, p=params: reader.call(m, **p), 5, method, "api.sock")
    assert reader.call("record.check", record=practice("T"))["results"][0]["valid"] is True
    assert city.call("node.info")["records"]["held"] == 1


def sockets_are_closed_to_others(world):
    city = world.city("kavala").start()
    for name in ("api.sock", "read.sock"):
        assert os.stat(city.path(name)).st_mode & 0o777 == 0o660
    if os.geteuid() != 0:
        raise Skip("needs root to become somebody else")
    os.chmod(world.dir, 0o755)  # even if every door on the way were left open …
    os.chmod(city.home, 0o755)
    for name in ("api.sock", "read.sock"):
        os.chmod(city.path(name), 0o666)
        pid = os.fork()
        if pid == 0:
            try:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                with socket.socket(socket.AF_UNIX) as s:
                    s.settimeout(DEADLINE)
                    s.connect(city.path(name))
                    try:
                        s.sendall(request("node.info"))
                        got = s.recv(100)
                    except (BrokenPipeError, ConnectionResetError):
                        got = b""
                os._exit(0 if got == b"" else 1)
            except BaseException:  # pylint: disable=broad-except
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert city.call("metrics.get")["api.refused"] == 2


def a_group_may_come_in(world):
    if os.geteuid() != 0:
        raise Skip("needs root to become somebody else")
    city = world.city("kavala", more="group = daemon\n").start()
    os.chmod(world.dir, 0o755)
    os.chmod(city.home, 0o755)
    for groups, gid, wanted in (([1], 65534, True), ([], 1, True), ([], 65534, False)):
        pid = os.fork()
        if pid == 0:
            try:
                os.setgroups(groups)
                os.setgid(gid)
                os.setuid(65534)
                try:
                    name = Api(city.path("api.sock")).call("node.info")["name"]
                except (PermissionError, AssertionError, OSError):
                    name = None
                os._exit(0 if (name == "kavala") == wanted else 1)
            except BaseException:  # pylint: disable=broad-except
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, (groups, gid)


def a_socket_in_use_is_left_alone(world):
    city = world.city("kavala")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(city.path("api.sock"))
        other.listen()
        status, said = city.refuse()
        assert status != 0 and "api.sock" in said and "answers" in said, said
    city.start().stop()  # now it is only left over
    with open(city.path("read.sock"), "w", encoding="ascii") as file:
        file.write("not a socket")
    status, said = city.refuse()
    assert status != 0 and "not a socket" in said, said
    with open(city.path("read.sock"), encoding="ascii") as file:
        assert file.read() == "not a socket"


def the_directory_is_made(world):
    city = world.city("kavala")
    where = os.path.join(world.dir, "run")
    city.configure(more="")
    with open(city.path("config.ini"), "w", encoding="utf-8") as file:
        file.write(f"[node]\nname = kavala\n[listen]\naddress = none\n[api]\nsocket = {where}/api.sock\n"
                   f"read_socket = {where}/read.sock\n")
    city.start()
    assert os.stat(where).st_mode & 0o777 == 0o750
    with_api = Api(os.path.join(where, "api.sock"))
    assert with_api.call("node.info")["port"] == 0
    with_api.close()
    city.stop()
    os.chmod(where, 0o777)
    status, said = city.refuse()
    assert status != 0 and "everybody may write" in said, said


# ---- harm ----------------------------------------------------------------------------------------

def bombs_are_answered(world):
    city = world.city("kavala").start()
    before = city.rss_kib()
    (answer,) = talk(city, b"[" * 10_000_000)
    assert answer["error"]["code"] == 7, answer
    answers = talk(city, b"[" * 10_000_000 + b"\n" + request("node.info"))
    assert [a.get("error", {}).get("code") for a in answers] == [7, None], answers
    answers = talk(city, b"[" * 500_000 + b"\n" + b'{"a":' * 100_000 + b"\n" + request("node.info"))
    assert [a.get("error", {}).get("code") for a in answers] == [-32700, -32700, None], answers
    (answer,) = talk(city, b'"' + b"\\" * 900_000)
    assert answer["error"]["code"] == -32700
    answers = talk(city, b"[" + b"0," * 500_000 + b"0]\n" + request("node.info"))
    assert [a.get("error", {}).get("code") for a in answers] == [-32600, None], answers
    assert talk(city, b"\n \n\r\n\n") == []
    if not SLOW:
        assert city.rss_kib() - before < 32 * 1024
    assert city.call("node.info")


def idle_clients_cost_little(world):
    city = world.city("kavala").start()
    city.call("node.info")
    before, clients = city.rss_kib(), []
    for _ in range(400):
        s = socket.socket(socket.AF_UNIX)
        s.connect(city.path("api.sock"))
        clients.append(s)
    wait_until(lambda: city.call("metrics.get")["api.clients"] == 401, "all are in")
    if not SLOW:
        assert city.rss_kib() - before < 400 * 4, city.rss_kib() - before
    publish(city, "One")
    for s in clients:
        s.close()
    wait_until(lambda: city.call("metrics.get")["api.clients"] == 1, "all are gone")


def too_many_clients_are_told(world):
    if not shutil.which("prlimit"):
        raise Skip("prlimit is not installed")
    if kith_e2e.WRAP:
        raise Skip("what the daemon runs under has descriptors of its own, and the limit counts them")
    city = world.city("kavala")
    wrap = kith_e2e.WRAP
    kith_e2e.WRAP = ["prlimit", "--nofile=200:200", *wrap]  # clients get half of that
    try:
        city.start()
    finally:
        kith_e2e.WRAP = wrap
    first = city.connect()
    clients = [city.connect() for _ in range(99)]
    for client in clients:
        client.call("metrics.get")
    late = city.connect()
    answer = late.read()
    assert answer["error"]["code"] == 8 and late.read() is None, answer
    assert first.call("metrics.get")["api.crowded"] == 1
    for client in clients:
        client.close()
    first.close()

    def there_is_room():
        try:
            return city.connect().call("node.info")
        except (OSError, AssertionError):  # not yet
            return None

    wait_until(there_is_room, "there is room again")


def clients_that_do_not_read_are_not_worked_for(world):
    city = world.city("kavala").start()
    publish(city, *(f"Number {i}" for i in range(50)))
    before, deaf = city.rss_kib(), []
    for _ in range(20):
        s = socket.socket(socket.AF_UNIX)
        s.setblocking(False)
        s.connect(city.path("api.sock"))
        line, at = request("record.find", limit=50) * 2000, 0
        try:
            while at < len(line):
                at += s.send(line[at:])
        except BlockingIOError:
            pass
        deaf.append(s)
    (one,) = publish(city, "Still served")
    assert city.call("record.get", id=one)["record"]["id"] == one
    wait_until(lambda: city.call("metrics.get")["api.clients"] == 21, "all are in")
    assert city.call("metrics.get")["api.unsent_bytes"] < 20 * 200_000
    if not SLOW:
        assert city.rss_kib() - before < 64 * 1024, city.rss_kib() - before
    for s in deaf:
        s.close()
    wait_until(lambda: city.call("metrics.get")["api.clients"] == 1, "all are gone")
    city.stop()


def random_bytes_do_no_harm(world):
    city = world.city("kavala").start()
    good = request("record.find", words="a", limit=3) + request("record.publish", record=practice("T"))
    state = 88172645463325252
    for _ in range(300):
        line = bytearray(good)
        for _ in range(1 + state % 9):
            state ^= state << 13 & (1 << 64) - 1
            state ^= state >> 7
            state ^= state << 17 & (1 << 64) - 1
            line[state % len(line)] = (state >> 32) & 255
        for answer in talk(city, bytes(line)):
            assert isinstance(answer, list) or answer["jsonrpc"] == "2.0"
    assert city.call("node.info")


def stops_with_everybody_connected(world):
    city = world.city("kavala").start()
    busy, follower, idle = city.connect(), city.connect(), city.connect()
    follower.call("record.follow")
    for i in range(200):
        busy.ask("record.publish", record=practice(f"N {i}"))
    busy.answer(1)
    city.stop()
    answered = 1
    try:
        while message := busy.read():
            answered += "result" in message
    except OSError:
        pass
    assert idle.read() is None
    city.start()
    held = city.call("node.info")["records"]["held"]
    assert answered <= held <= 200, (answered, held)


def stops_while_followers_read(world):
    """Their questions to the store are under way when the node stops, and it waits for them."""
    city = world.city("kavala").start()
    for _ in range(8):
        city.call("record.publish", records=[practice("Long", steps=["x" * 8000] * 7)] * 10)

    def read(follower, begun):
        try:
            while follower.socket.recv(65536):
                begun.set()
        except OSError:
            pass

    for _ in range(3):
        readers = []
        for _ in range(8):
            follower, begun = city.connect(), threading.Event()
            follower.ask("record.follow", cursor="0")
            readers.append((threading.Thread(target=read, args=(follower, begun)), begun))
            readers[-1][0].start()
        for _, begun in readers:
            assert begun.wait(DEADLINE)
        city.stop()
        for thread, _ in readers:
            thread.join(DEADLINE)
        city.start()


main(
    the_read_socket_only_reads, sockets_are_closed_to_others, a_group_may_come_in,
    a_socket_in_use_is_left_alone, the_directory_is_made, bombs_are_answered,
    idle_clients_cost_little, too_many_clients_are_told,
    clients_that_do_not_read_are_not_worked_for, random_bytes_do_no_harm,
    stops_with_everybody_connected, stops_while_followers_read)
