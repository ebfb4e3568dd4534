/*
 * exchange.c: see exchange.h.
 *
 * What an attacker controls: how many exchanges answer one. Nobody but the author of what is
 * answered can accept, and nobody agrees with themselves.
 */
#include "protocol/domain/exchange.h"

#include <stdlib.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/keep.h"
#include "protocol/domain/read.h"
#include "protocol/domain/stance.h"

/* One side, without its words. */
struct side {
	struct kith_record_id id;
	struct kith_author author;
	uint64_t created_ms;
	Kith__Direction direction;
};

struct walk {
	const struct kith_record *target;
	struct side own;
	struct kith_keep keep; /* sides that answer it */
};

/* 1, or 0: no exchange, or no words; or an error. */
static int read_side(const struct kith_record *record, struct side *out)
{
	struct kith_body body;
	int got = record->kind == KITH__BODY__KIND_EXCHANGE ? kith_read_body(record, &body) : 0;

	if (got <= 0)
		return got;
	*out = (struct side){.id = record->id,
		.author = record->author,
		.created_ms = record->created_ms,
		.direction = ((const Kith__Exchange *)body.message)->direction};
	kith_body_clear(&body);
	return 1;
}

static bool is_one(const struct side *side, Kith__Direction direction)
{
	return side->direction == direction;
}

/* The giver of two sides that complement each other; NULL: they do not. */
static const struct side *giver_of(const struct side *a, const struct side *b)
{
	static const Kith__Direction pairs[][2] = {
		{KITH__DIRECTION__DIRECTION_OFFER, KITH__DIRECTION__DIRECTION_NEED},
		{KITH__DIRECTION__DIRECTION_OFFER, KITH__DIRECTION__DIRECTION_POTENTIAL},
		{KITH__DIRECTION__DIRECTION_POTENTIAL, KITH__DIRECTION__DIRECTION_NEED},
	};

	if (kith_same_author(&a->author, &b->author))
		return NULL;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (is_one(a, pairs[i][0]) && is_one(b, pairs[i][1]))
			return a;
		if (is_one(b, pairs[i][0]) && is_one(a, pairs[i][1]))
			return b;
	}
	return NULL;
}

static int by_time(const void *a, const void *b)
{
	const struct kith_agreement *x = a, *y = b;
	int order = kith_record_order(x->since_ms, &x->answer, y->since_ms, &y->answer);

	return order ? order : kith_id_compare(x->answered.bytes, y->answered.bytes);
}

/* Adds the agreement of two sides, if there is one. */
static int weigh(const struct kith_view *view, const struct side *answer,
	const struct side *answered, struct kith_keep *agreements)
{
	const struct side *giver = giver_of(answer, answered);
	const struct side *receiver = giver == answer ? answered : answer;
	uint64_t since_ms;
	int got = giver ? kith_is_accepted_by(view, &answer->id, &answered->author, &since_ms) : 0;
	struct kith_agreement agreement;

	if (got <= 0)
		return got;
	agreement = (struct kith_agreement){.answer = answer->id,
		.answered = answered->id,
		.giver = giver->author,
		.receiver = receiver->author,
		.given = giver->id,
		.since_ms = since_ms};
	return kith_keep_add(agreements, &agreement);
}

/* ---- what answers it ----------------------------------------------------------------------- */

static int oldest_first(const void *a, const void *b)
{
	const struct side *x = a, *y = b;

	return kith_record_order(x->created_ms, &x->id, y->created_ms, &y->id);
}

static int see_side(void *ctx, const struct kith_record *source)
{
	struct walk *walk = ctx;
	struct side side;
	int got = read_side(source, &side);

	if (got > 0)
		got = kith_link_counts(
			source, KITH__LINK_TYPE__LINK_TYPE_ANSWERS, walk->target, NULL);
	if (got <= 0 || !giver_of(&side, &walk->own))
		return got < 0 ? got : 0;
	return kith_keep_add(&walk->keep, &side);
}

static int weigh_incoming(
	const struct kith_view *view, struct walk *walk, struct kith_keep *agreements)
{
	int err = kith_view_linked(
		view, &walk->target->id, KITH__LINK_TYPE__LINK_TYPE_ANSWERS, see_side, walk);
	const struct side *sides = (const struct side *)(void *)walk->keep.items;

	for (size_t i = 0; !err && i < walk->keep.count; i++)
		err = weigh(view, &sides[i], &walk->own, agreements);
	return err;
}

/* ---- what it answers ----------------------------------------------------------------------- */

static int weigh_one(const struct kith_view *view, struct walk *walk,
	const struct kith_record_id *id, struct kith_keep *agreements)
{
	struct kith_record *answered;
	struct side side;
	int got = kith_view_copy(view, id, &answered);

	if (got)
		return got == KITH_E_NOT_FOUND ? 0 : got;
	got = read_side(answered, &side);
	if (got > 0)
		got = kith_link_counts(
			walk->target, KITH__LINK_TYPE__LINK_TYPE_ANSWERS, answered, NULL);
	if (got > 0)
		got = weigh(view, &walk->own, &side, agreements);
	kith_record_free(answered);
	return got;
}

static int weigh_outgoing(
	const struct kith_view *view, struct walk *walk, struct kith_keep *agreements)
{
	const struct kith_record *record = walk->target;
	int err = 0;

	for (size_t i = 0; !err && i < record->link_count; i++)
		if (record->links[i].type == KITH__LINK_TYPE__LINK_TYPE_ANSWERS)
			err = weigh_one(view, walk, &record->links[i].target, agreements);
	return err;
}

/* -------------------------------------------------------------------------------------------- */

static int derive(const struct kith_view *view, const struct kith_record *record,
	struct kith_keep *agreements)
{
	struct walk walk = {.target = record,
		.keep = kith_keep(sizeof(struct side), KITH_AGREEMENTS_MAX, oldest_first)};
	int got = read_side(record, &walk.own);

	if (record->kind != KITH__BODY__KIND_EXCHANGE)
		return KITH_E_WRONG_TYPE;
	if (got > 0)
		got = weigh_incoming(view, &walk, agreements);
	else
		return got;
	if (!got)
		got = weigh_outgoing(view, &walk, agreements);
	agreements->cut |= walk.keep.cut;
	kith_keep_clear(&walk.keep);
	return got;
}

int kith_agreements_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_agreements *out)
{
	struct kith_keep keep = kith_keep(
		sizeof(struct kith_agreement), KITH_AGREEMENTS_MAX + KITH_LINKS_MAX, by_time);
	struct kith_record *record;
	int err = kith_view_copy(view, id, &record);

	*out = (struct kith_agreements){.list = NULL};
	if (err)
		return err;
	err = derive(view, record, &keep);
	kith_record_free(record);
	if (err) {
		kith_keep_clear(&keep);
		return err;
	}
	*out = (struct kith_agreements){
		(struct kith_agreement *)(void *)keep.items, keep.count, keep.cut};
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), by_time);
	return 0;
}

void kith_agreements_clear(struct kith_agreements *agreements)
{
	free(agreements->list);
	*agreements = (struct kith_agreements){.list = NULL};
}
