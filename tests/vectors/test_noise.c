/*
 * Published vectors of Noise_XK_25519_ChaChaPoly_BLAKE2b ($KITH_VECTORS/noise_xk.json): each holds
 * with us as the initiator and with us as the responder, the recorded bytes being the other side.
 * Messages alternate from the initiator, through handshake and transport alike.
 */
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

#include "keys/secret.h"
#include "protocol/noise.h"

#define ROLES 2

struct role {
	json_t *vector;
	bool initiator;
	char name[128];
};

struct bytes {
	uint8_t data[KITH_FRAME_MAX_BYTES];
	size_t len;
};

/* An absent or null member is no bytes. */
static void member(json_t *object, const char *key, struct bytes *out)
{
	const char *text = json_string_value(json_object_get(object, key));
	size_t digits = text ? strlen(text) : 0;

	out->len = digits / 2;
	assert_true(digits % 2 == 0 && out->len <= sizeof(out->data));
	if (out->len)
		assert_int_equal(kith_hex_parse(text, out->data, out->len), 0);
}

static void pair_member(json_t *object, const char *key, struct kith_node_pair *out)
{
	struct bytes secret;

	member(object, key, &secret);
	assert_int_equal(secret.len, sizeof(out->secret));
	memcpy(out->secret, secret.data, sizeof(out->secret));
	crypto_scalarmult_base(out->public_key.bytes, out->secret);
}

static void start(const struct role *role, struct kith_noise *noise)
{
	struct kith_node_pair own, ephemeral;
	struct bytes prologue, remote;

	pair_member(role->vector, role->initiator ? "init_static" : "resp_static", &own);
	pair_member(
		role->vector, role->initiator ? "init_ephemeral" : "resp_ephemeral", &ephemeral);
	member(role->vector, role->initiator ? "init_prologue" : "resp_prologue", &prologue);
	member(role->vector, "init_remote_static", &remote);
	if (role->initiator) {
		struct kith_node_key key;

		assert_int_equal(remote.len, sizeof(key.bytes));
		memcpy(key.bytes, remote.data, sizeof(key.bytes));
		kith_noise_init(noise, true, prologue.data, prologue.len, &own, &ephemeral, &key);
	} else {
		if (remote.len)
			assert_memory_equal(remote.data, own.public_key.bytes, remote.len);
		kith_noise_init(noise, false, prologue.data, prologue.len, &own, &ephemeral, NULL);
	}
}

static void check_end_of_handshake(const struct role *role, struct kith_noise *noise,
	struct kith_cipher *send, struct kith_cipher *receive)
{
	uint8_t hash[KITH_BLAKE2B_LEN];
	struct bytes expected;

	assert_int_equal(kith_noise_split(noise, send, receive, hash), 0);
	member(role->vector, "handshake_hash", &expected);
	if (expected.len) {
		assert_int_equal(expected.len, sizeof(hash));
		assert_memory_equal(hash, expected.data, sizeof(hash));
	}
}

static void holds(void **state)
{
	const struct role *role = *state;
	json_t *messages = json_object_get(role->vector, "messages");
	static struct bytes payload, sealed;
	static uint8_t out[KITH_FRAME_MAX_BYTES];
	struct kith_cipher send = {0}, receive = {0};
	struct kith_noise noise;
	size_t out_len;

	start(role, &noise);
	assert_true(json_array_size(messages) >= 3);
	for (size_t i = 0; i < json_array_size(messages); i++) {
		bool ours = (i % 2 == 0) == role->initiator;
		const struct bytes *expected = ours ? &sealed : &payload;

		member(json_array_get(messages, i), "payload", &payload);
		member(json_array_get(messages, i), "ciphertext", &sealed);
		if (i < 3 && ours) {
			assert_int_equal(
				kith_noise_create(&noise, payload.data, payload.len, out, &out_len),
				0);
		} else if (i < 3) {
			assert_int_equal(
				kith_noise_consume(&noise, sealed.data, sealed.len, out, &out_len),
				0);
		} else if (ours) {
			out_len = payload.len + KITH_FRAME_TAG_BYTES;
			assert_int_equal(
				kith_cipher_encrypt(&send, NULL, 0, payload.data, payload.len, out),
				0);
		} else {
			out_len = payload.len;
			assert_int_equal(kith_cipher_decrypt(
						 &receive, NULL, 0, sealed.data, sealed.len, out),
				0);
		}
		assert_int_equal(out_len, expected->len);
		assert_memory_equal(out, expected->data, out_len);
		if (i == 2)
			check_end_of_handshake(role, &noise, &send, &receive);
	}
}

static void not_understood(void **state)
{
	fail_msg("not a file of vectors: %s", (const char *)*state);
}

/* cmocka 1.1.5 writes a skipped test as "not ok", so this one line of TAP is our own. */
static int skip_all(const char *path)
{
	printf("1..1\nok 1 - public vectors of Noise # SKIP no %s (KITH_VECTORS)\n", path);
	return 0;
}

static int run_broken(const char *why)
{
	char text[JSON_ERROR_TEXT_LENGTH];
	struct CMUnitTest test = {"noise_xk.json", not_understood, NULL, NULL, text};

	snprintf(text, sizeof(text), "%s", why);
	return _cmocka_run_group_tests("noise", &test, 1, NULL, NULL);
}

static int run_vectors(json_t *vectors)
{
	size_t n = json_array_size(vectors);
	struct CMUnitTest *tests = calloc(n * ROLES, sizeof(*tests));
	struct role *roles = calloc(n * ROLES, sizeof(*roles));
	int failed = 1;

	for (size_t i = 0; tests && roles && i < n * ROLES; i++) {
		json_t *vector = json_array_get(vectors, i / ROLES);

		roles[i].vector = vector;
		roles[i].initiator = i % ROLES == 0;
		snprintf(roles[i].name, sizeof(roles[i].name), "noise_xk.json vector %zu as %s",
			i / ROLES + 1, roles[i].initiator ? "initiator" : "responder");
		tests[i].name = roles[i].name;
		tests[i].test_func = holds;
		tests[i].initial_state = &roles[i];
	}
	if (tests && roles)
		failed = _cmocka_run_group_tests("noise", tests, n * ROLES, NULL, NULL);
	free(tests);
	free(roles);
	return failed;
}

int main(void)
{
	const char *folder = getenv("KITH_VECTORS");
	json_error_t error;
	json_t *file;
	char path[4096];
	FILE *there;
	int failed;

	if (kith_keys_init())
		return 1;
	snprintf(path, sizeof(path), "%s/noise_xk.json", folder ? folder : "../shared/vectors");
	there = fopen(path, "r");
	if (!there)
		return skip_all(path);
	file = json_loadf(there, 0, &error);
	fclose(there);
	if (!file)
		return run_broken(error.text);
	if (json_array_size(json_object_get(file, "vectors")) == 0)
		failed = run_broken("no vectors in it");
	else
		failed = run_vectors(json_object_get(file, "vectors"));
	json_decref(file);
	return failed;
}
