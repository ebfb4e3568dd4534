/*
 * body_json.c: see body_json.h. A message is a struct whose members the descriptor locates; that is
 * the only way they are touched here.
 */
#include "node/body_json.h"

#include <string.h>

#include "node/suggest.h"

#include "kith.pb-c.h"

static bool is_common(const ProtobufCFieldDescriptor *field)
{
	return field->type == PROTOBUF_C_TYPE_MESSAGE &&
	       field->descriptor == &kith__common__descriptor;
}

static const char *member(const ProtobufCMessage *message, unsigned offset)
{
	return (const char *)message + offset;
}

/* ---- to JSON ------------------------------------------------------------------------------ */

/* How many values a field holds in this message, and where the first one is. */
static size_t values_of(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char **first)
{
	const char *value = member(message, field->offset);
	protobuf_c_boolean has;
	const void *pointer;
	size_t count;

	*first = value;
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&count, member(message, field->quantifier_offset), sizeof(count));
		memcpy(first, value, sizeof(*first));
		return count;
	}
	if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE) {
		memcpy(&pointer, value, sizeof(pointer));
		return pointer != NULL;
	}
	memcpy(&has, member(message, field->quantifier_offset), sizeof(has));
	return has != 0;
}

static void write_one(
	const ProtobufCFieldDescriptor *field, const char *value, struct kith_json_out *out)
{
	const ProtobufCMessage *nested;

	if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
		kith_value_write(field, value, out);
		return;
	}
	memcpy(&nested, value, sizeof(nested));
	kith_json_out_open(out, '{');
	kith_message_write(nested, NULL, out);
	kith_json_out_close(out, '}');
}

static void write_list(const ProtobufCFieldDescriptor *field, const char *first, size_t count,
	struct kith_json_out *out)
{
	size_t size = kith_field_value_size(field);

	kith_json_out_open(out, '[');
	for (size_t i = 0; i < count; i++)
		write_one(field, first + i * size, out);
	kith_json_out_close(out, ']');
}

static void write_field(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
	struct kith_json_out *out)
{
	char name[KITH_FIELD_NAME_MAX];
	const ProtobufCMessage *common;
	const char *first;
	size_t count = values_of(message, field, &first);

	if (count == 0 || kith_field_json_form(field) == KITH_JSON_NONE)
		return;
	if (is_common(field)) {
		memcpy(&common, first, sizeof(common));
		kith_message_write(common, NULL, out);
		return;
	}
	kith_field_json_name(field, name);
	kith_json_out_name(out, name);
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		write_list(field, first, count, out);
	else
		write_one(field, first, out);
}

void kith_message_write(
	const ProtobufCMessage *message, const char *without, struct kith_json_out *out)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned i = 0; i < type->n_fields; i++)
		if (!without || strcmp(type->fields[i].name, without) != 0)
			write_field(message, &type->fields[i], out);
}

/* ---- from JSON ---------------------------------------------------------------------------- */

size_t kith_path_push_typed(struct kith_path *path, const char *name)
{
	char clean[33];
	size_t len = 0;

	for (; name[len] && len < sizeof(clean) - 1; len++) {
		char c = name[len];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '_' || c == '-';

		clean[len] = plain ? c : '?';
	}
	if (len == 0)
		clean[len++] = '?'; /* a name, though an empty one */
	clean[len] = '\0';
	return kith_path_push(path, clean);
}

/* What is being read: the message, its name for people, and where all of it goes. */
struct reading {
	struct kith_json_memory *memory;
	struct kith_path *path;
	struct kith_problem *problem;
	const char *what;
};

static ProtobufCMessage *new_message(
	const ProtobufCMessageDescriptor *type, struct kith_json_memory *memory)
{
	ProtobufCMessage *message = kith_json_memory_take(memory, type->sizeof_message);

	if (message)
		protobuf_c_message_init(type, message);
	return message;
}

/* The field with this JSON name, here or in Common; *in_common says which. */
static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type,
	const char *name, const ProtobufCFieldDescriptor **common)
{
	char own[KITH_FIELD_NAME_MAX];

	*common = NULL;
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i], *found, *ignored;

		kith_field_json_name(field, own);
		if (!is_common(field)) {
			if (strcmp(own, name) == 0)
				return field;
			continue;
		}
		found = find_field(field->descriptor, name, &ignored);
		if (found) {
			*common = field;
			return found;
		}
	}
	return NULL;
}

/* The names are made on the way, so the best one is copied out. */
static void offer_names(const ProtobufCMessageDescriptor *type, struct kith_suggest *suggest,
	char best[KITH_FIELD_NAME_MAX])
{
	char name[KITH_FIELD_NAME_MAX];

	for (unsigned i = 0; i < type->n_fields; i++) {
		if (is_common(&type->fields[i])) {
			offer_names(type->fields[i].descriptor, suggest, best);
			continue;
		}
		kith_field_json_name(&type->fields[i], name);
		kith_suggest_offer(suggest, name);
		if (suggest->best == name) {
			memcpy(best, name, sizeof(name));
			suggest->best = best;
		}
	}
}

static int no_such_field(
	const ProtobufCMessageDescriptor *type, const char *name, const struct reading *reading)
{
	char best[KITH_FIELD_NAME_MAX] = "";
	struct kith_suggest suggest;

	kith_suggest_begin(&suggest, name);
	offer_names(type, &suggest, best);
	return kith_problem_set(reading->problem, KITH_E_MALFORMED, reading->path->text,
		"is no field of %s%s%s%s", reading->what, suggest.best ? "; did you mean \"" : "",
		best, suggest.best ? "\"?" : "");
}

static int one_from_json(const ProtobufCFieldDescriptor *field, json_t *json,
	const struct reading *reading, char *value)
{
	char name[KITH_FIELD_NAME_MAX];
	ProtobufCMessage *nested;
	int err;

	if (field->type != PROTOBUF_C_TYPE_MESSAGE)
		return kith_value_from_json(
			field, json, reading->memory, reading->path, value, reading->problem);
	kith_field_json_name(field, name);
	err = kith_message_from_json(field->descriptor, name, json, reading->memory, reading->path,
		&nested, reading->problem);
	if (!err)
		memcpy(value, &nested, sizeof(nested));
	return err;
}

static int list_from_json(const ProtobufCFieldDescriptor *field, json_t *json,
	const struct reading *reading, ProtobufCMessage *message)
{
	size_t count = json_array_size(json), size = kith_field_value_size(field);
	char *at = (char *)message, *values;
	int err = 0;

	if (!json_is_array(json))
		return kith_problem_set(reading->problem, KITH_E_MALFORMED, reading->path->text,
			"must be a list, in [ ]");
	values = kith_json_memory_take(reading->memory, count * size + 1);
	if (!values)
		return KITH_E_NOMEM;
	for (size_t i = 0; i < count && !err; i++) {
		size_t was = kith_path_push_index(reading->path, i);

		err = one_from_json(field, json_array_get(json, i), reading, values + i * size);
		kith_path_pop(reading->path, was);
	}
	memcpy(at + field->offset, &values, sizeof(values));
	memcpy(at + field->quantifier_offset, &count, sizeof(count));
	return err;
}

static int field_from_json(const ProtobufCFieldDescriptor *field, json_t *json,
	const struct reading *reading, ProtobufCMessage *message)
{
	char *at = (char *)message;
	protobuf_c_boolean has = 1;
	int err;

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return list_from_json(field, json, reading, message);
	err = one_from_json(field, json, reading, at + field->offset);
	if (!err && field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
		memcpy(at + field->quantifier_offset, &has, sizeof(has));
	return err;
}

/* The Common of a kind's message, made when its first field is met. */
static int common_of(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
	const struct reading *reading, ProtobufCMessage **out)
{
	char *at = (char *)message + field->offset;

	memcpy(out, at, sizeof(*out));
	if (*out)
		return 0;
	*out = new_message(field->descriptor, reading->memory);
	memcpy(at, out, sizeof(*out));
	return *out ? 0 : KITH_E_NOMEM;
}

static int pair_from_json(
	const char *name, json_t *json, const struct reading *reading, ProtobufCMessage *message)
{
	const ProtobufCFieldDescriptor *common;
	const ProtobufCFieldDescriptor *field = find_field(message->descriptor, name, &common);
	size_t was = kith_path_push_typed(reading->path, name);
	ProtobufCMessage *target = message;
	int err = 0;

	if (!field)
		return no_such_field(message->descriptor, name, reading);
	if (common)
		err = common_of(message, common, reading, &target);
	if (!err)
		err = field_from_json(field, json, reading, target);
	kith_path_pop(reading->path, was);
	return err;
}

int kith_message_from_json(const ProtobufCMessageDescriptor *type, const char *what, json_t *object,
	struct kith_json_memory *memory, struct kith_path *path, ProtobufCMessage **out,
	struct kith_problem *problem)
{
	const struct reading reading = {memory, path, problem, what};
	ProtobufCMessage *message;
	int err = 0;

	if (!json_is_object(object))
		return kith_problem_set(
			problem, KITH_E_MALFORMED, path->text, "must be an object, in { }");
	message = new_message(type, memory);
	if (!message)
		return KITH_E_NOMEM;
	for (void *it = json_object_iter(object); it && !err;
		it = json_object_iter_next(object, it))
		err = pair_from_json(
			json_object_iter_key(it), json_object_iter_value(it), &reading, message);
	*out = message;
	return err;
}
