/* log.c: see log.h. A line is built on the stack and leaves in one write(). */
#include "node/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

static const struct {
	const char *name;
	const char *priority; /* syslog's, as sd-daemon(3) writes it */
} levels[] = {
	[KITH_LOG_ERROR] = {"error", "<3>"},
	[KITH_LOG_WARN] = {"warn", "<4>"},
	[KITH_LOG_INFO] = {"info", "<6>"},
	[KITH_LOG_DEBUG] = {"debug", "<7>"},
};
#define LEVELS (sizeof(levels) / sizeof(levels[0]))

/* systemd.exec(5): JOURNAL_STREAM is device:inode of the socket when that is where output goes. */
static bool is_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat st;
	char own[64];

	if (!stream || fstat(fd, &st) != 0)
		return false;
	snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return strcmp(own, stream) == 0;
}

void kith_log_init(struct kith_log *log, int fd, enum kith_log_level level)
{
	bool journal = is_journal(fd);

	*log = (struct kith_log){
		.fd = fd, .level = level, .with_time = !journal, .with_priority = journal};
}

int kith_log_level_parse(const char *name)
{
	for (size_t i = 0; i < LEVELS; i++)
		if (strcmp(levels[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *kith_log_level_name(enum kith_log_level level)
{
	return levels[level].name;
}

/* ---- escaping ------------------------------------------------------------------------------- */

/* What can move a terminal's cursor, end a line, or make text read in another order than it
 * stands. */
static bool is_unsafe(utf8proc_int32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* Appends len bytes if all of them fit. */
static bool append(char *out, size_t room, size_t *used, const char *bytes, size_t len)
{
	if (*used + len >= room)
		return false;
	memcpy(out + *used, bytes, len);
	*used += len;
	out[*used] = '\0';
	return true;
}

static bool append_hex(char *out, size_t room, size_t *used, const char *bytes, size_t len)
{
	char hex[4 * 4 + 1];

	for (size_t i = 0; i < len; i++)
		snprintf(hex + 4 * i, 5, "\\x%02x", (unsigned)(unsigned char)bytes[i]);
	return append(out, room, used, hex, 4 * len);
}

static void escape(const char *value, size_t value_len, const char *marks, char *out, size_t len)
{
	size_t used = strnlen(out, len), i = 0;
	bool fits = used < len;

	while (fits && i < value_len) {
		utf8proc_int32_t c;
		utf8proc_ssize_t n = utf8proc_iterate(
			(const utf8proc_uint8_t *)value + i, (utf8proc_ssize_t)(value_len - i), &c);
		size_t width = n > 0 ? (size_t)n : 1;

		if (n <= 0 || is_unsafe(c))
			fits = append_hex(out, len, &used, value + i, width);
		else if (c != 0 && c < 0x80 && strchr(marks, (int)c))
			fits = append(out, len, &used, (char[]){'\\', (char)c}, 2);
		else
			fits = append(out, len, &used, value + i, width);
		i += width;
	}
}

void kith_log_escape(const char *value, size_t value_len, char *out, size_t len)
{
	escape(value, value_len, "\"\\", out, len);
}

void kith_log_tame(const char *text, size_t text_len, char *out, size_t len)
{
	escape(text, text_len, "", out, len);
}

/* ---- a line --------------------------------------------------------------------------------- */

static void append_text(char *line, size_t room, const char *text)
{
	size_t used = strlen(line);

	(void)append(line, room, &used, text, strlen(text));
}

/* logfmt: bare when it is one word that an equals sign, a quote or an escape cannot confuse. */
static bool needs_quotes(const char *value)
{
	if (*value == '\0')
		return true;
	for (const char *p = value; *p != '\0'; p++)
		if ((unsigned char)*p <= ' ' || strchr("\"\\=", *p) || (unsigned char)*p >= 0x7f)
			return true;
	return false;
}

static void append_field(char *line, size_t room, const char *name, const char *value)
{
	bool quotes = needs_quotes(value);
	char separator[48];

	snprintf(separator, sizeof(separator), "%s%s=%s", *line ? " " : "", name,
		quotes ? "\"" : "");
	if (strlen(line) + strlen(separator) + 2 > room)
		return;
	append_text(line, room, separator);
	kith_log_escape(value, strlen(value), line, room - 1); /* the closing quote always fits */
	if (quotes)
		append_text(line, room, "\"");
}

static void append_time(char *line, size_t room)
{
	struct timespec now;
	struct tm utc;
	char date[24], text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, sizeof(text), "%s.%03uZ", date, (unsigned)(now.tv_nsec / 1000000) % 1000);
	append_field(line, room, "ts", text);
}

void kith_log_write(const struct kith_log *log, enum kith_log_level level,
	const char *const words[], size_t word_count)
{
	char whole[KITH_LOG_LINE_MAX], *line;
	size_t room;
	ssize_t written;

	assert(word_count % 2 == 1);
	snprintf(whole, sizeof(whole), "%s", log->with_priority ? levels[level].priority : "");
	line = whole + strlen(whole);
	room = sizeof(whole) - (size_t)(line - whole) - 1; /* one byte is the newline's */
	if (log->with_time)
		append_time(line, room);
	append_field(line, room, "level", levels[level].name);
	append_field(line, room, "msg", words[0]);
	for (size_t i = 1; i + 1 < word_count; i += 2)
		if (words[i + 1])
			append_field(line, room, words[i], words[i + 1]);
	strcat(line, "\n");
	written = write(log->fd, whole, strlen(whole)); /* a log that nobody reads stops nothing */
	(void)written;
}

/* ---- values --------------------------------------------------------------------------------- */

const char *kith_num_format(uint64_t number, char out[21])
{
	snprintf(out, 21, "%ju", (uintmax_t)number);
	return out;
}

const char *kith_int_format(int64_t number, char out[21])
{
	snprintf(out, 21, "%jd", (intmax_t)number);
	return out;
}

const char *kith_key_format(
	enum kith_id_type type, const uint8_t key[KITH_ID_LEN], char out[KITH_ID_TEXT_MAX])
{
	kith_id_format(type, key, out);
	return out;
}
