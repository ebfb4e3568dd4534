/*
 * sum.h: the arithmetic of sums of ids (set.h): integers modulo 2^256, and how many.
 */
#ifndef KITH_PROTOCOL_SUM_H
#define KITH_PROTOCOL_SUM_H

#include "protocol/set.h"

static inline void kith_sum_add_words(uint64_t sum[4], const uint64_t more[4])
{
	unsigned __int128 carry = 0;

	for (int i = 0; i < 4; i++) {
		carry += (unsigned __int128)sum[i] + more[i];
		sum[i] = (uint64_t)carry;
		carry >>= 64;
	}
}

static inline void kith_sum_add(struct kith_sum *sum, const struct kith_sum *more)
{
	kith_sum_add_words(sum->word, more->word);
	sum->count += more->count;
}

static inline void kith_sum_subtract(struct kith_sum *sum, const struct kith_sum *less)
{
	uint64_t borrow = 0;

	for (int i = 0; i < 4; i++) {
		unsigned __int128 wide = (unsigned __int128)sum->word[i] - less->word[i] - borrow;

		sum->word[i] = (uint64_t)wide;
		borrow = (uint64_t)(wide >> 64) & 1;
	}
	sum->count -= less->count;
}

static inline uint64_t kith_sum_load(const uint8_t *bytes)
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | bytes[i];
	return value;
}

/* One item more: 32 bytes, little-endian. */
static inline void kith_sum_add_number(struct kith_sum *sum, const uint8_t bytes[KITH_ID_LEN])
{
	uint64_t word[4];

	for (int i = 0; i < 4; i++)
		word[i] = kith_sum_load(bytes + 8 * i);
	kith_sum_add_words(sum->word, word);
	sum->count++;
}

#endif
