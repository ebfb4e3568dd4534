/*
 * queue.h: what is still to happen, in the order of (time, number given out). Two events of one
 * moment happen in the order in which they were planned, so a run can be repeated.
 */
#ifndef KITH_TESTS_SIM_QUEUE_H
#define KITH_TESTS_SIM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_world;

#define SIM_NOBODY UINT32_MAX

struct sim_event {
	uint64_t at_us;
	uint64_t number;
	const char *what;                                                    /* for the trace */
	void (*run)(struct sim_world *world, const struct sim_event *event); /* takes data */
	void (*drop)(void *data); /* frees data of an event that is void; NULL: nothing to free */
	uint32_t node;            /* void once this node has crashed since; SIM_NOBODY: nobody's */
	uint32_t life;            /* of the node, filled in by sim_world_plan() */
	uint64_t a, b;
	void *data;
};

struct sim_queue {
	struct sim_event *heap;
	size_t count, room;
	uint64_t numbers;
};

void sim_queue_put(struct sim_queue *queue, struct sim_event event);
bool sim_queue_take(struct sim_queue *queue, struct sim_event *out); /* the earliest */
void sim_queue_clear(struct sim_queue *queue);

#endif
