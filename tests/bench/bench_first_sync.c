/*
 * The first sync of an empty node: two real daemons over loopback TCP, N records (100,000) of
 * 512-byte bodies by 500 authors, every signature checked and every record stored. Beside it, in
 * the same run, the bound that no implementation on this machine can pass: cores / (a bare
 * signature check + a bare insert of the same row, batched).
 *
 * After it, the same daemon starts once more with all it has, and one that has nothing.
 *
 *     bench_first_sync [N]      BUILD: where kithd is (build)
 */
#include <sys/resource.h>

#include <sqlite3.h>

#include "protocol/body.h"
#include "protocol/record.h"
#include "tests/bench/daemons.h"
#include "tests/plain.h"

#define AUTHORS 500
#define BATCH   4096
#define BODY    512
#define IDLE_US 3000000 /* after a restart, before memory is read */

/* ---- records -------------------------------------------------------------------------------- */

static struct kith_buf make_body(size_t i, const struct kith_rng *rng)
{
	static uint8_t filler[BODY];
	struct kith_bytes data = {filler, 0};
	struct kith_buf packed;
	char title[64];

	memset(filler, 'x', sizeof(filler));
	snprintf(title, sizeof(title), "Record number %zu of the bench", i);
	data.len = BODY - 90 - strlen(title) + 24;
	kith_buf_init(&packed, KITH_RECORD_MAX_BYTES);
	must(plain_body(title, data, rng, &packed), "body");
	return packed;
}

static struct kith_record *make_record(
	size_t i, const struct kith_sign_pair *author, const struct kith_rng *rng)
{
	struct kith_record_draft draft = {.circle = kith_circle_commons(),
		.kind = 127,
		.created_ms = 1700000000000ull + i * 1000,
		.lang = "en"};
	struct kith_buf body = make_body(i, rng), envelope;
	struct kith_record *record;

	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	draft.body = (struct kith_bytes){body.data, body.len};
	must(kith_record_sign(&draft, author, &envelope, NULL, NULL), "sign");
	must(kith_record_reopen(envelope.data, envelope.len, &record), "reopen");
	kith_buf_clear(&body);
	kith_buf_clear(&envelope);
	return record;
}

/* ---- filling --------------------------------------------------------------------------------- */

static void written(void *ctx, struct kith_batch *batch)
{
	(void)ctx;
	must(batch->err, "store");
	kith_batch_free(batch);
}

static void make_authors(struct kith_sign_pair authors[AUTHORS], const struct kith_rng *rng)
{
	uint8_t seed[KITH_SEED_LEN];

	for (size_t i = 0; i < AUTHORS; i++) {
		kith_rng_fill(rng, seed, sizeof(seed));
		kith_sign_pair_from_seed(seed, &authors[i]);
	}
}

/* Fills a home's database before its daemon runs; microseconds that storing took. */
static double fill(const struct home *home, size_t n)
{
	static struct kith_sign_pair authors[AUTHORS];
	struct kith_rng rng = kith_rng_system();
	struct kith_store *store;
	uv_loop_t loop;
	double spent = 0, began;

	make_authors(authors, &rng);
	uv_loop_init(&loop);
	store = home_open_store(home, &loop);
	for (size_t i = 0; i < n;) {
		struct kith_batch *batch = kith_batch_new(BATCH);
		for (size_t k = 0; k < BATCH && i < n; k++, i++)
			must(kith_batch_add_record_take(
				     batch, make_record(i, &authors[i % AUTHORS], &rng)),
				"batch");
		began = now_us();
		kith_store_write(store, batch, written, NULL);
		while (kith_store_stats(store).last_seq < i)
			uv_run(&loop, UV_RUN_ONCE);
		spent += now_us() - began;
	}
	kith_store_close(store, on_store_closed, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
	return spent;
}

/* ---- the bound ------------------------------------------------------------------------------ */

static double bare_verify_us(void)
{
	struct kith_rng rng = kith_rng_system();
	struct kith_sign_pair pair;
	struct kith_signature signature;
	uint8_t seed[KITH_SEED_LEN], id[32] = {1};
	double began;
	int rounds = 4000;

	kith_rng_fill(&rng, seed, sizeof(seed));
	kith_sign_pair_from_seed(seed, &pair);
	kith_sign(&pair, "bench", id, sizeof(id), &signature);
	began = now_us();
	for (int i = 0; i < rounds; i++)
		must(kith_verify(&pair.public_key, "bench", id, sizeof(id), &signature), "verify");
	return (now_us() - began) / rounds;
}

static void sql(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "bench_first_sync: %s: %s\n", text, sqlite3_errmsg(db));
		exit(1);
	}
}

/* The rows of a filled store into a bare table with the same indexes, 10,000 a transaction. */
static double bare_insert_us(const char *root, const struct home *full, size_t n)
{
	char text[700];
	sqlite3 *db;
	double began;

	snprintf(text, sizeof(text), "%s/bare.db", root);
	must(sqlite3_open(text, &db) ? KITH_E_IO : 0, text);
	snprintf(text, sizeof(text), "ATTACH '%s/kith.db' AS full", full->path);
	sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = "
		"-65536");
	sql(db, text);
	sql(db, "CREATE TEMP TABLE source AS SELECT * FROM full.records");
	sql(db, "CREATE TABLE records (seq INTEGER PRIMARY KEY, set_no, created_ms, head, tail, "
		"kind,"
		"author, known, received_ms, reason, envelope)");
	sql(db, "CREATE UNIQUE INDEX a ON records (set_no, created_ms, head, tail);"
		"CREATE INDEX b ON records (head); CREATE INDEX c ON records (kind)");
	began = now_us();
	for (size_t from = 0; from < n; from += 10000) {
		snprintf(text, sizeof(text),
			"INSERT INTO main.records SELECT * FROM source WHERE seq > %zu AND seq <= "
			"%zu",
			from, from + 10000);
		sql(db, text);
	}
	began = now_us() - began;
	sqlite3_close(db);
	return began / (double)n;
}

/* ---- daemons -------------------------------------------------------------------------------- */

static sqlite3_int64 number(const struct home *home, const char *query)
{
	sqlite3_int64 value = -1;
	sqlite3_stmt *stmt;
	sqlite3 *db;
	char path[300];

	snprintf(path, sizeof(path), "%s/kith.db", home->path);
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
		if (sqlite3_prepare_v2(db, query, -1, &stmt, NULL) == SQLITE_OK &&
			sqlite3_step(stmt) == SQLITE_ROW)
			value = sqlite3_column_int64(stmt, 0);
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
	return value;
}

/* Seconds from now until the query yields at least `want`. */
static double await(const struct home *home, const char *query, sqlite3_int64 want)
{
	double began = now_us();

	while (number(home, query) < want) {
		if (waitpid(home->pid, NULL, WNOHANG) > 0 || now_us() - began > 3600e6) {
			fprintf(stderr, "bench_first_sync: the daemon ended\n");
			exit(1);
		}
		usleep(5000);
	}
	return (now_us() - began) / 1e6;
}

/* A line of /proc/PID/status, in KiB. */
static double status_kib(const struct home *home, const char *name)
{
	char path[64], line[256];
	double kib = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)home->pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			kib = atof(line + strlen(name));
	if (file)
		fclose(file);
	return kib;
}

static double print_bound(const char *root, const struct home *full, size_t n)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	double verify = bare_verify_us(), insert = bare_insert_us(root, full, n);
	double bound = (double)cores * 1e6 / (verify + insert);

	print("bare_verify", verify, "us");
	print("bare_insert", insert, "us");
	print("first_sync_bound", bound, "records/s");
	return bound;
}

/* CPU time until everything is indexed too. */
static void print_costs(const struct home *full, const struct home *empty, double before, size_t n)
{
	double sender = (home_cpu_us(full) - before) / (double)n;
	double receiver = home_cpu_us(empty) / (double)n;
	char name[64];

	print("first_sync_memory_sender", status_kib(full, "VmHWM:"), "KiB");
	print("first_sync_memory_receiver", status_kib(empty, "VmHWM:"), "KiB");
	print("first_sync_cpu_sender", sender, "us/record");
	print("first_sync_cpu_receiver", receiver, "us/record");
	snprintf(name, sizeof(name), "growth_first_sync_%zu", n);
	print(name, sender + receiver, "us/record");
}

static void measure(struct home *full, struct home *empty, size_t n, const char *root)
{
	double bound = print_bound(root, full, n), began, took, lag, before;

	home_start(full);
	(void)await(full, "SELECT indexed_seq FROM state", (sqlite3_int64)n);
	before = home_cpu_us(full);
	began = now_us();
	home_start(empty);
	(void)await(empty, "SELECT held FROM state", (sqlite3_int64)n);
	took = (now_us() - began) / 1e6;
	lag = await(empty, "SELECT indexed_seq FROM state", (sqlite3_int64)n);
	print("first_sync_records", (double)n, "records");
	print("first_sync_seconds", took, "s");
	print("first_sync_rate", (double)n / took, "records/s");
	print("first_sync_of_bound", 100.0 * (double)n / took / bound, "%");
	print("first_sync_index_lag", lag, "s");
	print_costs(full, empty, before, n);
	home_stop(full);
	home_stop(empty);
}

/* Ready is when the local socket takes connections. */
static void measure_start(struct home *home, const char *what)
{
	char name[64];
	double began = now_us();

	home_start(home);
	snprintf(name, sizeof(name), "start_%s", what);
	print(name, (now_us() - began) / 1000, "ms");
	snprintf(name, sizeof(name), "start_%s_cpu", what);
	print(name, home_cpu_us(home) / 1000, "ms");
	usleep(IDLE_US);
	snprintf(name, sizeof(name), "idle_%s_memory", what);
	print(name, status_kib(home, "VmRSS:"), "KiB");
	home_stop(home);
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	struct home full, empty, bare;
	unsigned port = 20000 + (unsigned)getpid() % 20000;
	char root[32];

	must(kith_keys_init(), "libsodium");
	root_make(root);
	home_make(&full, root, "full", port, 8);
	home_make(&empty, root, "empty", port + 1, 8);
	home_make(&bare, root, "bare", port + 2, 8);
	home_befriend(&full, &empty.self, 1);
	home_befriend(&empty, &full.self, 1);
	print("store_fill", fill(&full, n) / (double)n, "us/record");
	measure(&full, &empty, n, root);
	measure_start(&full, "full");
	measure_start(&bare, "bare");
	root_remove(root);
	return 0;
}
