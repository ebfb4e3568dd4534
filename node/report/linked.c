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

struct adding {
	struct kith_linked *linked;
	uint32_t kind;
};

static int keep(void *ctx, const struct kith_record *record)
{
	const struct adding *adding = ctx;
	struct kith_linked *linked = adding->linked;
	struct kith_record *copy;
	int err;

	if (adding->kind && record->kind != adding->kind)
		return 0;
	if (linked->count == KITH_REPORT_LOOK_MAX) {
		linked->cut = true;
		return 0;
	}
	err = kith_record_reopen(record->envelope.data, record->envelope.len, &copy);
	return err ? err : kith_linked_take(linked, copy);
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
	struct adding adding = {linked, kind};
	int err = kith_view_linked(&report->view, target, type, keep, &adding);

	kith_linked_sort(linked);
	return err;
}

void kith_linked_clear(struct kith_linked *linked)
{
	for (size_t i = 0; i < linked->count; i++)
		kith_record_free(linked->list[i]);
	free((void *)linked->list);
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
