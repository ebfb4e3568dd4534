/* dissent.c: what somebody objects to or blocks, beside who supports it, with every reason. Newest
 * objection first; of one record with id, whatever is said about it. */
#include "node/report/reports.h"

#include "node/report/said.h"
#include "node/report/walk.h"
#include "protocol/domain/stance.h"

static bool is_dissent(Kith__Position position)
{
	return position == KITH__POSITION__POSITION_OBJECT ||
	       position == KITH__POSITION__POSITION_BLOCK;
}

static int show(struct kith_report *report, const struct kith_record_id *id)
{
	json_t *row;
	int err = kith_report_record_of(report, id, NULL, &row);

	if (!err && !json_object_get(row, "missing"))
		err = kith_say_stances(report, row, id, NULL);
	return err;
}

/* A stance is looked at: does it still hold, and is what it is about not shown yet? */
static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	const struct kith_record_id *target;
	struct kith_stance latest;
	size_t link;
	int err;

	(void)ctx;
	if (!kith_links_to(record, KITH__LINK_TYPE__LINK_TYPE_ABOUT, NULL, &link))
		return 0;
	target = &record->links[link].target;
	if (kith_report_has(report, target))
		return 0;
	err = kith_stance_of(&report->view, target, &record->author, &latest);
	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	return is_dissent(latest.position) ? show(report, target) : 0;
}

int kith_report_dissent(struct kith_report *report)
{
	struct kith_find find = {.kind = KITH__BODY__KIND_STANCE};
	struct kith_author author;

	kith_report_section(report, "dissent", NULL);
	if (report->id)
		return show(report, report->id);
	kith_walk_filters(report, &find, &author);
	return kith_walk(report, find, KITH_REPORT_ROWS, look, NULL);
}
