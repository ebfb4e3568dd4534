/*
 * api.h: the local API: JSON-RPC 2.0, one object a line, over two Unix sockets.
 *
 * api.sock answers everything, read.sock only what changes nothing. Who may talk is decided by the
 * directory (0750), the sockets (0660), and the peer's credentials (SO_PEERCRED): the own user,
 * root, and members of the configured group; everybody else is disconnected without a byte.
 *
 *     bytes -> line -> requests -> calls -> a method -> answer -> line
 *     client.c         jsonrpc.c   call.c   methods_*.c  jsonrpc.c
 *
 * All of it runs on the loop's thread but the questions to the store and the signing of drafts,
 * which run on the thread pool (job.c), few at a time, so that local clients cannot crowd out the
 * partners. The requests of a client are carried out and answered in their order.
 */
#ifndef KITH_NODE_API_API_H
#define KITH_NODE_API_API_H

#include "node/node.h"

struct kith_api;

/* Opens the sockets that the node's configuration names. why gets a sentence for a person.
 * KITH_E_LOCKED (another process answers there), KITH_E_PERMISSION, KITH_E_TOO_LARGE (path),
 * KITH_E_IO, … */
KITH_MUST_CHECK int kith_api_start(
	struct kith_node *node, struct kith_api **out, char *why, size_t why_len);

/* Closes the sockets, lets the calls under way finish, disconnects everybody; then stopped(). To be
 * called before kith_node_stop(). */
void kith_api_stop(struct kith_api *api, void (*stopped)(void *ctx), void *ctx);

/* How it is doing; any moment, loop thread. */
struct kith_api_stats {
	uint64_t accepted;
	uint64_t refused; /* not allowed to talk to us */
	uint64_t crowded; /* there were too many */
	uint64_t dropped; /* did not read what they had asked for */
	uint64_t calls;
	uint64_t errors;   /* calls that were answered with one */
	uint64_t followed; /* records told to followers */
	size_t clients;
	size_t followers;
	size_t unsent_bytes;
};
struct kith_api_stats kith_api_stats(const struct kith_api *api);

#endif
