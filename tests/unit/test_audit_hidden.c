/*
 * Records made so that they cannot be seen: two nodes hold different ones whose sums of ids are
 * equal. Plain reconciliation finds nothing, the keyed audit finds them and they are exchanged.
 *
 * With sums modulo 2^256 nobody can make such records within a test, so this program, and it
 * alone, is linked with sums of 16 bits (Makefile), plain and keyed ones alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/world.h"

#define HOUR_MS (3600ull * 1000)
#define COMMON  200
#define GROUPS  4
#define BUCKET  13 /* (COMMON + 2 * GROUPS) / 16: both sides split their sets alike */
#define TRIES   64

_Static_assert(COMMON + 2 * GROUPS == 16 * BUCKET, "16 even buckets");

static void hold(struct node *node, const struct kith_record *record)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_item item = kith_record_item(record);
	struct kith_record *copy;

	assert_int_equal(
		kith_record_open(record->envelope.data, record->envelope.len, &copy, NULL), 0);
	keep(node, copy);
	assert_int_equal(kith_core_restore(node->core, &commons, KITH_CLASS_CONTENT, &item), 0);
}

static void seed_common(struct world *world)
{
	for (uint64_t i = 0; i < COMMON; i++) {
		seed_record(&world->nodes[0], WALL + 1000 * i);
		hold(&world->nodes[1], world->nodes[0].store[i].record);
	}
}

/* The sum of two ids in 16 bits. */
static uint16_t sum_of(const struct kith_record *a, const struct kith_record *b)
{
	return (uint16_t)(a->id.bytes[0] + b->id.bytes[0] +
			  ((a->id.bytes[1] + b->id.bytes[1]) << 8));
}

struct two {
	size_t i, j;
};

/* Two and two others of the candidates with the same sum: 2,016 pairs, 65,536 sums. */
static bool find_collision(struct kith_record *const *made, struct two *a, struct two *b)
{
	static struct two seen[65536];

	memset(seen, 0, sizeof(seen));
	for (b->i = 0; b->i < TRIES; b->i++) {
		for (b->j = b->i + 1; b->j < TRIES; b->j++) {
			*a = seen[sum_of(made[b->i], made[b->j])];
			if (a->j && a->i != b->i && a->j != b->i && a->i != b->j && a->j != b->j)
				return true;
			seen[sum_of(made[b->i], made[b->j])] = *b;
		}
	}
	return false;
}

/* Four records of one moment, in the middle of a bucket: two for each node. */
static void plant(struct world *world, uint64_t created_ms)
{
	struct kith_record *made[TRIES];
	struct two a, b;

	for (size_t i = 0; i < TRIES; i++)
		made[i] = make_record(&world->nodes[0], created_ms, "hidden");
	assert_true(find_collision(made, &a, &b));
	hold(&world->nodes[0], made[a.i]);
	hold(&world->nodes[0], made[a.j]);
	hold(&world->nodes[1], made[b.i]);
	hold(&world->nodes[1], made[b.j]);
	for (size_t i = 0; i < TRIES; i++)
		kith_record_free(made[i]);
}

static void an_audit_finds_what_sums_of_ids_hide(void **state)
{
	struct world world;
	struct kith_partner_stats stats;

	(void)state;
	world_init(&world, 2);
	seed_common(&world);
	for (uint64_t g = 0; g < GROUPS; g++)
		plant(&world, WALL + 1000 * ((BUCKET - 2) * g + 5) - 500);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, HOUR_MS / 2);
	stats = view(&world, 0, 0).stats;
	assert_true(stats.reconciliations >= 4); /* of two sets each */
	assert_int_equal(stats.audits, 0);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(world.nodes[0].count, COMMON + 2 * GROUPS);
	assert_int_equal(world.nodes[1].count, COMMON + 2 * GROUPS);
	advance(&world, 12 * HOUR_MS);
	assert_equal_sets(&world, COMMON + 4 * GROUPS);
	publish(&world, 1, WALL, "and gossip goes on");
	run(&world);
	assert_equal_sets(&world, COMMON + 4 * GROUPS + 1);
	stats = view(&world, 0, 0).stats;
	assert_int_equal(stats.audits, 1);
	assert_int_equal(stats.audit_found, 4 * GROUPS);
	assert_int_equal(view(&world, 0, 0).last_audit_found, 4 * GROUPS);
	world_clear(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_audit_finds_what_sums_of_ids_hide),
	};
	return cmocka_run_group_tests(tests, world_setup, NULL);
}
