/* text_fields.c: see text_fields.h. */
#include "node/cli/text_fields.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/say.h"
#include "node/record_json.h"
#include "node/suggest.h"

/* ---- finding ------------------------------------------------------------------------------- */

const char *kith_field_name(const json_t *field)
{
	return kith_json_get_text(field, "name");
}

bool kith_field_has_type(const json_t *field, const char *type)
{
	return strcmp(kith_json_get_text(field, "type"), type) == 0;
}

bool kith_field_is_list(const json_t *field)
{
	return json_is_true(json_object_get(field, "list"));
}

bool kith_field_is_block(const json_t *field)
{
	return json_is_true(json_object_get(field, "block"));
}

const json_t *kith_field_fields(const json_t *field)
{
	return json_object_get(field, "fields");
}

json_t *kith_fields_find(const json_t *fields, const char *name, size_t len)
{
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field)
		if (kith_name_equal(kith_field_name(field), name, len))
			return field;
	return NULL;
}

json_t *kith_fields_walk(
	const json_t *fields, const char *path, size_t len, struct kith_str *canonical)
{
	for (;;) {
		const char *dot = memchr(path, '.', len);
		size_t name = dot ? (size_t)(dot - path) : len;
		json_t *field = kith_fields_find(fields, path, name);

		if (!field)
			return NULL;
		if (canonical)
			kith_str_addf(canonical, "%s%s", canonical->len ? "." : "",
				kith_field_name(field));
		if (!dot)
			return field;
		if (!kith_field_has_type(field, "object") || kith_field_is_list(field))
			return NULL;
		fields = kith_field_fields(field);
		path += name + 1;
		len -= name + 1;
	}
}

void kith_fields_suggest(const json_t *fields, const char *name, size_t len, struct kith_str *out)
{
	struct kith_suggest suggest;
	char *typed = kith_need_dup(name, len);
	json_t *field;
	size_t i;

	kith_suggest_begin(&suggest, typed);
	json_array_foreach(fields, i, field)
		kith_suggest_offer(&suggest, kith_field_name(field));
	if (suggest.best)
		kith_str_addf(out, _(", did you mean '%s'?"), suggest.best);
	free(typed);
}

/* ---- values -------------------------------------------------------------------------------- */

static json_t *wrong(char *why, size_t why_len, const json_t *field, const char *wanted)
{
	snprintf(why, why_len, _("%s must be %s"), kith_field_name(field), wanted);
	return NULL;
}

static json_t *choice(const json_t *field, const char *text, size_t len, char *why, size_t why_len)
{
	const json_t *choices = json_object_get(field, "choices");
	struct kith_str wanted;
	json_t *name;
	size_t i;

	json_array_foreach(choices, i, name)
		if (kith_name_equal(json_string_value(name), text, len))
			return json_incref(name);
	kith_str_init(&wanted);
	kith_field_add_rule(field, &wanted);
	wrong(why, why_len, field, wanted.s);
	kith_str_clear(&wanted);
	return NULL;
}

/* The canonical form, in which the node will give it back. */
static json_t *moment(const json_t *field, const char *text, char *why, size_t why_len)
{
	char canonical[40];
	int64_t ms;

	if (kith_time_parse(text, &ms) != 0)
		return wrong(why, why_len, field,
			_("a year, month, day or time such as 2017, "
			  "2017-03, 2017-03-10 or 2017-03-10T14:00:00Z"));
	kith_time_format(ms, true, canonical);
	return kith_json_text(canonical, strlen(canonical));
}

static json_t *number(const json_t *field, const char *text, char *why, size_t why_len)
{
	bool whole = kith_field_has_type(field, "integer");
	long long integer;
	double real;
	char *end;

	errno = 0;
	integer = strtoll(text, &end, 10);
	if (whole && *text && !*end && !errno)
		return kith_need_json(json_integer(integer));
	errno = 0;
	real = strtod(text, &end);
	if (!whole && *text && !*end && !errno && strspn(text, "+-0123456789.") == strlen(text))
		return kith_need_json(json_real(real));
	return wrong(
		why, why_len, field, whole ? _("a whole number") : _("degrees such as 40.9397"));
}

static json_t *yes_no(const json_t *field, const char *text, char *why, size_t why_len)
{
	size_t len = strlen(text);

	if (kith_name_equal("yes", text, len) || kith_name_equal("true", text, len))
		return json_true();
	if (kith_name_equal("no", text, len) || kith_name_equal("false", text, len))
		return json_false();
	return wrong(why, why_len, field, "yes or no");
}

/* A key, which may be broken by blanks; otherwise it is the name of somebody. */
static bool is_written_key(const json_t *field, const char *text)
{
	const char *type = kith_json_get_text(field, "key");

	return *type && strncmp(text, type, strlen(type)) == 0 && text[strlen(type)] == '_';
}

static json_t *without_space(const char *text)
{
	struct kith_str out;
	json_t *value;

	kith_str_init(&out);
	for (; *text; text++)
		if (!strchr(" \t\r\n", *text))
			kith_str_add_c(&out, *text);
	value = kith_json_text(out.s, out.len);
	kith_str_clear(&out);
	return value;
}

json_t *kith_field_value(
	const json_t *field, const char *text, size_t len, char *why, size_t why_len)
{
	char *copy = kith_need_dup(text, len);
	json_t *value;

	if (kith_field_has_type(field, "choice"))
		value = choice(field, text, len, why, why_len);
	else if (kith_field_has_type(field, "date-time"))
		value = moment(field, copy, why, why_len);
	else if (kith_field_has_type(field, "integer") || kith_field_has_type(field, "degrees"))
		value = number(field, copy, why, why_len);
	else if (kith_field_has_type(field, "yes-no"))
		value = yes_no(field, copy, why, why_len);
	else if (kith_field_has_type(field, "base64") || is_written_key(field, copy))
		value = without_space(copy);
	else if (kith_field_has_type(field, "object"))
		value = wrong(
			why, why_len, field, _("said part by part, with a dot before the part"));
	else if (!(value = json_stringn(text, len)))
		wrong(why, why_len, field, "UTF-8");
	free(copy);
	return value;
}

void kith_field_add_value(const json_t *value, struct kith_str *out)
{
	if (json_is_string(value))
		kith_str_add_n(out, json_string_value(value), json_string_length(value));
	else if (json_is_integer(value))
		kith_str_addf(out, "%lld", (long long)json_integer_value(value));
	else if (json_is_real(value))
		kith_str_addf(out, "%.10g", json_real_value(value));
	else if (json_is_boolean(value))
		kith_str_add(out, json_is_true(value) ? "yes" : "no");
}

/* ---- what is wanted ------------------------------------------------------------------------ */

static void add_choices(const json_t *choices, struct kith_str *out)
{
	json_t *name;
	size_t i;

	kith_str_add(out, _("one of "));
	json_array_foreach(choices, i, name)
		kith_str_addf(out, "%s%s", i ? ", " : "", json_string_value(name));
}

static void add_form(const json_t *field, struct kith_str *out)
{
	static const struct {
		const char *type, *words;
	} forms[] = {
		{"date-time", N_("a year, month, day or time")},
		{"integer", N_("a whole number")},
		{"degrees", N_("decimal degrees")},
		{"base64", N_("base64")},
		{"yes-no", N_("yes or no")},
	};
	const json_t *choices = json_object_get(field, "choices");

	if (choices)
		add_choices(choices, out);
	if (kith_field_has_type(field, "key"))
		kith_str_addf(out, _("a key: %s_…"), kith_json_get_text(field, "key"));
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		if (kith_field_has_type(field, forms[i].type))
			kith_str_add(out, gettext(forms[i].words));
}

void kith_field_add_rule(const json_t *field, struct kith_str *out)
{
	long long bytes = json_integer_value(json_object_get(field, "max_bytes"));
	long long items = json_integer_value(json_object_get(field, "max_items"));
	struct kith_str rule;

	kith_str_init(&rule);
	add_form(field, &rule);
	if (items) {
		kith_str_add(&rule, rule.len ? ", " : "");
		kith_str_addf(&rule, _("at most %lld"), items);
	}
	if (bytes && json_is_true(json_object_get(field, "prose"))) {
		kith_str_add(&rule, rule.len ? ", " : "");
		kith_str_addf(&rule,
			items ? _("of at most %lld bytes each") : _("at most %lld bytes"), bytes);
	}
	kith_str_add_n(out, rule.s, rule.len);
	kith_str_clear(&rule);
}

const char *kith_link_word(size_t i)
{
	static const char *const words[] = {"kept", "changed", "why", "note", "method"};

	return i < sizeof(words) / sizeof(words[0]) ? words[i] : NULL;
}
