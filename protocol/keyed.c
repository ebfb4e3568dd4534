/*
 * keyed.c: see keyed.h. Two flat arrays: the blocks, and for each GROUP blocks their sum, so that a
 * prefix takes two short walks. Both are small and rarely changed in the middle.
 */
#include "protocol/keyed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "protocol/sum.h"

enum { GROUP = 128, BLOCK_MAX = 4 * KITH_KEYED_BLOCK };

struct kith_keyed {
	const struct kith_set *set;
	size_t scanned; /* K1 */
	struct kith_sum *blocks, *groups;
	size_t count, room; /* of blocks; groups have room / GROUP */
	/* The prefix asked for last: the ranges of a message are neighbours. */
	size_t known_at;
	struct kith_sum known;
};

struct kith_keyed *kith_keyed_new(const struct kith_set *set)
{
	struct kith_keyed *keyed = calloc(1, sizeof(*keyed));

	if (keyed)
		keyed->set = set;
	return keyed;
}

void kith_keyed_free(struct kith_keyed *keyed)
{
	if (!keyed)
		return;
	free(keyed->blocks);
	free(keyed->groups);
	free(keyed);
}

bool kith_keyed_done(const struct kith_keyed *keyed)
{
	return keyed->scanned == kith_set_count(keyed->set);
}

size_t kith_keyed_memory_bytes(const struct kith_keyed *keyed)
{
	return sizeof(*keyed) + (keyed->room + keyed->room / GROUP) * sizeof(*keyed->blocks);
}

/* ---- hashing --------------------------------------------------------------------------------- */

struct hashing {
	const uint8_t *key;
	struct kith_sum sum;
};

static int add_item(void *ctx, const struct kith_item *item)
{
	struct hashing *hashing = ctx;
	struct kith_hash hash;

	kith_hash_keyed(
		hashing->key, KITH_AUDIT_KEY_LEN, item->id.bytes, sizeof(item->id.bytes), &hash);
	kith_sum_add_number(&hashing->sum, hash.bytes);
	return 0;
}

static struct kith_sum hash_range(
	const struct kith_keyed *keyed, const uint8_t *key, size_t begin, size_t end)
{
	struct hashing hashing = {.key = key};

	if (begin < end)
		(void)kith_set_each(keyed->set, begin, end, add_item, &hashing);
	return hashing.sum;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static int make_room(struct kith_keyed *keyed)
{
	/* As many as the set will need, and a little for what comes meanwhile. */
	size_t want = kith_set_count(keyed->set) / KITH_KEYED_BLOCK + keyed->room / 4 + 1;
	size_t room = (want / GROUP + 1) * GROUP;
	struct kith_sum *blocks, *groups;

	if (keyed->count < keyed->room)
		return 0;
	if (room <= keyed->room)
		room = keyed->room + GROUP;
	blocks = realloc(keyed->blocks, room * sizeof(*blocks));
	if (!blocks)
		return KITH_E_NOMEM;
	keyed->blocks = blocks;
	groups = realloc(keyed->groups, room / GROUP * sizeof(*groups));
	if (!groups)
		return KITH_E_NOMEM;
	keyed->groups = groups;
	keyed->room = room;
	return 0;
}

static int append(struct kith_keyed *keyed, const struct kith_sum *sum)
{
	struct kith_sum *group;
	int err = make_room(keyed);

	if (err)
		return err;
	group = &keyed->groups[keyed->count / GROUP];
	if (keyed->count % GROUP == 0)
		*group = (struct kith_sum){0};
	kith_sum_add(group, sum);
	keyed->blocks[keyed->count++] = *sum;
	keyed->scanned += sum->count;
	return 0;
}

/* The block that holds the item at *index < scanned; *index becomes the place in it, and what lies
 * before the block is added to *before. For index == scanned: behind the last block. */
static size_t seek(const struct kith_keyed *keyed, size_t *index, struct kith_sum *before)
{
	size_t i = 0;

	while (i + GROUP <= keyed->count && *index >= keyed->groups[i / GROUP].count) {
		*index -= (size_t)keyed->groups[i / GROUP].count;
		kith_sum_add(before, &keyed->groups[i / GROUP]);
		i += GROUP;
	}
	for (; i < keyed->count && *index >= keyed->blocks[i].count; i++) {
		*index -= (size_t)keyed->blocks[i].count;
		kith_sum_add(before, &keyed->blocks[i]);
	}
	return i;
}

/* K2. Block i, which begins at `first`, becomes two. */
static int split(struct kith_keyed *keyed, const uint8_t *key, size_t i, size_t first)
{
	struct kith_sum left = hash_range(keyed, key, first, first + BLOCK_MAX / 2);
	int err = make_room(keyed);

	if (err)
		return err;
	memmove(&keyed->blocks[i + 1], &keyed->blocks[i],
		(keyed->count - i) * sizeof(*keyed->blocks));
	keyed->blocks[i] = left;
	kith_sum_subtract(&keyed->blocks[i + 1], &left);
	keyed->count++;
	for (size_t g = i / GROUP; g * GROUP < keyed->count; g++) {
		keyed->groups[g] = (struct kith_sum){0};
		for (size_t b = g * GROUP; b < keyed->count && b < (g + 1) * GROUP; b++)
			kith_sum_add(&keyed->groups[g], &keyed->blocks[b]);
	}
	return 0;
}

/* ---- the scan, and what comes meanwhile ------------------------------------------------------ */

int kith_keyed_scan(struct kith_keyed *keyed, const uint8_t key[KITH_AUDIT_KEY_LEN], size_t most)
{
	size_t left = kith_set_count(keyed->set) - keyed->scanned;
	int err = 0;

	left = left < most ? left : most;
	while (!err && left > 0) {
		size_t n = left < KITH_KEYED_BLOCK ? left : KITH_KEYED_BLOCK;
		struct kith_sum sum = hash_range(keyed, key, keyed->scanned, keyed->scanned + n);

		err = append(keyed, &sum);
		left -= n;
	}
	return err;
}

/* Adds one item to block i. */
static int enter(struct kith_keyed *keyed, const uint8_t *key, size_t i, size_t first,
	const struct kith_sum *one)
{
	kith_sum_add(&keyed->blocks[i], one);
	kith_sum_add(&keyed->groups[i / GROUP], one);
	keyed->scanned++;
	return keyed->blocks[i].count > BLOCK_MAX ? split(keyed, key, i, first) : 0;
}

int kith_keyed_inserted(struct kith_keyed *keyed, const uint8_t key[KITH_AUDIT_KEY_LEN],
	const struct kith_item *item)
{
	size_t index = kith_set_rank(keyed->set, item), within = index, i;
	bool was_done = keyed->scanned + 1 == kith_set_count(keyed->set);
	struct hashing one = {.key = key};
	struct kith_sum before = {0};

	keyed->known_at = 0;
	keyed->known = (struct kith_sum){0};
	if (index > keyed->scanned || (index == keyed->scanned && !was_done))
		return 0; /* the scan will come to it */
	(void)add_item(&one, item);
	i = seek(keyed, &within, &before);
	if (i < keyed->count)
		return enter(keyed, key, i, index - within, &one.sum);
	if (i > 0 && keyed->blocks[i - 1].count < KITH_KEYED_BLOCK)
		return enter(keyed, key, i - 1, index, &one.sum);
	return append(keyed, &one.sum);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static struct kith_sum sum_before(struct kith_keyed *keyed, const uint8_t *key, size_t index)
{
	struct kith_sum sum = {0}, rest;
	size_t within = index;

	if (index == keyed->known_at)
		return keyed->known;
	(void)seek(keyed, &within, &sum);
	rest = hash_range(keyed, key, index - within, index);
	kith_sum_add(&sum, &rest);
	keyed->known_at = index;
	keyed->known = sum;
	return sum;
}

struct kith_sum kith_keyed_sum(
	struct kith_keyed *keyed, const uint8_t key[KITH_AUDIT_KEY_LEN], size_t begin, size_t end)
{
	struct kith_sum before, sum;

	assert(begin <= end && end <= keyed->scanned && kith_keyed_done(keyed));
	before = sum_before(keyed, key, begin);
	sum = sum_before(keyed, key, end);
	kith_sum_subtract(&sum, &before);
	return sum;
}
