/*
 * scope.c: which sets two nodes share, and how far apart they say they are.
 *
 * Each side offers tags that only somebody who knows the circle can make; what both offer is
 * shared. Both then hold the same list, control sets before content sets, and walk it in step
 * (sync.c).
 */
#include "protocol/core_state.h"

#include <stdlib.h>
#include <string.h>

/* Closed circles have members; until a partner is known to be one, only the commons is shared. */
static bool in_scope(const struct kith_circle_sets *circle)
{
	struct kith_circle commons = kith_circle_commons();

	return kith_id_equal(circle->circle.bytes, commons.bytes);
}

/* Our own list, in the order both sides walk it: control first. Only filled in for what we
 * offer. */
static int list_syncs(struct kith_core *core, struct kith_peer *peer)
{
	peer->syncs = calloc(core->circle_count * KITH_CLASSES, sizeof(*peer->syncs));
	if (!peer->syncs)
		return KITH_E_NOMEM;
	for (int class_ = 0; class_ < KITH_CLASSES; class_++) {
		for (size_t i = 0; i < core->circle_count; i++) {
			struct kith_sync *sync = &peer->syncs[peer->sync_count];

			if (!in_scope(core->circles[i]))
				continue;
			sync->circle = core->circles[i];
			sync->class_ = (enum kith_class)class_;
			sync->tag.class_ = (uint8_t)class_;
			kith_message_tag(&sync->circle->circle, kith_session_hash(peer->session),
				sync->tag.circle);
			sync->my_count = kith_sync_count(sync);
			kith_buf_init(&sync->query, KITH_MESSAGE_MAX_BYTES);
			peer->sync_count++;
		}
	}
	return 0;
}

int kith_scope_send(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_buf out;
	int err = list_syncs(core, peer);

	kith_buf_init(&out, KITH_MESSAGE_MAX_BYTES);
	for (size_t i = 0; !err && i < peer->sync_count / KITH_CLASSES; i++) {
		struct kith_scope scope = {0};

		memcpy(scope.tag, peer->syncs[i].tag.circle, KITH_TAG_LEN);
		for (size_t c = 0; c < KITH_CLASSES; c++)
			scope.counts[c] =
				peer->syncs[i + c * (peer->sync_count / KITH_CLASSES)].my_count;
		kith_write_scope(&out, &scope);
	}
	if (!err)
		err = kith_buf_err(&out);
	if (!err)
		kith_peer_send(core, peer, KITH_MESSAGE_SCOPE, out.data, out.len, NULL, 0);
	kith_buf_clear(&out);
	return err;
}

static bool far_behind(uint64_t mine, uint64_t theirs)
{
	return theirs >= KITH_PULL_AT_LEAST && mine < theirs / 2;
}

/* One circle that the other side offers; a tag that we cannot make names a circle we have no part
 * in. */
static void match_scope(struct kith_peer *peer, const struct kith_scope *scope)
{
	for (size_t i = 0; i < peer->sync_count; i++) {
		struct kith_sync *sync = &peer->syncs[i];

		if (memcmp(sync->tag.circle, scope->tag, KITH_TAG_LEN) != 0)
			continue;
		sync->their_count = scope->counts[sync->class_];
		sync->i_pull = far_behind(sync->my_count, sync->their_count);
		sync->they_pull = far_behind(sync->their_count, sync->my_count);
		sync->phase = KITH_SYNC_WAIT;
	}
}

int kith_scope_receive(struct kith_peer *peer, struct kith_cursor *cursor)
{
	size_t kept = 0;

	if (peer->scoped || kith_cursor_left(cursor) > KITH_CIRCLES_MAX * KITH_SCOPE_LEN)
		return KITH_E_UNEXPECTED;
	for (size_t i = 0; i < peer->sync_count; i++)
		peer->syncs[i].phase = KITH_SYNC_DONE;
	while (kith_cursor_left(cursor) > 0) {
		struct kith_scope scope = kith_read_scope(cursor);
		if (!cursor->err)
			match_scope(peer, &scope);
	}
	if (cursor->err)
		return cursor->err;
	for (size_t i = 0; i < peer->sync_count; i++)
		if (peer->syncs[i].phase == KITH_SYNC_WAIT)
			peer->syncs[kept++] = peer->syncs[i];
	peer->sync_count = kept;
	peer->scoped = true;
	return 0;
}

int kith_scope_find(const struct kith_peer *peer, const struct kith_set_tag *tag, size_t *out)
{
	for (size_t i = 0; i < peer->sync_count; i++) {
		if (peer->syncs[i].tag.class_ != tag->class_ ||
			memcmp(peer->syncs[i].tag.circle, tag->circle, KITH_TAG_LEN) != 0)
			continue;
		*out = i;
		return 0;
	}
	return KITH_E_UNEXPECTED;
}

bool kith_scope_index(const struct kith_peer *peer, const struct kith_circle *circle,
	enum kith_class class_, size_t *out)
{
	for (size_t i = 0; i < peer->sync_count; i++) {
		if (peer->syncs[i].class_ != class_ || memcmp(peer->syncs[i].circle->circle.bytes,
							       circle->bytes, KITH_ID_LEN) != 0)
			continue;
		*out = i;
		return true;
	}
	return false;
}

bool kith_scope_by_number(const struct kith_peer *peer, uint32_t number, size_t *out)
{
	for (*out = 0; *out < peer->sync_count; (*out)++)
		if (kith_sync_number(&peer->syncs[*out]) == number)
			return true;
	return false;
}

void kith_scope_clear(struct kith_peer *peer)
{
	for (size_t i = 0; i < peer->sync_count; i++)
		kith_buf_clear(&peer->syncs[i].query);
	free(peer->syncs);
	peer->syncs = NULL;
	peer->sync_count = 0;
	kith_requests_clear(&peer->want);
}

void kith_scope_tell(struct kith_core *core, struct kith_peer *peer, enum kith_message_type type,
	const struct kith_sync *sync, const struct kith_buf *rest)
{
	uint8_t tag[KITH_SET_TAG_LEN];

	memcpy(tag, sync->tag.circle, KITH_TAG_LEN);
	tag[KITH_TAG_LEN] = sync->tag.class_;
	kith_peer_send(
		core, peer, type, tag, sizeof(tag), rest ? rest->data : NULL, rest ? rest->len : 0);
}
