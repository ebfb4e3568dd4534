/*
 * requests.h: a first-in, first-out queue of record ids, each with the set it belongs to.
 */
#ifndef KITH_PROTOCOL_REQUESTS_H
#define KITH_PROTOCOL_REQUESTS_H

#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"
#include "keys/id.h"

struct kith_request {
	struct kith_record_id id;
	uint16_t set; /* index into the peer's list of syncs */
	uint8_t why;  /* enum kith_records_why, for what is to be sent */
};

struct kith_requests {
	struct kith_request *items;
	size_t head; /* items[head] is the oldest */
	size_t count;
	size_t room;
};

void kith_requests_clear(struct kith_requests *queue); /* frees; empty afterwards */
KITH_MUST_CHECK int kith_requests_put(
	struct kith_requests *queue, const struct kith_request *request);
/* The i-th oldest, i < count. Dies at the next call. */
const struct kith_request *kith_requests_at(const struct kith_requests *queue, size_t i);
void kith_requests_drop(struct kith_requests *queue, size_t n); /* the n oldest */
/* How many of the oldest, at most `most`, have the same set and why. */
size_t kith_requests_run(const struct kith_requests *queue, size_t most);

#endif
