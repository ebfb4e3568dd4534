/*
 * cli.h: what one run of the command knows, and how it speaks.
 *
 * Results go to standard output; complaints, hints and progress to standard error. A complaint says
 * what was wrong and where, a hint what to do. Both are made safe for a terminal as a whole.
 */
#ifndef KITH_CLI_CLI_H
#define KITH_CLI_CLI_H

#include "node/cli/command.h"
#include "node/cli/term.h"
#include "node/config.h"

struct kith_talk;

struct kith_cli {
	const struct kith_args *args;
	struct kith_term out, err;
	struct kith_talk *talk; /* NULL until the node is asked something */
	struct kith_str wishes; /* the languages of the user (locale.h) */
	json_t *names;          /* author key -> name, as far as looked up */
};

/* Runs a whole command line; returns the exit status. */
int kith_cli_main(int argc, char **argv);

/* Prints "kith: …" on standard error; returns code, so that a command can end with it. */
int kith_fail(struct kith_cli *cli, enum kith_exit code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Prints a further line on standard error, indented. */
void kith_hint(struct kith_cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The exit code that fits an enum kith_err. */
enum kith_exit kith_exit_for(int err);

/* The value of an option, or NULL; whether a flag was given. */
const char *kith_value(const struct kith_cli *cli, enum kith_opt opt);
bool kith_flag(const struct kith_cli *cli, enum kith_opt opt);

/* Reads a whole file, or standard input for "-", of at most max bytes. Complains and returns an
 * exit code. */
int kith_read_file(struct kith_cli *cli, const char *path, size_t max, struct kith_str *out);

/* The home of this run; complains and returns an exit code when there is none. */
int kith_cli_home(struct kith_cli *cli, char home[KITH_PATH_MAX]);

/* Writes what was gathered to standard output and empties it. */
void kith_out(struct kith_cli *cli, struct kith_str *text);
/* Prints one JSON value as a line. */
void kith_out_json(struct kith_cli *cli, const json_t *value);

/* May a question be asked? Standard input and error are both a terminal. */
bool kith_can_ask(const struct kith_cli *cli);
/* Asks for one line; an empty answer gives fallback, or if that is NULL is asked again. NULL at
 * the end of input; else to be freed. */
char *kith_ask_line(struct kith_cli *cli, const char *question, const char *fallback);

#endif
