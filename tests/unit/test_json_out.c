/* JSON written by hand: whatever goes in, a JSON parser reads the same out again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/json_out.h"
#include "tests/unit/seeded.h"

static struct kith_buf buf;
static struct kith_json_out out;

static int setup(void **state)
{
	(void)state;
	kith_buf_init(&buf, 1 << 20);
	kith_json_out_init(&out, &buf);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kith_buf_clear(&buf);
	return 0;
}

static void assert_written(const char *want)
{
	assert_int_equal(kith_buf_err(&buf), 0);
	assert_int_equal(buf.len, strlen(want));
	assert_memory_equal(buf.data, want, buf.len);
	kith_buf_reset(&buf);
	kith_json_out_init(&out, &buf);
}

static void commas_and_brackets(void **state)
{
	(void)state;
	kith_json_out_open(&out, '{');
	kith_json_out_name(&out, "a");
	kith_json_out_open(&out, '[');
	kith_json_out_close(&out, ']');
	kith_json_out_name(&out, "b");
	kith_json_out_open(&out, '[');
	kith_json_out_number(&out, -7);
	kith_json_out_open(&out, '{');
	kith_json_out_close(&out, '}');
	kith_json_out_bool(&out, true);
	kith_json_out_bool(&out, false);
	kith_json_out_null(&out);
	kith_json_out_json(&out, "[1]", 3);
	kith_json_out_plain(&out, "x");
	kith_json_out_close(&out, ']');
	kith_json_out_name(&out, "c");
	kith_json_out_base64(&out, (const uint8_t *)"\0\1\2\xff", 4);
	kith_json_out_close(&out, '}');
	assert_written("{\"a\":[],\"b\":[-7,{},true,false,null,[1],\"x\"],\"c\":\"AAEC/w==\"}");
}

static void numbers(void **state)
{
	(void)state;
	kith_json_out_open(&out, '[');
	kith_json_out_number(&out, 0);
	kith_json_out_number(&out, INT64_MAX);
	kith_json_out_number(&out, INT64_MIN);
	kith_json_out_close(&out, ']');
	assert_written("[0,9223372036854775807,-9223372036854775808]");
}

static void degrees(void **state)
{
	(void)state;
	kith_json_out_open(&out, '[');
	kith_json_out_degrees(&out, 0);
	kith_json_out_degrees(&out, 409300000);
	kith_json_out_degrees(&out, -1);
	kith_json_out_degrees(&out, -1800000000);
	kith_json_out_degrees(&out, 10000000);
	kith_json_out_degrees(&out, INT32_MIN);
	kith_json_out_close(&out, ']');
	assert_written("[0.0,40.93,-0.0000001,-180.0,1.0,-214.7483648]");
}

static void escapes(void **state)
{
	(void)state;
	kith_json_out_text(&out, "a\"b\\c\n\t\r\0\x1b[31m\x7f", 15);
	assert_written("\"a\\\"b\\\\c\\n\\t\\u000d\\u0000\\u001b[31m\\u007f\"");
}

/* Text of all lengths and alignments, of characters of one to four bytes and such as want an
 * escape. */
static void text_comes_back(void **state)
{
	static const char *const pieces[] = {"a", "b", " ", "z", "~", "\"", "\\", "\n", "\x01",
		"\x1f", "\x7f", "\xc2\x80", "\xc5\xbc", "\xe0\xa0\x80", "\xed\x9f\xbf",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
	struct seeded seeded = {3};
	char text[400];

	(void)state;
	for (unsigned round = 0; round < 5000; round++) {
		size_t kinds = round % 2 ? 5 : sizeof(pieces) / sizeof(pieces[0]), len = 0;
		json_t *json;

		for (size_t n = seeded_below(&seeded, 80); n > 0; n--) {
			const char *piece = pieces[seeded_below(&seeded, kinds)];

			memcpy(text + len, piece, strlen(piece));
			len += strlen(piece);
		}
		kith_json_out_text(&out, text, len);
		assert_false(out.bad);
		json = json_loadb((const char *)buf.data, buf.len, JSON_DECODE_ANY, NULL);
		assert_int_equal(json_string_length(json), len);
		assert_memory_equal(json_string_value(json), text, len);
		json_decref(json);
		kith_buf_reset(&buf);
		kith_json_out_init(&out, &buf);
	}
}

static void what_is_not_utf8(void **state)
{
	static const char *const bad[] = {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc5", "\xc5z",
		"\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80", "\xff", "12345678\xff", "1234567\xe2\x82\xc5"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		kith_json_out_text(&out, bad[i], strlen(bad[i]));
		if (!out.bad)
			fail_msg("accepted number %zu", i);
		for (size_t at = 0; at < buf.len; at++)
			assert_true(buf.data[at] < 0x80);
		kith_buf_reset(&buf);
		kith_json_out_init(&out, &buf);
	}
}

static void no_room(void **state)
{
	struct kith_buf small;
	struct kith_json_out o;

	(void)state;
	for (size_t cap = 0; cap < 20; cap++) {
		kith_buf_init(&small, cap);
		kith_json_out_init(&o, &small);
		kith_json_out_open(&o, '{');
		kith_json_out_name(&o, "name");
		kith_json_out_text(&o, "some text that is longer", 24);
		kith_json_out_base64(&o, (const uint8_t *)"abc", 3);
		kith_json_out_close(&o, '}');
		assert_int_equal(kith_buf_err(&small), KITH_E_TOO_LARGE);
		kith_buf_clear(&small);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_and_brackets),
		cmocka_unit_test(numbers),
		cmocka_unit_test(degrees),
		cmocka_unit_test(escapes),
		cmocka_unit_test(text_comes_back),
		cmocka_unit_test(what_is_not_utf8),
		cmocka_unit_test(no_room),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
