/* export_html.c: a site of pages: what all pages have, and the order in which they are made; see
 * export_site.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node/cli/ask.h"
#include "node/cli/export_site.h"
#include "node/cli/lineage_draw.h"

#define ID_LEN 64

static const char style[] =
	":root{color-scheme:light dark;--ink:#1d1d1b;--paper:#fff;--soft:#5c5c58;--line:#d5d3cc;"
	"--link:#0b57a4;--land:#e9e6dc;--sea:#f4f8fa;--dot:#b3261e}\n"
	"@media (prefers-color-scheme:dark){:root{--ink:#ecebe6;--paper:#191918;--soft:#aaa9a2;"
	"--line:#43423f;--link:#8fc1ff;--land:#363530;--sea:#20262b;--dot:#ff8a7d}}\n"
	"body{margin:0;font:1.05rem/1.55 system-ui,sans-serif;color:var(--ink);"
	"background:var(--paper)}\n"
	"main,nav,footer{max-width:46rem;margin:0 auto;padding:.6rem 1rem;"
	"overflow-wrap:anywhere}\n"
	"main.wide{max-width:64rem}\n"
	"nav{border-bottom:1px solid var(--line)}\nnav a{margin-right:1rem}\n"
	"a{color:var(--link)}\nh1{line-height:1.2;margin:.8rem 0 .3rem}\n"
	"h2{margin:1.8rem 0 .4rem;border-bottom:1px solid var(--line)}\n"
	"h3{margin:0;font-size:1rem;color:var(--soft)}\n"
	"p,li{white-space:pre-line}\n"
	".meta,footer{color:var(--soft);font-size:.92rem}\n"
	".field{margin:.9rem 0}\n.field p{margin:.2rem 0}\n"
	".item{border-left:3px solid var(--line);padding-left:.8rem;margin:.5rem 0}\n"
	".item .field{margin:.2rem 0}\n"
	"ul.rows{list-style:none;padding:0}\n"
	"ul.rows>li{padding:.45rem 0;border-bottom:1px solid var(--line);white-space:normal}\n"
	"ul.choices{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1rem}\n"
	".said{margin-left:1.2rem}\n"
	".drawing{overflow-x:auto;background:#fff;color:#000;padding:.3rem}\n"
	"svg.map{width:100%;height:auto;background:var(--sea);border:1px solid var(--line)}\n"
	".land{fill:var(--land);stroke:var(--line)}\n"
	".grid{stroke:var(--line);fill:none}\n"
	".map text{fill:var(--soft);font-size:13px;font-family:sans-serif}\n"
	".map .dot{fill:var(--dot);stroke:var(--paper)}\n"
	".map .name{fill:var(--ink)}\n"
	"@media print{nav{display:none}body{font-size:11pt;color:#000;background:#fff}"
	"a{color:inherit}h2,h3{break-after:avoid}.field,ul.rows>li{break-inside:avoid}}\n";

/* ---- pages ----------------------------------------------------------------------------------- */

/* Nothing is fetched by any of them, whatever a record holds. */
void kith_site_head(struct kith_str *out, const char *title, const char *up)
{
	kith_str_add(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'none'; "
		"object-src 'none'; frame-src 'none'; connect-src 'none'; img-src 'none'; "
		"font-src 'none'; media-src 'none'; form-action 'none'; base-uri 'none'\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<title>");
	kith_add_xml(out, title);
	kith_str_addf(out,
		"</title>\n<link rel=\"stylesheet\" href=\"%sstyle.css\">\n</head>\n<body>\n"
		"<nav><a href=\"%sindex.html\">All records</a><a href=\"%smap.html\">Map</a>"
		"</nav>\n",
		up, up, up);
}

void kith_site_foot(struct kith_str *out)
{
	kith_str_add(out, "</body>\n</html>\n");
}

static char *path_of(const struct kith_export *export, const char *name)
{
	struct kith_str path;

	kith_str_init(&path);
	kith_str_addf(&path, "%s/%s", export->dir, name);
	return path.s;
}

int kith_site_write(struct kith_export *export, const char *name, struct kith_str *text)
{
	char *path = path_of(export, name);
	FILE *file = fopen(path, "w");
	bool good = file && fwrite(text->s, 1, text->len, file) == text->len;

	good = file && fclose(file) == 0 && good;
	free(path);
	kith_str_reset(text);
	return good ? 0
		    : kith_fail(export->cli, KITH_EXIT_FAILED, "cannot write %s: %s", name,
			      strerror(errno));
}

bool kith_site_is_name(const char *text)
{
	return *text &&
	       strspn(text, "-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
		       strlen(text);
}

static void add_page_name(struct kith_str *out, const char *id)
{
	kith_str_addf(out, "r/%s.html", id);
}

bool kith_site_has(const struct kith_export *export, const char *id)
{
	struct kith_str name;
	char *path;
	bool has;

	if (strlen(id) != ID_LEN || !kith_site_is_name(id))
		return false;
	kith_str_init(&name);
	add_page_name(&name, id);
	path = path_of(export, name.s);
	has = access(path, F_OK) == 0;
	free(path);
	kith_str_clear(&name);
	return has;
}

void kith_site_add_link(struct kith_export *export, struct kith_str *out, const char *id,
	const char *words, const char *lang, const char *to)
{
	bool has = kith_site_has(export, id);

	if (has)
		kith_str_addf(out, "<a href=\"%s%s.html\"", to, id);
	else
		kith_str_add(out, "<span");
	kith_str_add(out, " dir=\"auto\" lang=\"");
	kith_add_xml(out, lang);
	kith_str_add(out, "\">");
	kith_add_xml(out, *words ? words : "(untitled)");
	kith_str_add(out, has ? "</a>" : "</span>");
}

/* ---- the order ------------------------------------------------------------------------------- */

static int make_dir(struct kith_export *export, const char *name)
{
	char *path = path_of(export, name);
	bool good = mkdir(path, 0777) == 0;

	free(path);
	return good ? 0
		    : kith_fail(export->cli, KITH_EXIT_FAILED, "cannot make %s: %s", name,
			      strerror(errno));
}

int kith_export_html_begin(struct kith_export *export)
{
	int code = make_dir(export, "r");

	export->site = kith_need_new(1, sizeof(*export->site));
	kith_str_init(&export->site->first);
	export->site->ids = tmpfile();
	if (!code && !export->site->ids)
		code = kith_fail(
			export->cli, KITH_EXIT_FAILED, "no temporary file: %s", strerror(errno));
	if (!code)
		code = make_dir(export, "lineage");
	if (code)
		return code;
	kith_str_add(&export->text, style);
	return kith_site_write(export, "style.css", &export->text);
}

/* Listed now, told of when all are listed. */
int kith_export_html_record(struct kith_export *export, const json_t *record)
{
	const char *id = kith_json_get_text(record, "id");
	struct kith_str name;
	int code;

	if (strlen(id) != ID_LEN || !kith_site_is_name(id))
		return kith_fail(export->cli, KITH_EXIT_FAILED, "the node named no id");
	kith_str_init(&name);
	add_page_name(&name, id);
	code = kith_site_write(export, name.s, &export->text);
	kith_str_clear(&name);
	fprintf(export->site->ids, "%s\n", id);
	kith_site_map_record(export, record);
	return code ? code : kith_site_list_record(export, record);
}

static int write_pages(struct kith_export *export)
{
	char line[ID_LEN + 2];
	int code = 0;

	rewind(export->site->ids);
	while (!code && fgets(line, sizeof(line), export->site->ids)) {
		line[ID_LEN] = '\0';
		code = kith_site_page(export, line);
	}
	if (!code && ferror(export->site->ids))
		code = kith_fail(export->cli, KITH_EXIT_FAILED, "cannot read what was listed");
	return code;
}

int kith_export_html_end(struct kith_export *export)
{
	int code;

	if (fflush(export->site->ids) != 0)
		return kith_fail(export->cli, KITH_EXIT_FAILED, "no room for temporary files");
	code = write_pages(export);
	if (!code)
		code = kith_site_map_end(export);
	return code ? code : kith_site_lists_end(export);
}

void kith_export_html_clear(struct kith_export *export)
{
	if (!export->site)
		return;
	if (export->site->ids)
		fclose(export->site->ids);
	kith_site_lists_clear(export->site);
	kith_site_map_clear(export->site);
	kith_str_clear(&export->site->first);
	free(export->site);
	export->site = NULL;
}
