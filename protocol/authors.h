/*
 * authors.h: of whom records are known here, and how many came today.
 *
 * An author is remembered by a keyed hash of 8 bytes: 16 bytes in all, for there may be hundreds of
 * thousands. Two that share a hash share a count; with a secret key nobody can bring that about.
 */
#ifndef KITH_PROTOCOL_AUTHORS_H
#define KITH_PROTOCOL_AUTHORS_H

#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"
#include "keys/id.h"
#include "keys/rng.h"

struct kith_authors;

struct kith_authors *kith_authors_new(const struct kith_rng *rng); /* NULL: no memory */
void kith_authors_free(struct kith_authors *authors);

/* The count of today, to be changed by the caller, or NULL for an author not known. Dies at the
 * next add. */
uint32_t *kith_authors_today(struct kith_authors *authors, const struct kith_author *author);

/* Makes the author known, with a count of 0; nothing changes when it is. KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_authors_add(
	struct kith_authors *authors, const struct kith_author *author);

size_t kith_authors_count(const struct kith_authors *authors);
void kith_authors_new_day(struct kith_authors *authors); /* every count is 0 again */

#endif
