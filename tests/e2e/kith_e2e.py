"""What the end-to-end tests share: homes, real daemons, a client of the local API, TAP.

A test file looks like this:

    from kith_e2e import World, main, wait_until

    def something_holds(world):
        city = world.city("kavala").start()
        assert city.call("node.info")["name"] == "kavala"

    main(something_holds, ...)

Each test gets a world of its own: a directory for homes and logs that goes when the test ends, with all
that was started in it. Nothing sleeps for a fixed time: readiness is awaited on a notification socket,
the end of a process on the process, everything else by asking until it holds or a deadline has passed.

Environment: BUILD (build), SANITIZE (deadlines are longer), KITH_E2E_WRAP (a command that the daemons are
run under, such as "valgrind --leak-check=full --error-exitcode=99"), KITH_E2E_KEEP (leave the files).
"""
import ctypes
import json
import os
import re
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, os.environ.get("BUILD", "build"))
KITHD = os.path.join(BUILD, "kithd")
KITH = os.path.join(BUILD, "kith")
WRAP = shlex.split(os.environ.get("KITH_E2E_WRAP", ""))
SANITIZE = bool(os.environ.get("SANITIZE"))
SLOW = SANITIZE or bool(WRAP)
NOT_FOUND, STORAGE = 1, 6  # of the API's error codes, those that tests ask for
DEADLINE = 300 if SLOW else 60  # seconds; only a broken test waits so long


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


def wait_until(condition, what, seconds=DEADLINE):
    """Asks until condition() is true and returns its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.02)


def _die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class ApiError(Exception):
    """The error object of a JSON-RPC answer."""

    def __init__(self, error):
        super().__init__(f"{error.get('code')}: {error.get('message')} {error.get('data', '')}")
        self.code = error.get("code")
        self.message = error.get("message", "")
        self.data = error.get("data")


class Api:
    """One connection to a socket of the local API: JSON-RPC 2.0, one object a line."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(DEADLINE)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.next_id = 0
        self.told = []  # notifications that came between answers

    def close(self):
        self.lines.close()
        self.socket.close()

    def send_line(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def read(self):
        """The next line as an object; None at the end."""
        line = self.lines.readline()
        return json.loads(line) if line else None

    def ask(self, method, **params):
        """Sends a request without waiting; returns its id."""
        self.next_id += 1
        request = {"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}
        self.send_line(json.dumps(request))
        return self.next_id

    def answer(self, request_id):
        while True:
            message = self.read()
            assert message is not None, "the node closed the API connection"
            if "method" in message:
                self.told.append(message)
            elif message.get("id") == request_id:
                if "error" in message:
                    raise ApiError(message["error"])
                return message["result"]

    def call(self, method, **params):
        return self.answer(self.ask(method, **params))

    def notification(self):
        """The next message that is no answer."""
        if self.told:
            return self.told.pop(0)
        message = self.read()
        assert message is not None, "the node closed the API connection"
        return message


class City:
    """A home and the daemon that runs in it now and then."""

    def __init__(self, world, name):
        self.world = world
        self.name = name
        self.home = os.path.join(world.dir, name)
        self.log_path = os.path.join(world.dir, name + ".log")
        self.process = None
        self.api = None

    # ---- the home --------------------------------------------------------------------------------

    def path(self, name):
        return os.path.join(self.home, name)

    def make(self, passphrase=None, listen="127.0.0.1:0", more=""):
        """A home with keys; config.ini is written by configure()."""
        args = [KITH, "init", "--home", self.home, "--name", self.name, "--place", "Kavala, GR",
                "--type", "group"]
        if passphrase is None:
            args.append("--no-passphrase")
        else:
            args += ["--passphrase-file", self.world.file(self.name + ".pass", passphrase)]
        done = subprocess.run(args, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(args)}: {done.stdout}{done.stderr}"
        return self.configure(listen, more)

    def configure(self, listen="127.0.0.1:0", more=""):
        """more: further sections. Sockets stay in the home, whatever the environment says."""
        with open(self.path("config.ini"), "w", encoding="utf-8") as file:
            file.write(f"[node]\nname = {self.name}\n[listen]\naddress = {listen}\n"
                       f"[api]\nsocket = api.sock\nread_socket = read.sock\n{more}")
        return self

    # ---- the daemon ------------------------------------------------------------------------------

    def _env(self, extra):
        env = {k: v for k, v in os.environ.items()
               if not k.startswith(("KITH_", "XDG_", "LC_", "LANG")) and k != "CREDENTIALS_DIRECTORY"}
        env.update(extra or {})
        return env

    def start(self, *args, **options):
        """Starts the daemon and waits until it says that it is ready."""
        status = self.try_start(*args, **options)
        assert status is None, f"{self.name} ended with {status}:\n{self.log()}"
        return self

    def try_start(self, *args, env=None, abstract=False, stderr=None):
        """The same, but returns the status of a daemon that ended before; None: it runs."""
        assert self.process is None, f"{self.name} runs already"
        where = os.path.join(self.world.dir, self.name + ".notify")
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        if abstract:
            where = f"@kith-e2e-{os.getpid()}-{self.name}"
            notify.bind("\0" + where[1:])
        else:
            if os.path.exists(where):
                os.unlink(where)
            notify.bind(where)
        self.notify = notify
        with open(self.log_path, "a", encoding="utf-8") as log:
            self.log_start = log.tell()
            self.process = subprocess.Popen(
                [*WRAP, KITHD, "--home", self.home, *args], stdin=subprocess.DEVNULL, stdout=log,
                stderr=log if stderr is None else stderr, env=self._env({"NOTIFY_SOCKET": where, **(env or {})}),
                preexec_fn=_die_with_parent)
        self.world.running.append(self)
        return None if self.hears("READY=1") else self.wait()

    def hears(self, line):
        """Waits until the daemon tells its manager this line; False: it ended before."""
        ends = os.pidfd_open(self.process.pid)
        try:
            end = time.monotonic() + DEADLINE
            while True:
                left = end - time.monotonic()
                assert left > 0, f"{self.name} did not say {line}:\n{self.log()}"
                ready, _, _ = select.select([self.notify, ends], [], [], left)
                if self.notify in ready:
                    if line in self.notify.recv(4096).decode().split("\n"):
                        return True
                elif ends in ready:
                    return False
        finally:
            os.close(ends)

    def wait(self):
        """Waits for the daemon's end; returns its status (negative: a signal)."""
        process, self.process = self.process, None
        if self.api:
            self.api.close()
            self.api = None
        self.world.running.remove(self)
        try:
            return process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.name} did not end:\n{self.log()}") from None
        finally:
            self.notify.close()

    def send_signal(self, number):
        os.kill(self.process.pid, number)

    def stop(self, number=signal.SIGTERM):
        """Stops the daemon in good order."""
        self.send_signal(number)
        assert self.hears("STOPPING=1"), f"{self.name} did not stop in good order:\n{self.log()}"
        status = self.wait()
        assert status == 0, f"{self.name} ended with {status}:\n{self.log()}"
        return self

    def kill(self):
        """As a power cut would."""
        self.send_signal(signal.SIGKILL)
        self.wait()
        return self

    def refuse(self, *args, env=None, home=True):
        """Runs the daemon where it should not start; returns (status, what it said)."""
        where = ["--home", self.home] if home else []
        done = subprocess.run([*WRAP, KITHD, *where, *args], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, env=self._env(env),
                              timeout=DEADLINE, start_new_session=True)
        return done.returncode, done.stdout + done.stderr

    # ---- looking at it ---------------------------------------------------------------------------

    def log(self):
        """What the running or last daemon has said."""
        with open(self.log_path, encoding="utf-8", errors="backslashreplace") as log:
            log.seek(self.log_start)
            return log.read()

    def port(self):
        return int(re.search(r"msg=ready .*port=(\d+)", self.log()).group(1))

    def rss_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii", errors="replace") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1))

    def connect(self, which="api.sock"):
        """A new connection to the API."""
        return Api(self.path(which))

    def call(self, method, **params):
        """A call over a connection that is kept."""
        if not self.api:
            self.api = self.connect()
        return self.api.call(method, **params)

    # ---- what a person would do with it ------------------------------------------------------------

    def partner(self, other, dial=True):
        """Names the other city as a partner; without dial it has to call us."""
        info = other.call("node.info")
        address = info["address"] if dial else info["author"]
        return self.call("partner.add", address=address, name=other.name)

    def publish(self, count=1, title="Social pharmacy", text=None):
        """Publishes practices with titles of their own; returns their ids."""
        ids = []
        for start in range(0, count, 100):
            records = []
            for i in range(start, min(start + 100, count)):
                body = {"title": f"{title} {i} of {self.name}"}
                if text:
                    body["approach"] = text
                records.append({"kind": "practice", "lang": "en", "body": body})
            done = self.call("record.publish", records=records)["records"]
            assert all(record["status"] == "new" for record in done), done
            ids += [record["id"] for record in done]
        return ids

    def held(self):
        """How many records are here."""
        return self.call("node.info")["records"]["held"]

    def has(self, record_id):
        try:
            self.call("record.get", id=record_id)
        except ApiError as error:
            if error.code == NOT_FOUND:
                return False
            raise
        return True

    def state_of(self, other):
        """What this city knows of its partner: an entry of sync.status."""
        for partner in self.call("sync.status")["partners"]:
            if partner.get("name") == other.name:
                return partner
        raise AssertionError(f"{other.name} is no partner of {self.name}")

    def await_live(self, other):
        wait_until(lambda: self.state_of(other)["state"] == "live",
                   f"{self.name} in step with {other.name}")

    def cli(self, *args, **options):
        """Runs kith for this home; returns the finished process."""
        return subprocess.run([KITH, "--home", self.home, *args], capture_output=True, text=True,
                              env=self._env(options.pop("env", None)), timeout=DEADLINE,
                              **{"stdin": subprocess.DEVNULL, **options})


class World:
    """A directory for one test, and all that runs in it."""

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="kith-e2e-")
        self.running = []
        self.last_acts = []  # called at the end, last first
        return self

    def __exit__(self, *_):
        for city in list(self.running):
            city.kill()
        while self.last_acts:
            self.last_acts.pop()()
        if os.environ.get("KITH_E2E_KEEP"):
            print(f"# left in {self.dir}")
        else:
            shutil.rmtree(self.dir, ignore_errors=True)

    def file(self, name, text):
        """A file outside the homes; returns its path."""
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, 0o600)
        return path

    def city(self, name, **options):
        """A home ready to be started. Options as of City.make()."""
        return City(self, name).make(**options)


def _run_one(number, test):
    name = test.__name__
    try:
        with World() as world:
            test(world)
    except Skip as why:
        print(f"ok {number} - {name} # SKIP {why}", flush=True)
        return True
    except Exception:  # whatever it was, the next test can run
        for line in traceback.format_exc().splitlines():
            print(f"# {line}")
        print(f"not ok {number} - {name}", flush=True)
        return False
    print(f"ok {number} - {name}", flush=True)
    return True


def main(*tests):
    """Runs the tests, or those whose names contain an argument, and ends the program."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that worlds are tidied up
    chosen = [t for t in tests
              if len(sys.argv) == 1 or any(word in t.__name__ for word in sys.argv[1:])]
    print(f"1..{len(chosen)}", flush=True)
    results = [_run_one(i + 1, test) for i, test in enumerate(chosen)]
    sys.exit(0 if all(results) else 1)
