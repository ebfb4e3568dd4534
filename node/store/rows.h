/*
 * rows.h: from a row of the records table to what a visitor sees. Private to store/.
 */
#ifndef KITH_NODE_STORE_ROWS_H
#define KITH_NODE_STORE_ROWS_H

#include "node/store/db.h"
#include "node/store/query.h"

/* The columns ROW of sql.c, in their order. */
enum {
	KITH_ROW_SEQ,
	KITH_ROW_RECEIVED,
	KITH_ROW_KNOWN,
	KITH_ROW_ENVELOPE,
	KITH_ROW_REASON,
	KITH_ROW_EXTRA, /* what a statement has beyond them */
};

/* Reopens the record of the current row, shows it, frees it. What visit returned, or an error. */
KITH_MUST_CHECK int kith_row_show(sqlite3_stmt *stmt, double rank, kith_row_visit visit, void *ctx);

/* Reopens the envelope in a column. KITH_E_CORRUPT when it is none. */
KITH_MUST_CHECK int kith_row_record(sqlite3_stmt *stmt, int column, struct kith_record **out);

#endif
