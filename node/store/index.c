/*
 * index.c: the projection, filled from the records.
 *
 * Rows are taken in the order of arrival and indexed in the order of their docids, for FTS5 wants
 * ascending rowids: another order would make it write out what it has gathered each time. What a
 * projection of version N holds is decided here, in extract.c, in fold.c and in schema.sql.
 */
#include <stdlib.h>
#include <string.h>

#include "node/store/entries.h"
#include "node/store/extract.h"
#include "node/store/rows.h"
#include "node/store/writer.h"

#define CHUNK_MAX_BYTES (2u << 20)  /* envelopes in one step */
#define WORDS_MAX_BYTES (64u << 20) /* and their words: never reached, see COLUMN_MAX_BYTES */

struct doc {
	struct kith_item item;
	uint64_t seq;
	size_t begin[KITH_COLUMNS]; /* of each column's words in the chunk's text */
	size_t len[KITH_COLUMNS];
};

struct chunk {
	struct kith_words words; /* of the record at hand */
	struct kith_buf text;
	struct doc *docs;
	size_t count;
	size_t envelopes_len;
	uint64_t last_seq;
};

/* ---- gathering ----------------------------------------------------------------------------- */

static int put_links(struct kith_reader *writer, uint64_t seq, const struct kith_record *record)
{
	int err = 0;

	for (size_t i = 0; !err && i < record->link_count; i++)
		err = kith_db_run(writer, KITH_SQL_LINK_PUT,
			KITH_ARGS(kith_arg_int(kith_id_head(record->links[i].target.bytes)),
				kith_arg_int(record->links[i].type), kith_arg_u64(seq)));
	return err;
}

static int put_source(struct kith_reader *writer, uint64_t seq, const struct kith_record *record,
	const struct kith_body *body)
{
	uint8_t key[KITH_SOURCE_KEY_LEN];
	int err = kith_source_key_in(&record->author, body, key);

	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	return kith_db_run(writer, KITH_SQL_SOURCE_PUT,
		KITH_ARGS(kith_arg_blob(key, sizeof(key)), kith_arg_u64(seq)));
}

/* body NULL: it says nothing to us. */
static int add_doc(struct chunk *chunk, uint64_t seq, const struct kith_record *record,
	const struct kith_body *body)
{
	struct doc *doc = &chunk->docs[chunk->count];
	int err = kith_extract_from(record, body, &chunk->words);

	if (err)
		return err;
	doc->item = kith_record_item(record);
	doc->seq = seq;
	for (size_t i = 0; i < KITH_COLUMNS; i++) {
		doc->begin[i] = chunk->text.len;
		doc->len[i] = chunk->words.column[i].len;
		kith_write(&chunk->text, chunk->words.column[i].data, doc->len[i]);
	}
	chunk->count++;
	return kith_buf_err(&chunk->text);
}

static int gather_held(
	struct kith_reader *writer, struct chunk *chunk, const struct kith_record *record)
{
	struct kith_body body;
	int err = KITH_E_NOT_FOUND;

	if (record->has_body)
		err = kith_body_decode(record->body, record->kind, &body, NULL);
	if (err)
		return err == KITH_E_NOMEM ? err : add_doc(chunk, chunk->last_seq, record, NULL);
	err = put_source(writer, chunk->last_seq, record, &body);
	if (!err)
		err = add_doc(chunk, chunk->last_seq, record, &body);
	kith_body_clear(&body);
	return err;
}

/* A row that cannot be read any more is passed over: the others should be found all the same. */
static int gather_row(struct kith_reader *writer, sqlite3_stmt *stmt, struct chunk *chunk)
{
	enum kith_known known = (enum kith_known)sqlite3_column_int(stmt, 1);
	struct kith_record *record = NULL;
	int err = 0;

	chunk->last_seq = (uint64_t)sqlite3_column_int64(stmt, 0);
	chunk->envelopes_len += (size_t)sqlite3_column_bytes(stmt, 2);
	if (known == KITH_KNOWN_DECLINED)
		return 0;
	err = kith_row_record(stmt, 2, &record);
	if (err)
		return err == KITH_E_CORRUPT ? 0 : err;
	err = put_links(writer, chunk->last_seq, record);
	if (!err && known == KITH_KNOWN_HELD)
		err = gather_held(writer, chunk, record);
	kith_record_free(record);
	return err;
}

static int gather(struct kith_writer *writer, size_t max, struct chunk *chunk)
{
	sqlite3_stmt *stmt;
	int err = kith_db_start(&writer->db, KITH_SQL_UNINDEXED,
		KITH_ARGS(kith_arg_u64(writer->indexed_seq), kith_arg_u64(max)), &stmt);

	if (err)
		return err;
	while (chunk->envelopes_len < CHUNK_MAX_BYTES &&
		(err = kith_db_step(&writer->db, stmt)) > 0) {
		err = gather_row(&writer->db, stmt, chunk);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}

/* ---- indexing ------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
	const struct doc *first = a;
	const struct doc *second = b;

	return kith_item_compare(&first->item, &second->item);
}

static struct kith_arg words_of(const struct chunk *chunk, const struct doc *doc, size_t column)
{
	return kith_arg_text((const char *)chunk->text.data + doc->begin[column], doc->len[column]);
}

static int put_doc(struct kith_reader *writer, const struct chunk *chunk, const struct doc *doc)
{
	int64_t docid = 0;
	int err = kith_entry_add(writer, &doc->item, doc->seq, &docid);

	if (err)
		return err == KITH_E_TOO_LARGE ? 0 : err; /* it is held, but not found by search */
	return kith_db_run(writer, KITH_SQL_WORDS_PUT,
		KITH_ARGS(kith_arg_int(docid), words_of(chunk, doc, KITH_COLUMN_TITLE),
			words_of(chunk, doc, KITH_COLUMN_SUMMARY),
			words_of(chunk, doc, KITH_COLUMN_TEXT),
			words_of(chunk, doc, KITH_COLUMN_FACETS)));
}

static int index_chunk(struct kith_writer *writer, struct chunk *chunk)
{
	int err = 0;

	qsort(chunk->docs, chunk->count, sizeof(*chunk->docs), by_time);
	for (size_t i = 0; !err && i < chunk->count; i++)
		err = put_doc(&writer->db, chunk, &chunk->docs[i]);
	if (!err)
		err = kith_db_run(
			&writer->db, KITH_SQL_INDEXED, KITH_ARGS(kith_arg_u64(chunk->last_seq)));
	if (!err)
		writer->indexed_seq = chunk->last_seq;
	return err;
}

int kith_index_run(struct kith_writer *writer, size_t max)
{
	uint64_t behind = writer->last_seq - writer->indexed_seq;
	struct chunk chunk = {.last_seq = writer->indexed_seq};
	int err;

	if (behind == 0)
		return 0;
	max = behind < max ? (size_t)behind : max;
	chunk.docs = calloc(max, sizeof(*chunk.docs));
	if (!chunk.docs)
		return KITH_E_NOMEM;
	kith_words_init(&chunk.words);
	kith_buf_init(&chunk.text, WORDS_MAX_BYTES);
	err = gather(writer, max, &chunk);
	if (!err)
		err = index_chunk(writer, &chunk);
	kith_words_clear(&chunk.words);
	kith_buf_clear(&chunk.text);
	free(chunk.docs);
	return err;
}

/* ---- taking out ---------------------------------------------------------------------------- */

static struct kith_arg column_of(const struct kith_words *words, size_t column)
{
	return kith_arg_text((const char *)words->column[column].data, words->column[column].len);
}

static int remove_words(struct kith_reader *writer, int64_t docid, const struct kith_record *record)
{
	struct kith_words words;
	int err;

	kith_words_init(&words);
	err = kith_extract(record, &words);
	if (!err)
		err = kith_db_run(writer, KITH_SQL_WORDS_DELETE,
			KITH_ARGS(kith_arg_int(docid), column_of(&words, KITH_COLUMN_TITLE),
				column_of(&words, KITH_COLUMN_SUMMARY),
				column_of(&words, KITH_COLUMN_TEXT),
				column_of(&words, KITH_COLUMN_FACETS)));
	kith_words_clear(&words);
	return err;
}

int kith_index_remove(struct kith_reader *writer, uint64_t seq, const struct kith_record *record)
{
	struct kith_item item = kith_record_item(record);
	int64_t docid = 0;
	int err = kith_entry_find(writer, &item, seq, &docid);

	if (err == KITH_E_NOT_FOUND)
		return 0; /* not indexed yet */
	return err ? err : remove_words(writer, docid, record);
}
