/*
 * state_json.h: what follows for a record from all that is held about it, as JSON. Derived anew
 * each time (protocol/domain/), so it depends on the records alone, not on their order of arrival.
 */
#ifndef KITH_NODE_API_STATE_JSON_H
#define KITH_NODE_API_STATE_JSON_H

#include <jansson.h>

#include "protocol/domain/view.h"

/* The parts that apply to the record's kind; node/api/schema/record.state.json tells them. An error
 * of the view, or KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_state_to_json(
	const struct kith_view *view, const struct kith_record *record, json_t **out);

#endif
