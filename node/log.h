/*
 * log.h: logfmt on standard error, one event a line, nothing a peer sends can break out of its
 * value.
 *
 *     ts=2026-05-01T10:00:00.123Z level=info msg="partner connected" partner=author_…
 * remote=10.0.0.7:7476
 *
 * Under systemd (standard error is the journal) the time is left out and the level is told in its
 * way, "<6>" in front. Values that could not be read back otherwise stand in quotes. Control
 * bytes, quotes and backslashes are escaped as \xNN, \" and \\; bytes that are not UTF-8, the
 * controls of U+0080..9F, line separators and marks that turn the direction of writing as the
 * \xNN of their bytes. A line is cut at KITH_LOG_LINE_MAX.
 */
#ifndef KITH_NODE_LOG_H
#define KITH_NODE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"

#define KITH_LOG_LINE_MAX 4096

enum kith_log_level { KITH_LOG_ERROR, KITH_LOG_WARN, KITH_LOG_INFO, KITH_LOG_DEBUG };

struct kith_log {
	int fd;
	enum kith_log_level level;
	bool with_time;
	bool with_priority; /* "<6>" for the journal */
};

void kith_log_init(struct kith_log *log, int fd, enum kith_log_level level);

/* An enum kith_log_level, or -1: not a level's name. */
int kith_log_level_parse(const char *name);
const char *kith_log_level_name(enum kith_log_level level);

/*
 * A message, then pairs of a field's name and its value, all strings, so that the compiler checks
 * them:
 *
 *     kith_log(log, KITH_LOG_INFO, "listening", "host", host, "port", KITH_NUM(port));
 *
 * A NULL value is left out with its name. The values are not looked at when the level is not
 * logged.
 */
#define kith_log(log, level_, ...)                                                                 \
	do {                                                                                       \
		if ((level_) <= (log)->level)                                                      \
			kith_log_write((log), (level_), KITH_LOG_STRINGS(__VA_ARGS__),             \
				sizeof(KITH_LOG_STRINGS(__VA_ARGS__)) / sizeof(const char *));     \
	} while (0)
#define KITH_LOG_STRINGS(...) ((const char *const[]){__VA_ARGS__})

/* What kith_log() becomes: words[0] is the message, words[1] and [2] the first pair, … */
void kith_log_write(const struct kith_log *log, enum kith_log_level level,
	const char *const words[], size_t word_count);

/* Numbers and keys as strings that live as long as the block they are written in. */
#define KITH_NUM(n)      kith_num_format((n), (char[21]){0})
#define KITH_INT(n)      kith_int_format((n), (char[21]){0})
#define KITH_AUTHOR(key) kith_key_format(KITH_ID_AUTHOR, (key)->bytes, (char[KITH_ID_TEXT_MAX]){0})
#define KITH_NODE(key)   kith_key_format(KITH_ID_NODE, (key)->bytes, (char[KITH_ID_TEXT_MAX]){0})
const char *kith_num_format(uint64_t number, char out[21]);
const char *kith_int_format(int64_t number, char out[21]);
const char *kith_key_format(
	enum kith_id_type type, const uint8_t key[KITH_ID_LEN], char out[KITH_ID_TEXT_MAX]);

/* Appends value, escaped as above but not quoted, to the string in out (NUL-terminated, cut at
 * len, never inside an escape or a character); for other lines that people read. */
void kith_log_escape(const char *value, size_t value_len, char *out, size_t len);

/* The same, but quotes and backslashes stand for themselves: for a sentence, not for a value. */
void kith_log_tame(const char *text, size_t text_len, char *out, size_t len);

#endif
