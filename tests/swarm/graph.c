/* graph.c: see graph.h. */
#include "tests/swarm/graph.h"

#include "tests/sim/must.h"
#include "tests/swarm/heap.h"

#define ATTEMPTS 20u

static uint32_t other_end(const struct swarm_edge *edge, uint32_t node)
{
	return edge->a == node ? edge->b : edge->a;
}

/* ---- making ---------------------------------------------------------------------------------- */

/* A graph that grows: partners[node * most + i], i < degree[node]. */
struct growth {
	const struct swarm_graph_plan *plan;
	struct swarm_graph *graph;
	struct sim_rng *rng;
	uint32_t *degree, *wanted, *partners;
};

static void shuffle(uint32_t *list, size_t count, struct sim_rng *rng)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = sim_rng_below(rng, i);
		uint32_t moved = list[i - 1];

		list[i - 1] = list[j];
		list[j] = moved;
	}
}

static bool are_partners(const struct growth *growth, uint32_t a, uint32_t b)
{
	for (uint32_t i = 0; i < growth->degree[a]; i++)
		if (growth->partners[a * growth->plan->most_degree + i] == b)
			return true;
	return false;
}

static bool join(struct growth *growth, uint32_t a, uint32_t b)
{
	const struct swarm_graph_plan *plan = growth->plan;

	if (a == b || are_partners(growth, a, b))
		return false;
	growth->partners[a * plan->most_degree + growth->degree[a]++] = b;
	growth->partners[b * plan->most_degree + growth->degree[b]++] = a;
	growth->graph->edges[growth->graph->edge_count++] = (struct swarm_edge){
		a, b, (uint32_t)sim_rng_between(growth->rng, plan->least_us, plan->most_us)};
	return true;
}

static void join_in_ring(struct growth *growth, uint32_t *list)
{
	uint32_t count = growth->plan->nodes;

	for (uint32_t i = 0; i < count; i++)
		list[i] = i;
	shuffle(list, count, growth->rng);
	for (uint32_t i = 0; i < count; i++)
		MUST(join(growth, list[i], list[(i + 1) % count]));
}

/* Each node stands in the list as often as it lacks partners; neighbours in it become such. */
static void join_by_chance(struct growth *growth, uint32_t *list)
{
	for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
		size_t count = 0;

		for (uint32_t i = 0; i < growth->plan->nodes; i++)
			for (uint32_t lacks = growth->degree[i]; lacks < growth->wanted[i]; lacks++)
				list[count++] = i;
		shuffle(list, count, growth->rng);
		for (size_t i = 0; i + 1 < count; i += 2)
			(void)join(growth, list[i], list[i + 1]);
	}
}

static void index_by_node(struct swarm_graph *graph)
{
	uint32_t *next = must_calloc(graph->node_count + 1, sizeof(*next));

	graph->first = must_calloc(graph->node_count + 1, sizeof(*graph->first));
	graph->of = must_calloc(2 * (size_t)graph->edge_count, sizeof(*graph->of));
	for (uint32_t i = 0; i < graph->edge_count; i++) {
		graph->first[graph->edges[i].a + 1]++;
		graph->first[graph->edges[i].b + 1]++;
	}
	for (uint32_t i = 0; i < graph->node_count; i++)
		next[i + 1] = graph->first[i + 1] += graph->first[i];
	for (uint32_t i = 0; i < graph->edge_count; i++) {
		graph->of[next[graph->edges[i].a]++] = i;
		graph->of[next[graph->edges[i].b]++] = i;
	}
	free(next);
}

void swarm_graph_make(
	struct swarm_graph *graph, const struct swarm_graph_plan *plan, struct sim_rng *rng)
{
	size_t most = (size_t)plan->nodes * plan->most_degree;
	uint32_t *list = must_calloc(most, sizeof(*list));
	struct growth growth = {.plan = plan, .graph = graph, .rng = rng};

	MUST(plan->nodes > plan->most_degree && plan->least_degree >= 2 &&
		plan->least_degree <= plan->most_degree);
	*graph = (struct swarm_graph){.node_count = plan->nodes};
	graph->edges = must_calloc(most, sizeof(*graph->edges));
	growth.degree = must_calloc(plan->nodes, sizeof(*growth.degree));
	growth.wanted = must_calloc(plan->nodes, sizeof(*growth.wanted));
	growth.partners = must_calloc(most, sizeof(*growth.partners));
	for (uint32_t i = 0; i < plan->nodes; i++)
		growth.wanted[i] =
			(uint32_t)sim_rng_between(rng, plan->least_degree, plan->most_degree);
	join_in_ring(&growth, list);
	join_by_chance(&growth, list);
	index_by_node(graph);
	free(list);
	free(growth.degree);
	free(growth.wanted);
	free(growth.partners);
}

void swarm_graph_clear(struct swarm_graph *graph)
{
	free(graph->edges);
	free(graph->first);
	free(graph->of);
}

/* ---- asking ---------------------------------------------------------------------------------- */

const struct swarm_edge *swarm_graph_edge(const struct swarm_graph *graph, uint32_t a, uint32_t b)
{
	for (uint32_t i = graph->first[a]; i < graph->first[a + 1]; i++) {
		const struct swarm_edge *edge = &graph->edges[graph->of[i]];

		if (other_end(edge, a) == b)
			return edge;
	}
	return NULL;
}

/* Dijkstra's algorithm. */
void swarm_graph_reach(
	const struct swarm_graph *graph, uint32_t from, const bool *gone, uint64_t *out_us)
{
	struct swarm_heap heap = {0};
	struct swarm_event at = {.node = from};

	for (uint32_t i = 0; i < graph->node_count; i++)
		out_us[i] = UINT64_MAX;
	swarm_heap_put(&heap, at);
	while (swarm_heap_take(&heap, &at)) {
		if (out_us[at.node] != UINT64_MAX || gone[at.node])
			continue;
		out_us[at.node] = at.at_us;
		for (uint32_t i = graph->first[at.node]; i < graph->first[at.node + 1]; i++) {
			const struct swarm_edge *edge = &graph->edges[graph->of[i]];

			swarm_heap_put(
				&heap, (struct swarm_event){.at_us = at.at_us + edge->latency_us,
					       .node = other_end(edge, at.node)});
		}
	}
	swarm_heap_clear(&heap);
}
