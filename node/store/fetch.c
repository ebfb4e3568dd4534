/*
 * fetch.c: what the core asks of the store: its sets at start, and records for partners.
 *
 * No time limit here: the answers are bounded by bytes and counts, and loading the sets takes as
 * long as it takes.
 */
#include <stdlib.h>
#include <string.h>

#include "node/store/db.h"
#include "node/store/query.h"

#define AFTER_MAX_ITEMS 4096 /* one fetch deals with so many at most, given or passed over */

/* ---- the sets ------------------------------------------------------------------------------ */

static int circle_at(struct kith_reader *reader, int64_t no, struct kith_circle *out)
{
	sqlite3_stmt *stmt;
	int err = kith_db_start(reader, KITH_SQL_CIRCLE_AT, KITH_ARGS(kith_arg_int(no)), &stmt);

	if (err)
		return err;
	err = kith_db_step(reader, stmt);
	if (err > 0 && sqlite3_column_bytes(stmt, 0) == KITH_ID_LEN) {
		memcpy(out->bytes, sqlite3_column_blob(stmt, 0), KITH_ID_LEN);
		err = 0;
	} else if (err >= 0) {
		err = KITH_E_CORRUPT;
	}
	kith_db_end(stmt);
	return err;
}

int kith_query_items(struct kith_reader *reader,
	int (*visit)(void *ctx, const struct kith_circle *circle, enum kith_class class_,
		const struct kith_item *item),
	void *ctx)
{
	struct kith_circle circle;
	struct kith_item item;
	int64_t set_no = -1;
	sqlite3_stmt *stmt;
	int err = kith_db_start(reader, KITH_SQL_ITEMS, NULL, 0, &stmt);

	if (err)
		return err;
	kith_db_allow_ms(reader, 0);
	while ((err = kith_db_step(reader, stmt)) > 0) {
		err = 0;
		if (set_no != sqlite3_column_int64(stmt, 0)) {
			set_no = sqlite3_column_int64(stmt, 0);
			err = circle_at(reader, set_no / KITH_CLASSES, &circle);
		}
		item.created_ms = (uint64_t)sqlite3_column_int64(stmt, 1);
		if (!err)
			err = kith_id_join(stmt, 2, 3, &item.id);
		if (!err)
			err = visit(ctx, &circle, (enum kith_class)(set_no % KITH_CLASSES), &item);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}

int kith_query_authors(struct kith_reader *reader,
	int (*visit)(void *ctx, const struct kith_author *author), void *ctx)
{
	struct kith_author author;
	sqlite3_stmt *stmt;
	int err = kith_db_start(reader, KITH_SQL_AUTHOR_KEYS, NULL, 0, &stmt);

	if (err)
		return err;
	kith_db_allow_ms(reader, 0);
	while ((err = kith_db_step(reader, stmt)) > 0) {
		err = KITH_E_CORRUPT;
		if (sqlite3_column_bytes(stmt, 0) != KITH_ID_LEN)
			break;
		memcpy(author.bytes, sqlite3_column_blob(stmt, 0), KITH_ID_LEN);
		err = visit(ctx, &author);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}

/* ---- fetching ------------------------------------------------------------------------------ */

static int set_no_of(struct kith_reader *reader, const struct kith_fetch *fetch, int64_t *out)
{
	int64_t circle = 0;
	int err = kith_db_number(reader, KITH_SQL_CIRCLE_NO,
		KITH_ARGS(kith_arg_blob(fetch->circle.bytes, KITH_ID_LEN)), &circle);

	*out = circle * KITH_CLASSES + (int64_t)fetch->class_;
	return err;
}

/* Whether the bytes are still those that were stored under this id: a partner would take damaged
 * ones for forged. */
static bool is_intact(const void *envelope, size_t len, const struct kith_record_id *id)
{
	struct kith_record *record = NULL;
	bool intact = kith_record_reopen(envelope, len, &record) == 0 &&
		      kith_id_equal(record->id.bytes, id->bytes);

	kith_record_free(record);
	return intact;
}

enum given { GIVEN, NOT_HELD, NO_ROOM };

/* The first record always has room. */
static enum given give(struct kith_fetch *fetch, const struct kith_record_id *id,
	sqlite3_stmt *stmt, int known_column)
{
	const void *envelope = sqlite3_column_blob(stmt, known_column + 1);
	size_t len = (size_t)sqlite3_column_bytes(stmt, known_column + 1);

	if (sqlite3_column_int(stmt, known_column) == KITH_KNOWN_DECLINED ||
		!is_intact(envelope, len, id))
		return NOT_HELD;
	if (fetch->found_count && fetch->found.len + sizeof(uint32_t) + len > fetch->max_bytes)
		return NO_ROOM;
	kith_write_u32(&fetch->found, (uint32_t)len);
	kith_write(&fetch->found, envelope, len);
	fetch->found_count++;
	return GIVEN;
}

static int miss(struct kith_fetch *fetch, const struct kith_record_id *id)
{
	if (!fetch->missing)
		fetch->missing = calloc(fetch->id_count, sizeof(*fetch->missing));
	if (!fetch->missing)
		return KITH_E_NOMEM;
	fetch->missing[fetch->missing_count++] = *id;
	return 0;
}

/* 1: dealt with; 0: no room. set_no -1: of a circle nobody has records of. */
static int fetch_one(struct kith_reader *reader, struct kith_fetch *fetch, int64_t set_no,
	const struct kith_record_id *id)
{
	enum given given = NOT_HELD;
	sqlite3_stmt *stmt;
	int err = kith_db_start(reader, KITH_SQL_SET_OF,
		KITH_ARGS(kith_arg_int(kith_id_head(id->bytes)),
			kith_arg_blob(kith_id_tail(id->bytes), KITH_TAIL_LEN)),
		&stmt);

	if (err)
		return err;
	err = kith_db_step(reader, stmt);
	if (err > 0 && sqlite3_column_int64(stmt, 0) == set_no)
		given = give(fetch, id, stmt, 1);
	kith_db_end(stmt);
	if (err < 0)
		return err;
	if (given == NOT_HELD && miss(fetch, id))
		return KITH_E_NOMEM;
	return given == NO_ROOM ? 0 : 1;
}

static int fetch_ids(struct kith_reader *reader, struct kith_fetch *fetch)
{
	int64_t set_no = -1;
	int err = set_no_of(reader, fetch, &set_no);

	if (err == KITH_E_NOT_FOUND)
		set_no = -1;
	else if (err)
		return err;
	for (size_t i = 0; i < fetch->id_count; i++) {
		err = fetch_one(reader, fetch, set_no, &fetch->ids[i]);
		if (err <= 0)
			return err;
		fetch->ids_done = i + 1;
	}
	return 0;
}

/* 1: dealt with; 0: no room. */
static int fetch_row(struct kith_fetch *fetch, sqlite3_stmt *stmt)
{
	struct kith_item item = {.created_ms = (uint64_t)sqlite3_column_int64(stmt, 0)};
	int err = kith_id_join(stmt, 1, 2, &item.id);

	if (err)
		return err;
	if (give(fetch, &item.id, stmt, 3) == NO_ROOM)
		return 0;
	fetch->last = item;
	return 1;
}

static int walk_after(struct kith_reader *reader, struct kith_fetch *fetch, sqlite3_stmt *stmt)
{
	int err;

	for (size_t i = 0; i < AFTER_MAX_ITEMS; i++) {
		err = kith_db_step(reader, stmt);
		if (err == 0)
			fetch->end = true;
		if (err > 0)
			err = fetch_row(fetch, stmt);
		if (err <= 0)
			return err;
	}
	return 0;
}

static int fetch_after(struct kith_reader *reader, struct kith_fetch *fetch)
{
	sqlite3_stmt *stmt;
	int64_t set_no;
	int err = set_no_of(reader, fetch, &set_no);

	fetch->last = fetch->after;
	fetch->end = err == KITH_E_NOT_FOUND;
	if (err)
		return fetch->end ? 0 : err;
	err = kith_db_start(reader, KITH_SQL_AFTER,
		KITH_ARGS(kith_arg_int(set_no), kith_arg_u64(fetch->after.created_ms),
			kith_arg_int(kith_id_head(fetch->after.id.bytes)),
			kith_arg_blob(kith_id_tail(fetch->after.id.bytes), KITH_TAIL_LEN)),
		&stmt);
	if (err)
		return err;
	err = walk_after(reader, fetch, stmt);
	kith_db_end(stmt);
	return err;
}

void kith_query_fetch(struct kith_reader *reader, struct kith_fetch *fetch)
{
	int err = 0;

	kith_db_allow_ms(reader, 0);
	switch (fetch->mode) {
	case KITH_FETCH_IDS:
		err = fetch_ids(reader, fetch);
		break;
	case KITH_FETCH_AFTER:
		err = fetch_after(reader, fetch);
		break;
	}
	fetch->err = err ? err : kith_buf_err(&fetch->found);
}
