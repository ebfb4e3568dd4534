/*
 * record.h: the only door from bytes to a verified record.
 *
 * A record travels as a serialised Envelope (kith.proto) and is stored and forwarded exactly as it
 * came; nothing here ever re-encodes what was received. kith_record_open() is the one function that
 * yields a struct kith_record, and it has then checked, in this order (SPEC section "Record"):
 *
 *   1. the envelope: at most 64 KiB; header, signature (64 bytes) and body, once each, in this
 *      order and nothing else; the body is absent once erased, never empty. So a record has two
 *      envelopes, with and without its body, and no third;
 *   2. the header: at most 4 KiB; version first, fields in ascending order, each but links
 *      once, all of numbers 1 to 3, 6 to 8, 10 and 11 there; ids of 32 bytes; lang well-formed;
 *      links at most 64, no two alike (a link to itself is impossible); numbers in range. Fields
 *      of numbers not known here are allowed after those, and in a link likewise; so are kinds and
 *      link types;
 *   3. the id: BLAKE2b-256("kith/1 record", header);
 *   4. the body, if there is one: body_len and body_hash are the header's;
 *   5. the signature: Ed25519 over label "kith/1 signature" and the id.
 *
 * Numbers and lengths are varints of the shortest form throughout (wire.h).
 *
 * What the body *says* is not looked at here: that is body.h, and only for kinds this build knows.
 * The functions are pure and safe to call from any thread. No function keeps a pointer to its
 * arguments.
 */
#ifndef KITH_PROTOCOL_RECORD_H
#define KITH_PROTOCOL_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"
#include "keys/rng.h"
#include "keys/sign.h"
#include "protocol/bytes.h"
#include "protocol/limits.h"
#include "protocol/set.h"

struct kith_link {
	uint32_t type; /* enum LinkType of kith.proto, or a number from a later version */
	struct kith_record_id target;
};

/* A verified record. Views point into `envelope`, the one allocation it owns. */
struct kith_record {
	struct kith_record_id id;
	struct kith_circle circle;
	struct kith_author author;
	struct kith_author on_behalf_of;  /* when has_on_behalf_of */
	struct kith_record_id delegation; /* when has_delegation */
	bool has_on_behalf_of;
	bool has_delegation;
	uint32_t kind;
	uint64_t created_ms;
	char lang[KITH_LANG_MAX_BYTES + 1];
	size_t link_count;
	struct kith_link *links;    /* inside the same allocation */
	bool has_body;              /* false: erased */
	struct kith_bytes body;     /* serialised Body */
	struct kith_bytes envelope; /* the received bytes, verbatim */
};

/* A person can read what is wrong: which field, which rule. */
struct kith_problem {
	char field[64];
	char rule[192];
};

/*
 * Opens and verifies. On success *out is a new record, to be freed with kith_record_free().
 * problem (may be NULL) is filled on every error of the input class.
 *   KITH_E_TOO_LARGE, KITH_E_MALFORMED, KITH_E_TRUNCATED, KITH_E_UNKNOWN_VERSION
 *   KITH_E_RULE     a value in the header is out of its range or form
 *   KITH_E_FORGED   body hash, body length or signature does not hold
 *   KITH_E_NOMEM
 */
KITH_MUST_CHECK int kith_record_open(const uint8_t *envelope, size_t len, struct kith_record **out,
	struct kith_problem *problem);

/*
 * The same without step 5, for bytes that this node verified before it stored them, and for nothing
 * else: reading back from the own database.
 */
KITH_MUST_CHECK int kith_record_reopen(
	const uint8_t *envelope, size_t len, struct kith_record **out);

/* One of the caller's own. KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_record_copy(const struct kith_record *record, struct kith_record **out);

void kith_record_free(struct kith_record *record);

/* The place in the set: (created_ms, id). */
struct kith_item kith_record_item(const struct kith_record *record);

/* Kinds below KITH_KIND_CONTROL_END live in the control set of their circle. */
bool kith_record_is_control(const struct kith_record *record);

/*
 * What an envelope claims, without verifying anything: enough to drop a known record, or one of a
 * circle that is not shared, before its signature costs 50 us. Never trust it for more than that.
 */
struct kith_claim {
	struct kith_item item;
	struct kith_circle circle;
	struct kith_author author;
	uint32_t kind;
	bool has_body;
};
KITH_MUST_CHECK int kith_record_peek(const uint8_t *envelope, size_t len, struct kith_claim *out);

/* What an author states; everything else of a header follows. */
struct kith_record_draft {
	struct kith_circle circle;
	const struct kith_author *on_behalf_of;  /* or NULL */
	const struct kith_record_id *delegation; /* or NULL */
	uint32_t kind;
	uint64_t created_ms;
	const char *lang;
	const struct kith_link *links;
	size_t link_count;
	struct kith_bytes body; /* a serialised Body, made by body.h */
};

/*
 * Encodes, signs and appends the envelope to out; *out_id may be NULL. The result passes
 * kith_record_open(): a draft that would not is refused with the same error and problem. After an
 * error out holds what it held before.
 */
KITH_MUST_CHECK int kith_record_sign(const struct kith_record_draft *draft,
	const struct kith_sign_pair *author, struct kith_buf *out, struct kith_record_id *out_id,
	struct kith_problem *problem);

/* The well-known open circle: BLAKE2b-256("kith/1 circle", "commons"). */
struct kith_circle kith_circle_commons(void);

/* "adapts", "part-of", …; NULL for a number this build does not know. */
const char *kith_link_name(uint32_t type);
/* 0 for a name that is not a link type. */
uint32_t kith_link_from_name(const char *name);

#endif
