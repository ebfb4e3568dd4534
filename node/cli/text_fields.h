/*
 * text_fields.h: the description of a kind's fields, as kith_kind_to_json() gives it, and single
 * values of these fields as text. For text_form.h, the mapping files of import, and the help on
 * kinds.
 */
#ifndef KITH_CLI_TEXT_FIELDS_H
#define KITH_CLI_TEXT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "node/cli/str.h"

/* The field of that name among the fields of a kind or object; NULL: none. */
json_t *kith_fields_find(const json_t *fields, const char *name, size_t len);
/* The field a dotted path leads to, e.g. "place.lat"; *canonical (may be NULL) gets its path as
 * in JSON. NULL: none, or a path through something that is no object, or through a list. */
json_t *kith_fields_walk(
	const json_t *fields, const char *path, size_t len, struct kith_str *canonical);
/* ", did you mean 'Title'?" for a name that is none of them, else "". */
void kith_fields_suggest(const json_t *fields, const char *name, size_t len, struct kith_str *out);

const char *kith_field_name(const json_t *field);
bool kith_field_has_type(const json_t *field, const char *type);
bool kith_field_is_list(const json_t *field);
bool kith_field_is_block(const json_t *field);        /* a text of several lines */
const json_t *kith_field_fields(const json_t *field); /* of an object */

/* One value from trimmed text. NULL: why says what is wanted. */
json_t *kith_field_value(
	const json_t *field, const char *text, size_t len, char *why, size_t why_len);
/* A value as text; the reverse. */
void kith_field_add_value(const json_t *value, struct kith_str *out);

/* A sentence on what may be written: "one of worked, mixed, failed", "at most 300 bytes". May
 * add nothing. */
void kith_field_add_rule(const json_t *field, struct kith_str *out);
/* What can be said of a link, "kept" first; NULL beyond the last. */
const char *kith_link_word(size_t i);

/* What the field is for, in the project's words; NULL where nothing is said. */
const char *kith_field_hint(const char *kind, const char *path);
/* Every such sentence, for the catalogues; NULL beyond the last. */
const char *kith_field_hint_at(size_t i);

#endif
