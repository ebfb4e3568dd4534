/*
 * record_json.c: a verified record as JSON; see record_json.h. Drafts, the way back, are in
 * draft_json.c.
 */
#include "node/record_json.h"

#include <stdio.h>

#include "keys/id.h"
#include "node/body_json.h"

static void set(json_t *object, const char *name, json_t *value, bool *ok)
{
	if (json_object_set_new_nocheck(object, name, value) != 0)
		*ok = false;
}

static void set_hex(json_t *object, const char *name, const struct kith_record_id *id, bool *ok)
{
	char hex[2 * KITH_ID_LEN + 1];

	kith_hex_format(id->bytes, KITH_ID_LEN, hex);
	set(object, name, json_string_nocheck(hex), ok);
}

static void set_key(json_t *object, const char *name, enum kith_id_type type,
	const uint8_t key[KITH_ID_LEN], bool *ok)
{
	char text[KITH_ID_TEXT_MAX];

	kith_id_format(type, key, text);
	set(object, name, json_string_nocheck(text), ok);
}

/* A name, or the number in text when this build has no name for it. */
static json_t *name_or_number(const char *name, uint32_t number)
{
	char digits[16];

	if (name)
		return json_string_nocheck(name);
	snprintf(digits, sizeof(digits), "%u", (unsigned)number);
	return json_string_nocheck(digits);
}

/* ---- header --------------------------------------------------------------------------------- */

static void set_circle(json_t *object, const struct kith_circle *circle, bool *ok)
{
	struct kith_circle commons = kith_circle_commons();

	if (kith_id_equal(circle->bytes, commons.bytes))
		set(object, "circle", json_string_nocheck("commons"), ok);
	else
		set_key(object, "circle", KITH_ID_CIRCLE, circle->bytes, ok);
}

static void set_header(json_t *object, const struct kith_record *record, bool *ok)
{
	struct kith_kind kind;
	bool known = kith_kind_by_number(record->kind, &kind);
	char created[40];

	set_hex(object, "id", &record->id, ok);
	set(object, "kind", name_or_number(known ? kind.name : NULL, record->kind), ok);
	set_key(object, "author", KITH_ID_AUTHOR, record->author.bytes, ok);
	if (record->has_on_behalf_of)
		set_key(object, "on_behalf_of", KITH_ID_AUTHOR, record->on_behalf_of.bytes, ok);
	if (record->has_delegation)
		set_hex(object, "delegation", &record->delegation, ok);
	set_circle(object, &record->circle, ok);
	kith_time_format((int64_t)record->created_ms, false, created);
	set(object, "created", json_string_nocheck(created), ok);
	set(object, "lang", json_string(record->lang), ok);
}

/* ---- links ---------------------------------------------------------------------------------- */

static json_t *link_to_json(const struct kith_link *link)
{
	json_t *object = json_object();
	bool ok = object != NULL;

	set(object, "type", name_or_number(kith_link_name(link->type), link->type), &ok);
	set_hex(object, "target", &link->target, &ok);
	if (ok)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *links_to_json(const struct kith_record *record)
{
	json_t *links = json_array();

	for (size_t i = 0; links && i < record->link_count; i++) {
		if (json_array_append_new(links, link_to_json(&record->links[i])) != 0) {
			json_decref(links);
			return NULL;
		}
	}
	return links;
}

/* Puts what the body says of a link into the link. A note on a link that is not there is left out. */
static void set_notes(json_t *links, const Kith__Body *body, bool *ok)
{
	for (size_t i = 0; i < body->n_notes; i++) {
		json_t *link = json_array_get(links, body->notes[i]->link);
		json_t *words = kith_message_to_json(&body->notes[i]->base);

		if (!words) {
			*ok = false;
			return;
		}
		json_object_del(words, "link");
		if (link && json_object_update_missing(link, words) != 0)
			*ok = false;
		json_decref(words);
	}
}

/* ---- body ----------------------------------------------------------------------------------- */

/* The body's own JSON, or NULL when it cannot be read; notes go to the links. */
static json_t *known_body_to_json(const struct kith_record *record, json_t *links, bool *ok)
{
	struct kith_body body;
	json_t *json = NULL;

	if (kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return NULL;
	json = kith_message_to_json(body.message);
	if (json && links)
		set_notes(links, body.body, ok);
	kith_body_clear(&body);
	return json;
}

static json_t *body_to_json(const struct kith_record *record, json_t *links, bool *ok)
{
	json_t *json;

	if (!record->has_body)
		return json_null();
	json = known_body_to_json(record, links, ok);
	if (json)
		return json;
	json = json_object();
	set(json, "unknown", kith_base64_to_json(record->body.data, record->body.len), ok);
	return json;
}

json_t *kith_record_to_json(const struct kith_record *record)
{
	json_t *object = json_object(), *links = links_to_json(record);
	bool ok = object != NULL;

	set_header(object, record, &ok);
	set(object, "links", links, &ok);
	set(object, "body", body_to_json(record, ok ? links : NULL, &ok), &ok);
	if (ok)
		return object;
	json_decref(object);
	return NULL;
}
