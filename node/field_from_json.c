/*
 * field_from_json.c: JSON values become fields of a body; see field_json.h. Each function is the
 * reverse of one in field_json.c.
 */
#include "node/field_json.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "node/record_json.h"

#define BASE64 sodium_base64_VARIANT_ORIGINAL

int kith_base64_from_json(
	const json_t *json, struct kith_json_memory *memory, uint8_t **out, size_t *out_len)
{
	const char *text = json_string_value(json);
	size_t text_len = json_string_length(json), room = text_len / 4 * 3 + 3;

	if (!text)
		return KITH_E_MALFORMED;
	*out = kith_json_memory_take(memory, room);
	if (!*out)
		return KITH_E_NOMEM;
	if (sodium_base642bin(*out, room, text, text_len, NULL, out_len, NULL, BASE64) != 0)
		return KITH_E_MALFORMED;
	return 0;
}

static int refuse(struct kith_problem *problem, const struct kith_path *path, const char *rule)
{
	return kith_problem_set(problem, KITH_E_MALFORMED, path->text, "%s", rule);
}

static int text_from_json(
	const json_t *json, void *value, const struct kith_path *path, struct kith_problem *problem)
{
	const char *text = json_string_value(json);

	if (!text)
		return refuse(problem, path, "must be text");
	if (strlen(text) != json_string_length(json))
		return refuse(problem, path, "must not hold a NUL character");
	memcpy(value, &text, sizeof(text));
	return 0;
}

static int integer_from_json(const ProtobufCFieldDescriptor *field, const json_t *json, void *value,
	const struct kith_path *path, struct kith_problem *problem)
{
	bool natural = field->type == PROTOBUF_C_TYPE_UINT32;
	int64_t large = json_integer_value(json);
	uint32_t small = (uint32_t)large;

	if (!json_is_integer(json))
		return refuse(problem, path, "must be a whole number");
	if (kith_field_value_size(field) == 8) {
		memcpy(value, &large, sizeof(large));
		return 0;
	}
	if (natural ? large < 0 || large > UINT32_MAX : large < INT32_MIN || large > INT32_MAX)
		return kith_problem_set(problem, KITH_E_MALFORMED, path->text,
			"must be a whole number from %s to %s", natural ? "0" : "-2147483648",
			natural ? "4294967295" : "2147483647");
	memcpy(value, &small, sizeof(small));
	return 0;
}

static int degrees_from_json(
	const json_t *json, void *value, const struct kith_path *path, struct kith_problem *problem)
{
	double degrees = json_number_value(json);
	int32_t e7;

	if (!json_is_number(json) || !(fabs(degrees) <= 180))
		return refuse(problem, path, "must be a number of degrees from -180 to 180");
	e7 = (int32_t)lround(degrees * 1e7);
	memcpy(value, &e7, sizeof(e7));
	return 0;
}

static int time_from_json(
	const json_t *json, void *value, const struct kith_path *path, struct kith_problem *problem)
{
	const char *text = json_string_value(json);
	int64_t ms;

	if (!text || kith_time_parse(text, &ms))
		return refuse(problem, path,
			"must be a date such as 2017-03-10, 2017-03 or 2017, or a time with its "
			"zone "
			"such as 2017-03-10T09:30:00Z");
	memcpy(value, &ms, sizeof(ms));
	return 0;
}

static int key_from_json(const ProtobufCFieldDescriptor *field, const json_t *json,
	struct kith_json_memory *memory, const struct kith_path *path, void *value,
	struct kith_problem *problem)
{
	const char *text = json_string_value(json);
	enum kith_id_type type = kith_field_key_type(field), found = type;
	ProtobufCBinaryData bytes = {KITH_ID_LEN, kith_json_memory_take(memory, KITH_ID_LEN)};
	char reason[160];
	int err;

	if (!bytes.data)
		return KITH_E_NOMEM;
	err = text ? kith_id_parse(type, text, bytes.data, &found) : KITH_E_MALFORMED;
	if (err) {
		kith_id_explain(err, type, found, reason, sizeof(reason));
		return refuse(problem, path, reason);
	}
	memcpy(value, &bytes, sizeof(bytes));
	return 0;
}

static int base64_from_json(const json_t *json, struct kith_json_memory *memory,
	const struct kith_path *path, void *value, struct kith_problem *problem)
{
	ProtobufCBinaryData bytes;
	int err = kith_base64_from_json(json, memory, &bytes.data, &bytes.len);

	if (err == KITH_E_MALFORMED)
		return refuse(problem, path, "must be base64 text, with = at the end where needed");
	if (!err)
		memcpy(value, &bytes, sizeof(bytes));
	return err;
}

/* Lists the names that would do, as far as the rule has room. */
static int choice_refused(const ProtobufCEnumDescriptor *type, const struct kith_path *path,
	struct kith_problem *problem)
{
	char list[160] = "", name[KITH_FIELD_NAME_MAX];
	size_t len = 0;

	for (unsigned i = 0; i < type->n_values; i++) {
		if (!kith_enum_format(type, type->values[i].value, name, sizeof(name)))
			continue;
		if (len + strlen(name) + 3 > sizeof(list))
			break;
		len += (size_t)snprintf(
			list + len, sizeof(list) - len, "%s%s", len ? ", " : "", name);
	}
	return kith_problem_set(problem, KITH_E_MALFORMED, path->text, "must be one of: %s", list);
}

static int choice_from_json(const ProtobufCFieldDescriptor *field, const json_t *json, void *value,
	const struct kith_path *path, struct kith_problem *problem)
{
	const char *name = json_string_value(json);
	int number;

	if (!name || !kith_enum_parse(field->descriptor, name, &number))
		return choice_refused(field->descriptor, path, problem);
	memcpy(value, &number, sizeof(number));
	return 0;
}

static int yes_no_from_json(
	const json_t *json, void *value, const struct kith_path *path, struct kith_problem *problem)
{
	protobuf_c_boolean yes = json_is_true(json);

	if (!json_is_boolean(json))
		return refuse(problem, path, "must be true or false");
	memcpy(value, &yes, sizeof(yes));
	return 0;
}

int kith_value_from_json(const ProtobufCFieldDescriptor *field, const json_t *json,
	struct kith_json_memory *memory, const struct kith_path *path, void *value,
	struct kith_problem *problem)
{
	switch (kith_field_json_form(field)) {
	case KITH_JSON_TEXT:
		return text_from_json(json, value, path, problem);
	case KITH_JSON_INTEGER:
		return integer_from_json(field, json, value, path, problem);
	case KITH_JSON_DEGREES:
		return degrees_from_json(json, value, path, problem);
	case KITH_JSON_TIME:
		return time_from_json(json, value, path, problem);
	case KITH_JSON_KEY:
		return key_from_json(field, json, memory, path, value, problem);
	case KITH_JSON_BASE64:
		return base64_from_json(json, memory, path, value, problem);
	case KITH_JSON_CHOICE:
		return choice_from_json(field, json, value, path, problem);
	case KITH_JSON_YES_NO:
		return yes_no_from_json(json, value, path, problem);
	case KITH_JSON_OBJECT:
	case KITH_JSON_NONE:
		break;
	}
	return refuse(problem, path, "has no form in JSON");
}
