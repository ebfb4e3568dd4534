/* methods_node.c: what this node is, what it knows of itself, and what can be asked of it. */
#include "node/api/families.h"

#include <string.h>

#include "node/answer.h"
#include "node/api/call.h"
#include "node/address.h"
#include "node/record_json.h"
#include "protocol/kind.h"

/* ---- node.info ---------------------------------------------------------------------------- */

static void add_counts(struct kith_call *call, struct kith_reader *reader)
{
	struct kith_counts counts;
	json_t *records = json_object();
	int err = kith_query_counts(reader, &counts);

	if (err) {
		json_decref(records);
		kith_call_fail_err(call, err, "the records cannot be counted");
		return;
	}
	kith_answer_number(records, "held", counts.held);
	kith_answer_number(records, "erased", counts.erased);
	kith_answer_number(records, "declined", counts.declined);
	kith_answer_number(records, "authors", counts.authors);
	json_object_set_new(call->result, "records", records);
}

static json_t *loop_to_json(const struct kith_lag *lag)
{
	json_t *loop = json_object();

	kith_answer_number(loop, "busy_us_p99", kith_lag_us(lag, 990));
	kith_answer_number(loop, "blocked_us_max", lag->busy_us_max);
	kith_answer_number(loop, "blocked_20ms", lag->long_turns);
	return loop;
}

void kith_method_node_info(struct kith_call *call)
{
	struct kith_node *node = call->api->node;
	const struct kith_keyring *keyring = kith_node_keyring(node);
	const struct kith_config *config = kith_node_config(node);
	struct kith_node_stats stats = kith_node_stats(node);
	uint64_t started = stats.started_wall_ms, now = kith_node_wall_ms(node);
	char address[KITH_ADDRESS_MAX];
	json_t *info = json_object();

	kith_node_address(node, address, sizeof(address));
	kith_answer_text(info, "name", config->name);
	kith_answer_key(info, "author", KITH_ID_AUTHOR, keyring->author->public_key.bytes);
	kith_answer_key(info, "node", KITH_ID_NODE, keyring->node->public_key.bytes);
	kith_answer_text(info, "address", address);
	kith_answer_number(info, "port", kith_node_port(node));
	kith_answer_text(info, "language", config->language);
	kith_answer_text(info, "version", KITH_VERSION);
	kith_answer_number(info, "protocol", KITH_PROTOCOL_VERSION);
	kith_answer_text(info, "home", config->home);
	kith_answer_time(info, "started", started);
	kith_answer_number(info, "uptime_s", now > started ? (now - started) / 1000 : 0);
	json_object_set_new(info, "loop", loop_to_json(&stats.lag));
	call->result = info;
	kith_call_ask(call, add_counts);
}

/* ---- rpc.discover and kind.describe ------------------------------------------------------- */

void kith_method_rpc_discover(struct kith_call *call)
{
	const char *wanted = kith_call_text(call, "method");
	const struct kith_schema *schema;
	json_t *methods = json_array();

	for (size_t i = 0; (schema = kith_schema_at(call->api->schemas, i)); i++)
		if (!wanted || strcmp(schema->method, wanted) == 0)
			json_array_append(methods, schema->json);
	if (wanted && json_array_size(methods) == 0) {
		json_decref(methods);
		kith_call_fail(call, KITH_RPC_NOT_FOUND, NULL, "there is no method of this name");
		return;
	}
	kith_call_result(call, json_pack("{s:s, s:s, s:o}", "name", "kith", "version", KITH_VERSION,
				       "methods", methods));
}

void kith_method_kind_describe(struct kith_call *call)
{
	const char *wanted = kith_call_text(call, "kind");
	json_t *kinds = json_array();
	struct kith_kind kind;

	for (size_t i = 0; kith_kind_at(i, &kind); i++)
		if (!wanted || strcmp(kind.name, wanted) == 0)
			json_array_append_new(kinds, kith_kind_to_json(kind.name));
	kith_call_result(call, json_pack("{s:o}", "kinds", kinds));
}
