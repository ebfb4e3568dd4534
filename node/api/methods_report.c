/* methods_report.c: report.NAME: every report is asked in the same way and answered in the same
 * shape; node/report/ says what is in it. */
#include "node/api/families.h"

#include <string.h>

#include "node/api/call.h"
#include "node/api/cursor.h"
#include "node/api/prefix.h"
#include "node/keyring.h"
#include "node/report/report.h"
#include "node/store/view.h"

static void fail_report(struct kith_call *call, const struct kith_report *report, int err)
{
	if (err == KITH_E_NOT_FOUND)
		kith_call_fail(call, KITH_RPC_NOT_FOUND, NULL, "%s", report->why);
	else if (err == KITH_E_RULE && *report->why)
		kith_call_fail(call, KITH_RPC_PARAMS, NULL, "%s", report->why);
	else if (err == KITH_E_TIMEOUT)
		kith_call_fail(call, KITH_RPC_BUSY, NULL, "the report took too long; narrow it");
	else
		kith_call_fail_err(call, err, "the report failed");
}

static json_t *finish(const char *name, const struct kith_report *report)
{
	json_t *result = json_pack("{s:s, s:O}", "report", name, "sections", report->sections);

	if (json_array_size(report->notes))
		json_object_set(result, "notes", report->notes);
	if (report->more) {
		char cursor[KITH_FIND_CURSOR_MAX];

		kith_find_cursor_format(&report->last, cursor);
		json_object_set_new(result, "cursor", json_string(cursor));
	}
	return result;
}

void kith_method_report(struct kith_call *call, struct kith_reader *reader)
{
	const char *name = strchr(call->method->name, '.') + 1;
	struct kith_report report = {.reader = reader,
		.view = kith_store_view(reader),
		.params = call->params,
		.me = &kith_node_keyring(call->api->node)->author->public_key,
		.now_ms = kith_node_wall_ms(call->api->node),
		.sections = json_array(),
		.notes = json_array()};
	const char *cursor = kith_call_text(call, "cursor");
	struct kith_record_id id;
	int err;

	report.has_after = cursor && kith_find_cursor_parse(cursor, &report.after);
	if (kith_call_text(call, "id")) {
		if (!kith_call_find_id(call, reader, "id", &id))
			goto out;
		report.id = &id;
	}
	err = kith_report_find(name)(&report);
	if (err)
		fail_report(call, &report, err);
	else
		kith_call_result(call, finish(name, &report));
out:
	json_decref(report.aside);
	json_decref(report.sections);
	json_decref(report.notes);
}
