/* file.c: see file.h. The checks are made on the open descriptor, so nothing can be swapped
 * between. */
#include "node/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys/secret.h"
#include "node/why.h"

#define PATH_ROOM 1200

int kith_path_join(const char *dir, const char *name, char *out, size_t room)
{
	int len = snprintf(out, room, "%s/%s", dir, name);

	return len >= 0 && (size_t)len < room ? 0 : KITH_E_TOO_LARGE;
}

/* ---- reading -------------------------------------------------------------------------------- */

static int check_key(const char *path, const struct stat *st, char *why, size_t why_len)
{
	if (!S_ISREG(st->st_mode))
		return kith_why(why, why_len, KITH_E_PERMISSION, "%s is not a regular file", path);
	if (st->st_uid != geteuid())
		return kith_why(why, why_len, KITH_E_PERMISSION,
			"%s belongs to user %u, but this program runs as user %u; run it as the "
			"owner or "
			"chown the file",
			path, (unsigned)st->st_uid, (unsigned)geteuid());
	if (st->st_mode & 077)
		return kith_why(why, why_len, KITH_E_PERMISSION,
			"%s has mode %04o, so others could use the key; run: chmod 600 %s", path,
			(unsigned)st->st_mode & 07777, path);
	return 0;
}

static int check(const char *path, enum kith_file_rule rule, const struct stat *st, char *why,
	size_t why_len)
{
	unsigned mode = (unsigned)st->st_mode & 07777;

	switch (rule) {
	case KITH_FILE_KEY:
		return check_key(path, st, why, why_len);
	case KITH_FILE_PASSPHRASE:
		if (S_ISFIFO(st->st_mode) || !(mode & 07))
			return 0;
		return kith_why(why, why_len, KITH_E_PERMISSION,
			"%s has mode %04o, so everybody could read the passphrase; run: chmod 600 "
			"%s",
			path, mode, path);
	case KITH_FILE_CONFIG:
		if (!S_ISREG(st->st_mode))
			return kith_why(
				why, why_len, KITH_E_PERMISSION, "%s is not a regular file", path);
		if (!(mode & 02))
			return 0;
		return kith_why(why, why_len, KITH_E_PERMISSION,
			"%s has mode %04o, so everybody could change it; run: chmod o-w %s", path,
			mode, path);
	}
	return KITH_E_ARGUMENT;
}

static int open_checked(
	const char *path, enum kith_file_rule rule, int *out, char *why, size_t why_len)
{
	/* Without O_NONBLOCK a FIFO in the place of a file would make us wait for ever. */
	int extra = rule == KITH_FILE_PASSPHRASE ? 0 : O_NONBLOCK;
	int link = rule == KITH_FILE_KEY ? O_NOFOLLOW : 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | extra | link), err;
	struct stat st;

	if (fd < 0 && errno == ELOOP && rule == KITH_FILE_KEY)
		return kith_why(why, why_len, KITH_E_PERMISSION,
			"%s is a symbolic link; put the file itself there", path);
	if (fd < 0)
		return kith_why(
			why, why_len, kith_err_from_errno(errno), "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) != 0)
		err = kith_why(why, why_len, KITH_E_IO, "%s: %s", path, strerror(errno));
	else
		err = check(path, rule, &st, why, why_len);
	if (err)
		close(fd);
	else
		*out = fd;
	return err;
}

/* Up to room bytes, or until the end; the count, or -1. */
static ssize_t read_all(int fd, char *out, size_t room)
{
	size_t len = 0;

	while (len < room) {
		ssize_t n = read(fd, out + len, room - len);

		if (n == 0)
			break;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		len += (size_t)n;
	}
	return (ssize_t)len;
}

int kith_file_read(const char *path, enum kith_file_rule rule, char *out, size_t room,
	size_t *out_len, char *why, size_t why_len)
{
	int fd, err = open_checked(path, rule, &fd, why, why_len);
	ssize_t len;

	if (err)
		return err;
	len = read_all(fd, out, room);
	if (len < 0)
		err = kith_why(
			why, why_len, kith_err_from_errno(errno), "%s: %s", path, strerror(errno));
	else if ((size_t)len == room)
		err = kith_why(why, why_len, KITH_E_TOO_LARGE, "%s is longer than %zu bytes", path,
			room - 1);
	close(fd);
	if (err) {
		kith_wipe(out, room);
		return err;
	}
	out[len] = '\0';
	*out_len = (size_t)len;
	return 0;
}

/* ---- writing -------------------------------------------------------------------------------- */

static bool write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

static bool flush_directory_of(const char *path)
{
	char dir[PATH_ROOM];
	const char *slash = strrchr(path, '/');
	int fd;
	bool ok;

	snprintf(dir, sizeof(dir), "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
	fd = open(*dir ? dir : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok;
}

/* Renames without replacing; not every file system can do that in one step. */
static bool rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (access(to, F_OK) == 0) {
		errno = EEXIST;
		return false;
	}
	return rename(from, to) == 0;
}

int kith_file_create(const char *path, const char *text, size_t len, char *why, size_t why_len)
{
	char temporary[PATH_ROOM];
	int n = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path), fd, number;
	bool ok;

	if (n < 0 || (size_t)n >= sizeof(temporary))
		return kith_why(why, why_len, KITH_E_TOO_LARGE, "the path is too long: %s", path);
	fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 */
	if (fd < 0)
		return kith_why(
			why, why_len, kith_err_from_errno(errno), "%s: %s", path, strerror(errno));
	ok = write_all(fd, text, len) && fsync(fd) == 0;
	number = errno;
	close(fd);
	if (ok) {
		ok = rename_new(temporary, path);
		number = errno;
	}
	if (!ok) {
		unlink(temporary);
		return kith_why(why, why_len, kith_err_from_errno(number), "%s: %s", path,
			strerror(number));
	}
	if (!flush_directory_of(path))
		return kith_why(why, why_len, KITH_E_IO, "%s: %s", path, strerror(errno));
	return 0;
}
