/*
 * pending.c: an open-addressing hash table with linear probing and backward-shift deletion.
 *
 * The hash is keyed with a secret of this core, for the ids are chosen by strangers.
 *   I1  room is a power of two (or 0), and at most three quarters of the slots are used.
 *   I2  between an entry's home slot and its slot there is no empty slot.
 */
#include "protocol/pending.h"

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"

struct kith_pending {
	uint8_t key[16];
	struct kith_pending_entry *slots;
	uint8_t *used;
	size_t room;
	size_t count;
};

struct kith_pending *kith_pending_new(const struct kith_rng *rng)
{
	struct kith_pending *pending = calloc(1, sizeof(*pending));

	if (pending)
		kith_rng_fill(rng, pending->key, sizeof(pending->key));
	return pending;
}

void kith_pending_free(struct kith_pending *pending)
{
	if (!pending)
		return;
	free(pending->slots);
	free(pending->used);
	free(pending);
}

static size_t home(const struct kith_pending *pending, const struct kith_record_id *id)
{
	return (size_t)kith_siphash(pending->key, id->bytes, KITH_ID_LEN) & (pending->room - 1);
}

/* The slot of the id, or the empty slot where it would go (I2). */
static size_t slot_of(const struct kith_pending *pending, const struct kith_record_id *id)
{
	size_t i = home(pending, id);

	while (pending->used[i] && memcmp(pending->slots[i].id.bytes, id->bytes, KITH_ID_LEN) != 0)
		i = (i + 1) & (pending->room - 1);
	return i;
}

static bool grow(struct kith_pending *pending)
{
	struct kith_pending old = *pending;
	size_t room = old.room ? old.room * 2 : 64;
	struct kith_pending_entry *slots = malloc(room * sizeof(*slots));
	uint8_t *used = calloc(room, 1);

	if (!slots || !used) {
		free(slots);
		free(used);
		return false;
	}
	pending->slots = slots;
	pending->used = used;
	pending->room = room;
	for (size_t i = 0; i < old.room; i++) {
		if (!old.used[i])
			continue;
		size_t to = slot_of(pending, &old.slots[i].id);
		pending->slots[to] = old.slots[i];
		pending->used[to] = 1;
	}
	free(old.slots);
	free(old.used);
	return true;
}

struct kith_pending_entry *kith_pending_find(
	const struct kith_pending *pending, const struct kith_record_id *id)
{
	size_t i;

	if (pending->count == 0)
		return NULL;
	i = slot_of(pending, id);
	return pending->used[i] ? &pending->slots[i] : NULL;
}

struct kith_pending_entry *kith_pending_put(
	struct kith_pending *pending, const struct kith_record_id *id)
{
	size_t i;

	if ((pending->count + 1) * 4 > pending->room * 3 && !grow(pending))
		return NULL;
	i = slot_of(pending, id);
	pending->slots[i] = (struct kith_pending_entry){.id = *id};
	pending->used[i] = 1;
	pending->count++;
	return &pending->slots[i];
}

/* Empties a slot and moves later entries of the same run back, so that I2 holds. */
static void drop_slot(struct kith_pending *pending, size_t hole)
{
	size_t mask = pending->room - 1;

	for (size_t i = (hole + 1) & mask; pending->used[i]; i = (i + 1) & mask) {
		size_t want = home(pending, &pending->slots[i].id);

		/* May move only if its home does not lie cyclically in (hole, i]. */
		if (((i - want) & mask) >= ((i - hole) & mask)) {
			pending->slots[hole] = pending->slots[i];
			hole = i;
		}
	}
	pending->used[hole] = 0;
	pending->count--;
}

/* Gives memory back after a burst. */
static void release_when_empty(struct kith_pending *pending)
{
	if (pending->count > 0 || pending->room <= 1024)
		return;
	free(pending->slots);
	free(pending->used);
	pending->slots = NULL;
	pending->used = NULL;
	pending->room = 0;
}

void kith_pending_drop(struct kith_pending *pending, const struct kith_record_id *id)
{
	size_t i;

	if (pending->count == 0)
		return;
	i = slot_of(pending, id);
	if (pending->used[i])
		drop_slot(pending, i);
	release_when_empty(pending);
}

bool kith_pending_also(struct kith_pending_entry *entry, uint64_t conn)
{
	size_t empty = KITH_PENDING_ALSO;

	if (entry->conn == conn)
		return true;
	for (size_t i = KITH_PENDING_ALSO; i-- > 0;) {
		if (entry->also[i] == conn)
			return true;
		if (entry->also[i] == 0)
			empty = i;
	}
	if (empty == KITH_PENDING_ALSO)
		return false;
	entry->also[empty] = conn;
	return true;
}

void kith_pending_not_also(struct kith_pending_entry *entry, uint64_t conn)
{
	for (size_t i = 0; i < KITH_PENDING_ALSO; i++)
		if (entry->also[i] == conn)
			entry->also[i] = 0;
}

size_t kith_pending_count(const struct kith_pending *pending)
{
	return pending->count;
}

void kith_pending_sweep(struct kith_pending *pending,
	bool (*visit)(void *ctx, struct kith_pending_entry *entry), void *ctx)
{
	size_t i = 0;

	/* A drop may move a later entry into slot i, so i advances only when its entry stays. An
	 * entry that wraps from the start to the end of the table may be visited twice; visits are
	 * idempotent. */
	while (i < pending->room) {
		if (pending->used[i] && visit(ctx, &pending->slots[i]))
			drop_slot(pending, i);
		else
			i++;
	}
	release_when_empty(pending);
}
