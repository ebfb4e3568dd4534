/*
 * What a partner announces is a promise: how many are listened to, and what becomes of one that
 * keeps none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/core_state.h"
#include "tests/unit/world.h"

/* Node 1 hears that node 0 has records that nobody has. */
static void announce(struct world *world, size_t count)
{
	struct kith_core *core = world->nodes[1].core;
	struct kith_buf buf;
	struct kith_cursor cursor;

	kith_buf_init(&buf, KITH_SET_TAG_LEN + 1 + count * KITH_TOLD_LEN);
	kith_write_set_tag(&buf, &core->peers->syncs[0].tag);
	kith_write_u8(&buf, 0);
	for (size_t i = 0; i < count; i++) {
		struct kith_item item = {.created_ms = WALL};

		kith_rng_fill(&world->nodes[0].rng, item.id.bytes, sizeof(item.id.bytes));
		kith_write_item(&buf, &item);
		kith_write_u16(&buf, 0); /* its tree */
	}
	assert_int_equal(kith_buf_err(&buf), 0);
	kith_cursor_init(&cursor, buf.data, buf.len);
	core->now_ms = world->now_ms;
	assert_int_equal(kith_gossip_ihave(core, core->peers, &cursor), 0);
	kith_buf_clear(&buf);
}

/* Else a flood of announcements fills the queue of what is to be asked for, without end. */
static void so_many_are_listened_to(void **state)
{
	struct world world;

	(void)state;
	world_pair(&world);
	world.wires[0].open = false; /* nothing is answered */
	for (int i = 0; i < 20; i++) {
		announce(&world, 1000);
		advance(&world, 1000);
		assert_true(world.nodes[1].core->peers->want.count <= KITH_ANNOUNCED_MAX);
		assert_true(kith_pending_count(world.nodes[1].core->pending) <=
			    KITH_ANNOUNCED_MAX + KITH_WANT_MAX);
	}
	world_clear(&world);
}

/* Else the next portion would be asked for just when the first is overdue, and so on. */
static void who_keeps_none_is_held_to_it(void **state)
{
	struct world world;

	(void)state;
	world_pair(&world);
	announce(&world, 3 * KITH_WANT_MAX);
	advance(&world, 1);
	world.wires[0].open = false;
	advance(&world, KITH_STALL_MAX_MS + 2 * KITH_GRAFT_AFTER_MS);
	assert_int_equal(view(&world, 1, 0).complaint, KITH_COMPLAINT_WITHHELD);
	world_clear(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_are_listened_to),
		cmocka_unit_test(who_keeps_none_is_held_to_it),
	};

	return cmocka_run_group_tests(tests, world_setup, NULL);
}
