/*
 * cmd_report.c: the commands that are reports (node/report/): lineage, trace, plan status, report
 * NAME, and their kin. A command is a report of the name that its last word is; its operand and
 * options are arguments of report.NAME.
 */
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/find.h"
#include "node/cli/lineage_draw.h"
#include "node/cli/report_page.h"
#include "node/cli/run.h"
#include "node/cli/who.h"

/* Options that are arguments, under the same or another name. */
static const struct {
	enum kith_opt opt;
	const char *param;
	long long min, max; /* of a number; both 0: a text */
	bool who;           /* a person or group */
} params_of_options[] = {
	{KITH_OPT_TAG, "tag", 0, 0, false},
	{KITH_OPT_COUNTRY, "country", 0, 0, false},
	{KITH_OPT_PLACE, "place", 0, 0, false},
	{KITH_OPT_AUTHOR, "author", 0, 0, true},
	{KITH_OPT_LANG, "lang", 0, 0, false},
	{KITH_OPT_SINCE, "since", 0, 0, false},
	{KITH_OPT_UNTIL, "until", 0, 0, false},
	{KITH_OPT_LIMIT, "limit", 1, 200, false},
	{KITH_OPT_FROM, "cursor", 0, 0, false},
	{KITH_OPT_AS_OF, "as_of", 0, 0, false},
	{KITH_OPT_BY, "by", 0, 0, false},
	{KITH_OPT_DAYS, "days", 0, 36500, false},
	{KITH_OPT_TO, "to", 0, 0, true},
	{KITH_OPT_PATH_FROM, "from", 0, 0, true},
};

static int set_param(struct kith_cli *cli, json_t *params, size_t i)
{
	const char *value = kith_value(cli, params_of_options[i].opt);
	const char *name = params_of_options[i].param;
	char subject[40];
	long long number;

	if (!value)
		return 0;
	if (params_of_options[i].max == 0) {
		kith_json_set(params, name, json_string(value));
		snprintf(subject, sizeof(subject), "--%s",
			kith_option(params_of_options[i].opt)->name);
		return params_of_options[i].who ? kith_who_param(cli, params, name, subject) : 0;
	}
	if (!kith_args_number(value, params_of_options[i].min, params_of_options[i].max, &number))
		return kith_fail(cli, KITH_EXIT_USAGE,
			"--%s must be a whole number from %lld to %lld",
			kith_option(params_of_options[i].opt)->name, params_of_options[i].min,
			params_of_options[i].max);
	kith_json_set(params, name, json_integer(number));
	return 0;
}

/* The arguments, the first operand under the name that is given. 0, or an exit code. */
static int read_params(
	struct kith_cli *cli, const struct kith_args *args, const char *operand, json_t **out)
{
	json_t *params = kith_need_json(json_object());
	int code = 0;

	if (args->operand_count)
		kith_json_set(params, operand, json_string(args->operands[0]));
	for (size_t i = 0; !code && i < sizeof(params_of_options) / sizeof(params_of_options[0]);
		i++)
		code = set_param(cli, params, i);
	if (code)
		json_decref(params);
	else
		*out = params;
	return code;
}

static int run_with(
	struct kith_cli *cli, const struct kith_args *args, const char *operand, bool who)
{
	const char *space = strrchr(args->command->name, ' ');
	json_t *params;
	int code = read_params(cli, args, operand, &params);

	if (code)
		return code;
	code = who ? kith_who_param(cli, params, operand, args->command->name) : 0;
	if (!code)
		return kith_report_run(cli, space ? space + 1 : args->command->name, params);
	json_decref(params);
	return code;
}

int kith_run_report(struct kith_cli *cli, const struct kith_args *args)
{
	return run_with(cli, args, "id", false);
}

int kith_run_path(struct kith_cli *cli, const struct kith_args *args)
{
	return run_with(cli, args, "to", true);
}

int kith_run_balance(struct kith_cli *cli, const struct kith_args *args)
{
	return run_with(cli, args, "author", true);
}

/* "Seoul, KR" is a place and its country. */
static void split_place(json_t *params)
{
	const char *place = kith_json_get_text(params, "place");
	const char *comma = strrchr(place, ','), *country = comma ? comma + 1 : "";
	size_t name_len = comma ? (size_t)(comma - place) : 0, country_len = strlen(country);

	kith_trim(&country, &country_len);
	kith_trim(&place, &name_len);
	if (country_len != 2)
		return;
	kith_json_set(params, "country", json_stringn(country, country_len));
	if (name_len)
		kith_json_set(params, "place", json_stringn(place, name_len));
	else
		json_object_del(params, "place");
}

int kith_run_check_fit(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *params;
	int code = read_params(cli, args, "id", &params);

	if (code)
		return code;
	split_place(params);
	if (!json_object_get(params, "country")) {
		json_decref(params);
		return kith_fail(cli, KITH_EXIT_USAGE,
			"check-fit needs a place with its country: --place \"Seoul, KR\"");
	}
	return kith_report_run(cli, "fit", params);
}

/* ---- those that are drawn ------------------------------------------------------------------ */

int kith_run_plan_status(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *params, *page;
	int code = read_params(cli, args, "id", &params);

	if (!code)
		code = kith_report_ask(cli, "plan", params, &page);
	if (code)
		return code;
	if (kith_flag(cli, KITH_OPT_JSON))
		kith_out_json(cli, page);
	else
		kith_report_print_columns(cli, page);
	json_decref(page);
	return KITH_EXIT_OK;
}

int kith_run_lineage(struct kith_cli *cli, const struct kith_args *args)
{
	bool dot = kith_flag(cli, KITH_OPT_DOT), svg = kith_flag(cli, KITH_OPT_SVG);
	struct kith_str drawing;
	json_t *params, *page;
	int code;

	if (!dot && !svg)
		return kith_run_report(cli, args);
	code = read_params(cli, args, "id", &params);
	if (!code)
		code = kith_report_ask(cli, "lineage", params, &page);
	if (code)
		return code;
	kith_str_init(&drawing);
	if (svg)
		kith_lineage_svg(page, NULL, &drawing);
	else
		kith_lineage_dot(page, &drawing);
	kith_out(cli, &drawing);
	kith_str_clear(&drawing);
	json_decref(page);
	return KITH_EXIT_OK;
}
