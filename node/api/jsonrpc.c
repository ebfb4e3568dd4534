/* jsonrpc.c: see jsonrpc.h. Section numbers are those of the JSON-RPC 2.0 specification. */
#include "node/api/jsonrpc.h"

#include <stdio.h>
#include <string.h>

#include "node/record_json.h"

enum kith_rpc_code kith_rpc_code_of(int err)
{
	switch ((enum kith_err)err) {
	case KITH_E_NOT_FOUND:
		return KITH_RPC_NOT_FOUND;
	case KITH_E_AMBIGUOUS:
		return KITH_RPC_AMBIGUOUS;
	case KITH_E_EXISTS:
		return KITH_RPC_EXISTS;
	case KITH_E_TOO_LARGE:
		return KITH_RPC_TOO_LARGE;
	case KITH_E_REFUSED:
	case KITH_E_PERMISSION:
		return KITH_RPC_REFUSED;
	case KITH_E_MALFORMED:
	case KITH_E_TRUNCATED:
	case KITH_E_UNKNOWN_VERSION:
	case KITH_E_WRONG_TYPE:
	case KITH_E_CHECKSUM:
	case KITH_E_FORGED:
	case KITH_E_WEAK_KEY:
	case KITH_E_RULE:
	case KITH_E_UNEXPECTED:
	case KITH_E_EXPIRED:
	case KITH_E_FUTURE:
		return KITH_RPC_RULE;
	case KITH_E_TIMEOUT:
	case KITH_E_STATE:
		return KITH_RPC_BUSY;
	case KITH_E_IO:
	case KITH_E_FULL:
	case KITH_E_CORRUPT:
	case KITH_E_LOCKED:
		return KITH_RPC_STORAGE;
	case KITH_OK:
	case KITH_E_NOMEM:
	case KITH_E_NOSPACE:
	case KITH_E_ARGUMENT:
	case KITH_E_SELFTEST:
	case KITH_E_NETWORK:
	case KITH_E_PASSPHRASE:
		break;
	}
	return KITH_RPC_INTERNAL;
}

/* ---- reading ------------------------------------------------------------------------------ */

bool kith_json_depth_ok(const char *text, size_t len, unsigned max)
{
	bool in_string = false;
	unsigned depth = 0;

	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '[' || c == '{') {
			if (++depth > max)
				return false;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return true;
}

static void refuse(struct kith_rpc_message *message, int code, const char *why)
{
	message->code = code;
	message->count = 0;
	snprintf(message->why, sizeof(message->why), "%s", why);
}

/* The parser's own words, without the piece of input that it quotes behind "near". */
static void refuse_json(struct kith_rpc_message *message, const json_error_t *error)
{
	const char *near = strstr(error->text, " near ");
	size_t len = near ? (size_t)(near - error->text) : strlen(error->text);

	message->code = KITH_RPC_PARSE;
	message->count = 0;
	snprintf(message->why, sizeof(message->why), "not JSON: %.*s at byte %d",
		len > 80 ? 80 : (int)len, error->text, error->position);
}

void kith_rpc_parse(const char *line, size_t len, struct kith_rpc_message *out)
{
	json_error_t error;

	*out = (struct kith_rpc_message){.count = 1};
	if (!kith_json_depth_ok(line, len, KITH_RPC_DEPTH_MAX)) {
		refuse(out, KITH_RPC_PARSE, "not accepted: nested more than 32 deep");
		return;
	}
	out->root = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
	if (!out->root) {
		refuse_json(out, &error);
		return;
	}
	out->is_batch = json_is_array(out->root);
	if (!out->is_batch)
		return;
	out->count = json_array_size(out->root);
	if (out->count == 0)
		refuse(out, KITH_RPC_INVALID, "a batch holds one request at least");
	else if (out->count > KITH_RPC_BATCH_MAX)
		refuse(out, KITH_RPC_INVALID, "a batch holds at most 256 requests");
}

void kith_rpc_message_clear(struct kith_rpc_message *message)
{
	json_decref(message->root);
	message->root = NULL;
}

static void not_a_request(struct kith_rpc_request *request, const char *why)
{
	request->code = KITH_RPC_INVALID;
	request->why = why;
	if (!request->id)
		request->id = json_null(); /* section 5: an answer is due, and this is its id */
}

/* Section 4. */
void kith_rpc_request_at(
	const struct kith_rpc_message *message, size_t i, struct kith_rpc_request *out)
{
	const json_t *request =
		message->is_batch ? json_array_get(message->root, i) : message->root;
	const json_t *method = json_object_get(request, "method");
	const char *version = json_string_value(json_object_get(request, "jsonrpc"));

	*out = (struct kith_rpc_request){.id = json_object_get(request, "id"),
		.method = json_string_value(method),
		.params = json_object_get(request, "params")};
	if (out->id && !json_is_string(out->id) && !json_is_number(out->id) &&
		!json_is_null(out->id)) {
		out->id = NULL;
		not_a_request(out, "id must be text, a number or null");
	} else if (!json_is_object(request)) {
		not_a_request(out, "a request is an object, in { }");
	} else if (!version || strcmp(version, "2.0") != 0) {
		not_a_request(out, "jsonrpc must be \"2.0\"");
	} else if (!out->method) {
		not_a_request(out, "method must be text");
	} else if (out->params && !json_is_array(out->params) && !json_is_object(out->params)) {
		not_a_request(out, "params must be an object or a list");
	}
}

/* ---- writing ------------------------------------------------------------------------------ */

static int append(const char *text, size_t len, void *out)
{
	kith_write(out, text, len);
	return kith_buf_err(out);
}

static void write_value(const json_t *value, size_t flags, struct kith_buf *out)
{
	int err = kith_buf_err(out);

	if (!err && json_dump_callback(value, append, out, flags | JSON_ENCODE_ANY) != 0 &&
		!out->err)
		out->err = KITH_E_NOMEM;
}

void kith_json_write(const json_t *value, struct kith_buf *out)
{
	write_value(value, KITH_JSON_FLAGS, out);
}

void kith_rpc_write_id(const json_t *id, struct kith_buf *out)
{
	write_value(id, JSON_COMPACT, out);
}

static void write_text(const char *text, struct kith_buf *out)
{
	kith_write(out, text, strlen(text));
}

static void write_head(const char *id, struct kith_buf *out)
{
	write_text("{\"jsonrpc\":\"2.0\",\"id\":", out);
	write_text(id, out);
}

void kith_rpc_write_result(const char *id, const json_t *result, struct kith_buf *out)
{
	write_head(id, out);
	write_text(",\"result\":", out);
	kith_json_write(result, out);
	write_text("}", out);
}

void kith_rpc_write_result_text(
	const char *id, const void *result, size_t result_len, struct kith_buf *out)
{
	write_head(id, out);
	write_text(",\"result\":", out);
	kith_write(out, result, result_len);
	write_text("}", out);
}

void kith_rpc_write_error(
	const char *id, int code, const char *message, const json_t *data, struct kith_buf *out)
{
	json_t *text = json_string(message);
	char digits[16];

	snprintf(digits, sizeof(digits), "%d", code);
	write_head(id, out);
	write_text(",\"error\":{\"code\":", out);
	write_text(digits, out);
	write_text(",\"message\":", out);
	kith_json_write(text, out);
	if (data) {
		write_text(",\"data\":", out);
		kith_json_write(data, out);
	}
	write_text("}}", out);
	json_decref(text);
}
