/*
 * declined_records.h: records that are authentic and break a rule of their kind, for declined.txt:
 * how the body is made (tests/unit/saying.h), and the field that is named.
 */
#ifndef KITH_TESTS_VECTORS_DECLINED_RECORDS_H
#define KITH_TESTS_VECTORS_DECLINED_RECORDS_H

#include "tests/unit/handmade.h"

#define SALT "\x0a\x10saltsaltsaltsalt"

/* Well-formed and authentic, but a rule of the kind says no. */
static const char *const declined[][3] = {
	{"practice", "!title", "title"},
	{"practice", "title=  ", "title"},
	{"practice", "title=*301", "title"},
	{"practice", "title=two\nlines", "title"},
	{"practice", "title=a\x1b[0m", "title"},
	{"practice", "title=a\xc2\x85", "title"},
	{"practice", "title=a\xe2\x80\x8f", "title"},
	{"practice", "title=a\xe2\x80\xa8", "title"},
	{"practice", "title=\xff", "title"},
	{"practice", "title=\xed\xa0\x80", "title"},
	{"practice", "title=e\xcc\x81", "title"},
	{"practice", "summary=*1001", "summary"},
	{"practice", "summary=a\r\n", "summary"},
	{"practice", "place.country=XX", "place.country"},
	{"practice", "place.country=UK", "place.country"},
	{"practice", "place.country=pl", "place.country"},
	{"practice", "place.region=PL-22", "place.country"},
	{"practice", "place.country=DE|place.region=PL-22", "place.region"},
	{"practice", "place.country=PL|place.region=PL-", "place.region"},
	{"practice", "place.geonames=0", "place.geonames"},
	{"practice", "place.lat_e7=900000001|place.lon_e7=0", "place.lat_e7"},
	{"practice", "place.lat_e7=0|place.lon_e7=1800000001", "place.lon_e7"},
	{"practice", "place.lat_e7=0", "place.lon_e7"},
	{"practice", "place.name=*301", "place.name"},
	{"practice", "time.start_ms=2|time.end_ms=1", "time.end_ms"},
	{"practice", "time.precision=day", "time.precision"},
	{"practice", "time.end_ms=253402300800000", "time.end_ms"},
	{"practice", "sdg=18", "sdg[0]"},
	{"practice", "sdg=11.8", "sdg[0]"},
	{"practice", "sdg=1|sdg=1", "sdg[1]"},
	{"practice", "tags=*65", "tags[0]"},
	{"practice", "tags=a|tags=b|tags=a", "tags[2]"},
	{"practice", "licence=CC BY", "licence"},
	{"practice", "source.url=ftp://example.org/", "source.url"},
	{"practice", "source.url=https://me@example.org/", "source.url"},
	{"practice", "source.id=*301", "source.id"},
	{"practice", "problem=*8193", "problem"},
	{"practice", "steps=ok|steps=", "steps[1]"},
	{"practice", "conditions.money=*8193", "conditions.money"},
	{"practice", "actors=a\nb", "actors[0]"},
	{"practice", "notes[0].link=0", "notes[0].link"},
	{"profile", "!type", "type"},
	{"profile", "contact=Town hall", "contact"},
	{"profile", "summary=office@example.org", "summary"},
	{"profile", "roles=call 0262 213 824", "roles[0]"},
	{"profile", "languages=Polish!", "languages[0]"},
	{"profile", "recovery_key=*31", "recovery_key"},
	{"initiative", "participants=*1001", "participants[0]"},
	{"exchange", "!direction", "direction"},
	{"exchange", "!what", "what"},
	{"exchange", "basis=reciprocal", "in_return"},
	{"exchange", "expires_ms=253402300800000", "expires_ms"},
	{"ask", "!type", "type"},
	{"ask", "addressed_to_author=*31", "addressed_to_author[0]"},
	{"ask", "addressed_to_author=*32|addressed_to_author=*32", "addressed_to_author[1]"},
	{"ask", "due_ms=253402300800000", "due_ms"},
	{"statement", "!intent", "intent"},
	{"statement", "!text", "text"},
	{"statement", "decision=adopted", "decision"},
	{"statement", "intent=decision|decision=declined", "reason"},
	{"stance", "!position", "position"},
	{"stance", "position=object", "reason"},
	{"stance", "position=block", "reason"},
	{"stance", "reason=*501", "reason"},
	{"evaluation", "!outcome", "criteria"},
	{"evaluation", "criteria[0].text=t", "criteria[0].polarity"},
	{"evaluation", "criteria[0].polarity=well", "criteria[0].text"},
	{"evaluation", "criteria[0].polarity=well|criteria[0].text=t|criteria[0].n=0",
		"criteria[0].n"},
	{"evaluation", "criteria[0].codes=0|criteria[0].dimension=https://example.org/",
		"criteria[0].codes"},
	{"plan", "personas[0].portrait=p", "personas[0].fictional"},
	{"plan", "personas[0].portrait=p|personas[0].fictional=0", "personas[0].fictional"},
	{"plan", "personas[0].portrait=ana@example.org|personas[0].fictional=1",
		"personas[0].portrait"},
	{"action", "!state", "state"},
	{"action", "owner=*1001", "owner"},
	{"pact", "!parties_author", "parties_author"},
	{"pact", "!parties_author|parties_author=*32", "parties_author"},
	{"pact", "parties_author=*32", "parties_author[2]"},
	{"pact", "!clauses", "clauses"},
	{"pact", "clauses[1].who=w", "clauses[1].what"},
	{"pact", "!rule", "rule"},
	{"pact", "quorum=2", "quorum"},
	{"pact", "rule=quorum", "quorum"},
	{"pact", "rule=quorum|quorum=3", "quorum"},
	{"introduction", "!a_author", "a_author"},
	{"introduction", "b_author=*32", "b_author"},
	{"introduction", "!why", "why"},
	{"label", "!value", "value"},
	{"label", "!reason", "reason"},
	{"vocabulary", "uri=themes", "uri"},
	{"vocabulary", "!terms", "terms"},
	{"vocabulary", "terms[0].lang=English!", "terms[0].lang"},
	{"vocabulary", "terms[0].broader=a", "terms[0].broader"},
	{"x", "!name", "name"},
	{"x", "name=survey", "name"},
	{"x", "name=org.Example", "name"},
	{"x", "data=*32769", "data"},
};

/* With one link of this type. */
static const struct {
	const char *name;
	uint32_t type;
	const char *kind, *line, *field;
} declined_links[] = {
	{"adapts without a note", 2, "practice", "", "links[0]"},
	{"adapts without why", 2, "practice", "notes[0].link=0|notes[0].kept=k|notes[0].changed=c",
		"links[0]"},
	{"contradicts without a note", 13, "practice", "", "links[0]"},
	{"retracts in a practice", 15, "practice", "", "links[0]"},
	{"two notes about one link", 1, "practice", "notes[0].link=0|notes[1].link=0",
		"notes[1].link"},
	{"a note about no link", 1, "practice", "notes[0].note=n", "notes[0].link"},
	{"translates without a method", 9, "practice", "notes[0].link=0|notes[0].note=n",
		"links[0]"},
	{"a stance about nothing", 12, "stance", "", "links"},
	{"a signature that abstains", 10, "stance", "position=abstain", "position"},
	{"an objection to an introduction", 6, "stance", "position=object|reason=r", "position"},
	{"no to an introduction, with a reason", 6, "stance", "position=abstain|reason=r",
		"reason"},
	{"a label about nothing", 12, "label", "", "links"},
};

/* Bodies that cannot be unpacked, of kind 66; test_unpack.c has more. */
static const struct {
	const char *name;
	struct kith_bytes body;
	const char *field;
} declined_bodies[] = {
	{"no salt", RAW("\x92\x04\x05\x0a\x03\x0a\x01t"), "salt"},
	{"a salt of 15 bytes", RAW("\x0a\x0fsaltsaltsaltsal\x92\x04\x00"), "salt"},
	{"two salts", RAW(SALT SALT "\x92\x04\x00"), "salt"},
	{"no kind", RAW(SALT), "kind"},
	{"another kind", RAW(SALT "\x82\x04\x00"), "kind"},
	{"two kinds", RAW(SALT "\x82\x04\x00\x92\x04\x00"), "body"},
	{"a kind of another wire type", RAW(SALT "\x90\x04\x01"), "initiative"},
	{"a title twice", RAW(SALT "\x92\x04\x08\x0a\x06\x0a\x01t\x0a\x01t"),
		"initiative.common.title"},
	{"a zero byte in a text", RAW(SALT "\x92\x04\x06\x0a\x04\x0a\x02t\x00"),
		"initiative.common.title"},
	{"a number of 33 bits", RAW(SALT "\x92\x04\x06\x10\x80\x80\x80\x80\x10"),
		"initiative.form"},
	{"a group", RAW(SALT "\x92\x04\x02\x7b\x7c"), "initiative"},
	{"not a list of fields", RAW("body"), "body"},
};

#endif
