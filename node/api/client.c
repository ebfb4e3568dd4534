/*
 * client.c: see client.h. kith_client_turn() is the one place where things move: calls begun,
 * answers off the queue, lines taken, bytes sent, reading switched on or off. Whatever happens to a
 * client changes its state and then calls it.
 */
#include "node/api/client.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "node/api/call.h"
#include "node/api/express.h"
#include "node/api/follow.h"
#include "node/api/lines.h"
#include "node/api/outbox.h"
#include "node/api/queue.h"

struct kith_client {
	uv_pipe_t pipe;
	struct kith_api *api;
	struct kith_client *next, **link; /* all clients */
	struct kith_client *ready_next;
	bool admin, eof, closing, stopping, reading, turning, is_ready;
	struct kith_lines lines;
	struct kith_queue queue;
	struct kith_outbox box;
	size_t counted; /* of ours in the api's unsent_bytes */
	struct kith_follow *follow;
};

/* ---- small views -------------------------------------------------------------------------- */

struct kith_api *kith_client_api(const struct kith_client *client)
{
	return client->api;
}

bool kith_client_is_admin(const struct kith_client *client)
{
	return client->admin;
}

struct kith_client *kith_client_next(const struct kith_client *client)
{
	return client->next;
}

struct kith_follow *kith_client_follow(const struct kith_client *client)
{
	return client->follow;
}

void kith_client_set_follow(struct kith_client *client, struct kith_follow *follow)
{
	client->follow = follow;
}

/* Whether so much of what it asked for is unread that nothing more is done for it. */
static bool is_full(const struct kith_client *client)
{
	return kith_outbox_unsent(&client->box) >= KITH_API_OUT_HIGH;
}

static bool is_far_ahead(const struct kith_client *client)
{
	return client->queue.count >= KITH_API_CALLS_MAX ||
	       client->queue.ahead_bytes >= KITH_API_AHEAD_MAX;
}

bool kith_client_can_take(const struct kith_client *client)
{
	return !client->closing && !client->stopping && !client->queue.batch_open &&
	       !is_full(client);
}

/* ---- the end ------------------------------------------------------------------------------ */

static void on_closed(uv_handle_t *handle)
{
	struct kith_client *client = handle->data;
	struct kith_api *api = client->api;

	kith_lines_clear(&client->lines);
	kith_outbox_clear(&client->box);
	*client->link = client->next;
	if (client->next)
		client->next->link = client->link;
	api->stats.clients--;
	api->stats.unsent_bytes -= client->counted;
	free(client);
	kith_api_hold_jobs(api);
	kith_api_maybe_stopped(api);
}

static void leave_ready(struct kith_client *client)
{
	struct kith_api *api = client->api;
	struct kith_client **at = &api->ready;

	if (!client->is_ready)
		return;
	while (*at != client)
		at = &(*at)->ready_next;
	*at = client->ready_next;
	if (api->ready_last == &client->ready_next)
		api->ready_last = at;
	client->is_ready = false;
}

void kith_client_close(struct kith_client *client)
{
	if (client->closing)
		return;
	client->closing = true;
	leave_ready(client);
	kith_queue_clear(&client->queue);
	if (client->follow)
		kith_follow_end(client->follow);
	uv_close((uv_handle_t *)&client->pipe, on_closed);
}

/* ---- out ---------------------------------------------------------------------------------- */

static void on_written(void *ctx, bool ok)
{
	if (ok)
		kith_client_turn(ctx);
	else
		kith_client_close(ctx);
}

static void count_unsent(struct kith_client *client)
{
	struct kith_api *api = client->api;
	size_t unsent = kith_outbox_unsent(&client->box);

	api->stats.unsent_bytes += unsent - client->counted;
	client->counted = unsent;
	kith_api_hold_jobs(api);
}

void kith_client_give(struct kith_client *client, const void *lines, size_t len)
{
	kith_write(&client->box.out, lines, len);
	kith_client_turn(client);
}

/* ---- lines -------------------------------------------------------------------------------- */

static void append(struct kith_client *client, struct kith_call *call)
{
	if (call)
		kith_queue_append(&client->queue, call);
	else
		kith_client_close(client); /* no memory: it must not wait for an answer */
}

static void take_message(struct kith_client *client, const char *line, size_t len)
{
	struct kith_rpc_message message;
	struct kith_rpc_request request;
	struct kith_call *call;

	kith_rpc_parse(line, len, &message);
	if (message.count == 0)
		append(client, kith_call_new_refused(client, message.code, message.why));
	for (size_t i = 0; i < message.count && !client->closing; i++) {
		kith_rpc_request_at(&message, i, &request);
		call = kith_call_new(client, &request);
		if (call) {
			call->in_batch = message.is_batch;
			call->batch_first = i == 0;
			call->batch_last = i + 1 == message.count;
			call->cost = i == 0 ? len : 0;
		}
		append(client, call);
	}
	kith_rpc_message_clear(&message);
}

static void line_too_long(struct kith_client *client)
{
	append(client, kith_call_new_refused(client, KITH_RPC_TOO_LARGE,
			       "a line has at most 1048576 bytes; this one was thrown away"));
}

static bool is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			return false;
	return true;
}

/* The next line out of what was read; false: there is none, or it must wait. */
static bool take_line(struct kith_client *client)
{
	const char *line;
	size_t len;

	if (is_full(client) || is_far_ahead(client))
		return false;
	switch (kith_lines_next(&client->lines, client->eof, &line, &len)) {
	case KITH_LINE_NONE:
		return false;
	case KITH_LINE_WHOLE:
		if (client->queue.count == 0 &&
			kith_express_get(client->api, line, len, &client->box.out))
			break;
		if (!is_blank(line, len))
			take_message(client, line, len);
		break;
	case KITH_LINE_TOO_LONG:
		line_too_long(client);
		break;
	}
	return !client->closing;
}

static void begin(struct kith_client *client)
{
	do
		kith_queue_collect(&client->queue, &client->box.out);
	while (!is_full(client) && kith_queue_begin_next(&client->queue));
}

/* Whether there may be more lines that could be taken right now. */
static bool take_lines(struct kith_client *client)
{
	struct kith_reader *reader = client->api->reader;
	bool held = false, more = true;

	for (unsigned i = 0; more && i < KITH_API_TURN_LINES; i++) {
		begin(client);
		if (i == 1 && kith_lines_left(&client->lines) > 0)
			held = kith_query_hold(reader) == 0; /* many came together */
		more = take_line(client);
	}
	if (held)
		kith_query_release(reader);
	if (more)
		begin(client);
	return more;
}

/* ---- in ----------------------------------------------------------------------------------- */

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
	struct kith_client *client = handle->data;

	(void)suggested;
	*buf = uv_buf_init(client->api->room, sizeof(client->api->room));
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct kith_client *client = stream->data;

	if (len > 0) {
		kith_lines_add(&client->lines, buf->base, (size_t)len);
	} else if (len < 0) {
		client->eof = true;
		client->reading = false;
		uv_read_stop(stream);
	}
	if (len < 0 && len != UV_EOF)
		kith_client_close(client);
	else if (len != 0)
		kith_client_turn(client);
}

static void set_reading(struct kith_client *client, bool on)
{
	uv_stream_t *stream = (uv_stream_t *)&client->pipe;

	if (client->reading == on)
		return;
	client->reading = on;
	if (!on)
		uv_read_stop(stream);
	else if (uv_read_start(stream, on_room, on_read) != 0)
		kith_client_close(client);
}

/* ---- turns -------------------------------------------------------------------------------- */

static void become_ready(struct kith_client *client)
{
	if (client->is_ready)
		return;
	client->is_ready = true;
	client->ready_next = NULL;
	*client->api->ready_last = client;
	client->api->ready_last = &client->ready_next;
	uv_idle_start(&client->api->turn, kith_api_on_turn);
}

/* The other side has closed everything, not only its sending half. */
static bool has_hung_up(const struct kith_client *client)
{
	struct pollfd at = {.events = 0};
	uv_os_fd_t fd;

	if (uv_fileno((const uv_handle_t *)&client->pipe, &fd) != 0)
		return true;
	at.fd = fd;
	return poll(&at, 1, 0) == 1 && (at.revents & (POLLHUP | POLLERR)) != 0;
}

/* Whether nothing will come any more and nothing is owed. Only a follower stays when it has closed
 * its sending half. */
static bool is_finished(const struct kith_client *client)
{
	if (client->stopping)
		return client->queue.running == 0;
	if (!client->eof || kith_lines_left(&client->lines) > 0 || client->queue.count > 0 ||
		kith_outbox_unsent(&client->box) > 0)
		return false;
	return !client->follow || has_hung_up(client);
}

void kith_client_turn(struct kith_client *client)
{
	bool more;

	if (client->turning || client->closing)
		return;
	client->turning = true;
	more = !client->stopping && take_lines(client);
	client->turning = false;
	if (client->closing)
		return;
	kith_lines_tidy(&client->lines);
	kith_queue_collect(&client->queue, &client->box.out);
	if (client->box.out.err || client->lines.in.err || !kith_outbox_flush(&client->box)) {
		kith_client_close(client);
		return;
	}
	count_unsent(client);
	if (more)
		become_ready(client);
	set_reading(client, !client->eof && !client->stopping && !is_full(client) &&
				    !is_far_ahead(client) &&
				    kith_lines_left(&client->lines) <= KITH_API_LINE_MAX);
	if (client->follow)
		kith_follow_pump(client->follow);
	if (!client->closing && is_finished(client))
		kith_client_close(client);
}

void kith_client_call_done(struct kith_client *client)
{
	client->queue.running--;
	kith_client_turn(client);
}

void kith_client_next_turn(struct kith_client *client)
{
	leave_ready(client);
	kith_client_turn(client);
}

void kith_client_sweep(struct kith_client *client)
{
	struct kith_api *api = client->api;

	if (kith_outbox_is_stuck(&client->box, uv_now(client->pipe.loop), KITH_API_STALL_MS)) {
		api->stats.dropped++;
		kith_log(kith_node_log(api->node), KITH_LOG_WARN,
			"API client dropped: it does not read its answers", "unsent_bytes",
			KITH_NUM(kith_outbox_unsent(&client->box)));
		kith_client_close(client);
	} else if (!client->closing && is_finished(client)) {
		kith_client_close(client);
	}
}

void kith_client_stop(struct kith_client *client)
{
	client->stopping = true;
	kith_client_turn(client);
}

/* ---- the beginning ------------------------------------------------------------------------ */

static void on_refused_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/* Whether it may stay. Who may not is sent away without a byte; who comes too late is told so. */
static bool is_welcome(struct kith_api *api, const struct kith_socket *listener, uv_pipe_t *pipe)
{
	static const char busy[] =
		"{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":8,\"message\":"
		"\"too many clients are connected; try again later\"}}\n";
	char copy[sizeof(busy)];
	uv_buf_t buf = uv_buf_init(copy, sizeof(busy) - 1);

	if (!kith_socket_may_enter(listener, pipe)) {
		api->stats.refused++;
		return false;
	}
	if (api->stats.clients < api->clients_max)
		return true;
	api->stats.crowded++;
	memcpy(copy, busy, sizeof(busy));
	uv_try_write((uv_stream_t *)pipe, &buf, 1);
	return false;
}

static void enter(struct kith_api *api, struct kith_client *client, bool admin)
{
	client->api = api;
	client->admin = admin;
	kith_lines_init(&client->lines, KITH_API_LINE_MAX, sizeof(api->room));
	kith_queue_init(&client->queue);
	kith_outbox_init(
		&client->box, (uv_stream_t *)&client->pipe, KITH_API_OUT_MAX, on_written, client);
	client->link = &api->clients;
	client->next = api->clients;
	if (client->next)
		client->next->link = &client->next;
	api->clients = client;
	api->stats.clients++;
	api->stats.accepted++;
	set_reading(client, true);
}

void kith_client_on_connection(uv_stream_t *stream, int status)
{
	struct kith_api *api = stream->data;
	struct kith_socket *listener =
		stream == (uv_stream_t *)&api->admin.pipe ? &api->admin : &api->read;
	struct kith_client *client = status == 0 ? calloc(1, sizeof(*client)) : NULL;

	if (!client || uv_pipe_init(stream->loop, &client->pipe, 0) != 0) {
		free(client);
		return;
	}
	client->pipe.data = client;
	if (uv_accept(stream, (uv_stream_t *)&client->pipe) != 0 ||
		!is_welcome(api, listener, &client->pipe))
		uv_close((uv_handle_t *)&client->pipe, on_refused_closed);
	else
		enter(api, client, listener == &api->admin);
}
