/* sign.c: Ed25519 over labelled messages and X25519, both libsodium's; the rules are in sign.h. */
#include "keys/sign.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include "keys/must.h"
#include "keys/secret.h"

_Static_assert(crypto_sign_ed25519_SEEDBYTES == KITH_SEED_LEN, "seed");
_Static_assert(crypto_sign_ed25519_BYTES == KITH_SIGNATURE_LEN, "signature");
_Static_assert(crypto_scalarmult_curve25519_SCALARBYTES == KITH_SEED_LEN, "X25519 secret");

/* ---- key pairs ------------------------------------------------------------------------------ */

void kith_sign_pair_from_seed(const uint8_t seed[KITH_SEED_LEN], struct kith_sign_pair *out)
{
	kith_must(crypto_sign_ed25519_seed_keypair(out->public_key.bytes, out->secret, seed));
}

void kith_node_pair_from_seed(const uint8_t seed[KITH_SEED_LEN], struct kith_node_pair *out)
{
	memcpy(out->secret, seed, sizeof(out->secret));
	kith_must(crypto_scalarmult_curve25519_base(out->public_key.bytes, out->secret));
}

/* ---- signatures ----------------------------------------------------------------------------- */

#define LABELLED_MAX (KITH_SIGN_LABEL_MAX + 1 + KITH_SIGN_MSG_MAX)

/* label || 0x00 || msg. The NUL keeps a label from being the beginning of another. */
static int labelled(const char *label, const void *msg, size_t msg_len, uint8_t out[LABELLED_MAX],
	size_t *out_len)
{
	size_t label_len = strnlen(label, KITH_SIGN_LABEL_MAX + 1);

	if (label_len > KITH_SIGN_LABEL_MAX || msg_len > KITH_SIGN_MSG_MAX)
		return KITH_E_ARGUMENT;
	memcpy(out, label, label_len);
	out[label_len] = 0;
	if (msg_len)
		memcpy(out + label_len + 1, msg, msg_len);
	*out_len = label_len + 1 + msg_len;
	return 0;
}

void kith_sign(const struct kith_sign_pair *pair, const char *label, const void *msg,
	size_t msg_len, struct kith_signature *out)
{
	uint8_t whole[LABELLED_MAX];
	size_t whole_len;

	kith_must(labelled(label, msg, msg_len, whole, &whole_len));
	kith_must(crypto_sign_ed25519_detached(out->bytes, NULL, whole, whole_len, pair->secret));
	kith_wipe(whole, sizeof(whole));
}

int kith_verify(const struct kith_author *author, const char *label, const void *msg,
	size_t msg_len, const struct kith_signature *signature)
{
	uint8_t whole[LABELLED_MAX];
	size_t whole_len;
	int err = labelled(label, msg, msg_len, whole, &whole_len);

	if (!err)
		err = kith_verify_raw(author->bytes, whole, whole_len, signature->bytes);
	kith_wipe(whole, sizeof(whole));
	return err;
}

int kith_verify_raw(const uint8_t public_key[32], const void *msg, size_t msg_len,
	const uint8_t signature[KITH_SIGNATURE_LEN])
{
	static const uint8_t nothing;
	const void *data = msg_len ? msg : &nothing;

	if (crypto_sign_ed25519_verify_detached(signature, data, msg_len, public_key) != 0)
		return KITH_E_FORGED;
	return 0;
}

/* ---- X25519 --------------------------------------------------------------------------------- */

int kith_dh(const uint8_t secret[32], const struct kith_node_key *public_key, uint8_t out[32])
{
	uint8_t shared[32];
	int err = 0;

	/* libsodium fails on points of small order; the rule of the protocol is about the result.
	 */
	if (crypto_scalarmult_curve25519(shared, secret, public_key->bytes) != 0 ||
		sodium_is_zero(shared, sizeof(shared))) {
		err = KITH_E_WEAK_KEY;
		kith_wipe(out, 32);
	} else {
		memcpy(out, shared, sizeof(shared));
	}
	kith_wipe(shared, sizeof(shared));
	return err;
}

/* ---- self-test ------------------------------------------------------------------------------ */

/* One signature of a one-byte message and the verdict that sign.h gives it. */
struct known_case {
	bool accepted;
	const char *public_key;
	uint8_t msg;
	const char *signature; /* R || S */
};

/* clang-format off */
#define RFC_KEY  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define KEY_BIT  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4668c"
#define RFC_R    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
#define RFC_S    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
#define R_BIT    "93a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
#define S_BIT    "095ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
#define S_PLUS_L "f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10"
#define BASE     "5866666666666666666666666666666666666666666666666666666666666666"
#define ONE      "0100000000000000000000000000000000000000000000000000000000000000"
#define ONE_P    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
#define ORDER_2  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
#define ORDER_8  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
#define ONE_S    "675d054595fa17cb6a44e3ada6ca385e55667e41a63fdab0ac22d10000354002"
#define MIXED    "0169d3c02f3edd121cafbe1dfd45c4cf4aac216a79e36e6326419f2a654d2d46"
#define MIXED_R  "a6ba265031aaa650b70ec3568254d5b7a6d69ffafffa9542537cfdfa3fd9e283"
#define MIXED_S1 "ef10a65d71522c1cfa7aa4eb7b5a448995144a0dbd64dea0ca450a2621b36507"
#define MIXED_S2 "b615e3225567401722b0d6818287672f80a038030796a4e997322fb1ec613600"
#define MIXED_S3 "723698e73e9cc06bc83cc916661a092770301c049e879e753c932087f026ca05"

static const struct known_case known_cases[] = {
	/* RFC 8032 section 7.1, TEST 2; then one bit of R, S, the message, the key changed. */
	{true,  RFC_KEY, 0x72, RFC_R RFC_S},
	{false, RFC_KEY, 0x72, R_BIT RFC_S},
	{false, RFC_KEY, 0x72, RFC_R S_BIT},
	{false, RFC_KEY, 0x73, RFC_R RFC_S},
	{false, KEY_BIT, 0x72, RFC_R RFC_S},
	/* In all that follow but the last, the equation of rule 5 holds. Rule 1: S + L. */
	{false, RFC_KEY, 0x72, RFC_R S_PLUS_L},
	/* Rules 2 and 3: a key of order 1, as y and as y + p; of order 2; of order 8. */
	{false, ONE,     0x72, BASE ONE},
	{false, ONE_P,   0x72, BASE ONE},
	{false, ORDER_2, 0x00, BASE ONE},
	{false, ORDER_8, 0x1c, BASE ONE},
	/* Rule 4: an R of order 1. */
	{false, RFC_KEY, 0x72, ONE ONE_S},
	/* Rule 5, a key with a part of order 8: h makes it vanish; a like part of R undoes it; only
	 * multiplying both sides by eight would make it vanish. */
	{true,  MIXED,   0x06, RFC_R MIXED_S1},
	{true,  MIXED,   0x03, MIXED_R MIXED_S2},
	{false, MIXED,   0x00, RFC_R MIXED_S3},
};
/* clang-format on */

static int check_known_case(const struct known_case *known)
{
	uint8_t public_key[KITH_ID_LEN], signature[KITH_SIGNATURE_LEN];
	bool accepted;

	if (kith_hex_parse(known->public_key, public_key, sizeof(public_key)) != 0 ||
		kith_hex_parse(known->signature, signature, sizeof(signature)) != 0)
		return KITH_E_SELFTEST;
	accepted = kith_verify_raw(public_key, &known->msg, 1, signature) == 0;
	return accepted == known->accepted ? 0 : KITH_E_SELFTEST;
}

/* A pair made from the seed 1, 2, ... 32 signs twice alike, and only under its own label. */
static int check_round_trip(void)
{
	uint8_t seed[KITH_SEED_LEN];
	struct kith_sign_pair pair;
	struct kith_signature first, second;
	int err = KITH_E_SELFTEST;

	for (size_t i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(i + 1);
	kith_sign_pair_from_seed(seed, &pair);
	kith_sign(&pair, "kith/1 selftest", seed, sizeof(seed), &first);
	kith_sign(&pair, "kith/1 selftest", seed, sizeof(seed), &second);
	if (memcmp(&first, &second, sizeof(first)) != 0)
		goto out;
	if (kith_verify(&pair.public_key, "kith/1 selftest", seed, sizeof(seed), &first) != 0)
		goto out;
	if (kith_verify(&pair.public_key, "kith/1 selftes", seed, sizeof(seed), &first) == 0)
		goto out;
	err = 0;
out:
	kith_wipe(&pair, sizeof(pair));
	return err;
}

int kith_sign_selftest(void)
{
	for (size_t i = 0; i < sizeof(known_cases) / sizeof(known_cases[0]); i++) {
		int err = check_known_case(&known_cases[i]);

		if (err)
			return err;
	}
	return check_round_trip();
}
