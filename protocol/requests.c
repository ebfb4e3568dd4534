/* requests.c: an array with a moving head; the memory is given back when the queue runs empty. */
#include "protocol/requests.h"

#include <stdlib.h>
#include <string.h>

void kith_requests_clear(struct kith_requests *queue)
{
	free(queue->items);
	*queue = (struct kith_requests){0};
}

/* Moves the items to the front, and into a larger array when they would fill it by half. */
static int make_room(struct kith_requests *queue)
{
	size_t room = queue->count * 2 < 64 ? 64 : queue->count * 2;
	struct kith_request *items = malloc(room * sizeof(*items));

	if (!items)
		return KITH_E_NOMEM;
	if (queue->count)
		memcpy(items, queue->items + queue->head, queue->count * sizeof(*items));
	free(queue->items);
	queue->items = items;
	queue->head = 0;
	queue->room = room;
	return 0;
}

int kith_requests_put(struct kith_requests *queue, const struct kith_request *request)
{
	if (queue->head + queue->count == queue->room) {
		int err = make_room(queue);
		if (err)
			return err;
	}
	queue->items[queue->head + queue->count++] = *request;
	return 0;
}

const struct kith_request *kith_requests_at(const struct kith_requests *queue, size_t i)
{
	return &queue->items[queue->head + i];
}

void kith_requests_drop(struct kith_requests *queue, size_t n)
{
	queue->head += n;
	queue->count -= n;
	if (queue->count == 0)
		kith_requests_clear(queue);
}

size_t kith_requests_run(const struct kith_requests *queue, size_t most)
{
	const struct kith_request *first;
	size_t n = 0;

	if (queue->count == 0)
		return 0;
	first = kith_requests_at(queue, 0);
	while (n < queue->count && n < most) {
		const struct kith_request *item = kith_requests_at(queue, n);
		if (item->set != first->set || item->why != first->why)
			break;
		n++;
	}
	return n;
}
