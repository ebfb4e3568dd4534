/*
 * geojson.h: the features of a GeoJSON file (RFC 7946), one at a time; a file of any size in the
 * memory of its largest feature. Features that follow each other without a collection around them
 * (RFC 8142 without its separators, or one a line) are read as well.
 *
 * A feature becomes a row: the members of "properties", and beside them
 *     @id       its id
 *     @geometry the type of its geometry, such as Point
 *     @lat @lon decimal degrees: of a point itself, else the middle of the box around it
 */
#ifndef KITH_CLI_GEOJSON_H
#define KITH_CLI_GEOJSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "keys/error.h"
#include "node/cli/str.h"

struct kith_geojson {
	FILE *file; /* borrowed */
	struct kith_str text;
	uint64_t bytes;
	size_t line;      /* where the reading is, from 1 */
	size_t row_line;  /* where the feature read last begins */
	bool in_features; /* the file is a collection, and its list is open */
	bool ended;
};

void kith_geojson_init(struct kith_geojson *geojson, FILE *file);
void kith_geojson_clear(struct kith_geojson *geojson);

/* The next feature as a row, to be released. KITH_E_NOT_FOUND: the end. KITH_E_MALFORMED: this
 * feature is of no use, the next may be. KITH_E_IO: nothing more can be read. why is filled but at
 * the end. */
KITH_MUST_CHECK int kith_geojson_next(
	struct kith_geojson *geojson, json_t **row, char *why, size_t why_len);

#endif
