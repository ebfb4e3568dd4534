/*
 * daemons.h: what the benches with running daemons share: homes with keys and partners, starting
 * and stopping, the local socket by lines, clocks, percentiles. A bench ends at the first mishap.
 */
#ifndef KITH_TESTS_BENCH_DAEMONS_H
#define KITH_TESTS_BENCH_DAEMONS_H

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <uv.h>

#include "keys/secret.h"
#include "node/config.h"
#include "node/keyring.h"
#include "node/store/store.h"

static inline void must(int err, const char *what)
{
	if (!err)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, kith_err_text(err));
	exit(1);
}

static inline void must_be(bool holds, const char *what)
{
	must(holds ? 0 : KITH_E_STATE, what);
}

static inline double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

static inline void sleep_until(double us)
{
	double left = us - now_us();

	if (left > 0)
		usleep((useconds_t)left);
}

static inline void print(const char *name, double value, const char *unit)
{
	printf("%s %.3f %s\n", name, value, unit);
	fflush(stdout);
}

/* ---- many times ------------------------------------------------------------------------------ */

static inline int compare_doubles(const void *a, const void *b)
{
	double x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Prints NAME_p50, _p99 and _max of n times, which it sorts. */
static inline void print_times(const char *name, double *times, size_t n, const char *unit)
{
	char line[96];

	qsort(times, n, sizeof(*times), compare_doubles);
	snprintf(line, sizeof(line), "%s_p50", name);
	print(line, times[n / 2], unit);
	snprintf(line, sizeof(line), "%s_p99", name);
	print(line, times[n - 1 - n / 100], unit);
	snprintf(line, sizeof(line), "%s_max", name);
	print(line, times[n - 1], unit);
}

/* ---- homes ----------------------------------------------------------------------------------- */

struct home {
	char path[64];
	unsigned port;
	struct kith_partner_config self; /* as others see it */
	pid_t pid;
};

/* A new directory for a run, in $TMPDIR; root_remove() takes it away. */
static inline void root_make(char out[32])
{
	const char *base = getenv("TMPDIR");

	must_be(snprintf(out, 32, "%s/kith-bench-XXXXXX", base ? base : "/tmp") < 32, "TMPDIR");
	must_be(mkdtemp(out) != NULL, "mkdtemp");
}

static inline void root_remove(const char *root)
{
	char command[96];

	snprintf(command, sizeof(command), "rm -rf '%s'", root);
	must_be(system(command) == 0, command);
}

static inline void home_configure(const struct home *home, unsigned connections)
{
	char path[96];
	FILE *file;

	snprintf(path, sizeof(path), "%s/config.ini", home->path);
	file = fopen(path, "w");
	must_be(file != NULL, path);
	fprintf(file,
		"[listen]\naddress = 127.0.0.1:%u\n[api]\nsocket = api.sock\nread_socket = "
		"read.sock\n[limits]\nmax_connections = %u\nhandshakes_per_second = 1000\n"
		"[log]\nlevel = error\n",
		home->port, connections);
	fclose(file);
}

static inline void home_make(
	struct home *home, const char *root, const char *name, unsigned port, unsigned connections)
{
	struct kith_rng rng = kith_rng_system();
	struct kith_keyring keyring;
	char why[256];

	*home = (struct home){.port = port};
	snprintf(home->path, sizeof(home->path), "%s/%s", root, name);
	must(kith_home_create(home->path, why, sizeof(why)), why);
	must(kith_keyring_create(home->path, NULL, 0, &rng, why, sizeof(why)), why);
	must(kith_keyring_open(home->path, NULL, 0, &keyring, why, sizeof(why)), why);
	home->self = (struct kith_partner_config){.group = keyring.author->public_key,
		.node = keyring.node->public_key,
		.has_address = true,
		.host = "127.0.0.1",
		.port = (uint16_t)port};
	kith_keyring_clear(&keyring);
	home_configure(home, connections);
}

static inline int put_partner(struct kith_reader *writer, void *arg)
{
	return kith_change_partner_put(writer, arg);
}

static inline void on_partner_put(void *arg, int err)
{
	(void)arg;
	must(err, "partner");
}

static inline void on_store_closed(void *ctx)
{
	(void)ctx;
}

/* Opens the home's store on a loop; before its daemon runs, or after. */
static inline struct kith_store *home_open_store(const struct home *home, uv_loop_t *loop)
{
	struct kith_store_config config = {0};
	struct kith_store *store;
	char path[96], why[256];

	snprintf(path, sizeof(path), "%s/kith.db", home->path);
	config.path = path;
	must(kith_store_open(loop, &config, &store, why, sizeof(why)), why);
	return store;
}

/* Writes partners into the store of a home whose daemon does not run. */
static inline void home_befriend(
	const struct home *home, struct kith_partner_config *partners, size_t count)
{
	struct kith_store *store;
	uv_loop_t loop;

	uv_loop_init(&loop);
	store = home_open_store(home, &loop);
	for (size_t i = 0; i < count; i++)
		kith_store_change(store, put_partner, on_partner_put, &partners[i]);
	while (kith_store_stats(store).queued_batches > 0)
		uv_run(&loop, UV_RUN_ONCE);
	kith_store_close(store, on_store_closed, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	uv_loop_close(&loop);
}

/* ---- daemons --------------------------------------------------------------------------------- */

/* Connects to a Unix socket, waiting until somebody listens. */
static inline int connect_to(const char *path, pid_t pid)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	must_be(strlen(path) < sizeof(address.sun_path), path);
	strcpy(address.sun_path, path);
	for (unsigned i = 0; connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0; i++) {
		must_be(i < 3000 && waitpid(pid, NULL, WNOHANG) == 0, "it does not start");
		usleep(10000);
	}
	return fd;
}

static inline int home_connect(const struct home *home)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/api.sock", home->path);
	return connect_to(path, home->pid);
}

static inline void home_start(struct home *home)
{
	const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
	char program[512];

	snprintf(program, sizeof(program), "%s/kithd", build);
	home->pid = fork();
	if (home->pid == 0) {
		execl(program, "kithd", "--home", home->path, (char *)NULL);
		_exit(127);
	}
	close(home_connect(home));
}

static inline void home_stop(const struct home *home)
{
	kill(home->pid, SIGTERM);
	waitpid(home->pid, NULL, 0);
}

/* CPU time so far, in microseconds; all threads, to the nanosecond of the scheduler. */
static inline double home_cpu_us(const struct home *home)
{
	struct timespec t;
	clockid_t clock;

	must_be(clock_getcpuclockid(home->pid, &clock) == 0 && clock_gettime(clock, &t) == 0,
		"CPU clock");
	return 1e6 * (double)t.tv_sec + 1e-3 * (double)t.tv_nsec;
}

/* ---- talking --------------------------------------------------------------------------------- */

struct lines {
	int fd;
	size_t at, len;
	char room[1 << 20];
};

static inline void lines_fill(struct lines *lines)
{
	ssize_t n;

	memmove(lines->room, lines->room + lines->at, lines->len - lines->at);
	lines->len -= lines->at;
	lines->at = 0;
	n = read(lines->fd, lines->room + lines->len, sizeof(lines->room) - 1 - lines->len);
	must_be(n > 0, "the daemon hung up");
	lines->len += (size_t)n;
}

/* The next line that is there already, or NULL; it ends with a NUL and dies at the next fill. */
static inline char *lines_take(struct lines *lines)
{
	char *line = lines->room + lines->at;
	char *end = memchr(line, '\n', lines->len - lines->at);

	if (!end)
		return NULL;
	*end = '\0';
	lines->at = (size_t)(end + 1 - lines->room);
	return line;
}

static inline char *lines_next(struct lines *lines)
{
	char *line;

	while (!(line = lines_take(lines)))
		lines_fill(lines);
	return line;
}

static inline void send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		must_be(n > 0, "the daemon hung up");
		data += n;
		len -= (size_t)n;
	}
}

/* One request, one answer; params is JSON text. The result, to be released. */
static inline json_t *ask(struct lines *lines, const char *method, const char *params)
{
	char request[4096];
	const char *line;
	json_t *answer, *result;

	snprintf(request, sizeof(request),
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}\n", method, params);
	send_all(lines->fd, request, strlen(request));
	line = lines_next(lines);
	answer = json_loads(line, 0, NULL);
	result = json_incref(json_object_get(answer, "result"));
	must_be(result != NULL, line);
	json_decref(answer);
	return result;
}

static inline json_int_t metric(struct lines *lines, const char *name)
{
	json_t *metrics = ask(lines, "metrics.get", "{}");
	json_int_t value = json_integer_value(json_object_get(metrics, name));

	json_decref(metrics);
	return value;
}

/* Waits until a metric is at least so much. */
static inline void await_metric(struct lines *lines, const char *name, json_int_t want)
{
	double until = now_us() + 60e6;

	while (metric(lines, name) < want) {
		must_be(now_us() < until, name);
		usleep(20000);
	}
}

#endif
