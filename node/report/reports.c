/* reports.c: the reports there are; see report.h. In order of name. */
#include "node/report/reports.h"

#include <string.h>

static const struct {
	const char *name;
	kith_report_run *run;
} reports[] = {
	{"areas", kith_report_areas},
	{"balance", kith_report_balance},
	{"cafe", kith_report_cafe},
	{"criteria", kith_report_criteria},
	{"digest", kith_report_digest},
	{"dissent", kith_report_dissent},
	{"failed", kith_report_failed},
	{"fit", kith_report_fit},
	{"lineage", kith_report_lineage},
	{"match", kith_report_match},
	{"path", kith_report_path},
	{"plan", kith_report_plan},
	{"silence", kith_report_silence},
	{"trace", kith_report_trace},
	{"unanswered", kith_report_unanswered},
};

kith_report_run *kith_report_find(const char *name)
{
	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++)
		if (strcmp(reports[i].name, name) == 0)
			return reports[i].run;
	return NULL;
}
