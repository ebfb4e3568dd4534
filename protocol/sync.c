/*
 * sync.c: making the sets of two nodes equal, one after the other, control before content.
 *
 * Both sides walk the same list: the control sets of all shared circles, then the content sets. For
 * each, the counts both sides gave in SCOPE say whether one of them is so far behind that it pulls
 * in bulk first; then the side that called reconciles (reconcile.h), asks for what it needs, sends
 * what the other needs, and says SYNCED. The other side only answers, and keeps nothing between
 * queries.
 *
 *     caller      WAIT -> [PULLING | SERVING] -> QUERYING -> SETTLING -> DONE
 *     called      WAIT -> [PULLING]           -> FOLLOWING           -> DONE
 *
 * What a partner controls: its counts (they decide who pulls, no allocation follows from them), the
 * number of rounds (capped), ids it says it has (asked for at most KITH_WANT_MAX at a time,
 * remembered up to a pause), and how slowly it answers (stall limit).
 */
#include "protocol/core_state.h"

#include <string.h>

/* ---- reconciliation ------------------------------------------------------------------------- */

/* An honest reconciliation takes few rounds, but one cut by the frame limit goes on for as long as
 * there are ids to list: at least a thousand a round. */
static uint64_t rounds_allowed(const struct kith_sync *sync)
{
	uint64_t mine = kith_sync_count(sync), theirs = sync->their_count;

	/* Their count is a claim, and it was made when the connection began. */
	if (theirs > 4 * mine + 65536)
		theirs = 4 * mine + 65536;

	return KITH_RECONCILE_ROUNDS_MAX + (mine + theirs) / 256;
}

static int no_end(struct kith_peer *peer)
{
	peer->complaint = KITH_COMPLAINT_ENDLESS;
	return KITH_E_UNEXPECTED;
}

static void send_query(struct kith_core *core, struct kith_peer *peer, struct kith_sync *sync)
{
	kith_scope_tell(core, peer, KITH_MESSAGE_RECONCILE, sync, &sync->query);
	kith_buf_clear(&sync->query);
	sync->rounds++;
	peer->partner->stats.rounds++;
	peer->progress_ms = core->now_ms;
}

static int begin_reconcile(struct kith_core *core, struct kith_peer *peer, struct kith_sync *sync)
{
	int err = kith_reconcile_init(&sync->reconcile, sync->circle->sets[sync->class_],
		KITH_RECONCILE_FRAME_BYTES, true);

	kith_buf_clear(&sync->query);
	kith_write_u8(&sync->query, KITH_RECONCILE_QUERY);
	if (!err)
		err = kith_reconcile_initiate(&sync->reconcile, &sync->query);
	if (err)
		return err;
	sync->phase = KITH_SYNC_QUERYING;
	sync->rounds = 0;
	peer->partner->stats.reconciliations++;
	send_query(core, peer, sync);
	return 0;
}

int kith_sync_have(void *ctx, const struct kith_record_id *id)
{
	const struct kith_levelling *levelling = ctx;
	struct kith_peer *peer = levelling->peer;

	if (peer->serve.count < KITH_SERVE_QUEUE_MAX)
		return kith_serve_queue(peer, levelling->sync, KITH_RECORDS_OFFERED, id);
	peer->dirty = true; /* told again when these have gone */
	return 0;
}

int kith_sync_need(void *ctx, const struct kith_record_id *id)
{
	const struct kith_levelling *levelling = ctx;

	kith_want_offer(levelling->core, levelling->peer, levelling->sync, id);
	return 0;
}

static int plainly_have(void *ctx, const struct kith_record_id *id)
{
	const struct kith_levelling *levelling = ctx;

	kith_audit_is_seen(levelling->core, levelling->peer, id);
	return kith_sync_have(ctx, id);
}

static int plainly_need(void *ctx, const struct kith_record_id *id)
{
	const struct kith_levelling *levelling = ctx;

	kith_audit_is_seen(levelling->core, levelling->peer, id);
	return kith_sync_need(ctx, id);
}

static int on_answer(
	struct kith_core *core, struct kith_peer *peer, size_t i, struct kith_bytes msg)
{
	struct kith_sync *sync = &peer->syncs[i];
	struct kith_levelling ctx = {core, peer, i};
	const struct kith_reconcile_diff diff = {plainly_have, plainly_need, &ctx};
	int err;

	if (sync->phase != KITH_SYNC_QUERYING || sync->query.len > 0)
		return KITH_E_UNEXPECTED;
	if (sync->rounds > rounds_allowed(sync))
		return no_end(peer);
	peer->progress_ms = core->now_ms;
	kith_write_u8(&sync->query, KITH_RECONCILE_QUERY);
	err = kith_reconcile_consume(&sync->reconcile, msg.data, msg.len, &diff, &sync->query);
	if (err)
		return err;
	if (sync->query.len == 1) { /* nothing but our own first byte: done */
		kith_buf_clear(&sync->query);
		sync->phase = KITH_SYNC_SETTLING;
	}
	return 0;
}

/* A query is 46 bytes, its answer may be 60,000: who does not read gets one, and no second. */
static bool asks_without_reading(struct kith_peer *peer)
{
	bool before = peer->answered_unsent;

	peer->answered_unsent = kith_peer_backlog(peer) > KITH_SEND_QUEUE_MAX_BYTES;
	return before && peer->answered_unsent;
}

static int answer(struct kith_core *core, struct kith_peer *peer, struct kith_sync *sync,
	struct kith_bytes msg)
{
	struct kith_reconcile answerer;
	struct kith_buf out;
	int err = kith_reconcile_init(
		&answerer, sync->circle->sets[sync->class_], KITH_RECONCILE_FRAME_BYTES, false);

	if (err)
		return err;
	kith_buf_init(&out, KITH_MESSAGE_MAX_BYTES - KITH_SET_TAG_LEN);
	kith_write_u8(&out, KITH_RECONCILE_ANSWER);
	err = kith_reconcile_consume(&answerer, msg.data, msg.len, NULL, &out);
	if (!err)
		kith_scope_tell(core, peer, KITH_MESSAGE_RECONCILE, sync, &out);
	kith_buf_clear(&out);
	return err;
}

/* The answer waits until what they sent before is stored: what is on its way into the set would
 * seem to be missing, and be sent again. */
static int on_query(struct kith_core *core, struct kith_peer *peer, size_t i, struct kith_bytes msg)
{
	struct kith_sync *sync = &peer->syncs[i];

	if (msg.len > KITH_RECONCILE_FRAME_BYTES + 256 || sync->query.len > 0 ||
		kith_session_is_initiator(peer->session) || asks_without_reading(peer))
		return KITH_E_UNEXPECTED;
	if (++sync->rounds > rounds_allowed(sync))
		return no_end(peer);
	if (peer->in_flight_synced == 0)
		return answer(core, peer, sync, msg);
	kith_write(&sync->query, msg.data, msg.len);
	return kith_buf_err(&sync->query);
}

static int answer_held(struct kith_core *core, struct kith_peer *peer)
{
	int err = 0;

	if (kith_session_is_initiator(peer->session) || peer->in_flight_synced > 0)
		return 0;
	for (size_t i = 0; !err && i < peer->sync_count; i++) {
		struct kith_sync *sync = &peer->syncs[i];

		if (sync->query.len == 0)
			continue;
		err = answer(
			core, peer, sync, (struct kith_bytes){sync->query.data, sync->query.len});
		kith_buf_clear(&sync->query);
	}
	return err;
}

int kith_sync_reconcile(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	uint8_t role = kith_read_u8(cursor);
	struct kith_bytes msg = kith_read_view(cursor, kith_cursor_left(cursor));
	size_t i;
	int err = cursor->err ? cursor->err : kith_scope_find(peer, &tag, &i);

	if (err)
		return err;
	if (role == KITH_RECONCILE_QUERY)
		return on_query(core, peer, i, msg);
	return role == KITH_RECONCILE_ANSWER ? on_answer(core, peer, i, msg) : KITH_E_MALFORMED;
}

static void sync_done(struct kith_core *core, struct kith_peer *peer, struct kith_sync *sync)
{
	sync->phase = KITH_SYNC_DONE;
	sync->rounds = 0;
	if (++peer->sync_at < peer->sync_count)
		return;
	peer->synced_once = true;
	peer->partner->failures = 0;
	peer->partner->last_synced_wall_ms = kith_core_wall_ms(core, core->now_ms);
	if (kith_session_is_initiator(peer->session))
		peer->next_reconcile_ms =
			core->now_ms + kith_core_jitter(core, core->reconcile_every_ms);
}

int kith_sync_synced(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	size_t i;
	int err = kith_cursor_finish(cursor);

	if (!err)
		err = kith_scope_find(peer, &tag, &i);
	if (err)
		return err;
	if (kith_session_is_initiator(peer->session))
		return KITH_E_UNEXPECTED;
	peer->syncs[i].rounds = 0;
	if (peer->syncs[i].phase == KITH_SYNC_FOLLOWING && i == peer->sync_at)
		sync_done(core, peer, &peer->syncs[i]);
	else if (i + 1 == peer->sync_count && peer->synced_once)
		peer->partner->last_synced_wall_ms = kith_core_wall_ms(core, core->now_ms);
	return 0;
}

/* ---- what comes next ------------------------------------------------------------------------ */

/* The set whose turn it is begins, with a pull by whoever is far behind. */
static int begin(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_sync *sync = &peer->syncs[peer->sync_at];

	if (sync->i_pull)
		return kith_pull_begin(core, peer, peer->sync_at);
	if (!kith_session_is_initiator(peer->session)) {
		sync->phase = KITH_SYNC_FOLLOWING;
		return 0;
	}
	if (sync->they_pull) {
		sync->phase = KITH_SYNC_SERVING;
		return 0;
	}
	return begin_reconcile(core, peer, sync);
}

bool kith_sync_has_room(const struct kith_peer *peer)
{
	return peer->want.count < KITH_WANT_QUEUE_PAUSE &&
	       peer->serve.count < KITH_WANT_QUEUE_PAUSE;
}

/* Of what a reconciliation brought up; live gossip and the other side's wishes go on beside it. */
static bool nothing_under_way(const struct kith_peer *peer)
{
	return peer->want.count == 0 && peer->want_outstanding == 0 &&
	       peer->serve.count == peer->serve_wanted && peer->in_flight_synced == 0;
}

bool kith_sync_is_settled(const struct kith_peer *peer)
{
	return peer->synced_once && peer->sync_at == peer->sync_count && !peer->dirty &&
	       nothing_under_way(peer);
}

static int advance(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_sync *sync = &peer->syncs[peer->sync_at];

	switch (sync->phase) {
	case KITH_SYNC_WAIT:
		/* After a pull: what came last is being stored. */
		return peer->in_flight_synced ? 0 : begin(core, peer);
	case KITH_SYNC_SERVING:
		/* serve.c clears they_pull when the pull has been served to its end. */
		return sync->they_pull ? 0 : begin_reconcile(core, peer, sync);
	case KITH_SYNC_QUERYING:
		if (sync->query.len && kith_sync_has_room(peer))
			send_query(core, peer, sync);
		return 0;
	case KITH_SYNC_SETTLING:
		if (nothing_under_way(peer)) {
			kith_scope_tell(core, peer, KITH_MESSAGE_SYNCED, sync, NULL);
			sync_done(core, peer, sync);
		}
		return 0;
	case KITH_SYNC_PULLING:
	case KITH_SYNC_FOLLOWING:
	case KITH_SYNC_DONE:
		return 0;
	}
	return 0;
}

/* All sets are walked once more; nobody pulls in a repeat. */
static void restart(struct kith_core *core, struct kith_peer *peer)
{
	peer->dirty = false;
	peer->sync_at = 0;
	peer->next_reconcile_ms = UINT64_MAX;
	for (size_t i = 0; i < peer->sync_count; i++) {
		peer->syncs[i].phase = KITH_SYNC_WAIT;
		peer->syncs[i].i_pull = peer->syncs[i].they_pull = false;
	}
	peer->progress_ms = core->now_ms;
}

/* Once a second is enough: who drops announcements drops many, and the caller counts. */
static void nudge(struct kith_core *core, struct kith_peer *peer)
{
	peer->mend_ms = core->now_ms + KITH_DIAL_FIRST_MS;
	kith_peer_send(core, peer, KITH_MESSAGE_NUDGE, NULL, 0, NULL, 0);
}

/* Announcements or records had to be dropped: the caller reconciles again, the called one asks for
 * it. */
static void mend(struct kith_core *core, struct kith_peer *peer)
{
	if (!peer->dirty || core->now_ms < peer->mend_ms || core->store_retry_ms ||
		peer->sync_at < peer->sync_count || peer->unsent > KITH_SEND_LOW_BYTES)
		return;
	peer->dirty = false;
	if (kith_session_is_initiator(peer->session))
		peer->next_reconcile_ms = kith_earlier(peer->next_reconcile_ms,
			core->now_ms + kith_core_jitter(core, KITH_DIAL_FIRST_MS));
	else
		nudge(core, peer);
}

void kith_sync_pump(struct kith_core *core, struct kith_peer *peer)
{
	size_t before;
	int err;

	kith_want_pump(core, peer);
	kith_pull_pump(core, peer);
	kith_serve_pump(core, peer);
	err = peer->closing ? 0 : answer_held(core, peer);
	if (!err && !peer->closing)
		err = kith_audit_pump(core, peer);
	do {
		before = peer->sync_at;
		if (!err && !peer->closing && peer->sync_at < peer->sync_count)
			err = advance(core, peer);
	} while (!err && peer->sync_at != before);
	if (err)
		kith_peer_end(core, peer, err, KITH_BYE_OVERLOAD);
	else
		mend(core, peer);
}

/* ---- time ----------------------------------------------------------------------------------- */

uint64_t kith_sync_deadline(const struct kith_core *core, const struct kith_peer *peer)
{
	if (peer->dirty && peer->mend_ms > core->now_ms)
		return kith_earlier(peer->next_reconcile_ms, peer->mend_ms);
	return peer->next_reconcile_ms;
}

void kith_sync_tick(struct kith_core *core, struct kith_peer *peer)
{
	if (!peer->closing && core->now_ms >= peer->next_reconcile_ms)
		restart(core, peer);
}

/* True while an answer of the other side is due; when we hold back ourselves, nothing is. */
bool kith_sync_expects(const struct kith_peer *peer)
{
	const struct kith_sync *sync;

	if (!peer->reading || peer->in_flight_records > 0)
		return false;
	if (!peer->scoped)
		return true;
	if (peer->want_outstanding > 0 || (peer->pull.active && peer->pull.credit > 0))
		return true;
	if (peer->sync_at >= peer->sync_count)
		return false;
	sync = &peer->syncs[peer->sync_at];
	if (sync->phase == KITH_SYNC_SERVING)
		return !peer->pull_server.active;
	return sync->phase == KITH_SYNC_QUERYING && sync->query.len == 0;
}

uint64_t kith_sync_behind(const struct kith_peer *peer)
{
	uint64_t behind = peer->want.count + peer->want_outstanding;
	const struct kith_sync *sync;
	uint64_t mine;

	if (!peer->pull.active)
		return behind;
	sync = &peer->syncs[peer->pull.sync];
	mine = kith_sync_count(sync);
	return behind + (sync->their_count > mine ? sync->their_count - mine : 0);
}
