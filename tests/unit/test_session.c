/*
 * Two honest sessions: whatever the network does to the cuts, what was sent arrives, once, in
 * order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/two_sessions.h"

struct pair {
	struct side a, b;
	struct talk talk;
};

static int setup(void **state)
{
	struct pair *pair = calloc(1, sizeof(*pair));

	if (!pair || kith_keys_init())
		return -1;
	side_init(&pair->a, 1);
	side_init(&pair->b, 2);
	talk_start(&pair->talk, &pair->a, &pair->b);
	*state = pair;
	return 0;
}

static int teardown(void **state)
{
	struct pair *pair = *state;

	talk_end(&pair->talk);
	side_clear(&pair->a);
	side_clear(&pair->b);
	free(pair);
	return 0;
}

static void send_bytes(struct talk *talk, struct kith_session *from, uint8_t type, size_t len)
{
	uint8_t *payload = malloc(len + 1);

	assert_non_null(payload);
	memset(payload, (int)(len % 251), len);
	assert_int_equal(kith_session_send(from, type, payload, len / 3, payload + len / 3,
				 len - len / 3, talk->now_ms),
		0);
	free(payload);
}

/* ---- the handshake --------------------------------------------------------------------------- */

static void both_sides_know_each_other(void **state)
{
	struct pair *pair = *state;
	struct talk *talk = &pair->talk;
	static const uint8_t zeros[KITH_BLAKE2B_LEN];
	const struct kith_session_peer *peer;

	assert_null(kith_session_peer(talk->a));
	assert_memory_equal(kith_session_hash(talk->a), zeros, sizeof(zeros));
	talk_establish(talk);
	assert_memory_equal(
		kith_session_hash(talk->a), kith_session_hash(talk->b), KITH_BLAKE2B_LEN);
	assert_memory_not_equal(kith_session_hash(talk->a), zeros, sizeof(zeros));
	assert_true(kith_session_is_initiator(talk->a));
	assert_false(kith_session_is_initiator(talk->b));

	peer = kith_session_peer(talk->b);
	assert_memory_equal(&peer->certificate.node, &pair->a.node.public_key, KITH_ID_LEN);
	assert_memory_equal(&peer->certificate.group, &pair->a.group.public_key, KITH_ID_LEN);
	assert_string_equal(peer->agent, "kith/test");
	peer = kith_session_peer(talk->a);
	assert_memory_equal(&peer->certificate.group, &pair->b.group.public_key, KITH_ID_LEN);
	assert_true(peer->certificate.not_after_ms == NOT_AFTER_MS);
}

static void the_agent_is_made_printable(void **state)
{
	struct pair *pair = *state;
	struct talk *talk = &pair->talk;

	talk_end(talk);
	pair->a.config.agent = "k\x1b[2J\x7f\xc2\x9b~";
	talk_start(talk, &pair->a, &pair->b);
	talk_establish(talk);
	assert_string_equal(kith_session_peer(talk->b)->agent, "k?[2J???~");
}

static void handshake_has_a_deadline(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;

	assert_true(kith_session_deadline_ms(talk->b) == KITH_HANDSHAKE_MS);
	talk->now_ms = KITH_HANDSHAKE_MS - 1;
	assert_int_equal(a_to_b(talk), 0);
	talk->now_ms = KITH_HANDSHAKE_MS;
	assert_int_equal(b_to_a(talk), KITH_E_TIMEOUT);
	assert_true(kith_session_deadline_ms(talk->a) == UINT64_MAX);
	assert_int_equal(kith_session_output(talk->a)->len, 0);
}

static void deadline_ends_with_the_handshake(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;

	talk_establish(talk);
	assert_true(kith_session_deadline_ms(talk->a) == UINT64_MAX);
	assert_true(kith_session_deadline_ms(talk->b) == UINT64_MAX);
	talk->now_ms = KITH_HANDSHAKE_MS * 10;
	assert_int_equal(kith_session_bye(talk->a, KITH_BYE_SHUTDOWN, talk->now_ms), 0);
	assert_int_equal(a_to_b(talk), 0);
}

static void what_cannot_work_is_refused_at_once(void **state)
{
	struct pair *pair = *state;
	struct kith_session_config config = pair->a.config;
	const struct kith_node_key zero = {{0}};
	char agent[KITH_AGENT_MAX_BYTES + 2];
	uint8_t certificate[KITH_HELLO_MAX_BYTES] = {0};

	assert_null(kith_session_dial(&config, &zero, 0, WALL_MS));
	config.certificate.len = 0;
	assert_null(kith_session_accept(&config, 0, WALL_MS));
	config.certificate = (struct kith_bytes){certificate, sizeof(certificate)};
	assert_null(kith_session_accept(&config, 0, WALL_MS));
	config = pair->a.config;
	memset(agent, 'x', sizeof(agent));
	agent[sizeof(agent) - 1] = '\0';
	config.agent = agent;
	assert_null(kith_session_accept(&config, 0, WALL_MS));
	kith_session_free(NULL);
}

/* ---- cuts ------------------------------------------------------------------------------------ */

/* Random messages both ways, some longer than a frame, with an hour between some of them. */
static void chatter(struct talk *talk, uint64_t seed, struct log *sent_by_a)
{
	struct seeded state = {seed};

	for (int i = 0; i < 40; i++) {
		size_t len = seeded_next(&state) % (i % 10 == 0 ? 150000 : 300);
		uint8_t type = (uint8_t)seeded_next(&state);
		uint8_t *payload = malloc(len + 1);
		struct kith_session_event event = {
			.type = KITH_SESSION_MESSAGE,
			.message_type = type,
			.payload = {payload, len},
		};

		assert_non_null(payload);
		seeded_fill(&state, payload, len);
		assert_int_equal(
			kith_session_send(talk->a, type, payload, len, NULL, 0, talk->now_ms), 0);
		log_event(sent_by_a, &event);
		free(payload);
		if (i % 13 == 12)
			talk->now_ms += KITH_REKEY_MS;
		if (seeded_next(&state) % 3 == 0)
			assert_int_equal(kith_session_flush(talk->a, talk->now_ms), 0);
	}
	assert_int_equal(kith_session_bye(talk->a, KITH_BYE_PAUSED, talk->now_ms), 0);
}

/* Feeds a tape in cuts of 1 to most bytes; 0: all at once. */
static void feed_cut(struct kith_session *to, const struct kith_buf *tape, size_t from, size_t most,
	uint64_t seed, struct log *log)
{
	struct seeded state = {seed};
	size_t n;

	for (size_t at = from; at < tape->len; at += n) {
		n = most ? 1 + seeded_next(&state) % most : tape->len;
		n = n < tape->len - at ? n : tape->len - at;
		assert_int_equal(feed(to, tape->data + at, n, 0, log), 0);
	}
}

static void any_cutting_delivers_the_same(void **state)
{
	static const size_t most[] = {0, 1, 2, 19, 1500, 70000, 300000};
	struct pair *pair = *state;
	struct talk *talk = &pair->talk;
	struct log sent, got;
	size_t handshake;

	for (uint64_t seed = 1; seed <= 4; seed++) {
		for (size_t i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
			talk_end(talk);
			talk_start(talk, &pair->a, &pair->b);
			talk_establish(talk);
			log_init(&sent);
			log_init(&got);
			handshake = talk->from_a.len;
			chatter(talk, seed, &sent);
			take_output(talk->a, &talk->from_a);
			feed_cut(talk->b, &talk->from_a, handshake, most[i], seed, &got);
			assert_int_equal(got.messages, 40);
			assert_int_equal(got.byes, 1);
			assert_int_equal(got.last_bye, KITH_BYE_PAUSED);
			assert_int_equal(got.text.len, sent.text.len);
			assert_memory_equal(got.text.data, sent.text.data, sent.text.len);
			assert_true(kith_session_ended_cleanly(talk->b));
			kith_buf_clear(&sent.text);
			kith_buf_clear(&got.text);
		}
	}
}

static void handshake_byte_by_byte(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;

	take_output(talk->a, &talk->from_a);
	feed_cut(talk->b, &talk->from_a, 0, 1, 7, &talk->at_b);
	take_output(talk->b, &talk->from_b);
	feed_cut(talk->a, &talk->from_b, 0, 1, 7, &talk->at_a);
	take_output(talk->a, &talk->from_a);
	feed_cut(talk->b, &talk->from_a, HANDSHAKE_ONE, 1, 7, &talk->at_b);
	assert_int_equal(talk->at_a.established + talk->at_b.established, 2);
}

/* Message 3 and the first words may come in one piece. */
static void first_words_right_behind_the_handshake(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;

	assert_int_equal(a_to_b(talk), 0);
	assert_int_equal(b_to_a(talk), 0);
	send_bytes(talk, talk->a, 9, 5);
	assert_int_equal(kith_session_flush(talk->a, 0), 0);
	assert_int_equal(a_to_b(talk), 0);
	assert_int_equal(talk->at_b.established, 1);
	assert_int_equal(talk->at_b.messages, 1);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static void sizes_around_every_edge(void **state)
{
	/* One frame holds a payload of 65,514 bytes: 65,535 less tag, frame type and message
	 * head. */
	static const size_t sizes[] = {0, 1, 2, 65513, 65514, 65515, 65516, 65517, 65518, 65519,
		65520, 131032, 131036, 131037, KITH_MESSAGE_MAX_BYTES - 1, KITH_MESSAGE_MAX_BYTES};
	struct talk *talk = &((struct pair *)*state)->talk;
	size_t n = sizeof(sizes) / sizeof(sizes[0]);
	struct kith_cursor cursor;

	talk_establish(talk);
	for (size_t i = 0; i < n; i++) {
		send_bytes(talk, talk->a, (uint8_t)i, sizes[i]);
		if (i % 3 == 0) /* alone in its frames, or with its neighbours */
			assert_int_equal(kith_session_flush(talk->a, 0), 0);
	}
	assert_int_equal(kith_session_flush(talk->a, 0), 0);
	assert_int_equal(a_to_b(talk), 0);
	assert_int_equal(talk->at_b.messages, n);
	kith_cursor_init(&cursor, talk->at_b.text.data, talk->at_b.text.len);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(kith_read_u8(&cursor), i);
		assert_int_equal(kith_read_u32(&cursor), sizes[i]);
		kith_read_view(&cursor, sizes[i]);
	}
	assert_int_equal(kith_cursor_finish(&cursor), 0);
}

static void a_message_over_the_limit_changes_nothing(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;
	uint8_t byte = 0;

	talk_establish(talk);
	assert_int_equal(
		kith_session_send(talk->a, 1, &byte, KITH_MESSAGE_MAX_BYTES + 1, NULL, 0, 0),
		KITH_E_TOO_LARGE);
	assert_int_equal(kith_session_send(talk->a, 1, &byte, 1, &byte, KITH_MESSAGE_MAX_BYTES, 0),
		KITH_E_TOO_LARGE);
	assert_int_equal(kith_session_send(talk->a, 1, &byte, SIZE_MAX, &byte, SIZE_MAX, 0),
		KITH_E_TOO_LARGE);
	send_bytes(talk, talk->a, 1, 10);
	assert_int_equal(kith_session_flush(talk->a, 0), 0);
	assert_int_equal(a_to_b(talk), 0);
	assert_int_equal(talk->at_b.messages, 1);
}

static void output_nobody_takes_is_bounded(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;
	uint8_t payload[4096] = {0};
	size_t sent = 0, taken = 0;
	int err = 0;

	talk_establish(talk);
	while (!err && sent < TAPE_MAX) {
		err = kith_session_send(talk->a, 1, payload, sizeof(payload), NULL, 0, 0);
		sent += err ? 0 : sizeof(payload);
	}
	assert_int_equal(err, KITH_E_STATE);
	assert_in_range(sent, KITH_SEND_QUEUE_MAX_BYTES, 4 * KITH_SEND_QUEUE_MAX_BYTES);
	assert_int_equal(kith_session_bye(talk->a, KITH_BYE_OVERLOAD, 0), 0);
	assert_int_equal(a_to_b(talk), 0);
	taken = talk->at_b.messages * sizeof(payload);
	assert_int_equal(taken, sent);
	assert_true(kith_session_ended_cleanly(talk->b));
}

/* ---- rekey ----------------------------------------------------------------------------------- */

#define REKEY_FRAME_LEN (1 + KITH_FRAME_TAG_BYTES)

/* Counts the frames on a tape, and notes the place of the first rekey frame. */
static size_t count_frames(const struct kith_buf *tape, size_t from, size_t *first_rekey)
{
	size_t n = 0, len;

	*first_rekey = SIZE_MAX;
	for (size_t at = from; at < tape->len; at += 2 + len, n++) {
		len = (size_t)tape->data[at] << 8 | tape->data[at + 1];
		if (len == REKEY_FRAME_LEN && *first_rekey == SIZE_MAX)
			*first_rekey = n;
	}
	return n;
}

static void rekey_before_the_count_is_reached(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;
	size_t handshake, first, frames = 2 * KITH_REKEY_FRAMES + 10;

	talk_establish(talk);
	handshake = talk->from_a.len;
	for (size_t i = 0; i < frames; i++) {
		assert_int_equal(kith_session_send(talk->a, 1, NULL, 0, NULL, 0, 0), 0);
		assert_int_equal(kith_session_flush(talk->a, 0), 0);
		assert_int_equal(a_to_b(talk), 0);
	}
	assert_int_equal(talk->at_b.messages, frames);
	assert_int_equal(count_frames(&talk->from_a, handshake, &first), frames + 2);
	assert_int_equal(first, KITH_REKEY_FRAMES - 1);
	assert_int_equal(kith_session_bye(talk->a, KITH_BYE_SHUTDOWN, 0), 0);
	assert_int_equal(a_to_b(talk), 0);
}

static void rekey_after_an_hour_of_use(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;
	size_t at, first;

	talk_establish(talk);
	for (uint64_t hour = 1; hour <= 3; hour++) {
		at = talk->from_a.len;
		talk->now_ms = hour * KITH_REKEY_MS - 1;
		send_bytes(talk, talk->a, 1, 100);
		assert_int_equal(kith_session_flush(talk->a, talk->now_ms), 0);
		assert_int_equal(a_to_b(talk), 0);
		assert_int_equal(count_frames(&talk->from_a, at, &first), 1);
		at = talk->from_a.len;
		talk->now_ms = hour * KITH_REKEY_MS;
		send_bytes(talk, talk->a, 1, 100);
		assert_int_equal(kith_session_flush(talk->a, talk->now_ms), 0);
		assert_int_equal(a_to_b(talk), 0);
		assert_int_equal(count_frames(&talk->from_a, at, &first), 2);
		assert_int_equal(first, 0);
	}
	assert_int_equal(talk->at_b.messages, 6);
}

/* A monotonic clock does not go back; if it did, nothing would happen. */
static void time_going_back_does_no_harm(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;

	talk->now_ms = 5000;
	talk_establish(talk);
	send_bytes(talk, talk->a, 1, 100);
	assert_int_equal(kith_session_flush(talk->a, 0), 0);
	assert_int_equal(a_to_b(talk), 0);
	assert_int_equal(talk->at_b.messages, 1);
}

/* ---- the end --------------------------------------------------------------------------------- */

static void bye_is_clean_and_final(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;
	size_t len;

	talk_establish(talk);
	send_bytes(talk, talk->a, 1, 10);
	assert_int_equal(kith_session_bye(talk->a, 200, 0), 0);
	assert_int_equal(kith_session_send(talk->a, 1, NULL, 0, NULL, 0, 0), KITH_E_STATE);
	len = kith_session_output(talk->a)->len;
	assert_int_equal(kith_session_flush(talk->a, 0), 0);
	assert_int_equal(kith_session_bye(talk->a, KITH_BYE_SHUTDOWN, 0), 0);
	assert_int_equal(kith_session_output(talk->a)->len, len);

	assert_false(kith_session_ended_cleanly(talk->b));
	assert_int_equal(a_to_b(talk), 0);
	assert_int_equal(talk->at_b.messages, 1);
	assert_int_equal(talk->at_b.last_bye, 200);
	assert_true(kith_session_ended_cleanly(talk->b));

	/* The other direction is still open. */
	assert_false(kith_session_ended_cleanly(talk->a));
	send_bytes(talk, talk->b, 2, 70000);
	assert_int_equal(kith_session_bye(talk->b, KITH_BYE_REMOVED, 0), 0);
	assert_int_equal(b_to_a(talk), 0);
	assert_int_equal(talk->at_a.messages, 1);
	assert_true(kith_session_ended_cleanly(talk->a));
}

static void nothing_can_be_sent_too_early(void **state)
{
	struct talk *talk = &((struct pair *)*state)->talk;

	assert_int_equal(kith_session_send(talk->b, 1, NULL, 0, NULL, 0, 0), KITH_E_STATE);
	assert_int_equal(kith_session_flush(talk->b, 0), 0);
	assert_int_equal(kith_session_bye(talk->b, KITH_BYE_SHUTDOWN, 0), 0);
	assert_int_equal(kith_session_output(talk->b)->len, 0);
	assert_false(kith_session_ended_cleanly(talk->b));
}

static void byes_have_names(void **state)
{
	(void)state;
	assert_string_equal(kith_bye_name(KITH_BYE_SHUTDOWN), "shutdown");
	assert_string_equal(kith_bye_name(KITH_BYE_REMOVED), "removed");
	assert_string_equal(kith_bye_name(7), "unknown");
	assert_string_equal(kith_bye_name(255), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_sides_know_each_other),
		TEST(the_agent_is_made_printable),
		TEST(handshake_has_a_deadline),
		TEST(deadline_ends_with_the_handshake),
		TEST(what_cannot_work_is_refused_at_once),
		TEST(any_cutting_delivers_the_same),
		TEST(handshake_byte_by_byte),
		TEST(first_words_right_behind_the_handshake),
		TEST(sizes_around_every_edge),
		TEST(a_message_over_the_limit_changes_nothing),
		TEST(output_nobody_takes_is_bounded),
		TEST(rekey_before_the_count_is_reached),
		TEST(rekey_after_an_hour_of_use),
		TEST(time_going_back_does_no_harm),
		TEST(bye_is_clean_and_final),
		TEST(nothing_can_be_sent_too_early),
		cmocka_unit_test(byes_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
