/*
 * text_parse.h: the parts of reading the text form, from the whole (text_parse.c) over the fields
 * and their parts (text_objects.c) to single values (text_values.c). Internal to text_*.c.
 */
#ifndef KITH_CLI_TEXT_PARSE_H
#define KITH_CLI_TEXT_PARSE_H

#include "node/cli/text_fields.h"
#include "node/cli/text_form.h"
#include "node/cli/text_lines.h"

struct kith_parse {
	struct kith_text_lines lines;
	json_t *kind; /* kith_kind_to_json() */
	json_t *body; /* what was read so far */
	struct kith_text_form *out;
	struct kith_text_error *error;
};

/* One thing that is said: a name as typed, and the text after it. */
struct kith_saying {
	const char *name;
	size_t name_len;
	const char *text; /* ends in NUL only where it ends the entry or section */
	size_t text_len;
	size_t line;
	bool is_section;
};

/* Fills the error and returns KITH_E_MALFORMED. */
KITH_MUST_CHECK int kith_parse_wrong(struct kith_parse *parse, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void kith_parse_note_line(struct kith_parse *parse, const char *path, size_t line);

/* text_objects.c: a field of an object by its typed name, which may lead through further objects
 * by dots. what: whose fields they are, for complaints; path: where the object stands in the
 * body. */
KITH_MUST_CHECK int kith_parse_put_named(struct kith_parse *parse, const json_t *fields,
	const char *what, json_t *object, const char *path, const struct kith_saying *saying);
/* A template's headings without text under them say nothing. */
void kith_parse_prune(json_t *object);

/* text_values.c: the value or values of a field that is no object; nothing when the text is
 * empty. */
KITH_MUST_CHECK int kith_parse_put_values(struct kith_parse *parse, const json_t *field,
	json_t *object, const struct kith_saying *saying);
KITH_MUST_CHECK int kith_parse_put_one(struct kith_parse *parse, const json_t *field,
	json_t *object, const char *text, size_t len, size_t line);

#endif
