/*
 * refused.c: see refused.h. Sets of WAYS slots; an id belongs into one of them, in any place. A
 * slot whose time is over stays until its place is wanted, for the number of times it holds.
 */
#include "protocol/refused.h"

#include <stdlib.h>

#include "keys/hash.h"
#include "protocol/limits.h"

enum { WAYS = 8, ROOM_MIN = 64, TIMES_MAX = 63 };

struct kith_refusal {
	uint64_t print; /* 0: empty */
	uint64_t until_ms;
	uint32_t times;
};

void kith_refused_init(struct kith_refused *refused, const struct kith_rng *rng)
{
	*refused = (struct kith_refused){0};
	kith_rng_fill(rng, refused->key, sizeof(refused->key));
}

void kith_refused_clear(struct kith_refused *refused)
{
	free(refused->slots);
	refused->slots = NULL;
	refused->room = 0;
}

size_t kith_refused_memory_bytes(const struct kith_refused *refused)
{
	return refused->room * sizeof(*refused->slots);
}

static uint64_t print_of(const struct kith_refused *refused, const struct kith_record_id *id)
{
	uint64_t print = kith_siphash(refused->key, id->bytes, KITH_ID_LEN);

	return print ? print : 1;
}

/* The first slot of the set that the id belongs into. */
static struct kith_refusal *set_of(const struct kith_refused *refused, uint64_t print)
{
	return &refused->slots[(size_t)(print % (refused->room / WAYS)) * WAYS];
}

static struct kith_refusal *find(const struct kith_refused *refused, uint64_t print)
{
	struct kith_refusal *set;

	if (refused->room == 0)
		return NULL;
	set = set_of(refused, print);
	for (size_t i = 0; i < WAYS; i++)
		if (set[i].print == print)
			return &set[i];
	return NULL;
}

bool kith_refused_now(
	const struct kith_refused *refused, const struct kith_record_id *id, uint64_t now_ms)
{
	const struct kith_refusal *slot;

	if (refused->room == 0)
		return false;
	slot = find(refused, print_of(refused, id));
	return slot && now_ms < slot->until_ms;
}

/* Twice the sets, or the first ones; each old set goes into two new ones, so all find a place. */
static bool grow(struct kith_refused *refused)
{
	struct kith_refused old = *refused;
	size_t room = old.room ? old.room * 2 : ROOM_MIN;

	if (room > KITH_REFUSED_MAX)
		return false;
	refused->slots = calloc(room, sizeof(*refused->slots));
	if (!refused->slots) {
		refused->slots = old.slots;
		return false;
	}
	refused->room = room;
	for (size_t i = 0; i < old.room; i++) {
		struct kith_refusal *at = set_of(refused, old.slots[i].print);

		if (!old.slots[i].print)
			continue;
		while (at->print)
			at++;
		*at = old.slots[i];
	}
	free(old.slots);
	return true;
}

/* A slot for a new id: empty, or else the one that ends first. */
static struct kith_refusal *make_place(struct kith_refused *refused, uint64_t print)
{
	struct kith_refusal *set = set_of(refused, print), *best = set;

	for (size_t i = 1; i < WAYS; i++)
		if (set[i].until_ms < best->until_ms)
			best = &set[i];
	return best;
}

static struct kith_refusal *put(
	struct kith_refused *refused, const struct kith_record_id *id, uint64_t now_ms)
{
	uint64_t print = print_of(refused, id);
	struct kith_refusal *slot = find(refused, print);

	if (slot)
		return slot;
	if (refused->room == 0 && !grow(refused))
		return NULL;
	slot = make_place(refused, print);
	if (slot->until_ms > now_ms && grow(refused))
		slot = make_place(refused, print);
	*slot = (struct kith_refusal){.print = print};
	return slot;
}

void kith_refused_until(struct kith_refused *refused, const struct kith_record_id *id,
	uint64_t until_ms, uint64_t now_ms)
{
	struct kith_refusal *slot = put(refused, id, now_ms);
	uint64_t latest_ms = now_ms + KITH_REFUSED_LAST_MS;

	if (slot)
		slot->until_ms = until_ms < latest_ms ? until_ms : latest_ms;
}

void kith_refused_again(
	struct kith_refused *refused, const struct kith_record_id *id, uint64_t now_ms)
{
	struct kith_refusal *slot = put(refused, id, now_ms);
	uint64_t wait_ms = KITH_REFUSED_FIRST_MS;

	if (!slot)
		return;
	for (uint32_t i = 0; i < slot->times && wait_ms < KITH_REFUSED_LAST_MS; i++)
		wait_ms *= 2;
	slot->times += slot->times < TIMES_MAX;
	slot->until_ms = now_ms + (wait_ms < KITH_REFUSED_LAST_MS ? wait_ms : KITH_REFUSED_LAST_MS);
}
