/*
 * str.h: strings that grow, for the command line.
 *
 * A command is short-lived and has nobody to answer to but its user, so here, and nowhere below,
 * running out of memory ends the process with a message. The string is always terminated by NUL.
 */
#ifndef KITH_CLI_STR_H
#define KITH_CLI_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct kith_str {
	char *s; /* never NULL after init */
	size_t len;
	size_t room;
};

void kith_str_init(struct kith_str *str);
void kith_str_clear(struct kith_str *str); /* frees; init again before further use */
void kith_str_reset(struct kith_str *str); /* empties, keeps the memory */
char *kith_str_take(struct kith_str *str); /* the caller frees; str is as after init */

void kith_str_add(struct kith_str *str, const char *text);
void kith_str_add_n(struct kith_str *str, const char *text, size_t len);
void kith_str_add_c(struct kith_str *str, char c);
void kith_str_repeat(struct kith_str *str, char c, size_t count);
void kith_str_addf(struct kith_str *str, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void kith_str_addv(struct kith_str *str, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Drops white space (ASCII, newline too) at the end. */
void kith_str_trim_end(struct kith_str *str);

/* Memory or the end of the process. */
void *kith_need(void *memory);
void *kith_need_new(size_t count, size_t size); /* zeroed */
char *kith_need_dup(const char *text, size_t len);
json_t *kith_need_json(json_t *value);

/* value is stolen. */
void kith_json_set(json_t *object, const char *name, json_t *value);
void kith_json_append(json_t *array, json_t *value);
/* A string value from bytes that are known to be UTF-8. */
json_t *kith_json_text(const char *text, size_t len);
/* The member as a string, or "" when it is absent or something else. */
const char *kith_json_get_text(const json_t *object, const char *name);

/* ---- looking at text that belongs to others ------------------------------------------------ */

bool kith_is_utf8(const char *text);
/* Narrows the view to what is between leading and trailing white space. */
void kith_trim(const char **text, size_t *len);
/* Case of ASCII letters ignored; '-', '_' and ' ' alike. */
bool kith_name_equal(const char *name, const char *text, size_t len);

#endif
