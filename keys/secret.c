/* secret.c: guarded memory and wiping, both libsodium's; see secret.h. */
#include "keys/secret.h"

#include <sodium.h>

#define ALIGNMENT 16

int kith_keys_init(void)
{
	return sodium_init() < 0 ? KITH_E_SELFTEST : 0;
}

void *kith_secret_new(size_t len)
{
	size_t rounded;
	void *secret;

	/* libsodium puts the end of the block at a guard page, so that only a multiple of 16 starts
	 * where any struct may start. */
	if (len > SIZE_MAX - ALIGNMENT)
		return NULL;
	rounded = (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	secret = sodium_malloc(rounded ? rounded : ALIGNMENT);
	if (secret)
		sodium_memzero(secret, rounded);
	return secret;
}

void kith_secret_free(void *secret)
{
	sodium_free(secret);
}

void kith_wipe(void *memory, size_t len)
{
	if (len)
		sodium_memzero(memory, len);
}
