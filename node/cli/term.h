/*
 * term.h: what reaches a person's terminal, and how wide it is.
 *
 * Text from records, partners and files may hold anything. Whatever is shown to people goes through
 * kith_safe_add(), which leaves no C0 or C1 control, no DEL, no bidirectional control and no broken
 * UTF-8 in it (SECURITY rows 19 and 20): they appear as \xNN or \uNNNN. Colour is used on a
 * terminal only, and never when NO_COLOR is set (no-color.org) or TERM is "dumb".
 */
#ifndef KITH_CLI_TERM_H
#define KITH_CLI_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "node/cli/str.h"

struct kith_term {
	FILE *file;
	bool tty;
	bool colour;
	size_t width; /* columns; 80 when it is not a terminal */
};

void kith_term_init(struct kith_term *term, FILE *file);

enum kith_style {
	KITH_PLAIN,
	KITH_BOLD,
	KITH_DIM,
	KITH_RED,
	KITH_GREEN,
	KITH_YELLOW,
	KITH_CYAN,
};

/* Appends text, made safe, in the style if the terminal has colours. */
void kith_style_add(struct kith_str *out, const struct kith_term *term, enum kith_style style,
	const char *text);

enum kith_safe {
	KITH_SAFE_LINE,  /* newline and tab are shown as \n and \t */
	KITH_SAFE_BLOCK, /* newline and tab stay */
};
void kith_safe_add(struct kith_str *out, const char *text, size_t len, enum kith_safe how);
/* The same as one value to be freed. */
char *kith_safe(const char *text);

/* JSON as one line, with what a terminal must not get written as \uNNNN. */
void kith_json_add(struct kith_str *out, const json_t *value);

/* Is this what nobody should be sent unseen: controls, and marks that turn the direction of
 * writing? */
bool kith_is_control(int32_t codepoint);

/* Columns that safe text takes on a terminal. */
size_t kith_columns(const char *text, size_t len);
/* Appends at most `columns` columns of safe text; what was cut ends in "…". */
void kith_add_cut(struct kith_str *out, const char *text, size_t columns);
/* Appends spaces until the last line of out, which began at byte `from`, is `columns` wide. */
void kith_add_pad(struct kith_str *out, size_t from, size_t columns);
/* Appends text (made safe) as paragraphs broken at words: each line indented, none wider than width
 * unless a word is. Ends in a newline unless text is empty. */
void kith_add_wrapped(struct kith_str *out, const char *text, size_t indent, size_t width);

/* Texts are Markdown: a line break within a paragraph becomes a space, unless the next line begins
 * a list item, a quotation or a heading, or is indented. Changes the text. */
void kith_join_lines(char *text);

/* "just now", "5 min ago", "3 h ago", "2 days ago"; both in ms since 1970. */
void kith_add_ago(struct kith_str *out, int64_t then_ms, int64_t now_ms);
/* "512 B", "1.4 KiB", "3.0 MiB", … */
void kith_add_bytes(struct kith_str *out, uint64_t bytes);
/* Milliseconds since 1970, now. */
int64_t kith_wall_ms(void);

#endif
