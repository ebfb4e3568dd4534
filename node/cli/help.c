/* help.c: see help.h. */
#include "node/cli/help.h"

#include <string.h>

#include "node/api/schema.h"
#include "node/cli/run.h"
#include "node/cli/say.h"
#include "node/cli/text_fields.h"
#include "node/record_json.h"
#include "node/suggest.h"
#include "protocol/kind.h"

#define WIDTH_MAX 90 /* lines of text longer than this are tiring to read */

size_t kith_help_width(const struct kith_cli *cli)
{
	return cli->out.width < WIDTH_MAX ? cli->out.width : WIDTH_MAX;
}

/* "  left      right", the right side wrapped under itself. */
void kith_help_add_pair(
	struct kith_str *out, const char *left, const char *right, size_t column, size_t width)
{
	struct kith_str text;
	size_t from = out->len, left_columns = kith_columns(left, strlen(left)) + 4;

	kith_str_init(&text);
	kith_add_wrapped(&text, right, column, width);
	kith_str_addf(out, "  %s", left);
	if (!text.len) {
		kith_str_add_c(out, '\n');
	} else if (left_columns > column) {
		kith_str_addf(out, "\n%s", text.s);
	} else {
		kith_add_pad(out, from, column);
		kith_str_add(out, text.s + column);
	}
	kith_str_clear(&text);
}

/* ---- commands ------------------------------------------------------------------------------ */

static void add_command(
	struct kith_cli *cli, const struct kith_command *command, struct kith_str *out)
{
	struct kith_str left;

	kith_str_init(&left);
	kith_str_addf(&left, "%s%s%s", command->name, command->operands ? " " : "",
		command->operands ? command->operands : "");
	kith_help_add_pair(out, left.s, gettext(command->summary), 31, kith_help_width(cli));
	kith_str_clear(&left);
}

/* The commands that begin with this word, such as "report"; whether there are any. */
static bool help_group(struct kith_cli *cli, const char *word)
{
	const struct kith_command *command;
	size_t len = strlen(word);
	struct kith_str out;
	bool found;

	kith_str_init(&out);
	for (size_t i = 0; (command = kith_command_at(i)); i++)
		if (strncmp(command->name, word, len) == 0 && command->name[len] == ' ')
			add_command(cli, command, &out);
	found = out.len > 0;
	if (found)
		kith_str_addf(&out, "\nkith help %s … explains one of them.\n", word);
	kith_out(cli, &out);
	kith_str_clear(&out);
	return found;
}

int kith_help_all(struct kith_cli *cli, FILE *file)
{
	const struct kith_command *command;
	struct kith_str out;

	kith_str_init(&out);
	kith_str_add(&out, _("usage: kith COMMAND [OPTION…]\n\n"));
	for (size_t i = 0; (command = kith_command_at(i)); i++)
		add_command(cli, command, &out);
	kith_str_add(&out,
		_("\nkith help COMMAND explains one, with its options and an example; so do\n"
		  "kith help METHOD for a method of the API and kith help KIND for a kind of\n"
		  "record. The manual is kith(1).\n"));
	fputs(out.s, file);
	kith_str_clear(&out);
	return KITH_EXIT_OK;
}

static void add_option(struct kith_str *out, const struct kith_option *option, size_t width)
{
	struct kith_str left;

	kith_str_init(&left);
	if (option->letter)
		kith_str_addf(&left, "-%c, ", option->letter);
	else
		kith_str_add(&left, "    ");
	kith_str_addf(&left, "--%s%s%s", option->name, option->argument ? " " : "",
		option->argument ? option->argument : "");
	kith_help_add_pair(out, left.s, gettext(option->help), 31, width);
	kith_str_clear(&left);
}

static void help_command(struct kith_cli *cli, const struct kith_command *command)
{
	size_t width = kith_help_width(cli);
	struct kith_str out;
	enum kith_opt opt;

	kith_str_init(&out);
	kith_str_addf(&out, "kith %s%s%s: %s\n\n", command->name, command->operands ? " " : "",
		command->operands ? command->operands : "", gettext(command->summary));
	kith_add_wrapped(&out, gettext(command->text), 0, width);
	kith_str_addf(&out, "\n%s\n", _("Options:"));
	for (size_t i = 0; (opt = kith_command_option(command, i)) != KITH_OPT_END; i++)
		add_option(&out, kith_option(opt), width);
	kith_str_addf(&out, "\n%s\n  %s\n", _("Example:"), command->example);
	kith_out(cli, &out);
	kith_str_clear(&out);
}

/* ---- kinds --------------------------------------------------------------------------------- */

static void add_fields(struct kith_str *out, const char *kind, const json_t *fields,
	const char *path, size_t width)
{
	struct kith_str below, what;
	json_t *field;
	size_t i;

	kith_str_init(&below);
	kith_str_init(&what);
	json_array_foreach(fields, i, field) {
		const char *hint;

		kith_str_reset(&below);
		kith_str_reset(&what);
		kith_str_addf(&below, "%s%s%s", path, *path ? "." : "", kith_field_name(field));
		hint = kith_field_hint(kind, below.s);
		kith_str_add(&what, hint ? hint : "");
		if (json_is_true(json_object_get(field, "required")))
			kith_str_addf(&what, "%s%s", what.len ? "; " : "", _("required"));
		if (what.len)
			kith_str_add(&what, "; ");
		kith_field_add_rule(field, &what);
		if (what.len > 2 && strcmp(what.s + what.len - 2, "; ") == 0)
			what.s[what.len -= 2] = '\0';
		kith_help_add_pair(out, below.s, what.s, 25, width);
		if (kith_field_has_type(field, "object"))
			add_fields(out, kind, kith_field_fields(field), below.s, width);
	}
	kith_str_clear(&below);
	kith_str_clear(&what);
}

static int help_kind(struct kith_cli *cli, const char *name)
{
	json_t *kind = kith_kind_to_json(name);
	struct kith_str out;

	if (!kind)
		return KITH_EXIT_NOT_FOUND;
	kith_str_init(&out);
	kith_str_addf(&out, _("%s: a kind of record, with these fields\n\n"), name);
	add_fields(&out, name, json_object_get(kind, "fields"), "", kith_help_width(cli));
	kith_str_addf(&out, "\n%s\n  kith new %s\n", _("Example:"), name);
	kith_out(cli, &out);
	kith_str_clear(&out);
	json_decref(kind);
	return KITH_EXIT_OK;
}

/* Some words are both, such as stance. */
int kith_help_command(struct kith_cli *cli, const struct kith_command *command)
{
	struct kith_kind kind;

	help_command(cli, command);
	if (!kith_kind_by_name(command->name, &kind))
		return KITH_EXIT_OK;
	fputc('\n', cli->out.file);
	return help_kind(cli, command->name);
}

/* ---- the command itself -------------------------------------------------------------------- */

static int help_method(struct kith_cli *cli, const char *name)
{
	struct kith_schemas *schemas = kith_need(kith_schemas_new());
	const struct kith_schema *schema = kith_schema_find(schemas, name);

	if (schema)
		kith_help_method(cli, schema->json);
	kith_schemas_free(schemas);
	return schema ? KITH_EXIT_OK : KITH_EXIT_NOT_FOUND;
}

static int no_such_topic(struct kith_cli *cli, const char *topic)
{
	const struct kith_command *command;
	struct kith_suggest suggest;
	struct kith_kind kind;

	struct kith_schemas *schemas = kith_need(kith_schemas_new());
	int code;

	kith_suggest_begin(&suggest, topic);
	for (size_t i = 0; i < kith_schemas_count(schemas); i++)
		kith_suggest_offer(&suggest, kith_schema_at(schemas, i)->method);
	for (size_t i = 0; (command = kith_command_at(i)); i++)
		kith_suggest_offer(&suggest, command->name);
	for (size_t i = 0; kith_kind_at(i, &kind); i++)
		kith_suggest_offer(&suggest, kind.name);
	if (suggest.best)
		code = kith_fail(cli, KITH_EXIT_NOT_FOUND,
			"there is no command, method or kind '%s'; did you mean '%s'?", topic,
			suggest.best);
	else
		code = kith_fail(cli, KITH_EXIT_NOT_FOUND,
			"there is no command, method or kind '%s'", topic);
	kith_hint(cli, "kith help lists the commands");
	kith_schemas_free(schemas);
	return code;
}

static int print_completion(struct kith_cli *cli, const char *shell)
{
	struct kith_str out;
	bool good;

	kith_str_init(&out);
	good = kith_completion(shell, &out);
	kith_out(cli, &out);
	kith_str_clear(&out);
	return good ? KITH_EXIT_OK
		    : kith_fail(cli, KITH_EXIT_USAGE, "--completion knows bash and zsh, not '%s'",
			      shell);
}

int kith_run_help(struct kith_cli *cli, const struct kith_args *args)
{
	const struct kith_command *command;
	struct kith_kind kind;
	char both[100];
	size_t used;
	bool group;

	if (kith_flag(cli, KITH_OPT_COMPLETION))
		return print_completion(cli, kith_value(cli, KITH_OPT_COMPLETION));
	if (!args->operand_count)
		return kith_help_all(cli, stdout);
	command = kith_command_find(args->operands, args->operand_count, &used);
	if (command)
		return kith_help_command(cli, command);
	if (args->operand_count > 1) {
		snprintf(both, sizeof(both), "%s %s", args->operands[0], args->operands[1]);
		return no_such_topic(cli, both);
	}
	group = help_group(cli, args->operands[0]);
	if (group && kith_kind_by_name(args->operands[0], &kind))
		fputc('\n', cli->out.file);
	if (help_method(cli, args->operands[0]) == KITH_EXIT_OK ||
		help_kind(cli, args->operands[0]) == KITH_EXIT_OK || group)
		return KITH_EXIT_OK;
	return no_such_topic(cli, args->operands[0]);
}

int kith_run_version(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *version;

	(void)args;
	if (kith_flag(cli, KITH_OPT_JSON)) {
		version = kith_need_json(json_pack("{s:s}", "version", KITH_VERSION));
		kith_out_json(cli, version);
		json_decref(version);
	} else {
		fprintf(cli->out.file, "kith %s\n", KITH_VERSION);
	}
	return KITH_EXIT_OK;
}
