/* text_lines.c: see text_lines.h. */
#include "node/cli/text_lines.h"
#include "node/cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a line -------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* "## Name" is a section, "### Name" a part of one; "#" and "# …" are comments. */
static void classify(struct kith_line *line)
{
	size_t hashes = 0;

	while (hashes < line->len && line->text[hashes] == '#')
		hashes++;
	line->blank = line->len == 0;
	line->comment = hashes == 1 && (line->len == 1 || is_blank(line->text[1]));
	line->heading = 0;
	if ((hashes == 2 || hashes == 3) && line->len > hashes && is_blank(line->text[hashes]))
		line->heading = hashes;
}

bool kith_line_next(const char **text, size_t *len, struct kith_line *out)
{
	const char *end;
	size_t whole;

	if (!*len)
		return false;
	end = memchr(*text, '\n', *len);
	whole = end ? (size_t)(end - *text) : *len;
	out->text = *text;
	out->len = whole;
	while (out->len && is_blank(out->text[out->len - 1]))
		out->len--;
	classify(out);
	whole += end != NULL;
	*text += whole;
	*len -= whole;
	return true;
}

bool kith_line_split(
	const struct kith_line *line, size_t *name_len, const char **value, size_t *value_len)
{
	const char *colon = memchr(line->text, ':', line->len);
	const char *name = line->text;

	if (!colon || colon == name)
		return false;
	*name_len = (size_t)(colon - name);
	for (size_t i = 0; i < *name_len; i++)
		if ((unsigned char)name[i] < ' ' || strchr("/#<>\"'()[]{}", name[i]))
			return false;
	kith_trim(&name, name_len);
	*value = colon + 1;
	*value_len = line->len - (size_t)(colon + 1 - line->text);
	kith_trim(value, value_len);
	return *name_len > 0 && name == line->text;
}

/* A line whose first character after backslashes begins a comment or heading. */
static bool looks_marked(const char *text, size_t len)
{
	size_t slashes = 0;
	struct kith_line rest;

	while (slashes < len && text[slashes] == '\\')
		slashes++;
	rest.text = text + slashes;
	rest.len = len - slashes;
	classify(&rest);
	return rest.comment || rest.heading;
}

void kith_line_add_plain(struct kith_str *out, const char *text, size_t len)
{
	bool is_protected = len && text[0] == '\\' && looks_marked(text, len);

	kith_str_add_n(out, text + is_protected, len - is_protected);
}

void kith_line_add_protected(struct kith_str *out, const char *text, size_t len)
{
	if (looks_marked(text, len))
		kith_str_add_c(out, '\\');
	kith_str_add_n(out, text, len);
}

/* ---- the whole ----------------------------------------------------------------------------- */

struct reader {
	const char *text;
	size_t len, line;
	struct kith_text_lines *out;
	struct kith_text_error *error;
};

static int wrong(struct reader *reader, const char *why)
{
	reader->error->line = reader->line;
	snprintf(reader->error->why, sizeof(reader->error->why), "%s", gettext(why));
	return KITH_E_MALFORMED;
}

static void *grow(void *array, size_t count, size_t size)
{
	return count % 16 ? array : kith_need(realloc(array, (count + 16) * size));
}

static void add_entry(struct reader *reader, const struct kith_line *line, size_t name_len,
	const char *value, size_t value_len)
{
	struct kith_text_lines *out = reader->out;

	out->entries = grow(out->entries, out->entry_count, sizeof(*out->entries));
	out->entries[out->entry_count++] = (struct kith_text_entry){
		.name = kith_need_dup(line->text, name_len),
		.value = kith_need_dup(value, value_len),
		.line = reader->line,
	};
}

/* A line that continues the entry before: up to two blanks at its beginning do not count. */
static void extend_entry(struct kith_text_entry *entry, const char *text, size_t len)
{
	struct kith_str value;
	size_t indent;

	indent = *text == '\t' ? 1 : len > 1 && text[1] == ' ' ? 2 : 1;
	text += indent;
	len -= indent;
	if (len && strspn(text, ".") >= len) /* "." stands for nothing, ".." for "." */
		len--;
	kith_str_init(&value);
	kith_str_add(&value, entry->value);
	kith_str_add_c(&value, '\n');
	kith_str_add_n(&value, text, len);
	free(entry->value);
	entry->value = kith_str_take(&value);
	kith_str_clear(&value);
}

/* Empty lines at the ends of a value say nothing. */
static void trim_entry(struct kith_text_entry *entry)
{
	const char *value = entry->value;
	size_t len = strlen(value);

	kith_trim(&value, &len);
	memmove(entry->value, value, len);
	entry->value[len] = '\0';
}

static int read_header_line(struct reader *reader, const struct kith_line *line)
{
	struct kith_text_lines *out = reader->out;
	size_t name_len, value_len;
	const char *value;

	if (line->comment)
		return 0;
	if (is_blank(line->text[0])) {
		if (!out->entry_count)
			return wrong(reader, "begins with white space, but continues nothing");
		extend_entry(&out->entries[out->entry_count - 1], line->text, line->len);
		return 0;
	}
	if (!kith_line_split(line, &name_len, &value, &value_len))
		return wrong(reader, "should read 'Name: value'; an empty line ends this part, "
				     "then sections such as '## Summary' follow");
	add_entry(reader, line, name_len, value, value_len);
	return 0;
}

static bool next(struct reader *reader, struct kith_line *line)
{
	if (!kith_line_next(&reader->text, &reader->len, line))
		return false;
	reader->line++;
	return true;
}

static bool is_utf8(const struct kith_line *line)
{
	json_t *value = json_stringn(line->text, line->len);

	json_decref(value);
	return value != NULL;
}

static void begin_section(struct reader *reader, const struct kith_line *line)
{
	struct kith_text_lines *out = reader->out;
	const char *name = line->text + line->heading;
	size_t len = line->len - line->heading;

	kith_trim(&name, &len);
	out->sections = grow(out->sections, out->section_count, sizeof(*out->sections));
	out->sections[out->section_count++] = (struct kith_text_section){
		.name = kith_need_dup(name, len),
		.line = reader->line,
	};
}

/* Empty lines count only once something follows them. */
static void add_section_line(struct kith_text_section *section, struct kith_str *text,
	const struct kith_line *line, size_t number, size_t *blanks)
{
	if (line->comment)
		return;
	if (line->blank) {
		(*blanks)++;
		return;
	}
	if (!section->text_line)
		section->text_line = number;
	else
		kith_str_repeat(text, '\n', *blanks + 1);
	*blanks = 0;
	kith_str_add_n(text, line->text, line->len);
}

static int read_sections(struct reader *reader, const struct kith_line *first)
{
	struct kith_line line = *first;
	struct kith_str text;
	size_t blanks = 0;
	int err = 0;

	kith_str_init(&text);
	do {
		size_t count = reader->out->section_count;

		if (line.heading == 2) {
			if (count)
				reader->out->sections[count - 1].text = kith_str_take(&text);
			begin_section(reader, &line);
			blanks = 0;
		} else if (count) {
			add_section_line(&reader->out->sections[count - 1], &text, &line,
				reader->line, &blanks);
		} else if (!line.blank && !line.comment) {
			err = wrong(reader, "stands in no section; put a heading such as "
					    "'## Summary' before it");
		}
	} while (!err && next(reader, &line));
	if (reader->out->section_count)
		reader->out->sections[reader->out->section_count - 1].text = kith_str_take(&text);
	kith_str_clear(&text);
	return err;
}

int kith_text_lines_read(
	const char *text, size_t len, struct kith_text_lines *out, struct kith_text_error *error)
{
	struct reader reader = {.text = text, .len = len, .out = out, .error = error};
	struct kith_line line;
	int err = 0;

	*out = (struct kith_text_lines){0};
	if (memchr(text, '\0', len))
		return wrong(&reader, "this is no text in UTF-8: it holds a NUL byte");
	while (next(&reader, &line))
		if (!is_utf8(&line))
			return wrong(&reader, "is not UTF-8");
	reader = (struct reader){.text = text, .len = len, .out = out, .error = error};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		reader.text += 3;
		reader.len -= 3;
	}
	while (!err && next(&reader, &line)) {
		/* Empty lines before the first entry are passed over. */
		if (line.heading == 2 || (line.blank && out->entry_count)) {
			err = read_sections(&reader, &line);
			break;
		}
		if (!line.blank)
			err = read_header_line(&reader, &line);
	}
	for (size_t i = 0; i < out->entry_count; i++)
		trim_entry(&out->entries[i]);
	if (err)
		kith_text_lines_clear(out);
	return err;
}

void kith_text_lines_clear(struct kith_text_lines *lines)
{
	for (size_t i = 0; i < lines->entry_count; i++) {
		free(lines->entries[i].name);
		free(lines->entries[i].value);
	}
	for (size_t i = 0; i < lines->section_count; i++) {
		free(lines->sections[i].name);
		free(lines->sections[i].text);
	}
	free(lines->entries);
	free(lines->sections);
	*lines = (struct kith_text_lines){0};
}
