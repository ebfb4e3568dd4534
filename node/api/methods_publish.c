/*
 * methods_publish.c: drafts become records on disk.
 *
 * Packing, signing and verifying happen on the thread pool; then the batch goes to the node, and
 * the answer goes out when the store says that it is on disk (FULL). A call's records are published
 * all or none: the first that cannot be is named with its field, its rule and its place in the
 * list. A draft's links are held to what is known of their targets here; what was signed elsewhere
 * is taken as it is, for other nodes hold it already.
 */
#include "node/api/families.h"

#include <stdlib.h>
#include <string.h>

#include "node/answer.h"
#include "node/api/call.h"
#include "node/body_json.h"
#include "node/record_json.h"
#include "node/store/view.h"
#include "protocol/advice.h"
#include "protocol/domain/judge.h"

struct publish {
	const struct kith_sign_pair *author;
	const char *language;
	const struct kith_rng *rng;
	uint64_t wall_ms;
	struct kith_batch *batch;
	struct kith_record_id *ids; /* of the batch's entries, in order */
	size_t count;
	bool has_links; /* a draft has, and they are to be looked at */
};

static void free_publish(void *work)
{
	struct publish *publish = work;

	kith_batch_free(publish->batch);
	free(publish->ids);
	free(publish);
}

/* The call's own from here on; on failure the call has failed. */
static void new_publish(struct kith_call *call)
{
	struct publish *publish = calloc(1, sizeof(*publish));
	struct kith_node *node = call->api->node;

	if (!publish) {
		kith_call_fail_err(call, KITH_E_NOMEM, NULL);
		return;
	}
	call->work = publish;
	call->free_work = free_publish;
	publish->author = kith_node_keyring(node)->author;
	publish->language = kith_node_config(node)->language;
	publish->rng = kith_node_rng(node);
	publish->wall_ms = kith_node_wall_ms(node);
}

/* ---- arguments ---------------------------------------------------------------------------- */

/* The list of what is to be published, whichever of the ways it was given in; drafts or base64. */
static const json_t *things(const struct kith_call *call, json_t **single, bool *are_drafts)
{
	static const char *const ways[] = {"record", "records", "envelope", "envelopes"};
	const json_t *found = NULL;
	size_t given = 0;

	*single = NULL;
	for (size_t i = 0; i < 4; i++) {
		json_t *value = json_object_get(call->params, ways[i]);

		if (!value)
			continue;
		given++;
		found = value;
		*are_drafts = i < 2;
		if (i == 0 || i == 2)
			found = *single = json_pack("[O]", value);
	}
	return given == 1 ? found : NULL;
}

static const char *const want_one_of = "say exactly one of record, records, envelope and envelopes";

/* ---- making envelopes --------------------------------------------------------------------- */

/* The code by which a broken draft is reported: all that its writer can mend is a broken rule. */
static int code_of(int err)
{
	return err == KITH_E_NOT_FOUND ? KITH_RPC_RULE : (int)kith_rpc_code_of(err);
}

static void fail_at(
	struct kith_call *call, int err, const struct kith_problem *problem, size_t index)
{
	if (problem->field[0])
		kith_call_fail_problem(call, code_of(err), problem, (int)index);
	else
		kith_call_fail(call, code_of(err), json_pack("{s:I}", "index", (json_int_t)index),
			"record %zu: %s", index, kith_err_text(err));
}

static int sign_draft(const struct publish *publish, json_t *draft, struct kith_buf *envelope,
	struct kith_problem *problem)
{
	return kith_record_from_json(draft, publish->author, publish->language, publish->wall_ms,
		publish->rng, envelope, NULL, problem);
}

static int decode_envelope(
	const json_t *text, struct kith_buf *envelope, struct kith_problem *problem)
{
	struct kith_json_memory memory = {.blocks = NULL};
	uint8_t *bytes;
	size_t len;
	int err = kith_base64_from_json(text, &memory, &bytes, &len);

	if (!err)
		kith_write(envelope, bytes, len);
	kith_json_memory_clear(&memory);
	if (!err)
		err = kith_buf_err(envelope);
	if (err == KITH_E_MALFORMED || err == KITH_E_TOO_LARGE)
		return kith_problem_set(problem, err, "envelope", "%s",
			err == KITH_E_MALFORMED ? "must be base64 text"
						: "has at most 65536 bytes");
	return err;
}

static int add_one(
	struct publish *publish, json_t *thing, bool is_draft, struct kith_problem *problem)
{
	struct kith_buf envelope;
	int err;

	*problem = (struct kith_problem){.field = ""};
	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	err = is_draft ? sign_draft(publish, thing, &envelope, problem)
		       : decode_envelope(thing, &envelope, problem);
	if (!err)
		err = kith_batch_add(publish->batch, envelope.data, envelope.len);
	kith_buf_clear(&envelope);
	return err;
}

/* What was signed elsewhere must be authentic, hold to the rules, and not come from the future. */
static int check_entry(const struct publish *publish, struct kith_batch_entry *entry)
{
	if (entry->err)
		return entry->err;
	if (entry->known == KITH_KNOWN_DECLINED)
		return KITH_E_RULE;
	if (!entry->record->has_body)
		return kith_problem_set(&entry->problem, KITH_E_RULE, "body",
			"is missing; what was erased is not published again");
	if (entry->record->created_ms > publish->wall_ms + KITH_FUTURE_SKEW_MS)
		return kith_problem_set(&entry->problem, KITH_E_RULE, "created",
			"is more than a day ahead of this node's clock");
	return 0;
}

/* Verifies the whole batch and keeps the ids. */
static void verify_all(struct kith_call *call, struct publish *publish)
{
	struct kith_batch *batch = publish->batch;

	kith_batch_verify(batch);
	publish->ids = calloc(batch->count + 1, sizeof(*publish->ids));
	if (!publish->ids) {
		kith_call_fail_err(call, KITH_E_NOMEM, NULL);
		return;
	}
	for (size_t i = 0; i < batch->count; i++) {
		int err = check_entry(publish, &batch->entries[i]);

		if (err) {
			fail_at(call, err, &batch->entries[i].problem, i);
			return;
		}
		publish->ids[i] = batch->entries[i].record->id;
	}
	publish->count = batch->count;
}

/* On the thread pool. */
static int make_batch(struct kith_job *job)
{
	struct kith_call *call = kith_call_of(job);
	struct publish *publish = call->work;
	struct kith_problem problem;
	bool are_drafts = false;
	json_t *single;
	const json_t *list = things(call, &single, &are_drafts);
	size_t count = json_array_size(list);
	int err = 0;

	publish->batch = kith_batch_new(count);
	if (!publish->batch)
		kith_call_fail_err(call, KITH_E_NOMEM, NULL);
	for (size_t i = 0; i < count && !call->code; i++) {
		err = add_one(publish, json_array_get(list, i), are_drafts, &problem);
		if (err)
			fail_at(call, err, &problem, i);
	}
	if (!call->code)
		verify_all(call, publish);
	for (size_t i = 0; are_drafts && i < publish->count; i++)
		publish->has_links |= publish->batch->entries[i].record->link_count > 0;
	json_decref(single);
	return 0;
}

/* On the thread pool. */
static int check_links(struct kith_reader *reader, struct kith_job *job)
{
	struct kith_call *call = kith_call_of(job);
	const struct publish *publish = call->work;
	const struct kith_view view = kith_store_view(reader);
	int err = 0;

	for (size_t i = 0; !err && i < publish->count; i++) {
		struct kith_problem problem = {.field = ""};

		err = kith_links_check(&view, publish->batch->entries[i].record, &problem);
		if (err)
			fail_at(call, err, &problem, i);
	}
	return 0;
}

/* ---- advice ------------------------------------------------------------------------------- */

static void add_advice(void *ctx, const struct kith_advice *advice)
{
	json_t *one = json_object(), *answer = ctx;

	kith_answer_text(one, "field", advice->field);
	kith_answer_text(one, "words", advice->words);
	if (!json_object_get(answer, "advice"))
		json_object_set_new(answer, "advice", json_array());
	json_array_append_new(json_object_get(answer, "advice"), one);
}

/* What a friend would mention; that there is no memory to say it harms nobody. */
static void advise(const struct kith_record *record, json_t *answer)
{
	if (kith_record_advise(record, add_advice, answer) != 0)
		json_object_del(answer, "advice");
}

/* ---- record.publish ----------------------------------------------------------------------- */

static json_t *outcome(const struct kith_batch_entry *entry, const struct kith_record_id *id)
{
	bool exists = entry->err == KITH_E_EXISTS || entry->seq == 0;
	json_t *one = json_object();

	kith_answer_id(one, "id", entry->err == KITH_E_EXISTS ? &entry->existing : id);
	kith_answer_text(one, "status", exists ? "exists" : "new");
	if (!exists) {
		kith_answer_number(one, "seq", entry->seq);
		advise(entry->record, one);
	}
	return one;
}

static void answer_batch(
	struct kith_call *call, const struct publish *publish, const struct kith_batch *batch)
{
	json_t *records = json_array();

	for (size_t i = 0; i < batch->count && i < publish->count; i++) {
		const struct kith_batch_entry *entry = &batch->entries[i];

		if (entry->err && entry->err != KITH_E_EXISTS) {
			kith_call_fail(call, (int)kith_rpc_code_of(entry->err),
				json_pack("{s:I}", "index", (json_int_t)i), "record %zu: %s", i,
				kith_err_text(entry->err));
			json_decref(records);
			return;
		}
		json_array_append_new(records, outcome(entry, &publish->ids[i]));
	}
	kith_call_result(call, json_pack("{s:o}", "records", records));
}

static void on_published(void *ctx, struct kith_batch *batch)
{
	struct kith_call *call = ctx;
	struct publish *publish = call->work;

	if (batch->err)
		kith_call_fail_err(call, batch->err, "nothing was stored");
	else
		answer_batch(call, publish, batch);
	kith_batch_free(batch);
	kith_call_finish(call);
}

static void on_ready(struct kith_job *job, int err)
{
	struct kith_call *call = kith_call_of(job);
	struct publish *publish = call->work;
	struct kith_batch *batch = publish->batch;

	if (err)
		kith_call_fail_err(call, err, NULL);
	if (call->code) {
		kith_call_finish(call);
		return;
	}
	publish->batch = NULL;
	batch->durable = true;
	batch->unless_source = kith_call_flag(call, "unless_source");
	kith_node_publish(call->api->node, batch, on_published, call);
}

static void on_made(struct kith_job *job, int err)
{
	struct kith_call *call = kith_call_of(job);
	const struct publish *publish = call->work;

	if (!err && !call->code && publish->has_links)
		kith_call_read(call, check_links, on_ready);
	else
		on_ready(job, err);
}

void kith_method_record_publish(struct kith_call *call)
{
	bool are_drafts;
	json_t *single;

	if (things(call, &single, &are_drafts))
		new_publish(call);
	else
		kith_call_fail(call, KITH_RPC_PARAMS, NULL, "%s", want_one_of);
	json_decref(single);
	if (call->code)
		kith_call_finish(call);
	else
		kith_call_work(call, make_batch, on_made);
}

/* ---- record.check: the same, but nothing is stored ---------------------------------------- */

static json_t *source_of(json_t *draft)
{
	return json_object_get(json_object_get(draft, "body"), "source");
}

/* Whether this author holds a record from the same source already. */
static void add_existing(
	const struct publish *publish, struct kith_reader *reader, json_t *draft, json_t *verdict)
{
	const char *url = json_string_value(json_object_get(source_of(draft), "url"));
	const char *id = json_string_value(json_object_get(source_of(draft), "id"));
	struct kith_record_id existing;

	if ((url || id) &&
		kith_query_source(reader, &publish->author->public_key, url, id, &existing) == 0)
		kith_answer_id(verdict, "exists", &existing);
}

/* Whether its links count, as far as their targets are known; and advice. */
static int check_record(struct kith_reader *reader, const struct kith_buf *envelope,
	struct kith_problem *problem, json_t *verdict)
{
	const struct kith_view view = kith_store_view(reader);
	struct kith_record *record;
	int err = kith_record_reopen(envelope->data, envelope->len, &record);

	if (err)
		return err;
	err = kith_links_check(&view, record, problem);
	if (!err)
		advise(record, verdict);
	kith_record_free(record);
	return err;
}

static json_t *check_one(const struct publish *publish, struct kith_reader *reader, json_t *draft)
{
	struct kith_problem problem = {.field = ""};
	json_t *verdict = json_object();
	struct kith_buf envelope;
	int err;

	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	err = sign_draft(publish, draft, &envelope, &problem);
	if (!err)
		err = check_record(reader, &envelope, &problem, verdict);
	json_object_set_new(verdict, "valid", json_boolean(err == 0));
	if (err) {
		kith_answer_text(verdict, "field", problem.field);
		kith_answer_text(
			verdict, "rule", problem.rule[0] ? problem.rule : kith_err_text(err));
	} else {
		kith_answer_number(verdict, "bytes", envelope.len);
		add_existing(publish, reader, draft, verdict);
	}
	kith_buf_clear(&envelope);
	return verdict;
}

static void check_all(struct kith_call *call, struct kith_reader *reader)
{
	const struct publish *publish = call->work;
	bool are_drafts;
	json_t *single, *results = json_array();
	const json_t *list = things(call, &single, &are_drafts);

	for (size_t i = 0; i < json_array_size(list); i++)
		json_array_append_new(results, check_one(publish, reader, json_array_get(list, i)));
	json_decref(single);
	kith_call_result(call, json_pack("{s:o}", "results", results));
}

void kith_method_record_check(struct kith_call *call)
{
	bool are_drafts;
	json_t *single;

	if (things(call, &single, &are_drafts))
		new_publish(call);
	else
		kith_call_fail(
			call, KITH_RPC_PARAMS, NULL, "say exactly one of record and records");
	json_decref(single);
	if (call->code)
		kith_call_finish(call);
	else
		kith_call_ask(call, check_all);
}
