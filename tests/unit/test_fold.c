/* Folding: what people type without their own keyboard finds what was written with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "node/store/fold.h"
#include "tests/unit/seeded.h"

static size_t fold_bytes(const char *text, size_t len, char separator, char *out, size_t room)
{
	struct kith_buf buf;
	size_t words;

	kith_buf_init(&buf, 1 << 20);
	words = kith_fold(text, len, separator, &buf);
	assert_int_equal(kith_buf_err(&buf), 0);
	assert_true(buf.len < room);
	if (buf.len)
		memcpy(out, buf.data, buf.len);
	out[buf.len] = '\0';
	kith_buf_clear(&buf);
	return words;
}

static void assert_folds(const char *text, const char *expected)
{
	char out[4096];

	fold_bytes(text, strlen(text), ' ', out, sizeof(out));
	assert_string_equal(out, expected);
}

static void letters_of_european_languages(void **state)
{
	(void)state;
	assert_folds("Łódź Kraków Gdańsk ŻÓŁĆ", "lodz krakow gdansk zolc");
	assert_folds("Straße GRÖSSE Köln", "strasse grosse koln");
	assert_folds(
		"Ærø Ålesund Þingvellir Đakovo Ħamrun", "aero alesund thingvellir dakovo hamrun");
	assert_folds("İstanbul Iğdır ığdır", "istanbul igdir igdir");
	assert_folds("cœur Œuvre àéîõü ç ñ", "coeur oeuvre aeiou c n");
	assert_folds("Αθήνα ΚΑΒΆΛΑΣ Καβάλας", "αθηνα καβαλασ καβαλασ");
	assert_folds("Йошкар Ёлка Київ", "иошкар елка киів");
}

static void capitals_and_decomposed_letters_are_the_same(void **state)
{
	(void)state;
	assert_folds("o\xcc\x81", "o");                 /* o + combining acute */
	assert_folds("e\xcc\xa3\xcc\x82", "e");         /* two marks */
	assert_folds("\xef\xbc\xa1\xef\xbc\xa2", "ab"); /* full width */
	assert_folds("\xef\xac\x81n", "fin");           /* ligature fi */
	assert_folds("m\xc2\xb2", "m2");
}

static void what_separates_and_what_vanishes(void **state)
{
	(void)state;
	assert_folds("  zero-waste,\tl'aigua\n(2017) ", "zero waste l aigua 2017");
	assert_folds("a.b=c\"d*e'f", "a b c d e f");
	assert_folds("co\xc2\xadop", "coop"); /* soft hyphen */
	assert_folds("a\xe2\x80\x8d"
		     "b",
		"ab"); /* zero width joiner */
	assert_folds("one\xe2\x80\x94two\xe2\x80\xafthree", "one two three");
	assert_folds("\xf0\x9f\x8f\xa1!?...", "");
	assert_folds("", "");
}

static void marks_of_other_scripts_stay(void **state)
{
	(void)state;
	assert_folds("किताब", "किताब");
	assert_folds("서울시", "\xe1\x84\x89\xe1\x85\xa5\xe1\x84\x8b\xe1\x85\xae\xe1\x86\xaf\xe1"
			       "\x84\x89\xe1\x85\xb5"); /* the parts of its syllables */
	assert_folds("社会的な 革新", "社会的な 革新");
}

static void bytes_that_are_not_utf8_separate(void **state)
{
	(void)state;
	assert_folds("ab\xff"
		     "cd\xc3",
		"ab cd");
	assert_folds("\xed\xa0\x80x", "x"); /* a surrogate */
}

static void words_are_counted_and_joined(void **state)
{
	char out[64];

	(void)state;
	assert_int_equal(fold_bytes("New  York!", 10, '.', out, sizeof(out)), 2);
	assert_string_equal(out, "new.york");
	assert_int_equal(fold_bytes("...", 3, '.', out, sizeof(out)), 0);
	assert_string_equal(out, "");
}

static void appending_writes_no_separator_before(void **state)
{
	struct kith_buf buf;

	(void)state;
	kith_buf_init(&buf, 100);
	kith_write(&buf, "=t", 2);
	kith_fold("-Zero Waste", 11, '.', &buf);
	assert_int_equal(buf.len, 12);
	assert_memory_equal(buf.data, "=tzero.waste", 12);
	kith_buf_clear(&buf);
}

/* Whatever the bytes, folding twice changes nothing more, and no ASCII but [a-z0-9 ] is left. */
static void folding_is_idempotent(void **state)
{
	struct seeded seeded = {7};
	char text[200], once[8192], twice[8192];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t len = seeded_below(&seeded, sizeof(text));

		for (size_t i = 0; i < len; i++)
			text[i] = (char)seeded_next(&seeded);
		for (size_t i = 0; i + 2 < len && round % 2; i += 2) {
			text[i] = (char)(0xc3 + seeded_below(&seeded, 16)); /* two-byte letters */
			text[i + 1] = (char)(0x80 + seeded_below(&seeded, 64));
		}
		fold_bytes(text, len, ' ', once, sizeof(once));
		fold_bytes(once, strlen(once), ' ', twice, sizeof(twice));
		assert_string_equal(once, twice);
		for (const char *c = once; *c; c++)
			assert_true((unsigned char)*c >= 0x80 || *c == ' ' ||
				    (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z'));
	}
}

static void errors_stick_to_the_buffer(void **state)
{
	struct kith_buf buf;

	(void)state;
	kith_buf_init(&buf, 4);
	kith_fold("abcdefgh", 8, ' ', &buf);
	assert_int_equal(kith_buf_err(&buf), KITH_E_TOO_LARGE);
	kith_buf_clear(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_of_european_languages),
		cmocka_unit_test(capitals_and_decomposed_letters_are_the_same),
		cmocka_unit_test(what_separates_and_what_vanishes),
		cmocka_unit_test(marks_of_other_scripts_stay),
		cmocka_unit_test(bytes_that_are_not_utf8_separate),
		cmocka_unit_test(words_are_counted_and_joined),
		cmocka_unit_test(appending_writes_no_separator_before),
		cmocka_unit_test(folding_is_idempotent),
		cmocka_unit_test(errors_stick_to_the_buffer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
