/* A disk that fills up or fails at any moment, and files that were damaged: nothing is half
 * stored, the database stays whole, writing goes on once the disk is well again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/faulty_vfs.h"
#include "tests/stored.h"

#define BULK    300 /* more than is indexed at once */
#define FOREVER UINT64_MAX

struct world {
	struct faulty_vfs vfs;
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair author;
	struct kith_record *records[BULK + 8]; /* signed once, stored in every round */
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	char url[32];

	w->seeded.state = 9;
	w->author = seeded_sign_pair(&w->seeded);
	for (uint64_t i = 0; i < BULK + 8; i++) {
		snprintf(url, sizeof(url), "https://example.org/%u", (unsigned)i);
		w->records[i] = stored_record(
			&(struct saying){
				.created_ms = 1000 + i, .title = "A garden for all", .url = url},
			&w->author, &w->seeded);
	}
	faulty_install(&w->vfs);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	faulty_remove(&w->vfs);
	for (size_t i = 0; i < BULK + 8; i++)
		kith_record_free(w->records[i]);
	free(w);
	return 0;
}

static struct kith_batch *batch_of(const struct world *w, size_t from, size_t count)
{
	struct kith_batch *batch = kith_batch_new(count);

	for (size_t i = from; i < from + count; i++) {
		struct kith_record *copy = NULL;

		stored_must(kith_record_reopen(w->records[i]->envelope.data,
				    w->records[i]->envelope.len, &copy) == 0,
			"copying a record");
		stored_add(batch, copy);
	}
	return batch;
}

/* ---- what is synced ------------------------------------------------------------------------ */

static uint64_t wal_syncs_of(struct world *w, size_t record, bool durable)
{
	struct kith_batch *batch = batch_of(w, record, 1);
	uint64_t before = w->vfs.wal_syncs;

	batch->durable = durable;
	assert_int_equal(stored_write(&w->s, batch), 0);
	kith_batch_free(batch);
	return w->vfs.wal_syncs - before;
}

static void a_durable_batch_is_synced_before_it_is_acknowledged(void **state)
{
	struct world *w = *state;

	stored_make(&w->s);
	stored_open(&w->s);
	wal_syncs_of(w, 0, false); /* the first write after opening has its own sync */
	assert_int_equal(wal_syncs_of(w, 1, false), 0);
	assert_true(wal_syncs_of(w, 2, true) >= 1);
	assert_int_equal(wal_syncs_of(w, 3, false), 0);
	assert_true(wal_syncs_of(w, 4, true) >= 1);
	assert_int_equal(kith_store_stats(w->s.store).full_commits, 2);
	stored_remove(&w->s);
}

/* ---- a fault at each operation ------------------------------------------------------------- */

/* What a round did, and what it was told about it. */
struct outcome {
	bool opened;
	int errs[4]; /* of the batches: records 0..2, 3..4 (durable), the bulk, 5 (with source) */
	int change_err;
	int erase_err;
};

static const struct {
	size_t from, count;
} spans[4] = {{0, 3}, {3, 2}, {8, BULK}, {5, 1}};

static int put_partner(struct kith_reader *writer, void *arg)
{
	struct kith_partner_config config = {.port = 1};

	(void)arg;
	return kith_change_partner_put(writer, &config);
}

static int erase_record(struct kith_reader *writer, void *arg)
{
	struct stored_call *call = arg;
	const struct world *w = call->s->loop.data;

	return kith_change_erase(writer, &w->records[1]->id);
}

static int change(struct world *w, int (*fn)(struct kith_reader *writer, void *arg))
{
	struct stored_call call = {.s = &w->s, .err = 1};
	int before = w->s.done;

	kith_store_change(w->s.store, fn, stored_on_changed, &call);
	stored_wait(&w->s, before + 1);
	return call.err;
}

static int write_span(struct world *w, size_t span)
{
	struct kith_batch *batch = batch_of(w, spans[span].from, spans[span].count);
	int err;

	batch->durable = span == 1 || span == 3;
	batch->unless_source = span == 3;
	err = stored_write(&w->s, batch);
	for (size_t i = 0; i < batch->count; i++)
		assert_int_equal(batch->entries[i].seq != 0, err == 0);
	kith_batch_free(batch);
	return err;
}

static struct outcome run_script(struct world *w)
{
	struct outcome outcome = {.opened = false};

	w->s.loop.data = w;
	outcome.opened = stored_open_with(&w->s, (struct kith_store_config){0}) == 0;
	if (!outcome.opened)
		return outcome;
	for (size_t i = 0; i < 4; i++)
		outcome.errs[i] = write_span(w, i);
	outcome.change_err = change(w, put_partner);
	outcome.erase_err = change(w, erase_record);
	return outcome;
}

/* ---- what must hold afterwards ------------------------------------------------------------- */

static void assert_pragma_ok(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
	sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_exec(db, "INSERT INTO words (words) VALUES ('integrity-check')",
				 NULL, NULL, NULL),
		SQLITE_OK);
	sqlite3_close(db);
}

static int count_row(void *ctx, const struct kith_row *row)
{
	size_t *counts = ctx;

	counts[row->known]++;
	return 0;
}

static void assert_span(struct world *w, struct kith_reader *reader, size_t span, bool stored)
{
	for (size_t i = spans[span].from; i < spans[span].from + spans[span].count; i++) {
		size_t counts[3] = {0};
		int err = kith_query_get(reader, &w->records[i]->id, count_row, counts);

		assert_int_equal(err, stored ? 0 : KITH_E_NOT_FOUND);
	}
}

static int count_item(void *ctx, const struct kith_circle *circle, enum kith_class class_,
	const struct kith_item *item)
{
	struct kith_circle commons = kith_circle_commons();
	size_t *count = ctx;

	(void)item;
	assert_memory_equal(circle, &commons, sizeof(commons));
	assert_int_equal(class_, KITH_CLASS_CONTENT);
	(*count)++;
	return 0;
}

/* Every record held is found, by time and by its words, and the counters agree. */
static void assert_searchable(struct kith_reader *reader, size_t held)
{
	const struct kith_find finds[] = {
		{.limit = 1000}, {.limit = 1000, .words = "garden"}, {.limit = 1000, .lang = "en"}};
	struct kith_counts totals;
	size_t items = 0;

	for (size_t i = 0; i < 3; i++) {
		size_t counts[3] = {0};
		bool more;

		assert_int_equal(kith_query_find(reader, &finds[i], count_row, counts, &more), 0);
		assert_int_equal(counts[KITH_KNOWN_HELD], held);
	}
	assert_int_equal(kith_query_counts(reader, &totals), 0);
	assert_int_equal(totals.held, held);
	assert_int_equal(totals.authors, 1);
	assert_int_equal(kith_query_items(reader, count_item, &items), 0);
	assert_int_equal(items, held + totals.erased);
}

static void assert_whole(struct world *w, const struct outcome *outcome)
{
	struct kith_reader *reader;
	size_t held = 1; /* what came later */

	stored_wait_indexed(&w->s);
	reader = stored_reader(&w->s);
	for (size_t i = 0; i < 4; i++) {
		bool stored = outcome->opened && outcome->errs[i] == 0;

		assert_span(w, reader, i, stored);
		held += stored ? spans[i].count : 0;
	}
	if (outcome->opened && outcome->errs[0] == 0 && outcome->erase_err == 0)
		held--;
	assert_searchable(reader, held);
	kith_store_reader_give(w->s.store, reader);
}

static bool is_expected(int err)
{
	return err == 0 || err == KITH_E_FULL || err == KITH_E_IO;
}

/* One life of a store with a disk that fails from operation n on. False: it never came to n. */
static bool survives(struct world *w, uint64_t n, uint64_t count, int rc)
{
	struct outcome outcome;
	bool failed;

	stored_make(&w->s);
	faulty_arm(&w->vfs, n, count, rc);
	outcome = run_script(w);
	failed = w->vfs.failed > 0;
	faulty_arm(&w->vfs, 0, 0, rc); /* the disk is well again */
	for (size_t i = 0; i < 4; i++)
		assert_true(is_expected(outcome.errs[i]));
	assert_true(is_expected(outcome.change_err));
	assert_true(is_expected(outcome.erase_err) || outcome.errs[0]);
	if (!outcome.opened)
		stored_open(&w->s);
	stored_put(
		&w->s, stored_record(&(struct saying){.created_ms = 1, .title = "Another garden"},
			       &w->author, &w->seeded));
	assert_whole(w, &outcome);
	stored_close(&w->s);
	assert_pragma_ok(w->s.path, "PRAGMA integrity_check");
	stored_remove(&w->s);
	return failed;
}

static void fail_everywhere(struct world *w, uint64_t count, int rc)
{
	uint64_t n = 1;

	while (survives(w, n, count, rc))
		n += 1 + n / 16; /* dense where it matters: opening and the first commits */
	assert_true(n > 60);
}

static void a_disk_full_for_a_moment(void **state)
{
	fail_everywhere(*state, 1, SQLITE_FULL);
}

static void a_disk_full_for_good(void **state)
{
	fail_everywhere(*state, FOREVER, SQLITE_FULL);
}

static void a_disk_that_errs_once(void **state)
{
	fail_everywhere(*state, 1, SQLITE_IOERR_WRITE);
}

static void a_disk_that_errs_for_good(void **state)
{
	fail_everywhere(*state, FOREVER, SQLITE_IOERR_WRITE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_durable_batch_is_synced_before_it_is_acknowledged),
		cmocka_unit_test(a_disk_full_for_a_moment),
		cmocka_unit_test(a_disk_full_for_good),
		cmocka_unit_test(a_disk_that_errs_once),
		cmocka_unit_test(a_disk_that_errs_for_good),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
