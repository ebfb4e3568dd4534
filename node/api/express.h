/*
 * express.h: the short way for what is asked most: one record by its full id.
 *
 * The line is read by hand, without a JSON tree, and the answer is written straight behind the
 * others. Only the plain spelling that programs produce is understood, and only success is
 * answered. Whatever is out of the ordinary, in the question or in the answer, is left to the long
 * way (jsonrpc.c, call.c), which gives the same answer and all of the errors.
 */
#ifndef KITH_NODE_API_EXPRESS_H
#define KITH_NODE_API_EXPRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "keys/id.h"
#include "protocol/bytes.h"

struct kith_api;

/* A request of the form
 *     {"jsonrpc": "2.0", "id": 7, "method": "record.get", "params": {"id": "<64 digits>"}}
 * with its members in any order; the id of the request is a short number or text. */
struct kith_express {
	const char *id; /* JSON text inside the line */
	size_t id_len;
	struct kith_record_id record;
};
bool kith_express_read(const char *line, size_t len, struct kith_express *out);

/* Answers such a line, newline and all; false: nothing was done. */
bool kith_express_get(struct kith_api *api, const char *line, size_t len, struct kith_buf *out);

#endif
