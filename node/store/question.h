/*
 * question.h: what find.c asks, as full text; and the same asked of a record. Private to store/.
 */
#ifndef KITH_NODE_STORE_QUESTION_H
#define KITH_NODE_STORE_QUESTION_H

#include "node/store/extract.h"
#include "node/store/query.h"

/* Each part may be empty; nothing in them but quoted words, AND, OR, brackets and *. */
struct kith_question {
	struct kith_buf exact;  /* "a" AND ("b" OR ("c" AND "d")) */
	struct kith_buf begins; /* "c" * AND "d" * */
	struct kith_buf full;   /* both */
};

void kith_question_init(struct kith_question *question);
void kith_question_clear(struct kith_question *question);

/* All parts stay empty when everything is wanted. KITH_E_RULE as of kith_query_find(). */
KITH_MUST_CHECK int kith_question_ask(const struct kith_find *find, struct kith_question *question);

/* What a word weighs in the rank of a row, by the column it is in. */
static inline int kith_column_weight(int column)
{
	static const int weights[KITH_COLUMNS] = {8, 3, 1, 0};

	return column >= 0 && column < KITH_COLUMNS ? weights[column] : 0;
}

/* Whether a record has words with each of these beginnings: -1 when not, else the weight of the
 * columns they occur in. begins is of a kith_question. */
int kith_question_weigh(const struct kith_buf *begins, const struct kith_words *words);

#endif
