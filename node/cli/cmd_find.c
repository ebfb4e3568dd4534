/* cmd_find.c: kith find, kith export, kith links: records by what they say and what they are
 * linked with. */
#include "node/cli/find.h"

#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/run.h"
#include "node/cli/say.h"
#include "node/cli/who.h"

/* ---- what to look for ---------------------------------------------------------------------- */

/* Options that are arguments of record.find under the same or another name. */
static const struct {
	enum kith_opt opt;
	const char *param;
} filters[] = {
	{KITH_OPT_KIND, "kind"},
	{KITH_OPT_TAG, "tag"},
	{KITH_OPT_COUNTRY, "country"},
	{KITH_OPT_PLACE, "place"},
	{KITH_OPT_AUTHOR, "author"},
	{KITH_OPT_LANG, "lang"},
	{KITH_OPT_SINCE, "since"},
	{KITH_OPT_UNTIL, "until"},
	{KITH_OPT_LINKS_TO, "target"},
	{KITH_OPT_LINK_TYPE, "link_type"},
	{KITH_OPT_MENTIONS, "mentions"},
};

static void add_words(const struct kith_args *args, json_t *params)
{
	struct kith_str words;

	if (!args->operand_count)
		return;
	kith_str_init(&words);
	for (size_t i = 0; i < args->operand_count; i++)
		kith_str_addf(&words, "%s%s", i ? " " : "", args->operands[i]);
	if (words.len)
		kith_json_set(params, "words", json_string(words.s));
	kith_str_clear(&words);
}

static int add_where(struct kith_cli *cli, const struct kith_args *args, json_t *params)
{
	json_t *where = kith_need_json(json_object());
	const char *text, *equals;

	for (size_t i = 0; (text = kith_args_repeated(args, KITH_OPT_WHERE, i)); i++) {
		char *field;

		equals = strchr(text, '=');
		if (!equals || equals == text || !equals[1]) {
			json_decref(where);
			return kith_fail(cli, KITH_EXIT_USAGE,
				"--where wants a field and a value, such as outcome=failed");
		}
		field = kith_need_dup(text, (size_t)(equals - text));
		if (json_object_get(where, field)) {
			free(field);
			json_decref(where);
			return kith_fail(cli, KITH_EXIT_USAGE,
				"--where names one field twice; a choice is one or the other");
		}
		kith_json_set(where, field, json_string(equals + 1));
		free(field);
	}
	if (json_object_size(where))
		kith_json_set(params, "where", where);
	else
		json_decref(where);
	return 0;
}

int kith_find_params(struct kith_cli *cli, const struct kith_args *args, json_t **out)
{
	json_t *params = kith_need_json(json_object());
	int code;

	add_words(args, params);
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		const char *value = kith_value(cli, filters[i].opt);

		if (value)
			kith_json_set(params, filters[i].param, json_string(value));
	}
	if (kith_flag(cli, KITH_OPT_OLDEST))
		kith_json_set(params, "order", json_string("oldest"));
	if (kith_flag(cli, KITH_OPT_EXACT_TAG))
		kith_json_set(params, "exact_tag", json_true());
	code = add_where(cli, args, params);
	if (!code)
		code = kith_who_param(cli, params, "author", "--author");
	if (!code)
		code = kith_who_param(cli, params, "mentions", "--mentions");
	if (code)
		json_decref(params);
	else
		*out = params;
	return code;
}

int kith_limit(struct kith_cli *cli, long long otherwise, long long *out)
{
	const char *text = kith_value(cli, KITH_OPT_LIMIT);

	*out = otherwise;
	if (text && !kith_args_number(text, 1, 1000000000, out))
		return kith_fail(cli, KITH_EXIT_USAGE, "--limit must be a whole number above 0");
	return 0;
}

int kith_find_each(struct kith_cli *cli, json_t *params, long long limit,
	int (*visit)(void *ctx, const json_t *record), void *ctx, bool *more)
{
	int code = 0;

	*more = true;
	while (!code && *more && limit > 0) {
		json_t *page, *record;
		size_t i;

		kith_json_set(params, "limit", json_integer(limit < 200 ? limit : 200));
		code = kith_ask(cli, "record.find", json_deep_copy(params), &page);
		json_array_foreach(json_object_get(page, "records"), i, record) {
			code = code ? code : visit(ctx, record);
			limit--;
		}
		*more = json_object_get(page, "cursor") != NULL;
		if (*more)
			kith_json_set(
				params, "cursor", json_incref(json_object_get(page, "cursor")));
		json_decref(page);
	}
	json_decref(params);
	return code;
}

/* ---- find ---------------------------------------------------------------------------------- */

struct listing {
	struct kith_cli *cli;
	struct kith_table table;
	struct kith_str cell;
	size_t count;
};

static void add_cell(struct listing *listing)
{
	kith_table_add(&listing->table, listing->cell.s);
	kith_str_reset(&listing->cell);
}

static int add_row(void *ctx, const json_t *record)
{
	struct listing *listing = ctx;
	const json_t *body = json_object_get(record, "body");

	listing->count++;
	if (kith_flag(listing->cli, KITH_OPT_JSON)) {
		kith_out_json(listing->cli, record);
		return 0;
	}
	kith_add_short_id(&listing->cell, kith_json_get_text(record, "id"));
	add_cell(listing);
	kith_str_addf(&listing->cell, "%.10s", kith_json_get_text(record, "created"));
	add_cell(listing);
	kith_str_add(&listing->cell, kith_json_get_text(record, "kind"));
	add_cell(listing);
	kith_str_add(&listing->cell, kith_caption(record));
	add_cell(listing);
	kith_add_place(&listing->cell, body);
	add_cell(listing);
	kith_add_author(listing->cli, &listing->cell, kith_json_get_text(record, "author"));
	add_cell(listing);
	return 0;
}

int kith_run_find(struct kith_cli *cli, const struct kith_args *args)
{
	static const struct kith_column columns[] = {
		{.heading = N_("ID"), .style = KITH_YELLOW},
		{.heading = N_("CREATED"), .leave = 1},
		{.heading = N_("KIND"), .leave = 3},
		{.heading = N_("TITLE"), .style = KITH_BOLD, .least = 20},
		{.heading = N_("PLACE"), .least = 8, .leave = 2},
		{.heading = N_("AUTHOR"), .style = KITH_DIM, .least = 7, .tail = true, .leave = 4},
	};
	struct listing listing = {.cli = cli};
	long long limit;
	json_t *params;
	bool more;
	int code = kith_limit(cli, 50, &limit);

	if (!code)
		code = kith_find_params(cli, args, &params);
	if (code)
		return code;
	kith_table_init(&listing.table, columns, sizeof(columns) / sizeof(columns[0]));
	kith_str_init(&listing.cell);
	code = kith_find_each(cli, params, limit, add_row, &listing, &more);
	kith_table_print(&listing.table, &cli->out);
	if (!code && more && !kith_flag(cli, KITH_OPT_JSON))
		kith_hint(cli, "there are more; --limit %lld shows them", limit * 4);
	else if (!code && !listing.count && cli->err.tty)
		kith_hint(cli, "nothing found");
	kith_table_clear(&listing.table);
	kith_str_clear(&listing.cell);
	return code;
}

/* ---- links --------------------------------------------------------------------------------- */

void kith_links_add(struct kith_table *table, const json_t *links)
{
	struct kith_str cell;
	json_t *link;
	size_t i;

	kith_str_init(&cell);
	json_array_foreach(links, i, link) {
		bool in = strcmp(kith_json_get_text(link, "direction"), "in") == 0;
		bool held = json_is_true(json_object_get(link, "held"));

		kith_table_add(table, in ? "<-" : "->");
		kith_table_add(table, kith_json_get_text(link, "type"));
		kith_add_short_id(&cell, kith_json_get_text(link, "record"));
		kith_table_add(table, cell.s);
		kith_str_reset(&cell);
		kith_table_add(table, kith_json_get_text(link, "kind"));
		kith_table_add(table, held ? kith_json_get_text(link, "title") : _("(not here)"));
	}
	kith_str_clear(&cell);
}

const struct kith_column kith_links_columns[KITH_LINKS_COLUMNS] = {
	{.heading = "", .style = KITH_DIM},
	{.heading = N_("TYPE")},
	{.heading = N_("ID"), .style = KITH_YELLOW},
	{.heading = N_("KIND"), .leave = 1},
	{.heading = N_("TITLE"), .style = KITH_BOLD, .least = 12},
};

int kith_run_links(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *params, *result;
	struct kith_table table;
	long long limit;
	int code = kith_limit(cli, 100, &limit);

	if (code)
		return code;
	params = kith_need_json(json_pack("{s:s, s:I}", "id", args->operands[0], "limit",
		(json_int_t)(limit < 1000 ? limit : 1000)));
	if (kith_flag(cli, KITH_OPT_LINK_TYPE))
		kith_json_set(params, "type", json_string(kith_value(cli, KITH_OPT_LINK_TYPE)));
	code = kith_ask(cli, "record.links", params, &result);
	if (code)
		return code;
	if (kith_flag(cli, KITH_OPT_JSON)) {
		kith_out_json(cli, result);
	} else {
		kith_table_init(&table, kith_links_columns, KITH_LINKS_COLUMNS);
		kith_links_add(&table, json_object_get(result, "links"));
		kith_table_print(&table, &cli->out);
		kith_table_clear(&table);
	}
	json_decref(result);
	return KITH_EXIT_OK;
}
