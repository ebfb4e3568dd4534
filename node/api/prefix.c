/* prefix.c: see prefix.h. */
#include "node/api/prefix.h"

#include "node/answer.h"
#include "node/api/call.h"
#include "protocol/body.h"

#define CANDIDATES_MAX 10

/* One of several that a prefix may mean: enough to tell them apart. */
static int add_candidate(void *ctx, const struct kith_row *row)
{
	json_t *list = ctx, *one = json_object();
	char caption[KITH_CAPTION_MAX];
	struct kith_body body;

	kith_answer_id(one, "id", &row->record->id);
	kith_answer_kind(one, "kind", row->record->kind);
	if (row->record->has_body &&
		kith_body_decode(row->record->body, row->record->kind, &body, NULL) == 0) {
		kith_body_caption(&body, caption);
		kith_answer_text(one, "title", caption);
		kith_body_clear(&body);
	}
	json_array_append_new(list, one);
	return 0;
}

static void fail_ambiguous(struct kith_call *call, struct kith_reader *reader,
	const struct kith_record_id *matches, size_t count)
{
	size_t shown = count < CANDIDATES_MAX ? count : CANDIDATES_MAX;
	json_t *candidates = json_array();

	for (size_t i = 0; i < shown; i++)
		if (kith_query_get(reader, &matches[i], add_candidate, candidates) != 0)
			break;
	kith_call_fail(call, KITH_RPC_AMBIGUOUS, json_pack("{s:o}", "candidates", candidates),
		"more than one record begins like this; say more of its id");
}

bool kith_call_find_id(struct kith_call *call, struct kith_reader *reader, const char *argument,
	struct kith_record_id *out)
{
	struct kith_record_id matches[CANDIDATES_MAX];
	const char *text = kith_call_text(call, argument);
	size_t count = 0;
	int err;

	if (kith_hex_parse(text, out->bytes, sizeof(out->bytes)) == 0)
		return true;
	err = kith_query_complete(reader, text, out, matches, CANDIDATES_MAX, &count);
	if (err == KITH_E_AMBIGUOUS)
		fail_ambiguous(call, reader, matches, count);
	else if (err == KITH_E_NOT_FOUND)
		kith_call_fail(call, KITH_RPC_NOT_FOUND, json_pack("{s:s}", "field", argument),
			"no record here has an id that begins like this");
	else if (err)
		kith_call_fail_err(call, err, argument);
	return err == 0;
}
