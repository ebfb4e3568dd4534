/* rows.c: see rows.h. */
#include "node/store/rows.h"

int kith_row_record(sqlite3_stmt *stmt, int column, struct kith_record **out)
{
	const void *envelope = sqlite3_column_blob(stmt, column);
	int len = sqlite3_column_bytes(stmt, column);
	int err;

	if (!envelope)
		return KITH_E_CORRUPT;
	err = kith_record_reopen(envelope, (size_t)len, out);
	return err && err != KITH_E_NOMEM ? KITH_E_CORRUPT : err;
}

int kith_row_show(sqlite3_stmt *stmt, double rank, kith_row_visit visit, void *ctx)
{
	struct kith_record *record;
	struct kith_row row = {
		.seq = (uint64_t)sqlite3_column_int64(stmt, KITH_ROW_SEQ),
		.received_ms = (uint64_t)sqlite3_column_int64(stmt, KITH_ROW_RECEIVED),
		.known = (enum kith_known)sqlite3_column_int(stmt, KITH_ROW_KNOWN),
		.reason = (const char *)sqlite3_column_text(stmt, KITH_ROW_REASON),
		.rank = rank,
	};
	int err = kith_row_record(stmt, KITH_ROW_ENVELOPE, &record);

	if (err)
		return err;
	row.record = record;
	err = visit(ctx, &row);
	kith_record_free(record);
	return err;
}
