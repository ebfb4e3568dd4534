/* rng.c: the operating system's random source, as keys/rng.h wants it. */
#include "node/keyring.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

/* getrandom(2) can be interrupted and may give less than asked for; without it nothing may go
 * on. */
static void fill(void *ctx, void *out, size_t len)
{
	unsigned char *next = out;

	(void)ctx;
	while (len > 0) {
		ssize_t n = getrandom(next, len, 0);

		if (n < 0 && errno != EINTR)
			abort();
		if (n > 0) {
			next += n;
			len -= (size_t)n;
		}
	}
}

struct kith_rng kith_rng_system(void)
{
	return (struct kith_rng){.fill = fill, .ctx = NULL};
}
