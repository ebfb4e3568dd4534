/* Hashes: the RFC's own example, and what HMAC, HKDF and the labelled hash promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/secret.h"

static void expect_hex(const uint8_t *bytes, size_t len, const char *hex)
{
	char text[2 * KITH_BLAKE2B_LEN + 1];

	kith_hex_format(bytes, len, text);
	assert_string_equal(text, hex);
}

/* RFC 7693 appendix A. */
static void blake2b_512_of_abc(void **state)
{
	static const char expected[] =
		"ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
		"7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923";
	uint8_t out[KITH_BLAKE2B_LEN];

	(void)state;
	kith_blake2b_512("abc", 3, NULL, 0, out);
	expect_hex(out, sizeof(out), expected);
	kith_blake2b_512(NULL, 0, "abc", 3, out);
	expect_hex(out, sizeof(out), expected);
	kith_blake2b_512("a", 1, "bc", 2, out);
	expect_hex(out, sizeof(out), expected);
}

/* BLAKE2b-256("kith/1 x" 00 "abc"), against the library's one-call form. */
static void label_is_hashed_with_its_nul(void **state)
{
	struct kith_hash out, expected, other;

	(void)state;
	kith_hash("kith/1 x", "abc", 3, &out);
	assert_int_equal(crypto_generichash(expected.bytes, 32,
				 (const unsigned char *)"kith/1 x\0abc", 12, NULL, 0),
		0);
	assert_memory_equal(&out, &expected, sizeof(out));
	kith_hash("kith/1 ", "xabc", 4, &other);
	assert_memory_not_equal(&out, &other, sizeof(out));
	kith_hash("kith/1 xa", "bc", 2, &other);
	assert_memory_not_equal(&out, &other, sizeof(out));
}

static void empty_messages_may_be_null(void **state)
{
	struct kith_hash a, b;
	uint8_t sha[32], key[16] = {0};

	(void)state;
	kith_hash("l", NULL, 0, &a);
	kith_hash("l", "", 0, &b);
	assert_memory_equal(&a, &b, sizeof(a));
	kith_sha256(NULL, 0, sha);
	expect_hex(sha, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_int_equal(kith_siphash(key, NULL, 0), kith_siphash(key, "", 0));
}

static void keyed_hash_depends_on_key_and_its_length(void **state)
{
	uint8_t key[64] = {7};
	struct kith_hash seen[64];

	(void)state;
	for (size_t len = 1; len <= 64; len++) {
		kith_hash_keyed(key, len, "m", 1, &seen[len - 1]);
		for (size_t i = 0; i + 1 < len; i++)
			assert_memory_not_equal(&seen[i], &seen[len - 1], KITH_ID_LEN);
	}
}

/* RFC 2104 written out a second time, over libsodium's one-call hash. */
static void reference_hmac(const uint8_t *key, size_t key_len, const uint8_t *msg, size_t msg_len,
	uint8_t out[KITH_BLAKE2B_LEN])
{
	uint8_t inner[KITH_BLAKE2B_BLOCK + 512], outer[KITH_BLAKE2B_BLOCK + KITH_BLAKE2B_LEN];
	uint8_t block[KITH_BLAKE2B_BLOCK] = {0};

	if (key_len > sizeof(block))
		assert_int_equal(crypto_generichash(block, 64, key, key_len, NULL, 0), 0);
	else
		memcpy(block, key, key_len);
	for (size_t i = 0; i < sizeof(block); i++) {
		inner[i] = block[i] ^ 0x36;
		outer[i] = block[i] ^ 0x5c;
	}
	memcpy(inner + sizeof(block), msg, msg_len);
	assert_int_equal(crypto_generichash(outer + sizeof(block), 64, inner,
				 sizeof(block) + msg_len, NULL, 0),
		0);
	assert_int_equal(crypto_generichash(out, 64, outer, sizeof(outer), NULL, 0), 0);
}

static void hmac_is_rfc_2104_at_every_key_length(void **state)
{
	uint8_t key[300], msg[512], out[KITH_BLAKE2B_LEN], expected[KITH_BLAKE2B_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(msg); i++)
		msg[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(i * 13 + 1);
	for (size_t key_len = 0; key_len <= sizeof(key); key_len++) {
		size_t msg_len = key_len + 200, cut = key_len / 2;

		reference_hmac(key, key_len, msg, msg_len, expected);
		kith_hmac(key, key_len, msg, msg_len, NULL, 0, out);
		assert_memory_equal(out, expected, sizeof(out));
		kith_hmac(key, key_len, msg, cut, msg + cut, msg_len - cut, out);
		assert_memory_equal(out, expected, sizeof(out));
	}
}

static void hmac_key_properties(void **state)
{
	uint8_t key[200] = {1, 2, 3}, hashed[KITH_BLAKE2B_LEN];
	uint8_t a[KITH_BLAKE2B_LEN], b[KITH_BLAKE2B_LEN];

	(void)state;
	/* Zeros fill up a key to the block, so they do not change it; one more byte does. */
	kith_hmac(key, 3, "m", 1, NULL, 0, a);
	kith_hmac(key, KITH_BLAKE2B_BLOCK, "m", 1, NULL, 0, b);
	assert_memory_equal(a, b, sizeof(a));
	kith_hmac(key, KITH_BLAKE2B_BLOCK + 1, "m", 1, NULL, 0, b);
	assert_memory_not_equal(a, b, sizeof(a));
	/* A longer key counts as its hash. */
	kith_blake2b_512(key, sizeof(key), NULL, 0, hashed);
	kith_hmac(key, sizeof(key), "m", 1, NULL, 0, a);
	kith_hmac(hashed, sizeof(hashed), "m", 1, NULL, 0, b);
	assert_memory_equal(a, b, sizeof(a));
	/* It is not BLAKE2b's keyed mode. */
	assert_int_equal(crypto_generichash(b, 64, (const unsigned char *)"m", 1, hashed, 64), 0);
	assert_memory_not_equal(a, b, sizeof(a));
}

/* Noise section 4.3, step by step. */
static void hkdf_follows_noise(void **state)
{
	uint8_t ck[64] = {9}, ikm[32] = {4}, temp[64], expected[3][64], out[3][64], block[65];

	(void)state;
	for (size_t ikm_len = 0; ikm_len <= 32; ikm_len += 32) {
		kith_hmac(ck, 64, ikm, ikm_len, NULL, 0, temp);
		kith_hmac(temp, 64, "\1", 1, NULL, 0, expected[0]);
		for (uint8_t i = 1; i < 3; i++) {
			memcpy(block, expected[i - 1], 64);
			block[64] = (uint8_t)(i + 1);
			kith_hmac(temp, 64, block, 65, NULL, 0, expected[i]);
		}
		kith_hkdf(ck, ikm_len ? ikm : NULL, ikm_len, out[0], out[1], out[2]);
		assert_memory_equal(out, expected, sizeof(out));
		memset(out, 0, sizeof(out));
		kith_hkdf(ck, ikm, ikm_len, out[0], out[1], NULL);
		assert_memory_equal(out, expected, 128);
	}
}

static void hkdf_may_write_over_its_chaining_key(void **state)
{
	uint8_t ck[64] = {9}, ikm[32] = {4}, out1[64], out2[64], other[64];

	(void)state;
	kith_hkdf(ck, ikm, sizeof(ikm), out1, out2, NULL);
	kith_hkdf(ck, ikm, sizeof(ikm), ck, other, NULL);
	assert_memory_equal(ck, out1, 64);
	assert_memory_equal(other, out2, 64);
}

/* The example of the SipHash paper, appendix A: key 00..0f, message 00..0e. */
static void siphash_known_value(void **state)
{
	uint8_t bytes[16];

	(void)state;
	for (uint8_t i = 0; i < 16; i++)
		bytes[i] = i;
	assert_true(kith_siphash(bytes, bytes, 15) == 0xa129ca6149be45e5u);
}

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blake2b_512_of_abc),
		cmocka_unit_test(label_is_hashed_with_its_nul),
		cmocka_unit_test(empty_messages_may_be_null),
		cmocka_unit_test(keyed_hash_depends_on_key_and_its_length),
		cmocka_unit_test(hmac_is_rfc_2104_at_every_key_length),
		cmocka_unit_test(hmac_key_properties),
		cmocka_unit_test(hkdf_follows_noise),
		cmocka_unit_test(hkdf_may_write_over_its_chaining_key),
		cmocka_unit_test(siphash_known_value),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
