/*
 * outbox.h: bytes on their way to a client: written at once as far as the socket takes them, the
 * rest handed to libuv while further answers gather behind it.
 */
#ifndef KITH_NODE_API_OUTBOX_H
#define KITH_NODE_API_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "protocol/bytes.h"

struct kith_outbox {
	uv_stream_t *stream;
	uv_write_t request;
	struct kith_buf out;     /* append answers here */
	struct kith_buf sending; /* libuv reads from it while `writing` */
	bool writing;
	void (*written)(void *ctx, bool ok);
	void *ctx;
	size_t stuck_bytes; /* as kith_outbox_is_stuck() saw it last */
	uint64_t stuck_since_ms;
};

/* written() is told when what libuv was given has gone, or cannot go. */
void kith_outbox_init(struct kith_outbox *box, uv_stream_t *stream, size_t cap,
	void (*written)(void *ctx, bool ok), void *ctx);
void kith_outbox_clear(struct kith_outbox *box);

/* false: the connection is broken. */
KITH_MUST_CHECK bool kith_outbox_flush(struct kith_outbox *box);

size_t kith_outbox_unsent(const struct kith_outbox *box);

/* Whether not a byte has gone for limit_ms although some should. */
bool kith_outbox_is_stuck(struct kith_outbox *box, uint64_t now_ms, uint64_t limit_ms);

/* Empties a buffer; a large one gives its memory back. */
void kith_outbox_tidy(struct kith_buf *buf);

#endif
