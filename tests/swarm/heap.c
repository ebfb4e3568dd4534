/* heap.c: a heap of four children a node, which touches less memory than one of two. */
#include "tests/swarm/heap.h"

#include "tests/sim/must.h"

#define CHILDREN 4

static bool earlier(const struct swarm_event *a, const struct swarm_event *b)
{
	return a->at_us != b->at_us ? a->at_us < b->at_us : a->number < b->number;
}

void swarm_heap_put(struct swarm_heap *heap, struct swarm_event event)
{
	size_t i = heap->count++;

	if (heap->count > heap->room) {
		heap->room = heap->room ? heap->room * 2 : 1024;
		heap->events = must_realloc(heap->events, heap->room * sizeof(*heap->events));
	}
	event.number = heap->numbers++;
	for (size_t up; i > 0 && earlier(&event, &heap->events[up = (i - 1) / CHILDREN]); i = up)
		heap->events[i] = heap->events[up];
	heap->events[i] = event;
}

/* The earliest child, or count. */
static size_t child_of(const struct swarm_heap *heap, size_t i)
{
	size_t first = CHILDREN * i + 1, best = first;

	if (first >= heap->count)
		return heap->count;
	for (size_t at = first + 1; at < heap->count && at < first + CHILDREN; at++)
		if (earlier(&heap->events[at], &heap->events[best]))
			best = at;
	return best;
}

bool swarm_heap_take(struct swarm_heap *heap, struct swarm_event *out)
{
	struct swarm_event last;
	size_t i = 0, child;

	if (heap->count == 0)
		return false;
	*out = heap->events[0];
	last = heap->events[--heap->count];
	while ((child = child_of(heap, i)) < heap->count && earlier(&heap->events[child], &last)) {
		heap->events[i] = heap->events[child];
		i = child;
	}
	heap->events[i] = last;
	return true;
}

uint64_t swarm_heap_next_us(const struct swarm_heap *heap)
{
	return heap->count ? heap->events[0].at_us : UINT64_MAX;
}

void swarm_heap_clear(struct swarm_heap *heap)
{
	free(heap->events);
	*heap = (struct swarm_heap){0};
}
