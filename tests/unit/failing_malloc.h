/*
 * failing_malloc.h: makes the n-th allocation of this program fail, and counts what is not freed.
 *
 * It takes the place of malloc, calloc, realloc and free for the whole program, libraries too.
 * Include it in one file of a test. Sanitizers have their own; there FAILING_MALLOC is 0 and tests
 * are skipped.
 */
#ifndef KITH_TESTS_UNIT_FAILING_MALLOC_H
#define KITH_TESTS_UNIT_FAILING_MALLOC_H

#include <stddef.h>
#include <stdlib.h>

#ifdef __SANITIZE_ADDRESS__
#define FAILING_MALLOC 0
#else
#define FAILING_MALLOC 1

void *__libc_malloc(size_t len);
void *__libc_calloc(size_t count, size_t len);
void *__libc_realloc(void *block, size_t len);
void __libc_free(void *block);

/* Volatile, for a compiler takes it that malloc() changes nothing of ours. countdown: how many
 * allocations succeed before one fails; negative: all do. */
static volatile struct {
	int countdown;
	long balance; /* blocks allocated and not freed */
	int failed;
} failing = {-1, 0, 0};

static int fails_now(void)
{
	if (failing.countdown < 0 || failing.countdown-- > 0)
		return 0;
	failing.failed = 1;
	return 1;
}

static void *counted(void *block)
{
	failing.balance += block != NULL;
	return block;
}

void *malloc(size_t len)
{
	return fails_now() ? NULL : counted(__libc_malloc(len));
}

void *calloc(size_t count, size_t len)
{
	return fails_now() ? NULL : counted(__libc_calloc(count, len));
}

void *realloc(void *block, size_t len)
{
	void *moved = fails_now() ? NULL : __libc_realloc(block, len);

	failing.balance += moved && !block;
	return moved;
}

void free(void *block)
{
	failing.balance -= block != NULL;
	__libc_free(block);
}

/* Whether this program's allocations come by here; a tool like valgrind puts its own in between. */
static int failing_works(void)
{
	long before = failing.balance;
	void *volatile block = malloc(1);
	int works = failing.balance > before;

	free(block);
	return works;
}
#endif

#endif
