/* str.c: see str.h. */
#include "node/cli/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *kith_need(void *memory)
{
	if (memory)
		return memory;
	fputs("kith: out of memory\n", stderr);
	exit(1);
}

void *kith_need_new(size_t count, size_t size)
{
	return kith_need(calloc(count ? count : 1, size ? size : 1));
}

char *kith_need_dup(const char *text, size_t len)
{
	char *copy = kith_need(malloc(len + 1));

	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* ---- growing ------------------------------------------------------------------------------- */

void kith_str_init(struct kith_str *str)
{
	str->len = 0;
	str->room = 64;
	str->s = kith_need(malloc(str->room));
	str->s[0] = '\0';
}

void kith_str_clear(struct kith_str *str)
{
	free(str->s);
	*str = (struct kith_str){0};
}

void kith_str_reset(struct kith_str *str)
{
	str->len = 0;
	str->s[0] = '\0';
}

char *kith_str_take(struct kith_str *str)
{
	char *s = str->s;

	kith_str_init(str);
	return s;
}

static void make_room(struct kith_str *str, size_t more)
{
	size_t room = str->room;

	if (more < room - str->len)
		return;
	while (more >= room - str->len)
		room *= 2;
	str->s = kith_need(realloc(str->s, room));
	str->room = room;
}

void kith_str_add_n(struct kith_str *str, const char *text, size_t len)
{
	make_room(str, len);
	if (len)
		memcpy(str->s + str->len, text, len);
	str->len += len;
	str->s[str->len] = '\0';
}

void kith_str_add(struct kith_str *str, const char *text)
{
	kith_str_add_n(str, text, strlen(text));
}

void kith_str_add_c(struct kith_str *str, char c)
{
	kith_str_add_n(str, &c, 1);
}

void kith_str_repeat(struct kith_str *str, char c, size_t count)
{
	make_room(str, count);
	memset(str->s + str->len, c, count);
	str->len += count;
	str->s[str->len] = '\0';
}

void kith_str_addv(struct kith_str *str, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len <= 0)
		return;
	make_room(str, (size_t)len);
	vsnprintf(str->s + str->len, (size_t)len + 1, format, args);
	str->len += (size_t)len;
}

void kith_str_addf(struct kith_str *str, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	kith_str_addv(str, format, args);
	va_end(args);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void kith_str_trim_end(struct kith_str *str)
{
	while (str->len && is_space(str->s[str->len - 1]))
		str->len--;
	str->s[str->len] = '\0';
}

/* ---- JSON ---------------------------------------------------------------------------------- */

json_t *kith_need_json(json_t *value)
{
	return kith_need(value);
}

void kith_json_set(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, kith_need_json(value)) != 0)
		kith_need(NULL);
}

void kith_json_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, kith_need_json(value)) != 0)
		kith_need(NULL);
}

json_t *kith_json_text(const char *text, size_t len)
{
	return kith_need_json(json_stringn_nocheck(text, len));
}

const char *kith_json_get_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* ---- looking ------------------------------------------------------------------------------- */

void kith_trim(const char **text, size_t *len)
{
	while (*len && is_space(**text)) {
		(*text)++;
		(*len)--;
	}
	while (*len && is_space((*text)[*len - 1]))
		(*len)--;
}

bool kith_is_utf8(const char *text)
{
	json_t *value = json_string(text);

	json_decref(value);
	return value != NULL;
}

static char plain(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '_' || c == ' ' ? '-' : c;
}

bool kith_name_equal(const char *name, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] == '\0' || plain(name[i]) != plain(text[i]))
			return false;
	return name[len] == '\0';
}
