/* Addresses of partners: there and back, and each part that can be wrong is the one that is
 * named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "keys/hash.h"
#include "node/address.h"
#include "node/config.h"

static char node[KITH_ID_TEXT_MAX], group[KITH_ID_TEXT_MAX];
static struct kith_hash node_key, group_key;

static int setup(void **state)
{
	(void)state;
	kith_hash("test key", "node", 4, &node_key);
	kith_hash("test key", "group", 5, &group_key);
	kith_id_format(KITH_ID_NODE, node_key.bytes, node);
	kith_id_format(KITH_ID_AUTHOR, group_key.bytes, group);
	return 0;
}

static int parse(const char *host_port, struct kith_address *out, char why[256])
{
	char text[1024];

	snprintf(text, sizeof(text), "kith://%s@%s?group=%s", node, host_port, group);
	why[0] = '\0';
	return kith_address_parse(text, out, why, 256);
}

static void assert_place(const char *host_port, const char *host, unsigned port)
{
	struct kith_address address, again;
	char why[256], text[KITH_ADDRESS_MAX];

	assert_int_equal(parse(host_port, &address, why), 0);
	assert_true(address.has_node);
	assert_string_equal(address.host, host);
	assert_int_equal(address.port, port);
	assert_memory_equal(address.node.bytes, node_key.bytes, KITH_ID_LEN);
	assert_memory_equal(address.group.bytes, group_key.bytes, KITH_ID_LEN);
	kith_address_format(&address, text);
	assert_int_equal(kith_address_parse(text, &again, why, sizeof(why)), 0);
	assert_memory_equal(&address, &again, sizeof(address));
}

static void there_and_back(void **state)
{
	char longest[KITH_HOST_MAX + 1];

	(void)state;
	assert_place("kavala.example:7476", "kavala.example", 7476);
	assert_place("kavala.example", "kavala.example", KITH_DEFAULT_PORT);
	assert_place("10.0.0.7:1", "10.0.0.7", 1);
	assert_place("[2001:db8::7]:65535", "2001:db8::7", 65535);
	assert_place("[::1]", "::1", KITH_DEFAULT_PORT);
	assert_place("kavala.example.", "kavala.example.", KITH_DEFAULT_PORT);
	for (size_t i = 0; i < KITH_HOST_MAX; i++)
		longest[i] = i % 64 == 63 ? '.' : 'a';
	longest[KITH_HOST_MAX] = '\0';
	assert_place(longest, longest, KITH_DEFAULT_PORT);
}

static void group_alone(void **state)
{
	struct kith_address address;
	char why[256], text[KITH_ADDRESS_MAX];

	(void)state;
	assert_int_equal(kith_address_parse(group, &address, why, sizeof(why)), 0);
	assert_false(address.has_node);
	assert_memory_equal(address.group.bytes, group_key.bytes, KITH_ID_LEN);
	kith_address_format(&address, text);
	assert_string_equal(text, group);
}

static void assert_refused(const char *text, int err, const char *names)
{
	struct kith_address address = {.port = 4242};
	char why[256] = "";

	if (kith_address_parse(text, &address, why, sizeof(why)) != err)
		fail_msg("wrong verdict on %s", text);
	assert_int_equal(address.port, 4242);
	if (!strstr(why, names))
		fail_msg("%s: \"%s\" does not name \"%s\"", text, why, names);
}

static void wrong_places(void **state)
{
	static const char *const bad[][2] = {{"", "host"}, {":7476", "host"}, {"a b", "host"},
		{"a..b", "host"}, {"-a", "host"}, {"::1", "brackets"}, {"::1:7476", "brackets"},
		{"[::1", "IPv6"}, {"[kavala]", "IPv6"}, {"[]", "IPv6"}, {"[::1]7476", "port"},
		{"kavala:", "port"}, {"kavala:0", "port"}, {"kavala:65536", "port"},
		{"kavala:99999999999", "port"}, {"kavala:+1", "port"}, {"kavala:7476x", "port"},
		{"kavala/path", "host"}, {"k\xc3\xa1vala", "host"}};
	struct kith_address address;
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(parse(bad[i][0], &address, why), KITH_E_MALFORMED);
		if (!strstr(why, bad[i][1]))
			fail_msg("%s: \"%s\" does not name the %s", bad[i][0], why, bad[i][1]);
	}
}

static void too_long_a_host(void **state)
{
	char host[KITH_HOST_MAX + 2], why[256];
	struct kith_address address;

	(void)state;
	for (size_t i = 0; i <= KITH_HOST_MAX; i++)
		host[i] = i % 64 == 63 ? '.' : 'a';
	host[KITH_HOST_MAX + 1] = '\0';
	assert_int_equal(parse(host, &address, why), KITH_E_MALFORMED);
}

static void wrong_keys(void **state)
{
	char text[1024], mistyped[KITH_ID_TEXT_MAX];

	(void)state;
	strcpy(mistyped, node);
	mistyped[10] = mistyped[10] == 'a' ? 'b' : 'a';
	snprintf(text, sizeof(text), "kith://%s@h?group=%s", mistyped, group);
	assert_refused(text, KITH_E_CHECKSUM, "node key: mistyped");
	snprintf(text, sizeof(text), "kith://%.20s@h?group=%s", node, group);
	assert_refused(text, KITH_E_TRUNCATED, "node key: incomplete");
	snprintf(text, sizeof(text), "kith://%s@h?group=%s", group, group);
	assert_refused(text, KITH_E_WRONG_TYPE, "node key: this is a key of type author");
	snprintf(text, sizeof(text), "kith://%s@h?group=%s", node, node);
	assert_refused(text, KITH_E_WRONG_TYPE, "group: this is a key of type node");
	snprintf(text, sizeof(text), "kith://%s@h?group=", node);
	assert_refused(text, KITH_E_MALFORMED, "group");
	snprintf(text, sizeof(text), "kith://%s@h?group=%s&x=1", node, group);
	assert_refused(text, KITH_E_MALFORMED, "group");
}

static void wrong_forms(void **state)
{
	char text[1024];

	(void)state;
	assert_refused("", KITH_E_MALFORMED, "author_");
	assert_refused("kith://", KITH_E_MALFORMED, "group=");
	snprintf(text, sizeof(text), "kith://%s@host:7476", node);
	assert_refused(text, KITH_E_MALFORMED, "?group=");
	snprintf(text, sizeof(text), "kith://host:7476?group=%s", group);
	assert_refused(text, KITH_E_MALFORMED, "node key");
	snprintf(text, sizeof(text), "http://%s@host?group=%s", node, group);
	assert_refused(text, KITH_E_MALFORMED, "kith://");
	snprintf(text, sizeof(text), "kith://%s@h?key=%s", node, group);
	assert_refused(text, KITH_E_MALFORMED, "group=");
	assert_refused(node, KITH_E_WRONG_TYPE, "type node");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(group_alone),
		cmocka_unit_test(wrong_places),
		cmocka_unit_test(too_long_a_host),
		cmocka_unit_test(wrong_keys),
		cmocka_unit_test(wrong_forms),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
