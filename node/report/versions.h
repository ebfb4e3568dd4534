/*
 * versions.h: which versions of a record count, now or on a day in the past.
 */
#ifndef KITH_NODE_REPORT_VERSIONS_H
#define KITH_NODE_REPORT_VERSIONS_H

#include "node/report/linked.h"

/*
 * Adds the heads of the record, each once; or, with as_of_ms, the version that was the newest then.
 * Nothing is added when there was none. A record that is a head already costs one look.
 */
KITH_MUST_CHECK int kith_versions_add(struct kith_report *report, const struct kith_record *record,
	uint64_t as_of_ms, struct kith_linked *out);

/* Adds the versions that count of all records of a kind (0: any) that have a link of that type to
 * the target or, if it was revised, to any of its versions. */
KITH_MUST_CHECK int kith_versions_linked(struct kith_report *report,
	const struct kith_record_id *target, uint32_t type, uint32_t kind, uint64_t as_of_ms,
	struct kith_linked *out);

#endif
