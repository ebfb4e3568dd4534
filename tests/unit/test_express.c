/* The short way reads what programs write, and gives up wherever the long way might see
 * something else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/express.h"

#define R "00112233445566778899aabbccddeeffFFEEDDCCBBAA99887766554433221100"

static void taken(const char *line, const char *id)
{
	struct kith_express express;
	uint8_t want[KITH_ID_LEN];

	assert_int_equal(kith_hex_parse(R, want, sizeof(want)), 0);
	if (!kith_express_read(line, strlen(line), &express))
		fail_msg("not taken: %s", line);
	assert_int_equal(express.id_len, strlen(id));
	assert_memory_equal(express.id, id, express.id_len);
	assert_memory_equal(express.record.bytes, want, sizeof(want));
}

static void what_programs_write(void **state)
{
	(void)state;
	taken("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
	      "\"}}",
		"1");
	taken("{\"jsonrpc\": \"2.0\", \"method\": \"record.get\", \"params\": {\"id\": \"" R
	      "\"}, \"id\": \"x y\"}",
		"\"x y\"");
	taken(" {\t\"params\" : { \"id\" : \"" R "\" } ,\"id\":0,\"method\":\"record.get\","
	      "\"jsonrpc\":\"2.0\" } \r",
		"0");
	taken("{\"jsonrpc\":\"2.0\",\"id\":\"\",\"method\":\"record.get\",\"params\":{\"id\":\"" R
	      "\"}}",
		"\"\"");
}

static void left_to_the_long_way(void **state)
{
	static const char *const lines[] = {"", "{}", "[]", "{", "\"", "{\"",
		"{\"jsonrpc\":\"2.0\",\"method\":\"record.get\",\"params\":{\"id\":\"" R "\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"0\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"00\"}"
		"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":[\"" R "\"]}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\",\"envelope\":true}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"record.get\",\"params\":{"
		"\"id\":\"" R "\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":01,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1.0,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1234567890123456,\"method\":\"record.get\",\"params\":"
		"{\"id\":"
		"\"" R "\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":\"a\\n\",\"method\":\"record.get\",\"params\":{\"id\":"
		"\"" R "\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":\"\xc5\xbc\",\"method\":\"record.get\",\"params\":{"
		"\"id\":\"" R "\"}}",
		"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.got\",\"params\":{\"id\":\"" R
		"\"}}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"},}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"x\":1,\"params\":{"
		"\"id\":\"" R "\"}}"};
	struct kith_express express;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (kith_express_read(lines[i], strlen(lines[i]), &express))
			fail_msg("taken: %s", lines[i]);
}

/* Cut anywhere, or with any one byte made another, it is not read past its end. */
static void no_part_of_it(void **state)
{
	const char *line =
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"record.get\",\"params\":{\"id\":\"" R
		"\"}}";
	struct kith_express express;

	(void)state;
	for (size_t len = 0; len < strlen(line); len++) {
		char *copy = malloc(len ? len : 1); /* a sanitizer sees what is read behind it */

		memcpy(copy, line, len);
		assert_false(kith_express_read(copy, len, &express));
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_programs_write),
		cmocka_unit_test(left_to_the_long_way),
		cmocka_unit_test(no_part_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
