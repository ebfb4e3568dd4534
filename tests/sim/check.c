/* check.c: see check.h. */
#include "tests/sim/check.h"

#include "tests/sim/alloc.h"
#include "tests/sim/must.h"

#define AUDIT_US            1000000u
#define EVENTS_A_SECOND     500000u
#define EVENTS_A_MOMENT     20000u
#define TAMPERED_MAX_US     (200ull * 1000000)
#define UNSENT_MAX_BYTES    (2 * KITH_SEND_QUEUE_MAX_BYTES + KITH_MESSAGE_MAX_BYTES)
#define IN_FLIGHT_MAX_BYTES (KITH_IN_FLIGHT_MAX_BYTES + KITH_MESSAGE_MAX_BYTES + 65536u)
#define HEAP_MAX_BYTES      (256u * 1024)
#define HEAP_PARTNER_BYTES  (16u << 20)  /* in hand, unsent, asked for; see limits.h */
#define HEAP_IDLE_BYTES     (64u * 1024) /* of each partner when all is quiet */
#define SILENCE_MAX_US      ((KITH_SILENCE_MAX_MS + 10000ull) * 1000)
#define SETTLE_US           (60ull * 1000000)
#define QUIET_US            (20ull * 60 * 1000000)

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

void sim_check_verify(
	struct sim_world *world, struct sim_node *node, const struct kith_batch *batch)
{
	int side;
	const struct sim_link *link = sim_net_link(world, batch->conn, &side);
	const struct sim_node *sender;

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

		if (index != SIM_NO_RECORD && !node->stored_us[index])
			node->stored_us[index] = world->now_us;
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

static void audit_memory(struct sim_world *world, const struct sim_node *node)
{
	struct kith_core_stats stats = kith_core_stats(node->core);
	struct kith_partner_view view;
	size_t partners = 0, heap;

	while (kith_core_partner_at(node->core, partners, sim_now_ms(world), &view))
		partners++;
	heap = sim_alloc_bytes(node->number);
	heap -= heap < stats.set_bytes ? heap : stats.set_bytes;
	if (heap > world->figures.heap_max)
		world->figures.heap_max = heap;
	/* Of each partner the connection there is, and what one before it left behind. */
	if (stats.in_flight_bytes > 2 * partners * IN_FLIGHT_MAX_BYTES ||
		heap > HEAP_MAX_BYTES + partners * HEAP_PARTNER_BYTES)
		sim_world_fail(world, "memory", "node %u has %zu bytes in hand, %zu in all",
			node->number, stats.in_flight_bytes, heap);
}

static void audit_offences(struct sim_world *world, const struct sim_node *node)
{
	struct kith_partner_view view;

	for (size_t i = 0; kith_core_partner_at(node->core, i, sim_now_ms(world), &view); i++) {
		unsigned other;

		MUST(sscanf(view.config.name, "node%u", &other) == 1);
		if (is_honest(&world->nodes[other]) && view.stats.offences > node->tampered[other])
			sim_world_fail(world, "accused", "node %u blames honest node %u: %s",
				node->number, other, kith_err_name(view.last_err));
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

static void audit_links(struct sim_world *world)
{
	for (size_t i = 0; i < world->net.count; i++) {
		const struct sim_link *link = world->net.links[i];

		for (int s = 0; link && s < 2; s++) {
			audit_half_open(world, link, s);
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

/* ---- the end --------------------------------------------------------------------------------- */

static bool is_live(const struct sim_world *world, const struct sim_node *node)
{
	struct kith_partner_view view;

	for (size_t i = 0; kith_core_partner_at(node->core, i, sim_now_ms(world), &view); i++) {
		unsigned other;

		MUST(sscanf(view.config.name, "node%u", &other) == 1);
		if (is_honest(&world->nodes[other]) && view.state != KITH_PARTNER_LIVE)
			return false;
	}
	return true;
}

static bool same_sets(const struct kith_core *a, const struct kith_core *b)
{
	const struct kith_circle commons = kith_circle_commons();

	for (int class_ = 0; class_ < KITH_CLASSES; class_++) {
		const struct kith_set *x = kith_core_set(a, &commons, (enum kith_class)class_);
		const struct kith_set *y = kith_core_set(b, &commons, (enum kith_class)class_);
		struct kith_sum sum_x = kith_set_sum(x, 0, kith_set_count(x));
		struct kith_sum sum_y = kith_set_sum(y, 0, kith_set_count(y));

		if (memcmp(&sum_x, &sum_y, sizeof(sum_x)) != 0)
			return false;
	}
	return true;
}

static bool set_is_disk(const struct sim_node *node)
{
	const struct kith_circle commons = kith_circle_commons();
	const struct sim_pool *pool = node->disk.pool;

	for (uint32_t i = 0; i < pool->count; i++) {
		const struct sim_record *record = &pool->records[i];
		const struct kith_set *set = kith_core_set(node->core, &commons, record->class_);

		if (kith_set_contains(set, &record->item) != sim_disk_has(&node->disk, i))
			return false;
	}
	return true;
}

/* What is not so yet, or NULL when all is as it should be. */
static const char *lacking(const struct sim_world *world)
{
	for (uint32_t i = 0; i < world->plan->node_count; i++) {
		const struct sim_node *node = &world->nodes[i];

		if (!is_honest(node))
			continue;
		if (!node->core)
			return "a node is not up";
		if (!same_sets(node->core, world->nodes[0].core))
			return "sets differ";
		if (!is_live(world, node))
			return "partners are not connected and equal in their own view";
		if (kith_core_stats(node->core).in_flight_records)
			return "records are in flight";
	}
	for (uint32_t i = 0; i < world->plan->node_count; i++)
		if (is_honest(&world->nodes[i]) && world->nodes[i].publishing)
			return "somebody who published has no answer";
	for (uint32_t i = 0; i < world->plan->node_count; i++)
		if (is_honest(&world->nodes[i]) && !set_is_disk(&world->nodes[i]))
			return "a set is not what the disk holds";
	return NULL;
}

static uint64_t reconcile_every_ms(const struct sim_plan *plan)
{
	return plan->reconcile_every_ms ? plan->reconcile_every_ms : KITH_RECONCILE_EVERY_MS;
}

static bool has_step(const struct sim_plan *plan, enum sim_step_kind first, enum sim_step_kind last)
{
	for (size_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].kind >= first && plan->steps[i].kind <= last)
			return true;
	return false;
}

/* What the limits of the core allow, for the faults that there were. */
static uint64_t bound_us(const struct sim_plan *plan)
{
	uint64_t ms = 120000;

	if (plan->hostile || has_step(plan, SIM_STEP_STOP, SIM_STEP_FLIP) ||
		has_step(plan, SIM_STEP_PAUSE, SIM_STEP_PAUSE))
		ms += 2 * KITH_DIAL_MAX_MS + KITH_SILENCE_MAX_MS + KITH_STALL_MAX_MS;
	if (has_step(plan, SIM_STEP_NOMEM, SIM_STEP_NOMEM))
		ms += 2 * KITH_DIAL_MAX_MS + KITH_SILENCE_MAX_MS + KITH_STALL_MAX_MS;
	if (has_step(plan, SIM_STEP_FLIP, SIM_STEP_FLIP))
		ms += KITH_SHUN_MS;
	if (has_step(plan, SIM_STEP_DISK_FULL, SIM_STEP_DISK_IO))
		ms += KITH_STORE_RETRY_MAX_MS;
	if (!plan->rarely)
		ms += 3 * reconcile_every_ms(plan);
	if (plan->ahead)
		ms += SIM_AHEAD_MAX_MS;
	return ms * 1000;
}

static void report_state(const struct sim_world *world, const char *lacks)
{
	sim_world_say(world, "%s", lacks ? lacks : "all is equal");
	for (uint32_t i = 0; lacks && i < world->plan->node_count; i++) {
		const struct sim_node *node = &world->nodes[i];
		struct kith_partner_view view;

		if (!is_honest(node) || !node->core)
			continue;
		sim_world_say(world, "  node %u: %u records, %zu in flight%s", i,
			node->disk.log_len, kith_core_stats(node->core).in_flight_records,
			kith_core_stats(node->core).storage_blocked ? ", blocked" : "");
		for (size_t p = 0; kith_core_partner_at(node->core, p, sim_now_ms(world), &view);
			p++)
			sim_world_say(world,
				"    %s %s, %s, bye %d, dials in %lld ms, held back %llu, forged "
				"%llu, unavailable %llu",
				view.config.name, kith_partner_state_name(view.state),
				kith_err_name(view.last_err), view.last_bye,
				(long long)view.next_dial_in_ms,
				(unsigned long long)view.stats.held_back,
				(unsigned long long)view.stats.forged,
				(unsigned long long)view.stats.unavailable);
	}
}

/* Counts what moves records or touches the disk. */
static void count_work(const struct sim_world *world, struct sim_figures *out)
{
	*out = world->figures;
	out->verified = out->stored = out->fetched = 0;
	for (uint32_t i = 0; i < world->plan->node_count; i++) {
		out->verified += world->nodes[i].verifies;
		out->stored += world->nodes[i].stores;
		out->fetched += world->nodes[i].fetches;
	}
}

/* Pings, pongs, and the reconciliation of equal sets. */
static uint64_t quiet_allowance(const struct sim_plan *plan)
{
	uint64_t every_us = reconcile_every_ms(plan) * 1000;

	return plan->edge_count * (QUIET_US / 60000000 * 200 + (QUIET_US / every_us + 2) * 3000);
}

static void check_quiet(struct sim_world *world)
{
	struct sim_figures now;
	const struct sim_figures *before = &world->before_quiet;

	count_work(world, &now);
	world->figures.quiet_bytes = now.bytes - before->bytes;
	if (world->plan->hostile)
		return;
	if (now.verified != before->verified || now.stored != before->stored ||
		now.fetched != before->fetched)
		sim_world_fail(world, "restless", "records move although all have all");
	else if (world->figures.quiet_bytes > quiet_allowance(world->plan))
		sim_world_fail(world, "restless", "%llu bytes were sent for nothing",
			(unsigned long long)world->figures.quiet_bytes);
}

/* What remains allocated when nothing is under way. */
static void check_idle(struct sim_world *world)
{
	for (uint32_t i = 0; i < world->plan->node_count; i++) {
		const struct sim_node *node = &world->nodes[i];
		size_t heap = is_honest(node) ? sim_alloc_bytes(i) : 0, sets, most;

		if (heap == 0)
			continue;
		sets = kith_core_stats(node->core).set_bytes;
		most = HEAP_MAX_BYTES + HEAP_IDLE_BYTES * world->plan->node_count;
		heap -= heap < sets ? heap : sets;
		if (heap > world->figures.heap_idle)
			world->figures.heap_idle = heap;
		if (heap > most)
			sim_world_fail(
				world, "memory", "node %u keeps %zu bytes for nothing", i, heap);
	}
}

static void finish(struct sim_world *world)
{
	const char *lacks = lacking(world);

	if (lacks)
		sim_world_fail(world, "diverged", "%s, after all had been well", lacks);
	check_quiet(world);
	check_idle(world);
	for (uint32_t i = 0; i < world->plan->node_count; i++)
		sim_check_after_crash(world, &world->nodes[i]);
	world->figures.records = world->nodes[0].disk.log_len;
	world->over = true;
}

static void audit_end(struct sim_world *world)
{
	uint64_t healed_us = world->plan->heal_ms * 1000;
	const char *lacks;

	if (world->converged_us) {
		if (world->now_us >= world->converged_us + SETTLE_US && !world->before_quiet.events)
			count_work(world, &world->before_quiet);
		if (world->now_us >= world->converged_us + SETTLE_US + QUIET_US)
			finish(world);
		return;
	}
	lacks = lacking(world);
	if (lacks != world->lacks)
		report_state(world, lacks);
	world->lacks = lacks;
	if (!lacks) {
		world->converged_us = world->now_us;
		world->figures.converged_ms = (world->now_us - healed_us) / 1000;
	} else if (world->now_us > healed_us + bound_us(world->plan)) {
		report_state(world, lacks);
		sim_world_fail(world, "diverged", "%s, %.0f s after all was healed", lacks,
			(double)bound_us(world->plan) / 1e6);
	}
}

static void on_audit(struct sim_world *world, const struct sim_event *event)
{
	for (uint32_t i = 0; i < world->plan->node_count; i++) {
		const struct sim_node *node = &world->nodes[i];

		if (!is_honest(node) || !node->core)
			continue;
		audit_memory(world, node);
		audit_offences(world, node);
	}
	audit_links(world);
	if (world->healed)
		audit_end(world);
	if (!world->over)
		sim_world_plan(world, AUDIT_US, *event);
}

void sim_check_begin(struct sim_world *world)
{
	sim_world_plan(world, AUDIT_US,
		(struct sim_event){.what = "audit", .run = on_audit, .node = SIM_NOBODY});
}
