/* header.c: see header.h; SPEC sections "Envelope" and "Header". */
#include "protocol/header.h"

#include <stdio.h>
#include <string.h>

#include "protocol/lang.h"
#include "protocol/problem.h"
#include "protocol/wire.h"

#define LINK_TYPE_MAX 0x7fffffffu /* a protobuf enum is an int32 */

/* ---- the envelope --------------------------------------------------------------------------- */

static int envelope_broken(const struct kith_cursor *cursor, struct kith_problem *problem)
{
	if (cursor->err == KITH_E_TRUNCATED)
		return kith_problem_set(
			problem, KITH_E_TRUNCATED, "envelope", "ends before its fields do");
	return kith_problem_set(problem, KITH_E_MALFORMED, "envelope",
		"must be header, signature and body, once each, in this order, and nothing else");
}

/* Reads field `number` into view. False when it is not there or the cursor failed. */
static bool read_part(struct kith_cursor *cursor, uint32_t number, struct kith_bytes *view)
{
	struct kith_wire_field field;

	if (!kith_wire_next(cursor, &field))
		return false;
	if (field.number != number || field.type != KITH_WIRE_BYTES) {
		cursor->err = KITH_E_MALFORMED;
		return false;
	}
	*view = field.bytes;
	return true;
}

static int check_part_lengths(const struct kith_envelope *envelope, struct kith_problem *problem)
{
	if (envelope->header.len > KITH_HEADER_MAX_BYTES)
		return kith_problem_set(problem, KITH_E_TOO_LARGE, "header",
			"must have at most %u bytes", KITH_HEADER_MAX_BYTES);
	if (envelope->signature.len != KITH_SIGNATURE_LEN)
		return kith_problem_set(problem, KITH_E_MALFORMED, "signature",
			"must have %d bytes", KITH_SIGNATURE_LEN);
	if (envelope->has_body && envelope->body.len == 0)
		return kith_problem_set(problem, KITH_E_MALFORMED, "body",
			"must be left out once it is erased, never empty");
	return 0;
}

int kith_envelope_decode(
	struct kith_bytes bytes, struct kith_envelope *out, struct kith_problem *problem)
{
	struct kith_cursor cursor;

	*out = (struct kith_envelope){0};
	if (bytes.len > KITH_RECORD_MAX_BYTES)
		return kith_problem_set(problem, KITH_E_TOO_LARGE, "envelope",
			"must have at most %u bytes", KITH_RECORD_MAX_BYTES);
	kith_cursor_init(&cursor, bytes.data, bytes.len);
	if (!read_part(&cursor, KITH_ENVELOPE_HEADER, &out->header) ||
		!read_part(&cursor, KITH_ENVELOPE_SIGNATURE, &out->signature)) {
		if (!cursor.err)
			cursor.err = KITH_E_TRUNCATED;
		return envelope_broken(&cursor, problem);
	}
	out->has_body = read_part(&cursor, KITH_ENVELOPE_BODY, &out->body);
	if (kith_cursor_finish(&cursor))
		return envelope_broken(&cursor, problem);
	return check_part_lengths(out, problem);
}

static size_t envelope_len(size_t header_len, size_t body_len)
{
	return kith_wire_bytes_len(KITH_ENVELOPE_HEADER, header_len) +
	       kith_wire_bytes_len(KITH_ENVELOPE_SIGNATURE, KITH_SIGNATURE_LEN) +
	       kith_wire_bytes_len(KITH_ENVELOPE_BODY, body_len);
}

/* ---- the header: reading -------------------------------------------------------------------- */

static const char *const field_names[] = {
	[KITH_HEADER_VERSION] = "version",
	[KITH_HEADER_CIRCLE] = "circle",
	[KITH_HEADER_AUTHOR] = "author",
	[KITH_HEADER_ON_BEHALF_OF] = "on_behalf_of",
	[KITH_HEADER_DELEGATION] = "delegation",
	[KITH_HEADER_KIND] = "kind",
	[KITH_HEADER_CREATED_MS] = "created_ms",
	[KITH_HEADER_LANG] = "lang",
	[KITH_HEADER_LINKS] = "links",
	[KITH_HEADER_BODY_HASH] = "body_hash",
	[KITH_HEADER_BODY_LEN] = "body_len",
};

static int malformed(struct kith_problem *problem, const char *field, const char *rule)
{
	return kith_problem_set(problem, KITH_E_MALFORMED, field, "%s", rule);
}

static int take_id(
	const struct kith_wire_field *field, uint8_t out[KITH_ID_LEN], struct kith_problem *problem)
{
	if (field->type != KITH_WIRE_BYTES || field->bytes.len != KITH_ID_LEN)
		return malformed(problem, field_names[field->number], "must have 32 bytes");
	memcpy(out, field->bytes.data, KITH_ID_LEN);
	return 0;
}

static int take_number(const struct kith_wire_field *field, uint64_t min, uint64_t max,
	uint64_t *out, struct kith_problem *problem)
{
	const char *name = field_names[field->number];

	if (field->type != KITH_WIRE_VARINT)
		return malformed(problem, name, "must be a number");
	if (field->value < min || field->value > max)
		return kith_problem_set(problem, KITH_E_RULE, name,
			"must be a number from %llu to %llu", (unsigned long long)min,
			(unsigned long long)max);
	*out = field->value;
	return 0;
}

static int take_version(const struct kith_wire_field *field, struct kith_problem *problem)
{
	if (field->type != KITH_WIRE_VARINT)
		return malformed(problem, "version", "must be a number");
	if (field->value != KITH_PROTOCOL_VERSION)
		return kith_problem_set(problem, KITH_E_UNKNOWN_VERSION, "version",
			"must be %d, the only one known here", KITH_PROTOCOL_VERSION);
	return 0;
}

static int take_lang(
	const struct kith_wire_field *field, struct kith_record *out, struct kith_problem *problem)
{
	char lang[KITH_LANG_MAX_BYTES];
	size_t len = field->bytes.len;

	if (field->type != KITH_WIRE_BYTES)
		return malformed(problem, "lang", "must be a text");
	if (len > KITH_LANG_MAX_BYTES)
		return kith_problem_set(problem, KITH_E_RULE, "lang",
			"must have at most %u characters", KITH_LANG_MAX_BYTES);
	if (len)
		memcpy(lang, field->bytes.data, len);
	if (!kith_lang_is_well_formed(lang, len))
		return kith_problem_set(problem, KITH_E_RULE, "lang",
			"must be a language tag (BCP 47), such as pl or pt-BR");
	memcpy(out->lang, lang, len);
	out->lang[len] = '\0';
	return 0;
}

/* Link: type and target, in this order; numbers above are for later versions. */
static bool decode_link(struct kith_bytes bytes, struct kith_link *out)
{
	struct kith_cursor cursor;
	struct kith_wire_field field;
	uint32_t last = 0;
	bool has_target = false;

	*out = (struct kith_link){0};
	kith_cursor_init(&cursor, bytes.data, bytes.len);
	while (kith_wire_next(&cursor, &field)) {
		if (field.number < last || (field.number == last && last <= KITH_LINK_TARGET))
			return false;
		last = field.number;
		if (field.number == KITH_LINK_TYPE) {
			if (field.type != KITH_WIRE_VARINT || field.value == 0 ||
				field.value > LINK_TYPE_MAX)
				return false;
			out->type = (uint32_t)field.value;
		} else if (field.number == KITH_LINK_TARGET) {
			if (field.type != KITH_WIRE_BYTES || field.bytes.len != KITH_ID_LEN)
				return false;
			memcpy(out->target.bytes, field.bytes.data, KITH_ID_LEN);
			has_target = true;
		}
	}
	return !cursor.err && out->type && has_target;
}

static int link_problem(struct kith_problem *problem, int err, size_t i, const char *rule)
{
	char name[32];

	snprintf(name, sizeof(name), "links[%zu]", i);
	return kith_problem_set(problem, err, name, "%s", rule);
}

static int take_link(
	const struct kith_wire_field *field, struct kith_header *out, struct kith_problem *problem)
{
	size_t n = out->record.link_count;
	struct kith_link *link = &out->links[n];

	if (n == KITH_LINKS_MAX)
		return kith_problem_set(problem, KITH_E_RULE, "links", "must have at most %u links",
			KITH_LINKS_MAX);
	if (field->type != KITH_WIRE_BYTES || !decode_link(field->bytes, link))
		return link_problem(problem, KITH_E_MALFORMED, n,
			"must have a type from 1 to 2147483647, then a target of 32 bytes");
	for (size_t i = 0; i < n; i++)
		if (out->links[i].type == link->type &&
			memcmp(&out->links[i].target, &link->target, KITH_ID_LEN) == 0)
			return link_problem(
				problem, KITH_E_RULE, n, "must not say what an earlier link says");
	out->record.link_count++;
	return 0;
}

static int take_field(
	const struct kith_wire_field *field, struct kith_header *out, struct kith_problem *problem)
{
	struct kith_record *r = &out->record;
	uint64_t number = 0;
	int err = 0;

	switch (field->number) {
	case KITH_HEADER_VERSION:
		return take_version(field, problem);
	case KITH_HEADER_CIRCLE:
		return take_id(field, r->circle.bytes, problem);
	case KITH_HEADER_AUTHOR:
		return take_id(field, r->author.bytes, problem);
	case KITH_HEADER_ON_BEHALF_OF:
		r->has_on_behalf_of = true;
		return take_id(field, r->on_behalf_of.bytes, problem);
	case KITH_HEADER_DELEGATION:
		r->has_delegation = true;
		return take_id(field, r->delegation.bytes, problem);
	case KITH_HEADER_KIND:
		err = take_number(field, 1, KITH_WIRE_NUMBER_MAX, &number, problem);
		r->kind = (uint32_t)number;
		return err;
	case KITH_HEADER_CREATED_MS:
		return take_number(field, 0, KITH_CREATED_MAX_MS, &r->created_ms, problem);
	case KITH_HEADER_LANG:
		return take_lang(field, r, problem);
	case KITH_HEADER_LINKS:
		return take_link(field, out, problem);
	case KITH_HEADER_BODY_HASH:
		return take_id(field, out->body_hash.bytes, problem);
	case KITH_HEADER_BODY_LEN:
		err = take_number(field, 1, KITH_RECORD_MAX_BYTES, &number, problem);
		out->body_len = (uint32_t)number;
		return err;
	default: /* from a later version; kept because the bytes are kept */
		return 0;
	}
}

/* Ascending order; only links, and numbers of later versions, may be there more than once. */
static bool is_in_order(uint32_t last, uint32_t number)
{
	return number > last ||
	       (number == last && (number == KITH_HEADER_LINKS || number > KITH_HEADER_BODY_LEN));
}

static int check_required(unsigned seen, struct kith_problem *problem)
{
	static const uint8_t required[] = {
		KITH_HEADER_VERSION,
		KITH_HEADER_CIRCLE,
		KITH_HEADER_AUTHOR,
		KITH_HEADER_KIND,
		KITH_HEADER_CREATED_MS,
		KITH_HEADER_LANG,
		KITH_HEADER_BODY_HASH,
		KITH_HEADER_BODY_LEN,
	};

	for (size_t i = 0; i < sizeof(required); i++)
		if (!(seen & 1u << required[i]))
			return malformed(problem, field_names[required[i]], "is missing");
	return 0;
}

/* A record counts as with its body even when it is erased: what was too large stays too large. */
static int check_whole_len(size_t header_len, size_t body_len, struct kith_problem *problem)
{
	if (envelope_len(header_len, body_len) > KITH_RECORD_MAX_BYTES)
		return kith_problem_set(problem, KITH_E_TOO_LARGE, "body_len",
			"must not make the record larger than %u bytes", KITH_RECORD_MAX_BYTES);
	return 0;
}

int kith_header_decode(
	struct kith_bytes bytes, struct kith_header *out, struct kith_problem *problem)
{
	struct kith_cursor cursor;
	struct kith_wire_field field;
	uint32_t last = 0;
	unsigned seen = 0;
	int err = 0;

	out->record = (struct kith_record){0};
	out->body_len = 0;
	kith_cursor_init(&cursor, bytes.data, bytes.len);
	while (kith_wire_next(&cursor, &field)) {
		if (last == 0 && field.number != KITH_HEADER_VERSION)
			return malformed(problem, "version", "is missing");
		if (!is_in_order(last, field.number))
			return malformed(problem, "header",
				"must have its fields in ascending order, and each but links once");
		err = take_field(&field, out, problem);
		if (err)
			return err;
		last = field.number;
		if (last <= KITH_HEADER_BODY_LEN)
			seen |= 1u << last;
	}
	if (cursor.err)
		return malformed(problem, "header", "must be a well-formed list of fields");
	err = check_required(seen, problem);
	return err ? err : check_whole_len(bytes.len, out->body_len, problem);
}

/* ---- the header: writing -------------------------------------------------------------------- */

static void put_link(struct kith_buf *out, const struct kith_link *link)
{
	size_t type_len = 1 + kith_wire_varint_len(link->type);

	kith_wire_put_prefix(out, KITH_HEADER_LINKS,
		type_len + kith_wire_bytes_len(KITH_LINK_TARGET, KITH_ID_LEN));
	kith_wire_put_number(out, KITH_LINK_TYPE, link->type);
	kith_wire_put_bytes(out, KITH_LINK_TARGET, link->target.bytes, KITH_ID_LEN);
}

void kith_header_encode(const struct kith_record_draft *draft, const struct kith_author *author,
	const struct kith_hash *body_hash, struct kith_buf *out)
{
	kith_wire_put_number(out, KITH_HEADER_VERSION, KITH_PROTOCOL_VERSION);
	kith_wire_put_bytes(out, KITH_HEADER_CIRCLE, draft->circle.bytes, KITH_ID_LEN);
	kith_wire_put_bytes(out, KITH_HEADER_AUTHOR, author->bytes, KITH_ID_LEN);
	if (draft->on_behalf_of)
		kith_wire_put_bytes(
			out, KITH_HEADER_ON_BEHALF_OF, draft->on_behalf_of->bytes, KITH_ID_LEN);
	if (draft->delegation)
		kith_wire_put_bytes(
			out, KITH_HEADER_DELEGATION, draft->delegation->bytes, KITH_ID_LEN);
	kith_wire_put_number(out, KITH_HEADER_KIND, draft->kind);
	kith_wire_put_number(out, KITH_HEADER_CREATED_MS, draft->created_ms);
	kith_wire_put_bytes(out, KITH_HEADER_LANG, draft->lang, strlen(draft->lang));
	for (size_t i = 0; i < draft->link_count; i++)
		put_link(out, &draft->links[i]);
	kith_wire_put_bytes(out, KITH_HEADER_BODY_HASH, body_hash->bytes, KITH_ID_LEN);
	kith_wire_put_number(out, KITH_HEADER_BODY_LEN, draft->body.len);
}
