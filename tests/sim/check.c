/* check.c: see check.h. */
#include "tests/sim/check.h"

#include "tests/sim/alloc.h"
#include "tests/sim/must.h"
#include "tests/sim/settled.h"

#define AUDIT_US            1000000u
#define EVENTS_A_SECOND     500000u
#define EVENTS_A_MOMENT     20000u
#define TAMPERED_MAX_US     (200ull * 1000000)
#define UNSENT_MAX_BYTES    (2 * KITH_SEND_QUEUE_MAX_BYTES + KITH_MESSAGE_MAX_BYTES)
#define IN_FLIGHT_MAX_BYTES (KITH_IN_FLIGHT_MAX_BYTES + KITH_MESSAGE_MAX_BYTES + 65536u)
#define HEAP_MAX_BYTES      (256u * 1024)
#define HEAP_PARTNER_BYTES  (16u << 20) /* in hand, unsent, asked for; see limits.h */
#define DEAF_MAX_US         5000000u
#define SILENCE_MAX_US      ((KITH_SILENCE_MAX_MS + 10000ull) * 1000)

static bool is_honest(const struct sim_node *node)
{
	return node->temper == SIM_HONEST;
}

/* ---- records --------------------------------------------------------------------------------- */

/* A record that came from an honest node must have been in that node's store when it was sent. */
static void check_sent(struct sim_world *world, const struct sim_node *sender, uint64_t sent_us,
	const struct kith_batch_entry *entry)
{
	struct kith_claim claim;
	uint32_t index = SIM_NO_RECORD;

	if (kith_record_peek(entry->envelope, entry->envelope_len, &claim) == 0)
		index = sim_pool_find(world->pool, &claim.item.id);
	if (index == SIM_NO_RECORD ||
		!sim_pool_same(world->pool, index, entry->envelope, entry->envelope_len))
		sim_world_fail(world, "forged", "honest node %u passed on a forged record",
			sender->number);
	else if (sender->stored_us[index] == 0 || sender->stored_us[index] > sent_us)
		sim_world_fail(world, "unstored", "node %u sent a record before it was stored",
			sender->number);
}

static void note_way(
	const struct sim_world *world, struct sim_node *node, const struct kith_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct kith_batch_entry *entry = &batch->entries[i];
		struct kith_claim claim;
		uint32_t index = SIM_NO_RECORD;

		if (kith_record_peek(entry->envelope, entry->envelope_len, &claim) == 0)
			index = sim_pool_find(world->pool, &claim.item.id);
		if (index != SIM_NO_RECORD)
			node->came_by[index] = batch->conn;
	}
}

void sim_check_verify(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch)
{
	int side;
	const struct sim_link *link = sim_net_link(world, batch->conn, &side);
	const struct sim_node *sender;

	note_way(world, node, batch);
	if (!is_honest(node) || !link)
		return;
	sender = &world->nodes[link->sides[1 - side].node];
	for (size_t i = 0; is_honest(sender) && i < batch->count; i++)
		check_sent(world, sender, link->pipes[1 - side].heard_sent_us, &batch->entries[i]);
}

void sim_check_store(struct sim_world *world, struct sim_node *node, const struct kith_batch *batch)
{
	uint64_t latest_ms = sim_node_wall_ms(world, node) + KITH_FUTURE_SKEW_MS;

	if (!is_honest(node) || batch->origin == KITH_ORIGIN_LOCAL)
		return;
	for (size_t i = 0; i < batch->count; i++)
		if (batch->entries[i].record && batch->entries[i].record->created_ms > latest_ms)
			sim_world_fail(world, "future", "node %u takes a record from the future",
				node->number);
}

void sim_check_stored(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch)
{
	for (size_t i = 0; !batch->err && i < batch->count; i++) {
		uint32_t index = sim_pool_find(world->pool, &batch->entries[i].record->id);

		if (index == SIM_NO_RECORD || node->stored_us[index])
			continue;
		node->stored_us[index] = world->now_us;
		if (is_honest(node) && batch->origin != KITH_ORIGIN_LOCAL &&
			world->published_us[index]) {
			world->figures.arrivals++;
			world->figures.latency_us += world->now_us + 1 - world->published_us[index];
		}
	}
}

void sim_check_after_crash(struct sim_world *world, struct sim_node *node)
{
	for (uint32_t i = 0; i < world->pool->count; i++)
		if (node->acknowledged[i] && !sim_disk_has(&node->disk, i))
			sim_world_fail(
				world, "lost", "node %u lost an acknowledged record", node->number);
}

/* ---- limits ---------------------------------------------------------------------------------- */

void sim_check_event(struct sim_world *world)
{
	uint64_t second = world->now_us / 1000000;

	if (second != world->second)
		world->events_in_second = 0;
	if (world->now_us != world->moment_us)
		world->events_in_moment = 0;
	world->second = second;
	world->moment_us = world->now_us;
	if (++world->events_in_second > EVENTS_A_SECOND)
		sim_world_fail(
			world, "livelock", "more than %u events in one second", EVENTS_A_SECOND);
	if (++world->events_in_moment > EVENTS_A_MOMENT)
		sim_world_fail(
			world, "livelock", "more than %u events in one moment", EVENTS_A_MOMENT);
}

void sim_check_unsent(struct sim_world *world, const struct sim_node *node, uint64_t unsent)
{
	if (!is_honest(node))
		return;
	if (unsent > world->figures.unsent_max)
		world->figures.unsent_max = unsent;
	if (unsent > UNSENT_MAX_BYTES)
		sim_world_fail(world, "memory", "node %u has %llu bytes waiting for one connection",
			node->number, (unsigned long long)unsent);
}

void sim_check_in_hand(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch, bool comes)
{
	int side;
	struct sim_link *link = sim_net_link(world, batch->conn, &side);
	uint64_t *in_hand = link ? &link->sides[side].in_hand : NULL;

	if (!link)
		return;
	*in_hand = comes ? *in_hand + batch->bytes : *in_hand - batch->bytes;
	if (*in_hand > world->figures.in_hand_max)
		world->figures.in_hand_max = *in_hand;
	if (*in_hand > IN_FLIGHT_MAX_BYTES && is_honest(node))
		sim_world_fail(world, "memory", "node %u has %llu bytes in hand of one partner",
			node->number, (unsigned long long)*in_hand);
}

static void check_way_on(struct sim_world *world, const struct sim_node *node, uint32_t other,
	struct kith_item after)
{
	const struct sim_cursors *given = &node->given[other];
	const struct kith_item beginning = {0};

	if (kith_item_compare(&after, &beginning) == 0)
		return;
	for (size_t i = given->count; i-- > 0;)
		if (kith_item_compare(&given->items[i], &after) == 0)
			return;
	sim_world_fail(world, "gap", "node %u pulls from node %u, but not from where it was", other,
		node->number);
}

void sim_check_fetch(
	struct sim_world *world, const struct sim_node *node, const struct kith_fetch *fetch)
{
	uint32_t other = sim_net_other(world, fetch->conn);

	if (fetch->mode == KITH_FETCH_AFTER && other != SIM_NOBODY && is_honest(node) &&
		is_honest(&world->nodes[other]))
		check_way_on(world, node, other, fetch->after);
}

void sim_check_fetched(
	struct sim_world *world, struct sim_node *node, const struct kith_fetch *fetch)
{
	uint32_t other = sim_net_other(world, fetch->conn);
	struct sim_cursors *given;

	if (fetch->mode != KITH_FETCH_AFTER || fetch->err || other == SIM_NOBODY)
		return;
	given = &node->given[other];
	given->items = must_realloc(given->items, (given->count + 1) * sizeof(*given->items));
	given->items[given->count++] = fetch->last;
}

void sim_check_memory(
	struct sim_world *world, const struct sim_node *node, const struct kith_core_stats *stats)
{
	size_t heap = sim_alloc_bytes(node->number);

	heap -= heap < stats->set_bytes ? heap : stats->set_bytes;
	if (heap > world->figures.heap_max)
		world->figures.heap_max = heap;
	/* Of each partner the connection there is, and what one before it left behind. */
	if (stats->in_flight_bytes > 2 * node->partners * IN_FLIGHT_MAX_BYTES ||
		heap > HEAP_MAX_BYTES + node->partners * HEAP_PARTNER_BYTES)
		sim_world_fail(world, "memory", "node %u has %zu bytes in hand, %zu in all",
			node->number, stats->in_flight_bytes, heap);
}

static void audit_partners(struct sim_world *world, const struct sim_node *node)
{
	struct kith_partner_view view;

	for (size_t i = 0; kith_core_partner_at(node->core, i, sim_now_ms(world), &view); i++) {
		unsigned other;

		MUST(sscanf(view.config.name, "node%u", &other) == 1);
		if (is_honest(&world->nodes[other]) && view.stats.offences > node->tampered[other])
			sim_world_fail(world, "accused", "node %u blames honest node %u: %s",
				node->number, other, kith_err_name(view.last_err));
		if (view.stats.forged >
			view.stats.connections * (KITH_FORGED_MAX + IN_FLIGHT_MAX_BYTES / 512))
			sim_world_fail(world, "lenient", "node %u bears with forger %u",
				node->number, other);
	}
}

static void audit_half_open(struct sim_world *world, const struct sim_link *link, int s)
{
	const struct sim_side *side = &link->sides[s];
	uint64_t since = link->sides[1 - s].closed_us;

	if (!side->open || !side->reading || !since || !is_honest(&world->nodes[side->node]))
		return;
	since = since > side->heard_us ? since : side->heard_us;
	if (world->now_us > since + SILENCE_MAX_US)
		sim_world_fail(world, "half-open",
			"node %u keeps a connection whose other end is gone", side->node);
}

/* Nothing is left of what made it stop reading, but it does not read. */
static void audit_deaf(struct sim_world *world, const struct sim_link *link, int s)
{
	const struct sim_side *side = &link->sides[s];
	const struct sim_node *node = &world->nodes[side->node];

	if (side->open && !side->reading && is_honest(node) && !node->forgets && !side->in_hand &&
		!link->pipes[s].unsent.bytes && world->now_us > side->heard_us + DEAF_MAX_US)
		sim_world_fail(world, "deaf", "node %u does not go on reading from node %u",
			side->node, link->sides[1 - s].node);
}

static void audit_links(struct sim_world *world)
{
	for (size_t i = 0; i < world->net.count; i++) {
		const struct sim_link *link = world->net.links[i];

		for (int s = 0; link && s < 2; s++) {
			audit_half_open(world, link, s);
			audit_deaf(world, link, s);
			const struct sim_side *receiver = &link->sides[1 - s];
			uint64_t since = link->pipes[s].tampered_us;

			if (since && receiver->open && world->now_us > since + TAMPERED_MAX_US &&
				is_honest(&world->nodes[receiver->node]))
				sim_world_fail(world, "tampered",
					"node %u goes on with a connection in which a bit was "
					"turned over",
					receiver->node);
		}
	}
}

/* ---- every second ---------------------------------------------------------------------------- */

static void on_audit(struct sim_world *world, const struct sim_event *event)
{
	for (uint32_t i = 0; i < world->plan->node_count; i++) {
		const struct sim_node *node = &world->nodes[i];

		if (!is_honest(node) || !node->core)
			continue;
		audit_partners(world, node);
	}
	audit_links(world);
	if (world->healed)
		sim_audit_settled(world);
	if (!world->over)
		sim_world_plan(world, AUDIT_US, *event);
}

void sim_check_begin(struct sim_world *world)
{
	sim_world_plan(world, AUDIT_US,
		(struct sim_event){.what = "audit", .run = on_audit, .node = SIM_NOBODY});
}
