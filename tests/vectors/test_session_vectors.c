/*
 * Plays the transcripts of protocol/vectors/session (their form: SPEC section "Session vectors"):
 * each line is either something to do, or what must come of it, byte for byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "keys/secret.h"
#include "protocol/limits.h"
#include "tests/vectors/transcript.h"

#define FOLDER    "protocol/vectors/session/"
#define BYTES_MAX KITH_MESSAGE_MAX_BYTES
#define EVENTS    8

/* One side, as the head of the file describes it. */
struct player {
	struct kith_node_pair node;
	uint8_t ephemeral[KITH_SEED_LEN];
	uint8_t certificate[KITH_HELLO_MAX_BYTES];
	char agent[KITH_AGENT_MAX_BYTES + 1];
	struct kith_rng rng;
	struct kith_session_config config;
	struct kith_session *session;
	char events[EVENTS][LINE_TEXT_MAX]; /* found, and not yet named by a line */
	size_t n_events;
};

struct play {
	struct player initiator, responder;
	struct kith_buf wire; /* output that no line has named yet belongs to the session */
	uint64_t wall_ms, now_ms;
	bool alone; /* only the responder is played: a file of cases */
	size_t lines, cases;
};

static void fixed_fill(void *ctx, void *out, size_t len)
{
	assert_int_equal(len, KITH_SEED_LEN);
	memcpy(out, ctx, len);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Hexadecimal, "-" or LEN*BB. */
static void read_blob(const char *text, struct kith_buf *out)
{
	char *rest;
	size_t len = strtoul(text, &rest, 10);
	uint8_t byte;
	uint8_t *at;

	kith_buf_reset(out);
	if (strcmp(text, "-") == 0)
		return;
	if (*rest == '*') {
		assert_int_equal(kith_hex_parse(rest + 1, &byte, 1), 0);
		at = kith_write_reserve(out, len);
		assert_non_null(at);
		memset(at, byte, len);
		return;
	}
	at = kith_write_reserve(out, strlen(text) / 2);
	assert_non_null(at);
	assert_int_equal(kith_hex_parse(text, at, out->len), 0);
}

/* A line of the head. */
static void describe(struct player *player, const char *what, const char *value)
{
	uint8_t key[KITH_ID_LEN];
	size_t len = strlen(value) / 2;

	if (strcmp(what, "node-secret") == 0) {
		assert_int_equal(kith_hex_parse(value, key, sizeof(key)), 0);
		kith_node_pair_from_seed(key, &player->node);
	} else if (strcmp(what, "node-public") == 0) {
		assert_int_equal(kith_hex_parse(value, key, sizeof(key)), 0);
		assert_memory_equal(key, &player->node.public_key, sizeof(key));
	} else if (strcmp(what, "ephemeral-secret") == 0) {
		assert_int_equal(kith_hex_parse(value, player->ephemeral, KITH_SEED_LEN), 0);
	} else if (strcmp(what, "certificate") == 0) {
		assert_true(len <= sizeof(player->certificate));
		assert_int_equal(kith_hex_parse(value, player->certificate, len), 0);
		player->config.certificate = (struct kith_bytes){player->certificate, len};
	} else if (strcmp(what, "agent") == 0) {
		snprintf(player->agent, sizeof(player->agent), "%s", value);
	} else {
		assert_string_equal(what, "group-public");
	}
	player->rng = (struct kith_rng){fixed_fill, player->ephemeral};
	player->config.node = &player->node;
	player->config.agent = player->agent;
	player->config.rng = &player->rng;
}

/* ---- playing --------------------------------------------------------------------------------- */

static void begin(struct play *play)
{
	struct player *initiator = &play->initiator, *responder = &play->responder;

	kith_session_free(responder->session);
	responder->session = kith_session_accept(&responder->config, play->now_ms, play->wall_ms);
	assert_non_null(responder->session);
	if (play->alone)
		return;
	initiator->session = kith_session_dial(
		&initiator->config, &responder->node.public_key, play->now_ms, play->wall_ms);
	assert_non_null(initiator->session);
}

static void push_event(struct player *player, const char *text)
{
	assert_true(player->n_events < EVENTS);
	snprintf(player->events[player->n_events++], LINE_TEXT_MAX, "%s", text);
}

static void hand_over(struct play *play, struct player *to, const uint8_t *data, size_t len)
{
	struct kith_session_event event;
	char line[LINE_TEXT_MAX];
	int err;

	do {
		err = kith_session_receive(to->session, &data, &len, play->now_ms, &event);
		format_event(to->session, &event, line);
		if (err)
			snprintf(line, sizeof(line), "error %s", kith_err_name(err));
		if (line[0])
			push_event(to, line);
	} while (!err && event.type != KITH_SESSION_NONE);
}

/* A line of bytes: what `from` has for the network is this, and `to` gets it. */
static void carry(struct play *play, struct player *from, struct player *to, const char *text)
{
	struct kith_buf *output = &play->wire;
	char found[BLOB_TEXT_MAX];

	if (from->session) {
		output = kith_session_output(from->session);
		format_blob(output->data, output->len, found);
		assert_string_equal(found, text);
	} else {
		read_blob(text, output);
	}
	if (to->session)
		hand_over(play, to, output->data, output->len);
	kith_buf_consume(output, output->len);
}

static void expect_event(struct player *player, const char *line)
{
	assert_true(player->n_events > 0);
	assert_string_equal(player->events[0], line);
	player->n_events--;
	memmove(player->events[0], player->events[1], player->n_events * LINE_TEXT_MAX);
}

static void do_send(struct play *play, struct player *player, const char *args)
{
	struct kith_buf payload;
	char *rest;
	uint8_t type = (uint8_t)strtoul(args, &rest, 10);

	kith_buf_init(&payload, BYTES_MAX);
	read_blob(rest + 1, &payload);
	assert_int_equal(kith_session_send(player->session, type, payload.data, payload.len, NULL,
				 0, play->now_ms),
		0);
	kith_buf_clear(&payload);
}

static void expect_audit_key(const struct player *player, const char *hex)
{
	const uint8_t *found = kith_session_audit_key(player->session);
	uint8_t key[KITH_AUDIT_KEY_LEN];

	assert_int_equal(kith_hex_parse(hex, key, sizeof(key)), 0);
	assert_non_null(found);
	assert_memory_equal(found, key, sizeof(key));
}

/* A line that begins with a side. */
static void play_side(struct play *play, struct player *player, char *line)
{
	char *args = strchr(line, ' ');
	size_t verb = args ? (size_t)(args - line) : strlen(line);

	args = args ? args + 1 : line + verb;
	if (!player->session && !play->wall_ms) {
		line[verb] = '\0';
		describe(player, line, args);
	} else if (strncmp(line, "send ", 5) == 0) {
		do_send(play, player, args);
	} else if (strcmp(line, "flush") == 0) {
		assert_int_equal(kith_session_flush(player->session, play->now_ms), 0);
	} else if (strncmp(line, "audit-key ", 10) == 0) {
		expect_audit_key(player, args);
	} else if (strncmp(line, "end ", 4) == 0) {
		assert_int_equal(
			kith_session_bye(player->session, (uint8_t)atoi(args), play->now_ms), 0);
	} else {
		expect_event(player, line);
	}
}

/* Before anything new is done, every event and every byte of output must have been named. */
static void nothing_left(const struct play *play)
{
	assert_int_equal(play->initiator.n_events, 0);
	assert_int_equal(play->responder.n_events, 0);
	if (play->initiator.session)
		assert_int_equal(kith_session_output(play->initiator.session)->len, 0);
	if (play->responder.session)
		assert_int_equal(kith_session_output(play->responder.session)->len, 0);
}

static void play_line(struct play *play, char *line)
{
	play->lines++;
	if (line[0] == '#' || line[0] == '\0') {
		return;
	} else if (strncmp(line, "initiator ", 10) == 0) {
		play_side(play, &play->initiator, line + 10);
	} else if (strncmp(line, "responder ", 10) == 0) {
		play_side(play, &play->responder, line + 10);
	} else if (strncmp(line, "wall ", 5) == 0) {
		play->wall_ms = strtoull(line + 5, NULL, 10);
	} else if (strncmp(line, "now ", 4) == 0) {
		play->now_ms = strtoull(line + 4, NULL, 10);
		if (!play->responder.session)
			begin(play);
	} else if (strncmp(line, "case ", 5) == 0) {
		nothing_left(play);
		play->cases++;
		play->alone = true;
		begin(play);
	} else if (line[0] == '>') {
		carry(play, &play->initiator, &play->responder, line + 2);
	} else {
		assert_int_equal(line[0], '<');
		carry(play, &play->responder, &play->initiator, line + 2);
	}
}

static struct play *play_file(const char *path)
{
	struct play *play = calloc(1, sizeof(*play));
	char line[LINE_TEXT_MAX];
	FILE *file = fopen(path, "r");

	assert_non_null(play);
	assert_non_null(file);
	kith_buf_init(&play->wire, BYTES_MAX);
	while (fgets(line, sizeof(line), file)) {
		assert_non_null(strchr(line, '\n'));
		*strchr(line, '\n') = '\0';
		play_line(play, line);
	}
	fclose(file);
	nothing_left(play);
	return play;
}

static void play_free(struct play *play)
{
	kith_session_free(play->initiator.session);
	kith_session_free(play->responder.session);
	kith_buf_clear(&play->wire);
	free(play);
}

static void conversation(void **state)
{
	struct play *play = play_file(FOLDER "conversation.txt");

	(void)state;
	assert_true(play->lines > 70);
	assert_true(kith_session_ended_cleanly(play->initiator.session));
	assert_true(kith_session_ended_cleanly(play->responder.session));
	play_free(play);
}

static void refused(void **state)
{
	struct play *play = play_file(FOLDER "refused.txt");

	(void)state;
	assert_int_equal(play->cases, 24);
	play_free(play);
}

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conversation),
		cmocka_unit_test(refused),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
