/* text_objects.c: fields by name, and fields that have fields; see text_parse.h. */
#include "node/cli/text_parse.h"

#include <stdio.h>
#include <string.h>

static int put_object(struct kith_parse *parse, const json_t *field, json_t *object,
	const char *path, const struct kith_saying *saying);

static int put_field(struct kith_parse *parse, const json_t *field, json_t *object,
	const char *path, const struct kith_saying *saying)
{
	if (json_object_get(parse->out->lines, path) && !kith_field_is_list(field) &&
		!kith_field_has_type(field, "object"))
		return kith_parse_wrong(parse, saying->line, "%s is said twice", path);
	kith_parse_note_line(parse, path, saying->line);
	if (kith_field_has_type(field, "object"))
		return put_object(parse, field, object, path, saying);
	return kith_parse_put_values(parse, field, object, saying);
}

static int no_such_field(struct kith_parse *parse, const json_t *fields, const char *what,
	const struct kith_saying *saying, size_t len)
{
	struct kith_str hint;
	int err;

	kith_str_init(&hint);
	kith_fields_suggest(fields, saying->name, len, &hint);
	err = kith_parse_wrong(parse, saying->line, "%s has no field '%.*s'%s", what, (int)len,
		saying->name, hint.s);
	kith_str_clear(&hint);
	return err;
}

/* A field of an object by its typed name, which may lead through further objects by dots. */
int kith_parse_put_named(struct kith_parse *parse, const json_t *fields, const char *what,
	json_t *object, const char *path, const struct kith_saying *saying)
{
	const char *dot = memchr(saying->name, '.', saying->name_len);
	size_t len = dot ? (size_t)(dot - saying->name) : saying->name_len;
	json_t *field = kith_fields_find(fields, saying->name, len);
	struct kith_saying rest = *saying;
	char below[128];
	json_t *inner;

	if (!field)
		return no_such_field(parse, fields, what, saying, len);
	snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "", kith_field_name(field));
	if (!dot)
		return put_field(parse, field, object, below, saying);
	if (!kith_field_has_type(field, "object") || kith_field_is_list(field))
		return kith_parse_wrong(
			parse, saying->line, "%s has no parts that a dot could lead to", below);
	inner = json_object_get(object, kith_field_name(field));
	if (!inner) {
		inner = kith_need_json(json_object());
		kith_json_set(object, kith_field_name(field), inner);
	}
	rest.name += len + 1;
	rest.name_len -= len + 1;
	return kith_parse_put_named(parse, kith_field_fields(field), below, inner, below, &rest);
}

/* "Name: value" lines, then "### Name" parts. */
static int put_parts(struct kith_parse *parse, const json_t *fields, json_t *object,
	const char *path, const struct kith_saying *saying)
{
	const char *text = saying->text;
	size_t len = saying->text_len;
	struct kith_saying part = {.line = saying->line};
	struct kith_line line;
	int err = 0;

	while (!err && kith_line_next(&text, &len, &line)) {
		if (line.blank)
			continue;
		part.name = line.text;
		if (line.heading == 3) {
			part.name += 3;
			part.name_len = line.len - 3;
			kith_trim(&part.name, &part.name_len);
			part.text = text;
			while (len && !(kith_line_next(&text, &len, &line) && line.heading == 3))
				;
			if (line.heading == 3 && line.text >= part.text) {
				len += (size_t)(text - line.text); /* put it back */
				text = line.text;
			}
			part.text_len = (size_t)(text - part.text);
			part.is_section = true;
		} else if (part.is_section ||
			   !kith_line_split(&line, &part.name_len, &part.text, &part.text_len)) {
			return kith_parse_wrong(parse, saying->line,
				"%s has parts: write 'Name: value' lines "
				"or '### Name' headings under it",
				path);
		}
		err = kith_parse_put_named(parse, fields, path, object, path, &part);
	}
	return err;
}

/* "Kavala, GR", "GR" or "Kavala" */
static int put_place(struct kith_parse *parse, const json_t *field, json_t *place,
	const struct kith_saying *saying)
{
	const json_t *fields = kith_field_fields(field);
	const char *text = saying->text;
	size_t len = saying->text_len;
	bool has_country;

	kith_trim(&text, &len);
	has_country = len >= 2 && text[len - 1] >= 'A' && text[len - 1] <= 'Z' &&
		      text[len - 2] >= 'A' && text[len - 2] <= 'Z' &&
		      (len == 2 || text[len - 3] == ' ' || text[len - 3] == ',');
	if (has_country && len > 2 && !memchr(text, ',', len - 2))
		has_country = false;
	if (has_country) {
		int err = kith_parse_put_one(parse, kith_fields_find(fields, "country", 7), place,
			text + len - 2, 2, saying->line);

		if (err)
			return err;
		kith_parse_note_line(parse, "place.country", saying->line);
		for (len -= 2; len && (text[len - 1] == ' ' || text[len - 1] == ','); len--)
			;
	}
	kith_parse_note_line(parse, "place.name", saying->line);
	return kith_parse_put_one(
		parse, kith_fields_find(fields, "name", 4), place, text, len, saying->line);
}

/* "2014..2017", "2014-05..", "..2017-03-10", "2014": the precision follows from how it is
 * written. */
static int put_time(struct kith_parse *parse, const json_t *field, json_t *time,
	const struct kith_saying *saying)
{
	const json_t *fields = kith_field_fields(field);
	const char *start = saying->text, *dots = strstr(start, ".."), *end = dots ? dots + 2 : "";
	size_t start_len = dots ? (size_t)(dots - start) : saying->text_len, end_len = strlen(end);
	size_t written;
	int err;

	kith_trim(&start, &start_len);
	kith_trim(&end, &end_len);
	written = start_len ? start_len : end_len;
	if (start_len && end_len && start_len != end_len)
		return kith_parse_wrong(parse, saying->line,
			"time must be written alike at both ends, such as "
			"2014..2017 or 2014-05..2017-03");
	kith_parse_note_line(parse, "time.start", saying->line);
	kith_parse_note_line(parse, "time.end", saying->line);
	err = kith_parse_put_one(
		parse, kith_fields_find(fields, "start", 5), time, start, start_len, saying->line);
	if (!err)
		err = kith_parse_put_one(parse, kith_fields_find(fields, "end", 3), time, end,
			end_len, saying->line);
	if (!err && written && written <= 10) {
		const char *precision = written == 4 ? "year" : written == 7 ? "month" : "day";

		err = kith_parse_put_one(parse, kith_fields_find(fields, "precision", 9), time,
			precision, strlen(precision), saying->line);
	}
	return err;
}

/* The object a saying is about: the one that is there, or a new one; in a list always a new one. */
static json_t *open_object(const json_t *field, json_t *object, char *path, size_t path_len)
{
	const char *name = kith_field_name(field);
	json_t *there = json_object_get(object, name), *inner;

	if (there && !kith_field_is_list(field))
		return there;
	inner = kith_need_json(json_object());
	if (!kith_field_is_list(field)) {
		kith_json_set(object, name, inner);
		return inner;
	}
	if (!there) {
		there = kith_need_json(json_array());
		kith_json_set(object, name, there);
	}
	snprintf(path + strlen(path), path_len - strlen(path), "[%zu]", json_array_size(there));
	kith_json_append(there, inner);
	return inner;
}

void kith_parse_prune(json_t *object)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe(object, next, name, value) {
		if (!json_is_object(value))
			continue;
		kith_parse_prune(value);
		if (!json_object_size(value))
			json_object_del(object, name);
	}
}

/* The same for what a list has last, which stands at path: the next one takes its place. */
static void prune_last(
	struct kith_parse *parse, const json_t *field, json_t *object, const char *path)
{
	json_t *list = json_object_get(object, kith_field_name(field)), *line;
	json_t *last = json_array_get(list, json_array_size(list) - 1);
	const char *said;
	void *next;

	kith_parse_prune(last);
	if (json_object_size(last))
		return;
	json_array_remove(list, json_array_size(list) - 1);
	if (!json_array_size(list))
		json_object_del(object, kith_field_name(field));
	json_object_foreach_safe(parse->out->lines, next, said, line)
		if (strncmp(said, path, strlen(path)) == 0)
			json_object_del(parse->out->lines, said);
}

static int put_object(struct kith_parse *parse, const json_t *field, json_t *object,
	const char *path, const struct kith_saying *saying)
{
	char below[128];
	json_t *inner;

	if (!saying->text_len)
		return 0;
	snprintf(below, sizeof(below), "%s", path);
	inner = open_object(field, object, below, sizeof(below));
	if (saying->is_section) {
		int err = put_parts(parse, kith_field_fields(field), inner, below, saying);

		if (!err && kith_field_is_list(field))
			prune_last(parse, field, object, below);
		return err;
	}
	if (strcmp(kith_field_name(field), "place") == 0)
		return put_place(parse, field, inner, saying);
	if (strcmp(kith_field_name(field), "time") == 0)
		return put_time(parse, field, inner, saying);
	return kith_parse_wrong(parse, saying->line,
		"%s has parts; say them one by one, such as '%s.%s: …'", path, path,
		kith_field_name(json_array_get(kith_field_fields(field), 0)));
}
