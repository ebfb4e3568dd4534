/*
 * store.h: SQLite on its own thread; the only writer of a home's database.
 *
 * One connection writes, in groups: whatever has queued up while the last commit ran becomes the
 * next transaction. A group with a durable batch is committed with synchronous=FULL, others with
 * NORMAL (in WAL mode that can lose the last moments in a power cut, never consistency; what is
 * lost comes back from the partners). Readers are read-only, run on libuv's thread pool and never
 * checkpoint.
 *
 * The records table is the truth: envelope bytes as received. Everything that search and reports
 * need (tags, places, links, sources, full text) is a projection, filled behind it up to a
 * watermark; small writes are indexed in the same transaction, a bulk load lets the watermark lag
 * and the writer catches up when idle. A lost or old projection is rebuilt from the records.
 *
 * Callbacks run on the loop's thread; never from within the call they belong to, except when there
 * is no memory to remember it, or a read comes while the store closes. Opening and closing run on
 * the caller's thread.
 */
#ifndef KITH_NODE_STORE_H
#define KITH_NODE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uv.h>

#include "protocol/batch.h"
#include "protocol/core.h"
#include "node/store/query.h"

struct kith_store;

struct kith_store_config {
	const char *path; /* of the database file, mode 0600; created when missing */
	bool quick_check; /* look for damage at start; PRAGMA quick_check */
	size_t cache_kib; /* page cache of the writer; 0: 2048 */
	unsigned readers; /* at most this many at once; 0: 2 */
	size_t lag_max;   /* rows that a long pull may leave to be indexed later; 0: 200,000 */
};

/*
 * Opens, migrates and starts the writer.
 *   KITH_E_CORRUPT  damaged; why says what was found and what to do
 *   KITH_E_UNKNOWN_VERSION  written by a newer kith
 *   KITH_E_PERMISSION, KITH_E_FULL, KITH_E_IO, KITH_E_NOMEM
 */
KITH_MUST_CHECK int kith_store_open(uv_loop_t *loop, const struct kith_store_config *config,
	struct kith_store **out, char *why, size_t why_len);

/* Finishes what is queued, checkpoints, and frees. Pending callbacks have run when closed() is
 * called. The loop must keep running until then. */
void kith_store_close(struct kith_store *store, void (*closed)(void *ctx), void *ctx);

/* ---- writing ------------------------------------------------------------------------------- */

/* Stores a batch and gives it back with err, and per entry err and seq, filled in. A record that is
 * known already gets seq 0 and no error. Never fails itself; what fails is said in the batch. */
void kith_store_write(struct kith_store *store, struct kith_batch *batch,
	void (*done)(void *ctx, struct kith_batch *batch), void *ctx);

/* Runs fn inside a FULL transaction of the writer (a partner added, a record erased), then done
 * with fn's result, or with the error of the commit. */
void kith_store_change(struct kith_store *store, int (*fn)(struct kith_reader *writer, void *arg),
	void (*done)(void *arg, int err), void *arg);

/* ---- reading ------------------------------------------------------------------------------- */

/* Runs fn on the thread pool with a read-only connection, then done on the loop. */
void kith_store_read(struct kith_store *store, int (*fn)(struct kith_reader *reader, void *arg),
	void (*done)(void *arg, int err), void *arg);

/* For start-up, before the loop runs: a reader for the caller's own thread; give it back. */
KITH_MUST_CHECK int kith_store_reader_take(struct kith_store *store, struct kith_reader **out);
void kith_store_reader_give(struct kith_store *store, struct kith_reader *reader);

/* ---- how it is doing; any moment, loop thread ---------------------------------------------- */
struct kith_store_stats {
	uint64_t last_seq;    /* newest committed record */
	uint64_t indexed_seq; /* search knows everything up to here */
	uint64_t commits, full_commits;
	uint64_t rows_written;
	uint64_t failures;
	size_t queued_batches;
	bool purging;           /* words of erased records are being merged out of the index */
	uint64_t commit_us_max; /* slowest commit so far */
	uint64_t database_bytes;
};
struct kith_store_stats kith_store_stats(const struct kith_store *store);

#endif
