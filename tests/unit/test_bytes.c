/* Cursors, buffers and varints: what is read back, and how each of them says no. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "protocol/bytes.h"

static struct kith_cursor over(const void *data, size_t len)
{
	struct kith_cursor cursor;

	kith_cursor_init(&cursor, data, len);
	return cursor;
}

/* ---- cursors ---- */

static void numbers_are_big_endian(void **state)
{
	static const uint8_t data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
	struct kith_cursor cursor = over(data, sizeof(data));

	(void)state;
	assert_int_equal(kith_read_u8(&cursor), 1);
	assert_int_equal(kith_read_u16(&cursor), 0x0203);
	assert_int_equal(kith_read_u32(&cursor), 0x04050607);
	assert_int_equal(kith_cursor_left(&cursor), 8);
	assert_true(kith_read_u64(&cursor) == 0x08090a0b0c0d0e0fu);
	assert_int_equal(kith_cursor_finish(&cursor), 0);
}

static void a_failed_read_sticks(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct kith_cursor cursor = over(data, sizeof(data));
	uint8_t copy[4] = {9, 9, 9, 9};

	(void)state;
	assert_int_equal(kith_read_u32(&cursor), 0);
	assert_int_equal(cursor.err, KITH_E_TRUNCATED);
	assert_int_equal(kith_read_u8(&cursor), 0); /* though three bytes were there */
	assert_int_equal(kith_cursor_left(&cursor), 0);
	kith_read_copy(&cursor, copy, 2);
	assert_memory_equal(copy, "\0\0\x09\x09", 4);
	assert_null(kith_read_view(&cursor, 1).data);
	assert_int_equal(kith_read_varint(&cursor), 0);
	assert_int_equal(kith_cursor_finish(&cursor), KITH_E_TRUNCATED);
}

static void views_look_into_the_input(void **state)
{
	static const uint8_t data[] = {1, 2, 3};
	struct kith_cursor cursor = over(data, sizeof(data));
	struct kith_bytes view = kith_read_view(&cursor, 2);

	(void)state;
	assert_ptr_equal(view.data, data);
	assert_int_equal(view.len, 2);
	assert_int_equal(kith_cursor_finish(&cursor), KITH_E_MALFORMED); /* a byte is left over */
	assert_int_equal(kith_read_view(&cursor, 0).len, 0);
	assert_int_equal(cursor.err, 0);
	assert_int_equal(kith_read_view(&cursor, SIZE_MAX).len, 0);
	assert_int_equal(cursor.err, KITH_E_TRUNCATED);
}

static void nothing_can_be_read_from_nothing(void **state)
{
	struct kith_cursor cursor = over(NULL, 0);

	(void)state;
	assert_int_equal(kith_cursor_finish(&cursor), 0);
	assert_int_equal(kith_read_view(&cursor, 0).len, 0);
	assert_int_equal(kith_cursor_finish(&cursor), 0);
	assert_int_equal(kith_read_u8(&cursor), 0);
	assert_int_equal(cursor.err, KITH_E_TRUNCATED);
}

/* ---- varints ---- */

struct form {
	uint64_t value;
	size_t len;
	uint8_t bytes[KITH_VARINT_MAX];
};

static const struct form FORMS[] = {
	{0, 1, {0}},
	{1, 1, {1}},
	{127, 1, {0x7f}},
	{128, 2, {0x81, 0x00}},
	{300, 2, {0x82, 0x2c}},
	{16383, 2, {0xff, 0x7f}},
	{16384, 3, {0x81, 0x80, 0x00}},
	{UINT32_MAX, 5, {0x8f, 0xff, 0xff, 0xff, 0x7f}},
	{INT64_MAX, 9, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
	{(uint64_t)1 << 63, 10, {0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}},
	{UINT64_MAX, 10, {0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
};

static void varints_have_these_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(FORMS) / sizeof(FORMS[0]); i++) {
		const struct form *form = &FORMS[i];
		struct kith_cursor cursor = over(form->bytes, form->len);
		struct kith_buf buf;

		kith_buf_init(&buf, 100);
		kith_write_varint(&buf, form->value);
		assert_int_equal(buf.len, form->len);
		assert_memory_equal(buf.data, form->bytes, form->len);
		kith_buf_clear(&buf);
		assert_true(kith_read_varint(&cursor) == form->value);
		assert_int_equal(kith_cursor_finish(&cursor), 0);
		for (size_t len = 0; len < form->len; len++) {
			cursor = over(form->bytes, len);
			assert_int_equal(kith_read_varint(&cursor), 0);
			assert_int_equal(cursor.err, KITH_E_TRUNCATED);
		}
	}
}

static void every_power_of_two_comes_back(void **state)
{
	uint8_t form[KITH_VARINT_MAX];

	(void)state;
	for (int bit = 0; bit < 64; bit++)
		for (int delta = -1; delta <= 1; delta++) {
			uint64_t value = ((uint64_t)1 << bit) + (uint64_t)delta;
			size_t len = kith_varint_encode(value, form);
			struct kith_cursor cursor = over(form, len);

			assert_in_range(len, 1, KITH_VARINT_MAX);
			assert_true(kith_read_varint(&cursor) == value);
			assert_int_equal(kith_cursor_finish(&cursor), 0);
		}
}

static void a_varint_has_one_form_and_64_bits(void **state)
{
	static const struct form bad[] = {
		{0, 2, {0x80, 0x00}},
		{0, 2, {0x80, 0x01}},
		{0, 3, {0x80, 0x80, 0x01}},
		/* 2^64, and 2^64 - 1 with a bit too many */
		{0, 10, {0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}},
		{0, 10, {0x83, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
		{0, 10, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}},
		/* ten groups and no last one */
		{0, 10, {0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct kith_cursor cursor = over(bad[i].bytes, bad[i].len);

		assert_int_equal(kith_read_varint(&cursor), 0);
		assert_int_equal(cursor.err, KITH_E_MALFORMED);
	}
}

/* ---- buffers ---- */

static void what_is_written_can_be_read(void **state)
{
	struct kith_cursor cursor;
	struct kith_buf buf;
	char word[4];

	(void)state;
	kith_buf_init(&buf, 1000);
	kith_write_u8(&buf, 7);
	kith_write_u16(&buf, 0x1234);
	kith_write_u32(&buf, 0xdeadbeef);
	kith_write_u64(&buf, 0x0102030405060708u);
	kith_write(&buf, "kith", 4);
	kith_write(&buf, NULL, 0);
	assert_int_equal(kith_buf_err(&buf), 0);
	cursor = over(buf.data, buf.len);
	assert_int_equal(kith_read_u8(&cursor), 7);
	assert_int_equal(kith_read_u16(&cursor), 0x1234);
	assert_true(kith_read_u32(&cursor) == 0xdeadbeef);
	assert_true(kith_read_u64(&cursor) == 0x0102030405060708u);
	kith_read_copy(&cursor, word, sizeof(word));
	assert_memory_equal(word, "kith", 4);
	assert_int_equal(kith_cursor_finish(&cursor), 0);
	kith_buf_clear(&buf);
}

static void a_buffer_stops_at_its_cap(void **state)
{
	struct kith_buf buf;

	(void)state;
	kith_buf_init(&buf, 300);
	for (int i = 0; i < 100; i++)
		kith_write(&buf, "abc", 3);
	assert_int_equal(kith_buf_err(&buf), 0);
	assert_int_equal(buf.len, 300);
	assert_true(buf.room <= 300);
	kith_write_u8(&buf, 1);
	assert_int_equal(kith_buf_err(&buf), KITH_E_TOO_LARGE);
	assert_int_equal(buf.len, 300);
	assert_null(kith_write_reserve(&buf, 0)); /* the error sticks */
	kith_buf_reset(&buf);
	assert_int_equal(buf.len, 0);
	assert_int_equal(kith_buf_err(&buf), 0);
	kith_write_u16(&buf, 0x0102);
	assert_memory_equal(buf.data, "\x01\x02", 2);
	kith_buf_clear(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.cap, 300);
}

static void absurd_lengths_are_refused(void **state)
{
	struct kith_buf buf;

	(void)state;
	kith_buf_init(&buf, 300);
	kith_write_u8(&buf, 1);
	assert_null(kith_write_reserve(&buf, SIZE_MAX));
	assert_int_equal(kith_buf_err(&buf), KITH_E_TOO_LARGE);
	kith_buf_clear(&buf);
	kith_buf_init(&buf, 0);
	kith_write_u8(&buf, 1);
	assert_int_equal(kith_buf_err(&buf), KITH_E_TOO_LARGE);
	kith_buf_clear(&buf);
}

static void consuming_keeps_the_rest(void **state)
{
	struct kith_buf buf;

	(void)state;
	kith_buf_init(&buf, 100);
	kith_buf_consume(&buf, 0);
	kith_write(&buf, "abcdef", 6);
	kith_buf_consume(&buf, 0);
	kith_buf_consume(&buf, 2);
	assert_int_equal(buf.len, 4);
	assert_memory_equal(buf.data, "cdef", 4);
	kith_buf_consume(&buf, 4);
	assert_int_equal(buf.len, 0);
	kith_buf_clear(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_big_endian),
		cmocka_unit_test(a_failed_read_sticks),
		cmocka_unit_test(views_look_into_the_input),
		cmocka_unit_test(nothing_can_be_read_from_nothing),
		cmocka_unit_test(varints_have_these_forms),
		cmocka_unit_test(every_power_of_two_comes_back),
		cmocka_unit_test(a_varint_has_one_form_and_64_bits),
		cmocka_unit_test(what_is_written_can_be_read),
		cmocka_unit_test(a_buffer_stops_at_its_cap),
		cmocka_unit_test(absurd_lengths_are_refused),
		cmocka_unit_test(consuming_keeps_the_rest),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
