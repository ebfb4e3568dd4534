/* socket.c: see socket.h. */
#include "node/api/socket.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128

static int say(char *why, size_t why_len, int err, const char *path, const char *sentence)
{
	snprintf(why, why_len, "%s: %s", path, sentence);
	return err;
}

static int say_errno(char *why, size_t why_len, const char *path, const char *what)
{
	int err = errno == EACCES || errno == EPERM ? KITH_E_PERMISSION : KITH_E_IO;

	snprintf(why, why_len, "%s: cannot %s: %s", path, what, strerror(errno));
	return err;
}

/* ---- directory and left-overs ------------------------------------------------------------- */

static int make_directory(
	const struct kith_socket *listener, const char *path, char *why, size_t why_len)
{
	char dir[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (!slash || slash == path)
		return 0;
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	if (mkdir(dir, 0750) == 0) {
		if (chmod(dir, 0750) != 0) /* whatever the umask */
			return say_errno(why, why_len, dir, "set the mode of this directory");
		if (listener->has_group && chown(dir, (uid_t)-1, listener->group) != 0)
			return say_errno(why, why_len, dir, "give this directory to api_group");
	} else if (errno != EEXIST) {
		return say_errno(why, why_len, dir, "make this directory for the socket");
	}
	if (stat(dir, &st) != 0)
		return say_errno(why, why_len, dir, "look at this directory");
	if (!S_ISDIR(st.st_mode))
		return say(why, why_len, KITH_E_IO, dir, "is not a directory");
	if ((st.st_mode & S_IWOTH) && !(st.st_mode & S_ISVTX))
		return say(why, why_len, KITH_E_PERMISSION, dir,
			"everybody may write here, so the socket would not be safe; chmod o-w");
	return 0;
}

/* 1: somebody answers, 0: nobody does, -1: cannot tell. */
static int answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int result;

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN)
		result = 1;
	else
		result = errno == ECONNREFUSED || errno == ENOENT ? 0 : -1;
	close(fd);
	return result;
}

static int remove_left_over(
	const char *path, const struct sockaddr_un *address, char *why, size_t why_len)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT ? 0 : say_errno(why, why_len, path, "look at it");
	if (!S_ISSOCK(st.st_mode))
		return say(why, why_len, KITH_E_IO, path,
			"is there and is not a socket; move it away or configure another path");
	switch (answers(address)) {
	case 1:
		return say(why, why_len, KITH_E_LOCKED, path,
			"another process answers on this socket; is a kithd running already?");
	case 0:
		if (unlink(path) != 0 && errno != ENOENT)
			return say_errno(why, why_len, path, "remove the left-over socket");
		return 0;
	default:
		return say_errno(why, why_len, path, "find out whether somebody answers");
	}
}

/* ---- the group that may come in ----------------------------------------------------------- */

static int find_group(struct kith_socket *listener, const char *name, char *why, size_t why_len)
{
	struct group entry, *found = NULL;
	char buffer[16384];

	if (*name == '\0')
		return 0;
	if (getgrnam_r(name, &entry, buffer, sizeof(buffer), &found) != 0 || !found)
		return say(why, why_len, KITH_E_NOT_FOUND, name,
			"there is no such group on this machine (api_group)");
	listener->has_group = true;
	listener->group = found->gr_gid;
	return 0;
}

/* Before listen(): nobody has come in yet. */
static int set_access(
	const struct kith_socket *listener, const char *path, char *why, size_t why_len)
{
	if (listener->has_group && chown(path, (uid_t)-1, listener->group) != 0)
		return say_errno(why, why_len, path, "give the socket to api_group");
	if (chmod(path, 0660) != 0)
		return say_errno(why, why_len, path, "set the mode of the socket");
	return 0;
}

/* ---- opening and closing ------------------------------------------------------------------ */

static int bind_and_listen(struct kith_socket *listener, const char *path,
	uv_connection_cb on_connection, char *why, size_t why_len)
{
	int err, status = uv_pipe_bind(&listener->pipe, path);

	if (status == 0) {
		err = set_access(listener, path, why, why_len);
		if (err)
			return err;
		status = uv_listen((uv_stream_t *)&listener->pipe, BACKLOG, on_connection);
	}
	if (status == 0)
		return 0;
	snprintf(why, why_len, "%s: cannot listen: %s", path, uv_strerror(status));
	return status == UV_EACCES || status == UV_EPERM ? KITH_E_PERMISSION : KITH_E_IO;
}

int kith_socket_open(struct kith_socket *listener, uv_loop_t *loop, const char *path,
	const char *group, uv_connection_cb on_connection, char *why, size_t why_len)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int err;

	if (strlen(path) >= sizeof(address.sun_path))
		return say(why, why_len, KITH_E_TOO_LARGE, path,
			"too long for a Unix socket (107 bytes); configure a shorter one under "
			"[api]");
	strcpy(address.sun_path, path);
	err = find_group(listener, group, why, why_len);
	if (!err)
		err = make_directory(listener, path, why, why_len);
	if (!err)
		err = remove_left_over(path, &address, why, why_len);
	if (err)
		return err;
	if (uv_pipe_init(loop, &listener->pipe, 0) != 0)
		return say(why, why_len, KITH_E_NOMEM, path, "no memory");
	listener->open = true;
	return bind_and_listen(listener, path, on_connection, why, why_len);
}

void kith_socket_close(struct kith_socket *listener, uv_close_cb closed)
{
	if (!listener->open)
		return;
	listener->open = false;
	uv_close((uv_handle_t *)&listener->pipe, closed);
}

/* ---- who comes in ------------------------------------------------------------------------- */

/* The groups that the peer had when it connected (SO_PEERGROUPS, Linux 4.13). */
static bool peer_in_group(int fd, gid_t group)
{
	gid_t few[64], *groups = few;
	socklen_t len = sizeof(few);
	bool found = false;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0) {
		if (errno != ERANGE)
			return false;
		groups = malloc(len);
		if (!groups || getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
			len = 0;
	}
	for (size_t i = 0; i < len / sizeof(*groups); i++)
		found = found || groups[i] == group;
	if (groups != few)
		free(groups);
	return found;
}

bool kith_socket_may_enter(const struct kith_socket *listener, const uv_pipe_t *peer)
{
	struct ucred credentials;
	socklen_t len = sizeof(credentials);
	uv_os_fd_t fd;

	if (uv_fileno((const uv_handle_t *)peer, &fd) != 0 ||
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &len) != 0)
		return false;
	if (credentials.uid == geteuid() || credentials.uid == 0)
		return true;
	return listener->has_group &&
	       (credentials.gid == listener->group || peer_in_group(fd, listener->group));
}
