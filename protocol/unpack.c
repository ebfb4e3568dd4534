/* unpack.c: see unpack.h. */
#include "protocol/unpack.h"

#include <assert.h>
#include <string.h>

#include "protocol/limits.h"
#include "protocol/problem.h"
#include "protocol/wire.h"

typedef const ProtobufCMessageDescriptor message_type;
typedef const ProtobufCFieldDescriptor field_type;

static size_t align(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

static field_type *find_field(message_type *type, const struct kith_wire_field *wire)
{
	return protobuf_c_message_descriptor_get_field(type, wire->number);
}

static size_t index_of(message_type *type, field_type *field)
{
	return (size_t)(field - type->fields);
}

static bool is_oneof(field_type *field)
{
	return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

/* What one value takes in its struct or list. */
static size_t value_size(field_type *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_ENUM:
		return 4;
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return 8;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(void *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	}
	assert(!"a type of protobuf-c that this switch does not name");
	return 0;
}

static enum kith_wire_type wire_type_of(field_type *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_BOOL:
	case PROTOBUF_C_TYPE_ENUM:
		return KITH_WIRE_VARINT;
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		return KITH_WIRE_FIXED32;
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return KITH_WIRE_FIXED64;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return KITH_WIRE_BYTES;
	}
	assert(!"a type of protobuf-c that this switch does not name");
	return KITH_WIRE_BYTES;
}

/* ---- the scan -------------------------------------------------------------------------------- */

struct scan {
	struct kith_unpack_room room;
	unsigned fields;
	struct kith_path path;
	struct kith_problem *problem;
};

static int refuse(struct scan *scan, int err, const char *rule)
{
	const char *field = scan->path.len ? scan->path.text : "body";

	return kith_problem_set(scan->problem, err, field, "%s", rule);
}

static int scan_message(
	struct scan *scan, message_type *type, struct kith_bytes packed, unsigned depth);

/* Why the value is none of its field's type, or NULL. A number of 32 bits that is negative is
 * written in 64, as protobuf does. */
static const char *value_problem(field_type *field, const struct kith_wire_field *wire)
{
	bool negative = wire->value >> 63;

	if (wire->type != wire_type_of(field))
		return "has another wire type than its field";
	if ((field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_SINT32) &&
		wire->value > UINT32_MAX)
		return "must fit 32 bits";
	if ((field->type == PROTOBUF_C_TYPE_INT32 || field->type == PROTOBUF_C_TYPE_ENUM) &&
		(negative ? ~wire->value : wire->value) > INT32_MAX)
		return "must fit 32 bits";
	if (field->type == PROTOBUF_C_TYPE_BOOL && wire->value > 1)
		return "must be 0 or 1";
	if (field->type == PROTOBUF_C_TYPE_STRING && wire->bytes.len &&
		memchr(wire->bytes.data, 0, wire->bytes.len))
		return "must not hold a zero byte";
	return NULL;
}

static int scan_value(
	struct scan *scan, field_type *field, const struct kith_wire_field *wire, unsigned depth)
{
	const char *why = value_problem(field, wire);

	if (why)
		return refuse(scan, KITH_E_MALFORMED, why);
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		return scan_message(scan, field->descriptor, wire->bytes, depth + 1);
	if (field->type == PROTOBUF_C_TYPE_STRING)
		scan->room.bytes += wire->bytes.len + 1;
	else if (field->type == PROTOBUF_C_TYPE_BYTES)
		scan->room.bytes += wire->bytes.len;
	return 0;
}

static int scan_field(struct scan *scan, field_type *field, const struct kith_wire_field *wire,
	size_t count, unsigned depth)
{
	bool tell = scan->problem != NULL; /* else nobody asks where it was */
	size_t was = tell ? kith_path_push(&scan->path, field->name) : 0;
	bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
	int err = 0;

	if (repeated && tell)
		kith_path_push_index(&scan->path, count);
	if (!repeated && count)
		err = refuse(scan, KITH_E_MALFORMED, "must not be there twice");
	if (!err)
		err = scan_value(scan, field, wire, depth);
	if (tell)
		kith_path_pop(&scan->path, was);
	return err;
}

/* Lists, and that no two members of one oneof are there. */
static int scan_counts(struct scan *scan, message_type *type, const uint16_t *count)
{
	for (size_t i = 0; i < type->n_fields; i++) {
		field_type *field = &type->fields[i];

		if (count[i] == 0)
			continue;
		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			scan->room.structs += align(count[i] * value_size(field));
		for (size_t k = i + 1; is_oneof(field) && k < type->n_fields; k++)
			if (count[k] && is_oneof(&type->fields[k]) &&
				type->fields[k].quantifier_offset == field->quantifier_offset)
				return refuse(
					scan, KITH_E_MALFORMED, "must not be of two kinds at once");
	}
	return 0;
}

static int scan_message(
	struct scan *scan, message_type *type, struct kith_bytes packed, unsigned depth)
{
	uint16_t count[KITH_PROTO_MESSAGE_FIELDS] = {0}; /* at most KITH_PROTO_FIELDS_MAX each */
	struct kith_cursor cursor;
	struct kith_wire_field wire;

	assert(type->n_fields <= KITH_PROTO_MESSAGE_FIELDS);
	if (depth > KITH_PROTO_DEPTH_MAX)
		return refuse(scan, KITH_E_TOO_LARGE, "must not be nested as deeply");
	scan->room.structs += align(type->sizeof_message);
	kith_cursor_init(&cursor, packed.data, packed.len);
	while (kith_wire_next(&cursor, &wire)) {
		field_type *field = find_field(type, &wire);
		int err;

		if (++scan->fields > KITH_PROTO_FIELDS_MAX)
			return refuse(scan, KITH_E_TOO_LARGE, "has too many fields");
		if (!field)
			continue;
		err = scan_field(scan, field, &wire, count[index_of(type, field)]++, depth);
		if (err)
			return err;
	}
	if (cursor.err)
		return refuse(scan, KITH_E_MALFORMED, "must be a well-formed list of fields");
	return scan_counts(scan, type, count);
}

int kith_unpack_scan(message_type *type, struct kith_bytes packed, struct kith_unpack_room *room,
	struct kith_problem *problem)
{
	struct scan scan = {.problem = problem};
	int err = scan_message(&scan, type, packed, 1);

	if (!err && scan.room.structs + scan.room.bytes >
			    KITH_PROTO_EXPANSION * packed.len + KITH_PROTO_BASE_BYTES)
		err = refuse(&scan, KITH_E_TOO_LARGE, "takes too much memory for its length");
	*room = scan.room;
	return err;
}

/* ---- filling --------------------------------------------------------------------------------- */

struct fill {
	uint8_t *structs;
	uint8_t *bytes;
};

static void *take_struct(struct fill *fill, size_t len)
{
	void *at = fill->structs;

	fill->structs += align(len);
	return at;
}

static uint8_t *take_bytes(struct fill *fill, struct kith_bytes from)
{
	uint8_t *at = fill->bytes;

	if (from.len)
		memcpy(at, from.data, from.len);
	fill->bytes += from.len;
	return at;
}

static char *take_text(struct fill *fill, struct kith_bytes from)
{
	char *at = (char *)take_bytes(fill, from);

	*fill->bytes++ = '\0';
	return at;
}

static ProtobufCMessage *fill_message(
	struct fill *fill, message_type *type, struct kith_bytes packed);

static uint64_t from_zigzag(uint64_t value)
{
	return value >> 1 ^ (0 - (value & 1));
}

/* Writes one value to where the struct or list has it. Members of 32 bits take the low half, which
 * is the two's complement of a negative one. */
static void fill_value(
	struct fill *fill, field_type *field, const struct kith_wire_field *wire, uint8_t *at)
{
	bool zigzag =
		field->type == PROTOBUF_C_TYPE_SINT32 || field->type == PROTOBUF_C_TYPE_SINT64;
	uint64_t number = zigzag ? from_zigzag(wire->value) : wire->value;
	uint32_t low = (uint32_t)number;
	ProtobufCBinaryData data;
	void *pointer;

	if (field->type == PROTOBUF_C_TYPE_BYTES) {
		data = (ProtobufCBinaryData){wire->bytes.len, take_bytes(fill, wire->bytes)};
		memcpy(at, &data, sizeof(data));
	} else if (wire->type == KITH_WIRE_BYTES) {
		pointer = field->type == PROTOBUF_C_TYPE_STRING
				  ? (void *)take_text(fill, wire->bytes)
				  : (void *)fill_message(fill, field->descriptor, wire->bytes);
		memcpy(at, &pointer, sizeof(pointer));
	} else if (value_size(field) == sizeof(low)) {
		memcpy(at, &low, sizeof(low));
	} else {
		memcpy(at, &number, sizeof(number));
	}
}

/* Says that an optional field is there, or which member of its oneof. */
static void fill_presence(field_type *field, uint8_t *message)
{
	protobuf_c_boolean yes = 1;

	if (is_oneof(field))
		memcpy(message + field->quantifier_offset, &field->id, sizeof(field->id));
	else if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE &&
		 field->label == PROTOBUF_C_LABEL_OPTIONAL)
		memcpy(message + field->quantifier_offset, &yes, sizeof(yes));
}

static bool has_lists(message_type *type)
{
	for (size_t i = 0; i < type->n_fields; i++)
		if (type->fields[i].label == PROTOBUF_C_LABEL_REPEATED)
			return true;
	return false;
}

/* Makes the lists, of the lengths that the first pass over the message counted. */
static void make_lists(
	struct fill *fill, message_type *type, struct kith_bytes packed, uint8_t *message)
{
	size_t count[KITH_PROTO_MESSAGE_FIELDS] = {0};
	struct kith_cursor cursor;
	struct kith_wire_field wire;

	kith_cursor_init(&cursor, packed.data, packed.len);
	while (kith_wire_next(&cursor, &wire)) {
		field_type *field = find_field(type, &wire);

		if (field)
			count[index_of(type, field)]++;
	}
	for (size_t i = 0; i < type->n_fields; i++) {
		field_type *field = &type->fields[i];
		void *list;

		if (field->label != PROTOBUF_C_LABEL_REPEATED || count[i] == 0)
			continue;
		list = take_struct(fill, count[i] * value_size(field));
		memcpy(message + field->offset, &list, sizeof(list));
	}
}

static void append(
	struct fill *fill, field_type *field, const struct kith_wire_field *wire, uint8_t *message)
{
	uint8_t *list;
	size_t n;

	memcpy(&list, message + field->offset, sizeof(list));
	memcpy(&n, message + field->quantifier_offset, sizeof(n));
	fill_value(fill, field, wire, list + n * value_size(field));
	n++;
	memcpy(message + field->quantifier_offset, &n, sizeof(n));
}

static ProtobufCMessage *fill_message(
	struct fill *fill, message_type *type, struct kith_bytes packed)
{
	ProtobufCMessage *base = take_struct(fill, type->sizeof_message);
	uint8_t *message = (uint8_t *)base;
	struct kith_cursor cursor;
	struct kith_wire_field wire;

	type->message_init(base);
	if (has_lists(type))
		make_lists(fill, type, packed, message);
	kith_cursor_init(&cursor, packed.data, packed.len);
	while (kith_wire_next(&cursor, &wire)) {
		field_type *field = find_field(type, &wire);

		if (!field)
			continue;
		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			append(fill, field, &wire, message);
		} else {
			fill_value(fill, field, &wire, message + field->offset);
			fill_presence(field, message);
		}
	}
	return base;
}

ProtobufCMessage *kith_unpack(message_type *type, struct kith_bytes packed,
	const struct kith_unpack_room *room, void *memory)
{
	struct fill fill = {memory, (uint8_t *)memory + room->structs};
	ProtobufCMessage *message = fill_message(&fill, type, packed);

	assert(fill.structs == (uint8_t *)memory + room->structs);
	assert(fill.bytes == fill.structs + room->bytes);
	return message;
}
