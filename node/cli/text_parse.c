/* text_parse.c: the text form becomes a draft; see text_form.h. */
#include "node/cli/text_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/say.h"
#include "node/record_json.h"
#include "node/suggest.h"

int kith_parse_wrong(struct kith_parse *parse, size_t line, const char *format, ...)
{
	va_list args;

	parse->error->line = line;
	va_start(args, format);
	vsnprintf(parse->error->why, sizeof(parse->error->why), gettext(format), args);
	va_end(args);
	return KITH_E_MALFORMED;
}

static const json_t *kind_fields(const struct kith_parse *parse)
{
	return json_object_get(parse->kind, "fields");
}

void kith_parse_note_line(struct kith_parse *parse, const char *path, size_t line)
{
	kith_json_set(parse->out->lines, path, json_integer((json_int_t)line));
}

/* ---- what is not the body ------------------------------------------------------------------ */

/* "adapts 3f2a9c" */
static int put_link(struct kith_parse *parse, const struct kith_text_entry *entry)
{
	json_t *links = json_object_get(parse->out->draft, "links"), *link;
	const char *space = strpbrk(entry->value, " \t\n");
	const char *target = space ? space : "";
	size_t len = strlen(target);
	char path[32];

	kith_trim(&target, &len);
	if (!len || strpbrk(target, " \t\n") || !json_is_array(links))
		return kith_parse_wrong(parse, entry->line,
			"should read 'Link: type id', such as 'Link: adapts 3f2a9c'");
	link = kith_need_json(json_object());
	kith_json_set(link, "type", json_stringn(entry->value, (size_t)(space - entry->value)));
	kith_json_set(link, "target", json_stringn(target, len));
	snprintf(path, sizeof(path), "links[%zu]", json_array_size(links));
	kith_parse_note_line(parse, path, entry->line);
	kith_json_append(links, link);
	return 0;
}

/* "Link-why: …" and its like speak of the link above them. */
static int put_link_word(struct kith_parse *parse, const struct kith_text_entry *entry)
{
	const char *word;
	json_t *links = json_object_get(parse->out->draft, "links");
	json_t *link = json_array_get(links, json_array_size(links) - 1);

	if (!link)
		return kith_parse_wrong(
			parse, entry->line, "stands before any 'Link:' that it could be about");
	for (size_t i = 0; (word = kith_link_word(i)) != NULL; i++) {
		if (!kith_name_equal(word, entry->name + 5, strlen(entry->name + 5)))
			continue;
		if (json_object_get(link, word))
			return kith_parse_wrong(parse, entry->line, "is said twice of one link");
		if (*entry->value)
			kith_json_set(link, word, json_string(entry->value));
		return 0;
	}
	return kith_parse_wrong(parse, entry->line,
		"of a link can be said: Link-kept, Link-changed, Link-why, "
		"Link-note, Link-method");
}

/* Fields of the header of a record; true when the entry is one of them. */
static bool put_header(struct kith_parse *parse, const struct kith_text_entry *entry, int *err)
{
	static const char *const names[] = {
		"kind", "lang", "circle", "created", "on_behalf_of", "delegation"};
	size_t len = strlen(entry->name);

	*err = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!kith_name_equal(names[i], entry->name, len))
			continue;
		if (json_object_get(parse->out->lines, names[i]))
			*err = kith_parse_wrong(parse, entry->line, "%s is said twice", names[i]);
		kith_parse_note_line(parse, names[i], entry->line);
		if (*entry->value && i > 0 && strcmp(entry->value, "commons") != 0)
			kith_json_set(parse->out->draft, names[i], json_string(entry->value));
		return true;
	}
	if (kith_name_equal("link", entry->name, len))
		*err = *entry->value ? put_link(parse, entry) : 0;
	else if (len > 5 && kith_name_equal("link-", entry->name, 5))
		*err = put_link_word(parse, entry);
	else
		return false;
	return true;
}

/* ---- the whole ----------------------------------------------------------------------------- */

/* _("; there are practice, profile, …") */
static void add_kinds(struct kith_str *out)
{
	struct kith_kind kind;

	kith_str_add(out, "; there are");
	for (size_t i = 0; kith_kind_at(i, &kind); i++)
		kith_str_addf(out, "%s %s", i ? "," : "", kind.name);
}

static int no_such_kind(struct kith_parse *parse, const struct kith_text_entry *entry)
{
	struct kith_suggest suggest;
	struct kith_kind kind;
	struct kith_str hint;
	int err;

	kith_str_init(&hint);
	kith_suggest_begin(&suggest, entry->value);
	for (size_t i = 0; kith_kind_at(i, &kind); i++)
		kith_suggest_offer(&suggest, kind.name);
	if (suggest.best)
		kith_str_addf(&hint, _("; did you mean '%s'?"), suggest.best);
	else
		add_kinds(&hint);
	err = kith_parse_wrong(
		parse, entry->line, "'%.40s' is no kind of record%s", entry->value, hint.s);
	kith_str_clear(&hint);
	return err == KITH_E_MALFORMED ? KITH_E_NOT_FOUND : err;
}

static int missing_kind(struct kith_parse *parse)
{
	struct kith_str hint;
	int err;

	kith_str_init(&hint);
	add_kinds(&hint);
	err = kith_parse_wrong(parse, 1, "a line such as 'Kind: practice' is missing%s", hint.s);
	kith_str_clear(&hint);
	return err;
}

static int find_kind(struct kith_parse *parse)
{
	const struct kith_text_entry *entry = NULL;

	for (size_t i = 0; i < parse->lines.entry_count && !entry; i++)
		if (kith_name_equal("kind", parse->lines.entries[i].name,
			    strlen(parse->lines.entries[i].name)))
			entry = &parse->lines.entries[i];
	if (!entry)
		return missing_kind(parse);
	parse->kind = kith_kind_to_json(entry->value);
	if (!parse->kind)
		return no_such_kind(parse, entry);
	kith_json_set(parse->out->draft, "kind", json_string(entry->value));
	return 0;
}

static int put_all(struct kith_parse *parse)
{
	const char *what = kith_json_get_text(parse->kind, "kind");
	int err = 0;

	for (size_t i = 0; !err && i < parse->lines.entry_count; i++) {
		const struct kith_text_entry *entry = &parse->lines.entries[i];
		struct kith_saying saying = {
			.name = entry->name,
			.name_len = strlen(entry->name),
			.text = entry->value,
			.text_len = strlen(entry->value),
			.line = entry->line,
		};

		if (!put_header(parse, entry, &err))
			err = kith_parse_put_named(
				parse, kind_fields(parse), what, parse->body, "", &saying);
	}
	for (size_t i = 0; !err && i < parse->lines.section_count; i++) {
		const struct kith_text_section *section = &parse->lines.sections[i];
		struct kith_saying saying = {
			.name = section->name,
			.name_len = strlen(section->name),
			.text = section->text,
			.text_len = strlen(section->text),
			.line = section->line,
			.is_section = true,
		};

		if (saying.text_len)
			err = kith_parse_put_named(
				parse, kind_fields(parse), what, parse->body, "", &saying);
	}
	return err;
}

int kith_text_form_parse(
	const char *text, size_t len, struct kith_text_form *out, struct kith_text_error *error)
{
	struct kith_parse parse = {.out = out, .error = error};
	int err = kith_text_lines_read(text, len, &parse.lines, error);

	if (err)
		return err;
	out->draft = kith_need_json(json_object());
	out->lines = kith_need_json(json_object());
	parse.body = kith_need_json(json_object());
	err = find_kind(&parse);
	kith_json_set(out->draft, "links", json_array());
	if (!err)
		err = put_all(&parse);
	kith_parse_prune(parse.body);
	if (!json_array_size(json_object_get(out->draft, "links")))
		json_object_del(out->draft, "links");
	kith_json_set(out->draft, "body", parse.body);
	json_decref(parse.kind);
	kith_text_lines_clear(&parse.lines);
	if (err)
		kith_text_form_clear(out);
	return err;
}

void kith_text_form_clear(struct kith_text_form *form)
{
	json_decref(form->draft);
	json_decref(form->lines);
	*form = (struct kith_text_form){0};
}

/* From the whole path down to its first name: "links[0].target", "links[0]", "links". */
size_t kith_text_form_line(const struct kith_text_form *form, const char *field)
{
	char path[128];
	size_t len;

	if (strncmp(field, "body.", 5) == 0)
		field += 5;
	len = (size_t)snprintf(path, sizeof(path), "%s", field);
	len = len < sizeof(path) ? len : sizeof(path) - 1;
	while (len) {
		json_t *line = json_object_get(form->lines, path);

		if (line)
			return (size_t)json_integer_value(line);
		if (len > 3 && (strcmp(path + len - 3, "_e7") == 0 ||
				       strcmp(path + len - 3, "_ms") == 0)) {
			path[len -= 3] = '\0';
			continue;
		}
		while (len && path[len] != '.' && path[len] != '[')
			len--;
		path[len] = '\0';
	}
	return 0;
}
