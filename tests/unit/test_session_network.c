/*
 * Sessions on a hostile network: scanners that know no key, and a man in the middle who changes,
 * cuts, repeats and swaps what two honest sides say. Nothing is accepted, a scanner gets no byte,
 * and a cut is never taken for an end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/two_sessions.h"

#ifdef __SANITIZE_ADDRESS__
#define OPENINGS 10000
#else
#define OPENINGS 100000
#endif

struct pair {
	struct side a, b;
};

static int setup(void **state)
{
	struct pair *pair = calloc(1, sizeof(*pair));

	if (!pair || kith_keys_init())
		return -1;
	side_init(&pair->a, 1);
	side_init(&pair->b, 2);
	*state = pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	side_clear(&pair->a);
	side_clear(&pair->b);
	free(pair);
	return 0;
}

/* ---- the man in the middle ------------------------------------------------------------------- */

/* A recorded conversation: three handshake messages, some frames, a bye. Replayed from the same
 * seeds. */
static void record(struct pair *pair, struct talk *talk)
{
	pair->a.seeded.state = 11;
	pair->b.seeded.state = 12;
	talk_start(talk, &pair->a, &pair->b);
	talk_establish(talk);
}

/* Plays the handshake with bytes of one direction changed; true if the changed side was
 * established. */
static bool accepts(struct pair *pair, const struct kith_buf *from_a, size_t a_len,
	const struct kith_buf *from_b, size_t b_len, bool changed_a)
{
	struct kith_session *a, *b;
	struct log at_a, at_b;
	bool accepted;
	int err;

	pair->a.seeded.state = 11;
	pair->b.seeded.state = 12;
	log_init(&at_a);
	log_init(&at_b);
	a = kith_session_dial(&pair->a.config, &pair->b.node.public_key, 0, WALL_MS);
	b = kith_session_accept(&pair->b.config, 0, WALL_MS);
	assert_true(a && b);
	if (changed_a) {
		err = feed(b, from_a->data, a_len, 0, &at_b);
		accepted = at_b.established > 0;
		/* A bad first message is answered with nothing; only whole good ones are
		 * answered. */
		if (err)
			assert_int_equal(kith_session_output(b)->len, 0);
		if (err || !accepted)
			assert_false(kith_session_ended_cleanly(b));
	} else {
		err = feed(a, from_b->data, b_len, 0, &at_a);
		accepted = at_a.established > 0;
		if (err)
			assert_int_equal(kith_session_output(a)->len, 0);
	}
	if (err)
		assert_dead(changed_a ? b : a);
	kith_session_free(a);
	kith_session_free(b);
	return accepted;
}

static void every_bit_of_the_handshake_counts(void **state)
{
	struct pair *pair = *state;
	struct talk talk;
	size_t n = 0;

	record(pair, &talk);
	assert_true(accepts(pair, &talk.from_a, talk.from_a.len, &talk.from_b, 0, true));
	assert_true(accepts(pair, &talk.from_a, 0, &talk.from_b, talk.from_b.len, false));
	for (int side = 0; side < 2; side++) {
		struct kith_buf *tape = side ? &talk.from_b : &talk.from_a;

		for (size_t bit = 0; bit < 8 * tape->len; bit++, n++) {
			tape->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_false(accepts(pair, &talk.from_a, talk.from_a.len, &talk.from_b,
				talk.from_b.len, side == 0));
			tape->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
	assert_true(n > 3000);
	talk_end(&talk);
}

static void a_handshake_cut_anywhere_is_never_established(void **state)
{
	struct pair *pair = *state;
	struct talk talk;

	record(pair, &talk);
	for (size_t len = 0; len < talk.from_a.len; len++)
		assert_false(accepts(pair, &talk.from_a, len, &talk.from_b, 0, true));
	for (size_t len = 0; len < talk.from_b.len; len++)
		assert_false(accepts(pair, &talk.from_a, 0, &talk.from_b, len, false));
	talk_end(&talk);
}

/* A bad first message: the responder stays silent, whichever bit it is. */
static void no_answer_to_a_bad_first_message(void **state)
{
	struct pair *pair = *state;
	struct kith_session *b;
	struct talk talk;
	struct log log;

	record(pair, &talk);
	for (size_t bit = 0; bit < 8 * HANDSHAKE_ONE; bit++) {
		log_init(&log);
		b = kith_session_accept(&pair->b.config, 0, WALL_MS);
		talk.from_a.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(feed(b, talk.from_a.data, HANDSHAKE_ONE, 0, &log) < 0);
		talk.from_a.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_dead(b);
		kith_session_free(b);
	}
	talk_end(&talk);
}

/* A talk whose tape from a holds three frames and a bye behind the handshake. */
static size_t record_frames(struct pair *pair, struct talk *talk)
{
	size_t handshake;

	record(pair, talk);
	handshake = talk->from_a.len;
	for (uint8_t i = 0; i < 3; i++) {
		MUST(!kith_session_send(talk->a, i, "some words", 10, NULL, 0, 0));
		MUST(!kith_session_flush(talk->a, 0));
	}
	MUST(!kith_session_bye(talk->a, KITH_BYE_SHUTDOWN, 0));
	take_output(talk->a, &talk->from_a);
	return handshake;
}

/* A responder in the state of the recorded one, before the first frame. */
static struct kith_session *replay_handshake(
	struct pair *pair, const struct talk *talk, size_t handshake)
{
	struct kith_session *b;
	struct log log;

	log_init(&log);
	pair->b.seeded.state = 12;
	b = kith_session_accept(&pair->b.config, 0, WALL_MS);
	MUST(b && !feed(b, talk->from_a.data, handshake, 0, &log) && log.established == 1);
	kith_buf_consume(kith_session_output(b), kith_session_output(b)->len);
	return b;
}

static void every_bit_of_a_frame_counts(void **state)
{
	struct pair *pair = *state;
	struct kith_session *b;
	struct talk talk;
	struct log log;
	size_t handshake = record_frames(pair, &talk);
	int err;

	for (size_t bit = 8 * handshake; bit < 8 * talk.from_a.len; bit++) {
		b = replay_handshake(pair, &talk, handshake);
		log_init(&log);
		talk.from_a.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		err = feed(b, talk.from_a.data + handshake, talk.from_a.len - handshake, 0, &log);
		talk.from_a.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(log.messages <= 3);
		assert_int_equal(log.byes, 0);
		assert_false(kith_session_ended_cleanly(b));
		if (err) /* else a longer length makes it wait for more */
			assert_dead(b);
		kith_buf_clear(&log.text);
		kith_session_free(b);
	}
	talk_end(&talk);
}

static void a_stream_cut_anywhere_is_not_clean(void **state)
{
	struct pair *pair = *state;
	struct kith_session *b;
	struct talk talk;
	struct log log;
	size_t handshake = record_frames(pair, &talk);

	for (size_t len = handshake; len <= talk.from_a.len; len++) {
		b = replay_handshake(pair, &talk, handshake);
		log_init(&log);
		assert_int_equal(
			feed(b, talk.from_a.data + handshake, len - handshake, 0, &log), 0);
		assert_int_equal(kith_session_ended_cleanly(b), len == talk.from_a.len);
		kith_buf_clear(&log.text);
		kith_session_free(b);
	}
	talk_end(&talk);
}

/* Feeds the recorded frames in another order; the first wrong one is the end. */
static void assert_order_refused(struct pair *pair, const size_t *order, size_t n, size_t good)
{
	struct talk talk;
	struct log log;
	size_t handshake = record_frames(pair, &talk), frame = 2 + 1 + 4 + 10 + 16;
	struct kith_session *b = replay_handshake(pair, &talk, handshake);
	int err = 0;

	log_init(&log);
	for (size_t i = 0; i < n && !err; i++)
		err = feed(b, talk.from_a.data + handshake + order[i] * frame, frame, 0, &log);
	assert_int_equal(err, KITH_E_FORGED);
	assert_int_equal(log.messages, good);
	assert_dead(b);
	kith_session_free(b);
	kith_buf_clear(&log.text);
	talk_end(&talk);
}

static void replayed_dropped_and_swapped_frames_are_refused(void **state)
{
	assert_order_refused(*state, (const size_t[]){0, 0}, 2, 1);
	assert_order_refused(*state, (const size_t[]){0, 1, 2, 0}, 4, 3);
	assert_order_refused(*state, (const size_t[]){0, 2}, 2, 1);
	assert_order_refused(*state, (const size_t[]){1, 0}, 2, 0);
}

static void own_frames_sent_back_are_refused(void **state)
{
	struct talk talk;
	struct log log;
	size_t handshake = record_frames(*state, &talk);

	log_init(&log);
	assert_int_equal(
		feed(talk.a, talk.from_a.data + handshake, talk.from_a.len - handshake, 0, &log),
		KITH_E_FORGED);
	assert_dead(talk.a);
	talk_end(&talk);
}

static void a_recorded_conversation_cannot_be_played_again(void **state)
{
	struct pair *pair = *state;
	struct talk talk;
	struct log log;
	struct kith_session *b;

	record_frames(pair, &talk);
	log_init(&log);
	pair->b.seeded.state = 99; /* a fresh ephemeral key, as ever */
	b = kith_session_accept(&pair->b.config, 0, WALL_MS);
	assert_int_equal(feed(b, talk.from_a.data, talk.from_a.len, 0, &log), KITH_E_FORGED);
	assert_int_equal(log.established, 0);
	assert_dead(b);
	kith_session_free(b);
	talk_end(&talk);
}

static void bytes_after_the_bye_are_refused(void **state)
{
	struct pair *pair = *state;
	struct talk talk;
	struct log log;
	size_t handshake = record_frames(pair, &talk);
	struct kith_session *b = replay_handshake(pair, &talk, handshake);

	log_init(&log);
	kith_write_u8(&talk.from_a, 0);
	assert_int_equal(
		feed(b, talk.from_a.data + handshake, talk.from_a.len - handshake, 0, &log),
		KITH_E_UNEXPECTED);
	assert_int_equal(log.byes, 1);
	assert_dead(b);
	kith_session_free(b);
	kith_buf_clear(&log.text);
	talk_end(&talk);
}

/* ---- the scanner ----------------------------------------------------------------------------- */

static void random_openings_get_no_byte(void **state)
{
	struct pair *pair = *state;
	uint8_t opening[300];
	struct seeded random = {42};

	for (int i = 0; i < OPENINGS; i++) {
		struct kith_session *b = kith_session_accept(&pair->b.config, 0, WALL_MS);
		size_t len = seeded_next(&random) % sizeof(opening);
		struct log log;

		log_init(&log);
		seeded_fill(&random, opening, len);
		if (i % 8 == 0 && len > 2) { /* the right length in front gets a little further */
			opening[0] = 0;
			opening[1] = 48;
		}
		(void)!feed(b, opening, len, 0, &log);
		assert_int_equal(kith_session_output(b)->len, 0);
		assert_null(kith_session_output(b)->data);
		assert_int_equal(log.established, 0);
		kith_session_free(b);
	}
}

static void a_caller_who_does_not_know_the_key_gets_no_byte(void **state)
{
	struct pair *pair = *state;
	struct talk talk;

	talk_start(&talk, &pair->a, &pair->b);
	kith_session_free(talk.a);
	talk.a = kith_session_dial(&pair->a.config, &pair->a.node.public_key, 0, WALL_MS);
	assert_int_equal(a_to_b(&talk), KITH_E_FORGED);
	assert_dead(talk.b);
	talk_end(&talk);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_bit_of_the_handshake_counts),
		TEST(a_handshake_cut_anywhere_is_never_established),
		TEST(no_answer_to_a_bad_first_message),
		TEST(every_bit_of_a_frame_counts),
		TEST(a_stream_cut_anywhere_is_not_clean),
		TEST(replayed_dropped_and_swapped_frames_are_refused),
		TEST(own_frames_sent_back_are_refused),
		TEST(a_recorded_conversation_cannot_be_played_again),
		TEST(bytes_after_the_bye_are_refused),
		TEST(random_openings_get_no_byte),
		TEST(a_caller_who_does_not_know_the_key_gets_no_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
