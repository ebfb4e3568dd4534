/*
 * pick.h: the right side of a mapping: text with picks in braces.
 *
 *     {city}                      the cell of a column, or a member of a JSON object
 *     {organizations.name}        a member of members; lists on the way are gone through
 *     {SDGs[][0]}                 [] goes through a list, [0] takes its first
 *     {"a column | with signs"}   a name in quotes is taken as it stands
 *     {website // repository}     the second where the first finds nothing
 *     {country|map countries}     filters, from left to right (filter.c)
 *     {{ and }}                   braces
 *
 * A pick finds any number of values, each in one row of the group. For a field of one value the
 * text is made with the first of each pick; for a list, once for each row, item and value: what is
 * picked out of the same item of a list stays together.
 */
#ifndef KITH_CLI_PICK_H
#define KITH_CLI_PICK_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "keys/error.h"
#include "node/cli/str.h"

/* ---- values -------------------------------------------------------------------------------- */

struct kith_values {
	struct kith_value {
		char *text;
		size_t row;  /* KITH_ROW_ALL: said of the group as a whole */
		size_t item; /* of the outermost list that was gone through; KITH_ITEM_NONE */
	} * list;
	size_t count, room;
};
#define KITH_ROW_ALL   ((size_t)-1)
#define KITH_ITEM_NONE ((size_t)-1)

/* A value of the same row and item as another (like), or if that is NULL of the group as a whole.
 * Trimmed; what is empty then is not added. */
void kith_values_add(
	struct kith_values *values, const char *text, size_t len, const struct kith_value *like);
void kith_values_clear(struct kith_values *values);

/* ---- what picks look at -------------------------------------------------------------------- */

struct kith_pick_context {
	json_t *rows;          /* array of objects */
	const json_t *missing; /* array of texts that count as empty; may be NULL */
	const json_t *maps;    /* name -> {from: to}; may be NULL */
};

/* The values at a path in one row: trimmed, without those that are missing. */
void kith_path_collect(const struct kith_pick_context *context, const char *path, size_t row,
	struct kith_values *out);

/* ---- filters ------------------------------------------------------------------------------- */

struct kith_filter {
	const char *name;
	bool wants_argument;
	/* Replaces *values. */
	void (*apply)(const struct kith_pick_context *context, const char *argument,
		struct kith_values *values);
};
/* In alphabetical order; NULL beyond the last. */
const struct kith_filter *kith_filter_at(size_t i);

/* ---- texts --------------------------------------------------------------------------------- */

#define KITH_PICK_FILTERS_MAX 8

/* What stands between braces. */
struct kith_pick {
	char **paths; /* the second stands in where the first finds nothing, and so on */
	size_t path_count;
	struct {
		const struct kith_filter *filter;
		char *argument;
	} filters[KITH_PICK_FILTERS_MAX];
	size_t filter_count;
};

struct kith_part {
	char *text; /* NULL: a pick */
	struct kith_pick pick;
};

struct kith_pick_text {
	struct kith_part *parts;
	size_t count;
};

/* pick_parse.c: KITH_E_MALFORMED with why. maps: those of the file, to which a filter may refer. */
KITH_MUST_CHECK int kith_pick_text_parse(const char *text, const json_t *maps,
	struct kith_pick_text **out, char *why, size_t why_len);
void kith_pick_text_free(struct kith_pick_text *text);

/* The text with the first value of each pick; false when one finds nothing. */
bool kith_pick_text_one(const struct kith_pick_text *text, const struct kith_pick_context *context,
	struct kith_str *out);
/* Each text that can be made, in the order of rows, none twice. */
void kith_pick_text_all(const struct kith_pick_text *text, const struct kith_pick_context *context,
	struct kith_values *out);

#endif
