/* The lock of a home: one holder, who is named, and nothing left when the holder dies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "node/lock.h"
#include "tests/unit/temp_home.h"

static int make_home(void **state)
{
	*state = malloc(256);
	assert_non_null(*state);
	temp_home_make(*state);
	return 0;
}

static int remove_home(void **state)
{
	temp_home_remove(*state);
	free(*state);
	return 0;
}

static void one_at_a_time(void **state)
{
	struct kith_lock first, second;
	char why[512], pid[64];

	assert_int_equal(kith_lock_take(*state, &first, why, sizeof(why)), 0);
	assert_int_equal(kith_lock_take(*state, &second, why, sizeof(why)), KITH_E_LOCKED);
	assert_int_equal(second.fd, -1);
	snprintf(pid, sizeof(pid), "process %ld;", (long)getpid());
	assert_non_null(strstr(why, pid));
	assert_non_null(strstr(why, *state));
	kith_lock_release(&first);
	assert_int_equal(kith_lock_take(*state, &second, why, sizeof(why)), 0);
	kith_lock_release(&second);
	kith_lock_release(&second); /* harmless */
}

/* A holder that is killed releases nothing itself. */
static void a_killed_holder_is_gone(void **state)
{
	struct kith_lock lock;
	char why[512], pid[64], byte;
	int ready[2];
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* also when the test fails */
		if (kith_lock_take(*state, &lock, why, sizeof(why)) != 0)
			_exit(1);
		(void)!write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(kith_lock_take(*state, &lock, why, sizeof(why)), KITH_E_LOCKED);
	snprintf(pid, sizeof(pid), "process %ld;", (long)child);
	assert_non_null(strstr(why, pid));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(kith_lock_take(*state, &lock, why, sizeof(why)), 0);
	kith_lock_release(&lock);
	close(ready[0]);
	close(ready[1]);
}

static void what_is_no_lock_file(void **state)
{
	struct kith_lock lock;
	char why[512], path[512];

	temp_home_write(
		*state, "lock", "not a number\n", 13, 0600); /* what stands there does not matter */
	assert_int_equal(kith_lock_take(*state, &lock, why, sizeof(why)), 0);
	kith_lock_release(&lock);
	temp_home_path(*state, "lock", path);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/nowhere", path), 0);
	assert_int_equal(kith_lock_take(*state, &lock, why, sizeof(why)), KITH_E_PERMISSION);
	assert_int_equal(unlink(path), 0);
	temp_home_path(*state, "none", path);
	assert_int_equal(kith_lock_take(path, &lock, why, sizeof(why)), KITH_E_NOT_FOUND);
	assert_non_null(strstr(why, path));
}

#define with_home(test) cmocka_unit_test_setup_teardown(test, make_home, remove_home)

int main(void)
{
	const struct CMUnitTest tests[] = {
		with_home(one_at_a_time),
		with_home(a_killed_holder_is_gone),
		with_home(what_is_no_lock_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
