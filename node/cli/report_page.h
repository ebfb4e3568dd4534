/*
 * report_page.h: reports (node/report/report.h) as pages to read.
 */
#ifndef KITH_CLI_REPORT_PAGE_H
#define KITH_CLI_REPORT_PAGE_H

#include "node/cli/cli.h"

/* Asks report.NAME (steals params; NULL: none) and prints it, with --json as it came. 0, or an
 * exit code. */
KITH_MUST_CHECK int kith_report_run(struct kith_cli *cli, const char *name, json_t *params);

/* Asks only; *page is to be released. */
KITH_MUST_CHECK int kith_report_ask(
	struct kith_cli *cli, const char *name, json_t *params, json_t **page);

/* Prints a page that was asked for. */
void kith_report_print(struct kith_cli *cli, const json_t *page);
/* The first section above the others, and these side by side, where there is room for it. */
void kith_report_print_columns(struct kith_cli *cli, const json_t *page);

#endif
