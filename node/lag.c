/*
 * lag.c: see lag.h. Below 4 us each time has its bucket; from there on bucket 4e - 4 + q, with q
 * below 4, holds those from (4 + q) * 2^(e - 2) on.
 */
#include "node/lag.h"

static unsigned bucket_of(uint64_t us)
{
	unsigned e = 0, bucket;

	while (e < 63 && us >> (e + 1))
		e++;
	bucket = us < 4 ? (unsigned)us : 4 * (e - 1) + (unsigned)(us >> (e - 2) & 3);
	return bucket < KITH_LAG_BUCKETS ? bucket : KITH_LAG_BUCKETS - 1;
}

/* The first time that belongs to the next bucket. */
static uint64_t end_of(unsigned bucket)
{
	unsigned next = bucket + 1;

	return next < 4 ? next : (uint64_t)(4 + next % 4) << (next / 4 - 1);
}

void kith_lag_add(struct kith_lag *lag, uint64_t busy_us, uint64_t cpu_us)
{
	lag->turns++;
	lag->long_turns += busy_us > KITH_LAG_LONG_US;
	if (busy_us > lag->busy_us_max)
		lag->busy_us_max = busy_us;
	if (cpu_us > lag->cpu_us_max)
		lag->cpu_us_max = cpu_us;
	lag->buckets[bucket_of(busy_us)]++;
}

uint64_t kith_lag_us(const struct kith_lag *lag, unsigned permille)
{
	uint64_t wanted = (lag->turns * permille + 999) / 1000, seen = 0;

	if (lag->turns == 0)
		return 0;
	for (unsigned i = 0; i < KITH_LAG_BUCKETS - 1; i++) {
		seen += lag->buckets[i];
		if (seen >= wanted)
			return end_of(i) < lag->busy_us_max ? end_of(i) : lag->busy_us_max;
	}
	return lag->busy_us_max;
}
