/*
 * read.h: reading what a record says, for derivations. Internal to domain/.
 */
#ifndef KITH_PROTOCOL_DOMAIN_READ_H
#define KITH_PROTOCOL_DOMAIN_READ_H

#include <string.h>

#include "protocol/body.h"

/* 1 and *out, to be cleared; 0: there are no words (erased, or of a kind not known here), so
 * nothing follows from them; or KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_read_body(const struct kith_record *record, struct kith_body *out);

/* The same for a stance: 1 with its position and reason (owned by the caller; NULL: none; reason
 * may be NULL); 0: no stance, or no words. */
KITH_MUST_CHECK int kith_read_stance(
	const struct kith_record *record, Kith__Position *position, char **reason);

static inline bool kith_same_author(const struct kith_author *a, const struct kith_author *b)
{
	return memcmp(a->bytes, b->bytes, KITH_ID_LEN) == 0;
}

static inline bool kith_same_record(const struct kith_record_id *a, const struct kith_record_id *b)
{
	return memcmp(a->bytes, b->bytes, KITH_ID_LEN) == 0;
}

/* Whether the key in a body is that author's. */
static inline bool kith_is_key_of(const ProtobufCBinaryData *key, const struct kith_author *author)
{
	return key->len == KITH_ID_LEN && memcmp(key->data, author->bytes, KITH_ID_LEN) == 0;
}

#endif
