/* Batches and fetches own what they are given, and verification says of each entry what it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/stored.h"

static struct kith_record *make_record(const char *country)
{
	struct seeded seeded = {11};
	struct kith_sign_pair author = seeded_sign_pair(&seeded);

	return stored_record(
		&(struct saying){.created_ms = 1, .title = "Title", .country = country}, &author,
		&seeded);
}

static void verification_tells_good_from_forged_and_declined(void **state)
{
	struct kith_record *good = make_record("PL");
	struct kith_record *bad = make_record("XX"); /* no such country */
	struct kith_batch *batch = kith_batch_new(5);
	uint8_t forged[1024];

	(void)state;
	memcpy(forged, good->envelope.data, good->envelope.len);
	forged[good->envelope.len - good->body.len - 10] ^= 1; /* in the signature */
	assert_int_equal(kith_batch_add(batch, good->envelope.data, good->envelope.len), 0);
	assert_int_equal(kith_batch_add(batch, forged, good->envelope.len), 0);
	assert_int_equal(kith_batch_add(batch, bad->envelope.data, bad->envelope.len), 0);
	assert_int_equal(kith_batch_add(batch, NULL, 0), 0);
	assert_int_equal(batch->bytes, 2 * good->envelope.len + bad->envelope.len);
	kith_batch_verify(batch);
	assert_int_equal(batch->entries[0].err, 0);
	assert_int_equal(batch->entries[0].known, KITH_KNOWN_HELD);
	assert_memory_equal(&batch->entries[0].record->id, &good->id, sizeof(good->id));
	assert_null(batch->entries[0].envelope);
	assert_int_equal(batch->entries[1].err, KITH_E_FORGED);
	assert_null(batch->entries[1].record);
	assert_int_equal(batch->entries[2].err, 0);
	assert_int_equal(batch->entries[2].known, KITH_KNOWN_DECLINED);
	assert_string_equal(batch->entries[2].problem.field, "place.country");
	assert_non_null(batch->entries[2].record);
	assert_int_not_equal(batch->entries[3].err, 0);
	kith_batch_free(batch);
	kith_record_free(good);
	kith_record_free(bad);
}

static void a_full_batch_takes_no_more(void **state)
{
	struct kith_batch *batch = kith_batch_new(1);
	struct kith_record *record = make_record("PL");
	struct kith_record *other = make_record("RO");

	(void)state;
	assert_int_equal(kith_batch_add_record_take(batch, record), 0);
	assert_int_equal(kith_batch_add(batch, (const uint8_t *)"x", 1), KITH_E_NOSPACE);
	assert_int_equal(kith_batch_add_record_take(batch, other), KITH_E_NOSPACE);
	assert_int_equal(batch->bytes, record->envelope.len);
	kith_batch_verify(batch); /* what was verified stays as it is */
	assert_ptr_equal(batch->entries[0].record, record);
	kith_batch_free(batch);
	kith_record_free(other);
	kith_batch_free(NULL);
}

static void a_fetch_owns_ids_missing_and_found(void **state)
{
	struct kith_fetch *fetch = kith_fetch_new();

	(void)state;
	fetch->ids = calloc(3, sizeof(*fetch->ids));
	fetch->missing = calloc(3, sizeof(*fetch->missing));
	kith_write(&fetch->found, "some bytes", 10);
	assert_int_equal(fetch->found.len, 10);
	kith_fetch_free(fetch);
	kith_fetch_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verification_tells_good_from_forged_and_declined),
		cmocka_unit_test(a_full_batch_takes_no_more),
		cmocka_unit_test(a_fetch_owns_ids_missing_and_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
