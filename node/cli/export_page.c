/* export_page.c: the page of one record: what it says, what others say, where it leads and how it
 * travelled; see export_site.h. */
#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/export_site.h"
#include "node/cli/lineage_draw.h"
#include "node/cli/show_state.h"
#include "node/cli/text_fields.h"

#define LINKS_MAX    1000    /* as record.links gives at most in each direction */
#define NO_WRAPPING  1000000 /* columns: a line is a paragraph */
#define DRAWN_INLINE 60      /* records of a lineage that is drawn on each of their pages */

/* ---- what others say ------------------------------------------------------------------------- */

/* kith_show_state() indents what stands below something else by four. */
static int add_state(struct kith_export *export, const char *id, struct kith_str *out)
{
	struct kith_str lines;
	char *at, *end;
	int code;

	kith_str_init(&lines);
	code = kith_show_state(export->cli, id, NO_WRAPPING, &lines);
	if (!code && lines.len)
		kith_str_add(out, "<h2>What others say</h2>\n");
	for (at = lines.s; !code && (end = strchr(at, '\n')); at = end + 1) {
		size_t indent = strspn(at, " ");

		*end = '\0';
		kith_str_add(out, indent > 2 ? "<p class=\"said\">" : "<p>");
		kith_add_xml(out, at + indent);
		kith_str_add(out, "</p>\n");
	}
	kith_str_clear(&lines);
	return code;
}

/* ---- links ----------------------------------------------------------------------------------- */

/* What a link is called at the record it comes from, and at the one it leads to. */
static const char *link_label(const char *type, bool in)
{
	static const char *const labels[][3] = {
		{"revises", "Revises", "Revised by"},
		{"adapts", "Adapts", "Adapted by"},
		{"implements", "Implements", "Implemented by"},
		{"part-of", "Part of", "Has part"},
		{"replies-to", "Replies to", "Reply"},
		{"answers", "Answers", "Answered by"},
		{"evaluates", "Evaluates", "Evaluated by"},
		{"about", "About", "Stance"},
		{"translates", "Translates", "Translated by"},
		{"co-signs", "Co-signs", "Co-signed by"},
		{"introduces", "Introduces", "Introduced by"},
		{"cites", "Cites", "Cited by"},
		{"contradicts", "Contradicts", "Contradicted by"},
		{"same-as", "Same as", "Same as"},
		{"retracts", "Retracts", "Retracted by"},
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i][0], type) == 0)
			return labels[i][in ? 2 : 1];
	return in ? "Linked from" : "Links to";
}

/* What the record says of this link of its own. */
static void add_notes(struct kith_str *out, const json_t *record, const json_t *link)
{
	const char *word;
	json_t *own;
	size_t i;

	json_array_foreach(json_object_get(record, "links"), i, own) {
		if (strcmp(kith_json_get_text(own, "type"), kith_json_get_text(link, "type")) !=
				0 ||
			strcmp(kith_json_get_text(own, "target"),
				kith_json_get_text(link, "record")) != 0)
			continue;
		for (size_t w = 0; (word = kith_link_word(w)) != NULL; w++) {
			if (!*kith_json_get_text(own, word))
				continue;
			kith_str_add(out, "<p class=\"said\" dir=\"auto\" lang=\"");
			kith_add_xml(out, kith_json_get_text(record, "lang"));
			kith_str_addf(out, "\"><b lang=\"en\">%s:</b> ", word);
			kith_add_xml(out, kith_json_get_text(own, word));
			kith_str_add(out, "</p>\n");
		}
		break;
	}
}

static void add_link(
	struct kith_export *export, struct kith_str *out, const json_t *record, const json_t *link)
{
	bool in = strcmp(kith_json_get_text(link, "direction"), "in") == 0;
	const char *id = kith_json_get_text(link, "record");
	struct kith_str words;

	kith_str_init(&words);
	if (json_is_true(json_object_get(link, "held")))
		kith_str_add(&words, kith_json_get_text(link, "title"));
	else
		kith_add_short_id(&words, id);
	kith_str_addf(out, "<li>%s: ", link_label(kith_json_get_text(link, "type"), in));
	kith_site_add_link(export, out, id, words.s, "", "");
	if (!json_is_true(json_object_get(link, "held")))
		kith_str_add(out, " (not here)");
	else if (!kith_site_has(export, id))
		kith_str_add(out, " (not in this export)");
	kith_str_add(out, " <span class=\"meta\">");
	kith_add_xml(out, kith_json_get_text(link, "kind"));
	kith_str_add(out, "</span>\n");
	if (!in)
		add_notes(out, record, link);
	kith_str_add(out, "</li>\n");
	kith_str_clear(&words);
}

/* *adapted: it stands in a lineage with others. */
static int add_links(
	struct kith_export *export, struct kith_str *out, const json_t *record, bool *adapted)
{
	size_t i, count[2] = {0, 0};
	json_t *result, *link;
	const json_t *links;
	int code = kith_ask(export->cli, "record.links",
		kith_need_json(json_pack(
			"{s:s, s:i}", "id", kith_json_get_text(record, "id"), "limit", LINKS_MAX)),
		&result);

	*adapted = false;
	if (code)
		return code;
	links = json_object_get(result, "links");
	if (json_array_size(links))
		kith_str_add(out, "<h2>Links</h2>\n<ul class=\"rows\">\n");
	json_array_foreach(links, i, link) {
		count[strcmp(kith_json_get_text(link, "direction"), "in") == 0]++;
		*adapted = *adapted || strcmp(kith_json_get_text(link, "type"), "adapts") == 0;
		add_link(export, out, record, link);
	}
	kith_str_add(out, json_array_size(links) ? "</ul>\n" : "");
	if (count[0] == LINKS_MAX || count[1] == LINKS_MAX)
		kith_str_addf(out, "<p>Of more links the first %d are shown.</p>\n", LINKS_MAX);
	json_decref(result);
	return 0;
}

/* ---- lineage --------------------------------------------------------------------------------- */

struct drawing {
	struct kith_export *export;
	const char *to;
};

static bool add_href(void *ctx, const char *id, struct kith_str *out)
{
	struct drawing *drawing = ctx;

	if (!kith_site_has(drawing->export, id))
		return false;
	kith_str_addf(out, "%s%s.html", drawing->to, id);
	return true;
}

static void draw(
	struct kith_export *export, struct kith_str *out, const json_t *report, const char *to)
{
	struct drawing drawing = {.export = export, .to = to};
	struct kith_lineage_links links = {.add = add_href, .ctx = &drawing};

	kith_str_add(out, "<div class=\"drawing\">\n");
	kith_lineage_svg(report, &links, out);
	kith_str_add(out, "</div>\n");
}

static void add_page_name(struct kith_str *out, const char *folder, const char *id)
{
	kith_str_addf(out, "%s/%s.html", folder, id);
}

/* A page that is not written yet may hold the name of the lineage it belongs to. */
static bool read_mark(const struct kith_export *export, const char *id, char mark[65])
{
	struct kith_str path;
	FILE *file;
	size_t len = 0;

	kith_str_init(&path);
	kith_str_addf(&path, "%s/", export->dir);
	add_page_name(&path, "r", id);
	file = fopen(path.s, "r");
	if (file) {
		len = fread(mark, 1, 64, file);
		fclose(file);
	}
	mark[len] = '\0';
	kith_str_clear(&path);
	return len == 64 && kith_site_is_name(mark);
}

static bool is_unwritten(const struct kith_export *export, const char *id)
{
	char mark[65];

	return kith_site_has(export, id) && (read_mark(export, id, mark) || !*mark);
}

static int write_lineage(struct kith_export *export, const json_t *report, const json_t *rows,
	const char *root, const char *self)
{
	struct kith_str text, name;
	json_t *row;
	size_t i;
	int code;

	kith_str_init(&text);
	kith_str_init(&name);
	kith_site_head(&text, "Lineage", "../");
	kith_str_add(&text, "<main class=\"wide\">\n<h1>How it travelled</h1>\n");
	draw(export, &text, report, "../r/");
	kith_str_add(&text, "</main>\n");
	kith_site_foot(&text);
	add_page_name(&name, "lineage", root);
	code = kith_site_write(export, name.s, &text);
	json_array_foreach(rows, i, row) {
		const char *id = kith_json_get_text(row, "id");

		if (code || strcmp(id, self) == 0 || !is_unwritten(export, id))
			continue;
		kith_str_reset(&name);
		add_page_name(&name, "r", id);
		kith_str_add(&text, root);
		code = kith_site_write(export, name.s, &text);
	}
	kith_str_clear(&text);
	kith_str_clear(&name);
	return code;
}

static int add_lineage(struct kith_export *export, struct kith_str *out, const char *id)
{
	json_t *report = NULL, *rows;
	char root[65] = "";
	int code = 0;

	kith_str_add(out, "<h2>How it travelled</h2>\n");
	if (!read_mark(export, id, root)) {
		code = kith_ask(export->cli, "report.lineage",
			kith_need_json(json_pack("{s:s}", "id", id)), &report);
		if (code)
			return code;
		rows = json_object_get(
			json_array_get(json_object_get(report, "sections"), 0), "rows");
		snprintf(root, sizeof(root), "%s",
			kith_json_get_text(json_array_get(rows, 0), "id"));
		if (json_array_size(rows) <= DRAWN_INLINE || !kith_site_is_name(root))
			draw(export, out, report, "");
		else
			code = write_lineage(export, report, rows, root, id);
		if (json_array_size(rows) <= DRAWN_INLINE)
			*root = '\0';
		json_decref(report);
	}
	if (!code && *root)
		kith_str_addf(
			out, "<p><a href=\"../lineage/%s.html\">The whole lineage</a></p>\n", root);
	return code;
}

/* ---- the page -------------------------------------------------------------------------------- */

static void add_about(struct kith_export *export, struct kith_str *out, const json_t *record)
{
	const char *kind = kith_json_get_text(record, "kind");
	const char *whom = kith_json_get_text(record, "on_behalf_of");
	struct kith_str about;

	kith_str_init(&about);
	kith_str_add(out, "<p class=\"meta\">");
	if (kith_site_is_name(kind))
		kith_str_addf(out, "<a href=\"../kind-%s.html\">%s</a>, ", kind, kind);
	kith_add_moment(&about, kith_json_get_text(record, "created"));
	kith_str_addf(&about, " UTC, %s, by ", kith_json_get_text(record, "lang"));
	kith_add_author(export->cli, &about, kith_json_get_text(record, "author"));
	if (*whom) {
		kith_str_add(&about, ", for ");
		kith_add_author(export->cli, &about, whom);
	}
	kith_add_xml(out, about.s);
	kith_str_add(out, "</p>\n");
	kith_str_clear(&about);
}

static void add_said(struct kith_export *export, struct kith_str *out, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");

	if (json_is_null(body)) {
		kith_str_add(out, "<p>The text was erased by its author.</p>\n");
	} else if (json_object_get(body, "unknown")) {
		kith_str_add(out, "<p>This version of kith does not know what is in it.</p>\n");
	} else {
		kith_str_add(out, "<div dir=\"auto\" lang=\"");
		kith_add_xml(out, kith_json_get_text(record, "lang"));
		kith_str_add(out, "\">\n");
		kith_export_add_body(export, out, record, KITH_EXPORT_ALL_FIELDS);
		kith_str_add(out, "</div>\n");
	}
}

static void add_head(struct kith_export *export, struct kith_str *out, const json_t *record)
{
	bool erased = json_is_null(json_object_get(record, "body"));
	const char *title = erased ? "(erased)" : kith_caption(record);

	kith_site_head(out, *title ? title : "(untitled)", "../");
	kith_str_add(out, "<main>\n<h1 dir=\"auto\" lang=\"");
	kith_add_xml(out, kith_json_get_text(record, "lang"));
	kith_str_add(out, "\">");
	kith_add_xml(out, *title ? title : "(untitled)");
	kith_str_add(out, "</h1>\n");
	add_about(export, out, record);
}

static int add_page(struct kith_export *export, struct kith_str *out, const json_t *record)
{
	const char *id = kith_json_get_text(record, "id");
	bool adapted;
	int code;

	add_head(export, out, record);
	add_said(export, out, record);
	code = add_state(export, id, out);
	if (!code)
		code = add_links(export, out, record, &adapted);
	if (!code && adapted)
		code = add_lineage(export, out, id);
	kith_str_addf(out, "</main>\n<footer><p>Record %s</p><p>Author ", id);
	kith_add_xml(out, kith_json_get_text(record, "author"));
	kith_str_add(out, "</p></footer>\n");
	kith_site_foot(out);
	return code;
}

int kith_site_page(struct kith_export *export, const char *id)
{
	size_t contacts = export->contacts;
	struct kith_str name;
	json_t *result, *record;
	int code = kith_ask(
		export->cli, "record.get", kith_need_json(json_pack("{s:s}", "id", id)), &result);

	if (code)
		return code;
	record = json_object_get(result, "record");
	kith_export_clean(export, record);
	export->contacts = contacts; /* counted when it was listed */
	kith_str_init(&name);
	add_page_name(&name, "r", id);
	code = add_page(export, &export->text, record);
	if (!code)
		code = kith_site_write(export, name.s, &export->text);
	kith_str_clear(&name);
	json_decref(result);
	return code;
}
