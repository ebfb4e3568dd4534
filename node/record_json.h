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
 * The fields of Common stand beside the kind's own. By the ending of a field's name: _e7 becomes decimal
 * degrees under the name without it, _ms an ISO 8601 date or time, _key the text form of a key. Bytes
 * are base64, enums their names in lower case. An erased body is null. For a kind this build does not know the body is
 * {"unknown": "<base64>"}. on_behalf_of and delegation appear when present.
 *
 * A draft is the same without id, author and created (created may be given). Every complaint names the
 * field by its path and says the rule.
 */
#ifndef KITH_NODE_RECORD_JSON_H
#define KITH_NODE_RECORD_JSON_H

#include <jansson.h>

#include "keys/rng.h"
#include "protocol/body.h"
#include "protocol/record.h"

/* NULL: no memory. */
json_t *kith_record_to_json(const struct kith_record *record);

/*
 * A JSON draft becomes a signed envelope. now_ms is used when the draft has no "created". lang defaults
 * to default_lang. Target ids must be complete (64 digits). Checked with kith_body_check() and by kith_record_sign().
 *   KITH_E_RULE, KITH_E_MALFORMED (wrong JSON type, unknown field), KITH_E_NOT_FOUND (unknown kind),
 *   KITH_E_TOO_LARGE, KITH_E_NOMEM; problem is filled.
 */
KITH_MUST_CHECK int kith_record_from_json(const json_t *draft, const struct kith_sign_pair *author,
	const char *default_lang, uint64_t wall_ms, const struct kith_rng *rng, struct kith_buf *envelope,
	struct kith_record_id *id, struct kith_problem *problem);

/* "2017-03-10", "2017-03", "2017", or RFC 3339 with zone, to milliseconds since 1970. */
KITH_MUST_CHECK int kith_time_parse(const char *text, int64_t *out_ms);
/* RFC 3339 in UTC with milliseconds, or the date alone when it is midnight and date_if_midnight. */
void kith_time_format(int64_t ms, bool date_if_midnight, char out[40]);

/* A JSON description of a kind's fields: name, type, enum names, repeated, nested; for help, templates
 * and rpc.discover. NULL: unknown kind or no memory. */
json_t *kith_kind_to_json(const char *kind_name);

#endif
