/* hash.c: BLAKE2b with labels, HMAC and HKDF over it; see hash.h. The primitives are libsodium's.
 */
#include "keys/hash.h"

#include <sodium.h>
#include <string.h>

#include "keys/must.h"
#include "keys/secret.h"

typedef crypto_generichash_blake2b_state blake2b;

_Static_assert(crypto_generichash_blake2b_BYTES_MAX == KITH_BLAKE2B_LEN, "BLAKE2b-512");
_Static_assert(crypto_shorthash_siphash24_KEYBYTES == 16, "SipHash key");
_Static_assert(crypto_hash_sha256_BYTES == 32, "SHA-256");

static void update(blake2b *state, const void *data, size_t len)
{
	if (len)
		kith_must(crypto_generichash_blake2b_update(state, data, len));
}

void kith_hash(const char *label, const void *msg, size_t msg_len, struct kith_hash *out)
{
	blake2b state;

	kith_must(crypto_generichash_blake2b_init(&state, NULL, 0, KITH_ID_LEN));
	update(&state, label, strlen(label) + 1);
	update(&state, msg, msg_len);
	kith_must(crypto_generichash_blake2b_final(&state, out->bytes, KITH_ID_LEN));
	kith_wipe(&state, sizeof(state));
}

void kith_hash_keyed(
	const uint8_t *key, size_t key_len, const void *msg, size_t msg_len, struct kith_hash *out)
{
	blake2b state;

	/* Without this, libsodium would take an empty key for "not keyed". */
	kith_must(key_len < 1 || key_len > crypto_generichash_blake2b_KEYBYTES_MAX);
	kith_must(crypto_generichash_blake2b_init(&state, key, key_len, KITH_ID_LEN));
	update(&state, msg, msg_len);
	kith_must(crypto_generichash_blake2b_final(&state, out->bytes, KITH_ID_LEN));
	kith_wipe(&state, sizeof(state));
}

void kith_blake2b_512(
	const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[KITH_BLAKE2B_LEN])
{
	blake2b state;

	kith_must(crypto_generichash_blake2b_init(&state, NULL, 0, KITH_BLAKE2B_LEN));
	update(&state, a, a_len);
	update(&state, b, b_len);
	kith_must(crypto_generichash_blake2b_final(&state, out, KITH_BLAKE2B_LEN));
	kith_wipe(&state, sizeof(state));
}

/* BLAKE2b-512((block XOR pad) || a || b): either half of HMAC, RFC 2104 section 2. */
static void hmac_half(const uint8_t block[KITH_BLAKE2B_BLOCK], uint8_t pad, const void *a,
	size_t a_len, const void *b, size_t b_len, uint8_t out[KITH_BLAKE2B_LEN])
{
	uint8_t padded[KITH_BLAKE2B_BLOCK];
	blake2b state;

	for (size_t i = 0; i < sizeof(padded); i++)
		padded[i] = block[i] ^ pad;
	kith_must(crypto_generichash_blake2b_init(&state, NULL, 0, KITH_BLAKE2B_LEN));
	update(&state, padded, sizeof(padded));
	update(&state, a, a_len);
	update(&state, b, b_len);
	kith_must(crypto_generichash_blake2b_final(&state, out, KITH_BLAKE2B_LEN));
	kith_wipe(&state, sizeof(state));
	kith_wipe(padded, sizeof(padded));
}

void kith_hmac(const uint8_t *key, size_t key_len, const void *a, size_t a_len, const void *b,
	size_t b_len, uint8_t out[KITH_BLAKE2B_LEN])
{
	uint8_t block[KITH_BLAKE2B_BLOCK] = {0};
	uint8_t inner[KITH_BLAKE2B_LEN];

	if (key_len > sizeof(block))
		kith_blake2b_512(key, key_len, NULL, 0, block);
	else if (key_len)
		memcpy(block, key, key_len);
	hmac_half(block, 0x36, a, a_len, b, b_len, inner);
	hmac_half(block, 0x5c, inner, sizeof(inner), NULL, 0, out);
	kith_wipe(block, sizeof(block));
	kith_wipe(inner, sizeof(inner));
}

/* Noise section 4.3. The chaining key is read once and first, so out1 may be its memory. */
void kith_hkdf(const uint8_t chaining_key[KITH_BLAKE2B_LEN], const uint8_t *ikm, size_t ikm_len,
	uint8_t out1[KITH_BLAKE2B_LEN], uint8_t out2[KITH_BLAKE2B_LEN],
	uint8_t out3[KITH_BLAKE2B_LEN])
{
	static const uint8_t one = 1, two = 2, three = 3;
	uint8_t temp[KITH_BLAKE2B_LEN];

	kith_hmac(chaining_key, KITH_BLAKE2B_LEN, ikm, ikm_len, NULL, 0, temp);
	kith_hmac(temp, sizeof(temp), &one, 1, NULL, 0, out1);
	kith_hmac(temp, sizeof(temp), out1, KITH_BLAKE2B_LEN, &two, 1, out2);
	if (out3)
		kith_hmac(temp, sizeof(temp), out2, KITH_BLAKE2B_LEN, &three, 1, out3);
	kith_wipe(temp, sizeof(temp));
}

void kith_sha256(const void *msg, size_t msg_len, uint8_t out[32])
{
	static const uint8_t nothing;

	kith_must(crypto_hash_sha256(out, msg_len ? msg : &nothing, msg_len));
}

uint64_t kith_siphash(const uint8_t key[16], const void *msg, size_t msg_len)
{
	static const uint8_t nothing;
	uint8_t out[crypto_shorthash_siphash24_BYTES];
	uint64_t value = 0;

	kith_must(crypto_shorthash_siphash24(out, msg_len ? msg : &nothing, msg_len, key));
	for (size_t i = sizeof(out); i-- > 0;)
		value = value << 8 | out[i];
	return value;
}
