/* The table of pending records against an array that is searched from end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "protocol/pending.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/seeded.h"

#define UNIVERSE 3000

/* What the table should hold: by number, of which the id is made. */
struct model {
	bool held[UNIVERSE];
	uint64_t conn[UNIVERSE];
	unsigned visits[UNIVERSE];
	size_t count;
};

static struct kith_record_id id_of(uint32_t number)
{
	struct seeded seeded = {number};
	struct kith_record_id id;

	seeded_fill(&seeded, id.bytes, sizeof(id.bytes));
	memcpy(id.bytes, &number, sizeof(number));
	return id;
}

static uint32_t number_of(const struct kith_pending_entry *entry)
{
	uint32_t number;

	memcpy(&number, entry->id.bytes, sizeof(number));
	return number;
}

static void same(const struct kith_pending *pending, const struct model *model, uint32_t number)
{
	struct kith_record_id id = id_of(number);
	const struct kith_pending_entry *entry = kith_pending_find(pending, &id);

	assert_int_equal(entry != NULL, model->held[number]);
	if (!entry)
		return;
	assert_memory_equal(entry->id.bytes, id.bytes, KITH_ID_LEN);
	assert_int_equal(entry->conn, model->conn[number]);
}

static void all_the_same(const struct kith_pending *pending, const struct model *model)
{
	assert_int_equal(kith_pending_count(pending), model->count);
	for (uint32_t i = 0; i < UNIVERSE; i++)
		same(pending, model, i);
}

static void put(struct kith_pending *pending, struct model *model, uint32_t number, uint64_t conn)
{
	struct kith_record_id id = id_of(number);
	struct kith_pending_entry *entry = kith_pending_put(pending, &id);

	assert_non_null(entry);
	assert_memory_equal(entry->id.bytes, id.bytes, KITH_ID_LEN);
	assert_int_equal(entry->conn, 0);
	assert_int_equal(entry->due_ms, 0);
	for (size_t i = 0; i < KITH_PENDING_ALSO; i++)
		assert_int_equal(entry->also[i], 0);
	entry->conn = conn;
	model->held[number] = true;
	model->conn[number] = conn;
	model->count++;
}

static void drop(struct kith_pending *pending, struct model *model, uint32_t number)
{
	struct kith_record_id id = id_of(number);

	kith_pending_drop(pending, &id);
	model->count -= model->held[number];
	model->held[number] = false;
}

struct sweep {
	struct model *model;
	uint64_t divisor; /* drops entries whose conn it divides */
};

static bool visit(void *ctx, struct kith_pending_entry *entry)
{
	struct sweep *sweep = ctx;
	uint32_t number = number_of(entry);

	assert_true(number < UNIVERSE && sweep->model->held[number]);
	assert_int_equal(entry->conn, sweep->model->conn[number]);
	sweep->model->visits[number]++;
	return entry->conn % sweep->divisor == 0;
}

/* Everybody is seen, those who are dropped once, and nobody but those goes. */
static void sweep(struct kith_pending *pending, struct model *model, uint64_t divisor)
{
	struct sweep ctx = {model, divisor};

	memset(model->visits, 0, sizeof(model->visits));
	kith_pending_sweep(pending, visit, &ctx);
	for (uint32_t i = 0; i < UNIVERSE; i++) {
		assert_int_equal(model->visits[i] > 0, model->held[i]);
		if (!model->held[i] || model->conn[i] % divisor != 0)
			continue;
		assert_int_equal(model->visits[i], 1);
		model->held[i] = false;
		model->count--;
	}
}

static void step(
	struct kith_pending *pending, struct model *model, struct seeded *seeded, uint32_t universe)
{
	uint32_t number = (uint32_t)seeded_below(seeded, universe);

	if (seeded_below(seeded, 500) == 0)
		sweep(pending, model, 1 + seeded_below(seeded, 4));
	else if (!model->held[number] && seeded_below(seeded, 3) > 0)
		put(pending, model, number, seeded_next(seeded));
	else
		drop(pending, model, number);
	same(pending, model, number);
}

static void does_what_an_array_does(void **state)
{
	static const uint32_t universes[] = {1, 8, 60, 100, 1000, UNIVERSE};
	static struct model model;

	(void)state;
	for (uint64_t seed = 0; seed < 24; seed++) {
		struct seeded seeded = {seed};
		struct kith_rng rng = seeded_rng(&seeded);
		struct kith_pending *pending = kith_pending_new(&rng);

		assert_non_null(pending);
		memset(&model, 0, sizeof(model));
		for (int i = 0; i < 4000; i++)
			step(pending, &model, &seeded, universes[seed % 6]);
		all_the_same(pending, &model);
		kith_pending_free(pending);
	}
}

static void grows_and_empties(void **state)
{
	static struct model model;
	struct seeded seeded = {1};
	struct kith_rng rng = seeded_rng(&seeded);
	struct kith_pending *pending = kith_pending_new(&rng);

	(void)state;
	assert_non_null(pending);
	for (int round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < UNIVERSE; i++)
			put(pending, &model, i, i);
		all_the_same(pending, &model);
		if (round == 1)
			sweep(pending, &model, 1);
		for (uint32_t i = 0; i < UNIVERSE; i++)
			drop(pending, &model, i);
		all_the_same(pending, &model);
	}
	kith_pending_free(pending);
	kith_pending_free(NULL);
}

/* The table does not say twice what is where: another core's secret makes another order. */
static bool note(void *ctx, struct kith_pending_entry *entry)
{
	uint32_t **next = ctx;

	*(*next)++ = number_of(entry);
	return false;
}

static void order_of(uint64_t seed, uint32_t order[100])
{
	static struct model model;
	struct seeded seeded = {seed};
	struct kith_rng rng = seeded_rng(&seeded);
	struct kith_pending *pending = kith_pending_new(&rng);

	memset(&model, 0, sizeof(model));
	for (uint32_t i = 0; i < 40; i++)
		put(pending, &model, i, 1);
	kith_pending_sweep(pending, note, &order);
	kith_pending_free(pending);
}

static void hides_its_order(void **state)
{
	uint32_t a[100], b[100], again[100];

	(void)state;
	order_of(1, a);
	order_of(2, b);
	order_of(1, again);
	assert_memory_equal(a, again, 40 * sizeof(*a));
	assert_memory_not_equal(a, b, 40 * sizeof(*a));
}

static void remembers_who_else(void **state)
{
	struct kith_pending_entry entry = {.conn = 7};

	(void)state;
	assert_true(kith_pending_also(&entry, 7));
	assert_int_equal(entry.also[0] | entry.also[1] | entry.also[2], 0);
	for (uint64_t conn = 10; conn < 10 + KITH_PENDING_ALSO; conn++)
		assert_true(kith_pending_also(&entry, conn));
	assert_false(kith_pending_also(&entry, 99));
	assert_true(kith_pending_also(&entry, 11)); /* known already */
	kith_pending_not_also(&entry, 11);
	kith_pending_not_also(&entry, 12345);
	assert_true(kith_pending_also(&entry, 99));
	assert_false(kith_pending_also(&entry, 11));
	for (uint64_t conn = 10; conn < 10 + KITH_PENDING_ALSO; conn++)
		if (conn != 11)
			assert_true(kith_pending_also(&entry, conn));
}

static void stays_whole_without_memory(void **state)
{
#if FAILING_MALLOC
	static struct model model;
	struct seeded seeded = {5};
	struct kith_rng rng = seeded_rng(&seeded);
	struct kith_pending *pending;
	struct kith_record_id id;

	(void)state;
	if (!failing_works())
		skip();
	failing.countdown = 0;
	pending = kith_pending_new(&rng);
	failing.countdown = -1;
	assert_null(pending);
	pending = kith_pending_new(&rng);
	for (uint32_t i = 0; i < 200; i++) {
		for (int fail = 0; fail < 2; fail++) {
			bool refused;

			id = id_of(1000 + i);
			failing.countdown = fail;
			failing.failed = 0;
			refused = !kith_pending_put(pending, &id);
			failing.countdown = -1;
			assert_int_equal(refused, failing.failed);
			kith_pending_drop(pending, &id);
		}
		put(pending, &model, i, i);
	}
	all_the_same(pending, &model);
	kith_pending_free(pending);
#else
	(void)state;
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(does_what_an_array_does),
		cmocka_unit_test(grows_and_empties),
		cmocka_unit_test(hides_its_order),
		cmocka_unit_test(remembers_who_else),
		cmocka_unit_test(stays_whole_without_memory),
	};

	return cmocka_run_group_tests_name("pending", tests, NULL, NULL);
}
