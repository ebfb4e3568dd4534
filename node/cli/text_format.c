/* text_format.c: a record or draft becomes text; see text_form.h. What it writes reads back as
 * it was. */
#include "node/cli/text_format.h"

#include <stdio.h>
#include <string.h>

#include "node/cli/text_form.h"
#include "node/cli/text_lines.h"
#include "node/record_json.h"

#define LIST_MAX_BYTES 160 /* in one header line; a longer list is easier to read in a section */

void kith_text_add_name(struct kith_str *out, const char *path)
{
	size_t from = out->len;

	kith_str_add(out, path);
	for (size_t i = from; i < out->len; i++)
		if (out->s[i] == '_')
			out->s[i] = '-';
	if (out->s[from] >= 'a' && out->s[from] <= 'z')
		out->s[from] = (char)(out->s[from] - 'a' + 'A');
}

/* ---- place and time in one line ------------------------------------------------------------ */

static bool is_code(const char *text)
{
	return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' &&
	       text[1] <= 'Z';
}

static bool add_place(struct kith_str *out, const json_t *place)
{
	const char *country = kith_json_get_text(place, "country");
	const char *name = kith_json_get_text(place, "name");
	size_t len = strlen(name);

	if ((!*country && !*name) || (*country && !is_code(country)) || strchr(name, '\n'))
		return false;
	/* A name that would be taken apart otherwise than it is put together. */
	if (len && (name[len - 1] == ',' || (!*country && len >= 2 && is_code(name + len - 2))))
		return false;
	kith_str_addf(out, "%s%s%s", name, *name && *country ? ", " : "", country);
	return true;
}

/* The part of a moment that the precision speaks of; 0 when there is more to it than that. */
static size_t written(const char *moment, const char *precision)
{
	size_t len = strcmp(precision, "year") == 0 ? 4 : strcmp(precision, "month") == 0 ? 7 : 10;

	if (strlen(moment) != 10 || strcmp(moment + len, &"-01-01"[len - 4]) != 0)
		return 0;
	return len;
}

static bool add_time(struct kith_str *out, const json_t *time)
{
	const char *precision = kith_json_get_text(time, "precision");
	const char *start = kith_json_get_text(time, "start"),
		   *end = kith_json_get_text(time, "end");
	size_t start_len = written(start, precision), end_len = written(end, precision);

	if (!*precision || (*start && !start_len) || (*end && !end_len) || (!*start && !*end))
		return false;
	kith_str_add_n(out, start, start_len);
	if (*end)
		kith_str_addf(out, "..%.*s", (int)end_len, end);
	return true;
}

bool kith_text_add_short(
	struct kith_str *out, const json_t *field, const json_t *value, const char **said)
{
	if (strcmp(kith_field_name(field), "place") == 0 && add_place(out, value))
		*said = " name country ";
	else if (strcmp(kith_field_name(field), "time") == 0 && add_time(out, value))
		*said = " start end precision ";
	else
		return false;
	return true;
}

/* ---- values -------------------------------------------------------------------------------- */

/* Can it stand in one line, between commas if it is one of a list? */
static bool fits_line(const json_t *value, bool in_list)
{
	const char *text = json_string_value(value);

	return !text || (!strchr(text, '\n') && !(in_list && strchr(text, ',')));
}

bool kith_text_is_header(const json_t *field, const json_t *value)
{
	size_t total = 0, i;
	json_t *item;

	if (kith_field_has_type(field, "object") || kith_field_is_block(field) ||
		!fits_line(value, false))
		return false;
	if (kith_field_has_type(field, "base64") && json_string_length(value) > LIST_MAX_BYTES)
		return false;
	json_array_foreach(value, i, item) {
		total += json_string_length(item) + 2;
		if (!fits_line(item, true))
			return false;
	}
	return total <= LIST_MAX_BYTES;
}

/* A value's further lines are indented; what is empty or only dots gets a dot more. */
static void add_folded(struct kith_str *out, const char *text, size_t len)
{
	struct kith_line line;

	for (size_t i = 0; kith_line_next(&text, &len, &line); i++) {
		bool dots = strspn(line.text, ".") >= line.len;

		if (i)
			kith_str_addf(out, "\n  %s", dots ? "." : "");
		kith_str_add_n(out, line.text, line.len);
	}
}

static void add_plain(struct kith_str *out, const json_t *value)
{
	size_t i;
	json_t *item;

	if (!json_is_array(value))
		kith_field_add_value(value, out);
	json_array_foreach(value, i, item) {
		kith_str_add(out, i ? ", " : "");
		kith_field_add_value(item, out);
	}
}

void kith_text_add_entry(struct kith_str *out, const char *path, const json_t *value)
{
	struct kith_str plain;

	kith_str_init(&plain);
	add_plain(&plain, value);
	kith_text_add_name(out, path);
	kith_str_add(out, plain.len ? ": " : ":");
	add_folded(out, plain.s, plain.len);
	kith_str_add_c(out, '\n');
	kith_str_clear(&plain);
}

static void add_lines(struct kith_str *out, const char *text, size_t len, const char *indent)
{
	struct kith_line line;

	for (size_t i = 0; kith_line_next(&text, &len, &line); i++) {
		if (i && line.len)
			kith_str_add(out, indent);
		if (*indent && i)
			kith_str_add_n(out, line.text, line.len);
		else
			kith_line_add_protected(out, line.text, line.len);
		kith_str_add_c(out, '\n');
	}
}

void kith_text_add_content(struct kith_str *out, const json_t *field, const json_t *value)
{
	struct kith_str plain;
	json_t *item;
	size_t i;

	kith_str_init(&plain);
	json_array_foreach(value, i, item) {
		kith_str_reset(&plain);
		kith_field_add_value(item, &plain);
		kith_str_add(out, "- ");
		add_lines(out, plain.s, plain.len, "  ");
	}
	if (!json_is_array(value))
		kith_field_add_value(value, &plain);
	if (!json_is_array(value) && kith_field_has_type(field, "base64"))
		for (i = 0; i < plain.len; i += 76) /* as in MIME; white space counts for nothing */
			kith_str_addf(out, "%.76s\n", plain.s + i);
	else if (!json_is_array(value))
		add_lines(out, plain.s, plain.len, "");
	kith_str_clear(&plain);
}

void kith_text_add_links(struct kith_str *out, const json_t *links)
{
	const char *word;
	char name[32];
	json_t *link;
	size_t i;

	json_array_foreach(links, i, link) {
		kith_str_addf(out, "Link: %s %s\n", kith_json_get_text(link, "type"),
			kith_json_get_text(link, "target"));
		for (size_t w = 0; (word = kith_link_word(w)) != NULL; w++) {
			snprintf(name, sizeof(name), "link-%s", word);
			if (json_object_get(link, word))
				kith_text_add_entry(out, name, json_object_get(link, word));
		}
	}
}

/* ---- the whole ----------------------------------------------------------------------------- */

static void add_header_fields(struct kith_str *out, const json_t *fields, const char *path,
	const json_t *object, const char *said)
{
	char below[128], word[72];
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const json_t *value = json_object_get(object, kith_field_name(field));
		const char *short_said = "";
		struct kith_str line;

		snprintf(word, sizeof(word), " %s ", kith_field_name(field));
		if (!value || strstr(said, word))
			continue;
		snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "",
			kith_field_name(field));
		if (json_is_object(value)) {
			kith_str_init(&line);
			if (kith_text_add_short(&line, field, value, &short_said)) {
				kith_text_add_name(out, below);
				kith_str_addf(out, ": %s\n", line.s);
			}
			kith_str_clear(&line);
			add_header_fields(out, kith_field_fields(field), below, value, short_said);
		} else if (kith_text_is_header(field, value)) {
			kith_text_add_entry(out, below, value);
		}
	}
}

/* The parts of an object that cannot stand in the header, each under its heading. */
static void add_parts(
	struct kith_str *out, const json_t *fields, const char *path, const json_t *object)
{
	char below[128];
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const json_t *value = json_object_get(object, kith_field_name(field));

		snprintf(below, sizeof(below), "%s%s%s", path, *path ? "." : "",
			kith_field_name(field));
		if (json_is_object(value)) {
			add_parts(out, kith_field_fields(field), below, value);
		} else if (value && !kith_text_is_header(field, value)) {
			kith_str_add(out, "### ");
			kith_text_add_name(out, below);
			kith_str_add_c(out, '\n');
			kith_text_add_content(out, field, value);
		}
	}
}

static void add_section(
	struct kith_str *out, const json_t *field, const json_t *value, bool in_list)
{
	size_t heading = out->len, content;

	kith_str_add(out, "\n## ");
	kith_text_add_name(out, kith_field_name(field));
	kith_str_add_c(out, '\n');
	content = out->len;
	if (in_list)
		add_header_fields(out, kith_field_fields(field), "", value, "");
	if (json_is_object(value))
		add_parts(out, kith_field_fields(field), "", value);
	else
		kith_text_add_content(out, field, value);
	if (out->len == content) { /* all of it stands in the header */
		out->len = heading;
		out->s[heading] = '\0';
	}
}

void kith_text_add_items(struct kith_str *out, const json_t *field, const json_t *list)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		add_section(out, field, item, true);
}

static void add_sections(struct kith_str *out, const json_t *fields, const json_t *body)
{
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const json_t *value = json_object_get(body, kith_field_name(field));

		if (!value || kith_text_is_header(field, value))
			continue;
		if (kith_field_has_type(field, "object") && kith_field_is_list(field))
			kith_text_add_items(out, field, value);
		else
			add_section(out, field, value, false);
	}
}

static void add_header(struct kith_str *out, const json_t *record)
{
	static const char *const names[] = {
		"kind", "lang", "circle", "created", "on_behalf_of", "delegation"};
	/* A record's own time is not said again: what is published anew is made anew. */
	bool is_record = json_object_get(record, "id") != NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const json_t *value = json_object_get(record, names[i]);

		if (!value || (is_record && strcmp(names[i], "created") == 0) ||
			strcmp(kith_json_get_text(record, names[i]), "commons") == 0)
			continue;
		kith_text_add_entry(out, names[i], value);
	}
}

bool kith_text_form_format(const json_t *record, struct kith_str *out)
{
	json_t *kind = kith_kind_to_json(kith_json_get_text(record, "kind"));
	const json_t *body = json_object_get(record, "body");
	const json_t *fields = json_object_get(kind, "fields");
	bool good = kind && json_is_object(body) && !json_object_get(body, "unknown");

	if (good) {
		add_header(out, record);
		add_header_fields(out, fields, "", body, "");
		kith_text_add_links(out, json_object_get(record, "links"));
		add_sections(out, fields, body);
	}
	json_decref(kind);
	return good;
}
