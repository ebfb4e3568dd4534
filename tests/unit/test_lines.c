/* Lines out of pieces: wherever the stream is cut, the same lines come out; long ones are told
 * once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "node/api/cursor.h"
#include "node/api/lines.h"

#define MAX 8

/* What comes out of `text` in pieces of `step` bytes: lines in brackets, "!" for one too long. */
static void read_in_steps(const char *text, size_t step, bool ended, char *out)
{
	size_t len = strlen(text), line_len;
	struct kith_lines lines;
	enum kith_line found;
	const char *line;

	*out = '\0';
	kith_lines_init(&lines, MAX, step);
	for (size_t i = 0; i < len; i += step) {
		bool last = i + step >= len;

		kith_lines_add(&lines, text + i, last ? len - i : step);
		while ((found = kith_lines_next(&lines, ended && last, &line, &line_len)) !=
			KITH_LINE_NONE) {
			strcat(out, found == KITH_LINE_TOO_LONG ? "!" : "[");
			if (found == KITH_LINE_WHOLE) {
				strncat(out, line, line_len);
				strcat(out, "]");
			}
		}
		kith_lines_tidy(&lines);
		assert_int_equal(lines.in.err, 0);
	}
	kith_lines_clear(&lines);
}

static void assert_lines(const char *text, bool ended, const char *want)
{
	char out[256];

	for (size_t step = 1; step <= strlen(text); step++) {
		read_in_steps(text, step, ended, out);
		if (strcmp(out, want) != 0)
			fail_msg("in steps of %zu: %s instead of %s", step, out, want);
	}
}

static void lines_come_out_whole(void **state)
{
	(void)state;
	assert_lines("a\nbc\n", false, "[a][bc]");
	assert_lines("\n\na\n", false, "[][][a]");
	assert_lines("a\nbc", false, "[a]");
	assert_lines("a\nbc", true, "[a][bc]");
	assert_lines("12345678\n", false, "[12345678]");
}

static void long_ones_are_told_once(void **state)
{
	(void)state;
	assert_lines("123456789\n", false, "!");
	assert_lines("123456789", false, "!");
	assert_lines("123456789", true, "!");
	assert_lines("1234567890123456789012345\nab\n", false, "![ab]");
	assert_lines("1234567890\n1234567890\nab\n1234567890", true, "!![ab]!");
}

static void an_idle_client_keeps_little(void **state)
{
	struct kith_lines lines;
	char much[20000];
	const char *line;
	size_t len;

	(void)state;
	memset(much, 'a', sizeof(much));
	much[sizeof(much) - 1] = '\n';
	kith_lines_init(&lines, sizeof(much), 0);
	kith_lines_add(&lines, much, sizeof(much));
	assert_int_equal(kith_lines_next(&lines, false, &line, &len), KITH_LINE_WHOLE);
	assert_int_equal(len, sizeof(much) - 1);
	kith_lines_tidy(&lines);
	assert_int_equal(kith_lines_left(&lines), 0);
	assert_true(lines.in.room <= 4096);
	kith_lines_clear(&lines);
}

/* ---- cursors ------------------------------------------------------------------------------ */

static void cursors_come_back(void **state)
{
	struct kith_item item = {.created_ms = UINT64_C(1777629600123)}, back;
	char text[KITH_FIND_CURSOR_MAX], number[KITH_FOLLOW_CURSOR_MAX];
	uint64_t seq;

	(void)state;
	for (unsigned i = 0; i < KITH_ID_LEN; i++)
		item.id.bytes[i] = (uint8_t)(i * 37);
	kith_find_cursor_format(&item, text);
	assert_int_equal(strlen(text), KITH_FIND_CURSOR_MAX - 1);
	assert_true(kith_find_cursor_parse(text, &back));
	assert_memory_equal(&item, &back, sizeof(item));
	kith_follow_cursor_format(UINT64_C(123456789012), number);
	assert_true(kith_follow_cursor_parse(number, &seq));
	assert_int_equal(seq, UINT64_C(123456789012));
}

static void what_is_no_cursor(void **state)
{
	static const char *const bad[] = {"", "12", "////", "!", "AAAA AAAA"};
	struct kith_item item;
	char text[KITH_FIND_CURSOR_MAX + 1];
	uint64_t seq;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(kith_find_cursor_parse(bad[i], &item));
	memset(text, '_', KITH_FIND_CURSOR_MAX - 2); /* 40 bytes of ones: a time beyond all */
	strcpy(text + KITH_FIND_CURSOR_MAX - 2, "w");
	assert_false(kith_find_cursor_parse(text, &item));
	assert_false(kith_follow_cursor_parse("", &seq));
	assert_false(kith_follow_cursor_parse("-1", &seq));
	assert_false(kith_follow_cursor_parse("1x", &seq));
	assert_false(kith_follow_cursor_parse("1234567890123456789", &seq));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_out_whole),
		cmocka_unit_test(long_ones_are_told_once),
		cmocka_unit_test(an_idle_client_keeps_little),
		cmocka_unit_test(cursors_come_back),
		cmocka_unit_test(what_is_no_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
