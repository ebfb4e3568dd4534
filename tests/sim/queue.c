/* queue.c: a binary heap. */
#include "tests/sim/queue.h"

#include "tests/sim/must.h"

static bool earlier(const struct sim_event *a, const struct sim_event *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->number < b->number;
}

void sim_queue_put(struct sim_queue *queue, struct sim_event event)
{
	size_t i = queue->count++;

	if (queue->count > queue->room) {
		queue->room = queue->room ? queue->room * 2 : 256;
		queue->heap = must_realloc(queue->heap, queue->room * sizeof(*queue->heap));
	}
	event.number = queue->numbers++;
	for (; i > 0 && earlier(&event, &queue->heap[(i - 1) / 2]); i = (i - 1) / 2)
		queue->heap[i] = queue->heap[(i - 1) / 2];
	queue->heap[i] = event;
}

bool sim_queue_take(struct sim_queue *queue, struct sim_event *out)
{
	struct sim_event last;
	size_t i = 0, child;

	if (queue->count == 0)
		return false;
	*out = queue->heap[0];
	last = queue->heap[--queue->count];
	while ((child = 2 * i + 1) < queue->count) {
		if (child + 1 < queue->count &&
			earlier(&queue->heap[child + 1], &queue->heap[child]))
			child++;
		if (!earlier(&queue->heap[child], &last))
			break;
		queue->heap[i] = queue->heap[child];
		i = child;
	}
	if (queue->count)
		queue->heap[i] = last;
	return true;
}

void sim_queue_clear(struct sim_queue *queue)
{
	for (size_t i = 0; i < queue->count; i++)
		if (queue->heap[i].drop)
			queue->heap[i].drop(queue->heap[i].data);
	free(queue->heap);
	*queue = (struct sim_queue){0};
}
