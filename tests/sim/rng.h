/*
 * rng.h: the one source of chance of a simulation. Everything that is decided by chance is decided
 * by numbers forked from the seed with a label of its own, so that leaving one fault out of a
 * schedule disturbs the rest as little as possible. A compiler may evaluate the parts of one
 * expression in any order, so each draws at most once.
 */
#ifndef KITH_TESTS_SIM_RNG_H
#define KITH_TESTS_SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

#include "keys/rng.h"

struct sim_rng {
	uint64_t state;
};

/* What a fork is for; the first label of sim_rng_fork(). */
enum sim_rng_use {
	SIM_RNG_POOL,
	SIM_RNG_PLAN,
	SIM_RNG_KEYS,
	SIM_RNG_CORE,
	SIM_RNG_NODE,
	SIM_RNG_LINK,
	SIM_RNG_ALLOC,
};

struct sim_rng sim_rng_fork(uint64_t seed, enum sim_rng_use use, uint64_t a, uint64_t b);
uint64_t sim_rng_next(struct sim_rng *rng);
uint64_t sim_rng_below(struct sim_rng *rng, uint64_t bound);                  /* 0 for bound 0 */
uint64_t sim_rng_between(struct sim_rng *rng, uint64_t least, uint64_t most); /* both included */
bool sim_rng_chance(struct sim_rng *rng, unsigned percent);
/* 1, 2, 4, ... up to most, each power as likely: many small values, some large. */
uint64_t sim_rng_scale(struct sim_rng *rng, uint64_t least, uint64_t most);
void sim_rng_fill(void *rng, void *out, size_t len);
/* For a core; rng must live as long. */
struct kith_rng sim_rng_hand(struct sim_rng *rng);

#endif
