/* The queue of requests against a long array with two ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "protocol/requests.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/seeded.h"

#define STEPS 20000

struct model {
	struct kith_request items[STEPS];
	size_t head, end;
};

static struct kith_request draw(struct seeded *seeded)
{
	struct kith_request request = {
		.set = (uint16_t)seeded_below(seeded, 2), .why = (uint8_t)seeded_below(seeded, 2)};

	seeded_fill(seeded, request.id.bytes, sizeof(request.id.bytes));
	return request;
}

static bool alike(const struct kith_request *a, const struct kith_request *b)
{
	return memcmp(a->id.bytes, b->id.bytes, KITH_ID_LEN) == 0 && a->set == b->set &&
	       a->why == b->why;
}

static size_t naive_run(const struct model *model, size_t most)
{
	size_t n = 0;

	while (n < most && model->head + n < model->end &&
		model->items[model->head + n].set == model->items[model->head].set &&
		model->items[model->head + n].why == model->items[model->head].why)
		n++;
	return n;
}

static void same(const struct kith_requests *queue, const struct model *model)
{
	assert_int_equal(queue->count, model->end - model->head);
	for (size_t i = 0; i < queue->count; i++)
		assert_true(alike(kith_requests_at(queue, i), &model->items[model->head + i]));
	assert_true(queue->head + queue->count <= queue->room);
}

static void put(struct kith_requests *queue, struct model *model, struct seeded *seeded)
{
	model->items[model->end] = draw(seeded);
	assert_int_equal(kith_requests_put(queue, &model->items[model->end]), 0);
	model->end++;
}

/* The memory stays within a small multiple of what is queued: at most one array's growth behind. */
static void does_what_an_array_does(void **state)
{
	static struct model model;

	(void)state;
	for (uint64_t seed = 0; seed < 8; seed++) {
		struct seeded seeded = {seed};
		struct kith_requests queue = {0};
		size_t peak = 0;

		model.head = model.end = 0;
		for (int i = 0; i < STEPS; i++) {
			size_t n = seeded_below(&seeded, 8), most = seeded_below(&seeded, 300);

			/* Waves: now more comes, now more goes. */
			if (seeded_below(&seeded, 10) < (i / 700 % 2 ? 3u : 7u))
				put(&queue, &model, &seeded);
			else if (n <= queue.count) {
				kith_requests_drop(&queue, n);
				model.head += n;
			}
			assert_int_equal(kith_requests_run(&queue, most), naive_run(&model, most));
			peak = queue.count > peak ? queue.count : peak;
			assert_true(queue.room <= 64 || queue.room <= 2 * peak + 2);
			if (i % 100 == 0)
				same(&queue, &model);
		}
		same(&queue, &model);
		kith_requests_clear(&queue);
		assert_int_equal(queue.count + queue.room, 0);
	}
}

static void gives_back_its_memory(void **state)
{
	static struct model model;
	struct seeded seeded = {3};
	struct kith_requests queue = {0};

	(void)state;
	for (int round = 0; round < 3; round++) {
		model.head = model.end = 0;
		for (int i = 0; i < 1000; i++)
			put(&queue, &model, &seeded);
		kith_requests_drop(&queue, 999);
		model.head += 999;
		same(&queue, &model);
		kith_requests_drop(&queue, 0);
		assert_int_equal(queue.count, 1);
		kith_requests_drop(&queue, 1);
		assert_null(queue.items);
		assert_int_equal(kith_requests_run(&queue, 5), 0);
	}
	kith_requests_clear(&queue);
	kith_requests_clear(&queue);
}

static void stays_whole_without_memory(void **state)
{
#if FAILING_MALLOC
	static struct model model;
	struct seeded seeded = {9};
	struct kith_requests queue = {0};

	(void)state;
	if (!failing_works())
		skip();
	for (int i = 0; i < 300; i++) {
		struct kith_request request = draw(&seeded);
		int err;

		failing.countdown = 0;
		failing.failed = 0;
		err = kith_requests_put(&queue, &request);
		failing.countdown = -1;
		assert_int_equal(err, failing.failed ? KITH_E_NOMEM : 0);
		if (err)
			assert_int_equal(kith_requests_put(&queue, &request), 0);
		model.items[model.end++] = request;
		same(&queue, &model);
	}
	kith_requests_clear(&queue);
#else
	(void)state;
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_an_array_does),
		cmocka_unit_test(gives_back_its_memory),
		cmocka_unit_test(stays_whole_without_memory),
	};

	return cmocka_run_group_tests_name("requests", tests, NULL, NULL);
}
