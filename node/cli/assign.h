/*
 * assign.h: fields of a draft said on the command line: --set FIELD=VALUE.
 */
#ifndef KITH_CLI_ASSIGN_H
#define KITH_CLI_ASSIGN_H

#include "node/cli/cli.h"

/*
 * Puts a value into a draft of that kind: "title=…", "place.country=GR", "clauses[1].who=…". A list
 * gets one more entry each time. "link.why=…" is about the last of its links. What is said the
 * first time takes the place of what the draft had. said is an object that remembers it, empty at
 * first. Complains and returns an exit code.
 */
KITH_MUST_CHECK int kith_assign(struct kith_cli *cli, const char *kind, json_t *draft, json_t *said,
	const char *assignment);

#endif
