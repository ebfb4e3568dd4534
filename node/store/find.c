/*
 * find.c: the search.
 *
 * All filters and words become one full-text question, whose answer SQLite walks in descending
 * order of docid, so newest first, or in ascending order, and leaves as soon as a page is full.
 * Facets are shortened keys and folded text; where a shortened key could mislead, the record itself
 * is asked.
 *
 * What begins with something is the exception: SQLite gathers all of it before it answers, which
 * takes longest where the most is found. So the rest of the question is asked first, and each
 * record whether it has such a word: where many have, a page is full soon. Where few have, the
 * walk is given up, and the full question is asked for what lies behind.
 *
 * Words that seldom meet are another: SQLite does not come back before they do. Who cannot wait
 * gets what there is after a while, and a place from where to go on (meet.h).
 */
#include "node/store/find.h"

#include <string.h>

#include <uv.h>

#include "node/store/entries.h"
#include "node/store/meet.h"
#include "node/store/question.h"
#include "node/store/rows.h"
#include "protocol/body.h"

#define FIND_LIMIT_MAX 1000

/* So many records are asked for beginnings, each about 10 us; more as long as one in so many has
 * them, up to so many. Where fewer have, SQLite has not much to gather. */
#define ASKED_MIN     128
#define ASKED_MAX     2048
#define ASKED_PER_HIT 40

/* ---- rank ---------------------------------------------------------------------------------- */

/* Minus the weight of the columns in which each word occurs; depends on nothing but the row, so
 * that it costs the same however large the store is. */
static void rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int argc,
	sqlite3_value **argv)
{
	int total = 0;

	(void)argc;
	(void)argv;
	for (int phrase = 0; phrase < api->xPhraseCount(fts); phrase++) {
		Fts5PhraseIter at;
		int column;

		if (api->xPhraseFirstColumn(fts, phrase, &at, &column) != SQLITE_OK)
			break;
		for (; column >= 0; api->xPhraseNextColumn(fts, &at, &column))
			total += kith_column_weight(column);
	}
	sqlite3_result_double(context, -total);
}

int kith_find_register(struct kith_reader *reader)
{
	fts5_api *api = NULL;
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(reader->db, "SELECT fts5(?1)", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
	if (rc == SQLITE_OK)
		sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	if (rc == SQLITE_OK && api)
		rc = api->xCreateFunction(api, "kith_rank", NULL, rank, NULL);
	return rc == SQLITE_OK && api ? 0 : KITH_E_NOMEM;
}

/* ---- the span of time ---------------------------------------------------------------------- */

static int docid_after(struct kith_reader *reader, const struct kith_item *item, int64_t *docid)
{
	int64_t seq = 0;
	int err = kith_db_number(reader, KITH_SQL_GET,
		KITH_ARGS(kith_arg_int(kith_id_head(item->id.bytes)),
			kith_arg_blob(kith_id_tail(item->id.bytes), KITH_TAIL_LEN)),
		&seq);

	if (!err)
		err = kith_entry_find(reader, item, (uint64_t)seq, docid);
	if (err == KITH_E_NOT_FOUND)
		*docid = kith_entry_home(item); /* unknown here: about where it would stand */
	return err == KITH_E_NOT_FOUND ? 0 : err;
}

static int find_span(
	struct kith_reader *reader, const struct kith_find *find, struct kith_span *span)
{
	int64_t after = 0;
	int err = 0;

	span->low = find->since_ms ? kith_entry_floor(find->since_ms) : 0;
	span->high = find->until_ms ? kith_entry_floor(find->until_ms) - 1 : INT64_MAX;
	if (find->has_after)
		err = docid_after(reader, &find->after, &after);
	if (err || !find->has_after)
		return err;
	if (find->oldest_first && after + 1 > span->low)
		span->low = after + 1;
	if (!find->oldest_first && after - 1 < span->high)
		span->high = after - 1;
	return 0;
}

/* ---- the answer ---------------------------------------------------------------------------- */

struct page {
	const struct kith_find *find;
	kith_row_visit visit;
	void *ctx;
	const struct kith_buf *begins; /* what each record is asked for; NULL: nothing */
	struct kith_words words;       /* of the record at hand */
	size_t asked;
	size_t shown;
	bool more;
	int visited; /* what visit said when it wanted no more */
};

static bool links_to_target(const struct kith_find *find, const struct kith_record *record)
{
	for (size_t i = 0; i < record->link_count; i++)
		if ((!find->link_type || find->link_type == record->links[i].type) &&
			kith_id_equal(record->links[i].target.bytes, find->target->bytes))
			return true;
	return false;
}

struct mention {
	const struct kith_author *wanted;
	bool found;
};

static void look_at_mention(void *ctx, const struct kith_author *author)
{
	struct mention *mention = ctx;

	mention->found |= kith_id_equal(author->bytes, mention->wanted->bytes);
}

static bool mentions(const struct kith_find *find, const struct kith_record *record)
{
	struct mention mention = {.wanted = find->mentions};
	struct kith_body body;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL))
		return false;
	kith_body_each_author(&body, look_at_mention, &mention);
	kith_body_clear(&body);
	return mention.found;
}

static bool is_by_one_of(const struct kith_find *find, const struct kith_record *record)
{
	for (size_t i = 0; i < find->author_count; i++)
		if (kith_id_equal(record->author.bytes, find->authors[i].bytes))
			return true;
	return find->author_count == 0;
}

/* What the question could only ask in short. */
static bool fits(const struct kith_find *find, const struct kith_record *record)
{
	if (find->author && !kith_id_equal(record->author.bytes, find->author->bytes))
		return false;
	if (!is_by_one_of(find, record))
		return false;
	if (find->target && !links_to_target(find, record))
		return false;
	if (find->mentions && !mentions(find, record))
		return false;
	if (record->created_ms < find->since_ms)
		return false;
	return !find->until_ms || record->created_ms < find->until_ms;
}

#define PAGE_FULL 1 /* not an error: end of the walk */
#define TOO_FEW   2 /* nor this: the records that are asked say no too often */

static int show_if_it_fits(void *ctx, const struct kith_row *found)
{
	struct kith_row row = *found;
	struct page *page = ctx;

	if (page->begins) {
		int err = kith_extract(row.record, &page->words);
		int weight = err ? -1 : kith_question_weigh(page->begins, &page->words);

		if (weight < 0)
			return err;
		row.rank -= weight;
	}
	if (!fits(page->find, row.record))
		return 0;
	if (page->shown == page->find->limit) {
		page->more = true;
		return PAGE_FULL;
	}
	page->shown++;
	page->visited = page->visit(page->ctx, &row);
	return page->visited ? PAGE_FULL : 0;
}

static bool asks_in_vain(const struct page *page)
{
	return page->begins && page->asked >= ASKED_MIN &&
	       (page->asked >= ASKED_MAX || page->asked > page->shown * ASKED_PER_HIT);
}

/* What is left of the span is behind the last row looked at. */
static int walk(
	struct kith_reader *reader, sqlite3_stmt *stmt, struct page *page, struct kith_span *span)
{
	int err;

	while ((err = kith_db_step(reader, stmt)) > 0) {
		double rank_of_row = sqlite3_column_double(stmt, KITH_ROW_EXTRA);
		int64_t docid = sqlite3_column_int64(stmt, KITH_ROW_EXTRA + 1);

		if (page->find->oldest_first)
			span->low = docid + 1;
		else
			span->high = docid - 1;
		err = kith_row_show(stmt, rank_of_row, show_if_it_fits, page);
		page->asked++;
		if (!err && asks_in_vain(page))
			err = TOO_FEW;
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}

static int walk_span(struct kith_reader *reader, const struct kith_buf *text, struct page *page,
	struct kith_span *span)
{
	bool oldest = page->find->oldest_first;
	sqlite3_stmt *stmt;
	int err;

	if (text->len == 0)
		err = kith_db_start(reader, oldest ? KITH_SQL_OLDEST : KITH_SQL_NEWEST,
			KITH_ARGS(kith_arg_int(span->low), kith_arg_int(span->high)), &stmt);
	else
		err = kith_db_start(reader, oldest ? KITH_SQL_MATCH_OLDEST : KITH_SQL_MATCH,
			KITH_ARGS(kith_arg_int(span->low), kith_arg_int(span->high),
				kith_arg_text((const char *)text->data, text->len)),
			&stmt);
	return err ? err : walk(reader, stmt, page, span);
}

/* ---- words that seldom meet ---------------------------------------------------------------- */

/* Shows the one record at a place where the words meet. */
static int show_meeting(
	struct kith_reader *reader, const struct kith_buf *text, int64_t docid, struct page *page)
{
	sqlite3_stmt *stmt;
	int err = kith_db_start(reader, KITH_SQL_MATCH,
		KITH_ARGS(kith_arg_int(docid), kith_arg_int(docid),
			kith_arg_text((const char *)text->data, text->len)),
		&stmt);

	if (err)
		return err;
	err = kith_db_step(reader, stmt);
	if (err > 0)
		err = kith_row_show(
			stmt, sqlite3_column_double(stmt, KITH_ROW_EXTRA), show_if_it_fits, page);
	kith_db_end(stmt);
	return err;
}

/* The page ends here, before it is full. */
static void end_early(struct page *page, const struct kith_span *left)
{
	int64_t place = left->high < INT64_MAX ? left->high + 1 : INT64_MAX;

	if (page->find->oldest_first)
		place = left->low > 0 ? left->low - 1 : 0;
	page->more = true;
	*page->find->reached = kith_entry_place(place);
}

static int walk_meetings(struct kith_reader *reader, const struct kith_buf *text, struct page *page,
	const struct kith_span *span)
{
	uint64_t until_ns = uv_hrtime() + page->find->patience_ms * 500000ull;
	struct kith_meet meet;
	int64_t docid = 0;
	int err = kith_meet_init(&meet, reader, text, *span, page->find->oldest_first, until_ns);

	while (!err) {
		err = kith_meet_next(&meet, &docid);
		if (err != 1)
			break;
		err = show_meeting(reader, text, docid, page);
	}
	if (err == KITH_MEET_TIRED) {
		end_early(page, &meet.span);
		err = 0;
	}
	kith_meet_clear(&meet);
	return err;
}

/* Half of the patience for SQLite's own walk, which is fast where words meet. Who has come to a
 * place without a record knows that these do not. */
static int walk_exact(struct kith_reader *reader, const struct kith_buf *text, struct page *page,
	struct kith_span *span)
{
	const struct kith_find *find = page->find;
	bool hurry = find->reached && text->len;
	int err = KITH_E_TIMEOUT;

	if (hurry)
		kith_db_allow_ms(reader, find->patience_ms / 2);
	if (!hurry || !find->has_after || !kith_entry_is_place(&find->after))
		err = walk_span(reader, text, page, span);
	if (!hurry)
		return err;
	kith_db_allow_ms(reader, KITH_QUERY_MS);
	return err == KITH_E_TIMEOUT ? walk_meetings(reader, text, page, span) : err;
}

/* ---- all together -------------------------------------------------------------------------- */

static int answer(
	struct kith_reader *reader, const struct kith_question *question, struct page *page)
{
	struct kith_span span;
	int err = find_span(reader, page->find, &span);

	if (err)
		return err;
	page->begins = question->begins.len ? &question->begins : NULL;
	kith_words_init(&page->words);
	err = walk_exact(reader, &question->exact, page, &span);
	if (err == TOO_FEW) {
		page->begins = NULL;
		err = walk_span(reader, &question->full, page, &span);
	}
	kith_words_clear(&page->words);
	return err == PAGE_FULL ? page->visited : err;
}

int kith_query_find(struct kith_reader *reader, const struct kith_find *find, kith_row_visit visit,
	void *ctx, bool *more)
{
	struct page page = {.find = find, .visit = visit, .ctx = ctx};
	struct kith_question question;
	int err;

	*more = false;
	if (find->limit < 1 || find->limit > FIND_LIMIT_MAX ||
		find->author_count > KITH_PARTNERS_MAX)
		return KITH_E_ARGUMENT;
	kith_db_allow_ms(reader, KITH_QUERY_MS);
	kith_question_init(&question);
	err = kith_question_ask(find, &question);
	if (!err)
		err = answer(reader, &question, &page);
	kith_question_clear(&question);
	*more = page.more;
	return err;
}
