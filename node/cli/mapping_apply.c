/* mapping_apply.c: rows become drafts; see mapping.h. */
#include "node/cli/mapping.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/pick.h"
#include "node/cli/text_fields.h"

void kith_mapping_group_of(const struct kith_mapping *mapping, json_t *row, struct kith_str *out)
{
	json_t *rows = kith_need_json(json_pack("[O]", row));
	struct kith_pick_context context = {rows, mapping->missing, mapping->maps};

	kith_str_reset(out);
	if (!kith_pick_text_one(mapping->group, &context, out))
		kith_str_reset(out);
	json_decref(rows);
}

/* "1.234,5" to "1234.5", for fields that are numbers. */
static void unlocalise(struct kith_value *value)
{
	char *to = value->text;

	for (const char *from = value->text; *from; from++)
		if (*from != '.' && *from != ' ')
			*to++ = *from == ',' ? '.' : *from;
	*to = '\0';
}

/* The object in which the last name of a path stands; made where missing. */
static json_t *open_path(json_t *body, const char *path, const char **last)
{
	const char *dot;

	while ((dot = strchr(path, '.'))) {
		char *name = kith_need_dup(path, (size_t)(dot - path));
		json_t *inner = json_object_get(body, name);

		if (!inner) {
			inner = kith_need_json(json_object());
			kith_json_set(body, name, inner);
		}
		free(name);
		body = inner;
		path = dot + 1;
	}
	*last = path;
	return body;
}

static int put(const struct kith_mapping *mapping, const struct kith_mapping_rule *rule,
	json_t *body, struct kith_value *text, char *why, size_t why_len)
{
	json_t *value, *object, *list;
	const char *name;
	char rule_why[200];

	if (mapping->decimal_comma && (kith_field_has_type(rule->field, "degrees") ||
					      kith_field_has_type(rule->field, "integer")))
		unlocalise(text);
	value = kith_field_value(
		rule->field, text->text, strlen(text->text), rule_why, sizeof(rule_why));
	if (!value) {
		snprintf(why, why_len, "%s: %s, and is '%.60s'", rule->path, rule_why, text->text);
		return KITH_E_MALFORMED;
	}
	object = open_path(body, rule->path, &name);
	if (!kith_field_is_list(rule->field)) {
		kith_json_set(object, name, value);
		return 0;
	}
	list = json_object_get(object, name);
	if (!list) {
		list = kith_need_json(json_array());
		kith_json_set(object, name, list);
	}
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), value)) {
			json_decref(value);
			return 0;
		}
	kith_json_append(list, value);
	return 0;
}

static bool is_said(const json_t *body, const char *path)
{
	const char *dot;

	while ((dot = strchr(path, '.'))) {
		char *name = kith_need_dup(path, (size_t)(dot - path));

		body = json_object_get(body, name);
		free(name);
		path = dot + 1;
	}
	return json_object_get(body, path) != NULL;
}

static int apply_rule(const struct kith_mapping *mapping, const struct kith_mapping_rule *rule,
	const struct kith_pick_context *context, json_t *draft, json_t *body, char *why,
	size_t why_len)
{
	struct kith_values values = {0};
	struct kith_str text;
	int err = 0;

	kith_str_init(&text);
	if (rule->field && kith_field_is_list(rule->field))
		kith_pick_text_all(rule->text, context, &values);
	else if (kith_pick_text_one(rule->text, context, &text))
		kith_values_add(&values, text.s, text.len, NULL);
	if (!rule->field && values.count && !json_object_get(draft, rule->path))
		kith_json_set(draft, rule->path, json_string(values.list[0].text));
	for (size_t i = 0; rule->field && i < values.count && !err; i++)
		if (kith_field_is_list(rule->field) || !is_said(body, rule->path))
			err = put(mapping, rule, body, &values.list[i], why, why_len);
	kith_values_clear(&values);
	kith_str_clear(&text);
	return err;
}

int kith_mapping_apply(
	const struct kith_mapping *mapping, json_t *rows, json_t **draft, char *why, size_t why_len)
{
	struct kith_pick_context context = {rows, mapping->missing, mapping->maps};
	json_t *made = kith_need_json(json_object()), *body = kith_need_json(json_object());
	int err = 0;

	kith_json_set(made, "kind", json_string(kith_mapping_kind(mapping)));
	kith_json_set(made, "body", body);
	for (size_t i = 0; i < mapping->rule_count && !err; i++)
		err = apply_rule(mapping, &mapping->rules[i], &context, made, body, why, why_len);
	if (err)
		json_decref(made);
	else
		*draft = made;
	return err;
}
