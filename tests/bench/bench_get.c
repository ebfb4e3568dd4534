/*
 * bench_get: record.get over the local socket beside GET of a redis-server over its own, in turns
 * in one run: the same client code, the same keys, answers of the same length. Prints lines of
 * name, value, unit.
 *
 *     bench_get [N]     N records (10,000)
 *
 * One connection each. The daemons' CPU time tells what is theirs of a call. Without redis-server
 * (contrib/install-deps bench) only our own side is measured, and said so.
 */
#include <fcntl.h>
#include <poll.h>

#include "tests/bench/daemons.h"

#define ROUNDS    7
#define ALONE     10000
#define PIPELINED 40000
#define DEPTH     64
#define BATCH     250
#define ID_TEXT   65
#define REQUEST   256

struct bench;

struct server {
	const char *name;
	struct home home; /* of redis only the path and pid */
	struct lines lines;
	size_t lines_per_answer;
	size_t (*request)(const struct bench *, const char *id, char *out);
	double alone[ROUNDS], pipelined[ROUNDS], cpu[ROUNDS];
};

struct bench {
	struct server kith, redis;
	bool has_redis;
	char (*ids)[ID_TEXT];
	size_t n;
	uint64_t random;
};

static size_t ask_kith(const struct bench *bench, const char *id, char *out)
{
	(void)bench;
	return (size_t)snprintf(out, REQUEST,
		"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"record.get\",\"params\":{\"id\":\"%s\"}"
		"}\n",
		id);
}

static size_t ask_redis(const struct bench *bench, const char *id, char *out)
{
	(void)bench;
	return (size_t)snprintf(out, REQUEST, "*2\r\n$3\r\nGET\r\n$64\r\n%s\r\n", id);
}

static const char *any_id(struct bench *bench)
{
	bench->random = bench->random * 6364136223846793005u + 1442695040888963407u;
	return bench->ids[(bench->random >> 33) % bench->n];
}

/* ---- filling both ---------------------------------------------------------------------------- */

static json_t *draft(size_t number)
{
	char title[64];

	snprintf(title, sizeof(title), "Practice number %zu", number);
	return json_pack("{s:s, s:{s:s, s:s, s:{s:s, s:s}, s:[s, s], s:s, s:s, s:[s, s]}}", "kind",
		"practice", "body", "title", title, "summary",
		"What this is about, for whom, and where it was tried first.", "place", "country",
		"GR", "name", "Kavala", "tags", "health", "solidarity", "problem",
		"People cannot pay for medicine that others throw away, and nobody brings the two "
		"together.",
		"approach",
		"Volunteers collect what is left over, pharmacists check it and hand it out.",
		"steps", "Find a room", "Find pharmacists");
}

static void publish(struct bench *bench, size_t begin, size_t end)
{
	json_t *drafts = json_array(), *request, *answer, *records;
	char *text;

	for (size_t i = begin; i < end; i++)
		json_array_append_new(drafts, draft(i));
	request = json_pack("{s:s, s:i, s:s, s:{s:o}}", "jsonrpc", "2.0", "id", 1, "method",
		"record.publish", "params", "records", drafts);
	text = json_dumps(request, JSON_COMPACT);
	send_all(bench->kith.lines.fd, text, strlen(text));
	send_all(bench->kith.lines.fd, "\n", 1);
	answer = json_loads(lines_next(&bench->kith.lines), 0, NULL);
	records = json_object_get(json_object_get(answer, "result"), "records");
	must_be(json_array_size(records) == end - begin, "publish");
	for (size_t i = begin; i < end; i++)
		snprintf(bench->ids[i], ID_TEXT, "%s",
			json_string_value(
				json_object_get(json_array_get(records, i - begin), "id")));
	json_decref(answer);
	json_decref(request);
	free(text);
}

/* What the one answers to an id becomes the other's value. */
static void copy_to_redis(struct bench *bench)
{
	char request[REQUEST];

	for (size_t i = 0; i < bench->n; i++) {
		const char *value;
		char head[128];

		send_all(bench->kith.lines.fd, request, ask_kith(bench, bench->ids[i], request));
		value = lines_next(&bench->kith.lines);
		must_be(strstr(value, "\"result\"") != NULL, value);
		snprintf(head, sizeof(head), "*3\r\n$3\r\nSET\r\n$64\r\n%s\r\n$%zu\r\n",
			bench->ids[i], strlen(value));
		send_all(bench->redis.lines.fd, head, strlen(head));
		send_all(bench->redis.lines.fd, value, strlen(value));
		send_all(bench->redis.lines.fd, "\r\n", 2);
		must_be(strcmp(lines_next(&bench->redis.lines), "+OK\r") == 0, "SET");
	}
}

static bool start_redis(struct bench *bench, const char *root)
{
	struct server *redis = &bench->redis;

	if (system("command -v redis-server >/dev/null") != 0)
		return false;
	snprintf(redis->home.path, sizeof(redis->home.path), "%s/redis.sock", root);
	redis->home.pid = fork();
	if (redis->home.pid == 0) {
		execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
			redis->home.path, "--save", "", "--appendonly", "no", "--logfile",
			"/dev/null", "--dir", root, (char *)NULL);
		_exit(127);
	}
	redis->lines.fd = connect_to(redis->home.path, redis->home.pid);
	return true;
}

/* ---- measuring ------------------------------------------------------------------------------- */

static size_t count_ends(const char *data, size_t len)
{
	size_t ends = 0;

	for (const char *at = data; (at = memchr(at, '\n', len - (size_t)(at - data))); at++)
		ends++;
	return ends;
}

/* Reads what has come; the answers it completes. */
static size_t take_answers(struct server *server, size_t *ends)
{
	ssize_t n = read(server->lines.fd, server->lines.room, sizeof(server->lines.room));
	size_t before = *ends / server->lines_per_answer;

	must_be(n > 0, server->name);
	*ends += count_ends(server->lines.room, (size_t)n);
	return *ends / server->lines_per_answer - before;
}

static double one_at_a_time(struct bench *bench, struct server *server)
{
	double begun = now_us();
	char request[REQUEST];
	size_t ends = 0;

	for (size_t i = 0; i < ALONE; i++) {
		size_t len = server->request(bench, any_id(bench), request);

		send_all(server->lines.fd, request, len);
		while (take_answers(server, &ends) == 0)
			continue;
	}
	return ALONE / (now_us() - begun) * 1e6;
}

/* DEPTH requests are always under way, as far as the sockets take them. */
static double pipelined(struct bench *bench, struct server *server)
{
	static char out[DEPTH * REQUEST];
	size_t sent = 0, got = 0, len = 0, at = 0, ends = 0;
	struct pollfd fd = {.fd = server->lines.fd};
	double begun = now_us();

	fcntl(fd.fd, F_SETFL, O_NONBLOCK);
	while (got < PIPELINED) {
		len = at == len ? 0 : len;
		at = len == 0 ? 0 : at;
		while (sent < PIPELINED && sent - got < DEPTH && len + REQUEST <= sizeof(out)) {
			len += server->request(bench, any_id(bench), out + len);
			sent++;
		}
		fd.events = (short)(POLLIN | (at < len ? POLLOUT : 0));
		poll(&fd, 1, -1);
		if (fd.revents & POLLOUT) {
			ssize_t n = write(fd.fd, out + at, len - at);

			at += n > 0 ? (size_t)n : 0;
		}
		if (fd.revents & POLLIN)
			got += take_answers(server, &ends);
	}
	fcntl(fd.fd, F_SETFL, 0);
	return PIPELINED / (now_us() - begun) * 1e6;
}

static void measure(struct bench *bench, struct server *server, size_t round)
{
	double cpu = home_cpu_us(&server->home);

	server->alone[round] = one_at_a_time(bench, server);
	server->cpu[round] = (home_cpu_us(&server->home) - cpu) / ALONE;
	server->pipelined[round] = pipelined(bench, server);
}

/* ---- saying ---------------------------------------------------------------------------------- */

static double middle(const double values[ROUNDS])
{
	double sorted[ROUNDS];

	memcpy(sorted, values, sizeof(sorted));
	qsort(sorted, ROUNDS, sizeof(sorted[0]), compare_doubles);
	return sorted[ROUNDS / 2];
}

static void say(const char *name, const char *what, double value, const char *unit)
{
	char line[64];

	snprintf(line, sizeof(line), "%s_%s", name, what);
	print(line, value, unit);
}

static void report(const struct server *server)
{
	say(server->name, "get_one_at_a_time", middle(server->alone), "calls/s");
	say(server->name, "get_one_at_a_time_cpu", middle(server->cpu), "us/call");
	say(server->name, "get_pipelined", middle(server->pipelined), "calls/s");
}

/* The rounds alternate, so each is compared with its neighbour. */
static void compare(const struct bench *bench)
{
	double alone[ROUNDS], together[ROUNDS];

	for (size_t i = 0; i < ROUNDS; i++) {
		alone[i] = 100 * bench->kith.alone[i] / bench->redis.alone[i];
		together[i] = 100 * bench->kith.pipelined[i] / bench->redis.pipelined[i];
	}
	print("get_one_at_a_time_of_redis", middle(alone), "%");
	print("get_pipelined_of_redis", middle(together), "%");
}

static void run(struct bench *bench, const char *root)
{
	home_make(&bench->kith.home, root, "kith", 20000 + (unsigned)getpid() % 20000, 16);
	home_start(&bench->kith.home);
	bench->kith.lines.fd = home_connect(&bench->kith.home);
	for (size_t i = 0; i < bench->n; i += BATCH)
		publish(bench, i, i + BATCH < bench->n ? i + BATCH : bench->n);
	bench->has_redis = start_redis(bench, root);
	if (bench->has_redis)
		copy_to_redis(bench);
	else
		printf("# bench_get: no redis-server on this machine, so no comparison; see "
		       "contrib/install-deps bench\n");
	for (size_t i = 0; i < ROUNDS; i++) {
		measure(bench, &bench->kith, i);
		if (bench->has_redis)
			measure(bench, &bench->redis, i);
	}
	report(&bench->kith);
	if (bench->has_redis) {
		report(&bench->redis);
		compare(bench);
		home_stop(&bench->redis.home);
	}
	home_stop(&bench->kith.home);
}

int main(int argc, char **argv)
{
	static struct bench bench = {
		.kith = {.name = "kith", .lines_per_answer = 1, .request = ask_kith},
		.redis = {.name = "redis", .lines_per_answer = 2, .request = ask_redis},
	};
	char root[32];

	bench.n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	bench.ids = calloc(bench.n, sizeof(*bench.ids));
	must_be(bench.n > 0 && bench.ids, "usage: bench_get [N]");
	must(kith_keys_init(), "libsodium");
	root_make(root);
	run(&bench, root);
	root_remove(root);
	free(bench.ids);
	return 0;
}
