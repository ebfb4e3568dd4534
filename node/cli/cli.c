/* cli.c: from the command line to the command, and how a command speaks; see cli.h. */
#include "node/cli/cli.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node/cli/help.h"
#include "node/cli/locale.h"
#include "node/cli/say.h"
#include "node/cli/talk.h"
#include "node/suggest.h"

/* ---- speaking ------------------------------------------------------------------------------ */

static void print_error(struct kith_cli *cli, enum kith_style style, const char *first,
	const char *format, va_list args)
{
	struct kith_str message, line;

	kith_str_init(&message);
	kith_str_init(&line);
	kith_str_addv(&message, gettext(format), args);
	kith_style_add(&line, &cli->err, style, first);
	kith_safe_add(&line, message.s, message.len, KITH_SAFE_LINE);
	fflush(cli->out.file);
	fprintf(cli->err.file, "%s\n", line.s);
	kith_str_clear(&message);
	kith_str_clear(&line);
}

int kith_fail(struct kith_cli *cli, enum kith_exit code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_error(cli, KITH_RED, "kith: ", format, args);
	va_end(args);
	return code;
}

void kith_hint(struct kith_cli *cli, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_error(cli, KITH_PLAIN, "      ", format, args);
	va_end(args);
}

enum kith_exit kith_exit_for(int err)
{
	if (err == KITH_E_NOT_FOUND || err == KITH_E_AMBIGUOUS)
		return KITH_EXIT_NOT_FOUND;
	if (err <= KITH_E_MALFORMED && err > KITH_E_NOMEM)
		return KITH_EXIT_REFUSED;
	return KITH_EXIT_FAILED;
}

void kith_out(struct kith_cli *cli, struct kith_str *text)
{
	fwrite(text->s, 1, text->len, cli->out.file);
	kith_str_reset(text);
}

void kith_out_json(struct kith_cli *cli, const json_t *value)
{
	struct kith_str line;

	kith_str_init(&line);
	kith_json_add(&line, value);
	kith_str_add_c(&line, '\n');
	kith_out(cli, &line);
	kith_str_clear(&line);
}

/* ---- asking -------------------------------------------------------------------------------- */

bool kith_can_ask(const struct kith_cli *cli)
{
	return isatty(STDIN_FILENO) == 1 && cli->err.tty;
}

char *kith_ask_line(struct kith_cli *cli, const char *question, const char *fallback)
{
	char *line = NULL;
	size_t room = 0;

	for (;;) {
		const char *text;
		size_t len;
		char *answer;

		fprintf(cli->err.file,
			fallback && *fallback ? "%s [%s]: " : "%s: ", gettext(question), fallback);
		fflush(cli->err.file);
		if (getline(&line, &room, stdin) < 0) {
			free(line);
			return NULL;
		}
		text = line;
		len = strlen(line);
		kith_trim(&text, &len);
		if (!len && !fallback)
			continue;
		answer = len ? kith_need_dup(text, len) : kith_need_dup(fallback, strlen(fallback));
		free(line);
		return answer;
	}
}

/* ---- what a command is given --------------------------------------------------------------- */

const char *kith_value(const struct kith_cli *cli, enum kith_opt opt)
{
	return cli->args->values[opt];
}

bool kith_flag(const struct kith_cli *cli, enum kith_opt opt)
{
	return cli->args->values[opt] != NULL;
}

int kith_cli_home(struct kith_cli *cli, char home[KITH_PATH_MAX])
{
	int err = kith_home_find(kith_value(cli, KITH_OPT_HOME), home);

	if (err == KITH_E_NOT_FOUND)
		return kith_fail(cli, KITH_EXIT_USAGE,
			"neither --home nor KITH_HOME, XDG_DATA_HOME or HOME say where the home "
			"is");
	if (err)
		return kith_fail(cli, KITH_EXIT_FAILED, "home: %s", kith_err_text(err));
	return 0;
}

int kith_read_file(struct kith_cli *cli, const char *path, size_t max, struct kith_str *out)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "rb");
	char bytes[16384];
	size_t got;
	int code = 0;

	if (!file)
		return kith_fail(cli, KITH_EXIT_FAILED, "%s: %s", path, strerror(errno));
	errno = 0;
	while ((got = fread(bytes, 1, sizeof(bytes), file)) > 0 && out->len <= max)
		kith_str_add_n(out, bytes, got);
	if (ferror(file))
		code = kith_fail(cli, KITH_EXIT_FAILED, "%s: %s", path, strerror(errno));
	else if (out->len > max)
		code = kith_fail(cli, KITH_EXIT_REFUSED, "%s: is longer than %zu bytes", path, max);
	if (!is_stdin)
		fclose(file);
	return code;
}

/* ---- finding the command ------------------------------------------------------------------- */

/* "partner" alone, or a word that is none: say what there is. */
static int no_such_command(struct kith_cli *cli, const char *word)
{
	const struct kith_command *command;
	struct kith_suggest suggest;
	struct kith_str group;
	size_t len = strlen(word);

	kith_str_init(&group);
	kith_suggest_begin(&suggest, word);
	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		if (strncmp(command->name, word, len) == 0 && command->name[len] == ' ')
			kith_str_addf(
				&group, "%s%s", group.len ? ", " : "", command->name + len + 1);
		kith_suggest_offer(&suggest, command->name);
	}
	if (group.len)
		kith_fail(cli, KITH_EXIT_USAGE, "'%s' is followed by one of %s", word, group.s);
	else if (suggest.best)
		kith_fail(cli, KITH_EXIT_USAGE, "there is no command '%s'; did you mean '%s'?",
			word, suggest.best);
	else
		kith_fail(cli, KITH_EXIT_USAGE, "there is no command '%s'", word);
	kith_hint(cli, "kith help lists the commands");
	kith_str_clear(&group);
	return KITH_EXIT_USAGE;
}

/* "--home DIR" and "--socket PATH" may stand before the command; they are moved behind
 * the command, where a "--" among the arguments does not reach them. */
static size_t leading_options(char *const *words, size_t count)
{
	size_t i = 0;

	while (i < count &&
		(strncmp(words[i], "--home", 6) == 0 || strncmp(words[i], "--socket", 8) == 0))
		i += strchr(words[i], '=') ? 1 : 2;
	return i < count ? i : 0;
}

static void rotate(char **words, size_t count, size_t by)
{
	for (; by; by--) {
		char *first = words[0];

		memmove(words, words + 1, (count - 1) * sizeof(*words));
		words[count - 1] = first;
	}
}

/* The node takes UTF-8 alone; the names of files may be anything. */
static const char *not_utf8(const struct kith_args *args)
{
	for (size_t i = 0; i < KITH_OPT_COUNT; i++)
		if (args->values[i] && kith_option(i)->complete != KITH_COMPLETE_FILE &&
			!kith_is_utf8(args->values[i]))
			return args->values[i];
	for (size_t i = 0; i < args->repeated_count; i++)
		if (!kith_is_utf8(args->repeated[i].value))
			return args->repeated[i].value;
	for (size_t i = 0; i < args->operand_count; i++)
		if (args->command->complete != KITH_COMPLETE_FILE &&
			!kith_is_utf8(args->operands[i]))
			return args->operands[i];
	return NULL;
}

static int run(struct kith_cli *cli, char **words, size_t count)
{
	const struct kith_command *command;
	struct kith_args args;
	char why[256];
	size_t used, leading = leading_options(words, count);

	command = kith_command_find(words + leading, count - leading, &used);
	if (!command)
		return no_such_command(cli, words[leading]);
	rotate(words, leading + used, leading);
	if (!kith_args_parse(command, words + used, count - used, &args, why, sizeof(why))) {
		kith_fail(cli, KITH_EXIT_USAGE, "%s", why);
		kith_hint(cli, "kith help %s explains it", command->name);
		return KITH_EXIT_USAGE;
	}
	cli->args = &args;
	if (not_utf8(&args))
		return kith_fail(cli, KITH_EXIT_USAGE, "this is not UTF-8: %s", not_utf8(&args));
	if (kith_flag(cli, KITH_OPT_HELP))
		return kith_help_command(cli, command);
	return command->run(cli, &args);
}

static const char *alias(const char *word)
{
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
		return "help";
	return strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0 ? "version" : NULL;
}

int kith_cli_main(int argc, char **argv)
{
	struct kith_cli cli = {0};
	char help[] = "help", version[] = "version";
	const char *other;
	int code;

	kith_str_init(&cli.wishes);
	kith_locale_wishes(&cli.wishes);
	kith_locale_begin(cli.wishes.s);
	kith_term_init(&cli.out, stdout);
	kith_term_init(&cli.err, stderr);
	cli.names = kith_need_json(json_object());
	if (argc < 2) {
		kith_help_all(&cli, stderr);
		code = KITH_EXIT_USAGE;
	} else {
		other = alias(argv[1]);
		if (other)
			argv[1] = *other == 'h' ? help : version;
		code = run(&cli, argv + 1, (size_t)argc - 1);
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		code = errno == EPIPE ? code
				      : kith_fail(&cli, KITH_EXIT_FAILED, "standard output: %s",
						strerror(errno));
	kith_talk_close(cli.talk);
	json_decref(cli.names);
	kith_str_clear(&cli.wishes);
	return code;
}
