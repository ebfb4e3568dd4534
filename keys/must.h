/*
 * must.h: for calls into libsodium that can fail only when this program is wrong.
 *
 * Hashing, or making a key pair from a seed, has no failure that a caller could handle: a non-zero
 * return means a length out of range, so our own mistake. To go on with the output would be worse
 * than to stop. Used by the .c files of keys/ alone.
 */
#ifndef KITH_KEYS_MUST_H
#define KITH_KEYS_MUST_H

#include <stdlib.h>

static inline void kith_must(int rc)
{
	if (rc != 0)
		abort();
}

#endif
