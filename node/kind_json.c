/* kind_json.c: what a record kind is made of, told in JSON; see kith_kind_to_json() in
 * record_json.h. */
#include "node/record_json.h"

#include "node/field_json.h"
#include "protocol/kind.h"
#include "protocol/limits.h"
#include "protocol/rules.h"

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

static int add_fields(const ProtobufCMessageDescriptor *kind,
	const ProtobufCMessageDescriptor *type, bool common, json_t *list);

static bool is_list(const ProtobufCFieldDescriptor *field)
{
	return field->label == PROTOBUF_C_LABEL_REPEATED;
}

/* What the rules say that somebody who writes a value wants to know beforehand. */
static void add_rules(const ProtobufCMessageDescriptor *kind,
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field,
	json_t *object)
{
	const struct kith_field_rule *rule = kith_rule_of_field(type, field);
	size_t max_bytes = rule->max_bytes ? rule->max_bytes : KITH_TEXT_MAX_BYTES;
	size_t max_items = rule->max_items ? rule->max_items : KITH_LIST_MAX;

	if (kith_field_is_required(kind, type, field))
		json_object_set_new(object, "required", json_true());
	if (is_list(field))
		json_object_set_new(object, "max_items", json_integer((json_int_t)max_items));
	if (kith_field_json_form(field) != KITH_JSON_TEXT)
		return;
	if (rule->form == KITH_FORM_BLOCK)
		json_object_set_new(object, "block", json_true());
	if (kith_form_is_for_people(rule->form))
		json_object_set_new(object, "prose", json_true());
	json_object_set_new(object, "max_bytes", json_integer((json_int_t)max_bytes));
}

static json_t *describe_field(const ProtobufCMessageDescriptor *kind,
	const ProtobufCMessageDescriptor *type, const ProtobufCFieldDescriptor *field, bool common)
{
	enum kith_json_form form = kith_field_json_form(field);
	char name[KITH_FIELD_NAME_MAX];
	json_t *object = json_object(), *nested;

	if (!object)
		return NULL;
	kith_field_json_name(field, name);
	json_object_set_new(object, "name", json_string(name));
	json_object_set_new(object, "type", json_string(kith_field_json_type(field)));
	if (is_list(field))
		json_object_set_new(object, "list", json_true());
	if (common)
		json_object_set_new(object, "common", json_true());
	add_rules(kind, type, field, object);
	if (form == KITH_JSON_CHOICE)
		json_object_set_new(object, "choices", choices(field->descriptor));
	if (form == KITH_JSON_KEY)
		json_object_set_new(
			object, "key", json_string(kith_id_type_name(kith_field_key_type(field))));
	if (form != KITH_JSON_OBJECT)
		return object;
	nested = json_array();
	if (nested && add_fields(kind, field->descriptor, false, nested) == 0 &&
		json_object_set(object, "fields", nested) == 0) {
		json_decref(nested);
		return object;
	}
	json_decref(nested);
	json_decref(object);
	return NULL;
}

/* The fields of Common take the place of the field that holds them. */
static int add_fields(const ProtobufCMessageDescriptor *kind,
	const ProtobufCMessageDescriptor *type, bool common, json_t *list)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (kith_field_json_form(field) == KITH_JSON_NONE)
			continue;
		if (field->descriptor == &kith__common__descriptor) {
			if (add_fields(kind, field->descriptor, true, list) != 0)
				return -1;
		} else if (json_array_append_new(list, describe_field(kind, type, field, common)) !=
			   0) {
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
		add_fields(kind.message, kind.message, false, fields) != 0) {
		json_decref(fields);
		return NULL;
	}
	return json_pack(
		"{s:s, s:i, s:o}", "kind", kind.name, "number", (int)kind.number, "fields", fields);
}
