/*
 * bench_ingest: 20 partners push new records into one daemon at once, as fast as it takes them.
 * Prints lines of name, value, unit.
 *
 *     bench_ingest [N] [eager]      N records of each partner (2,000)
 *
 * The partners are sessions over real TCP in this process; each has the same backlog of signed
 * records of 512-byte bodies. They ask for announcements only (PRUNE), or with `eager` take a copy
 * of every record of the other 19, as partners of a hub would. Fairness is the most records that
 * were taken of one partner by the least, when a quarter, half and three quarters of all were
 * stored. What else runs on the machine lengthens the loop's turns; their CPU time is the daemon's
 * alone.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "protocol/body.h"
#include "protocol/message.h"
#include "protocol/record.h"
#include "protocol/session.h"
#include "tests/bench/daemons.h"
#include "tests/plain.h"

#define PARTNERS 20
#define BODY     512
#define ROOM     (256u * 1024) /* unsent bytes of a partner, at most */
#define PIECE    16384u        /* written at once, so that all write alike */

struct partner {
	struct kith_sign_pair group;
	struct kith_node_pair node;
	struct kith_buf certificate;
	struct kith_session *session;
	int fd;
	bool established;
	struct kith_buf *records; /* envelopes */
	size_t next;
	struct kith_buf out;
};

struct bench {
	struct home home;
	struct lines lines;
	struct kith_rng rng;
	struct partner partners[PARTNERS];
	size_t n;
	bool eager;
	double begun, ended, fairness;
	unsigned looked; /* quarters */
};

/* ---- records --------------------------------------------------------------------------------- */

static void make_record(struct bench *bench, struct partner *partner, size_t i)
{
	static uint8_t filler[BODY];
	char title[64];
	struct kith_record_draft draft = {.circle = kith_circle_commons(),
		.kind = 127,
		.created_ms = 1700000000000ull + i * 1000,
		.lang = "en"};
	struct kith_buf packed;

	memset(filler, 'x', sizeof(filler));
	snprintf(title, sizeof(title), "Record number %zu of the bench", i);
	kith_buf_init(&packed, KITH_RECORD_MAX_BYTES);
	must(plain_body(title, (struct kith_bytes){filler, BODY - 95}, &bench->rng, &packed),
		"body");
	draft.body = (struct kith_bytes){packed.data, packed.len};
	kith_buf_init(&partner->records[i], KITH_RECORD_MAX_BYTES);
	must(kith_record_sign(&draft, &partner->group, &partner->records[i], NULL, NULL), "sign");
	kith_buf_clear(&packed);
}

static void make_partner(struct bench *bench, struct partner *partner)
{
	uint8_t seed[KITH_SEED_LEN];

	kith_rng_fill(&bench->rng, seed, sizeof(seed));
	kith_sign_pair_from_seed(seed, &partner->group);
	kith_rng_fill(&bench->rng, seed, sizeof(seed));
	kith_node_pair_from_seed(seed, &partner->node);
	kith_buf_init(&partner->certificate, KITH_HELLO_MAX_BYTES);
	must(kith_certificate_sign(&partner->group, &partner->node.public_key,
		     (uint64_t)time(NULL) * 1000 + KITH_CERTIFICATE_MS, &partner->certificate),
		"certificate");
	kith_buf_init(&partner->out, 64u << 20);
	partner->records = calloc(bench->n, sizeof(*partner->records));
	must_be(partner->records != NULL, "memory");
	for (size_t i = 0; i < bench->n; i++)
		make_record(bench, partner, i);
}

/* ---- connections ----------------------------------------------------------------------------- */

static void dial(struct bench *bench, struct partner *partner)
{
	const struct kith_session_config config = {.node = &partner->node,
		.certificate = {partner->certificate.data, partner->certificate.len},
		.agent = "kith/bench",
		.rng = &bench->rng};
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)bench->home.port)};
	int one = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	partner->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must_be(connect(partner->fd, (struct sockaddr *)&address, sizeof(address)) == 0, "connect");
	fcntl(partner->fd, F_SETFL, O_NONBLOCK);
	setsockopt(partner->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	partner->session =
		kith_session_dial(&config, &bench->home.self.node, 0, (uint64_t)time(NULL) * 1000);
	must_be(partner->session != NULL, "session");
}

static void take_output(struct partner *partner)
{
	struct kith_buf *output = kith_session_output(partner->session);

	kith_write(&partner->out, output->data, output->len);
	must(kith_buf_err(&partner->out), "output");
	kith_buf_consume(output, output->len);
}

/* Of no tree anything is pushed to us. */
static void prune_all(struct partner *partner)
{
	struct kith_buf trees;

	kith_buf_init(&trees, 2 * KITH_TREES);
	for (uint16_t tree = 0; tree < KITH_TREES; tree++)
		kith_write_u16(&trees, tree);
	must(kith_buf_err(&trees), "trees");
	must(kith_session_send(
		     partner->session, KITH_MESSAGE_PRUNE, trees.data, trees.len, NULL, 0, 0),
		"prune");
	kith_buf_clear(&trees);
}

/* What we share and know, and whether we want the others' records. */
static void introduce(struct bench *bench, struct partner *partner)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_scope scope = {.counts = {0, 0}};
	struct kith_buf out;

	kith_message_tag(&commons, kith_session_hash(partner->session), scope.tag);
	kith_buf_init(&out, KITH_SCOPE_LEN);
	kith_write_scope(&out, &scope);
	must(kith_session_send(partner->session, KITH_MESSAGE_SCOPE, out.data, out.len, NULL, 0, 0),
		"scope");
	if (!bench->eager)
		prune_all(partner);
	kith_buf_clear(&out);
	must(kith_session_flush(partner->session, 0), "flush");
	take_output(partner);
}

static void shake_hands(struct partner *partner, const uint8_t *data, size_t len)
{
	struct kith_session_event event = {.type = KITH_SESSION_MESSAGE};

	while (!partner->established && event.type != KITH_SESSION_NONE) {
		must(kith_session_receive(partner->session, &data, &len, 0, &event), "handshake");
		partner->established = event.type == KITH_SESSION_ESTABLISHED;
	}
	take_output(partner);
}

/* After the handshake nothing it says is of interest. */
static void hear(struct partner *partner)
{
	static uint8_t room[1 << 18];
	ssize_t n = read(partner->fd, room, sizeof(room));

	must_be(n > 0 || (n < 0 && errno == EAGAIN), "the daemon hung up on a partner");
	if (n > 0 && !partner->established)
		shake_hands(partner, room, (size_t)n);
}

/* Seals up to so many records more. */
static void fill(struct bench *bench, struct partner *partner, size_t most)
{
	for (; most > 0 && partner->next < bench->n && partner->out.len < ROOM; most--) {
		const struct kith_buf *record = &partner->records[partner->next++];
		uint32_t len = htonl((uint32_t)record->len);

		must(kith_session_send(partner->session, KITH_MESSAGE_PUSH, &len, sizeof(len),
			     record->data, record->len, 0),
			"push");
		must(kith_session_flush(partner->session, 0), "flush");
		take_output(partner);
	}
}

static void say(struct partner *partner)
{
	size_t len = partner->out.len < PIECE ? partner->out.len : PIECE;
	ssize_t n = write(partner->fd, partner->out.data, len);

	must_be(n > 0 || (n < 0 && errno == EAGAIN), "the daemon hung up on a partner");
	if (n > 0)
		kith_buf_consume(&partner->out, (size_t)n);
}

static void turn(struct bench *bench, bool push)
{
	struct pollfd fds[PARTNERS];

	for (size_t i = 0; i < PARTNERS; i++) {
		struct partner *partner = &bench->partners[i];

		if (push)
			fill(bench, partner, PIECE / BODY);
		fds[i] = (struct pollfd){.fd = partner->fd,
			.events = (short)(POLLIN | (partner->out.len ? POLLOUT : 0))};
	}
	must_be(poll(fds, PARTNERS, 20) >= 0, "poll");
	for (size_t i = 0; i < PARTNERS; i++) {
		if (fds[i].revents & POLLIN)
			hear(&bench->partners[i]);
		if (fds[i].revents & POLLOUT)
			say(&bench->partners[i]);
	}
}

static void connect_all(struct bench *bench)
{
	size_t done = 0;

	for (size_t i = 0; i < PARTNERS; i++) {
		dial(bench, &bench->partners[i]);
		take_output(&bench->partners[i]);
	}
	while (done < PARTNERS) {
		turn(bench, false);
		done = 0;
		for (size_t i = 0; i < PARTNERS; i++)
			done += bench->partners[i].established;
	}
	for (size_t i = 0; i < PARTNERS; i++)
		introduce(bench, &bench->partners[i]);
	for (size_t unsent = 1; unsent > 0;) {
		turn(bench, false);
		unsent = 0;
		for (size_t i = 0; i < PARTNERS; i++)
			unsent += bench->partners[i].out.len;
	}
}

/* ---- measuring ------------------------------------------------------------------------------- */

/* The most records taken of one partner by the least. */
static double unfairness(struct bench *bench)
{
	json_t *status = ask(&bench->lines, "partner.list", "{}"), *partner;
	json_int_t most = 0, least = INT64_MAX;
	size_t i;

	json_array_foreach(json_object_get(status, "partners"), i, partner) {
		json_int_t n = json_integer_value(
			json_object_get(json_object_get(partner, "counters"), "records_in"));

		most = n > most ? n : most;
		least = n < least ? n : least;
	}
	json_decref(status);
	return (double)most / (double)(least ? least : 1);
}

static bool look(struct bench *bench)
{
	json_int_t stored = metric(&bench->lines, "core.records_stored");
	json_int_t all = (json_int_t)(PARTNERS * bench->n);

	if (bench->looked < 3 && stored * 4 >= all * (bench->looked + 1)) {
		double now = unfairness(bench);

		bench->looked++;
		bench->fairness = now > bench->fairness ? now : bench->fairness;
	}
	bench->ended = now_us();
	return stored < all;
}

static void push_all(struct bench *bench)
{
	double next = 0;
	bool more = true;

	bench->begun = now_us();
	while (more) {
		turn(bench, true);
		if (now_us() < next)
			continue;
		next = now_us() + 20000;
		must_be(next - bench->begun < 300e6, "records were lost");
		more = look(bench);
	}
}

static json_int_t held(struct bench *bench)
{
	json_t *info = ask(&bench->lines, "node.info", "{}");
	json_int_t held =
		json_integer_value(json_object_get(json_object_get(info, "records"), "held"));

	json_decref(info);
	return held;
}

/* How long the loop's thread was ready to run, but the machine's cores were taken. */
static double loop_waited_ms(const struct bench *bench)
{
	unsigned long long waited_ns = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)bench->home.pid);
	file = fopen(path, "r");
	if (!file || fscanf(file, "%*u %llu", &waited_ns) != 1)
		waited_ns = 0;
	if (file)
		fclose(file);
	return (double)waited_ns / 1e6;
}

static double resident_kib(const struct bench *bench)
{
	char path[64];
	long pages = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/statm", (int)bench->home.pid);
	file = fopen(path, "r");
	must_be(file && fscanf(file, "%*d %ld", &pages) == 1, path);
	fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024;
}

static void report(struct bench *bench, double cpu)
{
	double all = (double)(PARTNERS * bench->n);

	print("ingest_partners", PARTNERS, "partners");
	print("ingest_records", all, "records");
	print("ingest_lost", all - (double)held(bench), "records");
	print("ingest_rate", all / (bench->ended - bench->begun) * 1e6, "records/s");
	print("ingest_cpu", cpu / all, "us/record");
	print("ingest_most_by_least", bench->fairness, "times");
	print("ingest_loop_turns", (double)metric(&bench->lines, "node.loop_iterations"), "turns");
	print("ingest_loop_busy_p99", (double)metric(&bench->lines, "node.loop_busy_us_p99") / 1e3,
		"ms");
	print("ingest_loop_blocked_max",
		(double)metric(&bench->lines, "node.loop_blocked_us_max") / 1e3, "ms");
	print("ingest_loop_blocked_20ms", (double)metric(&bench->lines, "node.loop_blocked_20ms"),
		"turns");
	print("ingest_loop_waited_for_cpu", loop_waited_ms(bench), "ms");
	print("ingest_loop_cpu_max", (double)metric(&bench->lines, "node.loop_cpu_us_max") / 1e3,
		"ms");
}

static void prepare(struct bench *bench, const char *root)
{
	struct kith_partner_config configs[PARTNERS];

	home_make(&bench->home, root, "hub", 20000 + (unsigned)getpid() % 20000, 64);
	for (size_t i = 0; i < PARTNERS; i++) {
		make_partner(bench, &bench->partners[i]);
		configs[i] =
			(struct kith_partner_config){.group = bench->partners[i].group.public_key};
		snprintf(configs[i].name, sizeof(configs[i].name), "partner %zu", i);
	}
	home_befriend(&bench->home, configs, PARTNERS);
	home_start(&bench->home);
	bench->lines.fd = home_connect(&bench->home);
}

static void clear_partner(struct bench *bench, struct partner *partner)
{
	close(partner->fd);
	kith_session_free(partner->session);
	kith_buf_clear(&partner->certificate);
	kith_buf_clear(&partner->out);
	for (size_t i = 0; i < bench->n; i++)
		kith_buf_clear(&partner->records[i]);
	free(partner->records);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	char root[32];
	double cpu, resident;

	bench.n = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
	bench.eager = argc > 2 && strcmp(argv[2], "eager") == 0;
	must_be(bench.n > 0, "usage: bench_ingest [N] [eager]");
	must(kith_keys_init(), "libsodium");
	signal(SIGPIPE, SIG_IGN);
	bench.rng = kith_rng_system();
	root_make(root);
	prepare(&bench, root);
	resident = resident_kib(&bench);
	connect_all(&bench);
	await_metric(&bench.lines, "partners.connected", PARTNERS);
	print("ingest_connection_memory", (resident_kib(&bench) - resident) / PARTNERS, "KiB");
	for (size_t i = 0; i < PARTNERS; i++)
		fill(&bench, &bench.partners[i], bench.n);
	cpu = home_cpu_us(&bench.home);
	push_all(&bench);
	report(&bench, home_cpu_us(&bench.home) - cpu);
	home_stop(&bench.home);
	for (size_t i = 0; i < PARTNERS; i++)
		clear_partner(&bench, &bench.partners[i]);
	root_remove(root);
	return 0;
}
