/* export_fields.c: what a record says as HTML; see export.h. Markup is made of what the kind's
 * description says alone; whatever a record holds is text. */
#include <ctype.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/export.h"
#include "node/cli/lineage_draw.h"
#include "node/cli/text_fields.h"

struct writer {
	struct kith_export *export;
	struct kith_str *out;
	enum kith_export_which which;
};

static void add_fields(
	struct writer *writer, const json_t *fields, const json_t *object, const char *of);

void kith_export_add_label(struct kith_str *out, const char *name)
{
	struct kith_str label;

	kith_str_init(&label);
	kith_str_add(&label, name);
	for (char *at = label.s; *at; at++)
		*at = *at == '_' ? ' ' : *at;
	label.s[0] = (char)toupper((unsigned char)label.s[0]);
	kith_add_xml(out, label.s);
	kith_str_clear(&label);
}

/* ---- values -------------------------------------------------------------------------------- */

static void add_plain(struct writer *writer, const json_t *field, const json_t *value)
{
	struct kith_str plain;

	kith_str_init(&plain);
	if (strcmp(kith_json_get_text(field, "key"), "author") == 0 && json_is_string(value))
		kith_add_author(writer->export->cli, &plain, json_string_value(value));
	else
		kith_field_add_value(value, &plain);
	kith_add_xml(writer->out, plain.s);
	kith_str_clear(&plain);
}

static void add_value(struct writer *writer, const json_t *field, const json_t *value)
{
	const char *text = json_string_value(value);

	if (text && !json_is_true(json_object_get(field, "prose")) && kith_export_is_web(text)) {
		kith_str_add(writer->out, "<a rel=\"noreferrer noopener nofollow\" href=\"");
		kith_add_xml(writer->out, text);
		kith_str_add(writer->out, "\">");
		add_plain(writer, field, value);
		kith_str_add(writer->out, "</a>");
	} else {
		add_plain(writer, field, value);
	}
}

/* Texts are Markdown, of which the paragraphs are kept. */
static void add_paragraphs(struct writer *writer, const char *text)
{
	while (*text) {
		const char *end = strstr(text, "\n\n");
		size_t len = end ? (size_t)(end - text) : strlen(text);
		struct kith_str part;

		kith_str_init(&part);
		kith_str_add_n(&part, text, len);
		kith_str_add(writer->out, "<p>");
		kith_add_xml(writer->out, part.s);
		kith_str_add(writer->out, "</p>\n");
		kith_str_clear(&part);
		text += len;
		text += strspn(text, "\n");
	}
}

static void add_list(struct writer *writer, const json_t *field, const json_t *list)
{
	const char *tag = kith_field_is_block(field) ? "ol" : "ul";
	json_t *item;
	size_t i;

	kith_str_addf(writer->out, "<%s>\n", tag);
	json_array_foreach(list, i, item) {
		kith_str_add(writer->out, "<li>");
		add_value(writer, field, item);
		kith_str_add(writer->out, "</li>\n");
	}
	kith_str_addf(writer->out, "</%s>\n", tag);
}

/* ---- fields -------------------------------------------------------------------------------- */

static void begin_field(struct writer *writer, const char *label)
{
	kith_str_add(writer->out, "<div class=\"field\"><h3 lang=\"en\">");
	kith_export_add_label(writer->out, label);
	kith_str_add(writer->out, "</h3>\n<div>");
}

static void end_field(struct writer *writer)
{
	kith_str_add(writer->out, "</div></div>\n");
}

static void add_objects(
	struct writer *writer, const json_t *field, const json_t *list, const char *label)
{
	json_t *item;
	size_t i;

	begin_field(writer, label);
	json_array_foreach(list, i, item) {
		kith_str_add(writer->out, "<div class=\"item\">\n");
		add_fields(writer, kith_field_fields(field), item, "");
		kith_str_add(writer->out, "</div>\n");
	}
	end_field(writer);
}

static void add_field(
	struct writer *writer, const json_t *field, const json_t *value, const char *label)
{
	if (kith_field_fields(field) && json_is_array(value)) {
		add_objects(writer, field, value, label);
		return;
	}
	if (kith_field_fields(field)) {
		add_fields(writer, kith_field_fields(field), value, label);
		return;
	}
	begin_field(writer, label);
	if (json_is_array(value)) {
		add_list(writer, field, value);
	} else if (kith_field_is_block(field) && json_is_string(value)) {
		add_paragraphs(writer, json_string_value(value));
	} else {
		kith_str_add(writer->out, "<p>");
		add_value(writer, field, value);
		kith_str_add(writer->out, "</p>\n");
	}
	end_field(writer);
}

static bool is_wanted(const struct writer *writer, const json_t *field)
{
	return strcmp(kith_field_name(field), "title") != 0 &&
	       (writer->which == KITH_EXPORT_ALL_FIELDS ||
		       !json_is_true(json_object_get(field, "common")));
}

/* The parts of a field stand under its name and theirs: "Place: country". */
static void add_fields(
	struct writer *writer, const json_t *fields, const json_t *object, const char *of)
{
	struct kith_str label;
	json_t *field;
	size_t i;

	kith_str_init(&label);
	json_array_foreach(fields, i, field) {
		const json_t *value = json_object_get(object, kith_field_name(field));

		if (!value || !is_wanted(writer, field))
			continue;
		kith_str_reset(&label);
		kith_str_addf(&label, "%s%s%s", of, *of ? ": " : "", kith_field_name(field));
		add_field(writer, field, value, label.s);
	}
	kith_str_clear(&label);
}

void kith_export_add_body(struct kith_export *export, struct kith_str *out, const json_t *record,
	enum kith_export_which which)
{
	const json_t *fields = kith_export_fields(export, kith_json_get_text(record, "kind"));
	const json_t *body = json_object_get(record, "body");
	struct writer writer = {.export = export, .out = out, .which = which};

	if (!json_object_get(body, "unknown"))
		add_fields(&writer, fields, body, "");
}
