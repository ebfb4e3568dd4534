/* cmd_report.c: kith report: what many records say together. */
#include "node/cli/cli.h"
#include "node/cli/report_page.h"
#include "node/cli/run.h"

int kith_run_report_areas(struct kith_cli *cli, const struct kith_args *args)
{
	return kith_report_run(cli, "areas", json_pack("{s:s}", "id", args->operands[0]));
}
