/* pick_parse.c: reads the right side of a mapping; see pick.h. */
#include "node/cli/pick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/say.h"
#include "node/suggest.h"

static struct kith_part *add_part(struct kith_pick_text *text)
{
	text->parts = kith_need(realloc(text->parts, (text->count + 1) * sizeof(*text->parts)));
	text->parts[text->count] = (struct kith_part){0};
	return &text->parts[text->count++];
}

/* What stands between the quotes, if it stands in quotes. */
static void unquote(const char **text, size_t *len)
{
	kith_trim(text, len);
	if (*len >= 2 && (*text)[0] == '"' && (*text)[*len - 1] == '"') {
		(*text)++;
		*len -= 2;
	}
}

/* The length up to a sign outside quotes, or all. */
static size_t up_to(const char *text, size_t len, const char *sign)
{
	size_t sign_len = strlen(sign);
	bool quoted = false;

	for (size_t i = 0; i + sign_len <= len; i++) {
		quoted ^= text[i] == '"';
		if (!quoted && memcmp(text + i, sign, sign_len) == 0)
			return i;
	}
	return len;
}

static int add_paths(
	struct kith_pick *pick, const char *text, size_t len, char *why, size_t why_len)
{
	for (;;) {
		size_t one = up_to(text, len, "//"), name_len = one;
		const char *name = text;

		unquote(&name, &name_len);
		if (!name_len) {
			snprintf(why, why_len, _("braces must hold the name of a column"));
			return KITH_E_MALFORMED;
		}
		pick->paths = kith_need(
			realloc(pick->paths, (pick->path_count + 1) * sizeof(*pick->paths)));
		pick->paths[pick->path_count++] = kith_need_dup(name, name_len);
		if (one == len)
			return 0;
		text += one + 2;
		len -= one + 2;
	}
}

static const struct kith_filter *find_filter(
	const char *name, size_t len, char *why, size_t why_len)
{
	const struct kith_filter *filter;
	struct kith_suggest suggest;
	char *typed = kith_need_dup(name, len);

	kith_suggest_begin(&suggest, typed);
	for (size_t i = 0; (filter = kith_filter_at(i)); i++) {
		if (strcmp(filter->name, typed) == 0)
			break;
		kith_suggest_offer(&suggest, filter->name);
	}
	if (!filter && suggest.best)
		snprintf(why, why_len, _("there is no filter '%.40s', did you mean '%s'?"), typed,
			suggest.best);
	else if (!filter)
		snprintf(why, why_len, _("there is no filter '%.40s'"), typed);
	free(typed);
	return filter;
}

static int check_argument(const struct kith_filter *filter, const char *argument,
	const json_t *maps, char *why, size_t why_len)
{
	if (filter->wants_argument && !*argument)
		snprintf(
			why, why_len, _("the filter '%s' needs something behind it"), filter->name);
	else if (!filter->wants_argument && *argument)
		snprintf(why, why_len, _("the filter '%s' takes nothing behind it"), filter->name);
	else if (strcmp(filter->name, "map") == 0 && !json_object_get(maps, argument))
		snprintf(why, why_len, _("there is no section [map %.60s]"), argument);
	else if (strcmp(filter->name, "where") == 0 && !strchr(argument, '='))
		snprintf(why, why_len, _("where reads: where COLUMN = VALUE"));
	else
		return 0;
	return KITH_E_MALFORMED;
}

/* "name argument" */
static int add_filter(struct kith_pick *pick, const char *text, size_t len, const json_t *maps,
	char *why, size_t why_len)
{
	size_t name_len = 0, argument_len;
	const struct kith_filter *filter;
	const char *argument;

	kith_trim(&text, &len);
	while (name_len < len && text[name_len] != ' ')
		name_len++;
	if (pick->filter_count == KITH_PICK_FILTERS_MAX) {
		snprintf(why, why_len, _("at most %d filters may follow each other"),
			KITH_PICK_FILTERS_MAX);
		return KITH_E_MALFORMED;
	}
	filter = find_filter(text, name_len, why, why_len);
	if (!filter)
		return KITH_E_MALFORMED;
	argument = text + name_len;
	argument_len = len - name_len;
	unquote(&argument, &argument_len);
	pick->filters[pick->filter_count].filter = filter;
	pick->filters[pick->filter_count].argument = kith_need_dup(argument, argument_len);
	pick->filter_count++;
	return check_argument(
		filter, pick->filters[pick->filter_count - 1].argument, maps, why, why_len);
}

/* What stands between braces. */
static int read_pick(struct kith_pick *pick, const char *text, size_t len, const json_t *maps,
	char *why, size_t why_len)
{
	size_t one = up_to(text, len, "|");
	int err = add_paths(pick, text, one, why, why_len);

	while (!err && one < len) {
		text += one + 1;
		len -= one + 1;
		one = up_to(text, len, "|");
		err = add_filter(pick, text, one, maps, why, why_len);
	}
	return err;
}

static int read_text(struct kith_pick_text *out, const char *text, const json_t *maps,
	struct kith_str *literal, char *why, size_t why_len)
{
	int err = 0;

	for (; *text && !err; text++) {
		size_t len;

		if ((*text == '{' || *text == '}') && text[1] == *text) {
			kith_str_add_c(literal, *text++);
			continue;
		}
		if (*text != '{') {
			kith_str_add_c(literal, *text);
			continue;
		}
		if (literal->len)
			add_part(out)->text = kith_str_take(literal);
		len = up_to(text + 1, strlen(text + 1), "}");
		if (text[1 + len] != '}') {
			snprintf(
				why, why_len, "a brace '{' is not closed; '{{' stands for a brace");
			return KITH_E_MALFORMED;
		}
		err = read_pick(&add_part(out)->pick, text + 1, len, maps, why, why_len);
		text += 1 + len;
	}
	if (!err && literal->len)
		add_part(out)->text = kith_str_take(literal);
	return err;
}

int kith_pick_text_parse(const char *text, const json_t *maps, struct kith_pick_text **out,
	char *why, size_t why_len)
{
	struct kith_pick_text *parsed = kith_need_new(1, sizeof(*parsed));
	struct kith_str literal;
	int err;

	kith_str_init(&literal);
	err = read_text(parsed, text, maps, &literal, why, why_len);
	kith_str_clear(&literal);
	if (err)
		kith_pick_text_free(parsed);
	else
		*out = parsed;
	return err;
}

void kith_pick_text_free(struct kith_pick_text *text)
{
	if (!text)
		return;
	for (size_t i = 0; i < text->count; i++) {
		struct kith_pick *pick = &text->parts[i].pick;

		free(text->parts[i].text);
		for (size_t p = 0; p < pick->path_count; p++)
			free(pick->paths[p]);
		for (size_t f = 0; f < pick->filter_count; f++)
			free(pick->filters[f].argument);
		free(pick->paths);
	}
	free(text->parts);
	free(text);
}
