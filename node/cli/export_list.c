/* export_list.c: the lists of a site: all records, those of a kind, those of a country, newest
 * first, a page after the other. Of each list only the page under way is held. */
#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/export_site.h"
#include "node/cli/lineage_draw.h"

#define PAGE_ROWS 100

struct kith_site_list {
	char *name; /* of its first file, without .html */
	struct kith_str rows;
	size_t on_page, pages, total;
};

static struct kith_site_list *find_list(struct kith_site *site, const char *group, const char *of)
{
	struct kith_site_list *list;
	struct kith_str name;

	kith_str_init(&name);
	kith_str_addf(&name, "%s%s", group, of);
	for (size_t i = 0; i < site->list_count; i++)
		if (strcmp(site->lists[i].name, name.s) == 0) {
			kith_str_clear(&name);
			return &site->lists[i];
		}
	if (site->list_count == site->list_room) {
		site->list_room = site->list_room ? 2 * site->list_room : 16;
		site->lists =
			kith_need(realloc(site->lists, site->list_room * sizeof(*site->lists)));
	}
	list = &site->lists[site->list_count++];
	*list = (struct kith_site_list){.name = name.s};
	kith_str_init(&list->rows);
	return list;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static bool is_all(const struct kith_site_list *list)
{
	return strcmp(list->name, "all") == 0;
}

/* "kind-practice-2.html"; the first page of all is the index. */
static void add_file_name(struct kith_str *out, const struct kith_site_list *list, size_t page)
{
	if (page > 1)
		kith_str_addf(out, "%s-%zu.html", list->name, page);
	else
		kith_str_addf(out, "%s.html", is_all(list) ? "index" : list->name);
}

/* "Practice", "GR", "All records" */
static void add_title(struct kith_str *out, const struct kith_site_list *list)
{
	const char *dash = strchr(list->name, '-');

	if (dash)
		kith_export_add_label(out, dash + 1);
	else
		kith_str_add(out, "All records");
}

static void add_turns(
	struct kith_str *out, const struct kith_site_list *list, size_t page, bool is_last)
{
	if (page == 1 && is_last)
		return;
	kith_str_add(out, "<p>");
	if (page > 1) {
		kith_str_add(out, "<a rel=\"prev\" href=\"");
		add_file_name(out, list, page - 1);
		kith_str_add(out, "\">Newer</a> ");
	}
	kith_str_addf(out, "Page %zu ", page);
	if (!is_last) {
		kith_str_add(out, "<a rel=\"next\" href=\"");
		add_file_name(out, list, page + 1);
		kith_str_add(out, "\">Older</a>");
	}
	kith_str_add(out, "</p>\n");
}

static void add_rows(struct kith_str *out, const struct kith_site_list *list,
	const struct kith_str *rows, size_t page, bool is_last)
{
	kith_str_add(out, "<ul class=\"rows\">\n");
	kith_str_add_n(out, rows->s, rows->len);
	kith_str_add(out, "</ul>\n");
	add_turns(out, list, page, is_last);
	kith_str_add(out, "</main>\n");
	kith_site_foot(out);
}

/* The page under way is full, or the last. */
static int end_page(struct kith_export *export, struct kith_site_list *list, bool is_last)
{
	struct kith_str name, title;
	int code;

	list->pages++;
	list->on_page = 0;
	if (is_all(list) && list->pages == 1) {
		kith_str_add_n(&export->site->first, list->rows.s, list->rows.len);
		export->site->first_is_last = is_last;
		kith_str_reset(&list->rows);
		return 0;
	}
	kith_str_init(&name);
	kith_str_init(&title);
	add_title(&title, list);
	kith_site_head(&export->text, title.s, "");
	kith_str_addf(&export->text, "<main>\n<h1>%s</h1>\n", title.s);
	add_rows(&export->text, list, &list->rows, list->pages, is_last);
	add_file_name(&name, list, list->pages);
	code = kith_site_write(export, name.s, &export->text);
	kith_str_clear(&name);
	kith_str_clear(&title);
	kith_str_reset(&list->rows);
	return code;
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void make_row(struct kith_export *export, const json_t *record, struct kith_str *out)
{
	const json_t *body = json_object_get(record, "body");
	const char *caption = json_is_null(body) ? "(erased)" : kith_caption(record);
	struct kith_str about;

	kith_str_init(&about);
	kith_str_add(out, "<li>");
	kith_site_add_link(export, out, kith_json_get_text(record, "id"), caption,
		kith_json_get_text(record, "lang"), "r/");
	kith_str_addf(&about, "%s, %.10s", kith_json_get_text(record, "kind"),
		kith_json_get_text(record, "created"));
	if (json_object_get(body, "place")) {
		kith_str_add(&about, ", ");
		kith_add_place(&about, body);
	}
	kith_str_add(&about, ", ");
	kith_add_author(export->cli, &about, kith_json_get_text(record, "author"));
	kith_str_add(out, "<br><span class=\"meta\">");
	kith_add_xml(out, about.s);
	kith_str_add(out, "</span></li>\n");
	kith_str_clear(&about);
}

static int add_to(struct kith_export *export, const char *group, const char *of, const char *row)
{
	struct kith_site_list *list;
	int code = 0;

	if (strcmp(group, "all") != 0 && !kith_site_is_name(of))
		return 0;
	list = find_list(export->site, group, of);
	if (list->on_page == PAGE_ROWS)
		code = end_page(export, list, false);
	kith_str_add(&list->rows, row);
	list->on_page++;
	list->total++;
	return code;
}

int kith_site_list_record(struct kith_export *export, const json_t *record)
{
	const json_t *place = json_object_get(json_object_get(record, "body"), "place");
	struct kith_str row;
	int code;

	kith_str_init(&row);
	make_row(export, record, &row);
	code = add_to(export, "all", "", row.s);
	if (!code)
		code = add_to(export, "kind-", kith_json_get_text(record, "kind"), row.s);
	if (!code)
		code = add_to(export, "country-", kith_json_get_text(place, "country"), row.s);
	kith_str_clear(&row);
	return code;
}

/* ---- the index ------------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct kith_site_list *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static void add_choices(
	struct kith_str *out, const struct kith_site *site, const char *group, const char *heading)
{
	bool any = false;

	for (size_t i = 0; i < site->list_count; i++) {
		const struct kith_site_list *list = &site->lists[i];

		if (strncmp(list->name, group, strlen(group)) != 0)
			continue;
		if (!any)
			kith_str_addf(out, "<h2>%s</h2>\n<ul class=\"choices\">\n", heading);
		any = true;
		kith_str_add(out, "<li><a href=\"");
		add_file_name(out, list, 1);
		kith_str_add(out, "\">");
		add_title(out, list);
		kith_str_addf(out, "</a> %zu</li>\n", list->total);
	}
	kith_str_add(out, any ? "</ul>\n" : "");
}

static int write_index(struct kith_export *export)
{
	struct kith_site_list *all = find_list(export->site, "all", "");
	struct kith_str *out = &export->text;

	kith_site_head(out, "Records", "");
	kith_str_addf(out, "<main>\n<h1>Records</h1>\n<p>%zu record%s, exported by kith.</p>\n",
		export->count, export->count == 1 ? "" : "s");
	add_choices(out, export->site, "kind-", "By kind");
	add_choices(out, export->site, "country-", "By country");
	kith_str_add(out, "<h2>Newest first</h2>\n");
	add_rows(out, all, &export->site->first, 1, export->site->first_is_last);
	return kith_site_write(export, "index.html", out);
}

int kith_site_lists_end(struct kith_export *export)
{
	struct kith_site *site = export->site;
	int code = 0;

	find_list(site, "all", "");
	qsort(site->lists, site->list_count, sizeof(*site->lists), by_name);
	for (size_t i = 0; !code && i < site->list_count; i++)
		if (site->lists[i].on_page || !site->lists[i].pages)
			code = end_page(export, &site->lists[i], true);
	return code ? code : write_index(export);
}

void kith_site_lists_clear(struct kith_site *site)
{
	for (size_t i = 0; i < site->list_count; i++) {
		free(site->lists[i].name);
		kith_str_clear(&site->lists[i].rows);
	}
	free(site->lists);
}
