/*
 * kind.h: what the descriptors of kith.proto say about record kinds.
 *
 * The list of kinds is the oneof of the message Body: the field's number is the kind number, its
 * name the kind's name, its message the kind's fields. Nothing else lists kinds; JSON, text form,
 * search and the command line walk the descriptors with these functions.
 */
#ifndef KITH_PROTOCOL_KIND_H
#define KITH_PROTOCOL_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

struct kith_kind {
	uint32_t number;
	const char *name;                          /* "practice" */
	const ProtobufCMessageDescriptor *message; /* its fields; the first is `common` */
	const ProtobufCFieldDescriptor *field;     /* its place in Body */
};

/* The i-th kind in order of number; false beyond the last. */
bool kith_kind_at(size_t i, struct kith_kind *out);
bool kith_kind_by_number(uint32_t number, struct kith_kind *out);
bool kith_kind_by_name(const char *name, struct kith_kind *out);

/* "worked" for OUTCOME_WORKED of enum Outcome: the value's name without the enum's prefix, lower
 * case, '-' for '_'. Writes at most len bytes with NUL; false when the number is none of the
 * enum's. */
bool kith_enum_format(const ProtobufCEnumDescriptor *type, int value, char *out, size_t len);
/* The reverse, for names as written by kith_enum_format ('_' is taken for '-' too). */
bool kith_enum_parse(const ProtobufCEnumDescriptor *type, const char *name, int *value);

#endif
