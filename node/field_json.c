/* field_json.c: see field_json.h. Each conversion is a pair: what the one writes the other
 * reads. */
#include "node/field_json.h"

#include <stdlib.h>
#include <string.h>

#include "keys/id.h"
#include "node/record_json.h"

/* ---- memory ------------------------------------------------------------------------------- */

struct kith_json_block {
	struct kith_json_block *next;
	max_align_t bytes[];
};

void *kith_json_memory_take(struct kith_json_memory *memory, size_t size)
{
	struct kith_json_block *block = calloc(1, sizeof(*block) + size);

	if (!block)
		return NULL;
	block->next = memory->blocks;
	memory->blocks = block;
	return block->bytes;
}

void kith_json_memory_clear(struct kith_json_memory *memory)
{
	while (memory->blocks) {
		struct kith_json_block *next = memory->blocks->next;

		free(memory->blocks);
		memory->blocks = next;
	}
}

/* ---- what a field is ---------------------------------------------------------------------- */

#define AUTHOR_ENDING "_author"

static bool ends_in(const char *name, const char *ending)
{
	size_t len = strlen(name), ending_len = strlen(ending);

	return len > ending_len && strcmp(name + len - ending_len, ending) == 0;
}

enum kith_json_form kith_field_json_form(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
		return ends_in(field->name, "_e7") ? KITH_JSON_DEGREES : KITH_JSON_INTEGER;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
		return ends_in(field->name, "_ms") ? KITH_JSON_TIME : KITH_JSON_INTEGER;
	case PROTOBUF_C_TYPE_UINT32:
		return KITH_JSON_INTEGER;
	case PROTOBUF_C_TYPE_BOOL:
		return KITH_JSON_YES_NO;
	case PROTOBUF_C_TYPE_ENUM:
		return KITH_JSON_CHOICE;
	case PROTOBUF_C_TYPE_STRING:
		return KITH_JSON_TEXT;
	case PROTOBUF_C_TYPE_BYTES:
		return ends_in(field->name, "_key") || ends_in(field->name, AUTHOR_ENDING)
			       ? KITH_JSON_KEY
			       : KITH_JSON_BASE64;
	case PROTOBUF_C_TYPE_MESSAGE:
		return KITH_JSON_OBJECT;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		return KITH_JSON_NONE;
	}
	return KITH_JSON_NONE;
}

void kith_field_json_name(const ProtobufCFieldDescriptor *field, char out[KITH_FIELD_NAME_MAX])
{
	enum kith_json_form form = kith_field_json_form(field);
	size_t len = strnlen(field->name, KITH_FIELD_NAME_MAX - 1);

	if (form == KITH_JSON_DEGREES || form == KITH_JSON_TIME)
		len -= 3;
	else if (ends_in(field->name, AUTHOR_ENDING))
		len -= strlen(AUTHOR_ENDING);
	memcpy(out, field->name, len);
	out[len] = '\0';
}

const char *kith_field_json_type(const ProtobufCFieldDescriptor *field)
{
	static const char *const names[] = {
		[KITH_JSON_NONE] = NULL,
		[KITH_JSON_TEXT] = "text",
		[KITH_JSON_INTEGER] = "integer",
		[KITH_JSON_DEGREES] = "degrees",
		[KITH_JSON_TIME] = "date-time",
		[KITH_JSON_KEY] = "key",
		[KITH_JSON_BASE64] = "base64",
		[KITH_JSON_CHOICE] = "choice",
		[KITH_JSON_YES_NO] = "yes-no",
		[KITH_JSON_OBJECT] = "object",
	};

	return names[kith_field_json_form(field)];
}

size_t kith_field_value_size(const ProtobufCFieldDescriptor *field)
{
	switch (kith_field_json_form(field)) {
	case KITH_JSON_TEXT:
	case KITH_JSON_OBJECT:
		return sizeof(void *);
	case KITH_JSON_INTEGER:
	case KITH_JSON_DEGREES:
	case KITH_JSON_TIME:
		return field->type == PROTOBUF_C_TYPE_INT64 || field->type == PROTOBUF_C_TYPE_SINT64
			       ? 8
			       : 4;
	case KITH_JSON_KEY:
	case KITH_JSON_BASE64:
		return sizeof(ProtobufCBinaryData);
	case KITH_JSON_CHOICE:
		return sizeof(int);
	case KITH_JSON_YES_NO:
		return sizeof(protobuf_c_boolean);
	case KITH_JSON_NONE:
		break;
	}
	return 0;
}

/* "recovery_key" is a key of type recovery, "node_key" of type node; any other _key is an
 * author's. */
enum kith_id_type kith_field_key_type(const ProtobufCFieldDescriptor *field)
{
	static const enum kith_id_type types[] = {KITH_ID_NODE, KITH_ID_CIRCLE, KITH_ID_RECOVERY};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		const char *name = kith_id_type_name(types[i]);

		if (strncmp(field->name, name, strlen(name)) == 0)
			return types[i];
	}
	return KITH_ID_AUTHOR;
}

/* ---- to JSON ------------------------------------------------------------------------------ */

static void write_integer(
	const ProtobufCFieldDescriptor *field, const void *value, struct kith_json_out *out)
{
	int32_t small;
	uint32_t natural;
	int64_t large;

	if (kith_field_value_size(field) == 8) {
		memcpy(&large, value, sizeof(large));
	} else if (field->type == PROTOBUF_C_TYPE_UINT32) {
		memcpy(&natural, value, sizeof(natural));
		large = natural;
	} else {
		memcpy(&small, value, sizeof(small));
		large = small;
	}
	kith_json_out_number(out, large);
}

static void write_time(const void *value, struct kith_json_out *out)
{
	char text[40];
	int64_t ms;

	memcpy(&ms, value, sizeof(ms));
	kith_time_format(ms, true, text);
	kith_json_out_plain(out, text);
}

static void write_degrees(const void *value, struct kith_json_out *out)
{
	int32_t e7;

	memcpy(&e7, value, sizeof(e7));
	kith_json_out_degrees(out, e7);
}

static void write_choice(
	const ProtobufCFieldDescriptor *field, const void *value, struct kith_json_out *out)
{
	char name[KITH_FIELD_NAME_MAX];
	int number;

	memcpy(&number, value, sizeof(number));
	if (kith_enum_format(field->descriptor, number, name, sizeof(name)))
		kith_json_out_plain(out, name);
	else
		kith_json_out_number(out, number); /* from a later version */
}

static void write_yes_no(const void *value, struct kith_json_out *out)
{
	protobuf_c_boolean yes;

	memcpy(&yes, value, sizeof(yes));
	kith_json_out_bool(out, yes);
}

static void write_text(const void *value, struct kith_json_out *out)
{
	const char *text;

	memcpy(&text, value, sizeof(text));
	kith_json_out_text(out, text, strlen(text));
}

static void write_bytes(
	const ProtobufCFieldDescriptor *field, const void *value, struct kith_json_out *out)
{
	char text[KITH_ID_TEXT_MAX];
	ProtobufCBinaryData bytes;

	memcpy(&bytes, value, sizeof(bytes));
	if (kith_field_json_form(field) != KITH_JSON_KEY || bytes.len != KITH_ID_LEN) {
		kith_json_out_base64(out, bytes.data, bytes.len);
		return;
	}
	kith_id_format(kith_field_key_type(field), bytes.data, text);
	kith_json_out_plain(out, text);
}

void kith_value_write(
	const ProtobufCFieldDescriptor *field, const void *value, struct kith_json_out *out)
{
	switch (kith_field_json_form(field)) {
	case KITH_JSON_TEXT:
		write_text(value, out);
		return;
	case KITH_JSON_INTEGER:
		write_integer(field, value, out);
		return;
	case KITH_JSON_DEGREES:
		write_degrees(value, out);
		return;
	case KITH_JSON_TIME:
		write_time(value, out);
		return;
	case KITH_JSON_KEY:
	case KITH_JSON_BASE64:
		write_bytes(field, value, out);
		return;
	case KITH_JSON_CHOICE:
		write_choice(field, value, out);
		return;
	case KITH_JSON_YES_NO:
		write_yes_no(value, out);
		return;
	case KITH_JSON_OBJECT:
	case KITH_JSON_NONE:
		break;
	}
	kith_json_out_null(out);
}
