/*
 * digest.c: what is new, by level: the innovation, the network, its context (seed 004); and first
 * what is asked of the people of this home. Made when somebody asks for it, never sent.
 */
#include "node/report/reports.h"

#include <string.h>

#include "node/answer.h"
#include "node/report/walk.h"

#define WEEK_MS (7ull * 24 * 3600 * 1000)

static const struct {
	Kith__Level level; /* 0: none was said */
	const char *name, *title;
} levels[] = {
	{KITH__LEVEL__LEVEL_INNOVATION, "innovation", "The innovation itself"},
	{KITH__LEVEL__LEVEL_NETWORK, "network", "The network"},
	{KITH__LEVEL__LEVEL_CONTEXT, "context", "The context"},
	{0, "none", "Of no level"},
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))

static int show(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	(void)ctx;
	kith_report_record(report, record, "type summary");
	return 0;
}

/* A stance stands beside what it is about, and control records are read by programs. */
static bool is_news(const struct kith_record *record)
{
	return record->kind != KITH__BODY__KIND_STANCE && record->kind >= KITH_KIND_CONTROL_END;
}

static size_t level_of(const struct kith_record *record)
{
	struct kith_body body;
	size_t found = LEVELS - 1;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return found;
	for (size_t i = 0; i + 1 < LEVELS; i++)
		if (body.common->has_level && body.common->level == levels[i].level)
			found = i;
	kith_body_clear(&body);
	return found;
}

static int sort_in(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	json_t **rows = ctx;

	if (!is_news(record))
		return 0;
	report->rows = rows[level_of(record)];
	return show(NULL, report, record);
}

int kith_report_digest(struct kith_report *report)
{
	struct kith_find find = {
		.since_ms = report->now_ms > WEEK_MS ? report->now_ms - WEEK_MS : 0};
	struct kith_find asked;
	struct kith_author author, to = *report->me;
	const char *text = kith_report_text(report, "to");
	json_t *rows[LEVELS];
	int err;

	if (text && kith_id_parse(KITH_ID_AUTHOR, text, to.bytes, NULL) != 0)
		to = *report->me;
	kith_walk_filters(report, &find, &author);
	asked = find;
	asked.kind = KITH__BODY__KIND_ASK;
	asked.mentions = &to;
	kith_report_section(report, "asked", "Asked of you");
	err = report->has_after ? 0 : kith_walk(report, asked, KITH_REPORT_ROWS, show, NULL);
	for (size_t i = 0; i < LEVELS; i++) {
		kith_report_section(report, levels[i].name, levels[i].title);
		rows[i] = report->rows;
	}
	return err ? err : kith_walk(report, find, KITH_REPORT_ROWS, sort_in, rows);
}
