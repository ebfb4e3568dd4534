/*
 * command.h: the table of commands, from which everything that knows them is derived: parsing,
 * --help, "did you mean", the completions of bash and zsh, and the test that the manual page is
 * complete.
 *
 * A new command is a row in commands.c and a function in a cmd_*.c file.
 */
#ifndef KITH_CLI_COMMAND_H
#define KITH_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kith_cli;

/* What the process ends with; documented in kith(1). */
enum kith_exit {
	KITH_EXIT_OK = 0,
	KITH_EXIT_FAILED = 1,    /* a file, the editor, the disk, an error of the node */
	KITH_EXIT_USAGE = 2,     /* the command line itself was wrong */
	KITH_EXIT_NOT_FOUND = 3, /* no such record, partner, kind; or a prefix that fits several */
	KITH_EXIT_REFUSED = 4,   /* a rule says no; nothing, or not all, was published */
	KITH_EXIT_UNREACHABLE = 5, /* no node answers on the socket */
};

/* Every option there is. Two options of one name that mean different things are two of these. */
enum kith_opt {
	KITH_OPT_END, /* ends a command's list */
	KITH_OPT_HELP,
	KITH_OPT_HOME,
	KITH_OPT_SOCKET,
	KITH_OPT_JSON,
	KITH_OPT_GROUP_NAME,
	KITH_OPT_GROUP_PLACE,
	KITH_OPT_GROUP_TYPE,
	KITH_OPT_GROUP_LANG,
	KITH_OPT_HOST,
	KITH_OPT_PORT,
	KITH_OPT_PASSPHRASE_FILE,
	KITH_OPT_NO_PASSPHRASE,
	KITH_OPT_WAIT,
	KITH_OPT_PARTNER_NAME,
	KITH_OPT_ADAPTS,
	KITH_OPT_REVISES,
	KITH_OPT_LINK,
	KITH_OPT_SET,
	KITH_OPT_ANSWER_KIND,
	KITH_OPT_REASON,
	KITH_OPT_TEMPLATE,
	KITH_OPT_RAW,
	KITH_OPT_READ_LANG,
	KITH_OPT_INTO_LANG,
	KITH_OPT_METHOD,
	KITH_OPT_KIND,
	KITH_OPT_TAG,
	KITH_OPT_EXACT_TAG,
	KITH_OPT_COUNTRY,
	KITH_OPT_PLACE,
	KITH_OPT_AUTHOR,
	KITH_OPT_LANG,
	KITH_OPT_SINCE,
	KITH_OPT_UNTIL,
	KITH_OPT_LINKS_TO,
	KITH_OPT_LINK_TYPE,
	KITH_OPT_WHERE,
	KITH_OPT_MENTIONS,
	KITH_OPT_OLDEST,
	KITH_OPT_LIMIT,
	KITH_OPT_FROM,
	KITH_OPT_ALL,
	KITH_OPT_MAP,
	KITH_OPT_DRY_RUN,
	KITH_OPT_KEEP_PERSONAL,
	KITH_OPT_DOT,
	KITH_OPT_AS_OF,
	KITH_OPT_DAYS,
	KITH_OPT_TO,
	KITH_OPT_PATH_FROM,
	KITH_OPT_BY,
	KITH_OPT_SVG,
	KITH_OPT_FORMAT,
	KITH_OPT_EXPORT_TO,
	KITH_OPT_COMPLETION,
	KITH_OPT_COUNT,
};

/* What completes an argument. */
enum kith_complete {
	KITH_COMPLETE_NONE,
	KITH_COMPLETE_FILE,
	KITH_COMPLETE_KIND,
	KITH_COMPLETE_COMMAND
};

struct kith_option {
	char letter;          /* '\0': no short form */
	const char *name;     /* without the dashes */
	const char *argument; /* what it is called in the help; NULL: a flag */
	enum kith_complete complete;
	const char *help;
	bool repeats; /* may be given several times; kith_args_repeated() */
};
const struct kith_option *kith_option(enum kith_opt opt);

#define KITH_COMMAND_OPTIONS 20

struct kith_args;

struct kith_command {
	const char *name;     /* one word or two: "partner add" */
	const char *operands; /* as in the help: "FILE", "[WORD…]", "" */
	size_t operand_min, operand_max;
	enum kith_complete complete;
	uint8_t options[KITH_COMMAND_OPTIONS]; /* its own, of enum kith_opt */
	const char *summary;                   /* a line, lower case */
	const char *text;                      /* some sentences more */
	const char *example;                   /* what is typed, one command a line */
	int (*run)(struct kith_cli *cli, const struct kith_args *args);
};

/* In the order of the help; NULL beyond the last. */
const struct kith_command *kith_command_at(size_t i);
/* The command that the words begin with; *used is how many of them name it. NULL: none. */
const struct kith_command *kith_command_find(char *const *words, size_t count, size_t *used);
/* The i-th option that the command takes, its own first, then those that every command takes;
 * KITH_OPT_END beyond the last. */
enum kith_opt kith_command_option(const struct kith_command *command, size_t i);

/* ---- what was typed ------------------------------------------------------------------------ */

#define KITH_ARGS_REPEATED 64

struct kith_args {
	const struct kith_command *command;
	const char *values[KITH_OPT_COUNT]; /* NULL: not given; "" for a flag that was */
	struct {
		enum kith_opt opt;
		const char *value;
	} repeated[KITH_ARGS_REPEATED]; /* every value of the options that repeat, in order */
	size_t repeated_count;
	char *const *operands; /* borrowed from argv, which is reordered */
	size_t operand_count;
};

/*
 * Reads the words after the command's name. Options may stand before, between and behind operands;
 * "--" ends them. "--name value", "--name=value", "-n value", "-nvalue"; a long name may be
 * shortened while it stays unambiguous. On an error why gets a sentence and false is returned.
 */
bool kith_args_parse(const struct kith_command *command, char **words, size_t count,
	struct kith_args *out, char *why, size_t why_len);

/* The i-th value of an option that may be given several times; NULL beyond the last. */
const char *kith_args_repeated(const struct kith_args *args, enum kith_opt opt, size_t i);

/* A whole number from min to max; false when it is none. */
bool kith_args_number(const char *text, long long min, long long max, long long *out);

#endif
