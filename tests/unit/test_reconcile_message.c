/* Reconciliation, single messages: the bytes against ones made by hand; versions, roles and
 * room. */
#include "tests/unit/stand.h"

static void a_small_set_is_listed(void **state)
{
	struct stand stand = stand_new(31, 0);

	(void)state;
	add_bound(&stand.want, 0, NULL, 0);
	add_ids(&stand.want, stand.items, 31);
	assert_int_equal(kith_reconcile_initiate(&stand.initiator, &stand.got), 0);
	same_message(&stand.got, &stand.want);
	stand_free(&stand);
}

static void a_larger_set_is_split_in_sixteen(void **state)
{
	struct stand stand = stand_new(37, 0); /* five buckets of three, eleven of two */
	size_t at = 0;
	uint64_t last = 0;

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		size_t n = i < 5 ? 3 : 2;
		uint64_t next = at + n < 37 ? stand.items[at + n].created_ms : 0;

		add_bound(&stand.want, i < 15 ? next - last + 1 : 0, NULL, 0);
		add_print(&stand.want, stand.items + at, n);
		last = next;
		at += n;
	}
	assert_int_equal(kith_reconcile_initiate(&stand.initiator, &stand.got), 0);
	same_message(&stand.got, &stand.want);
	stand_free(&stand);
}

static void equal_timestamps_are_told_apart_by_ids(void **state)
{
	struct kith_item items[32] = {{0}};
	struct stand stand = stand_new(0, 0);

	(void)state;
	for (size_t i = 0; i < 32; i++) {
		items[i].created_ms = 5;
		memset(items[i].id.bytes, 0xaa, 20);
		items[i].id.bytes[20] = (uint8_t)i;
		assert_int_equal(kith_set_insert(stand.set, &items[i]), 0);
	}
	for (size_t i = 0; i < 16; i++) {
		if (i < 15) /* 20 shared bytes and one more; the timestamp's difference is 5, then 0
			     */
			add_bound(&stand.want, i ? 1 : 6, items[2 * i + 2].id.bytes, 21);
		else
			add_bound(&stand.want, 0, NULL, 0);
		add_print(&stand.want, items + 2 * i, 2);
	}
	assert_int_equal(kith_reconcile_initiate(&stand.initiator, &stand.got), 0);
	same_message(&stand.got, &stand.want);
	stand_free(&stand);
}

static void equal_ranges_are_skipped_in_silence(void **state)
{
	struct stand stand = stand_new(50, 0);

	(void)state;
	add_bound(&stand.msg, 0, NULL, 0);
	add_print(&stand.msg, stand.items, 50);
	assert_int_equal(respond(&stand), 0);
	same_message(&stand.got, &stand.want); /* the version alone */
	stand_free(&stand);
}

static void skips_are_merged_and_the_last_left_out(void **state)
{
	struct stand stand = stand_new(50, 0);

	(void)state;
	add_bound(&stand.msg, 101 + 7 * 2, NULL, 0);
	kith_write_u8(&stand.msg, 0);
	add_bound(&stand.msg, 1 + 7 * 2, "\x00\x00\x01", 3);
	add_print(&stand.msg, stand.items + 2, 2);
	add_bound(&stand.msg, 1 + 7 * 3, NULL, 0);
	add_ids(&stand.msg, stand.items, 0);
	add_bound(&stand.msg, 1 + 7 * 3, NULL, 0);
	kith_write_u8(&stand.msg, 0);

	add_bound(&stand.want, 101 + 7 * 4, "\x00\x00\x01", 3); /* as it came */
	kith_write_u8(&stand.want, 0);
	add_bound(&stand.want, 1 + 7 * 3, NULL, 0);
	add_ids(&stand.want, stand.items + 4, 3);
	assert_int_equal(respond(&stand), 0);
	same_message(&stand.got, &stand.want);
	stand_free(&stand);
}

static void a_list_is_cut_at_the_limit(void **state)
{
	struct stand stand = stand_new(1000, 4096);
	size_t n = (4096 - 200 - 1) / 32 + 1; /* the last one passes it */

	(void)state;
	add_bound(&stand.msg, 0, NULL, 0);
	add_ids(&stand.msg, stand.items, 0);
	add_bound(&stand.want, stand.items[n].created_ms + 1, stand.items[n].id.bytes, 32);
	add_ids(&stand.want, stand.items, n);
	add_bound(&stand.want, 0, NULL, 0);
	add_print(&stand.want, stand.items + n, 1000 - n);
	assert_int_equal(respond(&stand), 0);
	assert_true(stand.got.len <= 4096);
	same_message(&stand.got, &stand.want);
	stand_free(&stand);
}

/* Ranges of 21 items whose fingerprints differ are answered with 21 ids each, of which five fit; an
 * equal range comes before the sixth. Its skip is written, and then the closing fingerprint. */
static void a_message_is_closed_at_the_limit(void **state)
{
	struct stand stand = stand_new(1000, 4096);
	uint64_t last = 0;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		uint64_t next = stand.items[21 * i + 21].created_ms;

		add_bound(&stand.msg, next - last + 1, NULL, 0);
		add_print(&stand.msg, stand.items + 21 * i, i == 5 ? 21 : 20);
		if (i <= 5)
			add_bound(&stand.want, next - last + 1, NULL, 0);
		if (i < 5)
			add_ids(&stand.want, stand.items + 21 * i, 21);
		last = next;
	}
	kith_write_u8(&stand.want, 0);
	add_bound(&stand.want, 0, NULL, 0);
	add_print(&stand.want, stand.items + 126, 1000 - 126);
	assert_int_equal(respond(&stand), 0);
	same_message(&stand.got, &stand.want);
	stand_free(&stand);
}

static void a_repeated_id_is_needed_once(void **state)
{
	struct learnt learnt = {{0}, {0}};
	struct kith_reconcile_diff diff = {on_have, on_need, &learnt};
	struct stand stand = stand_new(3, 0);
	struct prng prng = {4};
	struct kith_item alien[2] = {prng_item(&prng, 9), prng_item(&prng, 9)};
	struct kith_item list[6] = {
		alien[1], stand.items[1], alien[0], alien[1], stand.items[1], alien[1]};

	(void)state;
	add_bound(&stand.msg, 0, NULL, 0);
	add_ids(&stand.msg, list, 6);
	assert_int_equal(kith_reconcile_consume(&stand.initiator, stand.msg.data, stand.msg.len,
				 &diff, &stand.got),
		0);
	assert_int_equal(stand.got.len, 0); /* done */
	assert_int_equal(learnt.have.n, 2);
	assert_memory_equal(&learnt.have.item[0].id, &stand.items[0].id, KITH_ID_LEN);
	assert_memory_equal(&learnt.have.item[1].id, &stand.items[2].id, KITH_ID_LEN);
	assert_int_equal(learnt.need.n, 2); /* in the order of the list */
	assert_memory_equal(&learnt.need.item[0].id, &alien[1].id, KITH_ID_LEN);
	assert_memory_equal(&learnt.need.item[1].id, &alien[0].id, KITH_ID_LEN);
	free(learnt.have.item);
	free(learnt.need.item);
	stand_free(&stand);
}

static int stop_at_have(void *ctx, const struct kith_record_id *id)
{
	(void)ctx;
	(void)id;
	return 17;
}

static int stop_at_need(void *ctx, const struct kith_record_id *id)
{
	(void)ctx;
	(void)id;
	return 18;
}

static void a_caller_can_stop(void **state)
{
	struct learnt learnt = {{0}, {0}};
	struct stand stand = stand_new(3, 0);
	struct prng prng = {4};
	struct kith_item alien = prng_item(&prng, 9);
	struct kith_reconcile_diff at_have = {stop_at_have, on_need, &learnt},
				   at_need = {on_have, stop_at_need, &learnt};

	(void)state;
	add_bound(&stand.msg, 0, NULL, 0);
	add_ids(&stand.msg, &alien, 1);
	assert_int_equal(kith_reconcile_consume(&stand.initiator, stand.msg.data, stand.msg.len,
				 &at_have, &stand.got),
		17);
	assert_int_equal(kith_reconcile_consume(&stand.initiator, stand.msg.data, stand.msg.len,
				 &at_need, &stand.got),
		18);
	free(learnt.have.item);
	stand_free(&stand);
}

/* ---- versions, arguments, room ---- */

static void another_version_is_answered_with_ours(void **state)
{
	struct stand stand = stand_new(3, 0);

	(void)state;
	for (unsigned version = 0; version < 256; version++) {
		uint8_t msg[] = {(uint8_t)version, 0xff, 0xff};

		if (version == 0x61)
			continue;
		kith_buf_reset(&stand.got);
		assert_int_equal(consume(&stand.responder, msg, 3, &stand.got), 0);
		assert_int_equal(stand.got.len, 1);
		assert_int_equal(stand.got.data[0], 0x61);
		assert_int_equal(
			consume(&stand.initiator, msg, 3, &stand.got), KITH_E_UNKNOWN_VERSION);
	}
	kith_buf_reset(&stand.got);
	assert_int_equal(consume(&stand.responder, "", 0, &stand.got), KITH_E_TRUNCATED);
	assert_int_equal(consume(&stand.initiator, "", 0, &stand.got), KITH_E_TRUNCATED);
	assert_int_equal(consume(&stand.initiator, "\x61", 1, &stand.got), 0);
	assert_int_equal(stand.got.len, 0);
	stand_free(&stand);
}

static void roles_and_limits_are_checked(void **state)
{
	struct kith_reconcile_diff diff = {on_have, on_need, NULL};
	struct stand stand = stand_new(3, 0);
	struct kith_reconcile r;

	(void)state;
	assert_int_equal(kith_reconcile_init(&r, stand.set, 4095, true), KITH_E_ARGUMENT);
	assert_int_equal(kith_reconcile_init(&r, stand.set, 1, true), KITH_E_ARGUMENT);
	assert_int_equal(kith_reconcile_initiate(&stand.responder, &stand.got), KITH_E_STATE);
	assert_int_equal(kith_reconcile_consume(
				 &stand.responder, (const uint8_t *)"a", 1, &diff, &stand.got),
		KITH_E_ARGUMENT);
	assert_int_equal(
		kith_reconcile_consume(&stand.initiator, (const uint8_t *)"a", 1, NULL, &stand.got),
		KITH_E_ARGUMENT);
	stand_free(&stand);
}

static void an_answer_too_large_for_its_buffer_is_an_error(void **state)
{
	struct stand stand = stand_new(1000, 0);

	(void)state;
	add_bound(&stand.msg, 0, NULL, 0);
	add_ids(&stand.msg, stand.items, 0);
	kith_buf_init(&stand.got, 500);
	assert_int_equal(respond(&stand), KITH_E_TOO_LARGE);
	kith_buf_reset(&stand.got);
	assert_int_equal(
		kith_reconcile_initiate(&stand.initiator, &stand.got), 0); /* 16 fingerprints */
	kith_buf_clear(&stand.got);
	kith_buf_init(&stand.got, 100);
	assert_int_equal(kith_reconcile_initiate(&stand.initiator, &stand.got), KITH_E_TOO_LARGE);
	stand_free(&stand);
}

static void answers_are_appended(void **state)
{
	struct stand stand = stand_new(1000, 4096);
	struct kith_buf alone;

	(void)state;
	kith_buf_init(&alone, SIZE_MAX);
	add_bound(&stand.msg, 0, NULL, 0);
	add_ids(&stand.msg, stand.items, 0);
	assert_int_equal(respond(&stand), 0);
	kith_write(&alone, stand.got.data, stand.got.len);
	assert_int_equal(respond(&stand), 0); /* the limit counts from where the message begins */
	assert_int_equal(stand.got.len, 2 * alone.len);
	assert_memory_equal(stand.got.data + alone.len, alone.data, alone.len);
	kith_buf_reset(&stand.got);
	kith_write(&stand.got, "kept", 4);
	assert_int_equal(consume(&stand.initiator, "\x61", 1, &stand.got), 0);
	assert_int_equal(stand.got.len, 4);
	kith_buf_clear(&alone);
	stand_free(&stand);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_set_is_listed),
		cmocka_unit_test(a_larger_set_is_split_in_sixteen),
		cmocka_unit_test(equal_timestamps_are_told_apart_by_ids),
		cmocka_unit_test(equal_ranges_are_skipped_in_silence),
		cmocka_unit_test(skips_are_merged_and_the_last_left_out),
		cmocka_unit_test(a_list_is_cut_at_the_limit),
		cmocka_unit_test(a_message_is_closed_at_the_limit),
		cmocka_unit_test(a_repeated_id_is_needed_once),
		cmocka_unit_test(a_caller_can_stop),
		cmocka_unit_test(another_version_is_answered_with_ours),
		cmocka_unit_test(roles_and_limits_are_checked),
		cmocka_unit_test(an_answer_too_large_for_its_buffer_is_an_error),
		cmocka_unit_test(answers_are_appended),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
