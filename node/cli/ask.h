/*
 * ask.h: asking the node on behalf of a command, and saying what went wrong in words.
 */
#ifndef KITH_CLI_ASK_H
#define KITH_CLI_ASK_H

#include "node/cli/cli.h"
#include "node/cli/talk.h"

/* Each connects when that was not done yet, steals params (NULL: none), and returns 0 or, after a
 * complaint, an exit code. */

/* *result is to be released. An error of the node is complained about. */
KITH_MUST_CHECK int kith_ask(
	struct kith_cli *cli, const char *method, json_t *params, json_t **result);
/* The same, but an error of the node is left to the caller; *reply is to be cleared. */
KITH_MUST_CHECK int kith_ask_try(
	struct kith_cli *cli, const char *method, json_t *params, struct kith_reply *reply);
/* The next notification, to be released. */
KITH_MUST_CHECK int kith_ask_next(struct kith_cli *cli, json_t **message);

/* Complains about a reply that is an error; subject (may be NULL) is what it is about, such as a
 * file. Returns the exit code. */
int kith_ask_complain(struct kith_cli *cli, const struct kith_reply *reply, const char *subject);

/* ---- who and what, for people (people.c) --------------------------------------------------- */

/* "Kavala author_abcdefghijkl": a name as far as there is one, always with the key beside
 * it. */
void kith_add_author(struct kith_cli *cli, struct kith_str *out, const char *author);
/* The key alone: "author_abcdefghijkl". */
void kith_add_fingerprint(struct kith_str *out, const char *key);
/* The first characters of an id. */
#define KITH_SHORT_ID 10
void kith_add_short_id(struct kith_str *out, const char *id);
/* The line that stands for a record in lists: its title or caption. Lives as long as the record. */
const char *kith_caption(const json_t *record);
/* "2026-05-01 10:00" */
void kith_add_moment(struct kith_str *out, const char *moment);
/* "Kavala, GR" of a record's body; nothing when it has no place. */
void kith_add_place(struct kith_str *out, const json_t *body);

#endif
