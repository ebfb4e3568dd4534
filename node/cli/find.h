/*
 * find.h: searching and listing links, for the commands that do more with what they find.
 */
#ifndef KITH_CLI_FIND_H
#define KITH_CLI_FIND_H

#include "node/cli/cli.h"
#include "node/cli/table.h"

/* The arguments of record.find that the options and words stand for. 0, or an exit code. */
KITH_MUST_CHECK int kith_find_params(
	struct kith_cli *cli, const struct kith_args *args, json_t **out);

/* --limit, or otherwise. 0, or an exit code. */
KITH_MUST_CHECK int kith_limit(struct kith_cli *cli, long long otherwise, long long *out);

/* Asks page after page; visits up to limit records while visit() returns 0. Steals params.
 * *more: there would be further ones. 0, or an exit code. */
KITH_MUST_CHECK int kith_find_each(struct kith_cli *cli, json_t *params, long long limit,
	int (*visit)(void *ctx, const json_t *record), void *ctx, bool *more);

#define KITH_LINKS_COLUMNS 5
extern const struct kith_column kith_links_columns[KITH_LINKS_COLUMNS];
/* A row for each link as record.links lists them. */
void kith_links_add(struct kith_table *table, const json_t *links);

#endif
