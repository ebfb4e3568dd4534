/*
 * log.h: logfmt on standard error, one event a line, nothing a peer sends can break out of its value.
 *
 *     ts=2026-05-01T10:00:00.123Z level=info msg="partner connected" partner=author_… remote=10.0.0.7:7476
 *
 * Under systemd (JOURNAL_STREAM set) the time is left out. Control bytes, quotes and backslashes in
 * values are escaped as \xNN, \" and \\; bytes that are not UTF-8 as \xNN.
 */
#ifndef KITH_NODE_LOG_H
#define KITH_NODE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kith_log_level { KITH_LOG_ERROR, KITH_LOG_WARN, KITH_LOG_INFO, KITH_LOG_DEBUG };

struct kith_log {
	int fd;
	enum kith_log_level level;
	bool with_time;
};

void kith_log_init(struct kith_log *log, int fd, enum kith_log_level level);
/* -1: not a level's name. */
int kith_log_level_parse(const char *name);

/* Fields are pairs of name and printf format with its argument, ended by NULL; names are literals:
 *     kith_log(log, KITH_LOG_INFO, "listening", "port", "%u", 7476u, "host", "%s", host, NULL); */
void kith_log(struct kith_log *log, enum kith_log_level level, const char *msg, ...);

/* Appends one escaped value to out (NUL-terminated, cut at len); for other lines that people read. */
void kith_log_escape(const char *value, size_t value_len, char *out, size_t len);

#endif
