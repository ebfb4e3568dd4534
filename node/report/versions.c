/* versions.c: see versions.h. */
#include "node/report/versions.h"

#include "protocol/domain/revision.h"

static bool has(const struct kith_linked *linked, const struct kith_record_id *id)
{
	for (size_t i = 0; i < linked->count; i++)
		if (kith_id_equal(linked->list[i]->id.bytes, id->bytes))
			return true;
	return false;
}

static int add_once(
	struct kith_report *report, const struct kith_record_id *id, struct kith_linked *out)
{
	struct kith_record *record;
	int err;

	if (has(out, id))
		return 0;
	err = kith_report_get(report, id, &record);
	return err ? err : kith_linked_keep(report, out, record);
}

/* Heads stand first, each part newest first. */
static int add_chosen(struct kith_report *report, const struct kith_revisions *revisions,
	uint64_t as_of_ms, struct kith_linked *out)
{
	const struct kith_version *newest = NULL;
	int err = 0;

	for (size_t i = 0; !err && i < revisions->count; i++) {
		const struct kith_version *version = &revisions->versions[i];

		if (as_of_ms == 0 && version->head)
			err = add_once(report, &version->id, out);
		else if (version->created_ms <= as_of_ms &&
			 (!newest || kith_record_order(newest->created_ms, &newest->id,
					     version->created_ms, &version->id) < 0))
			newest = version;
	}
	return newest && !err ? add_once(report, &newest->id, out) : err;
}

int kith_versions_add(struct kith_report *report, const struct kith_record *record,
	uint64_t as_of_ms, struct kith_linked *out)
{
	struct kith_revisions revisions;
	int err = kith_revisions_derive(&report->view, &record->id, &revisions);

	if (err)
		return err;
	err = add_chosen(report, &revisions, as_of_ms, out);
	kith_revisions_clear(&revisions);
	return err;
}

static int add_versions_of_all(struct kith_report *report, const struct kith_linked *found,
	uint64_t as_of_ms, struct kith_linked *out)
{
	int err = 0;

	for (size_t i = 0; !err && i < found->count; i++)
		err = kith_versions_add(report, found->list[i], as_of_ms, out);
	out->cut |= found->cut;
	return err;
}

int kith_versions_linked(struct kith_report *report, const struct kith_record_id *target,
	uint32_t type, uint32_t kind, uint64_t as_of_ms, struct kith_linked *out)
{
	struct kith_revisions targets;
	struct kith_linked found = {0};
	int err = kith_revisions_derive(&report->view, target, &targets);

	if (err)
		return err;
	for (size_t i = 0; !err && i < targets.count; i++)
		err = kith_linked_add(report, &targets.versions[i].id, type, kind, &found);
	kith_revisions_clear(&targets);
	if (!err)
		err = add_versions_of_all(report, &found, as_of_ms, out);
	kith_linked_clear(&found);
	kith_linked_sort(out);
	return err;
}
