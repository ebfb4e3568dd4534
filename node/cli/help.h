/*
 * help.h: what --help and `kith help` print, and the completion scripts, all from the tables:
 * commands, the schemas of the API, the descriptions of record kinds.
 */
#ifndef KITH_CLI_HELP_H
#define KITH_CLI_HELP_H

#include "node/cli/cli.h"

/* Each returns an exit status. */
int kith_help_all(struct kith_cli *cli, FILE *file);
int kith_help_command(struct kith_cli *cli, const struct kith_command *command);

/* help_method.c: schema is the whole file of the method. */
void kith_help_method(struct kith_cli *cli, const json_t *schema);

/* ---- how help is laid out ------------------------------------------------------------------ */

/* Columns to fill: the terminal's, but no more than are pleasant to read. */
size_t kith_help_width(const struct kith_cli *cli);
/* "  left      right", the right side from `column` on and wrapped under itself. */
void kith_help_add_pair(
	struct kith_str *out, const char *left, const char *right, size_t column, size_t width);

/* complete.c: the script for "bash" or "zsh"; false: no such shell. */
bool kith_completion(const char *shell, struct kith_str *out);

#endif
