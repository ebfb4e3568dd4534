/*
 * report_page.c: see report_page.h.
 *
 * A row is one line (date, id, kind, title, place, author), indented by its depth in a tree, and
 * below it what else the report says of the record: the members of the table at the top, each in
 * words. A new report needs nothing here but rows for members that no report had before.
 */
#include "node/cli/report_page.h"

#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/say.h"
#include "node/cli/text_fields.h"

#define READ_COLUMNS 96 /* longer lines are tiring */

/* How a member of a row is said; in this order. */
enum how {
	TEXT,  /* a value, or several */
	KEYS,  /* authors, with their names */
	SAID,  /* what several said: a list of objects with author, and position, text or reason */
	FLAG,  /* the label alone, when it is true */
	SHORT, /* the beginning of a record's id */
	TIME,  /* a moment */
};
static const struct {
	const char *member;
	const char *label;
	enum how how;
} members[] = {
	{"from", N_("from "), KEYS},
	{"to", N_("to "), KEYS},
	{"with", N_("with "), KEYS},
	{"other", N_("agreed with "), SHORT},
	{"agreed", N_("agreed: "), TIME},
	{"kept", N_("kept: "), TEXT},
	{"changed", N_("changed: "), TEXT},
	{"why", N_("why: "), TEXT},
	{"what", "", TEXT},
	{"in_return", N_("in return: "), TEXT},
	{"summary", "", TEXT},
	{"text", "", TEXT},
	{"problem", N_("problem: "), TEXT},
	{"lessons", N_("lessons: "), TEXT},
	{"decision", N_("decision: "), TEXT},
	{"reason", N_("because: "), TEXT},
	{"state", N_("state: "), TEXT},
	{"owner", N_("seen to by: "), TEXT},
	{"due", N_("due: "), TIME},
	{"status", N_("status: "), TEXT},
	{"outcome", N_("outcome: "), TEXT},
	{"vision", N_("vision: "), TEXT},
	{"polarity", N_("well or ill: "), TEXT},
	{"group", N_("said by: "), TEXT},
	{"n", N_("how many said so: "), TEXT},
	{"coded_by", N_("coded by "), KEYS},
	{"shared_tags", N_("you share: "), TEXT},
	{"languages", N_("in common: "), TEXT},
	{"km", N_("kilometres apart: "), TEXT},
	{"addressed_to", N_("asked of "), KEYS},
	{"awaited", N_("waiting for "), KEYS},
	{"waiting_days", N_("days without an answer: "), TEXT},
	{"replies", N_("replies that do not count: "), TEXT},
	{"contested", N_("contested"), FLAG},
	{"stances", "", SAID},
	{"potentials", N_("potentials:"), SAID},
	{"obstacles", N_("obstacles:"), SAID},
};

struct page {
	struct kith_cli *cli;
	struct kith_str out;
	size_t width;
};

/* What the node says for people is looked up; what it quotes is in no catalogue. */
static const char *said_in_words(const char *text)
{
	return *text ? gettext(text) : "";
}

static size_t depth_of(const json_t *row)
{
	json_int_t depth = json_integer_value(json_object_get(row, "depth"));

	return depth > 0 ? (size_t)(depth < 20 ? depth : 20) : 0;
}

/* ---- a row --------------------------------------------------------------------------------- */

/* A record without a title is called by what it says first; not where its text stands below. */
static const char *title_of(const json_t *row)
{
	const char *title = kith_json_get_text(row, "title");

	return *title || json_object_get(row, "text") ? title : kith_json_get_text(row, "caption");
}

/* A further part of a line that takes *used columns so far. On a terminal it goes below where it
 * does not fit; for other programs all of a heading is one line. */
static void add_part(
	struct page *page, size_t *used, size_t indent, enum kith_style style, const char *text)
{
	const struct kith_term *term = &page->cli->out;
	char *safe = kith_safe(text);
	size_t columns = kith_columns(safe, strlen(safe));

	if (columns && term->tty && *used + 2 + columns > page->width && *used > indent) {
		kith_str_add_c(&page->out, '\n');
		kith_str_repeat(&page->out, ' ', indent);
		*used = indent;
	} else if (columns) {
		kith_str_add(&page->out, "  ");
		*used += 2;
	}
	kith_style_add(&page->out, term, style, text);
	*used += columns;
	free(safe);
}

static void add_heading(struct page *page, const json_t *row, size_t indent)
{
	const struct kith_term *term = &page->cli->out;
	struct kith_str word;
	size_t used;

	if (!json_object_get(row, "id")) { /* about no record */
		kith_add_wrapped(
			&page->out, kith_json_get_text(row, "condition"), indent, page->width);
		return;
	}
	kith_str_init(&word);
	kith_add_pad(&page->out, page->out.len, indent);
	kith_add_short_id(&word, kith_json_get_text(row, "id"));
	kith_style_add(&page->out, term, KITH_YELLOW, word.s);
	if (json_is_true(json_object_get(row, "missing"))) {
		kith_str_add(&page->out, _("  (not here)\n"));
		kith_str_clear(&word);
		return;
	}
	kith_str_addf(&page->out, "  %.10s  ", kith_json_get_text(row, "created"));
	kith_style_add(&page->out, term, KITH_PLAIN, kith_json_get_text(row, "kind"));
	used = indent + KITH_SHORT_ID + 14 + strlen(kith_json_get_text(row, "kind"));
	add_part(page, &used, indent + 4, KITH_BOLD, title_of(row));
	kith_str_reset(&word);
	kith_add_place(&word, row);
	add_part(page, &used, indent + 4, KITH_PLAIN, word.s);
	kith_str_reset(&word);
	kith_add_author(page->cli, &word, kith_json_get_text(row, "author"));
	add_part(page, &used, indent + 4, KITH_DIM, word.s);
	kith_str_add_c(&page->out, '\n');
	kith_str_clear(&word);
}

/* ---- what else is said of it --------------------------------------------------------------- */

/* A value, or several with commas. */
static void add_values(struct page *page, const json_t *value, enum how how, struct kith_str *line)
{
	json_t *item;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, item) {
			kith_str_add(line, i ? ", " : "");
			add_values(page, item, how, line);
		}
	} else if (how == KEYS) {
		kith_add_author(page->cli, line, json_string_value(value));
	} else if (how == SHORT) {
		kith_add_short_id(line, json_string_value(value));
	} else if (how == TIME) {
		kith_add_moment(line, json_string_value(value));
	} else {
		kith_field_add_value(value, line);
	}
}

/* "- object: The market needs deliveries. (Lublin author_…)" */
static void add_said(struct page *page, const json_t *said, size_t indent)
{
	const char *position = kith_json_get_text(said, "position");
	const char *reason = kith_json_get_text(said, "reason");
	size_t from = page->out.len;
	struct kith_str line;

	kith_str_init(&line);
	kith_str_addf(&line, "%s%s%s%s (", position, *position && *reason ? ": " : "", reason,
		kith_json_get_text(said, "text"));
	kith_add_author(page->cli, &line, kith_json_get_text(said, "author"));
	kith_str_add_c(&line, ')');
	kith_add_wrapped(&page->out, line.s, indent + 2, page->width);
	page->out.s[from + indent] = '-';
	kith_str_clear(&line);
}

static void add_member(struct page *page, size_t m, const json_t *value, size_t indent)
{
	struct kith_str line;
	json_t *said;
	size_t i;

	kith_str_init(&line);
	kith_str_add(&line, said_in_words(members[m].label));
	if (members[m].how != FLAG && members[m].how != SAID)
		add_values(page, value, members[m].how, &line);
	kith_join_lines(line.s);
	kith_add_wrapped(&page->out, line.s, indent, page->width);
	kith_str_clear(&line);
	if (members[m].how == SAID)
		json_array_foreach(value, i, said)
			add_said(page, said, indent);
}

static bool is_empty_list(const json_t *value)
{
	return json_is_array(value) && json_array_size(value) == 0;
}

static void add_members(struct page *page, const json_t *row, size_t indent)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const json_t *value = json_object_get(row, members[i].member);

		if (value && !json_is_false(value) && !is_empty_list(value))
			add_member(page, i, value, indent);
	}
}

static void add_section(struct page *page, const json_t *section)
{
	const json_t *rows = json_object_get(section, "rows");
	const char *title = said_in_words(kith_json_get_text(section, "title"));
	size_t i, base = *title ? 2 : 0;
	json_t *row;

	if (*title) {
		if (page->out.len)
			kith_str_add_c(&page->out, '\n');
		kith_style_add(&page->out, &page->cli->out, KITH_BOLD, title);
		kith_str_add_c(&page->out, '\n');
		if (!json_array_size(rows))
			kith_str_add(&page->out, _("  (nothing)\n"));
	}
	json_array_foreach(rows, i, row) {
		size_t indent = base + 2 * depth_of(row);

		add_heading(page, row, indent);
		add_members(page, row, indent + 4);
	}
}

static void begin(struct page *page, struct kith_cli *cli)
{
	*page = (struct page){
		.cli = cli, .width = cli->out.width < READ_COLUMNS ? cli->out.width : READ_COLUMNS};
	kith_str_init(&page->out);
}

/* Adds the notes and prints all. */
static void end(struct page *page, const json_t *json)
{
	const json_t *notes = json_object_get(json, "notes");
	json_t *note;
	size_t i;

	if (json_array_size(notes) && page->out.len)
		kith_str_add_c(&page->out, '\n');
	json_array_foreach(notes, i, note)
		kith_add_wrapped(
			&page->out, said_in_words(json_string_value(note)), 0, page->width);
	if (json_object_get(json, "cursor"))
		kith_str_addf(&page->out, _("\nThere is more: --from %s\n"),
			kith_json_get_text(json, "cursor"));
	kith_out(page->cli, &page->out);
	kith_str_clear(&page->out);
}

void kith_report_print(struct kith_cli *cli, const json_t *json)
{
	struct page page;
	json_t *section;
	size_t i;

	begin(&page, cli);
	json_array_foreach(json_object_get(json, "sections"), i, section)
		add_section(&page, section);
	if (!page.out.len && !json_array_size(json_object_get(json, "notes")))
		kith_str_add(&page.out, _("(nothing)\n"));
	end(&page, json);
}

/* ---- side by side -------------------------------------------------------------------------- */

#define COLUMNS_MAX     6u
#define COLUMN_GAP      3u
#define COLUMN_MIN_WIDE 18u

/* One section as a column of text. */
static void add_column(const json_t *section, size_t width, struct kith_str *out)
{
	const json_t *rows = json_object_get(section, "rows");
	struct kith_str line;
	json_t *row;
	size_t i;

	kith_str_init(&line);
	kith_add_wrapped(out, said_in_words(kith_json_get_text(section, "title")), 0, width);
	kith_str_repeat(out, '-', width);
	kith_str_add_c(out, '\n');
	json_array_foreach(rows, i, row) {
		kith_str_reset(&line);
		kith_str_add(&line, title_of(row));
		if (*kith_json_get_text(row, "state"))
			kith_str_addf(&line, " (%s)", kith_json_get_text(row, "state"));
		kith_add_wrapped(out, line.s, 0, width);
		kith_str_reset(&line);
		kith_add_short_id(&line, kith_json_get_text(row, "id"));
		kith_str_addf(&line, " %.10s", kith_json_get_text(row, "created"));
		kith_add_wrapped(out, line.s, 2, width);
	}
	kith_str_clear(&line);
}

/* The next line of each column, until none has one. */
static void zip(struct page *page, struct kith_str *columns, size_t count, size_t width)
{
	const char *at[COLUMNS_MAX];
	bool any = true;

	for (size_t i = 0; i < count; i++)
		at[i] = columns[i].s;
	while (any) {
		size_t begin_of_line = page->out.len;

		any = false;
		for (size_t i = 0; i < count; i++) {
			size_t len = strcspn(at[i], "\n");

			kith_add_pad(&page->out, begin_of_line, i * (width + COLUMN_GAP));
			kith_str_add_n(&page->out, at[i], len);
			at[i] += len + (at[i][len] == '\n');
			any |= *at[i] != '\0';
		}
		kith_str_trim_end(&page->out);
		kith_str_add_c(&page->out, '\n');
	}
}

void kith_report_print_columns(struct kith_cli *cli, const json_t *json)
{
	const json_t *sections = json_object_get(json, "sections");
	size_t count = json_array_size(sections) - (json_array_size(sections) > 0), width = 0;
	struct kith_str columns[COLUMNS_MAX];
	struct page page;

	begin(&page, cli);
	if (count && count <= COLUMNS_MAX)
		width = (cli->out.width + COLUMN_GAP) / count - COLUMN_GAP;
	if (width < COLUMN_MIN_WIDE || width > cli->out.width) {
		kith_str_clear(&page.out);
		kith_report_print(cli, json);
		return;
	}
	add_section(&page, json_array_get(sections, 0));
	kith_str_add_c(&page.out, '\n');
	for (size_t i = 0; i < count; i++) {
		kith_str_init(&columns[i]);
		add_column(json_array_get(sections, i + 1), width, &columns[i]);
	}
	zip(&page, columns, count, width);
	for (size_t i = 0; i < count; i++)
		kith_str_clear(&columns[i]);
	end(&page, json);
}

/* ---- asking -------------------------------------------------------------------------------- */

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
