/*
 * editor.h: a text in the editor of the user.
 */
#ifndef KITH_CLI_EDITOR_H
#define KITH_CLI_EDITOR_H

#include "node/cli/cli.h"

/* Both complain and return an exit code. */

/* Writes the text into a new file of mode 0600; whoever asked for it removes it. */
KITH_MUST_CHECK int kith_editor_begin(
	struct kith_cli *cli, const struct kith_str *text, char path[KITH_PATH_MAX]);
/* Opens $VISUAL, $EDITOR or vi on it, and returns when that has ended. */
KITH_MUST_CHECK int kith_editor_run(struct kith_cli *cli, const char *path);

#endif
