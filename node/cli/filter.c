/* filter.c: what can stand behind a '|' in a pick; see pick.h. */
#include "node/cli/pick.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

/* ---- one by one ---------------------------------------------------------------------------- */

/* "map NAME": the file's [map NAME]; a value not in it stays, or becomes what "*" says. */
static void apply_map(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	const json_t *map = json_object_get(context->maps, argument);
	struct kith_values out = {0};

	for (size_t i = 0; i < values->count; i++) {
		const struct kith_value *value = &values->list[i];
		const json_t *to = json_object_get(map, value->text);
		const char *text = json_string_value(to ? to : json_object_get(map, "*"));

		text = text ? text : value->text;
		if (*text)
			kith_values_add(&out, text, strlen(text), value);
	}
	kith_values_clear(values);
	*values = out;
}

static void apply_split(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	struct kith_values out = {0};

	(void)context;
	for (size_t i = 0; i < values->count; i++) {
		const char *at = values->list[i].text, *end;

		do {
			end = strstr(at, argument);
			kith_values_add(
				&out, at, end ? (size_t)(end - at) : strlen(at), &values->list[i]);
			at = end ? end + strlen(argument) : NULL;
		} while (at);
	}
	kith_values_clear(values);
	*values = out;
}

static void apply_lower(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	for (size_t i = 0; i < values->count; i++) {
		const char *at = values->list[i].text;
		struct kith_str lower;
		utf8proc_uint8_t bytes[4];

		kith_str_init(&lower);
		while (*at) {
			utf8proc_int32_t c;
			utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);

			n = n > 0 ? n : 1;
			if (c >= 0)
				kith_str_add_n(&lower, (const char *)bytes,
					(size_t)utf8proc_encode_char(utf8proc_tolower(c), bytes));
			at += n;
		}
		free(values->list[i].text);
		values->list[i].text = kith_str_take(&lower);
		kith_str_clear(&lower);
	}
}

/* Keeps what a function cuts out of each value; nothing when it finds nothing. */
static void cut_each(struct kith_values *values, const char *(*cut)(const char *text, size_t *len))
{
	struct kith_values out = {0};

	for (size_t i = 0; i < values->count; i++) {
		size_t len = 0;
		const char *text = cut(values->list[i].text, &len);

		if (text)
			kith_values_add(&out, text, len, &values->list[i]);
	}
	kith_values_clear(values);
	*values = out;
}

/* The first four digits that stand alone. */
static const char *cut_year(const char *text, size_t *len)
{
	for (const char *at = text; *at; at++) {
		size_t digits = strspn(at, "0123456789");

		*len = 4;
		if (digits == 4)
			return at;
		at += digits ? digits - 1 : 0;
	}
	return NULL;
}

/* What kith export put before a text that a spreadsheet would take for a formula. */
static const char *cut_guard(const char *text, size_t *len)
{
	text += *text == '\'';
	*len = strlen(text);
	return text;
}

/* Up to the first full stop, question or exclamation mark behind which a capital or nothing
 * follows. */
static const char *cut_sentence(const char *text, size_t *len)
{
	for (const char *at = text; *at; at++) {
		const char *next = at + 1 + strspn(at + 1, " \n\t");

		if (!strchr(".!?", *at) || (next == at + 1 && *next))
			continue;
		if (*next == '\0' || (unsigned char)*next >= 0x80 ||
			(*next >= 'A' && *next <= 'Z')) {
			*len = (size_t)(at + 1 - text);
			return text;
		}
	}
	*len = strlen(text);
	return text;
}

static void apply_year(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	cut_each(values, cut_year);
}

static void apply_sentence(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	cut_each(values, cut_sentence);
}

/* ---- some of them -------------------------------------------------------------------------- */

/* "where role = Lead Partner", "where role != Partner": of the rows in which another column says
 * so. */
static void apply_where(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	const char *equals = strchr(argument, '=');
	size_t name_len = equals ? (size_t)(equals - argument) : strlen(argument);
	bool negated = name_len && argument[name_len - 1] == '!';
	const char *name = argument, *wanted = equals ? equals + 1 : "";
	size_t wanted_len = strlen(wanted);
	struct kith_values out = {0};
	char *path;

	name_len -= negated;
	kith_trim(&name, &name_len);
	kith_trim(&wanted, &wanted_len);
	path = kith_need_dup(name, name_len);
	for (size_t i = 0; i < values->count; i++) {
		struct kith_values there = {0};
		bool equal;

		kith_path_collect(context, path, values->list[i].row, &there);
		equal = there.count && strlen(there.list[0].text) == wanted_len &&
			memcmp(there.list[0].text, wanted, wanted_len) == 0;
		if (equal != negated)
			kith_values_add(&out, values->list[i].text, strlen(values->list[i].text),
				&values->list[i]);
		kith_values_clear(&there);
	}
	free(path);
	kith_values_clear(values);
	*values = out;
}

static bool is_among(const struct kith_values *values, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(values->list[i].text, text) == 0)
			return true;
	return false;
}

static void apply_unique(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	size_t kept = 0;

	(void)context;
	(void)argument;
	for (size_t i = 0; i < values->count; i++) {
		if (is_among(values, kept, values->list[i].text))
			free(values->list[i].text);
		else
			values->list[kept++] = values->list[i];
	}
	values->count = kept;
}

/* ---- one out of all ------------------------------------------------------------------------ */

/* Replaces all values by one that is said of the whole group. */
static void become(struct kith_values *values, const char *text)
{
	struct kith_values out = {0};

	kith_values_add(&out, text, strlen(text), NULL);
	kith_values_clear(values);
	*values = out;
}

static void apply_count(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	struct kith_str text;

	(void)context;
	(void)argument;
	kith_str_init(&text);
	kith_str_addf(&text, "%zu", values->count);
	become(values, text.s);
	kith_str_clear(&text);
}

static void apply_join(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	struct kith_str text;

	(void)context;
	kith_str_init(&text);
	for (size_t i = 0; i < values->count; i++)
		kith_str_addf(&text, "%s%s", i ? argument : "", values->list[i].text);
	if (values->count)
		become(values, text.s);
	kith_str_clear(&text);
}

/* Numbers by value, all else by their bytes. */
static int compare(const char *a, const char *b)
{
	char *end_a, *end_b;
	double x = strtod(a, &end_a), y = strtod(b, &end_b);

	if (end_a == a || end_b == b || *end_a || *end_b)
		return strcmp(a, b);
	return (x > y) - (x < y);
}

/* The value that beats all before it; the first one otherwise. */
static void choose(struct kith_values *values,
	bool (*beats)(const struct kith_values *values, size_t a, size_t b))
{
	size_t best = 0;
	char *text;

	if (!values->count)
		return;
	for (size_t i = 1; i < values->count; i++)
		if (beats(values, i, best))
			best = i;
	text = kith_need_dup(values->list[best].text, strlen(values->list[best].text));
	become(values, text);
	free(text);
}

static size_t occurrences(const struct kith_values *values, size_t of)
{
	size_t count = 0;

	for (size_t i = 0; i < values->count; i++)
		count += strcmp(values->list[i].text, values->list[of].text) == 0;
	return count;
}

static bool never(const struct kith_values *values, size_t a, size_t b)
{
	(void)values;
	(void)a;
	(void)b;
	return false;
}

static bool is_less(const struct kith_values *values, size_t a, size_t b)
{
	return compare(values->list[a].text, values->list[b].text) < 0;
}

static bool is_more(const struct kith_values *values, size_t a, size_t b)
{
	return compare(values->list[a].text, values->list[b].text) > 0;
}

static bool is_oftener(const struct kith_values *values, size_t a, size_t b)
{
	return occurrences(values, a) > occurrences(values, b);
}

static void apply_unguard(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	cut_each(values, cut_guard);
}

static void apply_first(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	choose(values, never);
}

static void apply_min(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	choose(values, is_less);
}

static void apply_max(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	choose(values, is_more);
}

static void apply_most(
	const struct kith_pick_context *context, const char *argument, struct kith_values *values)
{
	(void)context;
	(void)argument;
	choose(values, is_oftener);
}

/* ---- the table ----------------------------------------------------------------------------- */

const struct kith_filter *kith_filter_at(size_t i)
{
	static const struct kith_filter filters[] = {
		{"count", false, apply_count},
		{"first", false, apply_first},
		{"join", true, apply_join},
		{"lower", false, apply_lower},
		{"map", true, apply_map},
		{"max", false, apply_max},
		{"min", false, apply_min},
		{"most", false, apply_most},
		{"sentence", false, apply_sentence},
		{"split", true, apply_split},
		{"unguard", false, apply_unguard},
		{"unique", false, apply_unique},
		{"where", true, apply_where},
		{"year", false, apply_year},
	};

	return i < sizeof(filters) / sizeof(filters[0]) ? &filters[i] : NULL;
}
