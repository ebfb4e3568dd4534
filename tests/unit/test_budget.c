/*
 * What a partner may spend, what is held against it when it spends more, and for how long it is
 * shut out then.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/core_state.h"
#include "tests/unit/world.h"

/* How many such messages node 1 lets pass. */
static size_t pass(struct world *world, uint8_t type, size_t len, size_t most)
{
	struct kith_core *core = world->nodes[1].core;
	size_t n = 0;

	core->now_ms = world->now_ms;
	while (n < most && kith_budget_message(core, core->peers, type, len) == 0)
		n++;
	return n;
}

static void each_kind_has_its_own_allowance(void **state)
{
	static const struct {
		uint8_t type;
		size_t len;
		size_t passes;
		enum kith_complaint complaint;
	} cases[] = {
		{KITH_MESSAGE_PING, 8, KITH_BUDGET_TALK, KITH_COMPLAINT_TALK},
		{200, 0, KITH_BUDGET_TALK, KITH_COMPLAINT_TALK},
		{KITH_MESSAGE_PRUNE, 2, KITH_BUDGET_TALK, KITH_COMPLAINT_TALK},
		{KITH_MESSAGE_WANT, 17 + 64 * 32, KITH_BUDGET_ASKED / 64, KITH_COMPLAINT_ASKED},
		{KITH_MESSAGE_GRAFT, 19 + 32, KITH_BUDGET_ASKED, KITH_COMPLAINT_ASKED},
		{KITH_MESSAGE_IHAVE, 18 + 1024 * 42, KITH_BUDGET_ANNOUNCED / 1024,
			KITH_COMPLAINT_ANNOUNCED},
		{KITH_MESSAGE_UNAVAILABLE, 32, KITH_BUDGET_UNAVAILABLE, KITH_COMPLAINT_UNAVAILABLE},
		{KITH_MESSAGE_RECONCILE, 60, KITH_BUDGET_ROUNDS, KITH_COMPLAINT_ENDLESS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world world;
		size_t passed;

		world_pair(&world);
		memset(&world.nodes[1].core->partners[0]->budget, 0, sizeof(struct kith_budget));
		passed = pass(&world, cases[i].type, cases[i].len, 1u << 20);
		assert_int_equal(passed, cases[i].passes);
		assert_int_equal(world.nodes[1].core->peers->complaint, cases[i].complaint);
		world.now_ms += KITH_BUDGET_WINDOW_MS;
		assert_int_equal(pass(&world, cases[i].type, cases[i].len, 10), 10);
		world_clear(&world);
	}
}

static void an_allowance_grows_with_what_is_known(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	for (uint64_t i = 0; i < 640; i++)
		seed_record(&world.nodes[1], WALL - i);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, 1000);
	memset(&world.nodes[1].core->partners[0]->budget, 0, sizeof(struct kith_budget));
	assert_int_equal(pass(&world, KITH_MESSAGE_WANT, 17 + 32, 1u << 20),
		KITH_BUDGET_ASKED + 10 * KITH_BUDGET_ASKED_64);
	world_clear(&world);
}

/* Node 1 ends its connection with node 0 with this error. */
static void end(struct world *world, int err)
{
	struct kith_core *core = world->nodes[1].core;

	core->now_ms = world->now_ms;
	kith_peer_end(core, core->peers, err, -1);
	run(world);
}

static void an_offence_shuts_out_and_is_named(void **state)
{
	struct world world;

	(void)state;
	world_pair(&world);
	end(&world, KITH_E_UNEXPECTED);
	assert_int_equal(view(&world, 1, 0).stats.offences, 1);
	assert_int_equal(view(&world, 1, 0).ended_by, KITH_COMPLAINT_UNEXPECTED);
	assert_int_equal(view(&world, 1, 0).shut_out_ms, KITH_SHUN_MS);
	advance(&world, KITH_SHUN_MS / 2);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_WAITING);
	assert_int_equal(view(&world, 1, 0).ended_by, KITH_COMPLAINT_UNEXPECTED);
	advance(&world, KITH_SHUN_MS);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(view(&world, 1, 0).shut_out_ms, 0);
	assert_int_equal(view(&world, 1, 0).complaint, KITH_COMPLAINT_UNEXPECTED);
	world_clear(&world);
}

static void the_time_doubles_within_a_day(void **state)
{
	uint64_t want = KITH_SHUN_MS;
	struct world world;

	(void)state;
	world_pair(&world);
	for (int i = 0; i < 10; i++) {
		struct kith_core *core = world.nodes[1].core;

		kith_partner_offended(core, core->partners[0], KITH_COMPLAINT_TALK);
		assert_int_equal(core->partners[0]->shunned_until_ms - core->now_ms, want);
		want = want * 2 < KITH_SHUN_MAX_MS ? want * 2 : KITH_SHUN_MAX_MS;
	}
	advance(&world, KITH_QUOTA_DAY_MS + KITH_SHUN_MAX_MS);
	kith_partner_offended(
		world.nodes[1].core, world.nodes[1].core->partners[0], KITH_COMPLAINT_TALK);
	assert_int_equal(world.nodes[1].core->partners[0]->shunned_until_ms,
		world.nodes[1].core->now_ms + KITH_SHUN_MS);
	world_clear(&world);
}

static void damage_on_the_way_shuts_nobody_out(void **state)
{
	struct world world;

	(void)state;
	world_pair(&world);
	for (int i = 0; i < 5; i++) {
		end(&world, KITH_E_FORGED);
		assert_int_equal(view(&world, 1, 0).complaint, KITH_COMPLAINT_DAMAGED);
		assert_int_equal(view(&world, 1, 0).shut_out_ms, 0);
		advance(&world, 5000);
		assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	}
	assert_int_equal(view(&world, 1, 0).stats.offences, 0);
	world_clear(&world);
}

static void promises_broken_again_and_again_are_an_offence(void **state)
{
	struct world world;

	(void)state;
	world_pair(&world);
	for (unsigned i = 0; i <= KITH_BUDGET_BROKEN; i++) {
		assert_int_equal(view(&world, 1, 0).stats.offences, 0);
		world.nodes[1].core->peers->want_outstanding = 1;
		end(&world, KITH_E_TIMEOUT);
		assert_int_equal(view(&world, 1, 0).complaint, KITH_COMPLAINT_WITHHELD);
		advance(&world, 5000);
	}
	assert_int_equal(view(&world, 1, 0).stats.offences, 1);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_WAITING);
	world_clear(&world);
}

static void calling_without_end_is_an_offence(void **state)
{
	struct world world;
	unsigned calls = 0;

	(void)state;
	world_pair(&world);
	while (view(&world, 1, 0).stats.offences == 0 && ++calls < 10000) {
		struct kith_core *core = world.nodes[0].core;

		kith_peer_end(core, core->peers, 0, KITH_BYE_SHUTDOWN);
		run(&world);
		world.wire_count = 0;
		core->partners[0]->next_dial_ms = world.now_ms;
		assert_int_equal(kith_core_tick(core, world.now_ms), 0);
		run(&world);
	}
	assert_int_equal(calls, KITH_BUDGET_CALLS);
	assert_int_equal(view(&world, 1, 0).ended_by, KITH_COMPLAINT_CALLS);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_WAITING);
	world_clear(&world);
}

static void every_complaint_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(kith_complaint_name(KITH_COMPLAINT_NONE), "none");
	assert_string_equal(kith_complaint_name(KITH_COMPLAINT_FORGED), "forged");
	assert_string_equal(kith_complaint_name(KITH_COMPLAINT_CALLS), "calls");
}

/* ---- what an honest node spends ------------------------------------------------------------ */

/* Somebody brings node 0 records without end, while node 1 can store none. */
static void nobody_is_blamed_for_what_others_publish(void **state)
{
	struct world world;
	struct kith_core *core;
	struct kith_record *record;

	(void)state;
	world_pair(&world);
	core = world.nodes[0].core;
	world.nodes[1].core->store_retry_ms = UINT64_MAX;
	record = make_record(&world.nodes[0], WALL, "one of many");
	for (uint64_t n = 0; n < 2 * KITH_BUDGET_ANNOUNCED; n++) {
		const struct kith_pending_entry nobody = {.conn = 0};

		memcpy(record->id.bytes, &n, sizeof(n));
		core->now_ms = world.now_ms;
		kith_gossip_spread(core, record, &nobody, KITH_ORIGIN_SYNC);
		if (n % 1000 == 999)
			advance(&world, 100);
	}
	advance(&world, 1000);
	assert_true(world.nodes[1].core->partners[0]->budget.spent[KITH_SPEND_ANNOUNCED] >=
		    KITH_ANNOUNCE_MAX);
	assert_int_equal(view(&world, 1, 0).stats.offences, 0);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	kith_record_free(record);
	world_clear(&world);
}

static void who_was_called_nudges_once_a_second(void **state)
{
	struct world world;

	(void)state;
	world_pair(&world);
	memset(&world.nodes[0].core->partners[0]->budget, 0, sizeof(struct kith_budget));
	for (int i = 0; i < 1000; i++) {
		world.nodes[1].core->peers->dirty = true;
		assert_int_equal(kith_core_tick(world.nodes[1].core, world.now_ms), 0);
		advance(&world, 10);
	}
	assert_in_range(world.nodes[0].core->partners[0]->budget.spent[KITH_SPEND_TALK], 5, 15);
	world_clear(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_blamed_for_what_others_publish),
		cmocka_unit_test(who_was_called_nudges_once_a_second),
		cmocka_unit_test(each_kind_has_its_own_allowance),
		cmocka_unit_test(an_allowance_grows_with_what_is_known),
		cmocka_unit_test(an_offence_shuts_out_and_is_named),
		cmocka_unit_test(the_time_doubles_within_a_day),
		cmocka_unit_test(damage_on_the_way_shuts_nobody_out),
		cmocka_unit_test(promises_broken_again_and_again_are_an_offence),
		cmocka_unit_test(calling_without_end_is_an_offence),
		cmocka_unit_test(every_complaint_has_a_name),
	};

	return cmocka_run_group_tests(tests, world_setup, NULL);
}
