/*
 * show_state.h: what follows for a record from others, in lines for people: versions, stances with
 * every reason, signatures, answers, agreements, translations.
 */
#ifndef KITH_CLI_SHOW_STATE_H
#define KITH_CLI_SHOW_STATE_H

#include "node/cli/cli.h"

/* Asks the node (record.state) and adds an indented line for each thing; nothing where nothing
 * follows. 0, or an exit code. */
KITH_MUST_CHECK int kith_show_state(
	struct kith_cli *cli, const char *id, size_t width, struct kith_str *out);

#endif
