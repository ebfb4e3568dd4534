/*
 * two_sessions.h: what the tests of the transport share. Two sides with keys and certificates made
 * from a number, a log of what a session handed out, and a hand-made other side that owns real
 * keys and seals whatever it likes.
 */
#ifndef KITH_TESTS_UNIT_TWO_SESSIONS_H
#define KITH_TESTS_UNIT_TWO_SESSIONS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/secret.h"
#include "protocol/frame.h"
#include "protocol/handshake.h"
#include "protocol/session.h"
#include "tests/unit/seeded.h"

#define WALL_MS       1500000000000ull
#define NOT_AFTER_MS  (WALL_MS + 1000)
#define TAPE_MAX      (64u << 20)
#define HANDSHAKE_ONE (2 + 48)

static inline void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not true: %s\n", what);
	abort();
}
#define MUST(holds) must(holds, #holds)

/* ---- a side: keys, certificate, configuration ------------------------------------------------ */

struct side {
	struct seeded seeded;
	struct kith_rng rng;
	struct kith_node_pair node;
	struct kith_sign_pair group;
	struct kith_buf certificate;
	struct kith_session_config config;
};

static inline void side_init(struct side *side, uint64_t seed)
{
	uint8_t bytes[KITH_SEED_LEN];

	memset(side, 0, sizeof(*side));
	side->seeded.state = seed;
	side->rng = seeded_rng(&side->seeded);
	seeded_fill(&side->seeded, bytes, sizeof(bytes));
	kith_node_pair_from_seed(bytes, &side->node);
	seeded_fill(&side->seeded, bytes, sizeof(bytes));
	kith_sign_pair_from_seed(bytes, &side->group);
	kith_buf_init(&side->certificate, KITH_HELLO_MAX_BYTES);
	MUST(!kith_certificate_sign(
		&side->group, &side->node.public_key, NOT_AFTER_MS, &side->certificate));
	side->config = (struct kith_session_config){
		.node = &side->node,
		.certificate = {side->certificate.data, side->certificate.len},
		.agent = "kith/test",
		.rng = &side->rng,
	};
}

static inline void side_clear(struct side *side)
{
	kith_buf_clear(&side->certificate);
}

/* ---- moving bytes ---------------------------------------------------------------------------- */

/* Takes all output of a session onto a tape. */
static inline void take_output(struct kith_session *from, struct kith_buf *tape)
{
	struct kith_buf *output = kith_session_output(from);

	kith_write(tape, output->data, output->len);
	MUST(!kith_buf_err(tape));
	kith_buf_consume(output, output->len);
}

/* What a session handed out, as bytes, so that two runs can be compared. */
struct log {
	struct kith_buf text;
	size_t established, messages, byes;
	uint8_t last_bye;
};

static inline void log_init(struct log *log)
{
	*log = (struct log){0};
	kith_buf_init(&log->text, TAPE_MAX);
}

static inline void log_event(struct log *log, const struct kith_session_event *event)
{
	if (event->type == KITH_SESSION_NONE)
		return;
	log->established += event->type == KITH_SESSION_ESTABLISHED;
	log->messages += event->type == KITH_SESSION_MESSAGE;
	log->byes += event->type == KITH_SESSION_BYE;
	if (event->type == KITH_SESSION_BYE)
		log->last_bye = event->bye;
	if (event->type != KITH_SESSION_MESSAGE)
		return;
	kith_write_u8(&log->text, event->message_type);
	kith_write_u32(&log->text, (uint32_t)event->payload.len);
	kith_write(&log->text, event->payload.data, event->payload.len);
	MUST(!kith_buf_err(&log->text));
}

/* Feeds bytes until they are used up or an error ends it. */
static inline int feed(
	struct kith_session *to, const uint8_t *data, size_t len, uint64_t now_ms, struct log *log)
{
	struct kith_session_event event;
	int err;

	do {
		err = kith_session_receive(to, &data, &len, now_ms, &event);
		log_event(log, &event);
	} while (!err && event.type != KITH_SESSION_NONE);
	MUST(err || len == 0);
	return err;
}

/* The two sides after a handshake; each tape holds all that was sent in its direction. */
struct talk {
	struct kith_session *a, *b; /* a dialled */
	struct kith_buf from_a, from_b;
	struct log at_a, at_b;
	uint64_t now_ms;
};

static inline void talk_start(struct talk *talk, struct side *a, struct side *b)
{
	*talk = (struct talk){0};
	kith_buf_init(&talk->from_a, TAPE_MAX);
	kith_buf_init(&talk->from_b, TAPE_MAX);
	log_init(&talk->at_a);
	log_init(&talk->at_b);
	talk->a = kith_session_dial(&a->config, &b->node.public_key, 0, WALL_MS);
	talk->b = kith_session_accept(&b->config, 0, WALL_MS);
	MUST(talk->a && talk->b);
}

/* Moves what a has to say to b; the bytes stay on the tape. */
static inline int a_to_b(struct talk *talk)
{
	size_t before = talk->from_a.len;

	take_output(talk->a, &talk->from_a);
	return feed(talk->b, talk->from_a.data + before, talk->from_a.len - before, talk->now_ms,
		&talk->at_b);
}

static inline int b_to_a(struct talk *talk)
{
	size_t before = talk->from_b.len;

	take_output(talk->b, &talk->from_b);
	return feed(talk->a, talk->from_b.data + before, talk->from_b.len - before, talk->now_ms,
		&talk->at_a);
}

static inline void talk_establish(struct talk *talk)
{
	MUST(!a_to_b(talk) && !b_to_a(talk) && !a_to_b(talk));
	MUST(talk->at_a.established == 1 && talk->at_b.established == 1);
}

static inline void talk_end(struct talk *talk)
{
	kith_session_free(talk->a);
	kith_session_free(talk->b);
	kith_buf_clear(&talk->from_a);
	kith_buf_clear(&talk->from_b);
	kith_buf_clear(&talk->at_a.text);
	kith_buf_clear(&talk->at_b.text);
}

/* ---- after an error -------------------------------------------------------------------------- */

/* A dead session says nothing, takes nothing, and never ended cleanly. */
static inline void assert_dead(struct kith_session *session)
{
	struct kith_session_event event;
	const uint8_t *data = (const uint8_t *)"x";
	size_t len = 1;

	MUST(kith_session_output(session)->len == 0);
	MUST(kith_session_output(session)->data == NULL);
	MUST(kith_session_receive(session, &data, &len, 0, &event) == KITH_E_STATE);
	MUST(event.type == KITH_SESSION_NONE);
	MUST(kith_session_send(session, 1, "x", 1, NULL, 0, 0) == KITH_E_STATE);
	MUST(kith_session_flush(session, 0) == KITH_E_STATE);
	MUST(kith_session_bye(session, 0, 0) == KITH_E_STATE);
	MUST(kith_session_output(session)->len == 0);
	MUST(!kith_session_ended_cleanly(session));
	MUST(kith_session_deadline_ms(session) == UINT64_MAX);
}

/* ---- a hand-made initiator ------------------------------------------------------------------- */

/* Speaks Noise truly, and says in it what it likes. */
struct forger {
	struct kith_noise noise;
	struct kith_cipher send, receive;
	struct kith_buf wire; /* what it has for the network */
};

static inline void forger_init(struct forger *forger, struct side *own, const struct side *target)
{
	kith_buf_init(&forger->wire, TAPE_MAX);
	kith_handshake_init(&forger->noise, &own->config, &target->node.public_key);
}

/* The next handshake message with any payload. */
static inline void forger_message(struct forger *forger, const uint8_t *payload, size_t len)
{
	size_t msg_len = len + kith_noise_overhead(forger->noise.step);
	uint8_t *at;

	kith_write_u16(&forger->wire, (uint16_t)msg_len);
	at = kith_write_reserve(&forger->wire, msg_len);
	MUST(at && !kith_noise_create(&forger->noise, payload, len, at, &msg_len));
}

/* Takes the responder's message 2 from its output. */
static inline void forger_hear(struct forger *forger, struct kith_session *target)
{
	struct kith_buf *output = kith_session_output(target);
	uint8_t payload[KITH_HELLO_MAX_BYTES];
	size_t len;

	MUST(output->len > 2);
	MUST(!kith_noise_consume(&forger->noise, output->data + 2, output->len - 2, payload, &len));
	kith_buf_consume(output, output->len);
}

/* Sends what is on the wire to the target. */
static inline int forger_push(struct forger *forger, struct kith_session *target, struct log *log)
{
	int err = feed(target, forger->wire.data, forger->wire.len, 0, log);

	kith_buf_reset(&forger->wire);
	return err;
}

/* Up to and with message 2: message 3 is next. */
static inline void forger_open(struct forger *forger, struct kith_session *target, struct log *log)
{
	forger_message(forger, NULL, 0);
	MUST(!forger_push(forger, target, log));
	forger_hear(forger, target);
}

/* Message 3 with an honest Hello. */
static inline void forger_hello(struct forger *forger, const struct side *own)
{
	const struct kith_hello hello = {
		.certificate = own->config.certificate, .agent = own->config.agent};
	uint8_t payload[KITH_HELLO_MAX_BYTES];
	size_t len;

	MUST(!kith_hello_encode(&hello, payload, &len));
	forger_message(forger, payload, len);
}

static inline void forger_split(struct forger *forger)
{
	uint8_t hash[KITH_BLAKE2B_LEN];

	MUST(!kith_noise_split(&forger->noise, &forger->send, &forger->receive, hash));
}

/* All of the handshake, as an honest side would do it. */
static inline void forger_establish(
	struct forger *forger, const struct side *own, struct kith_session *target, struct log *log)
{
	forger_open(forger, target, log);
	forger_hello(forger, own);
	MUST(!forger_push(forger, target, log));
	forger_split(forger);
}

/* A sealed frame of any plaintext, of which there may be none. */
static inline void forger_frame(struct forger *forger, const uint8_t *plain, size_t len)
{
	uint8_t *at;

	kith_write_u16(&forger->wire, (uint16_t)(len + KITH_FRAME_TAG_BYTES));
	at = kith_write_reserve(&forger->wire, len + KITH_FRAME_TAG_BYTES);
	MUST(at && !kith_cipher_encrypt(&forger->send, NULL, 0, plain, len, at));
}

static inline void forger_clear(struct forger *forger)
{
	kith_buf_clear(&forger->wire);
	kith_noise_clear(&forger->noise);
}

#endif
