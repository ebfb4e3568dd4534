/*
 * noise.h: Noise_XK_25519_ChaChaPoly_BLAKE2b, and nothing about kith.
 *
 * The Noise Protocol Framework, revision 34, for this one pattern:
 *
 *     <- s
 *     ...
 *     -> e, es
 *     <- e, ee
 *     -> s, se
 *
 * Bytes in, bytes out; ephemeral keys are handed in as a key pair, so that vectors can be
 * replayed. A failed call leaves the handshake dead: every later call returns KITH_E_STATE.
 * All-zero DH results are refused. Keep both structs in guarded memory; *_clear wipes.
 */
#ifndef KITH_PROTOCOL_NOISE_H
#define KITH_PROTOCOL_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/hash.h"
#include "keys/id.h"
#include "keys/sign.h"
#include "protocol/limits.h"

/* CipherState, section 5.1. The nonce is 4 zero bytes and the counter, little-endian. */
struct kith_cipher {
	uint8_t key[32];
	uint64_t nonce;
	bool has_key;
};

/* out has room for len + KITH_FRAME_TAG_BYTES. KITH_E_STATE without a key or when the counter is
 * spent. */
KITH_MUST_CHECK int kith_cipher_encrypt(struct kith_cipher *cipher, const uint8_t *ad,
	size_t ad_len, const uint8_t *plain, size_t len, uint8_t *out);
/* out has room for len - KITH_FRAME_TAG_BYTES. KITH_E_TRUNCATED, KITH_E_FORGED; then out is
 * zeroed and the counter has not moved. out may be sealed itself. */
KITH_MUST_CHECK int kith_cipher_decrypt(struct kith_cipher *cipher, const uint8_t *ad,
	size_t ad_len, const uint8_t *sealed, size_t len, uint8_t *out);
/* REKEY(k), section 4.2; the counter goes on. */
void kith_cipher_rekey(struct kith_cipher *cipher);

struct kith_noise {
	struct kith_cipher cipher;
	uint8_t chaining_key[KITH_BLAKE2B_LEN];
	uint8_t hash[KITH_BLAKE2B_LEN];
	struct kith_node_pair static_pair;
	struct kith_node_pair ephemeral;
	/* Known to the initiator from the start, to the responder after message 3. */
	struct kith_node_key remote_static;
	struct kith_node_key remote_ephemeral;
	bool initiator;
	int step; /* messages done, 0..3; -1: dead */
};

/* remote is NULL for the responder, who may also leave out the ephemeral pair and put it into
 * noise->ephemeral before it creates message 2. Copies all arguments. */
void kith_noise_init(struct kith_noise *noise, bool initiator, const uint8_t *prologue,
	size_t prologue_len, const struct kith_node_pair *static_pair,
	const struct kith_node_pair *ephemeral, const struct kith_node_key *remote);

/* Bytes that message 0, 1 or 2 adds to its payload: 48, 48, 64. */
size_t kith_noise_overhead(int step);

/* The next message, when it is our turn; out has room for payload_len + overhead.
 * KITH_E_STATE, KITH_E_WEAK_KEY, KITH_E_TOO_LARGE (over KITH_FRAME_MAX_BYTES). */
KITH_MUST_CHECK int kith_noise_create(struct kith_noise *noise, const uint8_t *payload,
	size_t payload_len, uint8_t *out, size_t *out_len);

/* The next message of the other side; payload has room for msg_len - overhead.
 * KITH_E_TRUNCATED, KITH_E_FORGED, KITH_E_WEAK_KEY, KITH_E_STATE, KITH_E_TOO_LARGE. */
KITH_MUST_CHECK int kith_noise_consume(struct kith_noise *noise, const uint8_t *msg, size_t msg_len,
	uint8_t *payload, size_t *payload_len);

/* After message 3: the two transport ciphers and the handshake hash. KITH_E_STATE before. */
KITH_MUST_CHECK int kith_noise_split(struct kith_noise *noise, struct kith_cipher *send,
	struct kith_cipher *receive, uint8_t handshake_hash[KITH_BLAKE2B_LEN]);

/* After message 3: a secret of both sides for another purpose than sealing, told apart by its
 * label: the first output of HKDF(ck, label), cut to 32 bytes. Split() takes HKDF of an empty
 * input, so neither says anything of the other. KITH_E_STATE before. */
KITH_MUST_CHECK int kith_noise_export(
	const struct kith_noise *noise, const char *label, uint8_t out[32]);

void kith_noise_clear(struct kith_noise *noise);

#endif
