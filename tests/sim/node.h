/*
 * node.h: one node: a real core, and what the daemon would do for it.
 */
#ifndef KITH_TESTS_SIM_NODE_H
#define KITH_TESTS_SIM_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/core.h"
#include "tests/sim/disk.h"
#include "tests/sim/plan.h"
#include "tests/sim/rng.h"

struct sim_world;
struct sim_hostile;

/* Where the pieces of bulk pulls ended that a node has served to another. */
struct sim_cursors {
	struct kith_item *items;
	size_t count;
};

struct sim_node {
	uint32_t number;
	enum sim_temper temper;
	struct kith_node_pair pair;
	struct kith_sign_pair group;
	uint8_t *certificate;
	size_t certificate_len;
	struct sim_rng keys_rng, rng; /* handed to the core; for what the node does */
	struct kith_rng hand;

	struct kith_core *core; /* NULL: down, or of another make */
	struct sim_hostile *hostile;
	uint32_t life; /* counts restarts: events of an earlier life are void */
	bool crash_at_store;
	uint64_t down_for_ms; /* after that crash */
	struct sim_disk disk;
	struct kith_batch **to_store; /* the store does one write after the other */
	size_t to_store_count;
	uint64_t verifying_us; /* until then its thread has signatures to check */
	size_t partners;
	struct sim_cursors given[SIM_NODES_MAX];
	int64_t clock_off_ms;
	uint64_t read_per_s;            /* 0: as fast as bytes come */
	unsigned paused[SIM_NODES_MAX]; /* by how many faults */

	uint64_t tick_us; /* planned, or UINT64_MAX */
	uint64_t ticks;   /* number of the one planned */
	uint64_t last_tick_ms;
	unsigned ticks_in_ms;

	uint64_t *stored_us; /* by index of the pool: when its core first heard STORED; 0: never */
	bool *acknowledged;  /* by index: PUBLISHED said so */
	uint64_t *came_by;   /* by index: the connection that brought it last; 0: none */
	bool forgets;        /* ran out of memory once, and may not know what it has stored */
	unsigned tampered[SIM_NODES_MAX]; /* bits turned over between this and another node */
	uint64_t fetches, verifies, stores;
	unsigned publishing; /* batches not answered yet */
};

void sim_node_init(struct sim_world *world, uint32_t number);
void sim_node_clear(struct sim_node *node);
bool sim_node_is_up(const struct sim_node *node);
uint64_t sim_node_wall_ms(const struct sim_world *world, const struct sim_node *node);

void sim_node_start(struct sim_world *world, struct sim_node *node);
/* The process ends at this moment, and starts again down_for_ms later. */
void sim_node_crash(
	struct sim_world *world, struct sim_node *node, bool power, uint64_t down_for_ms);
/* While it is down: its store is what it was when it held log_len records. */
void sim_node_restore(struct sim_node *node, uint32_t log_len);
void sim_node_stop(struct sim_world *world, struct sim_node *node, uint64_t down_for_ms);
/* Nothing happens while it is down. */
void sim_node_publish(
	struct sim_world *world, struct sim_node *node, const uint32_t *indexes, uint32_t count);
void sim_node_set_partner(struct sim_world *world, struct sim_node *node, uint32_t other);

/* Feeds the core, or whatever stands in its place, and does what it asks for. */
void sim_node_feed(struct sim_world *world, struct sim_node *node, const struct kith_event *event);

/* act.c */
void sim_node_act(struct sim_world *world, struct sim_node *node, const struct kith_action *action);
void sim_node_trace_action(struct sim_world *world, const struct kith_action *action);

#endif
