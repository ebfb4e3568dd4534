/*
 * export_schema.c: records by the terms of schema.org, one @graph, an item a line. What is cut off
 * is no JSON. A record that speaks of something that is no work of writing (a person, an event, an
 * offer) is that thing, and itself its subjectOf.
 */
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/export.h"

static const struct kith_export_type types[] = {
	{"profile", "type", "person", "Person"},
	{"profile", NULL, NULL, "Organization"},
	{"practice", "steps", NULL, "HowTo"},
	{"initiative", "form", "event", "Event"},
	{"initiative", "form", "project", "Project"},
	{"initiative", "form", "service", "Service"},
	{"initiative", "form", "network", "Organization"},
	{"exchange", "direction", "need", "Demand"},
	{"exchange", "direction", "offer", "Offer"},
	{"ask", NULL, NULL, "Question"},
	{"statement", NULL, NULL, "Comment"},
	{"stance", "position", "support", "AgreeAction"},
	{"stance", "position", "object", "DisagreeAction"},
	{"stance", "position", "block", "DisagreeAction"},
	{"stance", NULL, NULL, "AssessAction"},
	{"evaluation", NULL, NULL, "Review"},
	{"action", NULL, NULL, "Action"},
	{"vocabulary", NULL, NULL, "DefinedTermSet"},
	{NULL, NULL, NULL, "CreativeWork"},
};

/* Those that are works themselves, and have a language, an author, a licence. */
static const char *const works[] = {
	"HowTo", "Question", "Answer", "Comment", "Review", "DefinedTermSet", "CreativeWork"};

static const struct kith_export_type states[] = {
	{"action", "state", "done", "CompletedActionStatus"},
	{"action", "state", "doing", "ActiveActionStatus"},
	{"action", "state", "planned", "PotentialActionStatus"},
	{"action", "state", "dropped", "FailedActionStatus"},
	{NULL, NULL, NULL, ""},
};

/* Where the text of a kind stands. */
static const struct kith_export_type texts[] = {
	{"initiative", "text", NULL, "text"},
	{"exchange", "what", NULL, "what"},
	{"ask", "text", NULL, "text"},
	{"statement", "text", NULL, "text"},
	{"stance", "reason", NULL, "reason"},
	{"action", "text", NULL, "text"},
	{"practice", "approach", NULL, "approach"},
	{"plan", "vision", NULL, "vision"},
	{"introduction", "why", NULL, "why"},
	{"label", "reason", NULL, "reason"},
	{NULL, NULL, NULL, ""},
};

static const struct {
	const char *link, *term;
} terms[] = {
	{"adapts", "isBasedOn"},
	{"translates", "translationOfWork"},
	{"part-of", "isPartOf"},
	{"cites", "citation"},
	{"same-as", "sameAs"},
	{"evaluates", "itemReviewed"},
	{"replies-to", "parentItem"},
	{"answers", "parentItem"},
	{"about", "about"},
	{"revises", "prov:wasRevisionOf"},
};

static bool is_work(const char *type)
{
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++)
		if (strcmp(works[i], type) == 0)
			return true;
	return false;
}

static bool has_link(const json_t *record, const char *type)
{
	json_t *link;
	size_t i;

	json_array_foreach(json_object_get(record, "links"), i, link)
		if (strcmp(kith_json_get_text(link, "type"), type) == 0)
			return true;
	return false;
}

/* ---- what a work has ------------------------------------------------------------------------- */

static void set_span(json_t *object, const json_t *time, bool is_event)
{
	const char *start = kith_json_get_text(time, "start");
	const char *end = kith_json_get_text(time, "end");

	if (is_event) {
		kith_export_set_text(object, "startDate", start);
		kith_export_set_text(object, "endDate", end);
	} else if (*start || *end) {
		kith_json_set(object, "temporalCoverage",
			json_sprintf("%s/%s", *start ? start : "..", *end ? end : ".."));
	}
}

/* Links from one thing to another are addresses, so that they lead to what stands elsewhere. */
static void set_links(json_t *object, const json_t *record)
{
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		json_t *link, *targets = kith_need_json(json_array());
		size_t j;

		json_array_extend(targets, json_object_get(object, terms[i].term));
		json_array_foreach(json_object_get(record, "links"), j, link)
			if (strcmp(kith_json_get_text(link, "type"), terms[i].link) == 0)
				kith_json_append(targets,
					json_pack("{s:o}", "@id",
						kith_export_urn(
							kith_json_get_text(link, "target"))));
		if (json_array_size(targets))
			kith_json_set(object, terms[i].term, json_incref(targets));
		json_decref(targets);
	}
}

static void set_work(json_t *object, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");
	json_t *author = kith_need_json(
		json_pack("{s:o}", "@id", kith_export_urn(kith_json_get_text(record, "author"))));

	kith_json_set(object, "author", author);
	kith_export_copy(object, "dateCreated", record, "created");
	kith_export_set_text(object, "inLanguage", kith_json_get_text(record, "lang"));
	kith_export_copy(object, "license", body, "licence");
	kith_export_copy(object, "keywords", body, "tags");
	set_links(object, record);
}

/* ---- what all have --------------------------------------------------------------------------- */

static void set_place(json_t *object, const char *member, const json_t *body)
{
	const json_t *place = json_object_get(body, "place");
	json_t *where, *address, *geo;

	if (!place)
		return;
	where = kith_need_json(json_pack("{s:s}", "@type", "Place"));
	kith_export_copy(where, "name", place, "name");
	if (json_object_get(place, "country")) {
		address = kith_need_json(json_pack("{s:s}", "@type", "PostalAddress"));
		kith_export_copy(address, "addressCountry", place, "country");
		kith_export_copy(address, "addressRegion", place, "region");
		kith_json_set(where, "address", address);
	}
	if (json_object_get(place, "lat") && json_object_get(place, "lon")) {
		geo = kith_need_json(json_pack("{s:s}", "@type", "GeoCoordinates"));
		kith_export_copy(geo, "latitude", place, "lat");
		kith_export_copy(geo, "longitude", place, "lon");
		kith_json_set(where, "geo", geo);
	}
	kith_json_set(object, member, where);
}

static void set_steps(json_t *object, const json_t *steps)
{
	json_t *list = kith_need_json(json_array()), *step;
	size_t i;

	json_array_foreach(steps, i, step)
		kith_json_append(list, json_pack("{s:s, s:I, s:O}", "@type", "HowToStep",
					       "position", (json_int_t)i + 1, "text", step));
	kith_json_set(object, "step", list);
}

static void set_terms(json_t *object, const json_t *body)
{
	json_t *list = kith_need_json(json_array()), *term, *one;
	size_t i;

	json_array_foreach(json_object_get(body, "terms"), i, term) {
		one = kith_need_json(json_pack("{s:s}", "@type", "DefinedTerm"));
		kith_export_copy(one, "termCode", term, "id");
		kith_json_set(one, "name",
			json_pack("{s:s, s:s}", "@value", kith_json_get_text(term, "label"),
				"@language", kith_json_get_text(term, "lang")));
		kith_json_append(list, one);
	}
	kith_json_set(object, "hasDefinedTerm", list);
}

static void set_own(json_t *object, const char *type, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");
	const char *text = kith_export_type(texts, record);

	kith_export_set_text(object, is_work(type) ? "text" : "disambiguatingDescription",
		kith_json_get_text(body, text));
	kith_export_set_text(object, "actionStatus", kith_export_type(states, record));
	if (strcmp(type, "HowTo") == 0) {
		set_steps(object, json_object_get(body, "steps"));
		kith_export_copy(object, "supply", body, "resources");
	}
	if (strcmp(type, "DefinedTermSet") == 0)
		set_terms(object, body);
	if (strstr(type, "Action"))
		kith_json_set(object, "agent",
			json_pack("{s:o}", "@id",
				kith_export_urn(kith_json_get_text(record, "author"))));
}

static void set_body(json_t *object, const char *type, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");
	const char *url = kith_json_get_text(json_object_get(body, "source"), "url");
	bool event = strcmp(type, "Event") == 0;

	kith_export_set_text(object, "name", kith_caption(record));
	kith_export_set_text(object, "description", kith_json_get_text(body, "summary"));
	set_place(object, is_work(type) ? "contentLocation" : "location", body);
	if (is_work(type) || event)
		set_span(object, json_object_get(body, "time"), event);
	if (kith_export_is_web(url))
		kith_export_set_text(object, "url", url);
	set_own(object, type, record);
}

int kith_export_schema_record(struct kith_export *export, const json_t *record)
{
	bool erased = json_is_null(json_object_get(record, "body"));
	const char *type = erased ? "CreativeWork" : kith_export_type(types, record);
	json_t *object, *work;

	if (strcmp(type, "Comment") == 0 && has_link(record, "answers"))
		type = "Answer";
	object = kith_need_json(json_pack("{s:s, s:o}", "@type", type, "@id",
		kith_export_urn(kith_json_get_text(record, "id"))));
	if (erased)
		kith_json_set(object, "creativeWorkStatus", json_string("Erased"));
	else
		set_body(object, type, record);
	if (is_work(type)) {
		set_work(object, record);
	} else {
		work = kith_need_json(json_pack("{s:s}", "@type", "CreativeWork"));
		set_work(work, record);
		kith_json_set(object, "subjectOf", work);
	}
	return kith_export_item(export, object);
}

int kith_export_schema_begin(struct kith_export *export)
{
	kith_str_add(&export->text, "{\"@context\":[\"https://schema.org\","
				    "{\"prov\":\"http://www.w3.org/ns/prov#\"}],\"@graph\":[");
	return kith_export_write(export);
}

int kith_export_schema_end(struct kith_export *export)
{
	kith_str_add(&export->text, "\n]}\n");
	return kith_export_write(export);
}
