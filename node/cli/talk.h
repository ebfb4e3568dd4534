/*
 * talk.h: a conversation with a node: JSON-RPC 2.0, one JSON object a line, over its Unix socket.
 *
 * Blocking, for one command's life. Calls are answered in their order; notifications that arrive in
 * between are kept for kith_talk_next().
 */
#ifndef KITH_CLI_TALK_H
#define KITH_CLI_TALK_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "keys/error.h"

struct kith_talk;

/* What came back: a result, or an error as JSON-RPC has it. */
struct kith_reply {
	json_t *result; /* NULL: an error */
	int code;
	char *message;
	json_t *data; /* may be NULL */
};

/* KITH_E_NOT_FOUND (nothing listens there), KITH_E_PERMISSION, KITH_E_TOO_LARGE (path),
 * KITH_E_IO. */
KITH_MUST_CHECK int kith_talk_open(const char *path, struct kith_talk **out);
void kith_talk_close(struct kith_talk *talk); /* NULL is allowed */

/* params is stolen; NULL: none. 0 when there is a reply, else KITH_E_TRUNCATED (the node went
 * away), KITH_E_MALFORMED (what answers there is no node), KITH_E_IO. */
KITH_MUST_CHECK int kith_talk_call(
	struct kith_talk *talk, const char *method, json_t *params, struct kith_reply *out);
void kith_reply_clear(struct kith_reply *reply);

/* Waits for the next notification; to be released by the caller. Same errors. */
KITH_MUST_CHECK int kith_talk_next(struct kith_talk *talk, json_t **out);

#endif
