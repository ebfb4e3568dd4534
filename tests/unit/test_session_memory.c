/*
 * Sessions and memory: any allocation may fail, idle sessions hold next to nothing, and what the
 * other side announces costs nothing until it comes.
 *
 * The functions by which the transport asks for memory are replaced here by ones that count down to
 * a failure and otherwise hand on to the real ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>
#include <malloc.h>
#include <sodium.h>

#include "tests/unit/two_sessions.h"

/* ---- memory that fails ----------------------------------------------------------------------- */

static long countdown = -1; /* negative: never fails */
static unsigned int failures;

static bool fails(void)
{
	if (countdown < 0 || countdown-- > 0)
		return false;
	failures++;
	return true;
}

/* A function pointer out of dlsym(), without a cast between objects and functions. */
static void find(const char *name, void *function, size_t size)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	MUST(symbol && size == sizeof(symbol));
	memcpy(function, &symbol, size);
}

void *realloc(void *old, size_t len)
{
	static void *(*real)(void *, size_t);

	if (!real)
		find("realloc", &real, sizeof(real));
	return fails() ? NULL : real(old, len);
}

void *calloc(size_t n, size_t len)
{
	static void *(*real)(size_t, size_t);

	if (!real)
		find("calloc", &real, sizeof(real));
	return fails() ? NULL : real(n, len);
}

void *sodium_malloc(const size_t len)
{
	static void *(*real)(size_t);

	if (!real)
		find("sodium_malloc", &real, sizeof(real));
	return fails() ? NULL : real(len);
}

/* ---- a conversation in which everything allocates -------------------------------------------- */

/* Output of one side in pieces, so that frames and messages have to be put together. */
static int carry(struct kith_session *from, struct kith_session *to, size_t *messages)
{
	struct kith_buf *output = kith_session_output(from);
	struct kith_session_event event;
	const uint8_t *data;
	size_t len, piece;
	int err = 0;

	for (size_t at = 0; at < output->len && !err; at += piece) {
		piece = output->len - at < 1000 ? output->len - at : 1000;
		data = output->data + at;
		len = piece;
		do {
			err = kith_session_receive(to, &data, &len, 0, &event);
			*messages += event.type == KITH_SESSION_MESSAGE;
		} while (!err && event.type != KITH_SESSION_NONE);
	}
	kith_buf_consume(output, output->len);
	return err;
}

static int talk_once(struct side *side_a, struct side *side_b)
{
	static const uint8_t large[150000];
	struct kith_session *a, *b;
	size_t messages = 0;
	int err = KITH_E_NOMEM;

	a = kith_session_dial(&side_a->config, &side_b->node.public_key, 0, WALL_MS);
	b = kith_session_accept(&side_b->config, 0, WALL_MS);
	if (!a || !b)
		goto out;
	err = carry(a, b, &messages);
	err = err ? err : carry(b, a, &messages);
	err = err ? err : carry(a, b, &messages);
	err = err ? err : kith_session_send(a, 1, large, sizeof(large), "x", 1, 0);
	err = err ? err : kith_session_send(a, 2, NULL, 0, NULL, 0, 0);
	err = err ? err : kith_session_flush(a, 0);
	err = err ? err : kith_session_send(a, 2, "y", 1, NULL, 0, KITH_REKEY_MS);
	err = err ? err : kith_session_bye(a, KITH_BYE_SHUTDOWN, KITH_REKEY_MS);
	err = err ? err : carry(a, b, &messages);
	if (!err)
		MUST(messages == 3 && kith_session_ended_cleanly(b));
	else
		MUST(!kith_session_ended_cleanly(b));
out:
	kith_session_free(a);
	kith_session_free(b);
	return err;
}

static void every_allocation_may_fail(void **state)
{
	struct side a, b;
	long n;
	int err;

	(void)state;
	side_init(&a, 1);
	side_init(&b, 2);
	for (n = 0; n < 10000; n++) {
		failures = 0;
		countdown = n;
		err = talk_once(&a, &b);
		countdown = -1;
		assert_int_equal(err, failures ? KITH_E_NOMEM : 0);
		if (!failures)
			break;
	}
	assert_in_range(n, 20, 1000);
	side_clear(&a);
	side_clear(&b);
}

/* Whoever answers a message while reading it may find that there is no memory for the answer. */
static void a_failed_answer_leaves_the_question_readable(void **state)
{
	static const size_t sizes[] = {100, 100000}; /* in the frame; put together from frames */
	struct side side_a, side_b;
	struct talk talk;

	(void)state;
	side_init(&side_a, 1);
	side_init(&side_b, 2);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *question = malloc(sizes[i]);
		struct kith_session_event event;
		const uint8_t *data;
		size_t len;

		assert_non_null(question);
		memset(question, '?', sizes[i]);
		talk_start(&talk, &side_a, &side_b);
		talk_establish(&talk);
		assert_int_equal(kith_session_send(talk.a, 1, question, sizes[i], NULL, 0, 0), 0);
		assert_int_equal(kith_session_flush(talk.a, 0), 0);
		data = kith_session_output(talk.a)->data;
		len = kith_session_output(talk.a)->len;
		assert_int_equal(kith_session_receive(talk.b, &data, &len, 0, &event), 0);
		assert_int_equal(event.type, KITH_SESSION_MESSAGE);
		countdown = 0;
		assert_int_equal(kith_session_send(talk.b, 2, "!", 1, NULL, 0, 0), KITH_E_NOMEM);
		countdown = -1;
		assert_int_equal(event.payload.len, sizes[i]);
		assert_memory_equal(event.payload.data, question, sizes[i]);
		assert_dead(talk.b);
		talk_end(&talk);
		free(question);
	}
	side_clear(&side_a);
	side_clear(&side_b);
}

static void a_certificate_without_memory(void **state)
{
	struct kith_buf buf;
	struct side side;

	(void)state;
	side_init(&side, 1);
	for (long n = 0; n < 2; n++) {
		kith_buf_init(&buf, 1000);
		countdown = n;
		assert_int_equal(kith_certificate_sign(&side.group, &side.node.public_key, 1, &buf),
			KITH_E_NOMEM);
		countdown = -1;
		kith_buf_clear(&buf);
	}
	side_clear(&side);
}

/* ---- what a session holds -------------------------------------------------------------------- */

#ifndef __SANITIZE_ADDRESS__
static size_t in_use(void)
{
	struct mallinfo2 info = mallinfo2();

	return info.uordblks + info.hblkhd;
}

static void an_idle_session_holds_little(void **state)
{
	static const uint8_t large[KITH_MESSAGE_MAX_BYTES];
	struct side side_a, side_b;
	struct kith_session *a, *b;
	size_t before, messages = 0;

	(void)state;
	side_init(&side_a, 1);
	side_init(&side_b, 2);
	before = in_use();
	a = kith_session_dial(&side_a.config, &side_b.node.public_key, 0, WALL_MS);
	b = kith_session_accept(&side_b.config, 0, WALL_MS);
	assert_int_equal(carry(a, b, &messages), 0);
	assert_int_equal(carry(b, a, &messages), 0);
	assert_int_equal(carry(a, b, &messages), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(kith_session_send(a, 1, large, sizeof(large), NULL, 0, 0), 0);
	assert_int_equal(kith_session_flush(a, 0), 0);
	assert_int_equal(carry(a, b, &messages), 0);
	assert_int_equal(messages, 4);
	kith_session_output(a);
	kith_session_output(b);
	assert_in_range(in_use() - before, 0, 2 * 2048);
	kith_session_free(a);
	kith_session_free(b);
	assert_in_range(in_use() - before, 0, 64);
	side_clear(&side_a);
	side_clear(&side_b);
}

/* The largest frame, and in it the largest message, are announced; one byte of each comes. */
static void announcements_cost_nothing(void **state)
{
	const uint8_t head[] = {KITH_FRAME_DATA, 1, 0x04, 0x00, 0x00, 'x'};
	const uint8_t announced[] = {0xff, 0xff, 0x00};
	struct side side_a, side_b;
	struct forger forger;
	struct kith_session *b;
	struct log log;
	size_t before;

	(void)state;
	log_init(&log);
	side_init(&side_a, 1);
	side_init(&side_b, 2);
	b = kith_session_accept(&side_b.config, 0, WALL_MS);
	forger_init(&forger, &side_a, &side_b);
	forger_establish(&forger, &side_a, b, &log);
	kith_session_output(b);
	forger_frame(&forger, head, sizeof(head));
	before = in_use();
	assert_int_equal(forger_push(&forger, b, &log), 0);
	assert_int_equal(feed(b, announced, sizeof(announced), 0, &log), 0);
	assert_in_range(in_use() - before, 0, 1024);
	forger_clear(&forger);
	kith_session_free(b);
	side_clear(&side_a);
	side_clear(&side_b);
}
#endif

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(a_failed_answer_leaves_the_question_readable),
		cmocka_unit_test(a_certificate_without_memory),
#ifndef __SANITIZE_ADDRESS__
		cmocka_unit_test(an_idle_session_holds_little),
		cmocka_unit_test(announcements_cost_nothing),
#endif
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
