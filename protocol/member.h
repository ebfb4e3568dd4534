/*
 * member.h: the values of an unpacked message, by descriptor. Internal to protocol/.
 */
#ifndef KITH_PROTOCOL_MEMBER_H
#define KITH_PROTOCOL_MEMBER_H

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

/* How many values the field has: the length of a list, else 0 or 1. */
size_t kith_member_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* The i-th value (i < count) of a field of that type; numbers of all types but floating point. */
const char *kith_member_text(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i);
ProtobufCBinaryData kith_member_bytes(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i);
const ProtobufCMessage *kith_member_message(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i);
int64_t kith_member_number(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i);

#endif
