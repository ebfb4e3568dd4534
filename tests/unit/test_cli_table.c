/* The table of commands: sound in itself, parsed as documented, and complete in what is derived
 * from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/command.h"
#include "node/cli/help.h"
#include "node/cli/str.h"

/* Splits words at blanks; the caller frees the copy. */
static size_t split(char *line, char **words, size_t room)
{
	size_t count = 0;

	for (char *word = strtok(line, " "); word && count < room; word = strtok(NULL, " "))
		words[count++] = word;
	return count;
}

/* Parses a line after "kith"; a sentence when it is refused. The words stay until the next call. */
static const struct kith_command *parse(
	const char *line, struct kith_args *args, char *why, size_t why_len)
{
	static char copy[500], *words[40];
	const struct kith_command *command;
	size_t count, used;

	snprintf(copy, sizeof(copy), "%s", line);
	count = split(copy, words, 40);
	command = kith_command_find(words, count, &used);
	assert_non_null(command);
	why[0] = '\0';
	return kith_args_parse(command, words + used, count - used, args, why, why_len) ? command
											: NULL;
}

static void table_is_sound(void **state)
{
	const struct kith_command *command;

	(void)state;
	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		enum kith_opt a, b;

		assert_non_null(command->summary);
		assert_non_null(command->text);
		assert_non_null(command->example);
		assert_non_null(command->run);
		assert_true(command->operand_min <= command->operand_max);
		assert_int_equal(command->operands != NULL, command->operand_max > 0);
		for (size_t x = 0; (a = kith_command_option(command, x)) != KITH_OPT_END; x++) {
			assert_non_null(kith_option(a)->name);
			assert_non_null(kith_option(a)->help);
			for (size_t y = 0; y < x; y++) {
				b = kith_command_option(command, y);
				assert_string_not_equal(kith_option(a)->name, kith_option(b)->name);
				if (kith_option(a)->letter)
					assert_int_not_equal(
						kith_option(a)->letter, kith_option(b)->letter);
			}
		}
	}
}

/* Each example can be typed as it stands: quotes hold one word together, which is all that
 * matters. */
static void examples_parse(void **state)
{
	const struct kith_command *command;
	char line[500], why[200];
	struct kith_args args;

	(void)state;
	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		char quote = '\0';
		size_t len = 0;

		assert_memory_equal(command->example, "kith ", 5);
		for (const char *at = command->example + 5; *at && !strchr(">\n", *at); at++) {
			if (!quote && (*at == '\'' || *at == '"'))
				quote = *at;
			else if (quote == *at)
				quote = '\0';
			else
				line[len++] = quote && *at == ' ' ? '_' : *at;
		}
		line[len] = '\0';
		if (parse(line, &args, why, sizeof(why)) != command)
			fail_msg("%s: %s", command->example, why);
	}
}

static void options_may_stand_anywhere(void **state)
{
	struct kith_args args;
	char why[200];

	(void)state;
	assert_non_null(
		parse("find a --kind practice b -tx -j --limit=3 -- --c", &args, why, sizeof(why)));
	assert_int_equal(args.operand_count, 3);
	assert_string_equal(args.operands[0], "a");
	assert_string_equal(args.operands[1], "b");
	assert_string_equal(args.operands[2], "--c");
	assert_string_equal(args.values[KITH_OPT_KIND], "practice");
	assert_string_equal(args.values[KITH_OPT_TAG], "x");
	assert_string_equal(args.values[KITH_OPT_LIMIT], "3");
	assert_string_equal(args.values[KITH_OPT_JSON], "");
	assert_null(args.values[KITH_OPT_PLACE]);
	assert_non_null(parse("find -jk practice --coun GR", &args, why, sizeof(why)));
	assert_string_equal(args.values[KITH_OPT_KIND], "practice");
	assert_string_equal(args.values[KITH_OPT_COUNTRY], "GR");
	assert_non_null(parse("find --where a=b --where=c=d", &args, why, sizeof(why)));
	assert_string_equal(kith_args_repeated(&args, KITH_OPT_WHERE, 0), "a=b");
	assert_string_equal(kith_args_repeated(&args, KITH_OPT_WHERE, 1), "c=d");
	assert_null(kith_args_repeated(&args, KITH_OPT_WHERE, 2));
	assert_non_null(parse("publish -", &args, why, sizeof(why)));
	assert_string_equal(args.operands[0], "-");
	assert_non_null(parse("partner add -n Kavala addr", &args, why, sizeof(why)));
	assert_string_equal(args.values[KITH_OPT_PARTNER_NAME], "Kavala");
	assert_non_null(parse("show --help", &args, why, sizeof(why)));
}

static void says_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{"find --knid x", "did you mean --kind?"},
		{"find --zzz", "has no option --zzz"},
		{"find -Z", "has no option -Z"},
		{"find --li x", "may mean --links-to or --limit"},
		{"find --l x", "may mean"},
		{"find --kind", "--kind needs a value: --kind KIND"},
		{"find --json=yes", "--json takes no value"},
		{"find --kind a --kind b", "given twice"},
		{"show", "needs ID"},
		{"partner pause a b", "what is 'b'?"},
		{"id now", "takes no argument"},
	};
	struct kith_args args;
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct kith_command *command = parse(cases[i].line, &args, why, sizeof(why));

		if (command || !strstr(why, cases[i].why))
			fail_msg("%s: %s", cases[i].line, why);
	}
}

static void numbers_are_whole(void **state)
{
	long long n;

	(void)state;
	assert_true(kith_args_number("12", 1, 20, &n));
	assert_int_equal(n, 12);
	assert_false(kith_args_number("21", 1, 20, &n));
	assert_false(kith_args_number("0", 1, 20, &n));
	assert_false(kith_args_number("", 0, 20, &n));
	assert_false(kith_args_number("1x", 0, 20, &n));
	assert_false(kith_args_number("99999999999999999999", 0, INT64_MAX, &n));
}

/* ---- what is derived ----------------------------------------------------------------------- */

/* The file's text, or a skipped test where the sources are not there. */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct kith_str text;
	int c;

	if (!file) {
		print_message("%s is not here\n", path);
		skip();
	}
	kith_str_init(&text);
	while ((c = getc(file)) != EOF)
		kith_str_add_c(&text, (char)c);
	fclose(file);
	return text.s;
}

static void completions_are_up_to_date(void **state)
{
	static const struct {
		const char *shell, *path;
	} files[] = {
		{"bash", "contrib/completions/kith.bash"},
		{"zsh", "contrib/completions/_kith"},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = read_file(files[i].path);
		struct kith_str want;

		kith_str_init(&want);
		assert_true(kith_completion(files[i].shell, &want));
		if (strcmp(text, want.s) != 0)
			fail_msg("%s: write it anew with kith help --completion %s", files[i].path,
				files[i].shell);
		free(text);
		kith_str_clear(&want);
	}
}

/* The manual has a subsection for each command that names its operands and every option of its
 * own. */
static void manual_is_complete(void **state)
{
	char *manual = read_file("contrib/man/kith.1"), heading[80], flag[80];
	const struct kith_command *command;

	(void)state;
	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		char *section, *end, kept;

		snprintf(heading, sizeof(heading), "\n.Ss kith %s\n", command->name);
		section = strstr(manual, heading);
		if (!section) {
			fail_msg("kith(1) does not explain kith %s", command->name);
			break;
		}
		end = section + 1;
		while (*end && strncmp(end, "\n.Ss ", 5) != 0 && strncmp(end, "\n.Sh ", 5) != 0)
			end++;
		kept = *end;
		*end = '\0';
		for (size_t o = 0; o < KITH_COMMAND_OPTIONS && command->options[o]; o++) {
			const struct kith_option *option = kith_option(command->options[o]);

			snprintf(flag, sizeof(flag), "Fl -%s", option->name);
			if (!strstr(section, flag))
				fail_msg("kith(1) does not explain --%s of kith %s", option->name,
					command->name);
		}
		*end = kept;
	}
	free(manual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(examples_parse),
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(numbers_are_whole),
		cmocka_unit_test(completions_are_up_to_date),
		cmocka_unit_test(manual_is_complete),
	};

	return cmocka_run_group_tests_name("cli_table", tests, NULL, NULL);
}
