/*
 * pact.h: the state of a pact, from signatures alone.
 *
 * Its author has signed by writing it, if they are a party; any other party by co-signing. It is
 * active when all have signed, or as many as its quorum; before, proposed. A rule that this version
 * does not know is taken for all. Signatures of others than parties do not count here, and there is
 * no limit that strangers could use up.
 */
#ifndef KITH_PROTOCOL_DOMAIN_PACT_H
#define KITH_PROTOCOL_DOMAIN_PACT_H

#include "protocol/domain/view.h"

enum kith_pact_state { KITH_PACT_PROPOSED, KITH_PACT_ACTIVE };

struct kith_party {
	struct kith_author author;
	bool has_signed;
	struct kith_record_id id; /* of their first signature, or of the pact; when has_signed */
	uint64_t signed_ms;       /* when has_signed */
};

struct kith_pact {
	enum kith_pact_state state;
	struct kith_party parties[KITH_LIST_MAX]; /* in the order of the pact */
	size_t count;
	size_t signed_count;
	size_t needed;            /* signatures that make it active */
	uint64_t active_since_ms; /* when ACTIVE: the time of the signature that made it so */
};

/* KITH_E_NOT_FOUND: the record is not here, or was erased. KITH_E_WRONG_TYPE: it is no pact. */
KITH_MUST_CHECK int kith_pact_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_pact *out);

#endif
