/*
 * rules.h: what the tables of rules.c are made of, for check.c and body.c. Internal to protocol/.
 */
#ifndef KITH_PROTOCOL_RULES_H
#define KITH_PROTOCOL_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/body.h"
#include "protocol/form.h"
#include "protocol/problem.h"

/* One row: what a field must be, beyond its type. Zero stands for the usual. */
struct kith_field_rule {
	const char *field;   /* "Common.title": message and field as in kith.proto */
	enum kith_form form; /* of a text */
	size_t max_bytes;    /* of a text or bytes; 0: KITH_TEXT_MAX_BYTES */
	size_t exact_bytes;  /* of bytes; 0: any length up to max_bytes */
	size_t max_items;    /* of a list; 0: KITH_LIST_MAX */
	int64_t min, max;    /* of a number; both 0: any */
	bool required;       /* must be there */
	bool unique;         /* no two values of the list are alike */
	bool apart;          /* a text for people that has its own place in the index */
};

/* The row of a field; one of zeros if it has none. Never NULL. */
const struct kith_field_rule *kith_rule_of_field(
	const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field);

/* The i-th row, for the test that holds the rows to the schema; false beyond the last. */
bool kith_rule_at(size_t i, const struct kith_field_rule **out);

/* Whether a body of that kind must say the field, which is one of the kind's message or below. */
bool kith_field_is_required(const ProtobufCMessageDescriptor *kind,
	const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field);

/* A check on its way through a body. */
struct kith_check {
	const struct kith_body *body;
	const struct kith_header_facts *facts;
	struct kith_path path; /* of the message under check */
	struct kith_problem *problem;
};

/* A rule between the fields of one message: 0, or kith_break_rule(). */
typedef int kith_message_rule(struct kith_check *check, const ProtobufCMessage *message);

/* The rule of a message, or NULL when it has none. */
kith_message_rule *kith_rule_of_message(const ProtobufCMessageDescriptor *message);

/* check.c: fills the problem for a field below the current path ("" for the path itself) and
 * returns KITH_E_RULE. The check ends there. */
KITH_MUST_CHECK int kith_break_rule(struct kith_check *check, const char *field, const char *rule,
	...) __attribute__((format(printf, 3, 4)));

/* check.c: adds a field, with its position when it is a list, to the path. Returns the length
 * before. */
size_t kith_path_push_field(
	struct kith_path *path, const ProtobufCFieldDescriptor *field, size_t i);

/* links.c: rules between the header's links and the body's notes on them. */
KITH_MUST_CHECK int kith_check_links(struct kith_check *check);

#endif
