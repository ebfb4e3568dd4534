/*
 * node.c: see node.h. One drained core after the other: events come in through sim_node_feed(),
 * actions become calls on the network, or events that give a batch or a fetch back after a while.
 */
#include "tests/sim/node.h"

#include "keys/hash.h"
#include "protocol/certificate.h"
#include "tests/sim/alloc.h"
#include "tests/sim/check.h"
#include "tests/sim/hostile.h"
#include "tests/sim/must.h"
#include "tests/sim/world.h"

#define AUDIT_EVERY_MS (20u * 60 * 1000) /* so that every run sees some */
#define CERTIFICATE_MS (300ull * 24 * 3600 * 1000)

static void drain(struct sim_world *world, struct sim_node *node);
static void plan_tick(struct sim_world *world, struct sim_node *node);

/* ---- life ------------------------------------------------------------------------------------ */

void sim_node_init(struct sim_world *world, uint32_t number)
{
	struct sim_node *node = &world->nodes[number];
	uint64_t seed = world->plan->options.seed;
	struct sim_rng keys = sim_rng_fork(seed, SIM_RNG_KEYS, number, 0);
	uint8_t bytes[KITH_SEED_LEN];
	struct kith_buf certificate;

	node->number = number;
	node->temper = world->plan->tempers[number];
	node->rng = sim_rng_fork(seed, SIM_RNG_NODE, number, 0);
	sim_rng_fill(&keys, bytes, sizeof(bytes));
	kith_node_pair_from_seed(bytes, &node->pair);
	sim_rng_fill(&keys, bytes, sizeof(bytes));
	kith_sign_pair_from_seed(bytes, &node->group);
	kith_buf_init(&certificate, KITH_HELLO_MAX_BYTES);
	MUST(kith_certificate_sign(&node->group, &node->pair.public_key,
		     SIM_WALL_MS + CERTIFICATE_MS, &certificate) == 0);
	node->certificate = certificate.data;
	node->certificate_len = certificate.len;
	node->tick_us = UINT64_MAX;
	node->stored_us = must_calloc(world->pool->count, sizeof(*node->stored_us));
	node->acknowledged = must_calloc(world->pool->count, sizeof(*node->acknowledged));
	node->came_by = must_calloc(world->pool->count, sizeof(*node->came_by));
	sim_disk_init(&node->disk, world->pool, &node->rng);
	node->disk.lies_by_flipping = node->temper == SIM_FORGER;
	node->disk.lies_by_withholding = node->temper == SIM_WITHHOLDER;
}

static void drop_writes(struct sim_node *node)
{
	for (size_t i = 0; i < node->to_store_count; i++)
		kith_batch_free(node->to_store[i]);
	node->to_store_count = 0;
}

void sim_node_clear(struct sim_node *node)
{
	kith_core_free(node->core);
	sim_hostile_free(node->hostile);
	sim_disk_clear(&node->disk);
	drop_writes(node);
	free(node->to_store);
	for (uint32_t i = 0; i < SIM_NODES_MAX; i++)
		free(node->given[i].items);
	free(node->certificate);
	free(node->stored_us);
	free(node->acknowledged);
	free(node->came_by);
}

bool sim_node_is_up(const struct sim_node *node)
{
	return node->core || node->hostile;
}

uint64_t sim_node_wall_ms(const struct sim_world *world, const struct sim_node *node)
{
	return (uint64_t)((int64_t)(SIM_WALL_MS + sim_now_ms(world)) + node->clock_off_ms);
}

static bool calls(const struct sim_world *world, uint32_t from, uint32_t to, bool *known)
{
	*known = false;
	for (size_t i = 0; i < world->plan->edge_count; i++) {
		const struct sim_edge *edge = &world->plan->edges[i];
		bool forth = edge->a == from && edge->b == to,
		     back = edge->b == from && edge->a == to;

		*known = forth || back;
		if (*known)
			return forth ? edge->a_calls : edge->b_calls;
	}
	return false;
}

void sim_node_set_partner(struct sim_world *world, struct sim_node *node, uint32_t other)
{
	struct kith_partner_config config = {
		.group = world->nodes[other].group.public_key,
		.node = world->nodes[other].pair.public_key,
		.port = 1,
		.paused = node->paused[other] > 0,
	};
	bool known;

	config.has_address = calls(world, node->number, other, &known);
	if (!known || !node->core)
		return;
	snprintf(config.name, sizeof(config.name), "node%u", other);
	snprintf(config.host, sizeof(config.host), "node%u", other);
	sim_alloc_enter(node->number, false);
	MUST(kith_core_set_partner(node->core, &config, sim_now_ms(world)) == 0);
	sim_alloc_leave();
	drain(world, node);
	plan_tick(world, node);
}

static void restore_sets(const struct sim_world *world, struct sim_node *node)
{
	const struct sim_pool *pool = world->pool;
	struct kith_circle circles[SIM_CIRCLES];

	for (unsigned i = 0; i < SIM_CIRCLES; i++) {
		circles[i] = sim_pool_circle(i);
		if (world->plan->member[node->number][i])
			MUST(kith_core_add_circle(node->core, &circles[i]) == 0);
	}
	for (uint32_t i = 0; i < pool->count; i++) {
		const struct sim_record *record = &pool->records[i];

		if (sim_disk_has(&node->disk, i))
			MUST(kith_core_restore(node->core, &circles[record->circle], record->class_,
				     &record->item) == 0);
	}
}

static void start_core(struct sim_world *world, struct sim_node *node)
{
	const struct kith_core_config config = {
		.node = &node->pair,
		.group = node->group.public_key,
		.certificate = {node->certificate, node->certificate_len},
		.agent = "kith/sim",
		.rng = &node->hand,
		.reconcile_every_ms = world->plan->reconcile_every_ms,
		.audit_every_ms = AUDIT_EVERY_MS,
		.pull_window_bytes = world->plan->pull_window_bytes,
	};

	node->partners = 0;
	node->keys_rng =
		sim_rng_fork(world->plan->options.seed, SIM_RNG_CORE, node->number, node->life);
	node->hand = sim_rng_hand(&node->keys_rng);
	sim_alloc_enter(node->number, false);
	node->core = kith_core_new(&config, sim_now_ms(world), sim_node_wall_ms(world, node));
	MUST(node->core);
	restore_sets(world, node);
	sim_alloc_leave();
	for (uint32_t i = 0; i < world->pool->count; i++)
		if (sim_disk_has(&node->disk, i) && !node->stored_us[i])
			node->stored_us[i] = world->now_us + 1;
	for (uint32_t other = 0; other < world->plan->node_count; other++) {
		bool known;

		(void)calls(world, node->number, other, &known);
		node->partners += known;
	}
	for (uint32_t other = 0; other < world->plan->node_count; other++)
		sim_node_set_partner(world, node, other);
}

void sim_node_start(struct sim_world *world, struct sim_node *node)
{
	MUST(!sim_node_is_up(node));
	if (world->plan->absent && node->temper != SIM_HONEST)
		return;
	if (node->temper >= SIM_DEAF) {
		node->hostile = sim_hostile_new();
		sim_hostile_begin(world, node);
		return;
	}
	start_core(world, node);
	drain(world, node);
	plan_tick(world, node);
}

static void on_start(struct sim_world *world, const struct sim_event *event)
{
	struct sim_node *node = &world->nodes[event->a];

	sim_world_say(world, "node %u is up again, %u records", node->number, node->disk.log_len);
	sim_node_start(world, node);
}

static void end_life(
	struct sim_world *world, struct sim_node *node, bool loud, uint64_t down_for_ms)
{
	sim_net_node_down(world, node->number, loud);
	kith_core_free(node->core);
	sim_hostile_free(node->hostile);
	node->core = NULL;
	node->hostile = NULL;
	node->life++;
	node->verifying_us = 0;
	node->tick_us = UINT64_MAX;
	drop_writes(node);
	node->crash_at_store = false;
	node->publishing = 0;
	world->figures.crashes++;
	sim_world_plan(world, down_for_ms * 1000,
		(struct sim_event){
			.what = "start", .run = on_start, .node = SIM_NOBODY, .a = node->number});
}

void sim_node_crash(
	struct sim_world *world, struct sim_node *node, bool power, uint64_t down_for_ms)
{
	if (!sim_node_is_up(node))
		return;
	sim_world_say(world, "node %u crashes", node->number);
	end_life(world, node, !power, down_for_ms);
	if (power)
		sim_disk_power_cut(&node->disk);
	sim_check_after_crash(world, node);
}

/* Nobody promised that an old backup has what came later. */
void sim_node_restore(struct sim_node *node, uint32_t log_len)
{
	sim_disk_truncate(&node->disk, log_len);
	for (uint32_t i = 0; i < node->disk.pool->count; i++)
		if (!sim_disk_has(&node->disk, i))
			node->acknowledged[i] = false;
}

void sim_node_stop(struct sim_world *world, struct sim_node *node, uint64_t down_for_ms)
{
	if (!node->core)
		return;
	sim_world_say(world, "node %u stops", node->number);
	sim_alloc_enter(node->number, true);
	kith_core_shutdown(node->core, sim_now_ms(world));
	sim_alloc_leave();
	drain(world, node);
	end_life(world, node, true, down_for_ms);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void check_moves_on(struct sim_world *world, struct sim_node *node)
{
	if (node->last_tick_ms != sim_now_ms(world))
		node->ticks_in_ms = 0;
	node->last_tick_ms = sim_now_ms(world);
	if (++node->ticks_in_ms > 200)
		sim_world_fail(
			world, "livelock", "node %u: its deadline does not move on", node->number);
}

/* A core may fail only for want of memory. */
static void expect_none(
	struct sim_world *world, const struct sim_node *node, bool no_memory, int err)
{
	if (err && !(no_memory && err == KITH_E_NOMEM))
		sim_world_fail(world, "error", "node %u: a call of its core ends with %s",
			node->number, kith_err_name(err));
}

static void on_tick(struct sim_world *world, const struct sim_event *event)
{
	int err;
	struct sim_node *node = &world->nodes[event->node];

	if (event->a != node->ticks || !node->core)
		return; /* planned anew since */
	node->tick_us = UINT64_MAX;
	check_moves_on(world, node);
	kith_core_set_wall_ms(node->core, sim_node_wall_ms(world, node), sim_now_ms(world));
	sim_alloc_enter(node->number, true);
	err = kith_core_tick(node->core, sim_now_ms(world));
	expect_none(world, node, sim_alloc_leave(), err);
	drain(world, node);
	plan_tick(world, node);
}

static void plan_tick(struct sim_world *world, struct sim_node *node)
{
	uint64_t due_ms, due_us;

	if (!node->core)
		return;
	due_ms = kith_core_deadline_ms(node->core);
	if (due_ms == UINT64_MAX) {
		node->tick_us = UINT64_MAX;
		node->ticks++;
		return;
	}
	due_us = due_ms * 1000 > world->now_us ? due_ms * 1000 : world->now_us;
	if (due_us == node->tick_us)
		return;
	node->tick_us = due_us;
	sim_world_plan(world, due_us - world->now_us,
		(struct sim_event){
			.what = "tick", .run = on_tick, .node = node->number, .a = ++node->ticks});
}

/* ---- what happens to it ---------------------------------------------------------------------- */

static const struct kith_action *next_action(struct sim_node *node)
{
	const struct kith_action *action;

	sim_alloc_enter(node->number, true);
	action = kith_core_next(node->core);
	sim_alloc_leave();
	return action;
}

static void drain(struct sim_world *world, struct sim_node *node)
{
	const struct kith_action *action;
	struct kith_core_stats stats;

	while ((action = next_action(node))) {
		if (world->plan->options.verbose && action->type == KITH_ACTION_CLOSE)
			sim_world_say(world, "node %u closes %llu: %s", node->number,
				(unsigned long long)action->conn, kith_err_name(action->reason));
		sim_node_trace_action(world, action);
		sim_node_act(world, node, action);
	}
	stats = kith_core_stats(node->core);
	if (node->temper == SIM_HONEST)
		sim_check_memory(world, node, &stats);
	if (stats.in_flight_bytes > world->figures.in_flight_max)
		world->figures.in_flight_max = stats.in_flight_bytes;
}

void sim_node_feed(struct sim_world *world, struct sim_node *node, const struct kith_event *event)
{
	int err;

	if (node->hostile) {
		sim_hostile_feed(world, node, event);
		return;
	}
	kith_core_set_wall_ms(node->core, sim_node_wall_ms(world, node), sim_now_ms(world));
	sim_alloc_enter(node->number, true);
	err = kith_core_feed(node->core, event, sim_now_ms(world));
	expect_none(world, node, sim_alloc_leave(), err);
	if (err && event->type == KITH_EVENT_CONNECTED)
		sim_net_close(world, event->conn);
	drain(world, node);
	plan_tick(world, node);
}

void sim_node_publish(
	struct sim_world *world, struct sim_node *node, const uint32_t *indexes, uint32_t count)
{
	struct kith_event event = {.type = KITH_EVENT_PUBLISH};

	if (!node->core || count == 0)
		return;
	for (uint32_t i = 0; i < count; i++)
		if (!world->published_us[indexes[i]])
			world->published_us[indexes[i]] = world->now_us + 1;
	event.batch = kith_batch_new(count);
	MUST(event.batch);
	for (uint32_t i = 0; i < count; i++) {
		const struct sim_record *from = &world->pool->records[indexes[i]];
		struct kith_record *record;

		MUST(kith_record_reopen(from->envelope, from->len, &record) == 0);
		MUST(kith_batch_add_record_take(event.batch, record) == 0);
	}
	node->publishing++;
	sim_node_feed(world, node, &event);
}
