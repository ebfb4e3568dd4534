/*
 * reports.h: the functions behind the rows of reports.c; their duties are in
 * node/api/schema/report.NAME.json.
 */
#ifndef KITH_NODE_REPORT_REPORTS_H
#define KITH_NODE_REPORT_REPORTS_H

#include "node/report/report.h"

int kith_report_areas(struct kith_report *report);
int kith_report_balance(struct kith_report *report);
int kith_report_cafe(struct kith_report *report);
int kith_report_criteria(struct kith_report *report);
int kith_report_digest(struct kith_report *report);
int kith_report_dissent(struct kith_report *report);
int kith_report_failed(struct kith_report *report);
int kith_report_fit(struct kith_report *report);
int kith_report_lineage(struct kith_report *report);
int kith_report_match(struct kith_report *report);
int kith_report_path(struct kith_report *report);
int kith_report_plan(struct kith_report *report);
int kith_report_silence(struct kith_report *report);
int kith_report_trace(struct kith_report *report);
int kith_report_unanswered(struct kith_report *report);

#endif
