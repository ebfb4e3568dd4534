/*
 * pool.h: signed records of several authors, made once and used by every run of a process.
 *
 * A signature costs as much as a thousand simulated events, so runs draw from a pool. Its records
 * are in the order of their sets, and are known by their index; what is in the pool, byte for byte,
 * is authentic, and nothing else is. A hollow pool is not even signed: its records pass for
 * authentic by being in the pool, so that sets can be large. A pool depends on its size and kind
 * alone.
 */
#ifndef KITH_TESTS_SIM_POOL_H
#define KITH_TESTS_SIM_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/batch.h"
#include "protocol/record.h"
#include "tests/sim/rng.h"

/* What the wall clock of a node without fault reads when a run begins: 2026-01-01. */
#define SIM_WALL_MS 1767225600000ull

/* So much later all records of the pool are from the past, or near enough. */
#define SIM_AHEAD_MAX_MS (10u * 60 * 1000)

#define SIM_NO_RECORD UINT32_MAX

struct sim_record {
	struct kith_item item;
	enum kith_class class_;
	uint8_t *envelope;
	size_t len;
	unsigned circle; /* 0: the commons */
	bool made_up;    /* of an author who wrote nothing else */
	bool ahead; /* claims to be from a time that is still too far ahead when a run begins */
};

struct sim_pool {
	struct sim_record *records; /* ordered by item */
	uint32_t count;
	bool hollow, large;
	uint32_t *table; /* by id, open addressing; SIM_NO_RECORD: empty */
	uint32_t table_len;
};

/* 0: the commons. */
struct kith_circle sim_pool_circle(unsigned number);
void sim_pool_init(struct sim_pool *pool, uint32_t count, bool hollow, bool large);
void sim_pool_clear(struct sim_pool *pool);
uint32_t sim_pool_find(const struct sim_pool *pool, const struct kith_record_id *id);
/* Whether the bytes are those of the record with this index. */
bool sim_pool_same(
	const struct sim_pool *pool, uint32_t index, const uint8_t *envelope, size_t len);
/* The n-th in an order that has nothing to do with that of the sets; count is a power of two. */
uint32_t sim_pool_nth(const struct sim_pool *pool, uint32_t n);
/* What kith_batch_verify() does, but bytes that are those of the pool are known to be authentic
 * and most of the time spared the check. */
void sim_pool_verify(const struct sim_pool *pool, struct sim_rng *rng, struct kith_batch *batch);
/* The first record after this place in the order of the sets; pool->count: none. */
uint32_t sim_pool_after(const struct sim_pool *pool, const struct kith_item *item);

#endif
