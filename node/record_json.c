/*
 * record_json.c: a verified record as JSON; see record_json.h. Drafts, the way back, are in
 * draft_json.c.
 */
#include "node/record_json.h"

#include <stdio.h>
#include <string.h>

#include "keys/id.h"
#include "node/body_json.h"

static void write_hex(struct kith_json_out *out, const struct kith_record_id *id)
{
	char hex[2 * KITH_ID_LEN + 1];

	kith_hex_format(id->bytes, KITH_ID_LEN, hex);
	kith_json_out_plain(out, hex);
}

static void write_key(
	struct kith_json_out *out, enum kith_id_type type, const uint8_t key[KITH_ID_LEN])
{
	char text[KITH_ID_TEXT_MAX];

	kith_id_format(type, key, text);
	kith_json_out_plain(out, text);
}

/* A name, or the number in text when this build has no name for it. */
static void write_name_or_number(struct kith_json_out *out, const char *name, uint32_t number)
{
	char digits[16];

	snprintf(digits, sizeof(digits), "%u", (unsigned)number);
	kith_json_out_plain(out, name ? name : digits);
}

/* ---- header ------------------------------------------------------------------------------- */

static void write_circle(struct kith_json_out *out, const struct kith_circle *circle)
{
	struct kith_circle commons = kith_circle_commons();

	kith_json_out_name(out, "circle");
	if (kith_id_equal(circle->bytes, commons.bytes))
		kith_json_out_plain(out, "commons");
	else
		write_key(out, KITH_ID_CIRCLE, circle->bytes);
}

static void write_header(struct kith_json_out *out, const struct kith_record *record)
{
	struct kith_kind kind;
	bool known = kith_kind_by_number(record->kind, &kind);
	char created[40];

	kith_json_out_name(out, "id");
	write_hex(out, &record->id);
	kith_json_out_name(out, "kind");
	write_name_or_number(out, known ? kind.name : NULL, record->kind);
	kith_json_out_name(out, "author");
	write_key(out, KITH_ID_AUTHOR, record->author.bytes);
	if (record->has_on_behalf_of) {
		kith_json_out_name(out, "on_behalf_of");
		write_key(out, KITH_ID_AUTHOR, record->on_behalf_of.bytes);
	}
	if (record->has_delegation) {
		kith_json_out_name(out, "delegation");
		write_hex(out, &record->delegation);
	}
	write_circle(out, &record->circle);
	kith_json_out_name(out, "created");
	kith_time_format((int64_t)record->created_ms, false, created);
	kith_json_out_plain(out, created);
	kith_json_out_name(out, "lang");
	kith_json_out_plain(out, record->lang); /* a language tag: letters, digits, hyphens */
}

/* ---- links -------------------------------------------------------------------------------- */

/* What the body says of the link at a position, or NULL. */
static const Kith__LinkNote *note_about(const Kith__Body *body, size_t link)
{
	for (size_t i = 0; body && i < body->n_notes; i++)
		if (body->notes[i]->link == link)
			return body->notes[i];
	return NULL;
}

static void write_links(
	struct kith_json_out *out, const struct kith_record *record, const Kith__Body *body)
{
	kith_json_out_name(out, "links");
	kith_json_out_open(out, '[');
	for (size_t i = 0; i < record->link_count; i++) {
		const struct kith_link *link = &record->links[i];
		const Kith__LinkNote *note = note_about(body, i);

		kith_json_out_open(out, '{');
		kith_json_out_name(out, "type");
		write_name_or_number(out, kith_link_name(link->type), link->type);
		kith_json_out_name(out, "target");
		write_hex(out, &link->target);
		if (note)
			kith_message_write(&note->base, "link", out);
		kith_json_out_close(out, '}');
	}
	kith_json_out_close(out, ']');
}

/* ---- body --------------------------------------------------------------------------------- */

static void write_body(
	struct kith_json_out *out, const struct kith_record *record, const struct kith_body *body)
{
	kith_json_out_name(out, "body");
	if (!record->has_body) {
		kith_json_out_null(out);
		return;
	}
	kith_json_out_open(out, '{');
	if (body) {
		kith_message_write(body->message, NULL, out);
	} else {
		kith_json_out_name(out, "unknown");
		kith_json_out_base64(out, record->body.data, record->body.len);
	}
	kith_json_out_close(out, '}');
}

/* A record without a title is called by what it says. */
static void write_caption(struct kith_json_out *out, const struct kith_body *body)
{
	char caption[KITH_CAPTION_MAX];

	if (body->common->title)
		return;
	kith_body_caption(body, caption);
	kith_json_out_name(out, "caption");
	kith_json_out_text(out, caption, strlen(caption));
}

/* body: NULL when it is erased or cannot be read. */
static void write_record(
	const struct kith_record *record, const struct kith_body *body, struct kith_json_out *out)
{
	kith_json_out_open(out, '{');
	write_header(out, record);
	if (body)
		write_caption(out, body);
	write_links(out, record, body ? body->body : NULL);
	write_body(out, record, body);
	kith_json_out_close(out, '}');
}

/* A body that turns out to hold text that is not UTF-8 is taken back and shown as one that
 * cannot be read. */
void kith_record_write(const struct kith_record *record, struct kith_json_out *out)
{
	struct kith_json_out before = *out;
	size_t len = out->buf->len;
	struct kith_body body;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0) {
		write_record(record, NULL, out);
		return;
	}
	write_record(record, &body, out);
	kith_body_clear(&body);
	if (out->bad && !before.bad && !kith_buf_err(out->buf)) {
		*out = before;
		out->buf->len = len;
		write_record(record, NULL, out);
	}
}

json_t *kith_record_to_json(const struct kith_record *record)
{
	struct kith_json_out out;
	struct kith_buf text;
	json_t *json = NULL;

	kith_buf_init(&text, 8 * KITH_RECORD_MAX_BYTES);
	kith_json_out_init(&out, &text);
	kith_record_write(record, &out);
	if (!kith_buf_err(&text))
		json = json_loadb((const char *)text.data, text.len, 0, NULL);
	kith_buf_clear(&text);
	return json;
}
