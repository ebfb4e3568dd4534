/*
 * export_streams.c: records as ActivityStreams 2.0: one OrderedCollection, an item a line. What is
 * cut off is no JSON. Beside its terms stand those of PROV for where a record came from, of Dublin
 * Core for language and licence, and the record itself under kith:.
 */
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/export.h"
#include "node/cli/lineage_draw.h"

static const struct kith_export_type types[] = {
	{"profile", NULL, NULL, "Profile"},
	{"practice", NULL, NULL, "Article"},
	{"initiative", "form", "event", "Event"},
	{"initiative", NULL, NULL, "Article"},
	{"ask", NULL, NULL, "Question"},
	{"evaluation", NULL, NULL, "Article"},
	{"plan", NULL, NULL, "Article"},
	{"pact", NULL, NULL, "Article"},
	{"vocabulary", NULL, NULL, "Article"},
	{"x", NULL, NULL, "Document"},
	{NULL, NULL, NULL, "Note"},
};

/* What a profile describes. */
static const struct kith_export_type actors[] = {
	{"profile", "type", "person", "Person"},
	{"profile", "type", "city", "Organization"},
	{NULL, NULL, NULL, "Group"},
};

static const struct {
	const char *link, *term;
} terms[] = {
	{"replies-to", "inReplyTo"},
	{"answers", "inReplyTo"},
	{"adapts", "wasDerivedFrom"},
	{"translates", "wasDerivedFrom"},
	{"revises", "wasRevisionOf"},
	{"part-of", "context"},
};

/* {"nl": "…"}: the language of the record is that of all it says. */
static void set_map(json_t *object, const char *member, const json_t *record, const char *text)
{
	const char *lang = kith_json_get_text(record, "lang");

	if (*text)
		kith_json_set(object, member, json_pack("{s:s}", *lang ? lang : "und", text));
}

/* Summary and content are HTML, unlike the name. */
static void set_texts(struct kith_export *export, json_t *object, const json_t *record)
{
	struct kith_str html;

	kith_str_init(&html);
	set_map(object, "nameMap", record, kith_caption(record));
	kith_add_xml(&html, kith_json_get_text(json_object_get(record, "body"), "summary"));
	set_map(object, "summaryMap", record, html.s);
	kith_str_reset(&html);
	kith_export_add_body(export, &html, record, KITH_EXPORT_OWN_FIELDS);
	set_map(object, "contentMap", record, html.s);
	kith_str_clear(&html);
}

static void set_place(json_t *object, const json_t *body)
{
	const json_t *place = json_object_get(body, "place");
	struct kith_str name;
	json_t *location;

	if (!place)
		return;
	location = kith_need_json(json_pack("{s:s}", "type", "Place"));
	kith_str_init(&name);
	kith_add_place(&name, body);
	kith_export_set_text(location, "name", name.s);
	kith_export_copy(location, "latitude", place, "lat");
	kith_export_copy(location, "longitude", place, "lon");
	kith_json_set(object, "location", location);
	kith_str_clear(&name);
}

static void set_tags(json_t *object, const json_t *body)
{
	json_t *tags = kith_need_json(json_array()), *tag;
	size_t i;

	json_array_foreach(json_object_get(body, "tags"), i, tag)
		kith_json_append(tags, json_pack("{s:s, s:O}", "type", "Object", "name", tag));
	json_array_foreach(json_object_get(body, "sdg"), i, tag)
		kith_json_append(tags,
			json_pack("{s:s, s:o}", "type", "Object", "name",
				kith_need_json(json_sprintf("SDG %s", json_string_value(tag)))));
	if (json_array_size(tags))
		kith_json_set(object, "tag", json_incref(tags));
	json_decref(tags);
}

/* Links of the same term are put together. */
static void set_links(json_t *object, const json_t *record)
{
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		json_t *before = json_incref(json_object_get(object, terms[i].term)), *after;

		kith_export_set_links(object, terms[i].term, record, terms[i].link);
		after = json_object_get(object, terms[i].term);
		if (before && after != before)
			kith_json_set(object, terms[i].term, json_pack("[O, O]", before, after));
		json_decref(before);
	}
	if (json_array_size(json_object_get(record, "links")))
		kith_export_copy(object, "kith:links", record, "links");
}

static void set_body(struct kith_export *export, json_t *object, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");
	const json_t *time = json_object_get(body, "time");
	const char *url = kith_json_get_text(json_object_get(body, "source"), "url");

	set_texts(export, object, record);
	set_place(object, body);
	set_tags(object, body);
	kith_export_copy(object, "startTime", time, "start");
	kith_export_copy(object, "endTime", time, "end");
	kith_export_copy(object, "license", body, "licence");
	if (kith_export_is_web(url))
		kith_export_set_text(object, "url", url);
	/* Of somebody else's profile nobody's key is known. */
	if (strcmp(kith_json_get_text(record, "kind"), "profile") == 0)
		kith_json_set(object, "describes",
			json_pack("{s:s, s:s}", "type", kith_export_type(actors, record), "name",
				kith_caption(record)));
	kith_json_set(object, "kith:body", json_incref(json_object_get(record, "body")));
}

int kith_export_streams_record(struct kith_export *export, const json_t *record)
{
	bool erased = json_is_null(json_object_get(record, "body"));
	const char *type = kith_export_type(types, record);
	const char *for_whom = kith_json_get_text(record, "on_behalf_of");
	json_t *object = kith_need_json(json_pack("{s:s, s:o}", "type", erased ? "Tombstone" : type,
		"id", kith_export_urn(kith_json_get_text(record, "id"))));

	if (erased)
		kith_json_set(object, "formerType", json_string(type));
	kith_json_set(
		object, "attributedTo", kith_export_urn(kith_json_get_text(record, "author")));
	kith_export_copy(object, "published", record, "created");
	kith_export_set_text(object, "language", kith_json_get_text(record, "lang"));
	if (*for_whom)
		kith_json_set(object, "actedOnBehalfOf", kith_export_urn(for_whom));
	kith_json_set(object, "kith:kind", json_string(kith_json_get_text(record, "kind")));
	set_links(object, record);
	if (!erased)
		set_body(export, object, record);
	return kith_export_item(export, object);
}

int kith_export_streams_begin(struct kith_export *export)
{
	kith_str_add(&export->text,
		"{\"@context\":[\"https://www.w3.org/ns/activitystreams\",{"
		"\"prov\":\"http://www.w3.org/ns/prov#\","
		"\"dcterms\":\"http://purl.org/dc/terms/\","
		"\"kith\":\"urn:kith:term:\","
		"\"wasDerivedFrom\":{\"@id\":\"prov:wasDerivedFrom\",\"@type\":\"@id\"},"
		"\"wasRevisionOf\":{\"@id\":\"prov:wasRevisionOf\",\"@type\":\"@id\"},"
		"\"actedOnBehalfOf\":{\"@id\":\"prov:actedOnBehalfOf\",\"@type\":\"@id\"},"
		"\"language\":\"dcterms:language\",\"license\":\"dcterms:license\","
		"\"kith:body\":{\"@type\":\"@json\"},\"kith:links\":{\"@type\":\"@json\"}}],"
		"\"type\":\"OrderedCollection\",\"orderedItems\":[");
	return kith_export_write(export);
}

int kith_export_streams_end(struct kith_export *export)
{
	kith_str_addf(&export->text, "\n],\"totalItems\":%zu}\n", export->count);
	return kith_export_write(export);
}
