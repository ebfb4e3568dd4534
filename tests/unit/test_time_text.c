/* Moments as text: known ones, every day of many years there and back, and what is no moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <time.h>

#include "node/record_json.h"

static void assert_reads(const char *text, int64_t want)
{
	int64_t ms = -1;

	assert_int_equal(kith_time_parse(text, &ms), 0);
	assert_int_equal(ms, want);
}

static void known_moments(void **state)
{
	(void)state;
	assert_reads("1970-01-01", 0);
	assert_reads("1970", 0);
	assert_reads("1970-02", 31 * INT64_C(86400000));
	assert_reads("1969-12-31", -INT64_C(86400000));
	assert_reads("2017-03-10", INT64_C(1489104000000));
	assert_reads("2017-03-10T09:30:15.250Z", INT64_C(1489138215250));
	assert_reads("2017-03-10t09:30:15z", INT64_C(1489138215000));
	assert_reads("2017-03-10 11:30:15+02:00", INT64_C(1489138215000));
	assert_reads("2017-03-10T00:00:15-09:30", INT64_C(1489138215000));
	assert_reads("2017-03-10T09:30:15.2509999999Z", INT64_C(1489138215250));
	assert_reads("2017-03-10T09:30:15.2Z", INT64_C(1489138215200));
	assert_reads("2000-02-29", INT64_C(951782400000));
	assert_reads("2016-12-31T23:59:60Z", INT64_C(1483228800000)); /* leap second */
	assert_reads("0001-01-01", -INT64_C(62135596800000));
	assert_reads("9999-12-31T23:59:59.999Z", INT64_C(253402300799999));
}

static void assert_writes(int64_t ms, bool date, const char *want)
{
	char out[40];

	kith_time_format(ms, date, out);
	assert_string_equal(out, want);
}

static void writing(void **state)
{
	(void)state;
	assert_writes(0, true, "1970-01-01");
	assert_writes(0, false, "1970-01-01T00:00:00.000Z");
	assert_writes(-1, true, "1969-12-31T23:59:59.999Z");
	assert_writes(INT64_C(1489138215250), true, "2017-03-10T09:30:15.250Z");
	assert_writes(INT64_MAX, true, "9999-12-31T23:59:59.999Z");
	assert_writes(INT64_MIN, true, "0001-01-01");
}

/* The C library's calendar is the witness; a step that is no divisor of a day visits all hours
 * too. */
static void agrees_with_the_c_library(void **state)
{
	char want[96], got[40];
	int64_t back;

	(void)state;
	for (int64_t s = -INT64_C(62135596800); s <= INT64_C(253402300799); s += 1234577 * 7) {
		time_t t = (time_t)s;
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		snprintf(want, sizeof(want), "%04d-%02d-%02dT%02d:%02d:%02d.000Z",
			tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			tm.tm_sec);
		kith_time_format(s * 1000, false, got);
		assert_string_equal(got, want);
		assert_int_equal(kith_time_parse(got, &back), 0);
		assert_int_equal(back, s * 1000);
	}
}

static void no_moments(void **state)
{
	static const char *const bad[] = {"", "17", "0000", "2017-", "2017-3", "2017-13", "2017-00",
		"2017-02-29", "1900-02-29", "2017-03-32", "2017-03-00", "2017-03-10T",
		"2017-03-10T09", "2017-03-10T09:30", "2017-03-10T09:30:15", "2017-03-10T24:00:00Z",
		"2017-03-10T09:60:00Z", "2017-03-10T09:30:61Z", "2017-03-10T09:30:15.Z",
		"2017-03-10T09:30:15Zulu", "2017-03-10T09:30:15+2:00", "2017-03-10T09:30:15+0200",
		"2017-03-10T09:30:15+24:00", "2017-03T09:30:15Z", "10.03.2017", "+2017-03-10",
		" 2017-03-10", "2017-03-10 ", "２０１７"};
	int64_t ms = 42;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (kith_time_parse(bad[i], &ms) != KITH_E_MALFORMED)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(ms, 42);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_moments),
		cmocka_unit_test(writing),
		cmocka_unit_test(agrees_with_the_c_library),
		cmocka_unit_test(no_moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
