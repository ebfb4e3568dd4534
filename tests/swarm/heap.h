/*
 * heap.h: what is still to happen, the earliest first; of two at one time the one that was put
 * first, so that a run can be repeated.
 */
#ifndef KITH_TESTS_SWARM_HEAP_H
#define KITH_TESTS_SWARM_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct swarm_event {
	uint64_t at_us;
	uint64_t number; /* given out by the heap */
	uint64_t conn;
	void *data; /* owned by the event */
	size_t len;
	uint32_t node;
	uint32_t what; /* enum swarm_what; of no meaning to the heap */
};

struct swarm_heap {
	struct swarm_event *events;
	size_t count, room;
	uint64_t numbers;
};

void swarm_heap_put(struct swarm_heap *heap, struct swarm_event event);
bool swarm_heap_take(struct swarm_heap *heap, struct swarm_event *out);
uint64_t swarm_heap_next_us(const struct swarm_heap *heap); /* UINT64_MAX: empty */
void swarm_heap_clear(struct swarm_heap *heap);             /* not what the events own */

#endif
