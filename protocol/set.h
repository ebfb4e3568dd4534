/*
 * set.h: the ordered set of one circle and class, with aggregates.
 *
 * Items are ordered by (created_ms, id). Inner nodes of the B+ tree hold, for each child, how many
 * items lie below it and the sum of their ids as little-endian 256-bit integers modulo 2^256, so
 * that the fingerprint of any range takes O(log n). An item says that a record is *known*: held,
 * erased or declined; the set does not tell which. Known things are never forgotten, so there is no
 * removal.
 *
 * Cost: 40 bytes an item plus under 10 % for the tree when items come in order, at most twice that
 * when they come at random. Pure memory: no I/O, no clock. Indices run from 0 to count.
 */
#ifndef KITH_PROTOCOL_SET_H
#define KITH_PROTOCOL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"
#include "keys/id.h"

struct kith_item {
	uint64_t created_ms;
	struct kith_record_id id;
};

/* Order of two items: by created_ms, then id as bytes. */
int kith_item_compare(const struct kith_item *a, const struct kith_item *b);

/* Sum of ids modulo 2^256, least significant word first, and how many. */
struct kith_sum {
	uint64_t word[4];
	uint64_t count;
};

struct kith_set;

struct kith_set *kith_set_new(void); /* NULL: no memory */
void kith_set_free(struct kith_set *set);

/*
 * Copies the item in. Appending in ascending order fills the leaves completely; use it to load a
 * set from a store. On an error nothing has changed.
 *   KITH_E_EXISTS    it is there
 *   KITH_E_ARGUMENT  created_ms is UINT64_MAX, which reconciliation reserves for infinity
 *   KITH_E_NOMEM
 */
KITH_MUST_CHECK int kith_set_insert(struct kith_set *set, const struct kith_item *item);

bool kith_set_contains(const struct kith_set *set, const struct kith_item *item);
size_t kith_set_count(const struct kith_set *set);
size_t kith_set_memory_bytes(const struct kith_set *set);

/* How many items come before *bound* (which need not be in the set). */
size_t kith_set_rank(const struct kith_set *set, const struct kith_item *bound);

/* The item at an index < count. */
struct kith_item kith_set_at(const struct kith_set *set, size_t index);

/* Aggregate of the items with begin <= index < end <= count. O(log n). */
struct kith_sum kith_set_sum(const struct kith_set *set, size_t begin, size_t end);

/* Calls visit for the items with begin <= index < end in order, until it returns non-zero, and
 * returns that value (0 at the end). visit must not change the set. */
int kith_set_each(const struct kith_set *set, size_t begin, size_t end,
	int (*visit)(void *ctx, const struct kith_item *item), void *ctx);

/* Whether every invariant listed in set_tree.h holds. Looks at every item: for tests and for
 * hunting a fault, not for the daily run. */
bool kith_set_check(const struct kith_set *set);

#endif
