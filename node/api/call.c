/* call.c: see call.h. */
#include "node/api/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/client.h"
#include "node/suggest.h"

/* ---- the outcome -------------------------------------------------------------------------- */

void kith_call_result(struct kith_call *call, json_t *result)
{
	if (result)
		call->result = result;
	else
		kith_call_fail_err(call, KITH_E_NOMEM, NULL);
}

struct kith_json_out *kith_call_out(struct kith_call *call)
{
	return &call->out;
}

void kith_call_fail(struct kith_call *call, int code, json_t *data, const char *message, ...)
{
	va_list args;

	call->code = code;
	call->data = data;
	va_start(args, message);
	vsnprintf(call->message, sizeof(call->message), message, args);
	va_end(args);
}

void kith_call_fail_err(struct kith_call *call, int err, const char *what)
{
	kith_call_fail(call, kith_rpc_code_of(err), NULL, "%s%s%s", what ? what : "",
		what ? ": " : "", kith_err_text(err));
}

void kith_call_fail_problem(
	struct kith_call *call, int code, const struct kith_problem *problem, int index)
{
	json_t *data = json_pack("{s:s, s:s}", "field", problem->field, "rule", problem->rule);

	if (index >= 0)
		json_object_set_new(data, "index", json_integer(index));
	kith_call_fail(call, code, data, "%s: %s", problem->field, problem->rule);
}

/* ---- arguments ---------------------------------------------------------------------------- */

const char *kith_call_text(const struct kith_call *call, const char *name)
{
	return json_string_value(json_object_get(call->params, name));
}

json_int_t kith_call_number(const struct kith_call *call, const char *name, json_int_t otherwise)
{
	const json_t *value = json_object_get(call->params, name);

	return value ? json_integer_value(value) : otherwise;
}

bool kith_call_flag(const struct kith_call *call, const char *name)
{
	return json_is_true(json_object_get(call->params, name));
}

/* ---- from a request ----------------------------------------------------------------------- */

static void no_such_method(struct kith_call *call, const char *name)
{
	const struct kith_method *method;
	struct kith_suggest suggest;

	kith_suggest_begin(&suggest, name);
	for (size_t i = 0; (method = kith_method_at(i)); i++)
		kith_suggest_offer(&suggest, method->name);
	if (suggest.best)
		kith_call_fail(call, KITH_RPC_NO_METHOD,
			json_pack("{s:s}", "suggestion", suggest.best),
			"there is no such method; did you mean \"%s\"?", suggest.best);
	else
		kith_call_fail(call, KITH_RPC_NO_METHOD, NULL,
			"there is no such method; rpc.discover lists them");
}

/* Looks the method up and holds the request to what its schema says. */
static void check(struct kith_call *call, const struct kith_rpc_request *request)
{
	const struct kith_method *method = kith_method_find(request->method);
	const struct kith_schema *schema = kith_schema_find(call->api->schemas, request->method);
	struct kith_problem problem = {.field = "params"};
	int err;

	if (!method || !schema) {
		no_such_method(call, request->method);
		return;
	}
	if (schema->admin && !kith_client_is_admin(call->client)) {
		kith_call_fail(call, KITH_RPC_REFUSED, NULL,
			"%s changes something, and this socket only reads; use api.sock",
			method->name);
		return;
	}
	err = kith_schema_check(schema, request->params, &call->params, &problem);
	if (err == KITH_E_MALFORMED)
		kith_call_fail_problem(call, KITH_RPC_PARAMS, &problem, -1);
	else if (err)
		kith_call_fail_err(call, err, NULL);
	else
		call->method = method;
}

static struct kith_call *new_call(struct kith_client *client)
{
	struct kith_call *call = calloc(1, sizeof(*call));

	if (!call)
		return NULL;
	call->api = kith_client_api(client);
	call->client = client;
	kith_buf_init(&call->text, KITH_API_OUT_MAX);
	kith_json_out_init(&call->out, &call->text);
	return call;
}

static int keep_id(struct kith_call *call, const json_t *id)
{
	struct kith_buf text;

	kith_buf_init(&text, KITH_API_LINE_MAX * 6);
	kith_rpc_write_id(id, &text);
	kith_write_u8(&text, 0);
	call->id = (char *)text.data;
	if (!kith_buf_err(&text))
		return 0;
	return KITH_E_NOMEM;
}

struct kith_call *kith_call_new(struct kith_client *client, const struct kith_rpc_request *request)
{
	struct kith_call *call = new_call(client);

	if (!call)
		return NULL;
	if (request->id && keep_id(call, request->id) != 0) {
		kith_call_free(call);
		return NULL;
	}
	if (request->code)
		kith_call_fail(call, request->code, NULL, "%s", request->why);
	else
		check(call, request);
	if (!call->method) {
		call->state = KITH_CALL_DONE;
		call->api->stats.calls++;
		call->api->stats.errors++;
	}
	return call;
}

struct kith_call *kith_call_new_refused(struct kith_client *client, int code, const char *why)
{
	const struct kith_rpc_request request = {.id = json_null(), .code = code, .why = why};

	return kith_call_new(client, &request);
}

/* The memory of one answer is kept for the next, so that small calls need none of their own. */
static void keep_spare(struct kith_call *call)
{
	struct kith_buf *spare = &call->api->spare;

	if (spare->data || call->text.room > KITH_API_OUT_HIGH) {
		kith_buf_clear(&call->text);
	} else {
		*spare = call->text;
		kith_buf_reset(spare);
	}
}

static void take_spare(struct kith_call *call)
{
	struct kith_buf *spare = &call->api->spare;

	if (!spare->data)
		return;
	call->text = *spare;
	kith_buf_init(spare, spare->cap);
}

void kith_call_free(struct kith_call *call)
{
	if (!call)
		return;
	if (call->free_work)
		call->free_work(call->work);
	json_decref(call->params);
	json_decref(call->result);
	json_decref(call->data);
	keep_spare(call);
	free(call->id);
	free(call);
}

/* ---- running ------------------------------------------------------------------------------ */

void kith_call_begin(struct kith_call *call)
{
	call->state = KITH_CALL_RUNNING;
	call->api->calls_running++;
	take_spare(call);
	if (call->method->begin) {
		call->method->begin(call);
	} else if (call->method->ask) {
		kith_call_ask(call, call->method->ask);
	} else {
		call->method->run(call);
		kith_call_finish(call);
	}
}

void kith_call_finish(struct kith_call *call)
{
	struct kith_api *api = call->api;

	call->state = KITH_CALL_DONE;
	api->calls_running--;
	api->stats.calls++;
	api->stats.errors += call->code != 0;
	if (call->client)
		kith_client_call_done(call->client);
	else
		kith_call_free(call);
	kith_api_maybe_stopped(api);
}

struct kith_call *kith_call_of(struct kith_job *job)
{
	return (struct kith_call *)(void *)((char *)job - offsetof(struct kith_call, job));
}

/* On the thread pool: to put an answer into words is work, too. */
static int on_ask(struct kith_reader *reader, struct kith_job *job)
{
	struct kith_call *call = kith_call_of(job);

	kith_query_within(reader, KITH_API_ANSWER_MS);
	call->asking(call, reader);
	kith_query_within(reader, 0);
	if (!call->code && call->result)
		kith_json_write(call->result, &call->text);
	return 0;
}

static void on_asked(struct kith_job *job, int err)
{
	struct kith_call *call = kith_call_of(job);

	if (err)
		kith_call_fail_err(call, err, NULL);
	kith_call_finish(call);
}

void kith_call_ask(struct kith_call *call, void (*ask)(struct kith_call *, struct kith_reader *))
{
	call->asking = ask;
	call->job = (struct kith_job){.read = on_ask, .done = on_asked};
	kith_job_submit(&call->api->jobs, &call->job);
}

void kith_call_work(struct kith_call *call, int (*work)(struct kith_job *),
	void (*then)(struct kith_job *, int err))
{
	call->job = (struct kith_job){.work = work, .done = then};
	kith_job_submit(&call->api->jobs, &call->job);
}

void kith_call_read(struct kith_call *call, int (*read)(struct kith_reader *, struct kith_job *),
	void (*then)(struct kith_job *, int err))
{
	call->job = (struct kith_job){.read = read, .done = then};
	kith_job_submit(&call->api->jobs, &call->job);
}

/* ---- the answer --------------------------------------------------------------------------- */

static void write_outcome(const struct kith_call *call, struct kith_buf *out)
{
	if (call->code)
		kith_rpc_write_error(call->id, call->code, call->message, call->data, out);
	else if (call->text.err)
		out->err = call->text.err;
	else if (call->text.len > 0)
		kith_rpc_write_result_text(call->id, call->text.data, call->text.len, out);
	else
		kith_rpc_write_result(call->id, call->result, out);
}

void kith_call_write(const struct kith_call *call, struct kith_buf *out)
{
	size_t before = out->len;
	int err;

	if (!call->id || kith_buf_err(out))
		return;
	write_outcome(call, out);
	err = kith_buf_err(out);
	if (!err)
		return;
	/* What could not be said whole is taken back, and that is said instead. */
	out->len = before;
	out->err = 0;
	kith_rpc_write_error(call->id, kith_rpc_code_of(err), kith_err_text(err), NULL, out);
}
