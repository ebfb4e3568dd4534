/*
 * write.c: records into the records table, and out of it when they are erased.
 *
 * Nothing here commits. An error of one entry stays with the entry; what is returned ends the
 * group.
 */
#include "node/store/writer.h"

#include <stdio.h>
#include <string.h>

#include "node/store/rows.h"
#include "protocol/header.h"

/* ---- numbers of circles and authors -------------------------------------------------------- */

void kith_write_forget_numbers(struct kith_writer *writer)
{
	writer->circles = (struct kith_numbers){0};
	writer->authors = (struct kith_numbers){0};
}

static int find_or_make(struct kith_reader *db, enum kith_sql find, enum kith_sql make,
	const uint8_t key[KITH_ID_LEN], int64_t *out)
{
	int err = kith_db_number(db, find, KITH_ARGS(kith_arg_blob(key, KITH_ID_LEN)), out);

	if (err == KITH_E_NOT_FOUND)
		err = kith_db_number(db, make, KITH_ARGS(kith_arg_blob(key, KITH_ID_LEN)), out);
	return err;
}

static int number_of(struct kith_reader *db, struct kith_numbers *numbers, enum kith_sql find,
	enum kith_sql make, const uint8_t key[KITH_ID_LEN], int64_t *out)
{
	size_t i = key[0];
	int err;

	if (!numbers->slots[i].no || memcmp(numbers->slots[i].key, key, KITH_ID_LEN) != 0) {
		err = find_or_make(db, find, make, key, out);
		if (err)
			return err;
		memcpy(numbers->slots[i].key, key, KITH_ID_LEN);
		numbers->slots[i].no = *out;
	}
	*out = numbers->slots[i].no;
	return 0;
}

/* ---- storing ------------------------------------------------------------------------------- */

/* Header and signature, which come first in every envelope. */
static struct kith_bytes without_body(const struct kith_record *record)
{
	struct kith_bytes bytes = record->envelope;
	struct kith_envelope envelope;

	if (kith_envelope_decode(bytes, &envelope, NULL) == 0)
		bytes.len = (size_t)(envelope.signature.data + envelope.signature.len - bytes.data);
	return bytes;
}

/* A record that came without its body was erased where it came from. */
static enum kith_known known_as(const struct kith_batch_entry *entry)
{
	if (entry->known == KITH_KNOWN_HELD && !entry->record->has_body)
		return KITH_KNOWN_ERASED;
	return entry->known;
}

static int insert(struct kith_writer *writer, struct kith_batch_entry *entry, uint64_t wall_ms)
{
	const struct kith_record *record = entry->record;
	enum kith_known known = known_as(entry);
	struct kith_bytes envelope =
		known == KITH_KNOWN_HELD ? record->envelope : without_body(record);
	char reason[sizeof(entry->problem.field) + sizeof(entry->problem.rule) + 2] = "";
	int64_t circle = 0;
	int64_t author = 0;
	int err;

	if (known == KITH_KNOWN_DECLINED)
		snprintf(reason, sizeof(reason), "%s: %s", entry->problem.field,
			entry->problem.rule);
	err = number_of(&writer->db, &writer->circles, KITH_SQL_CIRCLE_NO, KITH_SQL_CIRCLE_NEW,
		record->circle.bytes, &circle);
	if (!err)
		err = number_of(&writer->db, &writer->authors, KITH_SQL_AUTHOR_NO,
			KITH_SQL_AUTHOR_NEW, record->author.bytes, &author);
	if (err)
		return err;
	return kith_db_run(&writer->db, KITH_SQL_INSERT,
		KITH_ARGS(kith_arg_u64(writer->last_seq + 1),
			kith_arg_int(circle * KITH_CLASSES + (kith_record_is_control(record)
									     ? KITH_CLASS_CONTROL
									     : KITH_CLASS_CONTENT)),
			kith_arg_u64(record->created_ms),
			kith_arg_int(kith_id_head(record->id.bytes)),
			kith_arg_blob(kith_id_tail(record->id.bytes), KITH_TAIL_LEN),
			kith_arg_int(record->kind), kith_arg_int(author), kith_arg_int(known),
			kith_arg_u64(wall_ms),
			kith_arg_text(*reason ? reason : NULL, strlen(reason)),
			kith_arg_blob(envelope.data, envelope.len)));
}

static int store(struct kith_writer *writer, struct kith_batch_entry *entry, uint64_t wall_ms)
{
	int err = insert(writer, entry, wall_ms);

	if (err == KITH_E_EXISTS)
		return 0; /* a constraint: as good as known */
	if (err || sqlite3_changes(writer->db.db) == 0)
		return err;
	entry->seq = ++writer->last_seq;
	entry->known = known_as(entry);
	return kith_ids_add(writer, &entry->record->id, entry->seq);
}

/* ---- unless the source exists -------------------------------------------------------------- */

/* Whether another record than this one came from the source before. The rows of sources are
 * complete, for commit.c has caught up with indexing. */
static int check_source(struct kith_writer *writer, struct kith_batch_entry *entry,
	const uint8_t key[KITH_SOURCE_KEY_LEN])
{
	sqlite3_stmt *stmt;
	int err = kith_db_start(&writer->db, KITH_SQL_SOURCE,
		KITH_ARGS(kith_arg_blob(key, KITH_SOURCE_KEY_LEN)), &stmt);

	if (err)
		return err;
	err = kith_db_step(&writer->db, stmt);
	if (err > 0) {
		err = kith_id_join(stmt, 1, 2, &entry->existing);
		if (!err && !kith_id_equal(entry->existing.bytes, entry->record->id.bytes))
			entry->err = KITH_E_EXISTS;
	}
	kith_db_end(stmt);
	return err;
}

static int store_unless_source(
	struct kith_writer *writer, struct kith_batch_entry *entry, uint64_t wall_ms)
{
	uint8_t key[KITH_SOURCE_KEY_LEN];
	int err = kith_source_key_of(entry->record, key);

	if (err == KITH_E_NOT_FOUND)
		return store(writer, entry, wall_ms);
	if (!err)
		err = check_source(writer, entry, key);
	if (err || entry->err)
		return err;
	err = store(writer, entry, wall_ms);
	if (err || !entry->seq)
		return err;
	return kith_db_run(&writer->db, KITH_SQL_SOURCE_PUT,
		KITH_ARGS(kith_arg_blob(key, sizeof(key)), kith_arg_u64(entry->seq)));
}

/* ---- a batch ------------------------------------------------------------------------------- */

void kith_write_undo(struct kith_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		batch->entries[i].seq = 0;
		if (batch->entries[i].err == KITH_E_EXISTS)
			batch->entries[i].err = 0;
	}
}

int kith_write_batch(struct kith_writer *writer, struct kith_batch *batch, uint64_t wall_ms)
{
	int64_t counts[3] = {0};
	int err = 0;

	kith_write_undo(batch); /* it may be a second try */
	for (size_t i = 0; !err && i < batch->count; i++) {
		struct kith_batch_entry *entry = &batch->entries[i];

		if (entry->err || !entry->record)
			continue;
		if (batch->unless_source && entry->known == KITH_KNOWN_HELD)
			err = store_unless_source(writer, entry, wall_ms);
		else
			err = store(writer, entry, wall_ms);
		if (entry->seq)
			counts[entry->known]++;
	}
	if (err || counts[0] + counts[1] + counts[2] == 0)
		return err;
	return kith_db_run(&writer->db, KITH_SQL_COUNT_STORED,
		KITH_ARGS(kith_arg_int(counts[KITH_KNOWN_HELD]),
			kith_arg_int(counts[KITH_KNOWN_ERASED]),
			kith_arg_int(counts[KITH_KNOWN_DECLINED])));
}

/* ---- erasing ------------------------------------------------------------------------------- */

/* KITH_E_NOT_FOUND; KITH_E_STATE when it has no body to erase. */
static int find_held(struct kith_reader *writer, const struct kith_record_id *id, uint64_t *seq,
	struct kith_record **out)
{
	sqlite3_stmt *stmt;
	int err = kith_db_start(writer, KITH_SQL_GET,
		KITH_ARGS(kith_arg_int(kith_id_head(id->bytes)),
			kith_arg_blob(kith_id_tail(id->bytes), KITH_TAIL_LEN)),
		&stmt);

	if (err)
		return err;
	err = kith_db_step(writer, stmt);
	if (err == 0)
		err = KITH_E_NOT_FOUND;
	else if (err > 0 && sqlite3_column_int(stmt, KITH_ROW_KNOWN) != KITH_KNOWN_HELD)
		err = KITH_E_STATE;
	else if (err > 0)
		err = kith_row_record(stmt, KITH_ROW_ENVELOPE, out);
	*seq = (uint64_t)sqlite3_column_int64(stmt, KITH_ROW_SEQ);
	kith_db_end(stmt);
	return err;
}

static int erase(struct kith_reader *writer, uint64_t seq, const struct kith_record *record)
{
	struct kith_bytes envelope = without_body(record);
	int err = kith_index_remove(writer, seq, record);

	if (!err)
		err = kith_db_run(writer, KITH_SQL_ERASE,
			KITH_ARGS(kith_arg_u64(seq), kith_arg_blob(envelope.data, envelope.len)));
	if (!err)
		err = kith_db_run(writer, KITH_SQL_COUNT_ERASED, NULL, 0);
	return err;
}

int kith_change_erase(struct kith_reader *writer, const struct kith_record_id *id)
{
	struct kith_record *record = NULL;
	uint64_t seq;
	int err = find_held(writer, id, &seq, &record);

	if (err)
		return err == KITH_E_STATE ? 0 : err;
	err = erase(writer, seq, record);
	kith_record_free(record);
	return err;
}
