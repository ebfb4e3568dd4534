/*
 * net_conn.c: one connection, from its first byte to its end. See net.h.
 *
 * A connection holds two handles, socket and timer, and is freed in the close callback of the
 * later one. Closing politely means: write what is queued, shut our direction, and read the other
 * one empty until the other side has closed too; for a socket closed with bytes unread resets the
 * connection and may take from the other side what it has not read yet, our Bye included.
 */
#include "node/net_internal.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define KEEPALIVE_S     60
#define USER_TIMEOUT_MS 120000 /* tcp(7): unacknowledged for so long means gone */

struct write {
	uv_write_t request;
	struct kith_net_conn *conn;
	uint8_t *data;
	size_t len;
};

/* ---- by number ------------------------------------------------------------------------------ */

/* Only connections that are known outside and not closing. */
static struct kith_net_conn *find(const struct kith_net *net, uint64_t id)
{
	struct kith_net_conn *conn = net->slots[id % net->slot_count];

	return conn && conn->id == id && conn->established && !conn->closing ? conn : NULL;
}

struct kith_net_conn *kith_net_conn_new(struct kith_net *net)
{
	struct kith_net_conn *conn;
	size_t slot = 0;

	while (slot < net->slot_count && net->slots[slot])
		slot++;
	conn = slot < net->slot_count ? calloc(1, sizeof(*conn)) : NULL;
	if (!conn)
		return NULL;
	conn->net = net;
	conn->id = ++net->serial * net->slot_count + slot;
	net->slots[slot] = conn;
	net->stats.open++;
	uv_tcp_init(net->loop, &conn->tcp);
	uv_timer_init(net->loop, &conn->timer);
	conn->tcp.data = conn;
	conn->timer.data = conn;
	conn->handles = 2;
	net->handles += 2;
	return conn;
}

/* ---- the end -------------------------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *handle)
{
	struct kith_net_conn *conn = handle->data;
	struct kith_net *net = conn->net;

	if (--conn->handles == 0) {
		net->slots[conn->id % net->slot_count] = NULL;
		net->stats.open--;
		free(conn);
	}
	kith_net_handle_closed(net);
}

void kith_net_conn_drop(struct kith_net_conn *conn)
{
	conn->closing = true;
	if (conn->closed)
		return;
	conn->closed = true;
	uv_close((uv_handle_t *)&conn->tcp, on_handle_closed);
	uv_close((uv_handle_t *)&conn->timer, on_handle_closed);
}

static void on_linger_over(uv_timer_t *timer)
{
	kith_net_conn_drop(timer->data);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
	if (status < 0)
		kith_net_conn_drop(request->data);
}

/* How much may be read now: in one turn of the loop each connection has its share, so that nobody
 * waits long while many send much. With none left libuv reads nothing and reports UV_ENOBUFS; the
 * bytes wait for the next turn. */
static void alloc_shared(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
	struct kith_net_conn *conn = handle->data;
	struct kith_net *net = conn->net;
	size_t share = KITH_NET_TURN_BYTES / (net->stats.open ? net->stats.open : 1);

	(void)wanted;
	if (share < KITH_NET_SHARE_BYTES)
		share = KITH_NET_SHARE_BYTES;
	if (conn->turn != net->turn)
		conn->taken = 0;
	conn->turn = net->turn;
	share = conn->taken < share ? share - conn->taken : 0;
	*out = uv_buf_init(
		net->buffer, (unsigned)(share < sizeof(net->buffer) ? share : sizeof(net->buffer)));
}

static void on_leftover(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct kith_net_conn *conn = stream->data;

	(void)buf;
	if (len > 0)
		conn->taken += (size_t)len;
	else if (len < 0 && len != UV_ENOBUFS)
		kith_net_conn_drop(conn);
}

static void linger(struct kith_net_conn *conn)
{
	uv_stream_t *stream = (uv_stream_t *)&conn->tcp;

	conn->closing = true;
	uv_read_stop(stream);
	conn->shutdown.data = conn;
	if (uv_timer_start(&conn->timer, on_linger_over, KITH_NET_LINGER_MS, 0) != 0 ||
		uv_shutdown(&conn->shutdown, stream, on_shutdown) != 0 ||
		uv_read_start(stream, alloc_shared, on_leftover) != 0)
		kith_net_conn_drop(conn);
}

void kith_net_close(struct kith_net *net, uint64_t id)
{
	struct kith_net_conn *conn = find(net, id);

	if (!conn)
		return;
	if (conn->sent)
		linger(conn);
	else
		kith_net_conn_drop(conn); /* whoever got no byte so far gets none now */
}

/* The other side, or the network between, has ended it. */
static void lost(struct kith_net_conn *conn, int status)
{
	struct kith_net *net = conn->net;
	uint64_t id = conn->id;
	bool tell = conn->established && !conn->closing;

	kith_net_conn_drop(conn);
	if (tell)
		net->hooks.closed(net->hooks.ctx, id, kith_net_err(status));
}

/* ---- reading -------------------------------------------------------------------------------- */

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf)
{
	struct kith_net_conn *conn = stream->data;
	struct kith_net *net = conn->net;

	if (len < 0 && len != UV_ENOBUFS) {
		lost(conn, (int)len);
	} else if (len > 0) {
		conn->taken += (size_t)len;
		net->stats.bytes_in += (uint64_t)len;
		net->hooks.bytes(net->hooks.ctx, conn->id,
			(struct kith_bytes){(const uint8_t *)buf->base, (size_t)len});
	}
}

void kith_net_read(struct kith_net *net, uint64_t id, bool on)
{
	struct kith_net_conn *conn = find(net, id);

	if (!conn)
		return;
	if (on)
		(void)uv_read_start(
			(uv_stream_t *)&conn->tcp, alloc_shared, on_read); /* UV_EALREADY */
	else
		uv_read_stop((uv_stream_t *)&conn->tcp);
}

/* ---- writing -------------------------------------------------------------------------------- */

static void on_written(uv_write_t *request, int status)
{
	struct write *write = request->data;
	struct kith_net_conn *conn = write->conn;
	struct kith_net *net = conn->net;

	if (status == 0)
		net->stats.bytes_out += write->len;
	free(write->data);
	free(write);
	if (status < 0)
		lost(conn, status);
	else if (!conn->closing)
		net->hooks.writable(net->hooks.ctx, conn->id,
			uv_stream_get_write_queue_size((uv_stream_t *)&conn->tcp));
}

/* What cannot be queued ends the connection, from the loop: hooks are not called from in here. */
static void on_queue_failed(uv_timer_t *timer)
{
	lost(timer->data, UV_ENOMEM);
}

void kith_net_send_take(struct kith_net *net, uint64_t id, uint8_t *data, size_t len)
{
	struct kith_net_conn *conn = find(net, id);
	struct write *write = conn ? malloc(sizeof(*write)) : NULL;
	uv_buf_t buf;

	if (!write) {
		free(data);
		if (conn)
			uv_timer_start(&conn->timer, on_queue_failed, 0, 0);
		return;
	}
	*write = (struct write){.conn = conn, .data = data, .len = len};
	write->request.data = write;
	buf = uv_buf_init((char *)data, (unsigned)len);
	conn->sent = true;
	if (uv_write(&write->request, (uv_stream_t *)&conn->tcp, &buf, 1, on_written) != 0) {
		free(write->data);
		free(write);
		uv_timer_start(&conn->timer, on_queue_failed, 0, 0);
	}
}

/* ---- the beginning -------------------------------------------------------------------------- */

static void describe(const struct kith_net_conn *conn, char *out, size_t len)
{
	struct sockaddr_storage address = {0};
	char host[INET6_ADDRSTRLEN] = "unknown";
	const char *shown = host;
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	int room = sizeof(address);
	uint16_t port = 0;

	if (uv_tcp_getpeername(&conn->tcp, (struct sockaddr *)&address, &room) == 0) {
		if (address.ss_family == AF_INET6) {
			memcpy(&six, &address, sizeof(six));
			uv_ip6_name(&six, host, sizeof(host));
			port = ntohs(six.sin6_port);
		} else {
			memcpy(&four, &address, sizeof(four));
			uv_ip4_name(&four, host, sizeof(host));
			port = ntohs(four.sin_port);
		}
	}
	if (strncmp(host, "::ffff:", 7) == 0 && strchr(host, '.'))
		shown = host + 7; /* IPv4 by way of a socket for both */
	kith_net_format(shown, port, out, len);
}

static void set_options(struct kith_net_conn *conn)
{
	int fd, timeout = USER_TIMEOUT_MS;

	uv_tcp_nodelay(&conn->tcp, 1);
	uv_tcp_keepalive(&conn->tcp, 1, KEEPALIVE_S);
	if (uv_fileno((uv_handle_t *)&conn->tcp, &fd) == 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
}

void kith_net_conn_begin(struct kith_net_conn *conn, uint64_t dial)
{
	struct kith_net *net = conn->net;
	char remote[INET6_ADDRSTRLEN + 16];

	conn->established = true;
	set_options(conn);
	describe(conn, remote, sizeof(remote));
	(void)uv_read_start((uv_stream_t *)&conn->tcp, alloc_shared, on_read);
	net->hooks.connected(net->hooks.ctx, conn->id, dial, remote);
}
