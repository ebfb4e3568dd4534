/* areas.c: what is said about a working question, by its four areas; the empty ones are pointed
 * out (seed 004: in Berlin it was the means). */
#include "node/report/reports.h"

#include "protocol/body.h"

static const struct {
	Kith__Area area;
	const char *name, *title;
} areas[] = {
	{KITH__AREA__AREA_MEANS, "means", "Means"},
	{KITH__AREA__AREA_OBJECTIVES, "objectives", "Objectives"},
	{KITH__AREA__AREA_VISION_VALUES, "vision-values", "Vision, values"},
	{KITH__AREA__AREA_OBSERVATIONS_FACTS, "observations-facts", "Observations, facts"},
};
#define AREAS (sizeof(areas) / sizeof(areas[0]))

/* The rows of every area are gathered in one walk over what links to the question. */
struct gathering {
	struct kith_report *report;
	json_t *rows[AREAS + 1]; /* the last: of no area */
};

static size_t area_of(const struct kith_record *record)
{
	struct kith_body body;
	size_t found = AREAS;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return AREAS;
	for (size_t i = 0; i < AREAS; i++)
		if (body.common->has_area && body.common->area == areas[i].area)
			found = i;
	kith_body_clear(&body);
	return found;
}

static int gather(void *ctx, const struct kith_row *row)
{
	struct gathering *gathering = ctx;

	gathering->report->rows = gathering->rows[area_of(row->record)];
	return kith_report_record(gathering->report, row->record, "intent text") ? 0 : KITH_E_NOMEM;
}

int kith_report_areas(struct kith_report *report)
{
	struct gathering gathering = {.report = report};
	struct kith_find find = {.target = report->id, .limit = KITH_REPORT_ROWS * 4};
	struct kith_record *question;
	bool more = false;
	int err = kith_report_get(report, report->id, &question);

	if (err)
		return err;
	kith_report_section(report, "question", NULL);
	kith_report_record(report, question, "type text");
	kith_record_free(question);
	for (size_t i = 0; i < AREAS; i++) {
		kith_report_section(report, areas[i].name, areas[i].title);
		gathering.rows[i] = report->rows;
	}
	kith_report_section(report, "none", "Of no area");
	gathering.rows[AREAS] = report->rows;
	err = kith_query_find(report->reader, &find, gather, &gathering, &more);
	for (size_t i = 0; !err && i < AREAS; i++)
		if (json_array_size(gathering.rows[i]) == 0)
			kith_report_note(report, "Nothing is said about %s yet.", areas[i].name);
	if (more)
		kith_report_note(report, "There is more than is shown here.");
	return err;
}
