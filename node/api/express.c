/* express.c: see express.h. A cursor runs over the line once and gives up at the first surprise. */
#include "node/api/express.h"

#include <string.h>

#include "node/answer.h"
#include "node/api/server.h"

/* ---- reading ------------------------------------------------------------------------------ */

struct scan {
	const char *at, *end;
};

static void skip_blanks(struct scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t' || *scan->at == '\r'))
		scan->at++;
}

/* One character with blanks around it. */
static bool take(struct scan *scan, char c)
{
	skip_blanks(scan);
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	skip_blanks(scan);
	return true;
}

/* A string without escapes, of ASCII; with its quotes. */
static bool take_string(struct scan *scan, struct kith_bytes *out)
{
	const char *start = scan->at;

	if (!take(scan, '"'))
		return false;
	for (scan->at = start + 1; scan->at < scan->end && *scan->at != '"'; scan->at++)
		if (*scan->at < 0x20 || *scan->at > 0x7e || *scan->at == '\\')
			return false;
	if (scan->at == scan->end)
		return false;
	scan->at++;
	*out = (struct kith_bytes){(const uint8_t *)start, (size_t)(scan->at - start)};
	return true;
}

static bool is(struct kith_bytes text, const char *quoted)
{
	return text.len == strlen(quoted) && memcmp(text.data, quoted, text.len) == 0;
}

/* A string, or a whole number that fits whatever holds it. */
static bool take_id(struct scan *scan, struct kith_bytes *out)
{
	const char *start = scan->at;

	if (start < scan->end && *start == '"')
		return take_string(scan, out);
	while (scan->at < scan->end && *scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	*out = (struct kith_bytes){(const uint8_t *)start, (size_t)(scan->at - start)};
	return out->len > 0 && out->len < 16 && (out->len == 1 || *start != '0');
}

/* 64 digits. kith_hex_parse() takes its time, so that it can be used for secrets. */
static bool take_hex(const uint8_t *hex, struct kith_record_id *out)
{
	static const uint8_t one_more[256] = {['0'] = 1,
		['1'] = 2,
		['2'] = 3,
		['3'] = 4,
		['4'] = 5,
		['5'] = 6,
		['6'] = 7,
		['7'] = 8,
		['8'] = 9,
		['9'] = 10,
		['a'] = 11,
		['b'] = 12,
		['c'] = 13,
		['d'] = 14,
		['e'] = 15,
		['f'] = 16,
		['A'] = 11,
		['B'] = 12,
		['C'] = 13,
		['D'] = 14,
		['E'] = 15,
		['F'] = 16};
	bool good = true;

	for (size_t i = 0; i < KITH_ID_LEN; i++) {
		unsigned high = one_more[hex[2 * i]], low = one_more[hex[2 * i + 1]];

		good &= high && low;
		out->bytes[i] = (uint8_t)((high - 1u) * 16 + low - 1u);
	}
	return good;
}

/* The 64 digits of the record, in {"id": …}. */
static bool take_params(struct scan *scan, struct kith_record_id *out)
{
	struct kith_bytes name, value;

	if (!take(scan, '{') || !take_string(scan, &name) || !is(name, "\"id\"") ||
		!take(scan, ':') || !take_string(scan, &value) || !take(scan, '}') ||
		value.len != 2 * KITH_ID_LEN + 2)
		return false;
	return take_hex(value.data + 1, out);
}

enum { JSONRPC = 1, ID = 2, METHOD = 4, PARAMS = 8, ALL = 15 };

/* One member; *seen gathers which there were, and none may come twice. */
static bool take_member(struct scan *scan, struct kith_express *out, unsigned *seen)
{
	struct kith_bytes name, value = {NULL, 0};
	unsigned which = 0;
	bool good = false;

	if (!take_string(scan, &name) || !take(scan, ':'))
		return false;
	if (is(name, "\"jsonrpc\"")) {
		which = JSONRPC;
		good = take_string(scan, &value) && is(value, "\"2.0\"");
	} else if (is(name, "\"method\"")) {
		which = METHOD;
		good = take_string(scan, &value) && is(value, "\"record.get\"");
	} else if (is(name, "\"params\"")) {
		which = PARAMS;
		good = take_params(scan, &out->record);
	} else if (is(name, "\"id\"")) {
		which = ID;
		good = take_id(scan, &value);
		out->id = (const char *)value.data;
		out->id_len = value.len;
	}
	good = good && !(*seen & which);
	*seen |= which;
	return good;
}

bool kith_express_read(const char *line, size_t len, struct kith_express *out)
{
	struct scan scan = {line, line + len};
	unsigned seen = 0;

	if (!take(&scan, '{'))
		return false;
	do {
		if (!take_member(&scan, out, &seen))
			return false;
	} while (take(&scan, ','));
	return take(&scan, '}') && scan.at == scan.end && seen == ALL;
}

/* ---- answering ---------------------------------------------------------------------------- */

static int write_row(void *ctx, const struct kith_row *row)
{
	if (row->known == KITH_KNOWN_DECLINED)
		return KITH_E_REFUSED;
	kith_answer_row(ctx, row, false, NULL);
	return 0;
}

bool kith_express_get(struct kith_api *api, const char *line, size_t len, struct kith_buf *out)
{
	static const char head[] = "{\"jsonrpc\":\"2.0\",\"id\":", middle[] = ",\"result\":";
	struct kith_express express;
	struct kith_json_out json;
	size_t before = out->len;

	if (!kith_express_read(line, len, &express) || kith_buf_err(out))
		return false;
	kith_write(out, head, sizeof(head) - 1);
	kith_write(out, express.id, express.id_len);
	kith_write(out, middle, sizeof(middle) - 1);
	kith_json_out_init(&json, out);
	if (kith_query_get(api->reader, &express.record, write_row, &json) != 0 ||
		kith_buf_err(out)) {
		out->len = before;
		out->err = 0;
		return false;
	}
	kith_write(out, "}\n", 2);
	api->stats.calls++;
	return true;
}
