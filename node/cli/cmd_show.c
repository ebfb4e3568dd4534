/* cmd_show.c: kith show: one record as a page to read, as JSON, or as the text it can be written
 * by. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/find.h"
#include "node/cli/run.h"
#include "node/cli/say.h"
#include "node/cli/show_lang.h"
#include "node/cli/show_state.h"
#include "node/cli/text_fields.h"
#include "node/cli/text_form.h"
#include "node/cli/text_format.h"
#include "node/record_json.h"

#define LABEL_COLUMNS 16
#define READ_COLUMNS  88 /* longer lines are tiring */

struct page {
	struct kith_cli *cli;
	struct kith_str out;
	size_t width;
};

/* ---- lines and sections -------------------------------------------------------------------- */

/* Names of fields as people write them: "in return". */
static void use_spaces(char *name)
{
	for (; *name; name++)
		if (*name == '_')
			*name = ' ';
}

static void add_line(struct page *page, const char *label, const char *value)
{
	struct kith_str plain;

	if (!*value)
		return;
	kith_str_init(&plain);
	kith_safe_add(&plain, label, strlen(label), KITH_SAFE_LINE);
	use_spaces(plain.s);
	kith_add_pad(&plain, 0, LABEL_COLUMNS);
	kith_style_add(&page->out, &page->cli->out, KITH_DIM, plain.s);
	kith_str_reset(&plain);
	kith_add_wrapped(&plain, value, LABEL_COLUMNS,
		page->width > LABEL_COLUMNS + 20 ? page->width : LABEL_COLUMNS + 20);
	kith_str_add(&page->out, plain.s + LABEL_COLUMNS);
	kith_str_clear(&plain);
}

/* "Conditions: legal" */
static void add_heading(struct page *page, const char *of, const char *name)
{
	struct kith_str heading;

	kith_str_init(&heading);
	if (*of)
		kith_str_addf(&heading, "%s: ", of);
	kith_str_add(&heading, name);
	use_spaces(heading.s);
	heading.s[0] = (char)toupper((unsigned char)heading.s[0]);
	kith_str_add_c(&page->out, '\n');
	kith_style_add(&page->out, &page->cli->out, KITH_BOLD, heading.s);
	kith_str_add_c(&page->out, '\n');
	kith_str_clear(&heading);
}

static void add_text(struct page *page, const json_t *value)
{
	struct kith_str plain;
	json_t *item;
	size_t i;

	kith_str_init(&plain);
	if (!json_is_array(value)) {
		kith_field_add_value(value, &plain);
		kith_join_lines(plain.s);
		kith_add_wrapped(&page->out, plain.s, 2, page->width);
	}
	json_array_foreach(value, i, item) {
		size_t from = page->out.len;

		kith_str_reset(&plain);
		kith_field_add_value(item, &plain);
		kith_join_lines(plain.s);
		kith_add_wrapped(&page->out, plain.s, 4, page->width);
		if (page->out.len > from + 4)
			page->out.s[from + 2] = '-';
	}
	kith_str_clear(&plain);
}

/* ---- the body ------------------------------------------------------------------------------ */

/* Of a person or group the name as well, where it is known. */
static void add_one(
	struct page *page, const json_t *field, const json_t *value, struct kith_str *out)
{
	if (strcmp(kith_json_get_text(field, "key"), "author") == 0 && json_is_string(value))
		kith_add_author(page->cli, out, json_string_value(value));
	else
		kith_field_add_value(value, out);
}

static void add_short_value(
	struct page *page, const json_t *field, const char *label, const json_t *value)
{
	struct kith_str plain;
	json_t *item;
	size_t i;

	kith_str_init(&plain);
	if (!json_is_array(value))
		add_one(page, field, value, &plain);
	json_array_foreach(value, i, item) {
		kith_str_add(&plain, i ? ", " : "");
		add_one(page, field, item, &plain);
	}
	add_line(page, label, plain.s);
	kith_str_clear(&plain);
}

/* What fits in a line, under its name; the parts of an object under theirs. */
static void add_lines(struct page *page, const json_t *fields, const char *of, const json_t *object,
	const char *said)
{
	struct kith_str word, label;
	json_t *field;
	size_t i;

	kith_str_init(&word);
	kith_str_init(&label);
	json_array_foreach(fields, i, field) {
		const char *name = kith_field_name(field), *short_said = "";
		const json_t *value = json_object_get(object, name);

		kith_str_reset(&word);
		kith_str_addf(&word, " %s ", name);
		if (!value || strstr(said, word.s))
			continue;
		kith_str_reset(&word);
		kith_str_reset(&label);
		kith_str_addf(&label, "%s%s%s", of, *of ? "." : "", name);
		if (json_is_object(value)) {
			if (kith_text_add_short(&word, field, value, &short_said))
				add_line(page, label.s, word.s);
			add_lines(page, kith_field_fields(field), label.s, value, short_said);
		} else if (kith_text_is_header(field, value)) {
			add_short_value(page, field, label.s, value);
		}
	}
	kith_str_clear(&word);
	kith_str_clear(&label);
}

static void add_blocks(
	struct page *page, const json_t *fields, const char *of, const json_t *object);

static void add_block(struct page *page, const json_t *field, const char *of, const json_t *value)
{
	const char *name = kith_field_name(field);
	struct kith_str numbered;
	json_t *item;
	size_t i;

	kith_str_init(&numbered);
	if (kith_field_has_type(field, "object") && json_is_array(value)) {
		json_array_foreach(value, i, item) {
			kith_str_reset(&numbered);
			kith_str_addf(&numbered, "%s %zu", name, i + 1);
			add_heading(page, of, numbered.s);
			add_lines(page, kith_field_fields(field), "", item, "");
			add_blocks(page, kith_field_fields(field), name, item);
		}
	} else if (json_is_object(value)) {
		add_blocks(page, kith_field_fields(field), name, value);
	} else if (!kith_text_is_header(field, value)) {
		add_heading(page, of, name);
		add_text(page, value);
	}
	kith_str_clear(&numbered);
}

static void add_blocks(
	struct page *page, const json_t *fields, const char *of, const json_t *object)
{
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const json_t *value = json_object_get(object, kith_field_name(field));

		if (value)
			add_block(page, field, of, value);
	}
}

static void add_body(struct page *page, const json_t *record)
{
	json_t *kind = kith_kind_to_json(kith_json_get_text(record, "kind"));
	const json_t *fields = json_object_get(kind, "fields");
	const json_t *body = json_object_get(record, "body");

	if (json_is_null(body)) {
		kith_str_add(&page->out, _("\nThe text was erased by its author.\n"));
	} else if (!kind || json_object_get(body, "unknown")) {
		kith_str_add(
			&page->out, _("\nThis version of kith does not know what is in it.\n"));
	} else {
		add_lines(page, fields, "", body, " title ");
		add_blocks(page, fields, "", body);
	}
	json_decref(kind);
}

/* ---- links --------------------------------------------------------------------------------- */

/* What the record says of its own links, by type and target. */
static void add_link_words(struct page *page, const json_t *links)
{
	const char *word;
	struct kith_str line;
	json_t *link;
	size_t i;

	kith_str_init(&line);
	json_array_foreach(links, i, link) {
		for (size_t w = 0; (word = kith_link_word(w)) != NULL; w++) {
			const char *text = kith_json_get_text(link, word);

			if (!*text)
				continue;
			kith_str_reset(&line);
			kith_str_addf(&line, "%s ", kith_json_get_text(link, "type"));
			kith_add_short_id(&line, kith_json_get_text(link, "target"));
			kith_str_addf(&line, ", %s: %s", word, text);
			kith_add_wrapped(&page->out, line.s, 2, page->width);
		}
	}
	kith_str_clear(&line);
}

static int add_links(struct page *page, const json_t *record)
{
	struct kith_table table;
	struct kith_term term = page->cli->out;
	char *text = NULL;
	size_t len = 0;
	json_t *result;
	int code = kith_ask(page->cli, "record.links",
		kith_need_json(json_pack("{s:s}", "id", kith_json_get_text(record, "id"))),
		&result);

	if (code || !json_array_size(json_object_get(result, "links"))) {
		json_decref(result);
		return code;
	}
	add_heading(page, "", _("links"));
	kith_table_init(&table, kith_links_columns, KITH_LINKS_COLUMNS);
	kith_links_add(&table, json_object_get(result, "links"));
	term.file = kith_need(open_memstream(&text, &len));
	kith_table_print_rows(&table, &term, 2);
	fclose(term.file);
	kith_str_add_n(&page->out, text, len);
	add_link_words(page, json_object_get(record, "links"));
	kith_table_clear(&table);
	free(text);
	json_decref(result);
	return 0;
}

static int add_state(struct page *page, const json_t *record)
{
	struct kith_str lines;
	int code;

	kith_str_init(&lines);
	code = kith_show_state(page->cli, kith_json_get_text(record, "id"), page->width, &lines);
	if (!code && lines.len) {
		add_heading(page, "", _("what others say"));
		kith_str_add_n(&page->out, lines.s, lines.len);
	}
	kith_str_clear(&lines);
	return code;
}

/* ---- the page ------------------------------------------------------------------------------ */

/* A line for each; the label stands beside the first. */
static void add_several(struct page *page, const char *label, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");
		char *line = kith_need_dup(lines, len);

		add_line(page, label, line);
		free(line);
		label = "";
		lines += len + (lines[len] == '\n');
	}
}

static void add_head(struct page *page, const json_t *record, const char *label)
{
	const char *title = kith_caption(record);
	const char *circle = kith_json_get_text(record, "circle");
	struct kith_str value;

	kith_str_init(&value);
	if (*title) {
		kith_style_add(&page->out, &page->cli->out, KITH_BOLD, title);
		kith_str_add_c(&page->out, '\n');
	}
	kith_str_add_c(&page->out, '\n');
	add_line(page, _("id"), kith_json_get_text(record, "id"));
	add_line(page, _("kind"), kith_json_get_text(record, "kind"));
	kith_add_author(page->cli, &value, kith_json_get_text(record, "author"));
	add_line(page, _("author"), value.s);
	add_line(page, _("for"), kith_json_get_text(record, "on_behalf_of"));
	kith_str_reset(&value);
	kith_add_moment(&value, kith_json_get_text(record, "created"));
	kith_str_add(&value, " UTC");
	add_line(page, _("created"), value.s);
	add_line(page, _("lang"), kith_json_get_text(record, "lang"));
	add_several(page, _("shown"), label);
	if (strcmp(circle, "commons") != 0)
		add_line(page, _("circle"), circle);
	kith_str_clear(&value);
}

static int show_page(struct kith_cli *cli, const json_t *result, const char *wishes)
{
	struct page page = {.cli = cli};
	json_t *record = kith_show_text(result);
	struct kith_str label;
	int code;

	kith_str_init(&label);
	kith_show_label(cli, result, wishes, &label);
	page.width = cli->out.width < READ_COLUMNS ? cli->out.width : READ_COLUMNS;
	kith_str_init(&page.out);
	add_head(&page, record, label.s);
	add_body(&page, record);
	code = add_state(&page, record);
	if (!code)
		code = add_links(&page, record);
	if (!code)
		kith_out(cli, &page.out);
	kith_str_clear(&page.out);
	kith_str_clear(&label);
	json_decref(record);
	return code;
}

static int show_raw(struct kith_cli *cli, const json_t *record)
{
	struct kith_str text, safe;
	bool good;

	kith_str_init(&text);
	kith_str_init(&safe);
	kith_str_addf(&text, "# Id: %s\n# Author: %s\n# Created: %s\n",
		kith_json_get_text(record, "id"), kith_json_get_text(record, "author"),
		kith_json_get_text(record, "created"));
	good = kith_text_form_format(record, &text);
	/* A terminal must not obey what a record says; a file gets it as it is. */
	if (cli->out.tty)
		kith_safe_add(&safe, text.s, text.len, KITH_SAFE_BLOCK);
	else
		kith_str_add_n(&safe, text.s, text.len);
	if (good)
		kith_out(cli, &safe);
	kith_str_clear(&text);
	kith_str_clear(&safe);
	return good ? 0
		    : kith_fail(cli, KITH_EXIT_FAILED,
			      "%s has no text form: it was erased, or is of a kind this version "
			      "does not know",
			      kith_json_get_text(record, "id"));
}

/* What --lang says; for a page to read also the environment. */
static void find_wishes(struct kith_cli *cli, struct kith_str *wishes)
{
	if (kith_flag(cli, KITH_OPT_READ_LANG))
		kith_str_add(wishes, kith_value(cli, KITH_OPT_READ_LANG));
	else if (!kith_flag(cli, KITH_OPT_JSON) && !kith_flag(cli, KITH_OPT_RAW))
		kith_str_add(wishes, cli->wishes.s);
}

static int ask_record(
	struct kith_cli *cli, const char *id, const struct kith_str *wishes, json_t **result)
{
	json_t *params = kith_need_json(json_pack("{s:s}", "id", id));

	if (wishes->len)
		kith_json_set(params, "lang", json_string(wishes->s));
	return kith_ask(cli, "record.get", params, result);
}

static int show(struct kith_cli *cli, const char *id)
{
	const json_t *shown;
	struct kith_str wishes;
	json_t *result;
	int code;

	kith_str_init(&wishes);
	find_wishes(cli, &wishes);
	code = ask_record(cli, id, &wishes, &result);
	shown = json_object_get(json_object_get(result, "display"), "record");
	if (!code && kith_flag(cli, KITH_OPT_JSON))
		kith_out_json(cli, result);
	else if (!code && kith_flag(cli, KITH_OPT_RAW))
		code = show_raw(cli, shown ? shown : json_object_get(result, "record"));
	else if (!code)
		code = show_page(cli, result, wishes.s);
	json_decref(result);
	kith_str_clear(&wishes);
	return code;
}

int kith_run_show(struct kith_cli *cli, const struct kith_args *args)
{
	int worst = 0;

	for (size_t i = 0; i < args->operand_count; i++) {
		int code;

		if (i && !kith_flag(cli, KITH_OPT_JSON))
			fputs("\n", cli->out.file);
		code = show(cli, args->operands[i]);
		worst = code > worst ? code : worst;
		if (code == KITH_EXIT_UNREACHABLE)
			break;
	}
	return worst;
}
