/*
 * pending.h: records that are on their way here, by id.
 *
 * So that a record offered by three partners is fetched once and checked once. An entry says who is
 * expected to deliver it (or has), and who else has offered it since: if the first fails, the core
 * turns to the second. A forged copy can therefore delay a record, never keep it out.
 */
#ifndef KITH_PROTOCOL_PENDING_H
#define KITH_PROTOCOL_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"
#include "keys/rng.h"

#define KITH_PENDING_ALSO 3 /* more than a pair of partners that collude can fill */

enum kith_pending_state {
	/* an IHAVE came; the record itself may still come by a push until due_ms */
	KITH_PENDING_ANNOUNCED,
	KITH_PENDING_QUEUED,  /* will be asked for from `conn` */
	KITH_PENDING_WANTED,  /* asked for from `conn` */
	KITH_PENDING_ARRIVED, /* being verified or stored; came by `conn` */
};

struct kith_pending_entry {
	struct kith_record_id id;
	enum kith_pending_state state;
	uint16_t tree; /* ANNOUNCED: to ask for */
	uint32_t set;  /* which set it belongs to: kith_sync_number() */
	uint64_t conn;
	uint64_t also[KITH_PENDING_ALSO]; /* others that offered it; 0: none */
	bool more;                        /* there was no place for all who offered it */
	bool audited;                     /* an audit brought it up; see kith_audit_brought() */
	uint64_t due_ms; /* but for ARRIVED: then somebody is asked, or somebody else */
};

struct kith_pending;

struct kith_pending *kith_pending_new(const struct kith_rng *rng); /* NULL: no memory */
void kith_pending_free(struct kith_pending *pending);

/* The entry, or NULL. Dies at the next put or drop. */
struct kith_pending_entry *kith_pending_find(
	const struct kith_pending *pending, const struct kith_record_id *id);
/* A new entry (id must be absent); NULL: no memory. */
struct kith_pending_entry *kith_pending_put(
	struct kith_pending *pending, const struct kith_record_id *id);
void kith_pending_drop(struct kith_pending *pending, const struct kith_record_id *id);
size_t kith_pending_count(const struct kith_pending *pending);

/* Remembers that conn offered it too. False when there is no place left. */
bool kith_pending_also(struct kith_pending_entry *entry, uint64_t conn);
void kith_pending_not_also(struct kith_pending_entry *entry, uint64_t conn);

/* Calls visit for each entry; an entry for which it returns true is dropped. visit must not put or
 * drop. */
void kith_pending_sweep(struct kith_pending *pending,
	bool (*visit)(void *ctx, struct kith_pending_entry *entry), void *ctx);

#endif
