/*
 * transcript.h: what the writer and the reader of protocol/vectors/session share: how bytes are
 * written, and how events are.
 *
 * Bytes are hexadecimal; "-" for none; LEN*BB for more than 64 times the same byte; sha256:LEN:HASH
 * for more than 700 others.
 */
#ifndef KITH_TESTS_VECTORS_TRANSCRIPT_H
#define KITH_TESTS_VECTORS_TRANSCRIPT_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "keys/hash.h"
#include "protocol/session.h"

#define BLOB_TEXT_MAX 2048
#define LINE_TEXT_MAX 4096

static inline bool same_bytes(const uint8_t *data, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (data[i] != data[0])
			return false;
	return true;
}

static inline void format_blob(const uint8_t *data, size_t len, char out[BLOB_TEXT_MAX])
{
	uint8_t hash[32];
	int n;

	if (len == 0) {
		snprintf(out, BLOB_TEXT_MAX, "-");
	} else if (len > 64 && same_bytes(data, len)) {
		snprintf(out, BLOB_TEXT_MAX, "%zu*%02x", len, data[0]);
	} else if (len > 700) {
		n = snprintf(out, BLOB_TEXT_MAX, "sha256:%zu:", len);
		kith_sha256(data, len, hash);
		kith_hex_format(hash, sizeof(hash), out + n);
	} else {
		kith_hex_format(data, len, out);
	}
}

/* "established HASH", "message TYPE BYTES" or "bye REASON". */
static inline void format_event(const struct kith_session *session,
	const struct kith_session_event *event, char out[LINE_TEXT_MAX])
{
	char blob[BLOB_TEXT_MAX];

	out[0] = '\0';
	switch (event->type) {
	case KITH_SESSION_NONE:
		break;
	case KITH_SESSION_ESTABLISHED:
		kith_hex_format(kith_session_hash(session), KITH_BLAKE2B_LEN, blob);
		snprintf(out, LINE_TEXT_MAX, "established %s", blob);
		break;
	case KITH_SESSION_MESSAGE:
		format_blob(event->payload.data, event->payload.len, blob);
		snprintf(out, LINE_TEXT_MAX, "message %u %s", event->message_type, blob);
		break;
	case KITH_SESSION_BYE:
		snprintf(out, LINE_TEXT_MAX, "bye %u", event->bye);
		break;
	}
}

#endif
