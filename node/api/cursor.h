/*
 * cursor.h: the places from which record.find and record.follow go on, as text that clients keep
 * and hand back without looking into it.
 */
#ifndef KITH_NODE_API_CURSOR_H
#define KITH_NODE_API_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/set.h"

/* A row of find: created_ms and id. */
#define KITH_FIND_CURSOR_MAX 55
void kith_find_cursor_format(const struct kith_item *item, char out[KITH_FIND_CURSOR_MAX]);
bool kith_find_cursor_parse(const char *text, struct kith_item *out);

/* A position in the order of arrival. */
#define KITH_FOLLOW_CURSOR_MAX 21
void kith_follow_cursor_format(uint64_t seq, char out[KITH_FOLLOW_CURSOR_MAX]);
bool kith_follow_cursor_parse(const char *text, uint64_t *out);

#endif
