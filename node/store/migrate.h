/*
 * migrate.h: brings a database to the schema of this build. Private to store/.
 */
#ifndef KITH_NODE_STORE_MIGRATE_H
#define KITH_NODE_STORE_MIGRATE_H

#include "node/store/db.h"

#define KITH_SCHEMA_VERSION     1 /* PRAGMA user_version; a step in migrate.c for each increase */
#define KITH_PROJECTION_VERSION 3 /* increase when index.c or fold.c give other rows or words */

/*
 * Creates the schema in an empty file, checks what is there, migrates what is older, and empties a
 * projection of another version, so that it is filled again. why says what is wrong and what to do.
 *   KITH_E_CORRUPT, KITH_E_UNKNOWN_VERSION, and what SQLite meets
 */
KITH_MUST_CHECK int kith_schema_prepare(
	struct kith_reader *writer, const char *path, bool quick_check, char *why, size_t why_len);

/* A sentence for a person: what is wrong with the file at path, and what to do. */
void kith_schema_explain(int err, const char *path, const char *found, char *why, size_t why_len);

/* kith_change_reindex() of query.h is here as well. */

#endif
