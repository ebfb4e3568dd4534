/*
 * authors.c: an open-addressing hash table with linear probing, from which nothing is taken. See
 * authors.h.
 *
 *   I1  room is a power of two (or 0), and at most three quarters of the slots are used.
 *   I2  a print of 0 is an empty slot; no author has it.
 */
#include "protocol/authors.h"

#include <stdlib.h>

#include "keys/hash.h"

struct slot {
	uint64_t print;
	uint32_t today;
};

struct kith_authors {
	uint8_t key[16];
	struct slot *slots;
	size_t room;
	size_t count;
};

struct kith_authors *kith_authors_new(const struct kith_rng *rng)
{
	struct kith_authors *authors = calloc(1, sizeof(*authors));

	if (authors)
		kith_rng_fill(rng, authors->key, sizeof(authors->key));
	return authors;
}

void kith_authors_free(struct kith_authors *authors)
{
	if (!authors)
		return;
	free(authors->slots);
	free(authors);
}

static uint64_t print_of(const struct kith_authors *authors, const struct kith_author *author)
{
	uint64_t print = kith_siphash(authors->key, author->bytes, KITH_ID_LEN);

	return print ? print : 1;
}

/* The slot of the print, or the empty slot where it would go. */
static struct slot *slot_of(struct slot *slots, size_t room, uint64_t print)
{
	size_t i = (size_t)print & (room - 1);

	while (slots[i].print && slots[i].print != print)
		i = (i + 1) & (room - 1);
	return &slots[i];
}

static int grow(struct kith_authors *authors)
{
	size_t room = authors->room ? authors->room * 2 : 64;
	struct slot *slots = calloc(room, sizeof(*slots));

	if (!slots)
		return KITH_E_NOMEM;
	for (size_t i = 0; i < authors->room; i++)
		if (authors->slots[i].print)
			*slot_of(slots, room, authors->slots[i].print) = authors->slots[i];
	free(authors->slots);
	authors->slots = slots;
	authors->room = room;
	return 0;
}

uint32_t *kith_authors_today(struct kith_authors *authors, const struct kith_author *author)
{
	struct slot *slot;

	if (!authors->room)
		return NULL;
	slot = slot_of(authors->slots, authors->room, print_of(authors, author));
	return slot->print ? &slot->today : NULL;
}

int kith_authors_add(struct kith_authors *authors, const struct kith_author *author)
{
	uint64_t print = print_of(authors, author);
	struct slot *slot;
	int err = 0;

	if (authors->count >= authors->room / 4 * 3)
		err = grow(authors);
	if (err)
		return err;
	slot = slot_of(authors->slots, authors->room, print);
	if (!slot->print) {
		*slot = (struct slot){.print = print};
		authors->count++;
	}
	return 0;
}

size_t kith_authors_count(const struct kith_authors *authors)
{
	return authors->count;
}

void kith_authors_new_day(struct kith_authors *authors)
{
	for (size_t i = 0; i < authors->room; i++)
		authors->slots[i].today = 0;
}
