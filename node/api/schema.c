/* schema.c: see schema.h. */
#include "node/api/schema.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/format.h"
#include "node/body_json.h"
#include "node/suggest.h"
#include "protocol/problem.h"

#include "api_schemas.h"

#define SCHEMAS (sizeof(kith_api_schemas) / sizeof(kith_api_schemas[0]))

struct kith_schemas {
	struct kith_schema all[SCHEMAS];
};

/* ---- the files ---------------------------------------------------------------------------- */

/* What is embedded was tested with the build: only memory can be wanting. */
static int load(const char *text, struct kith_schema *out)
{
	json_error_t error;
	const char *access;

	out->json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!out->json)
		return KITH_E_NOMEM;
	out->method = json_string_value(json_object_get(out->json, "method"));
	out->summary = json_string_value(json_object_get(out->json, "summary"));
	out->params = json_object_get(out->json, "params");
	access = json_string_value(json_object_get(out->json, "access"));
	out->admin = !access || strcmp(access, "read") != 0;
	return out->method && out->summary && out->params ? 0 : KITH_E_MALFORMED;
}

struct kith_schemas *kith_schemas_new(void)
{
	struct kith_schemas *schemas = calloc(1, sizeof(*schemas));

	for (size_t i = 0; schemas && i < SCHEMAS; i++) {
		if (load(kith_api_schemas[i].text, &schemas->all[i]) != 0) {
			kith_schemas_free(schemas);
			return NULL;
		}
	}
	return schemas;
}

void kith_schemas_free(struct kith_schemas *schemas)
{
	for (size_t i = 0; schemas && i < SCHEMAS; i++)
		json_decref(schemas->all[i].json);
	free(schemas);
}

size_t kith_schemas_count(const struct kith_schemas *schemas)
{
	(void)schemas;
	return SCHEMAS;
}

const struct kith_schema *kith_schema_at(const struct kith_schemas *schemas, size_t i)
{
	return i < SCHEMAS ? &schemas->all[i] : NULL;
}

const struct kith_schema *kith_schema_find(const struct kith_schemas *schemas, const char *method)
{
	for (size_t i = 0; i < SCHEMAS; i++)
		if (strcmp(schemas->all[i].method, method) == 0)
			return &schemas->all[i];
	return NULL;
}

/* ---- values ------------------------------------------------------------------------------- */

static int refuse(struct kith_problem *problem, const struct kith_path *path, const char *rule)
{
	return kith_problem_set(problem, KITH_E_MALFORMED, path->text, "%s", rule);
}

static const json_t *word(const json_t *schema, const char *name)
{
	return json_object_get(schema, name);
}

/* A number of the schema, or the given one when it has no such word. */
static int64_t number(const json_t *schema, const char *name, int64_t otherwise)
{
	const json_t *value = word(schema, name);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

static int check_type(const char *type, const json_t *value, const struct kith_path *path,
	struct kith_problem *problem)
{
	static const struct {
		const char *type, *rule;
	} rules[] = {
		{"string", "must be text"},
		{"integer", "must be a whole number"},
		{"number", "must be a number"},
		{"boolean", "must be true or false"},
		{"object", "must be an object, in { }"},
		{"array", "must be a list, in [ ]"},
	};
	const bool is[] = {json_is_string(value), json_is_integer(value), json_is_number(value),
		json_is_boolean(value), json_is_object(value), json_is_array(value)};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].type, type) == 0 && !is[i])
			return refuse(problem, path, rules[i].rule);
	return 0;
}

/* One type, or a list of which one has to fit. */
static int check_types(const json_t *types, const json_t *value, const struct kith_path *path,
	struct kith_problem *problem)
{
	struct kith_problem last = {.field = ""};
	int err = 0;

	if (json_is_string(types))
		return check_type(json_string_value(types), value, path, problem);
	for (size_t i = 0; i < json_array_size(types); i++) {
		err = check_type(json_string_value(json_array_get(types, i)), value, path, &last);
		if (!err)
			return 0;
	}
	if (err && problem)
		*problem = last;
	return err;
}

static int check_number(const json_t *schema, const json_t *value, const struct kith_path *path,
	struct kith_problem *problem)
{
	int64_t min = number(schema, "minimum", INT64_MIN);
	int64_t max = number(schema, "maximum", INT64_MAX);
	int64_t n = json_integer_value(value);

	if (n < min)
		return kith_problem_set(
			problem, KITH_E_MALFORMED, path->text, "must be at least %" PRId64, min);
	if (n > max)
		return kith_problem_set(
			problem, KITH_E_MALFORMED, path->text, "must be at most %" PRId64, max);
	return 0;
}

static int check_text(const json_t *schema, const json_t *value, const struct kith_path *path,
	struct kith_problem *problem)
{
	const char *format = json_string_value(word(schema, "format"));
	int64_t len = (int64_t)json_string_length(value);
	char why[192];

	if (len < number(schema, "minLength", 0) && !len)
		return refuse(problem, path, "must not be empty");
	if (number(schema, "minLength", 0) == number(schema, "maxLength", -1) &&
		len != number(schema, "minLength", 0))
		return kith_problem_set(problem, KITH_E_MALFORMED, path->text,
			"must have exactly %" PRId64 " letters", number(schema, "minLength", 0));
	if (len < number(schema, "minLength", 0))
		return kith_problem_set(problem, KITH_E_MALFORMED, path->text,
			"must have at least %" PRId64 " bytes", number(schema, "minLength", 0));
	if (len > number(schema, "maxLength", INT64_MAX))
		return kith_problem_set(problem, KITH_E_MALFORMED, path->text,
			"must have at most %" PRId64 " bytes", number(schema, "maxLength", 0));
	if (format && !kith_format_check(format, json_string_value(value), why, sizeof(why)))
		return refuse(problem, path, why);
	return 0;
}

static int check_enum(const json_t *choices, const json_t *value, const struct kith_path *path,
	struct kith_problem *problem)
{
	char list[160] = "";
	size_t len = 0;

	for (size_t i = 0; i < json_array_size(choices); i++) {
		const json_t *choice = json_array_get(choices, i);

		if (json_equal(choice, value))
			return 0;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
			json_string_value(choice));
		if (len >= sizeof(list))
			break;
	}
	return kith_problem_set(problem, KITH_E_MALFORMED, path->text, "must be one of: %s", list);
}

static int check_items(
	const json_t *schema, json_t *value, struct kith_path *path, struct kith_problem *problem)
{
	const json_t *items = word(schema, "items");
	size_t count = json_array_size(value);
	int err = 0;

	if ((int64_t)count < number(schema, "minItems", 0))
		return refuse(problem, path, "must not be empty");
	if ((int64_t)count > number(schema, "maxItems", INT64_MAX))
		return kith_problem_set(problem, KITH_E_MALFORMED, path->text,
			"must have at most %" PRId64 " entries", number(schema, "maxItems", 0));
	for (size_t i = 0; items && i < count && !err; i++) {
		size_t was = kith_path_push_index(path, i);

		err = kith_schema_check_value(items, json_array_get(value, i), path, problem);
		kith_path_pop(path, was);
	}
	return err;
}

/* ---- objects ------------------------------------------------------------------------------ */

static int no_such_field(json_t *properties, const char *name, const struct kith_path *path,
	struct kith_problem *problem)
{
	struct kith_suggest suggest;

	kith_suggest_begin(&suggest, name);
	for (void *it = json_object_iter(properties); it;
		it = json_object_iter_next(properties, it))
		kith_suggest_offer(&suggest, json_object_iter_key(it));
	return kith_problem_set(problem, KITH_E_MALFORMED, path->text,
		"there is no such parameter%s%s%s", suggest.best ? "; did you mean \"" : "",
		suggest.best ? suggest.best : "", suggest.best ? "\"?" : "");
}

static int check_required(const json_t *schema, const json_t *value, struct kith_path *path,
	struct kith_problem *problem)
{
	const json_t *required = word(schema, "required");

	for (size_t i = 0; i < json_array_size(required); i++) {
		const char *name = json_string_value(json_array_get(required, i));

		if (!json_object_get(value, name)) {
			kith_path_push(path, name);
			return refuse(problem, path, "is missing");
		}
	}
	return 0;
}

static int check_object(
	const json_t *schema, json_t *value, struct kith_path *path, struct kith_problem *problem)
{
	json_t *properties = json_object_get(schema, "properties");
	const json_t *others = word(schema, "additionalProperties");
	int err = check_required(schema, value, path, problem);

	for (void *it = json_object_iter(value); it && !err;
		it = json_object_iter_next(value, it)) {
		const char *name = json_object_iter_key(it);
		const json_t *named = json_object_get(properties, name);
		const json_t *inner = named ? named : others;
		size_t was = kith_path_push_typed(path, name);

		if (json_is_object(inner))
			err = kith_schema_check_value(
				inner, json_object_iter_value(it), path, problem);
		else if (json_is_false(inner))
			err = no_such_field(properties, name, path, problem);
		if (!err)
			kith_path_pop(path, was);
	}
	return err;
}

int kith_schema_check_value(
	const json_t *schema, json_t *value, struct kith_path *path, struct kith_problem *problem)
{
	const json_t *choices = word(schema, "enum");
	int err = check_types(word(schema, "type"), value, path, problem);

	if (!err && choices)
		err = check_enum(choices, value, path, problem);
	if (err)
		return err;
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		return check_object(schema, value, path, problem);
	case JSON_ARRAY:
		return check_items(schema, value, path, problem);
	case JSON_STRING:
		return check_text(schema, value, path, problem);
	case JSON_INTEGER:
		return check_number(schema, value, path, problem);
	case JSON_REAL:
	case JSON_TRUE:
	case JSON_FALSE:
	case JSON_NULL:
		break;
	}
	return 0;
}

/* ---- arguments ---------------------------------------------------------------------------- */

/* Arguments by position get the names of the properties in their order. */
static int name_arguments(const struct kith_schema *schema, const json_t *params, json_t *named,
	struct kith_problem *problem)
{
	json_t *properties = json_object_get(schema->params, "properties");
	void *it = json_object_iter(properties);
	size_t count = json_array_size(params);

	for (size_t i = 0; i < count; i++, it = json_object_iter_next(properties, it)) {
		if (!it)
			return kith_problem_set(problem, KITH_E_MALFORMED, "params",
				"must have at most %zu entries", json_object_size(properties));
		if (json_object_set(named, json_object_iter_key(it), json_array_get(params, i)))
			return KITH_E_NOMEM;
	}
	return 0;
}

int kith_schema_check(const struct kith_schema *schema, json_t *params, json_t **named,
	struct kith_problem *problem)
{
	json_t *arguments = json_is_object(params) ? json_incref(params) : json_object();
	struct kith_path path = {.len = 0};
	int err = 0;

	if (!arguments)
		return KITH_E_NOMEM;
	if (json_is_array(params))
		err = name_arguments(schema, params, arguments, problem);
	if (!err)
		err = kith_schema_check_value(schema->params, arguments, &path, problem);
	if (err) {
		json_decref(arguments);
		return err;
	}
	*named = arguments;
	return 0;
}
