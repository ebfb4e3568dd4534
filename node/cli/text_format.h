/*
 * text_format.h: the parts of writing the text form that the template shares. Internal to text_*.c.
 */
#ifndef KITH_CLI_TEXT_FORMAT_H
#define KITH_CLI_TEXT_FORMAT_H

#include "node/cli/text_fields.h"

/* "Recovery-key" for recovery_key; parts keep their dots: "Place.lat". */
void kith_text_add_name(struct kith_str *out, const char *path);

/* The short form of a place or time; false when there is none for it, or its parts must be said
 * one by one. *said is the set of names it covers, each followed by a blank. */
bool kith_text_add_short(
	struct kith_str *out, const json_t *field, const json_t *value, const char **said);

/* Does a value of this field stand in the header, when it is this one? (NULL: when there is
 * none.) */
bool kith_text_is_header(const json_t *field, const json_t *value);

/* "Name: value" of a field that is no object; the value may have several lines. */
void kith_text_add_entry(struct kith_str *out, const char *path, const json_t *value);
/* What stands under the heading of a field that is no object. */
void kith_text_add_content(struct kith_str *out, const json_t *field, const json_t *value);
/* A section for each entry of a list of objects. */
void kith_text_add_items(struct kith_str *out, const json_t *field, const json_t *list);
/* "Link: …" and what is said of the links. */
void kith_text_add_links(struct kith_str *out, const json_t *links);

#endif
