/* keep.c: see keep.h. Once full, the items are a heap whose top is the last in order. */
#include "protocol/domain/keep.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 8

static unsigned char *at(const struct kith_keep *keep, size_t i)
{
	return keep->items + i * keep->size;
}

static void swap(struct kith_keep *keep, size_t i, size_t j)
{
	unsigned char *a = at(keep, i), *b = at(keep, j);

	for (size_t k = 0; k < keep->size; k++) {
		unsigned char byte = a[k];

		a[k] = b[k];
		b[k] = byte;
	}
}

static void sift_down(struct kith_keep *keep, size_t i)
{
	for (;;) {
		size_t last = i, child = 2 * i + 1;

		for (size_t k = child; k < child + 2 && k < keep->count; k++)
			if (keep->order(at(keep, k), at(keep, last)) > 0)
				last = k;
		if (last == i)
			return;
		swap(keep, i, last);
		i = last;
	}
}

static int append(struct kith_keep *keep, const void *item)
{
	if (keep->count == keep->room) {
		size_t room = keep->room ? 2 * keep->room : FIRST_ROOM;
		void *items = realloc(keep->items, room * keep->size);

		if (!items)
			return KITH_E_NOMEM;
		keep->items = items;
		keep->room = room;
	}
	memcpy(at(keep, keep->count++), item, keep->size);
	return 0;
}

int kith_keep_add(struct kith_keep *keep, const void *item)
{
	assert(keep->max > 0);
	if (keep->count < keep->max)
		return append(keep, item);
	if (!keep->cut)
		for (size_t i = keep->count / 2; i-- > 0;)
			sift_down(keep, i);
	keep->cut = true;
	if (keep->order(item, at(keep, 0)) < 0) {
		memcpy(at(keep, 0), item, keep->size);
		sift_down(keep, 0);
	}
	return 0;
}

void kith_keep_clear(struct kith_keep *keep)
{
	free(keep->items);
	keep->items = NULL;
	keep->count = keep->room = 0;
}
