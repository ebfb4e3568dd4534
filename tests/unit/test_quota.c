/*
 * What is taken in a day: of one author whoever brings it, and of authors never seen before by one
 * partner. Whoever carries too much is not blamed, and the next day the rest comes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/core_state.h"
#include "tests/unit/world.h"

/* Two partners in step; what node 0 publishes is held to the quotas of node 1. */
static void pair(struct world *world, uint32_t author_records, uint32_t new_authors)
{
	world_init(world, 2);
	world->nodes[1].core->quota.author_records = author_records;
	world->nodes[1].core->quota.new_authors = new_authors;
	partner(world, 0, 1, true);
	partner(world, 1, 0, false);
	advance(world, 1000);
}

/* From now on node 0 publishes what somebody else has written. */
static void write_as(struct world *world, uint8_t who)
{
	uint8_t seed[32] = {0x55, who};

	kith_sign_pair_from_seed(seed, &world->nodes[0].author);
}

static void assert_unblamed(struct world *world)
{
	assert_int_equal(view(world, 1, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(view(world, 1, 0).stats.offences, 0);
	assert_int_equal(view(world, 1, 0).complaint, KITH_COMPLAINT_NONE);
}

static void an_author_has_a_quota(void **state)
{
	struct kith_author_over over;
	struct world world;

	(void)state;
	pair(&world, 3, 10);
	write_as(&world, 1);
	for (uint64_t i = 0; i < 5; i++)
		publish(&world, 0, WALL + i, "much");
	run(&world);
	assert_int_equal(world.nodes[1].count, 3);
	assert_int_equal(view(&world, 1, 0).stats.turned_away, 2);
	assert_true(kith_core_author_over_at(world.nodes[1].core, 0, &over));
	assert_memory_equal(over.author.bytes, world.nodes[0].author.public_key.bytes, KITH_ID_LEN);
	assert_int_equal(over.turned_away, 2);
	assert_false(kith_core_author_over_at(world.nodes[1].core, 1, &over));
	write_as(&world, 2);
	publish(&world, 0, WALL, "of somebody else");
	run(&world);
	assert_int_equal(world.nodes[1].count, 4);
	assert_unblamed(&world);
	world_clear(&world);
}

static void what_was_turned_away_is_not_asked_for_again(void **state)
{
	struct world world;
	size_t fetches;

	(void)state;
	pair(&world, 1, 10);
	write_as(&world, 1);
	for (uint64_t i = 0; i < 50; i++)
		publish(&world, 0, WALL + i, "much");
	advance(&world, 2 * KITH_RECONCILE_EVERY_MS);
	fetches = world.nodes[0].fetches;
	advance(&world, 6 * KITH_RECONCILE_EVERY_MS);
	assert_true(view(&world, 0, 0).stats.reconciliations > 4);
	assert_true(world.nodes[0].fetches - fetches <= 8); /* told by the caller, which has them */
	assert_int_equal(world.nodes[1].count, 1);
	assert_unblamed(&world);
	world_clear(&world);
}

static void the_next_day_brings_the_rest(void **state)
{
	struct world world;

	(void)state;
	pair(&world, 3, 10);
	write_as(&world, 1);
	for (uint64_t i = 0; i < 5; i++)
		publish(&world, 0, WALL + i, "much");
	advance(&world, KITH_QUOTA_DAY_MS + 2 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(&world, 5);
	assert_int_equal(view(&world, 1, 0).turned_away_today, 0);
	assert_unblamed(&world);
	world_clear(&world);
}

static void new_authors_have_a_quota(void **state)
{
	struct world world;

	(void)state;
	pair(&world, 100, 2);
	for (uint8_t who = 0; who < 20; who++) {
		write_as(&world, who);
		publish(&world, 0, WALL + who, "made up");
	}
	run(&world);
	assert_int_equal(world.nodes[1].count, 2);
	assert_int_equal(view(&world, 1, 0).new_authors_today, 2);
	assert_int_equal(view(&world, 1, 0).turned_away_today, 18);
	write_as(&world, 1);
	publish(&world, 0, WALL, "of one who is known by now");
	run(&world);
	assert_int_equal(world.nodes[1].count, 3);
	assert_unblamed(&world);
	advance(&world, KITH_QUOTA_DAY_MS + 2 * KITH_RECONCILE_EVERY_MS);
	assert_int_equal(world.nodes[1].count, 5);
	world_clear(&world);
}

static void a_full_quota_of_one_does_not_bar_another(void **state)
{
	struct kith_sign_pair self;
	struct world world;

	(void)state;
	world_init(&world, 3);
	self = world.nodes[0].author;
	world.nodes[1].core->quota.new_authors = 1;
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, 1000);
	for (uint8_t who = 0; who < 2; who++) {
		write_as(&world, who);
		publish(&world, 0, WALL + who, "made up");
	}
	run(&world);
	assert_int_equal(world.nodes[1].count, 1);
	world.nodes[0].author = self;
	partner(&world, 0, 2, false);
	partner(&world, 2, 0, true);
	partner(&world, 2, 1, true);
	partner(&world, 1, 2, false);
	advance(&world, 3 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(
		&world, 2); /* the second by way of node 2, which has a quota of its own */
	world_clear(&world);
}

/* Not taken, not asked for while the day lasts, and all there the day after. */
static void a_partner_has_a_quota(void **state)
{
	struct world world;
	size_t fetches;

	(void)state;
	pair(&world, 100, 10);
	world.nodes[1].core->quota.partner_records = 5;
	for (uint64_t i = 0; i < 20; i++) {
		write_as(&world, (uint8_t)(i % 4));
		publish(&world, 0, WALL + i, "of many");
	}
	run(&world);
	assert_int_equal(world.nodes[1].count, 5);
	assert_int_equal(view(&world, 1, 0).records_today, 5);
	assert_int_equal(view(&world, 1, 0).turned_away_today, 15);
	assert_true(view(&world, 1, 0).quota_full);
	assert_false(view(&world, 0, 0).quota_full);
	advance(&world, 2 * KITH_RECONCILE_EVERY_MS);
	fetches = world.nodes[0].fetches;
	advance(&world, 6 * KITH_RECONCILE_EVERY_MS);
	assert_true(world.nodes[0].fetches - fetches <= 8);
	assert_unblamed(&world);
	for (int days = 1; days < 4; days++)
		advance(&world, KITH_QUOTA_DAY_MS + 2 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(&world, 20);
	assert_unblamed(&world);
	world_clear(&world);
}

/* As in a first sync, where far more is pulled than there is room for today. */
static void a_pull_over_the_quota_ends_and_goes_on_tomorrow(void **state)
{
	const size_t count = KITH_PULL_AT_LEAST + 500;
	struct world world;
	uint64_t sent;

	(void)state;
	world_init(&world, 2);
	for (uint64_t i = 0; i < count; i++)
		seed_record(&world.nodes[0], WALL - i);
	world.nodes[1].core->quota.partner_records = KITH_PULL_AT_LEAST;
	partner(&world, 0, 1, false);
	partner(&world, 1, 0, true); /* who lacks them compares */
	advance(&world, 60000);
	assert_int_equal(world.nodes[1].count, KITH_PULL_AT_LEAST);
	assert_unblamed(&world);
	assert_int_equal(view(&world, 0, 0).stats.offences, 0);
	sent = view(&world, 0, 0).stats.records_out;
	advance(&world, 3 * KITH_RECONCILE_EVERY_MS);
	assert_int_equal(view(&world, 0, 0).stats.records_out, sent); /* they are not asked for */
	advance(&world, KITH_QUOTA_DAY_MS + 2 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(&world, count);
	assert_unblamed(&world);
	world_clear(&world);
}

/* What one may not bring today another may; and what is known is no news, nor is our own. */
static void a_full_partner_bars_nobody_and_nothing_else(void **state)
{
	struct kith_sign_pair self;
	struct world world;

	(void)state;
	world_init(&world, 3);
	self = world.nodes[0].author;
	world.nodes[1].core->quota.partner_records = 1;
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	partner(&world, 0, 2, false);
	partner(&world, 2, 0, true);
	advance(&world, 1000);
	for (uint64_t i = 0; i < 2; i++)
		publish(&world, 0, WALL + i, "one too many");
	world.nodes[0].author = world.nodes[1].author;
	publish(&world, 0, WALL, "our own");
	run(&world);
	assert_int_equal(world.nodes[1].count, 2);
	world.nodes[0].author = self;
	partner(&world, 2, 1, true);
	partner(&world, 1, 2, false);
	advance(&world, 3 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(&world, 3);
	assert_int_equal(view(&world, 1, 0).records_today, 1);
	assert_int_equal(view(&world, 1, 1).records_today, 1);
	world_clear(&world);
}

static void whom_we_chose_is_never_new(void **state)
{
	struct world world;

	(void)state;
	pair(&world, 1, 0);
	publish(&world, 0, WALL, "of the partner itself");
	run(&world);
	assert_int_equal(world.nodes[1].count, 1);
	world.nodes[0].author = world.nodes[1].author;
	for (uint64_t i = 0; i < 5; i++)
		publish(&world, 0, WALL - i, "own ones that come back");
	run(&world);
	assert_int_equal(world.nodes[1].count, 6);
	write_as(&world, 1);
	publish(&world, 0, WALL, "of a stranger");
	run(&world);
	assert_int_equal(world.nodes[1].count, 6);
	world_clear(&world);
}

static void authors_are_known_again_after_a_start(void **state)
{
	struct world world;

	(void)state;
	pair(&world, 100, 0);
	write_as(&world, 1);
	assert_int_equal(
		kith_core_restore_author(world.nodes[1].core, &world.nodes[0].author.public_key),
		0);
	publish(&world, 0, WALL, "of one from before");
	run(&world);
	assert_int_equal(world.nodes[1].count, 1);
	world_clear(&world);
}

/* What is not taken for a quota's sake stays between the two; every plain comparison sees it. */
static void what_is_turned_away_is_not_found_by_an_audit(void **state)
{
	struct world world;
	uint8_t seed[32] = {0x77};

	(void)state;
	for (size_t publisher = 0; publisher < 2; publisher++) {
		world_init(&world, 2);
		partner(&world, 0, 1, true); /* who calls audits */
		partner(&world, 1, 0, false);
		advance(&world, 1000);
		world.nodes[!publisher].core->quota.author_records = 1;
		kith_sign_pair_from_seed(seed, &world.nodes[publisher].author);
		for (uint64_t i = 0; i < 30; i++)
			publish(&world, publisher, WALL - i, "too much");
		advance(&world, 20ull * 3600 * 1000);
		assert_int_equal(world.nodes[!publisher].count, 1);
		assert_int_equal(view(&world, 0, 0).stats.audits, 1);
		assert_int_equal(view(&world, 0, 0).stats.audit_found, 0);
		assert_true(view(&world, 0, 0).last_audit_wall_ms > WALL);
		assert_in_range(view(&world, 0, 0).next_audit_in_ms, 1, 30ull * 3600 * 1000);
		assert_true(view(&world, 1, 0).next_audit_in_ms == UINT64_MAX);
		world_clear(&world);
	}
}

static void the_table_of_authors_grows(void **state)
{
	struct kith_rng rng;
	uint64_t seed = 5;
	struct kith_author author = {{0}};
	struct kith_authors *authors;

	(void)state;
	rng = (struct kith_rng){fill, &seed};
	authors = kith_authors_new(&rng);
	assert_non_null(authors);
	assert_null(kith_authors_today(authors, &author));
	for (uint32_t i = 0; i < 5000; i++) {
		memcpy(author.bytes, &i, sizeof(i));
		assert_null(kith_authors_today(authors, &author));
		assert_int_equal(kith_authors_add(authors, &author), 0);
		*kith_authors_today(authors, &author) = i;
		assert_int_equal(kith_authors_add(authors, &author), 0);
	}
	assert_int_equal(kith_authors_count(authors), 5000);
	for (uint32_t i = 0; i < 5000; i++) {
		memcpy(author.bytes, &i, sizeof(i));
		assert_int_equal(*kith_authors_today(authors, &author), i);
	}
	kith_authors_new_day(authors);
	assert_int_equal(*kith_authors_today(authors, &author), 0);
	kith_authors_free(authors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_author_has_a_quota),
		cmocka_unit_test(what_was_turned_away_is_not_asked_for_again),
		cmocka_unit_test(the_next_day_brings_the_rest),
		cmocka_unit_test(new_authors_have_a_quota),
		cmocka_unit_test(a_full_quota_of_one_does_not_bar_another),
		cmocka_unit_test(a_partner_has_a_quota),
		cmocka_unit_test(a_pull_over_the_quota_ends_and_goes_on_tomorrow),
		cmocka_unit_test(a_full_partner_bars_nobody_and_nothing_else),
		cmocka_unit_test(whom_we_chose_is_never_new),
		cmocka_unit_test(authors_are_known_again_after_a_start),
		cmocka_unit_test(what_is_turned_away_is_not_found_by_an_audit),
		cmocka_unit_test(the_table_of_authors_grows),
	};

	return cmocka_run_group_tests(tests, world_setup, NULL);
}
