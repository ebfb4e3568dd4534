/* cafe.c: a world café (seed 002): for each case the potentials that people see beside the
 * obstacles. With id one case; without, the cases about which something was said last. */
#include "node/report/reports.h"

#include "node/answer.h"
#include "node/report/said.h"
#include "node/report/versions.h"
#include "node/report/walk.h"

static const uint32_t ties[] = {KITH__LINK_TYPE__LINK_TYPE_ABOUT,
	KITH__LINK_TYPE__LINK_TYPE_REPLIES_TO, KITH__LINK_TYPE__LINK_TYPE_ANSWERS};
#define TIES (sizeof(ties) / sizeof(ties[0]))

/* What a statement is about: the first link that says so. */
static const struct kith_record_id *case_of(const struct kith_record *statement)
{
	size_t link;

	for (size_t i = 0; i < TIES; i++)
		if (kith_links_to(statement, ties[i], NULL, &link))
			return &statement->links[link].target;
	return NULL;
}

/* Adds the statement to the list of the row that its intent names. */
static void add_words(struct kith_report *report, json_t *row, const struct kith_record *record)
{
	const Kith__Statement *statement;
	const char *list = NULL;
	struct kith_body body;
	json_t *said;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return;
	statement = (const Kith__Statement *)body.message;
	if (statement->intent == KITH__INTENT__INTENT_POTENTIAL)
		list = "potentials";
	else if (statement->intent == KITH__INTENT__INTENT_OBSTACLE)
		list = "obstacles";
	if (list && kith_report_has_room(report, statement->text)) {
		said = kith_said_by(&record->id, &record->author, record->created_ms);
		kith_answer_text(said, "text", statement->text);
		if (!json_object_get(row, list))
			json_object_set_new(row, list, json_array());
		json_array_append_new(json_object_get(row, list), said);
	}
	kith_body_clear(&body);
}

static int show_case(struct kith_report *report, const struct kith_record_id *id)
{
	struct kith_linked words = {0};
	json_t *row = NULL;
	int err = kith_report_record_of(report, id, "summary outcome", &row);

	for (size_t i = 0; !err && i < TIES; i++)
		err = kith_versions_linked(
			report, id, ties[i], KITH__BODY__KIND_STATEMENT, 0, &words);
	if (err == KITH_E_NOT_FOUND)
		err = 0; /* the case itself is not here yet */
	for (size_t i = 0; !err && i < words.count; i++)
		add_words(report, row, words.list[i]);
	kith_linked_clear(&words);
	return err;
}

static bool is_word_of_a_cafe(const struct kith_record *record)
{
	struct kith_body body;
	int intent = 0;

	if (record->has_body && kith_body_decode(record->body, record->kind, &body, NULL) == 0) {
		intent = ((const Kith__Statement *)body.message)->intent;
		kith_body_clear(&body);
	}
	return intent == KITH__INTENT__INTENT_POTENTIAL || intent == KITH__INTENT__INTENT_OBSTACLE;
}

static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	const struct kith_record_id *id = case_of(record);

	(void)ctx;
	if (!id || !is_word_of_a_cafe(record) || kith_report_has(report, id))
		return 0;
	return show_case(report, id);
}

int kith_report_cafe(struct kith_report *report)
{
	struct kith_find find = {.kind = KITH__BODY__KIND_STATEMENT};
	struct kith_author author;

	kith_report_section(report, "cafe", NULL);
	if (report->id)
		return show_case(report, report->id);
	kith_walk_filters(report, &find, &author);
	return kith_walk(report, find, KITH_REPORT_ROWS, look, NULL);
}
