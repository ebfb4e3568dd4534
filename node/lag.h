/*
 * lag.h: how long the loop is kept from its sockets, turn by turn.
 *
 * Owns a histogram of fixed size, four buckets to each power of two, and two maxima. Each turn is
 * told with the time that passed, which a crowded machine makes longer, and with the CPU time the
 * loop's thread spent in it, which is ours alone.
 */
#ifndef KITH_NODE_LAG_H
#define KITH_NODE_LAG_H

#include <stdint.h>

#define KITH_LAG_BUCKETS 128
#define KITH_LAG_LONG_US 20000u /* a turn above this is felt by everybody who is connected */

struct kith_lag {
	uint64_t turns, long_turns;
	uint64_t busy_us_max, cpu_us_max;
	uint64_t buckets[KITH_LAG_BUCKETS]; /* of the time that passed */
};

void kith_lag_add(struct kith_lag *lag, uint64_t busy_us, uint64_t cpu_us);

/* What at least so many of a thousand turns stayed below, a quarter too much at most; 0: no turn
 * yet. */
uint64_t kith_lag_us(const struct kith_lag *lag, unsigned permille);

#endif
