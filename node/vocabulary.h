/*
 * vocabulary.h: which words mean the same, by the vocabularies that this home and its partners
 * published. Data, not code: a term is an address, a label a word for it in one language. Others'
 * vocabularies are stored like any record, but nobody but one's own choice decides what words mean
 * here.
 */
#ifndef KITH_NODE_VOCABULARY_H
#define KITH_NODE_VOCABULARY_H

#include <jansson.h>

#include "node/store/query.h"
#include "protocol/domain/view.h"

struct kith_vocabulary {
	json_t *terms;  /* folded label -> [address of a term] */
	json_t *labels; /* address of a term -> [{"lang": …, "label": …}] */
};

/* Reads at most KITH_VOCABULARIES_MAX of them, those that nothing supersedes, by `me` or a
 * partner. */
#define KITH_VOCABULARIES_MAX 64u
#define KITH_SAME_MAX         64u /* words for one thing, and things for one word */
KITH_MUST_CHECK int kith_vocabulary_load(struct kith_reader *reader, const struct kith_view *view,
	const struct kith_author *me, struct kith_vocabulary *out);
void kith_vocabulary_clear(struct kith_vocabulary *vocabulary);

/* Every label of every term that the word is a label of, and first the word itself: a new array. */
json_t *kith_vocabulary_same(const struct kith_vocabulary *vocabulary, const char *word);

/* For kith_find.same: the search finds what is called by any label of a term alike. Lives as long
 * as the vocabulary, which is read only. */
struct kith_same kith_vocabulary_for_find(struct kith_vocabulary *vocabulary);

/* Whether two words are the same but for case and accents. */
bool kith_vocabulary_alike(const char *a, const char *b);

/* A label of the term with that address, in that language if there is one; NULL: not known. */
const char *kith_vocabulary_label(
	const struct kith_vocabulary *vocabulary, const char *address, const char *lang);

#endif
