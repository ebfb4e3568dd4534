/* Which text may stand in a record, and what counts as an address or number in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "protocol/body.h"
#include "protocol/contact.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/seeded.h"

static int check(const char *text, size_t len, enum kith_text_rules rules)
{
	const char *why;
	int err = kith_text_check(text, len, rules, &why);

	assert_int_equal(why == NULL, err == 0);
	return err;
}

static size_t encode(int32_t c, char *out)
{
	return (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)out);
}

/* Bidi_Control of Unicode, and the controls of ASCII and Latin-1. */
static bool is_control(int32_t c)
{
	static const int32_t bidi[] = {0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d,
		0x202e, 0x2066, 0x2067, 0x2068, 0x2069};

	for (size_t i = 0; i < sizeof(bidi) / sizeof(bidi[0]); i++)
		if (c == bidi[i])
			return true;
	return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

static bool stays_itself_in_nfc(const char *text, size_t len)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len,
		&composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool same = n == (utf8proc_ssize_t)len && memcmp(composed, text, len) == 0;

	free(composed);
	return same;
}

/* All code points, each alone; so the quick way for low ones takes nothing that NFC would change.
 * */
static void every_code_point_gets_its_verdict(void **state)
{
	(void)state;
	for (int32_t c = 1; c <= 0x10ffff; c++) {
		char text[4];
		size_t len;
		bool good;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		len = encode(c, text);
		good = !is_control(c) && stays_itself_in_nfc(text, len);
		if ((check(text, len, KITH_TEXT_LINE) == 0) != (good && c != 0x2028 && c != 0x2029))
			fail_msg("U+%04X in a line", c);
		if ((check(text, len, KITH_TEXT_BLOCK) == 0) != (good || c == '\n' || c == '\t'))
			fail_msg("U+%04X in a block", c);
	}
}

/* Two characters beside each other, the second of those that may combine. */
static void pairs_are_in_nfc_or_refused(void **state)
{
	struct seeded seeded = {1};

	(void)state;
	for (int round = 0; round < 20000; round++) {
		int32_t first = 0x41 + (int32_t)seeded_below(&seeded, 0x300);
		int32_t second = 0x300 + (int32_t)seeded_below(&seeded, 0x70);
		char text[8];
		size_t len = encode(first, text);

		if (is_control(first))
			continue;
		len += encode(second, text + len);
		assert_int_equal(
			check(text, len, KITH_TEXT_LINE) == 0, stays_itself_in_nfc(text, len));
	}
}

static void bytes_that_are_not_utf8_are_refused(void **state)
{
	static const char *const bad[] = {"\x80", "\xc3", "\xc3(", "\xe2\x82", "\xe2(\xa1",
		"\xf0\x9f\x98", "\xf8\x88\x80\x80\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf",
		"\xf0\x80\x80\xaf",             /* overlong */
		"\xed\xa0\x80", "\xed\xbf\xbf", /* surrogates */
		"\xf4\x90\x80\x80", "\xff", "a\xfe"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *why;

		assert_int_equal(kith_text_check(bad[i], strlen(bad[i]), KITH_TEXT_BLOCK, &why),
			KITH_E_RULE);
		assert_string_equal(why, "must be UTF-8");
	}
	assert_int_equal(check("", 0, KITH_TEXT_LINE), 0);
	assert_int_equal(check("\0", 1, KITH_TEXT_BLOCK), KITH_E_RULE);
	assert_int_equal(check("\xe2\x82\xac", 3, KITH_TEXT_LINE), 0);
	assert_int_equal(check("\xe2\x82\xac", 2, KITH_TEXT_LINE), KITH_E_RULE);
}

static void normal_texts_of_many_scripts_pass(void **state)
{
	static const char *const good[] = {"Za\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87",
		"\xce\x9a\xce\xb1\xce\xb2\xce\xac\xce\xbb\xce\xb1", "Baia Mare \xe2\x80\x93 Firiza",
		"\xd7\x97\xd7\x99\xd7\xa4\xd7\x94", "\xe6\x9d\xb1\xe4\xba\xac", "\xf0\x9f\x8f\x98",
		"\xed\x95\x9c\xea\xb5\xad"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(check(good[i], strlen(good[i]), KITH_TEXT_LINE), 0);
}

static void a_lack_of_memory_is_no_broken_rule(void **state)
{
#if FAILING_MALLOC
	const char text[] = "\xce\x9a\xce\xac";
	const char *why;
	int err = KITH_E_NOMEM, refused = 0;

	(void)state;
	if (!failing_works())
		skip();
	for (int n = 0; n < 10; n++) {
		failing.countdown = n;
		err = kith_text_check(text, strlen(text), KITH_TEXT_LINE, &why);
		failing.countdown = -1;
		assert_true(err == 0 || err == KITH_E_NOMEM);
		refused += err != 0;
	}
	assert_true(refused > 0);
	assert_int_equal(err, 0);
#else
	(void)state;
	skip(); /* sanitizers bring their own allocator */
#endif
}

/* ---- addresses and numbers ------------------------------------------------------------------- */

static const struct {
	const char *text;
	enum kith_contact found;
	const char *what; /* the part that was found */
} contacts[] = {
	{"", KITH_CONTACT_NONE, ""},
	{"Write to office@example.org.", KITH_CONTACT_EMAIL, "office@example.org"},
	{"<a.b+c@mail.example.co.uk>", KITH_CONTACT_EMAIL, "a.b+c@mail.example.co.uk"},
	{"mailto:x@y.pl", KITH_CONTACT_EMAIL, "x@y.pl"},
	{"\xce\xb1@\xce\xb2.gr", KITH_CONTACT_EMAIL, "\xce\xb1@\xce\xb2.gr"},
	{"a@b.c d@e.eu", KITH_CONTACT_EMAIL, "d@e.eu"},
	{"follow @gdansk", KITH_CONTACT_NONE, ""},
	{"5 kg @ 3.50", KITH_CONTACT_NONE, ""},
	{"a@b", KITH_CONTACT_NONE, ""},
	{"a@.org", KITH_CONTACT_NONE, ""},
	{"a@b..org", KITH_CONTACT_NONE, ""},
	{"a@1.2", KITH_CONTACT_NONE, ""},
	{"@", KITH_CONTACT_NONE, ""},
	{"a@b-.org", KITH_CONTACT_EMAIL, "a@b-.org"}, /* close enough to be one */

	{"Call +48 58 326 90 00 now", KITH_CONTACT_PHONE, "+48 58 326 90 00"},
	{"+40(262)213824", KITH_CONTACT_PHONE, "+40(262)213824"},
	{"(+30) 2510-123456", KITH_CONTACT_PHONE, "+30) 2510-123456"},
	{"0262 213 824", KITH_CONTACT_PHONE, "0262 213 824"},
	{"(0262) 213.824", KITH_CONTACT_PHONE, "(0262) 213.824"},
	{"0049 351 4880", KITH_CONTACT_PHONE, "0049 351 4880"},
	{"0262 - 213 - 824", KITH_CONTACT_PHONE, "0262 - 213 - 824"},
	{"0262  -  213824", KITH_CONTACT_NONE, ""},
	{"030/90269000", KITH_CONTACT_PHONE, "030/90269000"},
	{"555-123-4567", KITH_CONTACT_PHONE, "555-123-4567"},
	{"(555) 123-4567", KITH_CONTACT_PHONE, "(555) 123-4567"},
	{"tel.: 58 326 90", KITH_CONTACT_PHONE, "58 326 90"},
	{"Telefon 583 269", KITH_CONTACT_PHONE, "583 269"},
	{"\xcf\x84\xce\xb7\xce\xbb. 2510 12345", KITH_CONTACT_PHONE, "2510 12345"},
	{"fax 123456", KITH_CONTACT_PHONE, "123456"},
	{"hotel 123456", KITH_CONTACT_NONE, ""},
	{"tel 12345", KITH_CONTACT_NONE, ""},
	{"2014-2020 and 2021-2027", KITH_CONTACT_NONE, ""},
	{"2014 - 2020, 2021 - 2027", KITH_CONTACT_NONE, ""},
	{"1 234 567 890 euro", KITH_CONTACT_NONE, ""},
	{"01.02.2015 10", KITH_CONTACT_NONE, ""},
	{"01/02/2015 - 05/06/2016", KITH_CONTACT_NONE, ""},
	{"0.1234567890", KITH_CONTACT_NONE, ""},
	{"+1 % in 2015", KITH_CONTACT_NONE, ""},
	{"+1000000", KITH_CONTACT_NONE, ""},
	{"3.0123456789", KITH_CONTACT_NONE, ""},
	{"A0123456789", KITH_CONTACT_NONE, ""},
	{"54.3520, 18.6466", KITH_CONTACT_NONE, ""},
	{"RO 0123456", KITH_CONTACT_NONE, ""},
	{"population 460354 (2020)", KITH_CONTACT_NONE, ""},
	{"ISO 37101:2016, 17 goals, 169 targets", KITH_CONTACT_NONE, ""},
};

static void contacts_are_found_and_years_are_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(contacts) / sizeof(contacts[0]); i++) {
		size_t begin, len;
		const char *text = contacts[i].text;

		if (kith_contact_find(text, &begin, &len) != contacts[i].found)
			fail_msg("in \"%s\"", text);
		if (len != strlen(contacts[i].what) || memcmp(text + begin, contacts[i].what, len))
			fail_msg("\"%.*s\" in \"%s\"", (int)len, text + begin, text);
		assert_int_equal(kith_contact_find(text, NULL, NULL), contacts[i].found);
	}
}

/* Any bytes: what is found lies within the text (a sanitizer sees more). */
static void any_bytes_are_searched_safely(void **state)
{
	static const char letters[] = "0123456789+()-./ @ab.:\xc3\xa9"
				      "tel";
	struct seeded seeded = {3};

	(void)state;
	for (int round = 0; round < 100000; round++) {
		size_t text_len = seeded_below(&seeded, 24), begin, len;
		char *text = malloc(text_len + 1);

		assert_non_null(text);
		for (size_t i = 0; i < text_len; i++)
			text[i] = letters[seeded_below(&seeded, sizeof(letters) - 1)];
		text[text_len] = '\0';
		if (kith_contact_find(text, &begin, &len))
			assert_true(len > 0 && begin + len <= text_len);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_point_gets_its_verdict),
		cmocka_unit_test(pairs_are_in_nfc_or_refused),
		cmocka_unit_test(bytes_that_are_not_utf8_are_refused),
		cmocka_unit_test(normal_texts_of_many_scripts_pass),
		cmocka_unit_test(a_lack_of_memory_is_no_broken_rule),
		cmocka_unit_test(contacts_are_found_and_years_are_not),
		cmocka_unit_test(any_bytes_are_searched_safely),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
