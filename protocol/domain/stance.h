/*
 * stance.h: where people stand on a record, each with their reason.
 *
 * Stances are about exactly one record; none carries over to its revision. The latest of each
 * author counts, by (created_ms, id), among those that are `about` the record or co-sign it (a
 * co-signature is support). What answers an introduction is no stance on it; see introduction.h.
 *
 * Counts are for saying "contested" and "3 support, 1 objects", never for ranking: anybody can make
 * a thousand keys.
 */
#ifndef KITH_PROTOCOL_DOMAIN_STANCE_H
#define KITH_PROTOCOL_DOMAIN_STANCE_H

#include "protocol/domain/view.h"

#include "kith.pb-c.h"

struct kith_stance {
	struct kith_author author;
	struct kith_record_id id; /* of the stance */
	uint64_t created_ms;
	Kith__Position position; /* may be a number from a later version */
	char *reason;            /* owned; NULL: none given */
};

struct kith_stances {
	struct kith_stance *list; /* one for each author, oldest first */
	size_t count;
	size_t support, object, abstain, block;
	bool contested; /* support stands beside objection or block */
	bool cut;       /* more than KITH_STANCES_MAX authors; who spoke first are here */
};

/* KITH_E_NOT_FOUND: the record is not here, so whether the stances count is not known. */
KITH_MUST_CHECK int kith_stances_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_stances *out);
void kith_stances_clear(struct kith_stances *stances);

/* The one of an author, however many others there are; reason is NULL. KITH_E_NOT_FOUND: the author
 * has taken none that counts, or the record is not here. */
KITH_MUST_CHECK int kith_stance_of(const struct kith_view *view, const struct kith_record_id *id,
	const struct kith_author *author, struct kith_stance *out);

/* Acceptance, wherever it is needed: the author's latest stance on the record is support. 1 or
 * 0, or an error; *since_ms (may be NULL) is that stance's time. */
KITH_MUST_CHECK int kith_is_accepted_by(const struct kith_view *view,
	const struct kith_record_id *id, const struct kith_author *author, uint64_t *since_ms);

#endif
