/*
 * keyed.h: sums of a set's ranges over keyed hashes of the ids, made by a scan. For the keyed
 * audit.
 *
 * The tree's own sums (set.h) add up the ids themselves, which whoever makes records can choose.
 * Here each id stands for BLAKE2b-256(key, id), as a little-endian number: nobody who does not
 * know the key can choose those. The tree cannot keep such sums, for there is a key for each
 * connection, so they are made by a scan in slices and kept for blocks of about KITH_KEYED_BLOCK
 * items in the order of the set; a range is summed from whole blocks and what is left over at its
 * ends.
 *
 *   K1  The blocks cover the items before `scanned`, in order, each once; a block's sum and count
 *       are those of its items.
 *   K2  No block holds more than 4 * KITH_KEYED_BLOCK items, so an end costs at most so many
 *       hashes.
 *
 * The set may grow meanwhile; kith_keyed_inserted() must be told of every item before the next
 * call. A set never shrinks. Memory: 40 bytes a block, about 3 % of the set's own.
 */
#ifndef KITH_PROTOCOL_KEYED_H
#define KITH_PROTOCOL_KEYED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/session.h"
#include "protocol/set.h"

#define KITH_KEYED_BLOCK 32

struct kith_keyed;

/* The set is borrowed. NULL: no memory. Nothing is scanned yet. */
struct kith_keyed *kith_keyed_new(const struct kith_set *set);
void kith_keyed_free(struct kith_keyed *keyed);

/* Goes on with the scan by at most `most` items. KITH_E_NOMEM: it may be tried again. */
KITH_MUST_CHECK int kith_keyed_scan(
	struct kith_keyed *keyed, const uint8_t key[KITH_AUDIT_KEY_LEN], size_t most);
bool kith_keyed_done(const struct kith_keyed *keyed);

/* The item is in the set since just now. KITH_E_NOMEM: the sums are of no use any more. */
KITH_MUST_CHECK int kith_keyed_inserted(struct kith_keyed *keyed,
	const uint8_t key[KITH_AUDIT_KEY_LEN], const struct kith_item *item);

/* The sum of the items with begin <= index < end; once done. Neighbouring ranges in order are
 * cheapest. */
struct kith_sum kith_keyed_sum(
	struct kith_keyed *keyed, const uint8_t key[KITH_AUDIT_KEY_LEN], size_t begin, size_t end);

size_t kith_keyed_memory_bytes(const struct kith_keyed *keyed);

#endif
