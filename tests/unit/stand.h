/*
 * stand.h: what the tests of reconciliation share: lists of learnt ids, messages made by hand with
 * fingerprints that are computed here and not by the code under test, and a set with both roles.
 */
#ifndef KITH_TESTS_STAND_H
#define KITH_TESTS_STAND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sodium.h>

#include "protocol/reconcile.h"
#include "tests/items.h"

/* ---- what an initiator learns ---- */

struct ids {
	struct kith_item *item; /* timestamp 0: only the id counts */
	size_t n, room;
};

static inline void ids_add(struct ids *ids, const struct kith_record_id *id)
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

static inline int on_have(void *ctx, const struct kith_record_id *id)
{
	struct learnt *learnt = ctx;

	ids_add(&learnt->have, id);
	return 0;
}

static inline int on_need(void *ctx, const struct kith_record_id *id)
{
	struct learnt *learnt = ctx;

	ids_add(&learnt->need, id);
	return 0;
}

/* ---- messages made by hand ---- */

/* SHA-256 over the sum, added byte by byte, and the count. */
static inline void naive_print(const struct kith_item *items, size_t n, uint8_t out[16])
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

static inline void add_print(struct kith_buf *buf, const struct kith_item *items, size_t n)
{
	uint8_t print[16];

	naive_print(items, n, print);
	kith_write_u8(buf, 1);
	kith_write(buf, print, sizeof(print));
}

static inline void add_ids(struct kith_buf *buf, const struct kith_item *items, size_t n)
{
	kith_write_u8(buf, 2);
	kith_write_varint(buf, n);
	for (size_t i = 0; i < n; i++)
		kith_write(buf, items[i].id.bytes, KITH_ID_LEN);
}

static inline void add_bound(struct kith_buf *buf, uint64_t coded, const void *prefix, size_t len)
{
	kith_write_varint(buf, coded);
	kith_write_varint(buf, len);
	kith_write(buf, prefix, len);
}

static inline void same_message(struct kith_buf *got, struct kith_buf *want)
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
static inline struct stand stand_new(size_t n, size_t limit)
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

static inline void stand_free(struct stand *stand)
{
	kith_set_free(stand->set);
	free(stand->items);
	kith_buf_clear(&stand->msg);
	kith_buf_clear(&stand->got);
	kith_buf_clear(&stand->want);
}

static inline int respond(struct stand *stand)
{
	return kith_reconcile_consume(
		&stand->responder, stand->msg.data, stand->msg.len, NULL, &stand->got);
}

static inline int consume(
	const struct kith_reconcile *r, const void *msg, size_t len, struct kith_buf *out)
{
	struct learnt learnt = {{0}, {0}};
	struct kith_reconcile_diff diff = {on_have, on_need, &learnt};
	int err = kith_reconcile_consume(r, msg, len, r->initiator ? &diff : NULL, out);

	free(learnt.have.item);
	free(learnt.need.item);
	return err;
}

#endif
