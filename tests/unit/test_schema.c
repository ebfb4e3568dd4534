/* Schemas: every method has one and only one, they use no word we do not understand, their
 * examples hold to them, and arguments that do not are refused by field and rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "node/api/format.h"
#include "node/api/methods.h"
#include "node/api/schema.h"
#include "protocol/problem.h"

static struct kith_schemas *schemas;

static int setup(void **state)
{
	(void)state;
	schemas = kith_schemas_new();
	return schemas ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	kith_schemas_free(schemas);
	return 0;
}

/* ---- the files ---------------------------------------------------------------------------- */

static void one_schema_a_method(void **state)
{
	const struct kith_method *method;
	const struct kith_schema *schema;
	const char *before = "";
	size_t count = 0;

	(void)state;
	for (; (method = kith_method_at(count)); count++) {
		if (!kith_schema_find(schemas, method->name))
			fail_msg("no schema for %s", method->name);
		if (strcmp(before, method->name) >= 0)
			fail_msg("%s is not in order", method->name);
		assert_int_equal(
			(method->run != NULL) + (method->begin != NULL) + (method->ask != NULL), 1);
		before = method->name;
	}
	assert_int_equal(kith_schemas_count(schemas), count);
	for (size_t i = 0; (schema = kith_schema_at(schemas, i)); i++)
		if (kith_method_find(schema->method) == NULL)
			fail_msg("no method for schema %s", schema->method);
	assert_null(kith_schema_find(schemas, "record.fnd"));
	assert_null(kith_method_find("record.fnd"));
}

static bool is_one_of(const char *name, const char *const words[])
{
	for (; *words; words++)
		if (strcmp(name, *words) == 0)
			return true;
	return false;
}

/* Words we would not heed must not stand in a schema. */
static void check_words(const char *method, json_t *schema)
{
	static const char *const known[] = {"type", "properties", "required",
		"additionalProperties", "items", "minItems", "maxItems", "enum", "minimum",
		"maximum", "minLength", "maxLength", "format", "default", "description", NULL};
	const char *format = json_string_value(json_object_get(schema, "format"));
	const json_t *type = json_object_get(schema, "type");
	const char *name;
	json_t *value;

	if (!json_is_string(type) && json_array_size(type) < 2)
		fail_msg("%s: a schema without type", method);
	if (format && !kith_format_known(format))
		fail_msg("%s: unknown format %s", method, format);
	json_object_foreach(schema, name, value)
		if (!is_one_of(name, known))
			fail_msg("%s: unknown word %s", method, name);
	json_object_foreach(json_object_get(schema, "properties"), name, value)
		check_words(method, value);
	if (json_object_get(schema, "items"))
		check_words(method, json_object_get(schema, "items"));
	if (json_is_object(json_object_get(schema, "additionalProperties")))
		check_words(method, json_object_get(schema, "additionalProperties"));
}

static void check_file(const struct kith_schema *schema)
{
	static const char *const known[] = {
		"method", "access", "summary", "details", "params", "result", "example", NULL};
	const char *access = json_string_value(json_object_get(schema->json, "access"));
	const char *name;
	json_t *value;

	json_object_foreach(schema->json, name, value)
		if (!is_one_of(name, known))
			fail_msg("%s: unknown member %s", schema->method, name);
	if (!access || (strcmp(access, "read") != 0 && strcmp(access, "admin") != 0))
		fail_msg("%s: access is read or admin", schema->method);
	assert_string_equal(json_string_value(json_object_get(schema->params, "type")), "object");
	assert_true(json_is_false(json_object_get(schema->params, "additionalProperties")));
	json_object_foreach(json_object_get(schema->params, "properties"), name, value)
		if (!json_is_string(json_object_get(value, "description")))
			fail_msg("%s: %s is not described", schema->method, name);
	check_words(schema->method, json_object_get(schema->json, "params"));
	check_words(schema->method, json_object_get(schema->json, "result"));
}

static void files_are_in_order(void **state)
{
	const struct kith_schema *schema;

	(void)state;
	for (size_t i = 0; (schema = kith_schema_at(schemas, i)); i++)
		check_file(schema);
}

/* In examples a key is written "author_…"; formats are not looked at there. */
static json_t *without_formats(const json_t *schema)
{
	json_t *copy = json_deep_copy(schema), *value;
	const char *name;
	void *next;

	if (json_is_object(copy) && json_is_string(json_object_get(copy, "format")))
		json_object_del(copy, "format");
	json_object_foreach_safe(copy, next, name, value)
		if (json_is_object(value))
			json_object_set_new(copy, name, without_formats(value));
	return copy;
}

static void check_example(const struct kith_schema *schema, const char *part)
{
	json_t *example = json_object_get(json_object_get(schema->json, "example"), part);
	json_t *plain = without_formats(json_object_get(schema->json, part));
	struct kith_path path = {.len = 0};
	struct kith_problem problem;

	if (!example)
		fail_msg("%s: no example of %s", schema->method, part);
	if (kith_schema_check_value(plain, example, &path, &problem) != 0)
		fail_msg("%s: example of %s: %s %s", schema->method, part, problem.field,
			problem.rule);
	json_decref(plain);
}

static void examples_hold(void **state)
{
	const struct kith_schema *schema;

	(void)state;
	for (size_t i = 0; (schema = kith_schema_at(schemas, i)); i++) {
		check_example(schema, "params");
		check_example(schema, "result");
	}
}

/* ---- arguments ---------------------------------------------------------------------------- */

#define ID "5d0d63b1c4b8a5f0d1e2738495a6b7c8d9eafb0c1d2e3f405162738495a6b7c8"

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_DECODE_ANY, &error);

	if (!json)
		fail_msg("test data: %s in %s", error.text, text);
	return json;
}

static void accepted(const char *method, const char *params, const char *want)
{
	json_t *json = params ? parse(params) : NULL, *named = NULL, *wanted = parse(want);
	struct kith_problem problem;

	if (kith_schema_check(kith_schema_find(schemas, method), json, &named, &problem) != 0)
		fail_msg("%s %s: %s %s", method, params, problem.field, problem.rule);
	assert_true(json_equal(named, wanted));
	json_decref(json);
	json_decref(named);
	json_decref(wanted);
}

static void refused(const char *method, const char *params, const char *field, const char *rule)
{
	struct kith_problem problem = {.field = ""};
	json_t *json = parse(params), *named = NULL;

	assert_int_equal(
		kith_schema_check(kith_schema_find(schemas, method), json, &named, &problem),
		KITH_E_MALFORMED);
	assert_null(named);
	assert_string_equal(problem.field, field);
	if (!strstr(problem.rule, rule))
		fail_msg("%s: \"%s\" does not say \"%s\"", field, problem.rule, rule);
	json_decref(json);
}

static void by_name_and_by_position(void **state)
{
	(void)state;
	accepted("node.info", NULL, "{}");
	accepted("node.info", "[]", "{}");
	accepted("record.get", "{\"id\":\"5d\"}", "{\"id\":\"5d\"}");
	accepted("record.get", "[\"5d\"]", "{\"id\":\"5d\"}");
	accepted("record.get", "[\"5d\",true]", "{\"id\":\"5d\",\"envelope\":true}");
	refused("record.get", "[\"5d\",true,\"nl\",3]", "params", "at most 3 entries");
	refused("record.get", "[]", "id", "is missing");
	refused("record.get", "[7]", "id", "must be text");
}

static void fields_and_rules(void **state)
{
	(void)state;
	refused("record.get", "{}", "id", "is missing");
	refused("record.get", "{\"id\":\"5d\",\"envelop\":true}", "envelop", "\"envelope\"?");
	refused("record.get", "{\"id\":\"5d\",\"\\u001bfoo\":1}", "?foo", "no such parameter");
	refused("record.get", "{\"id\":\"5d\",\"envelope\":1}", "envelope", "true or false");
	refused("record.get", "{\"id\":null}", "id", "must be text");
	refused("record.find", "{\"limit\":0}", "limit", "at least 1");
	refused("record.find", "{\"limit\":1001}", "limit", "at most 1000");
	refused("record.find", "{\"limit\":1.5}", "limit", "whole number");
	refused("record.find", "{\"words\":\"\"}", "words", "must not be empty");
	refused("record.find", "{\"country\":\"GRE\"}", "country", "exactly 2");
	refused("record.links", "{\"id\":\"5d\",\"direction\":\"up\"}", "direction",
		"must be one of: in, out, both");
	refused("record.publish", "{\"records\":{}}", "records", "must be a list");
	refused("record.publish", "{\"records\":[]}", "records", "must not be empty");
	refused("record.publish", "{\"records\":[{},7]}", "records[1]", "must be an object");
	refused("record.publish", "{\"envelopes\":[\"AAAA\",\"###\"]}", "envelopes[1]", "base64");
}

static void one_of_several_types(void **state)
{
	struct kith_path path = {.text = ""};
	struct kith_problem problem = {.field = ""};
	json_t *schema = parse("{\"type\":[\"string\",\"integer\"]}");
	json_t *values = parse("[\"support\",9,true]");

	(void)state;
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(
			kith_schema_check_value(schema, json_array_get(values, i), &path, &problem),
			i < 2 ? 0 : KITH_E_MALFORMED);
	json_decref(values);
	json_decref(schema);
}

static void formats(void **state)
{
	(void)state;
	refused("record.get", "{\"id\":\"xyz\"}", "id", "hexadecimal");
	refused("record.get", "{\"id\":\"\"}", "id", "hexadecimal");
	refused("record.get", "{\"id\":\"" ID "0\"}", "id", "hexadecimal");
	refused("record.find", "{\"kind\":\"practise\"}", "kind", "\"practice\"?");
	refused("record.find", "{\"link_type\":\"adapt\"}", "link_type", "\"adapts\"?");
	refused("record.find", "{\"author\":\"author_x\"}", "author", "incomplete");
	refused("record.find", "{\"since\":\"yesterday\"}", "since", "date");
	refused("record.find", "{\"cursor\":\"12\"}", "cursor", "earlier answer");
	refused("record.follow", "{\"cursor\":\"soon\"}", "cursor", "now");
	refused("record.follow", "{\"cursor\":\"99999999999999999999\"}", "cursor", "now");
	refused("partner.add", "{\"address\":\"http://x\"}", "address", "kith://");
	refused("partner.add", "{\"address\":\"author_x\",\"name\":\"\\u0007\"}", "address",
		"group");
	accepted("record.get", "[\"" ID "\"]", "{\"id\":\"" ID "\"}");
	accepted("record.follow", "[\"now\",\"x\"]", "{\"cursor\":\"now\",\"kind\":\"x\"}");
	accepted("record.find", "{\"since\":\"2017-03\",\"kind\":\"practice\"}",
		"{\"since\":\"2017-03\",\"kind\":\"practice\"}");
}

static void lines_of_text(void **state)
{
	char why[200];

	(void)state;
	assert_true(kith_format_check("line", "Gda\xc5\x84sk", why, sizeof(why)));
	assert_false(kith_format_check("line", "a\nb", why, sizeof(why)));
	assert_false(kith_format_check("line", "\x1b[31m", why, sizeof(why)));
	assert_true(kith_format_check("circle", "commons", why, sizeof(why)));
	assert_false(kith_format_check("circle", "mine", why, sizeof(why)));
	assert_true(kith_format_check("record-id", ID, why, sizeof(why)));
	assert_false(kith_format_check("record-id", "5d", why, sizeof(why)));
	assert_true(kith_format_check("base64", "AAE=", why, sizeof(why)));
	assert_true(kith_format_check("base64", "AAECAw==", why, sizeof(why)));
	assert_false(kith_format_check("base64", "AAE", why, sizeof(why)));
	assert_false(kith_format_check("base64", "A===", why, sizeof(why)));
	assert_false(kith_format_check("base64", "AA=E", why, sizeof(why)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_schema_a_method),
		cmocka_unit_test(files_are_in_order),
		cmocka_unit_test(examples_hold),
		cmocka_unit_test(by_name_and_by_position),
		cmocka_unit_test(fields_and_rules),
		cmocka_unit_test(one_of_several_types),
		cmocka_unit_test(formats),
		cmocka_unit_test(lines_of_text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
