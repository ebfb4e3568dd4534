/*
 * net_dial.c: from a name and a port to a connection. See net.h.
 *
 * A name is looked up on the thread pool, one at a time; its addresses are tried one after the
 * other. A dial lives until it has reported, and longer only while its lookup cannot be called
 * back.
 */
#include "node/net_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES_MAX 8

struct kith_net_dial {
	struct kith_net_dial *next;
	struct kith_net *net;
	uint64_t id;
	uv_timer_t timer; /* first step, then the limit of each attempt */
	uv_getaddrinfo_t lookup;
	enum { WAITING, LOOKING_UP, TRYING, DONE } state;
	int status; /* of the last attempt */
	struct kith_net_conn *conn;
	struct sockaddr_storage addresses[ADDRESSES_MAX];
	size_t count, tried;
	uint16_t port;
	char host[KITH_HOST_MAX + 1];
};

static void look_up_next(struct kith_net *net);
static void try_next(struct kith_net_dial *dial);

/* ---- the end -------------------------------------------------------------------------------- */

static void on_timer_closed(uv_handle_t *handle)
{
	struct kith_net_dial *dial = handle->data, **link = &dial->net->dials;
	struct kith_net *net = dial->net;

	while (*link != dial)
		link = &(*link)->next;
	*link = dial->next;
	free(dial);
	kith_net_handle_closed(net);
}

static void finish(struct kith_net_dial *dial)
{
	dial->state = DONE;
	uv_close((uv_handle_t *)&dial->timer, on_timer_closed);
}

static void fail(struct kith_net_dial *dial)
{
	struct kith_net *net = dial->net;
	uint64_t id = dial->id;
	int err = kith_net_err(dial->status);

	finish(dial);
	if (!net->stopping)
		net->hooks.dial_failed(net->hooks.ctx, id, err ? err : KITH_E_NETWORK);
}

void kith_net_dials_cancel(struct kith_net *net)
{
	for (struct kith_net_dial *dial = net->dials; dial; dial = dial->next) {
		if (dial->conn) {
			dial->conn->dial = NULL;
			kith_net_conn_drop(dial->conn);
			dial->conn = NULL;
		}
		if (dial->state == LOOKING_UP)
			uv_cancel((uv_req_t *)&dial->lookup); /* its callback comes in any case */
		else if (dial->state != DONE)
			finish(dial);
	}
}

/* ---- trying --------------------------------------------------------------------------------- */

static void give_up(struct kith_net_dial *dial, int status)
{
	dial->status = status;
	if (dial->conn) {
		dial->conn->dial = NULL;
		kith_net_conn_drop(dial->conn);
		dial->conn = NULL;
	}
	try_next(dial);
}

static void on_timeout(uv_timer_t *timer)
{
	give_up(timer->data, UV_ETIMEDOUT);
}

static void on_connected(uv_connect_t *request, int status)
{
	struct kith_net_conn *conn = request->data;
	struct kith_net_dial *dial = conn->dial;
	uint64_t id;

	if (!dial)
		return; /* given up before */
	if (status < 0) {
		give_up(dial, status);
		return;
	}
	conn->dial = NULL;
	dial->conn = NULL;
	id = dial->id;
	finish(dial);
	kith_net_conn_begin(conn, id);
}

/* Starts the next attempt; from the loop only. */
static void try_next(struct kith_net_dial *dial)
{
	dial->state = TRYING;
	while (dial->tried < dial->count) {
		const struct sockaddr *address =
			(const struct sockaddr *)&dial->addresses[dial->tried++];
		struct kith_net_conn *conn = kith_net_conn_new(dial->net);

		if (!conn) {
			dial->status = UV_ENOBUFS; /* as many connections as we may have */
			break;
		}
		conn->connect.data = conn;
		dial->status = uv_tcp_connect(&conn->connect, &conn->tcp, address, on_connected);
		if (dial->status == 0) {
			conn->dial = dial;
			dial->conn = conn;
			uv_timer_start(&dial->timer, on_timeout, KITH_NET_CONNECT_MS, 0);
			return;
		}
		kith_net_conn_drop(conn);
	}
	fail(dial);
}

/* ---- names ---------------------------------------------------------------------------------- */

static void keep(struct kith_net_dial *dial, const struct addrinfo *found)
{
	for (; found && dial->count < ADDRESSES_MAX; found = found->ai_next)
		if (found->ai_addrlen <= sizeof(dial->addresses[0]))
			memcpy(&dial->addresses[dial->count++], found->ai_addr, found->ai_addrlen);
}

static void on_found(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
	struct kith_net_dial *dial = request->data;
	struct kith_net *net = dial->net;

	keep(dial, status == 0 ? found : NULL);
	uv_freeaddrinfo(found);
	net->looking_up = false;
	dial->status = status;
	if (net->stopping) {
		finish(dial);
		return;
	}
	try_next(dial);
	look_up_next(net);
}

static void look_up_next(struct kith_net *net)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	struct kith_net_dial *dial = net->dials;
	char service[8];

	while (dial && dial->state != WAITING)
		dial = dial->next;
	if (!dial || net->looking_up || net->stopping)
		return;
	snprintf(service, sizeof(service), "%u", (unsigned)dial->port);
	dial->lookup.data = dial;
	dial->status =
		uv_getaddrinfo(net->loop, &dial->lookup, on_found, dial->host, service, &hints);
	if (dial->status != 0) {
		fail(dial); /* the name is too long or has no form at all */
		look_up_next(net);
		return;
	}
	dial->state = LOOKING_UP;
	net->looking_up = true;
}

/* An address written in digits needs no lookup. */
static bool parse_digits(struct kith_net_dial *dial)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	if (uv_ip4_addr(dial->host, dial->port, &four) == 0)
		memcpy(&dial->addresses[0], &four, sizeof(four));
	else if (uv_ip6_addr(dial->host, dial->port, &six) == 0)
		memcpy(&dial->addresses[0], &six, sizeof(six));
	else
		return false;
	dial->count = 1;
	return true;
}

static void on_begin(uv_timer_t *timer)
{
	struct kith_net_dial *dial = timer->data;

	if (dial->state != WAITING)
		return;
	if (parse_digits(dial))
		try_next(dial);
	else
		look_up_next(dial->net);
}

int kith_net_dial(struct kith_net *net, uint64_t id, const char *host, uint16_t port)
{
	struct kith_net_dial *dial = calloc(1, sizeof(*dial));

	if (!dial)
		return KITH_E_NOMEM;
	dial->net = net;
	dial->id = id;
	dial->port = port;
	snprintf(dial->host, sizeof(dial->host), "%s", host);
	uv_timer_init(net->loop, &dial->timer);
	dial->timer.data = dial;
	net->handles++;
	dial->next = net->dials;
	net->dials = dial;
	uv_timer_start(&dial->timer, on_begin, 0, 0);
	return 0;
}
