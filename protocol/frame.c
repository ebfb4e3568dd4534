/* frame.c: see frame.h. */
#include "protocol/frame.h"

#include <assert.h>

void kith_frame_reader_init(struct kith_frame_reader *reader)
{
	*reader = (struct kith_frame_reader){0};
	kith_buf_init(&reader->body, KITH_FRAME_MAX_BYTES);
}

void kith_frame_reader_clear(struct kith_frame_reader *reader)
{
	kith_buf_clear(&reader->body);
	reader->head_len = 0;
}

static void advance(const uint8_t **data, size_t *len, size_t by)
{
	*data += by;
	*len -= by;
}

/* True once both bytes of the length are there. */
static bool read_head(struct kith_frame_reader *reader, const uint8_t **data, size_t *len)
{
	while (reader->head_len < sizeof(reader->head) && *len > 0) {
		reader->head[reader->head_len++] = **data;
		advance(data, len, 1);
		if (reader->head_len == sizeof(reader->head))
			kith_buf_reset(&reader->body); /* may still hold the last plaintext */
	}
	return reader->head_len == sizeof(reader->head);
}

int kith_frame_read(struct kith_frame_reader *reader, const uint8_t **data, size_t *len, size_t min,
	size_t max, struct kith_bytes *piece, bool *found)
{
	size_t wanted, missing;

	*found = false;
	if (!read_head(reader, data, len))
		return 0;
	/* The other side's word; no memory is set aside for it, only for what comes. */
	wanted = (size_t)reader->head[0] << 8 | reader->head[1];
	if (wanted < min)
		return KITH_E_MALFORMED;
	if (wanted > max)
		return KITH_E_TOO_LARGE;
	missing = wanted - reader->body.len;
	if (missing > *len) {
		kith_write(&reader->body, *data, *len);
		advance(data, len, *len);
		return kith_buf_err(&reader->body);
	}
	if (reader->body.len == 0) {
		*piece = (struct kith_bytes){*data, wanted};
	} else {
		kith_write(&reader->body, *data, missing);
		if (kith_buf_err(&reader->body))
			return kith_buf_err(&reader->body);
		*piece = (struct kith_bytes){reader->body.data, wanted};
	}
	advance(data, len, missing);
	reader->head_len = 0;
	*found = true;
	return 0;
}

bool kith_frame_midway(const struct kith_frame_reader *reader)
{
	return reader->head_len != 0;
}

int kith_frame_open(struct kith_frame_reader *reader, struct kith_cipher *cipher,
	struct kith_bytes piece, struct kith_bytes *plain)
{
	int err;

	if (piece.len < KITH_FRAME_TAG_BYTES)
		return KITH_E_TRUNCATED;
	if (piece.data != reader->body.data) {
		kith_buf_reset(&reader->body);
		kith_write_reserve(&reader->body, piece.len);
	}
	err = kith_buf_err(&reader->body);
	if (!err)
		err = kith_cipher_decrypt(
			cipher, NULL, 0, piece.data, piece.len, reader->body.data);
	if (!err)
		*plain = (struct kith_bytes){reader->body.data, piece.len - KITH_FRAME_TAG_BYTES};
	return err;
}

int kith_frame_seal(
	struct kith_cipher *cipher, const uint8_t *plain, size_t len, struct kith_buf *out)
{
	size_t sealed_len = len + KITH_FRAME_TAG_BYTES;
	uint8_t *at;

	assert(len > 0 && len <= KITH_FRAME_PLAIN_MAX);
	at = kith_write_reserve(out, 2 + sealed_len);
	if (!at)
		return kith_buf_err(out);
	at[0] = (uint8_t)(sealed_len >> 8);
	at[1] = (uint8_t)sealed_len;
	return kith_cipher_encrypt(cipher, NULL, 0, plain, len, at + 2);
}
