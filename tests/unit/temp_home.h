/* temp_home.h: a directory for a test, and its end. For tests of node/ alone. */
#ifndef KITH_TESTS_TEMP_HOME_H
#define KITH_TESTS_TEMP_HOME_H

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A new directory of mode 0700; its path stays in out. */
static inline void temp_home_make(char out[256])
{
	const char *base = getenv("TMPDIR");

	snprintf(out, 256, "%s/kith-test.XXXXXX", base && *base ? base : "/tmp");
	assert_non_null(mkdtemp(out));
}

static inline int temp_home_remove_one(
	const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static inline void temp_home_remove(const char *home)
{
	assert_int_equal(nftw(home, temp_home_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void temp_home_path(const char *home, const char *name, char out[512])
{
	assert_true((size_t)snprintf(out, 512, "%s/%s", home, name) < 512);
}

static inline void temp_home_write(
	const char *home, const char *name, const void *text, size_t len, unsigned mode)
{
	char path[512];
	FILE *file;

	temp_home_path(home, name, path);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, (mode_t)mode), 0);
}

static inline size_t temp_home_read(const char *home, const char *name, char *out, size_t room)
{
	char path[512];
	FILE *file;
	size_t len;

	temp_home_path(home, name, path);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(out, 1, room - 1, file);
	out[len] = '\0';
	assert_int_equal(fclose(file), 0);
	return len;
}

#endif
