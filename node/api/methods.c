/* methods.c: see methods.h. One row a method, in order of name; test_schema.c holds rows and
 * schema files against each other. */
#include "node/api/methods.h"

#include <string.h>

#include "node/api/families.h"

static const struct kith_method methods[] = {
	{.name = "kind.describe", .run = kith_method_kind_describe},
	{.name = "metrics.get", .run = kith_method_metrics_get},
	{.name = "node.info", .begin = kith_method_node_info},
	{.name = "partner.add", .begin = kith_method_partner_add},
	{.name = "partner.list", .run = kith_method_partner_list},
	{.name = "partner.pause", .begin = kith_method_partner_pause},
	{.name = "partner.remove", .begin = kith_method_partner_remove},
	{.name = "partner.resume", .begin = kith_method_partner_resume},
	{.name = "record.check", .begin = kith_method_record_check},
	{.name = "record.find", .ask = kith_method_record_find},
	{.name = "record.follow", .run = kith_method_record_follow},
	{.name = "record.get", .begin = kith_method_record_get},
	{.name = "record.links", .ask = kith_method_record_links},
	{.name = "record.publish", .begin = kith_method_record_publish, .overlaps = true},
	{.name = "record.state", .ask = kith_method_record_state},
	{.name = "record.unfollow", .run = kith_method_record_unfollow},
	{.name = "report.areas", .ask = kith_method_report},
	{.name = "report.balance", .ask = kith_method_report},
	{.name = "report.cafe", .ask = kith_method_report},
	{.name = "report.criteria", .ask = kith_method_report},
	{.name = "report.digest", .ask = kith_method_report},
	{.name = "report.dissent", .ask = kith_method_report},
	{.name = "report.failed", .ask = kith_method_report},
	{.name = "report.fit", .ask = kith_method_report},
	{.name = "report.lineage", .ask = kith_method_report},
	{.name = "report.match", .ask = kith_method_report},
	{.name = "report.path", .ask = kith_method_report},
	{.name = "report.plan", .ask = kith_method_report},
	{.name = "report.silence", .ask = kith_method_report},
	{.name = "report.trace", .ask = kith_method_report},
	{.name = "report.unanswered", .ask = kith_method_report},
	{.name = "rpc.discover", .run = kith_method_rpc_discover},
	{.name = "sync.status", .run = kith_method_sync_status},
};
#define METHODS (sizeof(methods) / sizeof(methods[0]))

const struct kith_method *kith_method_at(size_t i)
{
	return i < METHODS ? &methods[i] : NULL;
}

const struct kith_method *kith_method_find(const char *name)
{
	for (size_t i = 0; i < METHODS; i++)
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	return NULL;
}
