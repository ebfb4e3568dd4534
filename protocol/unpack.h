/*
 * unpack.h: from packed bytes to the structs of protoc-c, at a known price. Internal to body.c.
 *
 * Layouts, packing and descriptors are protobuf-c's; its unpacker is not used on what comes from
 * outside, for it merges a field that comes twice, keeps unknown fields, needs some 40 bytes of
 * scratch for each field of the input, and allocates as it goes. Here a scan checks everything and
 * adds up what the structs will take; then they are filled into one block of exactly that size.
 * Nothing is kept of unknown fields: whoever forwards a record forwards its bytes. test_unpack.c
 * compares with protobuf-c.
 *
 * Refused (SPEC section "Bodies"): all that wire.h refuses; a field twice that is not repeated,
 * two members of a oneof; a known field of another wire type than it has; a number outside its
 * type; a text with a zero byte; more than KITH_PROTO_FIELDS_MAX fields in all or
 * KITH_PROTO_DEPTH_MAX levels; more than KITH_PROTO_EXPANSION times the packed length (plus
 * KITH_PROTO_BASE_BYTES) once unpacked. Allowed: any order of fields, unknown fields, numbers an
 * enum does not know, packed length 0.
 */
#ifndef KITH_PROTOCOL_UNPACK_H
#define KITH_PROTOCOL_UNPACK_H

#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "keys/error.h"
#include "protocol/bytes.h"
#include "protocol/record.h"

/* No message of the schema has more fields (test_unpack.c). */
#define KITH_PROTO_MESSAGE_FIELDS 64

/* What a message takes unpacked: aligned structs and lists, then the bytes they point to. */
struct kith_unpack_room {
	size_t structs;
	size_t bytes;
};

/* KITH_E_MALFORMED, KITH_E_TOO_LARGE. Allocates nothing; recurses KITH_PROTO_DEPTH_MAX deep at
 * most. */
KITH_MUST_CHECK int kith_unpack_scan(const ProtobufCMessageDescriptor *type,
	struct kith_bytes packed, struct kith_unpack_room *room, struct kith_problem *problem);

/* Fills memory, room->structs + room->bytes long and aligned as malloc() does, with what the scan
 * has let through. The message stands at its beginning. Cannot fail. */
ProtobufCMessage *kith_unpack(const ProtobufCMessageDescriptor *type, struct kith_bytes packed,
	const struct kith_unpack_room *room, void *memory);

#endif
