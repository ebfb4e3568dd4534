/* field.c: see field.h. Protobuf's varints are little-endian, unlike those of SPEC section
 * "Varint". */
#include "protocol/field.h"

static uint64_t read_varint(struct kith_cursor *cursor)
{
	uint64_t value = 0;
	uint8_t byte;

	for (unsigned int shift = 0; shift < 70; shift += 7) {
		byte = kith_read_u8(cursor);
		if (cursor->err)
			return 0;
		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return value;
	}
	cursor->err = KITH_E_MALFORMED;
	return 0;
}

static struct kith_bytes read_bytes(struct kith_cursor *cursor)
{
	uint64_t len = read_varint(cursor);

	/* Compared before it becomes a size_t, so that no length wraps on a 32-bit machine. */
	if (!cursor->err && len > kith_cursor_left(cursor))
		cursor->err = KITH_E_TRUNCATED;
	return kith_read_view(cursor, cursor->err ? 0 : (size_t)len);
}

bool kith_field_next(struct kith_cursor *cursor, struct kith_field *out)
{
	uint64_t key;

	*out = (struct kith_field){0};
	if (cursor->err || kith_cursor_left(cursor) == 0)
		return false;
	key = read_varint(cursor);
	if (!cursor->err && (key >> 3 == 0 || key >> 32))
		cursor->err = KITH_E_MALFORMED;
	out->number = (uint32_t)(key >> 3);
	if (cursor->err)
		return false;
	switch (key & 7) {
	case KITH_WIRE_VARINT:
		out->wire = KITH_WIRE_VARINT;
		out->value = read_varint(cursor);
		break;
	case KITH_WIRE_FIXED64:
		out->wire = KITH_WIRE_FIXED64;
		kith_read_view(cursor, 8);
		break;
	case KITH_WIRE_BYTES:
		out->wire = KITH_WIRE_BYTES;
		out->bytes = read_bytes(cursor);
		break;
	case KITH_WIRE_FIXED32:
		out->wire = KITH_WIRE_FIXED32;
		kith_read_view(cursor, 4);
		break;
	default: /* groups, and two numbers without a meaning */
		cursor->err = KITH_E_MALFORMED;
	}
	return !cursor->err;
}

static int take(const struct kith_field *field, enum kith_wire wire, uint32_t *seen)
{
	uint32_t bit = 1u << (field->number & 31);

	if (field->wire != wire || (*seen & bit))
		return KITH_E_MALFORMED;
	*seen |= bit;
	return 0;
}

int kith_field_take_bytes(const struct kith_field *field, uint32_t *seen, struct kith_bytes *view)
{
	int err = take(field, KITH_WIRE_BYTES, seen);

	if (!err)
		*view = field->bytes;
	return err;
}

int kith_field_take_varint(const struct kith_field *field, uint32_t *seen, uint64_t *value)
{
	int err = take(field, KITH_WIRE_VARINT, seen);

	if (!err)
		*value = field->value;
	return err;
}

static void write_varint(struct kith_buf *buf, uint64_t value)
{
	while (value > 0x7f) {
		kith_write_u8(buf, (uint8_t)(value | 0x80));
		value >>= 7;
	}
	kith_write_u8(buf, (uint8_t)value);
}

void kith_field_write_varint(struct kith_buf *buf, uint32_t number, uint64_t value)
{
	write_varint(buf, (uint64_t)number << 3 | KITH_WIRE_VARINT);
	write_varint(buf, value);
}

void kith_field_write_bytes(struct kith_buf *buf, uint32_t number, const void *data, size_t len)
{
	write_varint(buf, (uint64_t)number << 3 | KITH_WIRE_BYTES);
	write_varint(buf, len);
	kith_write(buf, data, len);
}
