/* json_out.c: see json_out.h. */
#include "node/json_out.h"

#include <sodium.h>
#include <string.h>

#define BASE64 sodium_base64_VARIANT_ORIGINAL

void kith_json_out_init(struct kith_json_out *out, struct kith_buf *buf)
{
	*out = (struct kith_json_out){.buf = buf};
}

/* One byte; the way through kith_write_u8() is long for what is done so often. */
static void put(struct kith_buf *buf, char c)
{
	if (buf->len < buf->room && !buf->err)
		buf->data[buf->len++] = (uint8_t)c;
	else
		kith_write_u8(buf, (uint8_t)c);
}

/* Before every value: a comma unless it is the first, or its name stands before it. */
static void separate(struct kith_json_out *out)
{
	if (out->follows)
		put(out->buf, ',');
	out->follows = true;
}

void kith_json_out_open(struct kith_json_out *out, char bracket)
{
	separate(out);
	put(out->buf, bracket);
	out->follows = false;
}

void kith_json_out_close(struct kith_json_out *out, char bracket)
{
	put(out->buf, bracket);
	out->follows = true;
}

void kith_json_out_json(struct kith_json_out *out, const void *json, size_t len)
{
	separate(out);
	kith_write(out->buf, json, len);
}

/* Text in quotes, and a colon behind it if it is a name. */
static void write_quoted(struct kith_json_out *out, const char *text, bool is_name)
{
	size_t len = strlen(text);
	uint8_t *at;

	separate(out);
	at = kith_write_reserve(out->buf, len + 2 + is_name);
	if (!at)
		return;
	at[0] = '"';
	memcpy(at + 1, text, len);
	at[len + 1] = '"';
	if (is_name)
		at[len + 2] = ':';
}

void kith_json_out_name(struct kith_json_out *out, const char *name)
{
	write_quoted(out, name, true);
	out->follows = false;
}

void kith_json_out_plain(struct kith_json_out *out, const char *text)
{
	write_quoted(out, text, false);
}

void kith_json_out_bool(struct kith_json_out *out, bool yes)
{
	kith_json_out_json(out, yes ? "true" : "false", yes ? 4 : 5);
}

void kith_json_out_null(struct kith_json_out *out)
{
	kith_json_out_json(out, "null", 4);
}

/* ---- numbers ------------------------------------------------------------------------------ */

/* The digits of a number at the end of a field of 20; returns where they begin. */
static char *digits(uint64_t number, char field[20])
{
	char *at = field + 20;

	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	return at;
}

static void write_digits(struct kith_buf *buf, uint64_t number)
{
	char field[20], *at = digits(number, field);

	kith_write(buf, at, (size_t)(field + 20 - at));
}

void kith_json_out_number(struct kith_json_out *out, int64_t number)
{
	uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	separate(out);
	if (number < 0)
		put(out->buf, '-');
	write_digits(out->buf, size);
}

void kith_json_out_degrees(struct kith_json_out *out, int32_t e7)
{
	uint32_t size = e7 < 0 ? 0 - (uint32_t)e7 : (uint32_t)e7, rest = size % 10000000;
	char places[7];
	size_t len = 7;

	separate(out);
	if (e7 < 0)
		put(out->buf, '-');
	write_digits(out->buf, size / 10000000);
	put(out->buf, '.');
	for (size_t i = 7; i-- > 0; rest /= 10)
		places[i] = (char)('0' + rest % 10);
	while (len > 1 && places[len - 1] == '0')
		len--;
	kith_write(out->buf, places, len);
}

void kith_json_out_base64(struct kith_json_out *out, const uint8_t *data, size_t len)
{
	size_t room = sodium_base64_encoded_len(len, BASE64); /* with its NUL */
	uint8_t *at;

	separate(out);
	at = kith_write_reserve(out->buf, room + 1);
	if (!at)
		return;
	at[0] = '"';
	sodium_bin2base64((char *)at + 1, room, data, len, BASE64);
	at[room] = '"';
}

/* ---- text --------------------------------------------------------------------------------- */

/* Length of the UTF-8 sequence at `at`, 0 when it is none (RFC 3629 section 4). */
static size_t sequence(const uint8_t *at, size_t left)
{
	uint8_t c = at[0], low = 0x80, high = 0xbf;
	size_t len = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	if (c < 0xc2 || c > 0xf4 || left < len)
		return 0;
	if (c == 0xe0)
		low = 0xa0; /* shortest form */
	else if (c == 0xed)
		high = 0x9f; /* no surrogates */
	else if (c == 0xf0)
		low = 0x90;
	else if (c == 0xf4)
		high = 0x8f; /* not beyond U+10FFFF */
	if (at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static bool wants_escape(uint8_t c)
{
	return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

/* Whether eight bytes are all ASCII and want no escape. Each test sets the top bit of a byte
 * that fails it, and perhaps of one above such a byte. */
static bool eight_are_plain(const uint8_t *at)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t x, quote, backslash, del;

	memcpy(&x, at, sizeof(x));
	quote = x ^ ones * '"';
	backslash = x ^ ones * '\\';
	del = x ^ ones * 0x7f;
	return ((x | (x - ones * 0x20) | (quote - ones) | (backslash - ones) | (del - ones)) &
		       tops) == 0;
}

/* Length of what can be copied as it is; *bad when that ends at bytes that are not UTF-8. */
static size_t run(const uint8_t *at, size_t left, bool *bad)
{
	size_t i = 0, len;

	while (i < left) {
		if (left - i >= 8 && eight_are_plain(at + i)) {
			i += 8;
		} else if (at[i] < 0x80) {
			if (wants_escape(at[i]))
				return i;
			i++;
		} else {
			len = sequence(at + i, left - i);
			*bad = len == 0;
			if (*bad)
				return i;
			i += len;
		}
	}
	return i;
}

static void write_escape(struct kith_buf *buf, uint8_t c)
{
	static const char hex[] = "0123456789abcdef";
	char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
	size_t len = 2;

	if (c == '\n')
		escape[1] = 'n';
	else if (c == '\t')
		escape[1] = 't';
	else if (c == '"' || c == '\\')
		escape[1] = (char)c;
	else
		len = 6;
	kith_write(buf, escape, len);
}

void kith_json_out_text(struct kith_json_out *out, const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text, *end = at + len;
	bool bad = false;

	separate(out);
	put(out->buf, '"');
	while (at < end && !bad) {
		size_t plain = run(at, (size_t)(end - at), &bad);

		kith_write(out->buf, at, plain);
		at += plain;
		if (at < end && !bad)
			write_escape(out->buf, *at++);
	}
	put(out->buf, '"');
	out->bad = out->bad || bad;
}
