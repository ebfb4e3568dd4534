/*
 * answer.h: the answers of an ask, and why each counts.
 *
 * An answer is any record with a link `answers` to the ask. It counts when its author is among
 * those whom the ask is addressed to, or when the asker accepts it (their latest stance on it is
 * support). What the asker wrote themselves counts only with their acceptance, whoever is
 * addressed.
 */
#ifndef KITH_PROTOCOL_DOMAIN_ANSWER_H
#define KITH_PROTOCOL_DOMAIN_ANSWER_H

#include "protocol/domain/view.h"

struct kith_answer {
	struct kith_record_id id;
	struct kith_author author;
	uint64_t created_ms;
	uint32_t kind;
	bool by_asker;
	bool by_addressee; /* and not by the asker */
	bool accepted;
	bool counts;       /* by_addressee or accepted */
	uint64_t since_ms; /* when it counts: when it was written or accepted, what came first */
};

struct kith_answers {
	struct kith_answer *list; /* oldest first */
	size_t count;
	size_t counting;
	bool answered;     /* counting is not 0 */
	uint64_t since_ms; /* when answered: since when */
	bool cut; /* more than KITH_ANSWERS_MAX: addressees' first, then the oldest are here */
};

/* KITH_E_NOT_FOUND: the ask is not here. KITH_E_WRONG_TYPE: it is no ask. */
KITH_MUST_CHECK int kith_answers_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_answers *out);
void kith_answers_clear(struct kith_answers *answers);

#endif
