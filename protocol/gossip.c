/*
 * gossip.c: new records to connected partners, soon and cheaply.
 *
 * Plumtree (Leitao, Pereira, Rodrigues 2007) on the partners a group chose, with a tree for each
 * author. A link is eager or lazy for a tree: over an eager link a new record is pushed at once,
 * over a lazy one only announced. All begin eager. A push that was known already answers with PRUNE
 * and makes the link lazy, so what remains is the way by which the first record of the author came
 * soonest; one tree for all would lead the records of most authors a long way round. When a push is
 * overtaken by an announcement, UNPRUNE makes that better link eager. When no push follows within
 * KITH_GRAFT_AFTER_MS, GRAFT does, and fetches the record. When a connection ends, those who remain
 * are asked at once, by UNPRUNE, to push what came by it.
 *
 * There are KITH_TREES trees; authors whose keys begin alike share one, and are no worse off than
 * with one for all.
 *
 * Records that came by synchronisation are announced as such, and asked for plainly: they are old
 * news and say nothing about which links are fast.
 *
 * IHAVE carries "set tag | origin u8 (0 live, 1 synchronised) | items, each with its tree u16".
 * They wait up to KITH_IHAVE_EVERY_MS in peer->ihave, each as "sync index u16 | origin u8 | item |
 * tree u16".
 */
#include "protocol/core_state.h"

#include <string.h>

enum { IHAVE_LIVE = 0, IHAVE_SYNCED = 1 };

/* ---- trees ---------------------------------------------------------------------------------- */

static uint16_t tree_of(const struct kith_author *author)
{
	return (uint16_t)(((unsigned)author->bytes[0] << 8 | author->bytes[1]) % KITH_TREES);
}

static uint16_t read_tree(struct kith_cursor *cursor)
{
	uint16_t tree = kith_read_u16(cursor);

	if (!cursor->err && tree >= KITH_TREES)
		cursor->err = KITH_E_MALFORMED;
	return tree;
}

static bool is_in(const uint8_t *trees, uint16_t tree)
{
	return trees[tree / 8] >> tree % 8 & 1;
}

static void put(uint8_t *trees, uint16_t tree, bool in)
{
	uint8_t bit = (uint8_t)(1u << tree % 8);

	trees[tree / 8] = (uint8_t)(in ? trees[tree / 8] | bit : trees[tree / 8] & ~bit);
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
	const struct kith_item *item, uint16_t tree, uint8_t origin)
{
	if (peer->ihave.len + KITH_IHAVE_LEN > peer->ihave.cap ||
		!kith_budget_may_announce(core, peer->partner)) {
		peer->dirty = true; /* too much at once: a reconciliation tells it better */
		return;
	}
	kith_write_u16(&peer->ihave, (uint16_t)sync);
	kith_write_u8(&peer->ihave, origin);
	kith_write_item(&peer->ihave, item);
	kith_write_u16(&peer->ihave, tree);
	if (kith_buf_err(&peer->ihave)) {
		kith_buf_clear(&peer->ihave);
		peer->dirty = true;
		return;
	}
	if (peer->ihave_due_ms == UINT64_MAX) {
		peer->ihave_due_ms = peer->ihave_last_ms + KITH_IHAVE_EVERY_MS;
		if (peer->ihave_due_ms < core->now_ms)
			peer->ihave_due_ms = core->now_ms;
	}
}

/* One's own is always pushed. Of what others bring no more is passed on than is read there; the
 * rest is announced, and asked for in its own time. */
static bool may_push(const struct kith_core *core, struct kith_peer *peer, enum kith_origin origin)
{
	if (kith_peer_backlog(peer) >= KITH_SEND_QUEUE_MAX_BYTES)
		return false;
	if (origin == KITH_ORIGIN_LOCAL)
		return true;
	if (peer->partner->relayed_ms > core->now_ms)
		return false;
	kith_pace(&peer->partner->relayed_ms, KITH_RELAY_AHEAD_MS, core->now_ms);
	return true;
}

static bool has_it(const struct kith_pending_entry *entry, uint64_t conn)
{
	bool has = entry->conn == conn;

	for (size_t i = 0; i < KITH_PENDING_ALSO; i++)
		has |= entry->also[i] == conn;
	return has;
}

void kith_gossip_spread(struct kith_core *core, const struct kith_record *record,
	const struct kith_pending_entry *entry, enum kith_origin origin)
{
	struct kith_item item = kith_record_item(record);
	uint16_t tree = tree_of(&record->author);
	bool live = origin == KITH_ORIGIN_LOCAL || origin == KITH_ORIGIN_PUSH;
	struct kith_peer *peer;
	size_t sync;

	for (peer = core->peers; peer; peer = peer->next) {
		if (!kith_peer_ready(peer) || has_it(entry, peer->conn) ||
			!kith_scope_index(
				peer, &record->circle, kith_class_of_kind(record->kind), &sync))
			continue;
		if (live && !is_in(peer->lazy, tree) && may_push(core, peer, origin))
			push(core, peer, record);
		else
			announce(core, peer, sync, &item, tree, live ? IHAVE_LIVE : IHAVE_SYNCED);
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
		struct kith_bytes told = kith_read_view(&ahead, KITH_TOLD_LEN);
		kith_write(&out, told.data, told.len);
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
	peer->ihave_last_ms = core->now_ms;
	kith_cursor_init(&cursor, peer->ihave.data, peer->ihave.len);
	while (!peer->closing && kith_cursor_left(&cursor) > 0)
		flush_run(core, peer, &cursor);
	kith_buf_clear(&peer->ihave);
}

/* ---- being told ----------------------------------------------------------------------------- */

static void send_tree(
	struct kith_core *core, struct kith_peer *peer, enum kith_message_type type, uint16_t tree)
{
	const uint8_t payload[2] = {(uint8_t)(tree >> 8), (uint8_t)tree};

	put(peer->lazy, tree, type == KITH_MESSAGE_PRUNE);
	kith_peer_send(core, peer, type, payload, sizeof(payload), NULL, 0);
}

/* An announcement that overtook the push came by a better link, which becomes eager; the one that
 * is worse will bring a duplicate, and be pruned, so that at no time there is neither. */
static void compare_links(struct kith_core *core, const struct kith_peer *pusher, uint16_t tree,
	const struct kith_pending_entry *entry)
{
	struct kith_peer *peer = kith_core_peer(core, entry->conn);

	if (entry->state == KITH_PENDING_ANNOUNCED && peer && peer != pusher &&
		core->now_ms + KITH_GRAFT_AFTER_MS >= entry->due_ms + KITH_SWAP_AFTER_MS)
		send_tree(core, peer, KITH_MESSAGE_UNPRUNE, tree);
}

void kith_gossip_news(struct kith_core *core, struct kith_peer *peer,
	const struct kith_author *author, const struct kith_pending_entry *entry)
{
	uint16_t tree = tree_of(author);
	struct kith_peer *other;

	for (other = core->peers; other; other = other->next)
		put(other->feeds, tree, other == peer);
	if (entry)
		compare_links(core, peer, tree, entry);
}

void kith_gossip_duplicate(
	struct kith_core *core, struct kith_peer *peer, const struct kith_author *author)
{
	uint16_t tree = tree_of(author);

	if (!is_in(peer->feeds, tree))
		send_tree(core, peer, KITH_MESSAGE_PRUNE, tree);
}

/* PRUNE, or UNPRUNE. */
int kith_gossip_prune(struct kith_peer *peer, struct kith_cursor *cursor, bool lazy)
{
	if (kith_cursor_left(cursor) == 0)
		return KITH_E_MALFORMED;
	while (kith_cursor_left(cursor) > 0) {
		uint16_t tree = read_tree(cursor);

		if (cursor->err)
			return cursor->err;
		put(peer->lazy, tree, lazy);
	}
	return 0;
}

/* Waits for the record to come by a push; the table of pending records remembers who has it. */
static int expect(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_record_id *id, uint16_t tree)
{
	struct kith_pending_entry *entry = kith_pending_find(core->pending, id);

	if (entry) {
		kith_want_also(core, entry, peer);
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
	entry->tree = tree;
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
		uint16_t tree = read_tree(cursor);

		if (cursor->err)
			return cursor->err;
		if (kith_sync_known(&peer->syncs[sync], &item) ||
			kith_want_in_vain(core, peer, &item.id))
			continue;
		if (origin == IHAVE_LIVE)
			err = expect(core, peer, sync, &item.id, tree);
		else if (peer->want.count < KITH_WANT_QUEUE_PAUSE)
			kith_want_offer(core, peer, sync, &item.id);
		else
			peer->dirty = true;
	}
	return err;
}

int kith_gossip_graft(struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	uint16_t tree = read_tree(cursor);

	if (!cursor->err)
		put(peer->lazy, tree, false);
	return kith_serve_want(peer, &tag, KITH_RECORDS_GRAFTED, cursor);
}

/* ---- when a tree breaks --------------------------------------------------------------------- */

void kith_gossip_ask(struct kith_core *core, struct kith_peer *peer, size_t sync,
	const struct kith_pending_entry *entry)
{
	struct kith_buf out;

	put(peer->lazy, entry->tree, false);
	kith_buf_init(&out, 2 + KITH_ID_LEN);
	kith_write_u16(&out, entry->tree);
	kith_write(&out, entry->id.bytes, KITH_ID_LEN);
	if (kith_buf_err(&out))
		kith_peer_end(core, peer, KITH_E_NOMEM, KITH_BYE_OVERLOAD);
	else
		kith_scope_tell(core, peer, KITH_MESSAGE_GRAFT, &peer->syncs[sync], &out);
	kith_buf_clear(&out);
}

/* The peer is to push those of the trees again that it only announced. */
static void unprune(struct kith_core *core, struct kith_peer *peer, const uint8_t *trees)
{
	struct kith_buf out;

	kith_buf_init(&out, 2 * KITH_TREES);
	for (uint16_t tree = 0; tree < KITH_TREES; tree++) {
		if (!is_in(trees, tree))
			continue;
		put(peer->lazy, tree, false);
		kith_write_u16(&out, tree);
	}
	if (kith_buf_err(&out))
		kith_peer_end(core, peer, KITH_E_NOMEM, KITH_BYE_OVERLOAD);
	else if (out.len)
		kith_peer_send(core, peer, KITH_MESSAGE_UNPRUNE, out.data, out.len, NULL, 0);
	kith_buf_clear(&out);
}

void kith_gossip_peer_gone(struct kith_core *core, const struct kith_peer *gone)
{
	struct kith_peer *peer;

	for (peer = core->peers; peer && !core->shut_down; peer = peer->next)
		if (peer != gone && kith_peer_ready(peer))
			unprune(core, peer, gone->feeds);
}
