/*
 * revision.h: the versions of a record, and which of them are heads.
 *
 * A link `revises` counts between records of the same kind and author. The versions of a record are
 * all that such links join it with, forwards and backwards; its heads are those that none revises.
 * Two edits made apart are both heads, and both are shown. A missing version in between keeps what
 * lies on its two sides apart until it arrives.
 */
#ifndef KITH_PROTOCOL_DOMAIN_REVISION_H
#define KITH_PROTOCOL_DOMAIN_REVISION_H

#include "protocol/domain/view.h"

struct kith_version {
	struct kith_record_id id;
	uint64_t created_ms;
	bool head;   /* no held version revises it */
	bool erased; /* its body is gone */
};

struct kith_revisions {
	struct kith_version *versions; /* the heads first, each part newest first */
	size_t count;                  /* 1 or more */
	size_t head_count;             /* 1 or more, unless cut */
	bool superseded;               /* the record that was asked about is no head */
	bool cut; /* more than KITH_VERSIONS_MAX: the newest are here, and the one asked about */
};

/* KITH_E_NOT_FOUND: the record is not here. */
KITH_MUST_CHECK int kith_revisions_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_revisions *out);
void kith_revisions_clear(struct kith_revisions *revisions);

/* Only whether a held version revises the record: one walk, for lists. Same errors. */
KITH_MUST_CHECK int kith_is_superseded(
	const struct kith_view *view, const struct kith_record_id *id, bool *out);

#endif
