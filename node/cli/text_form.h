/*
 * text_form.h: records as people write them in an editor (kith(1), section "Text form").
 *
 *     Kind: practice
 *     Lang: en
 *     Title: A pharmacy that costs nothing
 *     Place: Kavala, GR
 *     Tags: health, solidarity
 *     Link: adapts 3f2a9c
 *     Link-why: we have no port, but the same need
 *
 *     ## Problem
 *     People without insurance went without medicine.
 *
 *     ## Steps
 *     - Collect what is left over.
 *     - Let a pharmacist check it.
 *
 *     ## Conditions
 *     ### Legal
 *     A permit of the region.
 *
 * Header lines name fields of the kind; a line that begins with white space continues the one
 * before ("." alone stands for an empty line). After an empty line follow sections. Which fields
 * there are, and of what type, is read from kith_kind_to_json(), so that a new kind has its text
 * form at once. Any field may stand in either part. Names ignore case, and '-', '_' and ' ' are
 * one. Fields inside others are named with a dot ("Place.lat") or, in sections, by "###" headings
 * and "Name: value" lines; the section of a list of such things is repeated for each. "Place:
 * Kavala, GR" and "Time: 2014..2017" are short for their parts. Lines that are "#" or begin with "#
 * " are comments. A text line that would be taken for a comment or heading has a backslash before
 * the "#".
 *
 * Texts are as written, but for white space at their ends and the ends of lines.
 */
#ifndef KITH_CLI_TEXT_FORM_H
#define KITH_CLI_TEXT_FORM_H

#include <stddef.h>

#include <jansson.h>

#include "keys/error.h"
#include "node/cli/str.h"

/* What is wrong, and in which line (from 1; 0: the whole). */
struct kith_text_error {
	size_t line;
	char why[320];
};

struct kith_text_form {
	json_t *draft; /* as record.publish takes it */
	json_t *lines; /* "title", "place.country", "links[0]" -> the line that says it */
};

/* Reads the text form into a new draft. KITH_E_MALFORMED; KITH_E_NOT_FOUND for a kind that is none.
 * Values are converted; whether they are allowed is for the node to say. */
KITH_MUST_CHECK int kith_text_form_parse(
	const char *text, size_t len, struct kith_text_form *out, struct kith_text_error *error);
void kith_text_form_clear(struct kith_text_form *form);

/* The line of the field that a complaint names ("body.place.country", "tags[3]"); 0: not in the
 * text. */
size_t kith_text_form_line(const struct kith_text_form *form, const char *field);

/* Writes a record or draft; false when its kind is unknown or its body erased. */
bool kith_text_form_format(const json_t *record, struct kith_str *out);

/* What `kith new` begins with: every field of the kind with an explanation, filled in where
 * draft (may be NULL) has something to say. False: no such kind. */
bool kith_text_form_template(
	const char *kind, const char *lang, const json_t *draft, struct kith_str *out);

#endif
