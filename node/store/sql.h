/*
 * sql.h: every SQL statement that runs after start-up, by name. Private to store/.
 *
 * They are few and fixed, so that a test can look at the plan of each (tests/unit/test_plans.c)
 * and a reader can see in one place what the database is asked. Schema and pragmas are in
 * schema.sql and db.c.
 */
#ifndef KITH_NODE_STORE_SQL_H
#define KITH_NODE_STORE_SQL_H

enum kith_sql {
	/* transactions */
	KITH_SQL_BEGIN,
	KITH_SQL_HOLD,
	KITH_SQL_COMMIT,
	KITH_SQL_ROLLBACK,
	KITH_SQL_SYNC_NORMAL,
	KITH_SQL_SYNC_FULL,
	KITH_SQL_PAGES,
	KITH_SQL_PAGE_BYTES,
	/* writing */
	KITH_SQL_CIRCLE_NO,
	KITH_SQL_CIRCLE_NEW,
	KITH_SQL_AUTHOR_NO,
	KITH_SQL_AUTHOR_NEW,
	KITH_SQL_INSERT,
	KITH_SQL_ID_PUT,
	KITH_SQL_IDS_MERGE,
	KITH_SQL_IDS_EMPTY,
	KITH_SQL_MERGED,
	KITH_SQL_COUNT_STORED,
	KITH_SQL_ERASE,
	KITH_SQL_COUNT_ERASED,
	KITH_SQL_PARTNER_PUT,
	KITH_SQL_PARTNER_DELETE,
	/* the projection */
	KITH_SQL_UNINDEXED,
	KITH_SQL_INDEXED,
	KITH_SQL_SOURCE_PUT,
	KITH_SQL_LINK_PUT,
	KITH_SQL_ENTRY_PUT,
	KITH_SQL_ENTRY_AT,
	KITH_SQL_WORDS_PUT,
	KITH_SQL_WORDS_DELETE,
	KITH_SQL_WORDS_MERGE,
	KITH_SQL_PURGE,
	KITH_SQL_PURGE_SET,
	/* reading */
	KITH_SQL_INDEXED_SEQ,
	KITH_SQL_MERGED_SEQ,
	KITH_SQL_COUNTS,
	KITH_SQL_LAST_SEQ,
	KITH_SQL_AUTHOR_KEYS,
	KITH_SQL_AUTHORS,
	KITH_SQL_GET,
	KITH_SQL_SET_OF,
	KITH_SQL_COMPLETE,
	KITH_SQL_SOURCE,
	KITH_SQL_SINCE,
	KITH_SQL_SINCE_KIND,
	KITH_SQL_LINKS_TO,
	KITH_SQL_ITEMS,
	KITH_SQL_CIRCLE_AT,
	KITH_SQL_AFTER,
	KITH_SQL_NEWEST,
	KITH_SQL_OLDEST,
	KITH_SQL_MATCH,
	KITH_SQL_MATCH_OLDEST,
	KITH_SQL_PARTNERS,
	KITH_SQL_COUNT
};

/* The text of a statement; for tests that look at query plans. */
const char *kith_sql_text(enum kith_sql sql);

#endif
