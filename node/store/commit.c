/*
 * commit.c: groups of batches become transactions.
 *
 * A group is stored whole or not at all. A damaged projection does not stop writing: it is
 * dropped, and filled again from the records. After three failures in a row indexing rests until
 * the next start.
 */
#include "node/store/writer.h"

#include <malloc.h>
#include <stdio.h>
#include <time.h>

#include "node/store/migrate.h"

#define CACHE_KIB          2048
#define INDEX_FAILURES_MAX 3

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
		KITH_SQL_PAGE_BYTES, KITH_SQL_PAGES, KITH_SQL_PURGE};
	int64_t numbers[5] = {0};
	int err = 0;

	for (size_t i = 0; !err && i < 5; i++)
		err = kith_db_number(&writer->db, sql[i], NULL, 0, &numbers[i]);
	writer->last_seq = writer->stats.last_seq = (uint64_t)numbers[0];
	writer->indexed_seq = writer->stats.indexed_seq = (uint64_t)numbers[1];
	writer->page_bytes = (uint64_t)numbers[2];
	writer->stats.database_bytes = (uint64_t)numbers[3] * writer->page_bytes;
	writer->purge = numbers[4];
	writer->stats.purging = writer->purge != 0;
	return err;
}

int kith_writer_open(struct kith_writer *writer, const struct kith_store_config *config, char *why,
	size_t why_len)
{
	size_t cache_kib = config->cache_kib ? config->cache_kib : CACHE_KIB;
	int err;

	*writer = (struct kith_writer){0};
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
	return err;
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

/* ---- the projection ------------------------------------------------------------------------ */

bool kith_writer_is_behind(const struct kith_writer *writer)
{
	return writer->stats.indexed_seq < writer->stats.last_seq &&
	       writer->index_failures < INDEX_FAILURES_MAX;
}

static int rebuild(struct kith_writer *writer)
{
	int err = kith_writer_begin(writer, false);

	if (!err)
		err = kith_projection_reset(&writer->db);
	if (!err)
		writer->indexed_seq = 0;
	return kith_writer_finish(writer, err);
}

int kith_writer_catch_up(struct kith_writer *writer)
{
	int err = kith_writer_begin(writer, false);

	if (!err)
		err = kith_index_run(writer, KITH_INDEX_STEP);
	err = kith_writer_finish(writer, err);
	writer->index_failures = err ? writer->index_failures + 1 : 0;
	if (err)
		writer->stats.failures++;
	if (err == KITH_E_CORRUPT)
		err = rebuild(writer);
	return err;
}

/* ---- when nothing else is to do ------------------------------------------------------------ */

bool kith_writer_has_idle_work(const struct kith_writer *writer)
{
	return kith_writer_is_behind(writer) || kith_purge_is_due(writer);
}

void kith_writer_idle_step(struct kith_writer *writer)
{
	int err = kith_writer_is_behind(writer) ? kith_writer_catch_up(writer)
						: kith_purge_step(writer);

	if (err || kith_writer_has_idle_work(writer))
		return;
	sqlite3_db_release_memory(writer->db.db);
	malloc_trim(0);
}

/* ---- groups -------------------------------------------------------------------------------- */

static int try_group(struct kith_writer *writer, struct kith_batch *const *batches, size_t count,
	bool full_sync, bool index)
{
	uint64_t now_ms = wall_ms();
	int err = kith_writer_begin(writer, full_sync);

	for (size_t i = 0; !err && i < count; i++)
		err = kith_write_batch(writer, batches[i], now_ms);
	if (!err && index && writer->last_seq - writer->indexed_seq <= KITH_INDEX_AT_ONCE)
		err = kith_index_run(writer, KITH_INDEX_AT_ONCE);
	return kith_writer_finish(writer, err);
}

static int settle_sources(
	struct kith_writer *writer, struct kith_batch *const *batches, size_t count)
{
	bool needed = false;
	int err = 0;

	for (size_t i = 0; i < count; i++)
		needed = needed || batches[i]->unless_source;
	while (needed && !err && kith_writer_is_behind(writer))
		err = kith_writer_catch_up(writer);
	if (needed && !err && writer->stats.indexed_seq < writer->stats.last_seq)
		err = KITH_E_CORRUPT;
	return err;
}

void kith_writer_group(struct kith_writer *writer, struct kith_batch *const *batches, size_t count)
{
	bool full_sync = false;
	int err;

	for (size_t i = 0; i < count; i++)
		full_sync = full_sync || batches[i]->durable;
	err = settle_sources(writer, batches, count);
	if (!err)
		err = try_group(writer, batches, count, full_sync, true);
	if (err == KITH_E_CORRUPT)
		err = try_group(writer, batches, count, full_sync, false);
	for (size_t i = 0; i < count; i++) {
		batches[i]->err = err;
		if (err)
			kith_write_undo(batches[i]);
	}
	if (err)
		writer->stats.failures++;
}

int kith_writer_change(
	struct kith_writer *writer, int (*fn)(struct kith_reader *writer, void *arg), void *arg)
{
	int64_t purge = 0;
	int err = kith_writer_begin(writer, true);

	if (!err)
		err = fn(&writer->db, arg);
	if (!err)
		err = kith_db_number(&writer->db, KITH_SQL_PURGE, NULL, 0, &purge);
	err = kith_writer_finish(writer, err);
	if (!err) {
		writer->purge = purge;
		writer->stats.purging = purge != 0;
	}
	return err;
}
