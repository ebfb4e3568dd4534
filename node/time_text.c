/*
 * time_text.c: the moments of a record as text, ISO 8601 as RFC 3339 narrows it; see record_json.h.
 *
 * Gregorian calendar extended to all years from 1 to 9999, no leap seconds stored
 * (a second 60 is read as the next second). No clock, no time zone data, no locale.
 */
#include "node/record_json.h"

#include <string.h>

#define DAY_MS 86400000

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days before 1 January of the year, counted from 1 January of the year 1. */
static int64_t days_before_year(int year)
{
	int64_t y = year - 1;

	return y * 365 + y / 4 - y / 100 + y / 400;
}

static int64_t days_since_1970(int year, int month, int day)
{
	int64_t days = days_before_year(year) - days_before_year(1970) + day - 1;

	for (int m = 1; m < month; m++)
		days += days_in_month(year, m);
	return days;
}

/* ---- reading ------------------------------------------------------------------------------ */

/* Exactly `digits` digits; moves *at behind them. -1 otherwise. */
static int number(const char **at, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return -1;
		value = value * 10 + (**at - '0');
	}
	return value;
}

static bool number_in(const char **at, int digits, int min, int max, int *out)
{
	*out = number(at, digits);
	return *out >= min && *out <= max;
}

static bool skip(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

/* YYYY, YYYY-MM or YYYY-MM-DD; *whole says that it was the last. */
static bool read_date(const char **at, int64_t *days, bool *whole)
{
	int year, month = 1, day = 1;

	*whole = false;
	if (!number_in(at, 4, 1, 9999, &year))
		return false;
	if (skip(at, '-')) {
		if (!number_in(at, 2, 1, 12, &month))
			return false;
		if (skip(at, '-')) {
			if (!number_in(at, 2, 1, days_in_month(year, month), &day))
				return false;
			*whole = true;
		}
	}
	*days = days_since_1970(year, month, day);
	return true;
}

/* The digits after the decimal point of the seconds; what is below a millisecond is dropped. */
static bool read_fraction(const char **at, int *ms)
{
	int scale = 100;

	*ms = 0;
	if (!skip(at, '.'))
		return true;
	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; (*at)++, scale /= 10)
		*ms += (**at - '0') * scale;
	return true;
}

static bool read_clock(const char **at, int64_t *ms)
{
	int hour, minute, second, fraction;

	if (!number_in(at, 2, 0, 23, &hour) || !skip(at, ':') ||
		!number_in(at, 2, 0, 59, &minute) || !skip(at, ':') ||
		!number_in(at, 2, 0, 60, &second) || !read_fraction(at, &fraction))
		return false;
	*ms = ((hour * 60 + minute) * 60 + second) * (int64_t)1000 + fraction;
	return true;
}

static bool read_zone(const char **at, int64_t *offset_ms)
{
	int hour, minute, sign = **at == '-' ? -1 : 1;

	*offset_ms = 0;
	if (skip(at, 'Z') || skip(at, 'z'))
		return true;
	if (!skip(at, '+') && !skip(at, '-'))
		return false;
	if (!number_in(at, 2, 0, 23, &hour) || !skip(at, ':') || !number_in(at, 2, 0, 59, &minute))
		return false;
	*offset_ms = sign * (hour * 60 + minute) * (int64_t)60000;
	return true;
}

int kith_time_parse(const char *text, int64_t *out_ms)
{
	int64_t days, clock_ms = 0, offset_ms = 0;
	const char *at = text;
	bool whole;

	if (!read_date(&at, &days, &whole))
		return KITH_E_MALFORMED;
	if (*at != '\0') {
		if (!whole || (!skip(&at, 'T') && !skip(&at, 't') && !skip(&at, ' ')))
			return KITH_E_MALFORMED;
		if (!read_clock(&at, &clock_ms) || !read_zone(&at, &offset_ms) || *at != '\0')
			return KITH_E_MALFORMED;
	}
	*out_ms = days * DAY_MS + clock_ms - offset_ms;
	return 0;
}

/* ---- writing ------------------------------------------------------------------------------ */

/* From a day count to the calendar. The estimate is off by a year at most. */
static void calendar(int64_t days, int *year, int *month, int *day)
{
	int64_t since_year_1 = days + days_before_year(1970);
	int y = (int)(since_year_1 * 400 / 146097) + 1;

	while (days_before_year(y) > since_year_1)
		y--;
	while (days_before_year(y + 1) <= since_year_1)
		y++;
	*day = (int)(since_year_1 - days_before_year(y)) + 1;
	*year = y;
	for (*month = 1; *day > days_in_month(y, *month); (*month)++)
		*day -= days_in_month(y, *month);
}

static int64_t clamp_to_calendar(int64_t ms)
{
	const int64_t first = days_since_1970(1, 1, 1) * DAY_MS;
	const int64_t end = (days_since_1970(9999, 12, 31) + 1) * DAY_MS;

	return ms < first ? first : ms >= end ? end - 1 : ms;
}

/* Writes a number of so many digits and what follows it; returns where to go on. */
static char *put(char *at, unsigned number, int digits, char then)
{
	for (int i = digits; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	at[digits] = then;
	return at + digits + 1;
}

void kith_time_format(int64_t ms, bool date_if_midnight, char out[40])
{
	int64_t days;
	uint32_t clock;
	int year, month, day;
	bool date_only;

	ms = clamp_to_calendar(ms);
	days = ms / DAY_MS - (ms % DAY_MS < 0);
	clock = (uint32_t)(ms - days * DAY_MS);
	date_only = clock == 0 && date_if_midnight;
	calendar(days, &year, &month, &day);
	out = put(out, (unsigned)year, 4, '-');
	out = put(out, (unsigned)month, 2, '-');
	out = put(out, (unsigned)day, 2, date_only ? '\0' : 'T');
	if (date_only)
		return;
	out = put(out, clock / 3600000, 2, ':');
	out = put(out, clock / 60000 % 60, 2, ':');
	out = put(out, clock / 1000 % 60, 2, '.');
	out = put(out, clock % 1000, 3, 'Z');
	*out = '\0';
}
