/*
 * db.h: one SQLite connection, opened safely, with its prepared statements. Private to store/.
 *
 * Statements are those of sql.h, prepared once per connection and bound anew each time; nothing
 * is ever spliced into SQL. A connection is used by one thread at a time.
 */
#ifndef KITH_NODE_STORE_DB_H
#define KITH_NODE_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include "keys/error.h"
#include "keys/id.h"
#include "node/store/sql.h"

#define KITH_QUERY_MS 3000 /* longer than any honest question takes; then KITH_E_TIMEOUT */

struct kith_reader {
	sqlite3 *db;
	uint64_t deadline_ns; /* of the question under way; 0: none */
	uint64_t end_ns;      /* of all questions of one answer; 0: none */
	sqlite3_stmt *stmts[KITH_SQL_COUNT];
	struct kith_reader *next; /* pool.c's */
};

enum kith_db_role { KITH_DB_WRITER, KITH_DB_READER };

/* Opens and configures. The writer creates a missing file with mode 0600. why (may be NULL) gets
 * what SQLite or the system says. Errors as of kith_store_open(). */
KITH_MUST_CHECK int kith_db_open(struct kith_reader *reader, const char *path,
	enum kith_db_role role, size_t cache_kib, char *why, size_t why_len);
void kith_db_close(struct kith_reader *reader);

/* Sets how long the question that begins now may take; 0 ms: as long as it likes. It never may take
 * longer than kith_query_within() says. */
void kith_db_allow_ms(struct kith_reader *reader, uint64_t ms);

/* enum kith_err for a result code of SQLite. */
int kith_db_err(int rc);

/* ---- statements ---------------------------------------------------------------------------- */

struct kith_arg {
	enum { KITH_ARG_NULL, KITH_ARG_INT, KITH_ARG_BLOB, KITH_ARG_TEXT } type;
	int64_t number;
	const void *data;
	size_t len;
};

static inline struct kith_arg kith_arg_int(int64_t number)
{
	return (struct kith_arg){.type = KITH_ARG_INT, .number = number};
}

static inline struct kith_arg kith_arg_u64(uint64_t number)
{
	return (struct kith_arg){.type = KITH_ARG_INT, .number = (int64_t)number};
}

static inline struct kith_arg kith_arg_blob(const void *data, size_t len)
{
	return (struct kith_arg){.type = KITH_ARG_BLOB, .data = data, .len = len};
}

/* data need not end in NUL. NULL becomes NULL. */
static inline struct kith_arg kith_arg_text(const char *data, size_t len)
{
	return (struct kith_arg){
		.type = data ? KITH_ARG_TEXT : KITH_ARG_NULL, .data = data, .len = len};
}

/* The arguments of a statement, in the order of its ?1, ?2, ...; what they point to must live
 * until the statement ends. */
#define KITH_ARGS(...)                                                                             \
	(const struct kith_arg[]){__VA_ARGS__},                                                    \
		sizeof((const struct kith_arg[]){__VA_ARGS__}) / sizeof(struct kith_arg)

/* Binds and hands out a statement that has not been stepped. KITH_E_STATE when it is in use: a
 * visitor asked the same question again. */
KITH_MUST_CHECK int kith_db_start(struct kith_reader *reader, enum kith_sql sql,
	const struct kith_arg *args, size_t arg_count, sqlite3_stmt **out);

/* 1: a row; 0: no further row; else a negative error. */
KITH_MUST_CHECK int kith_db_step(struct kith_reader *reader, sqlite3_stmt *stmt);

/* Ends a statement, so that it holds no snapshot and no lock. */
void kith_db_end(sqlite3_stmt *stmt);

/* Start, one step, end: for statements without rows. */
KITH_MUST_CHECK int kith_db_run(struct kith_reader *reader, enum kith_sql sql,
	const struct kith_arg *args, size_t arg_count);

/* The first column of the first row, or KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_db_number(struct kith_reader *reader, enum kith_sql sql,
	const struct kith_arg *args, size_t arg_count, int64_t *out);

/* ---- ids as they are stored ---------------------------------------------------------------- */

#define KITH_TAIL_LEN (KITH_ID_LEN - 8)

int64_t kith_id_head(const uint8_t id[KITH_ID_LEN]);
static inline const uint8_t *kith_id_tail(const uint8_t id[KITH_ID_LEN])
{
	return id + 8;
}
/* KITH_E_CORRUPT when the column does not hold a tail. */
KITH_MUST_CHECK int kith_id_join(
	sqlite3_stmt *stmt, int head_column, int tail_column, struct kith_record_id *out);

#endif
