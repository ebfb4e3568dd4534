/*
 * rng.h: randomness as something handed in.
 *
 * keys/ and protocol/ draw every random byte from here, so that a simulator can replay a run from a
 * seed. The daemon's implementation lives in node/ and asks the operating system.
 */
#ifndef KITH_KEYS_RNG_H
#define KITH_KEYS_RNG_H

#include <stddef.h>

struct kith_rng {
	/* Never fails: an implementation that cannot go on aborts. */
	void (*fill)(void *ctx, void *out, size_t len);
	void *ctx;
};

static inline void kith_rng_fill(const struct kith_rng *rng, void *out, size_t len)
{
	rng->fill(rng->ctx, out, len);
}

#endif
