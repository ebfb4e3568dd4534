/* problem.c: see problem.h. */
#include "protocol/problem.h"

#include <stdarg.h>
#include <stdio.h>

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

static size_t append(
	struct kith_path *path, const char *before, const char *text, const char *after)
{
	size_t was = path->len;
	size_t room = sizeof(path->text) - was;
	int n = snprintf(path->text + was, room, "%s%s%s", before, text, after);

	path->len = n < 0 ? was : (size_t)n < room ? was + (size_t)n : sizeof(path->text) - 1;
	return was;
}

size_t kith_path_push(struct kith_path *path, const char *name)
{
	return append(path, path->len ? "." : "", name, "");
}

size_t kith_path_push_index(struct kith_path *path, size_t index)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%zu", index);
	return append(path, "[", digits, "]");
}

void kith_path_pop(struct kith_path *path, size_t len)
{
	path->len = len;
	path->text[len] = '\0';
}
