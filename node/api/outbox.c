/* outbox.c: see outbox.h. */
#include "node/api/outbox.h"

#define KEEP_BYTES 4096 /* more than this an idle buffer does not keep */

void kith_outbox_tidy(struct kith_buf *buf)
{
	if (buf->room > KEEP_BYTES)
		kith_buf_clear(buf);
	else
		kith_buf_reset(buf);
}

void kith_outbox_init(struct kith_outbox *box, uv_stream_t *stream, size_t cap,
	void (*written)(void *ctx, bool ok), void *ctx)
{
	*box = (struct kith_outbox){.stream = stream, .written = written, .ctx = ctx};
	kith_buf_init(&box->out, cap);
	kith_buf_init(&box->sending, cap);
}

void kith_outbox_clear(struct kith_outbox *box)
{
	kith_buf_clear(&box->out);
	kith_buf_clear(&box->sending);
}

size_t kith_outbox_unsent(const struct kith_outbox *box)
{
	return box->out.len + box->sending.len;
}

static void on_written(uv_write_t *request, int status)
{
	struct kith_outbox *box = request->data;

	box->writing = false;
	kith_outbox_tidy(&box->sending);
	box->written(box->ctx, status == 0);
}

static bool send_rest(struct kith_outbox *box)
{
	struct kith_buf empty = box->sending;
	uv_buf_t buf;

	box->sending = box->out;
	box->out = empty;
	buf = uv_buf_init((char *)box->sending.data, (unsigned)box->sending.len);
	box->request.data = box;
	box->writing = uv_write(&box->request, box->stream, &buf, 1, on_written) == 0;
	return box->writing;
}

bool kith_outbox_flush(struct kith_outbox *box)
{
	uv_buf_t buf = uv_buf_init((char *)box->out.data, (unsigned)box->out.len);
	int sent;

	if (box->writing || box->out.len == 0)
		return true;
	sent = uv_try_write(box->stream, &buf, 1);
	if (sent < 0 && sent != UV_EAGAIN)
		return false;
	if (sent >= 0 && (size_t)sent == box->out.len) {
		kith_outbox_tidy(&box->out);
		return true;
	}
	kith_buf_consume(&box->out, sent > 0 ? (size_t)sent : 0);
	return send_rest(box);
}

bool kith_outbox_is_stuck(struct kith_outbox *box, uint64_t now_ms, uint64_t limit_ms)
{
	size_t left = uv_stream_get_write_queue_size(box->stream);

	if (!box->writing || left != box->stuck_bytes) {
		box->stuck_bytes = box->writing ? left : 0;
		box->stuck_since_ms = now_ms;
		return false;
	}
	return now_ms - box->stuck_since_ms >= limit_ms;
}
