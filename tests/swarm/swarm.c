/* swarm.c: see swarm.h. The loop takes the earliest event, makes it now, and lets it happen. */
#include "tests/swarm/swarm.h"

#include "tests/sim/must.h"

void swarm_init(struct swarm *swarm, const struct swarm_graph_plan *plan, uint32_t record_room,
	uint64_t seed)
{
	*swarm = (struct swarm){
		.rng = sim_rng_fork(seed, SIM_RNG_PLAN, 0, 0), .record_room = record_room};
	swarm_graph_make(&swarm->graph, plan, &swarm->rng);
	swarm->nodes = must_calloc(plan->nodes, sizeof(*swarm->nodes));
	swarm->gone = must_calloc(plan->nodes, sizeof(*swarm->gone));
	swarm->records = must_calloc(record_room, sizeof(*swarm->records));
	for (uint32_t i = 0; i < plan->nodes; i++)
		swarm_node_init(swarm, i, seed, record_room);
	for (uint32_t i = 0; i < swarm->graph.edge_count; i++)
		swarm_node_meet(swarm, &swarm->graph.edges[i]);
}

void swarm_clear(struct swarm *swarm)
{
	struct swarm_event event;

	while (swarm_heap_take(&swarm->heap, &event))
		swarm_event_drop(&event);
	swarm_heap_clear(&swarm->heap);
	for (uint32_t i = 0; i < swarm->graph.node_count; i++) {
		kith_core_free(swarm->nodes[i].core);
		free(swarm->nodes[i].has);
	}
	for (uint32_t i = 0; i < swarm->record_count; i++)
		free(swarm->records[i].envelope);
	free(swarm->nodes);
	free(swarm->gone);
	free(swarm->conns);
	free(swarm->records);
	swarm_graph_clear(&swarm->graph);
}

void swarm_run(struct swarm *swarm, uint64_t until_us)
{
	struct swarm_event event;

	while (swarm_heap_next_us(&swarm->heap) <= until_us) {
		(void)swarm_heap_take(&swarm->heap, &event);
		swarm->now_us = event.at_us;
		swarm->events++;
		if (swarm->gone[event.node]) {
			swarm_event_drop(&event);
		} else if (event.what >= SWARM_CALL) {
			swarm_net_event(swarm, &event);
			free(event.data);
		} else {
			swarm_node_event(swarm, &event);
		}
	}
	swarm->now_us = until_us;
}

void swarm_vanish(struct swarm *swarm, uint32_t node, bool silently)
{
	if (!silently)
		swarm_net_vanish(swarm, node);
	swarm->gone[node] = true;
	kith_core_free(swarm->nodes[node].core);
	swarm->nodes[node].core = NULL;
}
