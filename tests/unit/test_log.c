/* The log: nothing that a value holds can break out of its line or reach a terminal raw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/log.h"

/* A log into a pipe, and what came out of it. */
struct capture {
	struct kith_log log;
	int in;
	char text[8 * KITH_LOG_LINE_MAX];
	size_t len;
};

static void capture_begin(struct capture *capture, enum kith_log_level level)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	capture->in = ends[0];
	kith_log_init(&capture->log, ends[1], level);
}

static void capture_end(struct capture *capture)
{
	ssize_t n;

	close(capture->log.fd);
	capture->len = 0;
	while ((n = read(capture->in, capture->text + capture->len,
			sizeof(capture->text) - 1 - capture->len)) > 0)
		capture->len += (size_t)n;
	capture->text[capture->len] = '\0';
	close(capture->in);
}

/* One line, and of all control characters only the newline at its end; no C1 in UTF-8 either. */
static void expect_tame(const char *text, size_t len)
{
	assert_true(len > 0 && text[len - 1] == '\n');
	for (size_t i = 0; i + 1 < len; i++) {
		unsigned char c = (unsigned char)text[i], next = (unsigned char)text[i + 1];

		assert_true(c >= 0x20 && c != 0x7f);
		assert_false(c == 0xc2 && next >= 0x80 && next < 0xa0);
	}
}

static void every_byte_is_tame(void **state)
{
	struct capture capture;

	(void)state;
	for (unsigned byte = 1; byte < 256; byte++) {
		char value[] = {'a', (char)byte, 'b', '\0'};

		capture_begin(&capture, KITH_LOG_INFO);
		kith_log(&capture.log, KITH_LOG_INFO, value, "name", value);
		capture_end(&capture);
		expect_tame(capture.text, capture.len);
		if (byte >= 0x80) /* alone, it is not UTF-8 */
			assert_non_null(strstr(capture.text, "a\\x"));
	}
}

static void c1_in_utf8_is_tame(void **state)
{
	struct capture capture;
	char value[] = "a\xc2\x80z", escape[16];

	(void)state;
	for (unsigned c = 0x80; c < 0xa0; c++) {
		value[2] = (char)c;
		capture_begin(&capture, KITH_LOG_INFO);
		kith_log(&capture.log, KITH_LOG_INFO, "x", "name", value);
		capture_end(&capture);
		expect_tame(capture.text, capture.len);
		snprintf(escape, sizeof(escape), "a\\xc2\\x%02xz", c);
		assert_non_null(strstr(capture.text, escape));
	}
}

static void text_turned_around_is_escaped(void **state)
{
	char out[64] = "";

	(void)state;
	kith_log_escape("a\xe2\x80\xae"
			"b\xe2\x80\xa8",
		8, out, sizeof(out)); /* U+202E, U+2028 */
	assert_string_equal(out, "a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8");
}

static void nul_and_letters(void **state)
{
	char out[64] = "k=";

	(void)state;
	kith_log_escape("Gda\xc5\x84sk\0\"\\", 10, out, sizeof(out));
	assert_string_equal(out, "k=Gda\xc5\x84sk\\x00\\\"\\\\");
}

/* Whatever the room, the result ends in a NUL, inside it, and not inside an escape or
 * character. */
static void cut_between_characters(void **state)
{
	static const char value[] = "a\x01\xc5\x84\"";
	static const char whole[] = "a\\x01\xc5\x84\\\"";
	static const size_t ends[] = {0, 1, 5, 7, 9};

	(void)state;
	for (size_t room = 1; room <= sizeof(whole) + 1; room++) {
		char *out = malloc(room); /* so that a sanitizer sees a byte too many */
		size_t best = 0;

		assert_non_null(out);
		out[0] = '\0';
		kith_log_escape(value, sizeof(value) - 1, out, room);
		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
			if (ends[i] < room)
				best = ends[i];
		assert_int_equal(strlen(out), best);
		assert_memory_equal(out, whole, best);
		free(out);
	}
}

static void fields_stand_in_order(void **state)
{
	struct capture capture;

	(void)state;
	capture_begin(&capture, KITH_LOG_INFO);
	capture.log.with_time = false;
	kith_log(&capture.log, KITH_LOG_WARN, "two words", "a", "1", "none", NULL, "b", "", "c",
		"x=y", "n", KITH_NUM(UINT64_MAX), "i", KITH_INT(INT64_MIN));
	kith_log(&capture.log, KITH_LOG_INFO, "plain");
	capture_end(&capture);
	assert_string_equal(capture.text,
		"level=warn msg=\"two words\" a=1 b=\"\" c=\"x=y\" n=18446744073709551615 "
		"i=-9223372036854775808\nlevel=info msg=plain\n");
}

static void levels_are_kept(void **state)
{
	struct capture capture;

	(void)state;
	capture_begin(&capture, KITH_LOG_WARN);
	kith_log(&capture.log, KITH_LOG_INFO, "quiet");
	kith_log(&capture.log, KITH_LOG_DEBUG, "quieter");
	kith_log(&capture.log, KITH_LOG_ERROR, "loud");
	capture_end(&capture);
	assert_null(strstr(capture.text, "quiet"));
	assert_non_null(strstr(capture.text, "level=error msg=loud"));
	for (int level = KITH_LOG_ERROR; level <= KITH_LOG_DEBUG; level++)
		assert_int_equal(
			kith_log_level_parse(kith_log_level_name((enum kith_log_level)level)),
			level);
	assert_int_equal(kith_log_level_parse("loud"), -1);
	assert_int_equal(kith_log_level_parse(""), -1);
}

static void a_long_value_is_cut_and_closed(void **state)
{
	struct capture capture;
	char *value = malloc(3 * KITH_LOG_LINE_MAX);

	(void)state;
	assert_non_null(value);
	memset(value, '\x1b', 3 * KITH_LOG_LINE_MAX - 1);
	value[3 * KITH_LOG_LINE_MAX - 1] = '\0';
	capture_begin(&capture, KITH_LOG_INFO);
	kith_log(&capture.log, KITH_LOG_INFO, "x", "value", value, "after", "y");
	capture_end(&capture);
	expect_tame(capture.text, capture.len);
	assert_true(capture.len <= KITH_LOG_LINE_MAX);
	assert_string_equal(capture.text + capture.len - 6, "\\x1b\"\n");
	free(value);
}

/* A field for which no room is left goes whole, name and value. */
static void a_field_without_room_is_left_out(void **state)
{
	char value[KITH_LOG_LINE_MAX + 1];
	struct capture capture;

	(void)state;
	for (size_t len = KITH_LOG_LINE_MAX - 80; len < KITH_LOG_LINE_MAX; len++) {
		const char *last;

		memset(value, 'v', len);
		value[len] = '\0';
		capture_begin(&capture, KITH_LOG_INFO);
		capture.log.with_time = false;
		kith_log(&capture.log, KITH_LOG_INFO, "x", "a", value, "name", "y");
		capture_end(&capture);
		expect_tame(capture.text, capture.len);
		last = strrchr(capture.text, ' ');
		assert_true(strncmp(last, " a=v", 4) == 0 || strncmp(last, " name=", 6) == 0);
		assert_true(
			strncmp(last, " a=v", 4) != 0 || strspn(last + 3, "v") == strlen(last) - 4);
	}
}

static void the_journal_gets_priorities(void **state)
{
	struct capture capture;
	struct stat st;
	char stream[64];

	(void)state;
	capture_begin(&capture, KITH_LOG_INFO);
	assert_int_equal(fstat(capture.log.fd, &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	kith_log_init(&capture.log, capture.log.fd, KITH_LOG_INFO);
	unsetenv("JOURNAL_STREAM");
	kith_log(&capture.log, KITH_LOG_ERROR, "x");
	capture_end(&capture);
	assert_string_equal(capture.text, "<3>level=error msg=x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_tame),
		cmocka_unit_test(c1_in_utf8_is_tame),
		cmocka_unit_test(text_turned_around_is_escaped),
		cmocka_unit_test(nul_and_letters),
		cmocka_unit_test(cut_between_characters),
		cmocka_unit_test(fields_stand_in_order),
		cmocka_unit_test(levels_are_kept),
		cmocka_unit_test(a_long_value_is_cut_and_closed),
		cmocka_unit_test(a_field_without_room_is_left_out),
		cmocka_unit_test(the_journal_gets_priorities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
