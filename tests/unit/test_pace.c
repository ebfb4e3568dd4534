/* Who pushes faster than people write: read at a pace, passed on at a pace, and nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/core_state.h"
#include "tests/unit/world.h"

static void publish_many(struct world *world, size_t n, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		publish(world, n, WALL + i, "Many");
		run(world);
	}
}

static const struct kith_peer *peer_of(const struct world *world, size_t n)
{
	return world->nodes[n].core->peers;
}

static void a_flood_is_read_as_fast_as_the_pace(void **state)
{
	const size_t beyond = 100;
	struct world world;
	struct kith_core *core;

	(void)state;
	world_pair(&world);
	core = world.nodes[1].core;
	publish_many(&world, 0, KITH_PUSH_AHEAD_MS);
	assert_true(peer_of(&world, 1)->reading);
	publish_many(&world, 0, beyond);
	assert_false(peer_of(&world, 1)->reading);
	assert_int_equal(kith_core_deadline_ms(core), world.now_ms + beyond * KITH_PUSH_EVERY_MS);
	advance(&world, beyond * KITH_PUSH_EVERY_MS - 1);
	assert_false(peer_of(&world, 1)->reading);
	advance(&world, 1);
	assert_true(peer_of(&world, 1)->reading);
	assert_int_equal(core->partners[0]->stats.offences, 0);
	world_clear(&world);
}

static void what_others_bring_is_passed_on_at_a_pace_and_announced_beyond(void **state)
{
	const size_t count = KITH_RELAY_AHEAD_MS + 100;
	struct world world;

	(void)state;
	world_init(&world, 3);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	partner(&world, 1, 2, true);
	partner(&world, 2, 1, false);
	advance(&world, 1000);
	publish_many(&world, 0, count);
	assert_int_equal(world.nodes[1].count, count);
	assert_int_equal(world.nodes[2].count, KITH_RELAY_AHEAD_MS + 1);
	publish_many(&world, 1, 1); /* one's own does not stand behind them */
	assert_int_equal(world.nodes[2].count, KITH_RELAY_AHEAD_MS + 2);
	advance(&world, 3000);
	assert_equal_sets(&world, count + 1);
	world_clear(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flood_is_read_as_fast_as_the_pace),
		cmocka_unit_test(what_others_bring_is_passed_on_at_a_pace_and_announced_beyond),
	};
	return cmocka_run_group_tests(tests, world_setup, NULL);
}
