/*
 * db.c: see db.h. Opening, configuring, binding.
 *
 * What SECURITY.md asks of SQLite is set here: DEFENSIVE, schema not trusted, cells checked, no
 * memory map, no attached databases; readers cannot write and answer within KITH_QUERY_MS.
 */
#include "node/store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "node/store/find.h"
#include "node/store/query.h"

#define BUSY_MS         5000 /* somebody else, say a backup, holds the database */
#define STEPS_PER_LOOK  250  /* virtual machine steps between two looks at the clock */
#define VALUE_MAX_BYTES (8 << 20)

/* ---- errors -------------------------------------------------------------------------------- */

static int open_err(int system_errno)
{
	switch (system_errno) {
	case EACCES:
	case EPERM:
	case EROFS:
		return KITH_E_PERMISSION;
	case ENOSPC:
	case EDQUOT:
		return KITH_E_FULL;
	case ENOENT:
	case ENOTDIR:
		return KITH_E_NOT_FOUND;
	default:
		return KITH_E_IO;
	}
}

int kith_db_err(int rc)
{
	if (rc == SQLITE_IOERR_NOMEM)
		return KITH_E_NOMEM;
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return 0;
	case SQLITE_FULL:
		return KITH_E_FULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
	case SQLITE_ERROR: /* the statements are right, so the schema they meet is not */
		return KITH_E_CORRUPT;
	case SQLITE_NOMEM:
		return KITH_E_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return KITH_E_LOCKED;
	case SQLITE_PERM:
	case SQLITE_AUTH:
	case SQLITE_READONLY:
		return KITH_E_PERMISSION;
	case SQLITE_INTERRUPT:
		return KITH_E_TIMEOUT;
	case SQLITE_CONSTRAINT:
		return KITH_E_EXISTS;
	case SQLITE_TOOBIG:
		return KITH_E_TOO_LARGE;
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
		return KITH_E_ARGUMENT;
	default:
		return KITH_E_IO;
	}
}

static int last_err(struct kith_reader *reader)
{
	int rc = sqlite3_extended_errcode(reader->db);

	if ((rc & 0xff) == SQLITE_CANTOPEN)
		return open_err(sqlite3_system_errno(reader->db));
	return rc == SQLITE_OK ? KITH_E_NOMEM : kith_db_err(rc);
}

/* ---- opening ------------------------------------------------------------------------------- */

static int look_at_clock(void *arg)
{
	const struct kith_reader *reader = arg;

	return reader->deadline_ns && uv_hrtime() > reader->deadline_ns;
}

void kith_db_allow_ms(struct kith_reader *reader, uint64_t ms)
{
	reader->deadline_ns = ms ? uv_hrtime() + ms * 1000000 : 0;
	if (reader->end_ns && (!ms || reader->deadline_ns > reader->end_ns))
		reader->deadline_ns = reader->end_ns;
}

void kith_query_within(struct kith_reader *reader, uint64_t ms)
{
	reader->end_ns = ms ? uv_hrtime() + ms * 1000000 : 0;
	kith_db_allow_ms(reader, 0);
}

/* Many short questions would never meet the look at the clock within one. */
static bool is_over(const struct kith_reader *reader)
{
	return reader->end_ns && uv_hrtime() > reader->end_ns;
}

static int create_file(const char *path, char *why, size_t why_len)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0) {
		snprintf(why, why_len, "%s: %s", path, strerror(errno));
		return open_err(errno);
	}
	close(fd);
	return 0;
}

static int harden(struct kith_reader *reader)
{
	static const int settings[][2] = {
		{SQLITE_DBCONFIG_DEFENSIVE, 1},
		{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
		{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
		{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
		{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
		{SQLITE_DBCONFIG_DQS_DML, 0},
		{SQLITE_DBCONFIG_DQS_DDL, 0},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (sqlite3_db_config(reader->db, settings[i][0], settings[i][1], (int *)NULL))
			return KITH_E_IO;
	sqlite3_extended_result_codes(reader->db, 1);
	sqlite3_busy_timeout(reader->db, BUSY_MS);
	sqlite3_limit(reader->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(reader->db, SQLITE_LIMIT_LENGTH, VALUE_MAX_BYTES);
	return 0;
}

static int configure(struct kith_reader *reader, enum kith_db_role role, size_t cache_kib)
{
	static const char *const writer_sql =
		"PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
		"PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 16777216;"
		"PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON;";
	static const char *const reader_sql =
		"PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
		"PRAGMA query_only = ON;";
	char cache_sql[64];

	snprintf(cache_sql, sizeof(cache_sql), "PRAGMA cache_size = -%zu", cache_kib);
	if (sqlite3_exec(reader->db, role == KITH_DB_WRITER ? writer_sql : reader_sql, NULL, NULL,
		    NULL) != SQLITE_OK ||
		sqlite3_exec(reader->db, cache_sql, NULL, NULL, NULL) != SQLITE_OK)
		return last_err(reader);
	if (role == KITH_DB_READER)
		sqlite3_progress_handler(reader->db, STEPS_PER_LOOK, look_at_clock, reader);
	return 0;
}

int kith_db_open(struct kith_reader *reader, const char *path, enum kith_db_role role,
	size_t cache_kib, char *why, size_t why_len)
{
	int flags = role == KITH_DB_WRITER ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	int err = role == KITH_DB_WRITER ? create_file(path, why, why_len) : 0;

	*reader = (struct kith_reader){0};
	if (err)
		return err;
	if (sqlite3_open_v2(path, &reader->db, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		err = reader->db ? last_err(reader) : KITH_E_NOMEM;
	if (!err)
		err = harden(reader);
	if (!err)
		err = configure(reader, role, cache_kib);
	if (!err)
		err = kith_find_register(reader);
	if (err) {
		if (reader->db && why)
			snprintf(why, why_len, "%s: %s", path, sqlite3_errmsg(reader->db));
		kith_db_close(reader);
	}
	return err;
}

void kith_db_close(struct kith_reader *reader)
{
	for (size_t i = 0; i < KITH_SQL_COUNT; i++) {
		sqlite3_finalize(reader->stmts[i]);
		reader->stmts[i] = NULL;
	}
	sqlite3_close(reader->db);
	reader->db = NULL;
}

/* ---- statements ---------------------------------------------------------------------------- */

static int bind_arg(sqlite3_stmt *stmt, int at, const struct kith_arg *arg)
{
	const void *data = arg->data ? arg->data : "";

	switch (arg->type) {
	case KITH_ARG_NULL:
		return sqlite3_bind_null(stmt, at);
	case KITH_ARG_INT:
		return sqlite3_bind_int64(stmt, at, arg->number);
	case KITH_ARG_BLOB:
		return sqlite3_bind_blob64(stmt, at, data, arg->len, SQLITE_STATIC);
	case KITH_ARG_TEXT:
		return sqlite3_bind_text64(stmt, at, data, arg->len, SQLITE_STATIC, SQLITE_UTF8);
	}
	return SQLITE_MISUSE;
}

int kith_db_start(struct kith_reader *reader, enum kith_sql sql, const struct kith_arg *args,
	size_t arg_count, sqlite3_stmt **out)
{
	sqlite3_stmt *stmt = reader->stmts[sql];

	if (is_over(reader))
		return KITH_E_TIMEOUT;
	if (!stmt) {
		if (sqlite3_prepare_v3(reader->db, kith_sql_text(sql), -1,
			    SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK)
			return last_err(reader);
		reader->stmts[sql] = stmt;
	}
	if (sqlite3_stmt_busy(stmt))
		return KITH_E_STATE;
	for (size_t i = 0; i < arg_count; i++)
		if (bind_arg(stmt, (int)i + 1, &args[i]) != SQLITE_OK)
			return last_err(reader);
	*out = stmt;
	return 0;
}

int kith_db_step(struct kith_reader *reader, sqlite3_stmt *stmt)
{
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return last_err(reader);
	}
}

void kith_db_end(sqlite3_stmt *stmt)
{
	sqlite3_reset(stmt);
}

int kith_db_run(struct kith_reader *reader, enum kith_sql sql, const struct kith_arg *args,
	size_t arg_count)
{
	sqlite3_stmt *stmt;
	int err = kith_db_start(reader, sql, args, arg_count, &stmt);

	if (err)
		return err;
	do
		err = kith_db_step(reader, stmt);
	while (err > 0);
	kith_db_end(stmt);
	return err;
}

int kith_db_number(struct kith_reader *reader, enum kith_sql sql, const struct kith_arg *args,
	size_t arg_count, int64_t *out)
{
	sqlite3_stmt *stmt;
	int64_t number = 0;
	int err = kith_db_start(reader, sql, args, arg_count, &stmt);
	bool found = false;

	if (err)
		return err;
	while ((err = kith_db_step(reader, stmt)) > 0) {
		number = found ? number : sqlite3_column_int64(stmt, 0);
		found = true;
	}
	kith_db_end(stmt);
	if (!err && !found)
		err = KITH_E_NOT_FOUND;
	if (!err)
		*out = number;
	return err;
}

/* ---- ids ----------------------------------------------------------------------------------- */

int64_t kith_id_head(const uint8_t id[KITH_ID_LEN])
{
	uint64_t head = 0;

	for (size_t i = 0; i < 8; i++)
		head = head << 8 | id[i];
	return (int64_t)(head ^ 1ull << 63);
}

int kith_id_join(sqlite3_stmt *stmt, int head_column, int tail_column, struct kith_record_id *out)
{
	uint64_t head = (uint64_t)sqlite3_column_int64(stmt, head_column) ^ 1ull << 63;
	const void *tail = sqlite3_column_blob(stmt, tail_column);

	if (!tail || sqlite3_column_bytes(stmt, tail_column) != KITH_TAIL_LEN)
		return KITH_E_CORRUPT;
	for (size_t i = 0; i < 8; i++)
		out->bytes[i] = (uint8_t)(head >> (56 - 8 * i));
	memcpy(out->bytes + 8, tail, KITH_TAIL_LEN);
	return 0;
}
