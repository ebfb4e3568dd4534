/* Bytes on their way to a client: all of them, in order, and one who takes none is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/api/outbox.h"

#define CAP (8u << 20)

struct stand {
	uv_loop_t loop;
	uv_pipe_t pipe;
	int peer;
	struct kith_outbox box;
	unsigned written, broken;
};

static void on_written(void *ctx, bool ok)
{
	struct stand *stand = ctx;

	stand->written += ok;
	stand->broken += !ok;
}

static int setup(void **state)
{
	static struct stand stand;
	int pair[2];

	memset(&stand, 0, sizeof(stand));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(uv_loop_init(&stand.loop), 0);
	assert_int_equal(uv_pipe_init(&stand.loop, &stand.pipe, 0), 0);
	assert_int_equal(uv_pipe_open(&stand.pipe, pair[0]), 0);
	stand.peer = pair[1];
	kith_outbox_init(&stand.box, (uv_stream_t *)&stand.pipe, CAP, on_written, &stand);
	*state = &stand;
	return 0;
}

static int teardown(void **state)
{
	struct stand *stand = *state;

	if (!uv_is_closing((uv_handle_t *)&stand->pipe))
		uv_close((uv_handle_t *)&stand->pipe, NULL);
	uv_run(&stand->loop, UV_RUN_DEFAULT);
	kith_outbox_clear(&stand->box);
	close(stand->peer);
	return uv_loop_close(&stand->loop);
}

/* Numbered lines of eight bytes, so that a lost or doubled byte shows. */
static void fill(struct stand *stand, unsigned from, unsigned to)
{
	char line[16];

	for (unsigned i = from; i < to; i++) {
		snprintf(line, sizeof(line), "%07u\n", i % 10000000);
		kith_write(&stand->box.out, line, 8);
	}
	assert_int_equal(kith_buf_err(&stand->box.out), 0);
}

static void read_lines(struct stand *stand, unsigned from, unsigned to)
{
	char got[9] = "", want[16];

	for (unsigned i = from; i < to; i++) {
		for (size_t len = 0; len < 8;) {
			ssize_t n = recv(stand->peer, got + len, 8 - len, MSG_DONTWAIT);

			if (n > 0)
				len += (size_t)n;
			else
				uv_run(&stand->loop, UV_RUN_NOWAIT);
		}
		snprintf(want, sizeof(want), "%07u\n", i % 10000000);
		assert_string_equal(got, want);
	}
}

static void little_goes_at_once(void **state)
{
	struct stand *stand = *state;

	fill(stand, 0, 10);
	assert_int_equal(kith_outbox_unsent(&stand->box), 80);
	assert_true(kith_outbox_flush(&stand->box));
	assert_int_equal(kith_outbox_unsent(&stand->box), 0);
	assert_false(stand->box.writing);
	read_lines(stand, 0, 10);
}

static void much_goes_in_order(void **state)
{
	struct stand *stand = *state;

	fill(stand, 0, 200000);
	assert_true(kith_outbox_flush(&stand->box));
	assert_true(stand->box.writing);
	fill(stand, 200000, 210000); /* gathers behind what is under way */
	assert_true(kith_outbox_flush(&stand->box));
	read_lines(stand, 0, 200000);
	while (stand->written == 0)
		uv_run(&stand->loop, UV_RUN_ONCE);
	assert_true(kith_outbox_flush(&stand->box));
	read_lines(stand, 200000, 210000);
	assert_int_equal(kith_outbox_unsent(&stand->box), 0);
	assert_true(stand->box.out.room <= 4096 && stand->box.sending.room <= 4096);
}

static void who_takes_nothing_is_stuck(void **state)
{
	struct stand *stand = *state;

	assert_false(kith_outbox_is_stuck(&stand->box, 1000, 500));
	fill(stand, 0, 200000);
	assert_true(kith_outbox_flush(&stand->box));
	assert_false(kith_outbox_is_stuck(&stand->box, 2000, 500));
	assert_false(kith_outbox_is_stuck(&stand->box, 2499, 500));
	assert_true(kith_outbox_is_stuck(&stand->box, 2500, 500));
	read_lines(stand, 0, 100000); /* slow is not stuck */
	uv_run(&stand->loop, UV_RUN_NOWAIT);
	assert_false(kith_outbox_is_stuck(&stand->box, 9000, 500));
	assert_true(kith_outbox_is_stuck(&stand->box, 9500, 500));
	read_lines(stand, 100000, 200000);
	while (stand->written == 0)
		uv_run(&stand->loop, UV_RUN_ONCE);
	assert_false(kith_outbox_is_stuck(&stand->box, 20000, 500));
	assert_false(kith_outbox_is_stuck(&stand->box, 30000, 500));
}

static void a_broken_connection_is_told(void **state)
{
	struct stand *stand = *state;

	fill(stand, 0, 200000);
	assert_true(kith_outbox_flush(&stand->box));
	close(stand->peer);
	while (stand->broken == 0)
		uv_run(&stand->loop, UV_RUN_ONCE);
	fill(stand, 0, 1);
	assert_false(kith_outbox_flush(&stand->box));
	stand->peer = -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(little_goes_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(much_goes_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(who_takes_nothing_is_stuck, setup, teardown),
		cmocka_unit_test_setup_teardown(a_broken_connection_is_told, setup, teardown),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
