"""What bodies may say, written from SPEC.md sections "Bodies" to "Contact details in text" and kith.proto:
it shares no line with the C code. Of the codes of countries only the shape is looked at."""
import pathlib
import re
import unicodedata

from records import LANG, fields, need

PROTO = pathlib.Path(__file__).resolve().parents[2].joinpath("protocol/kith.proto").read_text(encoding="utf-8")
NUMBERS = ("uint32", "sint32", "int64", "uint64", "bool")
LETTERS = dict(zip(range(1, 18), "bcdccbbbcccbbccb-"))
TARGETS = dict(zip(range(1, 18), (5, 5, 9, 7, 6, 6, 3, 10, 5, 7, 7, 8, 3, 7, 9, 10, 19)))
BIDI = (0x61c, 0x200e, 0x200f, *range(0x202a, 0x202f), *range(0x2066, 0x206a))
YEARS = (-62135596800000, 253402300799999)
LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
ADDRESS = re.compile(
    rf"https?://({LABEL}(?:\.{LABEL})*"
    r"|\[[0-9a-fA-F:.]{2,}\])(?::(\d{0,5}))?(?:[/?#](?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?")
NAME = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+")


def messages():
    """name: {number: (name, type, repeated, in the oneof)}"""
    text = re.sub(r"//.*", "", PROTO)
    found = {}
    for name, inside in re.findall(r"message (\w+) \{((?:[^{}]|\{[^{}]*\})*)\}", text):
        one_of = re.search(r"oneof \w+ \{([^}]*)\}", inside)
        found[name] = {int(n): (field, type_, label == "repeated", bool(one_of and field in one_of.group(1).split()))
                       for label, type_, field, n in re.findall(r"(?:(optional|repeated) )?(\w+) (\w+) = (\d+);", inside)}
    return found


MESSAGES = messages()


# ---- form ----------------------------------------------------------------------------------------

def decode(name, data, count, level=1):
    """{field: value}; lists for what is repeated."""
    need(level <= 8, "levels")
    said, chosen = {}, 0
    for number, wire, value in fields(data):
        count[0] += 1
        need(count[0] <= 2048, "fields")
        if number not in MESSAGES[name]:
            continue
        field, type_, repeated, one_of = MESSAGES[name][number]
        numeric = type_ in NUMBERS or type_ not in MESSAGES and type_ not in ("string", "bytes")
        need(wire == (0 if numeric else 2), field)
        chosen += one_of
        need(chosen < 2 and (repeated or field not in said), field)
        value = convert(type_, value) if numeric else value
        if type_ in MESSAGES:
            value = decode(type_, value, count, level + 1)
        elif type_ == "string":
            need(0 not in value, field)
        said[field] = said.get(field, []) + [value] if repeated else value
    return said


def convert(type_, value):
    if type_ in ("uint32", "sint32"):
        need(value < 2**32, type_)
        return value >> 1 ^ -(value & 1) if type_ == "sint32" else value
    if type_ == "bool":
        need(value < 2, type_)
        return value
    value = value - 2**64 if value >> 63 else value
    need(type_ == "int64" or -2**31 <= value < 2**31, type_)
    return value


# ---- rules ---------------------------------------------------------------------------------------

def text(where, value, limit, block=True):
    need(len(value) <= limit, where)
    try:
        value = value.decode()
    except UnicodeDecodeError:
        need(False, where)
    need(unicodedata.is_normalized("NFC", value), where)
    for char in value:
        code = ord(char)
        need(code >= 32 and not 127 <= code < 160 or block and char in "\n\t", where)
        need(code not in BIDI, where)
        need(block or code not in (0x2028, 0x2029), where)
    need(value.strip(" \t\n"), where)
    return value


def is_goal(value):
    match = re.fullmatch(r"([1-9]|1[0-7])(?:\.([1-9]\d?|[a-z]))?", value)
    if not match or not match.group(2):
        return bool(match)
    goal, target = int(match.group(1)), match.group(2)
    return int(target) <= TARGETS[goal] if target.isdigit() else target <= LETTERS[goal]


def is_address(value):
    match = ADDRESS.fullmatch(value)
    return bool(match) and (not match.group(2) or int(match.group(2)) <= 65535)


def is_licence(value):
    words, at = re.findall(r"[()]|[^ ()]+", value), 0

    def word():
        return words[at] if at < len(words) else ""

    def term():
        nonlocal at
        if word() == "(":
            at += 1
            if not expression() or word() != ")":
                return False
            at += 1
            return True
        if word() in ("AND", "OR", "WITH") or not re.fullmatch(
                r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+|[A-Za-z0-9.-]+\+?", word()):
            return False
        at += 1
        if word() == "WITH":
            at += 1
            if word() in ("AND", "OR", "WITH") or not re.fullmatch(r"[A-Za-z0-9.-]+", word()):
                return False
            at += 1
        return True

    def expression():
        nonlocal at
        while True:
            if not term():
                return False
            if word() not in ("AND", "OR"):
                return True
            at += 1

    return expression() and at == len(words)


# ---- contact details -----------------------------------------------------------------------------

MAIL = re.compile(rb"[A-Za-z0-9\x80-\xff._%+-]@((?:[A-Za-z0-9\x80-\xff][A-Za-z0-9\x80-\xff-]*)"
                  rb"(?:\.[A-Za-z0-9\x80-\xff][A-Za-z0-9\x80-\xff-]*)+)")
RUN = re.compile(rb"\+?(?:[ ./()-]{0,3}[0-9])*")
DATE = re.compile(rb"[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]")
CALL = re.compile("(?:tel|telefon|telefono|telefoon|phone|mobile|mobil|mob|fax|gsm|\u03c4\u03b7\u03bb|"
                  "\u0442\u0435\u043b)[ .:]*$".encode(), re.I)


def is_mail(match):
    return any(len(label) > 1 and not label[:1].isdigit() for label in match.group(1).split(b".")[1:])


def is_number(data, at):
    run, digits = RUN.match(data, at).group(), re.sub(rb"[^0-9]", b"", RUN.match(data, at).group())
    word = CALL.search(data[:at])
    named = word and not re.search(rb"[A-Za-z0-9\x80-\xff]$", data[:word.start()])
    return bool(
        re.match(rb"\+[0-9(]", run) and len(digits) >= 8
        or re.match(rb"0[0-9]|\(0", run) and len(digits) >= 9 and not DATE.match(run)
        or len(digits) == 10 and [len(group) for group in re.findall(rb"[0-9]+", run)] == [3, 3, 4]
        or len(digits) >= 6 and named)


def has_contact(data):
    starts = [m.start() for m in re.finditer(rb"(?<![A-Za-z0-9])(?<![0-9][.,/-])[+(0-9]", data)]
    return any(map(is_mail, MAIL.finditer(data))) or any(is_number(data, at) for at in starts)


def search(name, said):
    """No contact details in blocks and lines, wherever they stand below."""
    for field, type_, repeated, _ in MESSAGES[name].values():
        values = said.get(field, []) if repeated else [said[field]] if field in said else []
        for value in values:
            if type_ in MESSAGES:
                search(type_, value)
            elif type_ == "string" and f"{name}.{field}" not in FORMS and f"{name}.{field}" != "Source.id":
                need(not has_contact(value), field)


# ---- the table -------------------------------------------------------------------------------------

# field: (line or block, bytes); what is not here is a block of 8,192
TEXTS = {
    "Common.title": ("line", 300), "Common.summary": ("block", 1000), "Common.tags": ("line", 64),
    "Common.licence": ("block", 200), "Place.name": ("line", 300), "Source.url": ("block", 2048),
    "Source.id": ("line", 300), "Profile.roles": ("line", 64), "Profile.contact": ("block", 1000),
    "Practice.actors": ("line", 1000), "Practice.resources": ("line", 1000), "Initiative.participants": ("line", 1000),
    "Stance.reason": ("block", 500), "Criterion.dimension": ("block", 2048), "Criterion.text": ("block", 1000),
    "Criterion.group": ("line", 300), "Persona.name": ("line", 300), "Action.owner": ("line", 1000),
    "Action.resources": ("line", 1000), "Clause.who": ("line", 1000), "Label.value": ("line", 64),
    "Label.reason": ("block", 500), "Vocabulary.uri": ("block", 2048), "Term.id": ("line", 64),
    "Term.label": ("line", 64), "Term.broader": ("line", 64), "X.name": ("block", 253),
}
FORMS = {
    "Common.sdg": is_goal, "Common.licence": is_licence, "Source.url": is_address, "Vocabulary.uri": is_address,
    "Criterion.dimension": is_address, "Place.country": re.compile("[A-Z]{2}").fullmatch,
    "Place.region": re.compile("[A-Z]{2}-[A-Z0-9]{1,3}").fullmatch, "X.name": NAME.fullmatch,
    "Profile.languages": lambda v: len(v) <= 35 and LANG.fullmatch(v.encode()),
    "Term.lang": lambda v: len(v) <= 35 and LANG.fullmatch(v.encode()),
}
LISTS = {"Common.sdg": 17, "Common.tags": 20, "Practice.steps": 50, "Plan.personas": 12, "Vocabulary.terms": 256}
UNIQUE = ("Common.sdg", "Common.tags", "Profile.roles", "Profile.languages", "Ask.addressed_to_author",
          "Pact.parties_author")
THERE = {
    "Profile": ("type",), "Exchange": ("direction", "what"), "Ask": ("type",), "Statement": ("intent", "text"),
    "Stance": ("position",), "Persona": ("portrait", "fictional"), "Action": ("state",), "LinkNote": ("link",),
    "Pact": ("parties_author", "clauses", "rule"), "Clause": ("who", "what"),
    "Introduction": ("a_author", "b_author", "why"), "Label": ("value", "reason"), "Vocabulary": ("uri", "terms"),
    "Term": ("id", "lang", "label"), "X": ("name",),
}
UNTITLED = ("Statement", "Stance", "Introduction", "Label")
RANGES = {"Place.geonames": (1, 2**32), "Place.lat_e7": (-900000000, 900000000),
          "Place.lon_e7": (-1800000000, 1800000000), "Criterion.codes": (0, 63), "Criterion.n": (1, 2**32)}


def one(name, field, type_, value, where):
    key = f"{name}.{field}"
    if type_ == "string":
        shape, limit = TEXTS.get(key, ("block", 8192))
        value = text(where, value, limit, shape == "block")
        need(key not in FORMS or FORMS[key](value), where)
    elif type_ == "bytes":
        need(len(value) == 32 if field.endswith(("_key", "_author")) else len(value) <= 32768, where)
    elif type_ in MESSAGES:
        check_message(type_, value, where + ".")
    elif field.endswith("_ms"):
        need(YEARS[0] <= value <= YEARS[1], where)
    elif key in RANGES:
        need(RANGES[key][0] <= value <= RANGES[key][1], where)


def check_message(name, said, where):
    for field in THERE.get(name, ()):
        need(field in said, where + field)
    for field, type_, repeated, _ in MESSAGES[name].values():
        values = said.get(field, []) if repeated else [said[field]] if field in said else []
        at = "" if field == "common" else where + field
        need(len(values) <= LISTS.get(f"{name}.{field}", 64), at)
        need(f"{name}.{field}" not in UNIQUE or len(set(values)) == len(values), at)
        for value in values:
            one(name, field, type_, value, at)
    between(name, said, where)


def between(name, said, where):
    has = said.__contains__
    if name == "Place":
        need(not has("region") or has("country") and said["region"][:2] == said["country"], where + "region")
        need(has("lat_e7") == has("lon_e7"), where + "lon_e7")
    if name == "Time":
        ends = [said[field] for field in ("start_ms", "end_ms") if has(field)]
        need(ends == sorted(ends) and (ends or not has("precision")), where)
    if name == "Exchange":
        need(has("in_return") or said.get("basis") != 2, "in_return")
    if name == "Statement":
        need(not has("decision") or said["intent"] == 6, "decision")
        need(has("reason") or said.get("decision") != 2, "reason")
    if name == "Stance":
        need(has("reason") or said["position"] not in (2, 4), "reason")
    if name == "Evaluation":
        need(has("criteria") or has("evidence") or has("outcome"), "criteria")
    if name == "Criterion":
        need(has("dimension") if has("codes") else has("polarity") and has("text"), where)
    if name == "Persona":
        need(said["fictional"], where)
        search(name, said)
    if name == "Pact":
        parties = len(said["parties_author"])
        need(parties >= 2, "parties_author")
        need(1 <= said.get("quorum", 0) <= parties if said["rule"] == 2 else not has("quorum"), "quorum")
    if name == "Introduction":
        need(said["a_author"] != said["b_author"], "b_author")
    if name == "Vocabulary":
        ids = {term["id"] for term in said["terms"]}
        for term in said["terms"]:
            need("broader" not in term or term["broader"] in ids - {term["id"]}, "terms")


def check_links(name, said, notes, kind, links):
    about = {note["link"]: note for note in notes}
    need(len(about) == len(notes) and all(at < len(links) for at in about), "notes")
    for at, type_ in enumerate(type_ for type_, _ in links):
        needed = {2: ("kept", "changed", "why"), 9: ("method",), 13: ("note",)}.get(type_, ())
        need(all(field in about.get(at, {}) for field in needed), "links")
        need(type_ != 15 or kind < 64, "links")
    types = [type_ for type_, _ in links]
    if name == "Stance":
        ways = [type_ for type_ in types if type_ in (8, 10, 6)]
        need(len(ways) == 1, "links")
        need(ways[0] != 10 or said["position"] == 1, "position")
        need(ways[0] != 6 or said["position"] in (1, 3), "position")
        need(ways[0] != 6 or "reason" not in said and "summary" not in said.get("common", {}), "reason")
    need(name != "Label" or 8 in types, "links")
    if name == "Evaluation" and any("codes" in criterion for criterion in said.get("criteria", ())):
        need(types.count(7) == 1, "criteria")


def check_body(kind, data, author, links, in_commons):
    """Raises Refused if the record is to be declined. Kinds that are not known pass."""
    known = {n: (field, type_) for n, (field, type_, _, one_of) in MESSAGES["Body"].items() if one_of}
    if kind not in known:
        return
    field, name = known[kind]
    body = decode("Body", data, [0])
    need(len(body.get("salt", b"")) == 16, "salt")
    need(field in body, "kind")
    said = body[field]
    need(name in UNTITLED or "title" in said.get("common", {}), "title")
    check_message(name, said, "")
    need(name != "Introduction" or author not in (said["a_author"], said["b_author"]), "author")
    if name == "Profile" and in_commons:
        need("contact" not in said, "contact")
        search(name, said)
    for note in body.get("notes", []):
        check_message("LinkNote", note, "notes.")
    check_links(name, said, body.get("notes", []), kind, links)
