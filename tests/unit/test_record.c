/* Records: what is signed opens, what was touched does not, and as much of it as may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/secret.h"
#include "protocol/header.h"
#include "protocol/record.h"
#include "protocol/wire.h"
#include "tests/unit/record_sample.h"

#include "kith.pb-c.h"

#define ROUNDS 200

static void assert_same(const struct kith_record *r, const struct sample *s)
{
	const struct kith_record_draft *d = &s->draft;

	assert_memory_equal(&r->author, &s->pair.public_key, KITH_ID_LEN);
	assert_memory_equal(&r->circle, &d->circle, KITH_ID_LEN);
	assert_int_equal(r->has_on_behalf_of, d->on_behalf_of != NULL);
	if (d->on_behalf_of)
		assert_memory_equal(&r->on_behalf_of, d->on_behalf_of, KITH_ID_LEN);
	assert_int_equal(r->has_delegation, d->delegation != NULL);
	if (d->delegation)
		assert_memory_equal(&r->delegation, d->delegation, KITH_ID_LEN);
	assert_int_equal(r->kind, d->kind);
	assert_int_equal(r->created_ms, d->created_ms);
	assert_string_equal(r->lang, d->lang);
	assert_int_equal(r->link_count, d->link_count);
	for (size_t i = 0; i < r->link_count; i++) {
		assert_int_equal(r->links[i].type, d->links[i].type);
		assert_memory_equal(&r->links[i].target, &d->links[i].target, KITH_ID_LEN);
	}
	assert_int_equal(kith_record_is_control(r), d->kind < 64);
}

static void what_is_signed_opens_and_says_the_same(void **state)
{
	struct seeded seeded = {1};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sample s;
		struct kith_record_id id;
		struct kith_record *record, *again;
		struct kith_claim claim;
		struct kith_problem problem;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		buf = sample_sign(&s, &id);
		assert_int_equal(kith_record_open(buf.data, buf.len, &record, &problem), 0);
		assert_same(record, &s);
		assert_true(record->has_body);
		assert_int_equal(record->body.len, s.draft.body.len);
		assert_memory_equal(record->body.data, s.body, s.draft.body.len);
		assert_int_equal(record->envelope.len, buf.len);
		assert_memory_equal(record->envelope.data, buf.data, buf.len);
		assert_memory_equal(&record->id, &id, sizeof(id));
		assert_int_equal(kith_record_peek(buf.data, buf.len, &claim), 0);
		assert_memory_equal(&claim.item.id, &id, sizeof(id));
		assert_int_equal(claim.item.created_ms, kith_record_item(record).created_ms);
		assert_memory_equal(&claim.circle, &record->circle, sizeof(claim.circle));
		assert_int_equal(claim.kind, record->kind);
		assert_int_equal(kith_record_reopen(buf.data, buf.len, &again), 0);
		assert_same(again, &s);
		kith_record_free(again);
		kith_record_free(record);
		kith_buf_clear(&buf);
	}
}

/* Length of the envelope without its last field. */
static size_t erased_len(const struct sample *s, const struct kith_buf *buf)
{
	return buf->len - kith_wire_bytes_len(KITH_ENVELOPE_BODY, s->draft.body.len);
}

static void an_erased_record_verifies_and_keeps_its_id(void **state)
{
	struct seeded seeded = {2};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sample s;
		struct kith_record_id id;
		struct kith_record *record;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		buf = sample_sign(&s, &id);
		assert_int_equal(
			kith_record_open(buf.data, erased_len(&s, &buf), &record, NULL), 0);
		assert_false(record->has_body);
		assert_int_equal(record->body.len, 0);
		assert_memory_equal(&record->id, &id, sizeof(id));
		assert_same(record, &s);
		kith_record_free(record);
		kith_buf_clear(&buf);
	}
}

static void every_flipped_bit_is_refused(void **state)
{
	struct seeded seeded = {3};

	(void)state;
	for (int round = 0; round < 3; round++) {
		struct sample s;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		s.draft.body.len = 40;
		buf = sample_sign(&s, NULL);
		for (size_t bit = 0; bit < 8 * buf.len; bit++) {
			struct kith_record *record;
			struct kith_problem problem = {{0}, {0}};
			int err;

			buf.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			err = kith_record_open(buf.data, buf.len, &record, &problem);
			assert_int_equal(kith_err_class(err), KITH_CLASS_INPUT);
			assert_null(record);
			assert_true(problem.field[0] && problem.rule[0]);
			buf.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		kith_buf_clear(&buf);
	}
}

/* All but one: cut exactly before the body it is the erased form of the same record. */
static void every_cut_is_refused(void **state)
{
	struct seeded seeded = {4};

	(void)state;
	for (int round = 0; round < 10; round++) {
		struct sample s;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		buf = sample_sign(&s, NULL);
		for (size_t len = 0; len < buf.len; len++) {
			struct kith_record *record;
			/* A block of its own, so that a sanitizer sees a read beyond. */
			uint8_t *copy = malloc(len ? len : 1);

			assert_non_null(copy);
			memcpy(copy, buf.data, len);
			assert_int_equal(kith_record_open(copy, len, &record, NULL),
				len == erased_len(&s, &buf) ? 0 : KITH_E_TRUNCATED);
			kith_record_free(record);
			free(copy);
		}
		kith_buf_clear(&buf);
	}
}

static void nothing_may_follow_or_come_twice(void **state)
{
	struct seeded seeded = {5};
	struct sample s;
	struct kith_buf buf;
	struct kith_record *record;
	uint8_t *longer;

	(void)state;
	sample_init(&s, &seeded);
	buf = sample_sign(&s, NULL);
	longer = malloc(2 * buf.len);
	assert_non_null(longer);
	memcpy(longer, buf.data, buf.len);
	memcpy(longer + buf.len, buf.data, buf.len);
	assert_int_equal(kith_record_open(longer, 2 * buf.len, &record, NULL), KITH_E_MALFORMED);
	memcpy(longer + buf.len, "\x20\x01", 2); /* an unknown field */
	assert_int_equal(kith_record_open(longer, buf.len + 2, &record, NULL), KITH_E_MALFORMED);
	free(longer);
	kith_buf_clear(&buf);
}

static void a_record_may_have_64_kib_and_not_a_byte_more(void **state)
{
	struct seeded seeded = {6};
	struct sample s;
	struct kith_problem problem;
	struct kith_record *record;
	struct kith_buf buf;

	(void)state;
	sample_init(&s, &seeded);
	s.draft.body.len = 65000; /* lengths of the same number of bytes as the final one */
	buf = sample_sign(&s, NULL);
	s.draft.body.len += KITH_RECORD_MAX_BYTES - buf.len;
	kith_buf_clear(&buf);
	buf = sample_sign(&s, NULL);
	assert_int_equal(buf.len, KITH_RECORD_MAX_BYTES);
	assert_int_equal(kith_record_open(buf.data, buf.len, &record, NULL), 0);
	kith_record_free(record);
	kith_buf_clear(&buf);
	s.draft.body.len++;
	assert_int_equal(sample_try(&s, &problem), KITH_E_TOO_LARGE);
	assert_string_equal(problem.field, "envelope");
	s.draft.body.len = 0;
	assert_int_equal(sample_try(&s, &problem), KITH_E_MALFORMED);
	assert_string_equal(problem.field, "body");
}

/* What a usual library reads of ours, and writes again, is the same to the byte. */
static void a_usual_protobuf_library_agrees(void **state)
{
	struct seeded seeded = {11};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sample s;
		struct kith_buf buf;
		Kith__Envelope *envelope;
		Kith__Header *header;
		uint8_t *packed;

		sample_init(&s, &seeded);
		buf = sample_sign(&s, NULL);
		envelope = kith__envelope__unpack(NULL, buf.len, buf.data);
		assert_non_null(envelope);
		header = kith__header__unpack(NULL, envelope->header.len, envelope->header.data);
		assert_non_null(header);
		assert_int_equal(header->kind, s.draft.kind);
		assert_int_equal(header->n_links, s.draft.link_count);
		packed = malloc(buf.len);
		assert_int_equal(kith__header__get_packed_size(header), envelope->header.len);
		assert_int_equal(kith__header__pack(header, packed), envelope->header.len);
		assert_memory_equal(packed, envelope->header.data, envelope->header.len);
		assert_int_equal(kith__envelope__pack(envelope, packed), buf.len);
		assert_memory_equal(packed, buf.data, buf.len);
		free(packed);
		kith__header__free_unpacked(header, NULL);
		kith__envelope__free_unpacked(envelope, NULL);
		kith_buf_clear(&buf);
	}
}

static int init_keys(void **state)
{
	(void)state;
	return kith_keys_init();
}

static void the_commons_is_the_hash_of_its_name(void **state)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_hash hash;

	(void)state;
	kith_hash("kith/1 circle", "commons", 7, &hash);
	assert_memory_equal(commons.bytes, hash.bytes, sizeof(commons.bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_commons_is_the_hash_of_its_name),
		cmocka_unit_test(what_is_signed_opens_and_says_the_same),
		cmocka_unit_test(an_erased_record_verifies_and_keeps_its_id),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(nothing_may_follow_or_come_twice),
		cmocka_unit_test(a_record_may_have_64_kib_and_not_a_byte_more),
		cmocka_unit_test(a_usual_protobuf_library_agrees),
	};
	return cmocka_run_group_tests(tests, init_keys, NULL);
}
