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
	{"x", "!name", "name"},
	{"x", "name=survey", "name"},
	{"x", "name=org.Example", "name"},
	{"x", "data=*32769", "data"},
};

/* With one link of this type. */
static const struct {
	const char *name;
	uint32_t type;
	const char *line, *field;
} declined_links[] = {
	{"adapts without a note", 2, "", "links[0]"},
	{"adapts without why", 2, "notes[0].link=0|notes[0].kept=k|notes[0].changed=c", "links[0]"},
	{"contradicts without a note", 13, "", "links[0]"},
	{"retracts in a practice", 15, "", "links[0]"},
	{"two notes about one link", 1, "notes[0].link=0|notes[1].link=0", "notes[1].link"},
	{"a note about no link", 1, "notes[0].note=n", "notes[0].link"},
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
