/*
 * where.h: fields with a fixed list of values, as search is asked for them: "outcome=failed".
 *
 * Nothing here lists fields: those of a kind's own message and of Common that have an enum type can
 * be asked for, under the names they have in JSON.
 */
#ifndef KITH_NODE_STORE_WHERE_H
#define KITH_NODE_STORE_WHERE_H

#include <protobuf-c/protobuf-c.h>

#include "node/store/query.h"

/*
 * The field and the number that a where means, among records of this kind (0: of any; then only
 * fields of Common can be meant).
 *   KITH_E_RULE  there is none; problem (may be NULL) says so and what may be meant: field is
 *                "where.outcome"
 */
KITH_MUST_CHECK int kith_where_resolve(uint32_t kind, const struct kith_where *where,
	const ProtobufCFieldDescriptor **field, int *value, struct kith_problem *problem);

#endif
