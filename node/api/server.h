/*
 * server.h: what the parts of the API share; private to node/api/.
 *
 * One struct kith_api for a running node: two listening sockets, the clients, the schemas with the
 * methods that belong to them, and the bounds that hold over all clients together.
 */
#ifndef KITH_NODE_API_SERVER_H
#define KITH_NODE_API_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "node/api/api.h"
#include "node/api/job.h"
#include "node/api/methods.h"
#include "node/api/schema.h"
#include "node/api/socket.h"
#include "node/node.h"

/* ---- bounds, each with its reason --------------------------------------------------------- */
#define KITH_API_LINE_MAX                                                                          \
	(1u << 20) /* a batch of drafts, or the largest record ten times in base64 */
#define KITH_API_OUT_HIGH (64u << 10) /* a client that has this much unread is not worked for */
#define KITH_API_OUT_MAX  (16u << 20) /* the longest answer of any method is far below */
#define KITH_API_ANSWER_HIGH                                                                       \
	(1u << 20)               /* a page of records is ended when its text gets this long */
#define KITH_API_ANSWER_MS 6000u /* of a thread, for all questions of one answer together */
#define KITH_API_UNSENT_MAX                                                                        \
	(32u << 20)                /* of all clients; above, no new question goes to the pool */
#define KITH_API_CALLS_MAX     64u /* of one client read ahead */
#define KITH_API_AHEAD_MAX     (1u << 20) /* bytes of requests of one client read ahead */
#define KITH_API_TURN_LINES    64u        /* lines of one client before others have their turn */
#define KITH_API_CLIENTS_MAX   1000u
#define KITH_API_FOLLOWERS_MAX 64u /* each costs a question to the store for every new record */
#define KITH_API_SWEEP_MS      5000u
#define KITH_API_STALL_MS      30000u /* a client that takes no byte for so long is dropped */

struct kith_client;
struct kith_follow;

struct kith_api {
	struct kith_node *node;
	struct kith_schemas *schemas;
	struct kith_reader *reader; /* the loop's own, for point lookups */
	struct kith_socket admin, read;
	struct kith_jobs jobs;

	struct kith_client *clients;
	struct kith_client *ready, **ready_last; /* have lines left, in the order of their turns */
	struct kith_follow *follows;
	size_t clients_max;
	uv_idle_t turn;   /* runs while somebody is ready */
	uv_timer_t sweep; /* runs while there are clients */
	struct kith_watcher watcher;
	struct kith_api_stats stats;

	struct kith_buf spare; /* memory of an answer, kept for the next */

	bool stopping;
	unsigned handles; /* of ours that are still open */
	unsigned calls_running;
	void (*stopped)(void *ctx);
	void *stopped_ctx;

	char room[64 << 10]; /* what is read lands here first */
};

/* Gives the first of the clients that are ready its turn; one at a time, so that sockets of
 * partners are looked at in between. */
void kith_api_on_turn(uv_idle_t *turn);

/* While much is unsent, over all clients, no new work goes to the pool; call when that has
 * changed. */
void kith_api_hold_jobs(struct kith_api *api);

/* Each: one of the things that kith_api_stop() waits for is done. */
void kith_api_maybe_stopped(struct kith_api *api);

#endif
