/*
 * field.h: walking over the fields of one protobuf message without allocating.
 *
 * For the few small messages that arrive before we know who is speaking (certificate, Hello):
 * nothing is unpacked, every field is a view into the bytes received, nesting is walked only where
 * the reader asks for it. Groups, field number 0, and varints of more than 64 bits are malformed.
 * Which fields there are is said in kith.proto; unknown ones are passed over by the reader.
 */
#ifndef KITH_PROTOCOL_FIELD_H
#define KITH_PROTOCOL_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/bytes.h"

enum kith_wire {
	KITH_WIRE_VARINT = 0,
	KITH_WIRE_FIXED64 = 1,
	KITH_WIRE_BYTES = 2,
	KITH_WIRE_FIXED32 = 5,
};

struct kith_field {
	uint32_t number;
	enum kith_wire wire;
	uint64_t value;          /* VARINT */
	struct kith_bytes bytes; /* BYTES */
};

/* The next field; false at the end or once cursor->err is set. */
bool kith_field_next(struct kith_cursor *cursor, struct kith_field *out);

/*
 * Keeps a field that may stand there once: view or value gets what the field holds, and *seen, a
 * set of bits by field number (below 32), remembers it. KITH_E_MALFORMED the second time or for
 * another wire type.
 */
KITH_MUST_CHECK int kith_field_take_bytes(
	const struct kith_field *field, uint32_t *seen, struct kith_bytes *view);
KITH_MUST_CHECK int kith_field_take_varint(
	const struct kith_field *field, uint32_t *seen, uint64_t *value);

void kith_field_write_varint(struct kith_buf *buf, uint32_t number, uint64_t value);
void kith_field_write_bytes(struct kith_buf *buf, uint32_t number, const void *data, size_t len);

#endif
