/* settings.c: see settings.h. */
#include "node/cli/settings.h"
#include "node/cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
	struct kith_settings *out;
	struct kith_text_error *error;
	char *section;
	size_t line;
};

static int wrong(struct reader *reader, const char *why)
{
	reader->error->line = reader->line;
	snprintf(reader->error->why, sizeof(reader->error->why), "%s", gettext(why));
	return KITH_E_MALFORMED;
}

static void add(struct reader *reader, const char *name, size_t name_len, const char *value,
	size_t value_len)
{
	struct kith_settings *out = reader->out;

	out->list = kith_need(realloc(out->list, (out->count + 1) * sizeof(*out->list)));
	out->list[out->count++] = (struct kith_line_setting){
		.section = kith_need_dup(reader->section, strlen(reader->section)),
		.name = kith_need_dup(name, name_len),
		.value = kith_need_dup(value, value_len),
		.line = reader->line,
	};
}

static void extend(struct kith_line_setting *setting, const char *text, size_t len)
{
	struct kith_str value;

	kith_str_init(&value);
	kith_str_addf(&value, "%s ", setting->value);
	kith_str_add_n(&value, text, len);
	free(setting->value);
	setting->value = kith_str_take(&value);
	kith_str_clear(&value);
}

static int read_line(struct reader *reader, const char *line, size_t whole)
{
	const char *text = line, *equals, *value;
	size_t len = whole, name_len, value_len;

	kith_trim(&text, &len);
	if (!len || *text == '#' || *text == ';')
		return 0;
	if (text != line && reader->out->count) {
		extend(&reader->out->list[reader->out->count - 1], text, len);
		return 0;
	}
	if (*text == '[') {
		if (text[len - 1] != ']')
			return wrong(reader, "should read '[section]'");
		free(reader->section);
		reader->section = kith_need_dup(text + 1, len - 2);
		return 0;
	}
	equals = memchr(text, '=', len);
	if (!equals || equals == text)
		return wrong(reader, "should read 'name = value'");
	name_len = (size_t)(equals - text);
	value = equals + 1;
	value_len = len - name_len - 1;
	kith_trim(&text, &name_len);
	kith_trim(&value, &value_len);
	add(reader, text, name_len, value, value_len);
	return 0;
}

static bool is_text(const char *text, size_t len)
{
	json_t *value = memchr(text, '\0', len) ? NULL : json_stringn(text, len);

	json_decref(value);
	return value != NULL;
}

int kith_settings_read(
	const char *text, size_t len, struct kith_settings *out, struct kith_text_error *error)
{
	struct reader reader = {.out = out, .error = error, .section = kith_need_dup("", 0)};
	int err = 0;

	*out = (struct kith_settings){0};
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	while (len && !err) {
		const char *end = memchr(text, '\n', len);
		size_t whole = end ? (size_t)(end - text) : len;

		reader.line++;
		err = is_text(text, whole) ? read_line(&reader, text, whole)
					   : wrong(&reader, "is not UTF-8");
		whole += end != NULL;
		text += whole;
		len -= whole;
	}
	free(reader.section);
	if (err)
		kith_settings_clear(out);
	return err;
}

void kith_settings_clear(struct kith_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->list[i].section);
		free(settings->list[i].name);
		free(settings->list[i].value);
	}
	free(settings->list);
	*settings = (struct kith_settings){0};
}
