/* rng.c: SplitMix64 (Steele, Lea, Flood 2014). Bytes are made of words least significant byte
 * first, so that they are the same on every machine. */
#include "tests/sim/rng.h"

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

struct sim_rng sim_rng_fork(uint64_t seed, enum sim_rng_use use, uint64_t a, uint64_t b)
{
	uint64_t state = mix(seed + 0x9e3779b97f4a7c15u);

	state = mix(state ^ ((uint64_t)use + 1) * 0xd1342543de82ef95u);
	state = mix(state ^ (a + 1) * 0xaf251af3b0f025b5u);
	state = mix(state ^ (b + 1) * 0xb564ef22ec7aece5u);
	return (struct sim_rng){state};
}

uint64_t sim_rng_next(struct sim_rng *rng)
{
	rng->state += 0x9e3779b97f4a7c15u;
	return mix(rng->state);
}

uint64_t sim_rng_below(struct sim_rng *rng, uint64_t bound)
{
	return bound ? sim_rng_next(rng) % bound : 0;
}

uint64_t sim_rng_between(struct sim_rng *rng, uint64_t least, uint64_t most)
{
	return least + sim_rng_below(rng, most - least + 1);
}

bool sim_rng_chance(struct sim_rng *rng, unsigned percent)
{
	return sim_rng_below(rng, 100) < percent;
}

uint64_t sim_rng_scale(struct sim_rng *rng, uint64_t least, uint64_t most)
{
	unsigned doublings = 0;

	while (least << (doublings + 1) <= most)
		doublings++;
	least <<= sim_rng_below(rng, doublings + 1);
	return sim_rng_between(rng, least, least * 2 - 1 < most ? least * 2 - 1 : most);
}

void sim_rng_fill(void *rng, void *out, size_t len)
{
	uint8_t *bytes = out;
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++) {
		word = i % 8 ? word >> 8 : sim_rng_next(rng);
		bytes[i] = (uint8_t)word;
	}
}

struct kith_rng sim_rng_hand(struct sim_rng *rng)
{
	return (struct kith_rng){sim_rng_fill, rng};
}
