/*
 * rows.h: the rows of a file, one JSON object at a time, whatever the file is: CSV with a line of
 * headings, JSON lines, or GeoJSON.
 */
#ifndef KITH_CLI_ROWS_H
#define KITH_CLI_ROWS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "node/cli/csv.h"
#include "node/cli/geojson.h"
#include "node/cli/mapping.h"

#define KITH_ROW_MAX_BYTES (4u << 20)

struct kith_rows {
	FILE *file; /* borrowed */
	enum kith_rows_format format;
	size_t number; /* of the row read last, from 1, without headings */
	size_t line;   /* where it begins in the file, from 1 */

	struct kith_csv csv;
	json_t *headings;
	struct kith_str text; /* a line of JSON */
	size_t text_line;
	uint64_t text_bytes;

	struct kith_geojson geojson;
};

/* format and delimiter as a mapping file has them. KITH_E_MALFORMED, KITH_E_IO with why. */
KITH_MUST_CHECK int kith_rows_open(struct kith_rows *rows, FILE *file, enum kith_rows_format format,
	char delimiter, char *why, size_t why_len);
void kith_rows_close(struct kith_rows *rows);

/* The next row, to be released. KITH_E_NOT_FOUND: the end. KITH_E_MALFORMED: this row is not
 * readable, the next may be. Any other error ends the reading. why is filled but at the end. */
KITH_MUST_CHECK int kith_rows_next(struct kith_rows *rows, json_t **row, char *why, size_t why_len);

/* How far it is, in bytes. */
uint64_t kith_rows_bytes(const struct kith_rows *rows);

#endif
