/* wire.c: see wire.h; SPEC section "Wire format of records". */
#include "protocol/wire.h"

static uint64_t fail(struct kith_cursor *cursor)
{
	if (!cursor->err)
		cursor->err = KITH_E_MALFORMED;
	return 0;
}

static uint64_t read_long_varint(struct kith_cursor *cursor)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte;

		if (cursor->next == cursor->end) {
			cursor->err = KITH_E_TRUNCATED;
			return 0;
		}
		byte = *cursor->next++;
		/* The tenth byte has room for one bit; a last byte of zero is not the shortest
		 * form. */
		if ((shift == 63 && byte > 1) || (shift && byte == 0))
			return fail(cursor);
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	return fail(cursor);
}

/* Nearly all tags and lengths have one byte. */
static inline uint64_t read_varint(struct kith_cursor *cursor)
{
	if (cursor->next < cursor->end && *cursor->next < 0x80)
		return *cursor->next++;
	return read_long_varint(cursor);
}

static uint64_t read_fixed(struct kith_cursor *cursor, size_t len)
{
	struct kith_bytes view = kith_read_view(cursor, len);
	uint64_t value = 0;

	for (size_t i = view.len; i-- > 0;)
		value = value << 8 | view.data[i];
	return value;
}

static struct kith_bytes read_bytes(struct kith_cursor *cursor)
{
	uint64_t len = read_varint(cursor);
	struct kith_bytes view = {cursor->next, (size_t)len};

	if (cursor->err || len > (size_t)(cursor->end - cursor->next)) {
		if (!cursor->err)
			cursor->err = KITH_E_TRUNCATED;
		return (struct kith_bytes){NULL, 0};
	}
	cursor->next += len;
	return view;
}

bool kith_wire_next(struct kith_cursor *cursor, struct kith_wire_field *out)
{
	uint64_t tag;

	if (cursor->err || cursor->next == cursor->end)
		return false;
	tag = read_varint(cursor);
	if (!cursor->err && (tag >> 3 == 0 || tag >> 3 > KITH_WIRE_NUMBER_MAX))
		fail(cursor);
	if (cursor->err)
		return false;
	*out = (struct kith_wire_field){.number = (uint32_t)(tag >> 3)};
	switch (tag & 7) {
	case KITH_WIRE_VARINT:
		out->type = KITH_WIRE_VARINT;
		out->value = read_varint(cursor);
		break;
	case KITH_WIRE_FIXED64:
		out->type = KITH_WIRE_FIXED64;
		out->value = read_fixed(cursor, 8);
		break;
	case KITH_WIRE_BYTES:
		out->type = KITH_WIRE_BYTES;
		out->bytes = read_bytes(cursor);
		break;
	case KITH_WIRE_FIXED32:
		out->type = KITH_WIRE_FIXED32;
		out->value = read_fixed(cursor, 4);
		break;
	default:
		fail(cursor);
	}
	return !cursor->err;
}

size_t kith_wire_varint_len(uint64_t value)
{
	size_t len = 1;

	while (value >>= 7)
		len++;
	return len;
}

size_t kith_wire_bytes_len(uint32_t number, size_t len)
{
	return kith_wire_varint_len((uint64_t)number << 3) + kith_wire_varint_len(len) + len;
}

static void put_varint(struct kith_buf *buf, uint64_t value)
{
	while (value >= 0x80) {
		kith_write_u8(buf, (uint8_t)(value | 0x80));
		value >>= 7;
	}
	kith_write_u8(buf, (uint8_t)value);
}

void kith_wire_put_number(struct kith_buf *buf, uint32_t number, uint64_t value)
{
	put_varint(buf, (uint64_t)number << 3 | KITH_WIRE_VARINT);
	put_varint(buf, value);
}

void kith_wire_put_prefix(struct kith_buf *buf, uint32_t number, size_t len)
{
	put_varint(buf, (uint64_t)number << 3 | KITH_WIRE_BYTES);
	put_varint(buf, len);
}

void kith_wire_put_bytes(struct kith_buf *buf, uint32_t number, const void *data, size_t len)
{
	kith_wire_put_prefix(buf, number, len);
	kith_write(buf, data, len);
}

/* ---- fields that may stand there once ------------------------------------------------------- */

static int take(const struct kith_wire_field *field, enum kith_wire_type type, uint32_t *seen)
{
	uint32_t bit = 1u << (field->number & 31);

	if (field->type != type || (*seen & bit))
		return KITH_E_MALFORMED;
	*seen |= bit;
	return 0;
}

int kith_wire_take_bytes(
	const struct kith_wire_field *field, uint32_t *seen, struct kith_bytes *view)
{
	int err = take(field, KITH_WIRE_BYTES, seen);

	if (!err)
		*view = field->bytes;
	return err;
}

int kith_wire_take_number(const struct kith_wire_field *field, uint32_t *seen, uint64_t *value)
{
	int err = take(field, KITH_WIRE_VARINT, seen);

	if (!err)
		*value = field->value;
	return err;
}
