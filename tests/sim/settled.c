/* settled.c: see settled.h. */
#include "tests/sim/settled.h"

#include "tests/sim/alloc.h"
#include "tests/sim/check.h"
#include "tests/sim/must.h"

#define SETTLE_US              (60ull * 1000000)
#define QUIET_US               (20ull * 60 * 1000000)
#define NEWS_US                (60ull * 1000000)
#define NEWS_BESIDE_HOSTILE_US ((KITH_STALL_MAX_MS + KITH_WANT_RETRY_MS) * 1000ull)
#define HEAP_MAX_BYTES         (256u * 1024)
#define HEAP_IDLE_BYTES        (64u * 1024) /* of each partner when all is quiet */

static bool is_honest(const struct sim_node *node)
{
	return node->temper == SIM_HONEST;
}

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
	const struct sim_pool *pool = node->disk.pool;
	const struct kith_set *sets[SIM_CIRCLES][KITH_CLASSES];

	for (unsigned i = 0; i < SIM_CIRCLES; i++) {
		const struct kith_circle circle = sim_pool_circle(i);

		for (int class_ = 0; class_ < KITH_CLASSES; class_++)
			sets[i][class_] =
				kith_core_set(node->core, &circle, (enum kith_class)class_);
	}
	for (uint32_t i = 0; i < pool->count; i++) {
		const struct sim_record *record = &pool->records[i];
		const struct kith_set *set = sets[record->circle][record->class_];

		if ((set && kith_set_contains(set, &record->item)) != sim_disk_has(&node->disk, i))
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
		size_t heap = is_honest(node) ? sim_alloc_bytes(i) : 0, known, most;
		struct kith_core_stats stats;

		if (heap == 0)
			continue;
		stats = kith_core_stats(node->core);
		known = stats.set_bytes + stats.refused_bytes;
		most = HEAP_MAX_BYTES + HEAP_IDLE_BYTES * world->plan->node_count;
		heap -= heap < known ? heap : known;
		if (heap > world->figures.heap_idle)
			world->figures.heap_idle = heap;
		if (heap > most)
			sim_world_fail(
				world, "memory", "node %u keeps %zu bytes for nothing", i, heap);
	}
}

/* ---- news ------------------------------------------------------------------------------------ */

static uint64_t news_us(const struct sim_plan *plan)
{
	return NEWS_US + (plan->hostile ? NEWS_BESIDE_HOSTILE_US : 0);
}

/* Every honest node publishes a record that was kept for this. */
static void publish_news(struct sim_world *world)
{
	const struct sim_pool *pool = world->pool;

	for (uint32_t i = 0; i < world->plan->node_count; i++) {
		uint32_t index = SIM_NO_RECORD;

		for (uint32_t n = 0; n < SIM_KEPT; n++) {
			uint32_t kept = sim_pool_nth(pool, sim_plan_kept(world->plan, i, n));

			if (!pool->records[kept].ahead && pool->records[kept].circle == 0)
				index = kept;
		}
		if (is_honest(&world->nodes[i]) && index != SIM_NO_RECORD)
			sim_node_publish(world, &world->nodes[i], &index, 1);
	}
	world->news_us = world->now_us;
}

static void audit_news(struct sim_world *world)
{
	const char *lacks = lacking(world);

	if (!lacks) {
		world->heard_us = world->now_us;
	} else if (world->now_us > world->news_us + news_us(world->plan)) {
		report_state(world, lacks);
		sim_world_fail(world, "late", "%s, %.0f s after something was published", lacks,
			(double)news_us(world->plan) / 1e6);
	}
}

/* ---- quiet ----------------------------------------------------------------------------------- */

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

/* All is well: news, and then quiet. */
static void audit_after(struct sim_world *world)
{
	if (!world->news_us) {
		if (world->now_us >= world->converged_us + SETTLE_US)
			publish_news(world);
	} else if (!world->heard_us) {
		audit_news(world);
	} else {
		if (world->now_us >= world->heard_us + SETTLE_US && !world->before_quiet.events)
			count_work(world, &world->before_quiet);
		if (world->now_us >= world->heard_us + SETTLE_US + QUIET_US)
			finish(world);
	}
}

void sim_audit_settled(struct sim_world *world)
{
	uint64_t healed_us = world->plan->heal_ms * 1000;
	const char *lacks;

	if (world->converged_us) {
		audit_after(world);
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
