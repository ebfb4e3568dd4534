/* export_to.c: where an export goes: standard output, or a file or directory that is there whole or
 * not at all; see export.h. */
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/cli/export.h"
#include "node/cli/say.h"

static int complain(struct kith_cli *cli, const char *path)
{
	return kith_fail(cli, KITH_EXIT_FAILED, "%s: %s", path, strerror(errno));
}

/* Only what is empty, or not there, is written into. */
static int check_empty(struct kith_cli *cli, const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	bool empty = true;

	if (!dir)
		return errno == ENOENT ? 0 : complain(cli, path);
	while (empty && (entry = readdir(dir)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(dir);
	return empty ? 0
		     : kith_fail(cli, KITH_EXIT_FAILED,
			       "%s is not empty; name a directory that is not there yet", path);
}

/* What mkstemp() and mkdtemp() make is for its owner alone; an export is for others. */
static mode_t usual_mode(mode_t all)
{
	mode_t mask = umask(0);

	umask(mask);
	return all & ~mask;
}

static char *part_name(const char *path)
{
	struct kith_str name;

	kith_str_init(&name);
	kith_str_add(&name, path);
	while (name.len > 1 && name.s[name.len - 1] == '/')
		name.s[--name.len] = '\0';
	kith_str_add(&name, ".part-XXXXXX");
	return name.s;
}

static int open_file(struct kith_cli *cli, struct kith_target *target)
{
	int fd = mkstemp(target->part);

	if (fd < 0)
		return complain(cli, target->path);
	if (fchmod(fd, usual_mode(0666)) != 0 || !(target->file = fdopen(fd, "w"))) {
		close(fd);
		unlink(target->part);
		return complain(cli, target->path);
	}
	return 0;
}

int kith_target_open(struct kith_cli *cli, const char *path, bool is_site, struct kith_target *out)
{
	int code = is_site ? check_empty(cli, path) : 0;

	*out = (struct kith_target){.path = path, .file = path ? NULL : cli->out.file};
	if (code || !path)
		return code;
	out->part = part_name(path);
	if (is_site)
		code = mkdtemp(out->part) ? 0 : complain(cli, path);
	else
		code = open_file(cli, out);
	if (code)
		free(out->part);
	return code;
}

static int remove_one(const char *path, const struct stat *about, int type, struct FTW *where)
{
	(void)about;
	(void)type;
	(void)where;
	return remove(path);
}

static int finish_file(struct kith_cli *cli, struct kith_target *target, bool failed)
{
	bool good = fflush(target->file) == 0 && !ferror(target->file);

	if (!target->path)
		return good || failed ? 0 : complain(cli, _("standard output"));
	good = good && fsync(fileno(target->file)) == 0;
	good = fclose(target->file) == 0 && good;
	if (!failed && good && rename(target->part, target->path) == 0)
		return 0;
	if (!failed)
		complain(cli, target->path);
	unlink(target->part);
	return failed ? 0 : KITH_EXIT_FAILED;
}

static int finish_site(struct kith_cli *cli, struct kith_target *target, bool failed)
{
	if (!failed && chmod(target->part, usual_mode(0777)) == 0 &&
		rename(target->part, target->path) == 0)
		return 0;
	if (!failed)
		complain(cli, target->path);
	nftw(target->part, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return failed ? 0 : KITH_EXIT_FAILED;
}

int kith_target_close(struct kith_cli *cli, struct kith_target *target, bool is_site, bool failed)
{
	int code = is_site ? finish_site(cli, target, failed) : finish_file(cli, target, failed);

	free(target->part);
	return code;
}
