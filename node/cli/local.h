/*
 * local.h: what the command knows of the home and of records without asking the node.
 */
#ifndef KITH_CLI_LOCAL_H
#define KITH_CLI_LOCAL_H

#include "node/address.h"
#include "node/cli/cli.h"
#include "node/keyring.h"
#include "protocol/record.h"

/* Holds a draft to the rules of records, by signing it with a key made for this moment and
 * thrown away. Whether the targets of its links are known is for the node to say. */
KITH_MUST_CHECK int kith_local_check(
	const json_t *draft, const char *lang, struct kith_problem *problem);

/* What a home says of itself. */
struct kith_local_id {
	struct kith_config config;
	struct kith_keyfile_info author, node, recovery;
	bool has_recovery; /* its file is still in the home */
	bool has_address;  /* it listens, so partners can call it */
	bool host_is_guess;
	char address[KITH_ADDRESS_MAX];
};
/* Complains and returns an exit code. */
int kith_local_id(struct kith_cli *cli, struct kith_local_id *out);

#endif
