/* mapping.c: see mapping.h. */
#include "node/cli/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/pick.h"
#include "node/cli/say.h"
#include "node/cli/settings.h"
#include "node/cli/text_fields.h"
#include "node/record_json.h"
#include "node/suggest.h"

struct parse {
	struct kith_mapping *mapping;
	struct kith_text_error *error;
	const struct kith_line_setting *at;
};

static int __attribute__((format(printf, 2, 3))) wrong(struct parse *parse, const char *format, ...)
{
	va_list args;

	parse->error->line = parse->at ? parse->at->line : 0;
	va_start(args, format);
	vsnprintf(parse->error->why, sizeof(parse->error->why), gettext(format), args);
	va_end(args);
	return KITH_E_MALFORMED;
}

/* ---- [input] ------------------------------------------------------------------------------- */

static int one_of(struct parse *parse, const char *const *names, size_t count, size_t *which)
{
	struct kith_str list;
	int err = 0;

	for (*which = 0; *which < count; (*which)++)
		if (strcmp(names[*which], parse->at->value) == 0)
			return 0;
	kith_str_init(&list);
	for (size_t i = 0; i < count; i++)
		kith_str_addf(&list, "%s%s", i ? ", " : "", names[i]);
	err = wrong(parse, "%s must be one of %s", parse->at->name, list.s);
	kith_str_clear(&list);
	return err;
}

static int set_format(struct parse *parse)
{
	static const char *const names[] = {"detect", "csv", "json", "geojson"};
	size_t which;
	int err = one_of(parse, names, 4, &which);

	if (!err)
		parse->mapping->format = (enum kith_rows_format)which;
	return err;
}

static int set_delimiter(struct parse *parse)
{
	static const char *const names[] = {"detect", "comma", "semicolon", "tab"};
	size_t which;
	int err = one_of(parse, names, 4, &which);

	if (!err)
		parse->mapping->delimiter = "\0,;\t"[which];
	return err;
}

static int set_decimal(struct parse *parse)
{
	static const char *const names[] = {"point", "comma"};
	size_t which;
	int err = one_of(parse, names, 2, &which);

	if (!err)
		parse->mapping->decimal_comma = which == 1;
	return err;
}

static int set_missing(struct parse *parse)
{
	const char *at = parse->at->value;

	while (*at) {
		size_t whole = strcspn(at, ","), len = whole;
		const char *word = at;

		kith_trim(&word, &len);
		if (len)
			kith_json_append(parse->mapping->missing, kith_json_text(word, len));
		at += whole + (at[whole] == ',');
	}
	return 0;
}

static int set_text(struct parse *parse, struct kith_pick_text **out)
{
	char why[200];

	if (kith_pick_text_parse(parse->at->value, parse->mapping->maps, out, why, sizeof(why)) !=
		0)
		return wrong(parse, "%s: %s", parse->at->name, why);
	return 0;
}

static int set_group(struct parse *parse)
{
	kith_pick_text_free(parse->mapping->group);
	parse->mapping->group = NULL;
	return set_text(parse, &parse->mapping->group);
}

static int set_input(struct parse *parse)
{
	static const struct {
		const char *name;
		int (*set)(struct parse *parse);
	} keys[] = {
		{"format", set_format},
		{"delimiter", set_delimiter},
		{"decimal", set_decimal},
		{"missing", set_missing},
		{"group", set_group},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, parse->at->name) == 0)
			return keys[i].set(parse);
	return wrong(parse,
		"[input] has no '%.40s'; it has format, delimiter, decimal, missing, group",
		parse->at->name);
}

/* ---- [record] ------------------------------------------------------------------------------ */

static int no_such_field(struct parse *parse)
{
	struct kith_str hint;
	int err;

	kith_str_init(&hint);
	kith_fields_suggest(json_object_get(parse->mapping->kind, "fields"), parse->at->name,
		strlen(parse->at->name), &hint);
	err = wrong(parse, "%s has no field '%.60s'%s", kith_mapping_kind(parse->mapping),
		parse->at->name, hint.s);
	kith_str_clear(&hint);
	return err;
}

static int add_rule(struct parse *parse)
{
	struct kith_mapping *mapping = parse->mapping;
	struct kith_mapping_rule rule = {0};
	struct kith_str path;
	bool is_header =
		strcmp(parse->at->name, "lang") == 0 || strcmp(parse->at->name, "circle") == 0;
	int err;

	if (strcmp(parse->at->name, "kind") == 0)
		return 0;
	kith_str_init(&path);
	if (is_header)
		kith_str_add(&path, parse->at->name);
	else
		rule.field = kith_fields_walk(json_object_get(mapping->kind, "fields"),
			parse->at->name, strlen(parse->at->name), &path);
	rule.path = kith_str_take(&path);
	kith_str_clear(&path);
	if (!is_header && !rule.field)
		err = no_such_field(parse);
	else if (rule.field && kith_field_has_type(rule.field, "object"))
		err = wrong(parse, "%s has parts; say which, such as %s.%s", rule.path, rule.path,
			kith_field_name(json_array_get(kith_field_fields(rule.field), 0)));
	else
		err = set_text(parse, &rule.text);
	if (err) {
		free(rule.path);
		return err;
	}
	mapping->rules = kith_need(
		realloc(mapping->rules, (mapping->rule_count + 1) * sizeof(*mapping->rules)));
	mapping->rules[mapping->rule_count++] = rule;
	return 0;
}

/* ---- the file ------------------------------------------------------------------------------ */

static bool is_in(const struct kith_line_setting *setting, const char *section)
{
	return strcmp(setting->section, section) == 0;
}

static int check_section(struct parse *parse)
{
	const char *section = parse->at->section;

	if (strcmp(section, "input") == 0 || strcmp(section, "record") == 0 ||
		strncmp(section, "map ", 4) == 0)
		return 0;
	return wrong(parse, "stands in [%.40s]; the sections are [input], [record], [map NAME]",
		section);
}

static void add_to_map(struct parse *parse)
{
	const char *name = parse->at->section + 4;
	size_t len = strlen(name);
	char *trimmed;
	json_t *map;

	kith_trim(&name, &len);
	trimmed = kith_need_dup(name, len);
	map = json_object_get(parse->mapping->maps, trimmed);
	if (!map) {
		map = kith_need_json(json_object());
		kith_json_set(parse->mapping->maps, trimmed, map);
	}
	kith_json_set(map, parse->at->name, json_string(parse->at->value));
	free(trimmed);
}

static int find_kind(struct parse *parse, const struct kith_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		parse->at = &settings->list[i];
		if (!is_in(parse->at, "record") || strcmp(parse->at->name, "kind") != 0)
			continue;
		json_decref(parse->mapping->kind);
		parse->mapping->kind = kith_kind_to_json(parse->at->value);
		if (!parse->mapping->kind)
			return wrong(parse, "'%.40s' is no kind of record", parse->at->value);
	}
	parse->at = NULL;
	return parse->mapping->kind ? 0 : wrong(parse, "[record] must say 'kind = …'");
}

/* Maps and the kind first: what else stands in the file refers to them. */
static int read_all(struct parse *parse, const struct kith_settings *settings)
{
	int err = 0;

	for (size_t i = 0; i < settings->count && !err; i++) {
		parse->at = &settings->list[i];
		err = check_section(parse);
		if (!err && strncmp(parse->at->section, "map ", 4) == 0)
			add_to_map(parse);
	}
	if (!err)
		err = find_kind(parse, settings);
	for (size_t i = 0; i < settings->count && !err; i++) {
		parse->at = &settings->list[i];
		if (is_in(parse->at, "input"))
			err = set_input(parse);
		else if (is_in(parse->at, "record"))
			err = add_rule(parse);
	}
	return err;
}

int kith_mapping_parse(
	const char *text, size_t len, struct kith_mapping **out, struct kith_text_error *error)
{
	struct kith_mapping *mapping;
	struct kith_settings settings;
	struct parse parse = {.error = error};
	int err = kith_settings_read(text, len, &settings, error);

	if (err)
		return err;
	mapping = kith_need_new(1, sizeof(*mapping));
	mapping->missing = kith_need_json(json_array());
	mapping->maps = kith_need_json(json_object());
	parse.mapping = mapping;
	err = read_all(&parse, &settings);
	kith_settings_clear(&settings);
	if (err)
		kith_mapping_free(mapping);
	else
		*out = mapping;
	return err;
}

void kith_mapping_free(struct kith_mapping *mapping)
{
	if (!mapping)
		return;
	for (size_t i = 0; i < mapping->rule_count; i++) {
		free(mapping->rules[i].path);
		kith_pick_text_free(mapping->rules[i].text);
	}
	free(mapping->rules);
	kith_pick_text_free(mapping->group);
	json_decref(mapping->missing);
	json_decref(mapping->maps);
	json_decref(mapping->kind);
	free(mapping);
}

const char *kith_mapping_kind(const struct kith_mapping *mapping)
{
	return kith_json_get_text(mapping->kind, "kind");
}
