/*
 * main.c: runs seeds and says what became of each, as TAP.
 *
 *     simulate [SEED=n | SEEDS=from-to] [NODES=n] [RECORDS=n] [HOURS=h] [ONLY=fault,...]
 *              [KEEP=step,...] [SHRINK=runs] [VERBOSE=1]
 *
 * Each may also stand in the environment. SEEDS without an end goes on until told to stop or until
 * something fails. A failure prints the seed, a short schedule that fails alike, and how to see it
 * again.
 */
#include "keys/secret.h"
#include "tests/sim/must.h"
#include "tests/sim/shrink.h"
#include "tests/sim/world.h"

#define POOLS            3
#define LATENCY_SLACK_US 2000u /* what checking one batch more takes */

struct run {
	struct sim_options options;
	uint64_t from, to;
	unsigned shrink_runs;
	struct sim_pool pools[POOLS]; /* as needed */
};

static const char *option(int argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=')
			return argv[i] + len + 1;
	return getenv(name);
}

static bool is_set(const char *text)
{
	return text && *text;
}

static void read_seeds(struct run *run, int argc, char **argv)
{
	const char *seed = option(argc, argv, "SEED"), *seeds = option(argc, argv, "SEEDS");
	char *end;

	run->from = run->to = 1;
	if (is_set(seed)) {
		run->from = run->to = strtoull(seed, NULL, 0);
	} else if (is_set(seeds)) {
		run->from = strtoull(seeds, &end, 0);
		run->to = *end == '-' && end[1] ? strtoull(end + 1, NULL, 0) : UINT64_MAX;
	}
}

static void read_options(struct run *run, int argc, char **argv)
{
	const char *nodes = option(argc, argv, "NODES"), *hours = option(argc, argv, "HOURS");
	const char *records = option(argc, argv, "RECORDS");
	const char *shrink = option(argc, argv, "SHRINK"), *keep = option(argc, argv, "KEEP");

	*run = (struct run){.shrink_runs = 100};
	read_seeds(run, argc, argv);
	if (is_set(nodes))
		run->options.nodes = (uint32_t)strtoul(nodes, NULL, 0);
	if (is_set(hours))
		run->options.hours = strtod(hours, NULL);
	if (is_set(records))
		run->options.records = (uint32_t)strtoul(records, NULL, 0);
	if (is_set(shrink))
		run->shrink_runs = (unsigned)strtoul(shrink, NULL, 0);
	run->options.keep = keep;
	run->options.only = option(argc, argv, "ONLY");
	run->options.verbose = is_set(option(argc, argv, "VERBOSE"));
}

static const struct sim_pool *pool_for(struct run *run, const struct sim_plan *plan)
{
	for (int i = 0; i < POOLS; i++) {
		if (run->pools[i].count == 0)
			sim_pool_init(&run->pools[i], plan->pool_count, plan->hollow, plan->large);
		if (run->pools[i].count == plan->pool_count)
			return &run->pools[i];
	}
	abort();
}

static void print_again(const struct sim_plan *plan)
{
	printf("# again: build/tests/simulate SEED=%llu", (unsigned long long)plan->options.seed);
	if (plan->options.nodes)
		printf(" NODES=%u", plan->options.nodes);
	if (plan->options.records)
		printf(" RECORDS=%u", plan->options.records);
	if (plan->options.hours > 0)
		printf(" HOURS=%g", plan->options.hours);
	if (plan->options.only)
		printf(" ONLY=%s", plan->options.only);
	printf(" VERBOSE=1 KEEP=");
	for (size_t i = 0; i < plan->step_count; i++)
		printf("%s%u", i ? "," : "", plan->steps[i].number);
	printf("\n");
}

static void print_failure(const struct run *run, const struct sim_plan *plan,
	const struct sim_pool *pool, const struct sim_world *world)
{
	struct sim_plan small;

	printf("# seed %llu failed, %s: %s\n", (unsigned long long)plan->options.seed,
		world->failed, world->why);
	fflush(stdout);
	sim_shrink(plan, pool, world->failed, run->shrink_runs, &small);
	sim_plan_print(&small, stdout);
	print_again(&small);
	sim_plan_clear(&small);
}

static void print_figures(const struct sim_world *world)
{
	const struct sim_figures *f = &world->figures;

	printf(": %u nodes%s, %zu steps, %llu crashes, %llu records, equal after %.0f s, %llu "
	       "events, "
	       "%llu bytes, in hand %llu, unsent %llu, heap %llu, idle %llu, trace %016llx\n",
		world->plan->node_count, world->plan->hostile ? " (not all honest)" : "",
		world->plan->step_count, (unsigned long long)f->crashes,
		(unsigned long long)f->records, (double)f->converged_ms / 1e3,
		(unsigned long long)f->events, (unsigned long long)f->bytes,
		(unsigned long long)f->in_hand_max, (unsigned long long)f->unsent_max,
		(unsigned long long)f->heap_max, (unsigned long long)f->heap_idle,
		(unsigned long long)world->trace);
}

/* Who is honest must not wait longer beside the hostile: the same without them tells. */
static void compare_latency(struct sim_world *world)
{
	struct sim_plan plan = *world->plan;
	struct sim_world without;
	uint64_t with_us = world->figures.latency_us, without_us;

	plan.absent = true;
	plan.options.verbose = false;
	sim_world_run(&without, &plan, world->pool);
	without_us = without.figures.latency_us;
	if (without.failed[0])
		sim_world_fail(world, "alone", "without the hostile, %s", without.why);
	else if (with_us / (world->figures.arrivals + 1) >
		 2 * (without_us / (without.figures.arrivals + 1)) + LATENCY_SLACK_US)
		sim_world_fail(world, "slowed",
			"records take %.1f ms beside the hostile, %.1f ms without",
			(double)with_us / 1e3 / (double)world->figures.arrivals,
			(double)without_us / 1e3 / (double)without.figures.arrivals);
	sim_world_clear(&without);
}

static bool run_seed(struct run *run, uint64_t seed)
{
	struct sim_plan plan;
	struct sim_world world;
	const struct sim_pool *pool;
	bool good;

	run->options.seed = seed;
	sim_plan_init(&plan, &run->options);
	pool = pool_for(run, &plan);
	if (plan.options.verbose)
		sim_plan_print(&plan, stdout);
	sim_world_run(&world, &plan, pool);
	if (!world.failed[0] && plan.hostile && plan.calm && !plan.hollow)
		compare_latency(&world);
	good = !world.failed[0];
	if (!good)
		print_failure(run, &plan, pool, &world);
	printf("%s %llu - seed %llu", good ? "ok" : "not ok",
		(unsigned long long)(seed - run->from + 1), (unsigned long long)seed);
	print_figures(&world);
	fflush(stdout);
	sim_world_clear(&world);
	sim_plan_clear(&plan);
	return good;
}

int main(int argc, char **argv)
{
	struct run run;
	unsigned failed = 0;

	MUST(kith_keys_init() == 0);
	read_options(&run, argc, argv);
	MUST(run.options.nodes <= SIM_NODES_MAX && run.options.nodes != 1);
	for (uint64_t seed = run.from; seed >= run.from && seed <= run.to; seed++) {
		failed += !run_seed(&run, seed);
		if (failed && run.to == UINT64_MAX)
			break;
	}
	if (run.to != UINT64_MAX)
		printf("1..%llu\n", (unsigned long long)(run.to - run.from + 1));
	for (int i = 0; i < POOLS; i++)
		sim_pool_clear(&run.pools[i]);
	return failed > 0;
}
