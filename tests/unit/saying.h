/*
 * saying.h: bodies for tests, from a line of text such as
 *
 *     "place.country=PL|place.region=PL-22|tags=housing|tags=land|!title"
 *
 * Each part sets one field of the kind (those of `common` without prefix; a list gets one more
 * entry), "!name" takes one away that the sample has by itself. "clauses[1].who=…" is of the second
 * object of a list, "notes[0].why=…" about the first link. A value "*300" stands for 300 times the
 * letter a, or 300 bytes, and "*32b" for 32 times b. Numbers and names of enum values are written
 * out.
 */
#ifndef KITH_TESTS_UNIT_SAYING_H
#define KITH_TESTS_UNIT_SAYING_H

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
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
	if (many) {
		const char *letter = value + 1 + strspn(value + 1, "0123456789");

		memset(copy, *letter && *letter != '|' ? *letter : 'a', *len);
	} else {
		memcpy(copy, value, *len);
	}
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

	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		memset(base + field->quantifier_offset, 0, sizeof(size_t));
	else if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
		memset(base + field->offset, 0, sizeof(void *));
	else
		memset(base + field->quantifier_offset, 0, sizeof(protobuf_c_boolean));
}

/* The message in a field, or the i-th of a list; made if it is not there. */
static inline ProtobufCMessage *saying_inner(struct saying *s, ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field, size_t i)
{
	uint8_t *base = (uint8_t *)message;
	ProtobufCMessage *inner = NULL;
	uint8_t *list;
	size_t n = 0;

	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		memcpy(&inner, base + field->offset, sizeof(inner));
		if (!inner)
			inner = saying_new(s, field->descriptor);
		memcpy(base + field->offset, &inner, sizeof(inner));
		return inner;
	}
	for (memcpy(&n, base + field->quantifier_offset, sizeof(n)); n <= i; n++) {
		inner = saying_new(s, field->descriptor);
		memcpy(saying_place(s, message, field, sizeof(inner)), &inner, sizeof(inner));
	}
	memcpy(&list, base + field->offset, sizeof(list));
	memcpy(&inner, list + i * sizeof(inner), sizeof(inner));
	return inner;
}

/* One part of the line. */
static inline void saying_part(struct saying *s, ProtobufCMessage *message, const char *part)
{
	bool drop = part[0] == '!';
	size_t len = strcspn(part += drop, ".=[|"), i = 0;
	const char *rest = part + len;
	const ProtobufCFieldDescriptor *field;
	char name[32] = {0};

	assert(len < sizeof(name));
	memcpy(name, part, len);
	field = protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
	if (!field) { /* one of common's */
		field = &message->descriptor->fields[0];
		saying_part(s, saying_inner(s, message, field, 0), part - drop);
		return;
	}
	if (*rest == '[') {
		i = strtoul(rest + 1, NULL, 10);
		rest = strchr(rest, ']') + 1;
	}
	if (*rest == '.' && drop) { /* "!clauses[0].who": "!who" of what is there */
		len = strcspn(rest + 1, "|");
		assert(len + 2 < sizeof(name));
		snprintf(name, sizeof(name), "!%.*s", (int)len, rest + 1);
		saying_part(s, saying_inner(s, message, field, i), name);
	} else if (*rest == '.') {
		saying_part(s, saying_inner(s, message, field, i), rest + 1);
	} else if (drop) {
		saying_drop(message, field);
	} else if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
		saying_set(s, message, field, rest + 1);
	} else {
		saying_inner(s, message, field, i);
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

static inline void saying_parts(struct saying *s, ProtobufCMessage *message, const char *line)
{
	while (*line) {
		if (strncmp(line, "notes[", 6) == 0)
			saying_note(s, line + 5);
		else
			saying_part(s, message, line);
		line += strcspn(line, "|");
		line += *line == '|';
	}
}

/* What a kind must say beside a title. */
static inline const char *saying_sample(const char *kind_name)
{
	static const char *const samples[][2] = {
		{"profile", "type=city"},
		{"exchange", "direction=offer|what=w"},
		{"ask", "type=question"},
		{"statement", "intent=comment|text=t"},
		{"stance", "position=support"},
		{"evaluation", "outcome=mixed"},
		{"action", "state=planned"},
		{"pact", "parties_author=*32a|parties_author=*32b|clauses[0].who=w|"
			 "clauses[0].what=w|rule=all"},
		{"introduction", "a_author=*32a|b_author=*32b|why=w"},
		{"label", "value=v|reason=r"},
		{"vocabulary", "uri=https://example.org/v/|terms[0].id=a|terms[0].lang=en|"
			       "terms[0].label=l"},
		{"x", "name=org.example.survey"},
	};

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		if (strcmp(samples[i][0], kind_name) == 0)
			return samples[i][1];
	return "";
}

/* The sample of a kind breaks no rule; `line` is said on top of it. A stance and a label need a
 * link as well, see saying_link(). */
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
	saying_parts(s, message, "title=A title");
	saying_parts(s, message, saying_sample(kind_name));
	saying_parts(s, message, line);
}

/* The link without which no record of the kind is valid, or the number 0. */
static inline uint32_t saying_link(const char *kind_name)
{
	bool needed = strcmp(kind_name, "stance") == 0 || strcmp(kind_name, "label") == 0;

	return needed ? KITH__LINK_TYPE__LINK_TYPE_ABOUT : 0;
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
