/* hostile.c: see hostile.h. The transport below is the real one; what is said over it is not. */
#include "tests/sim/hostile.h"

#include "protocol/message.h"
#include "protocol/reconcile.h"
#include "protocol/session.h"
#include "tests/sim/must.h"
#include "tests/sim/talk.h"
#include "tests/sim/world.h"

#define MADE_UP_IDS 500

struct sim_hostile *sim_hostile_new(void)
{
	return must_calloc(1, sizeof(struct sim_hostile));
}

static void talk_free(struct talk *talk)
{
	kith_session_free(talk->session);
	free(talk);
}

void sim_hostile_free(struct sim_hostile *hostile)
{
	if (!hostile)
		return;
	while (hostile->talks) {
		struct talk *talk = hostile->talks;

		hostile->talks = talk->next;
		talk_free(talk);
	}
	free(hostile);
}

/* ---- saying ---------------------------------------------------------------------------------- */

void sim_talk_say(
	struct sim_world *world, struct talk *talk, uint8_t type, const struct kith_buf *buf)
{
	MUST(kith_buf_err(buf) == 0);
	if (kith_session_send(talk->session, type, buf->data, buf->len, NULL, 0, sim_now_ms(world)))
		talk->over = true;
}

static void name_circles(struct sim_world *world, struct talk *talk, uint64_t count)
{
	const struct kith_circle commons = kith_circle_commons();
	struct kith_scope scope = {.counts = {count, count}};
	struct kith_buf buf;

	kith_message_tag(&commons, kith_session_hash(talk->session), scope.tag);
	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	kith_write_scope(&buf, &scope);
	sim_talk_say(world, talk, KITH_MESSAGE_SCOPE, &buf);
	kith_buf_clear(&buf);
}

void sim_talk_write_tag(const struct talk *talk, uint8_t class_, struct kith_buf *out)
{
	const struct kith_circle commons = kith_circle_commons();
	struct kith_set_tag tag = {.class_ = class_};

	kith_message_tag(&commons, kith_session_hash(talk->session), tag.circle);
	kith_write_set_tag(out, &tag);
}

void sim_talk_write_chance(struct sim_node *node, size_t len, struct kith_buf *out)
{
	uint8_t *at = kith_write_reserve(out, len);

	if (at)
		sim_rng_fill(&node->rng, at, len);
}

/* Announces records that nobody has. */
static void announce(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	sim_talk_write_tag(talk, KITH_CLASS_CONTENT, &buf);
	kith_write_u8(&buf, 0);
	for (unsigned i = 0; i < MADE_UP_IDS; i++) {
		sim_talk_write_chance(node, KITH_ITEM_LEN, &buf);
		kith_write_u16(&buf, (uint16_t)sim_rng_below(&node->rng, KITH_TREES));
	}
	sim_talk_say(world, talk, KITH_MESSAGE_IHAVE, &buf);
	kith_buf_clear(&buf);
}

static void babble(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	struct kith_buf buf;
	uint8_t type = (uint8_t)sim_rng_between(&node->rng, 2, 20);

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	if (sim_rng_chance(&node->rng, 80))
		sim_talk_write_tag(talk, (uint8_t)sim_rng_below(&node->rng, 3), &buf);
	sim_talk_write_chance(node, sim_rng_scale(&node->rng, 1, 2000) - 1, &buf);
	sim_talk_say(world, talk, type, &buf);
	kith_buf_clear(&buf);
}

/* ---- teasing --------------------------------------------------------------------------------- */

static void tell_of(struct sim_world *world, struct sim_node *node, const struct talk *from,
	uint8_t class_, const struct kith_item *item)
{
	for (struct talk *talk = node->hostile->talks; talk; talk = talk->next) {
		struct kith_buf buf;

		if (talk == from || talk->over || !kith_session_peer(talk->session))
			continue;
		kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
		sim_talk_write_tag(talk, class_, &buf);
		kith_write_u8(&buf, (uint8_t)sim_rng_below(&node->rng, 2));
		kith_write_item(&buf, item);
		kith_write_u16(&buf, (uint16_t)sim_rng_below(&node->rng, KITH_TREES));
		sim_talk_say(world, talk, KITH_MESSAGE_IHAVE, &buf);
		kith_buf_clear(&buf);
	}
}

static void tell_of_records(struct sim_world *world, struct sim_node *node, const struct talk *from,
	struct kith_cursor *cursor)
{
	while (kith_cursor_left(cursor) > 0) {
		struct kith_bytes envelope = kith_read_envelope(cursor);
		struct kith_claim claim;

		if (cursor->err || kith_record_peek(envelope.data, envelope.len, &claim))
			return;
		tell_of(world, node, from, (uint8_t)kith_class_of_kind(claim.kind), &claim.item);
	}
}

static void tell_of_items(struct sim_world *world, struct sim_node *node, const struct talk *from,
	struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);

	(void)kith_read_u8(cursor);
	while (!cursor->err && kith_cursor_left(cursor) > 0) {
		struct kith_item item = kith_read_item(cursor);

		(void)kith_read_u16(cursor);
		if (!cursor->err)
			tell_of(world, node, from, tag.class_, &item);
	}
}

static void refuse(
	struct sim_world *world, struct talk *talk, bool graft, struct kith_cursor *cursor)
{
	struct kith_buf buf;

	(void)kith_read_set_tag(cursor);
	if (graft)
		(void)kith_read_u16(cursor);
	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	kith_write(&buf, cursor->next, kith_cursor_left(cursor));
	sim_talk_say(world, talk, KITH_MESSAGE_UNAVAILABLE, &buf);
	kith_buf_clear(&buf);
}

/* Reconciles as one who has nothing, so that it is offered all there is; audits alike. */
static void reconcile(
	struct sim_world *world, struct talk *talk, uint8_t type, struct kith_cursor *cursor)
{
	struct kith_set *none = kith_set_new();
	struct kith_reconcile answerer;
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	bool begins = kith_read_u8(cursor) == KITH_AUDIT_BEGIN;
	struct kith_buf buf;

	MUST(none);
	MUST(kith_reconcile_init(&answerer, none, KITH_RECONCILE_FRAME_BYTES, false) == 0);
	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	kith_write_set_tag(&buf, &tag);
	kith_write_u8(&buf, begins ? KITH_AUDIT_READY : KITH_RECONCILE_ANSWER);
	if (begins || kith_reconcile_consume(
			      &answerer, cursor->next, kith_cursor_left(cursor), NULL, &buf) == 0)
		sim_talk_say(world, talk, type, &buf);
	kith_buf_clear(&buf);
	kith_set_free(none);
}

static void tease(struct sim_world *world, struct sim_node *node, struct talk *talk,
	const struct kith_session_event *event)
{
	struct kith_cursor cursor;

	kith_cursor_init(&cursor, event->payload.data, event->payload.len);
	if (event->message_type == KITH_MESSAGE_IHAVE)
		tell_of_items(world, node, talk, &cursor);
	else if (event->message_type == KITH_MESSAGE_RECORDS &&
		 kith_read_u8(&cursor) <= KITH_RECORDS_GRAFTED)
		tell_of_records(world, node, talk, &cursor);
	else if (event->message_type == KITH_MESSAGE_PUSH)
		tell_of_records(world, node, talk, &cursor);
	else if (event->message_type == KITH_MESSAGE_RECONCILE ||
		 event->message_type == KITH_MESSAGE_AUDIT)
		reconcile(world, talk, event->message_type, &cursor);
	else if ((event->message_type == KITH_MESSAGE_WANT ||
			 event->message_type == KITH_MESSAGE_GRAFT) &&
		 sim_rng_chance(&node->rng, 50))
		refuse(world, talk, event->message_type == KITH_MESSAGE_GRAFT, &cursor);
}

/* ---- hearing --------------------------------------------------------------------------------- */

static void answer_ping(struct sim_world *world, struct talk *talk, struct kith_bytes payload)
{
	if (kith_session_send(talk->session, KITH_MESSAGE_PONG, payload.data, payload.len, NULL, 0,
		    sim_now_ms(world)))
		talk->over = true;
}

static void on_established(struct sim_world *world, struct sim_node *node, struct talk *talk)
{
	if (node->temper == SIM_MUTE || node->temper == SIM_CALLER)
		return;
	name_circles(world, talk, node->temper == SIM_BOASTER ? 1ull << 63 : 3);
	if (node->temper == SIM_LIAR && kith_session_is_initiator(talk->session))
		sim_talk_ask(world, node, talk);
	if (node->temper == SIM_BOASTER)
		announce(world, node, talk);
}

static void on_message(struct sim_world *world, struct sim_node *node, struct talk *talk,
	const struct kith_session_event *event)
{
	if (node->temper >= SIM_BOASTER && event->message_type == KITH_MESSAGE_PING)
		answer_ping(world, talk, event->payload);
	if (node->temper == SIM_BABBLER)
		babble(world, node, talk);
	if (node->temper == SIM_TEASER)
		tease(world, node, talk, event);
	if (node->temper == SIM_LIAR && event->message_type == KITH_MESSAGE_RECONCILE)
		sim_talk_lie(world, node, talk, event->payload);
}

static void hear(
	struct sim_world *world, struct sim_node *node, struct talk *talk, struct kith_bytes bytes)
{
	struct kith_session_event event = {.type = KITH_SESSION_MESSAGE};

	while (talk->session && !talk->over && event.type != KITH_SESSION_NONE) {
		if (kith_session_receive(
			    talk->session, &bytes.data, &bytes.len, sim_now_ms(world), &event))
			talk->over = true;
		else if (event.type == KITH_SESSION_ESTABLISHED)
			on_established(world, node, talk);
		else if (event.type == KITH_SESSION_MESSAGE)
			on_message(world, node, talk, &event);
		else if (event.type == KITH_SESSION_BYE)
			talk->over = true;
	}
}

void sim_talk_let_out(struct sim_world *world, struct talk *talk)
{
	struct kith_buf *out;

	if (!talk->session || talk->over || kith_session_flush(talk->session, sim_now_ms(world)))
		return;
	out = kith_session_output(talk->session);
	if (out->len)
		sim_net_send_take(world, talk->conn, out->data, out->len);
	kith_buf_init(out, out->cap);
}

/* ---- connections ----------------------------------------------------------------------------- */

/* Somebody called, or was called by this node: the dial is the number of whom it called + 1. */
static void begin_talk(struct sim_world *world, struct sim_node *node, uint64_t conn, uint64_t dial)
{
	struct talk *talk = must_calloc(1, sizeof(*talk));
	const struct kith_session_config config = {
		.node = &node->pair,
		.certificate = {node->certificate, node->certificate_len},
		.agent = "kith/sim",
		.rng = &node->hostile->hand,
		.capabilities = KITH_CAPABILITY_AUDIT,
	};

	node->hostile->hand = sim_rng_hand(&node->rng);
	talk->conn = conn;
	if (dial && (node->temper == SIM_LIAR || sim_rng_chance(&node->rng, 10)))
		talk->session = kith_session_dial(&config, &world->nodes[dial - 1].pair.public_key,
			sim_now_ms(world), sim_node_wall_ms(world, node));
	else if (!dial && node->temper != SIM_DEAF)
		talk->session = kith_session_accept(
			&config, sim_now_ms(world), sim_node_wall_ms(world, node));
	talk->next = node->hostile->talks;
	node->hostile->talks = talk;
	sim_talk_let_out(world, talk);
	if (dial && !talk->session)
		sim_talk_mumble(world, node, talk);
}

static struct talk **find(struct sim_hostile *hostile, uint64_t conn)
{
	struct talk **at = &hostile->talks;

	while (*at && (*at)->conn != conn)
		at = &(*at)->next;
	return at;
}

static void end(struct talk **at)
{
	struct talk *talk = *at;

	*at = talk->next;
	talk_free(talk);
}

void sim_hostile_feed(
	struct sim_world *world, struct sim_node *node, const struct kith_event *event)
{
	struct talk **at;

	if (event->type == KITH_EVENT_CONNECTED)
		begin_talk(world, node, event->conn, event->dial);
	at = find(node->hostile, event->conn);
	if (!*at)
		return;
	if (event->type == KITH_EVENT_CLOSED) {
		end(at);
	} else if (event->type == KITH_EVENT_BYTES) {
		hear(world, node, *at, event->bytes);
		for (struct talk *talk = node->hostile->talks; talk; talk = talk->next)
			sim_talk_let_out(world, talk);
		if (!(*at)->over)
			return;
		sim_net_close(world, event->conn);
		end(at);
	}
}
