/* Reconciliation, whole conversations: over many shapes of sets and limits both sides learn the
 * truth. */
#include "tests/unit/stand.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_learn_the_truth),
		cmocka_unit_test(sets_of_any_small_size),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
