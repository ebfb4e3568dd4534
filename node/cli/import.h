/*
 * import.h: rows on their way to the node, in batches; what became of each is counted.
 *
 * One batch at a time is held, and of rows that are grouped the whole file. The node answers a
 * batch once it is on disk, so whatever was counted as new stays, and running an interrupted import
 * again passes over it by its source.
 */
#ifndef KITH_CLI_IMPORT_H
#define KITH_CLI_IMPORT_H

#include "node/cli/ask.h"
#include "node/cli/progress.h"
#include "node/cli/rows.h"
#include "node/cli/tidy.h"

#define KITH_IMPORT_BATCH_RECORDS 250u
#define KITH_IMPORT_BATCH_BYTES   (512u << 10) /* of JSON; a line of the API is at most 1 MiB */

struct kith_import {
	struct kith_cli *cli;
	const struct kith_mapping *mapping; /* NULL: lines are drafts or exported records */
	bool dry_run, keep_personal;

	/* what became of them */
	size_t made, there, refused;
	struct kith_tidied tidied;
	json_t *first; /* draft of the first record, to be shown by a dry run */

	/* the batch */
	json_t *drafts, *envelopes; /* arrays; one of them is empty */
	json_t *places;             /* for each: [row, line] */
	size_t bytes;
	json_t *sources; /* in the batch, so that what a table holds twice is published once */
};

void kith_import_init(struct kith_import *import, struct kith_cli *cli);
void kith_import_clear(struct kith_import *import);

/* Each returns 0 or an exit code that ends the import; a row that is refused does not. */

/* A record out of some rows; where says the first of them: [row, line]. */
KITH_MUST_CHECK int kith_import_rows(
	struct kith_import *import, json_t *rows, size_t row, size_t line);
/* Notes a row that could not even be read. */
void kith_import_refuse(
	struct kith_import *import, size_t row, size_t line, const char *field, const char *rule);
/* Publishes what is gathered. */
KITH_MUST_CHECK int kith_import_flush(struct kith_import *import);

#endif
