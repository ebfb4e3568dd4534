/*
 * graph.h: who is a partner of whom, and how long a byte takes between them; and the bound that
 * gossip is held to: the shortest way from one node to each other.
 */
#ifndef KITH_TESTS_SWARM_GRAPH_H
#define KITH_TESTS_SWARM_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/sim/rng.h"

struct swarm_edge {
	uint32_t a, b; /* a calls b */
	uint32_t latency_us;
};

struct swarm_graph {
	uint32_t node_count, edge_count;
	struct swarm_edge *edges;
	uint32_t *first; /* by node: the first of its places in `of`; node_count + 1 of them */
	uint32_t *of;    /* numbers of edges */
};

struct swarm_graph_plan {
	uint32_t nodes;
	uint32_t least_degree, most_degree; /* each node draws its own */
	uint32_t least_us, most_us;         /* each edge draws its latency */
};

/* A ring through all nodes in an order by chance, so that it is connected, and chance for the
 * rest. */
void swarm_graph_make(
	struct swarm_graph *graph, const struct swarm_graph_plan *plan, struct sim_rng *rng);
void swarm_graph_clear(struct swarm_graph *graph);
const struct swarm_edge *swarm_graph_edge(const struct swarm_graph *graph, uint32_t a, uint32_t b);
/* out_us, by node: how long from there at best, by nodes that are not gone; UINT64_MAX: no way. */
void swarm_graph_reach(
	const struct swarm_graph *graph, uint32_t from, const bool *gone, uint64_t *out_us);

#endif
