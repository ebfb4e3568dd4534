/* assign.c: see assign.h. */
#include "node/cli/assign.h"

#include <stdlib.h>
#include <string.h>

#include "node/cli/text_fields.h"
#include "node/cli/text_form.h"
#include "node/record_json.h"

#define ENTRIES_MAX 256 /* of a list of objects: no rule allows more */

/* One assignment on its way down a path. */
struct assign {
	struct kith_cli *cli;
	const char *kind;
	json_t *said;     /* what was assigned before, by place */
	const char *path; /* as typed, for complaints */
	size_t path_len;
};

static int wrong(const struct assign *assign, const char *why)
{
	return kith_fail(assign->cli, KITH_EXIT_USAGE, "--set %.*s: %s", (int)assign->path_len,
		assign->path, why);
}

static int no_such_field(
	const struct assign *assign, const json_t *fields, const char *name, size_t len)
{
	struct kith_str why;
	int code;

	kith_str_init(&why);
	kith_str_add(&why, "there is no such field");
	kith_fields_suggest(fields, name, len, &why);
	code = wrong(assign, why.s);
	kith_str_clear(&why);
	return code;
}

/* The member of that name; made where missing. */
static json_t *member(json_t *object, const char *name, json_t *(*make)(void))
{
	json_t *found = json_object_get(object, name);

	if (!found) {
		found = kith_need_json(make());
		kith_json_set(object, name, found);
	}
	return found;
}

/* The i-th object of a list; made where missing, with those before it. */
static json_t *entry(json_t *object, const char *name, size_t i)
{
	json_t *list = member(object, name, json_array);

	while (json_array_size(list) <= i)
		kith_json_append(list, kith_need_json(json_object()));
	return json_array_get(list, i);
}

/* Was this member assigned before? From now on it was. */
static bool is_said(const struct assign *assign, const json_t *object, const char *name)
{
	char place[120];
	bool said;

	snprintf(place, sizeof(place), "%p %s", (const void *)object, name);
	said = json_object_get(assign->said, place) != NULL;
	kith_json_set(assign->said, place, json_true());
	return said;
}

/* Fields of parts that the text form can say in one line: "Kavala, GR", "2014..2017". */
static bool is_short(const json_t *field)
{
	const char *name = kith_field_name(field);

	return kith_field_has_type(field, "object") && !kith_field_is_list(field) &&
	       (strcmp(name, "place") == 0 || strcmp(name, "time") == 0);
}

static json_t *in_short(
	const struct assign *assign, const char *name, const char *text, char *why, size_t why_len)
{
	struct kith_text_error error = {.why = "must be one line"};
	struct kith_text_form form;
	json_t *value = NULL;
	struct kith_str line;

	kith_str_init(&line);
	kith_str_addf(&line, "Kind: %s\n%s: %s\n", assign->kind, name, text);
	if (!strchr(text, '\n') && kith_text_form_parse(line.s, line.len, &form, &error) == 0) {
		value = json_incref(json_object_get(json_object_get(form.draft, "body"), name));
		kith_text_form_clear(&form);
		snprintf(error.why, sizeof(error.why), "must not be empty");
	}
	snprintf(why, why_len, "%s", error.why);
	kith_str_clear(&line);
	return value;
}

static int put(const struct assign *assign, const json_t *field, json_t *object, const char *text)
{
	const char *name = kith_field_name(field);
	char why[320];
	json_t *value = is_short(field)
				? in_short(assign, name, text, why, sizeof(why))
				: kith_field_value(field, text, strlen(text), why, sizeof(why));

	if (!value)
		return wrong(assign, why);
	if (!is_said(assign, object, name))
		json_object_del(object, name); /* of the version that is revised */
	if (kith_field_is_list(field)) {
		kith_json_append(member(object, name, json_array), value);
		return 0;
	}
	if (json_object_get(object, name)) {
		json_decref(value);
		return wrong(assign, "was said already, and is no list");
	}
	kith_json_set(object, name, value);
	return 0;
}

/* The object that a step of the path leads into: "place", "clauses[2]". NULL after a complaint. */
static json_t *step(const struct assign *assign, const json_t *field, json_t *object,
	const char *rest, size_t rest_len)
{
	char *end = NULL;
	unsigned long i;

	if (!kith_field_has_type(field, "object")) {
		(void)wrong(assign, "has no parts");
		return NULL;
	}
	if (!kith_field_is_list(field) && rest_len == 0)
		return member(object, kith_field_name(field), json_object);
	i = rest_len > 2 && *rest == '[' ? strtoul(rest + 1, &end, 10) : ENTRIES_MAX;
	if (kith_field_is_list(field) && i < ENTRIES_MAX && end == rest + rest_len - 1 &&
		*end == ']')
		return entry(object, kith_field_name(field), i);
	(void)wrong(assign, kith_field_is_list(field)
				    ? "is a list: say which entry is meant, [0] for the first"
				    : "is no list");
	return NULL;
}

static int descend(
	const struct assign *assign, const json_t *fields, json_t *object, const char *text)
{
	const char *at = assign->path;
	const char *end = at + assign->path_len;

	for (;;) {
		size_t len = strcspn(at, ".="), name_len = strcspn(at, ".=[");
		const json_t *field = kith_fields_find(fields, at, name_len);

		if (!field)
			return no_such_field(assign, fields, at, name_len);
		if (at + len >= end)
			return name_len == len ? put(assign, field, object, text)
					       : wrong(assign, "an entry of this list has no [ ]");
		object = step(assign, field, object, at + name_len, len - name_len);
		if (!object)
			return KITH_EXIT_USAGE;
		fields = kith_field_fields(field);
		at += len + 1;
	}
}

static int say_of_link(
	const struct assign *assign, json_t *draft, const char *word, const char *text)
{
	json_t *links = json_object_get(draft, "links");
	json_t *last = json_array_get(links, json_array_size(links) - 1);
	size_t len = assign->path_len - (size_t)(word - assign->path);
	const char *known;

	if (!last)
		return wrong(assign, "there is no link to say it of; give --link before");
	for (size_t i = 0; (known = kith_link_word(i)); i++) {
		if (strlen(known) == len && strncmp(known, word, len) == 0) {
			kith_json_set(last, known, json_string(text));
			return 0;
		}
	}
	return wrong(assign, "of a link one can say kept, changed, why, note and method");
}

int kith_assign(
	struct kith_cli *cli, const char *kind, json_t *draft, json_t *said, const char *assignment)
{
	const char *equals = strchr(assignment, '=');
	struct assign assign = {.cli = cli, .kind = kind, .said = said, .path = assignment};
	json_t *description;
	int code;

	if (!equals || equals == assignment)
		return kith_fail(cli, KITH_EXIT_USAGE,
			"--set wants a field and a value, such as title=\"A garden\"");
	assign.path_len = (size_t)(equals - assignment);
	if (strncmp(assignment, "link.", 5) == 0)
		return say_of_link(&assign, draft, assignment + 5, equals + 1);
	description = kith_need_json(kith_kind_to_json(kind));
	code = descend(&assign, json_object_get(description, "fields"),
		member(draft, "body", json_object), equals + 1);
	json_decref(description);
	return code;
}
