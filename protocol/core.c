/*
 * core.c: the node's state machine: where events enter, where actions leave, and what time it is.
 *
 * Every public call works in the same way: note the time, let the file concerned act, then
 * settle(): hand collected records to verification, continue what can be continued, drop
 * connections that ended.
 */
#include "protocol/core_state.h"

#include <stdlib.h>
#include <string.h>

/* ---- life cycle ----------------------------------------------------------------------------- */

/* Handshakes under way borrow the old one, so they are given the new one too. */
static int take_certificate(struct kith_core *core, struct kith_bytes certificate)
{
	struct kith_peer *peer;
	uint8_t *copy;

	if (certificate.len == 0 || certificate.len > KITH_HELLO_MAX_BYTES)
		return KITH_E_ARGUMENT;
	copy = malloc(certificate.len);
	if (!copy)
		return KITH_E_NOMEM;
	memcpy(copy, certificate.data, certificate.len);
	core->session.certificate = (struct kith_bytes){copy, certificate.len};
	for (peer = core->peers; peer; peer = peer->next)
		kith_session_replace_certificate(peer->session, core->session.certificate);
	free(core->certificate);
	core->certificate = copy;
	return 0;
}

int kith_core_set_certificate(
	struct kith_core *core, struct kith_bytes certificate, uint64_t now_ms)
{
	struct kith_certificate opened;
	int err = kith_certificate_open(
		certificate.data, certificate.len, kith_core_wall_ms(core, now_ms), &opened);

	if (err)
		return err;
	if (!kith_id_equal(opened.group.bytes, core->group.bytes) ||
		!kith_id_equal(opened.node.bytes, core->session.node->public_key.bytes))
		return KITH_E_ARGUMENT;
	return take_certificate(core, certificate);
}

static int copy_config(struct kith_core *core, const struct kith_core_config *config)
{
	strncpy(core->agent, config->agent, KITH_AGENT_MAX_BYTES);
	core->group = config->group;
	core->rng = config->rng;
	core->reconcile_every_ms =
		config->reconcile_every_ms ? config->reconcile_every_ms : KITH_RECONCILE_EVERY_MS;
	core->audit_every_ms =
		config->audit_every_ms ? config->audit_every_ms : KITH_AUDIT_EVERY_MS;
	core->pull_window_bytes =
		config->pull_window_bytes ? config->pull_window_bytes : KITH_PULL_WINDOW_BYTES;
	if (core->pull_window_bytes < KITH_RECORD_MAX_BYTES)
		core->pull_window_bytes = KITH_RECORD_MAX_BYTES;
	core->answer_within_ms =
		config->answer_within_ms ? config->answer_within_ms : KITH_STALL_MAX_MS;
	core->session = (struct kith_session_config){
		.node = config->node,
		.agent = core->agent,
		.rng = config->rng,
		.capabilities = KITH_CAPABILITY_AUDIT,
	};
	return take_certificate(core, config->certificate);
}

struct kith_core *kith_core_new(
	const struct kith_core_config *config, uint64_t now_ms, uint64_t wall_ms)
{
	struct kith_core *core = calloc(1, sizeof(*core));
	struct kith_circle commons = kith_circle_commons();

	if (!core)
		return NULL;
	core->last = &core->first;
	core->now_ms = now_ms;
	core->overdue_ms = UINT64_MAX;
	kith_core_set_wall_ms(core, wall_ms, now_ms);
	core->pending = kith_pending_new(config->rng);
	if (!core->pending || copy_config(core, config) ||
		kith_quota_init(&core->quota, config, now_ms) ||
		kith_core_add_circle(core, &commons)) {
		kith_core_free(core);
		return NULL;
	}
	return core;
}

static void action_free(struct kith_action_node *node)
{
	if (!node)
		return;
	free(node->action.data);
	kith_batch_free(node->action.batch);
	kith_fetch_free(node->action.fetch);
	free(node);
}

/* What the node was given last is its own now. */
static void release_current(struct kith_core *core)
{
	struct kith_action_node *node = core->current;

	core->current = NULL;
	if (!node)
		return;
	node->action.batch = NULL;
	node->action.fetch = NULL;
	node->action.data = NULL;
	action_free(node);
}

void kith_core_free(struct kith_core *core)
{
	if (!core)
		return;
	while (core->peers) {
		struct kith_peer *peer = core->peers;
		core->peers = peer->next;
		kith_peer_free(core, peer);
	}
	kith_partner_free_all(core);
	while (core->first) {
		struct kith_action_node *node = core->first;
		core->first = node->next;
		action_free(node);
	}
	release_current(core);
	while (core->unsettled) {
		struct kith_batch *batch = core->unsettled;
		core->unsettled = batch->next;
		kith_batch_free(batch);
	}
	for (size_t i = 0; i < core->circle_count; i++) {
		for (int class_ = 0; class_ < KITH_CLASSES; class_++)
			kith_set_free(core->circles[i]->sets[class_]);
		free(core->circles[i]);
	}
	kith_pending_free(core->pending);
	kith_quota_clear(&core->quota);
	free(core->certificate);
	free(core);
}

/* ---- time ----------------------------------------------------------------------------------- */

void kith_core_set_wall_ms(struct kith_core *core, uint64_t wall_ms, uint64_t now_ms)
{
	uint64_t expected_ms = kith_core_wall_ms(core, now_ms);

	/* What lay too far ahead may not do so any more. */
	if (wall_ms > expected_ms + KITH_CLOCK_STEP_MS ||
		expected_ms > wall_ms + KITH_CLOCK_STEP_MS)
		for (size_t i = 0; i < core->partner_count; i++)
			kith_refused_clear(&core->partners[i]->refused);
	core->wall_ms = wall_ms;
	core->wall_at_ms = now_ms;
}

uint64_t kith_core_wall_ms(const struct kith_core *core, uint64_t now_ms)
{
	return core->wall_ms + (now_ms > core->wall_at_ms ? now_ms - core->wall_at_ms : 0);
}

uint64_t kith_core_random(const struct kith_core *core, uint64_t below)
{
	uint8_t bytes[8];
	uint64_t value = 0;

	/* The same bytes are the same number on every machine, or a simulated run would not be. */
	kith_rng_fill(core->rng, bytes, sizeof(bytes));
	for (size_t i = sizeof(bytes); i-- > 0;)
		value = value << 8 | bytes[i];
	return below ? value % below : 0;
}

uint64_t kith_core_jitter(const struct kith_core *core, uint64_t value)
{
	return value - value / 4 + kith_core_random(core, value / 2 + 1);
}

/* ---- circles and sets ----------------------------------------------------------------------- */

struct kith_circle_sets *kith_core_circle(
	const struct kith_core *core, const struct kith_circle *circle)
{
	for (size_t i = 0; i < core->circle_count; i++)
		if (memcmp(core->circles[i]->circle.bytes, circle->bytes, KITH_ID_LEN) == 0)
			return core->circles[i];
	return NULL;
}

int kith_core_add_circle(struct kith_core *core, const struct kith_circle *circle)
{
	struct kith_circle_sets *sets;

	if (kith_core_circle(core, circle))
		return 0;
	if (core->circle_count == KITH_CIRCLES_MAX)
		return KITH_E_TOO_LARGE;
	sets = calloc(1, sizeof(*sets));
	if (!sets)
		return KITH_E_NOMEM;
	sets->circle = *circle;
	sets->number = (uint32_t)core->circle_count;
	for (int class_ = 0; class_ < KITH_CLASSES; class_++)
		sets->sets[class_] = kith_set_new();
	if (!sets->sets[KITH_CLASS_CONTROL] || !sets->sets[KITH_CLASS_CONTENT]) {
		kith_set_free(sets->sets[KITH_CLASS_CONTROL]);
		kith_set_free(sets->sets[KITH_CLASS_CONTENT]);
		free(sets);
		return KITH_E_NOMEM;
	}
	core->circles[core->circle_count++] = sets;
	return 0;
}

int kith_core_restore(struct kith_core *core, const struct kith_circle *circle,
	enum kith_class class_, const struct kith_item *item)
{
	struct kith_circle_sets *sets = kith_core_circle(core, circle);

	if (!sets)
		return KITH_E_NOT_FOUND;
	return kith_core_insert(core, sets, class_, item);
}

int kith_core_insert(struct kith_core *core, struct kith_circle_sets *circle,
	enum kith_class class_, const struct kith_item *item)
{
	int err = kith_set_insert(circle->sets[class_], item);

	if (!err)
		kith_audit_inserted(core, circle->sets[class_], item);
	return err;
}

const struct kith_set *kith_core_set(
	const struct kith_core *core, const struct kith_circle *circle, enum kith_class class_)
{
	const struct kith_circle_sets *sets = kith_core_circle(core, circle);

	return sets ? sets->sets[class_] : NULL;
}

/* ---- events --------------------------------------------------------------------------------- */

struct kith_peer *kith_core_peer(const struct kith_core *core, uint64_t conn)
{
	struct kith_peer *peer;

	for (peer = core->peers; peer; peer = peer->next)
		if (peer->conn == conn && !peer->closing)
			return peer;
	return NULL;
}

/* What every call ends with: continue what can go on, then let go of connections that ended. */
static void settle(struct kith_core *core)
{
	struct kith_peer **at, *peer;

	for (peer = core->peers; peer; peer = peer->next) {
		/* Also what a connection brought that ends now: it is claimed, and would be waited
		 * for. */
		kith_intake_flush(core, peer);
		if (kith_peer_ready(peer))
			kith_sync_pump(core, peer);
	}
	for (at = &core->peers; (peer = *at);) {
		if (!peer->closing) {
			at = &peer->next;
			continue;
		}
		*at = peer->next;
		kith_peer_free(core, peer);
	}
}

static int feed_connection(struct kith_core *core, const struct kith_event *event)
{
	struct kith_peer *peer = kith_core_peer(core, event->conn);

	if (!peer)
		return 0; /* ended from our side already */
	if (event->type == KITH_EVENT_BYTES)
		kith_peer_bytes(core, peer, event->bytes);
	else if (event->type == KITH_EVENT_WRITABLE)
		kith_peer_writable(core, peer, event->unsent);
	else
		kith_peer_closed(core, peer, event->err);
	return 0;
}

static int feed_dial_failed(struct kith_core *core, const struct kith_event *event)
{
	struct kith_partner *partner = kith_partner_of_dial(core, event->dial);

	if (!partner)
		return 0;
	partner->dial = 0;
	kith_partner_ended(core, partner, event->err, -1);
	return 0;
}

static int dispatch(struct kith_core *core, const struct kith_event *event)
{
	switch (event->type) {
	case KITH_EVENT_CONNECTED:
		return kith_peer_connected(core, event);
	case KITH_EVENT_DIAL_FAILED:
		return feed_dial_failed(core, event);
	case KITH_EVENT_BYTES:
	case KITH_EVENT_WRITABLE:
	case KITH_EVENT_CLOSED:
		return feed_connection(core, event);
	case KITH_EVENT_PUBLISH:
		kith_intake_publish(core, event->batch);
		return 0;
	case KITH_EVENT_VERIFIED:
		kith_intake_verified(core, event->batch);
		return 0;
	case KITH_EVENT_STORED:
		kith_intake_stored(core, event->batch);
		return 0;
	case KITH_EVENT_FETCHED:
		kith_serve_fetched(core, event->fetch);
		return 0;
	}
	return KITH_E_ARGUMENT;
}

int kith_core_feed(struct kith_core *core, const struct kith_event *event, uint64_t now_ms)
{
	int err;

	core->now_ms = now_ms;
	kith_quota_tick(core);
	err = dispatch(core, event);
	settle(core);
	return err;
}

int kith_core_tick(struct kith_core *core, uint64_t now_ms)
{
	struct kith_peer *peer;
	int err = 0;

	core->now_ms = now_ms;
	for (size_t i = 0; i < core->partner_count; i++) {
		int one = kith_partner_tick(core, core->partners[i]);
		err = err ? err : one;
	}
	kith_quota_tick(core);
	kith_intake_tick(core);
	/* First the connections: who delivers nothing in time is held to it before what it owes is
	 * forgotten. */
	for (peer = core->peers; peer; peer = peer->next)
		if (!peer->closing)
			kith_peer_tick(core, peer);
	kith_want_tick(core);
	settle(core);
	return err;
}

uint64_t kith_core_deadline_ms(const struct kith_core *core)
{
	uint64_t due = core->overdue_ms;
	const struct kith_peer *peer;

	if (core->store_retry_ms)
		due = kith_earlier(due, core->store_retry_ms);
	if (core->unsettled)
		due = kith_earlier(due, core->unsettled_ms);
	for (size_t i = 0; i < core->partner_count; i++)
		due = kith_earlier(due, core->partners[i]->next_dial_ms);
	for (peer = core->peers; peer; peer = peer->next)
		if (!peer->closing)
			due = kith_earlier(due, kith_peer_deadline(core, peer));
	return due;
}

void kith_core_shutdown(struct kith_core *core, uint64_t now_ms)
{
	struct kith_peer *peer;

	core->now_ms = now_ms;
	core->shut_down = true;
	for (size_t i = 0; i < core->partner_count; i++)
		core->partners[i]->next_dial_ms = UINT64_MAX;
	for (peer = core->peers; peer; peer = peer->next)
		if (!peer->closing)
			kith_peer_end(core, peer, 0, KITH_BYE_SHUTDOWN);
	settle(core);
}

/* ---- actions -------------------------------------------------------------------------------- */

void kith_core_act_take(struct kith_core *core, struct kith_action_node *node)
{
	*core->last = node;
	core->last = &node->next;
}

struct kith_action *kith_core_act(struct kith_core *core, enum kith_action_type type)
{
	struct kith_action_node *node = calloc(1, sizeof(*node));

	if (!node)
		return NULL;
	node->action.type = type;
	kith_core_act_take(core, node);
	return &node->action;
}

/* Sending is decided last, so that what one round produced leaves in as few frames as possible. */
static void flush_peers(struct kith_core *core)
{
	struct kith_peer *peer;

	for (peer = core->peers; peer; peer = peer->next)
		if (!peer->closing)
			kith_peer_flush(core, peer);
	settle(core);
}

const struct kith_action *kith_core_next(struct kith_core *core)
{
	release_current(core);
	/* Settling may have left more to be sent, so there are two goes before there is nothing. */
	for (int go = 0; go < 2 && !core->first; go++)
		flush_peers(core);
	if (!core->first)
		return NULL;
	core->current = core->first;
	core->first = core->current->next;
	if (!core->first)
		core->last = &core->first;
	core->current->next = NULL;
	return &core->current->action;
}

/* ---- figures -------------------------------------------------------------------------------- */

struct kith_core_stats kith_core_stats(const struct kith_core *core)
{
	struct kith_core_stats stats = core->stats;
	const struct kith_peer *peer;

	for (peer = core->peers; peer; peer = peer->next)
		stats.connections_open += !peer->closing;
	for (size_t i = 0; i < core->circle_count; i++)
		for (int class_ = 0; class_ < KITH_CLASSES; class_++)
			stats.set_bytes += kith_set_memory_bytes(core->circles[i]->sets[class_]);
	for (size_t i = 0; i < core->partner_count; i++)
		stats.refused_bytes += kith_refused_memory_bytes(&core->partners[i]->refused) +
				       kith_refused_memory_bytes(&core->partners[i]->unequal);
	stats.storage_blocked = core->store_retry_ms != 0;
	return stats;
}
