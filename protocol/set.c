/* set.c: making, finding and summing; see set.h, and set_tree.h for what holds. */
#include "protocol/set_tree.h"

#include <assert.h>
#include <stdlib.h>

struct kith_set *kith_set_new(void)
{
	struct kith_set *set = malloc(sizeof(*set));
	struct leaf *leaf = malloc(sizeof(*leaf));

	if (!set || !leaf) {
		free(set);
		free(leaf);
		return NULL;
	}
	leaf->n = 0;
	leaf->next = NULL;
	*set = (struct kith_set){.root.leaf = leaf, .memory_bytes = sizeof(*set) + sizeof(*leaf)};
	return set;
}

static void free_node(union node node, size_t height)
{
	if (height == 0) {
		free(node.leaf);
		return;
	}
	for (size_t i = 0; i < node.inner->n; i++)
		free_node(node.inner->child[i], height - 1);
	free(node.inner);
}

void kith_set_free(struct kith_set *set)
{
	if (!set)
		return;
	free_node(set->root, set->height);
	free(set);
}

/* ---- finding ---- */

int kith_item_compare(const struct kith_item *a, const struct kith_item *b)
{
	if (a->created_ms != b->created_ms)
		return a->created_ms < b->created_ms ? -1 : 1;
	return memcmp(a->id.bytes, b->id.bytes, sizeof(a->id.bytes));
}

/* How many of n ascending items come before bound. */
static size_t count_before(const struct kith_item *item, size_t n, const struct kith_item *bound)
{
	size_t low = 0;

	while (low < n) {
		size_t middle = low + (n - low) / 2;

		if (kith_item_compare(&item[middle], bound) < 0)
			low = middle + 1;
		else
			n = middle;
	}
	return low;
}

/* The child below which bound is or belongs: the last whose first item is not after it. */
static size_t choose_child(const struct inner *inner, const struct kith_item *bound)
{
	size_t before = count_before(inner->first, inner->n, bound);

	if (before < inner->n && kith_item_compare(&inner->first[before], bound) == 0)
		return before;
	return before ? before - 1 : 0;
}

void kith_set_descend(const struct kith_set *set, const struct kith_item *bound, struct path *path)
{
	union node node = set->root;
	bool rightmost = true;

	path->rank = 0;
	for (size_t depth = 0; depth < set->height; depth++) {
		struct inner *inner = node.inner;
		size_t index = choose_child(inner, bound);

		for (size_t i = 0; i < index; i++)
			path->rank += inner->count[i];
		path->inner[depth] = inner;
		path->index[depth] = index;
		path->rightmost[depth] = rightmost;
		rightmost = rightmost && index == inner->n - 1;
		node = inner->child[index];
	}
	path->leaf = node.leaf;
	path->at = count_before(node.leaf->item, node.leaf->n, bound);
	path->rank += path->at;
}

bool kith_set_contains(const struct kith_set *set, const struct kith_item *item)
{
	struct path path;

	kith_set_descend(set, item, &path);
	return path_found(&path, item);
}

size_t kith_set_rank(const struct kith_set *set, const struct kith_item *bound)
{
	struct path path;

	kith_set_descend(set, bound, &path);
	return path.rank;
}

size_t kith_set_count(const struct kith_set *set)
{
	return (size_t)set->total.count;
}

size_t kith_set_memory_bytes(const struct kith_set *set)
{
	return set->memory_bytes;
}

/*
 * The leaf that holds the item at *index (the last leaf for index == count), and in *index the
 * item's place in it. Adds what lies before that leaf to *before, unless it is NULL.
 */
static const struct leaf *seek(const struct kith_set *set, size_t *index, struct kith_sum *before)
{
	union node node = set->root;

	for (size_t height = set->height; height > 0; height--) {
		const struct inner *inner = node.inner;
		size_t i = 0;

		for (; i + 1 < inner->n && *index >= inner->count[i]; i++) {
			*index -= (size_t)inner->count[i];
			if (before)
				add_child(before, inner, i);
		}
		node = inner->child[i];
	}
	return node.leaf;
}

struct kith_item kith_set_at(const struct kith_set *set, size_t index)
{
	const struct leaf *leaf;

	assert(index < kith_set_count(set));
	leaf = seek(set, &index, NULL);
	return leaf->item[index];
}

/* Sum over the items before index. */
static struct kith_sum sum_before(const struct kith_set *set, size_t index)
{
	struct kith_sum sum = {0}, partial;
	const struct leaf *leaf;

	if (index == set->total.count)
		return set->total;
	leaf = seek(set, &index, &sum);
	partial = sum_leaf(leaf, index);
	kith_sum_add(&sum, &partial);
	return sum;
}

struct kith_sum kith_set_sum(const struct kith_set *set, size_t begin, size_t end)
{
	struct kith_sum before, sum;

	assert(begin <= end && end <= kith_set_count(set));
	before = sum_before(set, begin);
	sum = sum_before(set, end);
	kith_sum_subtract(&sum, &before);
	return sum;
}

int kith_set_each(const struct kith_set *set, size_t begin, size_t end,
	int (*visit)(void *ctx, const struct kith_item *item), void *ctx)
{
	const struct leaf *leaf;
	size_t at = begin;
	int result = 0;

	assert(begin <= end && end <= kith_set_count(set));
	leaf = seek(set, &at, NULL);
	for (size_t left = end - begin; left > 0 && !result; left--) {
		if (at == leaf->n) {
			leaf = leaf->next;
			at = 0;
		}
		result = visit(ctx, &leaf->item[at++]);
	}
	return result;
}
