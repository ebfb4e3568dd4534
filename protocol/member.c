/* member.c: see member.h. Members are copied out, so that no pointer is cast to what it may not
 * alias. */
#include "protocol/member.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static bool is_pointer(const ProtobufCFieldDescriptor *field)
{
	return field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
}

static const uint8_t *base(const ProtobufCMessage *message)
{
	return (const uint8_t *)message;
}

size_t kith_member_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const uint8_t *quantifier = base(message) + field->quantifier_offset;
	uint32_t number;
	size_t count;
	const void *pointer;

	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&count, quantifier, sizeof(count));
		return count;
	}
	memcpy(&number, quantifier, sizeof(number));
	if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
		return number == field->id;
	if (!is_pointer(field))
		return field->label == PROTOBUF_C_LABEL_REQUIRED || number != 0;
	memcpy(&pointer, base(message) + field->offset, sizeof(pointer));
	return pointer != NULL;
}

/* Where the i-th value of len bytes is. */
static const uint8_t *value_at(const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t i, size_t len)
{
	const uint8_t *member = base(message) + field->offset;
	const uint8_t *list;

	if (field->label != PROTOBUF_C_LABEL_REPEATED)
		return member;
	memcpy(&list, member, sizeof(list));
	return list + i * len;
}

const char *kith_member_text(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i)
{
	const char *text;

	assert(field->type == PROTOBUF_C_TYPE_STRING);
	memcpy(&text, value_at(message, field, i, sizeof(text)), sizeof(text));
	return text;
}

ProtobufCBinaryData kith_member_bytes(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i)
{
	ProtobufCBinaryData data;

	assert(field->type == PROTOBUF_C_TYPE_BYTES);
	memcpy(&data, value_at(message, field, i, sizeof(data)), sizeof(data));
	return data;
}

const ProtobufCMessage *kith_member_message(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i)
{
	const ProtobufCMessage *inner;

	assert(field->type == PROTOBUF_C_TYPE_MESSAGE);
	memcpy(&inner, value_at(message, field, i, sizeof(inner)), sizeof(inner));
	return inner;
}

static int64_t read_32(const uint8_t *at, bool is_signed)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return is_signed ? (int64_t)(int32_t)value : (int64_t)value;
}

int64_t kith_member_number(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i)
{
	int64_t value = 0;

	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_ENUM:
		return read_32(value_at(message, field, i, 4), true);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_BOOL:
		return read_32(value_at(message, field, i, 4), false);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
		memcpy(&value, value_at(message, field, i, sizeof(value)), sizeof(value));
		return value;
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		break;
	}
	assert(!"not a field of whole numbers");
	return value;
}
