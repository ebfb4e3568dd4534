/*
 * test_domain_store.c: the database shows protocol/domain/ what an array of the records shows it,
 * in whatever order they were written; and its view keeps what it promises.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "node/store/store.h"
#include "node/store/view.h"
#include "tests/unit/domain_random.h"
#include "tests/unit/domain_state.h"
#include "tests/unit/temp_home.h"

#define WORLDS   6
#define SHUFFLES 6 /* of each */
#define RECORDS  30
#define MISSING  2
#define ROOM     (1u << 20)

struct home {
	uv_loop_t loop;
	struct kith_store *store;
	char folder[256];
	char path[300];
	int done;
};

static void open_home(struct home *home)
{
	struct kith_store_config config = {.path = home->path};
	char why[256];

	temp_home_make(home->folder);
	snprintf(home->path, sizeof(home->path), "%s/kith.db", home->folder);
	assert_int_equal(uv_loop_init(&home->loop), 0);
	assert_int_equal(kith_store_open(&home->loop, &config, &home->store, why, sizeof(why)), 0);
}

static void on_closed(void *ctx)
{
	((struct home *)ctx)->store = NULL;
}

static void close_home(struct home *home)
{
	kith_store_close(home->store, on_closed, home);
	uv_run(&home->loop, UV_RUN_DEFAULT);
	assert_null(home->store);
	assert_int_equal(uv_loop_close(&home->loop), 0);
	temp_home_remove(home->folder);
}

/* ---- writing and reading ------------------------------------------------------------------- */

static void on_written(void *ctx, struct kith_batch *batch)
{
	assert_int_equal(batch->err, 0);
	((struct home *)ctx)->done++;
}

static void write_as(struct home *home, const struct kith_record *const *records, size_t count,
	enum kith_known known)
{
	struct kith_batch *batch = kith_batch_new(count);
	int before = home->done;

	assert_non_null(batch);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
			kith_batch_add(batch, records[i]->envelope.data, records[i]->envelope.len),
			0);
	kith_batch_verify(batch);
	for (size_t i = 0; i < count; i++)
		batch->entries[i].known = known;
	kith_store_write(home->store, batch, on_written, home);
	while (home->done == before)
		uv_run(&home->loop, UV_RUN_ONCE);
	kith_batch_free(batch);
}

/* In batches of one to five, as they may come. */
static void write_world(struct home *home, const struct domain_world *w, struct seeded *seeded)
{
	for (size_t i = 0; i < w->here_count;) {
		size_t count = 1 + seeded_below(seeded, 5);

		if (count > w->here_count - i)
			count = w->here_count - i;
		write_as(home, w->here + i, count, KITH_KNOWN_HELD);
		i += count;
	}
}

static void read_state(struct home *home, const struct domain_world *w, struct kith_buf *out)
{
	struct kith_reader *reader;
	struct kith_view view;

	assert_int_equal(kith_store_reader_take(home->store, &reader), 0);
	view = kith_store_view(reader);
	domain_put_all(&view, w, put_state, out);
	kith_store_reader_give(home->store, reader);
}

static void write_and_compare(
	struct domain_world *w, struct seeded *order, const struct kith_buf *expected)
{
	struct home home = {.done = 0};
	struct kith_buf stored;

	open_home(&home);
	kith_buf_init(&stored, ROOM);
	write_world(&home, w, order);
	read_state(&home, w, &stored);
	assert_int_equal(stored.len, expected->len);
	assert_memory_equal(stored.data, expected->data, stored.len);
	kith_buf_clear(&stored);
	close_home(&home);
}

static void the_database_derives_what_an_array_does_in_any_order(void **state)
{
	struct domain_world w;
	struct kith_view view = domain_view(&w);
	struct seeded order = {11};
	struct kith_buf expected;

	(void)state;
	kith_buf_init(&expected, ROOM);
	for (uint64_t seed = 500; seed < 500 + WORLDS; seed++) {
		domain_make_world(&w, seed, RECORDS);
		domain_arrive(&w, &order, MISSING);
		expected.len = 0;
		domain_put_all(&view, &w, put_state, &expected);
		for (size_t i = 0; i < SHUFFLES; i++) {
			domain_arrive(&w, &order, MISSING);
			write_and_compare(&w, &order, &expected);
		}
		domain_clear(&w);
	}
	kith_buf_clear(&expected);
}

/* ---- what the view shows ------------------------------------------------------------------- */

struct sight {
	struct kith_view view;
	size_t count;
	bool has_body;
	int nested;
};

static int look(void *ctx, const struct kith_record *record)
{
	struct sight *sight = ctx;

	sight->count++;
	sight->has_body = record->has_body;
	return 0;
}

static int look_twice(void *ctx, const struct kith_record *record)
{
	struct sight *sight = ctx;

	sight->nested = kith_view_linked(
		&sight->view, &record->links[0].target, record->links[0].type, look, sight);
	return 1;
}

static int erase(struct kith_reader *writer, void *arg)
{
	return kith_change_erase(writer, arg);
}

static void on_erased(void *arg, int err)
{
	(void)arg;
	assert_int_equal(err, 0);
}

static void see_heads(struct sight *sight, const struct domain_world *w)
{
	struct kith_revisions revisions;

	assert_int_equal(kith_revisions_derive(&sight->view, &w->made[0]->id, &revisions), 0);
	assert_int_equal(revisions.count, 2);
	assert_int_equal(revisions.head_count, 1);
	assert_memory_equal(&revisions.versions[0].id, &w->made[1]->id, KITH_ID_LEN);
	assert_true(revisions.versions[0].erased);
	kith_revisions_clear(&revisions);
}

static void see_the_view(struct sight *sight, const struct domain_world *w)
{
	const struct kith_record_id *first = &w->made[0]->id;

	assert_int_equal(kith_view_get(&sight->view, &w->made[1]->id, look, sight), 0);
	assert_false(sight->has_body);
	assert_int_equal(
		kith_view_get(&sight->view, &w->made[2]->id, look, sight), KITH_E_NOT_FOUND);
	sight->count = 0;
	assert_int_equal(kith_view_linked(&sight->view, first, KITH__LINK_TYPE__LINK_TYPE_REVISES,
				 look, sight),
		0);
	assert_int_equal(sight->count, 1);
	assert_int_equal(kith_view_linked(&sight->view, first, KITH__LINK_TYPE__LINK_TYPE_REVISES,
				 look_twice, sight),
		1);
	assert_int_equal(sight->nested, KITH_E_STATE);
}

/* A practice, a revision that was erased, and one that was declined. */
static void what_was_erased_still_links_and_what_was_declined_does_not(void **state)
{
	struct domain_world w;
	struct home home = {.done = 0};
	struct kith_reader *reader;
	struct sight sight = {.count = 0};

	(void)state;
	domain_init(&w, 1);
	domain_say(&w, 0, 1, "practice", "", "'title': 't'");
	domain_say(&w, 0, 2, "practice", LINK("revises", 0), "'title': 't'");
	domain_say(&w, 0, 3, "practice", LINK("revises", 0), "'title': 't'");
	open_home(&home);
	write_as(&home, w.here, 2, KITH_KNOWN_HELD);
	write_as(&home, w.here + 2, 1, KITH_KNOWN_DECLINED);
	kith_store_change(home.store, erase, on_erased, &w.made[1]->id);
	while (kith_store_reader_take(home.store, &reader) == 0) {
		struct kith_counts counts;

		assert_int_equal(kith_query_counts(reader, &counts), 0);
		if (counts.erased == 1)
			break;
		kith_store_reader_give(home.store, reader);
		uv_run(&home.loop, UV_RUN_ONCE);
	}
	sight.view = kith_store_view(reader);
	see_the_view(&sight, &w);
	see_heads(&sight, &w);
	kith_store_reader_give(home.store, reader);
	close_home(&home);
	domain_clear(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_database_derives_what_an_array_does_in_any_order),
		cmocka_unit_test(what_was_erased_still_links_and_what_was_declined_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
