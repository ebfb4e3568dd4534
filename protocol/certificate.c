/*
 * certificate.c: see certificate.h. The signature is checked over the bytes as received; until it
 * holds, the fields inside are only a claim, and the caller gets none of them.
 */
#include "protocol/certificate.h"

#include <string.h>

#include "protocol/wire.h"

static const char label[] = "kith/1 node certificate";

/* Field numbers of NodeCertificate and NodeCertificateContent in kith.proto. */
enum { CONTENT = 1, SIGNATURE = 2 };
enum { NODE = 1, GROUP = 2, NOT_AFTER_MS = 3 };

#define CONTENT_MAX_BYTES KITH_SIGN_MSG_MAX

int kith_certificate_sign(const struct kith_sign_pair *group, const struct kith_node_key *node,
	uint64_t not_after_ms, struct kith_buf *out)
{
	struct kith_signature signature;
	struct kith_buf content;
	int err;

	kith_buf_init(&content, CONTENT_MAX_BYTES);
	kith_wire_put_bytes(&content, NODE, node->bytes, sizeof(node->bytes));
	kith_wire_put_bytes(&content, GROUP, group->public_key.bytes, KITH_ID_LEN);
	kith_wire_put_number(&content, NOT_AFTER_MS, not_after_ms);
	err = kith_buf_err(&content);
	if (!err) {
		kith_sign(group, label, content.data, content.len, &signature);
		kith_wire_put_bytes(out, CONTENT, content.data, content.len);
		kith_wire_put_bytes(out, SIGNATURE, signature.bytes, sizeof(signature.bytes));
		err = kith_buf_err(out);
	}
	kith_buf_clear(&content);
	return err;
}

/* Splits a NodeCertificate into its two parts. */
static int decode_envelope(
	const uint8_t *data, size_t len, struct kith_bytes *content, struct kith_bytes *signature)
{
	struct kith_cursor cursor;
	struct kith_wire_field field;
	uint32_t seen = 0;
	int err = 0;

	kith_cursor_init(&cursor, data, len);
	while (!err && kith_wire_next(&cursor, &field)) {
		if (field.number == CONTENT)
			err = kith_wire_take_bytes(&field, &seen, content);
		else if (field.number == SIGNATURE)
			err = kith_wire_take_bytes(&field, &seen, signature);
	}
	if (err || kith_cursor_finish(&cursor))
		return KITH_E_MALFORMED;
	if (content->len > CONTENT_MAX_BYTES || signature->len != KITH_SIGNATURE_LEN)
		return KITH_E_MALFORMED;
	return 0;
}

static int decode_content(struct kith_bytes content, struct kith_certificate *out)
{
	struct kith_bytes node = {NULL, 0}, group = {NULL, 0};
	struct kith_cursor cursor;
	struct kith_wire_field field;
	uint32_t seen = 0;
	int err = 0;

	kith_cursor_init(&cursor, content.data, content.len);
	while (!err && kith_wire_next(&cursor, &field)) {
		if (field.number == NODE)
			err = kith_wire_take_bytes(&field, &seen, &node);
		else if (field.number == GROUP)
			err = kith_wire_take_bytes(&field, &seen, &group);
		else if (field.number == NOT_AFTER_MS)
			err = kith_wire_take_number(&field, &seen, &out->not_after_ms);
	}
	if (err || kith_cursor_finish(&cursor) || !(seen & 1u << NOT_AFTER_MS))
		return KITH_E_MALFORMED;
	if (node.len != KITH_ID_LEN || group.len != KITH_ID_LEN)
		return KITH_E_MALFORMED;
	memcpy(out->node.bytes, node.data, KITH_ID_LEN);
	memcpy(out->group.bytes, group.data, KITH_ID_LEN);
	return 0;
}

int kith_certificate_open(
	const uint8_t *data, size_t len, uint64_t wall_ms, struct kith_certificate *out)
{
	struct kith_bytes content = {NULL, 0}, signature = {NULL, 0};
	struct kith_certificate claimed = {0};
	struct kith_signature proof;
	int err = decode_envelope(data, len, &content, &signature);

	memset(out, 0, sizeof(*out));
	if (!err)
		err = decode_content(
			content, &claimed); /* names the key to check with; no more yet */
	if (err)
		return err;
	memcpy(proof.bytes, signature.data, sizeof(proof.bytes));
	err = kith_verify(&claimed.group, label, content.data, content.len, &proof);
	if (err)
		return err;
	if (wall_ms > claimed.not_after_ms)
		return KITH_E_EXPIRED;
	*out = claimed;
	return 0;
}
