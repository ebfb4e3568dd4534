/*
 * lineage.c: how a practice travelled: up to what it was adapted from and where that began, and
 * down to all that was adapted from there, with what was kept and changed on each edge, and why.
 *
 * Links name the hash of their target, so they form no circle; but a record may adapt two others
 * and be reached on both ways. It is shown with what follows from it the first time, as "again"
 * later. What was adapted from the same stands in the order of time.
 */
#include <stdlib.h>
#include <string.h>

#include "node/answer.h"
#include "node/report/linked.h"
#include "node/report/reports.h"

#define ADAPTS    KITH__LINK_TYPE__LINK_TYPE_ADAPTS
#define ROWS_MAX  2000u /* of one page */
#define ROOTS_MAX 64u
#define DEPTH_MAX 64u

struct lineage {
	struct kith_report *report;
	json_t *seen; /* the ids that have their row */
	struct kith_record_id roots[ROOTS_MAX];
	size_t root_count, row_count;
	bool cut;
};

/* Whether the id comes for the first time; it is known afterwards. */
static bool is_new(json_t *seen, const struct kith_record_id *id)
{
	char hex[2 * KITH_ID_LEN + 1];

	kith_hex_format(id->bytes, KITH_ID_LEN, hex);
	return !json_object_get(seen, hex) && json_object_set_new(seen, hex, json_true()) == 0;
}

/* ---- up ------------------------------------------------------------------------------------ */

static void add_root(struct lineage *lineage, const struct kith_record_id *id)
{
	if (lineage->root_count < ROOTS_MAX)
		lineage->roots[lineage->root_count++] = *id;
	else
		lineage->cut = true;
}

/* A root adapts nothing, or is not here. */
static int climb(struct lineage *lineage, const struct kith_record_id *id, unsigned height)
{
	struct kith_record *record;
	int err;

	if (!is_new(lineage->seen, id))
		return 0;
	err = kith_report_get(lineage->report, id, &record);
	if (err && err != KITH_E_NOT_FOUND)
		return err;
	lineage->cut |= json_object_size(lineage->seen) > ROWS_MAX;
	if (err || height == DEPTH_MAX || lineage->cut ||
		!kith_links_to(record, ADAPTS, NULL, NULL)) {
		add_root(lineage, id);
		if (!err)
			kith_record_free(record);
		return 0;
	}
	for (size_t i = 0; !err && i < record->link_count; i++)
		if (record->links[i].type == ADAPTS)
			err = climb(lineage, &record->links[i].target, height + 1);
	kith_record_free(record);
	return err;
}

/* ---- down ---------------------------------------------------------------------------------- */

static json_t *add_row(struct lineage *lineage, const struct kith_record *record,
	const struct kith_record_id *parent, unsigned depth)
{
	json_t *row = kith_report_record(lineage->report, record, "outcome");
	size_t link;

	lineage->row_count++;
	kith_answer_number(row, "depth", depth);
	if (parent && kith_links_to(record, ADAPTS, parent, &link)) {
		kith_answer_id(row, "parent", parent);
		kith_report_say_link(row, record, link);
		kith_report_weigh(lineage->report, row);
	}
	if (kith_id_equal(record->id.bytes, lineage->report->id->bytes))
		json_object_set_new(row, "asked", json_true());
	return row;
}

static int descend(struct lineage *lineage, const struct kith_record_id *parent, unsigned depth)
{
	struct kith_linked children = {0};
	int err = kith_linked_add(lineage->report, parent, ADAPTS, 0, &children);

	lineage->cut |= children.cut;
	for (size_t i = 0; !err && i < children.count; i++) {
		const struct kith_record *child = children.list[i];
		json_t *row;

		if (lineage->row_count >= ROWS_MAX || depth > DEPTH_MAX) {
			lineage->cut = true;
			break;
		}
		row = add_row(lineage, child, parent, depth);
		if (!is_new(lineage->seen, &child->id))
			json_object_set_new(row, "again", json_true());
		else
			err = descend(lineage, &child->id, depth + 1);
	}
	kith_linked_clear(&children);
	return err;
}

static int grow(struct lineage *lineage, const struct kith_record_id *root)
{
	struct kith_record *record;
	int err = kith_report_get(lineage->report, root, &record);
	json_t *row;

	if (err && err != KITH_E_NOT_FOUND)
		return err;
	if (err) {
		err = kith_report_record_of(lineage->report, root, NULL, &row);
		kith_answer_number(row, "depth", 0);
	} else {
		add_row(lineage, record, NULL, 0);
		kith_record_free(record);
	}
	is_new(lineage->seen, root);
	return err ? err : descend(lineage, root, 1);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, KITH_ID_LEN);
}

int kith_report_lineage(struct kith_report *report)
{
	struct lineage lineage = {.report = report, .seen = json_object()};
	struct kith_record *asked;
	int err = kith_report_get(report, report->id, &asked);

	if (!err) {
		kith_record_free(asked);
		err = climb(&lineage, report->id, 0);
	}
	kith_report_section(report, "lineage", NULL);
	json_object_clear(lineage.seen);
	qsort(lineage.roots, lineage.root_count, sizeof(lineage.roots[0]), by_bytes);
	for (size_t i = 0; !err && i < lineage.root_count; i++)
		err = grow(&lineage, &lineage.roots[i]);
	if (lineage.cut)
		kith_report_note(report, "There is more than is shown here.");
	json_decref(lineage.seen);
	return err;
}
