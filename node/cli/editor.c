/* editor.c: see editor.h. */
#include "node/cli/editor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int kith_editor_begin(struct kith_cli *cli, const struct kith_str *text, char path[KITH_PATH_MAX])
{
	const char *dir = getenv("TMPDIR");
	bool good;
	int fd;

	snprintf(path, KITH_PATH_MAX, "%s/kith-XXXXXX.kith", dir && *dir ? dir : "/tmp");
	fd = mkstemps(path, 5);
	if (fd < 0)
		return kith_fail(cli, KITH_EXIT_FAILED, "%s: %s", path, strerror(errno));
	good = write(fd, text->s, text->len) == (ssize_t)text->len;
	good &= close(fd) == 0;
	return good ? 0 : kith_fail(cli, KITH_EXIT_FAILED, "%s: %s", path, strerror(errno));
}

/* Through the shell, as others do it: $EDITOR may hold options. */
int kith_editor_run(struct kith_cli *cli, const char *path)
{
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR");
	struct kith_str command;
	int status = -1;
	pid_t pid;

	editor = visual && *visual ? visual : editor && *editor ? editor : "vi";
	kith_str_init(&command);
	kith_str_addf(&command, "%s \"$@\"", editor);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command.s, editor, path, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	kith_str_clear(&command);
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	return kith_fail(
		cli, KITH_EXIT_FAILED, "the editor '%s' failed; set EDITOR to another", editor);
}
