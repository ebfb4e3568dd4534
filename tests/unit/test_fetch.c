/* What the core asks the store for: items of its sets, records by id, what follows in a set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "keys/hash.h"
#include "tests/unit/store_world.h"

static struct kith_record *say(struct world *w, struct saying saying)
{
	saying.title = saying.title ? saying.title : "Something";
	return stored_record(&saying, &w->author, &w->seeded);
}

/* ---- what the core asks for ---------------------------------------------------------------- */

#define ITEMS 60

struct items {
	struct kith_circle circles[ITEMS];
	enum kith_class classes[ITEMS];
	struct kith_item items[ITEMS];
	size_t count;
};

static int take_item(void *ctx, const struct kith_circle *circle, enum kith_class class_,
	const struct kith_item *item)
{
	struct items *items = ctx;

	assert_true(items->count < ITEMS);
	items->circles[items->count] = *circle;
	items->classes[items->count] = class_;
	items->items[items->count++] = *item;
	return 0;
}

/* Two circles, both classes, many at the same time, one declined and one erased. */
static void fill(struct world *w, struct kith_record_id ids[ITEMS])
{
	struct kith_circle circle = {{0xaa}};

	for (size_t i = 0; i < ITEMS; i++) {
		char title[16];
		struct saying saying = {.created_ms = 100 + seeded_below(&w->seeded, 10),
			.title = title,
			.circle = i % 3 == 0 ? &circle : NULL,
			.kind = i % 5 == 0 ? 7 : 0};
		struct kith_batch *batch;

		snprintf(title, sizeof(title), "Number %zu", i);
		batch = stored_batch_of(say(w, saying));
		ids[i] = batch->entries[0].record->id;
		if (i == 1)
			batch->entries[0].known = KITH_KNOWN_DECLINED;
		assert_int_equal(stored_write(&w->s, batch), 0);
		assert_int_equal(batch->entries[0].seq, i + 1);
		kith_batch_free(batch);
	}
	assert_int_equal(stored_erase(&w->s, &ids[2]), 0);
}

static void items_come_set_by_set_in_ascending_order(void **state)
{
	struct world *w = *state;
	struct kith_record_id ids[ITEMS];
	struct kith_reader *reader;
	struct items got = {.count = 0};
	size_t sets = 1;

	fill(w, ids);
	reader = stored_reader(&w->s);
	assert_int_equal(kith_query_items(reader, take_item, &got), 0);
	kith_store_reader_give(w->s.store, reader);
	assert_int_equal(got.count, ITEMS); /* held, erased and declined */
	for (size_t i = 1; i < ITEMS; i++) {
		bool same = got.classes[i] == got.classes[i - 1] &&
			    kith_id_equal(got.circles[i].bytes, got.circles[i - 1].bytes);

		sets += !same;
		if (same)
			assert_true(kith_item_compare(&got.items[i - 1], &got.items[i]) < 0);
	}
	assert_int_equal(sets, 4);
}

static struct kith_fetch *fetch(struct world *w, struct kith_fetch *fetch)
{
	struct kith_reader *reader = stored_reader(&w->s);

	kith_query_fetch(reader, fetch);
	kith_store_reader_give(w->s.store, reader);
	assert_int_equal(fetch->err, 0);
	return fetch;
}

static struct kith_fetch *fetch_new(enum kith_fetch_mode mode, size_t max_bytes)
{
	struct kith_fetch *fetch = kith_fetch_new();

	assert_non_null(fetch);
	fetch->mode = mode;
	fetch->circle = kith_circle_commons();
	fetch->class_ = KITH_CLASS_CONTENT;
	fetch->max_bytes = max_bytes;
	return fetch;
}

/* Takes found apart; each must be a record of the fetch's circle and class. */
static size_t take_found(const struct kith_fetch *fetch, struct kith_item *items, bool *has_body)
{
	struct kith_cursor cursor;
	size_t n = 0;

	kith_cursor_init(&cursor, fetch->found.data, fetch->found.len);
	while (kith_cursor_left(&cursor)) {
		struct kith_bytes envelope = kith_read_view(&cursor, kith_read_u32(&cursor));
		struct kith_record *record = NULL;

		assert_int_equal(kith_record_open(envelope.data, envelope.len, &record, NULL), 0);
		assert_memory_equal(&record->circle, &fetch->circle, KITH_ID_LEN);
		assert_int_equal(
			kith_record_is_control(record), fetch->class_ == KITH_CLASS_CONTROL);
		has_body[n] = record->has_body;
		items[n++] = kith_record_item(record);
		kith_record_free(record);
	}
	assert_int_equal(n, fetch->found_count);
	return n;
}

static void fetching_by_id_gives_what_is_held_in_the_order_asked(void **state)
{
	struct world *w = *state;
	struct kith_record_id ids[ITEMS];
	struct kith_item items[ITEMS];
	bool has_body[ITEMS];
	struct kith_fetch *f = fetch_new(KITH_FETCH_IDS, 1 << 20);
	size_t n = 0;

	fill(w, ids);
	f->ids = calloc(ITEMS + 1, sizeof(*f->ids));
	for (size_t i = 0; i < ITEMS; i++)
		f->ids[i] = ids[ITEMS - 1 - i];
	f->ids[ITEMS] = (struct kith_record_id){{1}};
	f->id_count = ITEMS + 1;
	fetch(w, f);
	assert_int_equal(f->ids_done, ITEMS + 1);
	assert_int_equal(take_found(f, items, has_body) + f->missing_count, ITEMS + 1);
	for (size_t i = ITEMS; i-- > 0;) {
		/* Of the other circle, of the other class, declined: as good as missing. */
		if (i % 3 == 0 || i % 5 == 0 || i == 1)
			continue;
		assert_memory_equal(&items[n].id, &ids[i], sizeof(ids[i]));
		assert_int_equal(has_body[n], i != 2);
		n++;
	}
	assert_int_equal(n, f->found_count);
	assert_memory_equal(&f->missing[f->missing_count - 1], &f->ids[ITEMS], KITH_ID_LEN);
	kith_fetch_free(f);
}

static void fetching_stops_before_too_many_bytes(void **state)
{
	struct world *w = *state;
	struct kith_record_id ids[ITEMS];
	struct kith_fetch *f = fetch_new(KITH_FETCH_IDS, 1);
	size_t one;

	fill(w, ids);
	f->ids = calloc(4, sizeof(*f->ids));
	f->ids[0] = ids[1]; /* declined */
	f->ids[1] = ids[4];
	f->ids[2] = ids[7];
	f->ids[3] = ids[8];
	f->id_count = 4;
	fetch(w, f);
	assert_int_equal(f->found_count, 1); /* one at least */
	assert_int_equal(f->ids_done, 2);
	assert_int_equal(f->missing_count, 1);
	one = f->found.len;
	f->ids[0] = ids[4];
	f->id_count = 3;
	f->ids[1] = ids[4];
	kith_buf_reset(&f->found);
	f->found_count = f->missing_count = f->ids_done = 0;
	f->max_bytes = 2 * one;
	fetch(w, f);
	assert_int_equal(f->found_count, 2); /* exactly so many bytes */
	assert_int_equal(f->ids_done, 2);
	kith_fetch_free(f);
}

static void fetching_a_circle_that_is_not_here_finds_nothing(void **state)
{
	struct world *w = *state;
	struct kith_record_id ids[ITEMS];
	struct kith_fetch *f = fetch_new(KITH_FETCH_AFTER, 1000);

	fill(w, ids);
	f->circle.bytes[3] ^= 1;
	fetch(w, f);
	assert_true(f->end);
	assert_int_equal(f->found_count, 0);
	f->mode = KITH_FETCH_IDS;
	f->ids = calloc(1, sizeof(*f->ids));
	f->ids[0] = ids[4];
	f->id_count = 1;
	fetch(w, f);
	assert_int_equal(f->missing_count, 1);
	assert_int_equal(f->found_count, 0);
	kith_fetch_free(f);
}

static void fetching_after_walks_a_set_to_its_end(void **state)
{
	static const size_t budgets[] = {1, 700, 1 << 20};
	struct world *w = *state;
	struct kith_record_id ids[ITEMS];

	fill(w, ids);
	for (size_t b = 0; b < sizeof(budgets) / sizeof(budgets[0]); b++) {
		struct kith_item items[ITEMS], last = {0};
		bool has_body[ITEMS];
		size_t n = 0;
		bool end = false;

		while (!end) {
			struct kith_fetch *f = fetch_new(KITH_FETCH_AFTER, budgets[b]);

			f->after = last;
			fetch(w, f);
			n += take_found(f, items + n, has_body + n);
			assert_true(f->end || kith_item_compare(&f->last, &last) > 0);
			last = f->last;
			end = f->end;
			kith_fetch_free(f);
		}
		for (size_t i = 1; i < n; i++)
			assert_true(kith_item_compare(&items[i - 1], &items[i]) < 0);
		/* 60 less those of the other circle, less control, less the declined one. */
		assert_int_equal(n, 60 - 20 - 8 - 1);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(items_come_set_by_set_in_ascending_order),
		TEST(fetching_by_id_gives_what_is_held_in_the_order_asked),
		TEST(fetching_stops_before_too_many_bytes),
		TEST(fetching_a_circle_that_is_not_here_finds_nothing),
		TEST(fetching_after_walks_a_set_to_its_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
