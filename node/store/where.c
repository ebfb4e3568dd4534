/* where.c: see where.h. */
#include "node/store/where.h"

#include <stdio.h>
#include <string.h>

#include "node/body_json.h"
#include "node/suggest.h"
#include "protocol/kind.h"

#include "kith.pb-c.h"

#define LIST_MAX 160

/* "a, b, c", as far as there is room. */
static void add_name(char list[LIST_MAX], const char *name)
{
	size_t len = strlen(list);

	if (len + strlen(name) + 3 < LIST_MAX)
		snprintf(list + len, LIST_MAX - len, "%s%s", len ? ", " : "", name);
}

static const ProtobufCFieldDescriptor *find_choice(
	const ProtobufCMessageDescriptor *type, const char *name)
{
	const ProtobufCFieldDescriptor *field =
		protobuf_c_message_descriptor_get_field_by_name(type, name);

	return field && field->type == PROTOBUF_C_TYPE_ENUM ? field : NULL;
}

/* The path of a complaint about what was typed. */
static struct kith_path path_of(const struct kith_where *where)
{
	struct kith_path path = {.len = 0};

	kith_path_push(&path, "where");
	kith_path_push_typed(&path, where->field);
	return path;
}

/* ---- complaints ---------------------------------------------------------------------------- */

static void offer_choices(
	const ProtobufCMessageDescriptor *type, struct kith_suggest *suggest, char list[LIST_MAX])
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		if (type->fields[i].type != PROTOBUF_C_TYPE_ENUM)
			continue;
		kith_suggest_offer(suggest, type->fields[i].name);
		add_name(list, type->fields[i].name);
	}
}

/* It may be a field of some kinds: then the kind has to be said. */
static int needs_kind(const struct kith_where *where, struct kith_problem *problem)
{
	struct kith_path path = path_of(where);
	char kinds[LIST_MAX] = "", list[LIST_MAX] = "";
	struct kith_suggest suggest;
	struct kith_kind kind;

	kith_suggest_begin(&suggest, where->field);
	for (size_t i = 0; kith_kind_at(i, &kind); i++) {
		if (find_choice(kind.message, where->field))
			add_name(kinds, kind.name);
		offer_choices(kind.message, &suggest, list);
	}
	offer_choices(&kith__common__descriptor, &suggest, list);
	if (*kinds)
		return kith_problem_set(problem, KITH_E_RULE, path.text,
			"needs a kind beside it, for it is a field of: %s", kinds);
	return kith_problem_set(problem, KITH_E_RULE, path.text,
		"is no field with a list of values to choose from%s%s%s",
		suggest.best ? "; did you mean \"" : "", suggest.best ? suggest.best : "",
		suggest.best ? "\"?" : "");
}

static int no_such_field(
	const struct kith_kind *kind, const struct kith_where *where, struct kith_problem *problem)
{
	struct kith_path path = path_of(where);
	struct kith_suggest suggest;
	char list[LIST_MAX] = "";

	kith_suggest_begin(&suggest, where->field);
	offer_choices(kind->message, &suggest, list);
	offer_choices(&kith__common__descriptor, &suggest, list);
	if (suggest.best)
		return kith_problem_set(problem, KITH_E_RULE, path.text,
			"is no choice that a record of kind %s has; did you mean \"%s\"?",
			kind->name, suggest.best);
	return kith_problem_set(problem, KITH_E_RULE, path.text,
		"is no choice that a record of kind %s has; there are: %s", kind->name, list);
}

static int no_such_value(const ProtobufCFieldDescriptor *field, const struct kith_where *where,
	struct kith_problem *problem)
{
	const ProtobufCEnumDescriptor *type = field->descriptor;
	struct kith_path path = path_of(where);
	char list[LIST_MAX] = "", name[64];

	for (unsigned i = 0; i < type->n_values; i++)
		if (kith_enum_format(type, type->values[i].value, name, sizeof(name)))
			add_name(list, name);
	return kith_problem_set(problem, KITH_E_RULE, path.text, "must be one of: %s", list);
}

/* ---- resolving ----------------------------------------------------------------------------- */

int kith_where_resolve(uint32_t kind_number, const struct kith_where *where,
	const ProtobufCFieldDescriptor **field, int *value, struct kith_problem *problem)
{
	struct kith_kind kind;
	bool has_kind = kith_kind_by_number(kind_number, &kind);

	*field = find_choice(&kith__common__descriptor, where->field);
	if (!*field && has_kind)
		*field = find_choice(kind.message, where->field);
	if (!*field)
		return has_kind ? no_such_field(&kind, where, problem) : needs_kind(where, problem);
	if (!kith_enum_parse((*field)->descriptor, where->value, value))
		return no_such_value(*field, where, problem);
	return 0;
}
