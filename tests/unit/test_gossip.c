/*
 * Live gossip among three cores that all know each other: the tree an author's records take, and
 * what becomes of it when a connection ends. No time passes unless a test says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/limits.h"
#include "tests/unit/world.h"

static void triangle(struct world *world)
{
	world_init(world, 3);
	seed_record(&world->nodes[0], WALL - 1); /* comes by synchronisation */
	for (size_t a = 0; a < 3; a++)
		for (size_t b = 0; b < 3; b++)
			if (a != b)
				partner(world, a, b, a < b);
	advance(world, 3000);
}

static uint64_t sent(struct world *world)
{
	uint64_t records = 0;

	for (size_t n = 0; n < 3; n++)
		for (size_t i = 0; i < 2; i++)
			records += view(world, n, i).stats.records_out;
	return records;
}

/* The connection between two nodes ends, as both of them see. */
static void cut(struct world *world, size_t a, size_t b)
{
	for (size_t i = 0; i < world->wire_count; i++) {
		struct wire *wire = &world->wires[i];
		struct kith_event closed = {
			.type = KITH_EVENT_CLOSED, .conn = wire->conn[0], .err = KITH_E_NETWORK};

		if (wire->open && wire->node[0] == &world->nodes[a] &&
			wire->node[1] == &world->nodes[b]) {
			close_wire(world, wire, 0);
			feed(world, &world->nodes[a], closed);
			run(world);
			return;
		}
	}
	fail();
}

static void each_author_has_a_tree(void **state)
{
	struct world world;
	uint64_t before;

	(void)state;
	triangle(&world);
	publish(&world, 0, WALL, "the first, which finds the way");
	advance(&world, 1000);
	assert_equal_sets(&world, 2);
	before = sent(&world);
	publish(&world, 0, WALL, "the second, which takes it");
	advance(&world, 1000);
	assert_equal_sets(&world, 3);
	assert_int_equal(sent(&world) - before, 2);
	publish(&world, 1, WALL, "the other author's first");
	run(&world); /* at once: all connections are still eager for it */
	assert_equal_sets(&world, 4);
	before = sent(&world);
	publish(&world, 1, WALL, "the other author's second");
	run(&world);
	assert_equal_sets(&world, 5);
	assert_int_equal(sent(&world) - before, 2);
	world_clear(&world);
}

static void another_connection_takes_over_at_once(void **state)
{
	struct world world;

	(void)state;
	triangle(&world);
	publish(&world, 0, WALL, "straight to both");
	run(&world);
	cut(&world, 0, 2);
	publish(&world, 0, WALL, "by way of the third");
	run(&world);
	assert_equal_sets(&world, 3);
	world_clear(&world);
}

static void what_was_only_announced_is_asked_for(void **state)
{
	struct world world;
	struct kith_event closed = {.type = KITH_EVENT_CLOSED, .err = KITH_E_NETWORK};

	(void)state;
	triangle(&world);
	publish(&world, 0, WALL, "straight to both");
	run(&world);
	/* Only the publisher has heard that the connection is gone. */
	for (size_t i = 0; i < world.wire_count; i++) {
		if (!world.wires[i].open || world.wires[i].node[0] != &world.nodes[0] ||
			world.wires[i].node[1] != &world.nodes[2])
			continue;
		world.wires[i].open = false;
		closed.conn = world.wires[i].conn[0];
		feed(&world, &world.nodes[0], closed);
	}
	publish(&world, 0, WALL, "announced by the third");
	run(&world);
	assert_int_equal(world.nodes[2].count, 2);
	advance(&world, KITH_GRAFT_AFTER_MS + KITH_OVERDUE_EVERY_MS + 1);
	assert_equal_sets(&world, 3);
	publish(&world, 0, WALL, "pushed by the third from now on");
	run(&world);
	assert_equal_sets(&world, 4);
	world_clear(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_author_has_a_tree),
		cmocka_unit_test(another_connection_takes_over_at_once),
		cmocka_unit_test(what_was_only_announced_is_asked_for),
	};

	return cmocka_run_group_tests(tests, world_setup, NULL);
}
