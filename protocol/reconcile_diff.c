/*
 * reconcile_diff.c: one id list of the peer against one range of ours. The list is sorted by
 * pointers into the message; nothing is trusted about its order, and an id it repeats counts once.
 */
#include "protocol/reconcile_diff.h"

#include <stdlib.h>
#include <string.h>

struct listed {
	const uint8_t *id; /* in their message */
	bool settled;      /* ours as well, or told already */
};

struct comparison {
	const struct kith_reconcile_diff *diff;
	struct listed *sorted;
	size_t n;
};

static int compare_listed(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;

	return memcmp(left->id, right->id, KITH_ID_LEN);
}

/* The first entry with this id, so that one entry stands for all repetitions; NULL if none. */
static struct listed *look_up(const struct comparison *c, const uint8_t *id)
{
	size_t low = 0, high = c->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (memcmp(c->sorted[middle].id, id, KITH_ID_LEN) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == c->n || memcmp(c->sorted[low].id, id, KITH_ID_LEN) != 0)
		return NULL;
	return &c->sorted[low];
}

static int tell_have(void *ctx, const struct kith_item *item)
{
	const struct comparison *c = ctx;
	struct listed *entry = look_up(c, item->id.bytes);

	if (!entry)
		return c->diff->have(c->diff->ctx, &item->id);
	entry->settled = true;
	return 0;
}

static int tell_need(const struct comparison *c, const uint8_t *ids)
{
	struct kith_record_id id;
	int err = 0;

	for (size_t i = 0; i < c->n && !err; i++) {
		struct listed *entry = look_up(c, ids + i * KITH_ID_LEN);

		if (entry->settled)
			continue;
		entry->settled = true;
		memcpy(id.bytes, entry->id, KITH_ID_LEN);
		err = c->diff->need(c->diff->ctx, &id);
	}
	return err;
}

int kith_diff_tell(const struct kith_reconcile_diff *diff, const struct kith_set *set, size_t begin,
	size_t end, const uint8_t *ids, size_t n)
{
	struct comparison c = {.diff = diff, .n = n};
	int err;

	c.sorted = n ? malloc(n * sizeof(*c.sorted)) : NULL;
	if (n && !c.sorted)
		return KITH_E_NOMEM;
	for (size_t i = 0; i < n; i++)
		c.sorted[i] = (struct listed){.id = ids + i * KITH_ID_LEN};
	if (n)
		qsort(c.sorted, n, sizeof(*c.sorted), compare_listed);
	err = kith_set_each(set, begin, end, tell_have, &c);
	if (!err)
		err = tell_need(&c, ids);
	free(c.sorted);
	return err;
}
