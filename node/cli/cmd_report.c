/* cmd_report.c: kith report and its kin: what many records say together. */
#include "node/cli/cli.h"
#include "node/cli/lineage_draw.h"
#include "node/cli/report_page.h"
#include "node/cli/run.h"

static json_t *about(const struct kith_args *args)
{
	return kith_need_json(json_pack("{s:s}", "id", args->operands[0]));
}

/* The option as an argument, if it was given. */
static void set_option(
	const struct kith_cli *cli, json_t *params, enum kith_opt opt, const char *name)
{
	if (kith_value(cli, opt))
		kith_json_set(params, name, json_string(kith_value(cli, opt)));
}

int kith_run_lineage(struct kith_cli *cli, const struct kith_args *args)
{
	bool dot = kith_flag(cli, KITH_OPT_DOT), svg = kith_flag(cli, KITH_OPT_SVG);
	struct kith_str drawing;
	json_t *page;
	int code;

	if (!dot && !svg)
		return kith_report_run(cli, "lineage", about(args));
	code = kith_report_ask(cli, "lineage", about(args), &page);
	if (code)
		return code;
	kith_str_init(&drawing);
	if (svg)
		kith_lineage_svg(page, &drawing);
	else
		kith_lineage_dot(page, &drawing);
	kith_out(cli, &drawing);
	kith_str_clear(&drawing);
	json_decref(page);
	return KITH_EXIT_OK;
}

int kith_run_trace(struct kith_cli *cli, const struct kith_args *args)
{
	return kith_report_run(cli, "trace", about(args));
}

int kith_run_plan_status(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *params = kith_need_json(json_object()), *page;
	int code;

	if (args->operand_count)
		kith_json_set(params, "id", json_string(args->operands[0]));
	set_option(cli, params, KITH_OPT_AS_OF, "as_of");
	set_option(cli, params, KITH_OPT_BY, "by");
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

int kith_run_report_areas(struct kith_cli *cli, const struct kith_args *args)
{
	return kith_report_run(cli, "areas", about(args));
}
