/* lineage_draw.c: see lineage_draw.h. Columns are generations, lines stand in the order of the
 * report; a record that was adapted from two has its box once and a dashed line from the second. */
#include "node/cli/lineage_draw.h"

#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/say.h"
#include "node/cli/term.h"

#define BOX_WIDTH    232 /* all in SVG's pixels */
#define BOX_HEIGHT   44
#define COLUMN_WIDTH 288
#define LINE_HEIGHT  60
#define MARGIN       16
#define BOX_LETTERS  34 /* that fit in a box at 12 pixels a letter's height */

void kith_add_xml(struct kith_str *out, const char *text)
{
	static const struct {
		char sign;
		const char *entity;
	} entities[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}, {'"', "&quot;"}};
	struct kith_str safe;

	kith_str_init(&safe);
	kith_safe_add(&safe, text, strlen(text), KITH_SAFE_BLOCK);
	for (const char *at = safe.s; at && *at; at++) {
		size_t i = 0;

		while (i < 4 && entities[i].sign != *at)
			i++;
		if (i < 4)
			kith_str_add(out, entities[i].entity);
		else
			kith_str_add_c(out, *at);
	}
	kith_str_clear(&safe);
}

/* ---- what is drawn ------------------------------------------------------------------------- */

static const json_t *rows_of(const json_t *page)
{
	return json_object_get(json_array_get(json_object_get(page, "sections"), 0), "rows");
}

static bool is_flag(const json_t *row, const char *name)
{
	return json_is_true(json_object_get(row, name));
}

static void add_title(const json_t *row, struct kith_str *out)
{
	if (is_flag(row, "missing"))
		kith_str_add(out, _("(not here)"));
	else
		kith_str_add(out, kith_json_get_text(row, "title"));
}

/* "Kavala, GR 2012-05-01" */
static void add_where_and_when(const json_t *row, struct kith_str *out)
{
	size_t before = out->len;

	kith_add_place(out, row);
	kith_str_addf(
		out, "%s%.10s", out->len > before ? "  " : "", kith_json_get_text(row, "created"));
}

/* "kept: … changed: … why: …" in lines. */
static void add_edge_words(const json_t *row, struct kith_str *out)
{
	static const char *const words[] = {"kept", "changed", "why"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (*kith_json_get_text(row, words[i]))
			kith_str_addf(out, "%s%s: %s", out->len ? "\n" : "", words[i],
				kith_json_get_text(row, words[i]));
}

/* ---- Graphviz ------------------------------------------------------------------------------ */

/* A quoted text of the DOT language; newlines are written as it writes them. */
static void add_dot_text(struct kith_str *out, const char *text)
{
	kith_str_add_c(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			kith_str_add_c(out, '\\');
		if (*text == '\n')
			kith_str_add(out, "\\n");
		else
			kith_str_add_c(out, *text);
	}
	kith_str_add_c(out, '"');
}

static void add_dot_row(const json_t *row, struct kith_str *out)
{
	struct kith_str words;

	kith_str_init(&words);
	if (!is_flag(row, "again")) {
		add_title(row, &words);
		kith_str_add_c(&words, '\n');
		add_where_and_when(row, &words);
		kith_str_addf(out, "\t\"%.16s\" [label=", kith_json_get_text(row, "id"));
		add_dot_text(out, words.s);
		kith_str_add(out, is_flag(row, "missing") ? ", style=dashed];\n" : "];\n");
	}
	if (json_object_get(row, "parent")) {
		kith_str_reset(&words);
		add_edge_words(row, &words);
		kith_str_addf(out,
			"\t\"%.16s\" -> \"%.16s\" [tooltip=", kith_json_get_text(row, "parent"),
			kith_json_get_text(row, "id"));
		add_dot_text(out, words.s);
		kith_str_add(out, ", label=");
		add_dot_text(out, kith_json_get_text(row, "changed"));
		kith_str_add(out, "];\n");
	}
	kith_str_clear(&words);
}

void kith_lineage_dot(const json_t *page, struct kith_str *out)
{
	json_t *row;
	size_t i;

	kith_str_add(out, "digraph lineage {\n\trankdir=LR;\n\tnode [shape=box];\n");
	json_array_foreach(rows_of(page), i, row)
		add_dot_row(row, out);
	kith_str_add(out, "}\n");
}

/* ---- SVG ----------------------------------------------------------------------------------- */

struct spot {
	size_t column, line;
};

static void add_text(struct kith_str *out, size_t x, size_t y, const char *style, const char *text)
{
	struct kith_str cut;
	char *safe = kith_safe(text);

	kith_str_init(&cut);
	kith_add_cut(&cut, safe, BOX_LETTERS);
	kith_str_addf(out, "<text x=\"%zu\" y=\"%zu\" %s>", x, y, style);
	kith_add_xml(out, cut.s);
	kith_str_add(out, "</text>\n");
	kith_str_clear(&cut);
	free(safe);
}

static void add_box(const json_t *row, struct spot spot, struct kith_str *out)
{
	size_t x = MARGIN + spot.column * COLUMN_WIDTH, y = MARGIN + spot.line * LINE_HEIGHT;
	struct kith_str words;

	kith_str_init(&words);
	add_title(row, &words);
	kith_str_add(out, "<g><title>");
	kith_add_xml(out, words.s);
	kith_str_addf(out,
		"</title><rect x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"%d\" rx=\"5\" "
		"fill=\"%s\" stroke=\"#555\"%s/>\n",
		x, y, BOX_WIDTH, BOX_HEIGHT, is_flag(row, "asked") ? "#fdf3c7" : "#fff",
		is_flag(row, "missing") ? " stroke-dasharray=\"4 3\"" : "");
	add_text(out, x + 8, y + 18, "font-weight=\"bold\"", words.s);
	kith_str_reset(&words);
	add_where_and_when(row, &words);
	add_text(out, x + 8, y + 35, "fill=\"#555\"", words.s);
	kith_str_add(out, "</g>\n");
	kith_str_clear(&words);
}

static void add_linked_box(const json_t *row, struct spot spot,
	const struct kith_lineage_links *links, struct kith_str *out)
{
	struct kith_str href;
	bool leads;

	kith_str_init(&href);
	leads = links && links->add(links->ctx, kith_json_get_text(row, "id"), &href);
	if (leads) {
		kith_str_add(out, "<a href=\"");
		kith_add_xml(out, href.s);
		kith_str_add(out, "\">\n");
	}
	add_box(row, spot, out);
	kith_str_add(out, leads ? "</a>\n" : "");
	kith_str_clear(&href);
}

static void add_line(
	const json_t *row, struct spot from, struct spot to, bool again, struct kith_str *out)
{
	size_t x1 = MARGIN + from.column * COLUMN_WIDTH + BOX_WIDTH;
	size_t y1 = MARGIN + from.line * LINE_HEIGHT + BOX_HEIGHT / 2;
	size_t x2 = MARGIN + to.column * COLUMN_WIDTH;
	size_t y2 = MARGIN + to.line * LINE_HEIGHT + BOX_HEIGHT / 2;
	struct kith_str words;

	kith_str_init(&words);
	add_edge_words(row, &words);
	kith_str_addf(out,
		"<path d=\"M %zu %zu C %zu %zu %zu %zu %zu %zu\" fill=\"none\" stroke=\"#777\"%s>"
		"<title>",
		x1, y1, x1 + 28, y1, x2 - 28, y2, x2, y2, again ? " stroke-dasharray=\"4 3\"" : "");
	kith_add_xml(out, words.s);
	kith_str_add(out, "</title></path>\n");
	kith_str_clear(&words);
}

/* Where the record of that id has its box; it has one when it is a parent, and stands before. */
static bool find_spot(const json_t *spots, const char *id, struct spot *out)
{
	const json_t *found = json_object_get(spots, id);

	if (!found)
		return false;
	out->column = (size_t)json_integer_value(json_array_get(found, 0));
	out->line = (size_t)json_integer_value(json_array_get(found, 1));
	return true;
}

/* Gives each record its place; returns how large the whole gets. */
static struct spot lay_out(const json_t *rows, json_t *spots)
{
	struct spot size = {0, 0};
	json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_int_t depth = json_integer_value(json_object_get(row, "depth"));

		if (is_flag(row, "again"))
			continue;
		kith_json_set(spots, kith_json_get_text(row, "id"),
			json_pack("[I, I]", depth, (json_int_t)size.line));
		size.line++;
		size.column = (size_t)depth >= size.column ? (size_t)depth + 1 : size.column;
	}
	return size;
}

void kith_lineage_svg(
	const json_t *page, const struct kith_lineage_links *links, struct kith_str *out)
{
	json_t *spots = kith_need_json(json_object()), *row;
	const json_t *rows = rows_of(page);
	struct spot size = lay_out(rows, spots), from, to;
	size_t i;

	kith_str_addf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%zu\" height=\"%zu\" "
		"font-family=\"sans-serif\" font-size=\"12\">\n",
		2 * MARGIN + size.column * COLUMN_WIDTH, 2 * MARGIN + size.line * LINE_HEIGHT);
	json_array_foreach(rows, i, row) {
		if (find_spot(spots, kith_json_get_text(row, "parent"), &from) &&
			find_spot(spots, kith_json_get_text(row, "id"), &to))
			add_line(row, from, to, is_flag(row, "again"), out);
		if (!is_flag(row, "again") && find_spot(spots, kith_json_get_text(row, "id"), &to))
			add_linked_box(row, to, links, out);
	}
	kith_str_add(out, "</svg>\n");
	json_decref(spots);
}
