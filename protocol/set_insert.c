/*
 * set_insert.c: kith_set_insert(). Finds the way down, allocates what the splits will need, and
 * only then changes anything, from the leaf up; nothing after the allocation can fail.
 */
#include "protocol/set_tree.h"

#include <assert.h>
#include <stdlib.h>

/* What the splits of one insertion need, allocated before anything moves. */
struct spare {
	struct leaf *leaf;
	struct inner *inner[HEIGHT_MAX];
	size_t n_inner;
};

static void spare_free(struct spare *spare)
{
	free(spare->leaf);
	for (size_t i = 0; i < spare->n_inner; i++)
		free(spare->inner[i]);
}

/* A full leaf splits; so does every full inner node in an unbroken row above it; and when that row
 * reaches the top, a new root is needed as well. */
static int spare_allocate(struct spare *spare, const struct kith_set *set, const struct path *path)
{
	size_t depth = set->height, wanted = 0;

	*spare = (struct spare){0};
	if (path->leaf->n < LEAF_ITEMS)
		return 0;
	while (depth > 0 && path->inner[depth - 1]->n == INNER_CHILDREN) {
		wanted++;
		depth--;
	}
	if (depth == 0)
		wanted++;
	assert(set->height + (depth == 0) <= HEIGHT_MAX);
	spare->leaf = malloc(sizeof(*spare->leaf));
	while (spare->leaf && spare->n_inner < wanted) {
		struct inner *inner = malloc(sizeof(*inner));

		if (!inner)
			break;
		spare->inner[spare->n_inner++] = inner;
	}
	if (spare->leaf && spare->n_inner == wanted)
		return 0;
	spare_free(spare);
	return KITH_E_NOMEM;
}

static void leaf_insert(struct leaf *leaf, size_t at, const struct kith_item *item)
{
	memmove(&leaf->item[at + 1], &leaf->item[at], (leaf->n - at) * sizeof(*item));
	leaf->item[at] = *item;
	leaf->n++;
}

/* Invariant (8): in halves, but at the end of the last leaf the new one starts empty. */
static void leaf_split(struct leaf *left, struct leaf *right, size_t at)
{
	size_t cut = at == left->n && !left->next ? left->n : left->n / 2;

	right->n = left->n - cut;
	memcpy(right->item, &left->item[cut], right->n * sizeof(right->item[0]));
	right->next = left->next;
	left->n = cut;
	left->next = right;
}

static void inner_set(struct inner *inner, size_t at, const struct entry *entry)
{
	inner->child[at] = entry->child;
	inner->first[at] = entry->first;
	memcpy(inner->sum[at], entry->sum.word, sizeof(inner->sum[at]));
	inner->count[at] = entry->sum.count;
}

static void inner_move(
	struct inner *to, size_t at, const struct inner *from, size_t begin, size_t n)
{
	memmove(&to->child[at], &from->child[begin], n * sizeof(to->child[0]));
	memmove(&to->first[at], &from->first[begin], n * sizeof(to->first[0]));
	memmove(&to->sum[at], &from->sum[begin], n * sizeof(to->sum[0]));
	memmove(&to->count[at], &from->count[begin], n * sizeof(to->count[0]));
}

static void inner_insert(struct inner *inner, size_t at, const struct entry *entry)
{
	inner_move(inner, at + 1, inner, at, inner->n - at);
	inner_set(inner, at, entry);
	inner->n++;
}

static void inner_split(struct inner *left, struct inner *right, size_t at, bool rightmost)
{
	size_t cut = at == left->n && rightmost ? left->n : left->n / 2;

	right->n = left->n - cut;
	inner_move(right, 0, left, cut, right->n);
	left->n = cut;
}

/* Puts the item into its leaf. True when that split; then *left and *right tell of the two halves.
 */
static bool grow_leaf(struct path *path, struct spare *spare, const struct kith_item *item,
	struct entry *left, struct entry *right)
{
	struct leaf *leaf = path->leaf, *other = spare->leaf;

	if (!other) {
		leaf_insert(leaf, path->at, item);
		return false;
	}
	leaf_split(leaf, other, path->at);
	if (path->at < leaf->n)
		leaf_insert(leaf, path->at, item);
	else
		leaf_insert(other, path->at - leaf->n, item);
	*left = leaf_entry(leaf);
	*right = leaf_entry(other);
	return true;
}

/* The same one level up, after the child at index became *left and *right. */
static bool grow_inner(struct inner *inner, size_t index, bool rightmost, struct spare *spare,
	struct entry *left, struct entry *right)
{
	size_t at = index + 1;
	struct inner *other;

	inner_set(inner, index, left);
	if (inner->n < INNER_CHILDREN) {
		inner_insert(inner, at, right);
		return false;
	}
	other = spare->inner[--spare->n_inner];
	inner_split(inner, other, at, rightmost);
	if (at < inner->n)
		inner_insert(inner, at, right);
	else
		inner_insert(other, at - inner->n, right);
	*left = inner_entry(inner);
	*right = inner_entry(other);
	return true;
}

/* Tells the parent of a child that did not split that the item is below it now. */
static void note_item(struct inner *inner, size_t index, const struct kith_item *item)
{
	struct kith_sum one = {0};

	add_item(&one, item);
	kith_sum_add_words(inner->sum[index], one.word);
	inner->count[index]++;
	if (kith_item_compare(item, &inner->first[index]) < 0)
		inner->first[index] = *item;
}

static void grow_root(struct kith_set *set, struct inner *root, const struct entry *left,
	const struct entry *right)
{
	root->n = 0;
	inner_insert(root, 0, left);
	inner_insert(root, 1, right);
	set->root.inner = root;
	set->height++;
}

int kith_set_insert(struct kith_set *set, const struct kith_item *item)
{
	struct entry left, right;
	struct spare spare;
	struct path path;
	bool split;

	if (item->created_ms == UINT64_MAX)
		return KITH_E_ARGUMENT;
	kith_set_descend(set, item, &path);
	if (path_found(&path, item))
		return KITH_E_EXISTS;
	if (spare_allocate(&spare, set, &path))
		return KITH_E_NOMEM;
	set->memory_bytes +=
		(spare.leaf ? sizeof(struct leaf) : 0) + spare.n_inner * sizeof(struct inner);
	add_item(&set->total, item);

	split = grow_leaf(&path, &spare, item, &left, &right);
	for (size_t depth = set->height; depth-- > 0;) {
		if (split)
			split = grow_inner(path.inner[depth], path.index[depth],
				path.rightmost[depth], &spare, &left, &right);
		else
			note_item(path.inner[depth], path.index[depth], item);
	}
	if (split)
		grow_root(set, spare.inner[--spare.n_inner], &left, &right);
	assert(spare.n_inner == 0);
	return 0;
}
