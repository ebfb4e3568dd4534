/*
 * view.h: the records of a node as the domain sees them: one by its id, and those that link to one.
 *
 * What records mean together (SPEC section "What records mean together") is decided in this folder
 * by pure functions over such a view. Nothing that is derived is ever stored: it is computed from
 * the records when somebody asks, so it can not depend on the order in which they arrived. The node
 * has a view of its database (node/store/view.h), the tests one of an array.
 *
 * A view shows what is held and what was erased (has_body is false then; the header with its links
 * stays); what was declined it does not show.
 *
 * What an attacker controls: every byte of every record; claims such as created_ms; how many
 * records there are, by as many authors as they like; where links lead. Links can not run in a
 * circle, for an id is a hash of the links; the walks here end even if they did. Each derivation
 * keeps at most a number of records that limits.h names, chosen by what they are and never by when
 * they came, and says in `cut` that there were more. No result is a rank.
 */
#ifndef KITH_PROTOCOL_DOMAIN_VIEW_H
#define KITH_PROTOCOL_DOMAIN_VIEW_H

#include "protocol/record.h"

/* The record dies when the visitor returns. Non-zero stops the walk and is returned by it. */
typedef int kith_view_visit(void *ctx, const struct kith_record *record);

/*
 * A visitor must not call the view it is called from: collect first, then look up. Errors beside
 * those of visitors are the view's own (storage, KITH_E_NOMEM, KITH_E_TIMEOUT).
 */
struct kith_view {
	void *ctx;
	/* KITH_E_NOT_FOUND: neither held nor erased here. */
	int (*get)(void *ctx, const struct kith_record_id *id, kith_view_visit *visit,
		void *visit_ctx);
	/* Every record with a link of that type to the target, each once, in any order. The target
	 * itself may be missing. */
	int (*linked)(void *ctx, const struct kith_record_id *target, uint32_t type,
		kith_view_visit *visit, void *visit_ctx);
};

KITH_MUST_CHECK int kith_view_get(const struct kith_view *view, const struct kith_record_id *id,
	kith_view_visit *visit, void *visit_ctx);
KITH_MUST_CHECK int kith_view_linked(const struct kith_view *view,
	const struct kith_record_id *target, uint32_t type, kith_view_visit *visit,
	void *visit_ctx);

/* A record to keep while others are visited; free it with kith_record_free(). KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_view_copy(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_record **out);

/* The order among records where time matters: (created_ms, id). Below 0: a is earlier. */
int kith_record_order(uint64_t a_ms, const struct kith_record_id *a, uint64_t b_ms,
	const struct kith_record_id *b);

#endif
