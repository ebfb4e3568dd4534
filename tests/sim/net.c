/*
 * net.c: see net.h. A byte's way: unsent at the sender, flying, arrived at the receiver, handed to
 * its core. At most WINDOW bytes are flying or arrived; while a receiver does not read, the rest
 * waits unsent.
 *
 * A connection's number is 2 * link + 2 + side, so neither side's is ever 0 or used again. Cores
 * are fed from events only, never from within an action.
 */
#include "tests/sim/net.h"

#include "tests/sim/check.h"
#include "tests/sim/must.h"
#include "tests/sim/world.h"

#define WINDOW     (128u * 1024)
#define PACKET_MAX 16384u

/* ---- links ----------------------------------------------------------------------------------- */

void sim_net_init(struct sim_world *world)
{
	size_t nodes = world->plan->node_count;

	world->net.cut = must_calloc(nodes * nodes, sizeof(*world->net.cut));
}

static void link_free(struct sim_link *link)
{
	for (int s = 0; s < 2; s++) {
		sim_packets_clear(&link->pipes[s].unsent);
		sim_packets_clear(&link->pipes[s].flying);
		sim_packets_clear(&link->pipes[s].arrived);
	}
	free(link);
}

void sim_net_clear(struct sim_world *world)
{
	for (size_t i = 0; i < world->net.count; i++)
		if (world->net.links[i])
			link_free(world->net.links[i]);
	free(world->net.links);
	free(world->net.cut);
	world->net = (struct sim_net){0};
}

size_t sim_net_add_take(struct sim_world *world, struct sim_link *link)
{
	struct sim_net *net = &world->net;

	if (net->count == net->room) {
		net->room = net->room ? net->room * 2 : 64;
		net->links = must_realloc(net->links, net->room * sizeof(struct sim_link *));
	}
	net->links[net->count] = link;
	return net->count++;
}

bool sim_net_is_cut(const struct sim_world *world, uint32_t from, uint32_t to)
{
	return world->net.cut[from * world->plan->node_count + to] > 0;
}

static bool side_lives(const struct sim_world *world, const struct sim_side *side)
{
	const struct sim_node *node = &world->nodes[side->node];

	return side->open && sim_node_is_up(node) && node->life == side->life;
}

static void side_closes(const struct sim_world *world, struct sim_side *side)
{
	if (side->open)
		side->closed_us = world->now_us;
	side->open = false;
}

struct sim_link *sim_net_link(const struct sim_world *world, uint64_t conn, int *side)
{
	size_t i = (size_t)((conn - 2) / 2);

	*side = (int)(conn & 1);
	return conn >= 2 && i < world->net.count ? world->net.links[i] : NULL;
}

uint32_t sim_net_other(const struct sim_world *world, uint64_t conn)
{
	int side;
	const struct sim_link *link = sim_net_link(world, conn, &side);

	return link ? link->sides[1 - side].node : SIM_NOBODY;
}

/* ---- events of a link ------------------------------------------------------------------------ */

static struct sim_link *link_of(struct sim_world *world, const struct sim_event *event)
{
	return world->net.links[event->a];
}

static void let_go(struct sim_world *world, size_t i)
{
	struct sim_link *link = world->net.links[i];

	if (link->events || side_lives(world, &link->sides[0]) ||
		side_lives(world, &link->sides[1]))
		return;
	link_free(link);
	world->net.links[i] = NULL;
}

static void plan(struct sim_world *world, size_t i, int side, uint64_t delay_us, const char *what,
	void (*run)(struct sim_world *, const struct sim_event *))
{
	world->net.links[i]->events++;
	sim_world_plan(world, delay_us,
		(struct sim_event){
			.what = what, .run = run, .node = SIM_NOBODY, .a = i, .b = (uint64_t)side});
}

static size_t number_of(const struct sim_world *world, uint64_t conn)
{
	(void)world;
	return (size_t)((conn - 2) / 2);
}

static void on_hang_up(struct sim_world *world, const struct sim_event *event);
static void on_departed(struct sim_world *world, const struct sim_event *event);
static void on_arrived(struct sim_world *world, const struct sim_event *event);
static void on_readable(struct sim_world *world, const struct sim_event *event);

/* Tells a side that the connection broke, unless the news cannot reach it. */
void sim_net_hang_up(struct sim_world *world, size_t i, int side)
{
	const struct sim_link *link = world->net.links[i];

	if (!sim_net_is_cut(world, link->sides[1 - side].node, link->sides[side].node))
		plan(world, i, side, link->latency_us, "reset", on_hang_up);
}

/* ---- sending --------------------------------------------------------------------------------- */

/* The next piece for the network, cut at a place the sender cannot foresee. */
static struct sim_packet *cut_piece(struct sim_link *link, struct sim_pipe *pipe)
{
	struct sim_packet *first = pipe->unsent.first, *piece;
	size_t len = first->len - first->at;
	size_t most =
		sim_rng_chance(&link->rng, 10) ? sim_rng_between(&link->rng, 1, 64) : PACKET_MAX;

	len = len < most ? len : most;
	piece = sim_packet_new(must_copy(first->data + first->at, len), len, first->sent_us);
	first->at += len;
	pipe->unsent.bytes -= len;
	if (first->at == first->len)
		sim_packet_free(sim_packets_take(&pipe->unsent));
	return piece;
}

static void depart(struct sim_world *world, size_t i, int s, struct sim_packet *piece)
{
	struct sim_link *link = world->net.links[i];
	struct sim_pipe *pipe = &link->pipes[s];

	pipe->busy = true;
	sim_packets_put(&pipe->flying, piece);
	plan(world, i, s, 1 + piece->len * 1000000 / link->bytes_per_s, "sent", on_departed);
}

static void pump(struct sim_world *world, size_t i, int s)
{
	struct sim_link *link = world->net.links[i];
	struct sim_pipe *pipe = &link->pipes[s];

	if (pipe->busy || sim_net_is_cut(world, link->sides[s].node, link->sides[1 - s].node) ||
		pipe->flying.bytes + pipe->arrived.bytes >= WINDOW)
		return;
	if (pipe->unsent.first) {
		depart(world, i, s, cut_piece(link, pipe));
	} else if (pipe->end_wanted && !pipe->end_sent) {
		pipe->end_sent = true;
		depart(world, i, s, sim_packet_new(NULL, 0, world->now_us));
	}
}

static void on_departed(struct sim_world *world, const struct sim_event *event)
{
	struct sim_link *link = link_of(world, event);
	int s = (int)event->b;
	struct sim_pipe *pipe = &link->pipes[s];
	struct sim_side *sender = &link->sides[s];
	uint64_t arrival = world->now_us + link->latency_us +
			   sim_rng_below(&link->rng, link->latency_us / 4 + 1);

	link->events--;
	pipe->busy = false;
	if (arrival < pipe->last_arrival_us)
		arrival = pipe->last_arrival_us;
	pipe->last_arrival_us = arrival;
	plan(world, event->a, s, arrival - world->now_us, "arrived", on_arrived);
	pump(world, event->a, s);
	if (side_lives(world, sender)) {
		const struct kith_event writable = {.type = KITH_EVENT_WRITABLE,
			.conn = event->a * 2 + 2 + event->b,
			.unsent = pipe->unsent.bytes};
		sim_node_feed(world, &world->nodes[sender->node], &writable);
	}
}

void sim_net_send_take(struct sim_world *world, uint64_t conn, uint8_t *data, size_t len)
{
	int s;
	struct sim_link *link = sim_net_link(world, conn, &s);

	if (!link || !link->sides[s].open || len == 0) {
		free(data);
		return;
	}
	world->figures.bytes += len;
	sim_packets_put(&link->pipes[s].unsent, sim_packet_new(data, len, world->now_us));
	sim_check_unsent(world, &world->nodes[link->sides[s].node], link->pipes[s].unsent.bytes);
	pump(world, number_of(world, conn), s);
}

/* ---- receiving ------------------------------------------------------------------------------- */

static void flip(struct sim_world *world, struct sim_link *link, struct sim_pipe *pipe,
	struct sim_packet *packet)
{
	if (!pipe->flips || packet->len < 2)
		return;
	pipe->flips--;
	/* A packet often begins with the length of a frame. */
	packet->data[sim_rng_below(&link->rng, sim_rng_chance(&link->rng, 40) ? 2 : packet->len)] ^=
		(uint8_t)(1u << sim_rng_below(&link->rng, 8));
	if (!pipe->tampered_us)
		pipe->tampered_us = world->now_us;
	world->nodes[link->sides[0].node].tampered[link->sides[1].node]++;
	world->nodes[link->sides[1].node].tampered[link->sides[0].node]++;
}

static void on_arrived(struct sim_world *world, const struct sim_event *event)
{
	struct sim_link *link = link_of(world, event);
	int s = (int)event->b;
	struct sim_side *receiver = &link->sides[1 - s];
	struct sim_packet *packet = sim_packets_take(&link->pipes[s].flying);

	link->events--;
	if (side_lives(world, receiver)) {
		sim_packets_put(&link->pipes[s].arrived, packet);
		if (receiver->reading && !receiver->resting)
			plan(world, event->a, 1 - s, 0, "readable", on_readable);
		return;
	}
	/* Nobody is there who knows of this connection: a machine that is up says so. */
	if (sim_node_is_up(&world->nodes[receiver->node]) && !packet->end)
		sim_net_hang_up(world, event->a, s);
	sim_packet_free(packet);
	let_go(world, event->a);
}

static void hand_over(struct sim_world *world, size_t i, int r, struct sim_packet *packet)
{
	struct sim_link *link = world->net.links[i];
	struct sim_pipe *pipe = &link->pipes[1 - r];
	struct kith_event event = {.conn = i * 2 + 2 + (uint64_t)r};

	if (packet->end) {
		event.type = KITH_EVENT_CLOSED;
		side_closes(world, &link->sides[r]);
	} else {
		flip(world, link, pipe, packet);
		pipe->heard_sent_us = packet->sent_us;
		event.type = KITH_EVENT_BYTES;
		event.bytes = (struct kith_bytes){packet->data, packet->len};
	}
	link->sides[r].heard_us = world->now_us;
	sim_world_trace(world, packet->data, packet->len);
	sim_node_feed(world, &world->nodes[link->sides[r].node], &event);
}

static void on_readable(struct sim_world *world, const struct sim_event *event)
{
	struct sim_link *link = link_of(world, event);
	int r = (int)event->b;
	struct sim_side *side = &link->sides[r];
	struct sim_pipe *pipe = &link->pipes[1 - r];
	uint64_t per_s = world->nodes[side->node].read_per_s;
	struct sim_packet *packet;

	link->events--;
	side->resting = false;
	if (!pipe->arrived.first || !side->reading || !side_lives(world, side)) {
		let_go(world, event->a);
		return;
	}
	packet = sim_packets_take(&pipe->arrived);
	if (per_s) {
		side->resting = true;
		plan(world, event->a, r, packet->len * 1000000 / per_s, "rested", on_readable);
	} else if (pipe->arrived.first) {
		plan(world, event->a, r, 0, "readable", on_readable);
	}
	link->events++;
	hand_over(world, event->a, r, packet);
	sim_packet_free(packet);
	pump(world, event->a, 1 - r);
	link->events--;
	let_go(world, event->a);
}

void sim_net_read(struct sim_world *world, uint64_t conn, bool on)
{
	int s;
	struct sim_link *link = sim_net_link(world, conn, &s);

	if (!link)
		return;
	link->sides[s].reading = on;
	link->sides[s].heard_us = world->now_us;
	if (on && !link->sides[s].resting)
		plan(world, number_of(world, conn), s, 0, "readable", on_readable);
}

/* ---- the end of a connection ----------------------------------------------------------------- */

static void on_hang_up(struct sim_world *world, const struct sim_event *event)
{
	struct sim_link *link = link_of(world, event);
	int s = (int)event->b;
	struct sim_side *side = &link->sides[s];
	const struct kith_event closed = {.type = KITH_EVENT_CLOSED,
		.conn = event->a * 2 + 2 + event->b,
		.err = KITH_E_NETWORK};

	sim_packets_clear(&link->pipes[s].unsent);
	sim_packets_clear(&link->pipes[1 - s].arrived);
	link->pipes[s].end_wanted = false;
	if (side_lives(world, side)) {
		side_closes(world, side);
		sim_node_feed(world, &world->nodes[side->node], &closed);
	}
	link->events--;
	let_go(world, event->a);
}

/* What was sent leaves still, then the end of the stream. What came and was not read makes the
 * system answer with a reset instead, and the other side may never see what was sent last. */
void sim_net_close(struct sim_world *world, uint64_t conn)
{
	int s;
	struct sim_link *link = sim_net_link(world, conn, &s);
	size_t i = number_of(world, conn);

	if (!link || !link->sides[s].open)
		return;
	side_closes(world, &link->sides[s]);
	if (link->pipes[1 - s].arrived.first && sim_rng_chance(&link->rng, 50)) {
		sim_packets_clear(&link->pipes[s].unsent);
		sim_net_hang_up(world, i, 1 - s);
	} else {
		link->pipes[s].end_wanted = true;
		pump(world, i, s);
	}
	sim_packets_clear(&link->pipes[1 - s].arrived);
}

/* With the process goes what it had not sent; but what it had closed before, its system still
 * sends. */
static void side_dies(struct sim_world *world, size_t i, int s, bool loud)
{
	struct sim_link *link = world->net.links[i];
	bool was_open = link->sides[s].open;

	side_closes(world, &link->sides[s]);
	sim_packets_clear(&link->pipes[1 - s].arrived);
	if (loud && !was_open)
		return;
	sim_packets_clear(&link->pipes[s].unsent);
	link->pipes[s].end_wanted = false;
	if (loud)
		sim_net_hang_up(world, i, 1 - s);
}

void sim_net_node_down(struct sim_world *world, uint32_t node, bool loud)
{
	for (size_t i = 0; i < world->net.count; i++) {
		struct sim_link *link = world->net.links[i];

		for (int s = 0; link && s < 2; s++) {
			if (link->sides[s].node == node)
				side_dies(world, i, s, loud);
		}
	}
}

void sim_net_cut(struct sim_world *world, uint32_t from, uint32_t to, bool on)
{
	unsigned *cut = &world->net.cut[from * world->plan->node_count + to];

	*cut = on ? *cut + 1 : *cut - 1;
	for (size_t i = 0; !on && i < world->net.count; i++) {
		/* What was held up leaves. */
		for (int s = 0; world->net.links[i] && s < 2; s++)
			pump(world, i, s);
	}
}

static bool is_between(const struct sim_link *link, uint32_t a, uint32_t b, int *side_of_a)
{
	*side_of_a = link->sides[0].node == a ? 0 : 1;
	return (link->sides[0].node == a && link->sides[1].node == b) ||
	       (link->sides[1].node == a && link->sides[0].node == b);
}

void sim_net_reset(struct sim_world *world, uint32_t a, uint32_t b)
{
	int s;

	for (size_t i = 0; i < world->net.count; i++) {
		struct sim_link *link = world->net.links[i];

		if (!link || !is_between(link, a, b, &s))
			continue;
		sim_net_hang_up(world, i, 0);
		sim_net_hang_up(world, i, 1);
	}
}

void sim_net_flip(struct sim_world *world, uint32_t from, uint32_t to)
{
	int s;

	for (size_t i = 0; i < world->net.count; i++) {
		struct sim_link *link = world->net.links[i];

		if (link && is_between(link, from, to, &s) &&
			side_lives(world, &link->sides[1 - s]))
			link->pipes[s].flips = 1;
	}
}
