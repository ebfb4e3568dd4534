/* methods_sync.c: how far this node and its partners are. */
#include "node/api/families.h"

#include "node/api/call.h"
#include "node/answer.h"
#include "node/api/partner_json.h"

static json_t *store_state(const struct kith_store *store)
{
	struct kith_store_stats stats = kith_store_stats(store);
	json_t *object = json_object();

	kith_answer_number(object, "last_seq", stats.last_seq);
	kith_answer_number(object, "indexed_seq", stats.indexed_seq);
	kith_answer_number(object, "lag", stats.last_seq - stats.indexed_seq);
	kith_answer_number(object, "queued_batches", stats.queued_batches);
	kith_answer_number(object, "database_bytes", stats.database_bytes);
	return object;
}

static json_t *partner_states(struct kith_node *node)
{
	uint64_t now = kith_node_now_ms(node), wall = kith_node_wall_ms(node);
	json_t *list = json_array();
	struct kith_partner_view view;

	for (size_t i = 0; kith_core_partner_at(kith_node_core(node), i, now, &view); i++) {
		json_t *partner = kith_partner_to_json(&view.config);

		kith_partner_add_state(partner, &view, wall);
		json_object_del(partner, "counters");
		json_array_append_new(list, partner);
	}
	return list;
}

static json_t *authors_over(const struct kith_core *core)
{
	struct kith_author_over over;
	json_t *list = json_array();

	for (size_t i = 0; kith_core_author_over_at(core, i, &over); i++) {
		json_t *object = json_object();

		kith_answer_key(object, "author", KITH_ID_AUTHOR, over.author.bytes);
		kith_answer_number(object, "turned_away", over.turned_away);
		json_array_append_new(list, object);
	}
	return list;
}

void kith_method_sync_status(struct kith_call *call)
{
	struct kith_node *node = call->api->node;
	struct kith_core_stats core = kith_core_stats(kith_node_core(node));

	kith_call_result(call, json_pack("{s:o, s:o, s:o, s:b}", "partners", partner_states(node),
				       "authors_over", authors_over(kith_node_core(node)), "store",
				       store_state(kith_node_store(node)), "storage_blocked",
				       core.storage_blocked));
}
