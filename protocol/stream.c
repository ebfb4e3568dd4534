/* stream.c: see stream.h. */
#include "protocol/stream.h"

enum { HEAD = KITH_MESSAGE_HEAD_BYTES };

_Static_assert(KITH_FRAME_MAX_BYTES < KITH_MESSAGE_MAX_BYTES, "see kith_stream_next()");

void kith_stream_init(struct kith_stream *stream)
{
	*stream = (struct kith_stream){0};
	kith_buf_init(&stream->partial, HEAD + KITH_MESSAGE_MAX_BYTES);
}

void kith_stream_clear(struct kith_stream *stream)
{
	kith_buf_clear(&stream->partial);
	stream->rest = (struct kith_bytes){NULL, 0};
	stream->handed_out = false;
}

void kith_stream_feed(struct kith_stream *stream, struct kith_bytes data)
{
	stream->rest = data;
}

/* The other side's word, up to 2^24 - 1; to be compared with the limit before it is used. */
static size_t payload_len(const uint8_t *head)
{
	return (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
}

/* Moves up to wanted bytes of the frame into the message that is being put together. */
static void gather(struct kith_stream *stream, size_t wanted)
{
	size_t missing = wanted - stream->partial.len;
	size_t n = missing < stream->rest.len ? missing : stream->rest.len;

	kith_write(&stream->partial, stream->rest.data, n);
	stream->rest.data += n;
	stream->rest.len -= n;
}

/* A message that began in an earlier frame, or will end in a later one. */
static int next_spanning(
	struct kith_stream *stream, uint8_t *type, struct kith_bytes *payload, bool *found)
{
	size_t len;

	if (stream->partial.len < HEAD)
		gather(stream, HEAD);
	if (kith_buf_err(&stream->partial) || stream->partial.len < HEAD)
		return kith_buf_err(&stream->partial);
	len = payload_len(stream->partial.data);
	if (len > KITH_MESSAGE_MAX_BYTES)
		return KITH_E_TOO_LARGE;
	gather(stream, HEAD + len);
	if (kith_buf_err(&stream->partial) || stream->partial.len < HEAD + len)
		return kith_buf_err(&stream->partial);
	*type = stream->partial.data[0];
	*payload = (struct kith_bytes){stream->partial.data + HEAD, len};
	stream->handed_out = *found = true;
	return 0;
}

int kith_stream_next(
	struct kith_stream *stream, uint8_t *type, struct kith_bytes *payload, bool *found)
{
	size_t len;

	*found = false;
	if (stream->handed_out) {
		kith_buf_clear(&stream->partial);
		stream->handed_out = false;
	}
	if (stream->rest.len == 0)
		return 0;
	if (stream->partial.len || stream->rest.len < HEAD)
		return next_spanning(stream, type, payload, found);
	len = payload_len(stream->rest.data);
	/* No frame is as long as a message may be, so that one over the limit never fits here. */
	if (len > stream->rest.len - HEAD)
		return next_spanning(stream, type, payload, found);
	*type = stream->rest.data[0];
	*payload = (struct kith_bytes){stream->rest.data + HEAD, len};
	stream->rest.data += HEAD + len;
	stream->rest.len -= HEAD + len;
	*found = true;
	return 0;
}

bool kith_stream_midway(const struct kith_stream *stream)
{
	return stream->partial.len != 0 && !stream->handed_out;
}

void kith_stream_head(uint8_t type, size_t len, uint8_t out[KITH_MESSAGE_HEAD_BYTES])
{
	out[0] = type;
	out[1] = (uint8_t)(len >> 16);
	out[2] = (uint8_t)(len >> 8);
	out[3] = (uint8_t)len;
}
