/*
 * message.h: what two nodes say to each other inside a session.
 *
 * SPEC section "Messages" gives the layouts; numbers are big-endian. A set is named by a tag that
 * only somebody who knows the circle can make, and that differs on every connection:
 *
 *     set tag = BLAKE2b-256 keyed with the handshake hash over the circle id, first 16 bytes |
 *     class u8
 *
 * Decoding yields views into the payload and never allocates. Lists are multiples of their element,
 * or the message is malformed.
 */
#ifndef KITH_PROTOCOL_MESSAGE_H
#define KITH_PROTOCOL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"
#include "protocol/batch.h"
#include "protocol/bytes.h"
#include "protocol/set.h"

enum kith_message_type {
	KITH_MESSAGE_SCOPE = 1,       /* circles I share with you, and how much of each I know */
	KITH_MESSAGE_RECONCILE = 2,   /* one negentropy message, query or answer */
	KITH_MESSAGE_SYNCED = 3,      /* this set is equal, as far as I can see */
	KITH_MESSAGE_WANT = 4,        /* send me these records */
	KITH_MESSAGE_RECORDS = 5,     /* here are records */
	KITH_MESSAGE_UNAVAILABLE = 6, /* known here or not, but not held */
	KITH_MESSAGE_PULL = 7,        /* send me everything after this item, within this credit */
	KITH_MESSAGE_CREDIT = 8,      /* this many bytes more of the pull */
	KITH_MESSAGE_PULLED = 9,      /* so far the pull has come; was that the end? */
	KITH_MESSAGE_PUSH = 10,       /* live gossip: new records */
	KITH_MESSAGE_IHAVE = 11,      /* live gossip: new records I could send */
	KITH_MESSAGE_GRAFT = 12,      /* send me these, and push this tree to me from now on */
	KITH_MESSAGE_PRUNE = 13, /* I get these trees from somebody else: only announce them */
	KITH_MESSAGE_PING = 14,
	KITH_MESSAGE_PONG = 15,
	KITH_MESSAGE_NUDGE = 16, /* you called: reconcile soon, I had to drop announcements */
	/* one step of a keyed audit; to nodes with KITH_CAPABILITY_AUDIT */
	KITH_MESSAGE_AUDIT = 17,
	KITH_MESSAGE_UNPRUNE = 18, /* whoever gave me these trees is gone: push them again */
};

#define KITH_TAG_LEN     16
#define KITH_SET_TAG_LEN (KITH_TAG_LEN + 1)
#define KITH_ITEM_LEN    (8 + KITH_ID_LEN)
#define KITH_TOLD_LEN    (KITH_ITEM_LEN + 2) /* in IHAVE: with its tree */

struct kith_set_tag {
	uint8_t circle[KITH_TAG_LEN];
	uint8_t class_;
};

void kith_message_tag(const struct kith_circle *circle, const uint8_t handshake_hash[64],
	uint8_t out[KITH_TAG_LEN]);

/* Why records are sent: the receiver accounts for pulls apart. */
enum kith_records_why {
	KITH_RECORDS_WANTED = 0, /* answer to WANT */
	KITH_RECORDS_PULLED = 1, /* part of a pull */
	KITH_RECORDS_OFFERED = 2, /* a reconciliation found that you lack them */
	KITH_RECORDS_GRAFTED = 3  /* answer to GRAFT: live gossip, to be pushed on */
};

enum kith_reconcile_role { KITH_RECONCILE_QUERY = 0, KITH_RECONCILE_ANSWER = 1 };

enum kith_audit_role {
	KITH_AUDIT_QUERY = 0,   /* one negentropy message, as of RECONCILE */
	KITH_AUDIT_ANSWER = 1,  /* and its answer */
	KITH_AUDIT_BEGIN = 2,   /* the caller: make your sums of this set ready */
	KITH_AUDIT_READY = 3,   /* the called: they are */
	KITH_AUDIT_NOT_NOW = 4, /* the called: ask again in an hour or more */
	KITH_AUDIT_END = 5,     /* the caller: your sums are not needed any more */
};

/* One element of a SCOPE. */
struct kith_scope {
	uint8_t tag[KITH_TAG_LEN];
	uint64_t counts[KITH_CLASSES];
};
#define KITH_SCOPE_LEN (KITH_TAG_LEN + 8 * KITH_CLASSES)

/* ---- elements ------------------------------------------------------------------------------- */

void kith_write_set_tag(struct kith_buf *buf, const struct kith_set_tag *tag);
struct kith_set_tag kith_read_set_tag(struct kith_cursor *cursor); /* malformed unless class < 2 */
void kith_write_item(struct kith_buf *buf, const struct kith_item *item);
struct kith_item kith_read_item(struct kith_cursor *cursor);
void kith_write_scope(struct kith_buf *buf, const struct kith_scope *scope);
struct kith_scope kith_read_scope(struct kith_cursor *cursor);

/* The next of a list of "length u32 | envelope"; an envelope over the record limit is malformed. */
struct kith_bytes kith_read_envelope(struct kith_cursor *cursor);

#endif
