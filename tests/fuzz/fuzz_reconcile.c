/*
 * fuzz_reconcile: one message to either role, over fixed sets and limits. The first byte chooses:
 * bit 0 the role, bits 1-2 the set, bits 3-4 the frame limit. What holds for any message: an answer
 * keeps to the limit, the other role understands it, and no id is told of that is not ours or
 * theirs.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/reconcile.h"
#include "tests/items.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { SETS = 4 };

static const struct kith_set *fixed_set(unsigned which)
{
	static const struct {
		size_t n;
		uint64_t span;
	} shape[SETS] = {{0, 1}, {5, 3}, {200, 1}, {3000, 1000}};
	static struct kith_set *sets[SETS];

	if (!sets[which]) {
		struct prng prng = {which};
		struct kith_item *items = items_new(&prng, shape[which].n, shape[which].span);

		sets[which] = items_set(items, shape[which].n);
		free(items);
	}
	return sets[which];
}

struct seen {
	const struct kith_set *set;
	size_t have, need, msg_len;
};

static int on_have(void *ctx, const struct kith_record_id *id)
{
	struct seen *seen = ctx;

	(void)id;
	assert(++seen->have <= kith_set_count(seen->set)); /* ranges do not overlap */
	return 0;
}

static int on_need(void *ctx, const struct kith_record_id *id)
{
	struct seen *seen = ctx;

	(void)id;
	assert(++seen->need <= seen->msg_len / KITH_ID_LEN);
	return 0;
}

static int consume(
	const struct kith_reconcile *r, const uint8_t *msg, size_t len, struct kith_buf *out)
{
	struct seen seen = {.set = r->set, .msg_len = len};
	struct kith_reconcile_diff diff = {on_have, on_need, &seen};
	int err = kith_reconcile_consume(r, msg, len, r->initiator ? &diff : NULL, out);

	assert(err || !r->frame_limit || out->len <= r->frame_limit);
	assert(err || r->initiator || out->len > 0);
	return err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const size_t limits[4] = {0, 4096, 5000, 60000};
	unsigned choice = len ? data[0] : 0;
	struct kith_reconcile r, other;
	struct kith_buf out, back;

	if (len == 0)
		return 0;
	if (kith_reconcile_init(
		    &r, fixed_set(choice >> 1 & 3), limits[choice >> 3 & 3], choice & 1) ||
		kith_reconcile_init(&other, fixed_set(choice >> 5 & 3), 4096, !(choice & 1)))
		assert(!"these limits are good");
	kith_buf_init(&out, SIZE_MAX);
	kith_buf_init(&back, SIZE_MAX);
	if (consume(&r, data + 1, len - 1, &out) == 0 && out.len) {
		int err = consume(&other, out.data, out.len, &back);

		assert(err == 0);
	}
	kith_buf_clear(&out);
	kith_buf_clear(&back);
	return 0;
}
