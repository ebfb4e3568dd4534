/*
 * Ids that are not worth asking for: the table, and that two nodes which cannot become equal for
 * the moment leave each other in peace about it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "protocol/refused.h"
#include "tests/unit/world.h"

#define HOUR_MS (3600ull * 1000)

/* ---- the table ------------------------------------------------------------------------------- */

static struct kith_record_id numbered(uint64_t n)
{
	struct kith_record_id id = {{0}};

	memcpy(id.bytes, &n, sizeof(n));
	return id;
}

static void table_init(struct kith_refused *refused)
{
	static uint64_t state = 3;
	const struct kith_rng rng = {fill, &state};

	kith_refused_init(refused, &rng);
}

static void refusals_wait_twice_as_long_each_time(void **state)
{
	const struct kith_record_id id = numbered(1), other = numbered(2);
	uint64_t now = 5, wait = KITH_REFUSED_FIRST_MS;
	struct kith_refused refused;

	(void)state;
	table_init(&refused);
	assert_false(kith_refused_now(&refused, &id, now));
	for (int i = 0; i < 100; i++) {
		kith_refused_again(&refused, &id, now);
		assert_true(kith_refused_now(&refused, &id, now + wait - 1));
		assert_false(kith_refused_now(&refused, &other, now));
		now += wait;
		assert_false(kith_refused_now(&refused, &id, now));
		wait = wait * 2 < KITH_REFUSED_LAST_MS ? wait * 2 : KITH_REFUSED_LAST_MS;
	}
	kith_refused_until(&refused, &id, now + 10, now);
	assert_true(kith_refused_now(&refused, &id, now + 9));
	assert_false(kith_refused_now(&refused, &id, now + 10));
	kith_refused_until(&refused, &id, UINT64_MAX, now);
	assert_false(kith_refused_now(&refused, &id, now + KITH_REFUSED_LAST_MS));
	kith_refused_clear(&refused);
	assert_false(kith_refused_now(&refused, &id, now));
}

static void what_is_remembered_has_a_bound(void **state)
{
	struct kith_refused refused;
	size_t kept = 0;

	(void)state;
	table_init(&refused);
	for (uint64_t n = 0; n < KITH_REFUSED_MAX / 2; n++) {
		struct kith_record_id id = numbered(n);
		kith_refused_again(&refused, &id, 1);
	}
	for (uint64_t n = 0; n < KITH_REFUSED_MAX / 2; n++) {
		struct kith_record_id id = numbered(n);
		kept += kith_refused_now(&refused, &id, 2);
	}
	assert_true(kept > KITH_REFUSED_MAX / 2 * 95 / 100);
	kith_refused_clear(&refused);
	for (uint64_t n = 0; n < 10 * KITH_REFUSED_MAX; n++) {
		struct kith_record_id id = numbered(n);
		kith_refused_again(&refused, &id, 3 + n);
	}
	assert_int_equal(refused.room, KITH_REFUSED_MAX);
	kept = 0;
	for (uint64_t n = 9 * KITH_REFUSED_MAX; n < 10 * KITH_REFUSED_MAX; n++) {
		struct kith_record_id id = numbered(n);
		kept += kith_refused_now(&refused, &id, 10 * KITH_REFUSED_MAX);
	}
	assert_true(kept > KITH_REFUSED_MAX / 2); /* the newest stay */
	kith_refused_clear(&refused);
}

/* ---- two nodes ------------------------------------------------------------------------------- */

static void two_nodes(struct world *world)
{
	world_init(world, 2);
	seed_record(&world->nodes[0], WALL);
	partner(world, 0, 1, true);
	partner(world, 1, 0, false);
	advance(world, 1000);
	assert_equal_sets(world, 1);
}

/* Node `n` knows the record and does not hold it. */
static void know_only(struct world *world, size_t n, const char *title)
{
	struct kith_record *record = make_record(&world->nodes[n], WALL - 1, title);
	struct kith_circle commons = kith_circle_commons();
	struct kith_item item = kith_record_item(record);

	assert_int_equal(
		kith_core_restore(world->nodes[n].core, &commons, KITH_CLASS_CONTENT, &item), 0);
	kith_record_free(record);
}

static void what_is_not_held_is_asked_for_ever_more_rarely(void **state)
{
	struct kith_partner_stats stats;
	struct world world;

	(void)state;
	two_nodes(&world);
	know_only(&world, 1, "declined there");
	advance(&world, 1 * HOUR_MS);
	assert_int_equal(view(&world, 0, 0).stats.unavailable, 1);
	advance(&world, 48 * HOUR_MS);
	stats = view(&world, 0, 0).stats;
	assert_in_range(stats.unavailable, 5, 7); /* after 1, 2, 4, 8, 16, 24 hours */
	assert_true(stats.reconciliations > 400);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	publish(&world, 1, WALL, "gossip goes on");
	run(&world);
	assert_int_equal(world.nodes[0].count, 2);
	world_clear(&world);
}

static void the_far_future_is_fetched_once_and_when_its_time_comes(void **state)
{
	struct world world;

	(void)state;
	two_nodes(&world);
	publish(&world, 1, WALL + KITH_FUTURE_SKEW_MS + 20 * HOUR_MS, "in a while");
	run(&world);
	advance(&world, 19 * HOUR_MS);
	assert_int_equal(view(&world, 0, 0).stats.held_back, 1); /* the push */
	assert_int_equal(world.nodes[0].count, 1);
	advance(&world, 2 * HOUR_MS);
	assert_equal_sets(&world, 2);
	assert_int_equal(view(&world, 0, 0).stats.held_back, 1);
	world_clear(&world);
}

static void a_clock_that_was_wrong_keeps_nothing_back(void **state)
{
	struct world world;

	(void)state;
	two_nodes(&world);
	publish(&world, 1, WALL + KITH_FUTURE_SKEW_MS + 20 * HOUR_MS, "in a while");
	advance(&world, HOUR_MS);
	assert_int_equal(world.nodes[0].count, 1);
	kith_core_set_wall_ms(world.nodes[0].core, WALL + 30 * HOUR_MS, world.now_ms);
	advance(&world, HOUR_MS);
	assert_equal_sets(&world, 2);
	world_clear(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals_wait_twice_as_long_each_time),
		cmocka_unit_test(what_is_remembered_has_a_bound),
		cmocka_unit_test(what_is_not_held_is_asked_for_ever_more_rarely),
		cmocka_unit_test(the_far_future_is_fetched_once_and_when_its_time_comes),
		cmocka_unit_test(a_clock_that_was_wrong_keeps_nothing_back),
	};
	return cmocka_run_group_tests(tests, world_setup, NULL);
}
