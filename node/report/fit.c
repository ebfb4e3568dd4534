/*
 * fit.c: how would this practice apply here (seed 001, Seoul's showcase)? Its conditions beside
 * what people of the place have said about each. What nobody has said is met is listed as unmet;
 * there is no score.
 *
 * Words about a condition are statements about the practice, or about something adapted from it,
 * from that place, with the condition's name as a tag: a potential or an observation says that it
 * is met, an obstacle that it is not. The place is that of the statement.
 */
#include "node/report/reports.h"

#include <string.h>

#include "node/answer.h"
#include "node/report/said.h"
#include "node/report/versions.h"
#include "node/store/fold.h"

static const char *const conditions[] = {"legal", "money", "people", "culture"};
#define CONDITIONS (sizeof(conditions) / sizeof(conditions[0]))

struct fit {
	struct kith_report *report;
	const char *country, *place;
	json_t *rows[CONDITIONS]; /* owned: of each condition that the practice names, else NULL */
	json_t *other;            /* what was said from there about no condition; owned */
};

/* ---- the place ----------------------------------------------------------------------------- */

static bool begins_alike(const char *name, const char *with)
{
	struct kith_buf a, b;
	bool alike;

	kith_buf_init(&a, 4096);
	kith_buf_init(&b, 4096);
	kith_fold(name, strlen(name), '.', &a);
	kith_fold(with, strlen(with), '.', &b);
	alike = a.len >= b.len && memcmp(a.data, b.data, b.len) == 0;
	kith_buf_clear(&a);
	kith_buf_clear(&b);
	return alike;
}

static bool is_there(const struct fit *fit, const Kith__Place *place)
{
	if (!place || !place->country || strcmp(place->country, fit->country) != 0)
		return false;
	return !fit->place || (place->name && begins_alike(place->name, fit->place));
}

/* ---- what was said ------------------------------------------------------------------------- */

static void add_to(struct fit *fit, json_t *row, const char *list, const struct kith_record *record,
	const Kith__Statement *statement)
{
	json_t *said;

	if (!kith_report_has_room(fit->report, statement->text))
		return;
	said = kith_said_by(&record->id, &record->author, record->created_ms);
	kith_answer_text(said, "text", statement->text);
	if (!json_object_get(row, list))
		json_object_set_new(row, list, json_array());
	json_array_append_new(json_object_get(row, list), said);
}

static const char *list_for(Kith__Intent intent)
{
	if (intent == KITH__INTENT__INTENT_OBSTACLE)
		return "obstacles";
	if (intent == KITH__INTENT__INTENT_POTENTIAL || intent == KITH__INTENT__INTENT_OBSERVATION)
		return "potentials";
	return NULL;
}

static void sort_in(struct fit *fit, const struct kith_record *record, const struct kith_body *body)
{
	const Kith__Statement *statement = (const Kith__Statement *)body->message;
	const char *list = list_for(statement->intent);
	bool placed = false;

	if (!list || !is_there(fit, body->common->place))
		return;
	for (size_t t = 0; t < body->common->n_tags; t++)
		for (size_t c = 0; c < CONDITIONS; c++) {
			if (!fit->rows[c] || strcmp(body->common->tags[t], conditions[c]) != 0)
				continue;
			add_to(fit, fit->rows[c], list, record, statement);
			placed = true;
		}
	if (!placed)
		add_to(fit, fit->other, list, record, statement);
}

static int listen(struct fit *fit, const struct kith_record_id *about)
{
	static const uint32_t ties[] = {
		KITH__LINK_TYPE__LINK_TYPE_ABOUT, KITH__LINK_TYPE__LINK_TYPE_REPLIES_TO};
	struct kith_linked said = {0};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(ties) / sizeof(ties[0]); i++)
		err = kith_versions_linked(
			fit->report, about, ties[i], KITH__BODY__KIND_STATEMENT, 0, &said);
	for (size_t i = 0; !err && i < said.count; i++) {
		const struct kith_record *record = said.list[i];
		struct kith_body body;

		if (!record->has_body ||
			kith_body_decode(record->body, record->kind, &body, NULL) != 0)
			continue;
		sort_in(fit, record, &body);
		kith_body_clear(&body);
	}
	kith_linked_clear(&said);
	return err;
}

/* ---- the practice -------------------------------------------------------------------------- */

static json_t *condition_row(const char *name, const char *text)
{
	json_t *row = json_object();

	kith_answer_text(row, "condition", name);
	kith_answer_text(row, "text", text);
	return row;
}

static void read_conditions(struct fit *fit, const Kith__Conditions *said)
{
	const char *const texts[CONDITIONS] = {said ? said->legal : NULL, said ? said->money : NULL,
		said ? said->people : NULL, said ? said->culture : NULL};

	for (size_t i = 0; i < CONDITIONS; i++)
		fit->rows[i] = texts[i] ? condition_row(conditions[i], texts[i]) : NULL;
	fit->other = condition_row("other", NULL);
}

/* A condition is met when somebody there says so and nobody there names an obstacle. */
static bool is_met(const json_t *row)
{
	return json_object_get(row, "potentials") && !json_object_get(row, "obstacles");
}

static void show(struct fit *fit)
{
	static const struct {
		const char *name, *title;
		bool met;
	} parts[] = {{"unmet", "Unmet, as far as is known", false},
		{"met", "Met, say people of the place", true}};
	bool any = false;

	for (size_t p = 0; p < 2; p++) {
		kith_report_section(fit->report, parts[p].name, parts[p].title);
		for (size_t i = 0; i < CONDITIONS; i++) {
			any |= fit->rows[i] != NULL;
			if (fit->rows[i] && is_met(fit->rows[i]) == parts[p].met)
				json_array_append(fit->report->rows, fit->rows[i]);
		}
	}
	kith_report_section(fit->report, "other", "What else people of the place say");
	if (json_object_size(fit->other) > 1)
		json_array_append(fit->report->rows, fit->other);
	if (!any)
		kith_report_note(fit->report,
			"The practice names no conditions; ask its author what it would not have "
			"worked without.");
}

/* The adaptations, those from the place in a section of their own. */
static int show_adaptations(struct fit *fit)
{
	struct kith_linked found = {0};
	int err = kith_versions_linked(
		fit->report, fit->report->id, KITH__LINK_TYPE__LINK_TYPE_ADAPTS, 0, 0, &found);

	kith_report_section(fit->report, "adaptations", "Adapted there already");
	for (size_t i = 0; !err && i < found.count; i++) {
		struct kith_body body;
		const struct kith_record *record = found.list[i];
		bool there;

		err = listen(fit, &record->id);
		if (err || !record->has_body ||
			kith_body_decode(record->body, record->kind, &body, NULL) != 0)
			continue;
		there = is_there(fit, body.common->place);
		kith_body_clear(&body);
		if (there)
			kith_report_record(fit->report, record, "outcome lessons");
	}
	kith_linked_clear(&found);
	return err;
}

static int check(struct fit *fit, const struct kith_record *practice, const struct kith_body *body)
{
	json_t *adaptations;
	int err;

	read_conditions(fit, ((const Kith__Practice *)body->message)->conditions);
	kith_report_section(fit->report, "practice", NULL);
	kith_report_record(fit->report, practice, "outcome");
	err = listen(fit, &practice->id);
	if (!err)
		err = show_adaptations(fit);
	adaptations = json_incref(json_array_get(fit->report->sections, 1));
	json_array_remove(fit->report->sections, 1);
	show(fit);
	json_array_append_new(fit->report->sections, adaptations);
	for (size_t i = 0; i < CONDITIONS; i++)
		json_decref(fit->rows[i]);
	json_decref(fit->other);
	return err;
}

int kith_report_fit(struct kith_report *report)
{
	struct fit fit = {.report = report,
		.country = kith_report_text(report, "country"),
		.place = kith_report_text(report, "place")};
	struct kith_record *practice;
	struct kith_body body;
	int err = kith_report_get(report, report->id, &practice);

	if (err)
		return err;
	if (practice->kind != KITH__BODY__KIND_PRACTICE || !practice->has_body)
		err = kith_report_fail(report, KITH_E_RULE, "this record is no practice");
	else
		err = kith_body_decode(practice->body, practice->kind, &body, NULL);
	if (!err) {
		err = check(&fit, practice, &body);
		kith_body_clear(&body);
	}
	kith_record_free(practice);
	return err;
}
