/*
 * extract.h: what search is to know of a record. Private to store/.
 *
 * Title, summary and text are folded words. The facets are words too, of a form that no text has:
 * they begin with '=', and '.' stands between their parts.
 *
 *     =k65             the kind                    =cgr               the country
 *     =a<32 digits>    the author's key, half      =pbaia.mare        the place's name
 *     =lnl =lnl.be     the language, each length   =tzero.waste       a tag
 *     =x<16 digits>    a link's target, its head   =x6.<16 digits>    the same with the link's type
 *     =eoutcome.3      a choice: field and number  =m<32 digits>      somebody named by key, half
 */
#ifndef KITH_NODE_STORE_EXTRACT_H
#define KITH_NODE_STORE_EXTRACT_H

#include <protobuf-c/protobuf-c.h>

#include "protocol/body.h"
#include "protocol/bytes.h"
#include "protocol/record.h"

enum kith_column {
	KITH_COLUMN_TITLE,
	KITH_COLUMN_SUMMARY,
	KITH_COLUMN_TEXT,
	KITH_COLUMN_FACETS,
	KITH_COLUMNS
};

struct kith_words {
	struct kith_buf column[KITH_COLUMNS];
};

void kith_words_init(struct kith_words *words);
void kith_words_clear(struct kith_words *words);

/*
 * Replaces what words holds. A record of an unknown kind, or with a body this build cannot read,
 * has facets of its header only. KITH_E_NOMEM, KITH_E_TOO_LARGE.
 */
KITH_MUST_CHECK int kith_extract(const struct kith_record *record, struct kith_words *words);
/* The same for one whose body has been decoded; NULL: there is none that can be read. */
KITH_MUST_CHECK int kith_extract_from(
	const struct kith_record *record, const struct kith_body *body, struct kith_words *words);

/* One facet each, appended after a space; for the index and for queries alike. */
void kith_facet_kind(struct kith_buf *out, uint32_t kind);
void kith_facet_author(struct kith_buf *out, const struct kith_author *author);
void kith_facet_target(struct kith_buf *out, const struct kith_record_id *target, uint32_t type);
/* A field of enum type; '_' in its name becomes '.', for '_' separates words. */
void kith_facet_choice(struct kith_buf *out, const ProtobufCFieldDescriptor *field, int value);
void kith_facet_mention(struct kith_buf *out, const struct kith_author *author);
/* letter: t, p, c or l. False, and nothing is written, when text has no letter or digit. */
bool kith_facet_text(struct kith_buf *out, char letter, const char *text);

#endif
