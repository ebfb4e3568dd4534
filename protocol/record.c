/* record.c: see record.h; the numbers of the steps are those of its first comment. */
#include "protocol/record.h"

#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "protocol/header.h"
#include "protocol/problem.h"
#include "protocol/wire.h"

/* Domain labels (SPEC section "Labels"). */
#define LABEL_ID        "kith/1 record"
#define LABEL_BODY      "kith/1 body"
#define LABEL_SIGNATURE "kith/1 signature"

static void hash_header(struct kith_bytes header, struct kith_record_id *out)
{
	struct kith_hash hash;

	kith_hash(LABEL_ID, header.data, header.len, &hash);
	memcpy(out->bytes, hash.bytes, sizeof(out->bytes));
}

/* Step 4. */
static int check_body(const struct kith_envelope *envelope, const struct kith_header *header,
	struct kith_problem *problem)
{
	struct kith_hash hash;

	if (!envelope->has_body)
		return 0;
	if (envelope->body.len != header->body_len)
		return kith_problem_set(problem, KITH_E_FORGED, "body",
			"must have the length that the header says");
	kith_hash(LABEL_BODY, envelope->body.data, envelope->body.len, &hash);
	if (memcmp(hash.bytes, header->body_hash.bytes, sizeof(hash.bytes)) != 0)
		return kith_problem_set(
			problem, KITH_E_FORGED, "body", "must match the hash in the header");
	return 0;
}

/* Step 5. */
static int check_signature(const struct kith_envelope *envelope, const struct kith_record *record,
	struct kith_problem *problem)
{
	struct kith_signature signature;

	memcpy(signature.bytes, envelope->signature.data, sizeof(signature.bytes));
	if (kith_verify(&record->author, LABEL_SIGNATURE, record->id.bytes,
		    sizeof(record->id.bytes), &signature))
		return kith_problem_set(problem, KITH_E_FORGED, "signature",
			"must be the author's over this record");
	return 0;
}

/* One block: the record, its links, the envelope. */
static struct kith_record *assemble(const struct kith_header *header,
	const struct kith_envelope *envelope, struct kith_bytes bytes)
{
	size_t links_len = header->record.link_count * sizeof(struct kith_link);
	struct kith_record *record = malloc(sizeof(*record) + links_len + bytes.len);
	uint8_t *copy;

	if (!record)
		return NULL;
	*record = header->record;
	record->links = (struct kith_link *)(void *)(record + 1);
	if (links_len)
		memcpy(record->links, header->links, links_len);
	copy = (uint8_t *)(record + 1) + links_len;
	memcpy(copy, bytes.data, bytes.len);
	record->envelope = (struct kith_bytes){copy, bytes.len};
	record->has_body = envelope->has_body;
	if (envelope->has_body)
		record->body = (struct kith_bytes){
			copy + (envelope->body.data - bytes.data), envelope->body.len};
	return record;
}

static int open_bytes(struct kith_bytes bytes, bool verify, struct kith_record **out,
	struct kith_problem *problem)
{
	struct kith_envelope envelope;
	struct kith_header header;
	int err;

	*out = NULL;
	err = kith_envelope_decode(bytes, &envelope, problem);
	if (!err)
		err = kith_header_decode(envelope.header, &header, problem);
	if (err)
		return err;
	hash_header(envelope.header, &header.record.id);
	err = check_body(&envelope, &header, problem);
	if (!err && verify)
		err = check_signature(&envelope, &header.record, problem);
	if (err)
		return err;
	*out = assemble(&header, &envelope, bytes);
	return *out ? 0 : KITH_E_NOMEM;
}

int kith_record_open(
	const uint8_t *envelope, size_t len, struct kith_record **out, struct kith_problem *problem)
{
	return open_bytes((struct kith_bytes){envelope, len}, true, out, problem);
}

int kith_record_reopen(const uint8_t *envelope, size_t len, struct kith_record **out)
{
	return open_bytes((struct kith_bytes){envelope, len}, false, out, NULL);
}

int kith_record_copy(const struct kith_record *record, struct kith_record **out)
{
	size_t links_len = record->link_count * sizeof(*record->links);
	struct kith_record *copy = malloc(sizeof(*copy) + links_len + record->envelope.len);
	uint8_t *envelope;

	*out = copy;
	if (!copy)
		return KITH_E_NOMEM;
	*copy = *record;
	copy->links = (struct kith_link *)(void *)(copy + 1);
	if (links_len)
		memcpy(copy->links, record->links, links_len);
	envelope = (uint8_t *)(copy + 1) + links_len;
	memcpy(envelope, record->envelope.data, record->envelope.len);
	copy->envelope.data = envelope;
	if (record->has_body)
		copy->body.data = envelope + (record->body.data - record->envelope.data);
	return 0;
}

void kith_record_free(struct kith_record *record)
{
	free(record);
}

struct kith_item kith_record_item(const struct kith_record *record)
{
	return (struct kith_item){record->created_ms, record->id};
}

bool kith_record_is_control(const struct kith_record *record)
{
	return record->kind < KITH_KIND_CONTROL_END;
}

int kith_record_peek(const uint8_t *envelope, size_t len, struct kith_claim *out)
{
	struct kith_envelope parts;
	struct kith_header header;
	int err = kith_envelope_decode((struct kith_bytes){envelope, len}, &parts, NULL);

	if (!err)
		err = kith_header_decode(parts.header, &header, NULL);
	if (err)
		return err;
	out->item.created_ms = header.record.created_ms;
	out->circle = header.record.circle;
	out->author = header.record.author;
	out->kind = header.record.kind;
	out->has_body = parts.has_body;
	hash_header(parts.header, &out->item.id);
	return 0;
}

/* ---- signing -------------------------------------------------------------------------------- */

static void put_envelope(struct kith_bytes header, const struct kith_sign_pair *author,
	struct kith_bytes body, struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_signature signature;

	hash_header(header, id);
	kith_sign(author, LABEL_SIGNATURE, id->bytes, sizeof(id->bytes), &signature);
	kith_wire_put_bytes(out, KITH_ENVELOPE_HEADER, header.data, header.len);
	kith_wire_put_bytes(out, KITH_ENVELOPE_SIGNATURE, signature.bytes, sizeof(signature.bytes));
	kith_wire_put_bytes(out, KITH_ENVELOPE_BODY, body.data, body.len);
}

/* Passes the very door that partners will use, so that nothing is published that they refuse. */
static int check_signed(struct kith_bytes envelope, struct kith_problem *problem)
{
	struct kith_record *record;
	int err = kith_record_open(envelope.data, envelope.len, &record, problem);

	kith_record_free(record);
	return err;
}

int kith_record_sign(const struct kith_record_draft *draft, const struct kith_sign_pair *author,
	struct kith_buf *out, struct kith_record_id *out_id, struct kith_problem *problem)
{
	struct kith_buf header, envelope;
	struct kith_record_id id;
	struct kith_hash body_hash;
	int err;

	kith_buf_init(&header, KITH_RECORD_MAX_BYTES);
	kith_buf_init(&envelope, 2 * KITH_RECORD_MAX_BYTES);
	kith_hash(LABEL_BODY, draft->body.data, draft->body.len, &body_hash);
	kith_header_encode(draft, &author->public_key, &body_hash, &header);
	put_envelope(
		(struct kith_bytes){header.data, header.len}, author, draft->body, &id, &envelope);
	err = kith_buf_err(&header) ? kith_buf_err(&header) : kith_buf_err(&envelope);
	if (err == KITH_E_TOO_LARGE)
		err = kith_problem_set(problem, err, "envelope", "must have at most %u bytes",
			KITH_RECORD_MAX_BYTES);
	if (!err)
		err = check_signed((struct kith_bytes){envelope.data, envelope.len}, problem);
	if (err)
		goto out;
	kith_write(out, envelope.data, envelope.len);
	err = kith_buf_err(out);
	if (!err && out_id)
		*out_id = id;
out:
	kith_buf_clear(&header);
	kith_buf_clear(&envelope);
	return err;
}

/* ---- names ---------------------------------------------------------------------------------- */

struct kith_circle kith_circle_commons(void)
{
	/* The labelled hash of "commons" (SPEC section "Header"); test_record.c computes it. */
	return (struct kith_circle){{0xae, 0x19, 0xa6, 0x99, 0x0c, 0xc4, 0x95, 0x49, 0x70, 0x1b,
		0xdd, 0x25, 0x33, 0x5d, 0xb0, 0x96, 0x93, 0xee, 0x44, 0xfe, 0x1d, 0xbc, 0xb0, 0x26,
		0x25, 0x3f, 0x10, 0x64, 0x40, 0x82, 0x14, 0x2d}};
}

/* By number; the same list as enum LinkType of kith.proto, held to it by test_record.c. */
static const char *const link_names[] = {
	[1] = "revises",
	[2] = "adapts",
	[3] = "implements",
	[4] = "part-of",
	[5] = "replies-to",
	[6] = "answers",
	[7] = "evaluates",
	[8] = "about",
	[9] = "translates",
	[10] = "co-signs",
	[11] = "introduces",
	[12] = "cites",
	[13] = "contradicts",
	[14] = "same-as",
	[15] = "retracts",
};
#define LINK_NAMES (sizeof(link_names) / sizeof(link_names[0]))

const char *kith_link_name(uint32_t type)
{
	return type < LINK_NAMES ? link_names[type] : NULL;
}

uint32_t kith_link_from_name(const char *name)
{
	for (uint32_t type = 1; type < LINK_NAMES; type++)
		if (strcmp(link_names[type], name) == 0)
			return type;
	return 0;
}
