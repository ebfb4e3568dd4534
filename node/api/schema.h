/*
 * schema.h: what each method takes and gives, read from node/api/schema/METHOD.json at build time.
 *
 * A schema file is one object:
 *
 *     {"method": "record.get", "access": "read" | "admin", "summary": "one line", "details": "…"?,
 *      "params":  JSON Schema of an object: what may be asked,
 *      "result":  JSON Schema: what comes back,
 *      "example": {"params": …, "result": …}}
 *
 * Of JSON Schema these words are understood, and no others (test_schema.c): type, properties,
 * required, additionalProperties (false, or the schema of what has any name), items, minItems,
 * maxItems, enum, minimum, maximum, minLength, maxLength, format, default, description. Formats:
 * record-id, record-id-prefix, author-key, circle, date-time, kind, link-type, base64, cursor,
 * follow-cursor, address, line (format.h).
 *
 * From these files come the checks of arguments, rpc.discover, the help of the command line, and
 * the manual page kith-rpc(7).
 */
#ifndef KITH_NODE_API_SCHEMA_H
#define KITH_NODE_API_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "keys/error.h"
#include "protocol/record.h"

struct kith_schema {
	const char *method;
	const char *summary;
	bool admin;           /* changes something: not on the read socket */
	const json_t *params; /* schema of the arguments, always of type object */
	json_t *json;         /* the whole file */
};

/* All schemas in order of method. NULL: no memory. Read-only afterwards. */
struct kith_schemas *kith_schemas_new(void);
void kith_schemas_free(struct kith_schemas *schemas);
size_t kith_schemas_count(const struct kith_schemas *schemas);
const struct kith_schema *kith_schema_at(const struct kith_schemas *schemas, size_t i);
/* NULL: no such method. */
const struct kith_schema *kith_schema_find(const struct kith_schemas *schemas, const char *method);

/*
 * Holds arguments to the method's schema. params may be NULL (none given), an object, or an array:
 * its values are then those of the properties in their order. *named is the object form, with a
 * reference of its own. KITH_E_MALFORMED: problem names field and rule. KITH_E_NOMEM.
 */
KITH_MUST_CHECK int kith_schema_check(const struct kith_schema *schema, json_t *params,
	json_t **named, struct kith_problem *problem);

/* The same for any value and (sub)schema; path is where the value stands. */
struct kith_path;
KITH_MUST_CHECK int kith_schema_check_value(
	const json_t *schema, json_t *value, struct kith_path *path, struct kith_problem *problem);

#endif
