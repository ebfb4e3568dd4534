/* export_terms.c: what the formats of an export share; see export.h. */
#include <string.h>

#include "node/cli/export.h"
#include "node/record_json.h"

void kith_export_clean(struct kith_export *export, const json_t *record)
{
	json_t *body = json_object_get(record, "body");

	if (export->keep_personal || strcmp(kith_json_get_text(record, "kind"), "profile") != 0 ||
		!json_object_get(body, "contact"))
		return;
	json_object_del(body, "contact");
	export->contacts++;
}

const json_t *kith_export_fields(struct kith_export *export, const char *kind)
{
	const json_t *fields = json_object_get(export->kinds, kind);
	json_t *described;

	if (fields)
		return fields;
	described = kith_kind_to_json(kind);
	if (!described)
		return NULL;
	kith_json_set(export->kinds, kind, json_incref(json_object_get(described, "fields")));
	json_decref(described);
	return json_object_get(export->kinds, kind);
}

int kith_export_write(struct kith_export *export)
{
	fwrite(export->text.s, 1, export->text.len, export->file);
	kith_str_reset(&export->text);
	if (ferror(export->file))
		return kith_fail(export->cli, KITH_EXIT_FAILED, "cannot write the export");
	return 0;
}

int kith_export_item(struct kith_export *export, json_t *value)
{
	kith_str_add(&export->text, export->count ? ",\n" : "\n");
	kith_json_add(&export->text, value);
	json_decref(value);
	return kith_export_write(export);
}

json_t *kith_export_urn(const char *name)
{
	return kith_need_json(json_sprintf("urn:kith:%s", name));
}

void kith_export_set_links(
	json_t *object, const char *member, const json_t *record, const char *type)
{
	json_t *link, *urns = kith_need_json(json_array());
	size_t i;

	json_array_foreach(json_object_get(record, "links"), i, link)
		if (strcmp(kith_json_get_text(link, "type"), type) == 0)
			kith_json_append(urns, kith_export_urn(kith_json_get_text(link, "target")));
	if (json_array_size(urns) == 1)
		kith_json_set(object, member, json_incref(json_array_get(urns, 0)));
	else if (json_array_size(urns))
		kith_json_set(object, member, json_incref(urns));
	json_decref(urns);
}

void kith_export_set_text(json_t *object, const char *member, const char *text)
{
	if (*text)
		kith_json_set(object, member, json_string(text));
}

void kith_export_copy(
	json_t *object, const char *member, const json_t *from, const char *from_member)
{
	json_t *value = json_object_get(from, from_member);

	if (value)
		kith_json_set(object, member, json_incref(value));
}

bool kith_export_is_web(const char *text)
{
	return strncmp(text, "https://", 8) == 0 || strncmp(text, "http://", 7) == 0;
}

const char *kith_export_type(const struct kith_export_type *rows, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");
	const char *kind = kith_json_get_text(record, "kind");

	for (; rows->kind; rows++) {
		if (strcmp(rows->kind, kind) != 0)
			continue;
		if (!rows->field || (rows->choice ? strcmp(kith_json_get_text(body, rows->field),
							    rows->choice) == 0
						  : json_object_get(body, rows->field) != NULL))
			break;
	}
	return rows->type;
}
