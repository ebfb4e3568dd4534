/*
 * want.c: records that we lack and somebody has: asked for once, from one, and from the next if
 * that fails.
 *
 * The table of pending records (pending.h) says who is to deliver what; each peer has a queue of
 * ids to ask for, of which at most KITH_WANT_MAX are asked for and not yet answered.
 *
 *   W1 peer->want_outstanding is the number of entries WANTED from it, peer->announced of those
 *   ANNOUNCED
 *       by it. Every change of an entry's state or conn goes through kith_want_release() first.
 *   W2 Every entry but an ARRIVED one has a due time, after which it is asked of somebody else. If
 *   nobody else offered it, it goes on waiting for its turn, or is dropped when that was over.
 */
#include "protocol/core_state.h"

#include <string.h>

/* The entry is about to change hands or go: whoever it counted for is relieved (W1). */
void kith_want_release(struct kith_core *core, const struct kith_pending_entry *entry)
{
	struct kith_peer *peer = kith_core_peer(core, entry->conn);

	if (peer && entry->state == KITH_PENDING_WANTED)
		peer->want_outstanding--;
	if (peer && entry->state == KITH_PENDING_ANNOUNCED)
		peer->announced--;
}

static void set_due(struct kith_core *core, struct kith_pending_entry *entry, uint64_t after_ms)
{
	entry->due_ms = core->now_ms + after_ms;
	core->overdue_ms = kith_earlier(core->overdue_ms, entry->due_ms);
}

/* Somebody offers what is on its way already. */
void kith_want_also(
	struct kith_core *core, struct kith_pending_entry *entry, struct kith_peer *peer)
{
	if (!kith_pending_also(entry, peer->conn))
		entry->more = true;
	else if (entry->state == KITH_PENDING_WANTED &&
		 entry->due_ms > core->now_ms + KITH_WANT_RETRY_MS)
		set_due(core, entry, KITH_WANT_RETRY_MS); /* there is somebody else now */
}

void kith_want_announced(
	struct kith_core *core, struct kith_peer *peer, struct kith_pending_entry *entry)
{
	entry->state = KITH_PENDING_ANNOUNCED;
	entry->conn = peer->conn;
	peer->announced++;
	set_due(core, entry, KITH_GRAFT_AFTER_MS);
}

/* Queues the entry, which counts for nobody at the moment, to be asked of the peer. */
static bool queue(struct kith_core *core, struct kith_peer *peer, size_t sync,
	struct kith_pending_entry *entry)
{
	struct kith_request request = {.id = entry->id, .set = (uint16_t)sync};

	if (kith_requests_put(&peer->want, &request))
		return false;
	entry->state = KITH_PENDING_QUEUED;
	entry->set = kith_sync_number(&peer->syncs[sync]);
	entry->conn = peer->conn;
	kith_pending_not_also(entry, peer->conn);
	set_due(core, entry, core->answer_within_ms);
	return true;
}

bool kith_want_in_vain(
	struct kith_core *core, const struct kith_peer *peer, const struct kith_record_id *id)
{
	return kith_quota_is_full(core, peer->partner) || kith_quota_knows(core, peer, id) ||
	       kith_refused_now(&peer->partner->refused, id, core->now_ms);
}

void kith_want_offer(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_record_id *id)
{
	struct kith_pending_entry *entry = kith_pending_find(core->pending, id);
	uint64_t before = 0;

	if (kith_want_in_vain(core, peer, id))
		return;
	if (entry && entry->state != KITH_PENDING_ANNOUNCED) {
		kith_want_also(core, entry, peer);
		return;
	}
	if (entry) {
		before = entry->conn;
		kith_want_release(core, entry);
	} else {
		entry = kith_pending_put(core->pending, id);
	}
	if (!entry || !queue(core, peer, sync, entry)) {
		if (entry)
			kith_pending_drop(core->pending, id);
		peer->dirty = true;
	} else if (before) {
		(void)kith_pending_also(entry, before);
	}
}

/* The record is asked for now. A partner that answers with other records than it was asked for must
 * not keep these from us: somebody else is asked after a while, the sooner if there is somebody. */
static void expect(struct kith_core *core, struct kith_peer *peer, struct kith_pending_entry *entry,
	uint64_t retry_ms)
{
	bool others = false;

	for (size_t i = 0; i < KITH_PENDING_ALSO; i++)
		others |= entry->also[i] != 0;
	entry->state = KITH_PENDING_WANTED;
	set_due(core, entry,
		others ? kith_earlier(retry_ms, core->answer_within_ms) : core->answer_within_ms);
	if (peer->want_outstanding++ == 0)
		peer->progress_ms = core->now_ms;
}

/* Takes ids that are still to be asked of this peer from the queue into one WANT. */
static void send_want(struct kith_core *core, struct kith_peer *peer)
{
	const struct kith_sync *sync = &peer->syncs[kith_requests_at(&peer->want, 0)->set];
	size_t run = kith_requests_run(&peer->want, KITH_WANT_MAX - peer->want_outstanding);
	struct kith_buf ids;

	kith_buf_init(&ids, KITH_WANT_MAX * KITH_ID_LEN);
	for (size_t i = 0; i < run; i++) {
		const struct kith_record_id *id = &kith_requests_at(&peer->want, i)->id;
		struct kith_pending_entry *entry = kith_pending_find(core->pending, id);

		if (!entry || entry->state != KITH_PENDING_QUEUED || entry->conn != peer->conn)
			continue; /* came by another way meanwhile */
		expect(core, peer, entry, KITH_WANT_RETRY_MS);
		kith_write(&ids, id->bytes, KITH_ID_LEN);
	}
	kith_requests_drop(&peer->want, run);
	if (kith_buf_err(&ids))
		kith_peer_end(core, peer, KITH_E_NOMEM, KITH_BYE_OVERLOAD);
	else if (ids.len)
		kith_scope_tell(core, peer, KITH_MESSAGE_WANT, sync, &ids);
	kith_buf_clear(&ids);
}

void kith_want_pump(struct kith_core *core, struct kith_peer *peer)
{
	while (!peer->closing && !core->store_retry_ms && peer->want.count > 0 &&
		peer->want_outstanding < KITH_WANT_MAX)
		send_want(core, peer);
}

/* An announced record did not come by itself: whoever has it is asked, and its link becomes
 * eager. */
static void graft(struct kith_core *core, struct kith_peer *peer, size_t sync,
	struct kith_pending_entry *entry)
{
	kith_want_release(core, entry);
	if (peer->want_outstanding >= KITH_WANT_MAX) {
		if (!queue(core, peer, sync, entry))
			kith_pending_drop(core->pending, &entry->id);
		return;
	}
	expect(core, peer, entry, KITH_GRAFT_RETRY_MS);
	kith_gossip_ask(core, peer, sync, entry);
}

int kith_want_unavailable(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	if (kith_cursor_left(cursor) == 0)
		return KITH_E_MALFORMED;
	while (kith_cursor_left(cursor) > 0) {
		struct kith_record_id id;
		struct kith_pending_entry *entry;

		kith_read_copy(cursor, id.bytes, KITH_ID_LEN);
		if (cursor->err)
			return cursor->err;
		peer->partner->stats.unavailable++;
		entry = kith_pending_find(core->pending, &id);
		if (!entry || entry->state != KITH_PENDING_WANTED || entry->conn != peer->conn)
			continue;
		peer->progress_ms = peer->delivered_ms = core->now_ms;
		kith_refused_again(&peer->partner->refused, &id, core->now_ms);
		kith_want_retry(core, &id);
	}
	return cursor->err;
}

/* ---- when it fails -------------------------------------------------------------------------- */

/* The first of those who offered it that can be asked. */
static struct kith_peer *next_to_ask(
	struct kith_core *core, const struct kith_pending_entry *entry, size_t *sync)
{
	for (size_t i = 0; i < KITH_PENDING_ALSO; i++) {
		struct kith_peer *peer = kith_core_peer(core, entry->also[i]);

		if (peer && kith_peer_ready(peer) && kith_scope_by_number(peer, entry->set, sync))
			return peer;
	}
	return NULL;
}

/* There are others that offered it; a reconciliation shows who. */
static void find_again(struct kith_core *core)
{
	struct kith_peer *peer;

	for (peer = core->peers; peer; peer = peer->next)
		peer->dirty = true;
}

void kith_want_retry(struct kith_core *core, const struct kith_record_id *id)
{
	struct kith_pending_entry *entry = kith_pending_find(core->pending, id);
	struct kith_record_id copy = *id;
	struct kith_peer *peer;
	size_t sync;

	if (!entry)
		return;
	kith_want_release(core, entry);
	peer = next_to_ask(core, entry, &sync);
	if (peer && queue(core, peer, sync, entry))
		return;
	if (entry->more)
		find_again(core);
	kith_pending_drop(core->pending, &copy);
}

struct gone_ctx {
	struct kith_core *core;
	uint64_t conn;
};

/* Entries of the connection that ended: another one that offered takes over, or they are
 * dropped. */
static bool sweep_gone(void *ctx, struct kith_pending_entry *entry)
{
	const struct gone_ctx *gone = ctx;
	struct kith_peer *peer;
	size_t sync;

	kith_pending_not_also(entry, gone->conn);
	if (entry->conn != gone->conn || entry->state == KITH_PENDING_ARRIVED)
		return false;
	peer = next_to_ask(gone->core, entry, &sync);
	if (peer && queue(gone->core, peer, sync, entry))
		return false;
	if (entry->more)
		find_again(gone->core);
	return true;
}

void kith_want_peer_gone(struct kith_core *core, struct kith_peer *peer)
{
	struct gone_ctx ctx = {core, peer->conn};

	if (peer->established)
		kith_pending_sweep(core->pending, sweep_gone, &ctx);
}

/* ---- time ----------------------------------------------------------------------------------- */

#define OVERDUE_AT_ONCE 256

struct overdue {
	uint64_t now_ms;
	struct kith_record_id ids[OVERDUE_AT_ONCE];
	size_t count;
	uint64_t next_ms;
};

static bool find_overdue(void *ctx, struct kith_pending_entry *entry)
{
	struct overdue *overdue = ctx;

	if (entry->state == KITH_PENDING_ARRIVED)
		return false;
	if (entry->due_ms <= overdue->now_ms && overdue->count < OVERDUE_AT_ONCE)
		overdue->ids[overdue->count++] = entry->id;
	else
		overdue->next_ms = kith_earlier(overdue->next_ms, entry->due_ms);
	return false;
}

/* Asked long ago, it has not sent anything since; nor has anybody else what it promised. */
static void withheld(struct kith_core *core, struct kith_peer *peer)
{
	peer->complaint = KITH_COMPLAINT_WITHHELD;
	kith_peer_end(core, peer, KITH_E_TIMEOUT, KITH_BYE_OVERLOAD);
}

static void handle_overdue(struct kith_core *core, struct kith_pending_entry *entry)
{
	struct kith_peer *peer = kith_core_peer(core, entry->conn);
	size_t sync;

	if (entry->state == KITH_PENDING_ANNOUNCED && peer && kith_peer_ready(peer) &&
		kith_scope_by_number(peer, entry->set, &sync))
		graft(core, peer, sync, entry);
	else if (entry->state == KITH_PENDING_QUEUED && peer && !next_to_ask(core, entry, &sync))
		set_due(core, entry,
			core->answer_within_ms); /* its turn comes: the store may refuse */
	else if (entry->state == KITH_PENDING_WANTED && peer && peer->reading &&
		 !next_to_ask(core, entry, &sync) &&
		 core->now_ms - peer->delivered_ms >= core->answer_within_ms)
		withheld(core, peer);
	else
		kith_want_retry(core, &entry->id);
}

/* W2. The sweep looks at every entry, so it is made rarely, however many are due. */
void kith_want_tick(struct kith_core *core)
{
	struct overdue overdue = {.now_ms = core->now_ms, .next_ms = UINT64_MAX};

	if (core->now_ms < core->overdue_ms)
		return;
	kith_pending_sweep(core->pending, find_overdue, &overdue);
	core->overdue_ms = overdue.next_ms;
	if (overdue.next_ms < core->now_ms + KITH_OVERDUE_EVERY_MS)
		core->overdue_ms = core->now_ms + KITH_OVERDUE_EVERY_MS;
	for (size_t i = 0; i < overdue.count; i++) {
		struct kith_pending_entry *entry =
			kith_pending_find(core->pending, &overdue.ids[i]);
		if (entry)
			handle_overdue(core, entry);
	}
}
