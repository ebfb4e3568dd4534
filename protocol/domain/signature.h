/*
 * signature.h: who signed a record: its author, and everybody whose stance co-signs it.
 *
 * A signature is a stance of position support with a link `co-signs`, by another than the author.
 * It stands: a later objection of the same person is shown beside it and does not take it back. A
 * WE record with fewer than two signers is proposed.
 */
#ifndef KITH_PROTOCOL_DOMAIN_SIGNATURE_H
#define KITH_PROTOCOL_DOMAIN_SIGNATURE_H

#include "protocol/domain/view.h"

struct kith_signer {
	struct kith_author author;
	struct kith_record_id
		id; /* of their first signature; of the record itself for its author */
	uint64_t signed_ms;
};

struct kith_signatures {
	struct kith_signer *list; /* the author, then the others, oldest first */
	size_t count;             /* 1 or more */
	bool we;                  /* its voice is WE */
	bool proposed;            /* … and its author stands alone */
	bool cut;                 /* more than KITH_SIGNERS_MAX; the oldest are here */
};

KITH_MUST_CHECK int kith_signatures_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_signatures *out);
void kith_signatures_clear(struct kith_signatures *signatures);

#endif
