/*
 * check.c: walks a body along its descriptors and holds each field to its row of rules.c
 * (kith_body_check() of body.h).
 *
 * Order, which decides what is reported first: the fields of a message by number, of each first
 * whether it is there, then its count, then its values one by one, with what lies below them; then
 * what holds between the fields of the message. The kind's message comes first, then the notes,
 * then the links.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "protocol/limits.h"
#include "protocol/member.h"
#include "protocol/rules.h"

int kith_break_rule(struct kith_check *check, const char *field, const char *rule, ...)
{
	char text[sizeof(check->problem->rule)];
	va_list args;

	if (*field)
		kith_path_push(&check->path, field);
	va_start(args, rule);
	vsnprintf(text, sizeof(text), rule, args);
	va_end(args);
	return kith_problem_set(check->problem, KITH_E_RULE, check->path.text, "%s", text);
}

/* The fields of `common` stand beside the kind's own. */
size_t kith_path_push_field(struct kith_path *path, const ProtobufCFieldDescriptor *field, size_t i)
{
	size_t was = path->len;

	if (field->descriptor == &kith__common__descriptor)
		return was;
	kith_path_push(path, field->name);
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		kith_path_push_index(path, i);
	return was;
}

/* ---- values ---------------------------------------------------------------------------------- */

static int check_text(
	struct kith_check *check, const struct kith_field_rule *rule, const char *text)
{
	size_t max = rule->max_bytes ? rule->max_bytes : KITH_TEXT_MAX_BYTES;
	size_t len = strlen(text);
	const char *why;
	int err;

	if (len > max)
		return kith_break_rule(check, "", "must have at most %zu bytes", max);
	err = kith_text_check(
		text, len, rule->form == KITH_FORM_BLOCK ? KITH_TEXT_BLOCK : KITH_TEXT_LINE, &why);
	if (err == KITH_E_RULE)
		return kith_break_rule(check, "", "%s", why);
	if (err)
		return err;
	why = kith_form_problem(rule->form, text);
	return why ? kith_break_rule(check, "", "%s", why) : 0;
}

static int check_bytes(struct kith_check *check, const struct kith_field_rule *rule, size_t len)
{
	size_t max = rule->max_bytes ? rule->max_bytes : KITH_TEXT_MAX_BYTES;

	if (rule->exact_bytes && len != rule->exact_bytes)
		return kith_break_rule(check, "", "must have %zu bytes", rule->exact_bytes);
	if (len > max)
		return kith_break_rule(check, "", "must have at most %zu bytes", max);
	return 0;
}

static int check_number(struct kith_check *check, const struct kith_field_rule *rule, int64_t value)
{
	if ((rule->min || rule->max) && (value < rule->min || value > rule->max))
		return kith_break_rule(check, "", "must be a number from %lld to %lld",
			(long long)rule->min, (long long)rule->max);
	return 0;
}

static int check_message(struct kith_check *check, const ProtobufCMessage *message);

static int check_value(struct kith_check *check, const struct kith_field_rule *rule,
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return check_text(check, rule, kith_member_text(message, field, i));
	case PROTOBUF_C_TYPE_BYTES:
		return check_bytes(check, rule, kith_member_bytes(message, field, i).len);
	case PROTOBUF_C_TYPE_MESSAGE:
		return check_message(check, kith_member_message(message, field, i));
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
		return check_number(check, rule, kith_member_number(message, field, i));
	case PROTOBUF_C_TYPE_ENUM: /* also one of a later version */
	case PROTOBUF_C_TYPE_BOOL:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		break;
	}
	return 0;
}

/* ---- fields and messages --------------------------------------------------------------------- */

static bool is_alike_bytes(ProtobufCBinaryData a, ProtobufCBinaryData b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

static bool is_alike(
	const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t a, size_t b)
{
	if (field->type == PROTOBUF_C_TYPE_BYTES)
		return is_alike_bytes(
			kith_member_bytes(message, field, a), kith_member_bytes(message, field, b));
	return strcmp(kith_member_text(message, field, a), kith_member_text(message, field, b)) ==
	       0;
}

static int check_unique(struct kith_check *check, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t i)
{
	for (size_t earlier = 0; earlier < i; earlier++)
		if (is_alike(message, field, earlier, i))
			return kith_break_rule(check, "", "must not say what an earlier one says");
	return 0;
}

static int check_field(struct kith_check *check, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field)
{
	const struct kith_field_rule *rule = kith_rule_of_field(message->descriptor, field);
	size_t max = rule->max_items ? rule->max_items : KITH_LIST_MAX;
	size_t count = kith_member_count(message, field);
	int err = 0;

	if (count == 0 &&
		kith_field_is_required(check->body->kind.message, message->descriptor, field))
		return kith_break_rule(check, field->name, "is missing");
	if (count > max)
		return kith_break_rule(check, field->name, "must have at most %zu entries", max);
	for (size_t i = 0; !err && i < count; i++) {
		size_t was = kith_path_push_field(&check->path, field, i);

		err = check_value(check, rule, message, field, i);
		if (!err && rule->unique)
			err = check_unique(check, message, field, i);
		if (!err)
			kith_path_pop(&check->path, was);
	}
	return err;
}

static int check_message(struct kith_check *check, const ProtobufCMessage *message)
{
	kith_message_rule *rule = kith_rule_of_message(message->descriptor);
	int err = 0;

	for (unsigned i = 0; !err && i < message->descriptor->n_fields; i++)
		err = check_field(check, message, &message->descriptor->fields[i]);
	return !err && rule ? rule(check, message) : err;
}

static int check_notes(struct kith_check *check, const Kith__Body *body)
{
	const ProtobufCFieldDescriptor *field =
		protobuf_c_message_descriptor_get_field_by_name(&kith__body__descriptor, "notes");

	return check_field(check, &body->base, field);
}

int kith_body_check(const struct kith_body *body, const struct kith_header_facts *facts,
	struct kith_problem *problem)
{
	struct kith_check check = {.body = body, .facts = facts, .problem = problem};
	/* A missing `common` is checked like an empty one: its title is missing. */
	bool has_common =
		kith_member_count(body->message, &body->message->descriptor->fields[0]) > 0;
	int err = has_common ? 0 : check_message(&check, &body->common->base);

	if (!err)
		err = check_message(&check, body->message);
	if (!err)
		err = check_notes(&check, body->body);
	return err ? err : kith_check_links(&check);
}
