/*
 * body.c: bodies between bytes and structs (body.h). The rules of what they say are in rules.c,
 * the walk that applies them in check.c, the unpacking itself in unpack.c.
 */
#include "protocol/body.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "protocol/member.h"
#include "protocol/problem.h"
#include "protocol/rules.h"
#include "protocol/unpack.h"

static const Kith__Common no_common = KITH__COMMON__INIT;

/* What the record's bytes must hold whatever the kind. */
static int check_frame(
	const Kith__Body *body, const struct kith_kind *kind, struct kith_problem *problem)
{
	if (!body->has_salt || body->salt.len != KITH_SALT_BYTES)
		return kith_problem_set(
			problem, KITH_E_MALFORMED, "salt", "must have %u bytes", KITH_SALT_BYTES);
	if ((uint32_t)body->kind_case != kind->number)
		return kith_problem_set(problem, KITH_E_MALFORMED, "kind",
			"must be that of the header: %s", kind->name);
	return 0;
}

static int unpack(struct kith_bytes packed, struct kith_body *out, struct kith_problem *problem)
{
	struct kith_unpack_room room;
	int err;

	if (packed.len > KITH_RECORD_MAX_BYTES)
		return kith_problem_set(problem, KITH_E_TOO_LARGE, "body",
			"must have at most %u bytes", KITH_RECORD_MAX_BYTES);
	err = kith_unpack_scan(&kith__body__descriptor, packed, &room, problem);
	if (err)
		return err;
	out->arena = malloc(room.structs + room.bytes);
	if (!out->arena)
		return KITH_E_NOMEM;
	out->body =
		(const Kith__Body *)kith_unpack(&kith__body__descriptor, packed, &room, out->arena);
	return 0;
}

int kith_body_decode(struct kith_bytes packed, uint32_t kind, struct kith_body *out,
	struct kith_problem *problem)
{
	const ProtobufCFieldDescriptor *common;
	int err;

	*out = (struct kith_body){0};
	if (!kith_kind_by_number(kind, &out->kind))
		return KITH_E_NOT_FOUND;
	err = unpack(packed, out, problem);
	if (!err)
		err = check_frame(out->body, &out->kind, problem);
	if (err) {
		kith_body_clear(out);
		return err;
	}
	out->message = kith_member_message(&out->body->base, out->kind.field, 0);
	common = &out->kind.message->fields[0];
	out->common = kith_member_count(out->message, common)
			      ? (const Kith__Common *)kith_member_message(out->message, common, 0)
			      : &no_common;
	return 0;
}

void kith_body_clear(struct kith_body *body)
{
	free(body->arena);
	*body = (struct kith_body){0};
}

int kith_body_encode(Kith__Body *body, const struct kith_rng *rng, struct kith_buf *out)
{
	uint8_t salt[KITH_SALT_BYTES];
	Kith__Body salted = *body;
	size_t packed_len, written;
	uint8_t *at;

	if (body->kind_case == KITH__BODY__KIND__NOT_SET)
		return KITH_E_ARGUMENT;
	if (!salted.has_salt) {
		kith_rng_fill(rng, salt, sizeof(salt));
		salted.has_salt = 1;
		salted.salt = (ProtobufCBinaryData){sizeof(salt), salt};
	}
	if (salted.salt.len != KITH_SALT_BYTES)
		return KITH_E_ARGUMENT;
	packed_len = kith__body__get_packed_size(&salted);
	at = kith_write_reserve(out, packed_len);
	if (!at)
		return kith_buf_err(out);
	written = kith__body__pack(&salted, at);
	assert(written == packed_len);
	(void)written;
	return 0;
}

int kith_record_check(const struct kith_record *record, struct kith_problem *problem)
{
	struct kith_circle commons = kith_circle_commons();
	struct kith_header_facts facts = {
		.author = record->author,
		.in_commons = kith_id_equal(record->circle.bytes, commons.bytes),
		.links = record->links,
		.link_count = record->link_count,
	};
	struct kith_body body;
	int err;

	if (!record->has_body)
		return 0;
	err = kith_body_decode(record->body, record->kind, &body, problem);
	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	err = kith_body_check(&body, &facts, problem);
	kith_body_clear(&body);
	return err;
}

/* ---- search ---------------------------------------------------------------------------------- */

static void each_text(
	const ProtobufCMessage *message, void (*visit)(void *ctx, const char *text), void *ctx)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned f = 0; f < type->n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &type->fields[f];
		const struct kith_field_rule *rule = kith_rule_of_field(type, field);
		size_t count = kith_member_count(message, field);

		for (size_t i = 0; i < count; i++) {
			if (field->type == PROTOBUF_C_TYPE_MESSAGE)
				each_text(kith_member_message(message, field, i), visit, ctx);
			else if (field->type == PROTOBUF_C_TYPE_STRING && !rule->apart &&
				 kith_form_is_for_people(rule->form))
				visit(ctx, kith_member_text(message, field, i));
		}
	}
}

void kith_body_each_text(
	const struct kith_body *body, void (*visit)(void *ctx, const char *text), void *ctx)
{
	each_text(body->message, visit, ctx);
}

static void each_choice(const ProtobufCMessage *message,
	void (*visit)(void *ctx, const ProtobufCFieldDescriptor *field, int value), void *ctx)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned f = 0; f < type->n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &type->fields[f];
		size_t count =
			field->type == PROTOBUF_C_TYPE_ENUM ? kith_member_count(message, field) : 0;

		for (size_t i = 0; i < count; i++)
			visit(ctx, field, (int)kith_member_number(message, field, i));
	}
}

void kith_body_each_choice(const struct kith_body *body,
	void (*visit)(void *ctx, const ProtobufCFieldDescriptor *field, int value), void *ctx)
{
	each_choice(&body->common->base, visit, ctx);
	each_choice(body->message, visit, ctx);
}

static bool holds_authors(const ProtobufCFieldDescriptor *field)
{
	static const char ending[] = "_author";
	size_t len = strlen(field->name);

	return field->type == PROTOBUF_C_TYPE_BYTES && len >= sizeof(ending) &&
	       strcmp(field->name + len - (sizeof(ending) - 1), ending) == 0;
}

static void visit_author(ProtobufCBinaryData key,
	void (*visit)(void *ctx, const struct kith_author *author), void *ctx)
{
	struct kith_author author;

	if (key.len != sizeof(author.bytes))
		return;
	memcpy(author.bytes, key.data, key.len);
	visit(ctx, &author);
}

static void each_author(const ProtobufCMessage *message,
	void (*visit)(void *ctx, const struct kith_author *author), void *ctx)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned f = 0; f < type->n_fields; f++) {
		const ProtobufCFieldDescriptor *field = &type->fields[f];
		size_t count = kith_member_count(message, field);

		for (size_t i = 0; i < count; i++) {
			if (field->type == PROTOBUF_C_TYPE_MESSAGE)
				each_author(kith_member_message(message, field, i), visit, ctx);
			else if (holds_authors(field))
				visit_author(kith_member_bytes(message, field, i), visit, ctx);
		}
	}
}

void kith_body_each_author(const struct kith_body *body,
	void (*visit)(void *ctx, const struct kith_author *author), void *ctx)
{
	each_author(body->message, visit, ctx);
}
