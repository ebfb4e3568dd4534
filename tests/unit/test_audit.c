/*
 * The keyed audit between two cores, and between a core and a partner that owns real keys and says
 * what it likes. What the audit is for stands in test_audit_hidden.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/core_state.h"
#include "protocol/message.h"
#include "protocol/reconcile.h"
#include "protocol/session.h"
#include "tests/unit/world.h"

#define HOUR_MS (3600ull * 1000)
#define RECORDS 100

/* ---- two cores ------------------------------------------------------------------------------- */

static void two_nodes(struct world *world)
{
	world_init(world, 2);
	for (uint64_t i = 0; i < RECORDS; i++)
		seed_record(&world->nodes[i % 2], WALL - i);
	partner(world, 0, 1, true);
	partner(world, 1, 0, false);
}

static void equal_sets_are_audited_once_a_day(void **state)
{
	struct world world;

	(void)state;
	two_nodes(&world);
	advance(&world, 7 * HOUR_MS);
	assert_int_equal(view(&world, 0, 0).stats.audits, 1);
	advance(&world, 10 * 24 * HOUR_MS);
	assert_in_range(view(&world, 0, 0).stats.audits, 9, 13);
	assert_int_equal(view(&world, 0, 0).stats.audit_found, 0);
	assert_int_equal(view(&world, 1, 0).stats.audits, 0); /* who is called does not ask */
	assert_int_equal(view(&world, 1, 0).stats.offences, 0);
	assert_int_equal(view(&world, 0, 0).stats.duplicates, 0);
	assert_equal_sets(&world, RECORDS);
	world_clear(&world);
}

static void a_new_connection_does_not_audit_again(void **state)
{
	struct world world;
	struct kith_partner_config config;

	(void)state;
	two_nodes(&world);
	advance(&world, 7 * HOUR_MS);
	config = view(&world, 0, 0).config;
	for (int i = 0; i < 2; i++) {
		config.paused = !config.paused;
		assert_int_equal(
			kith_core_set_partner(world.nodes[0].core, &config, world.now_ms), 0);
		advance(&world, HOUR_MS);
	}
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(view(&world, 0, 0).stats.connections, 2);
	assert_int_equal(view(&world, 0, 0).stats.audits, 1);
	world_clear(&world);
}

static uint64_t next_due(struct world *world)
{
	uint64_t a = kith_core_deadline_ms(world->nodes[0].core),
		 b = kith_core_deadline_ms(world->nodes[1].core);

	return (a < b ? a : b) - world->now_ms;
}

/* Whenever the clock moves by no more than a pause between two slices, a scan is under way, and
 * both nodes publish. */
static void records_may_come_during_an_audit(void **state)
{
	size_t count = 2 * KITH_AUDIT_SLICE + 10, before = count;
	struct world world;

	(void)state;
	world_init(&world, 2);
	for (uint64_t i = 0; i < count; i++)
		seed_record(&world.nodes[i % 2], WALL - i);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, 60000);
	while (view(&world, 0, 0).stats.audits == 0) {
		uint64_t due = next_due(&world);

		if (due > 0 && due <= KITH_AUDIT_PAUSE_MS) {
			publish(&world, 0, WALL - count * 7 % 5000, "between");
			publish(&world, 1, WALL + count, "and behind");
			count += 2;
		}
		advance(&world, due);
	}
	assert_in_range(count - before, 4, 20);
	assert_equal_sets(&world, count);
	assert_int_equal(view(&world, 0, 0).stats.audit_found, 0);
	world_clear(&world);
}

static size_t audited_here(const struct world *world)
{
	const struct kith_peer *peer;
	size_t n = 0;

	for (peer = world->nodes[0].core->peers; peer; peer = peer->next)
		n += peer->audit.phase != KITH_AUDIT_OFF;
	return n;
}

/* Three call node 0, and want to audit at the same moment. */
static void who_calls_leaves_room_for_our_own(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 4);
	for (size_t n = 1; n < 4; n++) {
		partner(&world, 0, n, false);
		partner(&world, n, 0, true);
	}
	advance(&world, 5000);
	for (size_t n = 1; n < 4; n++) {
		assert_int_equal(view(&world, n, 0).state, KITH_PARTNER_LIVE);
		world.nodes[n].core->partners[0]->next_audit_ms = world.now_ms;
		assert_int_equal(kith_core_tick(world.nodes[n].core, world.now_ms), 0);
	}
	run(&world);
	assert_int_equal(audited_here(&world), KITH_AUDITS_CALLED_MAX);
	assert_true(KITH_AUDITS_CALLED_MAX < KITH_AUDITS_MAX);
	advance(&world, 3 * HOUR_MS); /* whoever was told NOT_NOW comes again */
	for (size_t n = 1; n < 4; n++)
		assert_int_equal(view(&world, n, 0).stats.audits, 1);
	world_clear(&world);
}

/* ---- a core and a crooked partner ------------------------------------------------------------ */

/* The crooked one has the keys of node 1; node 1's own core stays out of it. */
struct crook {
	struct world world;
	struct kith_core *core;
	struct kith_session_config config;
	struct kith_buf certificate;
	struct kith_session *session;
	uint64_t conn;
	size_t heard[KITH_AUDIT_END + 1]; /* AUDIT messages of the core */
	bool closed;
	void (*on_audit)(struct crook *crook, enum kith_audit_role role, uint8_t class_);
};

static void say(struct crook *crook, enum kith_message_type type, const struct kith_buf *payload)
{
	assert_int_equal(kith_session_send(crook->session, (uint8_t)type, payload->data,
				 payload->len, NULL, 0, crook->world.now_ms),
		0);
}

static void write_tag(struct crook *crook, uint8_t class_, struct kith_buf *out)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_set_tag tag = {.class_ = class_};

	kith_message_tag(&commons, kith_session_hash(crook->session), tag.circle);
	kith_write_set_tag(out, &tag);
}

static void say_audit(struct crook *crook, enum kith_audit_role role, uint8_t class_,
	const void *body, size_t len)
{
	struct kith_buf out;

	kith_buf_init(&out, KITH_MESSAGE_MAX_BYTES);
	write_tag(crook, class_, &out);
	kith_write_u8(&out, (uint8_t)role);
	kith_write(&out, body, len);
	say(crook, KITH_MESSAGE_AUDIT, &out);
	kith_buf_clear(&out);
}

static void say_scope(struct crook *crook)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_scope scope = {.counts = {0, RECORDS}};
	struct kith_buf out;

	kith_message_tag(&commons, kith_session_hash(crook->session), scope.tag);
	kith_buf_init(&out, KITH_SCOPE_LEN);
	kith_write_scope(&out, &scope);
	say(crook, KITH_MESSAGE_SCOPE, &out);
	kith_buf_clear(&out);
}

/* Honest in plain reconciliation: it holds what the core holds. */
static void answer_plain(struct crook *crook, uint8_t class_, struct kith_bytes msg)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_reconcile r;
	struct kith_buf out;

	assert_int_equal(kith_reconcile_init(&r,
				 kith_core_set(crook->core, &commons, (enum kith_class)class_),
				 KITH_RECONCILE_FRAME_BYTES, false),
		0);
	kith_buf_init(&out, KITH_MESSAGE_MAX_BYTES);
	write_tag(crook, class_, &out);
	kith_write_u8(&out, KITH_RECONCILE_ANSWER);
	assert_int_equal(kith_reconcile_consume(&r, msg.data, msg.len, NULL, &out), 0);
	say(crook, KITH_MESSAGE_RECONCILE, &out);
	kith_buf_clear(&out);
}

static void on_message(struct crook *crook, const struct kith_session_event *event)
{
	struct kith_cursor cursor;
	struct kith_set_tag tag;
	uint8_t role;

	kith_cursor_init(&cursor, event->payload.data, event->payload.len);
	if (event->message_type == KITH_MESSAGE_PING) {
		struct kith_buf pong;

		kith_buf_init(&pong, 8);
		kith_write(&pong, event->payload.data, event->payload.len);
		say(crook, KITH_MESSAGE_PONG, &pong);
		kith_buf_clear(&pong);
		return;
	}
	if (event->message_type != KITH_MESSAGE_RECONCILE &&
		event->message_type != KITH_MESSAGE_AUDIT)
		return;
	tag = kith_read_set_tag(&cursor);
	role = kith_read_u8(&cursor);
	if (event->message_type == KITH_MESSAGE_RECONCILE) {
		answer_plain(crook, tag.class_,
			(struct kith_bytes){cursor.next, kith_cursor_left(&cursor)});
		return;
	}
	assert_in_range(role, 0, KITH_AUDIT_END);
	crook->heard[role]++;
	if (crook->on_audit)
		crook->on_audit(crook, (enum kith_audit_role)role, tag.class_);
}

static void hear(struct crook *crook, const uint8_t *data, size_t len)
{
	struct kith_session_event event = {.type = KITH_SESSION_MESSAGE};

	while (event.type != KITH_SESSION_NONE && event.type != KITH_SESSION_BYE) {
		assert_int_equal(kith_session_receive(
					 crook->session, &data, &len, crook->world.now_ms, &event),
			0);
		if (event.type == KITH_SESSION_ESTABLISHED)
			say_scope(crook);
		else if (event.type == KITH_SESSION_MESSAGE)
			on_message(crook, &event);
	}
}

/* What the core wants done; true when there was something. */
static bool core_acts(struct crook *crook)
{
	struct kith_event event = {.type = KITH_EVENT_CONNECTED};
	const struct kith_action *action = kith_core_next(crook->core);

	if (!action)
		return false;
	if (action->type == KITH_ACTION_DIAL) {
		kith_session_free(crook->session);
		crook->session = kith_session_accept(&crook->config, crook->world.now_ms, WALL);
		event.conn = crook->conn = 77;
		event.dial = action->dial;
		feed(&crook->world, &crook->world.nodes[0], event);
	} else if (action->type == KITH_ACTION_SEND) {
		uint8_t *data = action->data;

		hear(crook, data, action->data_len);
		free(data);
		event = (struct kith_event){.type = KITH_EVENT_WRITABLE, .conn = crook->conn};
		feed(&crook->world, &crook->world.nodes[0], event);
	} else if (action->type == KITH_ACTION_CLOSE) {
		crook->closed = true;
	} else if (action->type == KITH_ACTION_FETCH) {
		fetch(&crook->world, &crook->world.nodes[0], action->fetch);
	}
	return true;
}

/* Hands over in one piece what the crook has said. */
static bool crook_acts(struct crook *crook)
{
	struct kith_event event = {.type = KITH_EVENT_BYTES, .conn = crook->conn};
	struct kith_buf *out, taken;

	if (!crook->session || crook->closed)
		return false;
	assert_int_equal(kith_session_flush(crook->session, crook->world.now_ms), 0);
	out = kith_session_output(crook->session);
	if (out->len == 0)
		return false;
	taken = *out;
	kith_buf_init(out, taken.cap);
	event.bytes = (struct kith_bytes){taken.data, taken.len};
	feed(&crook->world, &crook->world.nodes[0], event);
	kith_buf_clear(&taken);
	return true;
}

static void talk(struct crook *crook)
{
	while (crook_acts(crook) || core_acts(crook))
		;
}

static void talk_for(struct crook *crook, uint64_t ms)
{
	uint64_t until = crook->world.now_ms + ms;

	for (;;) {
		uint64_t due;

		talk(crook);
		due = kith_core_deadline_ms(crook->core);
		if (due > until)
			break;
		if (due > crook->world.now_ms)
			crook->world.now_ms = due;
		assert_int_equal(kith_core_tick(crook->core, crook->world.now_ms), 0);
	}
	crook->world.now_ms = until;
}

static void crook_init(struct crook *crook, bool calls)
{
	struct node *node, *keys;

	memset(crook, 0, sizeof(*crook));
	world_init(&crook->world, 2);
	node = &crook->world.nodes[0];
	keys = &crook->world.nodes[1];
	crook->core = node->core;
	for (uint64_t i = 0; i < RECORDS; i++)
		seed_record(node, WALL - i);
	kith_buf_init(&crook->certificate, KITH_HELLO_MAX_BYTES);
	assert_int_equal(kith_certificate_sign(&keys->author, &keys->pair.public_key,
				 WALL + KITH_CERTIFICATE_MS, &crook->certificate),
		0);
	crook->config = (struct kith_session_config){
		.node = &keys->pair,
		.certificate = {crook->certificate.data, crook->certificate.len},
		.agent = "crook",
		.rng = &keys->rng,
		.capabilities = KITH_CAPABILITY_AUDIT,
	};
	partner(&crook->world, 0, 1, !calls);
	if (calls) {
		struct kith_event event = {.type = KITH_EVENT_CONNECTED, .conn = 78};

		crook->conn = 78;
		crook->session = kith_session_dial(
			&crook->config, &node->pair.public_key, crook->world.now_ms, WALL);
		feed(&crook->world, node, event);
	}
	talk_for(crook, 1000);
	assert_false(crook->closed);
}

static void crook_clear(struct crook *crook)
{
	kith_session_free(crook->session);
	kith_buf_clear(&crook->certificate);
	world_clear(&crook->world);
}

static uint64_t offences(struct crook *crook)
{
	return view(&crook->world, 0, 0).stats.offences;
}

/* ---- the core calls -------------------------------------------------------------------------- */

static void who_never_gets_ready_is_asked_again_later(void **state)
{
	struct crook crook;

	(void)state;
	crook_init(&crook, false);
	talk_for(&crook, 9 * HOUR_MS);
	assert_in_range(crook.heard[KITH_AUDIT_BEGIN], 2, 12);
	assert_in_range(crook.heard[KITH_AUDIT_END], crook.heard[KITH_AUDIT_BEGIN] - 1,
		crook.heard[KITH_AUDIT_BEGIN]);
	assert_int_equal(crook.heard[KITH_AUDIT_QUERY], 0);
	assert_int_equal(view(&crook.world, 0, 0).stats.audits, 0);
	assert_int_equal(offences(&crook), 0);
	assert_false(crook.closed);
	crook_clear(&crook);
}

static void answer_ever_differently(struct crook *crook, enum kith_audit_role role, uint8_t class_)
{
	/* Everything up to infinity, and another fingerprint each time. */
	uint8_t answer[4 + 16] = {0x61, 0, 0, 1};

	if (role == KITH_AUDIT_BEGIN)
		say_audit(crook, KITH_AUDIT_READY, class_, NULL, 0);
	memcpy(answer + 4, &crook->heard[KITH_AUDIT_QUERY], sizeof(size_t));
	if (role == KITH_AUDIT_QUERY)
		say_audit(crook, KITH_AUDIT_ANSWER, class_, answer, sizeof(answer));
}

static void endless_answers_come_to_an_end(void **state)
{
	struct crook crook;

	(void)state;
	crook_init(&crook, false);
	crook.on_audit = answer_ever_differently;
	while (crook.heard[KITH_AUDIT_END] == 0)
		talk_for(&crook, HOUR_MS / 60);
	assert_int_equal(crook.heard[KITH_AUDIT_QUERY], KITH_AUDIT_ROUNDS_MAX);
	assert_int_equal(crook.heard[KITH_AUDIT_BEGIN], 1);
	assert_int_equal(view(&crook.world, 0, 0).state, KITH_PARTNER_LIVE);
	crook_clear(&crook);
}

static void answer_nonsense(struct crook *crook, enum kith_audit_role role, uint8_t class_)
{
	if (role == KITH_AUDIT_BEGIN)
		say_audit(crook, KITH_AUDIT_READY, class_, NULL, 0);
	if (role == KITH_AUDIT_QUERY)
		say_audit(crook, KITH_AUDIT_ANSWER, class_, "\x61\x00\x00\x07", 4);
}

static void a_malformed_answer_is_an_offence(void **state)
{
	struct crook crook;

	(void)state;
	crook_init(&crook, false);
	crook.on_audit = answer_nonsense;
	talk_for(&crook, 7 * HOUR_MS);
	assert_true(crook.closed);
	assert_int_equal(offences(&crook), 1);
	assert_int_equal(crook.heard[KITH_AUDIT_QUERY], 1);
	crook_clear(&crook);
}

/* ---- the core is called ---------------------------------------------------------------------- */

static const uint8_t everything[] = {
	0x61, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static void only_so_much_is_scanned_in_a_day(void **state)
{
	struct crook crook;

	(void)state;
	crook_init(&crook, true);
	for (int i = 0; i < 100; i++) {
		say_audit(&crook, KITH_AUDIT_BEGIN, KITH_CLASS_CONTENT, NULL, 0);
		talk_for(&crook, 1000);
	}
	assert_in_range(crook.heard[KITH_AUDIT_READY], 4, 8); /* of two sets */
	assert_int_equal(crook.heard[KITH_AUDIT_READY] + crook.heard[KITH_AUDIT_NOT_NOW], 100);
	talk_for(&crook, 25 * HOUR_MS);
	crook.heard[KITH_AUDIT_READY] = 0;
	say_audit(&crook, KITH_AUDIT_BEGIN, KITH_CLASS_CONTENT, NULL, 0);
	talk_for(&crook, 1000);
	assert_int_equal(crook.heard[KITH_AUDIT_READY], 1);
	assert_int_equal(offences(&crook), 0);
	crook_clear(&crook);
}

static void sums_are_kept_only_for_a_while(void **state)
{
	struct crook crook;

	(void)state;
	crook_init(&crook, true);
	say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, everything, sizeof(everything));
	talk_for(&crook, 1000);
	assert_int_equal(crook.heard[KITH_AUDIT_NOT_NOW], 1); /* nothing had begun */
	say_audit(&crook, KITH_AUDIT_BEGIN, KITH_CLASS_CONTENT, NULL, 0);
	talk_for(&crook, 1000);
	say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, everything, sizeof(everything));
	talk_for(&crook, KITH_AUDIT_MAX_MS / 2);
	assert_int_equal(crook.heard[KITH_AUDIT_ANSWER], 1);
	talk_for(&crook, KITH_AUDIT_MAX_MS);
	assert_int_equal(crook.heard[KITH_AUDIT_NOT_NOW], 2);
	say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, everything, sizeof(everything));
	talk_for(&crook, 1000);
	assert_int_equal(crook.heard[KITH_AUDIT_NOT_NOW], 3);
	assert_int_equal(offences(&crook), 0);
	crook_clear(&crook);
}

/* A caller that has begun and is told READY. */
static void begin_as_caller(struct crook *crook)
{
	crook_init(crook, true);
	say_audit(crook, KITH_AUDIT_BEGIN, KITH_CLASS_CONTENT, NULL, 0);
	talk_for(crook, 1000);
	assert_int_equal(crook->heard[KITH_AUDIT_READY], 1);
}

static void is_an_offence(struct crook *crook)
{
	talk_for(crook, 1000);
	assert_true(crook->closed);
	assert_int_equal(offences(crook), 1);
	crook_clear(crook);
}

static void callers_must_wait_for_the_answer(void **state)
{
	struct crook crook;

	(void)state;
	begin_as_caller(&crook);
	for (int i = 0; i < 2; i++)
		say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, everything,
			sizeof(everything));
	is_an_offence(&crook);
}

static void rounds_are_counted(void **state)
{
	struct crook crook;

	(void)state;
	begin_as_caller(&crook);
	for (size_t i = 0; i < KITH_AUDIT_ROUNDS_MAX + 10; i++) {
		say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, everything,
			sizeof(everything));
		talk_for(&crook, 10);
	}
	assert_int_equal(crook.heard[KITH_AUDIT_ANSWER], KITH_AUDIT_ROUNDS_MAX);
	assert_int_equal(crook.heard[KITH_AUDIT_NOT_NOW], 10);
	assert_int_equal(offences(&crook), 0);
	crook_clear(&crook);
}

static void what_breaks_a_rule_is_an_offence(void **state)
{
	static const uint8_t large[KITH_AUDIT_FRAME_BYTES + 1];
	struct crook crook;

	(void)state;
	begin_as_caller(&crook);
	say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, large, sizeof(large));
	is_an_offence(&crook);
	begin_as_caller(&crook);
	say_audit(&crook, KITH_AUDIT_ANSWER, KITH_CLASS_CONTENT, everything, sizeof(everything));
	is_an_offence(&crook);
	begin_as_caller(&crook);
	say_audit(&crook, KITH_AUDIT_BEGIN, KITH_CLASS_CONTENT, "more", 4);
	is_an_offence(&crook);
	begin_as_caller(&crook);
	say_audit(&crook, (enum kith_audit_role)6, KITH_CLASS_CONTENT, NULL, 0);
	is_an_offence(&crook);
	begin_as_caller(&crook);
	say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, "\x61\x00\x00\x07", 4);
	is_an_offence(&crook);
	begin_as_caller(&crook);
	say_audit(&crook, KITH_AUDIT_QUERY, KITH_CLASS_CONTENT, NULL, 0);
	is_an_offence(&crook);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_sets_are_audited_once_a_day),
		cmocka_unit_test(a_new_connection_does_not_audit_again),
		cmocka_unit_test(records_may_come_during_an_audit),
		cmocka_unit_test(who_calls_leaves_room_for_our_own),
		cmocka_unit_test(who_never_gets_ready_is_asked_again_later),
		cmocka_unit_test(endless_answers_come_to_an_end),
		cmocka_unit_test(a_malformed_answer_is_an_offence),
		cmocka_unit_test(only_so_much_is_scanned_in_a_day),
		cmocka_unit_test(sums_are_kept_only_for_a_while),
		cmocka_unit_test(callers_must_wait_for_the_answer),
		cmocka_unit_test(rounds_are_counted),
		cmocka_unit_test(what_breaks_a_rule_is_an_offence),
	};
	return cmocka_run_group_tests(tests, world_setup, NULL);
}
