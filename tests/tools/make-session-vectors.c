/*
 * make-session-vectors.c: writes the transcripts of protocol/vectors/session to standard output.
 *
 *     build/tests/make-session-vectors conversation > protocol/vectors/session/conversation.txt
 *     build/tests/make-session-vectors refused      > protocol/vectors/session/refused.txt
 *
 * A change of these files is a change of the protocol.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/two_sessions.h"
#include "tests/vectors/transcript.h"

/* ---- the cast -------------------------------------------------------------------------------- */

struct cast {
	struct side initiator, responder;
	uint8_t initiator_ephemeral[KITH_SEED_LEN], responder_ephemeral[KITH_SEED_LEN];
};

/* Hands out the same 32 bytes each time: the secret ephemeral key. */
static void fixed_fill(void *ctx, void *out, size_t len)
{
	MUST(len == KITH_SEED_LEN);
	memcpy(out, ctx, len);
}

static void print_hex(const char *name, const void *data, size_t len)
{
	char text[2 * KITH_HELLO_MAX_BYTES + 1];

	MUST(len <= KITH_HELLO_MAX_BYTES);
	kith_hex_format(data, len, text);
	printf("%s %s\n", name, text);
}

static void print_side(const char *who, const struct side *side, const uint8_t *ephemeral)
{
	char name[64];

	snprintf(name, sizeof(name), "%s node-secret", who);
	print_hex(name, side->node.secret, sizeof(side->node.secret));
	snprintf(name, sizeof(name), "%s node-public", who);
	print_hex(name, &side->node.public_key, KITH_ID_LEN);
	snprintf(name, sizeof(name), "%s group-public", who);
	print_hex(name, &side->group.public_key, KITH_ID_LEN);
	snprintf(name, sizeof(name), "%s ephemeral-secret", who);
	print_hex(name, ephemeral, KITH_SEED_LEN);
	snprintf(name, sizeof(name), "%s certificate", who);
	print_hex(name, side->certificate.data, side->certificate.len);
	printf("%s agent %s\n", who, side->config.agent);
}

static void cast_init(struct cast *cast)
{
	side_init(&cast->initiator, 1001);
	side_init(&cast->responder, 1002);
	cast->initiator.config.agent = "kith/vectors";
	cast->responder.config.agent = "kith/vectors (responder)";
	seeded_fill(&cast->initiator.seeded, cast->initiator_ephemeral, KITH_SEED_LEN);
	seeded_fill(&cast->responder.seeded, cast->responder_ephemeral, KITH_SEED_LEN);
	cast->initiator.rng = (struct kith_rng){fixed_fill, cast->initiator_ephemeral};
	cast->responder.rng = (struct kith_rng){fixed_fill, cast->responder_ephemeral};
	print_side("initiator", &cast->initiator, cast->initiator_ephemeral);
	print_side("responder", &cast->responder, cast->responder_ephemeral);
	printf("wall %llu\n", (unsigned long long)WALL_MS);
}

static void cast_clear(struct cast *cast)
{
	side_clear(&cast->initiator);
	side_clear(&cast->responder);
}

/* ---- bytes and events ------------------------------------------------------------------------ */

static void print_events(const char *who, struct kith_session *session, const uint8_t *data,
	size_t len, uint64_t now_ms)
{
	struct kith_session_event event;
	char line[LINE_TEXT_MAX];
	int err;

	do {
		err = kith_session_receive(session, &data, &len, now_ms, &event);
		if (err) {
			printf("%s error %s\n", who, kith_err_name(err));
			return;
		}
		format_event(session, &event, line);
		if (line[0])
			printf("%s %s\n", who, line);
	} while (event.type != KITH_SESSION_NONE);
}

static void print_blob(const char *what, const uint8_t *data, size_t len)
{
	char blob[BLOB_TEXT_MAX];

	format_blob(data, len, blob);
	printf("%s %s\n", what, blob);
}

/* Prints what one side has for the network, hands it to the other, and prints what that finds. */
static void carry(struct talk *talk, bool to_responder)
{
	struct kith_session *from = to_responder ? talk->a : talk->b;
	struct kith_session *to = to_responder ? talk->b : talk->a;
	struct kith_buf *output = kith_session_output(from);

	print_blob(to_responder ? ">" : "<", output->data, output->len);
	print_events(to_responder ? "responder" : "initiator", to, output->data, output->len,
		talk->now_ms);
	kith_buf_consume(output, output->len);
}

/* ---- a conversation -------------------------------------------------------------------------- */

static void say(struct talk *talk, bool initiator, uint8_t type, const void *payload, size_t len)
{
	char blob[BLOB_TEXT_MAX];

	format_blob(payload, len, blob);
	printf("%s send %u %s\n", initiator ? "initiator" : "responder", type, blob);
	MUST(!kith_session_send(
		initiator ? talk->a : talk->b, type, payload, len, NULL, 0, talk->now_ms));
}

static void flush(struct talk *talk, bool initiator)
{
	printf("%s flush\n", initiator ? "initiator" : "responder");
	MUST(!kith_session_flush(initiator ? talk->a : talk->b, talk->now_ms));
	carry(talk, initiator);
}

static void bye(struct talk *talk, bool initiator, uint8_t reason)
{
	printf("%s end %u\n", initiator ? "initiator" : "responder", reason);
	MUST(!kith_session_bye(initiator ? talk->a : talk->b, reason, talk->now_ms));
	carry(talk, initiator);
}

static void at(struct talk *talk, uint64_t now_ms)
{
	talk->now_ms = now_ms;
	printf("now %llu\n", (unsigned long long)now_ms);
}

static void conversation(struct cast *cast)
{
	static uint8_t large[150000];
	struct talk talk;

	talk_start(&talk, &cast->initiator, &cast->responder);
	printf("\n# the handshake\n");
	at(&talk, 0);
	carry(&talk, true);
	carry(&talk, false);
	carry(&talk, true);
	print_blob("initiator audit-key", kith_session_audit_key(talk.a), KITH_AUDIT_KEY_LEN);
	print_blob("responder audit-key", kith_session_audit_key(talk.b), KITH_AUDIT_KEY_LEN);

	printf("\n# messages that share a frame, an empty one, an answer\n");
	say(&talk, true, 1, "one", 3);
	say(&talk, true, 2, "", 0);
	flush(&talk, true);
	say(&talk, false, 255, "an answer", 9);
	flush(&talk, false);

	printf("\n# a message that just fills a frame; one of a byte more; one that spans three\n");
	memset(large, 'k', sizeof(large));
	say(&talk, true, 3, large, 65514);
	flush(&talk, true);
	say(&talk, true, 4, large, 65515);
	flush(&talk, true);
	say(&talk, false, 5, large, sizeof(large));
	flush(&talk, false);

	printf("\n# an hour after the handshake: a rekey of each direction, when it is next "
	       "used\n");
	at(&talk, KITH_REKEY_MS - 1);
	say(&talk, true, 6, "old key", 7);
	flush(&talk, true);
	at(&talk, KITH_REKEY_MS);
	say(&talk, true, 7, "new key", 7);
	flush(&talk, true);
	say(&talk, true, 8, "same key", 8);
	flush(&talk, true);
	say(&talk, false, 9, "new key", 7);
	flush(&talk, false);

	printf("\n# the end, first of one direction, then of the other\n");
	say(&talk, true, 10, "last words", 10);
	bye(&talk, true, KITH_BYE_SHUTDOWN);
	bye(&talk, false, KITH_BYE_REMOVED);
	talk_end(&talk);
}

/* ---- what is refused ------------------------------------------------------------------------- */

/* A responder that ends in an error; what it is sent is printed line by line. */
struct refusal {
	struct cast *cast;
	struct kith_session *responder;
	struct forger forger;
};

static void refusal_begin(struct refusal *refusal, struct cast *cast, const char *name)
{
	printf("\ncase %s\n", name);
	refusal->cast = cast;
	refusal->responder = kith_session_accept(&cast->responder.config, 0, WALL_MS);
	MUST(refusal->responder);
	forger_init(&refusal->forger, &cast->initiator, &cast->responder);
}

/* Sends what the forger has on its wire. */
static void push(struct refusal *refusal)
{
	struct kith_buf *wire = &refusal->forger.wire;
	struct kith_buf *output;

	print_blob(">", wire->data, wire->len);
	print_events("responder", refusal->responder, wire->data, wire->len, 0);
	kith_buf_reset(wire);
	output = kith_session_output(refusal->responder);
	if (output->len)
		print_blob("<", output->data, output->len);
}

static void refusal_end(struct refusal *refusal)
{
	forger_clear(&refusal->forger);
	kith_session_free(refusal->responder);
}

static void refuse_bytes(struct cast *cast, const char *name, const void *bytes, size_t len)
{
	struct refusal refusal;

	refusal_begin(&refusal, cast, name);
	kith_write(&refusal.forger.wire, bytes, len);
	push(&refusal);
	refusal_end(&refusal);
}

static void refuse_openings(struct cast *cast)
{
	uint8_t msg[50] = {0, 48};
	struct refusal refusal;

	refuse_bytes(cast, "a length of nothing", "\0\0", 2);
	refuse_bytes(cast, "a first message one byte short", "\0\x2f", 2);
	refuse_bytes(cast, "a first message with a payload", "\0\x31", 2);
	refuse_bytes(cast, "the largest length", "\xff\xff", 2);
	refuse_bytes(cast, "an ephemeral key of zeros", msg, sizeof(msg));
	msg[2] = 1;
	refuse_bytes(cast, "an ephemeral key of small order", msg, sizeof(msg));
	refusal_begin(&refusal, cast, "a first message with one bit changed");
	forger_message(&refusal.forger, NULL, 0);
	refusal.forger.wire.data[33] ^= 0x80; /* the bit of the key that X25519 does not look at */
	push(&refusal);
	refusal_end(&refusal);
}

static void refuse_hello(struct cast *cast, const char *name, const void *payload, size_t len)
{
	struct refusal refusal;

	refusal_begin(&refusal, cast, name);
	forger_message(&refusal.forger, NULL, 0);
	push(&refusal);
	forger_hear(&refusal.forger, refusal.responder);
	forger_message(&refusal.forger, payload, len);
	push(&refusal);
	refusal_end(&refusal);
}

/* A Hello with this certificate, and more bytes behind it. */
static void refuse_hello_with(struct cast *cast, const char *name,
	const struct kith_buf *certificate, const void *more, size_t more_len)
{
	const struct kith_hello hello = {.certificate = {certificate->data, certificate->len}};
	uint8_t payload[KITH_HELLO_MAX_BYTES + 100];
	size_t len;

	MUST(!kith_hello_encode(&hello, payload, &len));
	memcpy(payload + len, more, more_len);
	refuse_hello(cast, name, payload, len + more_len);
}

static void refuse_hellos(struct cast *cast)
{
	struct side *own = &cast->initiator;
	struct kith_buf certificate;

	refuse_hello(cast, "no Hello at all", "", 0);
	refuse_hello(cast, "another version", "\x08\x02", 2);
	refuse_hello(cast, "no certificate", "\x08\x01", 2);
	refuse_hello_with(cast, "a field twice", &own->certificate, "\x08\x01", 2);
	refuse_hello_with(
		cast, "the certificate of another node", &cast->responder.certificate, "", 0);
	kith_buf_init(&certificate, KITH_HELLO_MAX_BYTES);
	MUST(!kith_certificate_sign(&own->group, &own->node.public_key, WALL_MS - 1, &certificate));
	refuse_hello_with(cast, "an expired certificate", &certificate, "", 0);
	kith_buf_reset(&certificate);
	kith_write(&certificate, own->certificate.data, own->certificate.len);
	certificate.data[certificate.len - 1] ^= 0x01;
	refuse_hello_with(
		cast, "a certificate with one bit of its signature changed", &certificate, "", 0);
	kith_buf_clear(&certificate);
}

static void refuse_frames(struct cast *cast, const char *name, const void *first, size_t first_len,
	const void *second, size_t second_len)
{
	struct refusal refusal;
	struct log log;

	log_init(&log);
	refusal_begin(&refusal, cast, name);
	forger_message(&refusal.forger, NULL, 0);
	push(&refusal);
	forger_hear(&refusal.forger, refusal.responder);
	forger_hello(&refusal.forger, &cast->initiator);
	push(&refusal);
	forger_split(&refusal.forger);
	forger_frame(&refusal.forger, first, first_len);
	push(&refusal);
	if (second_len) {
		forger_frame(&refusal.forger, second, second_len);
		push(&refusal);
	}
	refusal_end(&refusal);
}

static void refused(struct cast *cast)
{
	refuse_openings(cast);
	refuse_hellos(cast);
	refuse_frames(cast, "a frame without a type", "", 0, "", 0);
	refuse_frames(cast, "a frame of an unknown type", "\x03x", 2, "", 0);
	refuse_frames(cast, "a data frame without data", "\x00", 1, "", 0);
	refuse_frames(cast, "a rekey with something in it", "\x01x", 2, "", 0);
	refuse_frames(cast, "a bye without a reason", "\x02", 1, "", 0);
	refuse_frames(cast, "a bye of two bytes", "\x02\x00\x00", 3, "", 0);
	refuse_frames(cast, "a message one byte over the limit", "\x00\x01\x04\x00\x01", 5, "", 0);
	refuse_frames(cast, "a bye within a message", "\x00\x01\x00\x00\x02x", 6, "\x02\x00", 2);
	refuse_frames(cast, "a frame after the bye", "\x02\x00", 2, "\x00\x01\x00\x00\x00", 5);
	refuse_frames(cast, "the old key after a rekey", "\x01", 1, "\x00\x01\x00\x00\x00", 5);
}

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";
	bool talk = strcmp(what, "conversation") == 0;
	struct cast cast;

	if (kith_keys_init() || (!talk && strcmp(what, "refused") != 0)) {
		fprintf(stderr, "usage: make-session-vectors conversation|refused\n");
		return 2;
	}
	printf("# kith/1 sessions: %s. How to read this: SPEC section \"Session vectors\".\n",
		talk ? "a conversation" : "what a responder refuses");
	cast_init(&cast);
	if (talk)
		conversation(&cast);
	else
		refused(&cast);
	cast_clear(&cast);
	return 0;
}
