/* The measure of the loop's turns against sorted times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "node/lag.h"
#include "tests/items.h"

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void test_nothing_yet(void **state)
{
	struct kith_lag lag = {0};

	(void)state;
	assert_int_equal(kith_lag_us(&lag, 990), 0);
}

/* Never below the time in question, and at most a quarter above it. */
static void test_quantiles_hold_to_sorted_times(void **state)
{
	enum { N = 5000 };
	static uint64_t times[N];
	struct kith_lag lag = {0};
	struct prng prng = {7};

	(void)state;
	for (size_t i = 0; i < N; i++) {
		times[i] = prng_next(&prng) >> (40 + prng_next(&prng) % 24);
		kith_lag_add(&lag, times[i], 0);
	}
	qsort(times, N, sizeof(times[0]), compare);
	for (unsigned permille = 1; permille <= 1000; permille++) {
		uint64_t exact = times[((size_t)N * permille + 999) / 1000 - 1];
		uint64_t said = kith_lag_us(&lag, permille);

		assert_true(said >= exact);
		assert_true(said <= exact + exact / 4 + 1);
	}
	assert_int_equal(kith_lag_us(&lag, 1000), times[N - 1]);
}

static void test_maxima_and_long_turns(void **state)
{
	struct kith_lag lag = {0};

	(void)state;
	kith_lag_add(&lag, KITH_LAG_LONG_US, 30);
	assert_int_equal(lag.long_turns, 0);
	kith_lag_add(&lag, KITH_LAG_LONG_US + 1, 20);
	kith_lag_add(&lag, 5, 7);
	assert_int_equal(lag.long_turns, 1);
	assert_int_equal(lag.turns, 3);
	assert_int_equal(lag.busy_us_max, KITH_LAG_LONG_US + 1);
	assert_int_equal(lag.cpu_us_max, 30);
}

/* A turn of hours is still counted. */
static void test_endless_turn(void **state)
{
	struct kith_lag lag = {0};

	(void)state;
	kith_lag_add(&lag, UINT64_MAX, 0);
	assert_true(kith_lag_us(&lag, 500) == UINT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_yet),
		cmocka_unit_test(test_quantiles_hold_to_sorted_times),
		cmocka_unit_test(test_maxima_and_long_turns),
		cmocka_unit_test(test_endless_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
