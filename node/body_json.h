/*
 * body_json.h: messages of kith.proto as JSON objects and back, by walking their descriptors.
 *
 * Fields of the message Common, where a kind's message has them, stand beside the kind's own.
 * Nothing here knows a field by name: a kind that is added to kith.proto has its JSON at once.
 */
#ifndef KITH_NODE_BODY_JSON_H
#define KITH_NODE_BODY_JSON_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>

#include "node/field_json.h"

/* Writes the fields that are there, names and values, into an open object; leaves the one out
 * that is called `without` (may be NULL). */
void kith_message_write(
	const ProtobufCMessage *message, const char *without, struct kith_json_out *out);

/*
 * Builds a message in memory out of an object; strings stay in the JSON and must outlive it. `what`
 * is how a person calls the thing, for complaints ("is no field of practice"); path is where it
 * stands.
 *   KITH_E_MALFORMED with problem, KITH_E_NOMEM
 */
KITH_MUST_CHECK int kith_message_from_json(const ProtobufCMessageDescriptor *type, const char *what,
	json_t *object, struct kith_json_memory *memory, struct kith_path *path,
	ProtobufCMessage **out, struct kith_problem *problem);

/* Appends a JSON name to a path; what a stranger typed is cut short and cleaned of all but
 * letters, digits, '-' and '_'. As kith_path_push(). */
size_t kith_path_push_typed(struct kith_path *path, const char *name);

#endif
