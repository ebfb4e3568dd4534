/*
 * handmade.h: headers that kith_record_sign() does not write, and what becomes of them. For tests.
 */
#ifndef KITH_TESTS_UNIT_HANDMADE_H
#define KITH_TESTS_UNIT_HANDMADE_H

#include <assert.h>
#include <stdlib.h>

#include "keys/hash.h"
#include "protocol/record.h"
#include "protocol/wire.h"
#include "tests/unit/seeded.h"

/* A header by hand: its fields in order, but for one that is left out or replaced. */
struct handmade {
	uint32_t skip;      /* number of a field to leave out */
	const char *before; /* the field before which `insert` goes, as digits, or NULL: last */
	struct kith_bytes insert; /* raw bytes */
};
#define RAW(bytes)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(bytes), sizeof(bytes) - 1                                        \
	}

#define HANDMADE_SEED 10

static inline void handmade_put(struct kith_buf *out, uint32_t number)
{
	struct seeded seeded = {HANDMADE_SEED};
	struct kith_sign_pair pair = seeded_sign_pair(&seeded);
	struct kith_hash hash;

	kith_hash("kith/1 body", "body", 4, &hash);
	switch (number) {
	case 1:
		kith_wire_put_number(out, 1, 1);
		break;
	case 3:
		kith_wire_put_bytes(out, 3, pair.public_key.bytes, 32);
		break;
	case 6:
		kith_wire_put_number(out, 6, 4711);
		break;
	case 7:
		kith_wire_put_number(out, 7, 1700000000000);
		break;
	case 8:
		kith_wire_put_bytes(out, 8, "en", 2);
		break;
	case 9:
		kith_wire_put_prefix(out, 9, 36);
		kith_wire_put_number(out, 1, 2);
		kith_wire_put_bytes(out, 2, hash.bytes, 32);
		break;
	case 11:
		kith_wire_put_number(out, 11, 4);
		break;
	default:
		kith_wire_put_bytes(out, number, hash.bytes, 32);
	}
}

/* Wraps a header and the body "body" into an envelope with a signature that holds. */
static inline struct kith_buf handmade_sign(const struct kith_buf *header)
{
	struct seeded seeded = {HANDMADE_SEED};
	struct kith_sign_pair pair = seeded_sign_pair(&seeded);
	struct kith_hash id;
	struct kith_signature signature;
	struct kith_buf out;

	kith_hash("kith/1 record", header->data, header->len, &id);
	kith_sign(&pair, "kith/1 signature", id.bytes, sizeof(id.bytes), &signature);
	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	kith_wire_put_bytes(&out, 1, header->data, header->len);
	kith_wire_put_bytes(&out, 2, signature.bytes, sizeof(signature.bytes));
	kith_wire_put_bytes(&out, 3, "body", 4);
	assert(!out.err);
	return out;
}

static inline struct kith_buf handmade_envelope(const struct handmade *spec)
{
	uint32_t before = spec->before ? (uint32_t)strtoul(spec->before, NULL, 10) : 12;
	struct kith_buf header, envelope;

	kith_buf_init(&header, KITH_RECORD_MAX_BYTES);
	for (uint32_t number = 1; number <= 12; number++) {
		if (number == before)
			kith_write(&header, spec->insert.data, spec->insert.len);
		if (number != spec->skip && number != 12)
			handmade_put(&header, number);
	}
	envelope = handmade_sign(&header);
	kith_buf_clear(&header);
	return envelope;
}

/* A header of exactly len bytes: the usual one, then an unknown field. */
static inline struct kith_buf handmade_header_of(size_t len)
{
	static const uint8_t zeros[2 * KITH_HEADER_MAX_BYTES];
	struct kith_buf header;

	kith_buf_init(&header, KITH_RECORD_MAX_BYTES);
	for (uint32_t number = 1; number <= 11; number++)
		handmade_put(&header, number);
	kith_wire_put_bytes(&header, 12, zeros, len - header.len - 3); /* tag and length */
	assert(header.len == len);
	return header;
}

/* What may not stand in a header, before which of its fields, and what is said about it. */
static const struct handmade_case {
	const char *name;
	struct handmade spec;
	int err; /* 0: opens */
	const char *field;
} handmade_cases[] = {
	/* unknown fields of all types, also twice, are allowed at the end */
	{"an unknown field at the end", {0, NULL, RAW("\x60\x01")}, 0, ""},
	{"unknown fields of all wire types, one of them twice",
		{0, NULL,
			RAW("\x62\x03"
			    "abc\x62\x00\x6d"
			    "1234\x71"
			    "12345678")},
		0, ""},
	{"an unknown field of the highest number", {0, NULL, RAW("\xfa\xff\xff\xff\x0f\x00")}, 0,
		""}, /* number 2^29 - 1 */
	/* ... but not before */
	{"an unknown field before a known one", {0, "11", RAW("\x60\x01")}, KITH_E_MALFORMED,
		"header"},
	{"unknown fields in descending order", {0, NULL, RAW("\x68\x01\x60\x01")}, KITH_E_MALFORMED,
		"header"},
	/* groups, wire types 6 and 7, number 0 and numbers too large */
	{"a group", {0, NULL, RAW("\x63\x64")}, KITH_E_MALFORMED, "header"},
	{"wire type 6", {0, NULL, RAW("\x66")}, KITH_E_MALFORMED, "header"},
	{"wire type 7", {0, NULL, RAW("\x67")}, KITH_E_MALFORMED, "header"},
	{"field number 0", {0, NULL, RAW("\x00\x01")}, KITH_E_MALFORMED, "header"},
	{"a field number of 2^29", {0, NULL, RAW("\x82\x80\x80\x80\x10\x00")}, KITH_E_MALFORMED,
		"header"},
	/* varints: not of the shortest form, over 64 bits, cut */
	{"a number not of the shortest form", {0, NULL, RAW("\x60\x81\x00")}, KITH_E_MALFORMED,
		"header"},
	{"a tag not of the shortest form", {0, NULL, RAW("\xe0\x00\x01")}, KITH_E_MALFORMED,
		"header"},
	{"a number of 64 bits", {0, NULL, RAW("\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")}, 0,
		""},
	{"a number of 65 bits", {0, NULL, RAW("\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02")},
		KITH_E_MALFORMED, "header"},
	{"a number of eleven bytes",
		{0, NULL, RAW("\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00")},
		KITH_E_MALFORMED, "header"},
	{"a number cut short", {0, NULL, RAW("\x60\x80")}, KITH_E_MALFORMED, "header"},
	{"a length beyond the end",
		{0, NULL,
			RAW("\x62\x05"
			    "abcd")},
		KITH_E_MALFORMED, "header"},
	{"four bytes cut short", {0, NULL, RAW("\x6d\x01\x02\x03")}, KITH_E_MALFORMED, "header"},
	/* a field that is there already, or of another type than it has */
	{"version twice", {0, "2", RAW("\x08\x01")}, KITH_E_MALFORMED, "header"},
	{"body_len twice", {0, "12", RAW("\x58\x04")}, KITH_E_MALFORMED, "header"},
	{"version as bytes", {1, "2", RAW("\x0a\x01\x01")}, KITH_E_MALFORMED, "version"},
	{"version 2", {1, "2", RAW("\x08\x02")}, KITH_E_UNKNOWN_VERSION, "version"},
	{"version 0", {1, "2", RAW("\x08\x00")}, KITH_E_UNKNOWN_VERSION, "version"},
	{"version not first", {0, "1", RAW("\x12\x00")}, KITH_E_MALFORMED, "version"},
	{"a circle of one byte", {2, "3", RAW("\x12\x01z")}, KITH_E_MALFORMED, "circle"},
	{"a circle as a number", {2, "3", RAW("\x10\x20")}, KITH_E_MALFORMED, "circle"},
	{"an empty on_behalf_of", {4, "5", RAW("\x22\x00")}, KITH_E_MALFORMED, "on_behalf_of"},
	{"an empty delegation", {5, "6", RAW("\x2a\x00")}, KITH_E_MALFORMED, "delegation"},
	{"kind as bytes", {6, "7", RAW("\x32\x01\x41")}, KITH_E_MALFORMED, "kind"},
	{"created_ms as eight bytes", {7, "8", RAW("\x39\x01\x02\x03\x04\x05\x06\x07\x08")},
		KITH_E_MALFORMED, "created_ms"},
	{"lang as a number", {8, "9", RAW("\x40\x02")}, KITH_E_MALFORMED, "lang"},
	{"lang with a zero byte", {8, "9", RAW("\x42\x02\x65\x00")}, KITH_E_RULE, "lang"},
	{"an empty body_hash", {10, "11", RAW("\x52\x00")}, KITH_E_MALFORMED, "body_hash"},
	{"a body_len that is not the body's", {11, NULL, RAW("\x58\x05")}, KITH_E_FORGED, "body"},
	{"body_len 0", {11, NULL, RAW("\x58\x00")}, KITH_E_RULE, "body_len"},
	{"a body_len too large for the record", {11, NULL, RAW("\x58\xff\xff\x03")},
		KITH_E_TOO_LARGE, "body_len"},
	{"a body_len of 65,537", {11, NULL, RAW("\x58\x81\x80\x04")}, KITH_E_RULE, "body_len"},
	/* links: none of number 9 but well-formed ones */
	{"an empty link", {9, "10", RAW("\x4a\x00")}, KITH_E_MALFORMED, "links[0]"},
	{"a link as a number", {9, "10", RAW("\x48\x01")}, KITH_E_MALFORMED, "links[0]"},
	{"a link without target", {9, "10", RAW("\x4a\x02\x08\x01")}, KITH_E_MALFORMED, "links[0]"},
	{"a link without type", {9, "10", RAW("\x4a\x22\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")},
		KITH_E_MALFORMED, "links[0]"},
	{"a link with the target first",
		{9, "10", RAW("\x4a\x24\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\x08\x01")},
		KITH_E_MALFORMED, "links[0]"},
	{"a link with its type twice",
		{9, "10", RAW("\x4a\x26\x08\x01\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")},
		KITH_E_MALFORMED, "links[0]"},
	{"a link with a target of 31 bytes",
		{9, "10", RAW("\x4a\x23\x08\x01\x12\x1fqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")},
		KITH_E_MALFORMED, "links[0]"},
	{"a link by itself",
		{9, "10", RAW("\x4a\x24\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")}, 0, ""},
	/* with a field of a later version, also twice */
	{"a link with unknown fields",
		{9, "10",
			RAW("\x4a\x28\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\x18\x05\x18"
			    "\x05")},
		0, ""},
	{"a link with a group",
		{9, "10", RAW("\x4a\x26\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\x1b\x1c")},
		KITH_E_MALFORMED, "links[0]"},
};
#define HANDMADE_CASES (sizeof(handmade_cases) / sizeof(handmade_cases[0]))

#endif
