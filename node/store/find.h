/*
 * find.h: what find.c gives the rest of the store. Private to store/.
 */
#ifndef KITH_NODE_STORE_FIND_H
#define KITH_NODE_STORE_FIND_H

#include "node/store/db.h"

/* Makes kith_rank() known to a connection. */
KITH_MUST_CHECK int kith_find_register(struct kith_reader *reader);

#endif
