/*
 * jsonrpc.h: JSON-RPC 2.0 as text: what a line asks for, and what an answer looks like.
 *
 * Pure: no socket, no method, no clock. A line is one request, one notification, or a batch of them
 * (https://www.jsonrpc.org/specification, sections 4 to 6). It is refused before it is parsed when
 * it nests deeper than KITH_RPC_DEPTH_MAX, and when an object has the same name twice.
 *
 * Error codes: the five of the specification, and ours, which are part of the API:
 *
 *     code    meaning          data
 *     -32700  not JSON
 *     -32600  not a request
 *     -32601  no such method   {"suggestion"}
 *     -32602  wrong params     {"field", "rule"}
 *     -32603  our own fault
 *     1       not found
 *     2       ambiguous        {"candidates"}
 *     3       a rule broken    {"field", "rule", "index"}
 *     4       exists already
 *     5       refused          what was asked is not allowed here
 *     6       storage          the disk is full or failing; nothing was stored
 *     7       too large
 *     8       busy             try again later
 */
#ifndef KITH_NODE_API_JSONRPC_H
#define KITH_NODE_API_JSONRPC_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "keys/error.h"
#include "protocol/bytes.h"

#define KITH_RPC_DEPTH_MAX 32
#define KITH_RPC_BATCH_MAX 256

enum kith_rpc_code {
	KITH_RPC_PARSE = -32700,
	KITH_RPC_INVALID = -32600,
	KITH_RPC_NO_METHOD = -32601,
	KITH_RPC_PARAMS = -32602,
	KITH_RPC_INTERNAL = -32603,
	KITH_RPC_NOT_FOUND = 1,
	KITH_RPC_AMBIGUOUS = 2,
	KITH_RPC_RULE = 3,
	KITH_RPC_EXISTS = 4,
	KITH_RPC_REFUSED = 5,
	KITH_RPC_STORAGE = 6,
	KITH_RPC_TOO_LARGE = 7,
	KITH_RPC_BUSY = 8,
};

/* The code that says what an enum kith_err means to a client. */
enum kith_rpc_code kith_rpc_code_of(int err);

/* ---- what a line asks for ----------------------------------------------------------------- */

struct kith_rpc_message {
	json_t *root; /* owned */
	bool is_batch;
	size_t count; /* requests in it; 0: the line as a whole is answered with code and why */
	int code;
	char why[128];
};

/* Reads a line without its newline. Never fails: what is wrong with it is said in *out. */
void kith_rpc_parse(const char *line, size_t len, struct kith_rpc_message *out);
void kith_rpc_message_clear(struct kith_rpc_message *message);

struct kith_rpc_request {
	const json_t *id; /* NULL: a notification, which is never answered */
	const char *method;
	json_t *params; /* array, object or NULL */
	int code;       /* not 0: not a request, answer with this and why */
	const char *why;
};

/* The i-th request; it borrows from the message. */
void kith_rpc_request_at(
	const struct kith_rpc_message *message, size_t i, struct kith_rpc_request *out);

/* Whether brackets outside of strings nest at most max deep. Looks at bytes only. */
bool kith_json_depth_ok(const char *text, size_t len, unsigned max);

/* ---- answers: appended to out without a newline ------------------------------------------- */

/* Any JSON value; KITH_JSON_FLAGS. Sets out->err to KITH_E_NOMEM when the value is NULL. */
void kith_json_write(const json_t *value, struct kith_buf *out);
/* The id of a request as it is to be repeated. */
void kith_rpc_write_id(const json_t *id, struct kith_buf *out);

/* id is JSON text, as written by kith_rpc_write_id(). */
void kith_rpc_write_result(const char *id, const json_t *result, struct kith_buf *out);
/* result: JSON text. */
void kith_rpc_write_result_text(
	const char *id, const void *result, size_t result_len, struct kith_buf *out);
/* data may be NULL. */
void kith_rpc_write_error(
	const char *id, int code, const char *message, const json_t *data, struct kith_buf *out);

#endif
