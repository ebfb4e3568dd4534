/*
 * seeded.h: randomness that is the same in every run, and key pairs and drafts made of it. For
 * tests.
 */
#ifndef KITH_TESTS_UNIT_SEEDED_H
#define KITH_TESTS_UNIT_SEEDED_H

#include <stdint.h>
#include <string.h>

#include "keys/rng.h"
#include "keys/sign.h"

struct seeded {
	uint64_t state;
};

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t seeded_next(struct seeded *seeded)
{
	uint64_t z = seeded->state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* A number below bound (not perfectly even, which does not matter here). */
static inline size_t seeded_below(struct seeded *seeded, size_t bound)
{
	return (size_t)(seeded_next(seeded) % bound);
}

static inline void seeded_fill(void *ctx, void *out, size_t len)
{
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)seeded_next(ctx);
}

static inline struct kith_rng seeded_rng(struct seeded *seeded)
{
	return (struct kith_rng){seeded_fill, seeded};
}

static inline struct kith_sign_pair seeded_sign_pair(struct seeded *seeded)
{
	struct kith_sign_pair pair;
	uint8_t seed[KITH_SEED_LEN];

	seeded_fill(seeded, seed, sizeof(seed));
	kith_sign_pair_from_seed(seed, &pair);
	return pair;
}

#endif
