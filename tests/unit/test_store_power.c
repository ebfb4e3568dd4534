/* A power cut at any moment: what was acknowledged after a FULL commit is there, nothing is half
 * there, and the database is whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/losing_vfs.h"
#include "tests/stored.h"

#define BATCHES 60
#define SIZE    4 /* records in each; the bulk is one batch of BULK */
#define BULK    280

struct world {
	struct losing_vfs vfs;
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair author;
	struct kith_record_id ids[BATCHES][BULK];
	size_t sizes[BATCHES];
};

static bool is_durable(size_t batch)
{
	return batch % 3 != 1;
}

static struct kith_batch *make_batch(struct world *w, size_t i)
{
	struct kith_batch *batch;

	w->sizes[i] = i == BATCHES / 2 ? BULK : SIZE;
	batch = kith_batch_new(w->sizes[i]);
	for (size_t j = 0; j < w->sizes[i]; j++) {
		struct kith_record *record = stored_record(
			&(struct saying){.created_ms = 1000 + 1000 * i + j, .title = "A garden"},
			&w->author, &w->seeded);

		w->ids[i][j] = record->id;
		stored_add(batch, record);
	}
	batch->durable = is_durable(i);
	return batch;
}

/* Batches are acknowledged one after the other, so a number says which. */
static void run(struct world *w)
{
	stored_make(&w->s);
	stored_open(&w->s);
	losing_begin(&w->vfs, 8);
	for (size_t i = 0; i < BATCHES; i++) {
		struct kith_batch *batch = make_batch(w, i);

		stored_must(stored_write(&w->s, batch) == 0, "storing");
		kith_batch_free(batch);
		atomic_store(&w->vfs.acknowledged, (int)i + 1);
	}
	stored_wait_indexed(&w->s);
	stored_close(&w->s);
	losing_begin(&w->vfs, 0);
}

/* ---- after the cut ------------------------------------------------------------------------- */

static void write_image(const char *path, const struct losing_image *image)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	if (image->len)
		assert_int_equal(fwrite(image->bytes, 1, image->len, file), image->len);
	assert_int_equal(fclose(file), 0);
}

static int ignore_row(void *ctx, const struct kith_row *row)
{
	(void)ctx;
	(void)row;
	return 0;
}

static size_t count_stored(struct world *w, struct kith_reader *reader, size_t batch)
{
	size_t stored = 0;

	for (size_t j = 0; j < w->sizes[batch]; j++) {
		int err = kith_query_get(reader, &w->ids[batch][j], ignore_row, NULL);

		assert_true(err == 0 || err == KITH_E_NOT_FOUND);
		stored += err == 0;
	}
	return stored;
}

static int count_found(void *ctx, const struct kith_row *row)
{
	(void)row;
	(*(size_t *)ctx)++;
	return 0;
}

static void assert_kept(struct world *w, struct stored *after, int acknowledged)
{
	struct kith_find find = {.limit = 1000, .words = "garden"};
	struct kith_reader *reader = stored_reader(after);
	size_t total = 0, found = 0;
	bool gone = false;
	bool more;

	for (size_t i = 0; i < BATCHES && (i < (size_t)acknowledged || !gone); i++) {
		size_t stored = count_stored(w, reader, i);

		assert_true(stored == 0 || stored == w->sizes[i]);
		/* Later ones are lost with earlier ones, and a FULL commit keeps all before it. */
		assert_false(gone && stored);
		gone = stored == 0;
		if (i < (size_t)acknowledged && is_durable(i))
			assert_false(gone);
		total += stored;
	}
	assert_int_equal(kith_query_find(reader, &find, count_found, &found, &more), 0);
	assert_int_equal(found, total);
	kith_store_reader_give(after->store, reader);
}

static void assert_integrity(const char *path)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
	sqlite3_finalize(stmt);
	sqlite3_close(db);
}

static void check_snapshot(struct world *w, const struct losing_snapshot *snapshot)
{
	struct stored after;
	char wal[320];

	stored_make(&after);
	snprintf(wal, sizeof(wal), "%s-wal", after.path);
	write_image(after.path, &snapshot->files[0]);
	write_image(wal, &snapshot->files[1]);
	stored_open(&after);
	stored_wait_indexed(&after);
	assert_kept(w, &after, snapshot->acknowledged);
	stored_close(&after);
	assert_integrity(after.path);
	stored_remove(&after);
}

static void a_power_cut_loses_nothing_that_was_promised(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	(void)state;
	w->seeded.state = 15;
	w->author = seeded_sign_pair(&w->seeded);
	losing_install(&w->vfs);
	run(w);
	assert_true(w->vfs.snapshot_count > 50);
	for (size_t i = 0; i < w->vfs.snapshot_count; i++)
		check_snapshot(w, &w->vfs.snapshots[i]);
	stored_remove(&w->s);
	losing_remove(&w->vfs);
	free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_power_cut_loses_nothing_that_was_promised),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
