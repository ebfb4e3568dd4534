/*
 * Reconciliation: whole conversations over many shapes of sets, the bytes of single messages
 * against ones made here by hand, and what hostile messages get.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "protocol/reconcile.h"
#include "tests/items.h"

/* ---- whole conversations ---- */

struct ids {
	struct kith_item *item; /* timestamp 0: only the id counts */
	size_t n, room;
};

static void ids_add(struct ids *ids, const struct kith_record_id *id)
{
	if (ids->n == ids->room) {
		ids->room = 2 * ids->room + 100;
		ids->item = realloc(ids->item, ids->room * sizeof(*ids->item));
		assert_non_null(ids->item);
	}
	ids->item[ids->n++] = (struct kith_item){0, *id};
}

struct learnt {
	struct ids have, need;
};

static int on_have(void *ctx, const struct kith_record_id *id)
{
	struct learnt *learnt = ctx;

	ids_add(&learnt->have, id);
	return 0;
}

static int on_need(void *ctx, const struct kith_record_id *id)
{
	struct learnt *learnt = ctx;

	ids_add(&learnt->need, id);
	return 0;
}

struct pair {
	struct kith_set *a, *b;
	struct ids only_a, only_b; /* the truth */
};

/* n items that both have, and more that one has. */
static struct pair make_pair(uint64_t seed, size_t n, size_t more_a, size_t more_b, uint64_t span)
{
	struct prng prng = {seed};
	struct kith_item *items = items_new(&prng, n + more_a + more_b, span);
	struct pair pair = {items_set(items, n), items_set(items, n), {0}, {0}};

	for (size_t i = n; i < n + more_a + more_b; i++) {
		bool to_a = i < n + more_a;

		assert_int_equal(kith_set_insert(to_a ? pair.a : pair.b, &items[i]), 0);
		ids_add(to_a ? &pair.only_a : &pair.only_b, &items[i].id);
	}
	free(items);
	return pair;
}

static void pair_free(struct pair *pair)
{
	kith_set_free(pair->a);
	kith_set_free(pair->b);
	free(pair->only_a.item);
	free(pair->only_b.item);
}

/* got may hold an id twice only where a limit is at work. */
static void same_ids(struct ids *got, struct ids *want, bool repeats)
{
	size_t n = 0;

	items_sort(got->item, got->n);
	for (size_t i = 0; i < got->n; i++)
		if (!repeats || n == 0 || items_order(&got->item[n - 1], &got->item[i]) != 0)
			got->item[n++] = got->item[i];
	got->n = n;
	assert_int_equal(got->n, want->n);
	items_sort(want->item, want->n);
	if (got->n)
		assert_memory_equal(got->item, want->item, got->n * sizeof(*got->item));
}

/* Lets a and b talk; returns the round trips. */
static size_t converse(struct pair *pair, size_t limit_a, size_t limit_b)
{
	struct learnt learnt = {{0}, {0}};
	struct kith_reconcile_diff diff = {on_have, on_need, &learnt};
	struct kith_reconcile a, b;
	struct kith_buf to_a, to_b;
	size_t rounds = 0;

	assert_int_equal(kith_reconcile_init(&a, pair->a, limit_a, true), 0);
	assert_int_equal(kith_reconcile_init(&b, pair->b, limit_b, false), 0);
	kith_buf_init(&to_a, limit_b ? limit_b : SIZE_MAX);
	kith_buf_init(&to_b, limit_a ? limit_a : SIZE_MAX);
	assert_int_equal(kith_reconcile_initiate(&a, &to_b), 0);
	while (to_b.len) {
		assert_true(++rounds < 5000);
		kith_buf_reset(&to_a);
		assert_int_equal(kith_reconcile_consume(&b, to_b.data, to_b.len, NULL, &to_a), 0);
		kith_buf_reset(&to_b);
		assert_int_equal(kith_reconcile_consume(&a, to_a.data, to_a.len, &diff, &to_b), 0);
	}
	same_ids(&learnt.have, &pair->only_a, limit_a || limit_b);
	same_ids(&learnt.need, &pair->only_b, limit_a || limit_b);
	free(learnt.have.item);
	free(learnt.need.item);
	kith_buf_clear(&to_a);
	kith_buf_clear(&to_b);
	return rounds;
}

struct shape {
	size_t n, more_a, more_b;
	uint64_t span;
	size_t rounds_max; /* without a limit */
};

static const struct shape SHAPES[] = {
	{0, 0, 0, 1, 1},
	{0, 1, 0, 1, 1},
	{0, 0, 1, 1, 1},
	{0, 31, 0, 9, 1},
	{0, 32, 0, 9, 2},
	{0, 0, 5000, 1000, 1},
	{0, 5000, 0, 1000, 2},
	{1, 0, 0, 1, 1},
	{5000, 0, 0, 1u << 20, 1},
	{5000, 1, 0, 1u << 20, 3},
	{5000, 0, 1, 1u << 20, 3},
	{9900, 100, 100, 1ull << 41, 4},
	{9900, 100, 100, 50, 4},
	{3000, 300, 20, 1, 4},
	{0, 700, 900, 1000, 3},
	{10, 3000, 10, UINT64_MAX - 1, 3},
};

static void both_learn_the_truth(void **state)
{
	static const size_t limits[][2] = {
		{0, 0}, {4096, 4096}, {60000, 60000}, {0, 4096}, {4096, 0}, {4097, 60000}};

	(void)state;
	for (size_t s = 0; s < sizeof(SHAPES) / sizeof(SHAPES[0]); s++)
		for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
			const struct shape *shape = &SHAPES[s];
			struct pair pair = make_pair(
				1000 * s + i, shape->n, shape->more_a, shape->more_b, shape->span);
			size_t rounds = converse(&pair, limits[i][0], limits[i][1]);

			if (i == 0)
				assert_true(rounds <= shape->rounds_max);
			assert_true(rounds <= 200);
			pair_free(&pair);
		}
}

static void sets_of_any_small_size(void **state)
{
	struct prng prng = {9};

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct pair pair = make_pair(seed, prng_below(&prng, 300), prng_below(&prng, 80),
			prng_below(&prng, 80), 1 + prng_below(&prng, 300));

		converse(&pair, 0, 0);
		converse(&pair, 4096, 4096);
		pair_free(&pair);
	}
}

/* ---- single messages, made by hand ---- */

/* SHA-256 over the sum, added byte by byte, and the count. */
static void naive_print(const struct kith_item *items, size_t n, uint8_t out[16])
{
	uint8_t msg[KITH_ID_LEN + 2] = {0}, hash[32];
	size_t len = KITH_ID_LEN;

	for (size_t i = 0; i < n; i++) {
		unsigned carry = 0;

		for (size_t k = 0; k < KITH_ID_LEN; k++) {
			carry += (unsigned)msg[k] + items[i].id.bytes[k];
			msg[k] = (uint8_t)carry;
			carry >>= 8;
		}
	}
	assert_true(n < 128 * 128);
	if (n >= 128)
		msg[len++] = (uint8_t)(0x80 | n >> 7);
	msg[len++] = (uint8_t)(n & 0x7f);
	crypto_hash_sha256(hash, msg, len);
	memcpy(out, hash, 16);
}

static void add_print(struct kith_buf *buf, const struct kith_item *items, size_t n)
{
	uint8_t print[16];

	naive_print(items, n, print);
	kith_write_u8(buf, 1);
	kith_write(buf, print, sizeof(print));
}

static void add_ids(struct kith_buf *buf, const struct kith_item *items, size_t n)
{
	kith_write_u8(buf, 2);
	kith_write_varint(buf, n);
	for (size_t i = 0; i < n; i++)
		kith_write(buf, items[i].id.bytes, KITH_ID_LEN);
}

static void add_bound(struct kith_buf *buf, uint64_t coded, const void *prefix, size_t len)
{
	kith_write_varint(buf, coded);
	kith_write_varint(buf, len);
	kith_write(buf, prefix, len);
}

static void same_message(struct kith_buf *got, struct kith_buf *want)
{
	assert_int_equal(kith_buf_err(want), 0);
	assert_int_equal(got->len, want->len);
	assert_memory_equal(got->data, want->data, want->len);
	kith_buf_clear(got);
	kith_buf_clear(want);
}

struct stand {
	struct kith_item *items; /* ascending */
	struct kith_set *set;
	struct kith_reconcile initiator, responder;
	struct kith_buf msg, got, want;
};

/* n items with timestamps 100, 107, 114, ... */
static struct stand stand_new(size_t n, size_t limit)
{
	struct prng prng = {n};
	struct stand stand = {.items = items_new(&prng, n, 1)};

	for (size_t i = 0; i < n; i++)
		stand.items[i].created_ms = 100 + 7 * i;
	stand.set = items_set(stand.items, n);
	assert_int_equal(kith_reconcile_init(&stand.initiator, stand.set, limit, true), 0);
	assert_int_equal(kith_reconcile_init(&stand.responder, stand.set, limit, false), 0);
	kith_buf_init(&stand.msg, SIZE_MAX);
	kith_buf_init(&stand.got, SIZE_MAX);
	kith_buf_init(&stand.want, SIZE_MAX);
	kith_write_u8(&stand.msg, 0x61);
	kith_write_u8(&stand.want, 0x61);
	return stand;
}

static void stand_free(struct stand *stand)
{
	kith_set_free(stand->set);
	free(stand->items);
	kith_buf_clear(&stand->msg);
	kith_buf_clear(&stand->got);
	kith_buf_clear(&stand->want);
}

static int respond(struct stand *stand)
{
	return kith_reconcile_consume(
		&stand->responder, stand->msg.data, stand->msg.len, NULL, &stand->got);
}

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

static int consume(
	const struct kith_reconcile *r, const void *msg, size_t len, struct kith_buf *out)
{
	struct learnt learnt = {{0}, {0}};
	struct kith_reconcile_diff diff = {on_have, on_need, &learnt};
	int err = kith_reconcile_consume(r, msg, len, r->initiator ? &diff : NULL, out);

	free(learnt.have.item);
	free(learnt.need.item);
	return err;
}

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

/* ---- hostile messages ---- */

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
		cmocka_unit_test(both_learn_the_truth),
		cmocka_unit_test(sets_of_any_small_size),
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
		cmocka_unit_test(hostile_messages_are_refused),
		cmocka_unit_test(every_cut_is_noticed),
		cmocka_unit_test(a_bound_below_the_one_before_is_an_empty_range),
		cmocka_unit_test(demands_are_bounded_by_the_limit),
		cmocka_unit_test(changed_bytes_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
