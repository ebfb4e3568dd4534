/* The text form of keys: there and back, and every slip of a finger is caught and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/id.h"
#include "keys/secret.h"

static const enum kith_id_type types[] = {
	KITH_ID_AUTHOR, KITH_ID_NODE, KITH_ID_CIRCLE, KITH_ID_RECOVERY};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

/* A key that looks random and is the same in every run. */
static struct kith_hash some_key(unsigned n)
{
	struct kith_hash key;

	kith_hash("test key", &n, sizeof(n), &key);
	return key;
}

static void round_trip(void **state)
{
	char text[KITH_ID_TEXT_MAX];
	uint8_t out[KITH_ID_LEN];
	enum kith_id_type found;

	(void)state;
	for (size_t t = 0; t < TYPE_COUNT; t++) {
		for (unsigned n = 0; n < 200; n++) {
			struct kith_hash key = some_key(n);

			if (n < 2)
				memset(&key, n ? 0xff : 0, sizeof(key));
			kith_id_format(types[t], key.bytes, text);
			assert_int_equal(strlen(text), strlen(kith_id_type_name(types[t])) + 59);
			assert_int_equal(kith_id_parse(types[t], text, out, &found), 0);
			assert_int_equal(found, types[t]);
			assert_memory_equal(out, key.bytes, sizeof(out));
		}
	}
}

/* RFC 4648's alphabet and bit order: zeros are 'a', ones are '7'. */
static void first_characters_are_base32(void **state)
{
	struct kith_hash key;
	char text[KITH_ID_TEXT_MAX];

	(void)state;
	memset(&key, 0, sizeof(key));
	kith_id_format(KITH_ID_NODE, key.bytes, text);
	assert_memory_equal(text, "node_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 56);
	memset(&key, 0xff, sizeof(key));
	kith_id_format(KITH_ID_NODE, key.bytes, text);
	assert_memory_equal(text, "node_777777777777777777777777777777777777777777777777777", 56);
	memcpy(&key, "foobar", 6);
	kith_id_format(KITH_ID_NODE, key.bytes, text);
	assert_memory_equal(text, "node_mzxw6ytb", 13);
}

static void upper_case_is_read(void **state)
{
	struct kith_hash key = some_key(1);
	char text[KITH_ID_TEXT_MAX];
	uint8_t out[KITH_ID_LEN];

	(void)state;
	kith_id_format(KITH_ID_AUTHOR, key.bytes, text);
	for (char *c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	assert_int_equal(kith_id_parse(KITH_ID_AUTHOR, text, out, NULL), 0);
	assert_memory_equal(out, key.bytes, sizeof(out));
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What a text must give that differs from a right one in the character at `at`, which now is c. */
static int expected_error(const char *right, size_t at, char c)
{
	size_t prefix_len = (size_t)(strchr(right, '_') - right) + 1;

	if (lower(c) == right[at])
		return 0;
	if (at < prefix_len)
		return KITH_E_MALFORMED;
	if (c == '\0')
		return KITH_E_TRUNCATED;
	return strchr("abcdefghijklmnopqrstuvwxyz234567", lower(c)) ? KITH_E_CHECKSUM
								    : KITH_E_MALFORMED;
}

static void every_changed_character_is_caught(void **state)
{
	char right[KITH_ID_TEXT_MAX], text[KITH_ID_TEXT_MAX];
	uint8_t out[KITH_ID_LEN];
	struct kith_hash key = some_key(2);

	(void)state;
	for (size_t t = 0; t < TYPE_COUNT; t++) {
		kith_id_format(types[t], key.bytes, right);
		for (size_t at = 0; right[at]; at++) {
			for (unsigned c = 0; c < 256; c++) {
				memcpy(text, right, sizeof(text));
				text[at] = (char)c;
				memset(out, 0x55, sizeof(out));
				assert_int_equal(kith_id_parse(types[t], text, out, NULL),
					expected_error(right, at, (char)c));
				assert_int_equal(
					out[0], lower((char)c) == right[at] ? key.bytes[0] : 0x55);
			}
		}
	}
}

/* Any two neighbours swapped, which is the commonest mistake after one wrong letter. */
static void swapped_neighbours_are_caught(void **state)
{
	char right[KITH_ID_TEXT_MAX], text[KITH_ID_TEXT_MAX];
	uint8_t out[KITH_ID_LEN];
	struct kith_hash key = some_key(3);

	(void)state;
	kith_id_format(KITH_ID_CIRCLE, key.bytes, right);
	for (size_t at = strlen("circle_"); right[at + 1]; at++) {
		memcpy(text, right, sizeof(text));
		text[at] = right[at + 1];
		text[at + 1] = right[at];
		if (text[at] != right[at])
			assert_int_equal(
				kith_id_parse(KITH_ID_CIRCLE, text, out, NULL), KITH_E_CHECKSUM);
	}
}

static void truncation_at_every_length(void **state)
{
	char right[KITH_ID_TEXT_MAX], text[KITH_ID_TEXT_MAX];
	uint8_t out[KITH_ID_LEN];
	struct kith_hash key = some_key(4);

	(void)state;
	for (size_t t = 0; t < TYPE_COUNT; t++) {
		size_t prefix_len = strlen(kith_id_type_name(types[t])) + 1;

		kith_id_format(types[t], key.bytes, right);
		for (size_t len = 0; right[len]; len++) {
			memcpy(text, right, len);
			text[len] = '\0';
			assert_int_equal(kith_id_parse(types[t], text, out, NULL),
				len < prefix_len ? KITH_E_MALFORMED : KITH_E_TRUNCATED);
		}
	}
}

static void more_than_a_key_is_malformed(void **state)
{
	char text[KITH_ID_TEXT_MAX + 100];
	uint8_t out[KITH_ID_LEN];
	struct kith_hash key = some_key(5);

	(void)state;
	for (const char *tail = "a7= \n_"; *tail; tail++) {
		kith_id_format(KITH_ID_NODE, key.bytes, text);
		text[strlen(text) + 1] = '\0';
		text[strlen(text)] = *tail;
		assert_int_equal(kith_id_parse(KITH_ID_NODE, text, out, NULL), KITH_E_MALFORMED);
	}
	memset(text, 'a', sizeof(text));
	memcpy(text, "node_", 5);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(kith_id_parse(KITH_ID_NODE, text, out, NULL), KITH_E_MALFORMED);
}

static void wrong_type_is_named(void **state)
{
	char text[KITH_ID_TEXT_MAX], sentence[200];
	uint8_t out[KITH_ID_LEN];
	enum kith_id_type found;
	struct kith_hash key = some_key(6);

	(void)state;
	for (size_t is = 0; is < TYPE_COUNT; is++) {
		kith_id_format(types[is], key.bytes, text);
		for (size_t want = 0; want < TYPE_COUNT; want++) {
			int err = kith_id_parse(types[want], text, out, &found);

			assert_int_equal(err, is == want ? 0 : KITH_E_WRONG_TYPE);
			assert_int_equal(found, types[is]);
			if (!err)
				continue;
			kith_id_explain(err, types[want], found, sentence, sizeof(sentence));
			assert_non_null(strstr(sentence, kith_id_type_name(types[is])));
			assert_non_null(strstr(sentence, kith_id_type_name(types[want])));
		}
	}
}

/* A key with its prefix exchanged is a mistake, not a key of the other type. */
static void exchanged_prefix_fails_the_checksum(void **state)
{
	char author[KITH_ID_TEXT_MAX], text[KITH_ID_TEXT_MAX] = "node";
	uint8_t out[KITH_ID_LEN];
	struct kith_hash key = some_key(7);

	(void)state;
	kith_id_format(KITH_ID_AUTHOR, key.bytes, author);
	memcpy(text + 4, author + 6, 60);
	assert_int_equal(kith_id_parse(KITH_ID_NODE, text, out, NULL), KITH_E_CHECKSUM);
}

static void explanations_differ_and_fit(void **state)
{
	static const int errors[] = {KITH_E_WRONG_TYPE, KITH_E_TRUNCATED, KITH_E_CHECKSUM,
		KITH_E_MALFORMED, KITH_E_NOMEM};
	char sentence[5][200], tiny[8];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		kith_id_explain(errors[i], KITH_ID_NODE, KITH_ID_AUTHOR, sentence[i], 200);
		assert_true(strlen(sentence[i]) > 10);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(sentence[i], sentence[j]);
		kith_id_explain(errors[i], KITH_ID_NODE, KITH_ID_AUTHOR, tiny, sizeof(tiny));
		assert_int_equal(strlen(tiny), sizeof(tiny) - 1);
	}
	assert_string_equal(sentence[4], kith_err_text(KITH_E_NOMEM));
}

static void hexadecimal(void **state)
{
	uint8_t bytes[256], out[256];
	char text[513];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	kith_hex_format(bytes, sizeof(bytes), text);
	assert_memory_equal(text, "000102030405060708090a", 22);
	assert_int_equal(kith_hex_parse(text, out, sizeof(out)), 0);
	assert_memory_equal(out, bytes, sizeof(out));
	assert_int_equal(kith_hex_parse("aBCd", out, 2), 0);
	assert_memory_equal(out, "\xab\xcd", 2);
	assert_int_equal(kith_hex_parse("", out, 0), 0);
	assert_int_equal(kith_hex_parse("a", out, 0), KITH_E_MALFORMED);
	kith_hex_format(bytes, 0, text);
	assert_string_equal(text, "");
}

static void hexadecimal_mistakes(void **state)
{
	uint8_t out[2] = {0x55, 0x55};
	char text[5];

	(void)state;
	assert_int_equal(kith_hex_parse("abc", out, 2), KITH_E_TRUNCATED);
	assert_int_equal(kith_hex_parse("", out, 2), KITH_E_TRUNCATED);
	assert_int_equal(kith_hex_parse("abcde", out, 2), KITH_E_MALFORMED);
	assert_int_equal(kith_hex_parse("abcdef", out, 2), KITH_E_MALFORMED);
	for (size_t at = 0; at < 4; at++) {
		for (unsigned c = 1; c < 256; c++) {
			memcpy(text, "1234", 5);
			text[at] = (char)c;
			if (!strchr("0123456789abcdefABCDEF", (int)c))
				assert_int_equal(kith_hex_parse(text, out, 2), KITH_E_MALFORMED);
		}
	}
	assert_memory_equal(out, "\x55\x55", 2);
}

static void order_and_equality(void **state)
{
	uint8_t a[KITH_ID_LEN] = {0}, b[KITH_ID_LEN] = {0};

	(void)state;
	assert_true(kith_id_equal(a, b));
	assert_int_equal(kith_id_compare(a, b), 0);
	for (size_t i = 0; i < KITH_ID_LEN; i++) {
		memset(a, 0, sizeof(a));
		memset(b, 0, sizeof(b));
		b[i] = 0x80;
		if (i + 1 < KITH_ID_LEN)
			a[i + 1] = 0xff; /* an earlier byte decides */
		assert_false(kith_id_equal(a, b));
		assert_true(kith_id_compare(a, b) < 0);
		assert_true(kith_id_compare(b, a) > 0);
	}
}

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(first_characters_are_base32),
		cmocka_unit_test(upper_case_is_read),
		cmocka_unit_test(every_changed_character_is_caught),
		cmocka_unit_test(swapped_neighbours_are_caught),
		cmocka_unit_test(truncation_at_every_length),
		cmocka_unit_test(more_than_a_key_is_malformed),
		cmocka_unit_test(wrong_type_is_named),
		cmocka_unit_test(exchanged_prefix_fails_the_checksum),
		cmocka_unit_test(explanations_differ_and_fit),
		cmocka_unit_test(hexadecimal),
		cmocka_unit_test(hexadecimal_mistakes),
		cmocka_unit_test(order_and_equality),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
