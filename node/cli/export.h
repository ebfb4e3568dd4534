/*
 * export.h: what kith export writes: records as JSON lines, as linked data (ActivityStreams,
 * schema.org), as a table, or as a site of pages. SPEC.md section "Export" says which terms.
 *
 * A format is three functions; records are handed to it one at a time and none is kept, so that an
 * export takes no more memory than a page of records. Whatever it writes goes to where nobody
 * looks before it is whole: a name of its own beside the target, renamed at the end (export_to.c).
 */
#ifndef KITH_CLI_EXPORT_H
#define KITH_CLI_EXPORT_H

#include "node/cli/cli.h"
#include "node/cli/csv.h"

struct kith_site;

struct kith_export {
	struct kith_cli *cli;
	FILE *file;      /* of all formats but html */
	const char *dir; /* html: where the site grows */
	bool keep_personal;
	json_t *kinds;    /* name -> its fields, as kith_kind_to_json() describes them */
	const char *kind; /* csv: of the one that is wanted */
	json_t *columns;  /* csv: paths, each an array of names */
	struct kith_site *site;
	size_t count;         /* records so far */
	size_t contacts;      /* left out */
	struct kith_str text; /* what is being written */
};

/* Each returns 0 or, after a complaint, an exit code. */
struct kith_export_format {
	const char *name;
	bool is_site;       /* written into a directory, which has to be named */
	bool is_table;      /* of one kind, which has to be named */
	bool keeps_contact; /* signed bytes cannot be changed */
	int (*begin)(struct kith_export *export);
	int (*record)(struct kith_export *export, const json_t *record);
	int (*end)(struct kith_export *export);
};
/* NULL beyond the last; the first is the one that is meant when none is named. */
const struct kith_export_format *kith_export_format_at(size_t i);

/* ---- where it goes (export_to.c) ------------------------------------------------------------ */

struct kith_target {
	const char *path; /* NULL: standard output */
	char *part;       /* its name until it is whole */
	FILE *file;
};
/* Opens a file, or with is_site makes a directory; a directory that exists must be empty. */
KITH_MUST_CHECK int kith_target_open(
	struct kith_cli *cli, const char *path, bool is_site, struct kith_target *out);
/* Puts it in its place, or with failed takes away what was written. */
KITH_MUST_CHECK int kith_target_close(
	struct kith_cli *cli, struct kith_target *target, bool is_site, bool failed);

/* ---- what formats share (export_terms.c) ----------------------------------------------------- */

/* Drops what is personal from the record, and counts it. */
void kith_export_clean(struct kith_export *export, const json_t *record);
/* Writes export->text and empties it. 0, or an exit code. */
KITH_MUST_CHECK int kith_export_write(struct kith_export *export);
/* value (stolen) as one item of a JSON list, on a line of its own. 0, or an exit code. */
KITH_MUST_CHECK int kith_export_item(struct kith_export *export, json_t *value);

/* "urn:kith:…" of a record id or of a key. */
json_t *kith_export_urn(const char *name);
/* Sets the member to the urns of all links of that type; nothing when there are none. */
void kith_export_set_links(
	json_t *object, const char *member, const json_t *record, const char *type);
/* Sets the member to the text, unless it is empty. */
void kith_export_set_text(json_t *object, const char *member, const char *text);
/* Copies a member of from, under the name of its own; nothing when there is none. */
void kith_export_copy(
	json_t *object, const char *member, const json_t *from, const char *from_member);
/* Is this the address of a page? Others are never linked. */
bool kith_export_is_web(const char *text);

/* The fields of a kind; NULL: this version does not know it. */
const json_t *kith_export_fields(struct kith_export *export, const char *kind);

struct kith_export_type {
	const char *kind, *field, *choice; /* field NULL: every record of the kind */
	const char *type;
};
/* The type in the first row that fits; the last row has kind NULL and fits everything. */
const char *kith_export_type(const struct kith_export_type *rows, const json_t *record);

/* ---- as HTML (export_fields.c) --------------------------------------------------------------- */

enum kith_export_which {
	KITH_EXPORT_ALL_FIELDS,
	KITH_EXPORT_OWN_FIELDS, /* of the kind alone, not those that every kind has */
};
/* What the body says, by the kind's description: a heading and a text or list for each field. All
 * text is escaped; only addresses of pages become links. */
void kith_export_add_body(struct kith_export *export, struct kith_str *out, const json_t *record,
	enum kith_export_which which);
/* "In return" */
void kith_export_add_label(struct kith_str *out, const char *name);

/* ---- formats --------------------------------------------------------------------------------- */

int kith_export_streams_begin(struct kith_export *export);
int kith_export_streams_record(struct kith_export *export, const json_t *record);
int kith_export_streams_end(struct kith_export *export);

int kith_export_schema_begin(struct kith_export *export);
int kith_export_schema_record(struct kith_export *export, const json_t *record);
int kith_export_schema_end(struct kith_export *export);

int kith_export_html_begin(struct kith_export *export);
int kith_export_html_record(struct kith_export *export, const json_t *record);
int kith_export_html_end(struct kith_export *export);
/* What begin made, however it ended. */
void kith_export_html_clear(struct kith_export *export);

int kith_export_csv_begin(struct kith_export *export);
int kith_export_csv_record(struct kith_export *export, const json_t *record);
int kith_export_csv_end(struct kith_export *export);

/* One cell as a spreadsheet and kith import read it (export_csv.c). A text that a spreadsheet would
 * take for a formula gets a ' before it; so does one that begins with a ', so that the filter
 * unguard of mapping files gives back what was there. */
void kith_export_add_cell(struct kith_str *out, const char *text, bool is_number);

#endif
