#!/usr/bin/env python3
"""The kith command as people use it: a home, records as text, searching, partners, help; and what bad
input gets. What a terminal gets is read through a pseudo-terminal."""
import json
import os
import pty
import re
import select
import stat
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kith_e2e import DEADLINE, KITH, main, wait_until  # noqa: E402

OK, FAILED, USAGE, NOT_FOUND, REFUSED, UNREACHABLE = range(6)

PHARMACY = """Kind: practice
Lang: en
Title: A pharmacy that costs nothing
Place: Kavala, GR
Place.lat: 40.9397
Place.lon: 24.4069
Time: 2014..2017
Tags: health, solidarity
Outcome: worked

## Problem
People without insurance went without medicine.

## Steps
- Collect what is left over.
- Let a pharmacist check it.

## Conditions
### Legal
A permit of the region.
"""


def good(done):
    assert done.returncode == OK, f"status {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def bad(done, status, *words):
    said = done.stdout + done.stderr
    assert done.returncode == status, f"status {done.returncode}, not {status}\n{said}"
    for word in words:
        assert word in done.stderr, f"{word!r} is not in:\n{said}"
    return done


def kith(*args, env=None, stdin=subprocess.DEVNULL, text=None):
    """Runs kith without a home of its own."""
    given = {"input": text} if text is not None else {"stdin": stdin}
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("KITH_", "XDG_", "LC_", "LANG"))}
    return subprocess.run([KITH, *args], capture_output=True, text=True, timeout=DEADLINE,
                          env={**clean, **(env or {})}, **given)


def on_terminal(args, answers=(), env=None, columns=80):
    """Runs kith on a pseudo-terminal; answers are pairs of what to wait for and what to type then.
    Returns (status, all that the terminal got)."""
    pid, fd = pty.fork()
    if pid == 0:
        for name in list(os.environ):
            if name.startswith(("KITH_", "XDG_")) or name in ("NO_COLOR", "COLUMNS"):
                del os.environ[name]
        os.environ.update({"TERM": "xterm", "COLUMNS": str(columns), **(env or {})})
        os.execv(KITH, [KITH, *args])
    got, todo = b"", list(answers)
    while True:
        ready, _, _ = select.select([fd], [], [], DEADLINE)
        assert ready, f"kith says nothing more:\n{got.decode(errors='replace')}"
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            break
        got += data
        if todo and todo[0][0].encode() in got.split(b"\n")[-1]:
            os.write(fd, todo.pop(0)[1].encode() + b"\n")
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    assert not todo, f"never asked for {todo[0][0]!r}:\n{got.decode(errors='replace')}"
    return os.waitstatus_to_exitcode(status), got.decode()


def publish(city, text):
    return good(city.cli("publish", city.world.file("record.kith", text))).strip()


def json_lines(text):
    return [json.loads(line) for line in text.splitlines()]


def found(city, *args):
    """What kith find finds, as objects."""
    return json_lines(good(city.cli("find", "--json", *args)))


def plain(text):
    """Without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


# ---- a home ---------------------------------------------------------------------------------------

def init_makes_a_home(world):
    home = os.path.join(world.dir, "deep", "home")
    said = good(kith("init", "--home", home, "--name", "Καβάλα", "--place", "Kavala, GR",
                     "--type", "city", "--lang", "el", "--host", "127.0.0.1", "--port", "7999",
                     "--no-passphrase"))
    assert "recovery.key" in said and f"kith publish --home {home} {home}/profile.kith" in said, said
    assert stat.S_IMODE(os.stat(home).st_mode) == 0o700
    for name in ("author", "node", "recovery"):
        path = os.path.join(home, "keys", name + ".key")
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600, path
    with open(os.path.join(home, "config.ini"), encoding="utf-8") as file:
        config = file.read()
    assert "name = Καβάλα" in config and "language = el" in config, config
    assert "address = 127.0.0.1:7999" in config, config
    with open(os.path.join(home, "profile.kith"), encoding="utf-8") as file:
        profile = file.read()
    assert "Title: Καβάλα\n" in profile and "Recovery-key: recovery_" in profile, profile
    good(kith("check", "--home", home, os.path.join(home, "profile.kith")))
    told = json.loads(good(kith("id", "--json", "--home", home)))
    assert told["address"] == f"kith://{told['node']}@127.0.0.1:7999?group={told['author']}", told
    assert f"Recovery-key: {told['recovery']}\n" in profile
    shown = good(kith("id", "--home", home))
    assert told["address"] in shown and told["author"] in shown


def init_leaves_nothing_half_done(world):
    home = os.path.join(world.dir, "home")
    base = ["init", "--home", home, "--no-passphrase"]
    whole = [*base, "--name", "A", "--place", "Kavala, GR"]
    bad(kith(*base), USAGE, "--name")
    bad(kith(*base, "--name", "A", "--place", "Kavala, XX"), REFUSED, "country")
    bad(kith(*whole, "--type", "village"), REFUSED, "person, group, city, network")
    bad(kith(*whole, "--lang", "no language"), REFUSED, "lang")
    bad(kith(*whole, "--port", "70000"), USAGE, "--port")
    bad(kith(*whole, "--host", "no host"), REFUSED, "public_host")
    bad(kith(*whole, "--passphrase-file", "/dev/null"), USAGE)
    bad(kith("init", "--home", home, "--name", "A", "--place", "GR"), FAILED, "--passphrase-file")
    bad(kith("init", "--home", home, "--name", "A", "--place", "GR", "--passphrase-file",
             world.file("empty", "")), FAILED, "empty")
    bad(kith(*base, "--name", "A" * 65, "--place", "GR"), REFUSED, "name")
    assert os.listdir(world.dir) == ["empty"], os.listdir(world.dir)
    good(kith(*whole))
    before = good(kith("id", "--home", home))
    bad(kith(*whole), FAILED, "already")
    assert good(kith("id", "--home", home)) == before


def init_asks_on_a_terminal(world):
    home = os.path.join(world.dir, "home")
    questions = [("Name", "Baia Mare"), ("Town", "Baia Mare, RO"), ("person, group", ""),
                 ("Language", "ro")]
    status, said = on_terminal(["init", "--home", home], [
        *questions, ("Passphrase", "one"), ("again", "another")])
    assert status == FAILED and "differ" in said and not os.path.exists(home), said
    status, said = on_terminal(["init", "--home", home], [
        *questions, ("Passphrase", "open sesame"), ("again", "open sesame")])
    assert status == OK and "sesame" not in said, said
    assert json.loads(good(kith("id", "--json", "--home", home)))["sealed"] is True
    with open(os.path.join(home, "profile.kith"), encoding="utf-8") as file:
        assert "Type: group\n" in file.read()
    world_file = world.file("pass", "open sesame\n")
    city = world.city("sealed", passphrase="open sesame")
    assert json.loads(good(city.cli("id", "--json")))["sealed"] is True
    city.start("--passphrase-file", world_file)
    good(city.cli("status"))


def without_a_node_it_says_so(world):
    city = world.city("kavala")
    for command in (["status"], ["find"], ["show", "00"], ["partner", "list"], ["follow"],
                    ["publish", city.path("profile.kith")], ["rpc", "node.info"]):
        done = bad(city.cli(*command), UNREACHABLE, "kithd --home " + city.home)
        assert done.stdout == "", done.stdout
    bad(kith("status", "--home", os.path.join(world.dir, "nowhere")), UNREACHABLE, "kith init")
    bad(kith("status", "--socket", os.path.join(world.dir, "no.sock")), UNREACHABLE, "no.sock")
    good(city.cli("id"))
    good(city.cli("check", city.path("profile.kith")))
    bad(city.cli("check", world.file("bad.kith", "Kind: practice\nTitle: x\nPlace: XX\n")), REFUSED,
        "bad.kith:3: place.country")


# ---- records as text ------------------------------------------------------------------------------

def records_are_published_and_shown(world):
    city = world.city("kavala").start()
    profile = good(city.cli("publish", city.path("profile.kith"))).strip()
    assert found(city)[0]["id"] == profile
    record_id = publish(city, PHARMACY)
    assert re.fullmatch("[0-9a-f]{64}", record_id)
    page = good(city.cli("show", record_id[:12]))
    for words in (record_id, "A pharmacy that costs nothing", "Kavala, GR", "2014..2017", "worked",
                  "- Collect what is left over.", "Conditions: legal", "kavala author_"):
        assert words in page, f"{words!r} is not in:\n{page}"
    assert '"lat":40.9397,' in good(city.cli("show", "--json", record_id))
    told = json.loads(good(city.cli("show", "--json", record_id)))["record"]
    assert told["body"]["steps"] == ["Collect what is left over.", "Let a pharmacist check it."], told
    raw = good(city.cli("show", "--raw", record_id))
    again = good(kith("publish", "--home", city.home, "-", text=raw)).strip()
    same = json.loads(good(city.cli("show", "--json", again)))["record"]
    assert again != record_id and same["body"] == told["body"] and same["lang"] == told["lang"], same
    draft = {"kind": "practice", "lang": "nl", "body": {"title": "Uit JSON"}}
    from_json = good(city.cli("publish", "--json", world.file("draft.json", json.dumps(draft))))
    assert json.loads(from_json)["status"] == "new", from_json


def links_name_records_by_their_beginning(world):
    city = world.city("kavala").start()
    first = publish(city, PHARMACY)
    second = publish(city, f"Kind: practice\nTitle: Ours\nLink: adapts {first[:9]}\n"
                           "Link-kept: nobody pays\nLink-changed: the hours\nLink-why: the same need\n")
    rows = good(city.cli("links", first[:9])).split("\n")
    assert rows[0].split("\t") == ["<-", "adapts", second[:10], "practice", "Ours"], rows
    page = good(city.cli("show", second))
    assert "->  adapts  " + first[:10] in page and "kept: nobody pays" in page, page
    assert good(city.cli("find", "--links-to", first[:9], "--type", "adapts")).startswith(second[:10])
    bad(city.cli("publish", world.file("x.kith", "Kind: practice\nTitle: x\nLink: cites ffff\n")),
        NOT_FOUND, "x.kith", "line 3", "ffff")
    bad(city.cli("show", "not-hex"), USAGE, "hexadecimal")
    bad(city.cli("show", "0" * 64), NOT_FOUND)
    for i in range(17):  # by then two begin alike
        publish(city, f"Kind: practice\nTitle: {i}\n")
    ids = [record["id"] for record in found(city)]
    letter = next(d for d in "0123456789abcdef" if sum(i.startswith(d) for i in ids) > 1)
    done = bad(city.cli("show", letter), NOT_FOUND)
    assert sum(i[:16] in done.stderr for i in ids if i.startswith(letter)) > 1, done.stderr


def refusals_name_file_line_and_rule(world):
    city = world.city("kavala").start()
    path = world.file("bad.kith", "")
    for text, status, words in (
            ("Kind: practice\nTitle: x\nPlace: Kavala, XX\n", REFUSED, ("bad.kith:3:", "place.country")),
            ("Kind: practice\nTitel: x\n", REFUSED, ("bad.kith:2:", "did you mean 'title'")),
            ("Kind: practise\nTitle: x\n", NOT_FOUND, ("bad.kith:1:", "did you mean 'practice'")),
            ("Kind: practice\nSdg: 1, 18\nTitle: x\n", REFUSED, ("bad.kith:2:", "sdg[1]")),
            ("Kind: practice\n\n## Summary\nx\n", REFUSED, ("title",)),
            ("Kind: practice\nTitle: " + "x" * 301 + "\n", REFUSED, ("bad.kith:2:", "300")),
            ("Kind: profile\nTitle: x\nType: person\n\n## Summary\nwrite to a@b.example\n", REFUSED,
             ("bad.kith:5:", "e-mail")),
            ("", REFUSED, ("bad.kith:1:", "Kind: practice")),
            ('{"kind": "practice", "body": {"title": 5}}', REFUSED, ("title",)),
            ('{"kind": }', REFUSED, ("bad.kith:1:", "not JSON"))):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        bad(city.cli("publish", path), status, *words)
        bad(city.cli("check", path), status, *words)
    bad(city.cli("publish", os.path.join(world.dir, "missing")), FAILED, "missing")
    good_path = world.file("good.kith", PHARMACY)
    done = bad(city.cli("publish", path, good_path), REFUSED)
    assert re.fullmatch("[0-9a-f]{64}\n", done.stdout), "the good one was not published"
    assert city.held() == 1


def new_opens_an_editor(world):
    city = world.city("kavala").start()
    script = world.file("editor", "#!/bin/sh\n")
    os.chmod(script, 0o700)

    def edit(body, *args, visual=True):
        with open(script, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + body)
        names = {"VISUAL": script, "EDITOR": "false"} if visual else {"VISUAL": "", "EDITOR": script}
        return city.cli("new", *args, env={**names, "TMPDIR": world.dir})

    def left():
        return [name for name in os.listdir(world.dir) if name.endswith(".kith")]

    bad(edit("exit 0", "practice"), FAILED, "nothing was published")
    bad(edit('echo "# nothing" >"$1"', "practice"), FAILED, "nothing was published")
    bad(edit("exit 1", "practice", visual=False), FAILED, "editor")
    assert city.held() == 0
    for name in left():
        os.unlink(os.path.join(world.dir, name))
    record_id = good(edit('sed -i "s/^Title:.*/Title: Written/" "$1"', "practice")).strip()
    assert left() == []
    revised = good(edit('sed -i "s/^Title:.*/Title: Written better/" "$1"', "--revises", record_id[:8]))
    told = json.loads(good(city.cli("show", "--json", revised.strip())))["record"]
    assert told["body"]["title"] == "Written better", told
    assert told["links"] == [{"type": "revises", "target": record_id}], told
    done = bad(edit('sed -i "s/^Place:.*/Place: Nowhere, XX/;s/^Title:.*/Title: x/" "$1"', "practice"),
               REFUSED, ".kith:", "place.country", "your text is kept in")
    kept = re.search(r"kept in (\S+);", done.stderr).group(1)
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    bad(city.cli("new", "practise"), NOT_FOUND, "did you mean 'practice'")
    bad(city.cli("new"), USAGE, "kith new practice")
    template = good(city.cli("new", "--template", "initiative"))
    assert "# Form: one of project, service, event, network\nForm:\n" in template, template


def new_offers_the_editor_again(world):
    city = world.city("kavala").start()
    script = world.file("editor", "#!/bin/sh\n"
                        'if grep -q "^Title: x" "$1"; then sed -i "s/^Place:.*/Place: GR/" "$1"\n'
                        'else sed -i "s/^Title:.*/Title: x/;s/^Place:.*/Place: Nowhere, XX/" "$1"; fi\n')
    os.chmod(script, 0o700)
    status, said = on_terminal(["new", "practice", "--home", city.home], [("Open it again", "")],
                               env={"VISUAL": script, "TMPDIR": world.dir})
    assert status == OK and "place.country" in said and "everybody may read it" in said, said
    assert city.held() == 1


# ---- finding --------------------------------------------------------------------------------------

def finds_by_what_records_say(world):
    city = world.city("kavala").start()
    publish(city, PHARMACY)
    publish(city, "Kind: practice\nLang: nl-BE\nTitle: Wonen in Brussel\nPlace: Brussel, BE\n"
                  "Tags: Huisvesting\n")
    publish(city, "Kind: initiative\nLang: pl\nTitle: Gdańsk\nPlace: Gdańsk, PL\nForm: project\n")
    pharmacy, housing, gdansk = "A pharmacy that costs nothing", "Wonen in Brussel", "Gdańsk"
    for args, title in ((["insurance"], pharmacy), (["GDANSK"], gdansk), (["medic*"], pharmacy),
                        (["--tag", "huisvesting"], housing), (["--country", "PL"], gdansk),
                        (["--place", "brus"], housing), (["--lang", "nl"], housing),
                        (["--kind", "initiative"], gdansk),
                        (["-k", "practice", "--lang=en"], pharmacy)):
        rows = good(city.cli("find", *args)).splitlines()
        assert [row.split("\t")[3] for row in rows] == [title], f"{args}: {rows}"
    assert len(good(city.cli("find", "--author", "me")).splitlines()) == 3
    assert good(city.cli("find", "--until", "2001")) == ""
    assert len(good(city.cli("find", "--since", "2001-05", "--json")).splitlines()) == 3
    done = city.cli("find", "--limit", "2")
    assert len(done.stdout.splitlines()) == 2 and "there are more" in done.stderr, done
    bad(city.cli("find", "--country", "Greece"), USAGE, "country")
    bad(city.cli("find", "--kind", "practise"), USAGE, "kind")
    bad(city.cli("find", "--limit", "0"), USAGE, "--limit")
    bad(city.cli("find", "--since", "17/3/2014"), USAGE, "--since must be a date")
    bad(city.cli("find", "--links-to", "zz"), USAGE, "--links-to must be")
    bad(city.cli("report", "failed", "--from", "abc"), USAGE, "--from must be a cursor")
    bad(city.cli("find", "--country", "Greece"), USAGE, "--country must have exactly 2 letters")
    assert good(kith("--home", city.home, "find", "--", "--neverheard")) == "", "the home reaches over --"


def terminals_get_tables_and_colours(world):
    city = world.city("kavala").start()
    publish(city, PHARMACY.replace("nothing", "nothing " + "at all " * 20))
    args = ["find", "--home", city.home]
    for columns in (60, 100):
        status, said = on_terminal(args, columns=columns)
        assert status == OK and "\x1b[" in said and "TITLE" in said and "…" in said, said
        for line in plain(said).splitlines():
            assert len(line) <= columns, f"{len(line)} columns in {columns}: {line}"
    _, said = on_terminal(args, env={"NO_COLOR": "1"})
    assert "\x1b" not in said and "TITLE" in said, said
    _, said = on_terminal(args, env={"TERM": "dumb"})
    assert "\x1b" not in said, said
    assert "\x1b" not in good(city.cli("find")) and "TITLE" not in good(city.cli("find"))


def sets_take_short_forms_and_the_place_of_what_was_there(world):
    city = world.city("kavala").start()
    sets = ["title=A fridge", "tags=health", "tags=heat", "place=Kavala, GR", "time=2014..2017"]
    first = good(city.cli("new", "practice", *(w for s in sets for w in ("--set", s)))).strip()
    body = city.call("record.get", id=first)["record"]["body"]
    assert body["place"] == {"name": "Kavala", "country": "GR"}, body
    assert body["time"]["precision"] == "year" and body["time"]["end"].startswith("2017"), body
    changed = ["title=Two fridges", "tags=cold", "tags=health", "outcome=worked"]
    second = good(city.cli("new", "--revises", first[:9], *(w for s in changed for w in ("--set", s))))
    body = city.call("record.get", id=second.strip())["record"]["body"]
    assert body["title"] == "Two fridges" and body["tags"] == ["cold", "health"], body
    assert body["place"]["name"] == "Kavala", "what is not said anew stays"
    bad(city.cli("new", "practice", "--set", "title=a", "--set", "title=b"), USAGE, "said already")
    bad(city.cli("new", "practice", "--set", "time=soon", "--set", "title=x"), USAGE, "time")
    bad(city.cli("new", "ask", "--set", "title=x"), REFUSED, "type", "kith help ask explains")
    bad(city.cli("show", first[:9], "ffff"), NOT_FOUND, "ffff: no record here")
    bad(city.cli("check", world.file("nul.kith", "a\0b")), REFUSED, "nul.kith: this is no text")


def no_control_reaches_a_terminal(world):
    city = world.city("kavala").start()
    hostile = "\x1b]0;x\x07\x9b31m\u202e\x7f"
    path = os.path.join(world.dir, "a\x1b[31m\u202eb.kith")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"Kind: {hostile}\n{hostile}: {hostile}\n")
    mapping = world.file("x.map", f"[record]\nkind = practice\n{hostile} = {hostile}\n")
    for args in (["show", hostile], ["find", hostile], ["find", "--kind", hostile], ["rpc", hostile],
                 ["publish", path], ["check", path], ["import", "--map", mapping, path], [hostile],
                 ["help", hostile], ["find", "--" + hostile], ["partner", "add", hostile],
                 ["partner", "add", "-n", hostile, city.call("node.info")["author"]], ["new", hostile]):
        _, said = on_terminal(["--home", city.home, *args])
        for c in plain(said):
            assert c in "\r\n\t" or (c >= " " and c not in "\x7f\u202e" and not "\x80" <= c < "\xa0"), \
                f"{args}: {said!r}"


def follows_from_a_cursor(world):
    city = world.city("kavala").start()
    ids = city.publish(5)
    lines = json_lines(good(city.cli("follow", "--all", "--json", "--limit", "3")))
    assert [line["record"]["id"] for line in lines] == ids[:3], lines
    rest = good(city.cli("follow", "--from", lines[-1]["cursor"], "--limit", "2"))
    assert [line[:10] for line in rest.splitlines()] == [i[:10] for i in ids[3:]], rest
    live = subprocess.Popen([KITH, "follow", "--home", city.home, "--json", "--kind", "initiative",
                             "--limit", "1"], stdout=subprocess.PIPE, text=True)
    wait_until(lambda: city.call("metrics.get").get("api.followers") == 1, "a follower")
    city.publish(1)
    wanted = publish(city, "Kind: initiative\nTitle: Now\n")
    told, _ = live.communicate(timeout=DEADLINE)
    assert json.loads(told)["record"]["id"] == wanted, told
    bad(city.cli("follow", "--all", "--from", "1"), USAGE)


# ---- partners -------------------------------------------------------------------------------------

def partners_are_named_and_described(world):
    a, b = world.city("gdansk").start(), world.city("kavala").start()
    assert "no partners yet" in good(a.cli("status"))
    bad(a.cli("partner", "add", "kith://nonsense"), USAGE)
    good(b.cli("partner", "add", "--name", "Gdańsk", a.call("node.info")["author"]))
    assert "never seen yet; they have to call" in good(b.cli("status"))
    good(a.cli("partner", "add", "-n", "Kavala", b.call("node.info")["address"]))
    assert "1 partner, 1 in step" in good(a.cli("status", "--wait"))
    row = good(a.cli("partner", "list")).split("\t")
    assert row[0] == "Kavala" and row[1] == b.call("node.info")["author"] and row[2] == "live", row
    told = json.loads(good(a.cli("status", "--json")))
    assert told["sync"]["partners"][0]["name"] == "Kavala" and told["node"]["name"] == "gdansk", told
    publish(b, "Kind: profile\nTitle: City of Kavala\nType: city\n")
    wait_until(lambda: a.cli("find", "--json").stdout, "the profile")
    assert "Kavala author_" in good(a.cli("find")), "what we call the partner stands beside the key"
    good(a.cli("partner", "pause", "Kavala"))
    assert "paused by you" in good(a.cli("status"))
    good(a.cli("partner", "resume", "Kavala"))
    bad(a.cli("partner", "pause", "Kavalla"), NOT_FOUND, "no partner is called", "kith partner list")
    people_are_named_as_people_do(a, b)
    assert json.loads(good(a.cli("partner", "remove", "KAVALA", "--json")))["status"] == "removed"
    assert good(a.cli("partner", "list")) == ""
    bad(a.cli("partner", "pause", "Kavala"), NOT_FOUND)
    bad(a.cli("partner"), USAGE, "list, add, pause, resume, remove")


def people_are_named_as_people_do(a, b):
    """a calls b Kavala; case and accents do not count, a beginning of a key does, what others say not."""
    ours, theirs = (city.call("node.info")["author"] for city in (a, b))
    for who in ["kavala", "KAVÁLA", theirs[:19], theirs]:
        assert "City of Kavala" in good(a.cli("find", "--author", who)), who
    assert good(a.cli("find", "--author", "me")) == "" and good(a.cli("path", "me")) != ""
    assert "City of Kavala" not in good(a.cli("find", "--tag", "me")), "a tag is nobody"
    bad(a.cli("balance", "City of Kavala"), NOT_FOUND, "balance: no partner is called")
    bad(a.cli("find", "--author", "author_"), NOT_FOUND, "may be one of 2", theirs[:19], ours[:19])
    bad(a.cli("digest", "--to", theirs[:-1] + "?"), USAGE, "to")
    ask = good(a.cli("new", "ask", "--set", "title=A fridge?", "--set", "type=question",
                     "--set", "addressed_to=kavala", "--set", "addressed_to=me")).strip()
    assert a.call("record.get", id=ask)["record"]["body"]["addressed_to"] == [theirs, ours]
    bad(a.cli("new", "introduction", "--set", "a=me", "--set", "b=Lodz", "--set", "why=x"), NOT_FOUND,
        "b: no partner is called 'Lodz'")


# ---- help and usage -------------------------------------------------------------------------------

def help_explains_everything(world):
    city = world.city("kavala").start()
    for line in good(kith("help")).splitlines():
        match = re.match(r"  ([a-z]+(?: [a-z]+)?) ", line)
        if match and not line.startswith("   "):
            words = match.group(1).split()
            said = good(kith(*words, "--help"))
            assert said == good(kith("help", *words)) and "Example:\n  kith" in said, said
    for method in city.call("rpc.discover")["methods"]:
        said = good(kith("help", method["method"]))
        assert method["summary"] in said and "Example:" in said, said
    for kind in city.call("kind.describe")["kinds"]:
        said = good(kith("help", kind["kind"]))
        assert all(field["name"] in said for field in kind["fields"]), said
    bad(kith("help", "practise"), NOT_FOUND, "did you mean 'practice'")
    assert "report silence " in good(kith("help", "report")), "the commands of a group"
    plan = good(kith("help", "plan"))
    assert "plan status " in plan and "a kind of record" in plan, plan
    bad(kith("help", "report", "fialed"), NOT_FOUND, "did you mean 'report failed'")
    assert "\n  kith lineage --svg" in good(kith("help", "lineage"))
    assert kith("--version").stdout.startswith("kith ")
    assert "complete -o filenames -F _kith kith" in good(kith("help", "--completion", "bash"))
    bad(kith("help", "--completion", "fish"), USAGE)


def wrong_command_lines_are_explained(world):
    bad(kith(), USAGE, "usage: kith")
    bad(kith("fnd"), USAGE, "did you mean 'find'")
    bad(kith("find", "--knid", "x"), USAGE, "did you mean --kind")
    bad(kith("show"), USAGE, "ID", "kith help show")
    bad(kith("id", "x"), USAGE, "what is 'x'")
    bad(kith("find", b"\xff"), USAGE, "UTF-8")


def rpc_passes_calls_on(world):
    city = world.city("kavala").start()
    assert json.loads(good(city.cli("rpc", "node.info")))["name"] == "kavala"
    assert json.loads(good(city.cli("rpc", "record.find", '{"limit": 1}'))) == {"records": []}
    bad(city.cli("rpc", "record.fnd"), USAGE, "record.find")
    bad(city.cli("rpc", "record.find", '{"limit": 0}'), USAGE, "limit")
    bad(city.cli("rpc", "record.find", "{"), USAGE, "JSON")
    read_only = ["--socket", city.path("read.sock")]
    assert json.loads(good(kith("rpc", *read_only, "node.info")))["name"] == "kavala"
    done = kith("publish", *read_only, world.file("a.kith", PHARMACY))
    assert done.returncode != OK and city.held() == 0, done


if __name__ == "__main__":
    main(init_makes_a_home, init_leaves_nothing_half_done, init_asks_on_a_terminal,
         without_a_node_it_says_so, records_are_published_and_shown,
         links_name_records_by_their_beginning, refusals_name_file_line_and_rule, new_opens_an_editor,
         new_offers_the_editor_again, finds_by_what_records_say, terminals_get_tables_and_colours,
         sets_take_short_forms_and_the_place_of_what_was_there,
         no_control_reaches_a_terminal, follows_from_a_cursor, partners_are_named_and_described,
         help_explains_everything, wrong_command_lines_are_explained, rpc_passes_calls_on)
