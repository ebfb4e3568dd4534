/*
 * handshake.h: what kith makes of Noise (SPEC section "Handshake").
 *
 * Prologue "kith/1". Message 1 carries nothing, messages 2 and 3 a Hello each: version, node
 * certificate, capabilities, agent. Each side takes the other's certificate only if the node key
 * in it is the one that Noise proved. Which groups are partners is not decided here.
 *
 * Internal to the session, which frames the messages and owns the time.
 */
#ifndef KITH_PROTOCOL_HANDSHAKE_H
#define KITH_PROTOCOL_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/bytes.h"
#include "protocol/noise.h"
#include "protocol/session.h"

/* What our own Hello says, and what certificates are judged by. Borrowed bytes. */
struct kith_hello {
	struct kith_bytes certificate;
	uint64_t capabilities;
	const char *agent; /* NULL: none */
};

/* Serialised, at most KITH_HELLO_MAX_BYTES. KITH_E_ARGUMENT when it does not fit or the agent is
 * too long. */
KITH_MUST_CHECK int kith_hello_encode(
	const struct kith_hello *hello, uint8_t out[KITH_HELLO_MAX_BYTES], size_t *out_len);

/*
 * Reads the other side's Hello and verifies its certificate, which must name `node`, the key that
 * Noise has proved. KITH_E_MALFORMED, KITH_E_TOO_LARGE, KITH_E_UNKNOWN_VERSION, KITH_E_FORGED,
 * KITH_E_EXPIRED; then out is all zero.
 */
KITH_MUST_CHECK int kith_hello_open(const uint8_t *data, size_t len,
	const struct kith_node_key *node, uint64_t wall_ms, struct kith_session_peer *out);

/* Starts `noise`; remote is NULL for the responder, who draws its ephemeral key only once
 * message 1 holds. */
void kith_handshake_init(struct kith_noise *noise, const struct kith_session_config *config,
	const struct kith_node_key *remote);

/* Bounds on the length of the next message, ours or theirs, before any byte of it is kept. */
void kith_handshake_bounds(const struct kith_noise *noise, size_t *min, size_t *max);

/* Appends our next message with its length. KITH_E_STATE, KITH_E_WEAK_KEY, KITH_E_ARGUMENT,
 * KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_handshake_create(
	struct kith_noise *noise, const struct kith_session_config *config, struct kith_buf *out);

/* Takes the other side's next message; peer is filled by the one that brings its Hello. */
KITH_MUST_CHECK int kith_handshake_consume(struct kith_noise *noise,
	const struct kith_session_config *config, uint64_t wall_ms, struct kith_bytes msg,
	struct kith_session_peer *peer);

#endif
