/* kind_json.c: what a record kind is made of, told in JSON; see kith_kind_to_json() in record_json.h. */
#include "node/record_json.h"

#include "node/field_json.h"
#include "protocol/kind.h"

#include "kith.pb-c.h"

static json_t *choices(const ProtobufCEnumDescriptor *type)
{
	char name[KITH_FIELD_NAME_MAX];
	json_t *list = json_array();

	for (unsigned i = 0; list && i < type->n_values; i++)
		if (kith_enum_format(type, type->values[i].value, name, sizeof(name)))
			json_array_append_new(list, json_string(name));
	return list;
}

static int add_fields(const ProtobufCMessageDescriptor *type, bool common, json_t *list);

static json_t *describe_field(const ProtobufCFieldDescriptor *field, bool common)
{
	enum kith_json_form form = kith_field_json_form(field);
	char name[KITH_FIELD_NAME_MAX];
	json_t *object = json_object(), *nested;

	if (!object)
		return NULL;
	kith_field_json_name(field, name);
	json_object_set_new(object, "name", json_string(name));
	json_object_set_new(object, "type", json_string(kith_field_json_type(field)));
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		json_object_set_new(object, "list", json_true());
	if (common)
		json_object_set_new(object, "common", json_true());
	if (form == KITH_JSON_CHOICE)
		json_object_set_new(object, "choices", choices(field->descriptor));
	if (form == KITH_JSON_KEY)
		json_object_set_new(
			object, "key", json_string(kith_id_type_name(kith_field_key_type(field))));
	if (form != KITH_JSON_OBJECT)
		return object;
	nested = json_array();
	if (nested && add_fields(field->descriptor, false, nested) == 0 &&
		json_object_set(object, "fields", nested) == 0) {
		json_decref(nested);
		return object;
	}
	json_decref(nested);
	json_decref(object);
	return NULL;
}

/* The fields of Common take the place of the field that holds them. */
static int add_fields(const ProtobufCMessageDescriptor *type, bool common, json_t *list)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (kith_field_json_form(field) == KITH_JSON_NONE)
			continue;
		if (field->descriptor == &kith__common__descriptor) {
			if (add_fields(field->descriptor, true, list) != 0)
				return -1;
		} else if (json_array_append_new(list, describe_field(field, common)) != 0) {
			return -1;
		}
	}
	return 0;
}

json_t *kith_kind_to_json(const char *kind_name)
{
	json_t *fields = json_array();
	struct kith_kind kind;

	if (!fields || !kith_kind_by_name(kind_name, &kind) ||
		add_fields(kind.message, false, fields) != 0) {
		json_decref(fields);
		return NULL;
	}
	return json_pack(
		"{s:s, s:i, s:o}", "kind", kind.name, "number", (int)kind.number, "fields", fields);
}
