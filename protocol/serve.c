/*
 * serve.c: records going out because a peer asked for them, or a reconciliation showed that it
 * lacks them.
 *
 * Records are read from the store in pieces of KITH_FETCH_BYTES, at most one piece under way per
 * peer and kind of service, and only while the network takes what was sent before. So a slow reader
 * is served slowly and costs the same memory as a fast one.
 *
 * What a partner controls: which ids it asks for (only records of the set it names are given, and
 * it knows the set's circle or could not name it), how many wait (capped), and its credit.
 */
#include "protocol/core_state.h"

#include <stdlib.h>
#include <string.h>

enum purpose { PURPOSE_SERVE = 0, PURPOSE_PULL = 1 };

static bool may_send(const struct kith_peer *peer)
{
	return !peer->closing && kith_peer_backlog(peer) < KITH_SEND_LOW_BYTES;
}

/* ---- by id ---------------------------------------------------------------------------------- */

static bool is_asked_for(enum kith_records_why why)
{
	return why == KITH_RECORDS_WANTED || why == KITH_RECORDS_GRAFTED;
}

int kith_serve_queue(struct kith_peer *peer, size_t sync, enum kith_records_why why,
	const struct kith_record_id *id)
{
	struct kith_request request = {.id = *id, .set = (uint16_t)sync, .why = (uint8_t)why};

	int err = kith_requests_put(&peer->serve, &request);

	peer->serve_wanted += !err && is_asked_for(why);
	return err;
}

int kith_serve_want(struct kith_peer *peer, const struct kith_set_tag *tag,
	enum kith_records_why why, struct kith_cursor *cursor)
{
	size_t i;
	int err = cursor->err ? cursor->err : kith_scope_find(peer, tag, &i);

	if (!err && kith_cursor_left(cursor) == 0)
		err = KITH_E_MALFORMED;
	while (!err && kith_cursor_left(cursor) > 0) {
		struct kith_record_id id;

		kith_read_copy(cursor, id.bytes, KITH_ID_LEN);
		if (cursor->err)
			return cursor->err;
		if (peer->serve_wanted >= KITH_SERVE_QUEUE_MAX) {
			peer->complaint = KITH_COMPLAINT_ASKED;
			return KITH_E_UNEXPECTED;
		}
		err = kith_serve_queue(peer, i, why, &id);
	}
	return err;
}

static struct kith_fetch *fetch_for(const struct kith_peer *peer, size_t sync, enum purpose purpose)
{
	struct kith_fetch *fetch = kith_fetch_new();

	if (!fetch)
		return NULL;
	fetch->conn = peer->conn;
	fetch->purpose = (uint8_t)purpose;
	fetch->circle = peer->syncs[sync].circle->circle;
	fetch->class_ = peer->syncs[sync].class_;
	fetch->max_bytes = KITH_FETCH_BYTES;
	return fetch;
}

static bool submit(struct kith_core *core, struct kith_fetch *fetch)
{
	struct kith_action *action = kith_core_act(core, KITH_ACTION_FETCH);

	if (!action) {
		kith_fetch_free(fetch);
		return false;
	}
	action->fetch = fetch;
	return true;
}

/* The oldest requests of one set and reason; they stay queued until the answer is there. */
static bool fetch_ids(struct kith_core *core, struct kith_peer *peer)
{
	size_t run = kith_requests_run(&peer->serve, KITH_WANT_MAX);
	struct kith_fetch *fetch =
		fetch_for(peer, kith_requests_at(&peer->serve, 0)->set, PURPOSE_SERVE);

	if (!fetch)
		return false;
	fetch->mode = KITH_FETCH_IDS;
	fetch->ids = malloc(run * sizeof(*fetch->ids));
	if (!fetch->ids) {
		kith_fetch_free(fetch);
		return false;
	}
	for (size_t i = 0; i < run; i++)
		fetch->ids[i] = kith_requests_at(&peer->serve, i)->id;
	fetch->id_count = run;
	return submit(core, fetch);
}

static void send_records(struct kith_core *core, struct kith_peer *peer, enum kith_records_why why,
	const struct kith_fetch *fetch)
{
	uint8_t first = (uint8_t)why;

	if (fetch->found.len == 0)
		return;
	peer->partner->stats.records_out += fetch->found_count;
	kith_peer_send(
		core, peer, KITH_MESSAGE_RECORDS, &first, 1, fetch->found.data, fetch->found.len);
}

static void answer_ids(
	struct kith_core *core, struct kith_peer *peer, const struct kith_fetch *fetch)
{
	enum kith_records_why why = kith_requests_at(&peer->serve, 0)->why;
	size_t done = fetch->err ? fetch->id_count : fetch->ids_done;

	peer->serve_fetching = false;
	send_records(core, peer, why, fetch);
	if (is_asked_for(why) && fetch->err)
		kith_peer_send(core, peer, KITH_MESSAGE_UNAVAILABLE, fetch->ids,
			fetch->id_count * KITH_ID_LEN, NULL, 0);
	else if (is_asked_for(why) && fetch->missing_count)
		kith_peer_send(core, peer, KITH_MESSAGE_UNAVAILABLE, fetch->missing,
			fetch->missing_count * KITH_ID_LEN, NULL, 0);
	kith_requests_drop(&peer->serve, done);
	if (is_asked_for(why))
		peer->serve_wanted -= done;
	if (fetch->err) {
		/* What they still lack a reconciliation finds, when the disk may be well again. */
		peer->dirty = true;
		peer->mend_ms = core->now_ms + KITH_READ_RETRY_MS;
	}
}

/* ---- in bulk -------------------------------------------------------------------------------- */

int kith_serve_pull(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	struct kith_item from = kith_read_item(cursor);
	uint32_t credit = kith_read_u32(cursor);
	size_t i;
	int err = kith_cursor_finish(cursor);

	(void)core;
	if (!err)
		err = kith_scope_find(peer, &tag, &i);
	if (err)
		return err;
	peer->pull_server.active = true;
	peer->pull_server.sync = i;
	peer->pull_server.cursor = from;
	peer->pull_server.credit = credit;
	peer->pull_server.generation++;
	return 0;
}

int kith_serve_credit(struct kith_core *core, struct kith_peer *peer, struct kith_cursor *cursor)
{
	struct kith_set_tag tag = kith_read_set_tag(cursor);
	uint32_t more = kith_read_u32(cursor);
	size_t i;
	int err = kith_cursor_finish(cursor);

	(void)core;
	if (!err)
		err = kith_scope_find(peer, &tag, &i);
	/* Credit that crosses with the end of the pull is harmless. */
	if (!err && peer->pull_server.active && peer->pull_server.sync == i &&
		peer->pull_server.credit < INT64_MAX - UINT32_MAX)
		peer->pull_server.credit += more;
	return err;
}

static bool fetch_after(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_pull_server *pull = &peer->pull_server;
	struct kith_fetch *fetch = fetch_for(peer, pull->sync, PURPOSE_PULL);

	if (!fetch)
		return false;
	fetch->mode = KITH_FETCH_AFTER;
	fetch->after = pull->cursor;
	if ((uint64_t)pull->credit < fetch->max_bytes)
		fetch->max_bytes = (size_t)pull->credit;
	fetch->id_count = pull->generation;
	return submit(core, fetch);
}

static void end_pull(struct kith_peer *peer)
{
	peer->pull_server.active = false;
	peer->syncs[peer->pull_server.sync].they_pull = false;
}

static void send_pulled(struct kith_core *core, struct kith_peer *peer, bool end)
{
	const struct kith_pull_server *pull = &peer->pull_server;
	const struct kith_sync *sync = &peer->syncs[pull->sync];
	struct kith_buf out;

	kith_buf_init(&out, KITH_SET_TAG_LEN + KITH_ITEM_LEN + 1);
	kith_write_set_tag(&out, &sync->tag);
	kith_write_item(&out, &pull->cursor);
	kith_write_u8(&out, end);
	if (kith_buf_err(&out))
		kith_peer_end(core, peer, KITH_E_NOMEM, KITH_BYE_OVERLOAD);
	else
		kith_peer_send(core, peer, KITH_MESSAGE_PULLED, out.data, out.len, NULL, 0);
	kith_buf_clear(&out);
}

static void answer_pull(
	struct kith_core *core, struct kith_peer *peer, const struct kith_fetch *fetch)
{
	struct kith_pull_server *pull = &peer->pull_server;
	size_t bytes = fetch->found.len - 4 * fetch->found_count;

	pull->fetching = false;
	if (!pull->active || fetch->id_count != pull->generation)
		return; /* a newer PULL replaced the one this was for */
	if (fetch->err) {
		/* Our disk, not their fault: they reconcile when they call again. */
		kith_peer_end(core, peer, fetch->err, KITH_BYE_OVERLOAD);
		return;
	}
	/* Who pulls the same again and again asks for it as who wants it does. */
	if (kith_budget_spend(core, peer, KITH_SPEND_ASKED, fetch->found_count)) {
		kith_peer_end(core, peer, KITH_E_UNEXPECTED, KITH_BYE_PROTOCOL);
		return;
	}
	send_records(core, peer, KITH_RECORDS_PULLED, fetch);
	pull->credit -= (int64_t)bytes;
	pull->cursor = fetch->last;
	send_pulled(core, peer, fetch->end);
	if (fetch->end)
		end_pull(peer);
}

/* ---- both ----------------------------------------------------------------------------------- */

void kith_serve_fetched(struct kith_core *core, struct kith_fetch *fetch)
{
	struct kith_peer *peer = kith_core_peer(core, fetch->conn);

	if (fetch->err)
		core->stats.store_failures++;
	if (peer && fetch->purpose == PURPOSE_PULL)
		answer_pull(core, peer, fetch);
	else if (peer)
		answer_ids(core, peer, fetch);
	kith_fetch_free(fetch);
}

void kith_serve_pump(struct kith_core *core, struct kith_peer *peer)
{
	struct kith_pull_server *pull = &peer->pull_server;

	if (may_send(peer) && !peer->serve_fetching && peer->serve.count > 0)
		peer->serve_fetching = fetch_ids(core, peer);
	if (may_send(peer) && pull->active && !pull->fetching && pull->credit > 0)
		pull->fetching = fetch_after(core, peer);
}
