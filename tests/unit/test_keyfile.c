/* Key files: there and back, sealed and not; every change, cut and wrong passphrase is refused and
 * leaves no seed behind. The cost of Argon2id is the least there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "keys/keyfile.h"
#include "keys/secret.h"

static const struct kith_seal_cost cheap = {1, KITH_SEAL_MEMORY_MIN};
static const enum kith_id_type types[] = {KITH_ID_AUTHOR, KITH_ID_NODE, KITH_ID_RECOVERY};
#define PASS     "correct horse"
#define PASS_LEN 13

/* Counts up, so that salts and nonces differ and every run is alike. */
static void fill(void *ctx, void *out, size_t len)
{
	uint8_t *next = ctx, *bytes = out;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (*next)++;
}

struct file {
	char text[KITH_KEYFILE_MAX];
	size_t len;
};

static void make_seed(uint8_t seed[KITH_SEED_LEN])
{
	for (uint8_t i = 0; i < KITH_SEED_LEN; i++)
		seed[i] = (uint8_t)(0xa0 + i);
}

static struct file make(enum kith_id_type type, bool sealed)
{
	uint8_t counter = 1, seed[KITH_SEED_LEN];
	struct kith_rng rng = {fill, &counter};
	struct file file;

	make_seed(seed);
	if (sealed)
		assert_int_equal(kith_keyfile_seal(type, seed, PASS, PASS_LEN, cheap, &rng,
					 file.text, &file.len),
			0);
	else
		assert_int_equal(kith_keyfile_encode(type, seed, file.text, &file.len), 0);
	assert_int_equal(strlen(file.text), file.len);
	return file;
}

/* Opens as author; shows that a failure leaves zeros. */
static int open_author(const char *text, size_t len, const char *passphrase)
{
	uint8_t seed[KITH_SEED_LEN], expected[KITH_SEED_LEN] = {0};
	int err;

	memset(seed, 0xee, sizeof(seed));
	err = kith_keyfile_open(
		KITH_ID_AUTHOR, text, len, passphrase, passphrase ? strlen(passphrase) : 0, seed);
	if (!err)
		make_seed(expected);
	assert_memory_equal(seed, expected, sizeof(seed));
	return err;
}

static void round_trip(void **state)
{
	uint8_t seed[KITH_SEED_LEN], out[KITH_SEED_LEN];
	struct kith_keyfile_info info;

	(void)state;
	make_seed(seed);
	for (size_t t = 0; t < 3; t++) {
		for (int sealed = 0; sealed < 2; sealed++) {
			struct file file = make(types[t], sealed);

			assert_int_equal(kith_keyfile_inspect(file.text, file.len, &info), 0);
			assert_int_equal(info.type, types[t]);
			assert_int_equal(info.sealed, sealed);
			memset(out, 0, sizeof(out));
			assert_int_equal(kith_keyfile_open(types[t], file.text, file.len,
						 sealed ? PASS : NULL, sealed ? PASS_LEN : 0, out),
				0);
			assert_memory_equal(out, seed, sizeof(out));
		}
	}
}

/* An unsealed file opens whatever passphrase is offered. */
static void unsealed_text_is_as_documented(void **state)
{
	struct file file = make(KITH_ID_AUTHOR, false);
	struct kith_sign_pair pair;
	uint8_t seed[KITH_SEED_LEN];
	char public_key[KITH_ID_TEXT_MAX], expected[KITH_KEYFILE_MAX];

	(void)state;
	make_seed(seed);
	kith_sign_pair_from_seed(seed, &pair);
	kith_id_format(KITH_ID_AUTHOR, pair.public_key.bytes, public_key);
	snprintf(expected, sizeof(expected),
		"kith-key 1\ntype author\npublic %s\nsealed no\n"
		"seed a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf\n",
		public_key);
	assert_string_equal(file.text, expected);
	assert_int_equal(open_author(file.text, file.len, "any"), 0);
}

static void sealed_text_holds_no_seed(void **state)
{
	struct file file = make(KITH_ID_AUTHOR, true);

	(void)state;
	assert_null(strstr(file.text, "a0a1a2a3"));
	assert_non_null(
		strstr(file.text, "\nsealed argon2id\nops 1\nmemory 8192\nsalt 0102030405"));
	assert_non_null(strstr(file.text, "\nnonce 1112131415"));
}

static void wrong_type_is_refused(void **state)
{
	uint8_t seed[KITH_SEED_LEN];

	(void)state;
	for (size_t is = 0; is < 3; is++) {
		for (size_t want = 0; want < 3; want++) {
			struct file file = make(types[is], false);
			int err =
				kith_keyfile_open(types[want], file.text, file.len, NULL, 0, seed);

			assert_int_equal(err, is == want ? 0 : KITH_E_WRONG_TYPE);
		}
	}
}

static void passphrases(void **state)
{
	static const char *const wrong[] = {
		"correct hors", "correct horse ", "Correct horse", "x", "correct\0horse"};
	struct file file = make(KITH_ID_AUTHOR, true);

	(void)state;
	assert_int_equal(open_author(file.text, file.len, PASS), 0);
	assert_int_equal(open_author(file.text, file.len, NULL), KITH_E_PASSPHRASE);
	assert_int_equal(open_author(file.text, file.len, ""), KITH_E_PASSPHRASE);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(open_author(file.text, file.len, wrong[i]), KITH_E_PASSPHRASE);
}

static void truncation_at_every_byte(void **state)
{
	struct kith_keyfile_info info;

	(void)state;
	for (int sealed = 0; sealed < 2; sealed++) {
		struct file file = make(KITH_ID_AUTHOR, sealed);

		for (size_t len = 0; len < file.len; len++) {
			assert_int_equal(open_author(file.text, len, PASS), KITH_E_TRUNCATED);
			assert_int_equal(
				kith_keyfile_inspect(file.text, len, &info), KITH_E_TRUNCATED);
		}
	}
}

/* Every byte takes several other values: nothing opens, and nothing crashes. */
static void every_changed_byte_is_refused(void **state)
{
	static const uint8_t others[] = {
		0x00, 0x01, 0x20, 0x80, 0xff, '\n', ' ', '0', '9', 'a', 'f'};

	(void)state;
	for (int sealed = 0; sealed < 2; sealed++) {
		struct file right = make(KITH_ID_AUTHOR, sealed), file;

		for (size_t at = 0; at < right.len; at++) {
			for (size_t i = 0; i < sizeof(others); i++) {
				file = right;
				/* Bits (0x20: the case of a letter), then characters. */
				file.text[at] = i < 5 ? (char)(right.text[at] ^ others[i])
						      : (char)others[i];
				if (file.text[at] == right.text[at])
					continue;
				assert_int_not_equal(open_author(file.text, file.len, PASS), 0);
			}
		}
	}
}

/* One byte more, anywhere: nothing in the text can be padded. */
static void every_inserted_byte_is_refused(void **state)
{
	static const char others[] = {'\0', '\n', '\r', ' ', '0', 'a', '\x80'};
	char text[KITH_KEYFILE_MAX + 1];

	(void)state;
	for (int sealed = 0; sealed < 2; sealed++) {
		struct file right = make(KITH_ID_AUTHOR, sealed);

		for (size_t at = 0; at <= right.len; at++) {
			for (size_t i = 0; i < sizeof(others); i++) {
				memcpy(text, right.text, at);
				text[at] = others[i];
				memcpy(text + at + 1, right.text + at, right.len - at);
				assert_int_not_equal(open_author(text, right.len + 1, PASS), 0);
			}
		}
	}
}

/* Replaces one line of a right file (its part up to the line feed) and opens the result. */
static int open_with_line(bool sealed, const char *name, const char *line)
{
	struct file right = make(KITH_ID_AUTHOR, sealed);
	char text[2 * KITH_KEYFILE_MAX];
	const char *at = strstr(right.text, name), *rest;

	assert_non_null(at);
	rest = strchr(at, '\n');
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - right.text), right.text, line, rest);
	return open_author(text, strlen(text), PASS);
}

static void altered_lines_get_the_right_error(void **state)
{
	static const struct {
		bool sealed;
		const char *name, *line;
		int err;
	} cases[] = {
		{false, "kith-key", "kith-key 1", 0},
		{false, "kith-key", "kith-key 2", KITH_E_UNKNOWN_VERSION},
		{false, "kith-key", "kith-key 0", KITH_E_UNKNOWN_VERSION},
		{false, "kith-key", "kith-key 99999999999999999999", KITH_E_UNKNOWN_VERSION},
		{false, "kith-key", "kith-key 01", KITH_E_MALFORMED},
		{false, "kith-key", "kith-key ", KITH_E_MALFORMED},
		{false, "kith-key", "kith-key one", KITH_E_MALFORMED},
		{false, "kith-key", "kith-key 1 ", KITH_E_MALFORMED},
		{false, "kith-key", "kith-key 1\r", KITH_E_MALFORMED},
		{false, "kith-key", "", KITH_E_MALFORMED},
		{false, "type", "type node", KITH_E_MALFORMED},
		{false, "type", "type recovery", KITH_E_MALFORMED},
		{false, "type", "type circle", KITH_E_MALFORMED},
		{false, "type", "type Author", KITH_E_MALFORMED},
		{false, "type", "kind author", KITH_E_MALFORMED},
		{false, "type",
			"type "
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			KITH_E_MALFORMED},
		{false, "public", "public author_a", KITH_E_MALFORMED},
		{false, "public", "public ", KITH_E_MALFORMED},
		{false, "sealed", "sealed argon2id", KITH_E_MALFORMED},
		{false, "sealed", "sealed yes", KITH_E_MALFORMED},
		{false, "seed", "seed ", KITH_E_MALFORMED},
		{false, "seed", "seed a0a1", KITH_E_MALFORMED},
		{false, "seed",
			"seed 00a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf",
			KITH_E_CORRUPT},
		{false, "seed",
			"seed A0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf",
			KITH_E_MALFORMED},
		{true, "ops", "ops 1", 0},
		{true, "ops", "ops 2", KITH_E_PASSPHRASE},
		{true, "ops", "ops 01", KITH_E_MALFORMED},
		{true, "ops", "ops +1", KITH_E_MALFORMED},
		{true, "ops", "ops 0", KITH_E_MALFORMED},
		{true, "ops", "ops 17", KITH_E_TOO_LARGE},
		{true, "ops", "ops 4294967297", KITH_E_TOO_LARGE},
		{true, "ops", "ops 18446744073709551617", KITH_E_TOO_LARGE},
		{true, "memory", "memory 9216", KITH_E_PASSPHRASE},
		{true, "memory", "memory 8191", KITH_E_MALFORMED},
		{true, "memory", "memory 0", KITH_E_MALFORMED},
		{true, "memory", "memory 1073741825", KITH_E_TOO_LARGE},
		{true, "memory", "memory 4294975488", KITH_E_TOO_LARGE},
		{true, "salt", "salt 00", KITH_E_MALFORMED},
		{true, "salt", "salt 00020304050607080900010203040506", KITH_E_PASSPHRASE},
		{true, "nonce", "nonce ", KITH_E_MALFORMED},
		{true, "nonce", "nonce 001213141516171819101112131415161718192021222324",
			KITH_E_PASSPHRASE},
		{true, "sealed", "sealed no", KITH_E_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int err = open_with_line(cases[i].sealed, cases[i].name, cases[i].line);

		if (err != cases[i].err)
			print_error("line \"%s\": %s\n", cases[i].line, kith_err_name(err));
		assert_int_equal(err, cases[i].err);
	}
}

/* The name of another key: well formed, with a checksum that holds. */
static void another_public_key_is_noticed(void **state)
{
	struct file file = make(KITH_ID_AUTHOR, false);
	uint8_t other[KITH_ID_LEN] = {1, 2, 3};
	char line[7 + KITH_ID_TEXT_MAX] = "public ";
	char *at = strstr(file.text, "author_");

	(void)state;
	kith_id_format(KITH_ID_AUTHOR, other, line + 7);
	assert_int_equal(open_with_line(false, "public", line), KITH_E_CORRUPT);
	assert_int_equal(open_with_line(true, "public", line), KITH_E_PASSPHRASE);
	at[20] = at[20] == 'a' ? 'b' : 'a';
	assert_int_equal(open_author(file.text, file.len, NULL), KITH_E_CHECKSUM);
}

static void more_than_a_file_is_refused(void **state)
{
	struct file file = make(KITH_ID_AUTHOR, false);
	char text[2 * KITH_KEYFILE_MAX];

	(void)state;
	snprintf(text, sizeof(text), "%s\n", file.text);
	assert_int_equal(open_author(text, strlen(text), NULL), KITH_E_MALFORMED);
	snprintf(text, sizeof(text), "%s%s", file.text, file.text);
	assert_int_equal(open_author(text, strlen(text), NULL), KITH_E_MALFORMED);
	assert_int_equal(open_author(file.text, file.len + 1, NULL), KITH_E_MALFORMED);
	memset(text, ' ', sizeof(text));
	memcpy(text, file.text, file.len);
	assert_int_equal(open_author(text, sizeof(text), NULL), KITH_E_TOO_LARGE);
	assert_int_equal(open_author(text, KITH_KEYFILE_MAX, NULL), KITH_E_TOO_LARGE);
	assert_int_equal(open_author(text, KITH_KEYFILE_MAX - 1, NULL), KITH_E_MALFORMED);
	memset(text, 'x', sizeof(text));
	memcpy(text, "kith-key ", 9);
	assert_int_equal(open_author(text, KITH_KEYFILE_MAX - 1, NULL), KITH_E_TRUNCATED);
	text[KITH_KEYFILE_MAX - 2] = '\n';
	assert_int_equal(open_author(text, KITH_KEYFILE_MAX - 1, NULL), KITH_E_MALFORMED);
}

static void senseless_arguments_are_refused(void **state)
{
	static const struct kith_seal_cost costs[] = {{0, KITH_SEAL_MEMORY_MIN},
		{KITH_SEAL_OPS_MAX + 1, KITH_SEAL_MEMORY_MIN}, {1, KITH_SEAL_MEMORY_MIN - 1},
		{1, KITH_SEAL_MEMORY_MAX + 1}};
	uint8_t counter = 0, seed[KITH_SEED_LEN] = {0};
	struct kith_rng rng = {fill, &counter};
	struct file file;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(kith_keyfile_seal(KITH_ID_NODE, seed, "p", 1, costs[i], &rng,
					 file.text, &file.len),
			KITH_E_ARGUMENT);
	assert_int_equal(
		kith_keyfile_seal(KITH_ID_NODE, seed, "", 0, cheap, &rng, file.text, &file.len),
		KITH_E_ARGUMENT);
	assert_int_equal(
		kith_keyfile_seal(KITH_ID_CIRCLE, seed, "p", 1, cheap, &rng, file.text, &file.len),
		KITH_E_ARGUMENT);
	assert_int_equal(
		kith_keyfile_encode(KITH_ID_CIRCLE, seed, file.text, &file.len), KITH_E_ARGUMENT);
	assert_int_equal(counter, 0);
}

/* A passphrase is bytes: a NUL in it counts, and so do a thousand bytes. */
static void passphrases_are_bytes(void **state)
{
	uint8_t counter = 0, seed[KITH_SEED_LEN], out[KITH_SEED_LEN];
	struct kith_rng rng = {fill, &counter};
	char passphrase[1000] = "a";
	struct file file;

	(void)state;
	make_seed(seed);
	passphrase[999] = 'z';
	assert_int_equal(kith_keyfile_seal(KITH_ID_NODE, seed, passphrase, 1000, cheap, &rng,
				 file.text, &file.len),
		0);
	assert_int_equal(
		kith_keyfile_open(KITH_ID_NODE, file.text, file.len, passphrase, 1000, out), 0);
	assert_memory_equal(out, seed, sizeof(out));
	assert_int_equal(kith_keyfile_open(KITH_ID_NODE, file.text, file.len, passphrase, 999, out),
		KITH_E_PASSPHRASE);
	assert_int_equal(kith_keyfile_open(KITH_ID_NODE, file.text, file.len, passphrase, 1, out),
		KITH_E_PASSPHRASE);
}

/* A file made once and kept here: what is on disks today must open for ever. */
static void an_old_file_opens(void **state)
{
	static const char sealed[] =
		"kith-key 1\n"
		"type author\n"
		"public author_j7ijttgupv4jhx7j5qsectwlbwnviibdfkwtbwi4izn6gpf6mxcntxpywy\n"
		"sealed argon2id\n"
		"ops 1\n"
		"memory 8192\n"
		"salt 0102030405060708090a0b0c0d0e0f10\n"
		"nonce 1112131415161718191a1b1c1d1e1f202122232425262728\n"
		"seed 636904d71d1ea96a3f9bb37ab64c665a70b7bb3dd1ba1a2f"
		"b67b055a477785673701bfdedb19310547de965ff604ac04\n";

	(void)state;
	assert_int_equal(open_author(sealed, strlen(sealed), PASS), 0);
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
		cmocka_unit_test(unsealed_text_is_as_documented),
		cmocka_unit_test(sealed_text_holds_no_seed),
		cmocka_unit_test(wrong_type_is_refused),
		cmocka_unit_test(passphrases),
		cmocka_unit_test(truncation_at_every_byte),
		cmocka_unit_test(every_changed_byte_is_refused),
		cmocka_unit_test(every_inserted_byte_is_refused),
		cmocka_unit_test(altered_lines_get_the_right_error),
		cmocka_unit_test(another_public_key_is_noticed),
		cmocka_unit_test(more_than_a_file_is_refused),
		cmocka_unit_test(senseless_arguments_are_refused),
		cmocka_unit_test(passphrases_are_bytes),
		cmocka_unit_test(an_old_file_opens),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
