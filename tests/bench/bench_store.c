/*
 * bench_store: what storing, indexing, finding and loading cost. Prints lines of name, value,
 * unit.
 *
 *     bench_store [N [shuffled]]     N records, else N from the environment, else 100,000;
 *                                    they arrive in the order of their creation, or shuffled
 *
 * Bodies have about 512 bytes of words, drawn so that the k-th word of 20,000 is k times rarer
 * than the first.
 */
#include <time.h>

#include "tests/stored.h"

#define WORDS   20000
#define AUTHORS 500
#define PLACES  500
#define TAGS    200

struct bench {
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair authors[AUTHORS];
	struct kith_record_id *ids;
	size_t n;
	bool shuffled;
};

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Of the process: while the store works the rest of it waits, and other processes do not count. */
static double cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void print(const char *name, double value, const char *unit)
{
	printf("%-36s %12.3f %s\n", name, value, unit);
	fflush(stdout);
}

static double resident_mib(void)
{
	long pages = 0;
	FILE *file = fopen("/proc/self/statm", "r");

	if (file && fscanf(file, "%*d %ld", &pages) != 1)
		pages = 0;
	if (file)
		fclose(file);
	return (double)pages * 4096 / (1 << 20);
}

/* ---- records ------------------------------------------------------------------------------- */

/* Log-uniform: the k-th word comes 1/k as often as the first. */
static size_t draw_word(struct seeded *seeded)
{
	size_t bits = seeded_below(seeded, 15);
	size_t word = (1u << bits) - 1 + seeded_below(seeded, 1u << bits);

	return word % WORDS;
}

static void write_words(struct seeded *seeded, size_t bytes, char *out)
{
	size_t len = 0;

	while (len < bytes)
		len += (size_t)sprintf(out + len, "%sw%zuth", len ? " " : "", draw_word(seeded));
}

static struct kith_record *make(struct bench *bench, size_t i)
{
	static const char *const countries[] = {"PL", "RO", "GR", "BE", "FR", "DE", "KR", "NL"};
	char title[64], text[600], tags[2][16], place[32];
	size_t len;
	struct saying saying = {
		.created_ms = 1500000000000 + i * 631 + seeded_below(&bench->seeded, 600),
		.title = title,
		.text = text,
		.tags = {tags[0], tags[1]},
		.country = countries[seeded_below(&bench->seeded, 8)],
		.place = place,
	};

	len = (size_t)sprintf(title, "%s ", i % 2 ? "odd" : "even");
	write_words(&bench->seeded, 30, title + len);
	write_words(&bench->seeded, 420, text);
	sprintf(tags[0], "tag%zu", seeded_below(&bench->seeded, TAGS));
	sprintf(tags[1], "mark%zu", seeded_below(&bench->seeded, TAGS));
	sprintf(place, "Place %zu", seeded_below(&bench->seeded, PLACES));
	return stored_record(
		&saying, &bench->authors[seeded_below(&bench->seeded, AUTHORS)], &bench->seeded);
}

/* ---- storing and indexing ------------------------------------------------------------------ */

static struct kith_batch *make_batch(
	struct bench *bench, const size_t *order, size_t from, size_t n)
{
	struct kith_batch *batch = kith_batch_new(n);

	for (size_t i = from; i < from + n; i++) {
		struct kith_record *record = make(bench, order[i]);

		bench->ids[i] = record->id;
		stored_add(batch, record);
	}
	return batch;
}

/* Stores n records in groups; indexing is held off as long as something waits, so it is timed
 * apart. */
static void bench_groups(
	struct bench *bench, const size_t *order, size_t from, size_t n, size_t group)
{
	double insert_us = 0, index_us = 0;
	char name[64];
	size_t rows = 0;

	for (size_t at = from; at < from + n; at += group) {
		size_t count = at + group < from + n ? group : from + n - at;
		struct kith_batch *batch = make_batch(bench, order, at, count);
		double began = cpu_us();

		stored_must(stored_write(&bench->s, batch) == 0, "storing");
		insert_us += cpu_us() - began;
		kith_batch_free(batch);
		began = cpu_us();
		stored_wait_indexed(&bench->s);
		index_us += cpu_us() - began;
		rows += count;
	}
	snprintf(name, sizeof(name), "store_insert_%zu", group);
	print(name, insert_us / (double)rows, "us/row");
	snprintf(name, sizeof(name), "store_index_%zu", group);
	print(name, index_us / (double)rows, "us/row");
}

/* ---- reading ------------------------------------------------------------------------------- */

static int ignore_row(void *ctx, const struct kith_row *row)
{
	size_t *count = ctx;

	(void)row;
	(*count)++;
	return 0;
}

static void bench_get(struct bench *bench, struct kith_reader *reader)
{
	size_t count = 0;
	double began = now_us();

	for (size_t i = 0; i < 10000; i++)
		stored_must(
			kith_query_get(reader, &bench->ids[seeded_below(&bench->seeded, bench->n)],
				ignore_row, &count) == 0,
			"getting");
	print("store_get", (now_us() - began) / 10000, "us");
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* p99 over different first words; words NULL: none. */
static void bench_find(struct bench *bench, struct kith_reader *reader, const char *name,
	const char *words, struct kith_find find)
{
	enum { ROUNDS = 200 };
	double took[ROUNDS];
	char text[64], line[64];
	size_t count = 0;
	bool more;

	find.limit = 50;
	for (size_t i = 0; i < ROUNDS; i++) {
		double began;

		if (words) {
			snprintf(text, sizeof(text), words, draw_word(&bench->seeded),
				draw_word(&bench->seeded));
			find.words = text;
		}
		began = now_us();
		stored_must(
			kith_query_find(reader, &find, ignore_row, &count, &more) == 0, "finding");
		took[i] = (now_us() - began) / 1000;
	}
	qsort(took, ROUNDS, sizeof(took[0]), by_size);
	snprintf(line, sizeof(line), "store_find_%s_p50", name);
	print(line, took[ROUNDS / 2], "ms");
	snprintf(line, sizeof(line), "store_find_%s_p99", name);
	print(line, took[ROUNDS * 99 / 100], "ms");
}

static int ignore_item(void *ctx, const struct kith_circle *circle, enum kith_class class_,
	const struct kith_item *item)
{
	size_t *count = ctx;

	(void)circle;
	(void)class_;
	(void)item;
	(*count)++;
	return 0;
}

static void bench_items(struct kith_reader *reader)
{
	size_t count = 0;
	double began = now_us();

	stored_must(kith_query_items(reader, ignore_item, &count) == 0, "loading items");
	print("store_items", (now_us() - began) / 1000, "ms");
}

static void bench_fetch(struct kith_reader *reader, size_t n)
{
	struct kith_item after = {0};
	double began = now_us();
	size_t bytes = 0;

	for (size_t done = 0; done < n;) {
		struct kith_fetch *fetch = kith_fetch_new();

		fetch->mode = KITH_FETCH_AFTER;
		fetch->circle = kith_circle_commons();
		fetch->class_ = KITH_CLASS_CONTENT;
		fetch->after = after;
		fetch->max_bytes = 1 << 20;
		kith_query_fetch(reader, fetch);
		stored_must(fetch->err == 0, "fetching");
		after = fetch->last;
		done += fetch->found_count;
		bytes += fetch->found.len;
		kith_fetch_free(fetch);
	}
	print("store_fetch_after", (now_us() - began) / (double)n, "us/row");
	print("store_envelope", (double)bytes / (double)n, "bytes/row");
}

static void bench_reading(struct bench *bench)
{
	struct kith_reader *reader = stored_reader(&bench->s);

	bench_items(reader);
	bench_get(bench, reader);
	bench_fetch(reader, bench->n);
	bench_find(bench, reader, "all", NULL, (struct kith_find){0});
	bench_find(bench, reader, "word", "w%zuth", (struct kith_find){0});
	bench_find(bench, reader, "two_words", "w%zuth w%zuth", (struct kith_find){0});
	/* The worst there is: two halves of the store that never meet. */
	bench_find(bench, reader, "nothing", "even odd", (struct kith_find){0});
	bench_find(bench, reader, "prefix", "w%zut*", (struct kith_find){0});
	bench_find(bench, reader, "word_kind_country", "w%zuth",
		(struct kith_find){.country = "pl", .kind = KITH__BODY__KIND_INITIATIVE});
	bench_find(bench, reader, "tag", NULL, (struct kith_find){.tag = "tag7"});
	bench_find(bench, reader, "word_tag", "w%zuth", (struct kith_find){.tag = "tag7"});
	bench_find(bench, reader, "place", NULL, (struct kith_find){.place = "place 7"});
	bench_find(bench, reader, "rare_and_common", "w%zuth w0th", (struct kith_find){0});
	bench_find(bench, reader, "author_lang", NULL,
		(struct kith_find){.author = &bench->authors[3].public_key, .lang = "en"});
	kith_store_reader_give(bench->s.store, reader);
}

/* ---- all of it ----------------------------------------------------------------------------- */

static size_t *arrival(struct bench *bench)
{
	size_t *order = calloc(bench->n, sizeof(*order));

	for (size_t i = 0; i < bench->n; i++)
		order[i] = i;
	for (size_t i = bench->n - 1; bench->shuffled && i > 0; i--) {
		size_t j = seeded_below(&bench->seeded, i + 1);
		size_t kept = order[i];

		order[i] = order[j];
		order[j] = kept;
	}
	return order;
}

static size_t count_from(int argc, char **argv)
{
	const char *env = getenv("N");

	if (argc > 1)
		return (size_t)atol(argv[1]);
	return env && *env ? (size_t)atol(env) : 100000;
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct kith_store_stats stats;
	size_t *order;

	bench.n = count_from(argc, argv);
	bench.shuffled = argc > 2;
	bench.ids = calloc(bench.n, sizeof(*bench.ids));
	for (size_t i = 0; i < AUTHORS; i++)
		bench.authors[i] = seeded_sign_pair(&bench.seeded);
	order = arrival(&bench);
	stored_make(&bench.s);
	stored_open(&bench.s);
	bench_groups(&bench, order, 0, bench.n / 2, 10000);
	bench_groups(&bench, order, bench.n / 2, bench.n / 4, 500);
	bench_groups(&bench, order, bench.n / 2 + bench.n / 4, bench.n / 4, 10000);
	stats = kith_store_stats(bench.s.store);
	bench.n = stats.last_seq;
	print("store_file", (double)stats.database_bytes / (double)bench.n, "bytes/row");
	print("store_commit_max", (double)stats.commit_us_max / 1000, "ms");
	bench_reading(&bench);
	print("store_resident", resident_mib(), "MiB");
	stored_remove(&bench.s);
	free(order);
	free(bench.ids);
	return 0;
}
