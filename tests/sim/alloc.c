/*
 * alloc.c: see alloc.h. Each block has a header that says whose it is and how long.
 *
 * It has state of its own, for there is only one malloc().
 */
#include "tests/sim/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/plan.h"
#include "tests/sim/rng.h"

#define NOBODY SIM_NODES_MAX

struct account {
	size_t bytes;
	unsigned of_10000;
	struct sim_rng rng;
};

/* Volatile, for a compiler takes it that malloc() changes nothing of ours. */
static struct {
	struct account accounts[SIM_NODES_MAX + 1];
	volatile uint32_t owner;
	volatile bool may_fail, refused;
} all = {.owner = NOBODY};

void sim_alloc_enter(uint32_t node, bool may_fail)
{
	all.owner = node;
	all.may_fail = may_fail;
	all.refused = false;
}

bool sim_alloc_leave(void)
{
	all.owner = NOBODY;
	all.may_fail = false;
	return all.refused;
}

uint32_t sim_alloc_owner(void)
{
	return all.owner;
}

size_t sim_alloc_bytes(uint32_t node)
{
	return all.accounts[node].bytes;
}

void sim_alloc_fail(uint32_t node, unsigned of_10000, uint64_t seed)
{
	all.accounts[node].of_10000 = of_10000;
	all.accounts[node].rng = sim_rng_fork(seed, SIM_RNG_ALLOC, node, 0);
}

void sim_alloc_reset(void)
{
	for (uint32_t i = 0; i < NOBODY; i++)
		all.accounts[i] = (struct account){0};
}

#ifndef __SANITIZE_ADDRESS__

void *__libc_malloc(size_t len);
void *__libc_calloc(size_t count, size_t len);
void *__libc_realloc(void *block, size_t len);
void __libc_free(void *block);
int posix_memalign(void **out, size_t align, size_t len);
void *aligned_alloc(size_t align, size_t len);

struct header {
	size_t len;
	size_t owner;
};
_Static_assert(sizeof(struct header) == 16, "what follows a header is aligned as malloc() aligns");

static bool refuse(void)
{
	struct account *account = &all.accounts[all.owner];

	if (!all.may_fail || !account->of_10000 ||
		sim_rng_below(&account->rng, 10000) >= account->of_10000)
		return false;
	all.refused = true;
	errno = ENOMEM;
	return true;
}

static void *own(struct header *header, size_t len)
{
	if (!header)
		return NULL;
	header->len = len;
	header->owner = all.owner;
	all.accounts[all.owner].bytes += len;
	return header + 1;
}

static struct header *disown(void *block)
{
	struct header *header = (struct header *)block - 1;

	all.accounts[header->owner].bytes -= header->len;
	return header;
}

void *malloc(size_t len)
{
	if (len > SIZE_MAX - sizeof(struct header) || refuse())
		return NULL;
	return own(__libc_malloc(sizeof(struct header) + len), len);
}

void *calloc(size_t count, size_t len)
{
	if ((len && count > (SIZE_MAX - sizeof(struct header)) / len) || refuse())
		return NULL;
	return own(__libc_calloc(1, sizeof(struct header) + count * len), count * len);
}

/* A block that grows stays with its owner, unless it cannot. */
void *realloc(void *block, size_t len)
{
	struct header *header, *moved;

	if (!block)
		return malloc(len);
	if (len > SIZE_MAX - sizeof(*header) || refuse())
		return NULL;
	header = disown(block);
	moved = __libc_realloc(header, sizeof(*header) + len);
	if (!moved) {
		all.accounts[header->owner].bytes += header->len;
		return NULL;
	}
	moved->len = len;
	all.accounts[moved->owner].bytes += len;
	return moved + 1;
}

void free(void *block)
{
	if (block)
		__libc_free(disown(block));
}

/* Nobody here asks for these; their blocks would have no header. */
int posix_memalign(void **out, size_t align, size_t len)
{
	(void)align;
	(void)len;
	*out = NULL;
	return ENOMEM;
}

void *aligned_alloc(size_t align, size_t len)
{
	(void)align;
	(void)len;
	return NULL;
}

#endif
