/* cmd_report.c: kith report and its kin: what many records say together. */
#include "node/cli/cli.h"
#include "node/cli/lineage_draw.h"
#include "node/cli/report_page.h"
#include "node/cli/run.h"

static json_t *about(const struct kith_args *args)
{
	return kith_need_json(json_pack("{s:s}", "id", args->operands[0]));
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

int kith_run_report_areas(struct kith_cli *cli, const struct kith_args *args)
{
	return kith_report_run(cli, "areas", about(args));
}
