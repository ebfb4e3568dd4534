/* Connections over real sockets on loopback, two nets on one loop. Everything waits for events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/net_internal.h"

#define LIMIT_MS 20000 /* only a broken test waits so long */

/* One side, and what it was told. */
struct side {
	struct kith_net *net;
	uint64_t conn, dial;
	size_t connected, closed, failed;
	int err;
	size_t unsent, unsent_max, written;
	char remote[128];
	char *bytes;
	size_t len, room;
	bool echo, stopped;
};

struct world {
	uv_loop_t loop;
	uv_timer_t limit;
	struct side a, b;
};

static void on_connected(void *ctx, uint64_t conn, uint64_t dial, const char *remote)
{
	struct side *side = ctx;

	side->conn = conn;
	side->dial = dial;
	side->connected++;
	snprintf(side->remote, sizeof(side->remote), "%s", remote);
}

static void on_dial_failed(void *ctx, uint64_t dial, int err)
{
	struct side *side = ctx;

	side->dial = dial;
	side->err = err;
	side->failed++;
}

static void send_copy(struct side *side, const void *data, size_t len)
{
	uint8_t *copy = malloc(len);

	assert_non_null(copy);
	memcpy(copy, data, len);
	kith_net_send_take(side->net, side->conn, copy, len);
}

static void on_bytes(void *ctx, uint64_t conn, struct kith_bytes bytes)
{
	struct side *side = ctx;

	assert_int_equal(conn, side->conn);
	if (side->len + bytes.len > side->room) {
		side->room = 2 * (side->len + bytes.len);
		side->bytes = realloc(side->bytes, side->room);
		assert_non_null(side->bytes);
	}
	memcpy(side->bytes + side->len, bytes.data, bytes.len);
	side->len += bytes.len;
	if (side->echo)
		send_copy(side, bytes.data, bytes.len);
}

static void on_writable(void *ctx, uint64_t conn, size_t unsent)
{
	struct side *side = ctx;

	assert_int_equal(conn, side->conn);
	side->unsent = unsent;
	side->unsent_max = unsent > side->unsent_max ? unsent : side->unsent_max;
	side->written++;
}

static void on_closed(void *ctx, uint64_t conn, int err)
{
	struct side *side = ctx;

	assert_true(conn == side->conn || side->connected > 1);
	side->err = err;
	side->closed++;
}

static void on_stopped(void *ctx)
{
	struct side *side = ctx;

	side->stopped = true;
}

static void side_begin(struct side *side, uv_loop_t *loop, uint32_t max, uint32_t rate)
{
	struct kith_net_hooks hooks = {
		side, on_connected, on_dial_failed, on_bytes, on_writable, on_closed};

	memset(side, 0, sizeof(*side));
	side->net = kith_net_new(loop, max, rate, &hooks);
	assert_non_null(side->net);
}

static void too_late(uv_timer_t *timer)
{
	(void)timer;
	fail_msg("waited in vain");
}

#define run_until(world, condition)                                                                \
	do {                                                                                       \
		uv_update_time(&(world)->loop);                                                    \
		uv_timer_start(&(world)->limit, too_late, LIMIT_MS, 0);                            \
		while (!(condition))                                                               \
			uv_run(&(world)->loop, UV_RUN_ONCE);                                       \
	} while (0)

static void world_begin_with(struct world *world, uint32_t max, uint32_t rate)
{
	assert_int_equal(uv_loop_init(&world->loop), 0);
	uv_timer_init(&world->loop, &world->limit);
	side_begin(&world->a, &world->loop, max, rate);
	side_begin(&world->b, &world->loop, max, rate);
}

static void world_begin(struct world *world)
{
	world_begin_with(world, 16, 1000);
}

static void side_stop(struct world *world, struct side *side)
{
	if (side->stopped)
		return;
	kith_net_stop(side->net, on_stopped, side);
	run_until(world, side->stopped);
	free(side->bytes);
	side->bytes = NULL;
}

static void world_end(struct world *world)
{
	side_stop(world, &world->a);
	side_stop(world, &world->b);
	uv_close((uv_handle_t *)&world->limit, NULL);
	uv_run(&world->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&world->loop), 0); /* nothing is left open */
}

static uint16_t listen_on(struct side *side, const char *host)
{
	struct kith_listen where = {.port = 0};
	char why[512];

	strcpy(where.host, host);
	if (kith_net_listen(side->net, &where, why, sizeof(why)) != 0)
		fail_msg("%s", why);
	assert_int_not_equal(kith_net_port(side->net), 0);
	return kith_net_port(side->net);
}

/* a dials b over the given host. */
static void join(struct world *world, const char *listen, const char *dial)
{
	uint16_t port = listen_on(&world->b, listen);

	assert_int_equal(kith_net_dial(world->a.net, 77, dial, port), 0);
	assert_int_equal(world->a.connected, 0); /* hooks come from the loop only */
	run_until(world, world->a.connected && world->b.connected);
	assert_int_equal(world->a.dial, 77);
	assert_int_equal(world->b.dial, 0);
	assert_int_not_equal(world->a.conn, 0);
	assert_int_equal(world->a.failed, 0);
}

static bool has_ipv6(void)
{
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&six, sizeof(six)) == 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* A socket as a stranger would have it. */
static int stranger(uint16_t port)
{
	struct sockaddr_in four = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&four, sizeof(four)), 0);
	return fd;
}

/* ---- tests ---------------------------------------------------------------------------------- */

static void bytes_go_both_ways(void **state)
{
	static const char *const ways[][2] = {
		{"127.0.0.1", "127.0.0.1"}, {"localhost", "localhost"}, {"*", "127.0.0.1"}};
	struct world world;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		world_begin(&world);
		world.b.echo = true;
		join(&world, ways[i][0], ways[i][1]);
		if (i != 1)
			assert_memory_equal(world.b.remote, "127.0.0.1:", 10);
		send_copy(&world.a, "hello", 5);
		run_until(&world, world.a.len == 5);
		assert_memory_equal(world.a.bytes, "hello", 5);
		run_until(&world, world.a.written && world.b.written);
		assert_int_equal(kith_net_stats(world.a.net).bytes_out, 5);
		assert_int_equal(kith_net_stats(world.b.net).bytes_in, 5);
		world_end(&world);
	}
}

static void ipv6_as_well(void **state)
{
	struct world world;

	(void)state;
	if (!has_ipv6()) {
		print_message("# this machine has no IPv6\n");
		skip();
	}
	for (int i = 0; i < 2; i++) {
		world_begin(&world);
		join(&world, i ? "*" : "::1", "::1");
		assert_memory_equal(world.b.remote, "[::1]:", 6);
		world_end(&world);
	}
}

/* The queue is watched: what the network has not taken is reported, until nothing is left. */
static void a_slow_reader_is_seen(void **state)
{
	enum { CHUNK = 1 << 20, CHUNKS = 16 };
	char *chunk = calloc(1, CHUNK);
	struct world world;

	(void)state;
	world_begin(&world);
	join(&world, "127.0.0.1", "127.0.0.1");
	kith_net_read(world.b.net, world.b.conn, false);
	for (size_t i = 0; i < CHUNKS; i++)
		send_copy(&world.a, chunk, CHUNK);
	run_until(&world, world.a.written > 0);
	assert_true(world.a.unsent_max > 4 * CHUNK);
	assert_int_equal(world.b.len, 0);
	kith_net_read(world.b.net, world.b.conn, true);
	run_until(&world, world.b.len == (size_t)CHUNK * CHUNKS && world.a.written == CHUNKS);
	assert_int_equal(world.a.unsent, 0);
	free(chunk);
	world_end(&world);
}

/* However much has come, one turn of the loop takes its share and leaves the rest for the next. */
static void a_turn_reads_only_so_much(void **state)
{
	enum { LEN = 8 << 20 };
	struct world world;
	char *much = calloc(1, LEN);
	size_t most = 0;

	(void)state;
	world_begin(&world);
	join(&world, "127.0.0.1", "127.0.0.1");
	kith_net_read(world.b.net, world.b.conn, false);
	send_copy(&world.a, much, LEN);
	for (int i = 0; i < 50; i++)
		uv_run(&world.loop, UV_RUN_NOWAIT); /* what the socket takes */
	kith_net_read(world.b.net, world.b.conn, true);
	while (world.b.len < LEN) {
		size_t before = world.b.len;

		uv_run(&world.loop, UV_RUN_ONCE);
		most = world.b.len - before > most ? world.b.len - before : most;
	}
	assert_in_range(most, KITH_NET_SHARE_BYTES, KITH_NET_TURN_BYTES);
	free(much);
	world_end(&world);
}

/* What was sent before a close arrives whole, though the closer hears nothing more. */
static void a_close_lets_the_last_words_out(void **state)
{
	enum { LEN = 3 << 20 };
	char *words = malloc(LEN);
	struct world world;

	(void)state;
	assert_non_null(words);
	memset(words, 'w', LEN);
	world_begin(&world);
	join(&world, "127.0.0.1", "127.0.0.1");
	send_copy(&world.b, "not read any more", 17);
	send_copy(&world.a, words, LEN);
	kith_net_close(world.a.net, world.a.conn);
	send_copy(&world.a, "too late", 8); /* ignored, as is everything else */
	kith_net_read(world.a.net, world.a.conn, true);
	kith_net_close(world.a.net, world.a.conn);
	run_until(&world, world.b.closed);
	assert_int_equal(world.b.len, LEN);
	assert_int_equal(world.b.err, 0);
	assert_int_equal(world.a.len, 0);
	assert_int_equal(world.a.closed, 0);
	run_until(&world, kith_net_stats(world.a.net).open == 0);
	free(words);
	world_end(&world);
}

/* Stopping waits for last words as well, but only of connections that were closed. */
static void a_stop_lets_the_last_words_out(void **state)
{
	struct world world;

	(void)state;
	world_begin(&world);
	join(&world, "127.0.0.1", "127.0.0.1");
	send_copy(&world.a, "bye", 3);
	kith_net_close(world.a.net, world.a.conn);
	side_stop(&world, &world.a);
	run_until(&world, world.b.closed);
	assert_int_equal(world.b.len, 3);
	assert_int_equal(world.b.err, 0);
	world_end(&world);
}

/* A side that never closes does not hold a closing one for ever. */
static void a_stop_does_not_wait_for_the_deaf(void **state)
{
	struct world world;
	int fd;

	(void)state;
	world_begin(&world);
	fd = stranger(listen_on(&world.b, "127.0.0.1"));
	run_until(&world, world.b.connected);
	send_copy(&world.b, "bye", 3);
	kith_net_close(world.b.net, world.b.conn);
	side_stop(&world, &world.b);
	close(fd);
	world_end(&world);
}

static void a_vanished_partner_is_reported(void **state)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	struct world world;
	int fd;

	(void)state;
	world_begin(&world);
	fd = stranger(listen_on(&world.b, "127.0.0.1"));
	run_until(&world, world.b.connected);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	close(fd);
	run_until(&world, world.b.closed);
	assert_int_equal(world.b.err, KITH_E_NETWORK);
	world_end(&world);
}

/* Once closed from here, a connection is not reported again, whatever becomes of it. */
static void a_closed_connection_is_silent(void **state)
{
	enum { LEN = 8 << 20 };
	struct linger reset = {.l_onoff = 1, .l_linger = 0};
	char *words = calloc(1, LEN);
	struct world world;
	int fd;

	(void)state;
	world_begin(&world);
	fd = stranger(listen_on(&world.b, "127.0.0.1"));
	run_until(&world, world.b.connected);
	send_copy(&world.b, words, LEN); /* more than the network takes */
	kith_net_close(world.b.net, world.b.conn);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), 0);
	close(fd);
	run_until(&world, kith_net_stats(world.b.net).open == 0);
	assert_int_equal(world.b.closed, 0);
	assert_int_equal(world.b.written, 0);
	free(words);
	world_end(&world);
}

static void dials_that_fail(void **state)
{
	struct world world;
	uint16_t port;

	(void)state;
	world_begin(&world);
	port = listen_on(&world.b, "127.0.0.1");
	side_stop(&world, &world.b); /* now nobody has this port */
	assert_int_equal(kith_net_dial(world.a.net, 5, "127.0.0.1", port), 0);
	run_until(&world, world.a.failed == 1);
	assert_int_equal(world.a.dial, 5);
	assert_int_equal(world.a.err, KITH_E_NETWORK);
	assert_int_equal(kith_net_dial(world.a.net, 6, "no-such-host.invalid", port), 0);
	assert_int_equal(kith_net_dial(world.a.net, 7, "neither-this.invalid", port), 0);
	assert_int_equal(kith_net_dial(world.a.net, 8, "127.0.0.1", port), 0);
	run_until(&world, world.a.failed == 4);
	assert_int_equal(world.a.connected, 0);
	run_until(&world, kith_net_stats(world.a.net).open == 0);
	world_end(&world);
}

static void a_stop_cancels_dials(void **state)
{
	struct world world;

	(void)state;
	world_begin(&world);
	assert_int_equal(kith_net_dial(world.a.net, 1, "192.0.2.1", 7476), 0); /* answers nobody */
	assert_int_equal(kith_net_dial(world.a.net, 2, "no-such-host.invalid", 7476), 0);
	assert_int_equal(kith_net_dial(world.a.net, 3, "neither-this.invalid", 7476), 0);
	uv_run(&world.loop, UV_RUN_NOWAIT);
	side_stop(&world, &world.a);
	assert_int_equal(world.a.connected, 0);
	/* A name that is being looked up, and would be found. */
	assert_int_equal(
		kith_net_dial(world.b.net, 4, "localhost", listen_on(&world.b, "localhost")), 0);
	uv_run(&world.loop, UV_RUN_NOWAIT);
	side_stop(&world, &world.b);
	assert_int_equal(world.b.connected, 0);
	assert_int_equal(world.b.failed, 0);
	world_end(&world);
}

/* Of 16 slots a quarter is kept for calls of ours. */
static void callers_leave_room(void **state)
{
	struct world world;
	uint16_t port;
	int fds[20];

	(void)state;
	world_begin(&world);
	port = listen_on(&world.b, "127.0.0.1");
	for (size_t i = 0; i < 20; i++)
		fds[i] = stranger(port);
	run_until(&world, kith_net_stats(world.b.net).refused == 8);
	assert_int_equal(kith_net_stats(world.b.net).accepted, 12);
	assert_int_equal(kith_net_stats(world.b.net).open, 12);
	(void)listen_on(&world.a, "127.0.0.1");
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(
			kith_net_dial(world.b.net, i + 1, "127.0.0.1", kith_net_port(world.a.net)),
			0);
	run_until(&world, world.b.connected == 16 && world.b.failed == 1);
	for (size_t i = 0; i < 20; i++)
		close(fds[i]);
	world_end(&world);
}

/* One handshake per second allowed, two seconds' worth at once: of 50 callers few get in. */
static void a_flood_is_hung_up_on(void **state)
{
	struct world world;
	uint16_t port;
	int fds[50];
	char byte;

	(void)state;
	world_begin_with(&world, 200, 1);
	port = listen_on(&world.b, "127.0.0.1");
	for (size_t i = 0; i < 50; i++)
		fds[i] = stranger(port);
	run_until(&world,
		kith_net_stats(world.b.net).accepted + kith_net_stats(world.b.net).refused == 50);
	assert_true(kith_net_stats(world.b.net).accepted >= 2);
	assert_true(kith_net_stats(world.b.net).accepted < 40);
	assert_true(recv(fds[49], &byte, 1, MSG_DONTWAIT) <= 0); /* and not a byte */
	for (size_t i = 0; i < 50; i++)
		close(fds[i]);
	world_end(&world);
}

static void bad_places_to_listen(void **state)
{
	struct kith_listen where = {.host = "127.0.0.1"};
	struct world world;
	char why[512], text[64];

	(void)state;
	world_begin(&world);
	where.port = listen_on(&world.b, "127.0.0.1");
	snprintf(text, sizeof(text), "127.0.0.1:%u", (unsigned)where.port);
	assert_int_equal(kith_net_listen(world.a.net, &where, why, sizeof(why)), KITH_E_NETWORK);
	assert_non_null(strstr(why, text));
	assert_non_null(strstr(why, "another program has this port"));
	where = (struct kith_listen){.host = "192.0.2.1"};
	assert_int_equal(kith_net_listen(world.a.net, &where, why, sizeof(why)), KITH_E_NETWORK);
	assert_non_null(strstr(why, "this machine does not have this address"));
	where = (struct kith_listen){.host = "no-such-host.invalid"};
	assert_int_equal(kith_net_listen(world.a.net, &where, why, sizeof(why)), KITH_E_NETWORK);
	assert_int_equal(kith_net_port(world.a.net), 0);
	world_end(&world);
}

/* A number of a connection that has gone names nobody, also when its slot has a new one. */
static void numbers_are_not_used_again(void **state)
{
	struct world world;
	uint64_t first;

	(void)state;
	world_begin(&world);
	join(&world, "127.0.0.1", "127.0.0.1");
	first = world.a.conn;
	kith_net_close(world.a.net, first);
	run_until(&world, kith_net_stats(world.a.net).open == 0);
	world.a.connected = world.b.connected = 0;
	assert_int_equal(
		kith_net_dial(world.a.net, 78, "127.0.0.1", kith_net_port(world.b.net)), 0);
	run_until(&world, world.a.connected && world.b.connected);
	assert_int_not_equal(world.a.conn, first);
	kith_net_close(world.a.net, first);
	send_copy(&world.a, "still here", 10);
	run_until(&world, world.b.len == 10);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_go_both_ways),
		cmocka_unit_test(ipv6_as_well),
		cmocka_unit_test(a_slow_reader_is_seen),
		cmocka_unit_test(a_turn_reads_only_so_much),
		cmocka_unit_test(a_close_lets_the_last_words_out),
		cmocka_unit_test(a_stop_lets_the_last_words_out),
		cmocka_unit_test(a_stop_does_not_wait_for_the_deaf),
		cmocka_unit_test(a_vanished_partner_is_reported),
		cmocka_unit_test(a_closed_connection_is_silent),
		cmocka_unit_test(dials_that_fail),
		cmocka_unit_test(a_stop_cancels_dials),
		cmocka_unit_test(callers_leave_room),
		cmocka_unit_test(a_flood_is_hung_up_on),
		cmocka_unit_test(bad_places_to_listen),
		cmocka_unit_test(numbers_are_not_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
