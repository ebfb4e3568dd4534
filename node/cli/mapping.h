/*
 * mapping.h: how rows of somebody else's table become records; kith(1), section "Mapping files".
 *
 *     # One initiative for each network: the rows that share its name.
 *     [input]
 *     delimiter = semicolon
 *     decimal   = comma
 *     missing   = NA, -
 *     group     = {network}
 *
 *     [record]
 *     kind         = initiative
 *     lang         = en
 *     title        = {network}
 *     form         = network
 *     summary      = {city|unique|count} cities, led by {city|where role = Lead Partner}.
 *     place.name   = {city|where role = Lead Partner}
 *     time.start   = {start}
 *     participants = {city}, {country|map countries}
 *     source.url   = https://example.org/networks
 *     source.id    = {network}
 *
 *     [map countries]
 *     UK = GB
 *
 * Left of '=' stand kind, lang, circle, and fields of the kind as in JSON, parts after a dot. Right
 * of it text with picks in braces (pick.h). A text in which a pick finds nothing counts as not
 * said. Of a field that is said several times the first that says something counts; a list gets the
 * values of all, each once. A line that begins with white space continues the one before.
 */
#ifndef KITH_CLI_MAPPING_H
#define KITH_CLI_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "keys/error.h"
#include "node/cli/text_form.h"

struct kith_pick_text;

enum kith_rows_format { KITH_ROWS_DETECT, KITH_ROWS_CSV, KITH_ROWS_JSON, KITH_ROWS_GEOJSON };

/* "name = text" of [record]. */
struct kith_mapping_rule {
	const json_t *field; /* NULL: lang or circle */
	char *path;          /* as in JSON */
	struct kith_pick_text *text;
};

struct kith_mapping {
	enum kith_rows_format format;
	char delimiter; /* 0: to be detected */
	bool decimal_comma;
	json_t *missing;              /* texts that count as empty */
	json_t *maps;                 /* name -> {from: to} */
	json_t *kind;                 /* kith_kind_to_json() */
	struct kith_pick_text *group; /* NULL: each row makes a record */
	struct kith_mapping_rule *rules;
	size_t rule_count;
};

/* Reads a mapping file. KITH_E_MALFORMED; error has the line. */
KITH_MUST_CHECK int kith_mapping_parse(
	const char *text, size_t len, struct kith_mapping **out, struct kith_text_error *error);
void kith_mapping_free(struct kith_mapping *mapping);

const char *kith_mapping_kind(const struct kith_mapping *mapping);

/* What rows of one record have in common; empty: this row belongs to none. */
void kith_mapping_group_of(const struct kith_mapping *mapping, json_t *row, struct kith_str *out);

/* A draft out of an array of rows (one, or a group), each an object. KITH_E_MALFORMED: a value
 * is not what its field wants; why names the field. */
KITH_MUST_CHECK int kith_mapping_apply(const struct kith_mapping *mapping, json_t *rows,
	json_t **draft, char *why, size_t why_len);

#endif
