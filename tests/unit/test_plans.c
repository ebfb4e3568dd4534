/* How SQLite means to answer each statement of sql.c: never by walking through the whole store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "node/store/db.h"
#include "tests/stored.h"

/* What the core holds in memory is loaded at start, all of it and never again: the sets, from an
 * index that has all it needs, and the authors, of whom there are fewer than records. */
static bool may_scan(enum kith_sql sql, const char *step)
{
	switch ((int)sql) {
	case KITH_SQL_ITEMS:
		return strcmp(step, "SCAN records USING COVERING INDEX records_by_set") == 0;
	case KITH_SQL_AUTHOR_KEYS:
		return strcmp(step, "SCAN authors") == 0;
	case KITH_SQL_IDS_MERGE:
		return strcmp(step, "SCAN new_ids") == 0; /* 32,768 and a group at most */
	case KITH_SQL_IDS_EMPTY:
		return true;
	case KITH_SQL_PARTNERS:
		return strncmp(step, "SCAN partners", 13) == 0; /* 256 at most */
	case KITH_SQL_MATCH:
	case KITH_SQL_MATCH_OLDEST:
	case KITH_SQL_WORD:
	case KITH_SQL_WORD_OLDEST:
		/* The walk over the index of words: a virtual table is always "scanned", by a
		 * plan that names the match (M4) and the bounds of the docid (><). */
		return strncmp(step, "SCAN words VIRTUAL TABLE INDEX", 30) == 0 &&
		       strstr(step, "M4") != NULL;
	default:
		return strcmp(step, "SCAN state") == 0; /* one row */
	}
}

static void check_step(enum kith_sql sql, const char *step)
{
	bool bad = strncmp(step, "SCAN", 4) == 0 && !may_scan(sql, step);

	if (strstr(step, "TEMP B-TREE"))
		bad = true; /* sorting what was found */
	if (bad)
		fail_msg("\"%s\": %s", kith_sql_text(sql), step);
}

static void check_plan(struct kith_reader *reader, enum kith_sql sql)
{
	sqlite3_stmt *stmt = NULL;
	char text[1024];

	assert_non_null(kith_sql_text(sql));
	snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", kith_sql_text(sql));
	if (sqlite3_prepare_v2(reader->db, text, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", kith_sql_text(sql), sqlite3_errmsg(reader->db));
	while (sqlite3_step(stmt) == SQLITE_ROW)
		check_step(sql, (const char *)sqlite3_column_text(stmt, 3));
	sqlite3_finalize(stmt);
}

static void no_statement_walks_through_the_store(void **state)
{
	struct kith_reader *reader;
	struct stored s;

	(void)state;
	stored_make(&s);
	stored_open(&s);
	reader = stored_reader(&s);
	for (int sql = 0; sql < KITH_SQL_COUNT; sql++)
		check_plan(reader, (enum kith_sql)sql);
	kith_store_reader_give(s.store, reader);
	stored_remove(&s);
}

/* What would take forever is ended. */
static void a_question_has_a_time_limit(void **state)
{
	static const char endless[] =
		"WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
		"SELECT count(*) FROM n";
	struct kith_reader *reader;
	sqlite3_stmt *stmt = NULL;
	struct stored s;

	(void)state;
	stored_make(&s);
	stored_open(&s);
	reader = stored_reader(&s);
	assert_int_equal(sqlite3_prepare_v2(reader->db, endless, -1, &stmt, NULL), SQLITE_OK);
	kith_db_allow_ms(reader, 5);
	assert_int_equal(kith_db_step(reader, stmt), KITH_E_TIMEOUT);
	sqlite3_finalize(stmt);
	kith_store_reader_give(s.store, reader);
	stored_remove(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_statement_walks_through_the_store),
		cmocka_unit_test(a_question_has_a_time_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
