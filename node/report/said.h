/*
 * said.h: what people said about a record, as members of its row.
 */
#ifndef KITH_NODE_REPORT_SAID_H
#define KITH_NODE_REPORT_SAID_H

#include "node/report/report.h"

/* Adds "stances": every author's latest with position and reason, and "contested": true where
 * support stands beside objections. *count (may be NULL) is that of objections and blocks. */
KITH_MUST_CHECK int kith_say_stances(struct kith_report *report, json_t *row,
	const struct kith_record_id *id, size_t *dissenting);

/* One who said something, to go into a list of a row: {"id", "author", "created", …}. */
json_t *kith_said_by(
	const struct kith_record_id *id, const struct kith_author *author, uint64_t created_ms);

#endif
