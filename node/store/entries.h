/*
 * entries.h: docids, the order in which people read. Private to store/.
 *
 * A docid is created_ms * 2^20 + slot, so that walking down the docids walks back in time, and
 * full text indexed under docids comes newest first without sorting. Which slot of its
 * millisecond a record gets is up to the bits of its id; when that one is taken, others follow in
 * an order that depends on the id alone, so that the docid of a record can be found again.
 * Entries are never removed.
 */
#ifndef KITH_NODE_STORE_ENTRIES_H
#define KITH_NODE_STORE_ENTRIES_H

#include "node/store/db.h"
#include "protocol/set.h"

/* The first docid of a millisecond, and of everything after it. Times beyond the year 2248, which
 * only a broken clock or a joker writes, share the last one. */
int64_t kith_entry_floor(uint64_t created_ms);

/* Where a record stands if nobody was in its way. */
int64_t kith_entry_home(const struct kith_item *item);

/* A place as an item, for those who go on from there: no record's, whose id would have 236
 * zeros. */
struct kith_item kith_entry_place(int64_t docid);
bool kith_entry_is_place(const struct kith_item *item);

/* Gives the record a docid. KITH_E_TOO_LARGE when its time is too crowded. */
KITH_MUST_CHECK int kith_entry_add(
	struct kith_reader *writer, const struct kith_item *item, uint64_t seq, int64_t *docid);

/* Finds it again. KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_entry_find(
	struct kith_reader *reader, const struct kith_item *item, uint64_t seq, int64_t *docid);

#endif
