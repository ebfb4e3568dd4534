/* args.c: reads the words of a command line by the table of command.h. */
#include "node/cli/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/say.h"
#include "node/suggest.h"

struct parse {
	const struct kith_command *command;
	struct kith_args *out;
	char **words;
	size_t count, at;
	char *why;
	size_t why_len;
};

static bool __attribute__((format(printf, 2, 3)))
wrong(const struct parse *parse, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(parse->why, parse->why_len, gettext(format), args);
	va_end(args);
	return false;
}

/* ---- finding an option --------------------------------------------------------------------- */

static bool unknown(const struct parse *parse, const char *name, size_t len)
{
	struct kith_suggest suggest;
	char typed[64];
	enum kith_opt opt;

	snprintf(typed, sizeof(typed), "%.*s", (int)len, name);
	kith_suggest_begin(&suggest, typed);
	for (size_t i = 0; (opt = kith_command_option(parse->command, i)) != KITH_OPT_END; i++)
		kith_suggest_offer(&suggest, kith_option(opt)->name);
	if (suggest.best)
		return wrong(parse, "kith %s has no option --%s; did you mean --%s?",
			parse->command->name, typed, suggest.best);
	return wrong(parse, "kith %s has no option --%s", parse->command->name, typed);
}

/* A whole name, or the beginning of exactly one. KITH_OPT_END: none, and why says so. */
static enum kith_opt find_long(const struct parse *parse, const char *name, size_t len)
{
	enum kith_opt opt, found = KITH_OPT_END;

	for (size_t i = 0; (opt = kith_command_option(parse->command, i)) != KITH_OPT_END; i++) {
		const char *candidate = kith_option(opt)->name;

		if (strncmp(candidate, name, len) != 0)
			continue;
		if (candidate[len] == '\0')
			return opt;
		if (found != KITH_OPT_END) {
			wrong(parse, "--%.*s may mean --%s or --%s", (int)len, name,
				kith_option(found)->name, candidate);
			return KITH_OPT_END;
		}
		found = opt;
	}
	if (found == KITH_OPT_END)
		unknown(parse, name, len);
	return found;
}

static enum kith_opt find_short(const struct parse *parse, char letter)
{
	enum kith_opt opt;

	for (size_t i = 0; (opt = kith_command_option(parse->command, i)) != KITH_OPT_END; i++)
		if (kith_option(opt)->letter == letter)
			return opt;
	wrong(parse, "kith %s has no option -%c", parse->command->name, letter);
	return KITH_OPT_END;
}

/* ---- taking it ----------------------------------------------------------------------------- */

static bool take_repeated(struct parse *parse, enum kith_opt opt, const char *value)
{
	struct kith_args *out = parse->out;

	if (out->repeated_count == KITH_ARGS_REPEATED)
		return wrong(parse, "--%s was given too often", kith_option(opt)->name);
	out->repeated[out->repeated_count].opt = opt;
	out->repeated[out->repeated_count++].value = value;
	return true;
}

/* value: what stood in the same word, or NULL. */
static bool take(struct parse *parse, enum kith_opt opt, const char *value)
{
	const struct kith_option *option = kith_option(opt);

	if (parse->out->values[opt] && !option->repeats)
		return wrong(parse, "--%s was given twice", option->name);
	if (!option->argument) {
		parse->out->values[opt] = "";
		return value ? wrong(parse, "--%s takes no value", option->name) : true;
	}
	if (!value) {
		if (parse->at == parse->count)
			return wrong(parse, "--%s needs a value: --%s %s", option->name,
				option->name, option->argument);
		value = parse->words[parse->at++];
	}
	parse->out->values[opt] = value;
	return option->repeats ? take_repeated(parse, opt, value) : true;
}

static bool take_long(struct parse *parse, const char *word)
{
	size_t len = strcspn(word, "=");
	enum kith_opt opt = find_long(parse, word, len);

	return opt != KITH_OPT_END && take(parse, opt, word[len] ? word + len + 1 : NULL);
}

/* "-jv": flags may share a word; the rest of the word is the value of the first that wants one. */
static bool take_short(struct parse *parse, const char *letters)
{
	for (; *letters; letters++) {
		enum kith_opt opt = find_short(parse, *letters);

		if (opt == KITH_OPT_END)
			return false;
		if (kith_option(opt)->argument)
			return take(parse, opt, letters[1] ? letters + 1 : NULL);
		if (!take(parse, opt, NULL))
			return false;
	}
	return true;
}

/* Words that are not options are moved to the front, in their order. */
static bool take_words(struct parse *parse)
{
	bool options_end = false;
	size_t kept = 0;

	while (parse->at < parse->count) {
		char *word = parse->words[parse->at++];

		if (options_end || word[0] != '-' || word[1] == '\0')
			parse->words[kept++] = word;
		else if (strcmp(word, "--") == 0)
			options_end = true;
		else if (word[1] == '-' ? !take_long(parse, word + 2)
					: !take_short(parse, word + 1))
			return false;
	}
	parse->out->operands = parse->words;
	parse->out->operand_count = kept;
	return true;
}

bool kith_args_parse(const struct kith_command *command, char **words, size_t count,
	struct kith_args *out, char *why, size_t why_len)
{
	struct parse parse = {
		.command = command,
		.out = out,
		.words = words,
		.count = count,
		.why = why,
		.why_len = why_len,
	};

	*out = (struct kith_args){.command = command};
	if (!take_words(&parse))
		return false;
	if (out->values[KITH_OPT_HELP])
		return true;
	if (out->operand_count < command->operand_min)
		return wrong(&parse, "kith %s needs %s", command->name, command->operands);
	if (out->operand_count > command->operand_max && command->operand_max)
		return wrong(&parse, "kith %s takes only %s: what is '%s'?", command->name,
			command->operands, out->operands[command->operand_max]);
	if (out->operand_count > command->operand_max)
		return wrong(&parse, "kith %s takes no argument: what is '%s'?", command->name,
			out->operands[0]);
	return true;
}

const char *kith_args_repeated(const struct kith_args *args, enum kith_opt opt, size_t i)
{
	for (size_t at = 0; at < args->repeated_count; at++)
		if (args->repeated[at].opt == opt && i-- == 0)
			return args->repeated[at].value;
	return NULL;
}

bool kith_args_number(const char *text, long long min, long long max, long long *out)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (end == text || *end || errno || value < min || value > max)
		return false;
	*out = value;
	return true;
}
