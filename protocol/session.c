/*
 * session.c: see session.h. From the network to a message a byte goes through frame.c (cut),
 * noise.c (opened), stream.c (put together); the way out is the same backwards. This file decides
 * what may come when.
 *
 *   S1  Nothing is handed out that was not authenticated, and nothing at all before ESTABLISHED.
 *   S2  A responder's output is empty until a valid first message has come.
 *   S3  After an error the output is empty, the keys are gone, and every call says KITH_E_STATE.
 *   S4  No key seals or opens more than KITH_REKEY_FRAMES frames; the last of them is a rekey.
 *   S5  An idle session holds its structs and one guarded page of keys, no buffers.
 */
#include "protocol/session.h"

#include <stdlib.h>
#include <string.h>

#include "keys/secret.h"
#include "protocol/frame.h"
#include "protocol/handshake.h"
#include "protocol/stream.h"

/* The caller stops at KITH_SEND_QUEUE_MAX_BYTES; this is where the session stops the caller. */
#define OUTPUT_MAX (2 * KITH_SEND_QUEUE_MAX_BYTES)
/* Above OUTPUT_MAX: lengths, tags, types and rekeys of the last frames, and the Bye. */
#define OUTPUT_MARGIN (64u * 1024)

static const char audit_label[] = "kith/1 audit key";

/* Guarded pages are dear (each allocation takes four), so one holds all that a session keeps
 * secret. */
struct secrets {
	struct kith_cipher send, receive;
	struct kith_noise noise; /* cleared once split */
	uint8_t audit_key[KITH_AUDIT_KEY_LEN];
};

/* How much one key has been used. */
struct wear {
	uint32_t frames;
	uint64_t since_ms;
};

struct kith_session {
	struct kith_session_config config;
	uint64_t deadline_ms, wall_ms, heard_ms;
	bool initiator, established, dead;
	bool said_bye, heard_bye;
	struct wear sent, received;
	struct secrets *secrets;

	struct kith_frame_reader reader;
	struct kith_stream stream;
	struct kith_buf pending; /* plaintext of the data frame that is being filled, type first */
	struct kith_buf output;

	struct kith_session_peer peer;
	uint8_t hash[KITH_BLAKE2B_LEN];
};

/* ---- life ------------------------------------------------------------------------------------ */

/* Output and keys go, S3. What was received stays until kith_session_receive() is called again: the
 * caller may be looking at a message, and have found while answering it that there is no memory. */
static int die(struct kith_session *session, int err)
{
	kith_buf_clear(&session->pending);
	kith_buf_clear(&session->output);
	kith_secret_free(session->secrets);
	session->secrets = NULL;
	session->dead = true;
	return err;
}

static void drop_received(struct kith_session *session)
{
	kith_frame_reader_clear(&session->reader);
	kith_stream_clear(&session->stream);
}

/* Whether our Hello will fit is a question of configuration; better asked before the other side
 * waits. */
static int check_config(const struct kith_session_config *config)
{
	const struct kith_hello hello = {.certificate = config->certificate,
		.capabilities = config->capabilities,
		.agent = config->agent};
	uint8_t encoded[KITH_HELLO_MAX_BYTES];
	size_t len;

	return kith_hello_encode(&hello, encoded, &len);
}

static struct kith_session *session_new(const struct kith_session_config *config,
	const struct kith_node_key *remote, uint64_t now_ms, uint64_t wall_ms)
{
	struct kith_session *session;

	if (check_config(config))
		return NULL;
	session = calloc(1, sizeof(*session));
	if (!session)
		return NULL;
	session->secrets = kith_secret_new(sizeof(*session->secrets));
	if (!session->secrets) {
		free(session);
		return NULL;
	}
	session->config = *config;
	session->deadline_ms = now_ms + KITH_HANDSHAKE_MS;
	session->wall_ms = wall_ms;
	session->initiator = remote != NULL;
	kith_frame_reader_init(&session->reader);
	kith_stream_init(&session->stream);
	kith_buf_init(&session->pending, KITH_FRAME_PLAIN_MAX);
	kith_buf_init(&session->output, OUTPUT_MAX + OUTPUT_MARGIN);
	kith_handshake_init(&session->secrets->noise, config, remote);
	return session;
}

struct kith_session *kith_session_dial(const struct kith_session_config *config,
	const struct kith_node_key *remote, uint64_t now_ms, uint64_t wall_ms)
{
	struct kith_session *session = session_new(config, remote, now_ms, wall_ms);

	if (session && kith_handshake_create(&session->secrets->noise, config, &session->output)) {
		kith_session_free(session);
		return NULL;
	}
	return session;
}

struct kith_session *kith_session_accept(
	const struct kith_session_config *config, uint64_t now_ms, uint64_t wall_ms)
{
	return session_new(config, NULL, now_ms, wall_ms);
}

void kith_session_free(struct kith_session *session)
{
	if (!session)
		return;
	drop_received(session);
	(void)die(session, 0);
	kith_wipe(session, sizeof(*session));
	free(session);
}

void kith_session_replace_certificate(struct kith_session *session, struct kith_bytes certificate)
{
	session->config.certificate = certificate;
}

/* ---- receiving ------------------------------------------------------------------------------- */

static int establish(struct kith_session *session, uint64_t now_ms)
{
	struct secrets *secrets = session->secrets;
	int err =
		kith_noise_split(&secrets->noise, &secrets->send, &secrets->receive, session->hash);

	if (!err)
		err = kith_noise_export(&secrets->noise, audit_label, secrets->audit_key);
	kith_noise_clear(&secrets->noise);
	session->established = !err;
	session->sent = session->received = (struct wear){.since_ms = now_ms};
	return err;
}

/* One handshake message of the other side, and ours if it is our turn then. */
static int take_handshake(struct kith_session *session, struct kith_bytes msg, uint64_t now_ms,
	struct kith_session_event *event)
{
	struct kith_noise *noise = &session->secrets->noise;
	int err = kith_handshake_consume(
		noise, &session->config, session->wall_ms, msg, &session->peer);

	if (!err && noise->step < 3)
		err = kith_handshake_create(noise, &session->config, &session->output);
	if (!err && noise->step == 3) {
		err = establish(session, now_ms);
		event->type = KITH_SESSION_ESTABLISHED;
	}
	return err;
}

/* The reason is taken from the other side; any byte is valid. */
static int take_bye(
	struct kith_session *session, struct kith_bytes plain, struct kith_session_event *event)
{
	/* A Bye in the middle of a message would call a cut clean. */
	if (plain.len != 2 || kith_stream_midway(&session->stream))
		return KITH_E_MALFORMED;
	session->heard_bye = true;
	event->type = KITH_SESSION_BYE;
	event->bye = plain.data[1];
	return 0;
}

static int take_rekey(struct kith_session *session, struct kith_bytes plain)
{
	if (plain.len != 1)
		return KITH_E_MALFORMED;
	kith_cipher_rekey(&session->secrets->receive);
	session->received.frames = 0;
	return 0;
}

static int take_frame(
	struct kith_session *session, struct kith_bytes sealed, struct kith_session_event *event)
{
	struct kith_bytes plain;
	int err = kith_frame_open(&session->reader, &session->secrets->receive, sealed, &plain);

	if (err)
		return err;
	session->received.frames++;
	if (plain.data[0] == KITH_FRAME_REKEY)
		return take_rekey(session, plain);
	if (session->received.frames >= KITH_REKEY_FRAMES) /* S4 */
		return KITH_E_UNEXPECTED;
	if (plain.data[0] == KITH_FRAME_BYE)
		return take_bye(session, plain, event);
	if (plain.data[0] != KITH_FRAME_DATA || plain.len == 1)
		return KITH_E_MALFORMED;
	kith_stream_feed(&session->stream, (struct kith_bytes){plain.data + 1, plain.len - 1});
	return 0;
}

static int next_message(struct kith_session *session, struct kith_session_event *event)
{
	bool found;
	int err = kith_stream_next(&session->stream, &event->message_type, &event->payload, &found);

	if (!err && found)
		event->type = KITH_SESSION_MESSAGE;
	return err;
}

/* One piece from the network, if it is whole. */
static int next_piece(struct kith_session *session, const uint8_t **data, size_t *len,
	uint64_t now_ms, struct kith_session_event *event, bool *found)
{
	size_t min = 1 + KITH_FRAME_TAG_BYTES, max = KITH_FRAME_MAX_BYTES;
	struct kith_bytes piece;
	int err;

	if (!session->established)
		kith_handshake_bounds(&session->secrets->noise, &min, &max);
	err = kith_frame_read(&session->reader, data, len, min, max, &piece, found);
	if (err || !*found)
		return err;
	err = session->established ? take_frame(session, piece, event)
				   : take_handshake(session, piece, now_ms, event);
	if (!err && session->established)
		session->heard_ms = now_ms;
	return err;
}

static int receive(struct kith_session *session, const uint8_t **data, size_t *len, uint64_t now_ms,
	struct kith_session_event *event)
{
	bool found = true;
	int err = 0;

	while (!err && found && event->type == KITH_SESSION_NONE) {
		err = next_message(session, event);
		if (err || event->type != KITH_SESSION_NONE)
			return err;
		if (session->heard_bye && *len > 0)
			return KITH_E_UNEXPECTED;
		err = next_piece(session, data, len, now_ms, event, &found);
	}
	return err;
}

int kith_session_receive(struct kith_session *session, const uint8_t **data, size_t *len,
	uint64_t now_ms, struct kith_session_event *event)
{
	int err = KITH_E_STATE;

	*event = (struct kith_session_event){0};
	if (!session->dead && now_ms >= kith_session_deadline_ms(session))
		err = KITH_E_TIMEOUT;
	else if (!session->dead)
		err = receive(session, data, len, now_ms, event);
	if (err) {
		*event = (struct kith_session_event){0};
		drop_received(session);
		return die(session, err);
	}
	/* S5: nothing looks into the reader's memory now, and no part of a frame is in it. */
	if (event->type == KITH_SESSION_NONE && !kith_frame_midway(&session->reader))
		kith_frame_reader_clear(&session->reader);
	return 0;
}

/* ---- sending --------------------------------------------------------------------------------- */

/* S4. Counts the frame that is about to be sealed, and puts a rekey before it when that is due. */
static int wear_key(struct kith_session *session, uint64_t now_ms)
{
	static const uint8_t rekey[] = {KITH_FRAME_REKEY};
	struct wear *sent = &session->sent;
	struct kith_cipher *cipher = &session->secrets->send;
	bool old = now_ms > sent->since_ms && now_ms - sent->since_ms >= KITH_REKEY_MS;
	int err = 0;

	if (old || sent->frames >= KITH_REKEY_FRAMES - 1) {
		err = kith_frame_seal(cipher, rekey, sizeof(rekey), &session->output);
		kith_cipher_rekey(cipher);
		*sent = (struct wear){.since_ms = now_ms};
	}
	sent->frames++;
	return err;
}

static int seal(struct kith_session *session, const uint8_t *plain, size_t len, uint64_t now_ms)
{
	int err = wear_key(session, now_ms);

	if (!err)
		err = kith_frame_seal(&session->secrets->send, plain, len, &session->output);
	return err;
}

static int seal_pending(struct kith_session *session, uint64_t now_ms)
{
	int err = 0;

	if (session->pending.len > 0)
		err = seal(session, session->pending.data, session->pending.len, now_ms);
	kith_buf_reset(&session->pending);
	return err;
}

/* Adds to the data frame that is being filled; seals it whenever it is full. */
static int fill(struct kith_session *session, const void *data, size_t len, uint64_t now_ms)
{
	struct kith_buf *pending = &session->pending;
	const uint8_t *next = data;
	size_t n;
	int err = 0;

	while (len > 0 && !err) {
		if (pending->len == 0)
			kith_write_u8(pending, KITH_FRAME_DATA);
		n = KITH_FRAME_PLAIN_MAX - pending->len;
		n = n < len ? n : len;
		kith_write(pending, next, n);
		next += n;
		len -= n;
		err = kith_buf_err(pending);
		if (!err && pending->len == KITH_FRAME_PLAIN_MAX)
			err = seal_pending(session, now_ms);
	}
	return err;
}

static bool can_send(const struct kith_session *session)
{
	return session->established && !session->dead && !session->said_bye;
}

int kith_session_send(struct kith_session *session, uint8_t message_type, const void *a,
	size_t a_len, const void *b, size_t b_len, uint64_t now_ms)
{
	uint8_t head[KITH_MESSAGE_HEAD_BYTES];
	int err;

	if (!can_send(session))
		return KITH_E_STATE;
	if (a_len > KITH_MESSAGE_MAX_BYTES || b_len > KITH_MESSAGE_MAX_BYTES - a_len)
		return KITH_E_TOO_LARGE;
	if (session->output.len + session->pending.len + a_len + b_len > OUTPUT_MAX)
		return KITH_E_STATE;
	kith_stream_head(message_type, a_len + b_len, head);
	err = fill(session, head, sizeof(head), now_ms);
	if (!err)
		err = fill(session, a, a_len, now_ms);
	if (!err)
		err = fill(session, b, b_len, now_ms);
	return err ? die(session, err) : 0; /* half a message is in the stream, or may be */
}

int kith_session_flush(struct kith_session *session, uint64_t now_ms)
{
	int err;

	if (session->dead)
		return KITH_E_STATE;
	if (!can_send(session))
		return 0;
	err = seal_pending(session, now_ms);
	kith_buf_clear(&session->pending); /* S5 */
	return err ? die(session, err) : 0;
}

int kith_session_bye(struct kith_session *session, uint8_t reason, uint64_t now_ms)
{
	const uint8_t plain[] = {KITH_FRAME_BYE, reason};
	int err = kith_session_flush(session, now_ms);

	if (!err && can_send(session)) {
		err = seal(session, plain, sizeof(plain), now_ms);
		if (err)
			return die(session, err);
	}
	session->said_bye = true;
	return err;
}

/* ---- asking ---------------------------------------------------------------------------------- */

struct kith_buf *kith_session_output(struct kith_session *session)
{
	if (session->output.len == 0)
		kith_buf_clear(&session->output); /* S5 */
	return &session->output;
}

const struct kith_session_peer *kith_session_peer(const struct kith_session *session)
{
	return session->established ? &session->peer : NULL;
}

const uint8_t *kith_session_hash(const struct kith_session *session)
{
	return session->hash;
}

const uint8_t *kith_session_audit_key(const struct kith_session *session)
{
	return session->established && !session->dead ? session->secrets->audit_key : NULL;
}

bool kith_session_is_initiator(const struct kith_session *session)
{
	return session->initiator;
}

bool kith_session_ended_cleanly(const struct kith_session *session)
{
	return session->heard_bye && !session->dead;
}

uint64_t kith_session_heard_ms(const struct kith_session *session)
{
	return session->heard_ms;
}

uint64_t kith_session_deadline_ms(const struct kith_session *session)
{
	return session->established || session->dead ? UINT64_MAX : session->deadline_ms;
}

const char *kith_bye_name(uint8_t reason)
{
	static const char *const names[] = {
		[KITH_BYE_SHUTDOWN] = "shutdown",
		[KITH_BYE_DUPLICATE] = "duplicate",
		[KITH_BYE_REFUSED] = "refused",
		[KITH_BYE_PAUSED] = "paused",
		[KITH_BYE_PROTOCOL] = "protocol",
		[KITH_BYE_OVERLOAD] = "overload",
		[KITH_BYE_REMOVED] = "removed",
	};

	return reason < sizeof(names) / sizeof(names[0]) ? names[reason] : "unknown";
}
