/*
 * show_lang.h: a record as kith show prints it to a reader of some languages: its text in one of
 * them, a label that says who translated it, and what is not translated, marked.
 */
#ifndef KITH_CLI_SHOW_LANG_H
#define KITH_CLI_SHOW_LANG_H

#include "node/cli/cli.h"

/* What record.get says is to be shown, under the head of the record that was asked for. What the
 * translation lacks is there in the language of the original, and says so. To be released. */
json_t *kith_show_text(const json_t *result);

/* The lines of the label, one behind the other with newlines between them; none where a text is in
 * the language in which it was written and wanted. wishes are those that record.get was asked
 * with. */
void kith_show_label(
	struct kith_cli *cli, const json_t *result, const char *wishes, struct kith_str *out);

#endif
