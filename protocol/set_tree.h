/*
 * set_tree.h: what a kith_set is made of; for set.c, set_insert.c and set_check.c alone.
 *
 * A B+ tree of items whose inner nodes know the count and sum of what lies below each child. What
 * holds between any two calls, and kith_set_check() looks at all of it:
 *
 *  (1) All leaves lie at the same depth, `height` inner nodes below the root; height 0 means that
 *  the
 *      root is a leaf.
 *  (2) A leaf holds n items, 1 <= n <= LEAF_ITEMS; only the root leaf of an empty set holds none.
 *  (3) An inner node holds n children, 1 <= n <= INNER_CHILDREN; an inner root at least two.
 *  (4) Items ascend strictly, within a leaf and from each leaf to the next.
 *  (5) first[i] is the smallest item below child i.
 *  (6) count[i] and sum[i] are the number of items below child i and the sum of their ids.
 *  (7) A leaf's `next` is the leaf to its right; the rightmost has none.
 *  (8) A node that is not the rightmost of its level is at least half full: a node in the middle
 *      splits in halves, and the rightmost gets a right neighbour only when it is full.
 *  (9) total is the count and sum of the whole set; memory_bytes is the size of all nodes and the
 *  set.
 *
 * From (8) follows the height: at half full, HEIGHT_MAX levels hold more than 2^60 items.
 */
#ifndef KITH_PROTOCOL_SET_TREE_H
#define KITH_PROTOCOL_SET_TREE_H

#include "protocol/set.h"
#include "protocol/sum.h"

#include <string.h>

enum {
	LEAF_ITEMS = 100,    /* 4,016 bytes: a leaf and its header stay within a page */
	INNER_CHILDREN = 64, /* 5.6 KiB; a million items stand three inner levels below the root */
	HEIGHT_MAX = 12,
};

struct leaf {
	size_t n;
	struct leaf *next;
	struct kith_item item[LEAF_ITEMS];
};

struct inner;
union node {
	struct leaf *leaf;
	struct inner *inner;
};

/* One array for each column, so that a scan over counts or sums touches nothing else. */
struct inner {
	size_t n;
	union node child[INNER_CHILDREN];
	uint64_t count[INNER_CHILDREN];
	uint64_t sum[INNER_CHILDREN][4];
	struct kith_item first[INNER_CHILDREN];
};

struct kith_set {
	union node root;
	size_t height;
	struct kith_sum total;
	size_t memory_bytes;
};

/* The way from the root to where an item is or belongs. */
struct path {
	struct inner *inner[HEIGHT_MAX];
	size_t index[HEIGHT_MAX];   /* of the child taken */
	bool rightmost[HEIGHT_MAX]; /* is inner[d] the last of its level? */
	struct leaf *leaf;
	size_t at;   /* index in the leaf of the first item that is not before the one sought */
	size_t rank; /* number of items before it in the whole set */
};

/* A child with what its parent has to know about it. */
struct entry {
	union node child;
	struct kith_item first;
	struct kith_sum sum;
};

static inline void add_item(struct kith_sum *sum, const struct kith_item *item)
{
	kith_sum_add_number(sum, item->id.bytes);
}

static inline void add_child(struct kith_sum *sum, const struct inner *inner, size_t index)
{
	kith_sum_add_words(sum->word, inner->sum[index]);
	sum->count += inner->count[index];
}

static inline struct kith_sum sum_leaf(const struct leaf *leaf, size_t n)
{
	struct kith_sum sum = {0};

	for (size_t i = 0; i < n; i++)
		add_item(&sum, &leaf->item[i]);
	return sum;
}

static inline struct kith_sum sum_inner(const struct inner *inner, size_t n)
{
	struct kith_sum sum = {0};

	for (size_t i = 0; i < n; i++)
		add_child(&sum, inner, i);
	return sum;
}

static inline struct entry leaf_entry(struct leaf *leaf)
{
	return (struct entry){
		.child.leaf = leaf, .first = leaf->item[0], .sum = sum_leaf(leaf, leaf->n)};
}

static inline struct entry inner_entry(struct inner *inner)
{
	return (struct entry){
		.child.inner = inner, .first = inner->first[0], .sum = sum_inner(inner, inner->n)};
}

/* The way to where item is or belongs. */
void kith_set_descend(const struct kith_set *set, const struct kith_item *item, struct path *out);

/* Whether the way led to the item itself. */
static inline bool path_found(const struct path *path, const struct kith_item *item)
{
	return path->at < path->leaf->n &&
	       kith_item_compare(&path->leaf->item[path->at], item) == 0;
}

#endif
