/*
 * The first sync of an empty node: two real daemons over loopback TCP, N records (100,000) of
 * 512-byte bodies by 500 authors, every signature checked and every record stored. Beside it, in
 * the same run, the bound that no implementation on this machine can pass: cores / (a bare
 * signature check + a bare insert of the same row, batched).
 *
 *     bench_first_sync [N]      BUILD: where kithd is (build)
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>
#include <uv.h>

#include "keys/secret.h"
#include "node/config.h"
#include "node/keyring.h"
#include "node/store/store.h"
#include "protocol/body.h"
#include "protocol/record.h"

#define AUTHORS 500
#define BATCH   4096
#define BODY    512

struct node {
	char home[256];
	unsigned port;
	struct kith_partner_config self; /* as the other one sees it */
	pid_t pid;
};

static void must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench_first_sync: %s: %s\n", what, kith_err_text(err));
	exit(1);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- records -------------------------------------------------------------------------------- */

static struct kith_buf make_body(size_t i, const struct kith_rng *rng)
{
	static char filler[BODY];
	Kith__Body body = KITH__BODY__INIT;
	Kith__X x = KITH__X__INIT;
	Kith__Common common = KITH__COMMON__INIT;
	struct kith_buf packed;
	char title[64], name[] = "org.example.bench";

	memset(filler, 'x', sizeof(filler));
	snprintf(title, sizeof(title), "Record number %zu of the bench", i);
	common.title = title;
	x.common = &common;
	x.name = name;
	x.has_data = true;
	x.data.data = (uint8_t *)filler;
	x.data.len = BODY - 90 - strlen(title) + 24;
	body.kind_case = KITH__BODY__KIND_X;
	body.x = &x;
	kith_buf_init(&packed, KITH_RECORD_MAX_BYTES);
	must(kith_body_encode(&body, rng, &packed), "body");
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

/* ---- homes ---------------------------------------------------------------------------------- */

static void write_config(const struct node *node)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), "%s/config.ini", node->home);
	file = fopen(path, "w");
	must(file ? 0 : KITH_E_IO, path);
	fprintf(file, "[listen]\naddress = 127.0.0.1:%u\n[log]\nlevel = warn\n", node->port);
	fclose(file);
}

static void make_home(struct node *node, const char *root, const char *name, unsigned port)
{
	struct kith_rng rng = kith_rng_system();
	struct kith_keyring keyring;
	char why[256];

	snprintf(node->home, sizeof(node->home), "%s/%s", root, name);
	node->port = port;
	must(kith_home_create(node->home, why, sizeof(why)), why);
	must(kith_keyring_create(node->home, NULL, 0, &rng, why, sizeof(why)), why);
	must(kith_keyring_open(node->home, NULL, 0, &keyring, why, sizeof(why)), why);
	node->self = (struct kith_partner_config){.group = keyring.author->public_key,
		.node = keyring.node->public_key,
		.has_address = true,
		.host = "127.0.0.1",
		.port = (uint16_t)port};
	kith_keyring_clear(&keyring);
	write_config(node);
}

static int put_partner(struct kith_reader *writer, void *arg)
{
	return kith_change_partner_put(writer, arg);
}

static void changed(void *arg, int err)
{
	(void)arg;
	must(err, "partner");
}

static void written(void *ctx, struct kith_batch *batch)
{
	(void)ctx;
	must(batch->err, "store");
	kith_batch_free(batch);
}

static void closed(void *ctx)
{
	(void)ctx;
}

/* Fills a home's database before its daemon runs: n records, and the other node as a partner. */
static double fill(struct node *node, struct node *other, size_t n)
{
	static struct kith_sign_pair authors[AUTHORS];
	struct kith_rng rng = kith_rng_system();
	struct kith_store_config config = {0};
	struct kith_store *store;
	uv_loop_t loop;
	char path[300], why[256];
	double spent = 0, began;

	for (size_t i = 0; i < AUTHORS; i++) {
		uint8_t seed[KITH_SEED_LEN];
		kith_rng_fill(&rng, seed, sizeof(seed));
		kith_sign_pair_from_seed(seed, &authors[i]);
	}
	snprintf(path, sizeof(path), "%s/kith.db", node->home);
	config.path = path;
	uv_loop_init(&loop);
	must(kith_store_open(&loop, &config, &store, why, sizeof(why)), "database");
	kith_store_change(store, put_partner, changed, &other->self);
	for (size_t i = 0; i < n;) {
		struct kith_batch *batch = kith_batch_new(BATCH);
		for (size_t k = 0; k < BATCH && i < n; k++, i++)
			must(kith_batch_add_record_take(
				     batch, make_record(i, &authors[i % AUTHORS], &rng)),
				"batch");
		began = seconds();
		kith_store_write(store, batch, written, NULL);
		while (kith_store_stats(store).last_seq < i)
			uv_run(&loop, UV_RUN_ONCE);
		spent += seconds() - began;
	}
	kith_store_close(store, closed, NULL);
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
	began = seconds();
	for (int i = 0; i < rounds; i++)
		must(kith_verify(&pair.public_key, "bench", id, sizeof(id), &signature), "verify");
	return (seconds() - began) * 1e6 / rounds;
}

static void sql(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "bench_first_sync: %s: %s\n", text, sqlite3_errmsg(db));
		exit(1);
	}
}

/* The rows of a filled store into a bare table with the same indexes, 10,000 a transaction. */
static double bare_insert_us(const char *root, const struct node *full, size_t n)
{
	char text[700];
	sqlite3 *db;
	double began;

	snprintf(text, sizeof(text), "%s/bare.db", root);
	must(sqlite3_open(text, &db) ? KITH_E_IO : 0, text);
	snprintf(text, sizeof(text), "ATTACH '%s/kith.db' AS full", full->home);
	sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = "
		"-65536");
	sql(db, text);
	sql(db, "CREATE TEMP TABLE source AS SELECT * FROM full.records");
	sql(db, "CREATE TABLE records (seq INTEGER PRIMARY KEY, set_no, created_ms, head, tail, "
		"kind,"
		"author, known, received_ms, reason, envelope)");
	sql(db, "CREATE UNIQUE INDEX a ON records (set_no, created_ms, head, tail);"
		"CREATE INDEX b ON records (head); CREATE INDEX c ON records (kind)");
	began = seconds();
	for (size_t from = 0; from < n; from += 10000) {
		snprintf(text, sizeof(text),
			"INSERT INTO main.records SELECT * FROM source WHERE seq > %zu AND seq <= "
			"%zu",
			from, from + 10000);
		sql(db, text);
	}
	began = seconds() - began;
	sqlite3_close(db);
	return began * 1e6 / (double)n;
}

/* ---- daemons -------------------------------------------------------------------------------- */

static void start(struct node *node)
{
	const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
	char program[512];

	snprintf(program, sizeof(program), "%s/kithd", build);
	node->pid = fork();
	if (node->pid == 0) {
		execl(program, "kithd", "--home", node->home, (char *)NULL);
		_exit(127);
	}
}

static sqlite3_int64 number(const struct node *node, const char *query)
{
	sqlite3_int64 value = -1;
	sqlite3_stmt *stmt;
	sqlite3 *db;
	char path[300];

	snprintf(path, sizeof(path), "%s/kith.db", node->home);
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
static double await(const struct node *node, const char *query, sqlite3_int64 want)
{
	double began = seconds();

	while (number(node, query) < want) {
		if (waitpid(node->pid, NULL, WNOHANG) > 0 || seconds() - began > 3600) {
			fprintf(stderr, "bench_first_sync: the daemon ended\n");
			exit(1);
		}
		usleep(5000);
	}
	return seconds() - began;
}

static long peak_kib(const struct node *node)
{
	char path[64], line[256];
	long kib = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)node->pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "VmHWM:", 6) == 0)
			kib = atol(line + 6);
	if (file)
		fclose(file);
	return kib;
}

static void stop(struct node *node)
{
	kill(node->pid, SIGTERM);
	waitpid(node->pid, NULL, 0);
}

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void measure(struct node *full, struct node *empty, size_t n, const char *root)
{
	sqlite3_int64 want = (sqlite3_int64)n;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	double verify = bare_verify_us(), insert = bare_insert_us(root, full, n);
	double bound = (double)cores * 1e6 / (verify + insert), took, lag, full_cpu;

	start(full);
	(void)await(full, "SELECT indexed_seq FROM state", want);
	start(empty);
	(void)await(empty, "SELECT count(*) FROM state", 1);
	took = await(empty, "SELECT held FROM state", want);
	lag = await(empty, "SELECT indexed_seq FROM state", want);
	printf("first_sync_records %zu records\n", n);
	printf("first_sync_seconds %.2f s\n", took);
	printf("first_sync_rate %.0f records/s\n", (double)n / took);
	printf("first_sync_index_lag %.2f s\n", lag);
	printf("bare_verify %.1f us\n", verify);
	printf("bare_insert %.1f us\n", insert);
	printf("first_sync_bound %.0f records/s\n", bound);
	printf("first_sync_of_bound %.1f %%\n", 100.0 * (double)n / took / bound);
	printf("first_sync_memory_sender %ld KiB\n", peak_kib(full));
	printf("first_sync_memory_receiver %ld KiB\n", peak_kib(empty));
	stop(full);
	full_cpu = cpu_seconds();
	stop(empty);
	printf("first_sync_cpu_sender %.1f us/record\n", full_cpu * 1e6 / (double)n);
	printf("first_sync_cpu_receiver %.1f us/record\n",
		(cpu_seconds() - full_cpu) * 1e6 / (double)n);
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	char root[] = "/tmp/kith-bench-XXXXXX", command[64];
	struct node full, empty;
	unsigned port = 20000 + (unsigned)getpid() % 20000;

	must(kith_keys_init(), "libsodium");
	must(mkdtemp(root) ? 0 : KITH_E_IO, "mkdtemp");
	make_home(&full, root, "full", port);
	make_home(&empty, root, "empty", port + 1);
	printf("store_fill %.1f us/record\n", fill(&full, &empty, n) * 1e6 / (double)n);
	(void)fill(&empty, &full, 0);
	measure(&full, &empty, n, root);
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command) ? 1 : 0;
}
