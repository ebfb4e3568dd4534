/*
 * session.h: one encrypted conversation with one node, from the first byte to the Bye.
 *
 * Bytes in, bytes out. The session runs the handshake (handshake.h: Noise XK with prologue
 * "kith/1" and a Hello in messages 2 and 3), then cuts its messages into Noise frames. On the wire
 * (SPEC section "Transport") everything is
 *
 *     length u16 big-endian | that many bytes
 *
 * first the three handshake messages, then frames. A frame's plaintext begins with its type:
 * 0 data, 1 rekey, 2 bye. The data of all data frames is one stream of messages
 *
 *     type u8 | length u24 big-endian | payload         (payload <= KITH_MESSAGE_MAX_BYTES)
 *
 * which need not end where a frame ends. After a rekey frame its direction goes on under REKEY(k);
 * the sender rekeys before KITH_REKEY_FRAMES frames or KITH_REKEY_MS have passed, the receiver
 * holds it to the first. A bye frame carries one byte of reason and is the last of its direction;
 * a stream that ends without one was truncated, and says so.
 *
 * A responder sends nothing before it has a valid first message, so a scanner gets no byte. Any
 * error is final: the session is dead and the caller closes the connection without sending
 * anything.
 *
 * A data frame holds at least one byte of that stream. A key seals at most KITH_REKEY_FRAMES
 * frames, of which the last is a rekey frame.
 *
 * What a session may hold: one incoming frame, one incoming message, and the output the caller has
 * not taken, which the caller bounds by asking kith_session_output() first.
 */
#ifndef KITH_PROTOCOL_SESSION_H
#define KITH_PROTOCOL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/hash.h"
#include "keys/rng.h"
#include "keys/sign.h"
#include "protocol/bytes.h"
#include "protocol/certificate.h"
#include "protocol/limits.h"

/* Why a side says Bye: one byte on the wire. */
enum kith_bye {
	KITH_BYE_SHUTDOWN = 0,  /* the node is going down; come back later */
	KITH_BYE_DUPLICATE = 1, /* a second connection to the same partner */
	KITH_BYE_REFUSED = 2,   /* not a partner here */
	KITH_BYE_PAUSED = 3,    /* a partner, but paused here */
	KITH_BYE_PROTOCOL = 4,  /* the other side broke a rule */
	KITH_BYE_OVERLOAD = 5,  /* over a limit; come back later */
	KITH_BYE_REMOVED = 6,   /* no longer a partner */
};
const char *kith_bye_name(uint8_t reason);

struct kith_session_config {
	const struct kith_node_pair *node; /* borrowed for the session's life */
	struct kith_bytes certificate;     /* own, serialised; borrowed during the handshake */
	const char *agent;                 /* borrowed; at most KITH_AGENT_MAX_BYTES */
	const struct kith_rng *rng;        /* borrowed */
	uint64_t capabilities;             /* for our Hello: KITH_CAPABILITY_* */
};

/* Bits of a Hello's capabilities. */
#define KITH_CAPABILITY_AUDIT 1u /* answers AUDIT */

#define KITH_AUDIT_KEY_LEN 32

struct kith_session;

/* Both copy what they keep; NULL: no memory, no certificate, a certificate or agent too long for a
 * Hello, or a remote key of small order. A dialled session has its first message in the output at
 * once. wall_ms is what certificates are judged by. */
struct kith_session *kith_session_dial(const struct kith_session_config *config,
	const struct kith_node_key *remote, uint64_t now_ms, uint64_t wall_ms);
struct kith_session *kith_session_accept(
	const struct kith_session_config *config, uint64_t now_ms, uint64_t wall_ms);
void kith_session_free(struct kith_session *session); /* wipes; NULL allowed */

/* The one that was borrowed is about to go; a handshake under way goes on with this one. */
void kith_session_replace_certificate(struct kith_session *session, struct kith_bytes certificate);

enum kith_session_event_type {
	KITH_SESSION_NONE,        /* all bytes taken, nothing complete */
	KITH_SESSION_ESTABLISHED, /* the handshake is done and the certificate holds */
	KITH_SESSION_MESSAGE,
	KITH_SESSION_BYE, /* the other side is done; nothing follows */
};

struct kith_session_peer {
	struct kith_certificate certificate; /* its node key is the one the handshake proved */
	uint64_t capabilities;
	/* Printable ASCII; anything else is replaced by '?'. */
	char agent[KITH_AGENT_MAX_BYTES + 1];
};

struct kith_session_event {
	enum kith_session_event_type type;
	uint8_t message_type;      /* MESSAGE */
	struct kith_bytes payload; /* MESSAGE; dies at the next kith_session_receive() or _free() */
	uint8_t bye;               /* BYE: an enum kith_bye or a number from a later version */
};

/*
 * Takes bytes from (*data, *len), moving both forward, until one event is there or no byte is left.
 * Call again until the event is KITH_SESSION_NONE.
 *   KITH_E_MALFORMED, KITH_E_FORGED, KITH_E_TOO_LARGE, KITH_E_WEAK_KEY, KITH_E_EXPIRED,
 *   KITH_E_UNKNOWN_VERSION, KITH_E_UNEXPECTED (bytes after the bye; too long without rekey),
 *   KITH_E_TIMEOUT (the handshake is past its deadline), KITH_E_NOMEM; KITH_E_STATE once dead
 */
KITH_MUST_CHECK int kith_session_receive(struct kith_session *session, const uint8_t **data,
	size_t *len, uint64_t now_ms, struct kith_session_event *event);

/* After ESTABLISHED, else NULL / all zero. */
const struct kith_session_peer *kith_session_peer(const struct kith_session *session);
const uint8_t *kith_session_hash(const struct kith_session *session); /* KITH_BLAKE2B_LEN bytes */
/* KITH_AUDIT_KEY_LEN bytes that nobody but the two sides can know, or NULL before ESTABLISHED and
 * once the session is dead. Dies with the session's keys: ask again at each use. */
const uint8_t *kith_session_audit_key(const struct kith_session *session);
bool kith_session_is_initiator(const struct kith_session *session);

/* Queues one message made of up to two parts (either may be empty). KITH_E_STATE before
 * ESTABLISHED, after bye, or with an output far over KITH_SEND_QUEUE_MAX_BYTES, and
 * KITH_E_TOO_LARGE change nothing; KITH_E_NOMEM is final, here and in the two calls below. */
KITH_MUST_CHECK int kith_session_send(struct kith_session *session, uint8_t message_type,
	const void *a, size_t a_len, const void *b, size_t b_len, uint64_t now_ms);

/* Seals what is queued into frames; call once after a round of sends. */
KITH_MUST_CHECK int kith_session_flush(struct kith_session *session, uint64_t now_ms);

/* Seals what is queued and the Bye. Nothing can be sent afterwards. Harmless before ESTABLISHED. */
KITH_MUST_CHECK int kith_session_bye(struct kith_session *session, uint8_t reason, uint64_t now_ms);

/* Bytes for the network; the caller consumes what it has taken (kith_buf_consume), or takes data
 * whole and calls kith_buf_init(out, out->cap). Memory of an empty output is given back by this
 * call. */
struct kith_buf *kith_session_output(struct kith_session *session);

/* False when the connection ended without the other side's Bye: the end was cut off. */
bool kith_session_ended_cleanly(const struct kith_session *session);

/* When the last frame that proved authentic came, or the handshake was done; 0 before. Bytes that
 * complete nothing are no sign of life: anybody on the way can make a length longer and then
 * wait. */
uint64_t kith_session_heard_ms(const struct kith_session *session);

/* When the handshake must be done (absolute), or UINT64_MAX once it is. */
uint64_t kith_session_deadline_ms(const struct kith_session *session);

#endif
