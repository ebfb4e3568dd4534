/*
 * main.c: measures live gossip and prints "name value unit" lines, each beginning with the phase.
 *
 *     swarm [NODES=n] [DEGREE=least[-most]] [SEED=n] [PUBLISHERS=n] [RECORDS=n]
 *           [LATENCY_MS=least-most] [BARS=1]
 *
 * Each may also stand in the environment. The phases: all connect; each publisher publishes once
 * (form); they publish in turn (steady); a tenth of the nodes vanish at one moment, half of them
 * silently, while records are on their way, and each publisher goes on (loss); they publish twice
 * each (mend); the silent ones are given up, and the publishers go on in turn (repaired). With
 * BARS, TAP lines say whether the promises of SPEC section "Live gossip" hold.
 */
#include "keys/secret.h"
#include "tests/sim/must.h"
#include "tests/swarm/swarm.h"

#define SECOND_US  1000000ull
#define CONNECT_US (30 * SECOND_US)
#define EVERY_US   (100 * 1000ull) /* a record is published */
#define SETTLE_US  (10 * SECOND_US)
/* After it a partner that says nothing has been given up. */
#define SILENCE_US ((KITH_SILENCE_MAX_MS + KITH_STALL_MAX_MS) * 1000ull)

#define LOST_PERCENT 10u

/* The promises. */
#define PAYLOADS_MAX 1.15
#define RATIO_MAX    1.5

struct run {
	struct swarm_graph_plan plan;
	uint64_t seed;
	uint32_t publisher_count, records; /* a phase */
	bool bars;
	struct swarm swarm;
	uint32_t *publishers;
	bool *doomed; /* by node */
	uint32_t alive;
	unsigned tests, failed;
};

/* One phase: what was sent before it and during it, and its records. */
struct phase {
	const char *name;
	uint32_t first, count; /* of its records */
	uint64_t payloads, bytes;
};

/* ---- options --------------------------------------------------------------------------------- */

static const char *option(int argc, char **argv, const char *name, const char *otherwise)
{
	size_t len = strlen(name);
	const char *value = getenv(name);

	for (int i = 1; i < argc; i++)
		if (strncmp(argv[i], name, len) == 0 && argv[i][len] == '=')
			return argv[i] + len + 1;
	return value && *value ? value : otherwise;
}

static uint32_t number(int argc, char **argv, const char *name, const char *otherwise)
{
	return (uint32_t)strtoul(option(argc, argv, name, otherwise), NULL, 0);
}

/* "4-6", or "5" for "5-5" */
static void range(const char *text, uint32_t *least, uint32_t *most)
{
	char *end;

	*least = *most = (uint32_t)strtoul(text, &end, 0);
	if (*end == '-')
		*most = (uint32_t)strtoul(end + 1, NULL, 0);
}

static void read_options(struct run *run, int argc, char **argv)
{
	*run = (struct run){
		.seed = strtoull(option(argc, argv, "SEED", "1"), NULL, 0),
		.publisher_count = number(argc, argv, "PUBLISHERS", "16"),
		.records = number(argc, argv, "RECORDS", "32"),
		.bars = number(argc, argv, "BARS", "0") != 0,
	};
	run->plan.nodes = number(argc, argv, "NODES", "1000");
	range(option(argc, argv, "DEGREE", "4-6"), &run->plan.least_degree, &run->plan.most_degree);
	range(option(argc, argv, "LATENCY_MS", "10-100"), &run->plan.least_us, &run->plan.most_us);
	run->plan.least_us *= 1000;
	run->plan.most_us *= 1000;
}

/* ---- figures --------------------------------------------------------------------------------- */

/* Of the nodes that stay, since they began. */
static void count_sent(const struct run *run, uint64_t *payloads, uint64_t *bytes)
{
	struct kith_partner_view view;

	*payloads = *bytes = 0;
	for (uint32_t i = 0; i < run->plan.nodes; i++) {
		const struct kith_core *core = run->swarm.nodes[i].core;

		for (size_t p = 0; !run->doomed[i] && kith_core_partner_at(core, p, 0, &view);
			p++) {
			*payloads += view.stats.records_out;
			*bytes += view.stats.bytes_out;
		}
	}
}

static size_t count_live(const struct run *run)
{
	struct kith_partner_view view;
	size_t live = 0;

	for (uint32_t i = 0; i < run->plan.nodes; i++)
		for (size_t p = 0; kith_core_partner_at(run->swarm.nodes[i].core, p, 0, &view); p++)
			live += view.state == KITH_PARTNER_LIVE;
	return live / 2;
}

static void say(const char *phase, const char *name, double value, const char *unit)
{
	printf("%s_%s %.3f %s\n", phase, name, value, unit);
}

static void hold(struct run *run, bool holds, const char *phase, const char *what)
{
	if (!run->bars)
		return;
	run->failed += !holds;
	printf("%s %u - %s: %s\n", holds ? "ok" : "not ok", ++run->tests, phase, what);
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* What one record's way came to. */
struct outcome {
	uint64_t lacking; /* nodes that could have it and do not */
	double ms, ratio; /* until the last had it; and over what it takes at best */
};

static struct outcome outcome_of(const struct run *run, uint32_t index, uint64_t *reach_us)
{
	const struct swarm_record *record = &run->swarm.records[index];
	struct outcome outcome = {0};
	uint64_t bound_us = 1;

	if (run->swarm.gone[record->publisher]) {
		/* Nobody heard of it, or all must. */
		outcome.lacking = record->reached > 1 ? run->alive : 0;
		for (uint32_t i = 0; outcome.lacking && i < run->plan.nodes; i++)
			outcome.lacking -= !run->swarm.gone[i] && swarm_has(&run->swarm, i, index);
		return outcome;
	}
	swarm_graph_reach(&run->swarm.graph, record->publisher, run->swarm.gone, reach_us);
	for (uint32_t i = 0; i < run->plan.nodes; i++) {
		if (reach_us[i] == UINT64_MAX)
			continue;
		bound_us = reach_us[i] > bound_us ? reach_us[i] : bound_us;
		outcome.lacking += !swarm_has(&run->swarm, i, index);
	}
	outcome.ms = (double)(record->last_us - record->published_us) / 1000;
	outcome.ratio = outcome.ms * 1000 / (double)bound_us;
	return outcome;
}

static void report_times(struct run *run, const struct phase *phase, bool promised)
{
	uint64_t *reach_us = must_calloc(run->plan.nodes, sizeof(*reach_us)), lacking = 0;
	double *ms = must_calloc(phase->count, sizeof(*ms));
	double *ratio = must_calloc(phase->count, sizeof(*ratio));

	for (uint32_t i = 0; i < phase->count; i++) {
		struct outcome outcome = outcome_of(run, phase->first + i, reach_us);

		ms[i] = outcome.ms;
		ratio[i] = outcome.ratio;
		lacking += outcome.lacking;
	}
	qsort(ms, phase->count, sizeof(*ms), by_value);
	qsort(ratio, phase->count, sizeof(*ratio), by_value);
	say(phase->name, "lacking", (double)lacking, "records*nodes");
	say(phase->name, "time_to_all_median", ms[phase->count / 2], "ms");
	say(phase->name, "time_to_all_max", ms[phase->count - 1], "ms");
	say(phase->name, "ratio_median", ratio[phase->count / 2], "x");
	say(phase->name, "ratio_max", ratio[phase->count - 1], "x");
	hold(run, lacking == 0, phase->name, "every record reaches every node");
	if (promised)
		hold(run, ratio[phase->count - 1] <= RATIO_MAX, phase->name,
			"no record takes more than 1.5 times the shortest way");
	free(reach_us);
	free(ms);
	free(ratio);
}

static void begin(struct run *run, struct phase *phase, const char *name)
{
	*phase = (struct phase){.name = name, .first = run->swarm.record_count};
	count_sent(run, &phase->payloads, &phase->bytes);
}

static void end(struct run *run, struct phase *phase, bool promised)
{
	uint64_t payloads, bytes;
	double deliveries;

	phase->count = run->swarm.record_count - phase->first;
	deliveries = (double)phase->count * run->alive;
	count_sent(run, &payloads, &bytes);
	say(phase->name, "records", phase->count, "records");
	say(phase->name, "payloads", (double)(payloads - phase->payloads) / deliveries,
		"per_node_and_record");
	say(phase->name, "bytes", (double)(bytes - phase->bytes) / deliveries,
		"per_node_and_record");
	if (promised)
		hold(run, (double)(payloads - phase->payloads) / deliveries <= PAYLOADS_MAX,
			phase->name, "at most 1.15 payloads a node and record");
	report_times(run, phase, promised);
	fflush(stdout);
}

/* ---- phases ---------------------------------------------------------------------------------- */

static void wait(struct run *run, uint64_t us)
{
	swarm_run(&run->swarm, run->swarm.now_us + us);
}

static void publish_in_turn(struct run *run, uint32_t count)
{
	for (uint32_t i = 0, published = 0; published < count; i++) {
		uint32_t node = run->publishers[i % run->publisher_count];

		if (run->swarm.gone[node])
			continue;
		swarm_publish(&run->swarm, node);
		published++;
		wait(run, EVERY_US);
	}
}

static void draw_publishers(struct run *run)
{
	run->publishers = must_calloc(run->publisher_count, sizeof(*run->publishers));
	run->doomed = must_calloc(run->plan.nodes, sizeof(*run->doomed));
	for (uint32_t i = 0; i < run->publisher_count; i++)
		run->publishers[i] = (uint32_t)sim_rng_below(&run->swarm.rng, run->plan.nodes);
}

static void draw_doomed(struct run *run)
{
	uint32_t lost = run->plan.nodes * LOST_PERCENT / 100;

	while (lost > 0) {
		uint32_t node = (uint32_t)sim_rng_below(&run->swarm.rng, run->plan.nodes);

		/* The first publisher stays, so that there is one. */
		if (node == run->publishers[0] || run->doomed[node])
			continue;
		run->doomed[node] = true;
		lost--;
	}
}

static void connect_all(struct run *run)
{
	size_t live;

	wait(run, CONNECT_US);
	live = count_live(run);
	printf("nodes %u nodes\nlinks %u links\nlinks_live %zu links\n", run->plan.nodes,
		run->swarm.graph.edge_count, live);
	hold(run, live == run->swarm.graph.edge_count, "connect", "all partners are live");
	fflush(stdout);
}

static void vanish(struct run *run)
{
	bool silently = false;

	for (uint32_t i = 0; i < run->plan.nodes; i++) {
		if (!run->doomed[i])
			continue;
		swarm_vanish(&run->swarm, i, silently);
		silently = !silently;
		run->alive--;
	}
}

static void measure(struct run *run)
{
	struct phase phase;

	begin(run, &phase, "form");
	publish_in_turn(run, run->publisher_count);
	wait(run, SETTLE_US);
	end(run, &phase, false);

	begin(run, &phase, "steady");
	publish_in_turn(run, run->records);
	wait(run, SETTLE_US);
	end(run, &phase, true);

	draw_doomed(run);
	begin(run, &phase, "loss");
	publish_in_turn(run, run->publisher_count / 4);
	vanish(run);
	publish_in_turn(run, run->publisher_count);
	wait(run, SETTLE_US);
	end(run, &phase, false);

	begin(run, &phase, "mend");
	publish_in_turn(run, 2 * run->publisher_count);
	wait(run, SETTLE_US);
	end(run, &phase, false);

	wait(run, SILENCE_US);
	begin(run, &phase, "repaired");
	publish_in_turn(run, run->records);
	wait(run, SETTLE_US);
	end(run, &phase, true);
}

int main(int argc, char **argv)
{
	struct run run;

	MUST(kith_keys_init() == 0);
	read_options(&run, argc, argv);
	run.alive = run.plan.nodes;
	swarm_init(&run.swarm, &run.plan, 2 * run.records + 5 * run.publisher_count, run.seed);
	draw_publishers(&run);
	connect_all(&run);
	measure(&run);
	if (run.bars)
		printf("1..%u\n", run.tests);
	swarm_clear(&run.swarm);
	free(run.publishers);
	free(run.doomed);
	return run.failed > 0;
}
