/* lines.c: see lines.h. */
#include "node/api/lines.h"

#include <string.h>

#include "node/api/outbox.h"

void kith_lines_init(struct kith_lines *lines, size_t max, size_t ahead)
{
	*lines = (struct kith_lines){.max = max};
	kith_buf_init(&lines->in, max + 1 + ahead);
}

void kith_lines_clear(struct kith_lines *lines)
{
	kith_buf_clear(&lines->in);
}

void kith_lines_add(struct kith_lines *lines, const void *data, size_t len)
{
	kith_write(&lines->in, data, len);
}

size_t kith_lines_left(const struct kith_lines *lines)
{
	return lines->in.len - lines->at;
}

/* What has come of a line so far, its end not yet being there. */
static enum kith_line hold(struct kith_lines *lines)
{
	bool was_told = lines->discarding;

	if (!was_told && kith_lines_left(lines) <= lines->max)
		return KITH_LINE_NONE;
	lines->discarding = true;
	lines->at = lines->in.len;
	return was_told ? KITH_LINE_NONE : KITH_LINE_TOO_LONG;
}

static enum kith_line take(struct kith_lines *lines, bool ended, const char **line, size_t *len)
{
	const char *start = (const char *)lines->in.data + lines->at;
	size_t left = kith_lines_left(lines);
	const char *end = memchr(start, '\n', left);

	if (!end && !ended)
		return hold(lines);
	*line = start;
	*len = end ? (size_t)(end - start) : left;
	lines->at += *len + (end != NULL);
	return *len > lines->max ? KITH_LINE_TOO_LONG : KITH_LINE_WHOLE;
}

enum kith_line kith_lines_next(struct kith_lines *lines, bool ended, const char **line, size_t *len)
{
	while (kith_lines_left(lines) > 0) {
		bool rest = lines->discarding;
		enum kith_line found = take(lines, ended, line, len);

		if (found == KITH_LINE_NONE || !rest)
			return found;
		lines->discarding = false; /* the end of the long one */
	}
	return KITH_LINE_NONE;
}

void kith_lines_tidy(struct kith_lines *lines)
{
	if (lines->at == lines->in.len)
		kith_outbox_tidy(&lines->in);
	else
		kith_buf_consume(&lines->in, lines->at);
	lines->at = 0;
}
