/*
 * header.h: the bytes of a record's envelope and header. Internal to record.c.
 *
 * Decoding is by hand, in one pass and without memory: a header has at most 4 KiB and its fields
 * come in ascending order, so nothing has to be looked for twice. SPEC section "Record" has the
 * same rules in the same order.
 */
#ifndef KITH_PROTOCOL_HEADER_H
#define KITH_PROTOCOL_HEADER_H

#include "keys/id.h"
#include "protocol/bytes.h"
#include "protocol/limits.h"
#include "protocol/record.h"

/* Field numbers of Envelope and Header in kith.proto; test_record.c compares them. */
enum kith_envelope_number {
	KITH_ENVELOPE_HEADER = 1,
	KITH_ENVELOPE_SIGNATURE = 2,
	KITH_ENVELOPE_BODY = 3,
};
enum kith_header_number {
	KITH_HEADER_VERSION = 1,
	KITH_HEADER_CIRCLE = 2,
	KITH_HEADER_AUTHOR = 3,
	KITH_HEADER_ON_BEHALF_OF = 4,
	KITH_HEADER_DELEGATION = 5,
	KITH_HEADER_KIND = 6,
	KITH_HEADER_CREATED_MS = 7,
	KITH_HEADER_LANG = 8,
	KITH_HEADER_LINKS = 9,
	KITH_HEADER_BODY_HASH = 10,
	KITH_HEADER_BODY_LEN = 11,
};
#define KITH_LINK_TYPE   1
#define KITH_LINK_TARGET 2

/* Views into the envelope. */
struct kith_envelope {
	struct kith_bytes header;
	struct kith_bytes signature; /* KITH_SIGNATURE_LEN */
	struct kith_bytes body;
	bool has_body;
};

/* A header as it was read: the record's fields, and what only the check of the body needs. */
struct kith_header {
	struct kith_record record; /* id, body, envelope and links are not set */
	struct kith_link links[KITH_LINKS_MAX];
	struct kith_hash body_hash;
	uint32_t body_len;
};

/* KITH_E_TOO_LARGE, KITH_E_TRUNCATED, KITH_E_MALFORMED */
KITH_MUST_CHECK int kith_envelope_decode(
	struct kith_bytes bytes, struct kith_envelope *out, struct kith_problem *problem);

/* KITH_E_MALFORMED, KITH_E_UNKNOWN_VERSION, KITH_E_TOO_LARGE, KITH_E_RULE */
KITH_MUST_CHECK int kith_header_decode(
	struct kith_bytes bytes, struct kith_header *out, struct kith_problem *problem);

/* Writes what the draft says, right or wrong. */
void kith_header_encode(const struct kith_record_draft *draft, const struct kith_author *author,
	const struct kith_hash *body_hash, struct kith_buf *out);

#endif
