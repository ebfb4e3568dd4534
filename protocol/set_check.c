/* set_check.c: the invariants of set_tree.h, each looked at by its number. */
#include "protocol/set_tree.h"

/* What a walk in order has seen so far. */
struct audit {
	const struct kith_item *previous; /* NULL before the first */
	const struct leaf *expected;      /* the leaf that `next` promised; NULL at the ends */
	size_t memory_bytes;
};

static bool same_sum(const struct kith_sum *a, const struct kith_sum *b)
{
	return a->count == b->count && memcmp(a->word, b->word, sizeof(a->word)) == 0;
}

static bool check_leaf(struct audit *audit, const struct leaf *leaf, bool rightmost)
{
	if (leaf->n > LEAF_ITEMS || (!rightmost && leaf->n < LEAF_ITEMS / 2)) /* (2) (8) */
		return false;
	if ((audit->previous && leaf != audit->expected) || rightmost != !leaf->next) /* (7) */
		return false;
	for (size_t i = 0; i < leaf->n; i++) { /* (4) */
		if (audit->previous && kith_item_compare(audit->previous, &leaf->item[i]) >= 0)
			return false;
		audit->previous = &leaf->item[i];
	}
	audit->expected = leaf->next;
	audit->memory_bytes += sizeof(*leaf);
	return true;
}

static bool check_node(
	struct audit *audit, union node node, size_t height, bool rightmost, struct entry *out)
{
	const struct inner *inner = node.inner;
	struct entry below;

	if (height == 0) { /* (1): a node of another kind at this depth fails in every way */
		if (!check_leaf(audit, node.leaf, rightmost))
			return false;
		*out = node.leaf->n ? leaf_entry(node.leaf) : (struct entry){.child = node};
		return true;
	}
	if (inner->n < 1 || inner->n > INNER_CHILDREN ||
		(!rightmost && inner->n < INNER_CHILDREN / 2)) /* (3) (8) */
		return false;
	for (size_t i = 0; i < inner->n; i++) {
		struct kith_sum told = {.count = inner->count[i]};

		if (!check_node(audit, inner->child[i], height - 1, rightmost && i == inner->n - 1,
			    &below))
			return false;
		memcpy(told.word, inner->sum[i], sizeof(told.word));
		if (below.sum.count == 0 || !same_sum(&told, &below.sum) ||     /* (2) (6) */
			kith_item_compare(&below.first, &inner->first[i]) != 0) /* (5) */
			return false;
	}
	audit->memory_bytes += sizeof(*inner);
	*out = inner_entry(node.inner);
	return true;
}

bool kith_set_check(const struct kith_set *set)
{
	struct audit audit = {.memory_bytes = sizeof(*set)};
	struct entry all;

	if (set->height > HEIGHT_MAX || (set->height > 0 && set->root.inner->n < 2)) /* (3) */
		return false;
	return check_node(&audit, set->root, set->height, true, &all) &&
	       same_sum(&all.sum, &set->total) && audit.memory_bytes == set->memory_bytes; /* (9) */
}
