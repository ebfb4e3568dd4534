/* meet.c: see meet.h. */
#include "node/store/meet.h"

#include <string.h>

#include <uv.h>

#define NEAR_STEPS 64 /* a word is stepped so far before it is looked up anew */
#define LOOK_STEPS 64 /* between two looks at the clock */
#define MEET_STEPS 16 /* of them, what a record costs that is found */

/* ---- one word ------------------------------------------------------------------------------ */

static int prepare(struct kith_meet *meet, struct kith_meet_word *word)
{
	const char *text = kith_sql_text(meet->oldest_first ? KITH_SQL_WORD_OLDEST : KITH_SQL_WORD);

	if (sqlite3_prepare_v2(meet->reader->db, text, -1, &word->stmt, NULL) != SQLITE_OK ||
		sqlite3_bind_text64(word->stmt, 3, word->quoted, word->len, SQLITE_STATIC,
			SQLITE_UTF8) != SQLITE_OK)
		return kith_db_err(sqlite3_extended_errcode(meet->reader->db));
	return 0;
}

/* 1: the word is at a docid; 0: the span has no further one. */
static int step(struct kith_meet *meet, struct kith_meet_word *word)
{
	int err = kith_db_step(meet->reader, word->stmt);

	meet->steps++;
	if (err > 0)
		word->at = sqlite3_column_int64(word->stmt, 0);
	return err;
}

/* To its first docid in the span. */
static int look_up(struct kith_meet *meet, struct kith_meet_word *word)
{
	kith_db_end(word->stmt);
	if (sqlite3_bind_int64(word->stmt, 1, meet->span.low) != SQLITE_OK ||
		sqlite3_bind_int64(word->stmt, 2, meet->span.high) != SQLITE_OK)
		return KITH_E_NOMEM;
	return step(meet, word);
}

static bool is_in_span(const struct kith_meet *meet, int64_t docid)
{
	return meet->oldest_first ? docid >= meet->span.low : docid <= meet->span.high;
}

/* The same by steps, when it is near. */
static int go_on(struct kith_meet *meet, struct kith_meet_word *word)
{
	int err = 1;

	for (size_t i = 0; i < NEAR_STEPS && err > 0 && !is_in_span(meet, word->at); i++)
		err = step(meet, word);
	return err > 0 && !is_in_span(meet, word->at) ? look_up(meet, word) : err;
}

/* ---- all of them --------------------------------------------------------------------------- */

static int add_word(struct kith_meet *meet, const uint8_t *quoted, size_t len)
{
	struct kith_meet_word *word = &meet->words[meet->word_count];
	int err;

	if (meet->word_count == KITH_MEET_WORDS_MAX)
		return KITH_E_TOO_LARGE;
	*word = (struct kith_meet_word){.quoted = (const char *)quoted, .len = len};
	meet->word_count++;
	err = prepare(meet, word);
	return err ? err : look_up(meet, word);
}

int kith_meet_init(struct kith_meet *meet, struct kith_reader *reader,
	const struct kith_buf *question, struct kith_span span, bool oldest_first,
	uint64_t deadline_ns)
{
	const uint8_t *at = question->data, *end = at + question->len;
	int err = 1;

	*meet = (struct kith_meet){.reader = reader,
		.oldest_first = oldest_first,
		.span = span,
		.deadline_ns = deadline_ns};
	while (err > 0 && (at = memchr(at, '"', (size_t)(end - at)))) {
		const uint8_t *close = memchr(at + 1, '"', (size_t)(end - at - 1));

		if (!close)
			break; /* cannot be: quotes come in pairs */
		err = add_word(meet, at, (size_t)(close + 1 - at));
		at = close + 1;
	}
	if (err == 0) /* a word that nobody has in this span: the span is empty */
		meet->span = (struct kith_span){.low = 1, .high = 0};
	return err < 0 ? err : 0;
}

void kith_meet_clear(struct kith_meet *meet)
{
	for (size_t i = 0; i < meet->word_count; i++)
		sqlite3_finalize(meet->words[i].stmt);
	meet->word_count = 0;
}

/* What lies before a docid has been looked at; and it too, if so. */
static void pass(struct kith_meet *meet, int64_t docid, bool with_it)
{
	if (meet->oldest_first)
		meet->span.low = docid + with_it;
	else
		meet->span.high = docid - with_it;
}

static bool is_tired(struct kith_meet *meet)
{
	if (meet->steps < LOOK_STEPS)
		return false;
	meet->steps = 0;
	return uv_hrtime() > meet->deadline_ns;
}

/* Each word in turn is brought to where the one before it is, until all are at one place. */
int kith_meet_next(struct kith_meet *meet, int64_t *docid)
{
	size_t agreed = 0;

	if (meet->span.low > meet->span.high || meet->word_count == 0)
		return 0;
	for (size_t i = 0; agreed < meet->word_count; i = (i + 1) % meet->word_count) {
		struct kith_meet_word *word = &meet->words[i];
		int err = go_on(meet, word);

		if (err <= 0)
			return err;
		agreed = agreed && word->at == *docid ? agreed + 1 : 1;
		*docid = word->at;
		pass(meet, *docid, false);
		if (agreed < meet->word_count && is_tired(meet))
			return KITH_MEET_TIRED;
	}
	pass(meet, *docid, true);
	meet->steps += MEET_STEPS;
	return 1;
}
