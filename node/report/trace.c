/*
 * trace.c: what became of an idea: heard, studied, decided, planned, done; each with its date.
 *
 * Heard is the first reply of somebody it was addressed to, or of anybody else when it was
 * addressed to nobody. Studied are evaluations of it, and replies that observe something, name
 * obstacles or potentials, or draw a lesson. Decided is a statement of intent decision that answers
 * it. Plans implement it or a decision on it; actions are part of these or implement them.
 */
#include <string.h>

#include "node/answer.h"
#include "node/report/reports.h"
#include "node/report/versions.h"

#define LINK(name) KITH__LINK_TYPE__LINK_TYPE_##name
#define CLIMB_MAX  16

struct trace {
	struct kith_report *report;
	struct kith_record *idea;
	struct kith_linked replies; /* replies-to and answers, oldest first */
	struct kith_linked decisions, plans;
};

/* ---- from any of its records to the idea --------------------------------------------------- */

/* Where the record leads in the direction of the idea: an action to its plan, a plan to the
 * decision, a decision to the idea. */
static const struct kith_record_id *step_up(const struct kith_record *record)
{
	static const uint32_t types[] = {LINK(PART_OF), LINK(IMPLEMENTS), LINK(ANSWERS),
		LINK(REPLIES_TO), LINK(EVALUATES), LINK(REVISES)};
	size_t link;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (kith_links_to(record, types[i], NULL, &link))
			return &record->links[link].target;
	return NULL;
}

static int find_idea(struct kith_report *report, struct kith_record **out)
{
	struct kith_record *record, *above;
	int err = kith_report_get(report, report->id, &record);

	for (size_t i = 0; !err && i < CLIMB_MAX; i++) {
		const struct kith_record_id *up = step_up(record);

		if (record->kind == KITH__BODY__KIND_ASK || !up)
			break;
		err = kith_report_get(report, up, &above);
		if (err == KITH_E_NOT_FOUND) {
			*report->why = '\0';
			err = 0;
			break; /* the trail begins here, as far as is known */
		}
		kith_record_free(record);
		record = above;
	}
	if (err)
		kith_record_free(record);
	*out = err ? NULL : record;
	return err;
}

/* ---- the stages ---------------------------------------------------------------------------- */

static int intent_of(const struct kith_record *record)
{
	struct kith_body body;
	int intent = 0;

	if (record->kind != KITH__BODY__KIND_STATEMENT || !record->has_body ||
		kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return 0;
	intent = ((const Kith__Statement *)body.message)->intent;
	kith_body_clear(&body);
	return intent;
}

/* Is the author one of those whom the idea is addressed to, or if there are none anybody but who
 * had it? */
static bool is_heard_by(const struct kith_record *idea, const struct kith_record *reply)
{
	bool is_addressee = false, anybody = true;
	struct kith_body body;

	if (!idea->has_body || kith_body_decode(idea->body, idea->kind, &body, NULL) != 0)
		return false;
	if (body.message->descriptor == &kith__ask__descriptor) {
		const Kith__Ask *ask = (const Kith__Ask *)body.message;

		anybody = ask->n_addressed_to_author == 0;
		for (size_t i = 0; i < ask->n_addressed_to_author; i++)
			is_addressee |= kith_id_equal(
				ask->addressed_to_author[i].data, reply->author.bytes);
	}
	kith_body_clear(&body);
	return is_addressee || (anybody && !kith_id_equal(idea->author.bytes, reply->author.bytes));
}

static void show_heard(struct trace *trace)
{
	kith_report_section(trace->report, "heard", "Heard");
	for (size_t i = 0; i < trace->replies.count; i++) {
		if (!is_heard_by(trace->idea, trace->replies.list[i]))
			continue;
		kith_report_record(trace->report, trace->replies.list[i], "intent text");
		return;
	}
	kith_report_note(trace->report, "Nobody it is addressed to has replied yet.");
}

static int show_studied(struct trace *trace)
{
	struct kith_linked evaluations = {0};
	int err = kith_versions_linked(trace->report, &trace->idea->id, LINK(EVALUATES),
		KITH__BODY__KIND_EVALUATION, 0, &evaluations);

	kith_report_section(trace->report, "studied", "Studied");
	for (size_t i = 0; i < evaluations.count; i++)
		kith_report_record(trace->report, evaluations.list[i], "outcome");
	kith_linked_clear(&evaluations);
	for (size_t i = 0; i < trace->replies.count; i++) {
		int intent = intent_of(trace->replies.list[i]);

		if (intent >= KITH__INTENT__INTENT_OBSERVATION &&
			intent <= KITH__INTENT__INTENT_POTENTIAL)
			kith_report_record(trace->report, trace->replies.list[i], "intent text");
	}
	return err;
}

static int show_decided(struct trace *trace)
{
	struct kith_linked answers = {0};
	int err = kith_versions_linked(trace->report, &trace->idea->id, LINK(ANSWERS),
		KITH__BODY__KIND_STATEMENT, 0, &answers);

	kith_report_section(trace->report, "decided", "Decided");
	for (size_t i = 0; !err && i < answers.count; i++) {
		const struct kith_record *answer = answers.list[i];

		if (intent_of(answer) != KITH__INTENT__INTENT_DECISION)
			continue;
		kith_report_record(trace->report, answer, "decision text reason");
		err = kith_versions_add(trace->report, answer, 0, &trace->decisions);
	}
	kith_linked_clear(&answers);
	if (!err && trace->decisions.count == 0)
		kith_report_note(trace->report, "Nothing is decided yet.");
	return err;
}

/* Records that implement the idea or a decision, and are no actions. */
static int show_planned(struct trace *trace)
{
	struct kith_report *report = trace->report;
	struct kith_linked found = {0};
	int err = kith_versions_linked(report, &trace->idea->id, LINK(IMPLEMENTS), 0, 0, &found);

	for (size_t i = 0; !err && i < trace->decisions.count; i++)
		err = kith_versions_linked(
			report, &trace->decisions.list[i]->id, LINK(IMPLEMENTS), 0, 0, &found);
	kith_report_section(report, "planned", "Planned");
	for (size_t i = 0; !err && i < found.count; i++) {
		if (found.list[i]->kind == KITH__BODY__KIND_ACTION)
			continue;
		kith_report_record(report, found.list[i], "status");
		err = kith_versions_add(report, found.list[i], 0, &trace->plans);
	}
	kith_linked_clear(&found);
	return err;
}

static int add_actions_of(
	struct trace *trace, const struct kith_record_id *of, struct kith_linked *out)
{
	int err = kith_versions_linked(
		trace->report, of, LINK(PART_OF), KITH__BODY__KIND_ACTION, 0, out);

	return err ? err
		   : kith_versions_linked(
			     trace->report, of, LINK(IMPLEMENTS), KITH__BODY__KIND_ACTION, 0, out);
}

static int show_acted(struct trace *trace)
{
	struct kith_linked actions = {0};
	int err = add_actions_of(trace, &trace->idea->id, &actions);

	for (size_t i = 0; !err && i < trace->decisions.count; i++)
		err = add_actions_of(trace, &trace->decisions.list[i]->id, &actions);
	for (size_t i = 0; !err && i < trace->plans.count; i++)
		err = add_actions_of(trace, &trace->plans.list[i]->id, &actions);
	kith_report_section(trace->report, "acted", "Actions");
	for (size_t i = 0; !err && i < actions.count; i++)
		kith_report_record(trace->report, actions.list[i], "state owner due text");
	kith_linked_clear(&actions);
	return err;
}

int kith_report_trace(struct kith_report *report)
{
	struct trace trace = {.report = report};
	int err = find_idea(report, &trace.idea);

	if (err)
		return err;
	kith_report_section(report, "idea", NULL);
	kith_report_record(report, trace.idea, "type text");
	err = kith_linked_add(report, &trace.idea->id, LINK(REPLIES_TO), 0, &trace.replies);
	if (!err)
		err = kith_linked_add(report, &trace.idea->id, LINK(ANSWERS), 0, &trace.replies);
	if (!err) {
		show_heard(&trace);
		err = show_studied(&trace);
	}
	if (!err)
		err = show_decided(&trace);
	if (!err)
		err = show_planned(&trace);
	if (!err)
		err = show_acted(&trace);
	kith_linked_clear(&trace.replies);
	kith_linked_clear(&trace.decisions);
	kith_linked_clear(&trace.plans);
	kith_record_free(trace.idea);
	return err;
}
