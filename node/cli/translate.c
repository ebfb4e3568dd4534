/* translate.c: see translate.h. */
#include "node/cli/translate.h"

#include <string.h>

#include "node/cli/text_fields.h"
#include "node/record_json.h"

static void drop_text(const json_t *fields, json_t *object);

/* Entries whose text is gone stay, for the others and their order. */
static void drop_text_of(const json_t *field, json_t *value)
{
	json_t *item;
	size_t i;

	if (json_is_object(value))
		drop_text(kith_field_fields(field), value);
	json_array_foreach(value, i, item)
		if (json_is_object(item))
			drop_text(kith_field_fields(field), item);
}

/* Names of places and tags are the same in all languages: places have codes, tags vocabularies. */
static bool is_text(const json_t *field)
{
	return json_is_true(json_object_get(field, "prose")) &&
	       strcmp(kith_field_name(field), "tags") != 0;
}

static void drop_text(const json_t *fields, json_t *object)
{
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const char *name = kith_field_name(field);

		if (strcmp(name, "place") == 0)
			continue;
		if (is_text(field))
			json_object_del(object, name);
		else if (kith_field_has_type(field, "object"))
			drop_text_of(field, json_object_get(object, name));
	}
}

int kith_translate_begin(struct kith_cli *cli, const json_t *record, bool with_text, json_t *draft)
{
	const char *method = kith_value(cli, KITH_OPT_METHOD);
	json_t *body = json_object_get(record, "body");
	json_t *kind = kith_kind_to_json(kith_json_get_text(record, "kind"));
	json_t *link = json_array_get(json_object_get(draft, "links"), 0);

	if (!kith_flag(cli, KITH_OPT_INTO_LANG) || !kind || !json_is_object(body)) {
		json_decref(kind);
		return kith_flag(cli, KITH_OPT_INTO_LANG)
			       ? kith_fail(cli, KITH_EXIT_REFUSED,
					 "this record has no text to translate here")
			       : kith_fail(cli, KITH_EXIT_USAGE,
					 "--lang says into which language, such as: kith "
					 "translate --lang nl 3f2a9c");
	}
	body = kith_need_json(json_deep_copy(body));
	json_object_del(body, "source");
	if (!with_text)
		drop_text(json_object_get(kind, "fields"), body);
	kith_json_set(link, "method", json_string(method ? method : "human"));
	kith_json_set(draft, "body", body);
	json_decref(kind);
	return 0;
}
