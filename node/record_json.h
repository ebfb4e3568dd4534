/*
 * record_json.h: records as JSON, derived from the descriptors of kith.proto.
 *
 * A record reads (SPEC section "JSON form"):
 *
 *   {"id": "<hex>", "kind": "practice", "author": "author_…", "circle": "commons" | "circle_…",
 *    "created": "2026-05-01T10:00:00.000Z", "lang": "en",
 *    "links": [{"type": "adapts", "target": "<hex>", "kept": "…", "changed": "…", "why": "…"}],
 *    "body": {"title": "…", "place": {"country": "GR", "lat": 40.93}, "steps": ["…"], …}}
 *
 * The fields of Common stand beside the kind's own. By the ending of a field's name: _e7 becomes
 * decimal degrees and _ms an ISO 8601 date or time, both under the name without the ending; _key
 * is the text form of a key, and so is _author, under the name without the ending. Bytes are
 * base64, enums their names in lower case. What the body says of a link (kept, changed, why, note)
 * stands in the link. An erased body is null. For a kind this build does not know, or a body it
 * cannot read, the body is {"unknown": "<base64>"}; such a kind, and a link type from a later
 * version, is shown as its number in text ("kind": "99"). on_behalf_of and delegation appear when
 * present.
 *
 * A record without a title has a "caption" beside its body, the line that stands for it in lists.
 *
 * A draft is the same without id, caption, author and created (created may be given); circle
 * defaults to the commons. Every complaint names the field by its path ("body.place.country",
 * "links[0].target") and says the rule; nothing that was typed is repeated in it but field names.
 */
#ifndef KITH_NODE_RECORD_JSON_H
#define KITH_NODE_RECORD_JSON_H

#include <jansson.h>

#include "keys/rng.h"
#include "node/json_out.h"
#include "protocol/body.h"
#include "protocol/record.h"

/* For json_dumps() of what comes from here: one line, and no more digits than a coordinate has. */
#define KITH_JSON_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(10))

/* Writes the record as a value, without line breaks; what goes wrong (KITH_E_NOMEM,
 * KITH_E_TOO_LARGE) is in out->buf->err. */
void kith_record_write(const struct kith_record *record, struct kith_json_out *out);
/* The same as a tree. NULL: no memory. */
json_t *kith_record_to_json(const struct kith_record *record);

/*
 * A JSON draft becomes a signed envelope. wall_ms is used when the draft has no "created". lang
 * defaults to default_lang (may be NULL). Target ids must be complete (64 digits). Checked with
 * kith_body_check() and by kith_record_sign(). The envelope is appended to the buffer; id may be
 * NULL. The draft is only read.
 *   KITH_E_RULE, KITH_E_MALFORMED (wrong JSON type, unknown field), KITH_E_NOT_FOUND (unknown
 *   kind), KITH_E_TOO_LARGE, KITH_E_NOMEM; problem is filled.
 */
KITH_MUST_CHECK int kith_record_from_json(json_t *draft, const struct kith_sign_pair *author,
	const char *default_lang, uint64_t wall_ms, const struct kith_rng *rng,
	struct kith_buf *envelope, struct kith_record_id *id, struct kith_problem *problem);

/* "2017-03-10", "2017-03", "2017", or RFC 3339 with zone, to milliseconds since 1970. */
KITH_MUST_CHECK int kith_time_parse(const char *text, int64_t *out_ms);
/* RFC 3339 in UTC with milliseconds, or the date alone when it is midnight and date_if_midnight. */
void kith_time_format(int64_t ms, bool date_if_midnight, char out[40]);

/*
 * A JSON description of a kind's fields, for help, templates and kind.describe; NULL: unknown kind
 * or no memory.
 *   {"kind": "practice", "number": 65, "fields": [
 *      {"name": "title", "type": "text", "common": true, "required": true, "max_bytes": 300},
 *      {"name": "outcome", "type": "choice", "choices": ["unknown", "worked", …]},
 *      {"name": "steps", "type": "text", "list": true, "max_items": 50, "block": true, …},
 *      {"name": "place", "type": "object", "common": true, "fields": [{"name": "country", …}, …]},
 *      {"name": "recovery_key", "type": "key", "key": "recovery"}, …]}
 * type is text, integer, degrees, date-time, key, base64, choice, yes-no or object. These appear
 * only when true: list, common, required, block (a text that may have several lines), prose (a text
 * for people, not a code or address). The bounds are those of the rules.
 */
json_t *kith_kind_to_json(const char *kind_name);

#endif
