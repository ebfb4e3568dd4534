/* Keyed sums against the plain definition, while the set grows before, in and behind the scan. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "keys/hash.h"
#include "keys/secret.h"
#include "protocol/keyed.h"
#include "protocol/sum.h"
#include "tests/items.h"

static const uint8_t key[KITH_AUDIT_KEY_LEN] = "thirty-two bytes of a secret....";

static int add(void *ctx, const struct kith_item *item)
{
	struct kith_hash hash;

	kith_hash_keyed(key, sizeof(key), item->id.bytes, KITH_ID_LEN, &hash);
	kith_sum_add_number(ctx, hash.bytes);
	return 0;
}

static struct kith_sum by_definition(const struct kith_set *set, size_t begin, size_t end)
{
	struct kith_sum sum = {0};

	assert_int_equal(kith_set_each(set, begin, end, add, &sum), 0);
	return sum;
}

static void same_sums(struct kith_keyed *keyed, const struct kith_set *set, struct prng *prng)
{
	size_t n = kith_set_count(set);

	for (int i = 0; i < 40; i++) {
		size_t begin = prng_below(prng, n + 1),
		       end = begin + prng_below(prng, n - begin + 1);
		struct kith_sum want, got;

		if (i == 0) {
			begin = 0;
			end = n;
		}
		want = by_definition(set, begin, end);
		got = kith_keyed_sum(keyed, key, begin, end);
		assert_memory_equal(&got, &want, sizeof(want));
	}
}

/* The set gets an item; `spot` says where most of them fall. */
static void insert(struct kith_set *set, struct kith_keyed *keyed, struct prng *prng, int spot)
{
	struct kith_item item = prng_item(prng, 1000);

	if (spot == 1)
		item.created_ms = 500; /* all in one place: blocks must split */
	else if (spot == 2)
		item.created_ms = 1000 + kith_set_count(set); /* at the end */
	assert_int_equal(kith_set_insert(set, &item), 0);
	assert_int_equal(kith_keyed_inserted(keyed, key, &item), 0);
}

static void grow_while_scanned(uint64_t seed, size_t n, int spot)
{
	struct prng prng = {seed};
	struct kith_set *set = kith_set_new();
	struct kith_keyed *keyed = kith_keyed_new(set);

	assert_non_null(set);
	assert_non_null(keyed);
	for (size_t i = 0; i < n; i++) {
		struct kith_item item = prng_item(&prng, 1000);
		assert_int_equal(kith_set_insert(set, &item), 0);
	}
	while (!kith_keyed_done(keyed)) {
		assert_int_equal(kith_keyed_scan(keyed, key, 1 + prng_below(&prng, 100)), 0);
		for (size_t i = prng_below(&prng, 10); i > 0; i--)
			insert(set, keyed, &prng, spot);
	}
	same_sums(keyed, set, &prng);
	for (size_t i = 0; i < 1500; i++) {
		insert(set, keyed, &prng, spot);
		assert_true(kith_keyed_done(keyed));
		if (i % 100 == 0)
			same_sums(keyed, set, &prng);
	}
	same_sums(keyed, set, &prng);
	kith_keyed_free(keyed);
	kith_set_free(set);
}

static void sums_are_right_however_the_set_grows(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 30; seed++)
		grow_while_scanned(seed, (size_t)(seed * seed * 11), (int)(seed % 3));
}

/* The example of SPEC section "Keyed audit". */
static void one_keyed_id(void **state)
{
	static const char expected[] =
		"9d56a75bc694b87efc17774f82ef3f1038ce75d17a44109b96c633f386663e38";
	struct kith_set *set = kith_set_new();
	struct kith_keyed *keyed = kith_keyed_new(set);
	uint8_t numbers[KITH_AUDIT_KEY_LEN], want[KITH_ID_LEN];
	struct kith_item item = {.created_ms = 7};
	struct kith_sum sum;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers); i++)
		numbers[i] = (uint8_t)i;
	memset(item.id.bytes, 1, KITH_ID_LEN);
	assert_int_equal(kith_hex_parse(expected, want, sizeof(want)), 0);
	assert_int_equal(kith_set_insert(set, &item), 0);
	assert_int_equal(kith_keyed_scan(keyed, numbers, 1), 0);
	sum = kith_keyed_sum(keyed, numbers, 0, 1);
	for (size_t i = 0; i < KITH_ID_LEN; i++)
		assert_int_equal((uint8_t)(sum.word[i / 8] >> (8 * (i % 8))), want[i]);
	kith_keyed_free(keyed);
	kith_set_free(set);
}

static void another_key_is_another_sum(void **state)
{
	uint8_t other[KITH_AUDIT_KEY_LEN] = {1};
	struct prng prng = {5};
	struct kith_set *set = kith_set_new();
	struct kith_item item = prng_item(&prng, 10);
	struct kith_keyed *keyed = kith_keyed_new(set);
	struct kith_sum sum, plain;

	(void)state;
	assert_int_equal(kith_set_insert(set, &item), 0);
	assert_int_equal(kith_keyed_scan(keyed, other, 10), 0);
	sum = kith_keyed_sum(keyed, other, 0, 1);
	plain = by_definition(set, 0, 1);
	assert_memory_not_equal(&sum, &plain, sizeof(sum));
	plain = kith_set_sum(set, 0, 1);
	assert_memory_not_equal(&sum, &plain, sizeof(sum));
	kith_keyed_free(keyed);
	kith_set_free(set);
}

static void it_takes_a_small_part_of_what_the_set_takes(void **state)
{
	struct prng prng = {6};
	struct kith_set *set = kith_set_new();
	struct kith_keyed *keyed = kith_keyed_new(set);

	(void)state;
	for (uint64_t i = 0; i < 100000; i++) {
		struct kith_item item = prng_item(&prng, 1);

		item.created_ms = i;
		assert_int_equal(kith_set_insert(set, &item), 0);
	}
	assert_int_equal(kith_keyed_scan(keyed, key, 100000), 0);
	assert_true(kith_keyed_done(keyed));
	assert_true(kith_keyed_memory_bytes(keyed) < kith_set_memory_bytes(set) / 25);
	kith_keyed_free(keyed);
	kith_set_free(set);
}

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_right_however_the_set_grows),
		cmocka_unit_test(one_keyed_id),
		cmocka_unit_test(another_key_is_another_sum),
		cmocka_unit_test(it_takes_a_small_part_of_what_the_set_takes),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
