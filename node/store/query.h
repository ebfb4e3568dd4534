/*
 * query.h: what can be asked of the database; plain functions over one connection.
 *
 * A kith_reader is a read-only SQLite connection with its prepared statements. All values are
 * bound, never spliced into SQL; words for full text are quoted. Every walk ends after `limit`
 * rows and can be continued from a key (keyset paging), so no question grows with the store. A
 * question that takes longer than a few seconds nevertheless is ended with KITH_E_TIMEOUT.
 *
 * A visitor may ask other questions of the same reader, but not the one it is called from
 * (KITH_E_STATE).
 */
#ifndef KITH_NODE_STORE_QUERY_H
#define KITH_NODE_STORE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/batch.h"
#include "protocol/body.h"
#include "protocol/core.h"
#include "protocol/record.h"

struct kith_reader;

/* One row as it is handed to a visitor; everything dies when the visitor returns. */
struct kith_row {
	uint64_t seq;
	uint64_t received_ms;
	enum kith_known known;
	const struct kith_record *record; /* reopened; never NULL; has_body only when HELD */
	const char *reason;               /* DECLINED: "field: rule"; else NULL */
	double rank;                      /* find by words: smaller is better; else 0 */
};
typedef int (*kith_row_visit)(void *ctx, const struct kith_row *row); /* non-zero: stop, returned */

/* From a hold to its release all questions see one state of the store, which need not be found anew
 * for each. Short, for the log cannot be emptied meanwhile. KITH_E_STATE, and errors of the store;
 * without it all works as well. */
KITH_MUST_CHECK int kith_query_hold(struct kith_reader *reader);
void kith_query_release(struct kith_reader *reader);

/* All questions from now on, together, may take so long; then each ends with KITH_E_TIMEOUT. One
 * answer may ask thousands, and strangers decide how many. 0 ms: no such bound. */
void kith_query_within(struct kith_reader *reader, uint64_t ms);

/* ---- single records ------------------------------------------------------------------------ */

/* Shows what is known, so look at row->known. KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_query_get(struct kith_reader *reader, const struct kith_record_id *id,
	kith_row_visit visit, void *ctx);

/* Completes a prefix of 1..64 hexadecimal digits. KITH_E_NOT_FOUND; KITH_E_AMBIGUOUS with up to
 * `room` of the ids that match in matches (may be NULL). */
KITH_MUST_CHECK int kith_query_complete(struct kith_reader *reader, const char *hex_prefix,
	struct kith_record_id *out, struct kith_record_id *matches, size_t room,
	size_t *match_count);

/* The record imported from this source by this author; url or id may be NULL or empty, not both.
 * It may have been erased since. KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_query_source(struct kith_reader *reader, const struct kith_author *author,
	const char *url, const char *id, struct kith_record_id *out);

/* ---- many ---------------------------------------------------------------------------------- */

#define KITH_PREFIX_MIN_BYTES 3 /* three Latin letters, two Greek ones, one Chinese character */

/* A field with a fixed list of values, and one of them; names as in JSON (where.h). */
struct kith_where {
	const char *field, *value;
};
#define KITH_WHERE_MAX 8

/* What else a word or tag is called: calls visit with each. The word is folded (fold.h), with dots
 * between its parts: "zero.waste". */
struct kith_same {
	void (*each)(void *ctx, const char *folded,
		void (*visit)(void *visit_ctx, const char *label), void *visit_ctx);
	void *ctx;
};

struct kith_find {
	uint32_t kind;   /* 0: any */
	const char *tag; /* NULL: any; compared folded (fold.h), so "zero waste" is "Zero-Waste" */
	const char *country; /* ISO 3166-1 alpha-2 */
	const char *place;   /* place name, folded; a prefix matches */
	const struct kith_author *author;
	const struct kith_author *authors; /* any of these; at most KITH_PARTNERS_MAX */
	size_t author_count;
	const struct kith_same *same; /* NULL: tag and words are looked for as they stand */
	bool exact_tag;               /* the tag in any case */
	const char *lang;             /* "nl" also finds "nl-BE" */
	uint64_t since_ms, until_ms;  /* since <= created_ms < until; 0: open */
	const char *words; /* full text: all must occur; the last one may end in '*': a prefix */
	const struct kith_record_id *target; /* has a link to this record … */
	uint32_t link_type;                  /* … of this type; 0: any */
	const struct kith_where *where;      /* all of these hold */
	size_t where_count;
	const struct kith_author *mentions; /* the body names this key: a party, an addressee, … */
	bool oldest_first;
	size_t limit; /* 1..1000 */
	/* Continue behind this row, the last one of the page before, or what it reached. */
	bool has_after;
	struct kith_item after;
	/* NULL: all is looked through until the page is full, however long that takes. Otherwise
	 * looking for words that seldom meet ends after patience_ms or little more, with more set
	 * and *reached, which is left alone else, set to what to go on from. */
	struct kith_item *reached;
	uint32_t patience_ms;
};
/*
 * Newest first by created_ms, or oldest first; among records of the same millisecond in an order
 * that stays the same, and that oldest_first turns round too. HELD records only. *more says whether
 * further rows exist.
 *   KITH_E_RULE      words, tag or place without a letter or digit; more than 32 words; less than
 *                    KITH_PREFIX_MIN_BYTES before a '*'; a where that is none (where.h says why)
 *   KITH_E_ARGUMENT  limit, author_count
 */
KITH_MUST_CHECK int kith_query_find(struct kith_reader *reader, const struct kith_find *find,
	kith_row_visit visit, void *ctx, bool *more);

/* In order of arrival, after a cursor; up to limit rows of any kind (0) or one. Not the DECLINED.
 */
KITH_MUST_CHECK int kith_query_since(struct kith_reader *reader, uint64_t seq, uint32_t kind,
	size_t limit, kith_row_visit visit, void *ctx);

/* Links from (outgoing) or to (incoming) a record. The other end may be missing here. */
struct kith_link_row {
	struct kith_record_id source, target;
	uint32_t type;
	bool other_held;
	uint32_t other_kind;                  /* 0 when not held */
	char other_caption[KITH_CAPTION_MAX]; /* empty when not held */
};
KITH_MUST_CHECK int kith_query_links(struct kith_reader *reader, const struct kith_record_id *id,
	bool incoming, uint32_t type, size_t limit,
	int (*visit)(void *ctx, const struct kith_link_row *row), void *ctx);

/* The records with a link of that type to the target, held or erased, each once, in any order; no
 * limit but time. The visitor may not ask for links itself. */
KITH_MUST_CHECK int kith_query_linked(struct kith_reader *reader,
	const struct kith_record_id *target, uint32_t type,
	int (*visit)(void *ctx, const struct kith_record *record), void *ctx);

struct kith_counts {
	uint64_t held, erased, declined, authors;
};
KITH_MUST_CHECK int kith_query_counts(struct kith_reader *reader, struct kith_counts *out);

/* ---- for the core -------------------------------------------------------------------------- */

/* Fills in the answers of a fetch. */
void kith_query_fetch(struct kith_reader *reader, struct kith_fetch *fetch);

/* Every known item of a set in ascending order: loads the core's sets at start. */
KITH_MUST_CHECK int kith_query_items(struct kith_reader *reader,
	int (*visit)(void *ctx, const struct kith_circle *circle, enum kith_class class_,
		const struct kith_item *item),
	void *ctx);

/* Every author of whom there is a record. */
KITH_MUST_CHECK int kith_query_authors(struct kith_reader *reader,
	int (*visit)(void *ctx, const struct kith_author *author), void *ctx);

/* ---- partners: kept in the database, so that adding one survives a restart ----------------- */
KITH_MUST_CHECK int kith_query_partners(struct kith_reader *reader,
	int (*visit)(void *ctx, const struct kith_partner_config *partner), void *ctx);
/* For kith_store_change(). */
KITH_MUST_CHECK int kith_change_partner_put(
	struct kith_reader *writer, const struct kith_partner_config *partner);
/* KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_change_partner_delete(
	struct kith_reader *writer, const struct kith_author *group);

/* ---- erasure and repair; for kith_store_change() ------------------------------------------- */

/* Drops the body of a record and everything that search knows of it; header and signature stay.
 * Nothing happens when there is no body any more. KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_change_erase(struct kith_reader *writer, const struct kith_record_id *id);

/* Drops what search knows; it is filled again in the background. For a search that answers
 * KITH_E_CORRUPT. */
KITH_MUST_CHECK int kith_change_reindex(struct kith_reader *writer);

#endif
