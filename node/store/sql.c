/* sql.c: see sql.h. CROSS JOIN fixes the order of a join: the left side drives. */
#include "node/store/sql.h"

/* Which columns a row of a record has; visit.h reads them. */
#define ROW "r.seq, r.received_ms, r.known, r.envelope, r.reason"

/* The same question of records whose ids are in either tree (ids.c). */
#define BY_ID(columns, condition)                                                                  \
	"SELECT " columns " FROM new_ids AS i CROSS JOIN records AS r ON r.seq = i.seq "           \
	"WHERE " condition " UNION ALL "                                                           \
	"SELECT " columns " FROM ids AS i CROSS JOIN records AS r ON r.seq = i.seq "               \
	"WHERE " condition

/* All records, or those that match, of a span of docids. */
#define ENTRIES                                                                                    \
	"SELECT " ROW ", 0.0, e.docid FROM entries AS e CROSS JOIN records AS r ON r.seq = e.seq " \
	"WHERE e.docid BETWEEN ?1 AND ?2 AND r.known = 0 ORDER BY e.docid "
#define MATCHES                                                                                    \
	"SELECT " ROW ", kith_rank(words), e.docid FROM words "                                    \
	"CROSS JOIN entries AS e ON e.docid = words.rowid "                                        \
	"CROSS JOIN records AS r ON r.seq = e.seq "                                                \
	"WHERE words MATCH ?3 AND words.rowid BETWEEN ?1 AND ?2 AND r.known = 0 "                  \
	"ORDER BY words.rowid "

/* Where a word is, in a span of docids. */
#define PLACES                                                                                     \
	"SELECT rowid FROM words WHERE words MATCH ?3 AND rowid BETWEEN ?1 AND ?2 ORDER BY rowid "

static const char *const sql_texts[KITH_SQL_COUNT] = {
	[KITH_SQL_BEGIN] = "BEGIN IMMEDIATE",
	[KITH_SQL_HOLD] = "BEGIN",
	[KITH_SQL_COMMIT] = "COMMIT",
	[KITH_SQL_ROLLBACK] = "ROLLBACK",
	[KITH_SQL_SYNC_NORMAL] = "PRAGMA synchronous = NORMAL",
	[KITH_SQL_SYNC_FULL] = "PRAGMA synchronous = FULL",
	[KITH_SQL_PAGES] = "PRAGMA page_count",
	[KITH_SQL_PAGE_BYTES] = "PRAGMA page_size",

	[KITH_SQL_CIRCLE_NO] = "SELECT no FROM circles WHERE id = ?1",
	[KITH_SQL_CIRCLE_NEW] = "INSERT INTO circles (id) VALUES (?1) RETURNING no",
	[KITH_SQL_AUTHOR_NO] = "SELECT no FROM authors WHERE key = ?1",
	[KITH_SQL_AUTHOR_NEW] = "INSERT INTO authors (key) VALUES (?1) RETURNING no",
	[KITH_SQL_INSERT] = "INSERT OR IGNORE INTO records "
			    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[KITH_SQL_ID_PUT] = "INSERT INTO new_ids VALUES (?1, ?2)",
	[KITH_SQL_IDS_MERGE] = "INSERT INTO ids SELECT head, seq FROM new_ids ORDER BY head, seq",
	[KITH_SQL_IDS_EMPTY] = "DELETE FROM new_ids",
	[KITH_SQL_MERGED] = "UPDATE state SET merged_seq = ?1",
	[KITH_SQL_COUNT_STORED] = "UPDATE state SET held = held + ?1, erased = erased + ?2, "
				  "declined = declined + ?3",
	[KITH_SQL_ERASE] = "UPDATE records SET known = 1, envelope = ?2 WHERE seq = ?1",
	[KITH_SQL_COUNT_ERASED] =
		"UPDATE state SET held = held - 1, erased = erased + 1, purge = 1",
	[KITH_SQL_PARTNER_PUT] = "REPLACE INTO partners VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[KITH_SQL_PARTNER_DELETE] = "DELETE FROM partners WHERE group_key = ?1 RETURNING paused",

	[KITH_SQL_UNINDEXED] = "SELECT r.seq, r.known, r.envelope FROM records AS r "
			       "WHERE r.seq > ?1 ORDER BY r.seq LIMIT ?2",
	[KITH_SQL_INDEXED] = "UPDATE state SET indexed_seq = ?1",
	[KITH_SQL_SOURCE_PUT] = "INSERT OR IGNORE INTO sources VALUES (?1, ?2)",
	[KITH_SQL_LINK_PUT] = "INSERT OR IGNORE INTO links VALUES (?1, ?2, ?3)",
	[KITH_SQL_ENTRY_PUT] = "INSERT INTO entries VALUES (?1, ?2)",
	[KITH_SQL_ENTRY_AT] = "SELECT seq FROM entries WHERE docid = ?1",
	[KITH_SQL_WORDS_PUT] = "INSERT INTO words (rowid, title, summary, text, facets) "
			       "VALUES (?1, ?2, ?3, ?4, ?5)",
	[KITH_SQL_WORDS_DELETE] = "INSERT INTO words (words, rowid, title, summary, text, facets) "
				  "VALUES ('delete', ?1, ?2, ?3, ?4, ?5)",

	[KITH_SQL_WORDS_MERGE] = "INSERT INTO words (words, rank) VALUES ('merge', ?1)",
	[KITH_SQL_PURGE] = "SELECT purge FROM state",
	[KITH_SQL_PURGE_SET] = "UPDATE state SET purge = ?1",

	[KITH_SQL_INDEXED_SEQ] = "SELECT indexed_seq FROM state",
	[KITH_SQL_MERGED_SEQ] = "SELECT merged_seq FROM state",
	[KITH_SQL_COUNTS] = "SELECT held, erased, declined FROM state",
	[KITH_SQL_LAST_SEQ] = "SELECT ifnull(max(seq), 0) FROM records",
	[KITH_SQL_AUTHOR_KEYS] = "SELECT key FROM authors",
	[KITH_SQL_AUTHORS] = "SELECT ifnull(max(no), 0) FROM authors",
	[KITH_SQL_GET] = BY_ID(ROW, "i.head = ?1 AND r.tail = ?2"),
	[KITH_SQL_SET_OF] = BY_ID("r.set_no, r.known, r.envelope", "i.head = ?1 AND r.tail = ?2"),
	[KITH_SQL_COMPLETE] =
		BY_ID("r.head, r.tail", "i.head BETWEEN ?1 AND ?2 AND r.tail BETWEEN ?3 AND ?4"),
	[KITH_SQL_SOURCE] = "SELECT r.known, r.head, r.tail FROM sources AS s "
			    "CROSS JOIN records AS r ON r.seq = s.seq WHERE s.key = ?1",
	[KITH_SQL_SINCE] = "SELECT " ROW " FROM records AS r WHERE r.seq > ?1 AND r.known <> 2 "
			   "ORDER BY r.seq LIMIT ?2",
	[KITH_SQL_SINCE_KIND] = "SELECT " ROW " FROM records AS r INDEXED BY records_by_kind "
				"WHERE r.kind = ?3 AND r.seq > ?1 AND r.known <> 2 "
				"ORDER BY r.seq LIMIT ?2",
	[KITH_SQL_LINKS_TO] = "SELECT " ROW ", l.type FROM links AS l "
			      "CROSS JOIN records AS r ON r.seq = l.source "
			      "WHERE l.target = ?1 AND l.type BETWEEN ?2 AND ?3 "
			      "ORDER BY l.type, l.source",
	[KITH_SQL_ITEMS] = "SELECT set_no, created_ms, head, tail FROM records "
			   "ORDER BY set_no, created_ms, head, tail",
	[KITH_SQL_CIRCLE_AT] = "SELECT id FROM circles WHERE no = ?1",
	[KITH_SQL_AFTER] = "SELECT created_ms, head, tail, known, envelope FROM records "
			   "WHERE set_no = ?1 AND (created_ms, head, tail) > (?2, ?3, ?4) "
			   "ORDER BY created_ms, head, tail",
	[KITH_SQL_NEWEST] = ENTRIES "DESC",
	[KITH_SQL_OLDEST] = ENTRIES "ASC",
	[KITH_SQL_MATCH] = MATCHES "DESC",
	[KITH_SQL_MATCH_OLDEST] = MATCHES "ASC",
	[KITH_SQL_WORD] = PLACES "DESC",
	[KITH_SQL_WORD_OLDEST] = PLACES "ASC",
	[KITH_SQL_PARTNERS] = "SELECT group_key, name, node_key, host, port, paused FROM partners "
			      "ORDER BY group_key",
};

const char *kith_sql_text(enum kith_sql sql)
{
	return sql_texts[sql];
}
