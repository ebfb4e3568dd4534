/*
 * exchange.h: what was agreed: two exchanges, one of which answers the other.
 *
 * They agree when their directions complement each other (a need and an offer; a potential
 * complements either), their authors are two, and the author of the one that is answered accepts
 * the other: their latest stance on it is support. The giver is the author of the offer, or of the
 * potential beside a need.
 */
#ifndef KITH_PROTOCOL_DOMAIN_EXCHANGE_H
#define KITH_PROTOCOL_DOMAIN_EXCHANGE_H

#include "protocol/domain/view.h"

struct kith_agreement {
	struct kith_record_id answer;   /* the exchange that answers … */
	struct kith_record_id answered; /* … the other */
	struct kith_author giver, receiver;
	struct kith_record_id given; /* of the two, the giver's */
	uint64_t since_ms;           /* when it was accepted */
};

struct kith_agreements {
	struct kith_agreement *list; /* by time, then by id of the answer */
	size_t count;
	bool cut; /* more than KITH_AGREEMENTS_MAX answers were to be looked at; the oldest were */
};

/* Every agreement that the exchange is a side of. KITH_E_NOT_FOUND; KITH_E_WRONG_TYPE. */
KITH_MUST_CHECK int kith_agreements_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_agreements *out);
void kith_agreements_clear(struct kith_agreements *agreements);

#endif
