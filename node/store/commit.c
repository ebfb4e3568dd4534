/*
 * commit.c: groups of batches become transactions.
 *
 * A group is stored whole or not at all. A damaged projection does not stop writing: it is
 * dropped, and filled again from the records. After three failures in a row indexing rests until
 * the next start.
 */
#include "node/store/writer.h"

#include <stdio.h>
#include <time.h>

#include "node/store/migrate.h"

#define CACHE_KIB        2048
#define LAG_MAX          200000 /* about 5 s of indexing */
#define CHECKPOINT_PAGES 4096   /* 16 MiB of log */

static uint64_t wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- opening and closing ------------------------------------------------------------------- */

static int load_state(struct kith_writer *writer)
{
	static const enum kith_sql sql[] = {KITH_SQL_LAST_SEQ, KITH_SQL_INDEXED_SEQ,
		KITH_SQL_PAGE_BYTES, KITH_SQL_PAGES, KITH_SQL_PURGE, KITH_SQL_MERGED_SEQ};
	int64_t numbers[6] = {0};
	int err = 0;

	for (size_t i = 0; !err && i < 6; i++)
		err = kith_db_number(&writer->db, sql[i], NULL, 0, &numbers[i]);
	writer->last_seq = writer->stats.last_seq = (uint64_t)numbers[0];
	writer->indexed_seq = writer->stats.indexed_seq = (uint64_t)numbers[1];
	writer->page_bytes = (uint64_t)numbers[2];
	writer->stats.database_bytes = (uint64_t)numbers[3] * writer->page_bytes;
	writer->purge = numbers[4];
	writer->merged_seq = writer->committed_merged_seq = (uint64_t)numbers[5];
	writer->stats.purging = writer->purge != 0;
	return err;
}

static int note_log(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct kith_writer *writer = arg;

	(void)db;
	(void)name;
	writer->wal_pages = pages;
	return SQLITE_OK;
}

int kith_writer_open(struct kith_writer *writer, const struct kith_store_config *config, char *why,
	size_t why_len)
{
	size_t cache_kib = config->cache_kib ? config->cache_kib : CACHE_KIB;
	int err;

	*writer = (struct kith_writer){.lag_max = config->lag_max ? config->lag_max : LAG_MAX};
	err = kith_db_open(&writer->db, config->path, KITH_DB_WRITER, cache_kib, why, why_len);
	if (err == KITH_E_CORRUPT)
		kith_schema_explain(err, config->path, "not a database", why, why_len);
	if (err)
		return err;
	err = kith_schema_prepare(&writer->db, config->path, config->quick_check, why, why_len);
	if (!err) {
		err = load_state(writer);
		if (err)
			kith_schema_explain(
				err, config->path, sqlite3_errmsg(writer->db.db), why, why_len);
	}
	if (err)
		kith_db_close(&writer->db);
	else
		sqlite3_wal_hook(writer->db.db, note_log, writer);
	return err;
}

/* What fails is tried again after the next commit; the log grows meanwhile, or writing fails. */
void kith_writer_checkpoint_if_due(struct kith_writer *writer)
{
	if (writer->wal_pages < CHECKPOINT_PAGES)
		return;
	writer->wal_pages = 0;
	sqlite3_wal_checkpoint_v2(writer->db.db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

void kith_writer_close(struct kith_writer *writer)
{
	sqlite3_wal_checkpoint_v2(writer->db.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	kith_db_close(&writer->db);
}

/* ---- transactions -------------------------------------------------------------------------- */

int kith_writer_begin(struct kith_writer *writer, bool full_sync)
{
	int err = 0;

	if (writer->full_sync != full_sync || !writer->sync_set)
		err = kith_db_run(&writer->db,
			full_sync ? KITH_SQL_SYNC_FULL : KITH_SQL_SYNC_NORMAL, NULL, 0);
	writer->sync_set = !err;
	writer->full_sync = full_sync;
	return err ? err : kith_db_run(&writer->db, KITH_SQL_BEGIN, NULL, 0);
}

/* Back to what is on disk. */
static void rollback(struct kith_writer *writer)
{
	if (!sqlite3_get_autocommit(writer->db.db) &&
		kith_db_run(&writer->db, KITH_SQL_ROLLBACK, NULL, 0))
		writer->sync_set = false;
	kith_write_forget_numbers(writer);
	writer->last_seq = writer->stats.last_seq;
	writer->indexed_seq = writer->stats.indexed_seq;
	writer->merged_seq = writer->committed_merged_seq;
}

static void note_commit(struct kith_writer *writer, uint64_t took_us)
{
	struct kith_store_stats *stats = &writer->stats;
	int64_t pages = 0;

	stats->commits++;
	if (writer->full_sync)
		stats->full_commits++;
	stats->rows_written += writer->last_seq - stats->last_seq;
	stats->last_seq = writer->last_seq;
	stats->indexed_seq = writer->indexed_seq;
	writer->committed_merged_seq = writer->merged_seq;
	if (took_us > stats->commit_us_max)
		stats->commit_us_max = took_us;
	if (kith_db_number(&writer->db, KITH_SQL_PAGES, NULL, 0, &pages) == 0)
		stats->database_bytes = (uint64_t)pages * writer->page_bytes;
}

/* Commits, or rolls back what an error has broken; returns the error. */
int kith_writer_finish(struct kith_writer *writer, int err)
{
	uint64_t began_ns = uv_hrtime();

	if (!err)
		err = kith_db_run(&writer->db, KITH_SQL_COMMIT, NULL, 0);
	if (!err) {
		note_commit(writer, (uv_hrtime() - began_ns) / 1000);
		return 0;
	}
	rollback(writer);
	return err;
}

/* ---- groups -------------------------------------------------------------------------------- */

static int try_group(struct kith_writer *writer, struct kith_batch *const *batches, size_t count,
	bool full_sync, bool index)
{
	uint64_t now_ms = wall_ms();
	int err = kith_writer_begin(writer, full_sync);

	for (size_t i = 0; !err && i < count; i++)
		err = kith_write_batch(writer, batches[i], now_ms);
	if (!err)
		err = kith_ids_merge_if_many(writer);
	if (!err && index && writer->last_seq - writer->indexed_seq <= KITH_INDEX_AT_ONCE)
		err = kith_index_run(writer, KITH_INDEX_AT_ONCE);
	return kith_writer_finish(writer, err);
}

/* Which source was imported before is known for certain only once everything is indexed. */
static int settle_sources(
	struct kith_writer *writer, struct kith_batch *const *batches, size_t count)
{
	bool needed = false;
	int err = 0;

	for (size_t i = 0; i < count; i++)
		needed = needed || batches[i]->unless_source;
	if (!needed)
		return 0;
	while (!err && kith_writer_is_behind(writer))
		err = kith_writer_catch_up(writer);
	return !err && writer->stats.indexed_seq < writer->stats.last_seq ? KITH_E_CORRUPT : err;
}

/* While a bulk pull goes on, indexing would only slow it: it waits for a pause. */
static bool is_bulk(struct kith_batch *const *batches, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (batches[i]->origin == KITH_ORIGIN_PULL)
			return true;
	return false;
}

static int write_group(struct kith_writer *writer, struct kith_batch *const *batches, size_t count)
{
	bool full_sync = false, index = !is_bulk(batches, count);
	int err = settle_sources(writer, batches, count);

	for (size_t i = 0; i < count; i++)
		full_sync = full_sync || batches[i]->durable;
	if (err)
		return err;
	err = try_group(writer, batches, count, full_sync, index);
	if (err == KITH_E_CORRUPT)
		err = try_group(writer, batches, count, full_sync, false);
	return err;
}

void kith_writer_group(struct kith_writer *writer, struct kith_batch *const *batches, size_t count)
{
	int err = write_group(writer, batches, count);

	for (size_t i = 0; i < count; i++) {
		batches[i]->err = err;
		if (err)
			kith_write_undo(batches[i]);
	}
	if (err)
		writer->stats.failures++;
	else if (is_bulk(batches, count))
		writer->idle_after_ns = uv_hrtime() + KITH_BULK_PAUSE_NS;
	else
		writer->idle_after_ns = 0; /* the disk is well: no need to wait any longer */
}

int kith_writer_change(
	struct kith_writer *writer, int (*fn)(struct kith_reader *writer, void *arg), void *arg)
{
	int64_t indexed_seq = 0;
	int64_t purge = 0;
	int err = kith_writer_begin(writer, true);

	if (!err)
		err = fn(&writer->db, arg);
	if (!err)
		err = kith_db_number(&writer->db, KITH_SQL_PURGE, NULL, 0, &purge);
	if (!err)
		err = kith_db_number(&writer->db, KITH_SQL_INDEXED_SEQ, NULL, 0, &indexed_seq);
	if (!err)
		writer->indexed_seq = (uint64_t)indexed_seq;
	err = kith_writer_finish(writer, err);
	if (!err) {
		writer->purge = purge;
		writer->stats.purging = purge != 0;
	}
	return err;
}
