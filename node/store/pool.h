/*
 * pool.h: read-only connections, opened when somebody asks. Private to store/.
 *
 * Questions run on libuv's thread pool, at most `max` at once; others wait their turn. Everything
 * here is called on the loop's thread.
 */
#ifndef KITH_NODE_STORE_POOL_H
#define KITH_NODE_STORE_POOL_H

#include <uv.h>

#include "node/store/db.h"

struct kith_pool;

/* NULL: no memory. */
struct kith_pool *kith_pool_new(uv_loop_t *loop, const char *path, unsigned max);

/* Waits for the questions under way, closes the connections, frees; then closed(). */
void kith_pool_close(struct kith_pool *pool, void (*closed)(void *ctx), void *ctx);

/* See kith_store_read(), kith_store_reader_take() and kith_store_reader_give(). */
void kith_pool_read(struct kith_pool *pool, int (*fn)(struct kith_reader *reader, void *arg),
	void (*done)(void *arg, int err), void *arg);
KITH_MUST_CHECK int kith_pool_take(struct kith_pool *pool, struct kith_reader **out);
void kith_pool_give(struct kith_pool *pool, struct kith_reader *reader);

#endif
