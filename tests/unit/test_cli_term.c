/* What reaches a terminal: no control of any kind, columns as wide as they say, progress that
 * fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/personal.h"
#include "node/cli/progress.h"
#include "node/cli/table.h"

static void no_control_gets_through(void **state)
{
	struct kith_str out;
	char raw[256], utf8[3];

	(void)state;
	for (int c = 0; c < 256; c++)
		raw[c] = (char)c;
	kith_str_init(&out);
	kith_safe_add(&out, raw, sizeof(raw), KITH_SAFE_LINE);
	for (int c = 0x80; c < 0xa0; c++) { /* C1, written in UTF-8 */
		utf8[0] = (char)0xc2;
		utf8[1] = (char)c;
		utf8[2] = '\0';
		kith_safe_add(&out, utf8, 2, KITH_SAFE_BLOCK);
	}
	kith_safe_add(&out, "\u202e\u2066\u200f\u061c\u2028\ufeff", 18, KITH_SAFE_LINE);
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.s[i] >= ' ' && out.s[i] < 0x7f);
	assert_non_null(strstr(out.s, "\\x1b"));
	assert_non_null(strstr(out.s, "\\u009b"));
	assert_non_null(strstr(out.s, "\\u202e"));
	assert_non_null(strstr(out.s, "\\xff"));
	kith_str_clear(&out);
}

static void good_text_stays_as_it_is(void **state)
{
	static const char text[] = "Gdańsk – Καβάλα\n\ta 漢 👩‍🌾";
	struct kith_str out;

	(void)state;
	kith_str_init(&out);
	kith_safe_add(&out, text, strlen(text), KITH_SAFE_BLOCK);
	assert_string_equal(out.s, text);
	kith_str_clear(&out);
}

/* Still the same JSON value, and nothing in it that a terminal would obey. */
static void json_is_safe_and_equal(void **state)
{
	json_t *value = json_pack("{s:s}", "t",
		       "a\x7f \xc2\x9b"
		       "2J \u202e \U000e0041 é"),
	       *again;
	struct kith_str out;

	(void)state;
	kith_str_init(&out);
	kith_json_add(&out, value);
	for (size_t i = 0; i < out.len; i++)
		assert_true((unsigned char)out.s[i] >= ' ' && out.s[i] != 0x7f);
	assert_null(strstr(out.s, "\xc2\x9b"));
	assert_null(strstr(out.s, "\u202e"));
	assert_non_null(strstr(out.s, "é"));
	again = json_loads(out.s, 0, NULL);
	assert_true(json_equal(value, again));
	json_decref(value);
	json_decref(again);
	kith_str_clear(&out);
}

static void cuts_and_wraps_by_columns(void **state)
{
	struct kith_str out;

	(void)state;
	assert_int_equal(kith_columns("Ǫ漢字", strlen("Ǫ漢字")), 5);
	kith_str_init(&out);
	kith_add_cut(&out, "漢字漢字", 5);
	assert_string_equal(out.s, "漢字…");
	kith_str_reset(&out);
	kith_add_cut(&out, "short", 5);
	assert_string_equal(out.s, "short");
	kith_str_reset(&out);
	kith_add_wrapped(&out, "one two  three\n\nfour\x1b", 2, 10);
	assert_string_equal(out.s, "  one two\n  three\n\n  four\\x1b\n");
	kith_str_clear(&out);
}

static void table_is_tabs_off_a_terminal(void **state)
{
	static const struct kith_column columns[] = {
		{.heading = "NAME", .style = KITH_BOLD, .least = 12},
		{.heading = "WHAT"},
	};
	struct kith_table table;
	char *text = NULL;
	size_t len = 0;
	struct kith_term term = {.file = open_memstream(&text, &len), .width = 80};

	(void)state;
	kith_table_init(&table, columns, 2);
	kith_table_add(&table, "a\tb");
	kith_table_add(&table, "long");
	kith_table_print(&table, &term);
	fflush(term.file);
	assert_string_equal(text, "a\\tb\tlong\n");
	term.tty = true;
	term.width = 40;
	rewind(term.file);
	kith_table_add(&table, "a name that is much too long for so narrow a terminal");
	kith_table_add(&table, "x");
	kith_table_print(&table, &term);
	fclose(term.file);
	assert_string_equal(text, "NAME                                WHAT\n"
				  "a\\tb                                long\n"
				  "a name that is much too long for …  x\n");
	free(text);
	kith_table_clear(&table);
}

/* What a table prints at a width; to be freed. */
static char *print_people(size_t width)
{
	static const struct kith_column columns[] = {
		{.heading = "ID"},
		{.heading = "PLACE", .least = 5, .leave = 1},
		{.heading = "TITLE", .least = 6},
		{.heading = "WHO", .tail = true, .leave = 2},
	};
	struct kith_table table;
	char *text = NULL;
	size_t len = 0;
	struct kith_term term = {.file = open_memstream(&text, &len), .tty = true, .width = width};

	kith_table_init(&table, columns, 4);
	kith_table_add(&table, "3f2a9c");
	kith_table_add(&table, "Gdansk, PL");
	kith_table_add(&table, "A pharmacy");
	kith_table_add(&table, "Social pharmacy author_abc");
	kith_table_print(&table, &term);
	fclose(term.file);
	kith_table_clear(&table);
	return text;
}

static void assert_people(size_t width, const char *expected)
{
	char *text = print_people(width);

	assert_string_equal(strchr(text, '\n') + 1, expected);
	free(text);
}

/* The name gives way before the key behind it, an id never does, and what matters least leaves. */
static void tables_keep_what_names_things(void **state)
{
	(void)state;
	assert_people(58, "3f2a9c  Gdansk, PL  A pharmacy  Social pharmacy author_abc\n");
	assert_people(50, "3f2a9c  Gdansk, PL  A pharmacy  Social… author_abc\n");
	assert_people(36, "3f2a9c  Gdansk…  A phar…  author_abc\n");
	assert_people(33, "3f2a9c  Gdan…  A pha…  author_abc\n");
	assert_people(30, "3f2a9c  A pharmacy  author_abc\n");
	assert_people(20, "3f2a9c  A pharmacy\n");
	assert_people(14, "3f2a9c  A pha…\n");
	assert_people(8, "3f…  A …\n");
}

static void progress_says_how_far(void **state)
{
	struct kith_str out;

	(void)state;
	kith_str_init(&out);
	kith_progress_format(&out, "importing", 50, 200, 10000, "5 records", 100);
	assert_string_equal(
		out.s, "importing  [=======>                      ]  25 %  5 records, 31 s left");
	for (size_t width = 10; width < 120; width++) {
		kith_str_reset(&out);
		kith_progress_format(&out, "importing", 199, 200, 1000000, "312 records", width);
		assert_true(kith_columns(out.s, out.len) <= width);
	}
	kith_str_reset(&out);
	kith_progress_format(&out, "following", 7, 0, 10000, "7 records", 80);
	assert_string_equal(out.s, "following  7 records");
	kith_str_clear(&out);
}

static void numbers_read_well(void **state)
{
	struct kith_str out;

	(void)state;
	kith_str_init(&out);
	kith_add_ago(&out, 0, 1000);
	kith_str_add(&out, "; ");
	kith_add_ago(&out, 0, 60000);
	kith_str_add(&out, "; ");
	kith_add_ago(&out, 0, 3600000 * 5);
	kith_str_add(&out, "; ");
	kith_add_ago(&out, 0, 86400000ll * 40);
	kith_str_add(&out, "; ");
	kith_add_bytes(&out, 1023);
	kith_str_add(&out, "; ");
	kith_add_bytes(&out, 3u << 20);
	assert_string_equal(out.s, "just now; 60 s ago; 5 h ago; 40 days ago; 1023 B; 3.0 MiB");
	kith_str_clear(&out);
}

static void personal_data_is_taken_out(void **state)
{
	struct kith_personal counts = {0};
	struct kith_str out;

	(void)state;
	kith_str_init(&out);
	kith_personal_remove(
		"Write to ana@example.org or call +40 745 123 456 before 2017.", &out, &counts);
	assert_string_equal(out.s, "Write to […] or call […] before 2017.");
	assert_int_equal(counts.emails, 1);
	assert_int_equal(counts.phones, 1);
	kith_str_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_control_gets_through),
		cmocka_unit_test(good_text_stays_as_it_is),
		cmocka_unit_test(json_is_safe_and_equal),
		cmocka_unit_test(cuts_and_wraps_by_columns),
		cmocka_unit_test(table_is_tabs_off_a_terminal),
		cmocka_unit_test(tables_keep_what_names_things),
		cmocka_unit_test(progress_says_how_far),
		cmocka_unit_test(numbers_read_well),
		cmocka_unit_test(personal_data_is_taken_out),
	};

	return cmocka_run_group_tests_name("cli_term", tests, NULL, NULL);
}
