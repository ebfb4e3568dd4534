/*
 * wire.h: the protobuf wire format, strictly. Internal to protocol/.
 *
 * Records are hashed and certificates signed as they are, so there is no reason to take more than
 * one spelling of a number: varints (least significant group first, unlike those of bytes.h) must
 * be of the shortest form and fit 64 bits; field numbers are 1 to 2^29 - 1; groups and unassigned
 * wire types are refused. Everything a usual protobuf library writes passes (SPEC section "Wire
 * format of records"). Reading never allocates, never recurses, and puts its errors into the
 * cursor.
 */
#ifndef KITH_PROTOCOL_WIRE_H
#define KITH_PROTOCOL_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/bytes.h"

#define KITH_WIRE_NUMBER_MAX ((1u << 29) - 1)

enum kith_wire_type {
	KITH_WIRE_VARINT = 0,
	KITH_WIRE_FIXED64 = 1,
	KITH_WIRE_BYTES = 2,
	KITH_WIRE_FIXED32 = 5,
};

struct kith_wire_field {
	uint32_t number;
	enum kith_wire_type type;
	uint64_t value;          /* of all but BYTES */
	struct kith_bytes bytes; /* of BYTES: a view */
};

/* The next field; false at the end and on an error, which cursor->err tells apart. */
bool kith_wire_next(struct kith_cursor *cursor, struct kith_wire_field *out);

/*
 * Keeps a field that may stand there once: view or value gets what it holds, and *seen, a set of
 * bits by field number (below 32), remembers it. KITH_E_MALFORMED the second time or for another
 * wire type.
 */
KITH_MUST_CHECK int kith_wire_take_bytes(
	const struct kith_wire_field *field, uint32_t *seen, struct kith_bytes *view);
KITH_MUST_CHECK int kith_wire_take_number(
	const struct kith_wire_field *field, uint32_t *seen, uint64_t *value);

/* How many bytes a number takes, and a field of bytes with its tag and length. */
size_t kith_wire_varint_len(uint64_t value);
size_t kith_wire_bytes_len(uint32_t number, size_t len);

void kith_wire_put_number(struct kith_buf *buf, uint32_t number, uint64_t value);
void kith_wire_put_bytes(struct kith_buf *buf, uint32_t number, const void *data, size_t len);

/* Tag and length of a field of bytes whose content the caller writes next. */
void kith_wire_put_prefix(struct kith_buf *buf, uint32_t number, size_t len);

#endif
