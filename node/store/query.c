/*
 * query.c: questions about single records, their neighbours by link, and the order of arrival.
 *
 * find.c has the search, fetch.c what the core asks for.
 */
#include "node/store/query.h"

#include <stdio.h>
#include <string.h>

#include "node/store/db.h"
#include "node/store/rows.h"
#include "node/store/writer.h"
#include "protocol/body.h"

/* Shows every row of a statement that has been started, and ends it. */
static int show_all(struct kith_reader *reader, sqlite3_stmt *stmt, kith_row_visit visit, void *ctx)
{
	int err;

	while ((err = kith_db_step(reader, stmt)) > 0) {
		err = kith_row_show(stmt, 0, visit, ctx);
		if (err)
			break;
	}
	kith_db_end(stmt);
	return err;
}

static int start_get(
	struct kith_reader *reader, const struct kith_record_id *id, sqlite3_stmt **stmt)
{
	return kith_db_start(reader, KITH_SQL_GET,
		KITH_ARGS(kith_arg_int(kith_id_head(id->bytes)),
			kith_arg_blob(kith_id_tail(id->bytes), KITH_TAIL_LEN)),
		stmt);
}

int kith_query_get(struct kith_reader *reader, const struct kith_record_id *id,
	kith_row_visit visit, void *ctx)
{
	sqlite3_stmt *stmt;
	int err = start_get(reader, id, &stmt);

	if (err)
		return err;
	err = kith_db_step(reader, stmt);
	if (err > 0)
		err = kith_row_show(stmt, 0, visit, ctx);
	else if (err == 0)
		err = KITH_E_NOT_FOUND;
	kith_db_end(stmt);
	return err;
}

/* ---- several questions at once --------------------------------------------------------------- */

int kith_query_hold(struct kith_reader *reader)
{
	return kith_db_run(reader, KITH_SQL_HOLD, NULL, 0);
}

/* Ending what only read cannot fail but by an error that the next question meets as well. */
void kith_query_release(struct kith_reader *reader)
{
	int err = kith_db_run(reader, KITH_SQL_COMMIT, NULL, 0);

	(void)err;
}

/* ---- prefixes ------------------------------------------------------------------------------ */

/* The smallest or the greatest id that begins with the digits. */
static int bound_of_prefix(const char *digits, char filler, struct kith_record_id *out)
{
	char text[2 * KITH_ID_LEN + 1];
	size_t len = strlen(digits);

	if (len == 0 || len >= sizeof(text))
		return KITH_E_MALFORMED;
	memset(text, filler, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(text, digits, len);
	return kith_hex_parse(text, out->bytes, sizeof(out->bytes));
}

/* Reads up to room ids, and one more to know whether there is one. */
static int collect(struct kith_reader *reader, sqlite3_stmt *stmt, struct kith_record_id *first,
	struct kith_record_id *matches, size_t room, size_t *count)
{
	struct kith_record_id id;
	size_t found = 0;
	int err;

	while (found < 2 || found < room) {
		err = kith_db_step(reader, stmt);
		if (err > 0)
			err = kith_id_join(stmt, 0, 1, &id) ? KITH_E_CORRUPT : 1;
		if (err <= 0)
			break;
		if (found == 0)
			*first = id;
		if (matches && found < room)
			matches[found] = id;
		found++;
	}
	*count = found;
	return found && err >= 0 ? 0 : err;
}

int kith_query_complete(struct kith_reader *reader, const char *hex_prefix,
	struct kith_record_id *out, struct kith_record_id *matches, size_t room,
	size_t *match_count)
{
	struct kith_record_id low;
	struct kith_record_id high;
	struct kith_record_id first;
	sqlite3_stmt *stmt;
	size_t count = 0;
	int err = bound_of_prefix(hex_prefix, '0', &low);

	if (!err)
		err = bound_of_prefix(hex_prefix, 'f', &high);
	if (!err)
		err = kith_db_start(reader, KITH_SQL_COMPLETE,
			KITH_ARGS(kith_arg_int(kith_id_head(low.bytes)),
				kith_arg_int(kith_id_head(high.bytes)),
				kith_arg_blob(kith_id_tail(low.bytes), KITH_TAIL_LEN),
				kith_arg_blob(kith_id_tail(high.bytes), KITH_TAIL_LEN)),
			&stmt);
	if (err)
		return err;
	kith_db_allow_ms(reader, KITH_QUERY_MS);
	err = collect(reader, stmt, &first, matches, room, &count);
	kith_db_end(stmt);
	if (match_count)
		*match_count = count < room ? count : room;
	if (err)
		return err;
	if (count == 0)
		return KITH_E_NOT_FOUND;
	if (count > 1)
		return KITH_E_AMBIGUOUS;
	*out = first;
	return 0;
}

/* ---- by source, by arrival ----------------------------------------------------------------- */

int kith_query_source(struct kith_reader *reader, const struct kith_author *author, const char *url,
	const char *id, struct kith_record_id *out)
{
	uint8_t key[KITH_SOURCE_KEY_LEN];
	sqlite3_stmt *stmt;
	int err = kith_source_key(author, url, id, key);

	if (!err)
		err = kith_db_start(
			reader, KITH_SQL_SOURCE, KITH_ARGS(kith_arg_blob(key, sizeof(key))), &stmt);
	if (err)
		return err;
	err = kith_db_step(reader, stmt);
	if (err > 0)
		err = kith_id_join(stmt, 1, 2, out);
	else if (err == 0)
		err = KITH_E_NOT_FOUND;
	kith_db_end(stmt);
	return err;
}

int kith_query_since(struct kith_reader *reader, uint64_t seq, uint32_t kind, size_t limit,
	kith_row_visit visit, void *ctx)
{
	sqlite3_stmt *stmt;
	int err;

	kith_db_allow_ms(reader, KITH_QUERY_MS);
	if (kind)
		err = kith_db_start(reader, KITH_SQL_SINCE_KIND,
			KITH_ARGS(kith_arg_u64(seq), kith_arg_u64(limit), kith_arg_int(kind)),
			&stmt);
	else
		err = kith_db_start(reader, KITH_SQL_SINCE,
			KITH_ARGS(kith_arg_u64(seq), kith_arg_u64(limit)), &stmt);
	return err ? err : show_all(reader, stmt, visit, ctx);
}

int kith_query_counts(struct kith_reader *reader, struct kith_counts *out)
{
	sqlite3_stmt *stmt;
	int64_t authors = 0;
	int err = kith_db_number(reader, KITH_SQL_AUTHORS, NULL, 0, &authors);

	if (!err)
		err = kith_db_start(reader, KITH_SQL_COUNTS, NULL, 0, &stmt);
	if (err)
		return err;
	err = kith_db_step(reader, stmt);
	if (err > 0)
		*out = (struct kith_counts){
			.held = (uint64_t)sqlite3_column_int64(stmt, 0),
			.erased = (uint64_t)sqlite3_column_int64(stmt, 1),
			.declined = (uint64_t)sqlite3_column_int64(stmt, 2),
			.authors = (uint64_t)authors,
		};
	kith_db_end(stmt);
	if (err == 0)
		return KITH_E_CORRUPT;
	return err < 0 ? err : 0;
}
