/*
 * writer.h: the one connection that writes, and what it does. Private to store/.
 *
 * Runs on the store's thread (store.c). write.c puts records into a transaction, commit.c groups,
 * commits and rolls back, index.c keeps the projection.
 */
#ifndef KITH_NODE_STORE_WRITER_H
#define KITH_NODE_STORE_WRITER_H

#include <stdatomic.h>

#include "node/store/db.h"
#include "node/store/store.h"
#include "protocol/batch.h"
#include "protocol/body.h"

#define KITH_GROUP_MAX_RECORDS 4096
#define KITH_GROUP_MAX_BATCHES 512
#define KITH_GROUP_MAX_BYTES   (8u << 20)
#define KITH_INDEX_AT_ONCE     256 /* so few new records are indexed in their own transaction */
#define KITH_BULK_PAUSE_NS     200000000ull /* without a pulled record, then a pull has paused */
#define KITH_INDEX_STEP        2048         /* rows that are sorted together when catching up */
#define KITH_INDEX_STEPS       6 /* so many at most in one transaction, if nobody waits for it */

/* Numbers of circles or authors met lately. */
struct kith_numbers {
	struct {
		uint8_t key[KITH_ID_LEN];
		int64_t no; /* 0: empty */
	} slots[256];
};

struct kith_writer {
	struct kith_reader db;
	struct kith_numbers circles;
	struct kith_numbers authors;
	uint64_t last_seq;    /* in the transaction under way */
	uint64_t indexed_seq; /* likewise */
	uint64_t merged_seq;  /* likewise; ids.c */
	uint64_t committed_merged_seq;
	bool full_sync; /* how the connection commits now */
	bool sync_set;  /* ... if that is known */
	uint64_t page_bytes;
	int wal_pages;          /* as of the last commit */
	unsigned rebuilds;      /* of a damaged projection, since the start */
	uint64_t idle_after_ns; /* idle work has failed, or a bulk pull goes on: not before then */
	uint64_t idle_wait_ns;
	uint64_t lag_max;
	int64_t purge;                 /* of the state row */
	atomic_bool wanted;            /* a job waits: idle work should come to an end */
	struct kith_store_stats stats; /* of what is committed */
};

/* ---- commit.c ------------------------------------------------------------------------------ */

KITH_MUST_CHECK int kith_writer_open(struct kith_writer *writer,
	const struct kith_store_config *config, char *why, size_t why_len);
/* Checkpoints and closes. */
void kith_writer_close(struct kith_writer *writer);

/* Brings the log into the database file once it has grown long. Not part of a commit, so that
 * nobody waits for it who waits for a commit. */
void kith_writer_checkpoint_if_due(struct kith_writer *writer);

/* Commits the batches together; the outcome is in each. */
void kith_writer_group(struct kith_writer *writer, struct kith_batch *const *batches, size_t count);

/* fn inside a FULL transaction. */
KITH_MUST_CHECK int kith_writer_change(
	struct kith_writer *writer, int (*fn)(struct kith_reader *writer, void *arg), void *arg);

/* For idle.c and purge.c: transactions. finish commits, or rolls back after err; it returns err or
 * the commit's. */
KITH_MUST_CHECK int kith_writer_begin(struct kith_writer *writer, bool full_sync);
KITH_MUST_CHECK int kith_writer_finish(struct kith_writer *writer, int err);

/* ---- ids.c --------------------------------------------------------------------------------- */

/* Makes a record findable by its id, in the transaction under way. */
KITH_MUST_CHECK int kith_ids_add(
	struct kith_writer *writer, const struct kith_record_id *id, uint64_t seq);
/* Once per transaction, after the last record. */
KITH_MUST_CHECK int kith_ids_merge_if_many(struct kith_writer *writer);

/* ---- idle.c -------------------------------------------------------------------------------- */

/* Whether there is something left to index, and one transaction of it. */
bool kith_writer_is_behind(const struct kith_writer *writer);
KITH_MUST_CHECK int kith_writer_catch_up(struct kith_writer *writer);

/* For after a group: indexing has a share of the time too once it is far behind. */
void kith_writer_keep_up(struct kith_writer *writer);

/* When there is idle work to do: 0 now, UINT64_MAX never. And one step of it. */
uint64_t kith_writer_idle_in_ns(const struct kith_writer *writer);
void kith_writer_idle_step(struct kith_writer *writer);

/* ---- purge.c ------------------------------------------------------------------------------- */

bool kith_purge_is_due(const struct kith_writer *writer);
/* Merges a piece of the index. */
KITH_MUST_CHECK int kith_purge_step(struct kith_writer *writer);

/* ---- write.c ------------------------------------------------------------------------------- */

/* Stores a batch in the transaction under way; entries get seq, or err for their own mistakes. An
 * error returned here is one of the whole group. */
KITH_MUST_CHECK int kith_write_batch(
	struct kith_writer *writer, struct kith_batch *batch, uint64_t wall_ms);
/* Takes the outcome of a batch back, for its transaction was rolled back. */
void kith_write_undo(struct kith_batch *batch);
void kith_write_forget_numbers(struct kith_writer *writer);

/* ---- index.c ------------------------------------------------------------------------------- */

/* Indexes up to max records more in the transaction under way. */
KITH_MUST_CHECK int kith_index_run(struct kith_writer *writer, size_t max);

/* Takes a record out of the projection, before its body goes. */
KITH_MUST_CHECK int kith_index_remove(
	struct kith_reader *writer, uint64_t seq, const struct kith_record *record);

#define KITH_SOURCE_KEY_LEN 16
/* KITH_E_NOT_FOUND: the source says neither url nor id. */
KITH_MUST_CHECK int kith_source_key(const struct kith_author *author, const char *url,
	const char *id, uint8_t out[KITH_SOURCE_KEY_LEN]);
/* The same for a record; KITH_E_NOT_FOUND when it has no source. */
KITH_MUST_CHECK int kith_source_key_in(const struct kith_author *author,
	const struct kith_body *body, uint8_t out[KITH_SOURCE_KEY_LEN]);
KITH_MUST_CHECK int kith_source_key_of(
	const struct kith_record *record, uint8_t out[KITH_SOURCE_KEY_LEN]);

#endif
