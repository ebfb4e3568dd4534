/*
 * plan.c: a plan by its actions: undertaken, under way, and for the future (seed 000), or by its
 * themes; as it stands, or as it stood on a day.
 *
 * An action belongs to a plan by a part-of link. An action that was revised counts with its newest
 * version; on a day in the past, with the newest of then.
 */
#include <string.h>

#include "node/answer.h"
#include "node/report/reports.h"
#include "node/report/versions.h"

#define FIELDS "state owner due risk indicator tags text"

static const struct {
	Kith__ActionState state;
	const char *name, *title;
} states[] = {
	{KITH__ACTION_STATE__ACTION_STATE_DONE, "done", "Undertaken"},
	{KITH__ACTION_STATE__ACTION_STATE_DOING, "doing", "Under way"},
	{KITH__ACTION_STATE__ACTION_STATE_PLANNED, "planned", "Future"},
	{KITH__ACTION_STATE__ACTION_STATE_DROPPED, "dropped", "Dropped"},
};
#define STATES (sizeof(states) / sizeof(states[0]))

/* ---- by state ------------------------------------------------------------------------------ */

static int state_of(const struct kith_record *action)
{
	struct kith_body body;
	int state = 0;

	if (!action->has_body || kith_body_decode(action->body, action->kind, &body, NULL) != 0)
		return 0;
	if (body.message->descriptor == &kith__action__descriptor)
		state = ((const Kith__Action *)body.message)->state;
	kith_body_clear(&body);
	return state;
}

static void show_by_state(struct kith_report *report, const struct kith_linked *actions)
{
	for (size_t s = 0; s < STATES; s++) {
		kith_report_section(report, states[s].name, states[s].title);
		for (size_t i = 0; i < actions->count; i++)
			if (state_of(actions->list[i]) == (int)states[s].state)
				kith_report_record(report, actions->list[i], FIELDS);
	}
	if (json_array_size(report->rows) == 0) /* nobody looks for what was not dropped */
		json_array_remove(report->sections, json_array_size(report->sections) - 1);
}

/* ---- by theme ------------------------------------------------------------------------------ */

static json_t *section_of(struct kith_report *report, const char *theme)
{
	json_t *section;
	size_t i;

	json_array_foreach(report->sections, i, section)
		if (strcmp(json_string_value(json_object_get(section, "name")), theme) == 0)
			return json_object_get(section, "rows");
	kith_report_section(report, theme, theme);
	return report->rows;
}

/* Each action under each of its tags, in the order in which the themes came up. */
static void show_by_theme(struct kith_report *report, const struct kith_linked *actions)
{
	for (size_t i = 0; i < actions->count; i++) {
		struct kith_body body;
		const struct kith_record *action = actions->list[i];

		if (!action->has_body ||
			kith_body_decode(action->body, action->kind, &body, NULL) != 0)
			continue;
		for (size_t t = 0; t < body.common->n_tags || t == 0; t++) {
			report->rows = section_of(
				report, body.common->n_tags ? body.common->tags[t] : "no theme");
			kith_report_record(report, action, FIELDS);
		}
		kith_body_clear(&body);
	}
}

/* ---- the plan ------------------------------------------------------------------------------ */

static int take_id(void *ctx, const struct kith_row *row)
{
	struct kith_record_id *out = ctx;

	*out = row->record->id;
	return 0;
}

/* The newest plan of the author of this home, when none was named. */
static int find_plan(struct kith_report *report, struct kith_record_id *id)
{
	struct kith_find find = {.kind = KITH__BODY__KIND_PLAN, .author = report->me, .limit = 1};
	struct kith_record_id none = {{0}};
	bool more;
	int err;

	*id = none;
	if (report->id) {
		*id = *report->id;
		return 0;
	}
	err = kith_query_find(report->reader, &find, take_id, id, &more);
	if (!err && kith_id_equal(id->bytes, none.bytes))
		return kith_report_fail(
			report, KITH_E_NOT_FOUND, "you have published no plan; name one by its id");
	return err;
}

static int note_plan(struct kith_report *report, const struct kith_record_id *id, uint64_t as_of_ms)
{
	struct kith_linked versions = {0};
	struct kith_record *plan;
	int err = kith_report_get(report, id, &plan);

	if (err)
		return err;
	if (plan->kind != KITH__BODY__KIND_PLAN)
		err = kith_report_fail(report, KITH_E_RULE, "this record is no plan");
	if (!err)
		err = kith_versions_add(report, plan, as_of_ms, &versions);
	for (size_t i = 0; !err && i < versions.count; i++)
		kith_report_record(report, versions.list[i], "vision");
	if (!err && versions.count == 0)
		kith_report_note(report, "The plan is younger than that.");
	if (!err && versions.count > 1)
		kith_report_note(report, "The plan has %zu heads; all are shown.", versions.count);
	kith_linked_clear(&versions);
	kith_record_free(plan);
	return err;
}

int kith_report_plan(struct kith_report *report)
{
	const char *by = kith_report_text(report, "by");
	uint64_t as_of_ms = kith_report_time(report, "as_of", 0);
	struct kith_linked actions = {0};
	struct kith_record_id id;
	int err = find_plan(report, &id);

	kith_report_section(report, "plan", NULL);
	if (!err)
		err = note_plan(report, &id, as_of_ms);
	if (!err)
		err = kith_versions_linked(report, &id, KITH__LINK_TYPE__LINK_TYPE_PART_OF,
			KITH__BODY__KIND_ACTION, as_of_ms, &actions);
	if (!err && by && strcmp(by, "theme") == 0)
		show_by_theme(report, &actions);
	else if (!err)
		show_by_state(report, &actions);
	if (actions.cut)
		kith_report_note(report, "There is more than is shown here.");
	kith_linked_clear(&actions);
	return err;
}
