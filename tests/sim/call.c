/*
 * call.c: how a connection begins (net.h): one way to the other machine, and if that is up and no
 * cut lies between, one way back.
 */
#include "tests/sim/must.h"
#include "tests/sim/net.h"
#include "tests/sim/world.h"

#define NO_ROUTE_US 8000000u /* until a dial into a partition fails */

struct call {
	uint32_t from, to;
	uint64_t dial;
	size_t link;
};

static const struct sim_edge *edge_between(const struct sim_plan *plan, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < plan->edge_count; i++)
		if ((plan->edges[i].a == a && plan->edges[i].b == b) ||
			(plan->edges[i].a == b && plan->edges[i].b == a))
			return &plan->edges[i];
	return NULL;
}

static struct sim_link *link_new(struct sim_world *world, uint32_t from, uint32_t to)
{
	const struct sim_edge *edge = edge_between(world->plan, from, to);
	struct sim_link *link = must_calloc(1, sizeof(*link));

	MUST(edge);
	link->latency_us = edge->latency_us;
	link->bytes_per_s = edge->bytes_per_s;
	link->rng = sim_rng_fork(world->plan->options.seed, SIM_RNG_LINK,
		from * world->plan->node_count + to, world->now_us);
	link->sides[0] = (struct sim_side){.node = from, .life = world->nodes[from].life};
	link->sides[1] = (struct sim_side){.node = to, .life = world->nodes[to].life};
	return link;
}

static void side_opens(struct sim_world *world, size_t i, int s, uint64_t dial)
{
	struct sim_side *side = &world->net.links[i]->sides[s];
	char remote[32];
	const struct kith_event event = {.type = KITH_EVENT_CONNECTED,
		.conn = i * 2 + 2 + (uint64_t)s,
		.dial = dial,
		.remote = remote};

	snprintf(remote, sizeof(remote), "node%u:1", world->net.links[i]->sides[1 - s].node);
	side->open = side->reading = true;
	sim_node_feed(world, &world->nodes[side->node], &event);
}

/* Back at the caller, unless it has crashed since. */
static void on_answered(struct sim_world *world, const struct sim_event *event)
{
	struct call *call = event->data;
	const struct sim_node *node = &world->nodes[call->from];
	size_t i = call->link;
	uint64_t dial = call->dial;
	struct sim_link *link = world->net.links[i];

	free(call);
	link->events--;
	if (sim_node_is_up(node) && node->life == link->sides[0].life)
		side_opens(world, i, 0, dial);
	else if (sim_node_is_up(node))
		sim_net_hang_up(world, i, 1);
}

static void on_refused(struct sim_world *world, const struct sim_event *event)
{
	struct call *call = event->data;
	const struct kith_event failed = {
		.type = KITH_EVENT_DIAL_FAILED, .dial = call->dial, .err = KITH_E_NETWORK};
	struct sim_node *node = &world->nodes[call->from];

	free(call);
	sim_node_feed(world, node, &failed);
}

static void on_call(struct sim_world *world, const struct sim_event *event)
{
	struct call *call = event->data;
	uint64_t latency_us = edge_between(world->plan, call->from, call->to)->latency_us;
	bool lost = sim_net_is_cut(world, call->from, call->to) ||
		    sim_net_is_cut(world, call->to, call->from);
	struct sim_event answer = {.what = "refused",
		.run = on_refused,
		.drop = free,
		.node = call->from,
		.data = call};

	if (lost || !sim_node_is_up(&world->nodes[call->to])) {
		sim_world_plan(world, lost ? NO_ROUTE_US : latency_us, answer);
		return;
	}
	call->link = sim_net_add_take(world, link_new(world, call->from, call->to));
	answer.what = "answered";
	answer.run = on_answered;
	answer.node = SIM_NOBODY;
	world->net.links[call->link]->events++;
	sim_world_plan(world, latency_us, answer);
	side_opens(world, call->link, 1, 0);
}

void sim_net_dial(struct sim_world *world, uint32_t from, uint32_t to, uint64_t dial)
{
	struct call *call = must_calloc(1, sizeof(*call));

	*call = (struct call){.from = from, .to = to, .dial = dial};
	sim_world_plan(world, edge_between(world->plan, from, to)->latency_us,
		(struct sim_event){
			.what = "call", .run = on_call, .drop = free, .node = from, .data = call});
}
