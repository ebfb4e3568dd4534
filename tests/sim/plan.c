/* plan.c: see plan.h. Draws everything from the seed, in one order, before the run begins. */
#include "tests/sim/plan.h"

#include "protocol/limits.h"
#include "tests/sim/must.h"
#include "tests/sim/pool.h"
#include "tests/sim/rng.h"

#define POOL_SMALL   1024u /* powers of two, see sim_pool_nth() */
#define POOL_LARGE   512u
#define POOL_MANY    32768u
#define MINUTE_MS    60000u
#define RARELY_MS    (24u * 60 * MINUTE_MS)
#define FAULTS_FIRST SIM_STEP_STOP

const char *sim_temper_name(enum sim_temper temper)
{
	static const char *const names[] = {"honest", "forger", "withholder", "deaf", "mute",
		"silent", "boaster", "babbler", "teaser", "liar", "flooder", "caller", "crowd"};

	return names[temper];
}

/* ---- who is there ---------------------------------------------------------------------------- */

static uint32_t honest_count(const struct sim_plan *plan)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < plan->node_count; i++)
		n += plan->tempers[i] == SIM_HONEST;
	return n;
}

/* Those who lie about records are drawn more often: against them every record needs another way. */
static enum sim_temper draw_temper(struct sim_rng *rng)
{
	if (sim_rng_chance(rng, 35))
		return sim_rng_chance(rng, 50) ? SIM_WITHHOLDER : SIM_FORGER;
	return (enum sim_temper)sim_rng_between(rng, 1, SIM_TEMPERS - 1);
}

/* The hostile ones come last; honest nodes are never cut off from each other by them. */
static void draw_nodes(struct sim_plan *plan, struct sim_rng *rng)
{
	uint32_t hostile = 0;

	plan->node_count =
		plan->options.nodes ? plan->options.nodes : (uint32_t)sim_rng_between(rng, 3, 8);
	if (sim_rng_chance(rng, 60))
		hostile = plan->node_count > 5 && sim_rng_chance(rng, 50) ? 2 : 1;
	for (uint32_t i = plan->node_count - hostile; i < plan->node_count; i++)
		plan->tempers[i] = draw_temper(rng);
	plan->hostile = hostile > 0;
	for (uint32_t i = 0; i < plan->node_count; i++) {
		plan->member[i][0] = true;
		for (int circle = 1; circle < SIM_CIRCLES; circle++)
			plan->member[i][circle] = sim_rng_chance(rng, 60);
	}
}

static void add_edge(struct sim_plan *plan, struct sim_rng *rng, uint32_t a, uint32_t b)
{
	unsigned callers = (unsigned)sim_rng_between(rng, 1, 3);
	uint32_t latency_us = (uint32_t)sim_rng_scale(rng, 200, 300000);
	uint32_t bytes_per_s =
		(uint32_t)sim_rng_scale(rng, plan->hollow ? 1000000 : 20000, 50000000);

	if (plan->tempers[b] != SIM_HONEST)
		callers |= 1;
	plan->edges = must_realloc(plan->edges, (plan->edge_count + 1) * sizeof(*plan->edges));
	plan->edges[plan->edge_count++] = (struct sim_edge){
		.a = a,
		.b = b,
		.a_calls = callers & 1,
		.b_calls = (callers & 2) && plan->tempers[b] < SIM_DEAF,
		.latency_us = latency_us,
		.bytes_per_s = bytes_per_s,
	};
}

static void draw_edges(struct sim_plan *plan, struct sim_rng *rng)
{
	uint32_t honest = honest_count(plan);
	unsigned extra = sim_rng_chance(rng, 20) ? 80 : 20;

	for (uint32_t b = 1; b < honest; b++) {
		uint32_t tree = (uint32_t)sim_rng_below(rng, b);

		for (uint32_t a = 0; a < b; a++)
			if (a == tree || sim_rng_chance(rng, extra))
				add_edge(plan, rng, a, b);
	}
	for (uint32_t b = honest; b < plan->node_count; b++)
		for (uint32_t a = 0; a < honest; a++)
			if (a == b % honest || sim_rng_chance(rng, 60))
				add_edge(plan, rng, a, b);
}

/* What is there before: nothing, the same everywhere but for a few, or much at one and nothing
 * at others. */
static void draw_preload(struct sim_plan *plan, struct sim_rng *rng)
{
	static const unsigned shares[] = {0, 50, 97, 100};
	bool bulk = plan->options.records ? plan->options.records > POOL_SMALL
					  : sim_rng_chance(rng, 20) && plan->node_count < 6;

	plan->large = !bulk && !plan->options.records && sim_rng_chance(rng, 10);
	plan->hollow = bulk || plan->large;
	plan->pool_count = bulk ? POOL_MANY : plan->large ? POOL_LARGE : POOL_SMALL;
	plan->preload = bulk ? (uint32_t)sim_rng_scale(rng, KITH_PULL_AT_LEAST,
				       sim_rng_chance(rng, 80) ? 8000 : 31000)
			     : (uint32_t)sim_rng_scale(rng, 1, 500) - 1;
	if (plan->options.records)
		plan->preload = plan->options.records;
	if (plan->large)
		plan->preload = (uint32_t)sim_rng_between(rng, 256, POOL_LARGE - 64);
	if (plan->preload > plan->pool_count - SIM_KEPT * SIM_NODES_MAX)
		plan->preload = plan->pool_count - SIM_KEPT * SIM_NODES_MAX;
	for (uint32_t i = 0; i < plan->node_count; i++)
		plan->preload_percent[i] =
			shares[plan->tempers[i] == SIM_HONEST ? sim_rng_below(rng, 4)
							      : sim_rng_between(rng, 2, 3)];
	if (bulk || plan->large) {
		plan->preload_percent[0] = 100;
		plan->preload_percent[1] = 0;
	}
	plan->rarely = sim_rng_chance(rng, 50);
	plan->ahead = !plan->rarely && sim_rng_chance(rng, 30);
	plan->reconcile_every_ms = plan->rarely              ? RARELY_MS
				   : sim_rng_chance(rng, 50) ? 0
							     : MINUTE_MS;
	plan->pull_window_bytes =
		sim_rng_chance(rng, 50) ? 0 : (uint32_t)sim_rng_scale(rng, 1 << 15, 1 << 20);
}

static const char *step_name(enum sim_step_kind kind)
{
	static const char *const names[] = {"publish", "stop", "kill", "power-cut", "kill-at-store",
		"restore", "cut", "split", "reset", "flip", "slow-reader", "disk-full",
		"disk-broken", "disk-slow", "clock", "pause", "no-memory"};

	return names[kind];
}

/* ---- the schedule ---------------------------------------------------------------------------- */

static void add_step(struct sim_plan *plan, struct sim_step step)
{
	plan->steps = must_realloc(plan->steps, (plan->step_count + 1) * sizeof(*plan->steps));
	step.number = (unsigned)plan->step_count;
	plan->steps[plan->step_count++] = step;
}

/* Most bursts are small. */
static void draw_publishing(struct sim_plan *plan, struct sim_rng *rng, uint64_t span_ms)
{
	uint32_t next = plan->preload, honest = honest_count(plan);
	uint32_t end = plan->pool_count - SIM_KEPT * plan->node_count;
	uint64_t bursts = 5 + sim_rng_below(rng, 60);

	while (bursts-- && next < end) {
		uint64_t n = sim_rng_scale(rng, 1, 40), at_ms = sim_rng_below(rng, span_ms);
		uint32_t node = (uint32_t)sim_rng_below(rng, honest);

		if (next + n > end)
			n = end - next;
		add_step(plan, (struct sim_step){.kind = SIM_STEP_PUBLISH,
				       .at_ms = at_ms,
				       .a = node,
				       .n = (int64_t)n,
				       .first = next});
		next += (uint32_t)n;
	}
}

static int64_t draw_number(struct sim_rng *rng, enum sim_step_kind kind, uint32_t nodes)
{
	int64_t n;

	switch (kind) {
	case SIM_STEP_RESTORE:
		return (int64_t)sim_rng_below(rng, 1000);
	case SIM_STEP_SPLIT:
		return (int64_t)sim_rng_between(rng, 1, (1ull << (nodes < 62 ? nodes : 62)) - 2);
	case SIM_STEP_SLOW:
		return (int64_t)sim_rng_scale(rng, 1000, 50000);
	case SIM_STEP_DISK_FULL:
	case SIM_STEP_DISK_IO:
		return (int64_t)sim_rng_below(rng, 5);
	case SIM_STEP_DISK_SLOW:
		return (int64_t)sim_rng_scale(rng, 10, 5000);
	case SIM_STEP_NOMEM:
		return (int64_t)sim_rng_scale(rng, 1, 3000);
	case SIM_STEP_CLOCK:
		n = (int64_t)sim_rng_scale(rng, 60, 48 * 3600);
		return sim_rng_chance(rng, 50) ? n : -n;
	case SIM_STEP_PUBLISH:
	case SIM_STEP_STOP:
	case SIM_STEP_KILL:
	case SIM_STEP_POWER:
	case SIM_STEP_KILL_AT_STORE:
	case SIM_STEP_CUT:
	case SIM_STEP_RESET:
	case SIM_STEP_FLIP:
	case SIM_STEP_PAUSE:
	case SIM_STEP_KINDS:
		break;
	}
	return 0;
}

static bool is_named(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (; list; list = strchr(list, ',') ? strchr(list, ',') + 1 : NULL)
		if (strncmp(list, name, len) == 0 && (!list[len] || list[len] == ','))
			return true;
	return false;
}

static bool faults_allowed(const struct sim_plan *plan, enum sim_step_kind kind)
{
	return !plan->options.only || is_named(plan->options.only, step_name(kind));
}

static void draw_fault(struct sim_plan *plan, struct sim_rng *rng, uint64_t span_ms)
{
	struct sim_step step = {0};
	const struct sim_edge *edge;
	bool turned;

	step.kind = (enum sim_step_kind)sim_rng_between(rng, FAULTS_FIRST, SIM_STEP_KINDS - 1);
	step.at_ms = sim_rng_below(rng, span_ms);
	step.for_ms = sim_rng_scale(rng, 20, 300000);
	edge = &plan->edges[sim_rng_below(rng, plan->edge_count)];
	turned = sim_rng_chance(rng, 50);
	step.a = turned ? edge->b : edge->a;
	step.b = turned ? edge->a : edge->b;
	step.n = draw_number(rng, step.kind, plan->node_count);
	if (step.for_ms > span_ms - step.at_ms)
		step.for_ms = span_ms - step.at_ms;
	if (step.kind == SIM_STEP_CLOCK && plan->rarely)
		return; /* what is held back comes with a reconciliation */
	if (faults_allowed(plan, step.kind))
		add_step(plan, step);
}

/* A bulk pull takes seconds: something must happen in these. */
static void draw_early_faults(struct sim_plan *plan, struct sim_rng *rng)
{
	static const enum sim_step_kind kinds[] = {
		SIM_STEP_RESET, SIM_STEP_RESET, SIM_STEP_KILL, SIM_STEP_POWER, SIM_STEP_CUT};

	for (uint64_t n = 1 + sim_rng_below(rng, 4); n > 0; n--) {
		const struct sim_edge *edge = &plan->edges[sim_rng_below(rng, plan->edge_count)];
		struct sim_step step = {.a = edge->a, .b = edge->b};

		step.kind = kinds[sim_rng_below(rng, sizeof(kinds) / sizeof(kinds[0]))];
		step.at_ms = sim_rng_scale(rng, 200, 20000);
		step.for_ms = sim_rng_scale(rng, 20, 5000);
		if (faults_allowed(plan, step.kind))
			add_step(plan, step);
	}
}

static void draw_schedule(struct sim_plan *plan, struct sim_rng *rng)
{
	uint64_t span_ms = sim_rng_between(rng, 2, 15) * MINUTE_MS;
	uint64_t faults;

	if (plan->options.hours > 0)
		span_ms = (uint64_t)(plan->options.hours * 3600000);
	plan->calm = sim_rng_chance(rng, plan->hostile ? 20 : 10);
	faults = plan->calm ? 0 : span_ms * sim_rng_scale(rng, 1, 8) / MINUTE_MS;
	if (plan->options.only)
		faults *= 5;
	draw_publishing(plan, rng, span_ms);
	while (faults--)
		draw_fault(plan, rng, span_ms);
	if (plan->hollow && !plan->large && !plan->calm)
		draw_early_faults(plan, rng);
	if (plan->large && faults_allowed(plan, SIM_STEP_DISK_SLOW))
		add_step(plan, (struct sim_step){.kind = SIM_STEP_DISK_SLOW,
				       .for_ms = span_ms / 2,
				       .a = 1,
				       .n = (int64_t)sim_rng_scale(rng, 100, 3000)});
	/* A crash that waits for a write may come as late as its step ends, and then lasts as
	 * long. */
	plan->heal_ms = span_ms;
	for (size_t i = 0; i < plan->step_count; i++)
		if (plan->steps[i].at_ms + 2 * plan->steps[i].for_ms > plan->heal_ms)
			plan->heal_ms = plan->steps[i].at_ms + 2 * plan->steps[i].for_ms;
}

/* ---- choosing -------------------------------------------------------------------------------- */

static void keep_named(struct sim_plan *plan)
{
	const char *at = plan->options.keep;
	bool *keep = must_calloc(plan->step_count, sizeof(*keep));
	size_t kept = 0;

	while (*at) {
		char *end;
		unsigned long number = strtoul(at, &end, 10);

		if (end != at && number < plan->step_count)
			keep[number] = true;
		at = *end ? end + 1 : end;
	}
	for (size_t i = 0; i < plan->step_count; i++)
		if (keep[i])
			plan->steps[kept++] = plan->steps[i];
	plan->step_count = kept;
	free(keep);
}

void sim_plan_init(struct sim_plan *plan, const struct sim_options *options)
{
	struct sim_rng rng = sim_rng_fork(options->seed, SIM_RNG_PLAN, 0, 0);

	*plan = (struct sim_plan){.options = *options};
	draw_nodes(plan, &rng);
	draw_preload(plan, &rng);
	draw_edges(plan, &rng);
	draw_schedule(plan, &rng);
	if (options->keep)
		keep_named(plan);
}

void sim_plan_clear(struct sim_plan *plan)
{
	free(plan->edges);
	free(plan->steps);
	*plan = (struct sim_plan){0};
}

void sim_plan_subset(const struct sim_plan *plan, const bool *keep, struct sim_plan *out)
{
	*out = *plan;
	out->edges = must_calloc(plan->edge_count, sizeof(*out->edges));
	memcpy(out->edges, plan->edges, plan->edge_count * sizeof(*out->edges));
	out->steps = must_calloc(plan->step_count, sizeof(*out->steps));
	out->step_count = 0;
	for (size_t i = 0; i < plan->step_count; i++)
		if (keep[i])
			out->steps[out->step_count++] = plan->steps[i];
}

/* ---- for people ------------------------------------------------------------------------------ */

void sim_step_print(const struct sim_step *step, FILE *out)
{
	fprintf(out, "# step %u: at %.3f s, for %.3f s: %s, node %u", step->number,
		(double)step->at_ms / 1e3, (double)step->for_ms / 1e3, step_name(step->kind),
		step->a);
	if (step->a != step->b)
		fprintf(out, ", node %u", step->b);
	fprintf(out, ", %lld\n", (long long)step->n);
}

void sim_plan_print(const struct sim_plan *plan, FILE *out)
{
	fprintf(out,
		"# %u nodes, %u records before, reconciling every %u ms, window %u, healed at %.3f "
		"s%s\n",
		plan->node_count, plan->preload, plan->reconcile_every_ms, plan->pull_window_bytes,
		(double)plan->heal_ms / 1e3, plan->ahead ? ", records from the future" : "");
	for (uint32_t i = 0; i < plan->node_count; i++)
		fprintf(out, "# node %u: %s, %u %% of them%s%s\n", i,
			sim_temper_name(plan->tempers[i]), plan->preload_percent[i],
			plan->member[i][1] ? ", first circle" : "",
			plan->member[i][2] ? ", second circle" : "");
	for (size_t i = 0; i < plan->edge_count; i++)
		fprintf(out, "# partners %u %s%s %u, %u us, %u B/s\n", plan->edges[i].a,
			plan->edges[i].b_calls ? "<" : "-", plan->edges[i].a_calls ? ">" : "-",
			plan->edges[i].b, plan->edges[i].latency_us, plan->edges[i].bytes_per_s);
	for (size_t i = 0; i < plan->step_count; i++)
		sim_step_print(&plan->steps[i], out);
}
