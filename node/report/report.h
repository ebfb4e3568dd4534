/*
 * report.h: reports: what many records say together, asked of one connection to the database.
 *
 * A report is a page to read, and the same for programs. It has sections, a section has rows, and a
 * row is about one record:
 *
 *   {"report": "areas", "sections": [{"name": "means", "title": "Means", "rows": [
 *      {"id": "<hex>", "kind": "statement", "title": "…", "author": "author_…",
 *       "created": "2017-03-10T09:00:00.000Z", "lang": "en", "depth": 0, "text": "…", …}]}],
 *    "notes": ["Nothing is said about means yet."], "cursor": "…"}
 *
 * The members of a row above are the same in all reports ("caption" instead of "title" where a
 * record has none, "place" where it has one); what else a report says of a record has members of
 * its own, told in node/api/schema/report.NAME.json. A record that is linked to but not here has
 * "id" and "missing": true alone. Nothing is ever ranked: rows stand in the order of time, of a
 * tree or of names, and no report counts merit.
 *
 * To add a report: a function in a file of this folder, a row in reports.c, a schema file; methods,
 * command line and manual page follow from these.
 *
 * A report reads by keys and indexes only. What it looks at is bounded (KITH_REPORT_LOOK_MAX); when
 * there is more, it has a cursor, which may come with an empty page.
 */
#ifndef KITH_NODE_REPORT_REPORT_H
#define KITH_NODE_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "node/store/query.h"
#include "protocol/body.h"
#include "protocol/domain/view.h"
#include "protocol/record.h"

#define KITH_REPORT_ROWS     50u   /* of a page, when nothing else is asked for */
#define KITH_REPORT_LOOK_MAX 2000u /* records looked at for one page */
/* Strangers decide how much links to a record and how long it is, so memory is bounded as well: */
#define KITH_REPORT_KEEP_BYTES (32u << 20) /* of records that are kept at one time */
#define KITH_REPORT_SAY_BYTES  (4u << 20) /* of the page as text; in memory it is five times that */

/* A report under way. What stands above the empty line is given to it, the others are its
 * result. */
struct kith_report {
	struct kith_reader *reader;
	struct kith_view view;           /* of the same */
	const json_t *params;            /* held to the schema */
	const struct kith_record_id *id; /* what params.id means; NULL: not asked for */
	const struct kith_author *me;    /* who asks: the author of this home */
	uint64_t now_ms;
	bool has_after; /* go on behind the record `after` */
	struct kith_item after;

	json_t *sections, *notes;
	json_t *rows;  /* of the section begun last; borrowed */
	size_t said;   /* bytes of the page so far */
	bool full;     /* there was no room for all; a note says so */
	json_t *aside; /* a row there was no room for, until the next one; owned */
	size_t kept;   /* bytes of the records in lists (linked.h) */
	bool more;     /* there is, behind the record `last` */
	struct kith_item last;
	char why[160]; /* with an error: a sentence for people */
};

/* Fills the report. 0, or an error: KITH_E_NOT_FOUND and KITH_E_RULE with why, others from the
 * store. */
typedef int kith_report_run(struct kith_report *report);

/* reports.c: the function behind a name such as "areas"; NULL: no such report. */
kith_report_run *kith_report_find(const char *name);

/* ---- for reports --------------------------------------------------------------------------- */

/* Begins a section; title (for people) may be NULL for the only one. */
void kith_report_section(struct kith_report *report, const char *name, const char *title);
/* A new row of that section, borrowed; never NULL unless there is no memory. Once the page is full
 * it is a row that nobody sees. */
json_t *kith_report_row(struct kith_report *report);
/* Counts the row into the page: at its end, by who adds long members to it. */
void kith_report_weigh(struct kith_report *report, const json_t *row);
/* Whether there is room for one more text (may be NULL) in a list of a row; it is counted then. */
bool kith_report_has_room(struct kith_report *report, const char *text);
/* The same with what is said of every record, and of its body the named fields, which are told
 * apart by blanks ("text reason"; names as in JSON; NULL: none), as far as it has them. */
json_t *kith_report_record(
	struct kith_report *report, const struct kith_record *record, const char *fields);
/* The same by id: looked up, or shown as missing. */
KITH_MUST_CHECK int kith_report_record_of(struct kith_report *report,
	const struct kith_record_id *id, const char *fields, json_t **row);
/* Whether the section begun last has a row about the record. */
bool kith_report_has(const struct kith_report *report, const struct kith_record_id *id);
/* A sentence below the rows. */
void kith_report_note(struct kith_report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Sets why; returns err. */
int kith_report_fail(struct kith_report *report, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Arguments. */
const char *kith_report_text(const struct kith_report *report, const char *name); /* or NULL */
int64_t kith_report_number(const struct kith_report *report, const char *name, int64_t otherwise);
/* A date or time as milliseconds since 1970; otherwise, when it was not given. */
uint64_t kith_report_time(const struct kith_report *report, const char *name, uint64_t otherwise);

/* kith_view_copy(), with why. */
KITH_MUST_CHECK int kith_report_get(
	struct kith_report *report, const struct kith_record_id *id, struct kith_record **out);

#endif
