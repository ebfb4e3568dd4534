/* Guarded memory: zeroed, aligned, out of reach on either side, wiped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keys/secret.h"

static void new_memory_is_zero_and_aligned(void **state)
{
	(void)state;
	for (size_t len = 0; len < 300; len++) {
		uint8_t *secret = kith_secret_new(len);

		assert_non_null(secret);
		assert_int_equal((uintptr_t)secret % 16, 0);
		for (size_t i = 0; i < len; i++)
			assert_int_equal(secret[i], 0);
		memset(secret, 0xaa, len);
		kith_secret_free(secret);
	}
}

static void absurd_sizes_are_refused(void **state)
{
	(void)state;
	assert_null(kith_secret_new(SIZE_MAX));
	assert_null(kith_secret_new(SIZE_MAX - 15));
	assert_null(kith_secret_new(SIZE_MAX - 100));
}

static void free_of_null_does_nothing(void **state)
{
	(void)state;
	kith_secret_free(NULL);
}

static void wipe_clears_exactly_its_range(void **state)
{
	uint8_t memory[64];

	(void)state;
	memset(memory, 0xaa, sizeof(memory));
	kith_wipe(memory + 8, 32);
	for (size_t i = 0; i < sizeof(memory); i++)
		assert_int_equal(memory[i], i >= 8 && i < 40 ? 0 : 0xaa);
	kith_wipe(NULL, 0);
}

/* How a child ends that touches one byte: 0 when it lives, 1 when a signal or a check ends it. */
static int dies_on_write(volatile uint8_t *at)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL); /* a sanitizer would report it as a finding */
		signal(SIGBUS, SIG_DFL);
		*at = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void guard_pages_stand_around_it(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	uint8_t *secret = kith_secret_new(96);

	(void)state;
	assert_non_null(secret);
	assert_false(dies_on_write(secret));
	assert_false(dies_on_write(secret + 95));
	assert_true(dies_on_write(secret + 96));
	assert_true(dies_on_write(secret - page));
	kith_secret_free(secret);
}

static void init_may_be_called_again(void **state)
{
	(void)state;
	assert_int_equal(kith_keys_init(), 0);
	assert_int_equal(kith_keys_init(), 0);
}

static int setup(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_may_be_called_again),
		cmocka_unit_test(new_memory_is_zero_and_aligned),
		cmocka_unit_test(absurd_sizes_are_refused),
		cmocka_unit_test(free_of_null_does_nothing),
		cmocka_unit_test(wipe_clears_exactly_its_range),
		cmocka_unit_test(guard_pages_stand_around_it),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
