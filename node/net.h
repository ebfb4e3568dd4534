/*
 * net.h: TCP connections on libuv, by number.
 *
 * Owns the sockets and nothing else: it listens, dials, reads, writes and closes, and reports
 * through hooks. It never looks at a byte. Connections have numbers, never 0 and never used
 * again; a number that is no longer known is ignored, since the one who names it may not have
 * heard yet. Hooks are called from the loop only, never from inside the functions below.
 *
 * What strangers can cost: max_connections in all, of which a quarter is kept for our own calls;
 * handshakes_per_second for callers, beyond which they are hung up on; one buffer for reading,
 * shared; one name looked up at a time, so that a dead name server does not hold up the thread
 * pool.
 */
#ifndef KITH_NODE_NET_H
#define KITH_NODE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "node/config.h"
#include "protocol/bytes.h"

#define KITH_NET_CONNECT_MS 10000u /* per address tried */
#define KITH_NET_LINGER_MS  3000u  /* for what was sent to leave, and the other side to close too */

struct kith_net_hooks {
	void *ctx;
	/* dial is 0 when the other side called. */
	void (*connected)(void *ctx, uint64_t conn, uint64_t dial, const char *remote);
	void (*dial_failed)(void *ctx, uint64_t dial, int err);
	void (*bytes)(void *ctx, uint64_t conn, struct kith_bytes bytes);
	/* Something was taken by the network; unsent bytes still wait. */
	void (*writable)(void *ctx, uint64_t conn, size_t unsent);
	/* The connection is gone, by no wish of ours; err is 0 when the other side closed it. */
	void (*closed)(void *ctx, uint64_t conn, int err);
};

struct kith_net_stats {
	uint64_t accepted, refused;
	uint64_t bytes_in, bytes_out;
	size_t open; /* connections, also those on their way up or down */
};

struct kith_net;

/* NULL: no memory. The hooks are copied. */
struct kith_net *kith_net_new(uv_loop_t *loop, uint32_t max_connections,
	uint32_t handshakes_per_second, const struct kith_net_hooks *hooks);

/* Closes everything, lets what was sent by closed connections leave (KITH_NET_LINGER_MS at most),
 * then stopped(), and the net is gone. No hook is called any more. */
void kith_net_stop(struct kith_net *net, void (*stopped)(void *ctx), void *ctx);

/* KITH_E_NETWORK; why names address, port and what to do. Names are looked up while the caller
 * waits. */
KITH_MUST_CHECK int kith_net_listen(
	struct kith_net *net, const struct kith_listen *where, char *why, size_t why_len);

/* The port of the first address listened on; 0: none. */
uint16_t kith_net_port(const struct kith_net *net);

/* Ends in connected() or dial_failed(), exactly one of them, unless the net is stopped. Names are
 * looked up, and their addresses tried in turn. KITH_E_NOMEM: then neither is called. */
KITH_MUST_CHECK int kith_net_dial(
	struct kith_net *net, uint64_t dial, const char *host, uint16_t port);

/* data is the net's to free() from here on. */
void kith_net_send_take(struct kith_net *net, uint64_t conn, uint8_t *data, size_t len);

void kith_net_read(struct kith_net *net, uint64_t conn, bool on);

/* What was sent leaves first, then the connection is closed; nothing more is heard of it. */
void kith_net_close(struct kith_net *net, uint64_t conn);

struct kith_net_stats kith_net_stats(const struct kith_net *net);

/* "192.0.2.7:80", "[2001:db8::7]:80". */
void kith_net_format(const char *host, uint16_t port, char *out, size_t len);

#endif
