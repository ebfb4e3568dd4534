/*
 * bench_api: what a local client gets from a running kithd. Prints lines of name, value, unit.
 *
 *     bench_api [N]     N records in the store (10,000)
 *
 * The daemon's own CPU time is measured beside the time that passes, because the machine may be
 * busy with other things.
 */
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "keys/secret.h"
#include "node/config.h"
#include "node/keyring.h"

#define GETS     50000
#define PIPELINE 64
#define BATCH    250
#define ID_TEXT  65

struct bench {
	char home[64];
	pid_t daemon;
	int fd;
	char (*ids)[ID_TEXT];
	size_t n;
	uint64_t random;
	char room[1 << 20];
};

static void fail(const char *what)
{
	fprintf(stderr, "bench_api: %s\n", what);
	exit(1);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* CPU time of the daemon so far, in microseconds. */
static double daemon_us(const struct bench *bench)
{
	unsigned long user = 0, kernel = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)bench->daemon);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			     &user, &kernel) != 2)
		fail("cannot read the daemon's times");
	fclose(file);
	return (double)(user + kernel) * 1e6 / (double)sysconf(_SC_CLK_TCK);
}

static void print(const char *name, double value, const char *unit)
{
	printf("%-36s %12.3f %s\n", name, value, unit);
	fflush(stdout);
}

/* ---- a daemon of our own -------------------------------------------------------------------- */

static void make_home(struct bench *bench)
{
	const struct kith_setting settings[] = {{"listen", "address", "none"},
		{"api", "socket", "api.sock"}, {"api", "read_socket", "read.sock"}};
	struct kith_rng rng = kith_rng_system();
	char why[256] = "cannot make a directory";

	strcpy(bench->home, "/tmp/kith-bench-XXXXXX");
	if (!mkdtemp(bench->home) || kith_home_create(bench->home, why, sizeof(why)) ||
		kith_config_create(bench->home, settings, 3, why, sizeof(why)) ||
		kith_keyring_create(bench->home, NULL, 0, &rng, why, sizeof(why)))
		fail(why);
}

static bool try_connect(struct bench *bench)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/api.sock", bench->home);
	bench->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(bench->fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return true;
	close(bench->fd);
	return false;
}

static void start(struct bench *bench)
{
	const char *build = getenv("BUILD");
	char program[512];

	snprintf(program, sizeof(program), "%s/kithd", build ? build : "build");
	bench->daemon = fork();
	if (bench->daemon == 0) {
		execl(program, program, "--home", bench->home, "--log-level", "error",
			(char *)NULL);
		_exit(127);
	}
	for (unsigned i = 0; !try_connect(bench); i++) {
		if (i > 1000 || waitpid(bench->daemon, NULL, WNOHANG) != 0)
			fail("the daemon does not start");
		usleep(10000);
	}
}

static void stop(struct bench *bench)
{
	char command[128];

	close(bench->fd);
	kill(bench->daemon, SIGTERM);
	waitpid(bench->daemon, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", bench->home);
	if (system(command) != 0)
		fail("cannot remove the home");
}

/* ---- talking -------------------------------------------------------------------------------- */

static void send_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n <= 0)
			fail("the daemon hung up");
		data += n;
		len -= (size_t)n;
	}
}

/* One line; returns its length. */
static size_t read_line(struct bench *bench)
{
	size_t len = 0;

	do {
		ssize_t n = read(bench->fd, bench->room + len, sizeof(bench->room) - len);

		if (n <= 0)
			fail("the daemon hung up");
		len += (size_t)n;
	} while (bench->room[len - 1] != '\n');
	return len;
}

static json_t *call(struct bench *bench, const char *method, json_t *params)
{
	json_t *request = json_pack("{s:s, s:i, s:s, s:o}", "jsonrpc", "2.0", "id", 1, "method",
		method, "params", params);
	char *text = json_dumps(request, JSON_COMPACT);
	json_t *answer, *result;

	send_all(bench->fd, text, strlen(text));
	send_all(bench->fd, "\n", 1);
	answer = json_loadb(bench->room, read_line(bench), 0, NULL);
	result = json_incref(json_object_get(answer, "result"));
	if (!result)
		fail(bench->room);
	json_decref(answer);
	json_decref(request);
	free(text);
	return result;
}

/* ---- filling -------------------------------------------------------------------------------- */

static json_t *draft(size_t number)
{
	char title[64];

	snprintf(title, sizeof(title), "Practice number %zu", number);
	return json_pack(
		"{s:s, s:{s:s, s:s, s:{s:s, s:s, s:f, s:f}, s:[s, s], s:s, s:s, s:[s, s, s]}}",
		"kind", "practice", "body", "title", title, "summary",
		"What this is about, for whom, and where it was tried first.", "place", "country",
		"GR", "name", "Kavala", "lat", 40.93, "lon", 24.41, "tags", "health", "solidarity",
		"problem",
		"People cannot pay for medicine that others throw away, and nobody brings the two "
		"together.",
		"approach",
		"Volunteers collect what is left over, pharmacists check it and hand it out.",
		"steps", "Find a room", "Find pharmacists", "Collect");
}

static void publish(struct bench *bench, size_t begin, size_t end)
{
	json_t *drafts = json_array(), *result;

	for (size_t i = begin; i < end; i++)
		json_array_append_new(drafts, draft(i));
	result = call(bench, "record.publish", json_pack("{s:o}", "records", drafts));
	for (size_t i = begin; i < end; i++)
		snprintf(bench->ids[i], ID_TEXT, "%s",
			json_string_value(json_object_get(
				json_array_get(json_object_get(result, "records"), i - begin),
				"id")));
	json_decref(result);
}

static void fill(struct bench *bench)
{
	double begun = now_us();

	for (size_t i = 0; i < bench->n; i += BATCH)
		publish(bench, i, i + BATCH < bench->n ? i + BATCH : bench->n);
	print("publish_batches_of_250", (double)bench->n / (now_us() - begun) * 1e6, "records/s");
}

/* ---- measuring ------------------------------------------------------------------------------ */

static size_t write_get(struct bench *bench, size_t number, char *out, size_t room)
{
	bench->random = bench->random * 6364136223846793005u + 1442695040888963407u;
	return (size_t)snprintf(out, room,
		"{\"jsonrpc\":\"2.0\",\"id\":%zu,\"method\":\"record.get\",\"params\":{\"id\":\"%"
		"s\"}}\n",
		number, bench->ids[(bench->random >> 33) % bench->n]);
}

static void one_at_a_time(struct bench *bench)
{
	double begun = now_us(), cpu = daemon_us(bench);
	char line[256];

	for (size_t i = 0; i < GETS; i++) {
		send_all(bench->fd, line, write_get(bench, i, line, sizeof(line)));
		read_line(bench);
	}
	print("get_one_at_a_time", GETS / (now_us() - begun) * 1e6, "calls/s");
	print("get_one_at_a_time_daemon_cpu", (daemon_us(bench) - cpu) / GETS, "us");
}

static size_t count_lines(const char *data, size_t len)
{
	size_t lines = 0;

	for (const char *at = data; (at = memchr(at, '\n', len - (size_t)(at - data))); at++)
		lines++;
	return lines;
}

/* PIPELINE requests are always under way, as far as the sockets take them. */
static void pipelined(struct bench *bench)
{
	static char out[PIPELINE * 256];
	double begun = now_us(), cpu = daemon_us(bench);
	size_t sent = 0, got = 0, len = 0, at = 0;

	fcntl(bench->fd, F_SETFL, O_NONBLOCK);
	while (got < GETS) {
		struct pollfd poll_fd = {.fd = bench->fd, .events = POLLIN};
		ssize_t n;

		len = at == len ? 0 : len;
		at = len == 0 ? 0 : at;
		while (sent < GETS && sent - got < PIPELINE && len + 256 <= sizeof(out))
			len += write_get(bench, sent++, out + len, sizeof(out) - len);
		poll_fd.events |= at < len ? POLLOUT : 0;
		poll(&poll_fd, 1, -1);
		n = poll_fd.revents & POLLOUT ? write(bench->fd, out + at, len - at) : 0;
		at += n > 0 ? (size_t)n : 0;
		n = poll_fd.revents & POLLIN ? read(bench->fd, bench->room, sizeof(bench->room))
					     : 0;
		got += n > 0 ? count_lines(bench->room, (size_t)n) : 0;
	}
	fcntl(bench->fd, F_SETFL, 0);
	print("get_pipelined", GETS / (now_us() - begun) * 1e6, "calls/s");
	print("get_pipelined_daemon_cpu", (daemon_us(bench) - cpu) / GETS, "us");
}

static void find(struct bench *bench)
{
	double begun = now_us();
	unsigned rounds = 500;

	for (unsigned i = 0; i < rounds; i++)
		json_decref(call(bench, "record.find",
			json_pack("{s:s, s:i}", "words", "pharmacists volunteers", "limit", 10)));
	print("find_two_words_10_records", (now_us() - begun) / rounds, "us");
}

int main(int argc, char **argv)
{
	static struct bench bench;

	bench.n = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	bench.ids = calloc(bench.n, sizeof(*bench.ids));
	if (!bench.ids || bench.n == 0 || kith_keys_init())
		fail("usage: bench_api [N]");
	signal(SIGPIPE, SIG_IGN);
	make_home(&bench);
	start(&bench);
	fill(&bench);
	one_at_a_time(&bench);
	pipelined(&bench);
	find(&bench);
	stop(&bench);
	free(bench.ids);
	return 0;
}
