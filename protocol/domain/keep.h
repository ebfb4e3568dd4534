/*
 * keep.h: the first so many of many. Internal to domain/.
 *
 * Elements of one size come in any order; those that come first in `order`, a total order, are
 * kept. What is kept at the end does not depend on how they came.
 */
#ifndef KITH_PROTOCOL_DOMAIN_KEEP_H
#define KITH_PROTOCOL_DOMAIN_KEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "keys/error.h"

struct kith_keep {
	size_t size, max;
	int (*order)(const void *a, const void *b);
	unsigned char *items; /* count of them, in no order; take it, it is the heap's */
	size_t count;
	bool cut;
	size_t room; /* private */
};

static inline struct kith_keep kith_keep(
	size_t size, size_t max, int (*order)(const void *a, const void *b))
{
	return (struct kith_keep){.size = size, .max = max, .order = order};
}

/* Copies the element. KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_keep_add(struct kith_keep *keep, const void *item);
void kith_keep_clear(struct kith_keep *keep);

#endif
