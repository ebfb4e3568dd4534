/* failed.c: what failed, where and why; newest first. Bad practice is worth as much as good. */
#include "node/report/reports.h"
#include "node/report/walk.h"

static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	(void)ctx;
	kith_report_record(report, record, "outcome problem lessons");
	return 0;
}

int kith_report_failed(struct kith_report *report)
{
	static const struct kith_where failed = {"outcome", "failed"};
	struct kith_find find = {
		.kind = KITH__BODY__KIND_PRACTICE, .where = &failed, .where_count = 1};
	struct kith_author author;

	kith_walk_filters(report, &find, &author);
	kith_report_section(report, "failed", NULL);
	return kith_walk(report, find, KITH_REPORT_ROWS, look, NULL);
}
