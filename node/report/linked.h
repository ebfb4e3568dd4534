/*
 * linked.h: the records that link to one, kept while others are asked for; in the order of time, so
 * that nothing shows in which order they arrived.
 */
#ifndef KITH_NODE_REPORT_LINKED_H
#define KITH_NODE_REPORT_LINKED_H

#include "node/report/report.h"

struct kith_linked {
	struct kith_record **list; /* owned; oldest first */
	size_t count, room;
	bool cut; /* there are more: than KITH_REPORT_LOOK_MAX, or than there was memory for */
	struct kith_report *report; /* where the bytes are counted; NULL: nowhere */
	size_t bytes;
};

/* Adds those with a link of that type to the target; of a kind (0: any). Start with {0}. */
KITH_MUST_CHECK int kith_linked_add(struct kith_report *report, const struct kith_record_id *target,
	uint32_t type, uint32_t kind, struct kith_linked *linked);
/* Adds one, whose owner the list becomes, also when it fails. */
KITH_MUST_CHECK int kith_linked_take(struct kith_linked *linked, struct kith_record *record);
/* The same for what strangers decide the number and length of: without room it is freed, and the
 * list is cut. */
KITH_MUST_CHECK int kith_linked_keep(
	struct kith_report *report, struct kith_linked *linked, struct kith_record *record);
/* Oldest first. */
void kith_linked_sort(struct kith_linked *linked);
void kith_linked_clear(struct kith_linked *linked);

/* Whether the record has a link of that type to the target (NULL: to any); *index (may be NULL) is
 * its position. */
bool kith_links_to(const struct kith_record *record, uint32_t type,
	const struct kith_record_id *target, size_t *index);

/* Adds what the record's body says of its link at that position: kept, changed, why, note. */
void kith_report_say_link(json_t *row, const struct kith_record *record, size_t index);

#endif
