/* Mapping files: what picks find, what filters make of it, and what is said of a file that is
 * wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/mapping.h"
#include "node/cli/pick.h"
#include "node/cli/tidy.h"

/* ---- picks --------------------------------------------------------------------------------- */

static const char rows_json[] =
	"[{\"city\": \" Porto \", \"country\": \"PT\", \"role\": \"Partner\", \"start\": \"2015\","
	"  \"end\": \"NA\", \"a.b | c\": \"odd\", \"tags\": \"x; Y ;x\","
	"  \"org\": [{\"name\": \"A\"}, {\"name\": \"B\", \"url\": \"u\"}], \"n\": 3,"
	"  \"sdg\": [[16, \"Peace\"], [3, \"Health\"]], \"text\": \"One, e.g. two. Three. Four\"},"
	" {\"city\": \"Napoli\", \"country\": \"IT\", \"role\": \"Lead Partner\", \"start\": "
	"\"2014\","
	"  \"end\": \"2018\", \"website\": \"w\"},"
	" {\"city\": \"Porto\", \"country\": \"PT\", \"role\": \"Partner\", \"start\": \"2019\"}]";

/* All texts, joined by '|'; or the one text with '=' before it. */
static void finds(const char *text, const char *want)
{
	json_t *rows = json_loads(rows_json, 0, NULL);
	json_t *maps = json_loads("{\"cc\": {\"PT\": \"Portugal\", \"*\": \"\"},"
				  " \"keep\": {\"PT\": \"pt\"}}",
		0, NULL);
	json_t *missing = json_loads("[\"NA\"]", 0, NULL);
	struct kith_pick_context context = {rows, missing, maps};
	struct kith_values values = {0};
	struct kith_pick_text *parsed;
	struct kith_str got;
	char why[200];

	if (kith_pick_text_parse(text, maps, &parsed, why, sizeof(why)) != 0)
		fail_msg("%s: %s", text, why);
	kith_str_init(&got);
	if (*want == '=') {
		kith_str_add(&got, "=");
		if (!kith_pick_text_one(parsed, &context, &got)) {
			kith_str_reset(&got);
			kith_str_add(&got, "=nothing");
		}
	} else {
		kith_pick_text_all(parsed, &context, &values);
		for (size_t i = 0; i < values.count; i++)
			kith_str_addf(&got, "%s%s", i ? "|" : "", values.list[i].text);
	}
	if (strcmp(got.s, want) != 0)
		fail_msg("%s gives '%s', not '%s'", text, got.s, want);
	kith_values_clear(&values);
	kith_pick_text_free(parsed);
	kith_str_clear(&got);
	json_decref(rows);
	json_decref(maps);
	json_decref(missing);
}

static void picks_find_values(void **state)
{
	(void)state;
	finds("{city}", "=Porto");
	finds("{city}", "Porto|Napoli");
	finds("{city}, {country}", "Porto, PT|Napoli, IT");
	finds("a {{constant}}", "=a {constant}");
	finds("a constant", "a constant");
	finds("{end}", "=2018");
	finds("{nothing} here", "=nothing");
	finds("{org.name}", "A|B");
	finds("{org[].name}", "A|B");
	finds("{org[1].name}", "=B");
	finds("{org.name} ({org.url})", "B (u)");
	finds("{org.name}, {city}", "A, Porto|B, Porto");
	finds("{org.name} {sdg[][0]}", "A 16|B 3");
	finds("{sdg[][0]}", "16|3");
	finds("{n}", "=3");
	finds("{\"a.b | c\"}", "=odd");
	finds("{a.b | first}", "=nothing");
	finds("{website // city}", "Porto|w");
	finds("{website // city}: {country}", "Porto: PT|w: IT");
}

static void filters_make_of_it(void **state)
{
	(void)state;
	finds("{city|count}", "=3");
	finds("{city|unique|count}", "=2");
	finds("{nothing|count}", "=0");
	finds("{city|join \", \"}", "=Porto, Napoli, Porto");
	finds("{city|first} {country}", "Porto PT|Porto IT");
	finds("{city|where role = Lead Partner}", "=Napoli");
	finds("{city|where role != Lead Partner|unique}", "Porto");
	finds("{city|most}", "=Porto");
	finds("{start|min}..{start|max}", "=2014..2019");
	finds("{tags|split ;}", "x|Y");
	finds("{tags|split ;|lower|unique|join +}", "=x+y");
	finds("{country|map cc}", "Portugal");
	finds("{country|map keep}", "pt|IT");
	finds("{text|sentence}", "=One, e.g. two.");
	finds("in {start|year}", "=in 2015");
	finds("{city|year}", "=nothing");
}

static void says_what_is_wrong_with_a_pick(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"{city", "not closed"},
		{"{}", "name of a column"},
		{"{a // }", "name of a column"},
		{"{city|fist}", "did you mean 'first'?"},
		{"{city|zebra}", "no filter 'zebra'"},
		{"{city|count 3}", "takes nothing"},
		{"{city|split}", "needs something"},
		{"{city|map nope}", "no section [map nope]"},
		{"{city|where role}", "COLUMN = VALUE"},
		{"{a|first|first|first|first|first|first|first|first|first}", "at most 8"},
	};
	struct kith_pick_text *parsed;
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			kith_pick_text_parse(cases[i].text, NULL, &parsed, why, sizeof(why)),
			KITH_E_MALFORMED);
		if (!strstr(why, cases[i].why))
			fail_msg("%s: %s", cases[i].text, why);
	}
}

/* ---- files --------------------------------------------------------------------------------- */

static const char mapping_text[] = "; a comment\n"
				   "[input]\n"
				   "delimiter = semicolon\n"
				   "decimal = comma\n"
				   "missing = NA, -\n"
				   "group = {city}\n"
				   "\n"
				   "[record]\n"
				   "lang = {language // tongue}\n"
				   "lang = en\n"
				   "kind = profile\n"
				   "title = {city}\n"
				   "  , {country}\n"
				   "type = city\n"
				   "place.name = {city}\n"
				   "place.country = {country|map countries}\n"
				   "place.lat = {lat}\n"
				   "place.lon = {lon}\n"
				   "place.geonames = {geo}\n"
				   "time.start = {start}\n"
				   "tags = URBACT\n"
				   "tags = {network}\n"
				   "\n"
				   "[map countries]\n"
				   "UK = GB\n";

static void makes_a_draft(void **state)
{
	json_t *rows =
		json_loads("[{\"city\": \"Leeds\", \"country\": \"UK\", \"lat\": \"53,79648\", "
			   "\"lon\": \"-1,5\","
			   "  \"geo\": \"2.644.688\", \"network\": \"4D\", \"start\": \"NA\"},"
			   " {\"city\": \"Leeds\", \"network\": \"URBACT\", \"start\": \"2013\"}]",
			0, NULL);
	json_t *want = json_loads(
		"{\"kind\": \"profile\", \"lang\": \"en\", \"body\": {\"title\": \"Leeds , UK\","
		" \"type\": \"city\", \"place\": {\"name\": \"Leeds\", \"country\": \"GB\","
		" \"lat\": 53.79648, \"lon\": -1.5, \"geonames\": 2644688},"
		" \"time\": {\"start\": \"2013-01-01\"}, \"tags\": [\"URBACT\", \"4D\"]}}",
		0, NULL);
	struct kith_text_error error;
	struct kith_mapping *mapping;
	struct kith_str group;
	json_t *draft;
	char why[300];

	(void)state;
	kith_str_init(&group);
	if (kith_mapping_parse(mapping_text, strlen(mapping_text), &mapping, &error) != 0)
		fail_msg("line %zu: %s", error.line, error.why);
	assert_int_equal(mapping->delimiter, ';');
	kith_mapping_group_of(mapping, json_array_get(rows, 1), &group);
	assert_string_equal(group.s, "Leeds");
	assert_int_equal(kith_mapping_apply(mapping, rows, &draft, why, sizeof(why)), 0);
	if (!json_equal(draft, want))
		fail_msg("%s", json_dumps(draft, 0));
	json_decref(draft);
	json_object_set_new(json_array_get(rows, 0), "geo", json_string("GN00"));
	assert_int_equal(
		kith_mapping_apply(mapping, rows, &draft, why, sizeof(why)), KITH_E_MALFORMED);
	assert_non_null(strstr(why, "place.geonames"));
	assert_non_null(strstr(why, "GN00"));
	kith_mapping_free(mapping);
	kith_str_clear(&group);
	json_decref(rows);
	json_decref(want);
}

static void says_what_is_wrong_with_a_file(void **state)
{
	static const struct {
		const char *text;
		size_t line;
		const char *why;
	} cases[] = {
		{"", 0, "kind = …"},
		{"[record]\nkind = city\n", 2, "no kind of record"},
		{"[record]\nkind = profile\ntitel = x\n", 3, "did you mean 'title'?"},
		{"[record]\nkind = profile\nplace = x\n", 3, "such as place.country"},
		{"[record]\nkind = profile\ntitle = {x\n", 3, "not closed"},
		{"[record]\nkind = profile\n[inptu]\nx = y\n", 4, "the sections are"},
		{"[input]\ncolumn = 3\n[record]\nkind = x\n", 2, "has no 'column'"},
		{"[input]\ndelimiter = ;\n[record]\nkind = x\n", 2, "one of detect, comma"},
		{"[record\nkind = x\n", 1, "[section]"},
		{"[record]\nkind\n", 2, "name = value"},
		{"[record]\nkind = \xff\n", 2, "not UTF-8"},
		{"x = y\n", 1, "the sections are"},
	};
	struct kith_mapping *mapping;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kith_text_error error = {99, ""};

		assert_int_equal(
			kith_mapping_parse(cases[i].text, strlen(cases[i].text), &mapping, &error),
			KITH_E_MALFORMED);
		if (error.line != cases[i].line || !strstr(error.why, cases[i].why))
			fail_msg("%s\nline %zu: %s", cases[i].text, error.line, error.why);
	}
}

/* ---- tidying ------------------------------------------------------------------------------- */

static void shortens_at_a_word(void **state)
{
	static const struct {
		const char *text;
		size_t max;
		const char *want;
	} cases[] = {
		{"short", 5, "short"},
		{"some words here", 13, "some words…"},
		{"many good words", 14, "many good…"},
		{"onelongwordwithoutend", 10, "onelong…"},
		{"ääääää", 9, "äää…"},
		{"a bbbbbbbbbbbbbbbbbb", 12, "a bbbbbbb…"},
	};
	struct kith_str out;

	(void)state;
	kith_str_init(&out);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		kith_str_reset(&out);
		kith_shorten(cases[i].text, cases[i].max, &out);
		assert_string_equal(out.s, cases[i].want);
		assert_true(out.len <= cases[i].max);
	}
	kith_str_clear(&out);
}

static void tidies_what_people_wrote(void **state)
{
	json_t *draft = json_loads("{\"kind\": \"practice\", \"body\": {\"title\": "
				   "\"Cafe\\u0301\\u0007 at a@b.example\","
				   " \"problem\": \"one\\r\\ntwo\\u202e\", \"source\": {\"url\": "
				   "\"https://x.example/c@d.example\"},"
				   " \"tags\": []}}",
		0, NULL);
	json_t *want =
		json_loads("{\"kind\": \"practice\", \"body\": {\"title\": \"Caf\\u00e9  at […]\","
			   " \"problem\": \"one\\ntwo\", \"source\": {\"url\": "
			   "\"https://x.example/c@d.example\"}}}",
			0, NULL);
	json_t *tags = json_object_get(json_object_get(draft, "body"), "tags"), *got;
	struct kith_tidied counts = {0};

	(void)state;
	for (int i = 0; i < 25; i++)
		json_array_append_new(tags, json_sprintf("tag %d", i));
	json_array_set_new(tags, 0,
		json_string("a tag that goes on and on and on, much longer than "
			    "the sixty-four bytes of a tag"));
	kith_tidy(draft, false, &counts);
	got = json_object_get(json_object_get(draft, "body"), "tags");
	assert_int_equal(json_array_size(got), 20);
	assert_true(json_string_length(json_array_get(got, 0)) <= 64);
	json_object_del(json_object_get(draft, "body"), "tags");
	if (!json_equal(draft, want))
		fail_msg("%s", json_dumps(draft, 0));
	assert_int_equal(counts.personal.emails, 1);
	assert_int_equal(counts.shortened, 1);
	assert_int_equal(counts.list_items, 5);
	assert_int_equal(counts.cleaned, 2);
	json_decref(draft);
	json_decref(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(picks_find_values),
		cmocka_unit_test(filters_make_of_it),
		cmocka_unit_test(says_what_is_wrong_with_a_pick),
		cmocka_unit_test(makes_a_draft),
		cmocka_unit_test(says_what_is_wrong_with_a_file),
		cmocka_unit_test(shortens_at_a_word),
		cmocka_unit_test(tidies_what_people_wrote),
	};

	return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
