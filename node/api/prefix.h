/*
 * prefix.h: records named by the beginning of their id.
 */
#ifndef KITH_NODE_API_PREFIX_H
#define KITH_NODE_API_PREFIX_H

#include <stdbool.h>

#include "protocol/record.h"

struct kith_call;
struct kith_reader;

/* The record that an argument of a call means, by its complete id (which need not be here) or by a
 * beginning that fits one record only; otherwise false, and the call has failed. */
bool kith_call_find_id(struct kith_call *call, struct kith_reader *reader, const char *argument,
	struct kith_record_id *out);

#endif
