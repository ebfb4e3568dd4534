/*
 * json_out.h: JSON written straight into a buffer, without a tree in between; for what is sent
 * often.
 *
 * Values come one after the other; commas and quotes are put in here. What comes out is always
 * JSON: control characters are escaped, and of text that is not UTF-8 nothing is written but `bad`
 * is set.
 */
#ifndef KITH_NODE_JSON_OUT_H
#define KITH_NODE_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/bytes.h"

struct kith_json_out {
	struct kith_buf *buf;
	bool follows; /* a value stands before the next one in the same object or list */
	bool bad;     /* text was met that is not UTF-8; what was written is not to be used */
};

void kith_json_out_init(struct kith_json_out *out, struct kith_buf *buf);

/* '{' or '[', and its end. */
void kith_json_out_open(struct kith_json_out *out, char bracket);
void kith_json_out_close(struct kith_json_out *out, char bracket);

/* The name of the next value. Names and plain text hold nothing that wants escaping. */
void kith_json_out_name(struct kith_json_out *out, const char *name);
void kith_json_out_plain(struct kith_json_out *out, const char *text);

void kith_json_out_text(struct kith_json_out *out, const char *text, size_t len);
void kith_json_out_number(struct kith_json_out *out, int64_t number);
void kith_json_out_bool(struct kith_json_out *out, bool yes);
void kith_json_out_null(struct kith_json_out *out);
/* Degrees * 10^7 as decimal degrees. */
void kith_json_out_degrees(struct kith_json_out *out, int32_t e7);
/* Base64 with padding. */
void kith_json_out_base64(struct kith_json_out *out, const uint8_t *data, size_t len);
/* JSON that was made elsewhere. */
void kith_json_out_json(struct kith_json_out *out, const void *json, size_t len);

#endif
