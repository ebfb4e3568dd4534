/*
 * items.h: items for tests and benchmarks, the same from every run: a small generator of numbers
 * that is started by a seed, and arrays of items made with it.
 */
#ifndef KITH_TESTS_ITEMS_H
#define KITH_TESTS_ITEMS_H

#include <stdlib.h>
#include <string.h>

#include "protocol/set.h"

struct prng {
	uint64_t state;
};

/* splitmix64 */
static inline uint64_t prng_next(struct prng *prng)
{
	uint64_t z = prng->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* 0 .. bound - 1 */
static inline size_t prng_below(struct prng *prng, size_t bound)
{
	return (size_t)(prng_next(prng) % bound);
}

/* An item with a timestamp below span. */
static inline struct kith_item prng_item(struct prng *prng, uint64_t span)
{
	struct kith_item item = {.created_ms = prng_next(prng) % span};

	for (size_t i = 0; i < KITH_ID_LEN; i += 8) {
		uint64_t word = prng_next(prng);

		memcpy(item.id.bytes + i, &word, sizeof(word));
	}
	return item;
}

static inline int items_order(const void *a, const void *b)
{
	return kith_item_compare(a, b);
}

static inline void items_sort(struct kith_item *items, size_t n)
{
	if (n)
		qsort(items, n, sizeof(*items), items_order);
}

/* n items on the heap, unsorted; the caller frees. Ids are random, so no two are equal. */
static inline struct kith_item *items_new(struct prng *prng, size_t n, uint64_t span)
{
	struct kith_item *items = calloc(n + 1, sizeof(*items));

	if (!items)
		abort();
	for (size_t i = 0; i < n; i++)
		items[i] = prng_item(prng, span);
	return items;
}

static inline void items_shuffle(struct prng *prng, struct kith_item *items, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t other = prng_below(prng, i);
		struct kith_item held = items[i - 1];

		items[i - 1] = items[other];
		items[other] = held;
	}
}

/* A set of the items in the order given; aborts where it cannot be made. */
static inline struct kith_set *items_set(const struct kith_item *items, size_t n)
{
	struct kith_set *set = kith_set_new();

	if (!set)
		abort();
	for (size_t i = 0; i < n; i++)
		if (kith_set_insert(set, &items[i]))
			abort();
	return set;
}

#endif
