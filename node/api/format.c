/* format.c: see format.h. */
#include "node/api/format.h"

#include <stdio.h>
#include <stdint.h>
#include <string.h>

#include "keys/id.h"
#include "node/address.h"
#include "node/api/cursor.h"
#include "node/record_json.h"
#include "node/suggest.h"
#include "protocol/body.h"
#include "protocol/kind.h"
#include "protocol/record.h"

static bool say(char *why, size_t why_len, const char *rule)
{
	snprintf(why, why_len, "%s", rule);
	return false;
}

static bool is_hex(const char *text, size_t min, size_t max)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF");

	return text[digits] == '\0' && digits >= min && digits <= max;
}

static bool record_id(const char *text, char *why, size_t why_len)
{
	return is_hex(text, 64, 64) ||
	       say(why, why_len, "must be the complete id of a record: 64 hexadecimal digits");
}

static bool record_id_prefix(const char *text, char *why, size_t why_len)
{
	return is_hex(text, 1, 64) ||
	       say(why, why_len,
		       "must be the id of a record or its beginning: 1 to 64 hexadecimal digits");
}

static bool key(enum kith_id_type type, const char *text, char *why, size_t why_len)
{
	uint8_t ignored[KITH_ID_LEN];
	enum kith_id_type found;
	int err = kith_id_parse(type, text, ignored, &found);

	if (err)
		kith_id_explain(err, type, found, why, why_len);
	return err == 0;
}

static bool author_key(const char *text, char *why, size_t why_len)
{
	return key(KITH_ID_AUTHOR, text, why, why_len);
}

static bool circle(const char *text, char *why, size_t why_len)
{
	return strcmp(text, "commons") == 0 || key(KITH_ID_CIRCLE, text, why, why_len);
}

static bool date_time(const char *text, char *why, size_t why_len)
{
	int64_t ms;

	return kith_time_parse(text, &ms) == 0 ||
	       say(why, why_len,
		       "must be a date such as 2017-03-10, 2017-03 or 2017, or a time with its "
		       "zone "
		       "such as 2017-03-10T09:30:00Z");
}

static bool not_a(const char *what, const struct kith_suggest *suggest, char *why, size_t why_len)
{
	snprintf(why, why_len, "must be a %s known here%s%s%s", what,
		suggest->best ? "; did you mean \"" : "", suggest->best ? suggest->best : "",
		suggest->best ? "\"?" : "");
	return false;
}

static bool kind(const char *text, char *why, size_t why_len)
{
	struct kith_suggest suggest;
	struct kith_kind found;

	if (kith_kind_by_name(text, &found))
		return true;
	kith_suggest_begin(&suggest, text);
	for (size_t i = 0; kith_kind_at(i, &found); i++)
		kith_suggest_offer(&suggest, found.name);
	return not_a("kind of record", &suggest, why, why_len);
}

static bool link_type(const char *text, char *why, size_t why_len)
{
	struct kith_suggest suggest;
	const char *name;

	if (kith_link_from_name(text))
		return true;
	kith_suggest_begin(&suggest, text);
	for (uint32_t type = 1; (name = kith_link_name(type)); type++)
		kith_suggest_offer(&suggest, name);
	return not_a("type of link", &suggest, why, why_len);
}

static bool base64(const char *text, char *why, size_t why_len)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t len = strlen(text), data = strspn(text, digits);
	size_t pad = strspn(text + data, "=");

	return (data + pad == len && len % 4 == 0 && pad <= 2) ||
	       say(why, why_len, "must be base64 text, with = at the end where needed");
}

static bool cursor(const char *text, char *why, size_t why_len)
{
	struct kith_item ignored;

	return kith_find_cursor_parse(text, &ignored) ||
	       say(why, why_len, "must be a cursor as an earlier answer gave it");
}

static bool follow_cursor(const char *text, char *why, size_t why_len)
{
	uint64_t ignored;

	return strcmp(text, "now") == 0 || kith_follow_cursor_parse(text, &ignored) ||
	       say(why, why_len,
		       "must be \"now\", \"0\" for everything, or a cursor as given here before");
}

static bool address(const char *text, char *why, size_t why_len)
{
	struct kith_address ignored;

	return kith_address_parse(text, &ignored, why, why_len) == 0;
}

static bool line(const char *text, char *why, size_t why_len)
{
	const char *rule = "must be a line of text";

	return kith_text_check(text, strlen(text), KITH_TEXT_LINE, &rule) == 0 ||
	       say(why, why_len, rule ? rule : "must be a line of text");
}

static const struct {
	const char *name;
	bool (*check)(const char *text, char *why, size_t why_len);
} formats[] = {
	{"record-id", record_id},
	{"record-id-prefix", record_id_prefix},
	{"author-key", author_key},
	{"circle", circle},
	{"date-time", date_time},
	{"kind", kind},
	{"link-type", link_type},
	{"base64", base64},
	{"cursor", cursor},
	{"follow-cursor", follow_cursor},
	{"address", address},
	{"line", line},
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

bool kith_format_known(const char *format)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i].name, format) == 0)
			return true;
	return false;
}

bool kith_format_check(const char *format, const char *text, char *why, size_t why_len)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i].name, format) == 0)
			return formats[i].check(text, why, why_len);
	return true;
}
