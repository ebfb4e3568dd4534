/* Sessions, measured: handshakes a second, and bytes through two sessions in one thread, so that
 * one core has to seal and to open every byte. Prints lines of name, value, unit. */
#include <stdio.h>
#include <time.h>

#include "tests/unit/two_sessions.h"

#define SECONDS 1.0

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void bench_handshakes(struct side *a, struct side *b)
{
	double start = now_s(), took = 0;
	unsigned int n = 0;

	for (; took < SECONDS; n++, took = now_s() - start) {
		struct talk talk;

		talk_start(&talk, a, b);
		talk_establish(&talk);
		talk_end(&talk);
	}
	printf("session_handshakes %.0f per-second\n", n / took);
}

/* What a wrong first message costs the responder: the price of a flood. */
static void bench_bad_openings(struct side *b)
{
	uint8_t opening[HANDSHAKE_ONE] = {0, 48, 9};
	double start = now_s(), took = 0;
	unsigned int n = 0;
	struct log log;

	log_init(&log);
	for (; took < SECONDS; n++, took = now_s() - start) {
		struct kith_session *session = kith_session_accept(&b->config, 0, WALL_MS);

		MUST(session && feed(session, opening, sizeof(opening), 0, &log) == KITH_E_FORGED);
		kith_session_free(session);
	}
	printf("session_bad_openings %.0f per-second\n", n / took);
}

/* Takes bytes as the network would hand them out. */
static size_t take_in(struct kith_session *to, struct kith_buf *bytes, size_t piece)
{
	size_t messages = 0;

	for (size_t at = 0; at < bytes->len; at += piece) {
		const uint8_t *data = bytes->data + at;
		size_t len = bytes->len - at < piece ? bytes->len - at : piece;
		struct kith_session_event event;

		do {
			MUST(!kith_session_receive(to, &data, &len, 0, &event));
			messages += event.type == KITH_SESSION_MESSAGE;
		} while (event.type != KITH_SESSION_NONE);
	}
	kith_buf_consume(bytes, bytes->len);
	return messages;
}

/* Messages of one size, a round of them sealed together, received in pieces of 64 KiB. */
static void bench_bulk(struct side *a, struct side *b, size_t size, size_t round)
{
	static uint8_t payload[KITH_MESSAGE_MAX_BYTES];
	double start, took = 0, bytes = 0;
	struct talk talk;
	size_t messages;

	talk_start(&talk, a, b);
	talk_establish(&talk);
	for (start = now_s(); took < SECONDS; took = now_s() - start) {
		for (size_t i = 0; i < round; i++)
			MUST(!kith_session_send(talk.a, 1, payload, size, NULL, 0, 0));
		MUST(!kith_session_flush(talk.a, 0));
		messages = take_in(talk.b, kith_session_output(talk.a), 65536);
		MUST(messages == round);
		bytes += (double)round * (double)size;
	}
	talk_end(&talk);
	printf("session_bulk_%zu %.0f MB/s\n", size, bytes / took / 1e6);
}

int main(void)
{
	struct side a, b;

	MUST(!kith_keys_init());
	side_init(&a, 1);
	side_init(&b, 2);
	bench_handshakes(&a, &b);
	bench_bad_openings(&b);
	bench_bulk(&a, &b, 200, 1000);
	bench_bulk(&a, &b, 2000, 500);
	bench_bulk(&a, &b, 60000, 16);
	bench_bulk(&a, &b, KITH_MESSAGE_MAX_BYTES, 4);
	side_clear(&a);
	side_clear(&b);
	return 0;
}
