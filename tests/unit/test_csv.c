/* CSV as spreadsheets write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/csv.h"

/* Rows joined by '|', fields by '^'. Returns the error that ended the reading. */
static int read_all(const char *text, size_t len, char delimiter, struct kith_str *out)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, len, "r");
	struct kith_csv csv;
	int err;

	assert_non_null(file);
	kith_str_init(out);
	err = kith_csv_init(&csv, file, delimiter);
	while (!err && (err = kith_csv_next(&csv)) == 0) {
		kith_str_add(out, out->len ? "|" : "");
		for (size_t i = 0; i < csv.count; i++) {
			size_t field_len;
			const char *field = kith_csv_field(&csv, i, &field_len);

			kith_str_add(out, i ? "^" : "");
			kith_str_add_n(out, field, field_len);
		}
	}
	kith_csv_clear(&csv);
	fclose(file);
	return err;
}

static void reads_what_is_found(void **state)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{"a,b\n1,2\n", "a^b|1^2"},
		{"a,b\r\n1,2\r\n", "a^b|1^2"},
		{"a,b\r1,2", "a^b|1^2"},
		{"\xef\xbb\xbf"
		 "a;b\n1,5;2",
			"a^b|1,5^2"},
		{"a\tb\n1\t\n", "a^b|1^"},
		{"a,b\n\"1\n2\",\"say \"\"hi\"\"\"\n", "a^b|1\n2^say \"hi\""},
		{"a,b\n\"1\r\n2\",3\n", "a^b|1\n2^3"},
		{"a,b\n\"x\"y,z\"w\n", "a^b|xy^z\"w"},
		{"a,b\n\n\r\n1,2,3\n4\n", "a^b|1^2^3|4"},
		{"\"a;b;c\",d\n1,2", "a;b;c^d|1^2"},
		{"a\n\"\"\n", "a|"},
		{"only", "only"},
		{"\n\n", ""},
		{",\n", "^"},
	};
	struct kith_str rows;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			read_all(cases[i].text, strlen(cases[i].text), 0, &rows), KITH_E_NOT_FOUND);
		assert_string_equal(rows.s, cases[i].rows);
		kith_str_clear(&rows);
	}
}

static void takes_the_delimiter_it_is_told(void **state)
{
	struct kith_str rows;

	(void)state;
	assert_int_equal(read_all("a;b,c,d\n", 8, ';', &rows), KITH_E_NOT_FOUND);
	assert_string_equal(rows.s, "a^b,c,d");
	kith_str_clear(&rows);
}

static void names_the_line_of_an_open_quote(void **state)
{
	static const char text[] = "a,b\n1,\"2\n3\"\n4,\"5\n6\n";
	FILE *file = fmemopen((void *)(uintptr_t)text, sizeof(text) - 1, "r");
	struct kith_csv csv;

	(void)state;
	assert_int_equal(kith_csv_init(&csv, file, 0), 0);
	assert_int_equal(kith_csv_next(&csv), 0);
	assert_int_equal(csv.row_line, 1);
	assert_int_equal(kith_csv_next(&csv), 0);
	assert_int_equal(csv.row_line, 2);
	assert_int_equal(kith_csv_next(&csv), KITH_E_TRUNCATED);
	assert_int_equal(csv.row_line, 4);
	assert_int_equal(csv.count, 0);
	kith_csv_clear(&csv);
	fclose(file);
}

static void refuses_what_is_no_table(void **state)
{
	struct kith_str rows;
	size_t len = KITH_CSV_ROW_MAX_BYTES + 10;
	char *long_row = malloc(len);

	(void)state;
	assert_int_equal(read_all("\xff\xfe"
				  "a\0b\0",
				 6, 0, &rows),
		KITH_E_MALFORMED);
	kith_str_clear(&rows);
	assert_non_null(long_row);
	memset(long_row, 'x', len);
	assert_int_equal(read_all(long_row, len, 0, &rows), KITH_E_TOO_LARGE);
	kith_str_clear(&rows);
	long_row[0] = '"';
	assert_int_equal(read_all(long_row, len, 0, &rows), KITH_E_TOO_LARGE);
	kith_str_clear(&rows);
	memset(long_row, ',', len);
	assert_int_equal(read_all(long_row, len, 0, &rows), KITH_E_TOO_LARGE);
	kith_str_clear(&rows);
	free(long_row);
}

/* Quotes on the seam of two reads, and a delimiter detected in a first line longer than one
 * read. */
static void is_the_same_across_reads(void **state)
{
	struct kith_str text, want, rows;

	(void)state;
	for (size_t shift = 0; shift < 8; shift++) {
		kith_str_init(&text);
		kith_str_init(&want);
		kith_str_add(&text, "a;b\r\n\"");
		kith_str_add(&want, "a^b|");
		kith_str_repeat(&text, 'x', 8180 + shift);
		kith_str_repeat(&want, 'x', 8180 + shift);
		kith_str_add(&text, "\"\"\r\n\";2\r\n3;4");
		kith_str_add(&want, "\"\n^2|3^4");
		assert_int_equal(read_all(text.s, text.len, 0, &rows), KITH_E_NOT_FOUND);
		assert_string_equal(rows.s, want.s);
		kith_str_clear(&rows);
		kith_str_clear(&text);
		kith_str_clear(&want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_found),
		cmocka_unit_test(takes_the_delimiter_it_is_told),
		cmocka_unit_test(names_the_line_of_an_open_quote),
		cmocka_unit_test(refuses_what_is_no_table),
		cmocka_unit_test(is_the_same_across_reads),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
