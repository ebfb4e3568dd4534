/*
 * partner_json.h: a partner as partner.list and sync.status show it.
 */
#ifndef KITH_NODE_API_PARTNER_JSON_H
#define KITH_NODE_API_PARTNER_JSON_H

#include <jansson.h>

#include "protocol/core.h"

/* Who it is and how we reach it. NULL: no memory. */
json_t *kith_partner_to_json(const struct kith_partner_config *partner);

/* Adds how things stand: state, since when, how far behind, what went wrong last, and the
 * counters. */
void kith_partner_add_state(json_t *object, const struct kith_partner_view *view, uint64_t wall_ms);

#endif
