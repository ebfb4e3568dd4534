/* talk.c: see talk.h. */
#include "node/cli/talk.h"

#include <errno.h>
#include <string.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "node/cli/str.h"
#include "node/record_json.h"

struct kith_talk {
	int fd;
	json_int_t last_id;
	struct kith_str in; /* received; what is before `at` was dealt with */
	size_t at;
	json_t *kept; /* notifications that came while an answer was awaited */
};

static int error_of(int number)
{
	switch (number) {
	case ENOENT:
	case ECONNREFUSED:
	case ENOTSOCK:
		return KITH_E_NOT_FOUND;
	case EACCES:
	case EPERM:
		return KITH_E_PERMISSION;
	case EPIPE:
	case ECONNRESET:
		return KITH_E_TRUNCATED;
	default:
		return KITH_E_IO;
	}
}

int kith_talk_open(const char *path, struct kith_talk **out)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, err;

	if (strlen(path) >= sizeof(address.sun_path))
		return KITH_E_TOO_LARGE;
	memcpy(address.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_of(errno);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		err = error_of(errno);
		close(fd);
		return err;
	}
	*out = kith_need_new(1, sizeof(**out));
	(*out)->fd = fd;
	(*out)->kept = kith_need_json(json_array());
	kith_str_init(&(*out)->in);
	return 0;
}

void kith_talk_close(struct kith_talk *talk)
{
	if (!talk)
		return;
	close(talk->fd);
	kith_str_clear(&talk->in);
	json_decref(talk->kept);
	free(talk);
}

static int send_all(struct kith_talk *talk, const char *data, size_t len)
{
	while (len) {
		ssize_t sent = send(talk->fd, data, len, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0)
			return error_of(errno);
		data += sent;
		len -= (size_t)sent;
	}
	return 0;
}

/* More bytes behind what is there; what was dealt with makes room. */
static int receive_more(struct kith_talk *talk)
{
	char bytes[65536];
	ssize_t got;

	memmove(talk->in.s, talk->in.s + talk->at, talk->in.len - talk->at + 1);
	talk->in.len -= talk->at;
	talk->at = 0;
	do
		got = recv(talk->fd, bytes, sizeof(bytes), 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_of(errno);
	if (got == 0)
		return KITH_E_TRUNCATED;
	kith_str_add_n(&talk->in, bytes, (size_t)got);
	return 0;
}

static int receive(struct kith_talk *talk, json_t **out)
{
	size_t looked = talk->at;
	const char *end;
	int err;

	while (!(end = memchr(talk->in.s + looked, '\n', talk->in.len - looked))) {
		looked = talk->in.len - talk->at;
		err = receive_more(talk);
		if (err)
			return err;
	}
	*out = json_loadb(talk->in.s + talk->at, (size_t)(end - talk->in.s) - talk->at, 0, NULL);
	talk->at = (size_t)(end - talk->in.s) + 1;
	return *out ? 0 : KITH_E_MALFORMED;
}

static int receive_answer(struct kith_talk *talk, struct kith_reply *out)
{
	const json_t *error;
	json_t *message;
	int err;

	while ((err = receive(talk, &message)) == 0 && json_object_get(message, "method"))
		kith_json_append(talk->kept, message);
	if (err)
		return err;
	error = json_object_get(message, "error");
	out->result = json_incref(json_object_get(message, "result"));
	out->code = (int)json_integer_value(json_object_get(error, "code"));
	out->data = json_incref(json_object_get(error, "data"));
	if (error)
		out->message = kith_need_dup(kith_json_get_text(error, "message"),
			strlen(kith_json_get_text(error, "message")));
	/* Requests go out one by one, so an answer with another id answers nothing of ours. */
	if ((!out->result && !error) || (out->result && json_integer_value(json_object_get(
								message, "id")) != talk->last_id))
		err = KITH_E_MALFORMED;
	json_decref(message);
	if (err)
		kith_reply_clear(out);
	return err;
}

int kith_talk_call(
	struct kith_talk *talk, const char *method, json_t *params, struct kith_reply *out)
{
	json_t *request = kith_need_json(json_pack(
		"{s:s, s:I, s:s}", "jsonrpc", "2.0", "id", ++talk->last_id, "method", method));
	char *line;
	int err;

	if (params)
		kith_json_set(request, "params", params);
	*out = (struct kith_reply){0};
	line = kith_need(json_dumps(request, KITH_JSON_FLAGS));
	json_decref(request);
	err = send_all(talk, line, strlen(line));
	if (!err)
		err = send_all(talk, "\n", 1);
	free(line);
	return err ? err : receive_answer(talk, out);
}

void kith_reply_clear(struct kith_reply *reply)
{
	json_decref(reply->result);
	json_decref(reply->data);
	free(reply->message);
	*reply = (struct kith_reply){0};
}

int kith_talk_next(struct kith_talk *talk, json_t **out)
{
	if (json_array_size(talk->kept)) {
		*out = json_incref(json_array_get(talk->kept, 0));
		json_array_remove(talk->kept, 0);
		return 0;
	}
	return receive(talk, out);
}
