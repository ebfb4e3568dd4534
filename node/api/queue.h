/*
 * queue.h: the calls of one client, from the line they came in to the answer that goes out.
 *
 * Answers leave in the order of the requests. A call begins when all before it are done; only calls
 * whose method `overlaps` may run side by side, so that many can share one commit. The answers of a
 * batch are written as one array, as they come off the front; a batch of notifications is not
 * answered.
 */
#ifndef KITH_NODE_API_QUEUE_H
#define KITH_NODE_API_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "protocol/bytes.h"

struct kith_call;

struct kith_queue {
	struct kith_call *first, **last;
	struct kith_call **waiting; /* link to the first that has not begun */
	size_t count;
	size_t ahead_bytes; /* of the lines they came in */
	size_t running;
	bool running_overlap; /* all that run do */
	bool batch_open;      /* the answer to a batch has begun and not ended */
	bool batch_answered;
};

void kith_queue_init(struct kith_queue *queue);
/* Calls that run go on for nobody; the others are freed. */
void kith_queue_clear(struct kith_queue *queue);

void kith_queue_append(struct kith_queue *queue, struct kith_call *call);

/* Takes what is done off the front and appends its answers, each batch and each single answer on
 * a line of its own. */
void kith_queue_collect(struct kith_queue *queue, struct kith_buf *out);

/* Begins the next call, if there is one that may begin; it can be done at once. */
bool kith_queue_begin_next(struct kith_queue *queue);

#endif
