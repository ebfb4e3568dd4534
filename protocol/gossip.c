/*
 * gossip.c: new records to connected partners, soon and cheaply.
 *
 * Plumtree (Leitao, Pereira, Rodrigues 2007) on the partners a group chose. A link is eager or
 * lazy: over an eager link a new record is pushed at once, over a lazy one only announced. A push
 * that was known already answers with PRUNE and makes the link lazy; an announcement that is not
 * followed by the record within KITH_GRAFT_AFTER_MS answers with GRAFT, which fetches it and makes
 * the link eager. With at most KITH_EAGER_ALWAYS connections all links stay eager: a duplicate
 * costs less there than a delay.
 *
 * Records that came by synchronisation are announced as such, and asked for plainly: they are old
 * news and say nothing about which links are fast.
 *
 * IHAVE carries "set tag | origin u8 (0 live, 1 synchronised) | items of 40 bytes". They wait up to
 * KITH_IHAVE_DELAY_MS in peer->ihave, each as "sync index u16 | origin u8 | item".
 */
#include "protocol/core_state.h"

#include <string.h>

enum { IHAVE_LIVE = 0, IHAVE_SYNCED = 1 };

#define QUEUED_LEN (2 + 1 + KITH_ITEM_LEN)

static size_t ready_peers(const struct kith_core *core)
{
	const struct kith_peer *peer;
	size_t n = 0;

	for (peer = core->peers; peer; peer = peer->next)
		n += kith_peer_ready(peer);
	return n;
}

void kith_gossip_established(struct kith_core *core, struct kith_peer *peer)
{
	(void)core;
	peer->eager = true;
}

/* ---- telling -------------------------------------------------------------------------------- */

static void push(struct kith_core *core, struct kith_peer *peer, const struct kith_record *record)
{
	uint32_t len = (uint32_t)record->envelope.len;
	const uint8_t prefix[4] = {
		(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};

	peer->partner->stats.records_out++;
	kith_peer_send(core, peer, KITH_MESSAGE_PUSH, prefix, sizeof(prefix), record->envelope.data,
		record->envelope.len);
}

static void announce(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_item *item, uint8_t origin)
{
	if (peer->ihave.len + QUEUED_LEN > peer->ihave.cap) {
		peer->dirty = true; /* too much at once: a reconciliation tells it better */
		return;
	}
	kith_write_u16(&peer->ihave, (uint16_t)sync);
	kith_write_u8(&peer->ihave, origin);
	kith_write_item(&peer->ihave, item);
	if (kith_buf_err(&peer->ihave)) {
		kith_buf_clear(&peer->ihave);
		peer->dirty = true;
		return;
	}
	if (peer->ihave_due_ms == UINT64_MAX)
		peer->ihave_due_ms = core->now_ms + KITH_IHAVE_DELAY_MS;
}

void kith_gossip_spread(struct kith_core *core, const struct kith_record *record, uint64_t from,
	enum kith_origin origin)
{
	struct kith_item item = kith_record_item(record);
	bool live = origin == KITH_ORIGIN_LOCAL || origin == KITH_ORIGIN_PUSH;
	struct kith_peer *peer;
	size_t sync;

	for (peer = core->peers; peer; peer = peer->next) {
		if (!kith_peer_ready(peer) || peer->conn == from ||
			!kith_scope_index(
				peer, &record->circle, kith_class_of_kind(record->kind), &sync))
			continue;
		if (live && peer->eager && kith_peer_backlog(peer) < KITH_SEND_QUEUE_MAX_BYTES)
			push(core, peer, record);
		else
			announce(core, peer, sync, &item, live ? IHAVE_LIVE : IHAVE_SYNCED);
	}
}

/* One message for the items at the front of the queue that share set and origin. */
static void flush_run(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_cursor ahead = *cursor;
	uint16_t sync = kith_read_u16(&ahead);
	uint8_t origin = kith_read_u8(&ahead);
	struct kith_buf out;

	kith_buf_init(&out, KITH_MESSAGE_MAX_BYTES);
	kith_write_set_tag(&out, &peer->syncs[sync].tag);
	kith_write_u8(&out, origin);
	ahead = *cursor;
	while (kith_cursor_left(&ahead) > 0 && kith_read_u16(&ahead) == sync &&
		kith_read_u8(&ahead) == origin) {
		struct kith_bytes item = kith_read_view(&ahead, KITH_ITEM_LEN);
		kith_write(&out, item.data, item.len);
		*cursor = ahead;
	}
	if (kith_buf_err(&out))
		peer->dirty = true;
	else
		kith_peer_send(core, peer, KITH_MESSAGE_IHAVE, out.data, out.len, NULL, 0);
	kith_buf_clear(&out);
}

void kith_gossip_flush(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_cursor cursor;

	peer->ihave_due_ms = UINT64_MAX;
	kith_cursor_init(&cursor, peer->ihave.data, peer->ihave.len);
	while (!peer->closing && kith_cursor_left(&cursor) > 0)
		flush_run(core, peer, &cursor);
	kith_buf_clear(&peer->ihave);
}

/* ---- being told ----------------------------------------------------------------------------- */

void kith_gossip_duplicate(struct kith_core *core, struct kith_peer *peer)
{
	if (!peer->eager || ready_peers(core) <= KITH_EAGER_ALWAYS)
		return;
	peer->eager = false;
	kith_peer_send(core, peer, KITH_MESSAGE_PRUNE, NULL, 0, NULL, 0);
}

void kith_gossip_prune(struct kith_peer *peer)
{
	peer->eager = false;
}

/* Waits for the record to come by a push; the table of pending records remembers who has it. */
static int expect(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_record_id *id)
{
	struct kith_pending_entry *entry = kith_pending_find(core->pending, id);

	if (entry) {
		kith_want_also(entry, peer);
		return 0;
	}
	/* Those that did not come by themselves wait in the queue by now, and count as well. */
	if (peer->announced + peer->want.count >= KITH_ANNOUNCED_MAX) {
		peer->dirty = true;
		return 0;
	}
	entry = kith_pending_put(core->pending, id);
	if (!entry)
		return KITH_E_NOMEM;
	entry->set = kith_sync_number(&peer->syncs[sync]);
	kith_want_announced(core, peer, entry);
	return 0;
}

int kith_gossip_ihave(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	uint8_t origin = kith_read_u8(cursor);
	size_t sync;
	int err = cursor->err ? cursor->err : kith_scope_find(peer, &tag, &sync);

	if (!err && kith_cursor_left(cursor) == 0)
		err = KITH_E_MALFORMED;
	while (!err && kith_cursor_left(cursor) > 0) {
		struct kith_item item = kith_read_item(cursor);

		if (cursor->err)
			return cursor->err;
		if (kith_sync_known(&peer->syncs[sync], &item) ||
			kith_want_in_vain(core, peer, &item.id))
			continue;
		if (origin == IHAVE_LIVE)
			err = expect(core, peer, sync, &item.id);
		else if (peer->want.count < KITH_WANT_QUEUE_PAUSE)
			kith_want_offer(core, peer, sync, &item.id);
		else
			peer->dirty = true;
	}
	return err;
}

int kith_gossip_graft(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	peer->eager = true;
	return kith_serve_want(core, peer, cursor);
}
