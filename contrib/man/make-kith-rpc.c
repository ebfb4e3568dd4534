/*
 * make-kith-rpc.c: writes the manual page kith-rpc(7): the text of kith-rpc.7.in, with the methods
 * at its line @METHODS@, told from the schema files that the node itself holds arguments to.
 *
 *     make-kith-rpc kith-rpc.7.in > kith-rpc.7
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/schema.h"

#define EXAMPLE_COLUMNS 76

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* ---- mdoc --------------------------------------------------------------------------------- */

/* The code point at *at, which moves behind it; the text is UTF-8. */
static unsigned take_code_point(const char **at)
{
	unsigned char first = (unsigned char)*(*at)++;
	unsigned code = first < 0xe0 ? first & 0x1fu : first < 0xf0 ? first & 0x0fu : first & 0x07u;

	if (first < 0x80)
		return first;
	while (((unsigned char)**at & 0xc0) == 0x80)
		code = code << 6 | ((unsigned char)*(*at)++ & 0x3f);
	return code;
}

/* Text as it is: no character of it means anything to mdoc. */
static void put_text(const char *text)
{
	if (*text == '.' || *text == '\'')
		printf("\\&");
	while (*text) {
		unsigned code = take_code_point(&text);

		if (code == '\\')
			printf("\\e");
		else if (code == '-')
			printf("\\-");
		else if (code < 0x80)
			putchar((int)code);
		else
			printf("\\[u%04X]", code);
	}
}

/* Prose, each sentence on a line of its own, as mdoc wants it. */
static void put_sentences(const char *text)
{
	const char *end;
	char sentence[2048];

	if (!*text)
		return;
	for (; (end = strstr(text, ". ")); text = end + 2) {
		snprintf(sentence, sizeof(sentence), "%.*s", (int)(end + 1 - text), text);
		put_text(sentence);
		putchar('\n');
	}
	put_text(text);
	putchar('\n');
}

/* ---- arguments and results ---------------------------------------------------------------- */

static bool is_required(const json_t *schema, const char *name)
{
	const json_t *required = json_object_get(schema, "required");

	for (size_t i = 0; i < json_array_size(required); i++)
		if (strcmp(json_string_value(json_array_get(required, i)), name) == 0)
			return true;
	return false;
}

static void put_type(const json_t *schema)
{
	const json_t *types = json_object_get(schema, "type");
	const json_t *choices = json_object_get(schema, "enum");

	if (json_is_array(types)) { /* one of several */
		for (size_t i = 0; i < json_array_size(types); i++)
			printf("%s%s", i ? " or " : "",
				json_string_value(json_array_get(types, i)));
		return;
	}
	if (strcmp(text_of(schema, "type"), "array") == 0) {
		printf("list of ");
		put_type(json_object_get(schema, "items"));
		return;
	}
	printf("%s", text_of(schema, "type"));
	for (size_t i = 0; i < json_array_size(choices); i++)
		printf("%s%s", i ? " | " : ": ", json_string_value(json_array_get(choices, i)));
}

static void put_bounds(const json_t *schema)
{
	const json_t *min = json_object_get(schema, "minimum"),
		     *max = json_object_get(schema, "maximum");

	if (min && max)
		printf(", %lld to %lld", (long long)json_integer_value(min),
			(long long)json_integer_value(max));
}

static void put_default(const json_t *schema)
{
	const json_t *value = json_object_get(schema, "default");
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;

	if (text) {
		printf(", default ");
		put_text(text);
	}
	free(text);
}

static void put_properties(json_t *schema, bool with_required);

/* One member, with what lies below it. */
static void put_property(json_t *schema, const char *name, json_t *property, bool with_required)
{
	json_t *below = property;

	printf(".It Va %s Pq ", name);
	put_type(property);
	put_bounds(property);
	put_default(property);
	printf("%s\n", with_required && is_required(schema, name) ? ", required" : "");
	put_sentences(text_of(property, "description"));
	if (json_object_get(below, "items"))
		below = json_object_get(below, "items");
	if (json_object_size(json_object_get(below, "properties")) > 0)
		put_properties(below, with_required);
}

static void put_properties(json_t *schema, bool with_required)
{
	const char *name;
	json_t *property;

	printf(".Bl -tag -width Ds\n");
	json_object_foreach(json_object_get(schema, "properties"), name, property)
		put_property(schema, name, property, with_required);
	printf(".El\n");
}

static void put_object(const char *heading, json_t *schema, bool with_required)
{
	if (json_object_size(json_object_get(schema, "properties")) == 0) {
		printf(".Pp\n%s: ", heading);
		put_sentences(with_required ? "none." : text_of(schema, "description"));
		return;
	}
	printf(".Pp\n%s:\n", heading);
	put_properties(schema, with_required);
}

/* ---- examples ----------------------------------------------------------------------------- */

/* One line of JSON, broken behind commas where it gets too long. */
static void put_json(const char *before, const json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(10)), *at = text;
	char line[EXAMPLE_COLUMNS + 1];

	if (!text)
		exit(1);
	printf("%s", before);
	while (strlen(at) > EXAMPLE_COLUMNS) {
		size_t len = EXAMPLE_COLUMNS;

		while (len > 1 && !(at[len - 1] == ' ' && at[len - 2] == ','))
			len--;
		len = len > 1 ? len : EXAMPLE_COLUMNS;
		snprintf(line, sizeof(line), "%.*s", (int)len, at);
		put_text(line);
		printf("\n    ");
		at += len;
	}
	put_text(at);
	putchar('\n');
	free(text);
}

static void put_example(const struct kith_schema *schema)
{
	const json_t *example = json_object_get(schema->json, "example");
	const json_t *params = json_object_get(example, "params");
	json_t *request =
		json_pack("{s:s, s:i, s:s}", "jsonrpc", "2.0", "id", 1, "method", schema->method);

	if (json_object_size(params) > 0)
		json_object_set_new(request, "params", json_deep_copy(params));
	printf(".Bd -literal\n");
	put_json("\\(-> ", request);
	put_json("\\(<- ", json_object_get(example, "result"));
	printf(".Ed\n");
	json_decref(request);
}

/* ---- the page ----------------------------------------------------------------------------- */

static void put_method(const struct kith_schema *schema)
{
	const char *details = text_of(schema->json, "details");

	printf(".Ss %s\n", schema->method);
	if (schema->admin)
		printf(".Em admin\n.Pp\n");
	put_sentences(schema->summary);
	if (*details)
		put_sentences(details);
	put_object("Arguments", json_object_get(schema->json, "params"), true);
	put_object("Result", json_object_get(schema->json, "result"), false);
	put_example(schema);
}

int main(int argc, char **argv)
{
	struct kith_schemas *schemas = kith_schemas_new();
	FILE *in = argc == 2 ? fopen(argv[1], "r") : NULL;
	const struct kith_schema *schema;
	char line[512];

	if (!in || !schemas) {
		fprintf(stderr, "usage: make-kith-rpc kith-rpc.7.in > kith-rpc.7\n");
		return 1;
	}
	while (fgets(line, sizeof(line), in)) {
		if (strcmp(line, "@METHODS@\n") != 0) {
			fputs(line, stdout);
			continue;
		}
		for (size_t i = 0; (schema = kith_schema_at(schemas, i)); i++)
			put_method(schema);
	}
	fclose(in);
	kith_schemas_free(schemas);
	return fflush(stdout) == 0 ? 0 : 1;
}
