/*
 * view.h: the database as protocol/domain/ sees it.
 *
 * Every step goes by an index: a record by the head of its id, what links to it by (target, type).
 * A walk that takes longer than KITH_QUERY_MS ends with KITH_E_TIMEOUT.
 */
#ifndef KITH_NODE_STORE_VIEW_H
#define KITH_NODE_STORE_VIEW_H

#include "node/store/query.h"
#include "protocol/domain/view.h"

/* Lives as long as the reader, or the writer within its transaction. Visitors may ask the reader
 * other questions, but not the view. */
struct kith_view kith_store_view(struct kith_reader *reader);

#endif
