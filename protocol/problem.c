/* problem.c: see problem.h. Paths are made for every field that is checked, broken or not. */
#include "protocol/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int kith_problem_set(
	struct kith_problem *problem, int err, const char *field, const char *rule, ...)
{
	va_list args;

	if (!problem)
		return err;
	snprintf(problem->field, sizeof(problem->field), "%s", field);
	va_start(args, rule);
	vsnprintf(problem->rule, sizeof(problem->rule), rule, args);
	va_end(args);
	return err;
}

static void append(struct kith_path *path, const char *text)
{
	size_t room = sizeof(path->text) - 1 - path->len;
	size_t len = strlen(text);

	len = len < room ? len : room;
	memcpy(path->text + path->len, text, len);
	path->len += len;
	path->text[path->len] = '\0';
}

size_t kith_path_push(struct kith_path *path, const char *name)
{
	size_t was = path->len;

	if (was)
		append(path, ".");
	append(path, name);
	return was;
}

size_t kith_path_push_index(struct kith_path *path, size_t index)
{
	char digits[24];
	char *at = digits + sizeof(digits) - 1;
	size_t was = path->len;

	*at = '\0';
	do {
		*--at = (char)('0' + index % 10);
		index /= 10;
	} while (index);
	append(path, "[");
	append(path, at);
	append(path, "]");
	return was;
}

void kith_path_pop(struct kith_path *path, size_t len)
{
	path->len = len;
	path->text[len] = '\0';
}
