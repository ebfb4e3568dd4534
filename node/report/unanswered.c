/* unanswered.c: what was asked some days ago and has no answer that counts; oldest first. */
#include "node/report/reports.h"

#include "node/answer.h"
#include "node/report/walk.h"
#include "protocol/domain/answer.h"

#define DAY_MS       (24ull * 3600 * 1000)
#define DAYS_DEFAULT 14

static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	struct kith_answers answers;
	json_t *row;
	int err = kith_answers_derive(&report->view, &record->id, &answers);

	(void)ctx;
	if (err)
		return err;
	if (!answers.answered && record->has_body) {
		row = kith_report_record(report, record, "type text addressed_to due");
		kith_answer_number(row, "waiting_days",
			report->now_ms > record->created_ms
				? (report->now_ms - record->created_ms) / DAY_MS
				: 0);
		if (answers.count)
			kith_answer_number(row, "replies", answers.count);
	}
	kith_answers_clear(&answers);
	return 0;
}

int kith_report_unanswered(struct kith_report *report)
{
	uint64_t days = (uint64_t)kith_report_number(report, "days", DAYS_DEFAULT);
	const char *to = kith_report_text(report, "to");
	struct kith_find find = {.kind = KITH__BODY__KIND_ASK,
		.oldest_first = true,
		.until_ms =
			report->now_ms > days * DAY_MS ? report->now_ms - days * DAY_MS + 1 : 1};
	struct kith_author author, addressee;

	kith_walk_filters(report, &find, &author);
	if (to && kith_id_parse(KITH_ID_AUTHOR, to, addressee.bytes, NULL) == 0)
		find.mentions = &addressee;
	kith_report_section(report, "unanswered", NULL);
	return kith_walk(report, find, KITH_REPORT_ROWS, look, NULL);
}
