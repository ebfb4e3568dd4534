/*
 * frame.h: the byte stream cut into pieces (SPEC section "Transport").
 *
 *     length u16 big-endian | that many bytes
 *
 * The reader keeps at most one piece, and no more memory than bytes of it have come: a length that
 * is announced costs nothing. A piece that lies whole in the caller's bytes is not copied. What a
 * frame's plaintext says is the session's business.
 */
#ifndef KITH_PROTOCOL_FRAME_H
#define KITH_PROTOCOL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/bytes.h"
#include "protocol/limits.h"
#include "protocol/noise.h"

/* First byte of a frame's plaintext. */
enum kith_frame_type {
	KITH_FRAME_DATA = 0,  /* at least one byte of the stream of messages */
	KITH_FRAME_REKEY = 1, /* nothing; what follows is under REKEY(k) */
	KITH_FRAME_BYE = 2,   /* one byte of reason; nothing follows */
};

#define KITH_FRAME_PLAIN_MAX (KITH_FRAME_MAX_BYTES - KITH_FRAME_TAG_BYTES)

struct kith_frame_reader {
	uint8_t head[2];
	uint8_t head_len;
	struct kith_buf body; /* the part of a piece that has come; afterwards, its plaintext */
};

void kith_frame_reader_init(struct kith_frame_reader *reader);
void kith_frame_reader_clear(struct kith_frame_reader *reader);

/*
 * Takes bytes from (*data, *len) until one piece is whole; *found is false when they ran out first.
 * The piece dies at the next call. A length outside min..max is refused as soon as it is known:
 * KITH_E_MALFORMED below, KITH_E_TOO_LARGE above. KITH_E_NOMEM.
 */
KITH_MUST_CHECK int kith_frame_read(struct kith_frame_reader *reader, const uint8_t **data,
	size_t *len, size_t min, size_t max, struct kith_bytes *piece, bool *found);

/* Whether a piece has begun and is not whole. */
bool kith_frame_midway(const struct kith_frame_reader *reader);

/* Opens the piece last read, in place or into the reader's memory. KITH_E_FORGED,
 * KITH_E_TRUNCATED, KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_frame_open(struct kith_frame_reader *reader, struct kith_cipher *cipher,
	struct kith_bytes piece, struct kith_bytes *plain);

/* Appends the sealed frame of a plaintext of 1..KITH_FRAME_PLAIN_MAX bytes, type first.
 * KITH_E_STATE, KITH_E_NOMEM, KITH_E_TOO_LARGE (out is full). */
KITH_MUST_CHECK int kith_frame_seal(
	struct kith_cipher *cipher, const uint8_t *plain, size_t len, struct kith_buf *out);

#endif
