/* voices.c: see voices.h. */
#include "protocol/domain/voices.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/domain/view.h"

#define FIRST_ROOM 8

/* The place of the author in by_author, or where it belongs. */
static size_t search(
	const struct kith_voices *voices, const struct kith_author *author, bool *found)
{
	size_t low = 0, high = voices->count;

	*found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct kith_voice *voice = &voices->list[voices->by_author[middle]];
		int order = memcmp(voice->author.bytes, author->bytes, KITH_ID_LEN);

		if (order == 0)
			*found = true;
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int order_of_first(const struct kith_voice *a, const struct kith_voice *b)
{
	return kith_record_order(a->first_ms, &a->first_id, b->first_ms, &b->first_id);
}

static void hear_again(struct kith_voices *voices, struct kith_voice *voice, struct kith_word *word)
{
	if (kith_record_order(word->created_ms, &word->id, voice->first_ms, &voice->first_id) < 0) {
		voice->first_ms = word->created_ms;
		voice->first_id = word->id;
		voices->last_known = false;
	}
	if (kith_record_order(
		    voice->latest.created_ms, &voice->latest.id, word->created_ms, &word->id) >= 0)
		return;
	free(voice->latest.reason);
	voice->latest = *word;
	word->reason = NULL;
}

static int grow(struct kith_voices *voices)
{
	size_t room = voices->room ? 2 * voices->room : FIRST_ROOM;
	struct kith_voice *list;
	uint32_t *by_author;

	if (voices->count < voices->room)
		return 0;
	list = realloc(voices->list, room * sizeof(*list));
	if (!list)
		return KITH_E_NOMEM;
	voices->list = list;
	by_author = realloc(voices->by_author, room * sizeof(*by_author));
	if (!by_author)
		return KITH_E_NOMEM;
	voices->by_author = by_author;
	voices->room = room;
	return 0;
}

static void find_last(struct kith_voices *voices)
{
	if (voices->last_known)
		return;
	voices->last = 0;
	for (size_t i = 1; i < voices->count; i++)
		if (order_of_first(&voices->list[i], &voices->list[voices->last]) > 0)
			voices->last = i;
	voices->last_known = true;
}

/* Drops the one who spoke first the latest; the list keeps the hole, which is returned. */
static size_t drop_last(struct kith_voices *voices)
{
	size_t hole = voices->last;
	bool found;
	size_t place = search(voices, &voices->list[hole].author, &found);

	free(voices->list[hole].latest.reason);
	memmove(&voices->by_author[place], &voices->by_author[place + 1],
		(voices->count - place - 1) * sizeof(*voices->by_author));
	voices->count--;
	voices->last_known = false;
	return hole;
}

/* Puts a newcomer at a free position of the list. */
static void put(struct kith_voices *voices, size_t hole, const struct kith_author *author,
	struct kith_word *word)
{
	bool found;
	size_t place = search(voices, author, &found);

	memmove(&voices->by_author[place + 1], &voices->by_author[place],
		(voices->count - place) * sizeof(*voices->by_author));
	voices->by_author[place] = (uint32_t)hole;
	voices->count++;
	voices->list[hole] = (struct kith_voice){.author = *author,
		.first_id = word->id,
		.first_ms = word->created_ms,
		.latest = *word};
	word->reason = NULL;
}

static int hear_new(
	struct kith_voices *voices, const struct kith_author *author, struct kith_word *word)
{
	const struct kith_voice *last;
	int err;

	if (voices->count < voices->max) {
		err = grow(voices);
		if (!err)
			put(voices, voices->count, author, word);
		voices->last_known = false;
		return err;
	}
	voices->cut = true;
	find_last(voices);
	last = &voices->list[voices->last];
	if (kith_record_order(word->created_ms, &word->id, last->first_ms, &last->first_id) < 0)
		put(voices, drop_last(voices), author, word);
	return 0;
}

int kith_voices_hear_take(
	struct kith_voices *voices, const struct kith_author *author, struct kith_word word)
{
	bool found;
	size_t place = search(voices, author, &found);
	int err = 0;

	if (found)
		hear_again(voices, &voices->list[voices->by_author[place]], &word);
	else
		err = hear_new(voices, author, &word);
	free(word.reason);
	return err;
}

void kith_voices_clear(struct kith_voices *voices)
{
	for (size_t i = 0; i < voices->count; i++)
		free(voices->list[i].latest.reason);
	free(voices->list);
	free(voices->by_author);
	*voices = kith_voices(voices->max);
}
