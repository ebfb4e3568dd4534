/* net.c: listening, admission, and the life of the whole. See net.h. */
#include "node/net_internal.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "node/why.h"

#define BACKLOG 128

static void on_prepare(uv_prepare_t *prepare)
{
	struct kith_net *net = prepare->data;

	net->turn++;
}

/* ---- birth and death ------------------------------------------------------------------------ */

struct kith_net *kith_net_new(uv_loop_t *loop, uint32_t max_connections,
	uint32_t handshakes_per_second, const struct kith_net_hooks *hooks)
{
	struct kith_net *net = calloc(1, sizeof(*net));

	if (!net)
		return NULL;
	net->slots = calloc(max_connections, sizeof(struct kith_net_conn *));
	if (!net->slots) {
		free(net);
		return NULL;
	}
	net->loop = loop;
	net->hooks = *hooks;
	net->slot_count = max_connections;
	net->tokens_per_ms = handshakes_per_second;
	net->tokens_max = 2000ull * handshakes_per_second; /* two seconds' worth at once */
	net->tokens = net->tokens_max;
	net->tokens_at_ms = uv_now(loop);
	uv_timer_init(loop, &net->stopper);
	uv_prepare_init(loop, &net->prepare);
	net->stopper.data = net->prepare.data = net;
	net->handles = 2;
	uv_prepare_start(&net->prepare, on_prepare);
	return net;
}

void kith_net_handle_closed(struct kith_net *net)
{
	net->handles--;
	if (!net->stopping || net->handles > 0 || net->looking_up || net->dials)
		return;
	net->stopped(net->stopped_ctx);
	free(net->slots);
	free(net);
}

static void on_own_closed(uv_handle_t *handle)
{
	kith_net_handle_closed(handle->data);
}

static void on_listener_closed(uv_handle_t *handle)
{
	struct kith_net_listener *listener = handle->data;
	struct kith_net *net = listener->net;

	free(listener);
	kith_net_handle_closed(net);
}

void kith_net_stop(struct kith_net *net, void (*stopped)(void *ctx), void *ctx)
{
	net->stopping = true;
	net->stopped = stopped;
	net->stopped_ctx = ctx;
	for (size_t i = 0; i < net->listener_count; i++)
		uv_close((uv_handle_t *)&net->listeners[i]->tcp, on_listener_closed);
	net->listener_count = 0;
	kith_net_dials_cancel(net);
	for (size_t i = 0; i < net->slot_count; i++)
		if (net->slots[i] && !net->slots[i]->closing)
			kith_net_conn_drop(net->slots[i]);
	uv_close((uv_handle_t *)&net->prepare, on_own_closed);
	uv_close((uv_handle_t *)&net->stopper, on_own_closed);
}

struct kith_net_stats kith_net_stats(const struct kith_net *net)
{
	return net->stats;
}

int kith_net_err(int uv_status)
{
	switch (uv_status) {
	case 0:
	case UV_EOF:
		return 0;
	case UV_ENOMEM:
		return KITH_E_NOMEM;
	case UV_ETIMEDOUT:
		return KITH_E_TIMEOUT;
	case UV_EAI_NONAME:
	case UV_EAI_NODATA:
		return KITH_E_NOT_FOUND;
	}
	return KITH_E_NETWORK;
}

void kith_net_format(const char *host, uint16_t port, char *out, size_t len)
{
	bool v6 = strchr(host, ':') != NULL;

	snprintf(out, len, "%s%s%s:%u", v6 ? "[" : "", host, v6 ? "]" : "", (unsigned)port);
}

/* ---- admission ------------------------------------------------------------------------------ */

static bool take_token(struct kith_net *net)
{
	uint64_t now = uv_now(net->loop), gained = (now - net->tokens_at_ms) * net->tokens_per_ms;

	net->tokens_at_ms = now;
	net->tokens =
		gained > net->tokens_max - net->tokens ? net->tokens_max : net->tokens + gained;
	if (net->tokens < 1000)
		return false;
	net->tokens -= 1000;
	return true;
}

/* A quarter of the slots is kept for our own calls. */
static bool has_room(const struct kith_net *net)
{
	return net->stats.open < net->slot_count - net->slot_count / 4;
}

static void on_refused_closed(uv_handle_t *handle)
{
	struct kith_net *net = handle->data;

	free(handle);
	kith_net_handle_closed(net);
}

/* Hanging up needs the call to be taken first; a reset leaves nothing behind. */
static void refuse(struct kith_net *net, uv_stream_t *server)
{
	uv_tcp_t *tcp = malloc(sizeof(*tcp));

	net->stats.refused++;
	if (!tcp)
		return;
	uv_tcp_init(net->loop, tcp);
	tcp->data = net;
	net->handles++;
	if (uv_accept(server, (uv_stream_t *)tcp) != 0 ||
		uv_tcp_close_reset(tcp, on_refused_closed) != 0)
		uv_close((uv_handle_t *)tcp, on_refused_closed);
}

static void on_call(uv_stream_t *server, int status)
{
	struct kith_net_listener *listener = server->data;
	struct kith_net *net = listener->net;
	struct kith_net_conn *conn = NULL;

	if (status < 0)
		return;
	if (has_room(net) && take_token(net))
		conn = kith_net_conn_new(net);
	if (!conn) {
		refuse(net, server);
	} else if (uv_accept(server, (uv_stream_t *)&conn->tcp) != 0) {
		kith_net_conn_drop(conn);
	} else {
		net->stats.accepted++;
		kith_net_conn_begin(conn, 0);
	}
}

/* ---- listening ------------------------------------------------------------------------------ */

static int bind_one(struct kith_net *net, const struct sockaddr *address, unsigned flags)
{
	struct kith_net_listener *listener;
	int status;

	if (net->listener_count == KITH_NET_LISTENERS_MAX)
		return UV_ENOBUFS;
	listener = calloc(1, sizeof(*listener));
	if (!listener)
		return UV_ENOMEM;
	listener->net = net;
	uv_tcp_init(net->loop, &listener->tcp);
	listener->tcp.data = listener;
	net->handles++;
	status = uv_tcp_bind(&listener->tcp, address, flags);
	if (status == 0)
		status = uv_listen((uv_stream_t *)&listener->tcp, BACKLOG, on_call);
	if (status == 0)
		net->listeners[net->listener_count++] = listener;
	else
		uv_close((uv_handle_t *)&listener->tcp, on_listener_closed);
	return status;
}

/* Both families by one socket, or what the machine has of them. */
static int bind_all(struct kith_net *net, uint16_t port)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;
	int status;

	uv_ip6_addr("::", port, &six);
	uv_ip4_addr("0.0.0.0", port, &four);
	status = bind_one(net, (const struct sockaddr *)&six, 0);
	if (status == UV_EAFNOSUPPORT || status == UV_EADDRNOTAVAIL || status == UV_EINVAL)
		status = bind_one(net, (const struct sockaddr *)&four, 0);
	return status;
}

/* A name may have addresses that this machine lacks, such as ::1 of localhost; one must do. */
static int bind_name(struct kith_net *net, const char *host, uint16_t port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
	char service[8];
	uv_getaddrinfo_t request;
	int status, missing = UV_EADDRNOTAVAIL;
	bool bound = false;

	snprintf(service, sizeof(service), "%u", (unsigned)port);
	status = uv_getaddrinfo(net->loop, &request, NULL, host, service, &hints);
	if (status != 0)
		return status;
	for (struct addrinfo *one = request.addrinfo; one && status == 0; one = one->ai_next) {
		status = bind_one(
			net, one->ai_addr, one->ai_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0);
		bound = bound || status == 0;
		if (status == UV_EADDRNOTAVAIL || status == UV_EAFNOSUPPORT) {
			missing = status;
			status = 0;
		}
	}
	uv_freeaddrinfo(request.addrinfo);
	return status != 0 || bound ? status : missing;
}

static const char *advice(int status)
{
	switch (status) {
	case UV_EADDRINUSE:
		return "another program has this port; stop it, or set another port in [listen] "
		       "address "
		       "of config.ini";
	case UV_EACCES:
		return "ports below 1024 need privileges; set a higher port in [listen] address of "
		       "config.ini";
	case UV_EADDRNOTAVAIL:
		return "this machine does not have this address; see [listen] address of "
		       "config.ini";
	}
	return "see [listen] address of config.ini";
}

int kith_net_listen(
	struct kith_net *net, const struct kith_listen *where, char *why, size_t why_len)
{
	char text[KITH_HOST_MAX + 16];
	int status;

	if (strcmp(where->host, "*") == 0)
		status = bind_all(net, where->port);
	else
		status = bind_name(net, where->host, where->port);
	if (status == 0)
		return 0;
	kith_net_format(where->host, where->port, text, sizeof(text));
	return kith_why(why, why_len, KITH_E_NETWORK, "cannot listen on %s: %s; %s", text,
		uv_strerror(status), advice(status));
}

uint16_t kith_net_port(const struct kith_net *net)
{
	struct sockaddr_storage address = {0};
	int len = sizeof(address);
	uint16_t port = 0;

	if (net->listener_count == 0 ||
		uv_tcp_getsockname(&net->listeners[0]->tcp, (struct sockaddr *)&address, &len) != 0)
		return 0;
	if (address.ss_family == AF_INET6)
		memcpy(&port, (const char *)&address + offsetof(struct sockaddr_in6, sin6_port), 2);
	else
		memcpy(&port, (const char *)&address + offsetof(struct sockaddr_in, sin_port), 2);
	return ntohs(port);
}
