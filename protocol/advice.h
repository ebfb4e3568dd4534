/*
 * advice.h: what no rule forbids but a friend would mention, before or after something is
 * published (DOMAIN.md, "Warn only"). It never keeps a record from being stored or forwarded.
 */
#ifndef KITH_PROTOCOL_ADVICE_H
#define KITH_PROTOCOL_ADVICE_H

#include "protocol/body.h"

struct kith_advice {
	const char *field; /* as in JSON */
	const char *words; /* a sentence after its field, as that of a rule */
};

/* Visits each piece of advice on a record with its body. Nothing for unknown kinds and erased
 * bodies. KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_record_advise(const struct kith_record *record,
	void (*visit)(void *ctx, const struct kith_advice *advice), void *ctx);

#endif
