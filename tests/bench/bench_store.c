/*
 * bench_store: what storing, indexing, finding and loading cost, and how that grows. Prints lines
 * of name, value, unit; names end in the number of records that are there by then.
 *
 *     bench_store [SIZE [shuffled]]  up to SIZE records, else SIZE from the environment, else
 *                                    100,000; in the order of their creation, or shuffled
 *
 * Bodies have about 512 bytes of words, drawn so that the k-th word of 20,000 is k times rarer
 * than the first. Storing and indexing are told in CPU time per row since the size before, with
 * all merging of the index that happened; finding in the time that passes, p99 in CPU time too.
 */
#include <time.h>

#include "tests/stored.h"

#define WORDS   20000
#define AUTHORS 500
#define PLACES  500
#define TAGS    200
#define GROUP   10000

struct bench {
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair authors[AUTHORS];
	struct kith_record_id *ids;
	size_t n; /* records stored so far */
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
	printf("%s %.3f %s\n", name, value, unit);
	fflush(stdout);
}

/* With the number of records behind the name. */
static void print_at(const char *name, size_t n, double value, const char *unit)
{
	char line[96];

	snprintf(line, sizeof(line), "%s_%zu", name, n);
	print(line, value, unit);
}

static double thread_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
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

/* Stores records in groups; indexing is held off as long as something waits, so it is timed
 * apart. Like a bulk pull, it lags behind some groups. */
static void grow(struct bench *bench, const size_t *order, size_t from, size_t to)
{
	double insert_us = 0, index_us = 0, close_us, began;

	for (size_t at = from; at < to; at += GROUP) {
		struct kith_batch *batch =
			make_batch(bench, order, at, at + GROUP < to ? GROUP : to - at);

		began = cpu_us();
		stored_must(stored_write(&bench->s, batch) == 0, "storing");
		insert_us += cpu_us() - began;
		kith_batch_free(batch);
		began = cpu_us();
		stored_wait_indexed(&bench->s);
		index_us += cpu_us() - began;
	}
	began = cpu_us();
	stored_close(&bench->s); /* what is in the log goes to the file, so that no size owes it */
	close_us = cpu_us() - began;
	stored_open(&bench->s);
	print_at("growth_insert", to, insert_us / (double)(to - from), "us/row");
	print_at("growth_index", to, index_us / (double)(to - from), "us/row");
	print_at("growth_all", to, (insert_us + index_us + close_us) / (double)(to - from),
		"us/row");
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
	double began = thread_us();

	for (size_t i = 0; i < 10000; i++)
		stored_must(
			kith_query_get(reader, &bench->ids[seeded_below(&bench->seeded, bench->n)],
				ignore_row, &count) == 0,
			"getting");
	print_at("growth_get", bench->n, (thread_us() - began) / 10000, "us");
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

enum { ROUNDS = 200 };

/* Puts numbers of words into a question; a star cuts the last of them short. */
static void write_question(struct bench *bench, const char *words, char *text, size_t room)
{
	size_t len;

	snprintf(text, room, words, draw_word(&bench->seeded), draw_word(&bench->seeded));
	len = strlen(text);
	if (text[len - 1] == '*')
		strcpy(strrchr(text, 'w') + 3, "*"); /* a beginning of three letters */
}

static void print_finds(const char *name, size_t n, double *wall, double *cpu)
{
	char line[64];

	qsort(wall, ROUNDS, sizeof(wall[0]), by_size);
	qsort(cpu, ROUNDS, sizeof(cpu[0]), by_size);
	snprintf(line, sizeof(line), "find_%s_p50", name);
	print_at(line, n, wall[ROUNDS / 2], "ms");
	snprintf(line, sizeof(line), "find_%s_p99", name);
	print_at(line, n, wall[ROUNDS * 99 / 100], "ms");
	snprintf(line, sizeof(line), "find_%s_p99_cpu", name);
	print_at(line, n, cpu[ROUNDS * 99 / 100], "ms");
}

/* First pages of 20 for different words; words NULL: none. Returns the mean CPU time. */
static double bench_find(struct bench *bench, struct kith_reader *reader, const char *name,
	const char *words, struct kith_find find)
{
	double wall[ROUNDS], cpu[ROUNDS], total = 0;
	char text[64];
	struct kith_item reached;
	size_t count = 0;
	bool more;

	find.limit = 20;
	find.reached = &reached; /* as record.find asks */
	find.patience_ms = 12;
	for (size_t i = 0; i < ROUNDS; i++) {
		double began, cpu_began;

		if (words) {
			write_question(bench, words, text, sizeof(text));
			find.words = text;
		}
		began = now_us();
		cpu_began = thread_us();
		stored_must(
			kith_query_find(reader, &find, ignore_row, &count, &more) == 0, "finding");
		cpu[i] = (thread_us() - cpu_began) / 1000;
		wall[i] = (now_us() - began) / 1000;
		total += cpu[i];
	}
	print_finds(name, bench->n, wall, cpu);
	return total / ROUNDS;
}

static void bench_finds(struct bench *bench, struct kith_reader *reader)
{
	const struct kith_find any = {0};
	double by_words;

	bench_find(bench, reader, "all", NULL, any);
	by_words = bench_find(bench, reader, "word", "w%zuth", any) +
		   bench_find(bench, reader, "two_words", "w%zuth w%zuth", any) +
		   bench_find(bench, reader, "rare_and_common", "w%zuth w0th", any) +
		   bench_find(bench, reader, "beginning", "w%zuth*", any) +
		   bench_find(bench, reader, "word_and_beginning", "w%zuth w%zuth*", any);
	print_at("growth_find", bench->n, by_words * 1000 / 5, "us/page");
	/* The worst there is: two halves of the store that never meet. */
	bench_find(bench, reader, "never_together", "even odd", any);
	bench_find(bench, reader, "word_kind_country", "w%zuth",
		(struct kith_find){.country = "pl", .kind = KITH__BODY__KIND_INITIATIVE});
	bench_find(bench, reader, "tag", NULL, (struct kith_find){.tag = "tag7"});
	bench_find(bench, reader, "word_tag", "w%zuth", (struct kith_find){.tag = "tag7"});
	bench_find(bench, reader, "place", NULL, (struct kith_find){.place = "place 7"});
	bench_find(bench, reader, "author_lang", NULL,
		(struct kith_find){.author = &bench->authors[3].public_key, .lang = "en"});
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

static void bench_items(struct kith_reader *reader, size_t n)
{
	size_t count = 0;
	double began = thread_us();

	stored_must(kith_query_items(reader, ignore_item, &count) == 0, "loading items");
	print_at("growth_load", n, (thread_us() - began) / (double)n, "us/row");
}

static void bench_fetch(struct kith_reader *reader, size_t n)
{
	struct kith_item after = {0};
	double began = thread_us();
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
	print_at("growth_fetch", n, (thread_us() - began) / (double)n, "us/row");
	print_at("store_envelope", n, (double)bytes / (double)n, "bytes/row");
}

static void bench_reading(struct bench *bench)
{
	struct kith_reader *reader = stored_reader(&bench->s);

	bench_items(reader, bench->n);
	bench_get(bench, reader);
	bench_fetch(reader, bench->n);
	bench_finds(bench, reader);
	kith_store_reader_give(bench->s.store, reader);
}

/* ---- all of it ----------------------------------------------------------------------------- */

static size_t *arrival(struct bench *bench, size_t size)
{
	size_t *order = calloc(size, sizeof(*order));

	for (size_t i = 0; i < size; i++)
		order[i] = i;
	for (size_t i = size - 1; bench->shuffled && i > 0; i--) {
		size_t j = seeded_below(&bench->seeded, i + 1);
		size_t kept = order[i];

		order[i] = order[j];
		order[j] = kept;
	}
	return order;
}

static size_t size_from(int argc, char **argv)
{
	const char *env = getenv("SIZE");

	if (argc > 1)
		return (size_t)atol(argv[1]);
	return env && *env ? (size_t)atol(env) : 100000;
}

/* Everything at 10,000, 100,000, ... records, storing and indexing in between too. */
static void grow_to(struct bench *bench, const size_t *order, size_t size)
{
	static const size_t steps[] = {10000, 30000, 100000, 300000, 1000000, 3000000, 10000000};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && bench->n < size; i++) {
		size_t to = steps[i] < size ? steps[i] : size;

		grow(bench, order, bench->n, to);
		bench->n = to;
		if (i % 2 == 0 || to == size)
			bench_reading(bench);
	}
}

int main(int argc, char **argv)
{
	static struct bench bench;
	size_t size = size_from(argc, argv);
	struct kith_store_stats stats;
	size_t *order;

	bench.shuffled = argc > 2;
	bench.ids = calloc(size, sizeof(*bench.ids));
	for (size_t i = 0; i < AUTHORS; i++)
		bench.authors[i] = seeded_sign_pair(&bench.seeded);
	order = arrival(&bench, size);
	stored_make(&bench.s);
	stored_open(&bench.s);
	grow_to(&bench, order, size);
	stats = kith_store_stats(bench.s.store);
	print_at(
		"store_file", bench.n, (double)stats.database_bytes / (double)bench.n, "bytes/row");
	print_at("store_commit_max", bench.n, (double)stats.commit_us_max / 1000, "ms");
	print_at("store_resident", bench.n, resident_mib(), "MiB");
	stored_remove(&bench.s);
	free(order);
	free(bench.ids);
	return 0;
}
