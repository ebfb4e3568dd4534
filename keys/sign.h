/*
 * sign.h: the two key pairs of a home, and the strict Ed25519 that all nodes must agree on.
 *
 * A person or group signs with Ed25519. A node transports with X25519. The two are never derived
 * from each other. Key pairs are made from a seed that the caller draws from its RNG.
 *
 * Which signatures are accepted is part of the protocol (SPEC section "Signatures"), for if two
 * nodes decide differently, their sets never become equal. With p = 2^255 - 19, L the order of the
 * base point B, and a signature R || S (32 bytes each) by the public key A over M, a signature is
 * accepted if and only if all of these hold:
 *
 *   1. S, read as a little-endian number, is less than L.
 *   2. A encodes a point of the curve (RFC 8032 section 5.1.3), and its y is less than p.
 *   3. A is not one of the eight points of order 1, 2, 4 or 8.
 *   4. R is not an encoding of one of these eight points, in whichever form: y or y + p, and either
 *      sign bit even where x is 0.
 *   5. R equals, byte for byte, the canonical encoding of [S]B - [h]A, where h is
 *      SHA-512(R || A || M) as a little-endian number, reduced modulo L before it multiplies A.
 *
 * By 5, no other encoding of R than the canonical one is accepted, and the cofactor is not
 * multiplied in: A and R may have a part of small order beside the one of order L, provided that
 * the equation holds exactly. A check that multiplies by eight, as batch verification does, accepts
 * more and must not be used.
 *
 * This is what crypto_sign_verify_detached() of libsodium 1.0.18 does, unless it was built with
 * ED25519_COMPAT. kith_sign_selftest() proves it on known cases; a node whose library decides
 * otherwise must not run.
 */
#ifndef KITH_KEYS_SIGN_H
#define KITH_KEYS_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"

#define KITH_SEED_LEN      32
#define KITH_SIGNATURE_LEN 64

struct kith_signature {
	uint8_t bytes[KITH_SIGNATURE_LEN];
};

/* Both structs hold secrets: keep them in kith_secret_new() memory. */
struct kith_sign_pair {
	struct kith_author public_key;
	uint8_t secret[64]; /* libsodium's form: seed, then public key */
};

struct kith_node_pair {
	struct kith_node_key public_key;
	uint8_t secret[32];
};

/* An X25519 secret is the seed itself; X25519 clamps it at each use (RFC 7748 section 5). */
void kith_sign_pair_from_seed(const uint8_t seed[KITH_SEED_LEN], struct kith_sign_pair *out);
void kith_node_pair_from_seed(const uint8_t seed[KITH_SEED_LEN], struct kith_node_pair *out);

/* Deterministic Ed25519 (RFC 8032) over label || 0x00 || msg. A label of ours is never longer than
 * KITH_SIGN_LABEL_MAX, nor a message longer than KITH_SIGN_MSG_MAX: signing more aborts. */
#define KITH_SIGN_LABEL_MAX 64
#define KITH_SIGN_MSG_MAX   512
void kith_sign(const struct kith_sign_pair *pair, const char *label, const void *msg,
	size_t msg_len, struct kith_signature *out);

/* KITH_E_FORGED unless the signature holds under the strict rules above; KITH_E_ARGUMENT when the
 * label or the message is too long to have been signed. */
KITH_MUST_CHECK int kith_verify(const struct kith_author *author, const char *label,
	const void *msg, size_t msg_len, const struct kith_signature *signature);

/* The bare primitive, without a label, for test vectors. KITH_E_FORGED. */
KITH_MUST_CHECK int kith_verify_raw(const uint8_t public_key[32], const void *msg, size_t msg_len,
	const uint8_t signature[KITH_SIGNATURE_LEN]);

/* X25519; KITH_E_WEAK_KEY when the result is all zero, which then is what out holds. */
KITH_MUST_CHECK int kith_dh(
	const uint8_t secret[32], const struct kith_node_key *public_key, uint8_t out[32]);

/* Known good and known bad signatures get the verdict the protocol names. KITH_E_SELFTEST. */
KITH_MUST_CHECK int kith_sign_selftest(void);

#endif
