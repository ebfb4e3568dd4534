/*
 * sign.h: the two key pairs of a home, and the strict Ed25519 that all nodes must agree on.
 *
 * A person or group signs with Ed25519. A node transports with X25519. The two are never derived from
 * each other. Key pairs are made from a seed that the caller draws from its RNG.
 *
 * Which signatures are accepted is part of the protocol (SPEC section "Signatures"): canonical S, no
 * public key or R of small order, canonical encoding of the public key; the cofactorless equation.
 * kith_sign_selftest() proves it on known cases; a node whose library decides otherwise must not run,
 * for its set would never become equal to its partners'.
 */
#ifndef KITH_KEYS_SIGN_H
#define KITH_KEYS_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"

#define KITH_SEED_LEN      32
#define KITH_SIGNATURE_LEN 64

struct kith_signature { uint8_t bytes[KITH_SIGNATURE_LEN]; };

/* Both structs hold secrets: keep them in kith_secret_new() memory. */
struct kith_sign_pair {
	struct kith_author public_key;
	uint8_t secret[64]; /* libsodium's form: seed, then public key */
};

struct kith_node_pair {
	struct kith_node_key public_key;
	uint8_t secret[32];
};

void kith_sign_pair_from_seed(const uint8_t seed[KITH_SEED_LEN], struct kith_sign_pair *out);
void kith_node_pair_from_seed(const uint8_t seed[KITH_SEED_LEN], struct kith_node_pair *out);

/* Deterministic Ed25519 (RFC 8032) over label || 0x00 || msg; msg_len <= KITH_SIGN_MSG_MAX. */
#define KITH_SIGN_MSG_MAX 512
void kith_sign(const struct kith_sign_pair *pair, const char *label, const void *msg, size_t msg_len,
	struct kith_signature *out);

/* KITH_E_FORGED unless the signature holds under the strict rules above. */
KITH_MUST_CHECK int kith_verify(const struct kith_author *author, const char *label,
	const void *msg, size_t msg_len, const struct kith_signature *signature);

/* The bare primitive, without a label, for test vectors. KITH_E_FORGED. */
KITH_MUST_CHECK int kith_verify_raw(const uint8_t public_key[32], const void *msg, size_t msg_len,
	const uint8_t signature[KITH_SIGNATURE_LEN]);

/* X25519; KITH_E_WEAK_KEY when the result is all zero. */
KITH_MUST_CHECK int kith_dh(const uint8_t secret[32], const struct kith_node_key *public_key,
	uint8_t out[32]);

/* Known good and known bad signatures get the verdict the protocol names. KITH_E_SELFTEST. */
KITH_MUST_CHECK int kith_sign_selftest(void);

#endif
