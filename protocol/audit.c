/*
 * audit.c: the keyed audit: the same reconciliation once more, over keyed sums (keyed.h), once a
 * day with each partner. SPEC section "Keyed audit".
 *
 * Somebody who makes enough records can choose two groups of them with the same sum of ids, give
 * one group to some nodes and the other to others, and plain reconciliation sees equal sets for
 * ever. What the audit finds is levelled as ever, by want.c and serve.c.
 *
 *     caller   OFF -> SCANNING -> WAITING -> ASKING -> OFF, then the next set
 *     called   OFF -> SCANNING -> WAITING           -> OFF
 *
 * The caller begins when the sets seem equal and nothing is under way. Both sides scan, the
 * called one says READY, then queries and answers go to and fro. An audit that does not come off
 * (no memory, no answer, NOT_NOW, too many rounds) is nobody's offence and is tried again.
 *
 * What is found is counted for people, but not what the plain comparison had brought up as well
 * (the partner does not take it, or we do not), nor what is only on its way between the nodes: of
 * ours what came while the audit went on, of theirs what is new.
 *
 * What a partner controls: when it has us scan (so many items a day, KITH_AUDIT_SCANS;
 * KITH_AUDITS_MAX scans at once), how long the sums are kept (KITH_AUDIT_MAX_MS), what its
 * messages hold (at most KITH_AUDIT_FRAME_BYTES each, one in each turn of the loop and
 * KITH_AUDIT_ROUNDS_MAX in all), and the ids it claims to have, which are asked for as those of
 * any reconciliation.
 */
#include "protocol/core_state.h"

#include <string.h>

static bool we_called(const struct kith_peer *peer)
{
	return kith_session_is_initiator(peer->session);
}

/* A message without a body. */
static void tell(
	struct kith_core *core, struct kith_peer *peer, size_t sync, enum kith_audit_role role)
{
	uint8_t message[KITH_SET_TAG_LEN + 1];
	const struct kith_set_tag *tag = &peer->syncs[sync].tag;

	memcpy(message, tag->circle, KITH_TAG_LEN);
	message[KITH_TAG_LEN] = tag->class_;
	message[KITH_SET_TAG_LEN] = (uint8_t)role;
	kith_peer_send(core, peer, KITH_MESSAGE_AUDIT, message, sizeof(message), NULL, 0);
}

/* ---- the sums as the source of fingerprints -------------------------------------------------- */

struct source {
	struct kith_keyed *sums;
	const uint8_t *key; /* borrowed from the session */
};

static struct kith_sum source_sum(void *ctx, size_t begin, size_t end)
{
	const struct source *source = ctx;

	return kith_keyed_sum(source->sums, source->key, begin, end);
}

static int reconciler(struct kith_peer *peer, struct source *source, struct kith_reconcile *out)
{
	const struct kith_sync *sync = &peer->syncs[peer->audit.sync];
	int err = kith_reconcile_init(
		out, sync->circle->sets[sync->class_], KITH_AUDIT_FRAME_BYTES, we_called(peer));

	*source = (struct source){peer->audit.sums, kith_session_audit_key(peer->session)};
	out->sum = source_sum;
	out->sum_ctx = source;
	if (!err && !source->key)
		err = KITH_E_STATE; /* the session is dead, and its connection about to be ended */
	return err;
}

/* ---- beginning and ending -------------------------------------------------------------------- */

void kith_audit_clear(struct kith_peer *peer)
{
	kith_keyed_free(peer->audit.sums);
	kith_buf_clear(&peer->audit.query);
	peer->audit = (struct kith_audit){.phase = KITH_AUDIT_OFF};
}

/* A partner may keep an audit going by beginning it again and again, and must not keep us from
 * those that we begin: they would find what it hides. */
static bool is_one_too_many(const struct kith_core *core, bool ours)
{
	const struct kith_peer *peer;
	size_t all = 0, called = 0;

	for (peer = core->peers; peer; peer = peer->next) {
		all += peer->audit.phase != KITH_AUDIT_OFF;
		called += peer->audit.phase != KITH_AUDIT_OFF && !we_called(peer);
	}
	return all >= KITH_AUDITS_MAX || (!ours && called >= KITH_AUDITS_CALLED_MAX);
}

static int scan_from_the_start(struct kith_core *core, struct kith_peer *peer, size_t i)
{
	const struct kith_sync *sync = &peer->syncs[i];

	kith_audit_clear(peer);
	peer->audit.sums = kith_keyed_new(sync->circle->sets[sync->class_]);
	if (!peer->audit.sums)
		return KITH_E_NOMEM;
	kith_buf_init(&peer->audit.query, KITH_MESSAGE_MAX_BYTES);
	peer->audit.phase = KITH_AUDIT_SCANNING;
	peer->audit.sync = i;
	peer->audit.slice_ms = core->now_ms;
	return 0;
}

static void again_later(struct kith_core *core, struct kith_peer *peer)
{
	peer->partner->next_audit_ms =
		core->now_ms +
		kith_core_jitter(core, core->audit_every_ms / KITH_AUDIT_AGAIN_PARTS);
}

/* The audit ends before its time; the other side is told, so that it need not wait. */
static void give_up(struct kith_core *core, struct kith_peer *peer)
{
	size_t sync = peer->audit.sync;

	kith_audit_clear(peer);
	if (we_called(peer))
		again_later(core, peer);
	if (!peer->closing)
		tell(core, peer, sync, we_called(peer) ? KITH_AUDIT_END : KITH_AUDIT_NOT_NOW);
}

static void begin(struct kith_core *core, struct kith_peer *peer, size_t i)
{
	if (scan_from_the_start(core, peer, i))
		again_later(core, peer);
	else
		tell(core, peer, i, KITH_AUDIT_BEGIN);
}

static void all_audited(struct kith_core *core, struct kith_peer *peer)
{
	peer->partner->next_audit_ms = core->now_ms + kith_core_jitter(core, core->audit_every_ms);
}

/* The caller has asked all there is to ask about this set. */
static void finish(struct kith_core *core, struct kith_peer *peer)
{
	size_t i = peer->audit.sync;

	kith_audit_clear(peer);
	tell(core, peer, i, KITH_AUDIT_END);
	if (peer->closing)
		return;
	if (i + 1 < peer->sync_count) {
		begin(core, peer, i + 1);
		return;
	}
	peer->partner->stats.audits++;
	peer->partner->last_audit_wall_ms = kith_core_wall_ms(core, core->now_ms);
	all_audited(core, peer);
}

/* ---- the caller ------------------------------------------------------------------------------ */

static void count_found(struct kith_partner *partner)
{
	partner->stats.audit_found++;
	partner->last_audit_found++;
}

static bool is_seen(const struct kith_core *core, const struct kith_partner *partner,
	const struct kith_record_id *id)
{
	return kith_refused_now(&partner->unequal, id, core->now_ms);
}

static int on_have(void *ctx, const struct kith_record_id *id)
{
	struct kith_levelling *levelling = ctx;
	struct kith_partner *partner = levelling->peer->partner;

	if (!is_seen(levelling->core, partner, id))
		count_found(partner);
	return kith_sync_have(levelling, id);
}

/* One that is on its way already was not missed; another is counted when it has come. */
static int on_need(void *ctx, const struct kith_record_id *id)
{
	struct kith_levelling *levelling = ctx;
	const struct kith_core *core = levelling->core;
	bool on_its_way = kith_pending_find(core->pending, id) != NULL;
	struct kith_pending_entry *entry;
	int err = kith_sync_need(levelling, id);

	entry = kith_pending_find(core->pending, id);
	if (entry && !on_its_way)
		entry->audited = !is_seen(core, levelling->peer->partner, id);
	return err;
}

void kith_audit_is_seen(
	struct kith_core *core, struct kith_peer *peer, const struct kith_record_id *id)
{
	kith_refused_until(&peer->partner->unequal, id,
		core->now_ms + 2ull * core->reconcile_every_ms, core->now_ms);
}

void kith_audit_brought(struct kith_core *core, struct kith_peer *peer,
	struct kith_pending_entry *entry, const struct kith_item *item)
{
	uint64_t wall_ms = kith_core_wall_ms(core, core->now_ms);

	if (entry->audited && item->created_ms + core->reconcile_every_ms < wall_ms)
		count_found(peer->partner);
	entry->audited = false;
}

/* The next query is ready in audit.query; it goes when there is room for what it may bring up. */
static void send_query(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_audit *audit = &peer->audit;

	if (!kith_sync_has_room(peer))
		return;
	kith_scope_tell(core, peer, KITH_MESSAGE_AUDIT, &peer->syncs[audit->sync], &audit->query);
	kith_buf_clear(&audit->query);
	audit->until_ms = core->now_ms + KITH_STALL_MAX_MS;
}

static int first_query(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_reconcile r;
	struct source source;
	int err = reconciler(peer, &source, &r);

	kith_write_u8(&peer->audit.query, KITH_AUDIT_QUERY);
	if (!err)
		err = kith_reconcile_initiate(&r, &peer->audit.query);
	if (err)
		return err;
	peer->audit.phase = KITH_AUDIT_ASKING;
	peer->audit.until_ms = core->now_ms + KITH_AUDIT_MAX_MS;
	return 0;
}

/* An answer that comes when none is due is late, for we gave up; but nobody answers twice. */
static int on_answer(
	struct kith_core *core, struct kith_peer *peer, size_t i, struct kith_bytes msg)
{
	struct kith_audit *audit = &peer->audit;
	struct kith_levelling levelling = {core, peer, i};
	const struct kith_reconcile_diff diff = {on_have, on_need, &levelling};
	struct kith_reconcile r;
	struct source source;
	int err;

	if (audit->phase != KITH_AUDIT_ASKING || audit->sync != i)
		return 0;
	if (audit->query.len > 0)
		return KITH_E_UNEXPECTED;
	err = reconciler(peer, &source, &r);
	kith_write_u8(&audit->query, KITH_AUDIT_QUERY);
	if (!err)
		err = kith_reconcile_consume(&r, msg.data, msg.len, &diff, &audit->query);
	if (err)
		return err;
	audit->until_ms = core->now_ms + KITH_AUDIT_MAX_MS;
	if (audit->query.len == 1)
		finish(core, peer);
	else if (++audit->rounds >= KITH_AUDIT_ROUNDS_MAX)
		give_up(core, peer); /* what was found is levelled meanwhile */
	return 0;
}

static int from_called(struct kith_core *core, struct kith_peer *peer, size_t i,
	enum kith_audit_role role, struct kith_bytes msg)
{
	struct kith_audit *audit = &peer->audit;

	if (role == KITH_AUDIT_ANSWER)
		return on_answer(core, peer, i, msg);
	if (msg.len > 0)
		return KITH_E_MALFORMED;
	if (audit->phase == KITH_AUDIT_OFF || audit->sync != i)
		return 0; /* late */
	if (role == KITH_AUDIT_READY) {
		audit->they_are_ready = true;
		return 0;
	}
	kith_audit_clear(peer);
	again_later(core, peer);
	return 0;
}

/* ---- the called side ------------------------------------------------------------------------- */

/* Whether the partner may have us scan this set: so much a day, whatever it asks. */
static bool may_scan(struct kith_core *core, struct kith_peer *peer, size_t i)
{
	struct kith_partner *partner = peer->partner;
	uint64_t cost = kith_sync_count(&peer->syncs[i]) + KITH_AUDIT_SET_COST, all = 0;

	if (core->now_ms - partner->audit_day_ms >= core->audit_every_ms) {
		partner->audit_day_ms = core->now_ms;
		partner->audit_scanned = 0;
	}
	for (size_t s = 0; s < peer->sync_count; s++)
		all += kith_sync_count(&peer->syncs[s]) + KITH_AUDIT_SET_COST;
	if (partner->audit_scanned + cost > KITH_AUDIT_SCANS * all || is_one_too_many(core, false))
		return false;
	partner->audit_scanned += cost;
	return true;
}

static void on_begin(struct kith_core *core, struct kith_peer *peer, size_t i)
{
	kith_audit_clear(peer);
	if (!may_scan(core, peer, i) || scan_from_the_start(core, peer, i))
		tell(core, peer, i, KITH_AUDIT_NOT_NOW);
}

/* A query is answered when the events at hand have been worked off (kith_audit_pump), and a second
 * one before that is an offence: so the loop turns between two answers. */
static int on_query(struct kith_core *core, struct kith_peer *peer, size_t i, struct kith_bytes msg)
{
	struct kith_audit *audit = &peer->audit;

	if (audit->phase == KITH_AUDIT_OFF || audit->sync != i) {
		tell(core, peer, i, KITH_AUDIT_NOT_NOW); /* late: we gave up */
		return 0;
	}
	if (audit->phase != KITH_AUDIT_WAITING || audit->query.len > 0 || msg.len == 0)
		return KITH_E_UNEXPECTED;
	if (++audit->rounds > KITH_AUDIT_ROUNDS_MAX) {
		give_up(core, peer);
		return 0;
	}
	kith_write(&audit->query, msg.data, msg.len);
	return kith_buf_err(&audit->query);
}

static int answer(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_audit *audit = &peer->audit;
	struct kith_reconcile r;
	struct source source;
	struct kith_buf out;
	int err = reconciler(peer, &source, &r);

	kith_buf_init(&out, KITH_MESSAGE_MAX_BYTES - KITH_SET_TAG_LEN);
	kith_write_u8(&out, KITH_AUDIT_ANSWER);
	if (!err)
		err = kith_reconcile_consume(&r, audit->query.data, audit->query.len, NULL, &out);
	if (!err)
		kith_scope_tell(core, peer, KITH_MESSAGE_AUDIT, &peer->syncs[audit->sync], &out);
	kith_buf_clear(&out);
	kith_buf_clear(&audit->query);
	return err;
}

static int from_caller(struct kith_core *core, struct kith_peer *peer, size_t i,
	enum kith_audit_role role, struct kith_bytes msg)
{
	if (role == KITH_AUDIT_QUERY)
		return on_query(core, peer, i, msg);
	if (msg.len > 0)
		return KITH_E_MALFORMED;
	if (role == KITH_AUDIT_BEGIN) {
		on_begin(core, peer, i);
	} else if (peer->audit.phase != KITH_AUDIT_OFF && peer->audit.sync == i) {
		kith_audit_clear(peer);
		if (i + 1 == peer->sync_count) /* both know now; should we call next, it can wait */
			all_audited(core, peer);
	}
	return 0;
}

/* ---- both ------------------------------------------------------------------------------------ */

int kith_audit_receive(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	uint8_t role = kith_read_u8(cursor);
	struct kith_bytes msg = kith_read_view(cursor, kith_cursor_left(cursor));
	size_t i;
	int err = cursor->err ? cursor->err : kith_scope_find(peer, &tag, &i);

	if (err)
		return err;
	if (role > KITH_AUDIT_END)
		return KITH_E_MALFORMED;
	if (msg.len > KITH_AUDIT_FRAME_BYTES)
		return KITH_E_UNEXPECTED;
	switch ((enum kith_audit_role)role) {
	case KITH_AUDIT_QUERY:
	case KITH_AUDIT_BEGIN:
	case KITH_AUDIT_END:
		return we_called(peer)
			       ? KITH_E_UNEXPECTED
			       : from_caller(core, peer, i, (enum kith_audit_role)role, msg);
	case KITH_AUDIT_ANSWER:
	case KITH_AUDIT_READY:
	case KITH_AUDIT_NOT_NOW:
		return we_called(peer) ? from_called(core, peer, i, (enum kith_audit_role)role, msg)
				       : KITH_E_UNEXPECTED;
	}
	return KITH_E_MALFORMED;
}

int kith_audit_pump(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_audit *audit = &peer->audit;
	int err = 0;

	if (!we_called(peer)) {
		/* As of any query: what they sent before must be in the set. */
		if (audit->query.len > 0 && peer->in_flight_synced == 0)
			err = answer(core, peer);
		return err;
	}
	if (audit->phase == KITH_AUDIT_WAITING && audit->they_are_ready)
		err = first_query(core, peer);
	if (!err && audit->phase == KITH_AUDIT_ASKING && audit->query.len > 0)
		send_query(core, peer);
	return err;
}

void kith_audit_inserted(
	struct kith_core *core, const struct kith_set *set, const struct kith_item *item)
{
	struct kith_peer *peer;

	for (peer = core->peers; peer; peer = peer->next) {
		const struct kith_audit *audit = &peer->audit;
		const struct kith_sync *sync;
		const uint8_t *key;

		if (audit->phase == KITH_AUDIT_OFF)
			continue;
		sync = &peer->syncs[audit->sync];
		if (sync->circle->sets[sync->class_] != set)
			continue;
		kith_audit_is_seen(core, peer, &item->id);
		key = kith_session_audit_key(peer->session);
		if (!key || kith_keyed_inserted(audit->sums, key, item))
			give_up(core, peer);
	}
}

/* ---- time ------------------------------------------------------------------------------------ */

bool kith_audit_is_ours(const struct kith_peer *peer)
{
	return kith_peer_ready(peer) && we_called(peer) && peer->sync_count > 0 &&
	       (kith_session_peer(peer->session)->capabilities & KITH_CAPABILITY_AUDIT);
}

static void go_on_scanning(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_audit *audit = &peer->audit;
	const uint8_t *key = kith_session_audit_key(peer->session);

	if (!key || kith_keyed_scan(audit->sums, key, KITH_AUDIT_SLICE)) {
		give_up(core, peer);
		return;
	}
	audit->slice_ms = core->now_ms + KITH_AUDIT_PAUSE_MS;
	if (!kith_keyed_done(audit->sums))
		return;
	audit->phase = KITH_AUDIT_WAITING;
	audit->until_ms = core->now_ms + KITH_AUDIT_MAX_MS;
	if (!we_called(peer))
		tell(core, peer, audit->sync, KITH_AUDIT_READY);
}

static void begin_all(struct kith_core *core, struct kith_peer *peer)
{
	peer->partner->last_audit_found = 0;
	begin(core, peer, 0);
}

void kith_audit_tick(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_audit *audit = &peer->audit;

	if (core->now_ms < kith_audit_deadline(peer))
		return;
	if (audit->phase == KITH_AUDIT_SCANNING)
		go_on_scanning(core, peer);
	else if (audit->phase != KITH_AUDIT_OFF)
		give_up(core, peer);
	else if (kith_sync_is_settled(peer) && !core->store_retry_ms &&
		 !is_one_too_many(core, true))
		begin_all(core, peer);
	else
		again_later(core, peer);
}

uint64_t kith_audit_deadline(const struct kith_peer *peer)
{
	if (!kith_peer_ready(peer))
		return UINT64_MAX;
	if (peer->audit.phase == KITH_AUDIT_OFF)
		return kith_audit_is_ours(peer) ? peer->partner->next_audit_ms : UINT64_MAX;
	return peer->audit.phase == KITH_AUDIT_SCANNING ? peer->audit.slice_ms
							: peer->audit.until_ms;
}
