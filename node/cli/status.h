/*
 * status.h: the state of partners in words.
 */
#ifndef KITH_CLI_STATUS_H
#define KITH_CLI_STATUS_H

#include "node/cli/cli.h"

/* A table of partners as partner.list and sync.status give them. */
void kith_partners_print(struct kith_cli *cli, const json_t *partners);

/* wait.c: asks until every partner that is not paused is in step, and shows how far it is. 0, or
 * after a complaint an exit code. */
KITH_MUST_CHECK int kith_wait_in_step(struct kith_cli *cli);

#endif
