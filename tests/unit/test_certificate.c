/* Node certificates, and the reader of small protobuf messages below them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "kith.pb-c.h"
#include "keys/secret.h"
#include "protocol/certificate.h"
#include "protocol/wire.h"

#define LABEL    "kith/1 node certificate"
#define UNTIL_MS 1500000000000ull

struct fixture {
	struct kith_sign_pair group;
	struct kith_node_pair node;
	struct kith_buf certificate;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	uint8_t seed[KITH_SEED_LEN] = {1};

	if (!fixture || kith_keys_init())
		return -1;
	kith_sign_pair_from_seed(seed, &fixture->group);
	seed[0] = 2;
	kith_node_pair_from_seed(seed, &fixture->node);
	kith_buf_init(&fixture->certificate, 1000);
	*state = fixture;
	return kith_certificate_sign(
		&fixture->group, &fixture->node.public_key, UNTIL_MS, &fixture->certificate);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	kith_buf_clear(&fixture->certificate);
	free(fixture);
	return 0;
}

static int open_bytes(const uint8_t *data, size_t len)
{
	struct kith_certificate out;
	static const struct kith_certificate zero;
	int err;

	memset(&out, 0xaa, sizeof(out));
	err = kith_certificate_open(data, len, UNTIL_MS, &out);
	if (err)
		assert_memory_equal(&out, &zero, sizeof(out));
	return err;
}

static void what_was_signed_is_read(void **state)
{
	struct fixture *fixture = *state;
	struct kith_certificate out;

	assert_int_equal(kith_certificate_open(fixture->certificate.data, fixture->certificate.len,
				 UNTIL_MS, &out),
		0);
	assert_memory_equal(&out.node, &fixture->node.public_key, KITH_ID_LEN);
	assert_memory_equal(&out.group, &fixture->group.public_key, KITH_ID_LEN);
	assert_true(out.not_after_ms == UNTIL_MS);
}

static void it_expires(void **state)
{
	struct fixture *fixture = *state;
	struct kith_certificate out;

	assert_int_equal(kith_certificate_open(fixture->certificate.data, fixture->certificate.len,
				 UNTIL_MS + 1, &out),
		KITH_E_EXPIRED);
	assert_int_equal(kith_certificate_open(fixture->certificate.data, fixture->certificate.len,
				 UINT64_MAX, &out),
		KITH_E_EXPIRED);
}

/* What we write by hand is what kith.proto says. */
static void it_is_the_message_of_kith_proto(void **state)
{
	struct fixture *fixture = *state;
	Kith__NodeCertificate *outer = kith__node_certificate__unpack(
		NULL, fixture->certificate.len, fixture->certificate.data);
	Kith__NodeCertificateContent *inner;
	uint8_t packed[1000];

	assert_non_null(outer);
	assert_int_equal(kith__node_certificate__get_packed_size(outer), fixture->certificate.len);
	kith__node_certificate__pack(outer, packed);
	assert_memory_equal(packed, fixture->certificate.data, fixture->certificate.len);
	inner = kith__node_certificate_content__unpack(
		NULL, outer->content.len, outer->content.data);
	assert_non_null(inner);
	assert_memory_equal(inner->node.data, &fixture->node.public_key, KITH_ID_LEN);
	assert_memory_equal(inner->group.data, &fixture->group.public_key, KITH_ID_LEN);
	assert_true(inner->has_not_after_ms && inner->not_after_ms == UNTIL_MS);
	kith__node_certificate_content__free_unpacked(inner, NULL);
	kith__node_certificate__free_unpacked(outer, NULL);
}

static void every_bit_and_every_cut(void **state)
{
	struct kith_buf *certificate = &((struct fixture *)*state)->certificate;

	for (size_t bit = 0; bit < 8 * certificate->len; bit++) {
		certificate->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(open_bytes(certificate->data, certificate->len) < 0);
		certificate->data[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t len = 0; len < certificate->len; len++)
		assert_int_equal(open_bytes(certificate->data, len), KITH_E_MALFORMED);
	assert_int_equal(open_bytes(NULL, 0), KITH_E_MALFORMED);
}

/* A truly signed certificate with any content. */
static int try_content(struct fixture *fixture, const struct kith_buf *content, const char *label)
{
	struct kith_signature signature;
	struct kith_buf buf;
	int err;

	kith_buf_init(&buf, 2000);
	kith_sign(&fixture->group, label, content->data, content->len, &signature);
	kith_wire_put_bytes(&buf, 1, content->data, content->len);
	kith_wire_put_bytes(&buf, 2, signature.bytes, sizeof(signature.bytes));
	err = open_bytes(buf.data, buf.len);
	kith_buf_clear(&buf);
	return err;
}

/* Fields by bit: 1 node, 2 group, 4 not_after; then whatever else. */
static void write_content(
	struct fixture *fixture, struct kith_buf *content, unsigned int fields, size_t key_len)
{
	uint8_t key[64] = {0};

	kith_buf_reset(content);
	memcpy(key, fixture->node.public_key.bytes, KITH_ID_LEN);
	if (fields & 1)
		kith_wire_put_bytes(content, 1, key, key_len);
	memcpy(key, fixture->group.public_key.bytes, KITH_ID_LEN);
	if (fields & 2)
		kith_wire_put_bytes(content, 2, key, KITH_ID_LEN);
	if (fields & 4)
		kith_wire_put_number(content, 3, UNTIL_MS);
}

static void signed_nonsense_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct kith_buf content;

	kith_buf_init(&content, KITH_SIGN_MSG_MAX + 1);
	for (unsigned int fields = 0; fields < 7; fields++) {
		write_content(fixture, &content, fields, KITH_ID_LEN);
		assert_int_equal(try_content(fixture, &content, LABEL), KITH_E_MALFORMED);
	}
	write_content(fixture, &content, 7, KITH_ID_LEN - 1);
	assert_int_equal(try_content(fixture, &content, LABEL), KITH_E_MALFORMED);
	write_content(fixture, &content, 7, KITH_ID_LEN + 1);
	assert_int_equal(try_content(fixture, &content, LABEL), KITH_E_MALFORMED);
	write_content(fixture, &content, 7, KITH_ID_LEN);
	assert_int_equal(try_content(fixture, &content, LABEL), 0);
	assert_int_equal(try_content(fixture, &content, "kith/1 node certificat"), KITH_E_FORGED);
	kith_wire_put_number(&content, 3, UNTIL_MS + 1);
	assert_int_equal(try_content(fixture, &content, LABEL), KITH_E_MALFORMED);
	write_content(fixture, &content, 7, KITH_ID_LEN);
	kith_wire_put_bytes(&content, 9, "a field to come", 15);
	assert_int_equal(try_content(fixture, &content, LABEL), 0);
	kith_buf_clear(&content);
}

static void the_envelope_is_read_strictly(void **state)
{
	struct fixture *fixture = *state;
	struct kith_buf *certificate = &fixture->certificate;
	uint8_t large[KITH_SIGN_MSG_MAX + 1] = {0};
	struct kith_buf buf;
	size_t len = certificate->len;

	kith_buf_init(&buf, 2000);
	kith_wire_put_bytes(&buf, 1, large, sizeof(large));
	kith_wire_put_bytes(&buf, 2, large, KITH_SIGNATURE_LEN);
	assert_int_equal(open_bytes(buf.data, buf.len), KITH_E_MALFORMED);
	kith_buf_clear(&buf);

	kith_wire_put_bytes(certificate, 2, large, KITH_SIGNATURE_LEN);
	assert_int_equal(open_bytes(certificate->data, certificate->len), KITH_E_MALFORMED);
	certificate->len = len;
	kith_wire_put_number(certificate, 7, 7);
	assert_int_equal(open_bytes(certificate->data, certificate->len), 0);
}

static void signing_into_a_full_buffer_says_so(void **state)
{
	struct fixture *fixture = *state;
	struct kith_buf buf;

	kith_buf_init(&buf, 100);
	assert_int_equal(kith_certificate_sign(&fixture->group, &fixture->node.public_key, 1, &buf),
		KITH_E_TOO_LARGE);
	kith_buf_clear(&buf);
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* Walks over all fields; 0 or the cursor's error. */
static int walk(const char *bytes, size_t len, struct kith_wire_field *last)
{
	struct kith_cursor cursor;
	struct kith_wire_field field;

	kith_cursor_init(&cursor, bytes, len);
	while (kith_wire_next(&cursor, &field))
		*last = field;
	return kith_cursor_finish(&cursor);
}
#define WALK(bytes, last) walk(bytes, sizeof(bytes) - 1, last)

static void fields_at_their_edges(void **state)
{
	struct kith_wire_field field = {0};

	(void)state;
	assert_int_equal(WALK("", &field), 0);
	assert_int_equal(WALK("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", &field), 0);
	assert_true(field.number == 1 && field.value == UINT64_MAX);
	assert_int_equal(
		WALK("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", &field), KITH_E_MALFORMED);
	assert_int_equal(
		WALK("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", &field), KITH_E_MALFORMED);
	assert_int_equal(
		WALK("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00", &field), KITH_E_MALFORMED);
	assert_int_equal(WALK("\xf8\xff\xff\xff\x0f\x01", &field), 0);
	assert_true(field.number == (1u << 29) - 1);
	assert_int_equal(WALK("\xf8\xff\xff\xff\x1f\x01", &field), KITH_E_MALFORMED);
	assert_int_equal(WALK("\x00\x01", &field), KITH_E_MALFORMED);
	assert_int_equal(WALK("\x09"
			      "12345678"
			      "\x15"
			      "1234",
				 &field),
		0);
	assert_int_equal(WALK("\x09"
			      "1234567",
				 &field),
		KITH_E_TRUNCATED);
	assert_int_equal(WALK("\x15"
			      "123",
				 &field),
		KITH_E_TRUNCATED);
	assert_int_equal(WALK("\x0b\x0c", &field), KITH_E_MALFORMED);
	assert_int_equal(WALK("\x0e", &field), KITH_E_MALFORMED);
	assert_int_equal(WALK("\x0f", &field), KITH_E_MALFORMED);
	assert_int_equal(WALK("\x0a\x00", &field), 0);
	assert_int_equal(WALK("\x0a\x01", &field), KITH_E_TRUNCATED);
	assert_int_equal(
		WALK("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", &field), KITH_E_TRUNCATED);
	assert_int_equal(WALK("\x0a\x80\x80\x80\x80\x08", &field), KITH_E_TRUNCATED);
	assert_int_equal(WALK("\x08", &field), KITH_E_TRUNCATED);
	assert_int_equal(WALK("\x88", &field), KITH_E_TRUNCATED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_signed_is_read),
		TEST(it_expires),
		TEST(it_is_the_message_of_kith_proto),
		TEST(every_bit_and_every_cut),
		TEST(signed_nonsense_is_refused),
		TEST(the_envelope_is_read_strictly),
		TEST(signing_into_a_full_buffer_says_so),
		cmocka_unit_test(fields_at_their_edges),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
