/* help_method.c: a method of the API, explained from its schema file (node/api/schema.h). */
#include "node/cli/help.h"

#include <string.h>

#define NAME_COLUMNS 25

/* "string", "list of strings", "one of a, b" */
static void add_type(struct kith_str *out, const json_t *schema)
{
	const char *type = kith_json_get_text(schema, "type");
	const json_t *choices = json_object_get(schema, "enum");
	json_t *choice;
	size_t i;

	if (strcmp(type, "array") == 0) {
		kith_str_add(out, "list of ");
		add_type(out, json_object_get(schema, "items"));
		return;
	}
	if (!choices) {
		kith_str_add(out, type);
		return;
	}
	kith_str_add(out, "one of ");
	json_array_foreach(choices, i, choice)
		kith_str_addf(out, "%s%s", i ? ", " : "", json_string_value(choice));
}

static bool is_required(const json_t *schema, const char *name)
{
	json_t *required;
	size_t i;

	json_array_foreach(json_object_get(schema, "required"), i, required)
		if (strcmp(json_string_value(required), name) == 0)
			return true;
	return false;
}

static void add_properties(
	struct kith_str *out, const json_t *schema, const char *path, size_t width)
{
	struct kith_str below, what;
	const char *name;
	json_t *property;

	kith_str_init(&below);
	kith_str_init(&what);
	json_object_foreach(json_object_get(schema, "properties"), name, property) {
		const json_t *items = json_object_get(property, "items");
		const json_t *otherwise = json_object_get(property, "default");

		kith_str_reset(&below);
		kith_str_reset(&what);
		kith_str_addf(&below, "%s%s%s", path, *path ? "." : "", name);
		kith_str_addf(&what, "%s ", kith_json_get_text(property, "description"));
		kith_str_add_c(&what, '(');
		add_type(&what, property);
		if (is_required(schema, name))
			kith_str_add(&what, ", required");
		if (otherwise) {
			kith_str_add(&what, ", default ");
			kith_json_add(&what, otherwise);
		}
		kith_str_add_c(&what, ')');
		kith_help_add_pair(out, below.s, what.s, NAME_COLUMNS, width);
		add_properties(out, items ? items : property, below.s, width);
	}
	kith_str_clear(&below);
	kith_str_clear(&what);
}

static void add_part(struct kith_str *out, const char *heading, const json_t *schema, size_t width)
{
	kith_str_addf(out, "\n%s:\n", heading);
	if (json_object_size(json_object_get(schema, "properties")))
		add_properties(out, schema, "", width);
	else
		kith_add_wrapped(out,
			*kith_json_get_text(schema, "description")
				? kith_json_get_text(schema, "description")
				: "none",
			2, width);
}

/* Quotes for a shell: the example can be pasted. */
static void add_example(struct kith_str *out, const char *method, const json_t *params)
{
	kith_str_addf(out, "\nExample:\n  kith rpc %s", method);
	if (json_object_size(params)) {
		kith_str_add(out, " '");
		kith_json_add(out, params);
		kith_str_add_c(out, '\'');
	}
	kith_str_add_c(out, '\n');
}

void kith_help_method(struct kith_cli *cli, const json_t *schema)
{
	const char *method = kith_json_get_text(schema, "method");
	const json_t *example = json_object_get(schema, "example");
	size_t width = kith_help_width(cli);
	struct kith_str out;

	kith_str_init(&out);
	kith_str_addf(&out, "%s: %s\n", method, kith_json_get_text(schema, "summary"));
	if (json_object_get(schema, "details")) {
		kith_str_add_c(&out, '\n');
		kith_add_wrapped(&out, kith_json_get_text(schema, "details"), 0, width);
	}
	kith_str_add(&out, strcmp(kith_json_get_text(schema, "access"), "read") == 0
				   ? "\nBoth sockets answer it.\n"
				   : "\nOnly the main socket answers it.\n");
	add_part(&out, "Arguments", json_object_get(schema, "params"), width);
	add_part(&out, "Result", json_object_get(schema, "result"), width);
	add_example(&out, method, json_object_get(example, "params"));
	kith_out(cli, &out);
	kith_str_clear(&out);
}
