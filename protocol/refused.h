/*
 * refused.h: ids that are not worth asking of one partner before a certain time.
 *
 * A partner may know a record that cannot be had from it: it does not hold it (declined or erased
 * there), or its time is too far ahead to be stored here. Every comparison of the sets brings
 * such an id up again. What is remembered here is passed over until its time has come; for an id
 * that was not held it doubles with each refusal.
 *
 * A bounded, lossy table: ids are remembered as keyed hashes of 64 bits (strangers choose the
 * ids), and when there is no room the refusal that ends first is forgotten. What is forgotten is
 * only asked for once more; without memory nothing is remembered. Nothing is allocated before the
 * first refusal.
 */
#ifndef KITH_PROTOCOL_REFUSED_H
#define KITH_PROTOCOL_REFUSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/id.h"
#include "keys/rng.h"

struct kith_refusal;

struct kith_refused {
	uint8_t key[16];
	struct kith_refusal *slots;
	size_t room; /* 0, or a power of two up to KITH_REFUSED_MAX */
};

void kith_refused_init(struct kith_refused *refused, const struct kith_rng *rng);
/* Forgets everything and frees; the table may be used on. */
void kith_refused_clear(struct kith_refused *refused);

size_t kith_refused_memory_bytes(const struct kith_refused *refused);

/* Whether the id should not be asked for now. */
bool kith_refused_now(
	const struct kith_refused *refused, const struct kith_record_id *id, uint64_t now_ms);

/* Not before until_ms, but in KITH_REFUSED_LAST_MS at the latest. */
void kith_refused_until(struct kith_refused *refused, const struct kith_record_id *id,
	uint64_t until_ms, uint64_t now_ms);

/* Refused now: not for KITH_REFUSED_FIRST_MS, then for twice as long each time. */
void kith_refused_again(
	struct kith_refused *refused, const struct kith_record_id *id, uint64_t now_ms);

#endif
