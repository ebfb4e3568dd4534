/* The text form: read as documented, complaints with their line, and everything writes back as
 * it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/text_fields.h"
#include "node/cli/text_form.h"
#include "node/record_json.h"

static struct kith_text_form read_text(const char *text)
{
	struct kith_text_error error = {0};
	struct kith_text_form form;
	int err = kith_text_form_parse(text, strlen(text), &form, &error);

	if (err)
		fail_msg("line %zu: %s", error.line, error.why);
	return form;
}

static void reads_as(const char *text, const char *json)
{
	struct kith_text_form form = read_text(text);
	json_t *want = json_loads(json, 0, NULL);
	char *got = json_dumps(form.draft, JSON_COMPACT);

	assert_non_null(want);
	if (!json_equal(form.draft, want))
		fail_msg("read as %s\nwanted  %s", got, json);
	free(got);
	json_decref(want);
	kith_text_form_clear(&form);
}

static void reads_every_part(void **state)
{
	(void)state;
	reads_as("# a comment\n"
		 "Kind: practice\n"
		 "lang: el\n"
		 "Title: A pharmacy\n"
		 "  that costs nothing\n"
		 "Place: Kavala, GR\n"
		 "Place.lat: 40.9397\n"
		 "Time: 2014..2017\n"
		 "Tags: health, solidarity ,\n"
		 "Outcome: WORKED\n"
		 "Link: adapts 3f2a9c\n"
		 "Link-why: the same need\n"
		 "  .\n"
		 "  elsewhere\n"
		 "\n"
		 "## Problem\n"
		 "# what was wrong\n"
		 "\n"
		 "No insurance.\n"
		 "\n"
		 "\\## not a heading\n"
		 "#tag stays\n"
		 "\n"
		 "## Steps\n"
		 "- Collect.\n"
		 "  Twice.\n"
		 "\n"
		 "12. Check.\n"
		 "* Give.\n"
		 "\n"
		 "## conditions\n"
		 "Money: none\n"
		 "### Legal\n"
		 "A permit.\n"
		 "\n"
		 "### People\n",
		"{\"kind\": \"practice\", \"lang\": \"el\","
		" \"links\": [{\"type\": \"adapts\", \"target\": \"3f2a9c\","
		"  \"why\": \"the same need\\n\\nelsewhere\"}],"
		" \"body\": {\"title\": \"A pharmacy that costs nothing\","
		"  \"place\": {\"name\": \"Kavala\", \"country\": \"GR\", \"lat\": 40.9397},"
		"  \"time\": {\"start\": \"2014-01-01\", \"end\": \"2017-01-01\","
		"   \"precision\": \"year\"},"
		"  \"tags\": [\"health\", \"solidarity\"], \"outcome\": \"worked\","
		"  \"problem\": \"No insurance.\\n\\n## not a heading\\n#tag stays\","
		"  \"steps\": [\"Collect.\\nTwice.\", \"Check.\", \"Give.\"],"
		"  \"conditions\": {\"money\": \"none\", \"legal\": \"A permit.\"}}}");
}

static void reads_short_forms(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{"Place: GR", "{\"place\": {\"country\": \"GR\"}}"},
		{"Place: Baia Mare", "{\"place\": {\"name\": \"Baia Mare\"}}"},
		{"Place: Land of GR", "{\"place\": {\"name\": \"Land of GR\"}}"},
		{"Place: Den Bosch, Brabant, NL",
			"{\"place\": {\"name\": \"Den Bosch, Brabant\", \"country\": \"NL\"}}"},
		{"Time: 2014", "{\"time\": {\"start\": \"2014-01-01\", \"precision\": \"year\"}}"},
		{"Time: ..2014-05",
			"{\"time\": {\"end\": \"2014-05-01\", \"precision\": \"month\"}}"},
		{"Time: 2014-05-03 ..",
			"{\"time\": {\"start\": \"2014-05-03\", \"precision\": \"day\"}}"},
		{"Place.geonames: 735861", "{\"place\": {\"geonames\": 735861}}"},
		{"Title:", "{}"},
		{"Place:\nTime:", "{}"},
	};
	char text[200], json[300];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "Kind: initiative\r\n%s\r\n", cases[i].text);
		snprintf(json, sizeof(json), "{\"kind\": \"initiative\", \"body\": %s}",
			cases[i].json);
		reads_as(text, json);
	}
}

static void complains_with_the_line(void **state)
{
	static const struct {
		const char *text;
		size_t line;
		const char *why;
	} cases[] = {
		{"", 1, "'Kind: practice' is missing"},
		{"Kind: practise\n", 1, "did you mean 'practice'?"},
		{"Kind: zebra\n", 1, "initiative, exchange, ask"},
		{"Kind: practice\nTitel: x\n", 2, "did you mean 'title'?"},
		{"Kind: practice\n\n## Summary\nx\n## Steps\nno bullet\n", 5, "begins with '- '"},
		{"Kind: practice\nTitle: a\nTitle: b\n", 3, "said twice"},
		{"Kind: practice\nLang: a\nLang: b\n", 3, "said twice"},
		{"Kind: practice\nOutcome: great\n", 2, "one of unknown, worked, mixed, failed"},
		{"Kind: practice\nPlace.lat: north\n", 2, "degrees such as"},
		{"Kind: practice\nPlace.geonames: 1.5\n", 2, "whole number"},
		{"Kind: practice\nPlace.city: x\n", 2, "place has no field 'city'"},
		{"Kind: practice\nTime: yesterday\n", 2, "a year, month, day or time"},
		{"Kind: practice\nTime: 2014..2015-03\n", 2, "alike at both ends"},
		{"Kind: practice\nTitle.x: y\n", 2, "no parts that a dot could lead to"},
		{"Kind: practice\nSource: x\n", 2, "say them one by one, such as 'source.url"},
		{"Kind: practice\nLink: adapts\n", 2, "Link: type id"},
		{"Kind: practice\nLink-why: x\n", 2, "stands before any 'Link:'"},
		{"Kind: practice\nLink: cites ab\nLink-what: x\n", 3, "Link-kept"},
		{"Kind: practice\nhello\n", 2, "should read 'Name: value'"},
		{" x\n", 1, "continues nothing"},
		{"Kind: practice\n\nhello\n", 3, "stands in no section"},
		{"Kind: practice\nTitle: \xff\n", 2, "not UTF-8"},
		{"Kind: practice\n\n## Conditions\nfree text\n", 3, "has parts"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kith_text_error error = {0};
		struct kith_text_form form;

		if (kith_text_form_parse(cases[i].text, strlen(cases[i].text), &form, &error) == 0)
			fail_msg("accepted: %s", cases[i].text);
		if (error.line != cases[i].line || !strstr(error.why, cases[i].why))
			fail_msg("%s\nline %zu: %s", cases[i].text, error.line, error.why);
	}
}

static void finds_the_line_of_a_field(void **state)
{
	struct kith_text_form form = read_text("Kind: practice\nTitle: x\nPlace: Kavala, GX\n"
					       "Tags: a, b\nLink: cites 00\nTime: 2017..2014\n\n"
					       "## Conditions\n### Legal\nx\n");

	(void)state;
	assert_int_equal(kith_text_form_line(&form, "body.title"), 2);
	assert_int_equal(kith_text_form_line(&form, "body.place.country"), 3);
	assert_int_equal(kith_text_form_line(&form, "body.tags[1]"), 4);
	assert_int_equal(kith_text_form_line(&form, "links[0].target"), 5);
	assert_int_equal(kith_text_form_line(&form, "body.time.end_ms"), 6);
	assert_int_equal(kith_text_form_line(&form, "body.conditions.legal"), 8);
	assert_int_equal(kith_text_form_line(&form, "body.lessons"), 0);
	assert_int_equal(kith_text_form_line(&form, "kind"), 1);
	kith_text_form_clear(&form);
}

/* ---- there and back ------------------------------------------------------------------------ */

static uint32_t chance(uint64_t *seed, uint32_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

/* Lines that try to be taken for something else. */
static const char *const lines[] = {"plain words", "# no comment", "#", "## Problem", "### Legal",
	"\\# twice", "- an item", "1. first", "Title: x", "  indented", "tab\there", "a, b",
	"Ünïcödé ☂", "#tag", ".", "..", "\\", "\\\\## x", "Kavala, GR", "ends in comma,"};

static json_t *some_text(uint64_t *seed, bool block)
{
	struct kith_str text;
	json_t *value;

	kith_str_init(&text);
	for (uint32_t n = block ? chance(seed, 4) + 1 : 1; n; n--) {
		const char *line = lines[chance(seed, sizeof(lines) / sizeof(lines[0]))];

		/* White space at the ends is not kept. */
		if (text.len)
			kith_str_add(&text, chance(seed, 3) ? "\n" : "\n\n");
		else
			line += strspn(line, " ");
		kith_str_add(&text, line);
	}
	value = kith_json_text(text.s, text.len);
	kith_str_clear(&text);
	return value;
}

static json_t *some_moment(uint64_t *seed)
{
	static const char *const moments[] = {
		"2014-01-01", "2014-05-01", "2017-03-10", "0001-01-01", "2017-03-10T14:30:00.250Z"};

	return kith_need_json(json_string(moments[chance(seed, 5)]));
}

static json_t *some_object(uint64_t *seed, const json_t *fields);

static json_t *some_value(uint64_t *seed, const json_t *field)
{
	const json_t *choices = json_object_get(field, "choices");

	if (choices)
		return json_incref(
			json_array_get(choices, chance(seed, (uint32_t)json_array_size(choices))));
	if (kith_field_has_type(field, "text"))
		return some_text(seed, kith_field_is_block(field));
	if (kith_field_has_type(field, "date-time"))
		return some_moment(seed);
	if (kith_field_has_type(field, "integer"))
		return json_integer((json_int_t)chance(seed, 1000000));
	if (kith_field_has_type(field, "degrees"))
		return json_real(((double)chance(seed, 1800000000) - 9e8) / 1e7);
	if (kith_field_has_type(field, "yes-no"))
		return json_boolean(chance(seed, 2));
	if (kith_field_has_type(field, "object"))
		return some_object(seed, kith_field_fields(field));
	return json_string(chance(seed, 2) ? "abcd"
					   : "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xt"
					     "bm9wcXJzdHV2d3h5ejAxMjM0NTY3ODlBQkNERUZHSElKS0xNTk9QU"
					     "VJTVFVWV1hZWmFiY2RlZmdoaWprbG1ub3Bxcg==");
}

static json_t *some_object(uint64_t *seed, const json_t *fields)
{
	json_t *object = json_object(), *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		json_t *list;

		if (chance(seed, 2))
			continue;
		if (!kith_field_is_list(field)) {
			json_object_set_new(
				object, kith_field_name(field), some_value(seed, field));
			continue;
		}
		list = json_array();
		for (uint32_t n = chance(seed, 4) + 1; n; n--)
			json_array_append_new(list, some_value(seed, field));
		json_object_set_new(object, kith_field_name(field), list);
	}
	if (!json_object_size(object)) /* an empty object says nothing */
		json_object_set_new(object, kith_field_name(json_array_get(fields, 0)),
			some_value(seed, json_array_get(fields, 0)));
	return object;
}

static json_t *some_draft(uint64_t *seed, const char *kind)
{
	json_t *description = kith_kind_to_json(kind), *draft = json_object();

	json_object_set_new(draft, "kind", json_string(kind));
	json_object_set_new(draft, "lang", json_string("nl-BE"));
	json_object_set_new(
		draft, "body", some_object(seed, json_object_get(description, "fields")));
	if (chance(seed, 2))
		json_object_set_new(draft, "links",
			json_pack("[{s:s, s:s, s:o}, {s:s, s:s}]", "type", "adapts", "target",
				"3f2a", "kept", some_text(seed, true), "type", "cites", "target",
				"00"));
	json_decref(description);
	return draft;
}

static void goes_there_and_back(void **state)
{
	struct kith_kind kind;
	uint64_t seed = 7476;
	struct kith_str text, again;

	(void)state;
	kith_str_init(&text);
	kith_str_init(&again);
	for (size_t i = 0; i < 2000; i++) {
		struct kith_text_form form;
		json_t *draft;

		if (!kith_kind_at(i % 5, &kind))
			continue;
		draft = some_draft(&seed, kind.name);
		kith_str_reset(&text);
		kith_str_reset(&again);
		assert_true(kith_text_form_format(draft, &text));
		form = read_text(text.s);
		if (!json_equal(form.draft, draft)) {
			puts(json_dumps(draft, 0));
			puts(json_dumps(form.draft, 0));
			fail_msg("run %zu differs:\n%s", i, text.s);
		}
		assert_true(kith_text_form_format(form.draft, &again));
		assert_string_equal(again.s, text.s);
		kith_text_form_clear(&form);
		json_decref(draft);
	}
	kith_str_clear(&text);
	kith_str_clear(&again);
}

/* Headings that a template has left over, with or without names under them. */
static void nothing_under_a_heading_says_nothing(void **state)
{
	(void)state;
	reads_as(
		"Kind: vocabulary\nLang: en\n\n## Terms\nId:\n\n## Terms\nId: a\n\n## Terms\nId:\n",
		"{\"kind\": \"vocabulary\", \"lang\": \"en\", \"body\": {\"terms\": [{\"id\": "
		"\"a\"}]}}");
	reads_as("Kind: evaluation\nLang: en\n\n## Criteria\nText:\n\n## Criteria\n",
		"{\"kind\": \"evaluation\", \"lang\": \"en\", \"body\": {}}");
}

/* A template says nothing but what was put into it, and names every field. */
static void templates_hold_what_they_are_given(void **state)
{
	struct kith_kind kind;
	uint64_t seed = 1;
	struct kith_str text;

	(void)state;
	kith_str_init(&text);
	for (size_t i = 0; kith_kind_at(i, &kind); i++) {
		char json[100];

		kith_str_reset(&text);
		assert_true(kith_text_form_template(kind.name, "en", NULL, &text));
		snprintf(json, sizeof(json), "{\"kind\": \"%s\", \"lang\": \"en\", \"body\": {}}",
			kind.name);
		reads_as(text.s, json);
		for (size_t n = 0; n < 100; n++) {
			json_t *draft = some_draft(&seed, kind.name);
			struct kith_text_form form;

			kith_str_reset(&text);
			assert_true(kith_text_form_template(kind.name, "nl-BE", draft, &text));
			form = read_text(text.s);
			if (!json_equal(form.draft, draft))
				fail_msg("%s\n%s\n%s", json_dumps(draft, 0),
					json_dumps(form.draft, 0), text.s);
			kith_text_form_clear(&form);
			json_decref(draft);
		}
	}
	kith_str_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_part),
		cmocka_unit_test(reads_short_forms),
		cmocka_unit_test(complains_with_the_line),
		cmocka_unit_test(finds_the_line_of_a_field),
		cmocka_unit_test(goes_there_and_back),
		cmocka_unit_test(nothing_under_a_heading_says_nothing),
		cmocka_unit_test(templates_hold_what_they_are_given),
	};

	return cmocka_run_group_tests_name("text_form", tests, NULL, NULL);
}
