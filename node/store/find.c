/*
 * find.c: the search.
 *
 * All filters and words become one full-text question, whose answer SQLite walks in descending
 * order of docid, so newest first, or in ascending order, and leaves as soon as a page is full.
 * Facets are shortened keys and folded text; where a shortened key could mislead, the record itself
 * is asked.
 */
#include "node/store/find.h"

#include <string.h>

#include "node/store/entries.h"
#include "node/store/extract.h"
#include "node/store/fold.h"
#include "node/store/rows.h"
#include "node/store/where.h"
#include "protocol/body.h"

#define WORDS_MAX          32
#define QUESTION_MAX_BYTES 16384
#define FIND_LIMIT_MAX     1000

/* ---- rank ---------------------------------------------------------------------------------- */

/* Minus the weight of the columns in which each word occurs; depends on nothing but the row, so
 * that it costs the same however large the store is. */
static void rank(const Fts5ExtensionApi *api, Fts5Context *fts, sqlite3_context *context, int argc,
	sqlite3_value **argv)
{
	static const int weights[KITH_COLUMNS] = {8, 3, 1, 0};
	int total = 0;

	(void)argc;
	(void)argv;
	for (int phrase = 0; phrase < api->xPhraseCount(fts); phrase++) {
		Fts5PhraseIter at;
		int column;

		if (api->xPhraseFirstColumn(fts, phrase, &at, &column) != SQLITE_OK)
			break;
		for (; column >= 0; api->xPhraseNextColumn(fts, &at, &column))
			total += column < KITH_COLUMNS ? weights[column] : 0;
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

/* ---- the question -------------------------------------------------------------------------- */

/* Each word in quotes, so that none of them is an operator. A word has no quotes in it. */
static int quote_words(struct kith_buf *question, const struct kith_buf *words)
{
	size_t count = 0;

	for (size_t i = 0; i < words->len; i++) {
		size_t begin = i;

		while (i < words->len && words->data[i] != ' ')
			i++;
		if (++count > WORDS_MAX)
			return KITH_E_RULE;
		if (question->len)
			kith_write(question, " AND ", 5);
		kith_write_u8(question, '"');
		kith_write(question, words->data + begin, i - begin);
		kith_write_u8(question, '"');
	}
	return 0;
}

static bool ends_in_star(const char *text)
{
	size_t len = strlen(text);

	while (len && text[len - 1] == ' ')
		len--;
	return len && text[len - 1] == '*';
}

/* SQLite gathers everything that begins so before it answers, so a beginning must say something. */
static bool says_too_little(const struct kith_buf *words)
{
	size_t len = 0;

	while (len < words->len && words->data[words->len - 1 - len] != ' ')
		len++;
	return len < KITH_PREFIX_MIN_BYTES;
}

static int add_words(struct kith_buf *question, const char *text)
{
	struct kith_buf words;
	int err = 0;

	kith_buf_init(&words, QUESTION_MAX_BYTES);
	if (kith_fold(text, strlen(text), ' ', &words) == 0 ||
		(ends_in_star(text) && says_too_little(&words)))
		err = KITH_E_RULE;
	if (!err)
		err = quote_words(question, &words);
	if (!err && ends_in_star(text))
		kith_write(question, " *", 2);
	if (!err)
		err = kith_buf_err(&words);
	kith_buf_clear(&words);
	return err;
}

static int add_texts(struct kith_buf *facets, const struct kith_find *find)
{
	if (find->tag && !kith_facet_text(facets, 't', find->tag))
		return KITH_E_RULE;
	if (find->country && !kith_facet_text(facets, 'c', find->country))
		return KITH_E_RULE;
	if (find->lang && !kith_facet_text(facets, 'l', find->lang))
		return KITH_E_RULE;
	return 0;
}

static int add_where(struct kith_buf *facets, const struct kith_find *find)
{
	const ProtobufCFieldDescriptor *field;
	int value;
	int err = find->where_count > KITH_WHERE_MAX ? KITH_E_RULE : 0;

	for (size_t i = 0; !err && i < find->where_count; i++) {
		err = kith_where_resolve(find->kind, &find->where[i], &field, &value, NULL);
		if (!err)
			kith_facet_choice(facets, field, value);
	}
	return err;
}

static int add_place(struct kith_buf *question, const char *place)
{
	struct kith_buf facet;
	int err = 0;

	kith_buf_init(&facet, QUESTION_MAX_BYTES);
	if (!kith_facet_text(&facet, 'p', place))
		err = KITH_E_RULE;
	if (!err)
		err = quote_words(question, &facet);
	kith_write(question, " *", 2);
	if (!err)
		err = kith_buf_err(&facet);
	kith_buf_clear(&facet);
	return err;
}

/* Leaves question empty when everything is wanted. */
static int ask(const struct kith_find *find, struct kith_buf *question)
{
	struct kith_buf facets;
	int err;

	kith_buf_init(&facets, QUESTION_MAX_BYTES);
	if (find->kind)
		kith_facet_kind(&facets, find->kind);
	if (find->author)
		kith_facet_author(&facets, find->author);
	if (find->target)
		kith_facet_target(&facets, find->target, find->link_type);
	if (find->mentions)
		kith_facet_mention(&facets, find->mentions);
	err = add_texts(&facets, find);
	if (!err)
		err = add_where(&facets, find);
	if (!err)
		err = quote_words(question, &facets);
	if (!err)
		err = kith_buf_err(&facets);
	if (!err && find->place)
		err = add_place(question, find->place);
	if (!err && find->words)
		err = add_words(question, find->words);
	kith_buf_clear(&facets);
	return err == KITH_E_TOO_LARGE ? KITH_E_RULE : err;
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
	struct kith_reader *reader, const struct kith_find *find, int64_t *low, int64_t *high)
{
	int64_t after = 0;
	int err = 0;

	*low = find->since_ms ? kith_entry_floor(find->since_ms) : 0;
	*high = find->until_ms ? kith_entry_floor(find->until_ms) - 1 : INT64_MAX;
	if (find->has_after)
		err = docid_after(reader, &find->after, &after);
	if (err || !find->has_after)
		return err;
	if (find->oldest_first && after + 1 > *low)
		*low = after + 1;
	if (!find->oldest_first && after - 1 < *high)
		*high = after - 1;
	return 0;
}

/* ---- the answer ---------------------------------------------------------------------------- */

struct page {
	const struct kith_find *find;
	kith_row_visit visit;
	void *ctx;
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

/* What the question could only ask in short. */
static bool fits(const struct kith_find *find, const struct kith_record *record)
{
	if (find->author && !kith_id_equal(record->author.bytes, find->author->bytes))
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

static int show_if_it_fits(void *ctx, const struct kith_row *row)
{
	struct page *page = ctx;

	if (!fits(page->find, row->record))
		return 0;
	if (page->shown == page->find->limit) {
		page->more = true;
		return PAGE_FULL;
	}
	page->shown++;
	page->visited = page->visit(page->ctx, row);
	return page->visited ? PAGE_FULL : 0;
}

static int walk(struct kith_reader *reader, sqlite3_stmt *stmt, struct page *page)
{
	int err;

	while ((err = kith_db_step(reader, stmt)) > 0) {
		double rank_of_row = sqlite3_column_double(stmt, KITH_ROW_EXTRA);

		err = kith_row_show(stmt, rank_of_row, show_if_it_fits, page);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err == PAGE_FULL ? page->visited : err;
}

static int start(struct kith_reader *reader, const struct kith_find *find,
	const struct kith_buf *question, sqlite3_stmt **stmt)
{
	int64_t low;
	int64_t high;
	int err = find_span(reader, find, &low, &high);

	if (err)
		return err;
	if (question->len == 0)
		return kith_db_start(reader, find->oldest_first ? KITH_SQL_OLDEST : KITH_SQL_NEWEST,
			KITH_ARGS(kith_arg_int(low), kith_arg_int(high)), stmt);
	return kith_db_start(reader, find->oldest_first ? KITH_SQL_MATCH_OLDEST : KITH_SQL_MATCH,
		KITH_ARGS(kith_arg_int(low), kith_arg_int(high),
			kith_arg_text((const char *)question->data, question->len)),
		stmt);
}

int kith_query_find(struct kith_reader *reader, const struct kith_find *find, kith_row_visit visit,
	void *ctx, bool *more)
{
	struct page page = {.find = find, .visit = visit, .ctx = ctx};
	struct kith_buf question;
	sqlite3_stmt *stmt;
	int err;

	*more = false;
	if (find->limit < 1 || find->limit > FIND_LIMIT_MAX)
		return KITH_E_ARGUMENT;
	kith_db_allow_ms(reader, KITH_QUERY_MS);
	kith_buf_init(&question, QUESTION_MAX_BYTES);
	err = ask(find, &question);
	if (!err)
		err = kith_buf_err(&question) ? KITH_E_RULE : 0;
	if (!err)
		err = start(reader, find, &question, &stmt);
	if (!err)
		err = walk(reader, stmt, &page);
	kith_buf_clear(&question);
	*more = page.more;
	return err;
}
