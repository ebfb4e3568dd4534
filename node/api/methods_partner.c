/* methods_partner.c: the groups this node exchanges with. What is changed is on disk before the
 * answer. */
#include "node/api/families.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/address.h"
#include "node/answer.h"
#include "node/api/call.h"
#include "node/api/partner_json.h"

void kith_method_partner_list(struct kith_call *call)
{
	struct kith_node *node = call->api->node;
	uint64_t now = kith_node_now_ms(node), wall = kith_node_wall_ms(node);
	json_t *list = json_array();
	struct kith_partner_view view;

	for (size_t i = 0; kith_core_partner_at(kith_node_core(node), i, now, &view); i++) {
		json_t *partner = kith_partner_to_json(&view.config);

		kith_partner_add_state(partner, &view, wall);
		json_array_append_new(list, partner);
	}
	kith_call_result(call, json_pack("{s:o}", "partners", list));
}

/* ---- finding one -------------------------------------------------------------------------- */

static bool is_called(const struct kith_partner_config *partner, const char *text)
{
	char key[KITH_ID_TEXT_MAX];

	kith_id_format(KITH_ID_AUTHOR, partner->group.bytes, key);
	return strcmp(key, text) == 0 || (*partner->name && strcmp(partner->name, text) == 0);
}

static bool find_group(const struct kith_call *call, const struct kith_author *group,
	struct kith_partner_config *out)
{
	struct kith_node *node = call->api->node;
	struct kith_partner_view view;

	for (size_t i = 0;
		kith_core_partner_at(kith_node_core(node), i, kith_node_now_ms(node), &view); i++) {
		if (kith_id_equal(view.config.group.bytes, group->bytes)) {
			*out = view.config;
			return true;
		}
	}
	return false;
}

/* The partner that the argument names by its group key or by its name; otherwise the call has
 * failed. */
static bool find_partner(struct kith_call *call, struct kith_partner_config *out)
{
	struct kith_node *node = call->api->node;
	const char *text = kith_call_text(call, "partner");
	json_t *candidates = json_array();
	struct kith_partner_view view;
	size_t found;

	for (size_t i = 0;
		kith_core_partner_at(kith_node_core(node), i, kith_node_now_ms(node), &view); i++) {
		if (!is_called(&view.config, text))
			continue;
		*out = view.config;
		json_array_append_new(candidates, kith_partner_to_json(&view.config));
	}
	found = json_array_size(candidates);
	if (found > 1) {
		kith_call_fail(call, KITH_RPC_AMBIGUOUS,
			json_pack("{s:o}", "candidates", candidates),
			"%zu partners have this name; say its group key", found);
		return false;
	}
	json_decref(candidates);
	if (found == 0)
		kith_call_fail(call, KITH_RPC_NOT_FOUND, NULL,
			"no partner has this name or group key; partner.list shows them");
	return found == 1;
}

/* ---- changing ----------------------------------------------------------------------------- */

static void fail_change(struct kith_call *call, int err)
{
	if (err == KITH_E_REFUSED)
		kith_call_fail(call, KITH_RPC_REFUSED, NULL,
			"this is the group of this node itself, not a partner");
	else if (err == KITH_E_TOO_LARGE)
		kith_call_fail(call, KITH_RPC_TOO_LARGE, NULL, "a node has at most %u partners",
			KITH_PARTNERS_MAX);
	else
		kith_call_fail_err(call, err, "the partner was not changed");
}

/* The answer is made before the change is, and thrown away if it fails. */
static void on_changed(void *ctx, int err)
{
	struct kith_call *call = ctx;

	if (err)
		fail_change(call, err);
	kith_call_finish(call);
}

static void set_partner(
	struct kith_call *call, const struct kith_partner_config *partner, const char *status)
{
	kith_call_result(call, json_pack("{s:o, s:s}", "partner", kith_partner_to_json(partner),
				       "status", status));
	kith_node_set_partner(call->api->node, partner, on_changed, call);
}

/* What was not said stays as it was. */
void kith_method_partner_add(struct kith_call *call)
{
	struct kith_partner_config partner = {.paused = false};
	const char *name = kith_call_text(call, "name");
	struct kith_address address;
	char why[256];
	bool known;

	if (kith_address_parse(kith_call_text(call, "address"), &address, why, sizeof(why)) != 0) {
		kith_call_fail(call, KITH_RPC_PARAMS, NULL, "address: %s", why);
		kith_call_finish(call);
		return;
	}
	known = find_group(call, &address.group, &partner);
	partner.group = address.group;
	if (address.has_node || !known) {
		partner.has_address = address.has_node;
		partner.node = address.node;
		memcpy(partner.host, address.host, sizeof(partner.host));
		partner.port = address.port;
	}
	if (name)
		snprintf(partner.name, sizeof(partner.name), "%s", name);
	if (json_object_get(call->params, "paused"))
		partner.paused = kith_call_flag(call, "paused");
	set_partner(call, &partner, known ? "changed" : "added");
}

static void set_paused(struct kith_call *call, bool paused)
{
	struct kith_partner_config partner;

	if (!find_partner(call, &partner)) {
		kith_call_finish(call);
		return;
	}
	partner.paused = paused;
	set_partner(call, &partner, paused ? "paused" : "resumed");
}

void kith_method_partner_pause(struct kith_call *call)
{
	set_paused(call, true);
}

void kith_method_partner_resume(struct kith_call *call)
{
	set_paused(call, false);
}

void kith_method_partner_remove(struct kith_call *call)
{
	struct kith_partner_config partner;

	if (!find_partner(call, &partner)) {
		kith_call_finish(call);
		return;
	}
	kith_call_result(call, json_pack("{s:o, s:s}", "partner", kith_partner_to_json(&partner),
				       "status", "removed"));
	kith_node_remove_partner(call->api->node, &partner.group, on_changed, call);
}
