/* partner_json.c: see partner_json.h. */
#include "node/api/partner_json.h"

#include <string.h>

#include "node/address.h"
#include "node/answer.h"
#include "node/node.h"
#include "node/node.h"

json_t *kith_partner_to_json(const struct kith_partner_config *partner)
{
	struct kith_address address = {.group = partner->group,
		.has_node = partner->has_address,
		.node = partner->node,
		.port = partner->port};
	char text[KITH_ADDRESS_MAX];
	json_t *object = json_object();

	memcpy(address.host, partner->host, sizeof(address.host));
	kith_address_format(&address, text);
	kith_answer_key(object, "group", KITH_ID_AUTHOR, partner->group.bytes);
	kith_answer_text(object, "name", partner->name);
	if (partner->has_address)
		kith_answer_text(object, "address", text);
	json_object_set_new(object, "paused", json_boolean(partner->paused));
	return object;
}

static json_t *counters(const struct kith_partner_stats *stats)
{
	json_t *object = json_object();

	kith_answer_number(object, "bytes_in", stats->bytes_in);
	kith_answer_number(object, "bytes_out", stats->bytes_out);
	kith_answer_number(object, "records_in", stats->records_in);
	kith_answer_number(object, "records_out", stats->records_out);
	kith_answer_number(object, "duplicates", stats->duplicates);
	kith_answer_number(object, "forged", stats->forged);
	kith_answer_number(object, "declined", stats->declined);
	kith_answer_number(object, "held_back", stats->held_back);
	kith_answer_number(object, "turned_away", stats->turned_away);
	kith_answer_number(object, "unavailable", stats->unavailable);
	kith_answer_number(object, "reconciliations", stats->reconciliations);
	kith_answer_number(object, "rounds", stats->rounds);
	kith_answer_number(object, "audits", stats->audits);
	kith_answer_number(object, "audit_found", stats->audit_found);
	kith_answer_number(object, "connections", stats->connections);
	kith_answer_number(object, "truncations", stats->truncations);
	kith_answer_number(object, "offences", stats->offences);
	return object;
}

/* What was last found wrong with it, and how long it is shut out for that. */
static json_t *complaint(const struct kith_partner_view *view, uint64_t wall_ms)
{
	json_t *object = json_object();

	kith_answer_text(object, "reason", kith_complaint_name(view->complaint));
	kith_answer_text(object, "text", kith_node_complaint(view->complaint));
	kith_answer_time(object, "at", view->complaint_wall_ms);
	if (view->shut_out_ms)
		kith_answer_time(object, "shut_out_until", wall_ms + view->shut_out_ms);
	return object;
}

void kith_partner_add_state(json_t *object, const struct kith_partner_view *view, uint64_t wall_ms)
{
	kith_answer_text(object, "state", kith_partner_state_name(view->state));
	kith_answer_text(object, "remote", view->remote);
	kith_answer_text(object, "agent", view->agent);
	if (view->connected_wall_ms)
		json_object_set_new(object, "dialled_by_us", json_boolean(view->dialled_by_us));
	kith_answer_time(object, "connected", view->connected_wall_ms);
	kith_answer_time(object, "last_seen", view->last_seen_wall_ms);
	kith_answer_time(object, "last_synced", view->last_synced_wall_ms);
	if (view->next_dial_in_ms != UINT64_MAX)
		kith_answer_time(object, "next_dial", wall_ms + view->next_dial_in_ms);
	if (view->last_audit_wall_ms) {
		kith_answer_time(object, "last_audit", view->last_audit_wall_ms);
		kith_answer_number(object, "last_audit_found", view->last_audit_found);
	}
	if (view->next_audit_in_ms != UINT64_MAX)
		kith_answer_time(object, "next_audit", wall_ms + view->next_audit_in_ms);
	kith_answer_number(object, "behind", view->behind);
	kith_answer_text(object, "last_error", kith_node_trouble(view));
	kith_answer_number(object, "unsent", view->unsent);
	kith_answer_number(object, "turned_away_today", view->turned_away_today);
	kith_answer_number(object, "new_authors_today", view->new_authors_today);
	kith_answer_number(object, "records_today", view->records_today);
	json_object_set_new(object, "quota_full", json_boolean(view->quota_full));
	if (view->complaint)
		json_object_set_new(object, "complaint", complaint(view, wall_ms));
	json_object_set_new(object, "counters", counters(&view->stats));
}
