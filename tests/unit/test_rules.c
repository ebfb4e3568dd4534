/* Every rule of every kind: what passes, what does not, and what is said about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "protocol/rules.h"
#include "tests/unit/verdict.h"

#define COUNTRY "must be a country's code of two capital letters (ISO 3166-1 alpha-2), such as PL"
#define REGION  "must be a region's code (ISO 3166-2), such as PL-22"
#define SDG     "must be a goal from 1 to 17 or a target such as 11.3"
#define SPDX    "must be an SPDX expression, such as CC-BY-4.0"
#define DOMAIN  "must be a reversed domain name, such as org.example.survey"

static void what_all_kinds_say(void **state)
{
	static const struct verdict verdicts[] = {
		{"practice", "", NULL, NULL}, {"practice", "!title", "title", "is missing"},
		{"x", "!title", "title", "is missing"}, {"practice", "title=", "title", BLANK},
		{"practice", "title= \t ", "title", "must be one line, without tabs"},
		{"practice", "title=   ", "title", BLANK}, {"practice", "title=*300", NULL, NULL},
		{"practice", "title=*301", "title", "must have at most 300 bytes"},
		{"practice", "title=two\nlines", "title", "must be one line, without tabs"},
		{"practice",
			"title=Stra\xc3\x9f"
			"e",
			NULL, NULL},
		{"practice",
			"title=Stra\xdf"
			"e",
			"title", "must be UTF-8"},
		{"practice", "title=Gdan\xcc\x81sk", "title",
			"must be in Unicode's normal form C (NFC)"},
		{"practice", "title=a\x1b[31m", "title", "must not hold control characters"},
		{"practice",
			"title=a\xe2\x80\xae"
			"b",
			"title", "must not hold characters that change the direction of writing"},
		{"practice", "summary=*1000", NULL, NULL},
		{"practice", "summary=*1001", "summary", "must have at most 1000 bytes"},
		{"practice", "summary=two\nlines", NULL, NULL},
		{"practice", "tags=housing|tags=land|tags=Housing", NULL, NULL},
		{"practice", "tags=housing|tags=land|tags=housing", "tags[2]", EARLIER},
		{"practice", "tags=*64", NULL, NULL},
		{"practice", "tags=a|tags=*65", "tags[1]", "must have at most 64 bytes"},
		{"practice", "tags=a\nb", "tags[0]", "must be one line, without tabs"},
		{"practice", "tags=", "tags[0]", BLANK},
		{"practice", "level=network|area=vision-values|voice=we", NULL, NULL},
		{"practice", "level=99|area=-5|voice=0", NULL, NULL}, /* of a later version */
	};

	(void)state;
	EXPECT(verdicts);
}

/* So that each of the other tests breaks the one rule it is about. */
static void the_sample_of_every_kind_passes(void **state)
{
	struct kith_kind kind;

	(void)state;
	for (size_t i = 0; kith_kind_at(i, &kind); i++) {
		const struct verdict v = {kind.name, "", NULL, NULL};

		expect_all(&v, 1);
	}
}

static void goals_and_targets(void **state)
{
	static const struct verdict verdicts[] = {
		{"practice", "sdg=1|sdg=17|sdg=11.3|sdg=11.a|sdg=17.19|sdg=3.d|sdg=16.b", NULL,
			NULL},
		{"practice", "sdg=0", "sdg[0]", SDG},
		{"practice", "sdg=18", "sdg[0]", SDG},
		{"practice", "sdg=01", "sdg[0]", SDG},
		{"practice", "sdg=11.", "sdg[0]", SDG},
		{"practice", "sdg=11.0", "sdg[0]", SDG},
		{"practice", "sdg=11.8", "sdg[0]", SDG},
		{"practice", "sdg=11.d", "sdg[0]", SDG},
		{"practice", "sdg=17.a", "sdg[0]", SDG},
		{"practice", "sdg=11.ab", "sdg[0]", SDG},
		{"practice", "sdg=11.3.1", "sdg[0]", SDG},
		{"practice", "sdg=1e1", "sdg[0]", SDG},
		{"practice", "sdg=99999999999999999999", "sdg[0]", SDG},
		{"practice", "sdg=11|sdg=", "sdg[1]", SDG},
		{"practice", "sdg=11|sdg=11", "sdg[1]", EARLIER},
	};

	(void)state;
	EXPECT(verdicts);
}

static void places(void **state)
{
	static const struct verdict verdicts[] = {
		{"practice", "place.country=PL|place.region=PL-22|place.name=Gda\xc5\x84sk", NULL,
			NULL},
		{"practice", "place.country=XK", NULL, NULL},
		{"practice", "place.country=AD|place.geonames=1", NULL, NULL},
		{"practice", "place.country=ZW", NULL, NULL},
		{"practice", "place.country=XX", "place.country", COUNTRY},
		{"practice", "place.country=DD", "place.country", COUNTRY},
		{"practice", "place.country=pl", "place.country", COUNTRY},
		{"practice", "place.country=POL", "place.country", COUNTRY},
		{"practice", "place.country=", "place.country", COUNTRY},
		{"practice", "place.country=LA", NULL, NULL}, /* across two rows of the table */
		{"practice", "place.country=DA", "place.country", COUNTRY}, /* across two codes */
		{"practice", "place.country=UK", "place.country",
			"must be GB for the United Kingdom (ISO 3166-1)"},
		{"practice", "place.country=EL", "place.country",
			"must be GR for Greece (ISO 3166-1)"},
		{"practice", "place.country=GB|place.region=GB-ENG", NULL, NULL},
		{"practice", "place.country=GB|place.region=GB-ENGL", "place.region", REGION},
		{"practice", "place.country=GB|place.region=GB-", "place.region", REGION},
		{"practice", "place.country=GB|place.region=GB-eng", "place.region", REGION},
		{"practice", "place.country=GB|place.region=GBENG", "place.region", REGION},
		{"practice", "place.country=PL|place.region=DE-BE", "place.region",
			"must lie in the country that is named"},
		{"practice", "place.region=DE-BE", "place.country",
			"is missing; a region lies in a country"},
		{"practice", "place.lat_e7=900000000|place.lon_e7=-1800000000", NULL, NULL},
		{"practice", "place.lat_e7=0|place.lon_e7=0", NULL, NULL},
		{"practice", "place.lat_e7=900000001|place.lon_e7=0", "place.lat_e7",
			"must be a number from -900000000 to 900000000"},
		{"practice", "place.lat_e7=0|place.lon_e7=-1800000001", "place.lon_e7",
			"must be a number from -1800000000 to 1800000000"},
		{"practice", "place.lat_e7=0", "place.lon_e7",
			"is missing; latitude and longitude go together"},
		{"practice", "place.lon_e7=0", "place.lat_e7",
			"is missing; latitude and longitude go together"},
		{"practice", "place.geonames=0", "place.geonames",
			"must be a number from 1 to 4294967295"},
		{"practice", "place.geonames=-1", NULL, NULL}, /* 4294967295 */
		{"practice", "place.name=*300", NULL, NULL},
		{"practice", "place.name=*301", "place.name", "must have at most 300 bytes"},
		{"practice", "place.name=a\nb", "place.name", "must be one line, without tabs"},
	};

	(void)state;
	EXPECT(verdicts);
}

static void times(void **state)
{
	static const struct verdict verdicts[] = {
		{"initiative", "time.start_ms=0|time.end_ms=0|time.precision=year", NULL, NULL},
		{"initiative", "time.start_ms=-1|time.end_ms=5", NULL, NULL},
		{"initiative", "time.end_ms=5|time.precision=day", NULL, NULL},
		{"initiative", "time.start_ms=6|time.end_ms=5", "time.end_ms",
			"must not be before the start"},
		{"initiative", "time.precision=month", "time.precision",
			"must be that of a start or an end"},
		{"initiative", "time.start_ms=-62135596800000|time.end_ms=253402300799999", NULL,
			NULL},
		{"initiative", "time.start_ms=-62135596800001", "time.start_ms", YEARS},
		{"initiative", "time.end_ms=253402300800000", "time.end_ms", YEARS},
		{"initiative", "time.start_ms=0|time.precision=9", NULL, NULL},
	};

	(void)state;
	EXPECT(verdicts);
}

static void licences(void **state)
{
	static const struct verdict verdicts[] = {
		{"practice", "licence=CC-BY-4.0", NULL, NULL},
		{"practice", "licence=GPL-2.0+ WITH Bison-exception-2.2", NULL, NULL},
		{"practice", "licence=(MIT OR (Apache-2.0 AND CC0-1.0)) AND ISC", NULL, NULL},
		{"practice", "licence=DocumentRef-a.b:LicenseRef-c", NULL, NULL},
		{"practice", "licence=LicenseRef-own", NULL, NULL},
		{"practice", "licence=", "licence", SPDX},
		{"practice", "licence=CC BY 4.0", "licence", SPDX},
		{"practice", "licence=MIT/ISC", "licence", SPDX},
		{"practice", "licence=MIT OR", "licence", SPDX},
		{"practice", "licence=OR MIT", "licence", SPDX},
		{"practice", "licence=AND", "licence", SPDX},
		{"practice", "licence=MIT WITH", "licence", SPDX},
		{"practice", "licence=(MIT", "licence", SPDX},
		{"practice", "licence=MIT)", "licence", SPDX},
		{"practice", "licence=()", "licence", SPDX},
		{"practice", "licence=(MIT) WITH x", "licence", SPDX},
		{"practice", "licence=MIT WITH x WITH y", "licence", SPDX},
		{"practice", "licence=MIT WITH (x)", "licence", SPDX},
		{"practice", "licence=+", "licence", SPDX},
		{"practice", "licence=a:b", "licence", SPDX},
		{"practice", "licence=DocumentRef-:LicenseRef-c", "licence", SPDX},
		{"practice", "licence=DocumentRef-a:LicenseRef-", "licence", SPDX},
		{"practice", "licence=*200", NULL, NULL},
		{"practice", "licence=*201", "licence", "must have at most 200 bytes"},
	};

	(void)state;
	EXPECT(verdicts);
}

static void sources(void **state)
{
	static const struct verdict verdicts[] = {
		{"practice", "source.url=https://example.org", NULL, NULL},
		{"practice", "source.url=http://example.org:8080/a/b?c=d&e=%C5%82#f", NULL, NULL},
		{"practice", "source.url=https://[2001:db8::1]:443/", NULL, NULL},
		{"practice", "source.url=https://a_b.example.org/x", NULL, NULL},
		{"practice", "source.url=ftp://example.org/", "source.url", URL},
		{"practice", "source.url=example.org", "source.url", URL},
		{"practice", "source.url=https://", "source.url", URL},
		{"practice", "source.url=https:///path", "source.url", URL},
		{"practice", "source.url=https://user@example.org/", "source.url", URL},
		{"practice", "source.url=https://user:secret@example.org/", "source.url", URL},
		{"practice", "source.url=https://example.org:65536/", "source.url", URL},
		{"practice", "source.url=https://example.org:000080/", "source.url", URL},
		{"practice", "source.url=https://example.org:/", NULL, NULL}, /* RFC 3986 3.2.3 */
		{"practice", "source.url=https://-a.org/", "source.url", URL},
		{"practice", "source.url=https://a..org/", "source.url", URL},
		{"practice", "source.url=https://[::g]/", "source.url", URL},
		{"practice", "source.url=https://example.org/a b", "source.url", URL},
		{"practice", "source.url=https://example.org/%2", "source.url", URL},
		{"practice", "source.url=https://example.org/\xc5\x82", "source.url", URL},
		{"practice", "source.url=https://example.org/<a>", "source.url", URL},
		{"practice", "source.url=javascript:alert(1)", "source.url", URL},
		{"practice", "source.url=*2049", "source.url", "must have at most 2048 bytes"},
		{"practice", "source.id=*300", NULL, NULL},
		{"practice", "source.id=*301", "source.id", "must have at most 300 bytes"},
		{"practice", "source.id=", "source.id", BLANK},
		{"practice", "source.id=a\nb", "source.id", "must be one line, without tabs"},
		{"practice", "source.retrieved_ms=253402300799999", NULL, NULL},
		{"practice", "source.retrieved_ms=253402300800000", "source.retrieved_ms", YEARS},
	};

	(void)state;
	EXPECT(verdicts);
}

static void profiles(void **state)
{
	static const struct verdict verdicts[] = {
		{"profile", "roles=broker|roles=facilitator|languages=ro|languages=hu", NULL, NULL},
		{"profile", "!type", "type", "is missing"},
		{"profile", "type=9", NULL, NULL}, /* of a later version */
		{"profile", "roles=broker|roles=broker", "roles[1]", EARLIER},
		{"profile", "roles=*65", "roles[0]", "must have at most 64 bytes"},
		{"profile", "languages=ro|languages=Romanian (fluent)", "languages[1]", LANG},
		{"profile", "languages=ro|languages=ro", "languages[1]", EARLIER},
		{"profile", "recovery_key=*32", NULL, NULL},
		{"profile", "recovery_key=*31", "recovery_key", "must have 32 bytes"},
		{"profile", "contact=Town hall", "contact",
			"must not be told in the commons, only in a closed circle"},
		{"profile", "summary=Write to office@example.org", "summary",
			"must not hold an e-mail address in a public profile"},
		{"profile", "title=Call +48 58 326 90 00", "title",
			"must not hold a telephone number in a public profile"},
		{"profile", "tags=ok|tags=a@example.org", "tags[1]",
			"must not hold an e-mail address in a public profile"},
		{"profile", "place.name=tel. 58 326 90", "place.name",
			"must not hold a telephone number in a public profile"},
		{"profile", "source.id=a@example.org", NULL, NULL}, /* a code, not a text */
		{"practice", "summary=Write to office@example.org", NULL, NULL},
	};
	static const struct verdict in_a_circle[] = {
		{"profile", "contact=office@example.org, +48 58 326 90 00", NULL, NULL},
		{"profile", "summary=Write to office@example.org", NULL, NULL},
		{"profile", "contact=*1000", NULL, NULL},
		{"profile", "contact=*1001", "contact", "must have at most 1000 bytes"},
	};
	const struct kith_header_facts closed = {.in_commons = false};

	(void)state;
	EXPECT(verdicts);
	for (size_t i = 0; i < sizeof(in_a_circle) / sizeof(in_a_circle[0]); i++)
		expect(&in_a_circle[i], &closed);
}

static void practices_and_initiatives(void **state)
{
	static const struct verdict verdicts[] = {
		{"practice", "problem=*8192|approach=*8192|lessons=*8192|steps=*8192", NULL, NULL},
		{"practice", "problem=*8193", "problem", "must have at most 8192 bytes"},
		{"practice", "steps=a|steps=*8193", "steps[1]", "must have at most 8192 bytes"},
		{"practice", "approach=one\n\ttwo", NULL, NULL},
		{"practice", "approach=one\r\ntwo", "approach", "must not hold control characters"},
		{"practice", "conditions.legal=*8192", NULL, NULL},
		{"practice", "conditions.culture=*8193", "conditions.culture",
			"must have at most 8192 bytes"},
		{"practice", "conditions.money=\n", "conditions.money", BLANK},
		{"practice", "actors=*1000|resources=*1000", NULL, NULL},
		{"practice", "actors=*1001", "actors[0]", "must have at most 1000 bytes"},
		{"practice", "resources=a\nb", "resources[0]", "must be one line, without tabs"},
		{"practice", "maturity=pilot|outcome=failed", NULL, NULL},
		{"practice", "maturity=77|outcome=77", NULL, NULL},
		{"initiative", "form=project|status=on-hold|text=*8192", NULL, NULL},
		{"initiative", "text=*8193", "text", "must have at most 8192 bytes"},
		{"initiative", "participants=*1001", "participants[0]",
			"must have at most 1000 bytes"},
	};

	(void)state;
	EXPECT(verdicts);
}

static void what_nobody_thought_of(void **state)
{
	static const struct verdict verdicts[] = {
		{"x", "name=org.example", NULL, NULL},
		{"x", "name=pl.gdansk.rada-2.ankieta", NULL, NULL},
		{"x", "!name", "name", "is missing"},
		{"x", "name=", "name", DOMAIN},
		{"x", "name=survey", "name", DOMAIN},
		{"x", "name=Org.example", "name", DOMAIN},
		{"x", "name=org..example", "name", DOMAIN},
		{"x", "name=org.-example", "name", DOMAIN},
		{"x", "name=org.example.", "name", DOMAIN},
		{"x", "name=1.example", "name", DOMAIN},
		{"x", "name=org.ex_ample", "name", DOMAIN},
		{"x", "name=*254", "name", "must have at most 253 bytes"},
		{"x", "data=*32768", NULL, NULL},
		{"x", "data=*32769", "data", "must have at most 32768 bytes"},
	};

	(void)state;
	EXPECT(verdicts);
}

/* ---- lists at their limits, and one more ----------------------------------------------------- */

static void list_of(char *line, const char *name, size_t count)
{
	*line = '\0';
	for (size_t i = 0; i < count; i++)
		sprintf(line + strlen(line), "%s%s=%s%zu", i ? "|" : "", name,
			strcmp(name, "sdg") == 0 ? "17." : "entry ", i + 1);
}

static void lists_have_their_limits(void **state)
{
	static const struct {
		const char *kind, *name;
		size_t max;
		const char *rule;
	} lists[] = {
		{"practice", "sdg", 17, "must have at most 17 entries"},
		{"practice", "tags", 20, "must have at most 20 entries"},
		{"practice", "steps", 50, "must have at most 50 entries"},
		{"practice", "actors", 64, "must have at most 64 entries"},
		{"practice", "resources", 64, "must have at most 64 entries"},
		{"profile", "roles", 64, "must have at most 64 entries"},
		{"initiative", "participants", 64, "must have at most 64 entries"},
	};
	char line[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct verdict v = {lists[i].kind, line, NULL, NULL};
		const struct kith_header_facts facts = {.in_commons = false};

		list_of(line, lists[i].name, lists[i].max);
		expect(&v, &facts);
		list_of(line, lists[i].name, lists[i].max + 1);
		v.field = lists[i].name;
		v.rule = lists[i].rule;
		expect(&v, &facts);
	}
}

/* ---- links ----------------------------------------------------------------------------------- */

#define TRANSLATES "translates: its note must say by which method, human, machine or mixed"
#define ADAPTS     "adapts: its note must say what was kept, what was changed, and why"

static void links_and_notes(void **state)
{
	static const struct kith_link links[] = {{.type = 2}, {.type = 1}, {.type = 999}};
	static const struct kith_link contradicts[] = {{.type = 13}};
	static const struct kith_link retracts[] = {{.type = 15}};
	static const struct verdict adapting[] = {
		{"practice", "notes[0].link=0|notes[0].kept=k|notes[0].changed=c|notes[0].why=w",
			NULL, NULL},
		{"practice",
			"notes[0].link=2|notes[0].note=n|notes[1].link=0|notes[1].kept=k|"
			"notes[1].changed=c|notes[1].why=w",
			NULL, NULL},
		{"practice", "", "links[0]", ADAPTS},
		{"practice", "notes[0].link=0|notes[0].kept=k|notes[0].changed=c", "links[0]",
			ADAPTS},
		{"practice", "notes[0].link=0|notes[0].kept=k|notes[0].why=w", "links[0]", ADAPTS},
		{"practice", "notes[0].link=0|notes[0].changed=c|notes[0].why=w", "links[0]",
			ADAPTS},
		{"practice", "notes[0].link=0|notes[0].kept=k|notes[0].changed=c|notes[0].why=",
			"notes[0].why", BLANK},
		{"practice", "notes[0].note=n", "notes[0].link", "is missing"},
		{"practice", "notes[0].link=3|notes[0].note=n", "notes[0].link",
			"must be the position of a link, 0 for the first"},
		{"practice", "notes[0].link=1|notes[1].link=1", "notes[1].link",
			"must not be that of an earlier note"},
		{"practice", "notes[0].link=1|notes[0].note=*8193", "notes[0].note",
			"must have at most 8192 bytes"},
	};
	static const struct verdict contradicting[] = {
		{"practice", "notes[0].link=0|notes[0].note=n", NULL, NULL},
		{"practice", "notes[0].link=0|notes[0].why=n", "links[0]",
			"contradicts: needs a note that says in what"},
	};
	static const struct verdict translating[] = {
		{"statement", "notes[0].link=0|notes[0].method=machine", NULL, NULL},
		{"statement", "notes[0].link=0|notes[0].note=n", "links[0]", TRANSLATES},
		{"statement", "", "links[0]", TRANSLATES},
	};
	static const struct verdict retracting = {
		"practice", "", "links[0]", "retracts: is for control records only"};
	struct kith_header_facts facts = {.links = links, .link_count = 3};

	(void)state;
	for (size_t i = 0; i < sizeof(adapting) / sizeof(adapting[0]); i++)
		expect(&adapting[i], &facts);
	facts = (struct kith_header_facts){.links = contradicts, .link_count = 1};
	for (size_t i = 0; i < sizeof(contradicting) / sizeof(contradicting[0]); i++)
		expect(&contradicting[i], &facts);
	EXPECT_LINKED(KITH__LINK_TYPE__LINK_TYPE_TRANSLATES, translating);
	facts.links = retracts;
	expect(&retracting, &facts);
}

/* ---- the tables themselves ------------------------------------------------------------------- */

static bool is_in_schema(const ProtobufCMessageDescriptor *message, const char *row)
{
	size_t len = strlen(message->short_name);

	for (unsigned i = 0; i < message->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->fields[i];

		if (strncmp(row, message->short_name, len) == 0 && row[len] == '.' &&
			strcmp(row + len + 1, field->name) == 0)
			return true;
		if (field->type == PROTOBUF_C_TYPE_MESSAGE && is_in_schema(field->descriptor, row))
			return true;
	}
	return false;
}

static void every_row_names_a_field_of_the_schema(void **state)
{
	const struct kith_field_rule *row;

	(void)state;
	for (size_t i = 0; kith_rule_at(i, &row); i++)
		if (!is_in_schema(&kith__body__descriptor, row->field))
			fail_msg("no field %s in kith.proto", row->field);
	assert_false(is_in_schema(&kith__body__descriptor, "Common.titles"));
}

/* Keys are 32 bytes, whatever kind they are in (a convention of kith.proto). */
static void check_conventions(const ProtobufCMessageDescriptor *message)
{
	for (unsigned i = 0; i < message->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &message->fields[i];
		size_t len = strlen(field->name);
		const struct kith_field_rule *rule = kith_rule_of_field(message, field);

		if ((len > 4 && strcmp(field->name + len - 4, "_key") == 0) ||
			(len > 7 && strcmp(field->name + len - 7, "_author") == 0))
			assert_int_equal(rule->exact_bytes, 32);
		if (len > 3 && strcmp(field->name + len - 3, "_e7") == 0)
			assert_true(rule->max == 900000000 || rule->max == 1800000000);
		if (rule->unique)
			assert_true(field->type == PROTOBUF_C_TYPE_STRING ||
				    field->type == PROTOBUF_C_TYPE_BYTES);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			check_conventions(field->descriptor);
	}
}

static void rows_keep_the_conventions_of_the_schema(void **state)
{
	(void)state;
	check_conventions(&kith__body__descriptor);
}

static int init(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_of_every_kind_passes),
		cmocka_unit_test(what_all_kinds_say),
		cmocka_unit_test(goals_and_targets),
		cmocka_unit_test(places),
		cmocka_unit_test(times),
		cmocka_unit_test(licences),
		cmocka_unit_test(sources),
		cmocka_unit_test(profiles),
		cmocka_unit_test(practices_and_initiatives),
		cmocka_unit_test(what_nobody_thought_of),
		cmocka_unit_test(lists_have_their_limits),
		cmocka_unit_test(links_and_notes),
		cmocka_unit_test(every_row_names_a_field_of_the_schema),
		cmocka_unit_test(rows_keep_the_conventions_of_the_schema),
	};
	return cmocka_run_group_tests(tests, init, NULL);
}
