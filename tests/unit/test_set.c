/*
 * The ordered set against a plain sorted array, for several seeds, shapes and orders of arrival;
 * what it costs; what a failing malloc leaves behind; and that kith_set_check() sees each kind of
 * fault.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dlfcn.h>

#include "protocol/set_tree.h"
#include "tests/items.h"

/* ---- a malloc that can be told to fail ---- */

static long mallocs_left = -1; /* how many more succeed; negative: all */

/* Takes the place of the library's in this program; everything but a countdown goes there. */
void *malloc(size_t size)
{
	static void *(*real)(size_t);

	if (!real) {
		void *symbol = dlsym(RTLD_NEXT, "malloc");

		memcpy(&real, &symbol, sizeof(real));
	}
	if (mallocs_left == 0)
		return NULL;
	if (mallocs_left > 0)
		mallocs_left--;
	return real(size);
}

/* ---- the plain array ---- */

struct plain {
	const struct kith_item *item; /* ascending */
	size_t n;
};

static size_t plain_rank(const struct plain *plain, const struct kith_item *bound)
{
	size_t rank = 0;

	while (rank < plain->n && kith_item_compare(&plain->item[rank], bound) < 0)
		rank++;
	return rank;
}

/* Byte by byte with a carry, as one adds on paper. */
static struct kith_sum plain_sum(const struct plain *plain, size_t begin, size_t end)
{
	struct kith_sum sum = {.count = end - begin};
	uint8_t total[KITH_ID_LEN] = {0};

	for (size_t i = begin; i < end; i++) {
		unsigned carry = 0;

		for (size_t k = 0; k < KITH_ID_LEN; k++) {
			carry += (unsigned)total[k] + plain->item[i].id.bytes[k];
			total[k] = (uint8_t)carry;
			carry >>= 8;
		}
	}
	for (size_t k = 0; k < KITH_ID_LEN; k++)
		sum.word[k / 8] |= (uint64_t)total[k] << (8 * (k % 8));
	return sum;
}

/* ---- properties ---- */

enum order { ASCENDING, DESCENDING, RANDOM, MOSTLY_ASCENDING, ORDERS };

static void arrange(struct prng *prng, enum order order, struct kith_item *items, size_t n)
{
	switch (order) {
	case ASCENDING:
	case MOSTLY_ASCENDING:
		items_sort(items, n);
		break;
	case DESCENDING:
		items_sort(items, n);
		for (size_t i = 0; i < n / 2; i++) {
			struct kith_item held = items[i];

			items[i] = items[n - 1 - i];
			items[n - 1 - i] = held;
		}
		break;
	case RANDOM:
		items_shuffle(prng, items, n);
		break;
	case ORDERS:
		break;
	}
	if (order == MOSTLY_ASCENDING) /* as records arrive: a little late, in bursts */
		for (size_t i = 0; i + 200 < n; i += 150)
			items_shuffle(prng, items + i, 200);
}

static void compare_point(
	const struct kith_set *set, const struct plain *plain, const struct kith_item *bound)
{
	size_t rank = plain_rank(plain, bound);
	bool there = rank < plain->n && kith_item_compare(&plain->item[rank], bound) == 0;

	assert_int_equal(kith_set_rank(set, bound), rank);
	assert_int_equal(kith_set_contains(set, bound), there);
}

static void compare_points(
	struct prng *prng, const struct kith_set *set, const struct plain *plain, uint64_t span)
{
	struct kith_item bound = {.created_ms = UINT64_MAX};

	compare_point(set, plain, &bound);
	for (size_t i = 0; i < 60; i++) {
		bound = prng_item(prng, span + 2);
		compare_point(set, plain, &bound);
		memset(bound.id.bytes, 0, KITH_ID_LEN);
		compare_point(set, plain, &bound);
		if (plain->n == 0)
			continue;
		bound = plain->item[prng_below(prng, plain->n)];
		compare_point(set, plain, &bound);
		bound.id.bytes[31] ^= 1;
		compare_point(set, plain, &bound);
	}
}

struct stroll {
	const struct kith_item *expected;
	size_t seen, stop_after;
};

static int stroll_on(void *ctx, const struct kith_item *item)
{
	struct stroll *stroll = ctx;

	assert_memory_equal(item, &stroll->expected[stroll->seen], sizeof(*item));
	return ++stroll->seen == stroll->stop_after ? 42 : 0;
}

static void compare_range(
	const struct kith_set *set, const struct plain *plain, size_t begin, size_t end)
{
	struct kith_sum ours = kith_set_sum(set, begin, end);
	struct kith_sum theirs = plain_sum(plain, begin, end);
	struct stroll stroll = {plain->item + begin, 0, SIZE_MAX};

	assert_memory_equal(&ours, &theirs, sizeof(ours));
	assert_int_equal(kith_set_each(set, begin, end, stroll_on, &stroll), 0);
	assert_int_equal(stroll.seen, end - begin);
	if (end == begin)
		return;
	stroll = (struct stroll){plain->item + begin, 0, (end - begin + 1) / 2};
	assert_int_equal(kith_set_each(set, begin, end, stroll_on, &stroll), 42);
	assert_int_equal(stroll.seen, stroll.stop_after);
}

static void compare_ranges(struct prng *prng, const struct kith_set *set, const struct plain *plain)
{
	compare_range(set, plain, 0, plain->n);
	compare_range(set, plain, plain->n, plain->n);
	compare_range(set, plain, 0, 0);
	for (size_t i = 0; i < 40; i++) {
		size_t end = prng_below(prng, plain->n + 1), begin = prng_below(prng, end + 1);

		compare_range(set, plain, begin, end);
	}
}

static void compare_all(struct prng *prng, const struct kith_set *set, struct kith_item *sorted,
	size_t n, uint64_t span)
{
	struct plain plain = {sorted, n};

	items_sort(sorted, n);
	assert_int_equal(kith_set_count(set), n);
	assert_true(kith_set_check(set));
	for (size_t i = 0; i < n; i++) {
		struct kith_item item = kith_set_at(set, i);

		assert_memory_equal(&item, &sorted[i], sizeof(item));
	}
	compare_points(prng, set, &plain, span);
	compare_ranges(prng, set, &plain);
}

static void property(uint64_t seed, enum order order, size_t n, uint64_t span)
{
	struct prng prng = {seed};
	struct kith_item *items = items_new(&prng, n, span);
	struct kith_set *set = kith_set_new();

	assert_non_null(set);
	arrange(&prng, order, items, n);
	for (size_t i = 0; i < n; i++) {
		size_t again = prng_below(&prng, i + 1);

		assert_int_equal(kith_set_insert(set, &items[i]), 0);
		assert_int_equal(kith_set_insert(set, &items[again]), KITH_E_EXISTS);
	}
	compare_all(&prng, set, items, n, span);
	kith_set_free(set);
	free(items);
}

static void agrees_with_a_sorted_array(void **state)
{
	static const size_t sizes[] = {0, 1, 2, 99, 100, 101, 200, 3000, 7001};
	static const uint64_t spans[] = {1, 30, UINT64_MAX - 2};
	uint64_t seed = 1;

	(void)state;
	for (size_t n = 0; n < sizeof(sizes) / sizeof(sizes[0]); n++)
		for (size_t s = 0; s < sizeof(spans) / sizeof(spans[0]); s++)
			for (enum order order = ASCENDING; order < ORDERS; order++)
				property(seed++, order, sizes[n], spans[s]);
}

static void stays_in_order_at_every_size(void **state)
{
	struct prng prng = {77};
	struct kith_item *items = items_new(&prng, 1500, 5);
	struct kith_set *set = kith_set_new();

	(void)state;
	assert_non_null(set);
	for (size_t n = 0; n < 1500; n++) {
		assert_true(kith_set_check(set));
		assert_int_equal(kith_set_insert(set, &items[n]), 0);
	}
	kith_set_free(set);
	free(items);
}

/* First every other item in order, so that nodes are full; then those between, from the last on, so
 * that a node not the rightmost of its level is split by a new child at its end. */
static void full_nodes_in_the_middle_split_in_halves(void **state)
{
	const size_t n = 14001;
	struct prng prng = {12};
	struct kith_item *items = items_new(&prng, n, 1000);
	struct kith_set *set = kith_set_new();

	(void)state;
	assert_non_null(set);
	items_sort(items, n);
	for (size_t i = 0; i < n; i += 2)
		assert_int_equal(kith_set_insert(set, &items[i]), 0);
	assert_int_equal(set->height, 2);
	for (size_t i = n / 2 * 2; i-- > 0; i--) {
		assert_int_equal(kith_set_insert(set, &items[i]), 0);
		if (i % 100 == 1)
			assert_true(kith_set_check(set));
	}
	compare_all(&prng, set, items, n, 1000);
	kith_set_free(set);
	free(items);
}

static void infinity_is_not_a_timestamp(void **state)
{
	struct kith_item item = {.created_ms = UINT64_MAX};
	struct kith_set *set = kith_set_new();

	(void)state;
	assert_int_equal(kith_set_insert(set, &item), KITH_E_ARGUMENT);
	assert_int_equal(kith_set_count(set), 0);
	item.created_ms--;
	assert_int_equal(kith_set_insert(set, &item), 0);
	kith_set_free(set);
	kith_set_free(NULL);
}

/* ---- cost ---- */

static size_t bytes_for(enum order order, size_t n)
{
	struct prng prng = {5};
	struct kith_item *items = items_new(&prng, n, 1u << 30);
	struct kith_set *set;
	size_t bytes;

	arrange(&prng, order, items, n);
	set = items_set(items, n);
	assert_true(kith_set_check(set));
	bytes = kith_set_memory_bytes(set);
	kith_set_free(set);
	free(items);
	return bytes;
}

static void costs_what_the_header_says(void **state)
{
	const size_t n = 100000;

	(void)state;
	assert_true(bytes_for(ASCENDING, n) <= 42 * n);
	assert_true(bytes_for(MOSTLY_ASCENDING, n) <= 88 * n);
	assert_true(bytes_for(RANDOM, n) <= 88 * n);
	assert_true(bytes_for(DESCENDING, n) <= 88 * n);
	assert_true(bytes_for(ASCENDING, 0) <= 4200);
}

/* ---- failing memory ---- */

/* Inserts although every malloc on the way fails once: whenever it does, nothing has changed.
 * Returns how many did. */
static long insert_against_failures(struct kith_set *set, const struct kith_item *item)
{
	size_t count = kith_set_count(set), bytes = kith_set_memory_bytes(set);
	struct kith_sum before = kith_set_sum(set, 0, count), after;

	for (long allowed = 0;; allowed++) {
		int err;

		mallocs_left = allowed;
		err = kith_set_insert(set, item);
		mallocs_left = -1;
		if (!err)
			return allowed;
		assert_int_equal(err, KITH_E_NOMEM);
		assert_int_equal(kith_set_count(set), count);
		assert_int_equal(kith_set_memory_bytes(set), bytes);
		assert_false(kith_set_contains(set, item));
		assert_true(kith_set_check(set));
		after = kith_set_sum(set, 0, count);
		assert_memory_equal(&before, &after, sizeof(before));
	}
}

static void suffer(enum order order, size_t n, long worst_expected)
{
	struct prng prng = {order + 1u};
	struct kith_item *items = items_new(&prng, n, 1000);
	struct kith_set *set = kith_set_new();
	long worst = 0;

	assert_non_null(set);
	arrange(&prng, order, items, n);
	for (size_t i = 0; i < n; i++) {
		long failures = insert_against_failures(set, &items[i]);

		worst = failures > worst ? failures : worst;
	}
	assert_int_equal(worst, worst_expected);
	compare_all(&prng, set, items, n, 1000);
	kith_set_free(set);
	free(items);
}

/* 6,400 items fill a root and its 64 leaves: the next needs a leaf, an inner node and a new root.
 */
static void a_failed_insert_changes_nothing(void **state)
{
	(void)state;
	suffer(ASCENDING, 6500, 3);
	suffer(DESCENDING, 6500, 3);
	suffer(RANDOM, 6500, 3);
}

static void no_memory_no_set(void **state)
{
	struct kith_set *set;

	(void)state;
	for (long allowed = 0; allowed < 2; allowed++) {
		mallocs_left = allowed;
		set = kith_set_new();
		mallocs_left = -1;
		assert_null(set);
	}
}

/* ---- the check itself ---- */

static bool check_with(const struct kith_set *set, void *at, const void *value, size_t len)
{
	uint8_t held[sizeof(struct kith_item)];
	bool good;

	memcpy(held, at, len);
	memcpy(at, value, len);
	good = kith_set_check(set);
	memcpy(at, held, len);
	return good;
}

static void the_check_sees_each_fault(void **state)
{
	struct prng prng = {3};
	struct kith_item *items = items_new(&prng, 1000, 9), other = prng_item(&prng, 9);
	struct kith_set *set;
	struct inner *root;
	struct leaf *leaf;
	uint64_t wrong = 12345;
	void *nothing = NULL;
	size_t few = 10;

	(void)state;
	items_sort(items, 1000);
	set = items_set(items, 1000);
	root = set->root.inner;
	leaf = root->child[4].leaf;
	assert_int_equal(set->height, 1);
	assert_true(kith_set_check(set));
	assert_false(check_with(set, &set->total.count, &wrong, 8));
	assert_false(check_with(set, &set->total.word[3], &wrong, 8));
	assert_false(check_with(set, &set->memory_bytes, &wrong, 8));
	assert_false(check_with(set, &root->count[2], &wrong, 8));
	assert_false(check_with(set, &root->sum[2][1], &wrong, 8));
	assert_false(check_with(set, &root->first[3], &other, sizeof(other)));
	assert_false(check_with(set, &leaf->n, &few, sizeof(few)));
	assert_false(check_with(set, &leaf->next, &nothing, sizeof(nothing)));
	assert_false(check_with(set, &leaf->item[7], &leaf->item[8], sizeof(other)));
	assert_false(check_with(set, &leaf->item[0], &other, sizeof(other)));
	few = 1;
	assert_false(check_with(set, &root->n, &few, sizeof(few)));
	few = INNER_CHILDREN + 1;
	assert_false(check_with(set, &root->n, &few, sizeof(few)));
	assert_true(kith_set_check(set));
	kith_set_free(set);
	free(items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_a_sorted_array),
		cmocka_unit_test(stays_in_order_at_every_size),
		cmocka_unit_test(full_nodes_in_the_middle_split_in_halves),
		cmocka_unit_test(infinity_is_not_a_timestamp),
		cmocka_unit_test(costs_what_the_header_says),
		cmocka_unit_test(a_failed_insert_changes_nothing),
		cmocka_unit_test(no_memory_no_set),
		cmocka_unit_test(the_check_sees_each_fault),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
