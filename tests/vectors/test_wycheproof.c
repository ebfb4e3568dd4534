/* Wycheproof: every case of the public test files gets the verdict it names. One TAP test for each
 * file; the tcId of every case that fails is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/id.h"
#include "keys/secret.h"
#include "keys/sign.h"

#define FIELD_MAX 4096

/* The bytes of one hexadecimal field. */
struct field {
	uint8_t bytes[FIELD_MAX];
	size_t len;
};

static void read_field(const json_t *object, const char *name, struct field *out)
{
	const char *text = json_string_value(json_object_get(object, name));

	assert_non_null(text);
	out->len = strlen(text) / 2;
	assert_true(out->len <= FIELD_MAX);
	assert_int_equal(kith_hex_parse(text, out->bytes, out->len), 0);
}

static const char *verdict(const json_t *test)
{
	const char *result = json_string_value(json_object_get(test, "result"));

	assert_non_null(result);
	assert_true(!strcmp(result, "valid") || !strcmp(result, "invalid") ||
		    !strcmp(result, "acceptable"));
	return result;
}

static bool has_flag(const json_t *test, const char *flag)
{
	const json_t *flags = json_object_get(test, "flags"), *entry;
	size_t i;

	json_array_foreach(
		flags, i, entry) if (!strcmp(json_string_value(entry), flag)) return true;
	return false;
}

/* Whether a case came out as it should. */
typedef bool check_case(const json_t *group, const json_t *test);

static size_t count_failures(const json_t *root, check_case *check, size_t *cases)
{
	const json_t *groups = json_object_get(root, "testGroups"), *group, *test;
	size_t g, t, failures = 0;

	json_array_foreach(groups, g, group)
	{
		json_array_foreach(json_object_get(group, "tests"), t, test)
		{
			++*cases;
			if (check(group, test))
				continue;
			failures++;
			print_error("tcId %d (%s) is not as named: %s\n",
				(int)json_integer_value(json_object_get(test, "tcId")),
				json_string_value(json_object_get(test, "comment")), verdict(test));
		}
	}
	return failures;
}

static void run_file(const char *name, check_case *check)
{
	const char *folder = getenv("KITH_VECTORS");
	size_t cases = 0, failures;
	json_error_t error;
	char path[1024];
	json_t *root;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder ? folder : "../shared/vectors", name);
	file = fopen(path, "rb");
	if (!file) {
		print_message("%s: not there\n", path);
		skip();
	}
	root = json_loadf(file, JSON_REJECT_DUPLICATES, &error);
	fclose(file);
	if (!root)
		fail_msg("%s: %s in line %d", path, error.text, error.line);
	failures = count_failures(root, check, &cases);
	assert_int_equal(cases, json_integer_value(json_object_get(root, "numberOfTests")));
	assert_true(cases > 0);
	json_decref(root);
	assert_int_equal(failures, 0);
}

/* ---- Ed25519 ---------------------------------------------------------------------------- */

static bool ed25519_case(const json_t *group, const json_t *test)
{
	static struct field key, msg, sig;
	bool accepted;

	read_field(json_object_get(group, "publicKey"), "pk", &key);
	read_field(test, "msg", &msg);
	read_field(test, "sig", &sig);
	accepted = key.len == KITH_ID_LEN && sig.len == KITH_SIGNATURE_LEN &&
		   kith_verify_raw(key.bytes, msg.bytes, msg.len, sig.bytes) == 0;
	return accepted == !strcmp(verdict(test), "valid");
}

static void ed25519(void **state)
{
	(void)state;
	run_file("wycheproof_ed25519_test.json", ed25519_case);
}

/* ---- X25519 ----------------------------------------------------------------------------- */

/* "Acceptable" is what one protocol may refuse and another take. Ours takes any result but zero. */
static bool x25519_case(const json_t *group, const json_t *test)
{
	static struct field public_key, private_key, shared;
	struct kith_node_key node_key;
	uint8_t out[32];
	int err;

	(void)group;
	read_field(test, "public", &public_key);
	read_field(test, "private", &private_key);
	read_field(test, "shared", &shared);
	assert_int_equal(public_key.len, 32);
	assert_int_equal(private_key.len, 32);
	assert_int_equal(shared.len, 32);
	memcpy(node_key.bytes, public_key.bytes, 32);
	err = kith_dh(private_key.bytes, &node_key, out);
	if (has_flag(test, "ZeroSharedSecret"))
		return sodium_is_zero(shared.bytes, 32) && err == KITH_E_WEAK_KEY;
	return !err && memcmp(out, shared.bytes, 32) == 0 && strcmp(verdict(test), "invalid") != 0;
}

static void x25519(void **state)
{
	(void)state;
	run_file("wycheproof_x25519_test.json", x25519_case);
}

/* ---- ChaCha20-Poly1305 ------------------------------------------------------------------ */

#define AEAD(what) crypto_aead_chacha20poly1305_ietf_##what

/* Both directions of a valid case; an invalid one must not open. */
static bool aead_case(const json_t *group, const json_t *test)
{
	static struct field key, iv, aad, msg, ct, tag;
	uint8_t out[FIELD_MAX], made_tag[16];
	bool opened, valid = !strcmp(verdict(test), "valid");

	read_field(test, "key", &key);
	read_field(test, "iv", &iv);
	read_field(test, "aad", &aad);
	read_field(test, "msg", &msg);
	read_field(test, "ct", &ct);
	read_field(test, "tag", &tag);
	assert_int_equal(key.len, 32);
	if (json_integer_value(json_object_get(group, "ivSize")) != 96)
		return !valid; /* not a nonce of this construction: there is nothing to call */
	assert_int_equal(tag.len, 16);
	assert_int_equal(iv.len, 12);
	opened = AEAD(decrypt_detached)(out, NULL, ct.bytes, ct.len, tag.bytes, aad.bytes, aad.len,
			 iv.bytes, key.bytes) == 0;
	if (opened != valid || !valid)
		return opened == valid;
	if (ct.len != msg.len || memcmp(out, msg.bytes, msg.len) != 0)
		return false;
	return AEAD(encrypt_detached)(out, made_tag, NULL, msg.bytes, msg.len, aad.bytes, aad.len,
		       NULL, iv.bytes, key.bytes) == 0 &&
	       memcmp(out, ct.bytes, ct.len) == 0 && memcmp(made_tag, tag.bytes, 16) == 0;
}

static void chacha20_poly1305(void **state)
{
	(void)state;
	run_file("wycheproof_chacha20_poly1305_test.json", aead_case);
}

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ed25519),
		cmocka_unit_test(x25519),
		cmocka_unit_test(chacha20_poly1305),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
