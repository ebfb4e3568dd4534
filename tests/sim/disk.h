/*
 * disk.h: what a node keeps, in memory: a log of records in the order of their arrival.
 *
 * Whatever was written survives a killed process; a cut of power cuts the log somewhere behind the
 * last commit. An old backup is a beginning of the log. The disk takes nothing on trust: what it is
 * told to write must be a record of the pool, byte for byte.
 */
#ifndef KITH_TESTS_SIM_DISK_H
#define KITH_TESTS_SIM_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/batch.h"
#include "tests/sim/pool.h"
#include "tests/sim/rng.h"

struct sim_disk {
	const struct sim_pool *pool;
	uint32_t *log; /* indexes of the pool */
	uint32_t log_len;
	uint32_t committed;      /* this many survive a power cut */
	uint32_t *place;         /* by index of the pool: place in the log + 1; 0: not held */
	int write_err, read_err; /* while not 0 */
	unsigned writes_left;    /* before write_err begins */
	uint64_t slow_us;        /* more for each operation */
	bool lies_by_flipping, lies_by_withholding; /* a hostile partner's */
	struct sim_rng *rng;
};

void sim_disk_init(struct sim_disk *disk, const struct sim_pool *pool, struct sim_rng *rng);
void sim_disk_clear(struct sim_disk *disk);
bool sim_disk_has(const struct sim_disk *disk, uint32_t index);
bool sim_disk_is_committed(const struct sim_disk *disk, uint32_t index);
void sim_disk_preload(struct sim_disk *disk, uint32_t index);

/* Does what STORE and FETCH ask for. store returns NULL, or what is wrong with the batch. */
const char *sim_disk_store(struct sim_disk *disk, struct kith_batch *batch);
void sim_disk_fetch(struct sim_disk *disk, struct kith_fetch *fetch);

void sim_disk_power_cut(struct sim_disk *disk);
void sim_disk_truncate(struct sim_disk *disk, uint32_t log_len);

#endif
