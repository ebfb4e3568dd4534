/*
 * field_json.h: single fields of a record's body as JSON values and back; below body_json.c.
 *
 * What a field looks like in JSON follows from its type and the ending of its name (record_json.h).
 * Fixed-width and floating types have no JSON form here: kith.proto uses none of them in a body.
 */
#ifndef KITH_NODE_FIELD_JSON_H
#define KITH_NODE_FIELD_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

#include "keys/error.h"
#include "keys/id.h"
#include "node/json_out.h"
#include "protocol/problem.h"
#include "protocol/record.h"

/* Longest JSON name of a field, with the NUL. */
#define KITH_FIELD_NAME_MAX 64

enum kith_json_form {
	KITH_JSON_NONE, /* a type without a JSON form */
	KITH_JSON_TEXT,
	KITH_JSON_INTEGER,
	KITH_JSON_DEGREES,
	KITH_JSON_TIME,
	KITH_JSON_KEY,
	KITH_JSON_BASE64,
	KITH_JSON_CHOICE,
	KITH_JSON_YES_NO,
	KITH_JSON_OBJECT,
};
enum kith_json_form kith_field_json_form(const ProtobufCFieldDescriptor *field);

/* Of a field of form KEY: "recovery_key" is a recovery key, "node_key" a node's; any other an
 * author's. */
enum kith_id_type kith_field_key_type(const ProtobufCFieldDescriptor *field);

/* "lat" for lat_e7, "start" for start_ms, the field's own name for all others. */
void kith_field_json_name(const ProtobufCFieldDescriptor *field, char out[KITH_FIELD_NAME_MAX]);

/* How the values of a field are written, for descriptions: "text", "integer", "degrees",
 * "date-time", "key", "base64", "choice", "yes-no", "object"; NULL for a type without a JSON
 * form. */
const char *kith_field_json_type(const ProtobufCFieldDescriptor *field);

/* Bytes that one value takes in an unpacked message; 0 for a type without a JSON form. */
size_t kith_field_value_size(const ProtobufCFieldDescriptor *field);

/* Memory that lives as long as the message it was given for; freed as a whole. */
struct kith_json_memory {
	struct kith_json_block *blocks;
};
void *kith_json_memory_take(
	struct kith_json_memory *memory, size_t size); /* zeroed; NULL: none left */
void kith_json_memory_clear(struct kith_json_memory *memory);

/* Writes the one value (not a message) at `value`. */
void kith_value_write(
	const ProtobufCFieldDescriptor *field, const void *value, struct kith_json_out *out);

/*
 * The reverse. Strings are borrowed from the JSON value, bytes come from memory.
 * KITH_E_MALFORMED with a rule for people at `path`, KITH_E_NOMEM.
 */
KITH_MUST_CHECK int kith_value_from_json(const ProtobufCFieldDescriptor *field, const json_t *json,
	struct kith_json_memory *memory, const struct kith_path *path, void *value,
	struct kith_problem *problem);

/* The bytes that base64 text (RFC 4648, with padding) stands for. */
KITH_MUST_CHECK int kith_base64_from_json(
	const json_t *json, struct kith_json_memory *memory, uint8_t **out, size_t *out_len);

#endif
