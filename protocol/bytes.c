/* bytes.c: see bytes.h. Every length is compared with what is left before a pointer moves. */
#include "protocol/bytes.h"

#include <stdlib.h>
#include <string.h>

void kith_cursor_init(struct kith_cursor *cursor, const void *data, size_t len)
{
	cursor->next = data;
	cursor->end = len ? cursor->next + len : cursor->next;
	cursor->err = 0;
}

size_t kith_cursor_left(const struct kith_cursor *cursor)
{
	return cursor->err ? 0 : (size_t)(cursor->end - cursor->next);
}

struct kith_bytes kith_read_view(struct kith_cursor *cursor, size_t len)
{
	struct kith_bytes view = {cursor->next, len};

	if (cursor->err || len > (size_t)(cursor->end - cursor->next)) {
		if (!cursor->err)
			cursor->err = KITH_E_TRUNCATED;
		return (struct kith_bytes){NULL, 0};
	}
	if (len)
		cursor->next += len;
	return view;
}

void kith_read_copy(struct kith_cursor *cursor, void *out, size_t len)
{
	struct kith_bytes view = kith_read_view(cursor, len);

	if (len == 0)
		return;
	if (cursor->err)
		memset(out, 0, len);
	else
		memcpy(out, view.data, len);
}

static uint64_t read_big_endian(struct kith_cursor *cursor, size_t len)
{
	struct kith_bytes view = kith_read_view(cursor, len);
	uint64_t value = 0;

	for (size_t i = 0; i < view.len; i++)
		value = value << 8 | view.data[i];
	return value;
}

uint8_t kith_read_u8(struct kith_cursor *cursor)
{
	return (uint8_t)read_big_endian(cursor, 1);
}

uint16_t kith_read_u16(struct kith_cursor *cursor)
{
	return (uint16_t)read_big_endian(cursor, 2);
}

uint32_t kith_read_u32(struct kith_cursor *cursor)
{
	return (uint32_t)read_big_endian(cursor, 4);
}

uint64_t kith_read_u64(struct kith_cursor *cursor)
{
	return read_big_endian(cursor, 8);
}

uint64_t kith_read_varint(struct kith_cursor *cursor)
{
	uint64_t value = 0;
	uint8_t byte;

	for (int i = 0; i < 10; i++) {
		byte = kith_read_u8(cursor);
		if (cursor->err)
			return 0;
		/* A leading zero group is not the shortest form; over 64 bits there is no form. */
		if ((i == 0 && byte == 0x80) || value >> 57) {
			cursor->err = KITH_E_MALFORMED;
			return 0;
		}
		value = value << 7 | (byte & 0x7f);
		if (!(byte & 0x80))
			return value;
	}
	cursor->err = KITH_E_MALFORMED;
	return 0;
}

int kith_cursor_finish(const struct kith_cursor *cursor)
{
	if (cursor->err)
		return cursor->err;
	return cursor->next == cursor->end ? 0 : KITH_E_MALFORMED;
}

void kith_buf_init(struct kith_buf *buf, size_t cap)
{
	*buf = (struct kith_buf){.cap = cap};
}

void kith_buf_clear(struct kith_buf *buf)
{
	free(buf->data);
	kith_buf_init(buf, buf->cap);
}

void kith_buf_reset(struct kith_buf *buf)
{
	buf->len = 0;
	buf->err = 0;
}

static int grow(struct kith_buf *buf, size_t needed)
{
	size_t room = buf->room ? buf->room : 256;
	uint8_t *data;

	/* needed <= cap, so this ends, and doubling cannot overflow. */
	while (room < needed)
		room = room > buf->cap / 2 ? buf->cap : room * 2;
	if (room > buf->cap)
		room = buf->cap;
	data = realloc(buf->data, room);
	if (!data)
		return KITH_E_NOMEM;
	buf->data = data;
	buf->room = room;
	return 0;
}

uint8_t *kith_write_reserve(struct kith_buf *buf, size_t len)
{
	uint8_t *at;

	if (!buf->err && len > buf->cap - buf->len)
		buf->err = KITH_E_TOO_LARGE;
	if (!buf->err && len > buf->room - buf->len)
		buf->err = grow(buf, buf->len + len);
	if (buf->err)
		return NULL;
	at = buf->data + buf->len;
	buf->len += len;
	return at;
}

void kith_write(struct kith_buf *buf, const void *data, size_t len)
{
	uint8_t *at;

	if (len == 0)
		return;
	at = kith_write_reserve(buf, len);
	if (at)
		memcpy(at, data, len);
}

static void write_big_endian(struct kith_buf *buf, uint64_t value, size_t len)
{
	uint8_t *at = kith_write_reserve(buf, len);

	for (size_t i = 0; at && i < len; i++)
		at[i] = (uint8_t)(value >> (8 * (len - 1 - i)));
}

void kith_write_u8(struct kith_buf *buf, uint8_t value)
{
	write_big_endian(buf, value, 1);
}

void kith_write_u16(struct kith_buf *buf, uint16_t value)
{
	write_big_endian(buf, value, 2);
}

void kith_write_u32(struct kith_buf *buf, uint32_t value)
{
	write_big_endian(buf, value, 4);
}

void kith_write_u64(struct kith_buf *buf, uint64_t value)
{
	write_big_endian(buf, value, 8);
}

size_t kith_varint_encode(uint64_t value, uint8_t out[KITH_VARINT_MAX])
{
	size_t len = 1;

	for (uint64_t rest = value >> 7; rest; rest >>= 7)
		len++;
	for (size_t i = len; i-- > 0; value >>= 7)
		out[i] = (uint8_t)((value & 0x7f) | (i + 1 < len ? 0x80 : 0));
	return len;
}

void kith_write_varint(struct kith_buf *buf, uint64_t value)
{
	uint8_t form[KITH_VARINT_MAX];

	kith_write(buf, form, kith_varint_encode(value, form));
}

void kith_buf_consume(struct kith_buf *buf, size_t len)
{
	buf->len -= len;
	if (buf->len && len)
		memmove(buf->data, buf->data + len, buf->len);
}

int kith_buf_err(const struct kith_buf *buf)
{
	return buf->err;
}
