/*
 * partner.c: whom this node exchanges with, and when it next tries to reach them.
 *
 * A partner is a group, not a machine; connections come and go and carry any node that holds the
 * group's certificate. Dialling backs off exponentially with jitter, from KITH_DIAL_FIRST_MS to
 * KITH_DIAL_MAX_MS; a partner whose sets were made equal with ours starts it afresh.
 */
#include "protocol/core_state.h"

#include <stdlib.h>
#include <string.h>

struct kith_partner *kith_partner_find(
	const struct kith_core *core, const struct kith_author *group)
{
	for (size_t i = 0; i < core->partner_count; i++)
		if (memcmp(core->partners[i]->config.group.bytes, group->bytes, KITH_ID_LEN) == 0)
			return core->partners[i];
	return NULL;
}

struct kith_partner *kith_partner_of_dial(const struct kith_core *core, uint64_t dial)
{
	for (size_t i = 0; dial && i < core->partner_count; i++)
		if (core->partners[i]->dial == dial)
			return core->partners[i];
	return NULL;
}

static bool may_dial(const struct kith_core *core, const struct kith_partner *partner)
{
	return partner->config.has_address && !partner->config.paused && !partner->peer &&
	       !partner->dial && !partner->dial_peer && !core->shut_down;
}

static struct kith_partner *partner_new(struct kith_core *core, const struct kith_author *group)
{
	struct kith_partner *partner;

	if (core->partner_count == KITH_PARTNERS_MAX)
		return NULL;
	partner = calloc(1, sizeof(*partner));
	if (!partner)
		return NULL;
	partner->config.group = *group;
	partner->next_dial_ms = UINT64_MAX;
	partner->last_bye = -1;
	kith_refused_init(&partner->refused, core->rng);
	partner->unequal = partner->refused; /* both empty: the same key will do */
	/* A node that starts audits within hours, and not all partners at once. */
	partner->next_audit_ms = core->now_ms + kith_core_random(core, core->audit_every_ms / 4);
	core->partners[core->partner_count++] = partner;
	return partner;
}

/* Ends every connection that belongs to the partner, established or not. */
static void end_connections(struct kith_core *core, struct kith_partner *partner, int bye)
{
	struct kith_peer *peer;

	for (peer = core->peers; peer; peer = peer->next)
		if (peer->partner == partner && !peer->closing)
			kith_peer_end(core, peer, 0, bye);
}

int kith_core_set_partner(
	struct kith_core *core, const struct kith_partner_config *config, uint64_t now_ms)
{
	struct kith_partner *partner = kith_partner_find(core, &config->group);

	core->now_ms = now_ms;
	if (memcmp(config->group.bytes, core->group.bytes, KITH_ID_LEN) == 0)
		return KITH_E_REFUSED;
	if (!partner)
		partner = partner_new(core, &config->group);
	if (!partner)
		return core->partner_count == KITH_PARTNERS_MAX ? KITH_E_TOO_LARGE : KITH_E_NOMEM;
	partner->config = *config;
	partner->offences_today = 0;
	partner->budget = (struct kith_budget){.since_ms = now_ms};
	partner->shunned_until_ms = 0; /* whoever changes the settings gives another chance */
	if (config->paused)
		end_connections(core, partner, KITH_BYE_PAUSED);
	partner->failures = 0;
	partner->next_dial_ms = may_dial(core, partner) ? now_ms : UINT64_MAX;
	return 0;
}

int kith_core_remove_partner(
	struct kith_core *core, const struct kith_author *group, uint64_t now_ms)
{
	core->now_ms = now_ms;
	for (size_t i = 0; i < core->partner_count; i++) {
		struct kith_partner *partner = core->partners[i];
		struct kith_peer *peer;

		if (memcmp(partner->config.group.bytes, group->bytes, KITH_ID_LEN) != 0)
			continue;
		end_connections(core, partner, KITH_BYE_REMOVED);
		for (peer = core->peers; peer; peer = peer->next)
			if (peer->partner == partner)
				peer->partner = NULL;
		core->partners[i] = core->partners[--core->partner_count];
		kith_refused_clear(&partner->refused);
		kith_refused_clear(&partner->unequal);
		free(partner);
		return 0;
	}
	return KITH_E_NOT_FOUND;
}

void kith_partner_free_all(struct kith_core *core)
{
	for (size_t i = 0; i < core->partner_count; i++) {
		kith_refused_clear(&core->partners[i]->refused);
		kith_refused_clear(&core->partners[i]->unequal);
		free(core->partners[i]);
	}
	core->partner_count = 0;
}

void kith_partner_ended(struct kith_core *core, struct kith_partner *partner, int err, int bye)
{
	uint64_t delay = KITH_DIAL_FIRST_MS;

	partner->last_err = err;
	partner->last_bye = bye;
	/* A second connection that was closed in favour of the first is no failure. */
	if (!may_dial(core, partner)) {
		partner->next_dial_ms = UINT64_MAX;
		return;
	}
	for (unsigned i = 0; i < partner->failures && delay < KITH_DIAL_MAX_MS; i++)
		delay *= 2;
	partner->failures++;
	if (delay > KITH_DIAL_MAX_MS)
		delay = KITH_DIAL_MAX_MS;
	delay = kith_core_jitter(core, delay);
	partner->next_dial_ms =
		delay + (core->now_ms < partner->shunned_until_ms ? partner->shunned_until_ms
								  : core->now_ms);
}

void kith_partner_complain(
	struct kith_core *core, struct kith_partner *partner, enum kith_complaint complaint)
{
	partner->complaint = complaint;
	partner->complaint_wall_ms = kith_core_wall_ms(core, core->now_ms);
}

void kith_partner_offended(
	struct kith_core *core, struct kith_partner *partner, enum kith_complaint complaint)
{
	uint64_t shun = KITH_SHUN_MS;

	for (unsigned i = 0; i < partner->offences_today && shun < KITH_SHUN_MAX_MS; i++)
		shun *= 2;
	partner->offences_today++;
	partner->stats.offences++;
	partner->shunned_until_ms = core->now_ms + kith_earlier(shun, KITH_SHUN_MAX_MS);
	kith_partner_complain(core, partner, complaint);
}

int kith_partner_tick(struct kith_core *core, struct kith_partner *partner)
{
	struct kith_action *action;

	if (core->now_ms < partner->next_dial_ms)
		return 0;
	partner->next_dial_ms = UINT64_MAX;
	if (!may_dial(core, partner))
		return 0;
	action = kith_core_act(core, KITH_ACTION_DIAL);
	if (!action) {
		partner->next_dial_ms = core->now_ms + KITH_DIAL_FIRST_MS;
		return KITH_E_NOMEM;
	}
	partner->dial = ++core->last_dial;
	action->dial = partner->dial;
	action->port = partner->config.port;
	memcpy(action->host, partner->config.host, sizeof(action->host));
	return 0;
}

/* ---- figures -------------------------------------------------------------------------------- */

static enum kith_partner_state state_of(const struct kith_partner *partner)
{
	if (partner->config.paused)
		return KITH_PARTNER_PAUSED;
	if (partner->peer)
		return partner->peer->synced_once ? KITH_PARTNER_LIVE : KITH_PARTNER_SYNCING;
	return partner->dial || partner->dial_peer ? KITH_PARTNER_CONNECTING : KITH_PARTNER_WAITING;
}

const char *kith_partner_state_name(enum kith_partner_state state)
{
	static const char *const names[] = {"paused", "waiting", "connecting", "syncing", "live"};

	return names[state];
}

const char *kith_complaint_name(enum kith_complaint complaint)
{
	static const char *const names[] = {"none", "damaged", "withheld", "silent", "malformed",
		"unexpected", "forged", "foreign", "endless", "talk", "asked", "announced",
		"repeated", "unavailable", "calls"};

	return names[complaint];
}

bool kith_core_partner_at(
	const struct kith_core *core, size_t i, uint64_t now_ms, struct kith_partner_view *out)
{
	const struct kith_partner *partner;
	const struct kith_peer *peer;

	if (i >= core->partner_count)
		return false;
	partner = core->partners[i];
	peer = partner->peer;
	*out = (struct kith_partner_view){
		.config = partner->config,
		.state = state_of(partner),
		.stats = partner->stats,
		.last_seen_wall_ms = partner->last_seen_wall_ms,
		.last_synced_wall_ms = partner->last_synced_wall_ms,
		.next_dial_in_ms = UINT64_MAX,
		.last_err = partner->last_err,
		.last_bye = partner->last_bye,
		.ended_by = partner->ended_by,
		.complaint = partner->complaint,
		.complaint_wall_ms = partner->complaint_wall_ms,
		.last_audit_wall_ms = partner->last_audit_wall_ms,
		.last_audit_found = partner->last_audit_found,
		.next_audit_in_ms = UINT64_MAX,
		.turned_away_today = partner->turned_away_today,
		.new_authors_today = partner->new_authors_today,
		.records_today = partner->records_today,
		.quota_full = kith_quota_is_full(core, partner),
	};
	if (partner->shunned_until_ms > now_ms)
		out->shut_out_ms = partner->shunned_until_ms - now_ms;
	if (partner->next_dial_ms != UINT64_MAX)
		out->next_dial_in_ms =
			partner->next_dial_ms > now_ms ? partner->next_dial_ms - now_ms : 0;
	if (peer) {
		memcpy(out->remote, peer->remote, sizeof(out->remote));
		memcpy(out->agent, kith_session_peer(peer->session)->agent, sizeof(out->agent));
		out->dialled_by_us = kith_session_is_initiator(peer->session);
		out->connected_wall_ms = peer->since_wall_ms;
		out->behind = kith_sync_behind(peer);
		out->unsent = kith_peer_backlog(peer);
		if (kith_audit_is_ours(peer))
			out->next_audit_in_ms = partner->next_audit_ms > now_ms
							? partner->next_audit_ms - now_ms
							: 0;
	}
	return true;
}
