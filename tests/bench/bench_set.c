/*
 * bench_set: what the ordered set and its reconciliation cost. Prints lines of name, value, unit.
 *
 *     bench_set [N]       N items; else N from the environment; else 1,000,000
 */
#include <stdio.h>
#include <time.h>

#include "protocol/reconcile.h"
#include "tests/items.h"

#define FRAME_LIMIT 60000

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void print(const char *name, double value, const char *unit)
{
	printf("%-36s %12.3f %s\n", name, value, unit);
}

static void must(int err)
{
	if (err) {
		fprintf(stderr, "bench_set: %s\n", kith_err_text(err));
		exit(1);
	}
}

static struct kith_set *build(const char *name, const struct kith_item *items, size_t n)
{
	double started = cpu_ms();
	struct kith_set *set = items_set(items, n);
	char line[64];

	snprintf(line, sizeof(line), "set_insert_%s", name);
	print(line, (cpu_ms() - started) * 1e6 / (double)n, "ns/item");
	snprintf(line, sizeof(line), "set_memory_%s", name);
	print(line, (double)kith_set_memory_bytes(set) / (double)n, "bytes/item");
	return set;
}

/* ---- one conversation ---- */

struct talk {
	double initiator_ms, responder_ms, worst_ms; /* worst: of one message on either side */
	size_t rounds, bytes, have, need;
};

static int on_have(void *ctx, const struct kith_record_id *id)
{
	struct talk *talk = ctx;

	(void)id;
	talk->have++;
	return 0;
}

static int on_need(void *ctx, const struct kith_record_id *id)
{
	struct talk *talk = ctx;

	(void)id;
	talk->need++;
	return 0;
}

static void charge(struct talk *talk, double *side_ms, double started)
{
	double spent = cpu_ms() - started;

	*side_ms += spent;
	talk->worst_ms = spent > talk->worst_ms ? spent : talk->worst_ms;
}

static struct talk converse(const struct kith_set *set_a, const struct kith_set *set_b)
{
	struct talk talk = {0};
	struct kith_reconcile_diff diff = {on_have, on_need, &talk};
	struct kith_reconcile a, b;
	struct kith_buf to_a, to_b;
	double started = cpu_ms();

	must(kith_reconcile_init(&a, set_a, FRAME_LIMIT, true));
	must(kith_reconcile_init(&b, set_b, FRAME_LIMIT, false));
	kith_buf_init(&to_a, FRAME_LIMIT);
	kith_buf_init(&to_b, FRAME_LIMIT);
	must(kith_reconcile_initiate(&a, &to_b));
	charge(&talk, &talk.initiator_ms, started);
	while (to_b.len) {
		talk.rounds++;
		started = cpu_ms();
		kith_buf_reset(&to_a);
		must(kith_reconcile_consume(&b, to_b.data, to_b.len, NULL, &to_a));
		charge(&talk, &talk.responder_ms, started);
		talk.bytes += to_a.len + to_b.len;
		started = cpu_ms();
		kith_buf_reset(&to_b);
		must(kith_reconcile_consume(&a, to_a.data, to_a.len, &diff, &to_b));
		charge(&talk, &talk.initiator_ms, started);
	}
	kith_buf_clear(&to_a);
	kith_buf_clear(&to_b);
	return talk;
}

static void report(const char *name, const struct talk *talk)
{
	char line[64];

	snprintf(line, sizeof(line), "reconcile_%s_initiator", name);
	print(line, talk->initiator_ms, "ms");
	snprintf(line, sizeof(line), "reconcile_%s_responder", name);
	print(line, talk->responder_ms, "ms");
	snprintf(line, sizeof(line), "reconcile_%s_worst_message", name);
	print(line, talk->worst_ms, "ms");
	snprintf(line, sizeof(line), "reconcile_%s_bytes", name);
	print(line, (double)talk->bytes, "bytes");
	snprintf(line, sizeof(line), "reconcile_%s_rounds", name);
	print(line, (double)talk->rounds, "round-trips");
	snprintf(line, sizeof(line), "reconcile_%s_found", name);
	print(line, (double)(talk->have + talk->need), "ids");
}

/* n common items, and `apart` more, scattered, of which each side has one half. */
static void differ(const char *name, const struct kith_item *items, size_t n, size_t apart)
{
	struct kith_set *a = items_set(items, n), *b = items_set(items, n);
	struct prng prng = {n};
	struct talk talk;

	for (size_t i = 0; i < apart; i++) {
		struct kith_item item = prng_item(&prng, (uint64_t)1 << 41);

		must(kith_set_insert(i % 2 ? a : b, &item));
	}
	talk = converse(a, b);
	report(name, &talk);
	kith_set_free(a);
	kith_set_free(b);
}

/* ---- what a hostile message costs the responder ---- */

/* A full frame of ranges of stride items each, whose fingerprints are wrong: each asks for a
 * split. */
static void hostile(const struct kith_set *set, const char *name, size_t stride)
{
	size_t n = kith_set_count(set), at = 0;
	static const uint8_t wrong[16];
	struct kith_buf msg, out;
	struct kith_reconcile r;
	uint64_t last = 0;
	double started;

	must(kith_reconcile_init(&r, set, FRAME_LIMIT, false));
	kith_buf_init(&msg, FRAME_LIMIT);
	kith_buf_init(&out, FRAME_LIMIT);
	kith_write_u8(&msg, KITH_RECONCILE_VERSION);
	for (at = stride; at < n && msg.len + 40 < FRAME_LIMIT; at += stride) {
		struct kith_item item = kith_set_at(set, at);

		kith_write_varint(&msg, item.created_ms - last + 1);
		kith_write_u8(&msg, 0);
		kith_write_u8(&msg, 1);
		kith_write(&msg, wrong, sizeof(wrong));
		last = item.created_ms;
	}
	started = cpu_ms();
	must(kith_reconcile_consume(&r, msg.data, msg.len, NULL, &out));
	print(name, cpu_ms() - started, "ms");
	kith_buf_clear(&msg);
	kith_buf_clear(&out);
}

static size_t wanted(int argc, char **argv)
{
	const char *text = argc > 1 ? argv[1] : getenv("N");
	size_t n = text ? strtoul(text, NULL, 10) : 1000000;

	return n ? n : 1;
}

int main(int argc, char **argv)
{
	size_t n = wanted(argc, argv);
	struct prng prng = {1};
	struct kith_item *items = items_new(&prng, n, (uint64_t)1 << 41);
	struct kith_set *at_random = build("random", items, n), *in_order;
	struct talk talk;

	print("items", (double)n, "items");
	items_sort(items, n);
	in_order = build("in_order", items, n);
	talk = converse(in_order, at_random);
	report("equal", &talk);
	differ("100_apart", items, n, 100);
	differ("1_percent_apart", items, n, n / 100);
	hostile(in_order, "reconcile_hostile_small_ranges", 40);
	hostile(in_order, "reconcile_hostile_wide_ranges", n / 3200 + 40);
	kith_set_free(at_random);
	kith_set_free(in_order);
	free(items);
	return 0;
}
