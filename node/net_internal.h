/* net_internal.h: what net.c, net_conn.c and net_dial.c share; for them alone. */
#ifndef KITH_NODE_NET_INTERNAL_H
#define KITH_NODE_NET_INTERNAL_H

#include "node/net.h"

#define KITH_NET_BUFFER_BYTES  65536u
#define KITH_NET_TURN_BYTES    (256u * 1024) /* read in one turn of the loop, from all together */
#define KITH_NET_SHARE_BYTES   4096u         /* at least so much of that is for each */
#define KITH_NET_LISTENERS_MAX (2 * KITH_LISTEN_MAX) /* a name may have an address of each family */

struct kith_net_listener {
	uv_tcp_t tcp;
	struct kith_net *net;
};

struct kith_net_conn;
struct kith_net_dial;

struct kith_net {
	uv_loop_t *loop;
	struct kith_net_hooks hooks;
	struct kith_net_stats stats;

	struct kith_net_listener *listeners[KITH_NET_LISTENERS_MAX];
	size_t listener_count;

	/* Connection `id` is in slots[id % slot_count], if anywhere. */
	struct kith_net_conn **slots;
	size_t slot_count;
	uint64_t serial;

	/* Token bucket of incoming connections, in thousandths of a connection. */
	uint64_t tokens, tokens_max, tokens_per_ms;
	uint64_t tokens_at_ms;

	struct kith_net_dial *dials;
	bool looking_up;

	/* Frees itself when it is stopping and holds no handle, no lookup and no dial. */
	size_t handles;
	bool stopping;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
	uv_timer_t stopper;

	uv_prepare_t prepare;
	uint64_t turn; /* of the loop */

	char buffer[KITH_NET_BUFFER_BYTES];
};

struct kith_net_conn {
	uv_tcp_t tcp;
	uv_timer_t timer;
	uv_connect_t connect;
	uv_shutdown_t shutdown;
	struct kith_net *net;
	struct kith_net_dial *dial; /* while connecting */
	uint64_t id;
	unsigned handles; /* of this connection that are not closed yet */
	bool established; /* its number is known outside */
	bool closing;     /* no hook any more; at most lingering */
	bool closed;      /* uv_close() was called */
	bool sent;        /* anything at all */
	uint64_t turn;    /* in which it was last read from */
	size_t taken;     /* bytes in that turn */
};

/* NULL: no slot or no memory. */
struct kith_net_conn *kith_net_conn_new(struct kith_net *net);
void kith_net_conn_drop(struct kith_net_conn *conn); /* closes at once */
/* Reports it as connected and starts reading. */
void kith_net_conn_begin(struct kith_net_conn *conn, uint64_t dial);

void kith_net_dials_cancel(struct kith_net *net);

/* One handle less; the net may be gone afterwards. */
void kith_net_handle_closed(struct kith_net *net);
int kith_net_err(int uv_status);

#endif
