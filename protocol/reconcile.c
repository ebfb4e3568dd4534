/*
 * reconcile.c: see reconcile.h; SPEC section "Reconciliation" is quoted beside the code that obeys
 * it.
 *
 * A message is worked through range by range. What answers one range is first written to `part` and
 * moves to the message only when the frame limit allows, so that a message never ends in half a
 * range.
 */
#include "protocol/reconcile.h"

#include <string.h>

#include "keys/hash.h"
#include "protocol/reconcile_diff.h"

enum {
	MODE_SKIP = 0,
	MODE_FINGERPRINT = 1,
	MODE_IDS = 2,

	FINGERPRINT_LEN = 16,
	BUCKETS = 16,
	LIST_MAX = 2 * BUCKETS - 1, /* a range with more items than this is split */
	MARGIN = 200,               /* what the closing of a message may take, and more */
	PART_MAX = 2048, /* a skip and 16 fingerprints or 31 ids stay below 1,100 bytes */
};

/* Sums are compared modulo 2^256. One test takes fewer bits, so that ids whose sums cancel out can
 * be found; nothing else may. */
#ifndef KITH_SUM_BITS
#define KITH_SUM_BITS 256
#endif

static const uint64_t INFINITE = UINT64_MAX;

/* Where a range ends: before the first item that is not before `item`, whose id is a prefix
 * followed by zeros. The prefix length is kept because a bound is passed on as it came. */
struct bound {
	struct kith_item item;
	size_t prefix_len;
};

/* One message in, one message out. */
struct walk {
	const struct kith_reconcile *r;
	const struct kith_reconcile_diff *diff; /* initiator only */
	struct kith_cursor in;
	uint64_t last_in; /* timestamp of the bound read last */

	struct kith_buf *out;
	size_t start;      /* where our message begins in out */
	uint64_t last_out; /* timestamp of the bound written last */
	struct kith_buf part;

	struct bound reached; /* upper bound and end of the ranges done so far */
	size_t index;
	bool skip;   /* the ranges done last need no answer, and nothing was written for them yet */
	bool closed; /* the frame limit ended our message; what is left of theirs will come again */
};

static struct bound infinity(void)
{
	return (struct bound){.item.created_ms = INFINITE};
}

/* ---- bytes of a range ---- */

/* 0 is infinity; else 1 + the distance from the timestamp before it in the same message. */
static uint64_t read_timestamp(struct walk *w)
{
	uint64_t coded = kith_read_varint(&w->in);

	if (coded == 0)
		w->last_in = INFINITE;
	else if (coded - 1 > INFINITE - w->last_in)
		w->in.err = KITH_E_MALFORMED;
	else
		w->last_in += coded - 1;
	return w->last_in;
}

static struct bound read_bound(struct walk *w)
{
	struct bound bound = {.item.created_ms = read_timestamp(w)};
	uint64_t len = kith_read_varint(&w->in);

	if (!w->in.err && len > KITH_ID_LEN)
		w->in.err = KITH_E_MALFORMED;
	if (w->in.err)
		return bound;
	bound.prefix_len = (size_t)len;
	kith_read_copy(&w->in, bound.item.id.bytes, bound.prefix_len);
	return bound;
}

static void write_head(
	struct walk *w, struct kith_buf *to, const struct bound *bound, uint64_t mode)
{
	uint64_t timestamp = bound->item.created_ms;

	kith_write_varint(to, timestamp == INFINITE ? 0 : timestamp - w->last_out + 1);
	w->last_out = timestamp;
	kith_write_varint(to, bound->prefix_len);
	kith_write(to, bound->item.id.bytes, bound->prefix_len);
	kith_write_varint(to, mode);
}

/* SHA-256 over the sum as 32 little-endian bytes and the count as a varint, cut to 16 bytes. */
static void fingerprint(
	const struct kith_reconcile *r, size_t begin, size_t end, uint8_t out[FINGERPRINT_LEN])
{
	struct kith_sum sum =
		r->sum ? r->sum(r->sum_ctx, begin, end) : kith_set_sum(r->set, begin, end);
	uint8_t msg[KITH_ID_LEN + KITH_VARINT_MAX] = {0}, hash[32];

	for (size_t i = 0; i < KITH_SUM_BITS / 8; i++)
		msg[i] = (uint8_t)(sum.word[i / 8] >> (8 * (i % 8)));
	kith_sha256(msg, KITH_ID_LEN + kith_varint_encode(sum.count, msg + KITH_ID_LEN), hash);
	memcpy(out, hash, FINGERPRINT_LEN);
}

static void write_fingerprint(
	struct walk *w, struct kith_buf *to, const struct bound *upper, size_t begin, size_t end)
{
	uint8_t print[FINGERPRINT_LEN];

	fingerprint(w->r, begin, end, print);
	write_head(w, to, upper, MODE_FINGERPRINT);
	kith_write(to, print, sizeof(print));
}

static int write_id(void *ctx, const struct kith_item *item)
{
	kith_write(ctx, item->id.bytes, KITH_ID_LEN);
	return kith_buf_err(ctx);
}

static int write_ids(
	struct walk *w, struct kith_buf *to, const struct bound *upper, size_t begin, size_t end)
{
	write_head(w, to, upper, MODE_IDS);
	kith_write_varint(to, end - begin);
	return kith_set_each(w->r->set, begin, end, write_id, to);
}

/* ---- splitting ---- */

/* The shortest bound between two neighbours: by timestamp alone where that tells them apart, else
 * with the bytes their ids share and one more. */
static struct bound bound_between(const struct kith_set *set, size_t index)
{
	struct kith_item before = kith_set_at(set, index - 1), after = kith_set_at(set, index);
	struct bound bound = {.item.created_ms = after.created_ms};
	size_t shared = 0;

	if (before.created_ms != after.created_ms)
		return bound;
	while (before.id.bytes[shared] == after.id.bytes[shared])
		shared++;
	bound.prefix_len = shared + 1;
	memcpy(bound.item.id.bytes, after.id.bytes, bound.prefix_len);
	return bound;
}

/* A small range becomes an id list; else 16 fingerprints, the first n mod 16 over one item more. */
static int split(
	struct walk *w, struct kith_buf *to, const struct bound *upper, size_t begin, size_t end)
{
	size_t n = end - begin, next;

	if (n <= LIST_MAX)
		return write_ids(w, to, upper, begin, end);
	for (size_t i = 0; i < BUCKETS; i++, begin = next) {
		struct bound bound = *upper;

		next = begin + n / BUCKETS + (i < n % BUCKETS);
		if (i < BUCKETS - 1)
			bound = bound_between(w->r->set, next);
		write_fingerprint(w, to, &bound, begin, next);
	}
	return kith_buf_err(to);
}

/* ---- the frame limit ---- */

static bool passes_limit(const struct walk *w, size_t more)
{
	size_t len = w->out->len - w->start + more;

	return w->r->frame_limit && len > w->r->frame_limit - MARGIN;
}

/* Runs of skips are merged, and written only when something follows. */
static void write_skip(struct walk *w, struct kith_buf *to)
{
	if (w->skip)
		write_head(w, to, &w->reached, MODE_SKIP);
}

/* Ends the message with one fingerprint of everything from what is done up to infinity. */
static void close_message(struct walk *w)
{
	struct bound end = infinity();

	write_skip(w, w->out);
	write_fingerprint(w, w->out, &end, w->index, kith_set_count(w->r->set));
	w->closed = true;
}

static void advance(struct walk *w, const struct bound *upper, size_t end, bool skip)
{
	w->reached = *upper;
	w->index = end;
	w->skip = skip;
}

/* ---- one range of theirs ---- */

static int take_fingerprint(struct walk *w, const struct bound *upper, size_t end)
{
	struct kith_bytes theirs = kith_read_view(&w->in, FINGERPRINT_LEN);
	uint64_t last_out = w->last_out;
	uint8_t ours[FINGERPRINT_LEN];
	int err;

	if (w->in.err)
		return w->in.err;
	fingerprint(w->r, w->index, end, ours);
	if (memcmp(ours, theirs.data, sizeof(ours)) == 0) {
		advance(w, upper, end, true);
		return 0;
	}
	kith_buf_reset(&w->part);
	write_skip(w, &w->part);
	err = split(w, &w->part, upper, w->index, end);
	if (err)
		return err;
	if (passes_limit(w, w->part.len)) {
		w->last_out = last_out;
		close_message(w);
		return 0;
	}
	kith_write(w->out, w->part.data, w->part.len);
	advance(w, upper, end, false);
	return 0;
}

/* The responder answers an id list with its own of the same range, whatever theirs said. Where the
 * list would pass the limit it is cut, and its bound is the first item left out. */
static int answer_ids(struct walk *w, const struct bound *upper, size_t end)
{
	size_t most = SIZE_MAX, written = w->out->len - w->start;
	struct bound bound = *upper;
	int err;

	if (w->r->frame_limit) /* so many that the last one passes it, the skip and bound not
				  counted */
		most = (w->r->frame_limit - MARGIN - written) / KITH_ID_LEN + 1;
	write_skip(w, w->out);
	if (end - w->index > most) {
		end = w->index + most;
		bound = (struct bound){kith_set_at(w->r->set, end), KITH_ID_LEN};
	}
	err = write_ids(w, w->out, &bound, w->index, end);
	if (err)
		return err;
	advance(w, &bound, end, false);
	if (passes_limit(w, 0))
		close_message(w);
	return 0;
}

static int take_ids(struct walk *w, const struct bound *upper, size_t end)
{
	uint64_t n = kith_read_varint(&w->in);
	struct kith_bytes ids;
	int err;

	if (!w->in.err && n > kith_cursor_left(&w->in) / KITH_ID_LEN)
		w->in.err = KITH_E_TRUNCATED;
	ids = kith_read_view(&w->in, (size_t)n * KITH_ID_LEN);
	if (w->in.err)
		return w->in.err;
	if (!w->r->initiator)
		return answer_ids(w, upper, end);
	err = kith_diff_tell(w->diff, w->r->set, w->index, end, ids.data, (size_t)n);
	if (!err)
		advance(w, upper, end, true);
	return err;
}

static int take_range(struct walk *w)
{
	struct bound upper = read_bound(w);
	uint64_t mode = kith_read_varint(&w->in);
	size_t end;

	if (w->in.err)
		return w->in.err;
	end = kith_set_rank(w->r->set, &upper.item);
	if (end < w->index) /* a bound below the one before it: an empty range */
		end = w->index;
	if (mode == MODE_FINGERPRINT)
		return take_fingerprint(w, &upper, end);
	if (mode == MODE_IDS)
		return take_ids(w, &upper, end);
	if (mode != MODE_SKIP)
		return KITH_E_MALFORMED;
	advance(w, &upper, end, true);
	return 0;
}

/* ---- messages ---- */

int kith_reconcile_init(
	struct kith_reconcile *r, const struct kith_set *set, size_t frame_limit, bool initiator)
{
	if (frame_limit && frame_limit < KITH_RECONCILE_LIMIT_MIN)
		return KITH_E_ARGUMENT;
	*r = (struct kith_reconcile){
		.set = set, .frame_limit = frame_limit, .initiator = initiator};
	return 0;
}

int kith_reconcile_initiate(const struct kith_reconcile *r, struct kith_buf *out)
{
	struct walk w = {.r = r, .out = out, .start = out->len};
	struct bound end = infinity();

	if (!r->initiator)
		return KITH_E_STATE;
	kith_write_u8(out, KITH_RECONCILE_VERSION);
	return split(&w, out, &end, 0, kith_set_count(r->set));
}

static int consume_ranges(struct walk *w)
{
	int err = 0;

	kith_buf_init(&w->part, PART_MAX);
	while (!err && !w->closed && kith_cursor_left(&w->in) > 0)
		err = take_range(w);
	kith_buf_clear(&w->part);
	return err ? err : kith_buf_err(w->out);
}

int kith_reconcile_consume(const struct kith_reconcile *r, const uint8_t *msg, size_t msg_len,
	const struct kith_reconcile_diff *diff, struct kith_buf *out)
{
	struct walk w = {.r = r, .diff = diff, .out = out, .start = out->len};
	uint8_t version;
	int err;

	if (r->initiator != (diff != NULL))
		return KITH_E_ARGUMENT;
	kith_cursor_init(&w.in, msg, msg_len);
	version = kith_read_u8(&w.in);
	if (w.in.err)
		return w.in.err;
	if (version != KITH_RECONCILE_VERSION && r->initiator)
		return KITH_E_UNKNOWN_VERSION;
	kith_write_u8(out, KITH_RECONCILE_VERSION);
	if (version != KITH_RECONCILE_VERSION)
		return kith_buf_err(out);
	err = consume_ranges(&w);
	if (!err && r->initiator && out->len == w.start + 1) /* nothing but skips: done */
		out->len = w.start;
	return err;
}
