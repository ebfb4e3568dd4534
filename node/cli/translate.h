/*
 * translate.h: what kith translate begins with.
 */
#ifndef KITH_CLI_TRANSLATE_H
#define KITH_CLI_TRANSLATE_H

#include "node/cli/cli.h"

/*
 * Fills a draft that has a link to the record already: the method of the link, and the body of the
 * record, with its text to write over, or without. Complains and returns an exit code.
 */
KITH_MUST_CHECK int kith_translate_begin(
	struct kith_cli *cli, const json_t *record, bool with_text, json_t *draft);

#endif
