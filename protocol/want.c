/*
 * want.c: records that we lack and somebody has: asked for once, from one, and from the next if that fails.
 *
 * The table of pending records (pending.h) says who is to deliver what; each peer has a queue of ids to
 * ask for, of which at most KITH_WANT_MAX are asked for and not yet answered.
 */
#include "protocol/core_state.h"

#include <string.h>

void kith_want_offer(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_record_id *id)
{
	struct kith_pending_entry *entry = kith_pending_find(core->pending, id);
	struct kith_request request = {.id = *id, .set = (uint16_t)sync};

	if (entry && entry->state != KITH_PENDING_ANNOUNCED) {
		if (entry->conn != peer->conn)
			entry->also = peer->conn;
		return;
	}
	if (!entry)
		entry = kith_pending_put(core->pending, id);
	if (!entry || kith_requests_put(&peer->want, &request)) {
		kith_pending_drop(core->pending, id);
		peer->dirty = true;
		return;
	}
	entry->state = KITH_PENDING_QUEUED;
	entry->set = kith_sync_number(&peer->syncs[sync]);
	if (entry->conn != peer->conn)
		entry->also = entry->conn;
	entry->conn = peer->conn;
}

/* A partner that answers with other records than it was asked for must not keep these from us: after the
 * stall limit somebody else is asked. */
void kith_want_expect(struct kith_core *core, struct kith_pending_entry *entry)
{
	entry->state = KITH_PENDING_WANTED;
	entry->due_ms = core->now_ms + KITH_STALL_MAX_MS;
	core->overdue_ms = kith_earlier(core->overdue_ms, entry->due_ms);
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
		kith_want_expect(core, entry);
		kith_write(&ids, id->bytes, KITH_ID_LEN);
	}
	kith_requests_drop(&peer->want, run);
	if (kith_buf_err(&ids)) {
		kith_peer_end(core, peer, KITH_E_NOMEM, KITH_BYE_OVERLOAD);
	} else if (ids.len) {
		if (peer->want_outstanding == 0)
			peer->progress_ms = core->now_ms;
		peer->want_outstanding += ids.len / KITH_ID_LEN;
		kith_scope_tell(core, peer, KITH_MESSAGE_WANT, sync, &ids);
	}
	kith_buf_clear(&ids);
}

void kith_want_pump(struct kith_core *core, struct kith_peer *peer)
{
	while (!peer->closing && !core->store_retry_ms && peer->want.count > 0 &&
		peer->want_outstanding < KITH_WANT_MAX)
		send_want(core, peer);
}

void kith_want_answered(struct kith_peer *peer)
{
	if (peer->want_outstanding > 0)
		peer->want_outstanding--;
}

int kith_want_unavailable(
	struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	peer->progress_ms = core->now_ms;
	while (kith_cursor_left(cursor) > 0) {
		struct kith_record_id id;
		struct kith_pending_entry *entry;

		kith_read_copy(cursor, id.bytes, KITH_ID_LEN);
		if (cursor->err)
			return cursor->err;
		kith_want_answered(peer);
		peer->partner->stats.unavailable++;
		entry = kith_pending_find(core->pending, &id);
		if (entry && entry->state == KITH_PENDING_WANTED && entry->conn == peer->conn)
			kith_want_retry(core, &id);
	}
	return cursor->err;
}

void kith_want_retry(struct kith_core *core, const struct kith_record_id *id)
{
	struct kith_pending_entry *entry = kith_pending_find(core->pending, id);
	struct kith_record_id copy = *id;
	struct kith_peer *other;
	uint32_t set;
	size_t i;

	if (!entry)
		return;
	other = entry->also ? kith_core_peer(core, entry->also) : NULL;
	set = entry->set;
	kith_pending_drop(core->pending, &copy);
	if (other && kith_peer_ready(other) && kith_scope_by_number(other, set, &i))
		kith_want_offer(core, other, i, &copy);
}

struct gone_ctx {
	struct kith_core *core;
	uint64_t conn;
};

/* Entries of the connection that ended: the other one that offered takes over, or they are dropped. */
static bool sweep_gone(void *ctx, struct kith_pending_entry *entry)
{
	const struct gone_ctx *gone = ctx;
	struct kith_peer *other;
	struct kith_request request = {.id = entry->id};
	size_t i;

	if (entry->also == gone->conn)
		entry->also = 0;
	if (entry->conn != gone->conn || entry->state == KITH_PENDING_ARRIVED)
		return false;
	other = entry->also ? kith_core_peer(gone->core, entry->also) : NULL;
	if (!other || !kith_peer_ready(other) || !kith_scope_by_number(other, entry->set, &i))
		return true;
	request.set = (uint16_t)i;
	if (kith_requests_put(&other->want, &request)) {
		other->dirty = true;
		return true;
	}
	entry->conn = other->conn;
	entry->also = 0;
	entry->state = KITH_PENDING_QUEUED;
	return false;
}

void kith_want_peer_gone(struct kith_core *core, struct kith_peer *peer)
{
	struct gone_ctx ctx = {core, peer->conn};

	kith_pending_sweep(core->pending, sweep_gone, &ctx);
}
