/*
 * Two or three cores talk: the conversation as a whole. Faults, time and larger networks are the
 * simulator's (tests/sim).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/world.h"

/* ---- tests ---------------------------------------------------------------------------------- */

static void partners_reconcile_and_gossip(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 3);
	for (uint64_t i = 0; i < 40; i++)
		seed_record(&world.nodes[i % 2], WALL - i);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	partner(&world, 1, 2, false);
	partner(&world, 2, 1, true);
	advance(&world, 5000);
	assert_equal_sets(&world, 40);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	publish(&world, 0, WALL, "news");
	run(&world); /* no time passes: pushed at once, two hops */
	assert_equal_sets(&world, 41);
	assert_int_equal(world.nodes[0].published, 1);
	assert_int_equal(view(&world, 2, 0).stats.duplicates, 0);
	world_clear(&world);
}

static void both_dial_and_one_connection_stays(void **state)
{
	struct world world;
	size_t open = 0;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, true);
	advance(&world, 20000);
	for (size_t i = 0; i < world.wire_count; i++)
		open += world.wires[i].open;
	assert_int_equal(open, 1);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	publish(&world, 1, WALL, "still talking");
	run(&world);
	assert_equal_sets(&world, 1);
	world_clear(&world);
}

static void a_stranger_gets_nothing(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	seed_record(&world.nodes[1], WALL);
	partner(&world, 0, 1, true);
	advance(&world, 500);
	assert_int_equal(world.nodes[0].count, 0);
	assert_int_equal(view(&world, 0, 0).last_bye, 2 /* refused */);
	assert_int_equal(kith_core_stats(world.nodes[1].core).not_partners, 1);
	partner(&world, 1, 0, true); /* the other side agrees: no need to wait for a back-off */
	advance(&world, 1000);
	assert_equal_sets(&world, 1);
	world_clear(&world);
}

static void an_empty_node_pulls_in_bulk(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	for (uint64_t i = 0; i < KITH_PULL_AT_LEAST + 100; i++)
		seed_record(&world.nodes[0], WALL - i / 7);
	seed_record(&world.nodes[1], WALL + 5);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, 3000);
	assert_equal_sets(&world, KITH_PULL_AT_LEAST + 101);
	assert_int_equal(view(&world, 1, 0).stats.unavailable, 0);
	assert_int_equal(view(&world, 1, 0).stats.duplicates, 0);
	assert_int_equal(view(&world, 0, 0).stats.duplicates, 0);
	assert_true(view(&world, 0, 0).stats.rounds <= 4);
	world_clear(&world);
}

static void large_differences_are_asked_for_in_portions(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	for (uint64_t i = 0; i < 3000; i++)
		seed_record(&world.nodes[i & 1], WALL - i);
	partner(&world, 0, 1, false);
	partner(&world, 1, 0, true);
	advance(&world, 3000);
	assert_equal_sets(&world, 3000);
	world_clear(&world);
}

static void a_full_disk_is_got_over(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	for (uint64_t i = 0; i < 300; i++)
		seed_record(&world.nodes[0], WALL - i);
	world.nodes[1].fail_stores = 2;
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, true);
	advance(&world, 1000);
	assert_true(kith_core_stats(world.nodes[1].core).storage_blocked);
	assert_true(world.nodes[1].count < 300);
	advance(&world, 60000);
	assert_false(kith_core_stats(world.nodes[1].core).storage_blocked);
	assert_equal_sets(&world, 300);
	assert_int_equal(kith_core_stats(world.nodes[1].core).in_flight_bytes, 0);
	world_clear(&world);
}

static void flip_last_bit(struct kith_batch_entry *entry)
{
	entry->envelope[entry->envelope_len - 1] ^= 1;
}

/* Cuts the envelope before its third field: the header and signature still hold. */
static void strip_body(struct kith_batch_entry *entry)
{
	struct kith_cursor cursor;

	kith_cursor_init(&cursor, entry->envelope, entry->envelope_len);
	for (int field = 0; field < 2; field++) {
		size_t len = 0, shift = 0;
		uint8_t byte;

		(void)kith_read_u8(&cursor);
		do {
			byte = kith_read_u8(&cursor);
			len |= (size_t)(byte & 0x7f) << shift;
			shift += 7;
		} while (byte & 0x80);
		(void)kith_read_view(&cursor, len);
	}
	assert_int_equal(cursor.err, 0);
	entry->envelope_len -= kith_cursor_left(&cursor);
}

static void a_stripped_copy_does_not_count(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, true);
	advance(&world, 1000);
	world.tamper = strip_body;
	publish(&world, 0, WALL, "stripped on the way");
	run(&world);
	assert_int_equal(world.nodes[1].count, 0);
	assert_int_equal(view(&world, 1, 0).stats.forged, 1);
	advance(&world, 2 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(&world, 1);
	assert_true(world.nodes[1].store[0].record->has_body);
	world_clear(&world);
}

static void a_forged_copy_is_counted_and_the_record_still_comes(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, true);
	advance(&world, 1000);
	world.tamper = flip_last_bit;
	publish(&world, 0, WALL, "flipped on the way");
	run(&world);
	assert_int_equal(world.nodes[1].count, 0);
	assert_int_equal(view(&world, 1, 0).stats.forged, 1);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	advance(&world, 2 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(&world, 1);
	world_clear(&world);
}

static void forging_again_and_again_is_an_offence(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, 1000);
	for (uint64_t n = 1; n <= KITH_FORGED_MAX; n++) {
		assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
		world.tamper = flip_last_bit;
		publish(&world, 0, WALL + n, "flipped by its sender");
		run(&world);
		assert_int_equal(view(&world, 1, 0).stats.forged, n);
	}
	assert_int_equal(view(&world, 1, 0).stats.offences, 1);
	assert_int_equal(view(&world, 1, 0).ended_by, KITH_COMPLAINT_FORGED);
	assert_true(view(&world, 1, 0).shut_out_ms > 0);
	world_clear(&world);
}

/* Else what waits to be sent to a partner that reads nothing would be kept for ever. */
static void who_takes_nothing_is_let_go(void **state)
{
	struct world world;
	struct kith_event stuck = {
		.type = KITH_EVENT_WRITABLE, .unsent = 2 * KITH_SEND_QUEUE_MAX_BYTES + 1};

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, 5000);
	stuck.conn = world.wires[0].conn[0];
	world.wires[0].open = false;
	feed(&world, &world.nodes[0], stuck);
	advance(&world, KITH_SILENCE_MAX_MS - 1000);
	assert_int_equal(view(&world, 0, 0).stats.connections, 1);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	advance(&world, 10000);
	assert_int_equal(view(&world, 0, 0).stats.connections, 2);
	assert_int_equal(view(&world, 0, 0).stats.offences, 0);
	world_clear(&world);
}

static void the_far_future_is_held_back(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, true);
	advance(&world, 1000);
	publish(&world, 0, WALL + KITH_FUTURE_SKEW_MS + 60000, "tomorrow and a bit");
	run(&world);
	assert_int_equal(world.nodes[1].count, 0);
	assert_int_equal(view(&world, 1, 0).stats.held_back, 1);
	advance(&world, 2 * KITH_RECONCILE_EVERY_MS);
	assert_equal_sets(&world, 1);
	world_clear(&world);
}

static void pausing_and_removing_say_bye(void **state)
{
	struct world world;
	struct kith_partner_config config;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, true);
	advance(&world, 1000);
	config = view(&world, 0, 0).config;
	config.paused = true;
	assert_int_equal(kith_core_set_partner(world.nodes[0].core, &config, world.now_ms), 0);
	run(&world);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_PAUSED);
	assert_int_equal(view(&world, 1, 0).last_bye, 3 /* paused */);
	assert_int_equal(view(&world, 1, 0).stats.truncations, 0);
	config.paused = false;
	assert_int_equal(kith_core_set_partner(world.nodes[0].core, &config, world.now_ms), 0);
	advance(&world, 1000);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(kith_core_remove_partner(world.nodes[1].core,
				 &world.nodes[0].author.public_key, world.now_ms),
		0);
	advance(&world, 1000);
	assert_int_equal(view(&world, 0, 0).stats.offences, 0);
	assert_true(view(&world, 0, 0).last_bye == 6 || view(&world, 0, 0).last_bye == 2);
	world_clear(&world);
}

/* ---- certificates --------------------------------------------------------------------------- */

static int certify(struct world *world, size_t n, const struct kith_sign_pair *group,
	const struct kith_node_key *key, uint64_t until_ms)
{
	struct kith_buf certificate;
	int err;

	kith_buf_init(&certificate, KITH_HELLO_MAX_BYTES);
	assert_int_equal(kith_certificate_sign(group, key, until_ms, &certificate), 0);
	err = kith_core_set_certificate(world->nodes[n].core,
		(struct kith_bytes){certificate.data, certificate.len}, world->now_ms);
	kith_buf_clear(&certificate);
	return err;
}

static int renew(struct world *world, size_t n, uint64_t until_ms)
{
	return certify(
		world, n, &world->nodes[n].author, &world->nodes[n].pair.public_key, until_ms);
}

/* The network breaks off what is open. */
static void hang_up(struct world *world)
{
	for (size_t i = 0; i < world->wire_count; i++) {
		struct wire *wire = &world->wires[i];

		if (!wire->open)
			continue;
		close_wire(world, wire, 0);
		wire->open = true; /* the other end has still to hear of it */
		close_wire(world, wire, 1);
	}
}

static void set_clocks(struct world *world, uint64_t wall_ms)
{
	for (size_t i = 0; i < world->node_count; i++)
		kith_core_set_wall_ms(world->nodes[i].core, wall_ms, world->now_ms);
}

/* A connection outlives the certificate it was made with; the next one needs a new certificate. */
static void an_expired_certificate_is_refused_and_a_renewed_one_taken(void **state)
{
	const uint64_t later = WALL + KITH_CERTIFICATE_MS + 1000;
	struct world world;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	advance(&world, 1000);
	set_clocks(&world, later);
	assert_int_equal(renew(&world, 1, later + KITH_CERTIFICATE_MS), 0);
	advance(&world, 2 * KITH_RECONCILE_EVERY_MS);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(world.wire_count, 1);
	hang_up(&world);
	advance(&world, 60000);
	assert_int_not_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	assert_true(kith_core_stats(world.nodes[1].core).openings_refused > 0);
	hang_up(&world);
	assert_int_equal(renew(&world, 0, later + KITH_CERTIFICATE_MS), 0);
	advance(&world, 2 * KITH_DIAL_MAX_MS);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	world_clear(&world);
}

static void a_certificate_about_another_is_not_taken(void **state)
{
	struct world world;
	struct node *nodes = world.nodes;

	(void)state;
	world_init(&world, 2);
	assert_int_equal(
		certify(&world, 0, &nodes[1].author, &nodes[0].pair.public_key, WALL + 90000),
		KITH_E_ARGUMENT);
	assert_int_equal(
		certify(&world, 0, &nodes[0].author, &nodes[1].pair.public_key, WALL + 90000),
		KITH_E_ARGUMENT);
	assert_int_equal(renew(&world, 0, WALL - 1), KITH_E_EXPIRED);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	set_clocks(&world, WALL + 100000);
	advance(&world, 1000);
	assert_int_equal(view(&world, 1, 0).state, KITH_PARTNER_LIVE);
	world_clear(&world);
}

/* The old one is gone then, and not looked at any more. */
static void a_handshake_under_way_goes_on_with_the_new_one(void **state)
{
	struct world world;

	(void)state;
	world_init(&world, 2);
	partner(&world, 0, 1, true);
	partner(&world, 1, 0, false);
	assert_int_equal(kith_core_tick(world.nodes[0].core, world.now_ms), 0);
	for (int steps = 0; world.wire_count == 0 && steps < 10; steps++)
		assert_true(act(&world, &world.nodes[0]));
	for (size_t n = 0; n < 2; n++)
		assert_int_equal(renew(&world, n, WALL + 2 * KITH_CERTIFICATE_MS), 0);
	set_clocks(&world, WALL + KITH_CERTIFICATE_MS + 1000);
	advance(&world, 500);
	assert_int_equal(view(&world, 0, 0).state, KITH_PARTNER_LIVE);
	world_clear(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(partners_reconcile_and_gossip),
		cmocka_unit_test(both_dial_and_one_connection_stays),
		cmocka_unit_test(a_stranger_gets_nothing),
		cmocka_unit_test(an_empty_node_pulls_in_bulk),
		cmocka_unit_test(large_differences_are_asked_for_in_portions),
		cmocka_unit_test(a_full_disk_is_got_over),
		cmocka_unit_test(a_forged_copy_is_counted_and_the_record_still_comes),
		cmocka_unit_test(forging_again_and_again_is_an_offence),
		cmocka_unit_test(a_stripped_copy_does_not_count),
		cmocka_unit_test(who_takes_nothing_is_let_go),
		cmocka_unit_test(the_far_future_is_held_back),
		cmocka_unit_test(pausing_and_removing_say_bye),
		cmocka_unit_test(an_expired_certificate_is_refused_and_a_renewed_one_taken),
		cmocka_unit_test(a_certificate_about_another_is_not_taken),
		cmocka_unit_test(a_handshake_under_way_goes_on_with_the_new_one),
	};
	return cmocka_run_group_tests(tests, world_setup, NULL);
}
