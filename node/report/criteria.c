/*
 * criteria.c: what people call well-being and ill-being, in their own words, by dimension (seed
 * 001). The words stand in evaluations; which dimension a criterion belongs to is said there, or
 * later in somebody's evaluation of the evaluation, a coding. Codings may differ: a criterion
 * stands under each, with who said so.
 */
#include "node/report/reports.h"

#include <string.h>

#include "node/answer.h"
#include "node/vocabulary.h"
#include "node/report/walk.h"

#define UNCODED "uncoded"

struct criteria {
	struct kith_report *report;
	struct kith_vocabulary vocabulary;
	const char *lang;
};

static json_t *section_of(struct criteria *criteria, const char *dimension)
{
	struct kith_report *report = criteria->report;
	const char *label;
	json_t *section;
	size_t i;

	json_array_foreach(report->sections, i, section)
		if (strcmp(json_string_value(json_object_get(section, "name")), dimension) == 0)
			return json_object_get(section, "rows");
	label = kith_vocabulary_label(&criteria->vocabulary, dimension, criteria->lang);
	kith_report_section(report, dimension, label ? label : dimension);
	return report->rows;
}

static void add(struct criteria *criteria, const struct kith_record *record, size_t position,
	const Kith__Criterion *criterion, const char *dimension, const struct kith_author *coder)
{
	json_t *row;

	criteria->report->rows = section_of(criteria, dimension);
	row = kith_report_record(criteria->report, record, NULL);
	kith_answer_number(row, "position", position);
	kith_answer_text(row, "polarity",
		criterion->polarity == KITH__POLARITY__POLARITY_ILL ? "ill" : "well");
	kith_answer_text(row, "text", criterion->text);
	kith_answer_text(row, "group", criterion->group);
	if (criterion->has_material)
		json_object_set_new(row, "material", json_boolean(criterion->material));
	if (criterion->has_n)
		kith_answer_number(row, "n", criterion->n);
	if (coder)
		kith_answer_key(row, "coded_by", KITH_ID_AUTHOR, coder->bytes);
	kith_report_weigh(criteria->report, row);
}

/* Where the codings of others put the criterion; the number of places. */
static size_t add_by_codings(struct criteria *criteria, const struct kith_record *record,
	size_t position, const Kith__Criterion *criterion, const struct kith_linked *codings)
{
	size_t count = 0;

	for (size_t i = 0; i < codings->count; i++) {
		const struct kith_record *coding = codings->list[i];
		const Kith__Evaluation *said;
		struct kith_body body;

		if (!coding->has_body ||
			kith_body_decode(coding->body, coding->kind, &body, NULL) != 0)
			continue;
		said = (const Kith__Evaluation *)body.message;
		for (size_t c = 0; c < said->n_criteria; c++) {
			if (!said->criteria[c]->has_codes || said->criteria[c]->codes != position)
				continue;
			add(criteria, record, position, criterion, said->criteria[c]->dimension,
				&coding->author);
			count++;
		}
		kith_body_clear(&body);
	}
	return count;
}

static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	struct criteria *criteria = ctx;
	const Kith__Evaluation *evaluation;
	struct kith_linked codings = {0};
	struct kith_body body;
	int err;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return 0;
	evaluation = (const Kith__Evaluation *)body.message;
	err = kith_linked_add(report, &record->id, KITH__LINK_TYPE__LINK_TYPE_EVALUATES,
		KITH__BODY__KIND_EVALUATION, &codings);
	for (size_t i = 0; !err && i < evaluation->n_criteria; i++) {
		const Kith__Criterion *criterion = evaluation->criteria[i];

		if (criterion->has_codes)
			continue; /* this one is a coding itself */
		if (criterion->dimension)
			add(criteria, record, i, criterion, criterion->dimension, NULL);
		else if (add_by_codings(criteria, record, i, criterion, &codings) == 0)
			add(criteria, record, i, criterion, UNCODED, NULL);
	}
	kith_linked_clear(&codings);
	kith_body_clear(&body);
	return err;
}

int kith_report_criteria(struct kith_report *report)
{
	struct kith_find find = {.kind = KITH__BODY__KIND_EVALUATION};
	const char *lang = kith_report_text(report, "lang");
	struct criteria criteria = {.report = report, .lang = lang ? lang : "en"};
	struct kith_author author;
	int err = kith_vocabulary_load(
		report->reader, &report->view, report->me, &criteria.vocabulary);

	kith_walk_filters(report, &find, &author);
	find.lang = NULL; /* of the labels; the words are in any language */
	if (!err)
		err = kith_walk(report, find, 4 * KITH_REPORT_ROWS, look, &criteria);
	kith_vocabulary_clear(&criteria.vocabulary);
	return err;
}
