/* Signatures: the RFC's examples, and the accept set of sign.h explored rule by rule with points
 * made for the purpose. X25519: the RFC's exchange, and refusal of every point of small order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/secret.h"
#include "keys/sign.h"

/* ---- RFC 8032 ------------------------------------------------------------------------------- */

struct example {
	const char *seed, *public_key, *msg, *signature;
};

/* Section 7.1, TEST 1, 2 and 3. */
static const struct example examples[] = {
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
		"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
		"e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
		"fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
		"85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
		"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
		"6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
		"8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void rfc_8032_examples(void **state)
{
	uint8_t seed[32], public_key[32], msg[2], signature[64], made[64];
	struct kith_sign_pair pair;

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		size_t msg_len = strlen(examples[i].msg) / 2;

		assert_int_equal(kith_hex_parse(examples[i].seed, seed, 32), 0);
		assert_int_equal(kith_hex_parse(examples[i].public_key, public_key, 32), 0);
		assert_int_equal(kith_hex_parse(examples[i].msg, msg, msg_len), 0);
		assert_int_equal(kith_hex_parse(examples[i].signature, signature, 64), 0);
		kith_sign_pair_from_seed(seed, &pair);
		assert_memory_equal(pair.public_key.bytes, public_key, 32);
		crypto_sign_detached(made, NULL, msg, msg_len, pair.secret);
		assert_memory_equal(made, signature, 64);
		assert_int_equal(kith_verify_raw(public_key, msg, msg_len, signature), 0);
	}
}

/* ---- labelled signatures -------------------------------------------------------------------- */

static struct kith_sign_pair some_pair(uint8_t n)
{
	uint8_t seed[KITH_SEED_LEN];
	struct kith_sign_pair pair;

	memset(seed, n, sizeof(seed));
	kith_sign_pair_from_seed(seed, &pair);
	return pair;
}

static void signature_is_over_label_nul_message(void **state)
{
	struct kith_sign_pair pair = some_pair(1);
	struct kith_signature signature;

	(void)state;
	kith_sign(&pair, "label", "msg", 3, &signature);
	assert_int_equal(
		kith_verify_raw(pair.public_key.bytes, "label\0msg", 9, signature.bytes), 0);
	assert_int_equal(kith_verify(&pair.public_key, "label", "msg", 3, &signature), 0);
	assert_int_equal(
		kith_verify(&pair.public_key, "labelm", "sg", 2, &signature), KITH_E_FORGED);
	assert_int_equal(
		kith_verify(&pair.public_key, "labe", "lmsg", 4, &signature), KITH_E_FORGED);
}

static void any_changed_bit_is_forged(void **state)
{
	struct kith_sign_pair pair = some_pair(2);
	uint8_t msg[40] = {5, 6, 7};
	struct kith_signature signature;

	(void)state;
	kith_sign(&pair, "l", msg, sizeof(msg), &signature);
	for (size_t bit = 0; bit < 8 * sizeof(signature); bit++) {
		struct kith_signature bad = signature;

		bad.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(
			kith_verify(&pair.public_key, "l", msg, sizeof(msg), &bad), KITH_E_FORGED);
	}
	for (size_t bit = 0; bit < 256; bit++) {
		struct kith_author bad = pair.public_key;

		bad.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(
			kith_verify(&bad, "l", msg, sizeof(msg), &signature), KITH_E_FORGED);
	}
	for (size_t bit = 0; bit < 8 * sizeof(msg); bit++) {
		msg[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(kith_verify(&pair.public_key, "l", msg, sizeof(msg), &signature),
			KITH_E_FORGED);
		msg[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void lengths_up_to_the_limit_and_not_beyond(void **state)
{
	struct kith_sign_pair pair = some_pair(3);
	uint8_t msg[KITH_SIGN_MSG_MAX + 1] = {1};
	char label[KITH_SIGN_LABEL_MAX + 2];
	struct kith_signature signature;

	(void)state;
	memset(label, 'x', sizeof(label));
	label[KITH_SIGN_LABEL_MAX] = '\0';
	kith_sign(&pair, label, msg, KITH_SIGN_MSG_MAX, &signature);
	assert_int_equal(
		kith_verify(&pair.public_key, label, msg, KITH_SIGN_MSG_MAX, &signature), 0);
	assert_int_equal(kith_verify(&pair.public_key, label, msg, sizeof(msg), &signature),
		KITH_E_ARGUMENT);
	label[KITH_SIGN_LABEL_MAX] = 'x';
	label[KITH_SIGN_LABEL_MAX + 1] = '\0';
	assert_int_equal(kith_verify(&pair.public_key, label, msg, 1, &signature), KITH_E_ARGUMENT);
	kith_sign(&pair, "", NULL, 0, &signature);
	assert_int_equal(kith_verify(&pair.public_key, "", NULL, 0, &signature), 0);
}

/* ---- the accept set ------------------------------------------------------------------------- */

/* Every encoding of a point of small order: y and y + p where that fits, with both signs. */
static const char *const small_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};
#define SMALL_COUNT (sizeof(small_order) / sizeof(small_order[0]))

static void small_point(size_t i, int sign, uint8_t out[32])
{
	assert_int_equal(kith_hex_parse(small_order[i], out, 32), 0);
	if (sign)
		out[31] |= 0x80;
}

/* h = SHA-512(R || A || msg) mod L. */
static void challenge(const uint8_t R[32], const uint8_t A[32], uint8_t msg, uint8_t h[32])
{
	uint8_t in[65], wide[64];

	memcpy(in, R, 32);
	memcpy(in + 32, A, 32);
	in[64] = msg;
	crypto_hash_sha512(wide, in, sizeof(in));
	crypto_core_ed25519_scalar_reduce(h, wide);
}

/* The secret scalar of a pair, and its canonical point. */
static void scalar_of(const struct kith_sign_pair *pair, uint8_t a[32])
{
	uint8_t wide[64] = {0}, h[64];

	crypto_hash_sha512(h, pair->secret, 32);
	memcpy(wide, h, 32);
	wide[0] &= 248;
	wide[31] = (uint8_t)((wide[31] & 127) | 64);
	crypto_core_ed25519_scalar_reduce(a, wide);
}

/* With a key A of small order, R = B and S = 1 satisfy the equation whenever [h]A is the identity,
 * as it is for one message in eight at least. None may be accepted. */
static void keys_of_small_order_are_refused(void **state)
{
	uint8_t A[32], signature[64] = {0}, one[32] = {1};

	(void)state;
	assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(signature, one), 0);
	signature[32] = 1;
	for (size_t i = 0; i < SMALL_COUNT; i++) {
		for (int sign = 0; sign < 2; sign++) {
			small_point(i, sign, A);
			for (unsigned m = 0; m < 256; m++) {
				uint8_t msg = (uint8_t)m;

				assert_int_equal(
					kith_verify_raw(A, &msg, 1, signature), KITH_E_FORGED);
			}
		}
	}
}

/* With R of small order, S = h a satisfies the equation for R = identity, and, for a key with a
 * part of small order, for other R too. */
static void points_R_of_small_order_are_refused(void **state)
{
	struct kith_sign_pair pair = some_pair(4);
	uint8_t A[32], T[32], a[32], h[32], signature[64];

	(void)state;
	scalar_of(&pair, a);
	small_point(3, 0, T);
	for (int mixed = 0; mixed < 2; mixed++) {
		memcpy(A, pair.public_key.bytes, 32);
		if (mixed)
			assert_int_equal(crypto_core_ed25519_add(A, A, T), 0);
		for (size_t i = 0; i < 2 * SMALL_COUNT; i++) {
			small_point(i / 2, i % 2, signature);
			for (unsigned m = 0; m < 64; m++) {
				uint8_t msg = (uint8_t)m;

				challenge(signature, A, msg, h);
				crypto_core_ed25519_scalar_mul(signature + 32, h, a);
				assert_int_equal(
					kith_verify_raw(A, &msg, 1, signature), KITH_E_FORGED);
			}
		}
	}
}

/* S + n L for every n that leaves 32 bytes. */
static void only_the_smallest_S_is_accepted(void **state)
{
	static const uint8_t L[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c,
		0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	struct kith_sign_pair pair = some_pair(5);
	struct kith_signature signature;

	(void)state;
	kith_sign(&pair, "l", "m", 1, &signature);
	assert_int_equal(kith_verify(&pair.public_key, "l", "m", 1, &signature), 0);
	for (int n = 1; n < 15; n++) {
		sodium_add(signature.bytes + 32, L, 32);
		assert_int_equal(
			kith_verify(&pair.public_key, "l", "m", 1, &signature), KITH_E_FORGED);
	}
}

/* A = aB + T and R = rB + jT with T of order 8: S = r + h a satisfies the equation exactly if 8
 * divides h + j, and up to the cofactor always. The verdict must be the exact one. */
static void the_cofactor_is_not_multiplied_in(void **state)
{
	struct kith_sign_pair pair = some_pair(6);
	uint8_t A[32], T[32], a[32], h[32], r[32] = {77}, ha[32], signature[64];
	unsigned accepted = 0;

	(void)state;
	scalar_of(&pair, a);
	small_point(3, 0, T);
	assert_int_equal(crypto_core_ed25519_add(A, pair.public_key.bytes, T), 0);
	assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(signature, r), 0);
	for (unsigned j = 0; j < 8; j++) {
		for (unsigned m = 0; m < 100; m++) {
			uint8_t msg = (uint8_t)m;

			challenge(signature, A, msg, h);
			crypto_core_ed25519_scalar_mul(ha, h, a);
			crypto_core_ed25519_scalar_add(signature + 32, r, ha);
			assert_int_equal(kith_verify_raw(A, &msg, 1, signature),
				(h[0] + j) % 8 == 0 ? 0 : KITH_E_FORGED);
			accepted += (h[0] + j) % 8 == 0;
		}
		assert_int_equal(crypto_core_ed25519_add(signature, signature, T), 0);
	}
	assert_true(accepted > 50);
}

/* y + p for the few y below 19 that leave 255 bits; and bytes that are no point at all. */
static void keys_not_canonical_or_not_on_the_curve_are_refused(void **state)
{
	uint8_t A[32], signature[64] = {0}, one[32] = {1}, msg = 0;

	(void)state;
	assert_int_equal(crypto_scalarmult_ed25519_base_noclamp(signature, one), 0);
	signature[32] = 1;
	for (unsigned low = 0xed; low <= 0xff; low++) {
		for (unsigned top = 0x7f; top <= 0xff; top += 0x80) {
			memset(A, 0xff, sizeof(A));
			A[0] = (uint8_t)low;
			A[31] = (uint8_t)top;
			for (msg = 0; msg < 64; msg++)
				assert_int_equal(
					kith_verify_raw(A, &msg, 1, signature), KITH_E_FORGED);
		}
	}
	memset(A, 0, sizeof(A));
	A[0] = 2; /* y = 2 is not on the curve */
	assert_int_equal(kith_verify_raw(A, &msg, 1, signature), KITH_E_FORGED);
}

static void selftest_passes(void **state)
{
	(void)state;
	assert_int_equal(kith_sign_selftest(), 0);
}

/* ---- X25519 --------------------------------------------------------------------------------- */

/* RFC 7748 section 5.2: the second test, after one iteration and after a thousand. */
static void rfc_7748_iterations(void **state)
{
	uint8_t k[32] = {9}, r[32];
	struct kith_node_key u = {{9}};
	char text[65];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(kith_dh(k, &u, r), 0);
		memcpy(u.bytes, k, 32);
		memcpy(k, r, 32);
		kith_hex_format(k, 32, text);
		if (i == 0)
			assert_string_equal(text,
				"422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
	}
	assert_string_equal(
		text, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}

static void both_sides_agree(void **state)
{
	uint8_t seed[2][32] = {{8}, {16}}, shared[2][32];
	struct kith_node_pair a, b;

	(void)state;
	kith_node_pair_from_seed(seed[0], &a);
	kith_node_pair_from_seed(seed[1], &b);
	assert_memory_equal(a.secret, seed[0], 32);
	assert_memory_not_equal(&a.public_key, &b.public_key, 32);
	assert_int_equal(kith_dh(a.secret, &b.public_key, shared[0]), 0);
	assert_int_equal(kith_dh(b.secret, &a.public_key, shared[1]), 0);
	assert_memory_equal(shared[0], shared[1], 32);
}

/* The u-coordinates of small order (RFC 7748 section 6.1 asks to refuse their all-zero result). */
static void weak_public_keys_are_refused(void **state)
{
	static const char *const weak[] = {
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	};
	uint8_t secret[32] = {3}, out[32], zero[32] = {0};
	struct kith_node_key key;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(weak) / sizeof(weak[0]); i++) {
		assert_int_equal(kith_hex_parse(weak[i / 2], key.bytes, 32), 0);
		if (i % 2)
			key.bytes[31] |= 0x80; /* X25519 ignores the top bit */
		memset(out, 0xaa, sizeof(out));
		assert_int_equal(kith_dh(secret, &key, out), KITH_E_WEAK_KEY);
		assert_memory_equal(out, zero, sizeof(out));
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
		cmocka_unit_test(rfc_8032_examples),
		cmocka_unit_test(signature_is_over_label_nul_message),
		cmocka_unit_test(any_changed_bit_is_forged),
		cmocka_unit_test(lengths_up_to_the_limit_and_not_beyond),
		cmocka_unit_test(keys_of_small_order_are_refused),
		cmocka_unit_test(points_R_of_small_order_are_refused),
		cmocka_unit_test(only_the_smallest_S_is_accepted),
		cmocka_unit_test(the_cofactor_is_not_multiplied_in),
		cmocka_unit_test(keys_not_canonical_or_not_on_the_curve_are_refused),
		cmocka_unit_test(selftest_passes),
		cmocka_unit_test(rfc_7748_iterations),
		cmocka_unit_test(both_sides_agree),
		cmocka_unit_test(weak_public_keys_are_refused),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
