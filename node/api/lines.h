/*
 * lines.h: bytes in, lines out, each of at most a given length. Of a longer one only that it was
 * too long is told, once, and its bytes are thrown away as they come.
 */
#ifndef KITH_NODE_API_LINES_H
#define KITH_NODE_API_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/bytes.h"

struct kith_lines {
	struct kith_buf in;
	size_t at;       /* up to here they were taken */
	size_t max;      /* longest line, without its newline */
	bool discarding; /* until the end of a line that was too long */
};

enum kith_line {
	KITH_LINE_NONE, /* not yet */
	KITH_LINE_WHOLE,
	KITH_LINE_TOO_LONG,
};

/* Holds one longest line and up to `ahead` bytes more, if next is called after each add. */
void kith_lines_init(struct kith_lines *lines, size_t max, size_t ahead);
void kith_lines_clear(struct kith_lines *lines);

void kith_lines_add(struct kith_lines *lines, const void *data, size_t len);
/* Bytes that were added and not yet taken. */
size_t kith_lines_left(const struct kith_lines *lines);

/* The next line without its newline; what was said of it dies with the next add or tidy. `ended`:
 * nothing follows, so that what is left is a line, too. */
enum kith_line kith_lines_next(
	struct kith_lines *lines, bool ended, const char **line, size_t *len);

/* Gives back the room of what was taken. */
void kith_lines_tidy(struct kith_lines *lines);

#endif
