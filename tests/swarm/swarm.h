/*
 * swarm.h: many real cores on a virtual clock and network, to measure live gossip.
 *
 * Keys, certificates, handshakes, encryption and the cores are real; time is virtual, in
 * microseconds, and chance comes from one seed. What is spared: a record's signature is checked at
 * its first node, and afterwards bytes that are the same are known to be authentic; a store is a
 * bit per node and record. Faults but the vanishing of nodes are tests/sim's.
 */
#ifndef KITH_TESTS_SWARM_SWARM_H
#define KITH_TESTS_SWARM_SWARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/core.h"
#include "tests/swarm/graph.h"
#include "tests/swarm/heap.h"

struct swarm_record {
	struct kith_record_id id;
	uint8_t *envelope;
	size_t len;
	bool verified;
	uint32_t publisher;
	uint64_t published_us;
	uint64_t last_us; /* when the last node so far had stored it */
	uint32_t reached; /* nodes that have stored it */
};

struct swarm_node {
	struct kith_core *core; /* NULL: gone */
	struct kith_node_pair pair;
	struct kith_sign_pair group;
	struct sim_rng core_rng;
	struct kith_rng hand;
	uint64_t tick_us; /* planned, or UINT64_MAX */
	uint64_t seq;
	uint8_t *has; /* a bit per record */
};

/* Side 0 called. The connection of side s is known to its core as 2 * index + 2 + s. */
struct swarm_conn {
	uint32_t nodes[2];
	uint32_t latency_us;
	bool open[2];
	uint64_t last_us[2]; /* when the last bytes for this side arrive */
	size_t unsent[2];    /* bytes whose leaving the side has not been told */
};

struct swarm {
	struct swarm_graph graph;
	struct sim_rng rng;
	uint64_t now_us;
	struct swarm_heap heap;
	struct swarm_node *nodes; /* graph.node_count */
	bool *gone;               /* by node */
	struct swarm_conn *conns;
	size_t conn_count, conn_room;
	struct swarm_record *records;
	uint32_t record_count, record_room;
	uint64_t closed_us; /* figures: when a connection ended last */
	uint64_t events;
};

void swarm_init(struct swarm *swarm, const struct swarm_graph_plan *plan, uint32_t record_room,
	uint64_t seed);
void swarm_clear(struct swarm *swarm);

/* Lets all happen that happens until then. */
void swarm_run(struct swarm *swarm, uint64_t until_us);
/* Signs a new record there and publishes it. */
void swarm_publish(struct swarm *swarm, uint32_t node);
/* The machine is gone: its partners' connections end, or, when it goes silently, nothing is heard
 * any more. */
void swarm_vanish(struct swarm *swarm, uint32_t node, bool silently);
bool swarm_has(const struct swarm *swarm, uint32_t node, uint32_t record);

/* ---- net.c ----------------------------------------------------------------------------------- */
void swarm_net_dial(struct swarm *swarm, uint32_t from, const struct kith_action *action);
void swarm_net_send_take(struct swarm *swarm, uint64_t conn, uint8_t *data, size_t len);
void swarm_net_close(struct swarm *swarm, uint64_t conn);
void swarm_net_event(struct swarm *swarm, const struct swarm_event *event);
void swarm_net_vanish(struct swarm *swarm, uint32_t node);

/* ---- node.c ---------------------------------------------------------------------------------- */
enum swarm_what {
	SWARM_TICK,
	SWARM_VERIFIED,
	SWARM_STORED,
	SWARM_FETCHED,
	/* net.c */
	SWARM_CALL,
	SWARM_ANSWER,
	SWARM_REFUSAL,
	SWARM_BYTES,
	SWARM_CLOSED,
};
void swarm_plan(struct swarm *swarm, uint64_t delay_us, struct swarm_event event);
void swarm_feed(struct swarm *swarm, uint32_t node, const struct kith_event *event);
void swarm_node_init(struct swarm *swarm, uint32_t node, uint64_t seed, uint32_t record_room);
void swarm_node_meet(struct swarm *swarm, const struct swarm_edge *edge);
void swarm_node_event(struct swarm *swarm, const struct swarm_event *event);
void swarm_event_drop(const struct swarm_event *event);

#endif
