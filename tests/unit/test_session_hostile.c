/*
 * A partner, or anybody with a true key pair, who breaks the rules: weak keys, certificates and
 * Hellos that are not right, lengths at their edges, frames that make no sense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/two_sessions.h"

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

/* The points of small order on the curve and its twist, and two that reduce to them (RFC 7748). */
static const char *const low_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"00000000000000000000000000000000000000000000000000000000000000"
	"80",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};
#define LOW_ORDER (sizeof(low_order) / sizeof(low_order[0]))

static void low_order_ephemerals_are_refused(void **state)
{
	struct pair *pair = *state;
	uint8_t msg[HANDSHAKE_ONE] = {0, 48};
	struct kith_session *a, *b;
	struct kith_buf answer;
	struct log log;

	log_init(&log);
	for (size_t i = 0; i < LOW_ORDER; i++) {
		assert_int_equal(kith_hex_parse(low_order[i], msg + 2, KITH_ID_LEN), 0);
		b = kith_session_accept(&pair->b.config, 0, WALL_MS);
		assert_int_equal(feed(b, msg, sizeof(msg), 0, &log), KITH_E_WEAK_KEY);
		assert_dead(b);
		kith_session_free(b);

		kith_buf_init(&answer, 1000);
		kith_write_u16(&answer, 48 + 10);
		kith_write(&answer, msg + 2, 48);
		kith_write(&answer, msg + 2, 10);
		a = kith_session_dial(&pair->a.config, &pair->b.node.public_key, 0, WALL_MS);
		assert_int_equal(feed(a, answer.data, answer.len, 0, &log), KITH_E_WEAK_KEY);
		assert_dead(a);
		kith_session_free(a);
		kith_buf_clear(&answer);
	}
}

static void low_order_static_keys_are_refused(void **state)
{
	struct pair *pair = *state;
	struct kith_node_key key;
	struct forger forger;
	struct log log;

	log_init(&log);
	for (size_t i = 0; i < LOW_ORDER; i++) {
		struct kith_session *b = kith_session_accept(&pair->b.config, 0, WALL_MS);

		assert_int_equal(kith_hex_parse(low_order[i], key.bytes, KITH_ID_LEN), 0);
		assert_null(kith_session_dial(&pair->a.config, &key, 0, WALL_MS));
		forger_init(&forger, &pair->a, &pair->b);
		forger_open(&forger, b, &log);
		forger.noise.static_pair.public_key = key;
		forger_message(&forger, NULL, 0);
		assert_int_equal(forger_push(&forger, b, &log), KITH_E_WEAK_KEY);
		assert_dead(b);
		kith_session_free(b);
		forger_clear(&forger);
	}
}

/* ---- certificates and Hello ------------------------------------------------------------------ */

/* What happens when a presents this certificate to b, and b to a, at this time. */
static void assert_certificate_refused(
	struct pair *pair, const struct kith_buf *certificate, uint64_t wall_ms, int expected)
{
	const struct kith_bytes bad = {certificate->data, certificate->len};
	struct kith_bytes good;
	struct talk talk;

	for (int side = 0; side < 2; side++) {
		struct side *liar = side ? &pair->b : &pair->a;

		good = liar->config.certificate;
		liar->config.certificate = bad;
		talk_start(&talk, &pair->a, &pair->b);
		kith_session_free(talk.a);
		kith_session_free(talk.b);
		talk.a = kith_session_dial(
			&pair->a.config, &pair->b.node.public_key, 0, side ? wall_ms : WALL_MS);
		talk.b = kith_session_accept(&pair->b.config, 0, side ? WALL_MS : wall_ms);
		assert_int_equal(a_to_b(&talk), 0);
		if (side) {
			assert_int_equal(b_to_a(&talk), expected);
			assert_dead(talk.a); /* and message 3, with who we are, was never sent */
		} else {
			assert_int_equal(b_to_a(&talk), 0);
			assert_int_equal(a_to_b(&talk), expected);
			assert_dead(talk.b);
		}
		liar->config.certificate = good;
		talk_end(&talk);
	}
}

static void certificates_must_be_current_and_about_the_speaker(void **state)
{
	struct pair *pair = *state;
	struct kith_buf foreign;
	struct side other;

	side_init(&other, 3);
	assert_certificate_refused(pair, &other.certificate, WALL_MS, KITH_E_FORGED);
	side_clear(&other);

	/* The true key, but a signature of somebody else's certificate. */
	kith_buf_init(&foreign, 1000);
	kith_write(&foreign, pair->a.certificate.data, pair->a.certificate.len);
	foreign.data[foreign.len - 1] ^= 1;
	assert_certificate_refused(pair, &foreign, WALL_MS, KITH_E_FORGED);
	kith_buf_clear(&foreign);
}

static void certificates_expire(void **state)
{
	struct pair *pair = *state;
	struct talk talk;

	for (int late = 0; late < 2; late++) {
		talk_start(&talk, &pair->a, &pair->b);
		kith_session_free(talk.b);
		talk.b = kith_session_accept(
			&pair->b.config, 0, late ? NOT_AFTER_MS + 1 : NOT_AFTER_MS);
		assert_int_equal(a_to_b(&talk), 0);
		assert_int_equal(b_to_a(&talk), 0);
		assert_int_equal(a_to_b(&talk), late ? KITH_E_EXPIRED : 0);
		talk_end(&talk);
	}
}

/* What a responder says to this payload of message 3. */
static int try_hello(struct pair *pair, const uint8_t *payload, size_t len)
{
	struct kith_session *b = kith_session_accept(&pair->b.config, 0, WALL_MS);
	struct forger forger;
	struct log log;
	int err;

	log_init(&log);
	forger_init(&forger, &pair->a, &pair->b);
	forger_open(&forger, b, &log);
	forger_message(&forger, payload, len);
	err = forger_push(&forger, b, &log);
	assert_int_equal(log.established, !err);
	if (err)
		assert_dead(b);
	forger_clear(&forger);
	kith_session_free(b);
	return err;
}

/* The honest Hello and what a test wants to stand behind it. */
static int try_hello_and(struct pair *pair, const char *more, size_t more_len)
{
	const struct kith_hello hello = {.certificate = pair->a.config.certificate};
	uint8_t payload[2 * KITH_HELLO_MAX_BYTES];
	size_t len;

	assert_int_equal(kith_hello_encode(&hello, payload, &len), 0);
	memcpy(payload + len, more, more_len);
	return try_hello(pair, payload, len + more_len);
}

static void hello_is_read_strictly(void **state)
{
	struct pair *pair = *state;
	const struct kith_buf *own = &pair->a.certificate;
	struct kith_buf buf;

	assert_int_equal(try_hello_and(pair, "", 0), 0);
	assert_int_equal(try_hello_and(pair, "\x18\xff\x7f", 3), 0);            /* capabilities */
	assert_int_equal(try_hello_and(pair, "\x2a\x03new\x30\x01", 7), 0);     /* fields to come */
	assert_int_equal(try_hello_and(pair, "\x08\x01", 2), KITH_E_MALFORMED); /* twice */
	assert_int_equal(try_hello_and(pair, "\x12\x00", 2), KITH_E_MALFORMED);
	assert_int_equal(try_hello_and(pair, "\x1a\x01x", 3), KITH_E_MALFORMED);    /* wire type */
	assert_int_equal(try_hello_and(pair, "\x22\x05kith", 6), KITH_E_MALFORMED); /* short */
	assert_int_equal(try_hello_and(pair, "\x2b\x2c", 2), KITH_E_MALFORMED);     /* a group */
	assert_int_equal(try_hello_and(pair, "\x00\x01", 2), KITH_E_MALFORMED);     /* field 0 */
	assert_int_equal(try_hello(pair, NULL, 0), KITH_E_MALFORMED);
	assert_int_equal(try_hello(pair, (const uint8_t *)"\x08\x01", 2), KITH_E_MALFORMED);
	assert_int_equal(try_hello(pair, (const uint8_t *)"\x08\x02", 2), KITH_E_UNKNOWN_VERSION);
	assert_int_equal(try_hello(pair, (const uint8_t *)"\x08\x81\x80\x80\x80\x10", 6),
		KITH_E_UNKNOWN_VERSION); /* 2^32 + 1 is not 1 */

	kith_buf_init(&buf, 1000);
	kith_write(&buf, "\x12", 1);
	kith_write_u8(&buf, 0x80 | (own->len & 0x7f));
	kith_write_u8(&buf, (uint8_t)(own->len >> 7));
	kith_write(&buf, own->data, own->len);
	assert_int_equal(try_hello(pair, buf.data, buf.len), KITH_E_MALFORMED); /* no version */
	kith_buf_clear(&buf);
}

static void hello_has_limits(void **state)
{
	struct pair *pair = *state;
	const struct kith_hello hello = {.certificate = pair->a.config.certificate};
	uint8_t payload[KITH_HELLO_MAX_BYTES + 1] = {0};
	char agent[2 + KITH_AGENT_MAX_BYTES + 1] = {0x22};
	size_t len;

	agent[1] = KITH_AGENT_MAX_BYTES;
	assert_int_equal(try_hello_and(pair, agent, 2 + KITH_AGENT_MAX_BYTES), 0);
	agent[1] = KITH_AGENT_MAX_BYTES + 1;
	assert_int_equal(try_hello_and(pair, agent, sizeof(agent)), KITH_E_TOO_LARGE);

	/* Filled up to the limit with an unknown field; one byte more is refused by its length. */
	assert_int_equal(kith_hello_encode(&hello, payload, &len), 0);
	payload[len] = 0x2a;
	payload[len + 1] = (uint8_t)(0x80 | ((KITH_HELLO_MAX_BYTES - len - 3) & 0x7f));
	payload[len + 2] = (uint8_t)((KITH_HELLO_MAX_BYTES - len - 3) >> 7);
	assert_int_equal(try_hello(pair, payload, KITH_HELLO_MAX_BYTES), 0);
	assert_int_equal(try_hello(pair, payload, KITH_HELLO_MAX_BYTES + 1), KITH_E_TOO_LARGE);
}

static void the_first_message_carries_nothing(void **state)
{
	struct pair *pair = *state;
	struct kith_session *b = kith_session_accept(&pair->b.config, 0, WALL_MS);
	struct forger forger;
	struct log log;

	log_init(&log);
	forger_init(&forger, &pair->a, &pair->b);
	forger_message(&forger, (const uint8_t *)"0", 1);
	assert_int_equal(forger_push(&forger, b, &log), KITH_E_TOO_LARGE);
	assert_dead(b);
	forger_clear(&forger);
	kith_session_free(b);
}

/* ---- lengths --------------------------------------------------------------------------------- */

/* What two bytes of length get when the session is in this state: 0 fresh responder, 1 responder
 * that waits for message 3, 2 established responder, 3 dialler. */
static int announce(struct pair *pair, int where, size_t len)
{
	const uint8_t head[2] = {(uint8_t)(len >> 8), (uint8_t)len};
	struct kith_session *session;
	struct forger forger;
	struct log log;
	int err;

	log_init(&log);
	session = where == 3
			  ? kith_session_dial(&pair->a.config, &pair->b.node.public_key, 0, WALL_MS)
			  : kith_session_accept(&pair->b.config, 0, WALL_MS);
	forger_init(&forger, &pair->a, &pair->b);
	if (where == 1)
		forger_open(&forger, session, &log);
	if (where == 2)
		forger_establish(&forger, &pair->a, session, &log);
	err = feed(session, head, sizeof(head), 0, &log);
	if (err)
		assert_dead(session);
	forger_clear(&forger);
	kith_session_free(session);
	return err;
}

static void every_length_at_its_edges(void **state)
{
	static const struct {
		int where;
		size_t min, max;
	} bounds[] = {{0, 48, 48}, {1, 64, 64 + KITH_HELLO_MAX_BYTES}, {2, 17, 65535},
		{3, 48, 48 + KITH_HELLO_MAX_BYTES}};

	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		int where = bounds[i].where;

		assert_int_equal(announce(*state, where, 0), KITH_E_MALFORMED);
		assert_int_equal(announce(*state, where, bounds[i].min - 1), KITH_E_MALFORMED);
		assert_int_equal(announce(*state, where, bounds[i].min), 0);
		assert_int_equal(announce(*state, where, bounds[i].max), 0);
		if (bounds[i].max < 65535) {
			assert_int_equal(
				announce(*state, where, bounds[i].max + 1), KITH_E_TOO_LARGE);
			assert_int_equal(announce(*state, where, 65535), KITH_E_TOO_LARGE);
		}
	}
}

/* ---- a partner that breaks the rules --------------------------------------------------------- */

struct attack {
	struct kith_session *b;
	struct forger forger;
	struct log log;
};

static void attack_begin(struct pair *pair, struct attack *attack)
{
	log_init(&attack->log);
	attack->b = kith_session_accept(&pair->b.config, 0, WALL_MS);
	forger_init(&attack->forger, &pair->a, &pair->b);
	forger_establish(&attack->forger, &pair->a, attack->b, &attack->log);
}

static int attack_frame(struct attack *attack, const void *plain, size_t len)
{
	forger_frame(&attack->forger, plain, len);
	return forger_push(&attack->forger, attack->b, &attack->log);
}

static void attack_end(struct attack *attack, bool dead)
{
	if (dead)
		assert_dead(attack->b);
	forger_clear(&attack->forger);
	kith_session_free(attack->b);
	kith_buf_clear(&attack->log.text);
}

static void frames_that_are_none(void **state)
{
	static const struct {
		const char *plain;
		size_t len;
		int err;
	} cases[] = {
		{"", 0, KITH_E_MALFORMED}, /* by its length, before it is opened */
		{"\x00", 1, KITH_E_MALFORMED},
		{"\x01\x00", 2, KITH_E_MALFORMED},
		{"\x02", 1, KITH_E_MALFORMED},
		{"\x02\x00\x00", 3, KITH_E_MALFORMED},
		{"\x03\x00", 2, KITH_E_MALFORMED},
		{"\x80\x00", 2, KITH_E_MALFORMED},
		{"\xff", 1, KITH_E_MALFORMED},
		{"\x01", 1, 0},
		{"\x02\x00", 2, 0},
		{"\x02\xff", 2, 0},
		{"\x00\x07\x00\x00\x00", 5, 0},
	};
	struct attack attack;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		attack_begin(*state, &attack);
		assert_int_equal(attack_frame(&attack, cases[i].plain, cases[i].len), cases[i].err);
		attack_end(&attack, cases[i].err != 0);
	}
}

static void message_lengths_are_refused_as_soon_as_they_are_known(void **state)
{
	static const uint32_t bad[] = {KITH_MESSAGE_MAX_BYTES + 1, 1u << 23, (1u << 24) - 1};
	struct attack attack;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const uint8_t head[] = {KITH_FRAME_DATA, 1, (uint8_t)(bad[i] >> 16),
			(uint8_t)(bad[i] >> 8), (uint8_t)bad[i]};
		const uint8_t last[] = {KITH_FRAME_DATA, head[4]};

		attack_begin(*state, &attack);
		assert_int_equal(attack_frame(&attack, head, sizeof(head)), KITH_E_TOO_LARGE);
		attack_end(&attack, true);

		/* The same in two frames, cut within the head. */
		attack_begin(*state, &attack);
		assert_int_equal(attack_frame(&attack, head, sizeof(head) - 1), 0);
		assert_int_equal(attack_frame(&attack, last, sizeof(last)), KITH_E_TOO_LARGE);
		attack_end(&attack, true);
	}
}

static void a_bye_within_a_message_is_no_end(void **state)
{
	struct attack attack;

	attack_begin(*state, &attack);
	assert_int_equal(attack_frame(&attack, "\x00\x01\x00\x00\x05half", 9), 0);
	assert_int_equal(attack_frame(&attack, "\x02\x00", 2), KITH_E_MALFORMED);
	assert_int_equal(attack.log.byes, 0);
	attack_end(&attack, true);

	attack_begin(*state, &attack);
	assert_int_equal(attack_frame(&attack, "\x00\x01", 2), 0); /* a head that is not whole */
	assert_int_equal(attack_frame(&attack, "\x02\x00", 2), KITH_E_MALFORMED);
	attack_end(&attack, true);
}

static void a_message_may_span_a_rekey(void **state)
{
	struct attack attack;

	attack_begin(*state, &attack);
	assert_int_equal(attack_frame(&attack, "\x00\x01\x00\x00\x05half", 9), 0);
	assert_int_equal(attack_frame(&attack, "\x01", 1), 0);
	kith_cipher_rekey(&attack.forger.send);
	assert_int_equal(attack_frame(&attack, "\x00!", 2), 0);
	assert_int_equal(attack.log.messages, 1);
	assert_memory_equal(attack.log.text.data, "\x01\x00\x00\x00\x05half!", 10);
	/* A sender that announces a rekey and goes on under the old key is not understood. */
	assert_int_equal(attack_frame(&attack, "\x01", 1), 0);
	assert_int_equal(attack_frame(&attack, "\x00!", 2), KITH_E_FORGED);
	attack_end(&attack, true);
}

static void a_key_that_is_used_too_long_ends_the_session(void **state)
{
	struct attack attack;

	/* The last frame a key may seal is a rekey ... */
	attack_begin(*state, &attack);
	for (uint32_t i = 0; i < KITH_REKEY_FRAMES - 1; i++)
		assert_int_equal(attack_frame(&attack, "\x00\x01\x00\x00\x00", 5), 0);
	assert_int_equal(attack_frame(&attack, "\x01", 1), 0);
	kith_cipher_rekey(&attack.forger.send);
	/* ... and nothing else, not even a bye. */
	for (uint32_t i = 0; i < KITH_REKEY_FRAMES - 1; i++)
		assert_int_equal(attack_frame(&attack, "\x00\x01\x00\x00\x00", 5), 0);
	assert_int_equal(attack_frame(&attack, "\x02\x00", 2), KITH_E_UNEXPECTED);
	assert_int_equal(attack.log.messages, 2 * (KITH_REKEY_FRAMES - 1));
	attack_end(&attack, true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(low_order_ephemerals_are_refused),
		TEST(low_order_static_keys_are_refused),
		TEST(certificates_must_be_current_and_about_the_speaker),
		TEST(certificates_expire),
		TEST(hello_is_read_strictly),
		TEST(hello_has_limits),
		TEST(the_first_message_carries_nothing),
		TEST(every_length_at_its_edges),
		TEST(frames_that_are_none),
		TEST(message_lengths_are_refused_as_soon_as_they_are_known),
		TEST(a_bye_within_a_message_is_no_end),
		TEST(a_message_may_span_a_rekey),
		TEST(a_key_that_is_used_too_long_ends_the_session),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
