/*
 * report_page.c: see report_page.h.
 *
 * A row is one line (date, id, kind, title, place, author), indented by its depth in a tree, and
 * below it what else the report says of the record: the members of the table at the top, each in
 * words. A new report needs nothing here but rows for members that no report had before.
 */
#include "node/cli/report_page.h"

#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/text_fields.h"

#define READ_COLUMNS 96 /* longer lines are tiring */

/* How a member of a row is said; in this order. */
static const struct {
	const char *member;
	const char *label; /* "": the text alone */
} members[] = {
	{"kept", "kept: "},
	{"changed", "changed: "},
	{"why", "why: "},
	{"text", ""},
	{"reason", "because: "},
};

struct page {
	struct kith_cli *cli;
	struct kith_str out;
	size_t width;
};

static size_t depth_of(const json_t *row)
{
	json_int_t depth = json_integer_value(json_object_get(row, "depth"));

	return depth > 0 ? (size_t)(depth < 20 ? depth : 20) : 0;
}

/* ---- a row --------------------------------------------------------------------------------- */

static void add_heading(struct page *page, const json_t *row, size_t indent)
{
	const struct kith_term *term = &page->cli->out;
	struct kith_str word;

	kith_str_init(&word);
	kith_add_pad(&page->out, page->out.len, indent);
	kith_add_short_id(&word, kith_json_get_text(row, "id"));
	kith_style_add(&page->out, term, KITH_YELLOW, word.s);
	if (json_is_true(json_object_get(row, "missing"))) {
		kith_str_add(&page->out, "  (not here)\n");
		kith_str_clear(&word);
		return;
	}
	kith_str_addf(&page->out, "  %.10s  ", kith_json_get_text(row, "created"));
	kith_style_add(&page->out, term, KITH_PLAIN, kith_json_get_text(row, "kind"));
	if (*kith_json_get_text(row, "title")) {
		kith_str_add(&page->out, "  ");
		kith_style_add(&page->out, term, KITH_BOLD, kith_json_get_text(row, "title"));
	}
	kith_str_reset(&word);
	kith_add_place(&word, row);
	if (word.len)
		kith_str_add(&page->out, "  ");
	kith_style_add(&page->out, term, KITH_PLAIN, word.s);
	kith_str_reset(&word);
	kith_add_author(page->cli, &word, kith_json_get_text(row, "author"));
	kith_str_add(&page->out, "  ");
	kith_style_add(&page->out, term, KITH_DIM, word.s);
	kith_str_add_c(&page->out, '\n');
	kith_str_clear(&word);
}

static void add_members(struct page *page, const json_t *row, size_t indent)
{
	struct kith_str line;

	kith_str_init(&line);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const json_t *value = json_object_get(row, members[i].member);

		if (!value)
			continue;
		kith_str_reset(&line);
		kith_str_add(&line, members[i].label);
		kith_field_add_value(value, &line);
		kith_add_wrapped(&page->out, line.s, indent, page->width);
	}
	kith_str_clear(&line);
}

static void add_section(struct page *page, const json_t *section)
{
	const json_t *rows = json_object_get(section, "rows");
	const char *title = kith_json_get_text(section, "title");
	size_t i, base = *title ? 2 : 0;
	json_t *row;

	if (*title) {
		kith_str_add_c(&page->out, '\n');
		kith_style_add(&page->out, &page->cli->out, KITH_BOLD, title);
		kith_str_add_c(&page->out, '\n');
		if (!json_array_size(rows))
			kith_str_add(&page->out, "  (nothing)\n");
	}
	json_array_foreach(rows, i, row) {
		size_t indent = base + 2 * depth_of(row);

		add_heading(page, row, indent);
		add_members(page, row, indent + 4);
	}
}

void kith_report_print(struct kith_cli *cli, const json_t *page_json)
{
	struct page page = {
		.cli = cli, .width = cli->out.width < READ_COLUMNS ? cli->out.width : READ_COLUMNS};
	json_t *section, *note;
	size_t i;

	kith_str_init(&page.out);
	json_array_foreach(json_object_get(page_json, "sections"), i, section)
		add_section(&page, section);
	if (json_array_size(json_object_get(page_json, "notes")))
		kith_str_add_c(&page.out, '\n');
	json_array_foreach(json_object_get(page_json, "notes"), i, note)
		kith_add_wrapped(&page.out, json_string_value(note), 0, page.width);
	kith_out(cli, &page.out);
	kith_str_clear(&page.out);
}

int kith_report_ask(struct kith_cli *cli, const char *name, json_t *params, json_t **page)
{
	struct kith_str method;
	int code;

	kith_str_init(&method);
	kith_str_addf(&method, "report.%s", name);
	code = kith_ask(cli, method.s, params, page);
	kith_str_clear(&method);
	return code;
}

int kith_report_run(struct kith_cli *cli, const char *name, json_t *params)
{
	json_t *page;
	int code = kith_report_ask(cli, name, params, &page);

	if (code)
		return code;
	if (kith_flag(cli, KITH_OPT_JSON))
		kith_out_json(cli, page);
	else
		kith_report_print(cli, page);
	json_decref(page);
	return KITH_EXIT_OK;
}
