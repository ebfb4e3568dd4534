/*
 * intake.c: records coming in: known? pending? verify, store, then into the set.
 *
 *     RECORDS, PUSH -> inbox -> VERIFY -> accept -> STORE -> set, gossip, ANNOUNCE
 *
 * Until a record's signature holds, nothing about it is believed but that its sender spent bytes:
 * its id is computed from the header it brought, so a forged copy can only stand for itself.
 */
#include "protocol/core_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- arriving ------------------------------------------------------------------------------- */

static void count_in_flight(
	struct kith_core *core, struct kith_peer *peer, enum kith_origin origin, size_t bytes)
{
	peer->in_flight_bytes += bytes + KITH_IN_FLIGHT_RECORD_BYTES;
	if (origin == KITH_ORIGIN_PUSH)
		peer->in_flight_pushed += bytes + KITH_IN_FLIGHT_RECORD_BYTES;
	peer->in_flight_records++;
	peer->in_flight_synced += origin != KITH_ORIGIN_PUSH;
	core->stats.in_flight_bytes += bytes + KITH_IN_FLIGHT_RECORD_BYTES;
	core->stats.in_flight_records++;
}

static void release_in_flight(struct kith_core *core, struct kith_peer *peer,
	const struct kith_batch *batch, size_t bytes)
{
	core->stats.in_flight_bytes -= bytes + KITH_IN_FLIGHT_RECORD_BYTES;
	core->stats.in_flight_records--;
	if (!peer)
		return;
	peer->in_flight_bytes -= bytes + KITH_IN_FLIGHT_RECORD_BYTES;
	if (batch->origin == KITH_ORIGIN_PUSH)
		peer->in_flight_pushed -= bytes + KITH_IN_FLIGHT_RECORD_BYTES;
	peer->in_flight_records--;
	peer->in_flight_synced -= batch->origin != KITH_ORIGIN_PUSH;
	peer->progress_ms = core->now_ms;
	if (batch->origin == KITH_ORIGIN_PULL)
		kith_pull_settled(peer, bytes);
	kith_peer_mind_reading(core, peer);
}

/* Puts a copy into the batch that is being collected for this origin. */
static int collect(struct kith_core *core, struct kith_peer *peer, enum kith_origin origin,
	struct kith_bytes envelope)
{
	struct kith_batch **inbox = &peer->inbox[origin];
	int err;

	if (!*inbox) {
		*inbox = kith_batch_new(KITH_VERIFY_BATCH);
		if (!*inbox)
			return KITH_E_NOMEM;
		(*inbox)->conn = peer->conn;
		(*inbox)->origin = origin;
		/* What is new is on disk for good before it is told on; what comes in bulk would
		 * be found missing, and come again. */
		(*inbox)->durable = origin == KITH_ORIGIN_PUSH;
	}
	err = kith_batch_add(*inbox, envelope.data, envelope.len);
	if (err)
		return err;
	count_in_flight(core, peer, origin, envelope.len);
	if (origin == KITH_ORIGIN_PUSH)
		kith_pace(&peer->partner->pushed_ms, KITH_PUSH_AHEAD_MS, core->now_ms);
	if ((*inbox)->count == KITH_VERIFY_BATCH)
		kith_intake_flush(core, peer);
	return 0;
}

/* A copy of what is known or being dealt with: nothing to do but to remember who else has it. */
static bool is_dealt_with(struct kith_core *core, struct kith_peer *peer,
	const struct kith_sync *sync, const struct kith_item *item,
	struct kith_pending_entry *entry)
{
	if (kith_sync_known(sync, item)) {
		if (entry && entry->state != KITH_PENDING_ARRIVED) {
			kith_want_release(core, entry);
			kith_pending_drop(core->pending, &item->id);
		}
		return true;
	}
	if (!entry || entry->conn == peer->conn)
		return entry && entry->state == KITH_PENDING_ARRIVED;
	/* Who has sent forged copies may not step in where another one is expected to deliver. */
	if (entry->state != KITH_PENDING_ARRIVED && !peer->forged)
		return false;
	kith_want_also(core, entry, peer);
	return true;
}

/* True when the record should be looked at; then its entry says that it came by this peer. */
static bool claim_it(struct kith_core *core, struct kith_peer *peer, const struct kith_sync *sync,
	enum kith_origin origin, const struct kith_claim *claim, int *err)
{
	const struct kith_item *item = &claim->item;
	struct kith_pending_entry *entry = kith_pending_find(core->pending, &item->id);
	uint64_t before = 0;

	if (is_dealt_with(core, peer, sync, item, entry))
		return false;
	if (origin == KITH_ORIGIN_PUSH)
		kith_gossip_news(core, peer, &claim->author, entry);
	if (entry) {
		before = entry->conn;
		if (before == peer->conn)
			peer->progress_ms = core->now_ms;
		if (origin == KITH_ORIGIN_SYNC)
			kith_audit_brought(core, peer, entry, item);
		kith_want_release(core, entry);
	} else {
		entry = kith_pending_put(core->pending, &item->id);
	}
	if (!entry) {
		*err = KITH_E_NOMEM;
		return false;
	}
	entry->state = KITH_PENDING_ARRIVED;
	entry->conn = peer->conn;
	entry->set = kith_sync_number(sync);
	kith_pending_not_also(entry, peer->conn);
	if (before)
		(void)kith_pending_also(entry, before);
	return true;
}

static int duplicate(struct kith_core *core, struct kith_peer *peer, enum kith_origin origin,
	const struct kith_claim *claim, size_t bytes)
{
	peer->partner->stats.duplicates++;
	if (origin == KITH_ORIGIN_PUSH)
		kith_gossip_duplicate(core, peer, &claim->author);
	else if (origin == KITH_ORIGIN_PULL)
		kith_pull_settled(peer, bytes);
	return kith_budget_spend(core, peer, KITH_SPEND_REPEATED, 1);
}

/* A record that is not taken for now: whoever else has it is asked, or a reconciliation brings
 * it. */
static void turn_away(struct kith_core *core, struct kith_peer *peer, enum kith_origin origin,
	const struct kith_record_id *id, size_t bytes)
{
	const struct kith_pending_entry *entry = kith_pending_find(core->pending, id);

	if (entry && entry->state != KITH_PENDING_ARRIVED && entry->conn == peer->conn)
		kith_want_retry(core, id);
	if (origin == KITH_ORIGIN_PULL)
		kith_pull_settled(peer, bytes);
}

/* The latest time that a record may claim and be stored now. */
static uint64_t latest_ms(const struct kith_core *core)
{
	return kith_core_wall_ms(core, core->now_ms) + KITH_FUTURE_SKEW_MS;
}

/* Too far ahead: the same record with whoever has it, so nobody is asked before its time. The id
 * covers the time, so there is nothing to verify. */
static void hold_back(struct kith_core *core, struct kith_peer *peer, enum kith_origin origin,
	const struct kith_item *item, size_t bytes)
{
	const struct kith_pending_entry *entry = kith_pending_find(core->pending, &item->id);
	uint64_t wait_ms = item->created_ms - latest_ms(core);

	peer->partner->stats.held_back++;
	kith_refused_until(
		&peer->partner->refused, &item->id, core->now_ms + wait_ms, core->now_ms);
	if (entry && entry->state != KITH_PENDING_ARRIVED) {
		kith_want_release(core, entry);
		kith_pending_drop(core->pending, &item->id);
	}
	if (origin == KITH_ORIGIN_PULL)
		kith_pull_settled(peer, bytes);
}

/* Over its author's quota, or this partner's, which a copy of what is known does not touch. */
static bool is_over_quota(struct kith_core *core, struct kith_peer *peer,
	const struct kith_sync *sync, const struct kith_claim *claim)
{
	if (kith_quota_knows(core, peer, &claim->item.id))
		return true;
	if (!kith_quota_bars(core, peer, claim) || kith_sync_known(sync, &claim->item))
		return false;
	peer->partner->turned_away_today++;
	return true;
}

static int arrive(struct kith_core *core, struct kith_peer *peer, enum kith_origin origin,
	struct kith_bytes envelope)
{
	struct kith_claim claim;
	size_t sync;
	int err = kith_record_peek(envelope.data, envelope.len, &claim);

	if (err)
		return err;
	if (!kith_scope_index(peer, &claim.circle, kith_class_of_kind(claim.kind), &sync)) {
		peer->complaint = KITH_COMPLAINT_FOREIGN;
		return KITH_E_UNEXPECTED;
	}
	if (claim.item.created_ms > latest_ms(core)) {
		hold_back(core, peer, origin, &claim.item, envelope.len);
		return 0;
	}
	if (is_over_quota(core, peer, &peer->syncs[sync], &claim)) {
		peer->partner->stats.turned_away++;
		turn_away(core, peer, origin, &claim.item.id, envelope.len);
		return 0;
	}
	if (!claim.has_body || core->store_retry_ms) {
		/* Only a retraction known here could excuse a missing body, and none is understood
		 * yet. Taking bare headers would let one partner strip what all others still
		 * have. */
		peer->partner->stats.unavailable += !claim.has_body;
		if (!claim.has_body)
			kith_refused_again(&peer->partner->refused, &claim.item.id, core->now_ms);
		peer->dirty |= claim.has_body;
		turn_away(core, peer, origin, &claim.item.id, envelope.len);
		return 0;
	}
	if (claim_it(core, peer, &peer->syncs[sync], origin, &claim, &err)) {
		kith_quota_count(core, peer, &claim);
		err = collect(core, peer, origin, envelope);
		if (err)
			kith_pending_drop(core->pending, &claim.item.id);
	} else if (!err) {
		err = duplicate(core, peer, origin, &claim, envelope.len);
	}
	return err;
}

int kith_intake_records(struct kith_core *core, struct kith_peer *peer, enum kith_origin origin,
	struct kith_cursor *cursor)
{
	if (kith_cursor_left(cursor) == 0)
		return KITH_E_MALFORMED;
	peer->delivered_ms = core->now_ms;
	if (origin == KITH_ORIGIN_PULL)
		peer->progress_ms = core->now_ms;
	while (kith_cursor_left(cursor) > 0) {
		struct kith_bytes envelope = kith_read_envelope(cursor);
		int err = cursor->err;

		if (!err && origin == KITH_ORIGIN_PULL)
			err = kith_pull_charge(peer, envelope.len);
		if (!err)
			err = arrive(core, peer, origin, envelope);
		if (err)
			return err;
	}
	kith_peer_mind_reading(core, peer);
	return cursor->err;
}

/* ---- verifying ------------------------------------------------------------------------------ */

/* Forgets entries whose way ends here, and whoever else offered them is asked. */
static void give_up(struct kith_core *core, struct kith_batch_entry *entry)
{
	struct kith_claim claim;

	if (entry->record)
		kith_want_retry(core, &entry->record->id);
	else if (entry->envelope &&
		 kith_record_peek(entry->envelope, entry->envelope_len, &claim) == 0)
		kith_want_retry(core, &claim.item.id);
}

/* Nothing can be done with the batch now; a tick comes back to it. */
static void wait_for_memory(struct kith_core *core, struct kith_batch *batch)
{
	batch->next = core->unsettled;
	core->unsettled = batch;
	core->unsettled_ms = core->now_ms + KITH_STORE_RETRY_MS;
}

/* No memory to hand the batch on: whoever published it will hear, a partner is asked again. */
static void abandon(struct kith_core *core, struct kith_batch *batch)
{
	struct kith_peer *peer = kith_core_peer(core, batch->conn);
	bool local = batch->origin == KITH_ORIGIN_LOCAL;

	batch->err = KITH_E_NOMEM;
	for (size_t i = 0; i < batch->count; i++) {
		if (local) {
			batch->entries[i].err = batch->err;
			continue;
		}
		release_in_flight(core, peer, batch, batch->entries[i].envelope_len);
		give_up(core, &batch->entries[i]);
	}
	if (peer)
		peer->dirty = true;
	if (local)
		wait_for_memory(core, batch);
	else
		kith_batch_free(batch);
}

static void submit(struct kith_core *core, enum kith_action_type type, struct kith_batch *batch)
{
	struct kith_action *action = kith_core_act(core, type);

	if (action)
		action->batch = batch;
	else
		abandon(core, batch);
}

void kith_intake_flush(struct kith_core *core, struct kith_peer *peer)
{
	for (int i = 0; i < KITH_ORIGINS; i++) {
		struct kith_batch *batch = peer->inbox[i];

		peer->inbox[i] = NULL;
		if (batch)
			submit(core, KITH_ACTION_VERIFY, batch);
	}
}

/* What the node decides about an authentic record before it stores it. 0: store it. */
static int judge(struct kith_core *core, struct kith_peer *peer, const struct kith_record *record)
{
	if (!record->has_body)
		return KITH_E_MALFORMED; /* refused on arrival already */
	if (record->created_ms > latest_ms(core))
		return KITH_E_FUTURE;
	return kith_quota_judge(core, peer, record);
}

/* Whoever sends bytes that do not hold answers for them, up to a limit; what an author wrote is not
 * the fault of the partner that carried it. */
static void attribute(
	struct kith_core *core, struct kith_peer *peer, const struct kith_batch_entry *entry)
{
	struct kith_partner_stats *stats;

	if (!peer || !peer->partner)
		return;
	stats = &peer->partner->stats;
	if (entry->err == KITH_E_FUTURE) {
		stats->held_back++;
	} else if (entry->err != KITH_E_REFUSED && kith_err_class(entry->err) == KITH_CLASS_INPUT) {
		stats->forged++;
		kith_partner_complain(core, peer->partner, KITH_COMPLAINT_FORGED);
		if (++peer->forged >= KITH_FORGED_MAX && !peer->closing) {
			peer->complaint = KITH_COMPLAINT_FORGED;
			kith_peer_end(core, peer, KITH_E_FORGED, KITH_BYE_PROTOCOL);
		}
	} else if (entry->known == KITH_KNOWN_DECLINED) {
		stats->declined++;
	}
}

static void drop_entry(struct kith_batch *batch, size_t i)
{
	struct kith_batch_entry *entry = &batch->entries[i];

	batch->bytes -= entry->envelope_len;
	free(entry->envelope);
	kith_record_free(entry->record);
	*entry = batch->entries[--batch->count];
}

void kith_intake_verified(struct kith_core *core, struct kith_batch *batch)
{
	struct kith_peer *peer = kith_core_peer(core, batch->conn);

	for (size_t i = 0; i < batch->count;) {
		struct kith_batch_entry *entry = &batch->entries[i];

		if (!entry->err)
			entry->err = judge(core, peer, entry->record);
		attribute(core, peer, entry);
		if (peer && peer->closing)
			peer = NULL;
		if (!entry->err) {
			i++;
			continue;
		}
		release_in_flight(core, peer, batch, entry->envelope_len);
		if (entry->err == KITH_E_FUTURE)
			kith_pending_drop(
				core->pending, &entry->record->id); /* it is the same with others */
		else
			give_up(core, entry);
		drop_entry(batch, i);
	}
	if (batch->count)
		submit(core, KITH_ACTION_STORE, batch);
	else
		kith_batch_free(batch);
}

/* ---- storing -------------------------------------------------------------------------------- */

void kith_intake_publish(struct kith_core *core, struct kith_batch *batch)
{
	batch->conn = 0;
	batch->origin = KITH_ORIGIN_LOCAL;
	batch->durable = true;
	submit(core, KITH_ACTION_STORE, batch);
}

/* The entry is not needed any more, but for who else has the record. */
static void take_pending(
	struct kith_core *core, const struct kith_record_id *id, struct kith_pending_entry *out)
{
	const struct kith_pending_entry *entry = kith_pending_find(core->pending, id);

	if (!entry)
		return;
	*out = *entry;
	kith_pending_drop(core->pending, id);
}

/* On disk: from now on the record is known, and what was not known is told to others. False without
 * memory to know it. */
static bool settle_entry(struct kith_core *core, struct kith_peer *peer, struct kith_batch *batch,
	struct kith_batch_entry *entry)
{
	const struct kith_record *record = entry->record;
	struct kith_circle_sets *circle = kith_core_circle(core, &record->circle);
	struct kith_item item = kith_record_item(record);
	enum kith_class class_ = kith_class_of_kind(record->kind);
	struct kith_pending_entry way = {.conn = batch->conn};
	int err;

	if (entry->err || !circle) {
		if (batch->origin != KITH_ORIGIN_LOCAL)
			kith_want_retry(core, &record->id);
		return true;
	}
	err = kith_core_insert(core, circle, class_, &item);
	if (batch->origin != KITH_ORIGIN_LOCAL)
		take_pending(core, &record->id, &way);
	if (err)
		return err != KITH_E_NOMEM;
	if (entry->seq) {
		core->stats.records_stored++;
		if (peer)
			peer->partner->stats.records_in++;
	}
	if (entry->known == KITH_KNOWN_HELD)
		kith_gossip_spread(core, record, &way, batch->origin);
	return true;
}

static void storage_failed(struct kith_core *core)
{
	uint64_t delay = KITH_STORE_RETRY_MS;
	struct kith_peer *peer;

	core->stats.store_failures++;
	for (unsigned i = 0; i < core->store_failures && delay < KITH_STORE_RETRY_MAX_MS; i++)
		delay *= 2;
	core->store_failures +=
		core->store_retry_ms == 0; /* others under way fail for the same reason */
	core->store_retry_ms = core->now_ms + delay;
	for (peer = core->peers; peer; peer = peer->next)
		peer->dirty = true;
}

static void announce(struct kith_core *core, const struct kith_batch *batch)
{
	struct kith_action *action;
	uint64_t seq = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->entries[i].seq > seq)
			seq = batch->entries[i].seq;
	action = seq ? kith_core_act(core, KITH_ACTION_ANNOUNCE) : NULL;
	if (action)
		action->seq = seq;
}

/* The batch ends its way: with whoever published it, or here. False without memory to say so. */
static bool finish(struct kith_core *core, struct kith_batch *batch)
{
	struct kith_action *action;

	if (batch->origin != KITH_ORIGIN_LOCAL) {
		kith_batch_free(batch);
		return true;
	}
	action = kith_core_act(core, KITH_ACTION_PUBLISHED);
	if (!action)
		return false;
	core->stats.published += batch->err ? 0 : batch->count;
	action->batch = batch;
	return true;
}

/* Entry by entry, as far as the memory goes. */
static void conclude(struct kith_core *core, struct kith_batch *batch)
{
	struct kith_peer *peer = kith_core_peer(core, batch->conn);

	while (batch->settled < batch->count &&
		settle_entry(core, peer, batch, &batch->entries[batch->settled]))
		batch->settled++;
	if (batch->settled < batch->count || !finish(core, batch))
		wait_for_memory(core, batch);
}

void kith_intake_stored(struct kith_core *core, struct kith_batch *batch)
{
	struct kith_peer *peer = kith_core_peer(core, batch->conn);

	if (batch->err)
		storage_failed(core);
	else
		core->store_failures = 0;
	for (size_t i = 0; i < batch->count; i++) {
		struct kith_batch_entry *entry = &batch->entries[i];

		if (batch->err && !entry->err)
			entry->err = batch->err;
		if (batch->origin != KITH_ORIGIN_LOCAL)
			release_in_flight(core, peer, batch, entry->record->envelope.len);
	}
	announce(core, batch);
	conclude(core, batch);
}

void kith_intake_tick(struct kith_core *core)
{
	struct kith_batch *waiting = core->now_ms >= core->unsettled_ms ? core->unsettled : NULL;

	if (waiting)
		core->unsettled = NULL;
	while (waiting) {
		struct kith_batch *batch = waiting;
		waiting = batch->next;
		conclude(core, batch);
	}
	if (core->store_retry_ms && core->now_ms >= core->store_retry_ms)
		core->store_retry_ms = 0;
}
