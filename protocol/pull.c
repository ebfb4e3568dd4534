/*
 * pull.c: the receiving end of a bulk pull: everything of a set, in its order, as fast as we store
 * it.
 *
 * The sender may have `credit` bytes under way; it gets back what has been dealt with, so that our
 * disk sets the speed and our memory stays bounded. Where a pull broke off is remembered with the
 * partner. serve.c is the sending end.
 */
#include "protocol/core_state.h"

int kith_pull_begin(struct kith_core *core, struct kith_peer *peer, size_t i)
{
	struct kith_sync *sync = &peer->syncs[i];
	struct kith_item from = {0};
	struct kith_buf out;
	int err;

	if (sync->circle->number == 0 && peer->partner->pulled_any[sync->class_])
		from = peer->partner->pulled[sync->class_];
	kith_buf_init(&out, KITH_ITEM_LEN + 4);
	kith_write_item(&out, &from);
	kith_write_u32(&out, (uint32_t)core->pull_window_bytes);
	err = kith_buf_err(&out);
	if (!err) {
		kith_scope_tell(core, peer, KITH_MESSAGE_PULL, sync, &out);
		peer->pull = (struct kith_pull){
			.active = true, .sync = i, .credit = (int64_t)core->pull_window_bytes};
		sync->phase = KITH_SYNC_PULLING;
		peer->progress_ms = core->now_ms;
	}
	kith_buf_clear(&out);
	return err;
}

int kith_pull_charge(struct kith_peer *peer, size_t bytes)
{
	/* One record may pass the end of the credit, or a window smaller than it would stand still.
	 * What it took too much counts, so that both sides count alike however their messages
	 * cross. */
	if (!peer->pull.active || peer->pull.credit <= 0)
		return KITH_E_UNEXPECTED;
	peer->pull.credit -= (int64_t)bytes;
	return 0;
}

void kith_pull_settled(struct kith_peer *peer, size_t bytes)
{
	if (peer->pull.active)
		peer->pull.to_credit += bytes;
}

/* Credit is given back as records are dealt with, so the sender goes at the speed of our disk. */
void kith_pull_pump(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_pull *pull = &peer->pull;
	struct kith_buf out;

	if (!pull->active || core->store_retry_ms || pull->to_credit == 0 ||
		pull->to_credit < core->pull_window_bytes / 4)
		return;
	kith_buf_init(&out, 4);
	kith_write_u32(&out, (uint32_t)pull->to_credit);
	if (kith_buf_err(&out) == 0) {
		kith_scope_tell(core, peer, KITH_MESSAGE_CREDIT, &peer->syncs[pull->sync], &out);
		pull->credit += (int64_t)pull->to_credit;
		pull->to_credit = 0;
	}
	kith_buf_clear(&out);
}

int kith_pull_pulled(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	struct kith_item last = kith_read_item(cursor);
	uint8_t end = kith_read_u8(cursor);
	struct kith_sync *sync;
	size_t i;
	int err = kith_cursor_finish(cursor);

	if (!err)
		err = kith_scope_find(peer, &tag, &i);
	if (err)
		return err;
	if (!peer->pull.active || peer->pull.sync != i || end > 1)
		return KITH_E_UNEXPECTED;
	sync = &peer->syncs[i];
	peer->progress_ms = core->now_ms;
	if (sync->circle->number == 0) {
		peer->partner->pulled[sync->class_] = last;
		peer->partner->pulled_any[sync->class_] = !end;
	}
	if (!end)
		return 0;
	peer->pull.active = false;
	sync->i_pull = false;
	sync->phase = KITH_SYNC_WAIT;
	return 0;
}
