/*
 * reconcile_diff.h: what the initiator learns from one id list; for reconcile.c alone.
 */
#ifndef KITH_PROTOCOL_RECONCILE_DIFF_H
#define KITH_PROTOCOL_RECONCILE_DIFF_H

#include "protocol/reconcile.h"

/*
 * Compares our items with begin <= index < end with the n ids (n * KITH_ID_LEN bytes) that the
 * other side lists for that range: diff->have for each of ours that is not listed, in the order of
 * the set, then diff->need for each listed one that is not ours, in the order of the list and once
 * each. O((n + end - begin) log n). KITH_E_NOMEM, or what a call returned when not 0.
 */
KITH_MUST_CHECK int kith_diff_tell(const struct kith_reconcile_diff *diff,
	const struct kith_set *set, size_t begin, size_t end, const uint8_t *ids, size_t n);

#endif
