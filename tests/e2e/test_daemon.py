#!/usr/bin/env python3
"""kithd as a process: how it starts and stops, what it says when something is wrong, and what strangers
get from its port."""
import os
import pty
import random
import select
import shutil
import signal
import socket
import subprocess
import sys
import termios

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import (DEADLINE, KITHD, SLOW, WRAP, Skip, main, wait_until)  # noqa: E402

USAGE, DATA, NO_INPUT, UNAVAILABLE, IO, LOCKED, NO_PERM, CONFIG = 64, 65, 66, 69, 74, 75, 77, 78


def expect_refused(city, status, *words, args=(), env=None):
    """One sentence, the right status, and nothing left running or changed in the keys."""
    got, said = city.refuse(*args, env=env)
    assert got == status, f"status {got} instead of {status}: {said}"
    for word in words:
        assert word in said, f"{word!r} is missing: {said}"
    assert "Sanitizer" not in said, said


# ---- starting and stopping -----------------------------------------------------------------------

def starts_and_stops(world):
    city = world.city("kavala")
    for number in (signal.SIGTERM, signal.SIGINT):
        city.start().stop(number)
        assert "msg=stopped" in city.log()
        wal = city.path("kith.db-wal")
        assert not os.path.exists(wal) or os.path.getsize(wal) == 0, "no checkpoint was made"
        assert not os.path.exists(city.path("api.sock"))
    assert "level=warn" not in city.log() and "level=error" not in city.log(), city.log()


def a_restart_after_a_kill_works(world):
    city = world.city("kavala")
    city.start().kill()
    city.start().stop()


def readiness_by_an_abstract_socket(world):
    world.city("kavala").start(abstract=True).stop()


def tells_the_watchdog(world):
    city = world.city("kavala")
    city.start(env={"WATCHDOG_USEC": "50000"})
    for _ in range(3):
        assert city.hears("WATCHDOG=1")
    city.stop()


def a_hangup_reads_the_log_level_again(world):
    city = world.city("kavala").start()
    city.configure(more="[log]\nlevel = debug\n")
    city.send_signal(signal.SIGHUP)
    wait_until(lambda: 'msg="log level read again" level=debug' in city.log(), "the new level")
    city.configure(more="[log]\nlevel = loud\n")
    city.send_signal(signal.SIGHUP)
    wait_until(lambda: "line 9: [log] level" in city.log(), "the complaint")
    city.stop()


def leaves_nothing_open_to_others(world):
    city = world.city("kavala").start()
    for folder, _, files in os.walk(city.home):
        assert os.stat(folder).st_mode & 0o27 == 0, folder
        for name in files:
            path = os.path.join(folder, name)
            assert os.stat(path).st_mode & 0o07 == 0, path
    if not WRAP:
        with open(f"/proc/{city.process.pid}/limits", encoding="ascii") as limits:
            core = next(line for line in limits if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"], core
    city.stop()


def listeners_that_leave_do_no_harm(world):
    """A log that nobody reads any more, and API clients that go while they are written to."""
    read_end, write_end = os.pipe()
    city = world.city("kavala", more="[log]\nlevel = debug\n")
    city.start(stderr=write_end)
    os.close(write_end)
    os.close(read_end)
    for _ in range(20):
        client = city.connect()
        for _ in range(50):
            client.ask("rpc.discover")
        client.close()
    city.publish(3)
    assert city.process.poll() is None
    city.stop()


def version_and_help(world):
    city = world.city("kavala")
    status, said = city.refuse("--version")
    assert status == 0 and said.startswith("kithd "), said
    status, said = city.refuse("--help")
    assert status == 0 and "example: kithd" in said, said


# ---- what is wrong before the node is up -----------------------------------------------------------

def options_that_make_no_sense(world):
    city = world.city("kavala")
    expect_refused(city, USAGE, "usage: kithd", args=["--colour"])
    expect_refused(city, USAGE, "usage: kithd", args=["kavala"])
    expect_refused(city, USAGE, "error, warn, info or debug", args=["--log-level", "loud"])


def a_home_that_is_none(world):
    city = world.city("kavala")
    expect_refused(city, NO_INPUT, "there is no home at", "init", args=["--home", city.home + "x"])
    os.chmod(city.home, 0o755)
    expect_refused(city, NO_PERM, "chmod 700 " + city.home)
    os.chmod(city.home, 0o700)
    os.unlink(city.path("config.ini"))
    expect_refused(city, NO_INPUT, "config.ini")


def a_bad_configuration(world):
    city = world.city("kavala")
    for more, words in [
            ("[node]\ncolour = red\n", ["config.ini line 9", 'unknown key "colour" in [node]']),
            ("[nodes]\n", ["line 8", "unknown section [nodes]"]),
            ("[limits]\nmax_connections = many\n", ["line 9", "max_connections", "from 4 to 4096"]),
            ("hello\n", ["line 8", "neither"])]:
        city.configure(more=more)
        expect_refused(city, CONFIG, *words)
        expect_refused(city, CONFIG, *words, args=["--check"])
    city.configure()
    os.chmod(city.path("config.ini"), 0o666)
    expect_refused(city, NO_PERM, "chmod o-w " + city.path("config.ini"))
    os.chmod(city.path("config.ini"), 0o644)
    status, said = city.refuse("--check")
    assert status == 0 and "in order" in said, said


def key_files_open_to_others(world):
    city = world.city("kavala")
    for name in ("keys/author.key", "keys/node.key"):
        path = city.path(name)
        for mode in (0o640, 0o604, 0o660, 0o602):
            os.chmod(path, mode)
            expect_refused(city, NO_PERM, f"mode 0{mode:o}", "chmod 600 " + path)
            expect_refused(city, NO_PERM, "chmod 600 " + path, args=["--check"])
        os.chmod(path, 0o600)
        os.rename(path, path + ".real")
        expect_refused(city, NO_INPUT, path)
        os.symlink(path + ".real", path)
        expect_refused(city, NO_PERM, path, "symbolic link")
        os.unlink(path)
        os.rename(path + ".real", path)
    if os.geteuid() == 0:
        os.chown(city.path("keys/author.key"), 12345, 12345)
        expect_refused(city, NO_PERM, "belongs to user 12345")


def a_passphrase(world):
    city = world.city("kavala", passphrase="correct horse\n")
    right, wrong = world.file("right", "correct horse\n"), world.file("wrong", "correct house\n")
    expect_refused(city, NO_PERM, "wrong passphrase", "author.key",
                   args=["--passphrase-file", wrong])
    expect_refused(city, NO_PERM, "wrong passphrase", env={"KITH_PASSPHRASE_FILE": wrong})
    expect_refused(city, NO_PERM, "no terminal", "--passphrase-file")
    expect_refused(city, NO_INPUT, "nowhere", args=["--passphrase-file", "/nowhere"])
    os.chmod(right, 0o644)
    expect_refused(city, NO_PERM, "chmod 600", args=["--passphrase-file", right])
    os.chmod(right, 0o600)
    city.start("--passphrase-file", right, env={"KITH_PASSPHRASE_FILE": wrong}).stop()
    city.start(env={"KITH_PASSPHRASE_FILE": right}).stop()
    os.mkdir(os.path.join(world.dir, "credentials"))
    os.rename(right, os.path.join(world.dir, "credentials", "passphrase"))
    city.start(env={"CREDENTIALS_DIRECTORY": os.path.join(world.dir, "credentials")}).stop()


def read_terminal(fd, until):
    said = b""
    while until not in said:
        assert select.select([fd], [], [], DEADLINE)[0], said
        try:
            chunk = os.read(fd, 4096)
        except OSError:  # the other end is closed
            chunk = b""
        if not chunk:
            break
        said += chunk
    return said


def ask_on_a_terminal(city, typed):
    """Runs kithd on a terminal of its own; returns (status, what the terminal showed)."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execv(KITHD, [KITHD, "--home", city.home])
    try:
        said = read_terminal(fd, b"author.key: ")
        os.write(fd, typed)
        said += read_terminal(fd, b"msg=ready")
        if b"msg=ready" in said:
            assert termios.tcgetattr(fd)[3] & termios.ECHO, "echo was not turned on again"
            os.kill(pid, signal.SIGTERM)
            said += read_terminal(fd, b"msg=stopped")
        status, pid = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), None
        return status, said
    finally:
        os.close(fd)
        if pid:  # something above has failed
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def a_passphrase_typed(world):
    if WRAP:
        raise Skip("not under a wrapper")
    city = world.city("kavala", passphrase="correct horse\n")
    status, said = ask_on_a_terminal(city, b"correct hoo\x7frse\n")
    assert status == 0 and b"msg=stopped" in said, said
    status, said = ask_on_a_terminal(city, b"wrongX\x7f\x7f\x15correct horsf\x7fe\n")
    assert status == 0, said
    assert b"horse" not in said and b"wrong" not in said, said  # no echo
    status, said = ask_on_a_terminal(city, b"wrong\n")
    assert status == NO_PERM and b"wrong passphrase" in said, said
    status, said = ask_on_a_terminal(city, b"corr\x03")
    assert status == NO_PERM and b"no passphrase was given" in said, said


def a_port_in_use(world):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        city = world.city("kavala", listen=f"127.0.0.1:{port}")
        expect_refused(city, UNAVAILABLE, f"127.0.0.1:{port}", "another program has this port",
                       "config.ini")
    city.start().stop()


def a_home_in_use(world):
    city = world.city("kavala").start()
    expect_refused(city, LOCKED, city.home, f"process {city.process.pid}")
    city.stop()
    city.start().stop()


def a_damaged_database(world):
    city = world.city("kavala").start().stop()
    path = city.path("kith.db")
    with open(path, "rb") as file:
        whole = file.read()
    for damage in (b"not a database " * 1000, whole[:4096] + bytes(len(whole) - 4096)):
        with open(path, "wb") as file:
            file.write(damage)
        expect_refused(city, DATA, "kith.db")
    with open(path, "wb") as file:
        file.write(whole)
    city.start().stop()


def small_disk(world, name):
    """A directory on a file system of its own; Skip where that cannot be had."""
    path = os.path.join(world.dir, name)
    os.mkdir(path)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs", path],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        os.rmdir(path)
        raise Skip("no file system can be mounted here")
    world.last_acts.append(lambda: subprocess.run(["umount", path], check=True))
    return path


def resize(disk, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


def a_full_disk(world):
    """Whatever the first write is that finds no room: it is said, and with room all is well."""
    city = world.city("kavala")
    disk = small_disk(world, "disk")
    shutil.copytree(city.home, os.path.join(disk, "home"))
    city.home = os.path.join(disk, "home")
    used = os.statvfs(disk)
    used = (used.f_blocks - used.f_bfree) * used.f_frsize
    refusals = 0
    for more in range(0, 512, 12):
        resize(disk, used + more * 1024)
        status = city.try_start()
        if status is None:
            break
        said = city.log()
        assert status == IO, f"{status}: {said}"
        assert "make room" in said or "No space left" in said, said
        refusals += 1
    assert refusals > 2, f"{refusals} refusals"
    resize(disk, "8m")
    city.stop()
    city.start().stop()


# ---- strangers -----------------------------------------------------------------------------------

def opening(rng):
    """What somebody might send who does not know the node's key."""
    shape = rng.randrange(6)
    if shape == 0:
        return b""
    if shape == 1:
        return rng.randbytes(rng.randrange(1, 2000))
    if shape == 2:  # a length that fits a first message, and a point nobody has
        return b"\x00\x30" + rng.randbytes(48)
    if shape == 3:  # of small order
        return b"\x00\x30" + bytes(32) + rng.randbytes(16)
    if shape == 4:
        return (0xffff).to_bytes(2, "big") + rng.randbytes(rng.randrange(0, 70000))
    return b"GET / HTTP/1.1\r\nHost: kith\r\n\r\n"


def answer_to(port, batch):
    """Sends each opening over a connection of its own; returns all bytes that came back."""
    sockets = []
    for sent in batch:
        connection = socket.create_connection(("127.0.0.1", port))
        connection.settimeout(DEADLINE)
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # hung up on while still talking
        sockets.append(connection)
    back = b""
    for connection in sockets:
        try:
            while chunk := connection.recv(4096):
                back += chunk
        except ConnectionResetError:
            pass
        connection.close()
    return back


def strangers_get_no_byte(world):
    city = world.city("kavala", more="[limits]\nhandshakes_per_second = 100000\n").start()
    rng = random.Random("kith strangers")
    for _ in range(20):
        back = answer_to(city.port(), [opening(rng) for _ in range(50)])
        assert back == b"", f"{len(back)} bytes came back"
    assert city.process.poll() is None
    city.stop()


def a_flood_beyond_the_rate_is_hung_up_on(world):
    city = world.city("kavala", more="[limits]\nhandshakes_per_second = 1\n").start()
    assert answer_to(city.port(), [b"hello"] * 60) == b""
    city.stop()


def an_idle_node_is_small(world):
    if SLOW:
        raise Skip("sanitizers and valgrind need memory of their own")
    city = world.city("kavala").start()
    rss = city.rss_kib()
    print(f"# idle: {rss} KiB resident")
    assert rss < 12 * 1024, f"{rss} KiB"
    city.stop()


main(starts_and_stops, a_restart_after_a_kill_works, readiness_by_an_abstract_socket,
     tells_the_watchdog, a_hangup_reads_the_log_level_again, leaves_nothing_open_to_others,
     listeners_that_leave_do_no_harm, version_and_help, options_that_make_no_sense, a_home_that_is_none, a_bad_configuration,
     key_files_open_to_others, a_passphrase, a_passphrase_typed, a_port_in_use, a_home_in_use,
     a_damaged_database, a_full_disk, strangers_get_no_byte,
     a_flood_beyond_the_rate_is_hung_up_on, an_idle_node_is_small)
