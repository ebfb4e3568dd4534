/*
 * call.h: one request from its arrival to its answer.
 *
 * A call waits in its client's queue until it may begin, runs, and is done; the client takes the
 * answers off the front of the queue, so they go out in the order of the requests. When the client
 * goes away, a call that runs is finished for nobody. Calls of a batch stand in the queue one
 * behind the other.
 */
#ifndef KITH_NODE_API_CALL_H
#define KITH_NODE_API_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "node/api/job.h"
#include "node/api/jsonrpc.h"
#include "node/api/methods.h"
#include "node/api/server.h"
#include "node/json_out.h"
#include "protocol/bytes.h"
#include "protocol/record.h"

enum kith_call_state { KITH_CALL_WAITING, KITH_CALL_RUNNING, KITH_CALL_DONE };

struct kith_call {
	struct kith_api *api;
	struct kith_client *client; /* NULL: gone */
	struct kith_call *next;
	enum kith_call_state state;
	const struct kith_method *method; /* NULL: it was refused before it began */
	json_t *params;                   /* by name; held to the schema */
	char *id;                         /* as JSON text; NULL: a notification, no answer */
	bool in_batch, batch_first, batch_last;
	size_t cost; /* bytes of the line it came in, counted once */

	/* the outcome: a code that is not 0; else the text of a result, else its tree */
	int code;
	char message[256];
	json_t *data;
	struct kith_buf text;
	struct kith_json_out out; /* writes the text */
	json_t *result;

	struct kith_job job;
	void (*asking)(struct kith_call *, struct kith_reader *);
	void *work;                    /* the method's own … */
	void (*free_work)(void *work); /* … and what becomes of it with the call */
};

/* ---- for methods -------------------------------------------------------------------------- */

/* Takes result over. NULL counts as lack of memory. */
void kith_call_result(struct kith_call *call, json_t *result);
/* For what is asked often: write one value. */
struct kith_json_out *kith_call_out(struct kith_call *call);
/* Takes data over, which may be NULL. */
void kith_call_fail(struct kith_call *call, int code, json_t *data, const char *message, ...)
	__attribute__((format(printf, 4, 5)));
/* The code and sentence of an enum kith_err. */
void kith_call_fail_err(struct kith_call *call, int err, const char *what);
/* A problem with a field and a rule; index < 0: of no list. */
void kith_call_fail_problem(
	struct kith_call *call, int code, const struct kith_problem *problem, int index);

/* Moves a call to the thread pool: ask() there, then the answer goes out. */
void kith_call_ask(struct kith_call *call, void (*ask)(struct kith_call *, struct kith_reader *));
/* The same without the store; then() runs on the loop and finishes the call. */
void kith_call_work(struct kith_call *call, int (*work)(struct kith_job *),
	void (*then)(struct kith_job *, int err));
/* The same with the store: read() is to set the outcome when something is wrong. */
void kith_call_read(struct kith_call *call, int (*read)(struct kith_reader *, struct kith_job *),
	void (*then)(struct kith_job *, int err));
struct kith_call *kith_call_of(struct kith_job *job);

/* The outcome is set; the call may be gone afterwards. */
void kith_call_finish(struct kith_call *call);

/* Arguments; the defaults are the caller's. */
const char *kith_call_text(const struct kith_call *call, const char *name); /* NULL: not given */
json_int_t kith_call_number(const struct kith_call *call, const char *name, json_int_t otherwise);
bool kith_call_flag(const struct kith_call *call, const char *name);

/* ---- for client.c ------------------------------------------------------------------------- */

/* A call for a request, its method looked up, its rights and arguments checked: WAITING, or DONE
 * with what is wrong. NULL: no memory. */
struct kith_call *kith_call_new(struct kith_client *client, const struct kith_rpc_request *request);
/* DONE from the start: what is wrong with a whole line. NULL: no memory. */
struct kith_call *kith_call_new_refused(struct kith_client *client, int code, const char *why);
void kith_call_free(struct kith_call *call);

/* Begins it; it may be DONE when this returns. */
void kith_call_begin(struct kith_call *call);
/* Appends the answer without a newline; nothing for a notification. */
void kith_call_write(const struct kith_call *call, struct kith_buf *out);

#endif
