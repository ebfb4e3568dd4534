/* reports.c: the reports there are; see report.h. In order of name. */
#include "node/report/reports.h"

#include <string.h>

static const struct {
	const char *name;
	kith_report_run *run;
} reports[] = {
	{"areas", kith_report_areas},
	{"lineage", kith_report_lineage},
	{"plan", kith_report_plan},
	{"trace", kith_report_trace},
};

kith_report_run *kith_report_find(const char *name)
{
	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++)
		if (strcmp(reports[i].name, name) == 0)
			return reports[i].run;
	return NULL;
}
