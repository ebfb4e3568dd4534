/* The store on a real loop and a real disk: what goes in comes out, in order, in groups, and
 * again after a restart. Faults of the disk are in test_store_faults.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/stat.h>

#include "tests/unit/store_world.h"

static struct kith_record *record_at(struct world *w, uint64_t created_ms)
{
	return stored_record(&(struct saying){.created_ms = created_ms, .title = "Community land"},
		&w->author, &w->seeded);
}

/* ---- writing and reading ------------------------------------------------------------------- */

struct seen {
	size_t count;
	uint64_t seq;
	enum kith_known known;
	struct kith_record_id id;
	uint8_t envelope[4096];
	size_t envelope_len;
	bool has_body;
	char reason[256];
	bool in_order;
};

static int see(void *ctx, const struct kith_row *row)
{
	struct seen *seen = ctx;

	seen->in_order = (seen->count == 0 || seen->in_order) && row->seq > seen->seq;
	seen->count++;
	seen->seq = row->seq;
	seen->known = row->known;
	seen->id = row->record->id;
	seen->has_body = row->record->has_body;
	seen->envelope_len = row->record->envelope.len;
	memcpy(seen->envelope, row->record->envelope.data, row->record->envelope.len);
	snprintf(seen->reason, sizeof(seen->reason), "%s", row->reason ? row->reason : "");
	return 0;
}

static int get(struct world *w, const struct kith_record_id *id, struct seen *seen)
{
	struct kith_reader *reader = stored_reader(&w->s);
	int err;

	*seen = (struct seen){0};
	err = kith_query_get(reader, id, see, seen);
	kith_store_reader_give(w->s.store, reader);
	return err;
}

static void a_record_comes_out_as_it_went_in(void **state)
{
	struct world *w = *state;
	struct kith_record *record = record_at(w, 1000);
	struct kith_batch *batch = stored_batch_of(record);
	struct seen seen;

	batch->durable = true;
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_equal(batch->entries[0].err, 0);
	assert_int_equal(batch->entries[0].seq, 1);
	assert_int_equal(get(w, &record->id, &seen), 0);
	assert_int_equal(seen.seq, 1);
	assert_int_equal(seen.known, KITH_KNOWN_HELD);
	assert_int_equal(seen.envelope_len, record->envelope.len);
	assert_memory_equal(seen.envelope, record->envelope.data, seen.envelope_len);
	record->id.bytes[31] ^= 1;
	assert_int_equal(get(w, &record->id, &seen), KITH_E_NOT_FOUND);
	record->id.bytes[31] ^= 1;
	record->id.bytes[0] ^= 0x80;
	assert_int_equal(get(w, &record->id, &seen), KITH_E_NOT_FOUND);
	kith_batch_free(batch);
}

static void what_is_known_already_is_no_error_and_not_new(void **state)
{
	struct world *w = *state;
	struct kith_record *record = record_at(w, 1000);
	struct kith_record *again = NULL;
	struct kith_batch *batch = kith_batch_new(3);
	struct kith_counts counts;
	struct kith_reader *reader;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(
			kith_record_reopen(record->envelope.data, record->envelope.len, &again), 0);
		stored_add(batch, again);
	}
	stored_add(batch, record_at(w, 2000));
	stored_put(&w->s, record);
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_equal(batch->entries[0].seq, 0);
	assert_int_equal(batch->entries[1].seq, 0);
	assert_int_equal(batch->entries[2].seq, 2); /* no gap */
	for (int i = 0; i < 3; i++)
		assert_int_equal(batch->entries[i].err, 0);
	reader = stored_reader(&w->s);
	assert_int_equal(kith_query_counts(reader, &counts), 0);
	assert_int_equal(counts.held, 2);
	assert_int_equal(counts.authors, 1);
	kith_store_reader_give(w->s.store, reader);
	kith_batch_free(batch);
}

static void twice_in_one_group_is_stored_once(void **state)
{
	struct world *w = *state;
	struct kith_record *record = record_at(w, 1000);
	struct kith_record *again = NULL;
	struct kith_batch *batch = kith_batch_new(2);

	assert_int_equal(
		kith_record_reopen(record->envelope.data, record->envelope.len, &again), 0);
	stored_add(batch, record);
	stored_add(batch, again);
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_equal(batch->entries[0].seq, 1);
	assert_int_equal(batch->entries[1].seq, 0);
	assert_int_equal(kith_store_stats(w->s.store).last_seq, 1);
	kith_batch_free(batch);
}

static void entries_that_are_not_authentic_are_left_alone(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch = kith_batch_new(3);

	assert_int_equal(kith_batch_add(batch, (const uint8_t *)"nonsense", 8), 0);
	kith_batch_verify(batch);
	stored_add(batch, record_at(w, 1000));
	stored_add(batch, record_at(w, 1001));
	batch->entries[1].err = KITH_E_FORGED;
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_not_equal(batch->entries[0].err, 0);
	assert_int_equal(batch->entries[0].seq, 0);
	assert_int_equal(batch->entries[1].err, KITH_E_FORGED);
	assert_int_equal(batch->entries[1].seq, 0);
	assert_int_equal(batch->entries[2].seq, 1);
	kith_batch_free(batch);
}

static void a_declined_record_keeps_header_signature_and_reason(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch = stored_batch_of(record_at(w, 1000));
	struct kith_batch_entry *entry = &batch->entries[0];
	struct kith_record_id id = entry->record->id;
	struct seen seen;

	entry->known = KITH_KNOWN_DECLINED;
	snprintf(entry->problem.field, sizeof(entry->problem.field), "place.country");
	snprintf(entry->problem.rule, sizeof(entry->problem.rule), "is no country");
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_equal(entry->seq, 1);
	assert_int_equal(get(w, &id, &seen), 0);
	assert_int_equal(seen.known, KITH_KNOWN_DECLINED);
	assert_false(seen.has_body);
	assert_string_equal(seen.reason, "place.country: is no country");
	assert_memory_equal(&seen.id, &id, sizeof(id));
	kith_batch_free(batch);
}

static void a_record_that_came_without_its_body_is_erased_here_too(void **state)
{
	struct world *w = *state;
	struct kith_record *record = record_at(w, 1000);
	struct kith_record *stem = NULL;
	/* The body is last: tag, length in two bytes or one, bytes. */
	size_t stem_len =
		record->envelope.len - record->body.len - (record->body.len < 128 ? 2 : 3);
	struct kith_batch *batch;
	struct seen seen;

	assert_int_equal(kith_record_open(record->envelope.data, stem_len, &stem, NULL), 0);
	batch = stored_batch_of(stem);
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_equal(batch->entries[0].known, KITH_KNOWN_ERASED);
	assert_int_equal(get(w, &record->id, &seen), 0);
	assert_int_equal(seen.known, KITH_KNOWN_ERASED);
	kith_record_free(record);
	kith_batch_free(batch);
}

/* ---- order, groups, watermark -------------------------------------------------------------- */

#define MANY 40

/* Holds the writer up, so that what follows queues up. */
static int wait_for(struct kith_reader *writer, void *arg)
{
	struct stored_call *call = arg;

	(void)writer;
	uv_sem_wait(&call->go);
	return 0;
}

static void batches_are_numbered_in_the_order_they_were_given(void **state)
{
	struct world *w = *state;
	struct stored_call call = {.s = &w->s};
	struct kith_batch *batches[MANY];
	uint64_t expected = 1;

	assert_int_equal(uv_sem_init(&call.go, 0), 0);
	kith_store_change(w->s.store, wait_for, stored_on_changed, &call);
	for (size_t i = 0; i < MANY; i++) {
		batches[i] = kith_batch_new(3);
		for (uint64_t j = 0; j < 3; j++)
			stored_add(batches[i], record_at(w, 5000 - i * 10 - j));
		kith_store_write(w->s.store, batches[i], stored_on_written, &w->s);
	}
	assert_int_equal(kith_store_stats(w->s.store).queued_batches, MANY + 1);
	uv_sem_post(&call.go);
	stored_wait(&w->s, MANY + 1);
	for (size_t i = 0; i < MANY; i++) {
		for (size_t j = 0; j < 3; j++)
			assert_int_equal(batches[i]->entries[j].seq, expected++);
		kith_batch_free(batches[i]);
	}
	assert_int_equal(kith_store_stats(w->s.store).commits, 2); /* the change, and all of them */
	assert_int_equal(kith_store_stats(w->s.store).full_commits, 1);
	assert_int_equal(kith_store_stats(w->s.store).rows_written, 3 * MANY);
	assert_int_equal(kith_store_stats(w->s.store).queued_batches, 0);
	uv_sem_destroy(&call.go);
}

static void since_shows_the_order_of_arrival(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch = kith_batch_new(20);
	struct kith_reader *reader;
	struct seen seen = {0};

	for (uint64_t i = 0; i < 20; i++)
		stored_add(batch, record_at(w, 5000 - i));
	batch->entries[7].known = KITH_KNOWN_DECLINED;
	assert_int_equal(stored_write(&w->s, batch), 0);
	reader = stored_reader(&w->s);
	assert_int_equal(kith_query_since(reader, 0, 0, 100, see, &seen), 0);
	assert_int_equal(seen.count, 19);
	assert_true(seen.in_order);
	seen = (struct seen){0};
	assert_int_equal(
		kith_query_since(reader, 15, KITH__BODY__KIND_INITIATIVE, 3, see, &seen), 0);
	assert_int_equal(seen.count, 3);
	assert_int_equal(seen.seq, 18);
	seen = (struct seen){0};
	assert_int_equal(kith_query_since(reader, 0, KITH__BODY__KIND_PRACTICE, 3, see, &seen), 0);
	assert_int_equal(seen.count, 0);
	kith_store_reader_give(w->s.store, reader);
	kith_batch_free(batch);
}

static void few_records_are_indexed_with_their_commit(void **state)
{
	struct world *w = *state;

	stored_put(&w->s, record_at(w, 1000));
	assert_int_equal(kith_store_stats(w->s.store).indexed_seq, 1);
}

static void many_records_are_indexed_behind_their_commit(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch = kith_batch_new(1000);

	for (uint64_t i = 0; i < 1000; i++)
		stored_add(batch, record_at(w, 1000 + i));
	assert_int_equal(stored_write(&w->s, batch), 0);
	assert_int_equal(kith_store_stats(w->s.store).last_seq, 1000);
	assert_int_equal(kith_store_stats(w->s.store).indexed_seq, 0);
	stored_wait_indexed(&w->s);
	assert_int_equal(kith_store_stats(w->s.store).indexed_seq, 1000);
	kith_batch_free(batch);
}

/* ---- changes and reads --------------------------------------------------------------------- */

static int refuse(struct kith_reader *writer, void *arg)
{
	(void)writer;
	(void)arg;
	return KITH_E_NOT_FOUND;
}

static struct kith_partner_config partner(uint8_t n)
{
	struct kith_partner_config config = {
		.has_address = n % 2 == 0, .port = n, .paused = n == 3};

	config.group.bytes[0] = n;
	snprintf(config.name, sizeof(config.name), "Partner %u", n);
	if (config.has_address) {
		config.node.bytes[5] = n;
		snprintf(config.host, sizeof(config.host), "%u.example.org", n);
	} else {
		config.port = 0;
	}
	return config;
}

static int put_partners(struct kith_reader *writer, void *arg)
{
	struct kith_partner_config config;

	(void)arg;
	for (uint8_t n = 4; n > 0; n--) {
		int err;

		config = partner(n);
		err = kith_change_partner_put(writer, &config);
		if (err)
			return err;
	}
	return kith_change_partner_delete(writer, &config.group);
}

static int expect_partner(void *ctx, const struct kith_partner_config *config)
{
	uint8_t *n = ctx;
	struct kith_partner_config expected = partner((*n)++);

	assert_memory_equal(&config->group, &expected.group, sizeof(expected.group));
	assert_string_equal(config->name, expected.name);
	assert_int_equal(config->has_address, expected.has_address);
	assert_memory_equal(&config->node, &expected.node, sizeof(expected.node));
	assert_string_equal(config->host, expected.host);
	assert_int_equal(config->port, expected.port);
	assert_int_equal(config->paused, expected.paused);
	return 0;
}

static int change(struct world *w, int (*fn)(struct kith_reader *writer, void *arg))
{
	struct stored_call call = {.s = &w->s, .err = 1};
	int before = w->s.done;

	kith_store_change(w->s.store, fn, stored_on_changed, &call);
	stored_wait(&w->s, before + 1);
	return call.err;
}

static void partners_survive_a_restart(void **state)
{
	struct world *w = *state;
	struct kith_reader *reader;
	uint8_t n = 2;

	assert_int_equal(change(w, put_partners), 0);
	stored_close(&w->s);
	stored_open(&w->s);
	reader = stored_reader(&w->s);
	assert_int_equal(kith_query_partners(reader, expect_partner, &n), 0);
	assert_int_equal(n, 5);
	kith_store_reader_give(w->s.store, reader);
}

static int put_then_fail(struct kith_reader *writer, void *arg)
{
	return put_partners(writer, arg) ? KITH_E_IO : KITH_E_REFUSED;
}

static void a_change_that_fails_leaves_nothing(void **state)
{
	struct world *w = *state;
	struct kith_reader *reader;
	uint8_t n = 2;

	assert_int_equal(change(w, refuse), KITH_E_NOT_FOUND);
	assert_int_equal(change(w, put_then_fail), KITH_E_REFUSED);
	reader = stored_reader(&w->s);
	assert_int_equal(kith_query_partners(reader, expect_partner, &n), 0);
	assert_int_equal(n, 2);
	kith_store_reader_give(w->s.store, reader);
}

static int try_to_write(struct kith_reader *reader, void *arg)
{
	(void)arg;
	return put_partners(reader, NULL);
}

static int count(struct kith_reader *reader, void *arg)
{
	struct kith_counts counts;

	(void)arg;
	return kith_query_counts(reader, &counts);
}

static void questions_run_elsewhere_and_cannot_write(void **state)
{
	struct world *w = *state;
	struct stored_call calls[20];
	struct stored_call writing = {.s = &w->s};

	for (size_t i = 0; i < 20; i++) {
		calls[i] = (struct stored_call){.s = &w->s, .err = 1};
		kith_store_read(w->s.store, count, stored_on_changed, &calls[i]);
	}
	kith_store_read(w->s.store, try_to_write, stored_on_changed, &writing);
	assert_int_equal(w->s.done, 0); /* never from within */
	stored_wait(&w->s, 21);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(calls[i].err, 0);
	assert_int_equal(writing.err, KITH_E_PERMISSION);
}

/* ---- closing and opening again ------------------------------------------------------------- */

static void closing_finishes_what_is_queued(void **state)
{
	struct world *w = *state;
	struct kith_batch *batches[MANY];
	struct stored_call calls[5];
	char wal[320];
	struct stat st;

	for (size_t i = 0; i < MANY; i++) {
		batches[i] = stored_batch_of(record_at(w, 1000 + i));
		kith_store_write(w->s.store, batches[i], stored_on_written, &w->s);
	}
	for (size_t i = 0; i < 5; i++) {
		calls[i] = (struct stored_call){.s = &w->s, .err = 1};
		kith_store_read(w->s.store, count, stored_on_changed, &calls[i]);
	}
	stored_close(&w->s);
	assert_int_equal(w->s.done, MANY + 5);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(batches[i]->err, 0);
		assert_int_equal(batches[i]->entries[0].seq, i + 1);
		kith_batch_free(batches[i]);
	}
	snprintf(wal, sizeof(wal), "%s-wal", w->s.path);
	assert_int_equal(stat(wal, &st), -1); /* checkpointed and gone */
	stored_open(&w->s);
	assert_int_equal(kith_store_stats(w->s.store).last_seq, MANY);
	assert_int_equal(kith_store_stats(w->s.store).indexed_seq, MANY);
}

static void what_comes_while_closing_is_refused(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch = stored_batch_of(record_at(w, 1000));
	struct kith_batch *late = stored_batch_of(record_at(w, 1001));

	kith_store_write(w->s.store, batch, stored_on_written, &w->s);
	kith_store_close(w->s.store, stored_on_closed, &w->s);
	kith_store_write(w->s.store, late, stored_on_written, &w->s);
	while (w->s.store)
		uv_run(&w->s.loop, UV_RUN_ONCE);
	assert_int_equal(w->s.done, 2);
	assert_int_equal(batch->err, 0);
	assert_int_equal(late->err, KITH_E_STATE);
	kith_batch_free(batch);
	kith_batch_free(late);
}

static void indexing_goes_on_after_a_restart(void **state)
{
	struct world *w = *state;
	struct kith_batch *batch = kith_batch_new(600);

	for (uint64_t i = 0; i < 600; i++)
		stored_add(batch, record_at(w, 1000 + i));
	kith_store_write(w->s.store, batch, stored_on_written, &w->s);
	stored_close(&w->s);
	kith_batch_free(batch);
	stored_open(&w->s);
	stored_wait_indexed(&w->s);
	assert_int_equal(kith_store_stats(w->s.store).indexed_seq, 600);
}

/* 30 MiB go in; the log is brought into the file each time it has 16. */
static void the_log_does_not_grow_without_end(void **state)
{
	struct world *w = *state;
	char title[20001];
	char wal[320];
	struct stat st;

	snprintf(wal, sizeof(wal), "%s-wal", w->s.path);
	memset(title, 'x', sizeof(title) - 1);
	title[sizeof(title) - 1] = '\0';
	for (uint64_t i = 0; i < 15; i++) {
		struct kith_batch *batch = kith_batch_new(100);

		for (uint64_t j = 0; j < 100; j++)
			stored_add(batch, stored_record(&(struct saying){.created_ms = 100 * i + j,
								.kind = 200,
								.title = title},
						  &w->author, &w->seeded));
		assert_int_equal(stored_write(&w->s, batch), 0);
		kith_batch_free(batch);
		assert_int_equal(stat(wal, &st), 0);
		assert_true(st.st_size < 20 << 20);
	}
}

static void a_long_pull_does_not_leave_the_index_behind(void **state)
{
	enum { LAG = 500, BATCH = 100 };
	struct world *w = *state;

	stored_close(&w->s);
	assert_int_equal(stored_open_with(&w->s, (struct kith_store_config){.lag_max = LAG}), 0);
	for (uint64_t at = 0; at < 30; at++) {
		struct kith_batch *batch = kith_batch_new(BATCH);
		struct kith_store_stats stats;

		batch->origin = KITH_ORIGIN_PULL;
		for (uint64_t i = 0; i < BATCH; i++)
			stored_add(batch, record_at(w, 1000 + at * BATCH + i));
		assert_int_equal(stored_write(&w->s, batch), 0);
		kith_batch_free(batch);
		stats = kith_store_stats(w->s.store);
		assert_int_equal(stats.last_seq, (at + 1) * BATCH);
		assert_true(stats.last_seq - stats.indexed_seq <= LAG + 2 * BATCH);
	}
}

static void the_file_is_for_its_owner_only(void **state)
{
	struct world *w = *state;
	struct stat st;

	assert_int_equal(stat(w->s.path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_record_comes_out_as_it_went_in),
		TEST(what_is_known_already_is_no_error_and_not_new),
		TEST(twice_in_one_group_is_stored_once),
		TEST(entries_that_are_not_authentic_are_left_alone),
		TEST(a_declined_record_keeps_header_signature_and_reason),
		TEST(a_record_that_came_without_its_body_is_erased_here_too),
		TEST(batches_are_numbered_in_the_order_they_were_given),
		TEST(since_shows_the_order_of_arrival),
		TEST(few_records_are_indexed_with_their_commit),
		TEST(many_records_are_indexed_behind_their_commit),
		TEST(partners_survive_a_restart),
		TEST(a_change_that_fails_leaves_nothing),
		TEST(questions_run_elsewhere_and_cannot_write),
		TEST(closing_finishes_what_is_queued),
		TEST(what_comes_while_closing_is_refused),
		TEST(indexing_goes_on_after_a_restart),
		TEST(the_log_does_not_grow_without_end),
		TEST(a_long_pull_does_not_leave_the_index_behind),
		TEST(the_file_is_for_its_owner_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
