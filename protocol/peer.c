/*
 * peer.c: one connection, from CONNECTED to CLOSE.
 *
 * Before ESTABLISHED nobody is trusted with anything: the session answers the handshake and nothing
 * else. Then the group in the certificate decides: a partner gets a SCOPE, anybody else a Bye. What
 * an attacker controls here is the order and content of messages; each goes to one function, whose
 * error of the input class ends the connection as an offence.
 */
#include "protocol/core_state.h"

#include <stdlib.h>
#include <string.h>

#define PROBE_MS 10000u /* a connection whose place another one claims must answer within this */

/* ---- beginning ------------------------------------------------------------------------------ */

static struct kith_peer *peer_new(struct kith_core *core, const struct kith_event *event)
{
	struct kith_peer *peer = calloc(1, sizeof(*peer));

	if (peer)
		peer->close = calloc(1, sizeof(*peer->close));
	if (!peer || !peer->close) {
		free(peer);
		return NULL;
	}
	peer->close->action = (struct kith_action){.type = KITH_ACTION_CLOSE, .conn = event->conn};
	peer->conn = event->conn;
	peer->heard_ms = peer->pinged_ms = peer->progress_ms = core->now_ms;
	peer->delivered_ms = core->now_ms;
	peer->next_reconcile_ms = peer->ihave_due_ms = UINT64_MAX;
	peer->reading = true;
	peer->bye = -1;
	kith_buf_init(&peer->ihave, KITH_IHAVE_MAX * KITH_IHAVE_LEN);
	if (event->remote)
		strncpy(peer->remote, event->remote, sizeof(peer->remote) - 1);
	return peer;
}

static int refuse(struct kith_core *core, uint64_t conn, int reason)
{
	struct kith_action *action = kith_core_act(core, KITH_ACTION_CLOSE);

	if (!action)
		return KITH_E_NOMEM;
	action->conn = conn;
	action->reason = reason;
	return 0;
}

static struct kith_session *open_session(struct kith_core *core, struct kith_partner *partner)
{
	uint64_t wall_ms = kith_core_wall_ms(core, core->now_ms);

	if (!partner)
		return kith_session_accept(&core->session, core->now_ms, wall_ms);
	return kith_session_dial(&core->session, &partner->config.node, core->now_ms, wall_ms);
}

int kith_peer_connected(struct kith_core *core, const struct kith_event *event)
{
	struct kith_partner *partner = kith_partner_of_dial(core, event->dial);
	struct kith_peer *peer;

	if (partner)
		partner->dial = 0;
	if (core->shut_down || (event->dial && !partner))
		return refuse(core, event->conn, KITH_E_STATE);
	peer = peer_new(core, event);
	if (peer)
		peer->session = open_session(core, partner);
	if (!peer || !peer->session) {
		if (peer)
			kith_peer_free(core, peer);
		if (partner)
			kith_partner_ended(core, partner, KITH_E_NOMEM, -1);
		return refuse(core, event->conn, KITH_E_NOMEM);
	}
	peer->partner = partner;
	if (partner)
		partner->dial_peer = peer->conn;
	else
		core->stats.connections_in++;
	peer->next = core->peers;
	core->peers = peer;
	return 0;
}

/* Of two connections between the same groups both sides must keep the same one: the newer if the
 * same machine called twice, else the one that the group with the smaller key called. A second
 * machine of the group waits until the first one is gone. */
static bool newcomer_stays(
	const struct kith_core *core, const struct kith_peer *old, const struct kith_peer *new)
{
	bool ours = kith_session_is_initiator(new->session);
	const struct kith_node_key *a = &kith_session_peer(old->session)->certificate.node;
	const struct kith_node_key *b = &kith_session_peer(new->session)->certificate.node;

	if (!kith_id_equal(a->bytes, b->bytes))
		return false;
	if (ours == kith_session_is_initiator(old->session))
		return true;
	return (kith_id_compare(core->group.bytes, new->partner->config.group.bytes) < 0) == ours;
}

/* Asks a connection for a sign of life; it has one time for that, however many claim its place. */
static void probe(struct kith_core *core, struct kith_peer *peer)
{
	if (peer->probed_ms)
		return;
	peer->probed_ms = core->now_ms;
	kith_peer_send(core, peer, KITH_MESSAGE_PING, "\0\0\0\0\0\0\0\0", 8, NULL, 0);
}

static void join(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_partner *partner = peer->partner;
	struct kith_peer *old = partner->peer;

	if (old && !newcomer_stays(core, old, peer)) {
		probe(core, old);
		kith_peer_end(core, peer, 0, KITH_BYE_DUPLICATE);
		return;
	}
	partner->peer = peer;
	if (partner->dial_peer == peer->conn)
		partner->dial_peer = 0;
	if (old)
		kith_peer_end(core, old, 0, KITH_BYE_DUPLICATE);
	peer->established = true;
	peer->since_wall_ms = kith_core_wall_ms(core, core->now_ms);
	partner->next_dial_ms = UINT64_MAX;
	partner->last_err = 0;
	partner->last_bye = -1;
	partner->stats.connections++;
	/* Its disk may be well again, or it was restarted before it could say so by NUDGE. */
	kith_refused_clear(&partner->refused);
	if (kith_scope_send(core, peer))
		kith_peer_end(core, peer, KITH_E_NOMEM, KITH_BYE_OVERLOAD);
}

/* Calls and hangs up and calls; then the connection that is there, if any, goes as well. */
static bool calls_too_often(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_partner *partner = peer->partner;

	if (kith_session_is_initiator(peer->session) ||
		kith_budget_spend(core, peer, KITH_SPEND_CALLS, 1) == 0)
		return false;
	if (partner->peer) {
		partner->peer->complaint = KITH_COMPLAINT_CALLS;
		kith_peer_end(core, partner->peer, KITH_E_UNEXPECTED, KITH_BYE_PROTOCOL);
	} else {
		kith_partner_offended(core, partner, KITH_COMPLAINT_CALLS);
		partner->ended_by = KITH_COMPLAINT_CALLS;
	}
	return true;
}

/* The handshake proved who this is; is it a partner? */
static void established(struct kith_core *core, struct kith_peer *peer)
{
	const struct kith_author *group = &kith_session_peer(peer->session)->certificate.group;
	struct kith_partner *partner = kith_partner_find(core, group);

	if (peer->partner && peer->partner != partner) {
		kith_peer_end(core, peer, KITH_E_WRONG_TYPE, KITH_BYE_REFUSED);
		return;
	}
	peer->partner = partner;
	if (!partner) {
		core->stats.not_partners++;
		kith_peer_end(core, peer, KITH_E_REFUSED, KITH_BYE_REFUSED);
	} else if (partner->config.paused) {
		kith_peer_end(core, peer, KITH_E_REFUSED, KITH_BYE_PAUSED);
	} else if (core->now_ms < partner->shunned_until_ms) {
		kith_peer_end(core, peer, KITH_E_REFUSED, KITH_BYE_PROTOCOL);
	} else if (calls_too_often(core, peer)) {
		kith_peer_end(core, peer, KITH_E_REFUSED, KITH_BYE_PROTOCOL);
	} else {
		join(core, peer);
	}
}

/* ---- messages ------------------------------------------------------------------------------- */

static int on_ping(struct kith_core *core, struct kith_peer *peer, struct kith_bytes payload)
{
	if (payload.len != 8)
		return KITH_E_MALFORMED;
	kith_peer_send(core, peer, KITH_MESSAGE_PONG, payload.data, payload.len, NULL, 0);
	return 0;
}

static int on_want(struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);

	return kith_serve_want(peer, &tag, KITH_RECORDS_WANTED, cursor);
}

static int on_records(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	static const enum kith_origin origins[] = {
		[KITH_RECORDS_WANTED] = KITH_ORIGIN_SYNC,
		[KITH_RECORDS_PULLED] = KITH_ORIGIN_PULL,
		[KITH_RECORDS_OFFERED] = KITH_ORIGIN_SYNC,
		[KITH_RECORDS_GRAFTED] = KITH_ORIGIN_PUSH,
	};
	uint8_t why = kith_read_u8(cursor);

	if (cursor->err || why > KITH_RECORDS_GRAFTED)
		return KITH_E_MALFORMED;
	return kith_intake_records(core, peer, origins[why], cursor);
}

/* A message of a number from a later version is passed over, so that versions can live together. */
static int on_message(
	struct kith_core *core, struct kith_peer *peer, uint8_t type, struct kith_bytes payload)
{
	struct kith_cursor cursor;

	if (kith_budget_message(core, peer, type, payload.len))
		return KITH_E_UNEXPECTED;
	kith_cursor_init(&cursor, payload.data, payload.len);
	if (type == KITH_MESSAGE_SCOPE)
		return kith_scope_receive(peer, &cursor);
	if (type == KITH_MESSAGE_PING)
		return on_ping(core, peer, payload);
	if (type == KITH_MESSAGE_PONG)
		return 0;
	if (!peer->scoped)
		return KITH_E_UNEXPECTED;
	switch ((enum kith_message_type)type) {
	case KITH_MESSAGE_RECONCILE:
		return kith_sync_reconcile(core, peer, &cursor);
	case KITH_MESSAGE_SYNCED:
		return kith_sync_synced(core, peer, &cursor);
	case KITH_MESSAGE_WANT:
		return on_want(peer, &cursor);
	case KITH_MESSAGE_RECORDS:
		return on_records(core, peer, &cursor);
	case KITH_MESSAGE_UNAVAILABLE:
		return kith_want_unavailable(core, peer, &cursor);
	case KITH_MESSAGE_PULL:
		return kith_serve_pull(core, peer, &cursor);
	case KITH_MESSAGE_CREDIT:
		return kith_serve_credit(core, peer, &cursor);
	case KITH_MESSAGE_PULLED:
		return kith_pull_pulled(core, peer, &cursor);
	case KITH_MESSAGE_PUSH:
		return kith_intake_records(core, peer, KITH_ORIGIN_PUSH, &cursor);
	case KITH_MESSAGE_IHAVE:
		return kith_gossip_ihave(core, peer, &cursor);
	case KITH_MESSAGE_GRAFT:
		return kith_gossip_graft(peer, &cursor);
	case KITH_MESSAGE_PRUNE:
		return kith_gossip_prune(peer, &cursor, true);
	case KITH_MESSAGE_UNPRUNE:
		return kith_gossip_prune(peer, &cursor, false);
	case KITH_MESSAGE_NUDGE:
		peer->dirty = true;
		/* It may be that its disk could not be read, and can be now. */
		kith_refused_clear(&peer->partner->refused);
		return 0;
	case KITH_MESSAGE_AUDIT:
		return kith_audit_receive(core, peer, &cursor);
	case KITH_MESSAGE_SCOPE:
	case KITH_MESSAGE_PING:
	case KITH_MESSAGE_PONG:
		break;
	}
	return 0;
}

static void on_session_event(
	struct kith_core *core, struct kith_peer *peer, const struct kith_session_event *event)
{
	int err = 0;

	switch (event->type) {
	case KITH_SESSION_NONE:
		return;
	case KITH_SESSION_ESTABLISHED:
		established(core, peer);
		return;
	case KITH_SESSION_MESSAGE:
		peer->probed_ms = 0;
		err = on_message(core, peer, event->message_type, event->payload);
		break;
	case KITH_SESSION_BYE:
		peer->bye = event->bye;
		kith_peer_end(core, peer, 0, -1);
		return;
	}
	if (err && !peer->closing)
		kith_peer_end(core, peer, err,
			kith_err_class(err) == KITH_CLASS_INPUT ? KITH_BYE_PROTOCOL
								: KITH_BYE_OVERLOAD);
}

void kith_peer_bytes(struct kith_core *core, struct kith_peer *peer, struct kith_bytes bytes)
{
	struct kith_session_event event = {.type = KITH_SESSION_MESSAGE};

	if (peer->established)
		peer->partner->stats.bytes_in += bytes.len;
	while (!peer->closing && event.type != KITH_SESSION_NONE) {
		int err = kith_session_receive(
			peer->session, &bytes.data, &bytes.len, core->now_ms, &event);
		if (err)
			kith_peer_end(core, peer, err, -1);
		else
			on_session_event(core, peer, &event);
	}
	if (kith_session_heard_ms(peer->session) == core->now_ms)
		peer->heard_ms = core->now_ms;
}

/* ---- sending -------------------------------------------------------------------------------- */

void kith_peer_send(struct kith_core *core, struct kith_peer *peer, enum kith_message_type type,
	const void *a, size_t a_len, const void *b, size_t b_len)
{
	if (peer->closing)
		return;
	if (kith_session_send(peer->session, (uint8_t)type, a, a_len, b, b_len, core->now_ms))
		kith_peer_end(core, peer, KITH_E_NOMEM, -1);
}

/* The session's output becomes a SEND; the memory goes with it. */
static bool take_output(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_buf *out = kith_session_output(peer->session);
	struct kith_action *action;

	if (out->len == 0)
		return true;
	action = kith_core_act(core, KITH_ACTION_SEND);
	if (!action)
		return false;
	action->conn = peer->conn;
	action->data = out->data;
	action->data_len = out->len;
	peer->unsent += out->len;
	if (peer->partner)
		peer->partner->stats.bytes_out += out->len;
	kith_buf_init(out, out->cap);
	kith_peer_mind_reading(core, peer);
	return true;
}

bool kith_peer_flush(struct kith_core *core, struct kith_peer *peer)
{
	if (kith_session_flush(peer->session, core->now_ms) || !take_output(core, peer)) {
		kith_peer_end(core, peer, KITH_E_NOMEM, -1);
		return false;
	}
	return true;
}

/* Who pushes faster than people write is read as fast as they do, and no longer keeps others
 * waiting. */
static uint64_t resume_ms(const struct kith_peer *peer)
{
	return peer->partner && peer->established ? peer->partner->pushed_ms : 0;
}

/* Memory that a peer makes us hold: its records being checked and stored, and answers it does not
 * read. Above a bound nothing more is read from it, so its own network holds it back. */
void kith_peer_mind_reading(struct kith_core *core, struct kith_peer *peer)
{
	size_t factor = peer->reading ? 2 : 1;
	bool on = peer->in_flight_bytes <= factor * (KITH_IN_FLIGHT_MAX_BYTES / 2) &&
		  peer->in_flight_pushed <= factor * (KITH_PUSHED_MAX_BYTES / 2) &&
		  kith_peer_backlog(peer) <= factor * KITH_SEND_QUEUE_MAX_BYTES &&
		  core->now_ms >= resume_ms(peer);
	struct kith_action *action;

	if (peer->closing || peer->reading == on)
		return;
	action = kith_core_act(core, KITH_ACTION_READ);
	if (!action)
		return;
	action->conn = peer->conn;
	action->on = on;
	peer->reading = on;
	peer->heard_ms = peer->progress_ms = core->now_ms;
}

void kith_peer_writable(struct kith_core *core, struct kith_peer *peer, size_t unsent)
{
	if (unsent < peer->unsent)
		peer->progress_ms = core->now_ms; /* they read, so answers may still come */
	peer->unsent = unsent;
	kith_peer_mind_reading(core, peer);
}

/* ---- the end -------------------------------------------------------------------------------- */

/* What an error that ends an established connection is told as, unless it was told before. */
static enum kith_complaint complaint_of(const struct kith_peer *peer, int err)
{
	if (kith_err_class(err) != KITH_CLASS_INPUT)
		return KITH_COMPLAINT_NONE;
	if (peer->complaint)
		return peer->complaint;
	if (err == KITH_E_TIMEOUT)
		return peer->want_outstanding ? KITH_COMPLAINT_WITHHELD : KITH_COMPLAINT_SILENT;
	if (err == KITH_E_FORGED)
		return KITH_COMPLAINT_DAMAGED;
	if (err == KITH_E_UNEXPECTED)
		return KITH_COMPLAINT_UNEXPECTED;
	return err == KITH_E_REFUSED || err == KITH_E_TRUNCATED ? KITH_COMPLAINT_NONE
								: KITH_COMPLAINT_MALFORMED;
}

/* Anybody on the way can damage bytes or hold them up, so these are only told of; promises that are
 * broken again and again are no accident. */
static bool is_offence(
	struct kith_core *core, struct kith_peer *peer, enum kith_complaint complaint)
{
	if (complaint == KITH_COMPLAINT_WITHHELD)
		return kith_budget_spend(core, peer, KITH_SPEND_BROKEN, 1) != 0;
	return complaint > KITH_COMPLAINT_SILENT;
}

static void account_end(struct kith_core *core, struct kith_peer *peer, int err)
{
	struct kith_partner *partner = peer->partner;
	enum kith_complaint complaint = complaint_of(peer, err);

	if (!peer->established && complaint && err != KITH_E_TIMEOUT)
		core->stats.openings_refused++;
	if (!partner)
		return;
	if (partner->dial_peer == peer->conn)
		partner->dial_peer = 0;
	else if (partner->peer == peer)
		partner->peer = NULL;
	else
		return; /* another connection took its place */
	partner->ended_by = KITH_COMPLAINT_NONE;
	if (peer->established) {
		partner->last_seen_wall_ms = kith_core_wall_ms(core, core->now_ms);
		if (complaint && is_offence(core, peer, complaint))
			kith_partner_offended(core, partner, complaint);
		else if (complaint)
			kith_partner_complain(core, partner, complaint);
		partner->ended_by = complaint;
	}
	kith_partner_ended(core, partner, err, peer->bye);
}

void kith_peer_end(struct kith_core *core, struct kith_peer *peer, int err, int bye)
{
	if (peer->closing)
		return;
	peer->closing = true;
	if (bye >= 0 && kith_session_bye(peer->session, (uint8_t)bye, core->now_ms) == 0)
		(void)take_output(core, peer);
	peer->close->action.reason = err;
	kith_core_act_take(core, peer->close);
	peer->close = NULL;
	kith_want_peer_gone(core, peer);
	kith_gossip_peer_gone(core, peer);
	account_end(core, peer, err);
}

/* The network says that it is over; nothing is left to be closed. */
void kith_peer_closed(struct kith_core *core, struct kith_peer *peer, int err)
{
	bool clean = kith_session_ended_cleanly(peer->session);

	peer->closing = true;
	if (peer->established && !clean)
		peer->partner->stats.truncations++;
	kith_want_peer_gone(core, peer);
	kith_gossip_peer_gone(core, peer);
	account_end(core, peer, err ? err : clean ? 0 : KITH_E_TRUNCATED);
}

void kith_peer_free(struct kith_core *core, struct kith_peer *peer)
{
	(void)core;
	for (int i = 0; i < KITH_ORIGINS; i++)
		kith_batch_free(peer->inbox[i]);
	kith_audit_clear(peer);
	kith_scope_clear(peer);
	kith_requests_clear(&peer->serve);
	kith_buf_clear(&peer->ihave);
	kith_session_free(peer->session);
	free(peer->close);
	free(peer);
}

/* ---- time ----------------------------------------------------------------------------------- */

static uint64_t next_ping_ms(const struct kith_core *core, const struct kith_peer *peer)
{
	uint64_t quiet_since = peer->heard_ms > peer->pinged_ms ? peer->heard_ms : peer->pinged_ms;

	return quiet_since + core->answer_within_ms;
}

static uint64_t dead_ms(const struct kith_core *core, const struct kith_peer *peer)
{
	uint64_t due = peer->heard_ms + KITH_SILENCE_PINGS * (uint64_t)core->answer_within_ms;

	if (!peer->reading) /* the silence is ours, unless they take nothing of what waits */
		return peer->unsent ? due - peer->heard_ms + peer->progress_ms : UINT64_MAX;
	if (peer->probed_ms)
		due = kith_earlier(due, peer->probed_ms + PROBE_MS);
	if (kith_sync_expects(peer))
		due = kith_earlier(due, peer->progress_ms + core->answer_within_ms);
	return due;
}

uint64_t kith_peer_deadline(const struct kith_core *core, const struct kith_peer *peer)
{
	uint64_t resume = resume_ms(peer);

	if (!peer->established)
		return kith_session_deadline_ms(peer->session);
	if (peer->reading || resume <= core->now_ms)
		resume = UINT64_MAX;
	return kith_earlier(resume,
		kith_earlier(kith_earlier(next_ping_ms(core, peer), dead_ms(core, peer)),
			kith_earlier(
				kith_earlier(kith_sync_deadline(core, peer), peer->ihave_due_ms),
				kith_audit_deadline(peer))));
}

void kith_peer_tick(struct kith_core *core, struct kith_peer *peer)
{
	if (!peer->established) {
		if (core->now_ms >= kith_session_deadline_ms(peer->session))
			kith_peer_end(core, peer, KITH_E_TIMEOUT, -1);
		return;
	}
	if (core->now_ms >= dead_ms(core, peer)) {
		kith_peer_end(core, peer, KITH_E_TIMEOUT, KITH_BYE_OVERLOAD);
		return;
	}
	if (core->now_ms >= next_ping_ms(core, peer)) {
		peer->pinged_ms = core->now_ms;
		kith_peer_send(core, peer, KITH_MESSAGE_PING, "\0\0\0\0\0\0\0\0", 8, NULL, 0);
	}
	if (!peer->reading)
		kith_peer_mind_reading(core, peer);
	if (core->now_ms >= peer->ihave_due_ms)
		kith_gossip_flush(core, peer);
	kith_sync_tick(core, peer);
	kith_audit_tick(core, peer);
}
