/*
 * stream.h: the messages that ride in data frames (SPEC section "Transport").
 *
 *     type u8 | length u24 big-endian | payload (at most KITH_MESSAGE_MAX_BYTES)
 *
 * They follow each other without regard to where frames end. A message that lies within one frame
 * is handed out where it lies; one that spans frames is put together in memory that grows with
 * what has come, never with what was announced.
 */
#ifndef KITH_PROTOCOL_STREAM_H
#define KITH_PROTOCOL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/bytes.h"
#include "protocol/limits.h"

#define KITH_MESSAGE_HEAD_BYTES 4u

struct kith_stream {
	struct kith_bytes rest;  /* borrowed: what the current frame still holds */
	struct kith_buf partial; /* a message that began in an earlier frame */
	bool handed_out;         /* partial was the last message: it goes at the next call */
};

void kith_stream_init(struct kith_stream *stream);
void kith_stream_clear(struct kith_stream *stream);

/* Gives the stream the data of one frame; call only when kith_stream_next() has found no more. */
void kith_stream_feed(struct kith_stream *stream, struct kith_bytes data);

/* The next whole message; *found is false when the frame is used up. payload dies at the next
 * call and with the frame. KITH_E_TOO_LARGE as soon as a length says so; KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_stream_next(
	struct kith_stream *stream, uint8_t *type, struct kith_bytes *payload, bool *found);

/* Whether a message has begun and is not whole. */
bool kith_stream_midway(const struct kith_stream *stream);

/* Writes the head of a message. */
void kith_stream_head(uint8_t type, size_t payload_len, uint8_t out[KITH_MESSAGE_HEAD_BYTES]);

#endif
