/*
 * hash.h: BLAKE2b in the forms kith needs.
 *
 * - kith_hash_*: BLAKE2b-256 (RFC 7693) over a domain label and a message, for ids and body hashes.
 *   The label is hashed with its terminating NUL, so that no label is the beginning of another.
 * - kith_blake2b_512: plain BLAKE2b-512, HASH() of Noise.
 * - kith_hmac / kith_hkdf: HMAC (RFC 2104) with BLAKE2b-512 and a block of 128 bytes, and the HKDF
 *   of the Noise specification, section 4.3. BLAKE2b's own keyed mode is a substitute for neither.
 *
 * Nothing here allocates or fails; a length out of the range given aborts. Intermediate key
 * material is wiped. An empty input may be NULL with length 0.
 */
#ifndef KITH_KEYS_HASH_H
#define KITH_KEYS_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"

#define KITH_BLAKE2B_LEN   64
#define KITH_BLAKE2B_BLOCK 128

/* BLAKE2b-256(label || 0x00 || msg). */
void kith_hash(const char *label, const void *msg, size_t msg_len, struct kith_hash *out);

/* BLAKE2b-256 keyed with key (1..64 bytes), over msg. */
void kith_hash_keyed(
	const uint8_t *key, size_t key_len, const void *msg, size_t msg_len, struct kith_hash *out);

/* BLAKE2b-512 over the concatenation of two parts (either may be empty). */
void kith_blake2b_512(
	const void *a, size_t a_len, const void *b, size_t b_len, uint8_t out[KITH_BLAKE2B_LEN]);

/* HMAC-BLAKE2b-512 over the concatenation of two parts; a longer key than a block is hashed. */
void kith_hmac(const uint8_t *key, size_t key_len, const void *a, size_t a_len, const void *b,
	size_t b_len, uint8_t out[KITH_BLAKE2B_LEN]);

/* Noise HKDF with two or three outputs; out3 NULL for two. ikm may be empty (len 0). out1 may be
 * the memory of chaining_key. */
void kith_hkdf(const uint8_t chaining_key[KITH_BLAKE2B_LEN], const uint8_t *ikm, size_t ikm_len,
	uint8_t out1[KITH_BLAKE2B_LEN], uint8_t out2[KITH_BLAKE2B_LEN],
	uint8_t out3[KITH_BLAKE2B_LEN]);

/* SHA-256, only because negentropy's fingerprints are made of it. */
void kith_sha256(const void *msg, size_t msg_len, uint8_t out[32]);

/* Fast bytes -> 64-bit keyed hash (SipHash-2-4) for hash tables that a peer may try to flood. */
uint64_t kith_siphash(const uint8_t key[16], const void *msg, size_t msg_len);

#endif
