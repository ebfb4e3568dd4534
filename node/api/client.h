/*
 * client.h: one local connection: lines in, answers out, in order and within bounds.
 *
 * A client that sends faster than it is answered, or does not read its answers, is not read from
 * until it has caught up; one that takes no byte for KITH_API_STALL_MS is dropped. After the client
 * has closed its sending side, what it asked for is still answered.
 */
#ifndef KITH_NODE_API_CLIENT_H
#define KITH_NODE_API_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "node/api/server.h"

struct kith_call;
struct kith_client;

/* uv_connection_cb of both sockets: accepts and checks who it is. */
void kith_client_on_connection(uv_stream_t *listener, int status);

struct kith_api *kith_client_api(const struct kith_client *client);
bool kith_client_is_admin(const struct kith_client *client);

/* A call of this client is done. */
void kith_client_call_done(struct kith_client *client);

/* Moves on whatever can move. */
void kith_client_turn(struct kith_client *client);
/* The same, for the first of those who are ready; from the api's turn. */
void kith_client_next_turn(struct kith_client *client);
void kith_client_close(struct kith_client *client);

/* From the api's sweep: drops a client that does not read, or that has gone unnoticed. */
void kith_client_sweep(struct kith_client *client);

/* Nothing is read any more; it is closed when its calls are done. */
void kith_client_stop(struct kith_client *client);

/* ---- for follow.c ------------------------------------------------------------------------- */

struct kith_follow *kith_client_follow(const struct kith_client *client);
void kith_client_set_follow(struct kith_client *client, struct kith_follow *follow);
/* Whether it has room for lines that it did not ask for just now. */
bool kith_client_can_take(const struct kith_client *client);
/* Appends whole lines and sends them. */
void kith_client_give(struct kith_client *client, const void *lines, size_t len);

struct kith_client *kith_client_next(const struct kith_client *client); /* in the list of the api */

#endif
