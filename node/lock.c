/* lock.c: see lock.h. */
#include "node/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "node/config.h"
#include "node/file.h"
#include "node/why.h"

static int say_who(int fd, const char *home, char *why, size_t why_len)
{
	char pid[24];
	ssize_t n = pread(fd, pid, sizeof(pid) - 1, 0);

	pid[n > 0 ? n : 0] = '\0';
	pid[strspn(pid, "0123456789")] = '\0';
	return kith_why(why, why_len, KITH_E_LOCKED,
		"home %s is in use by another kithd, process %s; stop that one first, or choose "
		"another "
		"home with --home",
		home, *pid ? pid : "unknown");
}

static int write_pid(int fd)
{
	char pid[24];
	int len = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)len, 0) != len)
		return -1;
	return 0;
}

int kith_lock_take(const char *home, struct kith_lock *out, char *why, size_t why_len)
{
	char path[KITH_PATH_MAX + 8];
	int fd, err;

	out->fd = -1;
	if (kith_path_join(home, "lock", path, sizeof(path)) != 0)
		return kith_why(why, why_len, KITH_E_TOO_LARGE, "the path is too long: %s", home);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (fd < 0)
		return kith_why(
			why, why_len, kith_err_from_errno(errno), "%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		err = errno == EWOULDBLOCK
			      ? say_who(fd, home, why, why_len)
			      : kith_why(why, why_len, KITH_E_IO, "%s: %s", path, strerror(errno));
	} else if (write_pid(fd) != 0) {
		err = kith_why(
			why, why_len, kith_err_from_errno(errno), "%s: %s", path, strerror(errno));
	} else {
		out->fd = fd;
		return 0;
	}
	close(fd);
	return err;
}

void kith_lock_release(struct kith_lock *lock)
{
	if (lock->fd < 0)
		return;
	(void)!ftruncate(lock->fd, 0);
	close(lock->fd);
	lock->fd = -1;
}
