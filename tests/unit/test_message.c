/* The elements of messages: their bytes as SPEC section "Messages" draws them, there and back,
 * cut at every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "keys/hash.h"
#include "protocol/limits.h"
#include "protocol/message.h"
#include "tests/unit/seeded.h"

static struct kith_set_tag draw_tag(struct seeded *seeded)
{
	struct kith_set_tag tag = {.class_ = (uint8_t)seeded_below(seeded, KITH_CLASSES)};

	seeded_fill(seeded, tag.circle, sizeof(tag.circle));
	return tag;
}

static struct kith_item draw_item(struct seeded *seeded)
{
	struct kith_item item = {.created_ms = seeded_next(seeded)};

	seeded_fill(seeded, item.id.bytes, sizeof(item.id.bytes));
	return item;
}

static struct kith_scope draw_scope(struct seeded *seeded)
{
	struct kith_scope scope;

	seeded_fill(seeded, scope.tag, sizeof(scope.tag));
	for (int i = 0; i < KITH_CLASSES; i++)
		scope.counts[i] = seeded_next(seeded);
	return scope;
}

static struct kith_buf empty(void)
{
	struct kith_buf buf;

	kith_buf_init(&buf, KITH_MESSAGE_MAX_BYTES);
	return buf;
}

/* ---- layouts -------------------------------------------------------------------------------- */

static void has_the_bytes_of_the_specification(void **state)
{
	static const uint8_t count[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
	struct kith_buf buf = empty();
	struct kith_set_tag tag = {.class_ = KITH_CLASS_CONTENT};
	struct kith_item item = {.created_ms = 0x0102030405060708u};
	struct kith_scope scope = {.counts = {0x0102030405060708u, 0x0102030405060708u}};

	(void)state;
	memset(tag.circle, 0xaa, sizeof(tag.circle));
	memset(item.id.bytes, 0xbb, sizeof(item.id.bytes));
	memset(scope.tag, 0xcc, sizeof(scope.tag));
	kith_write_set_tag(&buf, &tag);
	assert_int_equal(buf.len, KITH_SET_TAG_LEN);
	assert_memory_equal(buf.data, tag.circle, 16);
	assert_int_equal(buf.data[16], 1);
	kith_buf_reset(&buf);
	kith_write_item(&buf, &item);
	assert_int_equal(buf.len, KITH_ITEM_LEN);
	assert_memory_equal(buf.data, count, 8);
	assert_memory_equal(buf.data + 8, item.id.bytes, 32);
	kith_buf_reset(&buf);
	kith_write_scope(&buf, &scope);
	assert_int_equal(buf.len, KITH_SCOPE_LEN);
	assert_memory_equal(buf.data, scope.tag, 16);
	assert_memory_equal(buf.data + 16, count, 8);
	assert_memory_equal(buf.data + 24, count, 8);
	kith_buf_clear(&buf);
}

static void numbers_stay(void **state)
{
	(void)state;
	assert_int_equal(KITH_MESSAGE_SCOPE, 1);
	assert_int_equal(KITH_MESSAGE_RECONCILE, 2);
	assert_int_equal(KITH_MESSAGE_SYNCED, 3);
	assert_int_equal(KITH_MESSAGE_WANT, 4);
	assert_int_equal(KITH_MESSAGE_RECORDS, 5);
	assert_int_equal(KITH_MESSAGE_UNAVAILABLE, 6);
	assert_int_equal(KITH_MESSAGE_PULL, 7);
	assert_int_equal(KITH_MESSAGE_CREDIT, 8);
	assert_int_equal(KITH_MESSAGE_PULLED, 9);
	assert_int_equal(KITH_MESSAGE_PUSH, 10);
	assert_int_equal(KITH_MESSAGE_IHAVE, 11);
	assert_int_equal(KITH_MESSAGE_GRAFT, 12);
	assert_int_equal(KITH_MESSAGE_PRUNE, 13);
	assert_int_equal(KITH_MESSAGE_UNPRUNE, 18);
	assert_int_equal(KITH_MESSAGE_PING, 14);
	assert_int_equal(KITH_MESSAGE_PONG, 15);
	assert_int_equal(KITH_MESSAGE_NUDGE, 16);
	assert_int_equal(KITH_RECORDS_WANTED, 0);
	assert_int_equal(KITH_RECORDS_PULLED, 1);
	assert_int_equal(KITH_RECORDS_OFFERED, 2);
	assert_int_equal(KITH_RECORDS_GRAFTED, 3);
	assert_int_equal(KITH_RECONCILE_QUERY, 0);
	assert_int_equal(KITH_RECONCILE_ANSWER, 1);
}

/* ---- there and back ------------------------------------------------------------------------- */

/* One of each in a row; what comes out is what went in, and nothing is left. */
static void comes_back(void **state)
{
	struct seeded seeded = {1};

	(void)state;
	for (int i = 0; i < 200; i++) {
		struct kith_set_tag tag = draw_tag(&seeded), tag_back;
		struct kith_item item = draw_item(&seeded), item_back;
		struct kith_scope scope = draw_scope(&seeded), scope_back;
		struct kith_buf buf = empty();
		struct kith_cursor cursor;

		kith_write_set_tag(&buf, &tag);
		kith_write_item(&buf, &item);
		kith_write_scope(&buf, &scope);
		assert_int_equal(kith_buf_err(&buf), 0);
		kith_cursor_init(&cursor, buf.data, buf.len);
		tag_back = kith_read_set_tag(&cursor);
		item_back = kith_read_item(&cursor);
		scope_back = kith_read_scope(&cursor);
		assert_int_equal(kith_cursor_finish(&cursor), 0);
		assert_memory_equal(tag_back.circle, tag.circle, KITH_TAG_LEN);
		assert_int_equal(tag_back.class_, tag.class_);
		assert_int_equal(kith_item_compare(&item_back, &item), 0);
		assert_memory_equal(&scope_back, &scope, sizeof(scope));
		kith_buf_clear(&buf);
	}
}

/* What is cut is truncated, and the cursor says so however far it goes on being read. */
static void cut_anywhere_is_truncated(void **state)
{
	struct seeded seeded = {2};
	struct kith_set_tag tag = draw_tag(&seeded);
	struct kith_item item = draw_item(&seeded);
	struct kith_scope scope = draw_scope(&seeded);
	struct kith_buf buf = empty();

	(void)state;
	kith_write_set_tag(&buf, &tag);
	kith_write_item(&buf, &item);
	kith_write_scope(&buf, &scope);
	for (size_t len = 0; len < buf.len; len++) {
		struct kith_cursor cursor;

		kith_cursor_init(&cursor, buf.data, len);
		(void)kith_read_set_tag(&cursor);
		(void)kith_read_item(&cursor);
		(void)kith_read_scope(&cursor);
		assert_int_equal(kith_cursor_finish(&cursor), KITH_E_TRUNCATED);
	}
	kith_buf_clear(&buf);
}

static void other_classes_are_malformed(void **state)
{
	(void)state;
	for (int class_ = 0; class_ < 256; class_++) {
		uint8_t bytes[KITH_SET_TAG_LEN] = {0};
		struct kith_cursor cursor;

		bytes[KITH_TAG_LEN] = (uint8_t)class_;
		kith_cursor_init(&cursor, bytes, sizeof(bytes));
		(void)kith_read_set_tag(&cursor);
		assert_int_equal(cursor.err, class_ < KITH_CLASSES ? 0 : KITH_E_MALFORMED);
	}
}

/* ---- envelopes ------------------------------------------------------------------------------ */

static int read_envelope(const uint8_t *data, size_t len, struct kith_bytes *out)
{
	struct kith_cursor cursor;

	kith_cursor_init(&cursor, data, len);
	*out = kith_read_envelope(&cursor);
	return cursor.err;
}

static void envelopes_have_a_limit(void **state)
{
	static const uint32_t lengths[] = {0, 1, 1000, KITH_RECORD_MAX_BYTES - 1,
		KITH_RECORD_MAX_BYTES, KITH_RECORD_MAX_BYTES + 1, 0x7fffffff, 0x80000000,
		0xffffffff};
	struct kith_buf buf = empty();
	struct kith_bytes envelope;
	uint8_t *data;

	(void)state;
	data = kith_write_reserve(&buf, 4 + KITH_RECORD_MAX_BYTES + 1);
	assert_non_null(data);
	memset(data, 0x5a, buf.len);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		uint32_t len = lengths[i];
		bool fits = len <= KITH_RECORD_MAX_BYTES;

		for (int byte = 0; byte < 4; byte++)
			data[byte] = (uint8_t)(len >> (24 - 8 * byte));
		assert_int_equal(
			read_envelope(data, buf.len, &envelope), fits ? 0 : KITH_E_TOO_LARGE);
		assert_int_equal(envelope.len, fits ? len : 0);
		if (fits && len > 0)
			assert_ptr_equal(envelope.data, data + 4);
		if (fits && len > 0)
			assert_int_equal(
				read_envelope(data, 4 + len - 1, &envelope), KITH_E_TRUNCATED);
	}
	kith_buf_clear(&buf);
}

/* ---- tags ----------------------------------------------------------------------------------- */

/* A tag can be made only by who knows the circle, and is another one in every session. */
static void tags_follow_circle_and_session(void **state)
{
	struct seeded seeded = {3};
	struct kith_circle circle;
	uint8_t session[64], tag[KITH_TAG_LEN], other[KITH_TAG_LEN];
	struct kith_hash hash;

	(void)state;
	seeded_fill(&seeded, circle.bytes, sizeof(circle.bytes));
	seeded_fill(&seeded, session, sizeof(session));
	kith_message_tag(&circle, session, tag);
	kith_hash_keyed(session, sizeof(session), circle.bytes, sizeof(circle.bytes), &hash);
	assert_memory_equal(tag, hash.bytes, KITH_TAG_LEN);
	for (size_t bit = 0; bit < 8 * 64; bit++) {
		session[bit / 8] ^= (uint8_t)(1u << bit % 8);
		kith_message_tag(&circle, session, other);
		session[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_memory_not_equal(tag, other, KITH_TAG_LEN);
		circle.bytes[bit / 16] ^= (uint8_t)(1u << bit % 8);
		kith_message_tag(&circle, session, other);
		circle.bytes[bit / 16] ^= (uint8_t)(1u << bit % 8);
		assert_memory_not_equal(tag, other, KITH_TAG_LEN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_the_bytes_of_the_specification),
		cmocka_unit_test(numbers_stay),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(cut_anywhere_is_truncated),
		cmocka_unit_test(other_classes_are_malformed),
		cmocka_unit_test(envelopes_have_a_limit),
		cmocka_unit_test(tags_follow_circle_and_session),
	};

	return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
