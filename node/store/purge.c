/*
 * purge.c: after an erasure, the words that search knew of the record leave the file.
 *
 * Taking a row out of a full-text index only adds a note that it is out; the words stay until the
 * pieces they are in are merged. So after erasures the whole index is merged into one piece, step
 * by step while nothing else is to do, and the log is cut at the end. What is freed is
 * overwritten (secure_delete).
 */
#include "node/store/writer.h"

#define PURGE_PAGES 500 /* written in one step */

enum { PURGE_NONE = 0, PURGE_WANTED = 1, PURGE_BEGUN = 2 };

bool kith_purge_is_due(const struct kith_writer *writer)
{
	return writer->purge != PURGE_NONE;
}

/* A negative number begins anew, with every piece there is; FTS5 says that it has nothing left to
 * merge by changing nothing but its own bookkeeping. */
static int merge(struct kith_writer *writer, int64_t *next)
{
	int64_t before = sqlite3_total_changes64(writer->db.db);
	int64_t pages = writer->purge == PURGE_WANTED ? -PURGE_PAGES : PURGE_PAGES;
	int err = kith_db_run(&writer->db, KITH_SQL_WORDS_MERGE, KITH_ARGS(kith_arg_int(pages)));

	*next = sqlite3_total_changes64(writer->db.db) - before < 2 ? PURGE_NONE : PURGE_BEGUN;
	if (err)
		return err;
	return kith_db_run(&writer->db, KITH_SQL_PURGE_SET, KITH_ARGS(kith_arg_int(*next)));
}

int kith_purge_step(struct kith_writer *writer)
{
	int64_t next = writer->purge;
	int err = kith_writer_begin(writer, false);

	if (!err)
		err = merge(writer, &next);
	err = kith_writer_finish(writer, err);
	if (err)
		return err;
	writer->purge = next;
	writer->stats.purging = next != PURGE_NONE;
	if (next == PURGE_NONE)
		sqlite3_wal_checkpoint_v2(
			writer->db.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return 0;
}
