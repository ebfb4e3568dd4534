/* must.h: what the simulator itself relies on; a failure here is a fault of the simulator. */
#ifndef KITH_TESTS_SIM_MUST_H
#define KITH_TESTS_SIM_MUST_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void must(bool holds, const char *what, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: the simulator needs: %s\n", file, line, what);
	abort();
}
#define MUST(holds) must(holds, #holds, __FILE__, __LINE__)

static inline void *must_calloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	MUST(memory);
	return memory;
}

static inline void *must_realloc(void *memory, size_t size)
{
	memory = realloc(memory, size);
	MUST(memory);
	return memory;
}

static inline uint8_t *must_copy(const uint8_t *data, size_t len)
{
	uint8_t *copy = must_calloc(1, len);

	if (len)
		memcpy(copy, data, len);
	return copy;
}

#endif
