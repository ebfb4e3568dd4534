/*
 * walk.h: reports that go through the records of a kind, a page at a time.
 */
#ifndef KITH_NODE_REPORT_WALK_H
#define KITH_NODE_REPORT_WALK_H

#include "node/report/linked.h"

/*
 * Looks at one record; adds rows if it belongs into the report. Other questions may be asked
 * meanwhile. 0, KITH_WALK_STOP when this was enough, or an error; both end the walk.
 */
#define KITH_WALK_STOP 1
typedef int kith_walk_look(void *ctx, struct kith_report *report, const struct kith_record *record);

/*
 * Goes through what find asks for (its limit and place to go on from are the walk's own) until
 * `rows` rows have been added, by the parameter "limit" if there is one, or KITH_REPORT_LOOK_MAX
 * records were looked at. Goes on behind report->after, and says in report->more and ->last whether
 * and where there is more. Versions that were superseded are passed over.
 */
KITH_MUST_CHECK int kith_walk(struct kith_report *report, struct kith_find find, size_t rows,
	kith_walk_look *look, void *ctx);

/* The filters that reports share: tag, country, place, author, lang, since, until, as far as they
 * are among the parameters. Author texts were held to their format; *author lives as long as
 * find. */
void kith_walk_filters(
	const struct kith_report *report, struct kith_find *find, struct kith_author *author);

#endif
