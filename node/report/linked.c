/* linked.c: see linked.h. */
#include "node/report/linked.h"

#include <stdlib.h>

#include "node/answer.h"

int kith_linked_take(struct kith_linked *linked, struct kith_record *record)
{
	if (linked->count == linked->room) {
		size_t room = linked->room ? 2 * linked->room : 8;
		void *more = realloc((void *)linked->list, room * sizeof(*linked->list));

		if (!more) {
			kith_record_free(record);
			return KITH_E_NOMEM;
		}
		linked->list = more;
		linked->room = room;
	}
	linked->list[linked->count++] = record;
	return 0;
}

static bool has_room(
	const struct kith_report *report, const struct kith_linked *linked, size_t bytes)
{
	return linked->count < KITH_REPORT_LOOK_MAX &&
	       report->kept + bytes <= KITH_REPORT_KEEP_BYTES;
}

int kith_linked_keep(
	struct kith_report *report, struct kith_linked *linked, struct kith_record *record)
{
	size_t bytes = record->envelope.len + sizeof(*record);

	if (!has_room(report, linked, bytes)) {
		linked->cut = true;
		kith_record_free(record);
		return 0;
	}
	linked->report = report;
	linked->bytes += bytes;
	report->kept += bytes;
	return kith_linked_take(linked, record);
}

struct adding {
	struct kith_report *report;
	struct kith_linked *linked;
	uint32_t kind;
};

#define FULL 1 /* not an error: end of the walk */

static int keep(void *ctx, const struct kith_record *record)
{
	const struct adding *adding = ctx;
	struct kith_linked *linked = adding->linked;
	struct kith_record *copy;
	int err;

	if (adding->kind && record->kind != adding->kind)
		return 0;
	err = kith_record_reopen(record->envelope.data, record->envelope.len, &copy);
	if (!err)
		err = kith_linked_keep(adding->report, linked, copy);
	return err ? err : linked->cut ? FULL : 0;
}

static int by_time(const void *a, const void *b)
{
	const struct kith_record *first = *(struct kith_record *const *)a;
	const struct kith_record *second = *(struct kith_record *const *)b;

	return kith_record_order(first->created_ms, &first->id, second->created_ms, &second->id);
}

void kith_linked_sort(struct kith_linked *linked)
{
	if (linked->count)
		qsort((void *)linked->list, linked->count, sizeof(*linked->list), by_time);
}

int kith_linked_add(struct kith_report *report, const struct kith_record_id *target, uint32_t type,
	uint32_t kind, struct kith_linked *linked)
{
	struct adding adding = {report, linked, kind};
	int err = kith_view_linked(&report->view, target, type, keep, &adding);

	kith_linked_sort(linked);
	return err == FULL ? 0 : err;
}

void kith_linked_clear(struct kith_linked *linked)
{
	for (size_t i = 0; i < linked->count; i++)
		kith_record_free(linked->list[i]);
	free((void *)linked->list);
	if (linked->report)
		linked->report->kept -= linked->bytes;
	*linked = (struct kith_linked){0};
}

bool kith_links_to(const struct kith_record *record, uint32_t type,
	const struct kith_record_id *target, size_t *index)
{
	for (size_t i = 0; i < record->link_count; i++) {
		const struct kith_link *link = &record->links[i];

		if (link->type != type ||
			(target && !kith_id_equal(link->target.bytes, target->bytes)))
			continue;
		if (index)
			*index = i;
		return true;
	}
	return false;
}

void kith_report_say_link(json_t *row, const struct kith_record *record, size_t index)
{
	struct kith_body body;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return;
	for (size_t i = 0; i < body.body->n_notes; i++) {
		const Kith__LinkNote *note = body.body->notes[i];

		if (note->link != index)
			continue;
		kith_answer_text(row, "kept", note->kept);
		kith_answer_text(row, "changed", note->changed);
		kith_answer_text(row, "why", note->why);
		kith_answer_text(row, "note", note->note);
	}
	kith_body_clear(&body);
}
