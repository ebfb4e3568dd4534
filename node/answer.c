/* answer.c: see answer.h. */
#include "node/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/log.h"
#include "node/record_json.h"
#include "protocol/kind.h"
#include "protocol/record.h"

void kith_answer_id(json_t *object, const char *name, const struct kith_record_id *id)
{
	char hex[2 * KITH_ID_LEN + 1];

	kith_hex_format(id->bytes, KITH_ID_LEN, hex);
	json_object_set_new(object, name, json_string_nocheck(hex));
}

void kith_answer_key(
	json_t *object, const char *name, enum kith_id_type type, const uint8_t key[KITH_ID_LEN])
{
	char text[KITH_ID_TEXT_MAX];

	kith_id_format(type, key, text);
	json_object_set_new(object, name, json_string_nocheck(text));
}

void kith_answer_time(json_t *object, const char *name, uint64_t ms)
{
	char text[40];

	if (ms == 0)
		return;
	kith_time_format(ms > INT64_MAX ? INT64_MAX : (int64_t)ms, false, text);
	json_object_set_new(object, name, json_string_nocheck(text));
}

void kith_answer_number(json_t *object, const char *name, uint64_t number)
{
	json_object_set_new(
		object, name, json_integer(number > INT64_MAX ? INT64_MAX : (json_int_t)number));
}

void kith_answer_text(json_t *object, const char *name, const char *text)
{
	char escaped[512];
	json_t *json;

	if (!text || !*text)
		return;
	json = json_string(text);
	if (!json) {
		kith_log_escape(text, strlen(text), escaped, sizeof(escaped));
		json = json_string(escaped);
	}
	json_object_set_new(object, name, json);
}

static void name_or_number(json_t *object, const char *member, const char *name, uint32_t number)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", (unsigned)number);
	json_object_set_new(object, member, json_string(name ? name : digits));
}

void kith_answer_kind(json_t *object, const char *name, uint32_t kind)
{
	struct kith_kind found;

	name_or_number(object, name, kith_kind_by_number(kind, &found) ? found.name : NULL, kind);
}

void kith_answer_link_type(json_t *object, const char *name, uint32_t type)
{
	name_or_number(object, name, kith_link_name(type), type);
}

static const char *state_name(enum kith_known known)
{
	switch (known) {
	case KITH_KNOWN_HELD:
		return "held";
	case KITH_KNOWN_ERASED:
		return "erased";
	case KITH_KNOWN_DECLINED:
		return "declined";
	}
	return "unknown";
}

static void write_display(struct kith_json_out *out, const json_t *display)
{
	char *text = json_dumps(display, KITH_JSON_FLAGS);

	if (!text)
		return;
	kith_json_out_name(out, "display");
	kith_json_out_json(out, text, strlen(text));
	free(text);
}

void kith_answer_row(struct kith_json_out *out, const struct kith_row *row, bool with_envelope,
	const json_t *display)
{
	char received[40];

	kith_time_format((int64_t)row->received_ms, false, received);
	kith_json_out_open(out, '{');
	kith_json_out_name(out, "record");
	kith_record_write(row->record, out);
	kith_json_out_name(out, "state");
	kith_json_out_plain(out, state_name(row->known));
	kith_json_out_name(out, "seq");
	kith_json_out_number(out, (int64_t)row->seq);
	kith_json_out_name(out, "received");
	kith_json_out_plain(out, received);
	if (with_envelope) {
		kith_json_out_name(out, "envelope");
		kith_json_out_base64(out, row->record->envelope.data, row->record->envelope.len);
	}
	if (display)
		write_display(out, display);
	kith_json_out_close(out, '}');
}
