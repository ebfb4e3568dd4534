/*
 * pact.c: see pact.h.
 *
 * What an attacker controls: a party the time of their own signature, and whether they sign; a
 * stranger nothing.
 */
#include "protocol/domain/pact.h"

#include <stdlib.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/read.h"

struct walk {
	const struct kith_record *target;
	struct kith_pact *out;
};

static struct kith_party *find_party(struct kith_pact *pact, const struct kith_author *author)
{
	for (size_t i = 0; i < pact->count; i++)
		if (kith_same_author(&pact->parties[i].author, author))
			return &pact->parties[i];
	return NULL;
}

/* The first signature of a party counts. */
static void sign(struct kith_party *party, const struct kith_record *record)
{
	if (party->has_signed && kith_record_order(party->signed_ms, &party->id, record->created_ms,
					 &record->id) <= 0)
		return;
	party->has_signed = true;
	party->id = record->id;
	party->signed_ms = record->created_ms;
}

static int see_signature(void *ctx, const struct kith_record *source)
{
	struct walk *walk = ctx;
	struct kith_party *party = find_party(walk->out, &source->author);
	Kith__Position position;
	int got = party ? kith_read_stance(source, &position, NULL) : 0;

	if (got <= 0 || position != KITH__POSITION__POSITION_SUPPORT)
		return got < 0 ? got : 0;
	got = kith_link_counts(source, KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS, walk->target, NULL);
	if (got > 0)
		sign(party, source);
	return got < 0 ? got : 0;
}

static void read_pact(const Kith__Pact *pact, struct kith_pact *out)
{
	for (size_t i = 0; i < pact->n_parties_author && i < KITH_LIST_MAX; i++)
		memcpy(out->parties[out->count++].author.bytes, pact->parties_author[i].data,
			KITH_ID_LEN);
	out->needed = out->count;
	if (pact->rule == KITH__PACT_RULE__PACT_RULE_QUORUM && pact->quorum < out->needed)
		out->needed = pact->quorum;
}

static int by_time(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void conclude(struct kith_pact *pact)
{
	uint64_t times[KITH_LIST_MAX];

	for (size_t i = 0; i < pact->count; i++)
		if (pact->parties[i].has_signed)
			times[pact->signed_count++] = pact->parties[i].signed_ms;
	qsort(times, pact->signed_count, sizeof(times[0]), by_time);
	if (pact->needed == 0 || pact->signed_count < pact->needed)
		return;
	pact->state = KITH_PACT_ACTIVE;
	pact->active_since_ms = times[pact->needed - 1];
}

static int derive(
	const struct kith_view *view, const struct kith_record *record, struct kith_pact *out)
{
	struct walk walk = {record, out};
	struct kith_party *own;
	struct kith_body body;
	int got;

	if (record->kind != KITH__BODY__KIND_PACT)
		return KITH_E_WRONG_TYPE;
	got = kith_read_body(record, &body);
	if (got <= 0)
		return got < 0 ? got : KITH_E_NOT_FOUND;
	read_pact((const Kith__Pact *)body.message, out);
	kith_body_clear(&body);
	own = find_party(out, &record->author);
	if (own)
		sign(own, record);
	got = kith_view_linked(
		view, &record->id, KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS, see_signature, &walk);
	if (!got)
		conclude(out);
	return got;
}

int kith_pact_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_pact *out)
{
	struct kith_record *record;
	int err = kith_view_copy(view, id, &record);

	*out = (struct kith_pact){.count = 0};
	if (err)
		return err;
	err = derive(view, record, out);
	kith_record_free(record);
	return err;
}
