/*
 * text_lines.h: the text form cut into its header entries and sections, before anything is known of
 * kinds. Internal to text_*.c.
 */
#ifndef KITH_CLI_TEXT_LINES_H
#define KITH_CLI_TEXT_LINES_H

#include "node/cli/text_form.h"

/* "Name: value", with its further lines joined by newlines. */
struct kith_text_entry {
	char *name, *value;
	size_t line;
};

/* "## Name" and what stands under it: trimmed, comments gone, backslashes before '#' still
 * there. */
struct kith_text_section {
	char *name, *text;
	size_t line;      /* of the heading */
	size_t text_line; /* of the first line of text */
};

struct kith_text_lines {
	struct kith_text_entry *entries;
	size_t entry_count;
	struct kith_text_section *sections;
	size_t section_count;
};

/* KITH_E_MALFORMED. */
KITH_MUST_CHECK int kith_text_lines_read(
	const char *text, size_t len, struct kith_text_lines *out, struct kith_text_error *error);
void kith_text_lines_clear(struct kith_text_lines *lines);

/* ---- single lines, for sections ------------------------------------------------------------ */

struct kith_line {
	const char *text;
	size_t len; /* without the end of line and white space before it */
	bool blank, comment;
	size_t heading; /* number of '#' of "## x" and "### x", else 0 */
};

/* Takes the next line off the text; false at the end. */
bool kith_line_next(const char **text, size_t *len, struct kith_line *out);
/* Splits "Name: value"; false when it is no such line. The value is trimmed. */
bool kith_line_split(
	const struct kith_line *line, size_t *name_len, const char **value, size_t *value_len);
/* Appends a line of text with one backslash before '#' taken away, where one protects it. */
void kith_line_add_plain(struct kith_str *out, const char *text, size_t len);
/* The reverse: appends a line of text, protected where it would be read as something else. */
void kith_line_add_protected(struct kith_str *out, const char *text, size_t len);

#endif
