/* pick.c: see pick.h. */
#include "node/cli/pick.h"

#include <stdlib.h>
#include <string.h>

/* ---- values -------------------------------------------------------------------------------- */

/* Text that is empty after trimming is not added. */
void kith_values_add(struct kith_values *values, const char *text, size_t len, size_t row)
{
	kith_trim(&text, &len);
	if (!len)
		return;
	if (values->count == values->room) {
		values->room = values->room ? 2 * values->room : 8;
		values->list =
			kith_need(realloc(values->list, values->room * sizeof(*values->list)));
	}
	values->list[values->count++] = (struct kith_value){kith_need_dup(text, len), row};
}

void kith_values_clear(struct kith_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		free(values->list[i].text);
	free(values->list);
	*values = (struct kith_values){0};
}

/* ---- paths --------------------------------------------------------------------------------- */

struct collect {
	const json_t *missing;
	size_t row;
	struct kith_values *out;
};

static void collect_scalar(const struct collect *collect, const json_t *value)
{
	char *number = NULL;
	const char *text = json_string_value(value);
	size_t len = json_string_length(value), i;
	json_t *missing;

	if (!text && (json_is_number(value) || json_is_boolean(value))) {
		number = kith_need(json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)));
		text = number;
		len = strlen(number);
	}
	if (!text)
		return;
	kith_trim(&text, &len);
	json_array_foreach(collect->missing, i, missing)
		if (json_string_length(missing) == len &&
			memcmp(json_string_value(missing), text, len) == 0)
			len = 0;
	kith_values_add(collect->out, text, len, collect->row);
	free(number);
}

/* path: the rest of it, at a name, "[" or the end. */
static void collect_at(const struct collect *collect, const json_t *value, const char *path)
{
	size_t len = strcspn(path, ".["), i;
	const char *rest = path + len;
	char *end, *name;
	json_t *item;

	if (*path == '[') {
		unsigned long index = strtoul(path + 1, &end, 10);

		rest = *end == ']' ? end + 1 : end;
		if (end != path + 1) {
			collect_at(collect, json_array_get(value, index), rest);
			return;
		}
		json_array_foreach(value, i, item)
			collect_at(collect, item, rest);
	} else if (json_is_array(value)) {
		json_array_foreach(value, i, item)
			collect_at(collect, item, path);
	} else if (*path == '.') {
		collect_at(collect, value, path + 1);
	} else if (*path == '\0') {
		collect_scalar(collect, value);
	} else {
		name = kith_need_dup(path, len);
		item = json_object_get(value, name);
		free(name);
		if (item)
			collect_at(collect, item, rest);
	}
}

void kith_path_collect(const struct kith_pick_context *context, const char *path, size_t row,
	struct kith_values *out)
{
	struct collect collect = {.missing = context->missing, .row = row, .out = out};
	const json_t *object = json_array_get(context->rows, row == KITH_ROW_ALL ? 0 : row);
	const json_t *whole = json_object_get(object, path);

	/* A column may have any sign in its name. */
	if (whole)
		collect_at(&collect, whole, "");
	else
		collect_at(&collect, object, path);
}

/* ---- making texts -------------------------------------------------------------------------- */

static void find_values(const struct kith_pick *pick, const struct kith_pick_context *context,
	struct kith_values *out)
{
	for (size_t row = 0; row < json_array_size(context->rows); row++) {
		size_t before = out->count;

		for (size_t p = 0; p < pick->path_count && out->count == before; p++)
			kith_path_collect(context, pick->paths[p], row, out);
	}
	for (size_t f = 0; f < pick->filter_count; f++)
		pick->filters[f].filter->apply(context, pick->filters[f].argument, out);
}

bool kith_pick_text_one(const struct kith_pick_text *text, const struct kith_pick_context *context,
	struct kith_str *out)
{
	bool found = true;

	for (size_t i = 0; i < text->count && found; i++) {
		struct kith_values values = {0};

		if (text->parts[i].text) {
			kith_str_add(out, text->parts[i].text);
			continue;
		}
		find_values(&text->parts[i].pick, context, &values);
		found = values.count > 0;
		if (found)
			kith_str_add(out, values.list[0].text);
		kith_values_clear(&values);
	}
	return found;
}

/* The n-th value of a row; a pick with only one there says it each time; NULL: none. */
static const char *value_of(const struct kith_values *values, size_t row, size_t n, size_t *count)
{
	const char *first = NULL, *nth = NULL;

	*count = 0;
	for (size_t i = 0; i < values->count; i++) {
		if (values->list[i].row == KITH_ROW_ALL && *count == 0)
			first = first ? first : values->list[i].text;
		if (values->list[i].row != row)
			continue;
		if (*count == 0)
			first = values->list[i].text;
		if (*count == n)
			nth = values->list[i].text;
		(*count)++;
	}
	return *count <= 1 ? first : nth;
}

/* One text out of the n-th values of a row; false when a pick has none there. *more: another may
 * follow. */
static bool make_text(const struct kith_pick_text *text, const struct kith_values *values,
	size_t row, size_t n, struct kith_str *out, bool *more)
{
	bool good = true;

	kith_str_reset(out);
	*more = false;
	for (size_t i = 0; i < text->count; i++) {
		size_t count = 0;
		const char *value = text->parts[i].text ? text->parts[i].text
							: value_of(&values[i], row, n, &count);

		*more |= count > n + 1;
		if (value)
			kith_str_add(out, value);
		else
			good = false;
	}
	return good;
}

static void add_once(struct kith_values *values, const struct kith_str *text, size_t row)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->list[i].text, text->s) == 0)
			return;
	kith_values_add(values, text->s, text->len, row);
}

void kith_pick_text_all(const struct kith_pick_text *text, const struct kith_pick_context *context,
	struct kith_values *out)
{
	struct kith_values *values = kith_need_new(text->count, sizeof(*values));
	struct kith_str one;

	kith_str_init(&one);
	for (size_t i = 0; i < text->count; i++)
		if (!text->parts[i].text)
			find_values(&text->parts[i].pick, context, &values[i]);
	for (size_t row = 0; row < json_array_size(context->rows); row++) {
		bool more = true;

		for (size_t n = 0; more; n++)
			if (make_text(text, values, row, n, &one, &more))
				add_once(out, &one, row);
	}
	for (size_t i = 0; i < text->count; i++)
		kith_values_clear(&values[i]);
	free(values);
	kith_str_clear(&one);
}
