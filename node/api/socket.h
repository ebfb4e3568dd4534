/*
 * socket.h: one listening Unix socket: where it lies, who may come in.
 *
 * The directory is made with mode 0750 when it is missing; one that others can write to is refused.
 * A socket that nobody answers on is left over from a crash and is removed; one that answers is
 * not.
 */
#ifndef KITH_NODE_API_SOCKET_H
#define KITH_NODE_API_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>
#include <uv.h>

#include "keys/error.h"

struct kith_socket {
	uv_pipe_t pipe; /* .data is the owner's */
	bool open;
	bool admin;
	bool has_group;
	gid_t group;
};

/* Prepares path and directory, binds, and listens. group may be empty: only the own user.
 *   KITH_E_LOCKED, KITH_E_PERMISSION, KITH_E_TOO_LARGE, KITH_E_NOT_FOUND (group), KITH_E_IO */
KITH_MUST_CHECK int kith_socket_open(struct kith_socket *listener, uv_loop_t *loop,
	const char *path, const char *group, uv_connection_cb on_connection, char *why,
	size_t why_len);

/* Removes the file, too. Nothing happens when it is not open. */
void kith_socket_close(struct kith_socket *listener, uv_close_cb closed);

/* Whether the process at the other end may talk to us. */
bool kith_socket_may_enter(const struct kith_socket *listener, const uv_pipe_t *peer);

#endif
