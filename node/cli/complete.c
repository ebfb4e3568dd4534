/*
 * complete.c: the completion scripts of bash and zsh, written from the tables. contrib/completions/
 * holds what comes out; a test compares.
 */
#include "node/cli/help.h"

#include <string.h>

#include "protocol/kind.h"

/* The first word of a command's name; *is_first: no earlier command begins with the same. */
static size_t first_word(size_t i, bool *is_first)
{
	const char *name = kith_command_at(i)->name;
	size_t len = strcspn(name, " ");

	*is_first = true;
	for (size_t earlier = 0; earlier < i; earlier++) {
		const char *other = kith_command_at(earlier)->name;

		*is_first &= strncmp(other, name, len) != 0 || (other[len] && other[len] != ' ');
	}
	return len;
}

static void add_kinds(struct kith_str *out)
{
	struct kith_kind kind;

	for (size_t i = 0; kith_kind_at(i, &kind); i++)
		kith_str_addf(out, "%s%s", i ? " " : "", kind.name);
}

static void add_first_words(struct kith_str *out)
{
	for (size_t i = 0; kith_command_at(i); i++) {
		bool is_first;
		size_t len = first_word(i, &is_first);

		if (is_first)
			kith_str_addf(
				out, "%s%.*s", i ? " " : "", (int)len, kith_command_at(i)->name);
	}
}

/* The second words of the commands that begin with this one. */
static void add_second_words(struct kith_str *out, const char *name, size_t len)
{
	const struct kith_command *command;
	const char *gap = "";

	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		if (strncmp(command->name, name, len) != 0 || command->name[len] != ' ')
			continue;
		kith_str_addf(out, "%s%s", gap, command->name + len + 1);
		gap = " ";
	}
}

/* ---- bash ---------------------------------------------------------------------------------- */

static void add_bash_options(struct kith_str *out, const struct kith_command *command)
{
	enum kith_opt opt;

	for (size_t i = 0; (opt = kith_command_option(command, i)) != KITH_OPT_END; i++)
		kith_str_addf(out, "%s--%s", i ? " " : "", kith_option(opt)->name);
}

static void add_bash_words(struct kith_str *out, const struct kith_command *command)
{
	switch (command->complete) {
	case KITH_COMPLETE_NONE:
		break;
	case KITH_COMPLETE_FILE:
		kith_str_add(out, " -f");
		break;
	case KITH_COMPLETE_KIND:
		kith_str_add(out, " -W '");
		add_kinds(out);
		kith_str_add(out, "'");
		break;
	case KITH_COMPLETE_COMMAND:
		kith_str_add(out, " -W '");
		add_first_words(out);
		kith_str_add_c(out, ' ');
		add_kinds(out);
		kith_str_add(out, "'");
		break;
	}
}

/* Options whose value is a file or a kind, joined by '|'. */
static void add_bash_values(struct kith_str *out, enum kith_complete complete)
{
	const char *gap = "";

	for (enum kith_opt opt = KITH_OPT_END + 1; opt < KITH_OPT_COUNT; opt++) {
		const struct kith_option *option = kith_option(opt);

		if (option->complete != complete || !option->argument)
			continue;
		kith_str_addf(out, "%s--%s", gap, option->name);
		gap = " | ";
	}
}

static void add_bash(struct kith_str *out)
{
	const struct kith_command *command;

	kith_str_add(out,
		"# bash completion of kith, written by: kith help --completion bash\n"
		"_kith() {\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
		"\tlocal command=${COMP_WORDS[1]-} options= words=()\n"
		"\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
		"\t\tmapfile -t COMPREPLY < <(compgen -W '");
	add_first_words(out);
	kith_str_add(out, "' -- \"$cur\")\n\t\treturn\n\tfi\n\tcase $prev in\n\t");
	add_bash_values(out, KITH_COMPLETE_FILE);
	kith_str_add(out,
		")\n\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\t\treturn\n\t\t;;\n\t");
	add_bash_values(out, KITH_COMPLETE_KIND);
	kith_str_add(out, ")\n\t\tmapfile -t COMPREPLY < <(compgen -W '");
	add_kinds(out);
	kith_str_add(out, "' -- \"$cur\")\n\t\treturn\n\t\t;;\n\tesac\n"
			  "\tcase \"$command ${COMP_WORDS[2]-}\" in\n");
	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		kith_str_addf(out, "\t'%s%s'*)\n\t\toptions='", command->name,
			strchr(command->name, ' ') ? "" : " ");
		add_bash_options(out, command);
		kith_str_add(out, "'\n\t\twords=(");
		if (command->complete != KITH_COMPLETE_NONE)
			add_bash_words(out, command);
		kith_str_add(out, ")\n\t\t;;\n");
	}
	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		bool is_first;
		size_t len = first_word(i, &is_first);

		if (!is_first || !command->name[len])
			continue;
		kith_str_addf(out, "\t'%.*s '*)\n\t\twords=(-W '", (int)len, command->name);
		add_second_words(out, command->name, len);
		kith_str_add(out, "')\n\t\t;;\n");
	}
	kith_str_add(out, "\tesac\n"
			  "\tcase $cur in\n"
			  "\t-*) words=(-W \"$options\") ;;\n"
			  "\tesac\n"
			  "\t[ ${#words[@]} -eq 0 ] ||\n"
			  "\t\tmapfile -t COMPREPLY < <(compgen \"${words[@]}\" -- \"$cur\")\n"
			  "}\n"
			  "complete -o filenames -F _kith kith\n");
}

/* ---- zsh ----------------------------------------------------------------------------------- */

/* Text in a single-quoted word of _arguments or _describe, where brackets and colons have a
 * meaning. */
static void add_zsh_text(struct kith_str *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			kith_str_add(out, "'\\'");
		else if (strchr("[]:\\", *text))
			kith_str_add_c(out, '\\');
		kith_str_add_c(out, *text);
	}
}

static void add_zsh_action(struct kith_str *out, enum kith_complete complete)
{
	switch (complete) {
	case KITH_COMPLETE_NONE:
		break;
	case KITH_COMPLETE_FILE:
		kith_str_add(out, "_files");
		break;
	case KITH_COMPLETE_KIND:
		kith_str_add(out, "(");
		add_kinds(out);
		kith_str_add(out, ")");
		break;
	case KITH_COMPLETE_COMMAND:
		kith_str_add(out, "(");
		add_first_words(out);
		kith_str_add_c(out, ' ');
		add_kinds(out);
		kith_str_add(out, ")");
		break;
	}
}

static void add_zsh_option(struct kith_str *out, const struct kith_option *option)
{
	kith_str_add(out, " \\\n\t\t\t");
	if (option->repeats)
		kith_str_addf(out, "'*--%s", option->name);
	else if (option->letter)
		kith_str_addf(out, "'(-%c --%s)'{-%c,--%s}'", option->letter, option->name,
			option->letter, option->name);
	else
		kith_str_addf(out, "'--%s", option->name);
	kith_str_add_c(out, '[');
	add_zsh_text(out, option->help);
	kith_str_add_c(out, ']');
	if (option->argument) {
		kith_str_addf(out, ":%s:", option->argument);
		add_zsh_action(out, option->complete);
	}
	kith_str_add_c(out, '\'');
}

static void add_zsh_command(struct kith_str *out, const struct kith_command *command)
{
	enum kith_opt opt;

	kith_str_addf(out, "\t'%s%s'*)\n\t\t%s_arguments", command->name,
		strchr(command->name, ' ') ? "" : " ",
		strchr(command->name, ' ') ? "shift words; (( CURRENT-- ))\n\t\t" : "");
	for (size_t i = 0; (opt = kith_command_option(command, i)) != KITH_OPT_END; i++)
		add_zsh_option(out, kith_option(opt));
	if (command->operand_max) {
		kith_str_add(out, " \\\n\t\t\t'*:");
		add_zsh_text(out, command->operands);
		kith_str_add_c(out, ':');
		add_zsh_action(out, command->complete);
		kith_str_add_c(out, '\'');
	}
	kith_str_add(out, "\n\t\t;;\n");
}

static void add_zsh_summaries(struct kith_str *out)
{
	const struct kith_command *command;

	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		bool is_first;
		size_t len = first_word(i, &is_first);

		if (!is_first)
			continue;
		kith_str_addf(out, "\t\t'%.*s:", (int)len, command->name);
		add_zsh_text(out,
			command->name[len] ? "name, list and pause partners" : command->summary);
		kith_str_add(out, "'\n");
	}
}

static void add_zsh(struct kith_str *out)
{
	const struct kith_command *command;

	kith_str_add(out,
		"#compdef kith\n# zsh completion of kith, written by: kith help --completion zsh\n"
		"_kith() {\n\tlocal -a commands=(\n");
	add_zsh_summaries(out);
	kith_str_add(out, "\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n"
			  "\t\treturn\n\tfi\n\tshift words; (( CURRENT-- ))\n");
	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		bool is_first;
		size_t len = first_word(i, &is_first);

		if (!is_first || !command->name[len])
			continue;
		kith_str_addf(out,
			"\tif [[ $words[1] == %.*s ]] && (( CURRENT == 2 )); then\n"
			"\t\tcompadd ",
			(int)len, command->name);
		add_second_words(out, command->name, len);
		kith_str_add(out, "\n\t\treturn\n\tfi\n");
	}
	kith_str_add(out, "\tcase \"$words[1] $words[2]\" in\n");
	for (size_t i = 0; (command = kith_command_at(i)); i++)
		add_zsh_command(out, command);
	kith_str_add(out, "\tesac\n}\n_kith \"$@\"\n");
}

bool kith_completion(const char *shell, struct kith_str *out)
{
	if (strcmp(shell, "bash") == 0)
		add_bash(out);
	else if (strcmp(shell, "zsh") == 0)
		add_zsh(out);
	else
		return false;
	return true;
}
