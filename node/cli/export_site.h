/*
 * export_site.h: the parts of a site of pages; see export.h. A page is made of text that was
 * escaped; it needs no script, no network and no font, and opens from disk.
 *
 *   index.html, all-2.html, …       all records, newest first
 *   kind-practice.html, …           those of a kind
 *   country-GR.html, …              those of a country
 *   map.html                        those whose place is known
 *   r/<id>.html                     one record
 *   lineage/<id>.html               a lineage that is too large for the pages of its records
 *   style.css
 *
 * What belongs to the site is known by its page being there: every page is begun as an empty file
 * while the records are listed, and written when all have been.
 */
#ifndef KITH_CLI_EXPORT_SITE_H
#define KITH_CLI_EXPORT_SITE_H

#include "node/cli/export.h"

struct kith_site {
	FILE *ids; /* of all records, a line each, in the order of the lists */
	struct kith_site_list *lists;
	size_t list_count, list_room;
	struct kith_str first; /* the rows of index.html */
	bool first_is_last;
	struct kith_site_map *map;
};

/* Each int is 0 or, after a complaint, an exit code. */

/* ---- pages (export_html.c) ------------------------------------------------------------------- */

/* up: "" or "../", the way to index.html. */
void kith_site_head(struct kith_str *out, const char *title, const char *up);
void kith_site_foot(struct kith_str *out);
/* Writes a file of the site, and empties what was gathered. */
KITH_MUST_CHECK int kith_site_write(
	struct kith_export *export, const char *name, struct kith_str *text);
/* Has the record a page? */
bool kith_site_has(const struct kith_export *export, const char *id);
/* Only what is safe in a file name: digits, letters and '-'. */
bool kith_site_is_name(const char *text);
/* A link to the record's page, or its words alone where it has none. */
void kith_site_add_link(struct kith_export *export, struct kith_str *out, const char *id,
	const char *words, const char *lang, const char *to);

/* ---- lists (export_list.c) ------------------------------------------------------------------- */

KITH_MUST_CHECK int kith_site_list_record(struct kith_export *export, const json_t *record);
/* Writes what is left of the lists and index.html. */
KITH_MUST_CHECK int kith_site_lists_end(struct kith_export *export);
void kith_site_lists_clear(struct kith_site *site);

/* ---- the map (export_map.c) ------------------------------------------------------------------ */

void kith_site_map_record(struct kith_export *export, const json_t *record);
KITH_MUST_CHECK int kith_site_map_end(struct kith_export *export);
void kith_site_map_clear(struct kith_site *site);

/* The i-th shape of the land, as `count` pairs of longitude and latitude in tenths of a degree;
 * NULL beyond the last (export_outline.c). */
const short *kith_site_outline(size_t i, size_t *count);

/* ---- a record's page (export_page.c) --------------------------------------------------------- */

KITH_MUST_CHECK int kith_site_page(struct kith_export *export, const char *id);

#endif
