/* text_template.c: what `kith new` puts into the editor; see text_form.h. */
#include "node/cli/say.h"
#include "node/cli/text_form.h"

#include <stdio.h>
#include <string.h>

#include "node/cli/text_format.h"
#include "node/record_json.h"

struct template
{
	struct kith_str *out;
	const char *kind;
};

/* "Title: one line by which … (required, at most 300 bytes)" behind a "# "; path is where the field
 * is, name what it is called there. */
static void add_named_comment(
	const struct template *template, const char *path, const char *name, const json_t *field)
{
	const char *hint = kith_field_hint(template->kind, path);
	struct kith_str rule;

	kith_str_init(&rule);
	if (json_is_true(json_object_get(field, "required")))
		kith_str_add(&rule, _("required"));
	if (!kith_field_has_type(field, "object")) {
		size_t before = rule.len;

		kith_str_add(&rule, before ? ", " : "");
		kith_field_add_rule(field, &rule);
		if (before && rule.len == before + 2)
			rule.s[rule.len = before] = '\0';
	}
	kith_str_add(template->out, "# ");
	kith_text_add_name(template->out, name);
	kith_str_addf(template->out, ":%s%s", hint ? " " : "", hint ? hint : "");
	if (rule.len)
		kith_str_addf(template->out, hint ? " (%s)" : " %s", rule.s);
	kith_str_add_c(template->out, '\n');
	kith_str_clear(&rule);
}

static void add_comment(const struct template *template, const char *path, const json_t *field)
{
	add_named_comment(template, path, path, field);
}

static void add_object_entries(const struct template *template, const json_t *field,
	const char *path, const json_t *value);

static void add_entry(
	const struct template *template, const json_t *field, const char *path, const json_t *value)
{
	bool is_common_part = strchr(path, '.') != NULL;

	if (kith_field_has_type(field, "object")) {
		if (!kith_field_is_list(field))
			add_object_entries(template, field, path, value);
		return;
	}
	if (!kith_text_is_header(field, value))
		return;
	if (!value)
		add_comment(template, path, field);
	if (value || !is_common_part)
		kith_text_add_entry(template->out, path, value);
}

/* A place or time has its short form as a line to fill in; the parts beside it are only told of. */
static void add_object_entries(
	const struct template *template, const json_t *field, const char *path, const json_t *value)
{
	bool has_short = strcmp(path, "place") == 0 || strcmp(path, "time") == 0;
	const char *said = "";
	struct kith_str line;
	char below[128], word[72];
	json_t *part;
	size_t i;

	kith_str_init(&line);
	if (has_short && !value)
		add_comment(template, path, field);
	if (value ? kith_text_add_short(&line, field, value, &said) : has_short) {
		kith_text_add_name(template->out, path);
		kith_str_addf(template->out, line.len ? ": %s\n" : ":\n", line.s);
	}
	if (!value && has_short)
		said = strcmp(path, "time") == 0 ? " start end precision " : " name country ";
	json_array_foreach(kith_field_fields(field), i, part) {
		snprintf(word, sizeof(word), " %s ", kith_field_name(part));
		snprintf(below, sizeof(below), "%s.%s", path, kith_field_name(part));
		if (!strstr(said, word))
			add_entry(template, part, below,
				json_object_get(value, kith_field_name(part)));
	}
	kith_str_clear(&line);
}

static void add_parts(const struct template *template, const json_t *field, const json_t *value)
{
	json_t *part;
	size_t i;

	json_array_foreach(kith_field_fields(field), i, part) {
		const json_t *there = json_object_get(value, kith_field_name(part));

		if (kith_field_has_type(part, "object") || kith_text_is_header(part, there))
			continue;
		kith_str_add(template->out, "### ");
		kith_text_add_name(template->out, kith_field_name(part));
		kith_str_add_c(template->out, '\n');
		if (there)
			kith_text_add_content(template->out, part, there);
		kith_str_add_c(template->out, '\n');
	}
}

static bool has_section(const json_t *field, const json_t *value)
{
	json_t *part;
	size_t i;

	if (!kith_field_has_type(field, "object"))
		return !kith_text_is_header(field, value);
	json_array_foreach(kith_field_fields(field), i, part)
		if (kith_field_is_list(field) || has_section(part, NULL))
			return true;
	return false;
}

/* Entries that have parts: those there are, or how one would be written. */
static void add_items(const struct template *template, const json_t *field, const json_t *value)
{
	const char *name = kith_field_name(field);
	char below[128];
	json_t *part;
	size_t i;

	if (value) {
		kith_text_add_items(template->out, field, value);
		return;
	}
	kith_str_add(template->out, "\n");
	add_comment(template, name, field);
	kith_str_add(template->out, _("# A section for each of them:\n#\n# ## "));
	kith_text_add_name(template->out, name);
	kith_str_add_c(template->out, '\n');
	json_array_foreach(kith_field_fields(field), i, part) {
		snprintf(below, sizeof(below), "%s.%s", name, kith_field_name(part));
		add_named_comment(template, below, kith_field_name(part), part);
	}
}

static void add_section(const struct template *template, const json_t *field, const json_t *value)
{
	const char *name = kith_field_name(field);

	if (kith_field_has_type(field, "object") && kith_field_is_list(field)) {
		add_items(template, field, value);
		return;
	}
	if (!has_section(field, value))
		return;
	kith_str_add(template->out, "\n## ");
	kith_text_add_name(template->out, name);
	kith_str_add_c(template->out, '\n');
	if (!value)
		add_comment(template, name, field);
	if (!value && kith_field_is_list(field) && !kith_field_has_type(field, "object"))
		kith_str_add(template->out, _("# Each item begins with '- '.\n"));
	if (kith_field_has_type(field, "object"))
		add_parts(template, field, value);
	else if (value)
		kith_text_add_content(template->out, field, value);
	else
		kith_str_add_c(template->out, '\n');
}

bool kith_text_form_template(
	const char *kind, const char *lang, const json_t *draft, struct kith_str *out)
{
	json_t *description = kith_kind_to_json(kind), *field;
	const json_t *fields = json_object_get(description, "fields");
	const json_t *body = json_object_get(draft, "body");
	struct template template = {.out = out, .kind = kind};
	size_t i;

	if (!description)
		return false;
	kith_str_addf(out,
		_("# Write below, save, and leave the editor. Lines that begin with '# ' are left "
		  "out;\n"
		  "# what you leave empty is not said. An empty or unchanged text publishes "
		  "nothing.\n"
		  "Kind: %s\nLang: %s\n"),
		kind, lang);
	json_array_foreach(fields, i, field)
		add_entry(&template, field, kith_field_name(field),
			json_object_get(body, kith_field_name(field)));
	if (json_object_get(draft, "links"))
		kith_text_add_links(out, json_object_get(draft, "links"));
	else
		kith_str_add(out, _("# Link: adapts, implements, part-of, cites … and the other "
				    "record's id\n"));
	json_array_foreach(fields, i, field)
		add_section(&template, field, json_object_get(body, kith_field_name(field)));
	json_decref(description);
	return true;
}
