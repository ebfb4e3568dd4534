/*
 * node.h: the running node: one loop, one core, one store, and the hands between them.
 *
 * node.c feeds what libuv reports into the core and carries out its actions: sockets in net.c,
 * SQLite in store/, verification on libuv's thread pool. The API (api/) calls the functions below
 * and is told of new records through a watcher. All of it runs on the loop's thread; whatever
 * takes long is handed to a thread and comes back as a callback.
 */
#ifndef KITH_NODE_NODE_H
#define KITH_NODE_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "protocol/batch.h"
#include "protocol/core.h"
#include "node/config.h"
#include "node/keyring.h"
#include "node/lag.h"
#include "node/log.h"
#include "node/store/store.h"

struct kith_node;

/* Opens sockets, store and core on the loop. config is copied; keyring and log are borrowed until
 * the node has stopped. why gets a sentence for a person. When that fails the loop is run until
 * all that was opened is closed again.
 *   KITH_E_NETWORK (an address cannot be listened on), what kith_store_open() returns,
 * KITH_E_NOMEM */
KITH_MUST_CHECK int kith_node_start(uv_loop_t *loop, const struct kith_config *config,
	struct kith_keyring *keyring, struct kith_log *log, struct kith_node **out, char *why,
	size_t why_len);

/* Says Bye, finishes what is under way, closes everything; then stopped() and the node is gone. */
void kith_node_stop(struct kith_node *node, void (*stopped)(void *ctx), void *ctx);

/* ---- parts the API looks at; borrowed ------------------------------------------------------- */
uv_loop_t *kith_node_loop(struct kith_node *node);
const struct kith_config *kith_node_config(const struct kith_node *node);
const struct kith_keyring *kith_node_keyring(const struct kith_node *node);
struct kith_log *kith_node_log(struct kith_node *node);
struct kith_store *kith_node_store(struct kith_node *node);
const struct kith_core *kith_node_core(const struct kith_node *node);
const struct kith_rng *kith_node_rng(const struct kith_node *node);
uint64_t kith_node_now_ms(const struct kith_node *node); /* monotonic */
uint64_t kith_node_wall_ms(const struct kith_node *node);
uint16_t kith_node_port(
	const struct kith_node *node); /* the port really bound (config may say 0) */
/* "kith://node_…@host:port?group=author_…", for partners to type; the host is public_host of the
 * config, else the one listened on, else this machine's name. A node that only dials has an
 * address without one: "author_…". len: KITH_ADDRESS_MAX of node/address.h. */
void kith_node_address(const struct kith_node *node, char *out, size_t len);

/* Why a partner is not connected, in words for the person who named it. NULL: nothing is wrong. */
const char *kith_node_trouble(const struct kith_partner_view *view);

/* What a partner did that it should not, as a phrase: "they ...". NULL: nothing. */
const char *kith_node_complaint(enum kith_complaint complaint);

/* Figures of the process for metrics.get. */
struct kith_node_stats {
	uint64_t started_wall_ms;
	struct kith_lag lag; /* how long the loop was away from its sockets */
	uint64_t accepted, accept_refused;
	size_t verify_queued;
	uint64_t bytes_in, bytes_out;
};
struct kith_node_stats kith_node_stats(const struct kith_node *node);

/* ---- acts: done() comes from the loop, or from inside the call when the node is stopping ---- */

/* Publishes verified records (kith_batch_add_record_take). done gets the batch back with err and
 * seqs once it is on disk, and owns it. batch->publisher is used in between. */
void kith_node_publish(struct kith_node *node, struct kith_batch *batch,
	void (*done)(void *ctx, struct kith_batch *batch), void *ctx);

/* Adds or changes a partner: on disk first, then in the core, then done. Same errors as the
 * core's, and the store's; after an error all is as before. KITH_E_STATE: the node is stopping. */
void kith_node_set_partner(struct kith_node *node, const struct kith_partner_config *partner,
	void (*done)(void *ctx, int err), void *ctx);
void kith_node_remove_partner(struct kith_node *node, const struct kith_author *group,
	void (*done)(void *ctx, int err), void *ctx);

/* Tells of newly stored records: records up to last_seq are committed and readable. Several
 * watchers. */
struct kith_watcher {
	void (*stored)(void *ctx, uint64_t last_seq);
	void *ctx;
	struct kith_watcher *next; /* node.c's */
};
void kith_node_watch(struct kith_node *node, struct kith_watcher *watcher);
void kith_node_unwatch(struct kith_node *node, struct kith_watcher *watcher);

#endif
