/*
 * source.c: the key under which the source of an imported record is remembered.
 *
 * 16 bytes of BLAKE2b-256 over the author and what the body says of its source: enough that two
 * sources never meet by chance or by design, little enough for millions of rows, and no text to
 * be forgotten.
 */
#include <string.h>

#include "keys/hash.h"
#include "node/store/writer.h"
#include "protocol/body.h"
#include "protocol/limits.h"

#define LABEL "kith store source"

int kith_source_key(const struct kith_author *author, const char *url, const char *id,
	uint8_t out[KITH_SOURCE_KEY_LEN])
{
	struct kith_buf buf;
	struct kith_hash hash;
	int err;

	url = url ? url : "";
	id = id ? id : "";
	if (!*url && !*id)
		return KITH_E_NOT_FOUND;
	kith_buf_init(&buf, 2 * KITH_RECORD_MAX_BYTES);
	kith_write(&buf, author->bytes, KITH_ID_LEN);
	kith_write(&buf, url, strlen(url) + 1);
	kith_write(&buf, id, strlen(id) + 1);
	err = kith_buf_err(&buf);
	if (!err) {
		kith_hash(LABEL, buf.data, buf.len, &hash);
		memcpy(out, hash.bytes, KITH_SOURCE_KEY_LEN);
	}
	kith_buf_clear(&buf);
	return err;
}

int kith_source_key_in(const struct kith_author *author, const struct kith_body *body,
	uint8_t out[KITH_SOURCE_KEY_LEN])
{
	const Kith__Source *source = body->common->source;

	return source ? kith_source_key(author, source->url, source->id, out) : KITH_E_NOT_FOUND;
}

int kith_source_key_of(const struct kith_record *record, uint8_t out[KITH_SOURCE_KEY_LEN])
{
	struct kith_body body;
	int err = KITH_E_NOT_FOUND;

	if (record->has_body)
		err = kith_body_decode(record->body, record->kind, &body, NULL);
	if (err)
		return err == KITH_E_NOMEM ? err : KITH_E_NOT_FOUND;
	err = kith_source_key_in(&record->author, &body, out);
	kith_body_clear(&body);
	return err;
}
