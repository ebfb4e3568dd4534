/* pick.c: see pick.h. */
#include "node/cli/pick.h"

#include <stdlib.h>
#include <string.h>

/* ---- values -------------------------------------------------------------------------------- */

void kith_values_add(
	struct kith_values *values, const char *text, size_t len, const struct kith_value *like)
{
	kith_trim(&text, &len);
	if (!len)
		return;
	if (values->count == values->room) {
		values->room = values->room ? 2 * values->room : 8;
		values->list =
			kith_need(realloc(values->list, values->room * sizeof(*values->list)));
	}
	values->list[values->count++] = (struct kith_value){
		.text = kith_need_dup(text, len),
		.row = like ? like->row : KITH_ROW_ALL,
		.item = like ? like->item : KITH_ITEM_NONE,
	};
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
	struct kith_value at; /* row and item */
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
	kith_values_add(collect->out, text, len, &collect->at);
	free(number);
}

static void collect_at(const struct collect *collect, const json_t *value, const char *path);

static void collect_each(const struct collect *collect, const json_t *list, const char *path)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item) {
		struct collect inner = *collect;

		if (inner.at.item == KITH_ITEM_NONE)
			inner.at.item = i;
		collect_at(&inner, item, path);
	}
}

/* path: the rest of it, at a name, "[" or the end. */
static void collect_at(const struct collect *collect, const json_t *value, const char *path)
{
	size_t len = strcspn(path, ".[");
	const char *rest = path + len;
	char *end, *name;

	if (*path == '[') {
		unsigned long index = strtoul(path + 1, &end, 10);

		rest = *end == ']' ? end + 1 : end;
		if (end != path + 1)
			collect_at(collect, json_array_get(value, index), rest);
		else
			collect_each(collect, value, rest);
	} else if (json_is_array(value)) {
		collect_each(collect, value, path);
	} else if (*path == '.') {
		collect_at(collect, value, path + 1);
	} else if (*path == '\0') {
		collect_scalar(collect, value);
	} else {
		name = kith_need_dup(path, len);
		value = json_object_get(value, name);
		free(name);
		if (value)
			collect_at(collect, value, rest);
	}
}

void kith_path_collect(const struct kith_pick_context *context, const char *path, size_t row,
	struct kith_values *out)
{
	struct collect collect = {.missing = context->missing,
		.at = {.row = row, .item = KITH_ITEM_NONE},
		.out = out};
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

/* What a text is made for: the n-th value of an item of a row. */
struct spot {
	size_t row, item, n;
};

/* What a pick says at a spot; what it says once for the item, row or group it says there each
 * time. *count: its values in the item. NULL: none. */
static const char *value_at(
	const struct kith_values *values, const struct spot *spot, size_t *count)
{
	const char *wide = NULL, *first = NULL, *nth = NULL;

	*count = 0;
	for (size_t i = 0; i < values->count; i++) {
		const struct kith_value *value = &values->list[i];

		if (value->row == KITH_ROW_ALL)
			wide = wide ? wide : value->text;
		if (value->row != spot->row ||
			(value->item != spot->item && value->item != KITH_ITEM_NONE))
			continue;
		first = first ? first : value->text;
		nth = *count == spot->n ? value->text : nth;
		(*count)++;
	}
	return *count > 1 ? nth : first ? first : wide;
}

/* False when a pick says nothing there. *more: a next value may follow in the item. */
static bool make_text(const struct kith_pick_text *text, const struct kith_values *values,
	const struct spot *spot, struct kith_str *out, bool *more)
{
	bool good = true;

	kith_str_reset(out);
	*more = false;
	for (size_t i = 0; i < text->count; i++) {
		size_t count = 0;
		const char *value = text->parts[i].text ? text->parts[i].text
							: value_at(&values[i], spot, &count);

		*more |= count > spot->n + 1;
		if (value)
			kith_str_add(out, value);
		else
			good = false;
	}
	return good;
}

/* The items in a row, at least one. */
static size_t count_items(
	const struct kith_pick_text *text, const struct kith_values *values, size_t row)
{
	size_t items = 1;

	for (size_t i = 0; i < text->count; i++)
		for (size_t v = 0; v < values[i].count; v++) {
			const struct kith_value *value = &values[i].list[v];

			if (value->row == row && value->item != KITH_ITEM_NONE &&
				value->item >= items)
				items = value->item + 1;
		}
	return items;
}

static void add_once(struct kith_values *values, const struct kith_str *text)
{
	for (size_t i = 0; i < values->count; i++)
		if (strcmp(values->list[i].text, text->s) == 0)
			return;
	kith_values_add(values, text->s, text->len, NULL);
}

static void add_row(const struct kith_pick_text *text, const struct kith_values *values, size_t row,
	struct kith_values *out)
{
	struct spot spot = {.row = row};
	struct kith_str one;

	kith_str_init(&one);
	for (size_t items = count_items(text, values, row); spot.item < items; spot.item++) {
		bool more = true;

		for (spot.n = 0; more; spot.n++)
			if (make_text(text, values, &spot, &one, &more))
				add_once(out, &one);
	}
	kith_str_clear(&one);
}

void kith_pick_text_all(const struct kith_pick_text *text, const struct kith_pick_context *context,
	struct kith_values *out)
{
	struct kith_values *values = kith_need_new(text->count, sizeof(*values));

	for (size_t i = 0; i < text->count; i++)
		if (!text->parts[i].text)
			find_values(&text->parts[i].pick, context, &values[i]);
	for (size_t row = 0; row < json_array_size(context->rows); row++)
		add_row(text, values, row, out);
	for (size_t i = 0; i < text->count; i++)
		kith_values_clear(&values[i]);
	free(values);
}
