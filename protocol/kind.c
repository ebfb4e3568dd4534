/* kind.c: see kind.h. Everything is read from the descriptors that protoc-c wrote. */
#include "protocol/kind.h"

#include <string.h>

#include "kith.pb-c.h"

static struct kith_kind describe(const ProtobufCFieldDescriptor *field)
{
	return (struct kith_kind){
		.number = field->id,
		.name = field->name,
		.message = field->descriptor,
		.field = field,
	};
}

/* Descriptors list the fields in order of their numbers; those of the oneof are the kinds. */
bool kith_kind_at(size_t i, struct kith_kind *out)
{
	const ProtobufCMessageDescriptor *body = &kith__body__descriptor;

	for (unsigned f = 0; f < body->n_fields; f++) {
		if (!(body->fields[f].flags & PROTOBUF_C_FIELD_FLAG_ONEOF))
			continue;
		if (i-- == 0) {
			*out = describe(&body->fields[f]);
			return true;
		}
	}
	return false;
}

bool kith_kind_by_number(uint32_t number, struct kith_kind *out)
{
	for (size_t i = 0; kith_kind_at(i, out); i++)
		if (out->number == number)
			return true;
	return false;
}

bool kith_kind_by_name(const char *name, struct kith_kind *out)
{
	for (size_t i = 0; kith_kind_at(i, out); i++)
		if (strcmp(out->name, name) == 0)
			return true;
	return false;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static char to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char to_lower(char c)
{
	return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

/* The value's name after its prefix: "IN_PLANNING" of INITIATIVE_STATUS_IN_PLANNING in the enum
 * InitiativeStatus. A name without the prefix is returned whole. */
static const char *without_prefix(const ProtobufCEnumDescriptor *type, const char *name)
{
	const char *at = name;

	for (const char *c = type->short_name; *c; c++) {
		if (is_upper(*c) && c != type->short_name && *at++ != '_')
			return name;
		if (*at++ != to_upper(*c))
			return name;
	}
	return *at == '_' ? at + 1 : name;
}

static char spoken(char c)
{
	return c == '_' ? '-' : to_lower(c);
}

bool kith_enum_format(const ProtobufCEnumDescriptor *type, int value, char *out, size_t len)
{
	const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
	const char *name;

	if (!found || strlen(name = without_prefix(type, found->name)) >= len)
		return false;
	while (*name)
		*out++ = spoken(*name++);
	*out = '\0';
	return true;
}

static bool is_same_name(const char *value_name, const char *name)
{
	for (; *value_name && *name; value_name++, name++)
		if (spoken(*value_name) != (*name == '_' ? '-' : *name))
			return false;
	return *value_name == *name;
}

bool kith_enum_parse(const ProtobufCEnumDescriptor *type, const char *name, int *value)
{
	for (unsigned i = 0; i < type->n_values; i++) {
		if (is_same_name(without_prefix(type, type->values[i].name), name)) {
			*value = type->values[i].value;
			return true;
		}
	}
	return false;
}
