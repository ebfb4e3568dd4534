/*
 * bench_reports: the first page of every report over a store of mixed records. Prints lines of
 * name, value, unit.
 *
 *     bench_reports [SIZE]   SIZE records, else SIZE from the environment, else 100,000
 *
 * The records are of all kinds, by 200 authors, linked with each other as people would: replies,
 * answers, stances, codings, revisions, actions of plans; one practice was adapted 1,000 times.
 */
#include <time.h>

#include "node/record_json.h"
#include "node/report/report.h"
#include "node/store/view.h"
#include "tests/stored.h"

#define AUTHORS  200
#define GROUP    5000
#define ROUNDS   20
#define LINEAGE  1000
#define START_MS 1700000000000ull
#define STEP_MS  300000ull

/* Records that others link to, by kind. */
struct pool {
	struct kith_record_id *ids;
	size_t count;
};
enum { PRACTICES, ASKS, PLANS, PACTS, EXCHANGES, EVALUATIONS, POOLS };

struct bench {
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair authors[AUTHORS];
	struct pool pools[POOLS];
	struct kith_batch *batch;
	struct kith_record_id root; /* of the lineage */
	size_t made, size;
};

static size_t draw(struct bench *bench, size_t below)
{
	return seeded_below(&bench->seeded, below);
}

/* ---- records ------------------------------------------------------------------------------- */

static void set(json_t *body, const char *name, const char *value)
{
	json_object_set_new(body, name, json_string(value));
}

static const char *choose(struct bench *bench, const char *const *values, size_t count)
{
	return values[draw(bench, count)];
}
#define CHOOSE(bench, ...)                                                                         \
	choose(bench, (const char *const[]){__VA_ARGS__},                                          \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static json_t *key_of(struct bench *bench)
{
	char text[KITH_ID_TEXT_MAX];

	kith_id_format(KITH_ID_AUTHOR, bench->authors[draw(bench, AUTHORS)].public_key.bytes, text);
	return json_string(text);
}

static json_t *link_to(const char *type, const struct kith_record_id *target)
{
	char hex[2 * KITH_ID_LEN + 1];

	kith_hex_format(target->bytes, KITH_ID_LEN, hex);
	if (strcmp(type, "adapts") == 0)
		return json_pack("[{s:s, s:s, s:s, s:s, s:s}]", "type", type, "target", hex, "kept",
			"the volunteers", "changed", "the room", "why", "no shop was empty");
	return json_pack("[{s:s, s:s}]", "type", type, "target", hex);
}

/* A link to one of the pool; NULL while it is empty. */
static json_t *link_into(struct bench *bench, const char *type, size_t pool)
{
	const struct pool *from = &bench->pools[pool];

	return from->count ? link_to(type, &from->ids[draw(bench, from->count)]) : NULL;
}

static json_t *common(struct bench *bench, const char *what)
{
	json_t *body = json_pack("{s:{s:s, s:s, s:f, s:f}, s:[s, s]}", "place", "country",
		CHOOSE(bench, "PL", "RO", "GR", "BE", "FR", "DE", "KR", "NL"), "name",
		CHOOSE(bench, "Kavala", "Lublin", "Mulhouse", "Seoul"), "lat",
		40 + (double)draw(bench, 100) / 10, "lon", (double)draw(bench, 250) / 10, "tags",
		CHOOSE(bench, "housing", "health", "youth", "culture", "food"),
		CHOOSE(bench, "market", "school", "garden", "bus", "care", "work", "river"));
	char title[64];

	snprintf(title, sizeof(title), "%s %zu of the city", what, bench->made);
	set(body, "title", title);
	if (draw(bench, 3) == 0)
		set(body, "level", CHOOSE(bench, "innovation", "network", "context"));
	return body;
}

#define WORDS                                                                                      \
	"The room is lent by the town, the hours are given by pharmacists, and whoever comes is "  \
	"asked for nothing; what is left over is checked, listed and put on the shelf."

/* Puts a record of what comes next into the batch, or of the kind that is named. */
static struct kith_record_id add(
	struct bench *bench, const char *kind, json_t *links, json_t *body, size_t pool)
{
	json_t *draft = json_pack("{s:s, s:s, s:o}", "kind", kind, "lang", "en", "body", body);
	const struct kith_sign_pair *author = &bench->authors[draw(bench, AUTHORS)];
	struct kith_rng rng = seeded_rng(&bench->seeded);
	struct kith_problem problem = {{0}, {0}};
	struct kith_record *record;
	struct kith_record_id id;
	struct kith_buf envelope;

	if (links)
		json_object_set_new(draft, "links", links);
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	if (kith_record_from_json(draft, author, "en", START_MS + bench->made * STEP_MS, &rng,
		    &envelope, &id, &problem) != 0) { /* by chance somebody introduces themselves */
		kith_buf_clear(&envelope);
		json_decref(draft);
		return bench->root;
	}
	stored_must(kith_record_reopen(envelope.data, envelope.len, &record) == 0, "reopening");
	stored_add(bench->batch, record);
	if (pool < POOLS)
		bench->pools[pool].ids[bench->pools[pool].count++] = id;
	bench->made++;
	kith_buf_clear(&envelope);
	json_decref(draft);
	return id;
}

static void add_practice(struct bench *bench)
{
	json_t *body = common(bench, "Practice");

	set(body, "problem", WORDS);
	set(body, "lessons", WORDS);
	set(body, "outcome", CHOOSE(bench, "worked", "mixed", "failed", "unknown"));
	json_object_set_new(body, "conditions",
		json_pack("{s:s, s:s}", "legal", "A permit.", "money", "None."));
	add(bench, "practice", NULL, body, PRACTICES);
}

static void add_ask(struct bench *bench)
{
	json_t *body = common(bench, "Ask");

	set(body, "type", CHOOSE(bench, "question", "idea", "working", "request"));
	set(body, "text", WORDS);
	json_object_set_new(body, "addressed_to", json_pack("[o]", key_of(bench)));
	add(bench, "ask", NULL, body, ASKS);
}

static void add_statement(struct bench *bench)
{
	json_t *body = common(bench, "Statement");
	bool answer = draw(bench, 3) == 0;

	set(body, "intent",
		CHOOSE(bench, "comment", "observation", "obstacle", "potential", "decision"));
	set(body, "text", WORDS);
	add(bench, "statement",
		answer ? link_into(bench, "answers", ASKS)
		       : link_into(bench, "replies-to", PRACTICES),
		body, POOLS);
}

static void add_stance(struct bench *bench)
{
	json_t *body = json_object();
	json_t *links = link_into(bench, "about", draw(bench, 2) ? PLANS : PRACTICES);

	if (!links) {
		json_decref(body);
		add_practice(bench);
		return;
	}
	set(body, "position", CHOOSE(bench, "support", "support", "support", "abstain", "object"));
	set(body, "reason", "It says why.");
	add(bench, "stance", links, body, POOLS);
}

static void add_exchange(struct bench *bench)
{
	json_t *body = common(bench, "Exchange");

	set(body, "direction", CHOOSE(bench, "need", "offer", "potential"));
	set(body, "what", WORDS);
	add(bench, "exchange", draw(bench, 4) ? NULL : link_into(bench, "answers", EXCHANGES), body,
		EXCHANGES);
}

static void add_evaluation(struct bench *bench)
{
	json_t *body = common(bench, "Evaluation");

	json_object_set_new(body, "criteria",
		json_pack("[{s:s, s:s}, {s:s, s:s, s:s}]", "polarity", "well", "text",
			"Neighbours greet each other.", "polarity", "ill", "text",
			"Nobody listens.", "dimension", "https://example.org/words#relations"));
	add(bench, "evaluation", NULL, body, EVALUATIONS);
}

static void add_plan_or_action(struct bench *bench)
{
	json_t *body = common(bench, "Action"), *links = link_into(bench, "part-of", PLANS);

	if (!links || draw(bench, 20) == 0) {
		json_decref(links);
		add(bench, "plan", NULL, body, PLANS);
		return;
	}
	set(body, "state", CHOOSE(bench, "done", "doing", "planned", "dropped"));
	add(bench, "action", links, body, POOLS);
}

static void add_pact(struct bench *bench)
{
	json_t *body = common(bench, "Pact"), *parties = json_array();

	for (size_t i = 0; i < 3; i++) {
		json_t *key = key_of(bench);
		json_t *there;
		size_t j;
		bool twice = false;

		json_array_foreach(parties, j, there)
			twice |= json_equal(there, key);
		if (!twice)
			json_array_append(parties, key);
		json_decref(key);
	}
	if (json_array_size(parties) < 2) {
		json_decref(parties);
		json_decref(body);
		add_practice(bench);
		return;
	}
	json_object_set_new(body, "parties", parties);
	set(body, "rule", "all");
	json_object_set_new(
		body, "clauses", json_pack("[{s:s, s:s}]", "who", "the town", "what", "a room"));
	add(bench, "pact", NULL, body, PACTS);
}

static void add_introduction(struct bench *bench)
{
	json_t *body = json_object(), *a = key_of(bench), *b = key_of(bench);
	bool same = json_equal(a, b);

	json_object_set_new(body, "a", a);
	json_object_set_new(body, "b", b);
	set(body, "why", "Both run a pharmacy.");
	if (same) {
		json_decref(body);
		add_practice(bench);
		return;
	}
	add(bench, "introduction", NULL, body, POOLS);
}

/* Of a hundred records so many are of each kind. */
static void add_next(struct bench *bench)
{
	static const struct {
		size_t share;
		void (*add)(struct bench *bench);
	} shares[] = {{22, add_practice}, {12, add_ask}, {22, add_statement}, {18, add_stance},
		{6, add_exchange}, {5, add_evaluation}, {11, add_plan_or_action}, {2, add_pact},
		{2, add_introduction}};
	size_t at = draw(bench, 100), i = 0;

	while (at >= shares[i].share)
		at -= shares[i++].share;
	shares[i].add(bench);
}

/* A tree: each adapts one of those before it, mostly a late one. */
static void add_lineage(struct bench *bench)
{
	struct kith_record_id ids[LINEAGE];

	for (size_t i = 0; i < LINEAGE; i++) {
		size_t parent = i ? i - 1 - draw(bench, i < 50 ? i : 50) : 0;

		ids[i] = add(bench, "practice", i ? link_to("adapts", &ids[parent]) : NULL,
			common(bench, "Pharmacy"), POOLS);
	}
	bench->root = ids[0];
}

static void store(struct bench *bench)
{
	stored_must(stored_write(&bench->s, bench->batch) == 0, "storing");
	kith_batch_free(bench->batch);
	stored_wait_indexed(&bench->s);
	bench->batch = kith_batch_new(GROUP + LINEAGE);
}

static void fill(struct bench *bench)
{
	bench->batch = kith_batch_new(GROUP + LINEAGE);
	for (size_t i = 0; i < POOLS; i++)
		bench->pools[i].ids = calloc(bench->size + 1, sizeof(struct kith_record_id));
	add_lineage(bench);
	while (bench->made < bench->size) {
		add_next(bench);
		if (bench->made % GROUP == 0 && bench->batch->count >= GROUP)
			store(bench);
	}
	store(bench);
	kith_batch_free(bench->batch);
}

/* ---- reports ------------------------------------------------------------------------------- */

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double run_once(struct bench *bench, struct kith_reader *reader, const char *name,
	json_t *params, const struct kith_record_id *id)
{
	struct kith_report report = {.reader = reader,
		.view = kith_store_view(reader),
		.params = params,
		.id = id,
		.me = &bench->authors[draw(bench, AUTHORS)].public_key,
		.now_ms = START_MS + bench->made * STEP_MS,
		.sections = json_array(),
		.notes = json_array()};
	double began = now_ms(), took;
	int err = kith_report_find(name)(&report);

	took = now_ms() - began;
	if (err)
		fprintf(stderr, "%s: %s %s\n", name, kith_err_name(err), report.why);
	json_decref(report.aside);
	json_decref(report.sections);
	json_decref(report.notes);
	return took;
}

static const struct {
	const char *name;
	int pool; /* of the ids it is asked with; -1: none; -2: the root of the lineage */
	const char *params;
} cases[] = {
	{"areas", ASKS, "{}"},
	{"balance", -1, "{}"},
	{"cafe", -1, "{}"},
	{"cafe", PRACTICES, "{}"},
	{"criteria", -1, "{}"},
	{"digest", -1, "{}"},
	{"dissent", -1, "{}"},
	{"failed", -1, "{}"},
	{"failed", -1, "{\"tag\": \"river\", \"country\": \"GR\"}"},
	{"fit", PRACTICES, "{\"country\": \"GR\"}"},
	{"lineage", -2, "{}"},
	{"match", EXCHANGES, "{}"},
	{"match", -1, "{}"},
	{"path", -1, NULL},
	{"plan", PLANS, "{}"},
	{"silence", -1, "{}"},
	{"trace", ASKS, "{}"},
	{"unanswered", -1, "{}"},
};

/* A path is asked with somebody at its end. */
static json_t *params_of(struct bench *bench, size_t i)
{
	return cases[i].params ? json_loads(cases[i].params, 0, NULL)
			       : json_pack("{s:o}", "to", key_of(bench));
}

static void measure(struct bench *bench, struct kith_reader *reader, size_t i)
{
	double total = 0, worst = 0;

	for (size_t round = 0; round < ROUNDS; round++) {
		const struct kith_record_id *id = NULL;
		json_t *params = params_of(bench, i);
		double took;

		if (cases[i].pool == -2)
			id = &bench->root;
		else if (cases[i].pool >= 0)
			id = &bench->pools[cases[i].pool]
				      .ids[draw(bench, bench->pools[cases[i].pool].count)];
		took = run_once(bench, reader, cases[i].name, params, id);
		total += took;
		worst = took > worst ? took : worst;
		json_decref(params);
	}
	printf("report_%s%s_mean %.2f ms\n", cases[i].name, cases[i].pool >= 0 ? "_of" : "",
		total / ROUNDS);
	printf("report_%s%s_max %.2f ms\n", cases[i].name, cases[i].pool >= 0 ? "_of" : "", worst);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	const char *env = getenv("SIZE");
	struct kith_reader *reader;

	bench.size = argc > 1 ? (size_t)atol(argv[1]) : env && *env ? (size_t)atol(env) : 100000;
	for (size_t i = 0; i < AUTHORS; i++)
		bench.authors[i] = seeded_sign_pair(&bench.seeded);
	stored_make(&bench.s);
	stored_open(&bench.s);
	fill(&bench);
	printf("report_records %zu records\n", bench.made);
	reader = stored_reader(&bench.s);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		measure(&bench, reader, i);
	kith_store_reader_give(bench.s.store, reader);
	stored_remove(&bench.s);
	for (size_t i = 0; i < POOLS; i++)
		free(bench.pools[i].ids);
	return 0;
}
