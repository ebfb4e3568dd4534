/*
 * world.h: one run: the clock, the queue of events, the nodes and the network, and what has gone
 * wrong.
 *
 * Time is virtual, in microseconds; nothing here asks the machine for the time or for chance. Every
 * event and every action of a core goes into the trace hash, so that two runs can be compared.
 */
#ifndef KITH_TESTS_SIM_WORLD_H
#define KITH_TESTS_SIM_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/net.h"
#include "tests/sim/node.h"
#include "tests/sim/plan.h"
#include "tests/sim/pool.h"
#include "tests/sim/queue.h"

struct sim_figures {
	uint64_t events, actions, bytes, verified, stored, fetched;
	uint64_t published; /* records acknowledged */
	uint64_t crashes;
	uint64_t records;              /* that everybody has at the end */
	uint64_t converged_ms;         /* after everything was healed */
	uint64_t quiet_bytes;          /* sent in the quiet time after that */
	uint64_t in_flight_max;        /* bytes in the hands of one core */
	uint64_t heap_max, heap_idle;  /* of one core, without its sets */
	uint64_t in_hand_max;          /* of one connection */
	uint64_t unsent_max;           /* bytes waiting for one connection */
	uint64_t offences;             /* of honest partners, at honest partners */
	uint64_t arrivals, latency_us; /* of what was published, at other honest nodes; in all */
};

struct sim_world {
	const struct sim_plan *plan;
	const struct sim_pool *pool;
	uint64_t now_us;
	struct sim_queue queue;
	struct sim_node *nodes; /* plan->node_count */
	struct sim_net net;
	struct sim_figures figures;

	uint64_t trace;
	uint64_t second, events_in_second; /* for finding livelocks */
	uint64_t moment_us, events_in_moment;
	bool over;       /* the run has ended */
	char failed[32]; /* kind of the first failure; empty: none */
	char why[256];

	uint64_t *published_us; /* by index: when somebody published it; 0: nobody */

	/* check.c */
	bool healed;
	uint64_t converged_us;      /* 0: not yet */
	uint64_t news_us, heard_us; /* published then, and with all */
	const char *lacks;          /* what was missing when last looked */
	struct sim_figures before_quiet;
};

/* Runs the plan to its end; what was wrong is in failed and why. The world lives until
 * sim_world_clear. */
void sim_world_run(
	struct sim_world *world, const struct sim_plan *plan, const struct sim_pool *pool);
void sim_world_clear(struct sim_world *world);

/* Plans an event, delay_us from now. */
void sim_world_plan(struct sim_world *world, uint64_t delay_us, struct sim_event event);
void sim_world_trace(struct sim_world *world, const void *data, size_t len);
void sim_world_trace_number(struct sim_world *world, uint64_t number);
/* Only the first failure counts; the run ends. */
void sim_world_fail(struct sim_world *world, const char *kind, const char *why, ...)
	__attribute__((format(printf, 3, 4)));
/* A line of the story, with VERBOSE. */
void sim_world_say(const struct sim_world *world, const char *what, ...)
	__attribute__((format(printf, 2, 3)));

static inline uint64_t sim_now_ms(const struct sim_world *world)
{
	return world->now_us / 1000;
}

#endif
