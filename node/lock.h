/*
 * lock.h: one daemon per home.
 *
 * The file `lock` in the home is held with flock(2) and names the process, so the lock goes with
 * the process however it ends, and a second daemon can say who is there. The file itself stays.
 */
#ifndef KITH_NODE_LOCK_H
#define KITH_NODE_LOCK_H

#include <stddef.h>

#include "keys/error.h"

struct kith_lock {
	int fd; /* -1: not held */
};

/* KITH_E_LOCKED, and why names the process that holds it; KITH_E_PERMISSION, KITH_E_FULL,
 * KITH_E_IO. */
KITH_MUST_CHECK int kith_lock_take(
	const char *home, struct kith_lock *out, char *why, size_t why_len);
void kith_lock_release(struct kith_lock *lock);

#endif
