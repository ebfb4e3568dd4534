/*
 * po-tables.c: prints the sentences that stand in tables, as a source that xgettext reads:
 * summaries of commands and the help on options. So the tables need no marks. For `make po`.
 */
#include <stdio.h>

#include "node/cli/command.h"

static void print(const char *text)
{
	if (!text || !*text)
		return;
	fputs("N_(\"", stdout);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", stdout);
		else if (*text == '"' || *text == '\\')
			printf("\\%c", *text);
		else
			putchar(*text);
	}
	puts("\")");
}

int main(void)
{
	const struct kith_command *command;

	for (size_t i = 0; (command = kith_command_at(i)); i++) {
		print(command->summary);
	}
	for (int opt = KITH_OPT_END + 1; opt < KITH_OPT_COUNT; opt++)
		print(kith_option((enum kith_opt)opt)->help);
	return 0;
}
