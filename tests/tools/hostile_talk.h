/*
 * hostile_talk.h: a partner's end of a connection, for hostile.c: a real key, a real handshake, a
 * socket; what is said over it is the caller's. A misstep of our own ends the program.
 */
#ifndef KITH_TESTS_TOOLS_HOSTILE_TALK_H
#define KITH_TESTS_TOOLS_HOSTILE_TALK_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "keys/secret.h"
#include "protocol/certificate.h"
#include "protocol/message.h"
#include "protocol/session.h"

#define MUST(condition) ((condition) ? (void)0 : must_fail(#condition, __LINE__))

static _Noreturn void must_fail(const char *what, int line)
{
	fprintf(stderr, "hostile: line %d: %s\n", line, what);
	exit(2);
}

struct talk {
	int fd;
	struct kith_session *session;
	struct kith_sign_pair group;
	struct kith_node_pair node;
	struct kith_node_key remote;
	uint16_t port;
	uint8_t certificate[KITH_HELLO_MAX_BYTES];
	size_t certificate_len;
	struct kith_buf out; /* for the socket */
	bool established, over, deaf;
	int bye;              /* what they said, or -1 */
	uint64_t scope_count; /* how many records we say that we have */
	/* What they say, if anybody wants to know. */
	void (*hear)(struct talk *talk, uint8_t type, struct kith_cursor *payload);
	size_t heard, said, most; /* for the behaviour */
	struct kith_buf notes;
	struct kith_buf stock; /* messages made beforehand, each behind its length u32 */
};

static void random_fill(void *ctx, void *out, size_t len)
{
	(void)ctx;
	randombytes_buf(out, len);
}
static const struct kith_rng chance = {random_fill, NULL};

static uint64_t wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void talk_init(struct talk *talk, uint8_t seed_byte)
{
	uint8_t seed[KITH_SEED_LEN] = {0x68, seed_byte};
	struct kith_buf certificate;

	*talk = (struct talk){.fd = -1, .bye = -1};
	kith_sign_pair_from_seed(seed, &talk->group);
	seed[2] = 1;
	kith_node_pair_from_seed(seed, &talk->node);
	kith_buf_init(&certificate, sizeof(talk->certificate));
	MUST(kith_certificate_sign(
		     &talk->group, &talk->node.public_key, wall_ms() + 3600000, &certificate) == 0);
	memcpy(talk->certificate, certificate.data, certificate.len);
	talk->certificate_len = certificate.len;
	kith_buf_clear(&certificate);
	kith_buf_init(&talk->out, SIZE_MAX);
	kith_buf_init(&talk->notes, SIZE_MAX);
}

/* ---- saying ---------------------------------------------------------------------------------- */

static void say(struct talk *talk, uint8_t type, const void *data, size_t len)
{
	int err = talk->over
			  ? 0
			  : kith_session_send(talk->session, type, data, len, NULL, 0, wall_ms());

	MUST(err == 0);
	talk->said++;
}

static void say_buf(struct talk *talk, uint8_t type, struct kith_buf *buf)
{
	MUST(kith_buf_err(buf) == 0);
	say(talk, type, buf->data, buf->len);
	kith_buf_clear(buf);
}

static void write_tag(const struct talk *talk, uint8_t class_, struct kith_buf *out)
{
	const struct kith_circle commons = kith_circle_commons();
	struct kith_set_tag tag = {.class_ = class_};

	kith_message_tag(&commons, kith_session_hash(talk->session), tag.circle);
	kith_write_set_tag(out, &tag);
}

static void say_scope(struct talk *talk)
{
	const struct kith_circle commons = kith_circle_commons();
	struct kith_scope scope = {.counts = {0, talk->scope_count}};
	struct kith_buf buf;

	kith_message_tag(&commons, kith_session_hash(talk->session), scope.tag);
	kith_buf_init(&buf, 4096);
	kith_write_scope(&buf, &scope);
	say_buf(talk, KITH_MESSAGE_SCOPE, &buf);
}

/* What the session has ready goes to the socket's queue. */
static void seal(struct talk *talk)
{
	struct kith_buf *ready = kith_session_output(talk->session);

	MUST(kith_session_flush(talk->session, wall_ms()) == 0);
	ready = kith_session_output(talk->session);
	kith_write(&talk->out, ready->data, ready->len);
	kith_buf_consume(ready, ready->len);
}

/* ---- hearing --------------------------------------------------------------------------------- */

static void on_message(struct talk *talk, const struct kith_session_event *event)
{
	struct kith_cursor cursor;

	kith_cursor_init(&cursor, event->payload.data, event->payload.len);
	talk->heard++;
	if (event->message_type == KITH_MESSAGE_PING && !talk->deaf)
		say(talk, KITH_MESSAGE_PONG, event->payload.data, event->payload.len);
	if (talk->hear)
		talk->hear(talk, event->message_type, &cursor);
}

static void take(struct talk *talk, const uint8_t *data, size_t len)
{
	struct kith_session_event event = {.type = KITH_SESSION_MESSAGE};

	while (!talk->over && event.type != KITH_SESSION_NONE) {
		if (kith_session_receive(talk->session, &data, &len, wall_ms(), &event)) {
			talk->over = true;
		} else if (event.type == KITH_SESSION_ESTABLISHED) {
			talk->established = true;
		} else if (event.type == KITH_SESSION_BYE) {
			talk->bye = event.bye;
			talk->over = true;
		} else if (event.type == KITH_SESSION_MESSAGE) {
			on_message(talk, &event);
		}
	}
}

/* Sends and receives what can be sent and received now; waits for something when told so. */
static void exchange(struct talk *talk, bool wait)
{
	static uint8_t buffer[1 << 16];
	struct pollfd pollfd = {.fd = talk->fd};
	ssize_t n;

	if (talk->over)
		return;
	if (talk->session)
		seal(talk);
	pollfd.events = (short)((talk->deaf && talk->established ? 0 : POLLIN) |
				(talk->out.len ? POLLOUT : 0));
	MUST(poll(&pollfd, 1, wait || talk->out.len ? -1 : 0) >= 0 || errno == EINTR);
	if (pollfd.revents & POLLOUT) {
		n = send(talk->fd, talk->out.data, talk->out.len, MSG_NOSIGNAL);
		if (n > 0)
			kith_buf_consume(&talk->out, (size_t)n);
	}
	if (pollfd.revents & (POLLIN | POLLHUP | POLLERR)) {
		n = recv(talk->fd, buffer, sizeof(buffer), 0);
		if (n > 0 && !talk->session)
			return; /* it no longer listens */
		if (n > 0)
			take(talk, buffer, (size_t)n);
		else if (n == 0 || (errno != EAGAIN && errno != EINTR))
			talk->over = true;
	}
}

/* ---- connections ----------------------------------------------------------------------------- */

static void hang_up(struct talk *talk)
{
	if (talk->fd >= 0)
		close(talk->fd);
	talk->fd = -1;
	kith_session_free(talk->session);
	talk->session = NULL;
	kith_buf_clear(&talk->out);
	talk->established = false;
}

static void use_socket(struct talk *talk, int fd)
{
	MUST(fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	talk->fd = fd;
	talk->over = false;
	talk->bye = -1;
}

static struct kith_session_config session_config(const struct talk *talk)
{
	return (struct kith_session_config){
		.node = &talk->node,
		.certificate = {talk->certificate, talk->certificate_len},
		.agent = "hostile",
		.rng = &chance,
	};
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* Calls and shakes hands; false when they did not let us in. */
static bool call(struct talk *talk)
{
	struct kith_session_config config = session_config(talk);
	struct sockaddr_in address = loopback(talk->port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	hang_up(talk);
	MUST(connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
	use_socket(talk, fd);
	talk->session = kith_session_dial(&config, &talk->remote, wall_ms(), wall_ms());
	MUST(talk->session);
	while (!talk->established && !talk->over)
		exchange(talk, true);
	return talk->established && !talk->over;
}

/* Listens, says where, and shakes hands with whoever calls. */
static bool answer(struct talk *talk, int listener)
{
	struct kith_session_config config = session_config(talk);

	hang_up(talk);
	use_socket(talk, accept(listener, NULL, NULL));
	talk->session = kith_session_accept(&config, wall_ms(), wall_ms());
	MUST(talk->session);
	while (!talk->established && !talk->over)
		exchange(talk, true);
	return talk->established && !talk->over;
}

static int listen_somewhere(uint16_t *port)
{
	struct sockaddr_in address = loopback(0);
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	MUST(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 8) == 0);
	MUST(getsockname(fd, (struct sockaddr *)&address, &len) == 0);
	*port = ntohs(address.sin_port);
	return fd;
}

#endif
