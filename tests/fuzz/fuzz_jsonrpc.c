/*
 * Any bytes as lines of the local API: they come out of the line reader however they are cut,
 * become requests or a reason why not, their arguments are held to the schema of the method they
 * name, and what is answered is JSON again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/express.h"
#include "node/api/jsonrpc.h"
#include "node/api/lines.h"
#include "node/api/schema.h"

#define LINE_MAX_BYTES 4096
#define PIECE          61

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* The answer to a request: an error that names what was wrong, or its arguments as they were
 * read. */
static void answer(const struct kith_schemas *schemas, const struct kith_rpc_request *request,
	const char *id, struct kith_buf *out)
{
	struct kith_problem problem = {.field = ""};
	const struct kith_schema *schema;
	json_t *named = NULL;

	if (request->code) {
		kith_rpc_write_error(id, request->code, request->why, NULL, out);
		return;
	}
	schema = kith_schema_find(schemas, request->method);
	if (!schema) {
		kith_rpc_write_error(id, KITH_RPC_NO_METHOD, "none", request->params, out);
	} else if (kith_schema_check(schema, request->params, &named, &problem) == 0) {
		must(json_is_object(named));
		kith_rpc_write_result(id, named, out);
		json_decref(named);
	} else {
		must(problem.field[0] && problem.rule[0]);
		kith_rpc_write_error(id, KITH_RPC_PARAMS, problem.rule, NULL, out);
	}
}

static void take_request(const struct kith_schemas *schemas, const struct kith_rpc_request *request)
{
	struct kith_buf id, out;
	json_t *read;

	kith_buf_init(&id, 1 << 16);
	kith_buf_init(&out, 1 << 20);
	kith_rpc_write_id(request->id ? request->id : json_null(), &id);
	kith_write_u8(&id, 0);
	must(kith_buf_err(&id) == 0);
	answer(schemas, request, (const char *)id.data, &out);
	must(kith_buf_err(&out) == 0 && memchr(out.data, '\n', out.len) == NULL);
	read = json_loadb((const char *)out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
	must(json_is_object(read));
	json_decref(read);
	kith_buf_clear(&id);
	kith_buf_clear(&out);
}

/* What the short way takes, the long way reads as the same question. */
static void compare(const struct kith_express *express, const struct kith_rpc_message *message)
{
	struct kith_rpc_request request;
	struct kith_record_id record;
	struct kith_buf id;

	must(message->count == 1 && !message->is_batch);
	kith_rpc_request_at(message, 0, &request);
	must(request.code == 0 && strcmp(request.method, "record.get") == 0 && request.id);
	must(json_object_size(request.params) == 1);
	must(kith_hex_parse(json_string_value(json_object_get(request.params, "id")), record.bytes,
		     sizeof(record.bytes)) == 0);
	must(kith_id_equal(record.bytes, express->record.bytes));
	kith_buf_init(&id, 1 << 16);
	kith_rpc_write_id(request.id, &id);
	must(id.len == express->id_len && memcmp(id.data, express->id, id.len) == 0);
	kith_buf_clear(&id);
}

static void take_line(const struct kith_schemas *schemas, const char *line, size_t len)
{
	struct kith_rpc_message message;
	struct kith_rpc_request request;
	struct kith_express express;

	must(len <= LINE_MAX_BYTES);
	kith_rpc_parse(line, len, &message);
	must(message.count > 0 || (message.code && message.why[0]));
	must(message.count <= KITH_RPC_BATCH_MAX);
	if (kith_express_read(line, len, &express))
		compare(&express, &message);
	for (size_t i = 0; i < message.count; i++) {
		kith_rpc_request_at(&message, i, &request);
		must(request.code ? request.id != NULL : request.method != NULL);
		take_request(schemas, &request);
	}
	kith_rpc_message_clear(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kith_schemas *schemas; /* read only, and slow to read in */
	struct kith_lines lines;
	enum kith_line found;
	const char *line;
	size_t len;

	if (!schemas)
		schemas = kith_schemas_new();
	must(schemas != NULL);
	kith_lines_init(&lines, LINE_MAX_BYTES, PIECE);
	for (size_t at = 0; at < size; at += PIECE) {
		size_t piece = size - at < PIECE ? size - at : PIECE;

		kith_lines_add(&lines, data + at, piece);
		while ((found = kith_lines_next(&lines, at + piece == size, &line, &len)))
			if (found == KITH_LINE_WHOLE)
				take_line(schemas, line, len);
		kith_lines_tidy(&lines);
		must(lines.in.err == 0);
	}
	kith_lines_clear(&lines);
	return 0;
}
