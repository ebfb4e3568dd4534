/* node_internal.h: what node.c, node_start.c and node_watch.c share; for them alone. */
#ifndef KITH_NODE_NODE_INTERNAL_H
#define KITH_NODE_NODE_INTERNAL_H

#include "node/net.h"
#include "node/node.h"

/* What was last said in the log about a partner. */
struct kith_partner_seen {
	struct kith_author group;
	bool connected, in_step;
	const char *why; /* of kith_node_trouble(), whose texts are never freed */
};

struct kith_node {
	uv_loop_t *loop;
	struct kith_config config;
	struct kith_keyring *keyring;
	struct kith_log *log;
	struct kith_rng rng;
	struct kith_store *store;
	struct kith_core *core;
	struct kith_net *net; /* NULL once it has stopped */

	uv_timer_t timer; /* the core's next deadline */
	uv_prepare_t prepare;
	bool draining;
	struct kith_batch *published, **published_last; /* to be answered, by batch->next */
	uint64_t announced_seq;                         /* to be told; 0: nothing new */
	size_t under_way; /* verifications, writes, reads and changes that will come back */
	int store_err;    /* of the last write, for the log */

	struct kith_watcher *watchers;
	struct kith_watcher *next_watcher; /* while they are being told */

	uint64_t certified_until_ms; /* wall clock */

	/* The log of partners' comings and goings looks a little later, and only if something
	 * moved. */
	uv_timer_t look;
	struct kith_partner_seen *seen;
	size_t seen_count;

	struct kith_node_stats stats;
	uint64_t prepared_ns, idle_ns, cpu_ns; /* at the last kith_node_on_prepare() */

	/* Stopping: first the net, then what is under way, then the store, then the handles. */
	bool stopping, store_closing;
	unsigned handles;
	void (*stopped)(void *ctx);
	void *stopped_ctx;
};

/* Hands an event to the core, then carries out what it wants. */
void kith_node_feed(struct kith_node *node, const struct kith_event *event);
void kith_node_drain(struct kith_node *node);

/* One that was under way is back. */
void kith_node_came_back(struct kith_node *node);

/* The hooks of net.h, with the node as their ctx. */
extern const struct kith_net_hooks kith_node_hooks;

/* Measures how long the loop was away from its sockets, and sets the timer. */
void kith_node_on_prepare(uv_prepare_t *prepare);

/* Moves the stop along: to be called whenever one of its conditions may have come true. */
void kith_node_stop_further(struct kith_node *node);

/* node_certificate.c: a new certificate, to be cleared; and before each handshake, whether one is
 * due. */
KITH_MUST_CHECK int kith_node_certify(struct kith_node *node, struct kith_buf *out);
void kith_node_mind_certificate(struct kith_node *node);

/* node_watch.c */
void kith_node_look_later(struct kith_node *node);
void kith_node_announce(struct kith_node *node, uint64_t seq);

#endif
