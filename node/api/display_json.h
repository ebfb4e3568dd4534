/*
 * display_json.h: which text of a record to show to a reader who wishes for certain languages, and
 * how it came to be; the member "display" of record.get.
 *
 * The order is that of kith_translations_choose(): a wanted language by people, the original, a
 * machine. A record that is a translation itself was named by its own id and is shown itself, as
 * derived from its original.
 */
#ifndef KITH_NODE_API_DISPLAY_JSON_H
#define KITH_NODE_API_DISPLAY_JSON_H

#include <jansson.h>

#include "protocol/domain/view.h"

#define KITH_WISHES_MAX 16

/* wishes: BCP 47 tags with commas between them, the dearest first; what is behind
 * KITH_WISHES_MAX of them is not looked at. *out is new. */
KITH_MUST_CHECK int kith_display_to_json(const struct kith_view *view,
	const struct kith_record *record, const char *wishes, json_t **out);

#endif
