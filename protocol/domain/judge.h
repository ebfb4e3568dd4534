/*
 * judge.h: does this link count, now that its target is known?
 *
 * Some rules of links need the target (SPEC section "Links that count"). They are no reason to
 * decline a record that arrives, since its target may come later, and sets must become equal
 * whatever the order; so such a link is stored and shown, but does not count. Every derivation asks
 * here first. Who publishes is told at once, when the target is known to their node.
 */
#ifndef KITH_PROTOCOL_DOMAIN_JUDGE_H
#define KITH_PROTOCOL_DOMAIN_JUDGE_H

#include "protocol/domain/view.h"

/*
 * Whether a link of that type from source to target counts: 1; or 0, and *why (may be NULL) is the
 * rule, a constant sentence as "must be by the author of what it revises"; or KITH_E_NOMEM. The
 * source need not really hold the link, so that one can ask before writing it.
 */
KITH_MUST_CHECK int kith_link_counts(const struct kith_record *source, uint32_t type,
	const struct kith_record *target, const char **why);

/*
 * What a writer is told before publishing: 0, or KITH_E_RULE with the first link whose target is
 * here and that would not count, as field "links[1]" and its rule; or the view's error.
 */
KITH_MUST_CHECK int kith_links_check(const struct kith_view *view, const struct kith_record *record,
	struct kith_problem *problem);

#endif
