/*
 * answer.c: see answer.h.
 *
 * What an attacker controls: how many records answer, by how many keys. Those of addressees are
 * kept before all others. Nobody but the asker can accept.
 */
#include "protocol/domain/answer.h"

#include <stdlib.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/keep.h"
#include "protocol/domain/read.h"
#include "protocol/domain/stance.h"

struct walk {
	const struct kith_record *ask;
	const Kith__Ask *body; /* NULL: erased; then nobody is known to be addressed */
	struct kith_keep keep;
};

static bool is_addressed(const struct walk *walk, const struct kith_author *author)
{
	for (size_t i = 0; walk->body && i < walk->body->n_addressed_to_author; i++)
		if (kith_is_key_of(&walk->body->addressed_to_author[i], author))
			return true;
	return false;
}

static int see_answer(void *ctx, const struct kith_record *source)
{
	struct walk *walk = ctx;
	struct kith_answer answer = {.id = source->id,
		.author = source->author,
		.created_ms = source->created_ms,
		.kind = source->kind,
		.by_asker = kith_same_author(&source->author, &walk->ask->author)};
	int got = kith_link_counts(source, KITH__LINK_TYPE__LINK_TYPE_ANSWERS, walk->ask, NULL);

	if (got <= 0)
		return got;
	answer.by_addressee = !answer.by_asker && is_addressed(walk, &source->author);
	return kith_keep_add(&walk->keep, &answer);
}

static int oldest_first(const void *a, const void *b)
{
	const struct kith_answer *x = a, *y = b;

	return kith_record_order(x->created_ms, &x->id, y->created_ms, &y->id);
}

static int addressees_first(const void *a, const void *b)
{
	const struct kith_answer *x = a, *y = b;

	if (x->by_addressee != y->by_addressee)
		return x->by_addressee ? -1 : 1;
	return oldest_first(a, b);
}

static int judge_answer(
	const struct kith_view *view, const struct kith_record *ask, struct kith_answer *answer)
{
	uint64_t accepted_ms = 0;
	int accepted = kith_is_accepted_by(view, &answer->id, &ask->author, &accepted_ms);

	if (accepted < 0)
		return accepted;
	answer->accepted = accepted;
	answer->counts = answer->accepted || answer->by_addressee;
	if (answer->counts)
		answer->since_ms = answer->by_addressee ? answer->created_ms : accepted_ms;
	if (answer->by_addressee && answer->accepted && accepted_ms < answer->since_ms)
		answer->since_ms = accepted_ms;
	return 0;
}

static int conclude(
	const struct kith_view *view, const struct kith_record *ask, struct kith_answers *out)
{
	int err = 0;

	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), oldest_first);
	for (size_t i = 0; !err && i < out->count; i++) {
		struct kith_answer *answer = &out->list[i];

		err = judge_answer(view, ask, answer);
		if (err || !answer->counts)
			continue;
		if (!out->answered || answer->since_ms < out->since_ms)
			out->since_ms = answer->since_ms;
		out->answered = true;
		out->counting++;
	}
	return err;
}

static int collect(
	const struct kith_view *view, const struct kith_record *ask, struct kith_answers *out)
{
	struct walk walk = {.ask = ask,
		.keep = kith_keep(sizeof(struct kith_answer), KITH_ANSWERS_MAX, addressees_first)};
	struct kith_body body;
	int got = kith_read_body(ask, &body);
	int err;

	if (got < 0)
		return got;
	walk.body = got ? (const Kith__Ask *)body.message : NULL;
	err = kith_view_linked(
		view, &ask->id, KITH__LINK_TYPE__LINK_TYPE_ANSWERS, see_answer, &walk);
	if (got)
		kith_body_clear(&body);
	out->list = (struct kith_answer *)(void *)walk.keep.items;
	out->count = walk.keep.count;
	out->cut = walk.keep.cut;
	return err;
}

int kith_answers_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_answers *out)
{
	struct kith_record *ask;
	int err = kith_view_copy(view, id, &ask);

	*out = (struct kith_answers){.list = NULL};
	if (err)
		return err;
	err = ask->kind == KITH__BODY__KIND_ASK ? collect(view, ask, out) : KITH_E_WRONG_TYPE;
	if (!err)
		err = conclude(view, ask, out);
	kith_record_free(ask);
	if (err)
		kith_answers_clear(out);
	return err;
}

void kith_answers_clear(struct kith_answers *answers)
{
	free(answers->list);
	*answers = (struct kith_answers){.list = NULL};
}
