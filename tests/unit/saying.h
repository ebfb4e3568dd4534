/*
 * saying.h: bodies for tests, from a line of text such as
 *
 *     "place.country=PL|place.region=PL-22|tags=housing|tags=land|!title"
 *
 * Each part sets one field of the kind (those of `common` without prefix; a list gets one more
 * entry), "!name" takes one away that the sample has by itself. "notes[0].why=…" is about the
 * first link. A value "*300" stands for 300 times the letter a, or 300 bytes. Numbers and names of
 * enum values are written out.
 */
#ifndef KITH_TESTS_UNIT_SAYING_H
#define KITH_TESTS_UNIT_SAYING_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/body.h"
#include "protocol/kind.h"
#include "tests/unit/seeded.h"

struct saying {
	Kith__Body body;
	size_t used;
	union {
		uint64_t aligned;
		uint8_t bytes[1 << 20];
	} pool; /* everything the body points to */
};

static inline void *saying_take(struct saying *s, size_t len)
{
	void *at = s->pool.bytes + s->used;

	s->used += (len + 7) & ~(size_t)7;
	assert(s->used <= sizeof(s->pool.bytes));
	memset(at, 0, len);
	return at;
}

static inline ProtobufCMessage *saying_new(struct saying *s, const ProtobufCMessageDescriptor *type)
{
	ProtobufCMessage *message = saying_take(s, type->sizeof_message);

	type->message_init(message);
	return message;
}

/* Room for one more value of len bytes: the member itself, or the end of a list that is made anew.
 * */
static inline void *saying_place(struct saying *s, ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t len)
{
	uint8_t *base = (uint8_t *)message;
	protobuf_c_boolean yes = 1;
	uint8_t *list, *longer;
	size_t n;

	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		if (field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_MESSAGE)
			memcpy(base + field->quantifier_offset, &yes, sizeof(yes));
		return base + field->offset;
	}
	memcpy(&list, base + field->offset, sizeof(list));
	memcpy(&n, base + field->quantifier_offset, sizeof(n));
	longer = saying_take(s, (n + 1) * len);
	if (n)
		memcpy(longer, list, n * len);
	memcpy(base + field->offset, &longer, sizeof(longer));
	n++;
	memcpy(base + field->quantifier_offset, &n, sizeof(n));
	return longer + (n - 1) * len;
}

static inline char *saying_value(struct saying *s, const char *value, size_t *len)
{
	bool many = value[0] == '*';
	char *copy;

	*len = many ? strtoul(value + 1, NULL, 10) : strcspn(value, "|");
	copy = saying_take(s, *len + 1);
	if (many)
		memset(copy, 'a', *len);
	else
		memcpy(copy, value, *len);
	return copy;
}

static inline void saying_set(struct saying *s, ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, const char *value)
{
	size_t len;
	char *text = saying_value(s, value, &len);
	ProtobufCBinaryData data = {len, (uint8_t *)text};
	int64_t number = strtoll(text, NULL, 10);
	int32_t low = (int32_t)number;
	int named;

	if (field->type == PROTOBUF_C_TYPE_STRING) {
		memcpy(saying_place(s, message, field, sizeof(text)), &text, sizeof(text));
	} else if (field->type == PROTOBUF_C_TYPE_BYTES) {
		memcpy(saying_place(s, message, field, sizeof(data)), &data, sizeof(data));
	} else if (field->type == PROTOBUF_C_TYPE_INT64) {
		memcpy(saying_place(s, message, field, sizeof(number)), &number, sizeof(number));
	} else {
		if (field->type == PROTOBUF_C_TYPE_ENUM &&
			kith_enum_parse(field->descriptor, text, &named))
			low = named;
		memcpy(saying_place(s, message, field, sizeof(low)), &low, sizeof(low));
	}
}

static inline void saying_drop(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	uint8_t *base = (uint8_t *)message;

	if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
		memset(base + field->offset, 0, sizeof(void *));
	else
		memset(base + field->quantifier_offset, 0, sizeof(protobuf_c_boolean));
}

/* One part of the line. */
static inline void saying_part(struct saying *s, ProtobufCMessage *message, const char *part)
{
	bool drop = part[0] == '!';
	size_t len = strcspn(part += drop, ".=[|");
	const ProtobufCFieldDescriptor *field;
	ProtobufCMessage *inner;
	char name[32] = {0};

	assert(len < sizeof(name));
	memcpy(name, part, len);
	field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
	if (!field) { /* one of common's */
		field = &message->descriptor->fields[0];
		len = 0;
	}
	if (drop && field->type != PROTOBUF_C_TYPE_MESSAGE) {
		saying_drop(message, field);
	} else if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
		saying_set(s, message, field, part + len + 1);
	} else {
		memcpy(&inner, (uint8_t *)message + field->offset, sizeof(inner));
		if (!inner) {
			inner = saying_new(s, field->descriptor);
			memcpy((uint8_t *)message + field->offset, &inner, sizeof(inner));
		}
		if (len == 0)
			saying_part(s, inner, part - drop);
		else if (part[len] == '.')
			saying_part(s, inner, part + len + 1);
	}
}

/* "[1].why=…": the second note. */
static inline void saying_note(struct saying *s, const char *part)
{
	size_t i = strtoul(part + 1, NULL, 10);

	while (s->body.n_notes <= i) {
		ProtobufCMessage *note = saying_new(s, &kith__link_note__descriptor);

		memcpy(saying_place(
			       s, &s->body.base, &kith__body__descriptor.fields[1], sizeof(note)),
			&note, sizeof(note));
	}
	saying_part(s, &s->body.notes[i]->base, strchr(part, '.') + 1);
}

/* The sample of a kind breaks no rule; `line` is said on top of it. */
static inline void saying_init(struct saying *s, const char *kind_name, const char *line)
{
	struct kith_kind kind;
	ProtobufCMessage *message;

	s->used = 0;
	kith__body__init(&s->body);
	if (!kith_kind_by_name(kind_name, &kind))
		abort();
	message = saying_new(s, kind.message);
	memcpy((uint8_t *)&s->body + kind.field->offset, &message, sizeof(message));
	s->body.kind_case = (Kith__Body__KindCase)kind.number;
	saying_part(s, message, "title=A title");
	if (strcmp(kind_name, "profile") == 0)
		saying_part(s, message, "type=city");
	if (strcmp(kind_name, "x") == 0)
		saying_part(s, message, "name=org.example.survey");
	while (*line) {
		if (strncmp(line, "notes[", 6) == 0)
			saying_note(s, line + 5);
		else
			saying_part(s, message, line);
		line += strcspn(line, "|");
		line += *line == '|';
	}
}

static inline struct kith_buf saying_pack(struct saying *s)
{
	struct seeded seeded = {99};
	struct kith_rng rng = seeded_rng(&seeded);
	struct kith_buf out;

	kith_buf_init(&out, 1 << 20);
	if (kith_body_encode(&s->body, &rng, &out))
		abort();
	return out;
}

#endif
