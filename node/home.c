/* home.c: where a node lives. See config.h. */
#include "node/config.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/file.h"
#include "node/why.h"

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static const char *user_home(void)
{
	const char *home = environment("HOME");
	const struct passwd *user = home ? NULL : getpwuid(geteuid());

	return home ? home : user ? user->pw_dir : NULL;
}

static int copy_path(const char *path, char out[KITH_PATH_MAX])
{
	char here[KITH_PATH_MAX];
	size_t len;
	int err;

	if (path[0] != '/') {
		if (!getcwd(here, sizeof(here)))
			return errno == ERANGE ? KITH_E_TOO_LARGE : KITH_E_NOT_FOUND;
		err = kith_path_join(here, path, out, KITH_PATH_MAX);
		if (err)
			return err;
	} else {
		if (strlen(path) >= KITH_PATH_MAX)
			return KITH_E_TOO_LARGE;
		memcpy(out, path, strlen(path) + 1);
	}
	len = strlen(out);
	while (len > 1 && out[len - 1] == '/')
		out[--len] = '\0';
	return 0;
}

int kith_home_default(char out[KITH_PATH_MAX])
{
	const char *data = environment("XDG_DATA_HOME"), *user;
	char joined[KITH_PATH_MAX];
	int err;

	if (data && data[0] == '/') { /* the specification has relative paths ignored */
		err = kith_path_join(data, "kith", joined, sizeof(joined));
	} else {
		user = user_home();
		if (!user)
			return KITH_E_NOT_FOUND;
		err = kith_path_join(user, ".local/share/kith", joined, sizeof(joined));
	}
	return err ? err : copy_path(joined, out);
}

int kith_home_find(const char *explicit_home, char out[KITH_PATH_MAX])
{
	const char *path = explicit_home ? explicit_home : environment("KITH_HOME");

	if (!path)
		return kith_home_default(out);
	return *path ? copy_path(path, out) : KITH_E_NOT_FOUND;
}

int kith_home_check(const char *home, char *why, size_t why_len)
{
	struct stat st;
	unsigned mode;

	if (stat(home, &st) != 0) {
		if (errno == ENOENT)
			return kith_why(why, why_len, KITH_E_NOT_FOUND,
				"there is no home at %s; make one with: kith --home %s init", home,
				home);
		return kith_why(why, why_len, kith_err_from_errno(errno), "home %s: %s", home,
			strerror(errno));
	}
	if (!S_ISDIR(st.st_mode))
		return kith_why(why, why_len, KITH_E_NOT_FOUND, "home %s is not a directory", home);
	mode = (unsigned)st.st_mode & 07777;
	if (st.st_uid != geteuid())
		return kith_why(why, why_len, KITH_E_PERMISSION,
			"home %s belongs to user %u, but this program runs as user %u; run it as "
			"the "
			"owner",
			home, (unsigned)st.st_uid, (unsigned)geteuid());
	if (mode & 027)
		return kith_why(why, why_len, KITH_E_PERMISSION,
			"home %s has mode %04o, which lets others in; run: chmod 700 %s", home,
			mode, home);
	return 0;
}

/* mkdir -p: the directories above get the umask's mode, the last one 0700. */
static int make_directories(const char *path, char *why, size_t why_len)
{
	char part[KITH_PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		if (mkdir(part, 0755) != 0 && errno != EEXIST)
			return kith_why(why, why_len, kith_err_from_errno(errno), "%s: %s", part,
				strerror(errno));
	}
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return kith_why(
			why, why_len, kith_err_from_errno(errno), "%s: %s", path, strerror(errno));
	return 0;
}

int kith_home_create(const char *home, char *why, size_t why_len)
{
	char keys[KITH_PATH_MAX];
	int err = make_directories(home, why, why_len);

	if (!err)
		err = kith_home_check(home, why, why_len);
	if (!err && kith_path_join(home, "keys", keys, sizeof(keys)) != 0)
		err = kith_why(why, why_len, KITH_E_TOO_LARGE, "the path is too long: %s", home);
	if (!err && mkdir(keys, 0700) != 0 && errno != EEXIST)
		err = kith_why(
			why, why_len, kith_err_from_errno(errno), "%s: %s", keys, strerror(errno));
	return err;
}
