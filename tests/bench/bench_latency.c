/*
 * bench_latency: from a publish at one node to the line that a follower reads at its partner, both
 * daemons on this machine, the record on disk at both. Prints lines of name, value, unit.
 *
 *     bench_latency [N] [RATE]      N records (3,000), RATE a second (100)
 *
 * The clock runs from before the request is written to the moment the line has been read. Beside
 * it, at the same pace in the same folder, what a bare SQLite commit with synchronous = FULL takes:
 * every record waits for two of those, one after the other.
 */
#include <poll.h>

#include <sqlite3.h>

#include "tests/bench/daemons.h"

struct bench {
	struct home a, b;
	struct lines publisher, follower;
	double *sent, *answered, *followed;
	size_t n, asked, answers, lines;
	double every_us;
};

/* ---- the yardstick --------------------------------------------------------------------------- */

static void sql(sqlite3 *db, const char *text)
{
	must_be(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

static void bare_commits(const char *root, double *times, size_t n, double every_us)
{
	double next = now_us();
	char path[300];
	sqlite3 *db;

	snprintf(path, sizeof(path), "%s/bare.db", root);
	must_be(sqlite3_open(path, &db) == SQLITE_OK, path);
	sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
		"CREATE TABLE t (n INTEGER PRIMARY KEY, data BLOB)");
	for (size_t i = 0; i < n; i++) {
		next += every_us;
		sleep_until(next);
		times[i] = now_us();
		sql(db, "INSERT INTO t (data) VALUES (zeroblob(700))");
		times[i] = (now_us() - times[i]) / 1e3;
	}
	sqlite3_close(db);
}

/* ---- the way --------------------------------------------------------------------------------- */

static void publish(struct bench *bench)
{
	char request[1024];
	int len = snprintf(request, sizeof(request),
		"{\"jsonrpc\":\"2.0\",\"id\":%zu,\"method\":\"record.publish\",\"params\":"
		"{\"record\":{\"kind\":\"practice\",\"body\":{\"title\":\"Practice <%zu>\","
		"\"summary\":\"What this is about, for whom, and where it was tried first.\","
		"\"place\":{\"country\":\"GR\",\"name\":\"Kavala\"},\"tags\":[\"health\"],"
		"\"problem\":\"People cannot pay for medicine that others throw away.\","
		"\"approach\":\"Volunteers collect what is left over, pharmacists check it.\"}}}}"
		"\n",
		bench->asked, bench->asked);

	bench->sent[bench->asked++] = now_us();
	send_all(bench->publisher.fd, request, (size_t)len);
}

static void hear_answers(struct bench *bench)
{
	const char *line;

	lines_fill(&bench->publisher);
	while ((line = lines_take(&bench->publisher))) {
		size_t i = bench->answers++;

		must_be(strstr(line, "\"result\"") != NULL, line);
		bench->answered[i] = (now_us() - bench->sent[i]) / 1e3;
	}
}

/* Lines may come in another order than the records were published in: the title tells which. */
static void hear_lines(struct bench *bench)
{
	const char *line;

	lines_fill(&bench->follower);
	while ((line = lines_take(&bench->follower))) {
		const char *title = strstr(line, "Practice <");
		size_t i = title ? strtoul(title + 10, NULL, 10) : SIZE_MAX;

		must_be(i < bench->asked, line);
		bench->followed[i] = (now_us() - bench->sent[i]) / 1e3;
		bench->lines++;
	}
}

/* At a steady pace, whether or not the last one has come. */
static void measure(struct bench *bench)
{
	struct pollfd fds[2] = {{.fd = bench->publisher.fd, .events = POLLIN},
		{.fd = bench->follower.fd, .events = POLLIN}};
	double next = now_us();

	while (bench->answers < bench->n || bench->lines < bench->n) {
		double left = bench->asked < bench->n ? next - now_us() : 10e6;
		struct timespec wait = {(time_t)(left / 1e6), (long)(left * 1e3) % 1000000000};

		if (left <= 0) {
			publish(bench);
			next += bench->every_us;
			continue;
		}
		must_be(ppoll(fds, 2, &wait, NULL) > 0 || bench->asked < bench->n, "a record");
		if (fds[0].revents)
			hear_answers(bench);
		if (fds[1].revents)
			hear_lines(bench);
	}
}

static void prepare(struct bench *bench, const char *root)
{
	unsigned port = 20000 + (unsigned)getpid() % 20000;

	home_make(&bench->a, root, "a", port, 16);
	home_make(&bench->b, root, "b", port + 1, 16);
	home_befriend(&bench->a, &bench->b.self, 1);
	home_befriend(&bench->b, &bench->a.self, 1);
	home_start(&bench->a);
	home_start(&bench->b);
	bench->publisher.fd = home_connect(&bench->a);
	bench->follower.fd = home_connect(&bench->b);
	await_metric(&bench->publisher, "partners.live", 1);
	await_metric(&bench->follower, "partners.live", 1);
	json_decref(ask(&bench->follower, "record.follow", "{}"));
}

static void report(struct bench *bench, double cpu_a, double cpu_b)
{
	print_times("publish_answer", bench->answered, bench->n, "ms");
	print_times("publish_to_follow", bench->followed, bench->n, "ms");
	print("publish_cpu", (home_cpu_us(&bench->a) - cpu_a) / (double)bench->n, "us/record");
	print("receive_cpu", (home_cpu_us(&bench->b) - cpu_b) / (double)bench->n, "us/record");
	print("publisher_loop_blocked_max",
		(double)metric(&bench->publisher, "node.loop_blocked_us_max") / 1e3, "ms");
}

int main(int argc, char **argv)
{
	static struct bench bench;
	double rate = argc > 2 ? strtod(argv[2], NULL) : 100, cpu_a, cpu_b;
	char root[32];
	double *bare;

	bench.n = argc > 1 ? strtoul(argv[1], NULL, 10) : 3000;
	bench.every_us = 1e6 / rate;
	bench.sent = calloc(4 * bench.n, sizeof(double));
	must_be(bench.n >= 100 && rate > 0 && bench.sent, "usage: bench_latency [N >= 100] [RATE]");
	bench.answered = bench.sent + bench.n;
	bench.followed = bench.answered + bench.n;
	bare = bench.followed + bench.n;
	must(kith_keys_init(), "libsodium");
	root_make(root);
	prepare(&bench, root);
	bare_commits(root, bare, bench.n / 10, bench.every_us);
	print_times("bare_full_commit", bare, bench.n / 10, "ms");
	cpu_a = home_cpu_us(&bench.a);
	cpu_b = home_cpu_us(&bench.b);
	measure(&bench);
	report(&bench, cpu_a, cpu_b);
	home_stop(&bench.a);
	home_stop(&bench.b);
	root_remove(root);
	free(bench.sent);
	return 0;
}
