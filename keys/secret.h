/*
 * secret.h: memory for what must never reach a disk.
 *
 * Secret keys live only in pages from kith_secret_new(): locked in memory, surrounded by guard
 * pages, wiped when freed. Short-lived copies on the stack are wiped with kith_wipe() on every path
 * out.
 */
#ifndef KITH_KEYS_SECRET_H
#define KITH_KEYS_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "keys/error.h"

/* Prepares the library; call once before any other call into keys/. KITH_E_SELFTEST. Idempotent. */
KITH_MUST_CHECK int kith_keys_init(void);

/* Guarded memory of len bytes, or NULL. Zeroed, aligned to 16 bytes. The pages are locked as far as
 * the process's RLIMIT_MEMLOCK allows, and left out of core dumps. */
void *kith_secret_new(size_t len);

/* Wipes and releases; NULL is allowed. */
void kith_secret_free(void *secret);

/* Overwrites memory in a way the compiler does not remove. */
void kith_wipe(void *memory, size_t len);

#endif
