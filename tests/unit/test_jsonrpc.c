/* JSON-RPC 2.0 as text: the examples of the specification (section 7), and lines that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/jsonrpc.h"

static struct kith_rpc_message parse(const char *line)
{
	struct kith_rpc_message message;

	kith_rpc_parse(line, strlen(line), &message);
	return message;
}

/* What becomes of a line, in one word each: "method id", "method -" for a notification, or
 * "!code id". */
static char *told(const char *line)
{
	struct kith_rpc_message message = parse(line);
	struct kith_rpc_request request;
	struct kith_buf out;

	kith_buf_init(&out, 1 << 20);
	if (message.count == 0) {
		char code[16];

		assert_true(message.why[0] != '\0');
		snprintf(code, sizeof(code), "!%d", message.code);
		kith_write(&out, code, strlen(code));
	}
	for (size_t i = 0; i < message.count; i++) {
		char text[64];

		kith_rpc_request_at(&message, i, &request);
		if (i > 0)
			kith_write(&out, ",", 1);
		if (request.code) {
			assert_non_null(request.why);
			snprintf(text, sizeof(text), "!%d ", request.code);
		} else {
			snprintf(text, sizeof(text), "%s ", request.method);
		}
		kith_write(&out, text, strlen(text));
		if (request.id)
			kith_rpc_write_id(request.id, &out);
		else
			kith_write(&out, "-", 1);
	}
	kith_write_u8(&out, 0);
	assert_int_equal(kith_buf_err(&out), 0);
	kith_rpc_message_clear(&message);
	return (char *)out.data;
}

static void assert_told(const char *line, const char *want)
{
	char *got = told(line);

	assert_string_equal(got, want);
	free(got);
}

#define V "\"jsonrpc\": \"2.0\", "

static void examples_of_the_specification(void **state)
{
	(void)state;
	assert_told(
		"{" V "\"method\": \"subtract\", \"params\": [42, 23], \"id\": 1}", "subtract 1");
	assert_told("{" V "\"method\": \"subtract\", \"params\": {\"subtrahend\": 23, \"minuend\": "
		    "42}, \"id\": 3}",
		"subtract 3");
	assert_told("{" V "\"method\": \"update\", \"params\": [1,2,3,4,5]}", "update -");
	assert_told("{" V "\"method\": \"foobar\"}", "foobar -");
	assert_told("{" V "\"method\": \"foobar, \"params\": \"bar\", \"baz]", "!-32700");
	assert_told("{" V "\"method\": 1, \"params\": \"bar\"}", "!-32600 null");
	assert_told("[{" V "\"method\": \"sum\", \"params\": [1,2,4], \"id\": \"1\"},{" V
		    "\"method\"]",
		"!-32700");
	assert_told("[]", "!-32600");
	assert_told("[1]", "!-32600 null");
	assert_told("[1,2,3]", "!-32600 null,!-32600 null,!-32600 null");
	assert_told(
		"[{" V "\"method\": \"sum\", \"params\": [1,2,4], \"id\": \"1\"},{" V
		"\"method\": \"notify_hello\", \"params\": [7]},{" V
		"\"method\": \"subtract\", \"params\": [42,23], \"id\": \"2\"},{\"foo\": \"boo\"},"
		"{" V "\"method\": \"foo.get\", \"params\": {\"name\": \"myself\"}, \"id\": \"5\"}"
		",{" V "\"method\": \"get_data\", \"id\": \"9\"}]",
		"sum \"1\",notify_hello -,subtract \"2\",!-32600 null,foo.get \"5\",get_data "
		"\"9\"");
	assert_told("[{" V "\"method\": \"notify_sum\", \"params\": [1,2,4]},{" V
		    "\"method\": \"notify_hello\", \"params\": [7]}]",
		"notify_sum -,notify_hello -");
}

static void what_is_no_request(void **state)
{
	(void)state;
	assert_told("7", "!-32600 null");
	assert_told("\"text\"", "!-32600 null");
	assert_told("null", "!-32600 null");
	assert_told("{}", "!-32600 null");
	assert_told("{\"method\":\"a\",\"id\":4}", "!-32600 4");
	assert_told("{\"jsonrpc\":\"1.0\",\"method\":\"a\",\"id\":4}", "!-32600 4");
	assert_told("{\"jsonrpc\":2.0,\"method\":\"a\",\"id\":4}", "!-32600 4");
	assert_told("{" V "\"method\":null,\"id\":4}", "!-32600 4");
	assert_told("{" V "\"method\":\"a\",\"params\":null,\"id\":4}", "!-32600 4");
	assert_told("{" V "\"method\":\"a\",\"params\":7}", "!-32600 null");
	assert_told("{" V "\"method\":\"a\",\"id\":{}}", "!-32600 null");
	assert_told("{" V "\"method\":\"a\",\"id\":[1]}", "!-32600 null");
	assert_told("{" V "\"method\":\"a\",\"id\":true}", "!-32600 null");
}

static void ids_are_repeated_as_they_came(void **state)
{
	(void)state;
	assert_told("{" V "\"method\":\"a\",\"id\":null}", "a null");
	assert_told("{" V "\"method\":\"a\",\"id\":\"\\u00e9\\n\"}", "a \"\xc3\xa9\\n\"");
	assert_told("{" V "\"method\":\"a\",\"id\":-9007199254740993}", "a -9007199254740993");
	assert_told("{" V "\"method\":\"a\",\"id\":1.5}", "a 1.5");
}

static void what_is_not_json(void **state)
{
	static const char *const bad[] = {"", " ", "{", "}", "{]", "tru", "{\"a\":1,}", "{'a':1}",
		"{\"a\":1}{\"b\":2}", "[1,2", "nan", "{\"a\":1,\"a\":2}", "\"\\u0000\"", "\"\xff\"",
		"\"\xed\xa0\x80\"", "{\"a\":99999999999999999999}", "{\"a\":1e999}", "\x01"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_told(bad[i], "!-32700");
}

/* What is wrong is said without repeating what was sent. */
static void no_echo(void **state)
{
	struct kith_rpc_message message = parse("{\"a\": secret\x1b[31m}");

	(void)state;
	assert_int_equal(message.count, 0);
	assert_null(strstr(message.why, "secret"));
	assert_null(strchr(message.why, 0x1b));
	kith_rpc_message_clear(&message);
}

static void depth(void **state)
{
	char line[100];

	(void)state;
	memset(line, '[', 32);
	memset(line + 32, ']', 32);
	line[64] = '\0';
	assert_true(kith_json_depth_ok(line, 64, 32));
	assert_told(line, "!-32600 null"); /* JSON, but a batch of something that is no request */
	memset(line, '[', 33);
	memset(line + 33, ']', 33);
	line[66] = '\0';
	assert_told(line, "!-32700");
	assert_true(kith_json_depth_ok("[[]][[]][[]]", 12, 2));
	assert_true(kith_json_depth_ok("\"[[[[\\\"[[[\"[]", 13, 1));
	assert_false(kith_json_depth_ok("\"\\\\\"[[", 6, 1));
	assert_true(kith_json_depth_ok("]]]]]]", 6, 1));
	assert_true(kith_json_depth_ok("\"\\", 2, 1));
}

static void ten_million_brackets(void **state)
{
	size_t len = 10 * 1000 * 1000;
	char *line = malloc(len);
	struct kith_rpc_message message;

	(void)state;
	assert_non_null(line);
	memset(line, '[', len);
	kith_rpc_parse(line, len, &message);
	assert_int_equal(message.code, KITH_RPC_PARSE);
	kith_rpc_message_clear(&message);
	free(line);
}

static void large_batches(void **state)
{
	char *line = malloc(2 * 257 + 2);
	size_t len = 0;

	(void)state;
	assert_non_null(line);
	line[len++] = '[';
	for (unsigned i = 0; i < 257; i++) {
		line[len++] = '0';
		line[len++] = i == 256 ? ']' : ',';
	}
	line[len] = '\0';
	assert_told(line, "!-32600");
	strcpy(line + len - 3, "]");
	{
		struct kith_rpc_message message = parse(line);

		assert_int_equal(message.count, KITH_RPC_BATCH_MAX);
		kith_rpc_message_clear(&message);
	}
	free(line);
}

/* ---- answers ------------------------------------------------------------------------------ */

static void assert_written(struct kith_buf *out, const char *want)
{
	kith_write_u8(out, 0);
	assert_int_equal(kith_buf_err(out), 0);
	assert_string_equal((const char *)out->data, want);
	kith_buf_clear(out);
}

static void answers(void **state)
{
	json_t *result = json_pack("{s:i, s:f}", "a", 1, "lat", 40.93);
	struct kith_buf out;

	(void)state;
	kith_buf_init(&out, 4096);
	kith_rpc_write_result("7", result, &out);
	assert_written(&out, "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":1,\"lat\":40.93}}");
	kith_rpc_write_error("null", KITH_RPC_PARSE, "not \"JSON\"\n", NULL, &out);
	assert_written(&out, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,"
			     "\"message\":\"not \\\"JSON\\\"\\n\"}}");
	kith_rpc_write_error("\"x\"", KITH_RPC_RULE, "m", result, &out);
	assert_written(&out,
		"{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"error\":{\"code\":3,\"message\":\"m\","
		"\"data\":{\"a\":1,\"lat\":40.93}}}");
	json_decref(result);
}

static void answers_that_do_not_fit(void **state)
{
	json_t *text = json_string("a text that is longer than the room there is for it");
	struct kith_buf out;

	(void)state;
	kith_buf_init(&out, 40);
	kith_rpc_write_result("7", text, &out);
	assert_int_equal(kith_buf_err(&out), KITH_E_TOO_LARGE);
	kith_buf_clear(&out);
	kith_json_write(NULL, &out);
	assert_int_equal(kith_buf_err(&out), KITH_E_NOMEM);
	kith_buf_clear(&out);
	json_decref(text);
}

static void every_error_has_a_code(void **state)
{
	(void)state;
	assert_int_equal(kith_rpc_code_of(KITH_E_NOT_FOUND), 1);
	assert_int_equal(kith_rpc_code_of(KITH_E_AMBIGUOUS), 2);
	assert_int_equal(kith_rpc_code_of(KITH_E_RULE), 3);
	assert_int_equal(kith_rpc_code_of(KITH_E_EXISTS), 4);
	assert_int_equal(kith_rpc_code_of(KITH_E_REFUSED), 5);
	assert_int_equal(kith_rpc_code_of(KITH_E_FULL), 6);
	assert_int_equal(kith_rpc_code_of(KITH_E_TOO_LARGE), 7);
	assert_int_equal(kith_rpc_code_of(KITH_E_STATE), 8);
	assert_int_equal(kith_rpc_code_of(KITH_E_NOMEM), -32603);
	assert_int_equal(kith_rpc_code_of(-9999), -32603);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_the_specification),
		cmocka_unit_test(what_is_no_request),
		cmocka_unit_test(ids_are_repeated_as_they_came),
		cmocka_unit_test(what_is_not_json),
		cmocka_unit_test(no_echo),
		cmocka_unit_test(depth),
		cmocka_unit_test(ten_million_brackets),
		cmocka_unit_test(large_batches),
		cmocka_unit_test(answers),
		cmocka_unit_test(answers_that_do_not_fit),
		cmocka_unit_test(every_error_has_a_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
