/*
 * reconcile.h: range-based set reconciliation, negentropy protocol v1, byte for byte.
 *
 * Two parties that hold kith_sets exchange messages; each names ranges of the order (created_ms,
 * id) with a fingerprint or a list of ids, until the initiator knows which ids it has and the other
 * lacks ("have") and the reverse ("need"). SPEC section "Reconciliation" describes the bytes; the
 * public negentropy implementations are compatible. Based on: Meyer, "Range-Based Set
 * Reconciliation" (2023).
 *
 * Bytes in, bytes out: a struct kith_reconcile keeps nothing between messages but its set, its
 * limit and its role. The set may change between messages. The responder is stateless, so hostile
 * messages cost only the CPU of answering one of them: O(log n) for each range of the message and
 * what the answer costs to write, which the frame limit bounds.
 *
 * Always use a frame limit against a peer that is not trusted. Without one, an empty id list over
 * the whole order makes the responder answer with all its ids; the buffer's cap is then the only
 * bound.
 */
#ifndef KITH_PROTOCOL_RECONCILE_H
#define KITH_PROTOCOL_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/bytes.h"
#include "protocol/set.h"

#define KITH_RECONCILE_VERSION   0x61
#define KITH_RECONCILE_LIMIT_MIN 4096 /* smallest frame limit other than 0 (none) */

struct kith_reconcile {
	const struct kith_set *set; /* borrowed */
	size_t frame_limit;         /* 0: none; else >= KITH_RECONCILE_LIMIT_MIN */
	bool initiator;
	/* What fingerprints are made of: the sum over the items with begin <= index < end. NULL: of
	 * the ids themselves, kith_set_sum(). Set it after kith_reconcile_init(). */
	struct kith_sum (*sum)(void *ctx, size_t begin, size_t end);
	void *sum_ctx;
};

/*
 * What the initiator learns; called while a message is worked through, range by range in the order
 * of the set: for one range first each `have`, then each `need`, for a list of ids tells no
 * timestamps. Without frame limits and with an honest peer, each id is told once in a conversation.
 * With them it may be told again: the fingerprint that closes a message also covers ranges that
 * were settled before, and when it differs they are gone through once more. The caller treats a
 * repetition as nothing new. A non-zero return stops and becomes the return value of consume.
 */
struct kith_reconcile_diff {
	int (*have)(void *ctx, const struct kith_record_id *id);
	int (*need)(void *ctx, const struct kith_record_id *id);
	void *ctx;
};

/* KITH_E_ARGUMENT when frame_limit is neither 0 nor large enough. */
KITH_MUST_CHECK int kith_reconcile_init(
	struct kith_reconcile *r, const struct kith_set *set, size_t frame_limit, bool initiator);

/* The initiator's first message, appended to out. KITH_E_STATE for a responder. */
KITH_MUST_CHECK int kith_reconcile_initiate(const struct kith_reconcile *r, struct kith_buf *out);

/*
 * Works through one message of the other side and appends the answer to out. The initiator passes
 * diff; for it, an out that stayed empty means: done. A responder passes NULL and always answers.
 *   KITH_E_MALFORMED, KITH_E_TRUNCATED not a negentropy message; out and diff may hold a part
 *   already,
 *                                       the caller drops the conversation
 *   KITH_E_UNKNOWN_VERSION initiator only; a responder answers an unknown version with 0x61
 *   KITH_E_NOMEM, KITH_E_TOO_LARGE from out
 */
KITH_MUST_CHECK int kith_reconcile_consume(const struct kith_reconcile *r, const uint8_t *msg,
	size_t msg_len, const struct kith_reconcile_diff *diff, struct kith_buf *out);

#endif
