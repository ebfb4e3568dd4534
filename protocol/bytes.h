/*
 * bytes.h: reading bounded input and building output, with sticky errors.
 *
 * A kith_cursor walks over bytes it does not own. Once a read fails, every later read fails too and
 * yields zeros, so a decoder may read a whole structure and check cursor.err once. A kith_buf grows
 * up to a cap given at birth; once a write fails, every later write does nothing and kith_buf_err()
 * says why. Varints are negentropy's: base 128, most significant group first, high bit on all but
 * the last byte, shortest form only (SPEC section "Varint").
 */
#ifndef KITH_PROTOCOL_BYTES_H
#define KITH_PROTOCOL_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"

/* Borrowed bytes. */
struct kith_bytes {
	const uint8_t *data;
	size_t len;
};

/* ---- reading -------------------------------------------------------------------------------- */

struct kith_cursor {
	const uint8_t *next;
	const uint8_t *end;
	int err; /* 0, KITH_E_TRUNCATED or KITH_E_MALFORMED; sticky */
};

void kith_cursor_init(struct kith_cursor *cursor, const void *data, size_t len);
size_t kith_cursor_left(const struct kith_cursor *cursor);

uint8_t kith_read_u8(struct kith_cursor *cursor);
uint16_t kith_read_u16(struct kith_cursor *cursor); /* big-endian */
uint32_t kith_read_u32(struct kith_cursor *cursor); /* big-endian */
uint64_t kith_read_u64(struct kith_cursor *cursor); /* big-endian */
uint64_t kith_read_varint(struct kith_cursor *cursor);
void kith_read_copy(struct kith_cursor *cursor, void *out, size_t len); /* zeros on failure */
struct kith_bytes kith_read_view(struct kith_cursor *cursor, size_t len);

/* 0, the sticky error, or KITH_E_MALFORMED when bytes are left over. */
KITH_MUST_CHECK int kith_cursor_finish(const struct kith_cursor *cursor);

/* ---- writing -------------------------------------------------------------------------------- */

#define KITH_VARINT_MAX 10 /* bytes of the longest varint, for 2^63 and above */

/* Writes the shortest form and returns its length, 1..KITH_VARINT_MAX. */
size_t kith_varint_encode(uint64_t value, uint8_t out[KITH_VARINT_MAX]);

struct kith_buf {
	uint8_t *data;
	size_t len;
	size_t room;
	size_t cap; /* never grows beyond; KITH_E_TOO_LARGE */
	int err;
};

void kith_buf_init(struct kith_buf *buf, size_t cap);
void kith_buf_clear(struct kith_buf *buf); /* frees; the buffer is as after init */
void kith_buf_reset(struct kith_buf *buf); /* empties, keeps the memory */

void kith_write(struct kith_buf *buf, const void *data, size_t len);
void kith_write_u8(struct kith_buf *buf, uint8_t value);
void kith_write_u16(struct kith_buf *buf, uint16_t value);
void kith_write_u32(struct kith_buf *buf, uint32_t value);
void kith_write_u64(struct kith_buf *buf, uint64_t value);
void kith_write_varint(struct kith_buf *buf, uint64_t value);

/* Room for len more bytes at the end, already counted in len; NULL after an error. */
uint8_t *kith_write_reserve(struct kith_buf *buf, size_t len);

/* Drops the first len bytes (len <= buf->len). */
void kith_buf_consume(struct kith_buf *buf, size_t len);

KITH_MUST_CHECK int kith_buf_err(const struct kith_buf *buf);

#endif
