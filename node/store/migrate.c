/*
 * migrate.c: see migrate.h.
 *
 * schema.sql is the newest schema in full, in two halves. A change to it comes with an increased
 * KITH_SCHEMA_VERSION and a step below that makes the same change to a database of the version
 * before; a change of the projection alone needs only an increased KITH_PROJECTION_VERSION.
 */
#include "node/store/migrate.h"

#include <stdio.h>
#include <string.h>

#include "node/store/query.h"
#include "schema_sql.h"

#define APPLICATION_ID  0x6b697468 /* "kith" */
#define PROJECTION_MARK "-- projection\n"

static const char *const drop_projection =
	"DROP TABLE IF EXISTS entries; DROP TABLE IF EXISTS links; DROP TABLE IF EXISTS words;";

/* steps[i] turns version i + 1 into i + 2. */
static const char *const steps[KITH_SCHEMA_VERSION] = {NULL};

static int run_sql(struct kith_reader *writer, const char *sql)
{
	int rc = sqlite3_exec(writer->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : kith_db_err(sqlite3_extended_errcode(writer->db));
}

static int read_number(struct kith_reader *writer, const char *sql, int64_t *out)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(writer->db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : kith_db_err(sqlite3_extended_errcode(writer->db));
}

/* A full-text table that is damaged at its root cannot even be dropped. It can once its own tables
 * look like those of an empty one; writing to them is what DEFENSIVE forbids. */
static int drop_damaged(struct kith_reader *writer)
{
	int err;

	sqlite3_db_config(writer->db, SQLITE_DBCONFIG_DEFENSIVE, 0, (int *)NULL);
	err = run_sql(writer, "DELETE FROM words_data; DELETE FROM words_idx;"
			      "INSERT INTO words_data VALUES (1, x''), (10, x'00000000000000')");
	sqlite3_db_config(writer->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	return err ? err : run_sql(writer, drop_projection);
}

int kith_change_reindex(struct kith_reader *writer)
{
	char sql[96];
	int err = run_sql(writer, drop_projection);

	if (err == KITH_E_CORRUPT)
		err = drop_damaged(writer);
	if (!err)
		err = run_sql(writer, strstr(kith_schema_sql, PROJECTION_MARK));
	snprintf(sql, sizeof(sql), "UPDATE state SET projection = %d, indexed_seq = 0, purge = 0",
		KITH_PROJECTION_VERSION);
	if (!err)
		err = run_sql(writer, sql);
	return err;
}

static int create_schema(struct kith_reader *writer)
{
	char sql[96];
	int err = run_sql(writer, kith_schema_sql);

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; UPDATE state SET projection = %d;",
		APPLICATION_ID, KITH_PROJECTION_VERSION);
	return err ? err : run_sql(writer, sql);
}

static int upgrade(struct kith_reader *writer, int64_t version)
{
	int64_t projection = 0;
	int err = 0;

	if (version == 0)
		return create_schema(writer);
	for (int64_t i = version; !err && i < KITH_SCHEMA_VERSION; i++)
		err = run_sql(writer, steps[i - 1]);
	if (!err)
		err = read_number(writer, "SELECT projection FROM state", &projection);
	if (!err && projection != KITH_PROJECTION_VERSION)
		err = kith_change_reindex(writer);
	return err;
}

/* One transaction, so that a crash leaves the old schema or the new one. */
static int migrate(struct kith_reader *writer, int64_t version)
{
	char sql[64];
	int err = run_sql(writer, "BEGIN IMMEDIATE");

	if (err)
		return err;
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", KITH_SCHEMA_VERSION);
	err = upgrade(writer, version);
	if (!err && version != KITH_SCHEMA_VERSION)
		err = run_sql(writer, sql);
	if (!err)
		err = run_sql(writer, "COMMIT");
	if (err && !sqlite3_get_autocommit(writer->db))
		sqlite3_exec(writer->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}

/* PRAGMA quick_check answers "ok" or one line for each finding. */
static int check(struct kith_reader *writer, char *found, size_t found_len)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(writer->db, "PRAGMA quick_check(1)", -1, &stmt, NULL);
	int err = 0;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc != SQLITE_ROW) {
		err = kith_db_err(sqlite3_extended_errcode(writer->db));
		snprintf(found, found_len, "%s", sqlite3_errmsg(writer->db));
	} else if (strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") != 0) {
		err = KITH_E_CORRUPT;
		snprintf(found, found_len, "%s", (const char *)sqlite3_column_text(stmt, 0));
	}
	sqlite3_finalize(stmt);
	return err;
}

static int identify(struct kith_reader *writer, int64_t *version, char *found, size_t found_len)
{
	int64_t application = 0;
	int64_t tables = 0;
	int err = read_number(writer, "PRAGMA user_version", version);

	if (!err)
		err = read_number(writer, "PRAGMA application_id", &application);
	if (!err)
		err = read_number(writer, "SELECT count(*) FROM sqlite_schema", &tables);
	if (err) {
		snprintf(found, found_len, "%s", sqlite3_errmsg(writer->db));
		return err;
	}
	if (application == APPLICATION_ID ? *version < 1 || tables == 0
					  : *version != 0 || tables != 0) {
		snprintf(found, found_len, "it is not a database of kith");
		return KITH_E_CORRUPT;
	}
	if (*version <= KITH_SCHEMA_VERSION)
		return 0;
	snprintf(found, found_len, "its schema has version %lld, this program knows up to %d",
		(long long)*version, KITH_SCHEMA_VERSION);
	return KITH_E_UNKNOWN_VERSION;
}

void kith_schema_explain(int err, const char *path, const char *found, char *why, size_t why_len)
{
	if (err == KITH_E_CORRUPT)
		snprintf(why, why_len,
			"%s is damaged (%s): stop the node, keep a copy of the file, then put a "
			"backup in its place or move it away; what partners hold comes back from "
			"them",
			path, found);
	else if (err == KITH_E_UNKNOWN_VERSION)
		snprintf(why, why_len,
			"%s was written by a newer kith (%s): install that version or a newer one",
			path, found);
	else
		snprintf(why, why_len, "%s: %s", path, *found ? found : kith_err_text(err));
}

int kith_schema_prepare(
	struct kith_reader *writer, const char *path, bool quick_check, char *why, size_t why_len)
{
	char found[160] = "";
	int64_t version = 0;
	int err = identify(writer, &version, found, sizeof(found));

	if (!err && quick_check && version != 0)
		err = check(writer, found, sizeof(found));
	if (!err) {
		err = migrate(writer, version);
		if (err)
			snprintf(found, sizeof(found), "%s", sqlite3_errmsg(writer->db));
	}
	if (err)
		kith_schema_explain(err, path, found, why, why_len);
	return err;
}
