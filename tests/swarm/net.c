/*
 * net.c: connections between nodes: each piece takes the latency of the edge and up to a twentieth
 * more, and never passes another. Bandwidth is not what is measured here.
 */
#include "tests/sim/must.h"
#include "tests/swarm/swarm.h"

#define JITTER     20u         /* at most latency / JITTER more */
#define REFUSED_US 3000000u    /* until a call to a machine that is gone fails */
#define TELL_BYTES (32u << 10) /* a core is told that bytes have left when so many have */

static uint64_t delay(struct swarm *swarm, uint32_t latency_us)
{
	return latency_us + sim_rng_below(&swarm->rng, latency_us / JITTER + 1);
}

static size_t index_of(uint64_t conn)
{
	return (size_t)(conn - 2) / 2;
}

static size_t side_of(uint64_t conn)
{
	return conn & 1;
}

/* ---- beginning ------------------------------------------------------------------------------- */

void swarm_net_dial(struct swarm *swarm, uint32_t from, const struct kith_action *action)
{
	unsigned to;

	MUST(sscanf(action->host, "node%u", &to) == 1 && to < swarm->graph.node_count);
	swarm_plan(swarm, delay(swarm, swarm_graph_edge(&swarm->graph, from, to)->latency_us),
		(struct swarm_event){
			.what = SWARM_CALL, .node = from, .conn = action->dial, .len = to});
}

static uint64_t conn_new(struct swarm *swarm, uint32_t from, uint32_t to)
{
	struct swarm_conn *conn;

	if (swarm->conn_count == swarm->conn_room) {
		swarm->conn_room = swarm->conn_room ? swarm->conn_room * 2 : 1024;
		swarm->conns = must_realloc(swarm->conns, swarm->conn_room * sizeof(*swarm->conns));
	}
	conn = &swarm->conns[swarm->conn_count];
	*conn = (struct swarm_conn){.nodes = {from, to},
		.latency_us = swarm_graph_edge(&swarm->graph, from, to)->latency_us,
		.open = {true, true}};
	return 2 * swarm->conn_count++ + 2;
}

static void on_call(struct swarm *swarm, const struct swarm_event *event)
{
	uint32_t to = (uint32_t)event->len;
	struct swarm_event back = {.what = SWARM_REFUSAL, .node = event->node, .conn = event->conn};
	struct kith_event opened = {.type = KITH_EVENT_CONNECTED, .remote = "caller:1"};

	if (swarm->gone[to]) {
		swarm_plan(swarm, REFUSED_US, back);
		return;
	}
	back.what = SWARM_ANSWER;
	back.len = (size_t)conn_new(swarm, event->node, to);
	swarm_plan(swarm, swarm->conns[index_of(back.len)].latency_us, back);
	opened.conn = back.len + 1;
	swarm_feed(swarm, to, &opened);
}

/* ---- bytes ----------------------------------------------------------------------------------- */

/* To the other side of conn, after all that was sent before. */
static void carry(struct swarm *swarm, uint64_t conn, struct swarm_event event)
{
	struct swarm_conn *link = &swarm->conns[index_of(conn)];
	size_t to = !side_of(conn);
	uint64_t at_us = swarm->now_us + delay(swarm, link->latency_us);

	if (at_us < link->last_us[to])
		at_us = link->last_us[to];
	link->last_us[to] = at_us;
	event.conn = conn ^ 1;
	event.node = link->nodes[to];
	swarm_plan(swarm, at_us - swarm->now_us, event);
}

void swarm_net_send_take(struct swarm *swarm, uint64_t conn, uint8_t *data, size_t len)
{
	struct swarm_conn *link = &swarm->conns[index_of(conn)];
	size_t side = side_of(conn);

	carry(swarm, conn, (struct swarm_event){.what = SWARM_BYTES, .data = data, .len = len});
	link->unsent[side] += len;
	if (link->unsent[side] >= TELL_BYTES) {
		const struct kith_event left = {.type = KITH_EVENT_WRITABLE, .conn = conn};

		link->unsent[side] = 0;
		swarm_feed(swarm, link->nodes[side], &left);
	}
}

void swarm_net_close(struct swarm *swarm, uint64_t conn)
{
	struct swarm_conn *link = &swarm->conns[index_of(conn)];

	swarm->closed_us = swarm->now_us;
	link->open[side_of(conn)] = false;
	if (link->open[!side_of(conn)])
		carry(swarm, conn, (struct swarm_event){.what = SWARM_CLOSED});
}

void swarm_net_vanish(struct swarm *swarm, uint32_t node)
{
	for (size_t i = 0; i < swarm->conn_count; i++)
		for (size_t side = 0; side < 2; side++)
			if (swarm->conns[i].nodes[side] == node && swarm->conns[i].open[side])
				swarm_net_close(swarm, 2 * i + 2 + side);
}

static void on_arrival(struct swarm *swarm, const struct swarm_event *event)
{
	struct swarm_conn *link = &swarm->conns[index_of(event->conn)];
	bool *open = &link->open[side_of(event->conn)];
	struct kith_event arrival = {.conn = event->conn,
		.type = event->what == SWARM_BYTES ? KITH_EVENT_BYTES : KITH_EVENT_CLOSED,
		.bytes = {event->data, event->len}};

	if (!*open)
		return;
	*open = event->what == SWARM_BYTES;
	swarm_feed(swarm, event->node, &arrival);
}

void swarm_net_event(struct swarm *swarm, const struct swarm_event *event)
{
	struct kith_event back = {.dial = event->conn, .remote = "called:1"};

	if (event->what == SWARM_CALL) {
		on_call(swarm, event);
		return;
	}
	if (event->what == SWARM_BYTES || event->what == SWARM_CLOSED) {
		on_arrival(swarm, event);
		return;
	}
	back.type = event->what == SWARM_ANSWER ? KITH_EVENT_CONNECTED : KITH_EVENT_DIAL_FAILED;
	back.conn = event->len;
	back.err = event->what == SWARM_ANSWER ? 0 : KITH_E_NETWORK;
	swarm_feed(swarm, event->node, &back);
}
