/* id.c: base32 and hexadecimal text of 32-byte names; see id.h and SPEC "Text form of keys". */
#include "keys/id.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/must.h"

#define CHECKSUM_LEN 4
#define PLAIN_LEN    (KITH_ID_LEN + CHECKSUM_LEN)

_Static_assert((PLAIN_LEN * 8 + 4) / 5 == KITH_ID_BASE32_LEN, "five bits a character");

static const char text_label[] = "kith/1 text";
static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

static const enum kith_id_type all_types[] = {
	KITH_ID_AUTHOR, KITH_ID_NODE, KITH_ID_CIRCLE, KITH_ID_RECOVERY};

const char *kith_id_type_name(enum kith_id_type type)
{
	switch (type) {
	case KITH_ID_AUTHOR:
		return "author";
	case KITH_ID_NODE:
		return "node";
	case KITH_ID_CIRCLE:
		return "circle";
	case KITH_ID_RECOVERY:
		return "recovery";
	}
	return "unknown";
}

/* ---- base32 --------------------------------------------------------------------------------- */

/* The checksum covers the prefix, so that a changed prefix is a mistake, not a key of another type.
 */
static void checksum(
	enum kith_id_type type, const uint8_t key[KITH_ID_LEN], uint8_t out[CHECKSUM_LEN])
{
	const char *name = kith_id_type_name(type);
	size_t name_len = strlen(name);
	uint8_t msg[16 + KITH_ID_LEN];
	struct kith_hash hash;

	memcpy(msg, name, name_len);
	memcpy(msg + name_len, key, KITH_ID_LEN);
	kith_hash(text_label, msg, name_len + KITH_ID_LEN, &hash);
	memcpy(out, hash.bytes, CHECKSUM_LEN);
}

/* Five bits at a time, first bit first; the last character carries three bits and two zeros. */
static void base32_encode(const uint8_t in[PLAIN_LEN], char out[KITH_ID_BASE32_LEN + 1])
{
	for (size_t i = 0; i < KITH_ID_BASE32_LEN; i++) {
		size_t bit = i * 5, at = bit / 8;
		unsigned pair = (unsigned)in[at] << 8 | (at + 1 < PLAIN_LEN ? in[at + 1] : 0u);

		out[i] = alphabet[pair >> (11 - bit % 8) & 31];
	}
	out[KITH_ID_BASE32_LEN] = '\0';
}

/* The value of a character in either case, or -1. */
static int base32_value(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	return -1;
}

/* Exactly KITH_ID_BASE32_LEN characters of the alphabet and the NUL. */
static int base32_decode(const char *text, uint8_t out[PLAIN_LEN])
{
	size_t len = strnlen(text, KITH_ID_BASE32_LEN + 1);
	unsigned bits = 0, bit_count = 0, value;
	size_t written = 0;

	for (size_t i = 0; i < len; i++)
		if (base32_value(text[i]) < 0)
			return KITH_E_MALFORMED;
	if (len != KITH_ID_BASE32_LEN)
		return len < KITH_ID_BASE32_LEN ? KITH_E_TRUNCATED : KITH_E_MALFORMED;
	for (size_t i = 0; i < len; i++) {
		value = (unsigned)base32_value(text[i]);
		bits = (bits << 5 | value) & 0xfff;
		bit_count += 5;
		if (bit_count >= 8) {
			bit_count -= 8;
			out[written++] = (uint8_t)(bits >> bit_count);
		}
	}
	/* A key has one text: the two bits left over must be zero. */
	return (bits & 3) ? KITH_E_CHECKSUM : 0;
}

/* ---- typed keys ----------------------------------------------------------------------------- */

void kith_id_format(
	enum kith_id_type type, const uint8_t key[KITH_ID_LEN], char out[KITH_ID_TEXT_MAX])
{
	const char *name = kith_id_type_name(type);
	size_t name_len = strlen(name);
	uint8_t plain[PLAIN_LEN];

	memcpy(plain, key, KITH_ID_LEN);
	checksum(type, key, plain + KITH_ID_LEN);
	memcpy(out, name, name_len);
	out[name_len] = '_';
	base32_encode(plain, out + name_len + 1);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What follows "name_" in text, or NULL when text does not begin with it. */
static const char *after_prefix(const char *text, const char *name)
{
	for (; *name; name++, text++)
		if (lower(*text) != *name)
			return NULL;
	return *text == '_' ? text + 1 : NULL;
}

static const char *find_type(const char *text, enum kith_id_type *type)
{
	for (size_t i = 0; i < sizeof(all_types) / sizeof(all_types[0]); i++) {
		const char *rest = after_prefix(text, kith_id_type_name(all_types[i]));

		if (rest) {
			*type = all_types[i];
			return rest;
		}
	}
	return NULL;
}

int kith_id_parse(enum kith_id_type want, const char *text, uint8_t out[KITH_ID_LEN],
	enum kith_id_type *found)
{
	enum kith_id_type type = want;
	const char *rest = find_type(text, &type);
	uint8_t plain[PLAIN_LEN], sum[CHECKSUM_LEN];
	int err;

	if (found)
		*found = type;
	if (!rest)
		return KITH_E_MALFORMED;
	err = base32_decode(rest, plain);
	if (err)
		return err;
	checksum(type, plain, sum);
	if (memcmp(sum, plain + KITH_ID_LEN, CHECKSUM_LEN) != 0)
		return KITH_E_CHECKSUM;
	if (type != want)
		return KITH_E_WRONG_TYPE;
	memcpy(out, plain, KITH_ID_LEN);
	return 0;
}

void kith_id_explain(
	int err, enum kith_id_type want, enum kith_id_type found, char *out, size_t out_len)
{
	const char *wanted = kith_id_type_name(want), *is = kith_id_type_name(found);

	if (err == KITH_E_WRONG_TYPE)
		snprintf(out, out_len,
			"this is a key of type %s; one that begins with %s_ is wanted", is, wanted);
	else if (err == KITH_E_TRUNCATED)
		snprintf(out, out_len, "incomplete: %d characters must follow %s_",
			KITH_ID_BASE32_LEN, is);
	else if (err == KITH_E_CHECKSUM)
		snprintf(out, out_len, "mistyped: a character of this key of type %s is wrong", is);
	else if (err == KITH_E_MALFORMED)
		snprintf(out, out_len,
			"not a key of type %s: it is %s_ and %d characters out of a-z and 2-7",
			wanted, wanted, KITH_ID_BASE32_LEN);
	else
		snprintf(out, out_len, "%s", kith_err_text(err));
}

/* ---- hexadecimal ---------------------------------------------------------------------------- */

void kith_hex_format(const uint8_t *bytes, size_t len, char *out)
{
	kith_must(sodium_bin2hex(out, 2 * len + 1, bytes, len) != out);
}

int kith_hex_parse(const char *text, uint8_t *out, size_t out_len)
{
	size_t len = strnlen(text, 2 * out_len + 1);
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	if (digits < len || len > 2 * out_len)
		return KITH_E_MALFORMED;
	if (len < 2 * out_len)
		return KITH_E_TRUNCATED;
	if (sodium_hex2bin(out, out_len, text, len, NULL, NULL, NULL) != 0)
		return KITH_E_MALFORMED;
	return 0;
}

/* ---- comparing ------------------------------------------------------------------------------ */

bool kith_id_equal(const uint8_t a[KITH_ID_LEN], const uint8_t b[KITH_ID_LEN])
{
	return sodium_memcmp(a, b, KITH_ID_LEN) == 0;
}

int kith_id_compare(const uint8_t a[KITH_ID_LEN], const uint8_t b[KITH_ID_LEN])
{
	return memcmp(a, b, KITH_ID_LEN);
}
