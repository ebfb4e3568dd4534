/*
 * meet.h: where words meet, looked for with an eye on the clock. Private to store/.
 *
 * SQLite does not come back from looking for a record with all words until there is one, and two
 * common words that never meet cost a walk through all that have either. Here each word is walked
 * by itself, and one can stop anywhere and go on from there later.
 */
#ifndef KITH_NODE_STORE_MEET_H
#define KITH_NODE_STORE_MEET_H

#include "node/store/db.h"
#include "protocol/bytes.h"

#define KITH_MEET_WORDS_MAX 64

struct kith_meet {
	struct kith_reader *reader;
	bool oldest_first;
	struct kith_span {
		int64_t low, high; /* docids, both included: what is left to look at */
	} span;
	uint64_t deadline_ns;
	size_t steps;
	size_t word_count;
	struct kith_meet_word {
		sqlite3_stmt *stmt;
		const char *quoted; /* in the question */
		size_t len;
		int64_t at;
	} words[KITH_MEET_WORDS_MAX];
};

/* question: "a" AND "b" … as question.h writes it; it must live as long as the walk does.
 * kith_meet_clear() in any case. KITH_E_TOO_LARGE: more words than one has. */
KITH_MUST_CHECK int kith_meet_init(struct kith_meet *meet, struct kith_reader *reader,
	const struct kith_buf *question, struct kith_span span, bool oldest_first,
	uint64_t deadline_ns);
void kith_meet_clear(struct kith_meet *meet);

#define KITH_MEET_TIRED 2 /* the deadline has passed: none in what the span has lost */

/* 1: a docid that has all the words, and the span is what lies behind it; 0: there is no further
 * one; KITH_MEET_TIRED, but never without some way made; or a negative error. */
KITH_MUST_CHECK int kith_meet_next(struct kith_meet *meet, int64_t *docid);

#endif
