/* Reconciliation, hostile messages: what is refused, what is bounded, what does no harm. */
#include "tests/unit/stand.h"

struct hostile {
	const char *what;
	int err;
	size_t len;
	const char *bytes;
};

#define ONES64 "\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f"

static const struct hostile HOSTILE[] = {
	{"no prefix length", KITH_E_TRUNCATED, 2, "\x61\x00"},
	{"no mode", KITH_E_TRUNCATED, 3, "\x61\x00\x00"},
	{"no fingerprint", KITH_E_TRUNCATED, 4, "\x61\x00\x00\x01"},
	{"half a fingerprint", KITH_E_TRUNCATED, 8, "\x61\x00\x00\x01zzzz"},
	{"no count", KITH_E_TRUNCATED, 4, "\x61\x00\x00\x02"},
	{"an id too few", KITH_E_TRUNCATED, 5, "\x61\x00\x00\x02\x01"},
	{"half an id", KITH_E_TRUNCATED, 9, "\x61\x00\x00\x02\x01zzzz"},
	{"2^64 - 1 ids", KITH_E_TRUNCATED, 14, "\x61\x00\x00\x02" ONES64},
	{"2^59 ids, which times 32 is 0", KITH_E_TRUNCATED, 13,
		"\x61\x00\x00\x02\x88\x80\x80\x80\x80\x80\x80\x80\x00"},
	{"mode 3", KITH_E_MALFORMED, 4, "\x61\x00\x00\x03"},
	{"mode 2^64 - 1", KITH_E_MALFORMED, 13, "\x61\x00\x00" ONES64},
	{"a prefix of 33 bytes", KITH_E_MALFORMED, 37,
		"\x61\x00\x21zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\x00"},
	{"a prefix of 2^64 - 1 bytes", KITH_E_MALFORMED, 14, "\x61\x00" ONES64 "zz"},
	{"a prefix cut short", KITH_E_TRUNCATED, 6, "\x61\x00\x20zzz"},
	{"a varint with a leading zero", KITH_E_MALFORMED, 5, "\x61\x80\x01\x00\x00"},
	{"a varint of 65 bits", KITH_E_MALFORMED, 13,
		"\x61\x83\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x00\x00"},
	{"timestamps beyond 2^64", KITH_E_MALFORMED, 16, "\x61\x04\x00\x00" ONES64 "\x00\x00"},
	{"a timestamp after infinity", KITH_E_MALFORMED, 7, "\x61\x00\x00\x00\x02\x00\x00"},
};

static void hostile_messages_are_refused(void **state)
{
	struct stand stand = stand_new(100, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(HOSTILE) / sizeof(HOSTILE[0]); i++) {
		const struct hostile *h = &HOSTILE[i];
		int as_responder = consume(&stand.responder, h->bytes, h->len, &stand.got);
		int as_initiator = consume(&stand.initiator, h->bytes, h->len, &stand.got);

		if (as_responder != h->err || as_initiator != h->err)
			fail_msg("%s: %s and %s", h->what, kith_err_name(as_responder),
				kith_err_name(as_initiator));
	}
	stand_free(&stand);
}

/* Cut anywhere, a message is either whole up to a range's end or truncated. */
static void every_cut_is_noticed(void **state)
{
	struct stand a = stand_new(400, 0), b = stand_new(100, 0);
	size_t good = 0;

	(void)state;
	kith_buf_reset(&a.msg);
	assert_int_equal(kith_reconcile_initiate(&a.initiator, &a.msg), 0);
	for (size_t len = 1; len <= a.msg.len; len++) {
		int err = consume(&b.responder, a.msg.data, len, &b.got);

		if (err)
			assert_int_equal(err, KITH_E_TRUNCATED);
		else
			good++;
	}
	assert_int_equal(good, 17); /* the version alone, then after each of 16 ranges */
	stand_free(&a);
	stand_free(&b);
}

static void a_bound_below_the_one_before_is_an_empty_range(void **state)
{
	struct stand stand = stand_new(0, 0);
	struct prng prng = {6};
	struct kith_item item[2] = {prng_item(&prng, 1), prng_item(&prng, 1)};

	(void)state;
	item[0].id.bytes[0] = 0x10;
	item[1].id.bytes[0] = 0x90;
	assert_int_equal(kith_set_insert(stand.set, &item[0]), 0);
	assert_int_equal(kith_set_insert(stand.set, &item[1]), 0);
	add_bound(&stand.msg, 1, "\x80", 1); /* item 0 */
	add_ids(&stand.msg, item, 0);
	add_bound(&stand.msg, 1, "\x05", 1); /* backwards */
	add_ids(&stand.msg, item, 0);
	add_bound(&stand.msg, 0, NULL, 0); /* item 1, and not item 0 again */
	add_ids(&stand.msg, item, 0);
	add_bound(&stand.want, 1, "\x80", 1);
	add_ids(&stand.want, item, 1);
	add_bound(&stand.want, 1, "\x05", 1);
	add_ids(&stand.want, item, 0);
	add_bound(&stand.want, 0, NULL, 0);
	add_ids(&stand.want, item + 1, 1);
	assert_int_equal(respond(&stand), 0);
	same_message(&stand.got, &stand.want);
	stand_free(&stand);
}

/* As many ranges as a frame can hold, each asking for a split: the answer stays within the limit.
 */
static void demands_are_bounded_by_the_limit(void **state)
{
	struct stand stand = stand_new(9000, 60000);
	uint8_t wrong[16] = {0};

	(void)state;
	add_bound(&stand.msg, 101, NULL, 0);
	kith_write_u8(&stand.msg, 0);
	while (stand.msg.len < 60000) {
		add_bound(&stand.msg, 1 + 7 * 2, NULL, 0);
		kith_write_u8(&stand.msg, 1);
		kith_write(&stand.msg, wrong, sizeof(wrong));
	}
	assert_int_equal(respond(&stand), 0);
	assert_in_range(stand.got.len, 50000, 60000);
	stand_free(&stand);
}

/* Every message of a real conversation with one byte changed: an error or an answer, never a crash.
 */
static void changed_bytes_do_no_harm(void **state)
{
	struct stand a = stand_new(300, 4096), b = stand_new(200, 4096);
	struct prng prng = {8};

	(void)state;
	kith_buf_reset(&a.msg);
	assert_int_equal(kith_reconcile_initiate(&a.initiator, &a.msg), 0);
	for (size_t i = 0; i < 20000; i++) {
		size_t at = prng_below(&prng, a.msg.len);
		uint8_t held = a.msg.data[at];

		a.msg.data[at] = (uint8_t)prng_next(&prng);
		kith_buf_reset(&b.got);
		if (consume(&b.responder, a.msg.data, a.msg.len, &b.got) == 0) {
			assert_in_range(b.got.len, 1, 4096);
			kith_buf_reset(&a.got);
			assert_int_equal(consume(&a.initiator, b.got.data, b.got.len, &a.got), 0);
		}
		a.msg.data[at] = held;
	}
	stand_free(&a);
	stand_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_messages_are_refused),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(a_bound_below_the_one_before_is_an_empty_range),
		cmocka_unit_test(demands_are_bounded_by_the_limit),
		cmocka_unit_test(changed_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
