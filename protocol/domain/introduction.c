/*
 * introduction.c: see introduction.h.
 *
 * What an attacker controls: nothing but their own answer, if they are one of the two.
 */
#include "protocol/domain/introduction.h"

#include "protocol/domain/judge.h"
#include "protocol/domain/read.h"

struct walk {
	const struct kith_record *target;
	struct kith_introduction *out;
};

static void reply(
	struct kith_introduced *one, const struct kith_record *source, Kith__Position position)
{
	if (one->reply != KITH_REPLY_NONE &&
		kith_record_order(source->created_ms, &source->id, one->replied_ms, &one->id) < 0)
		return;
	one->reply = position == KITH__POSITION__POSITION_SUPPORT ? KITH_REPLY_YES : KITH_REPLY_NO;
	one->id = source->id;
	one->replied_ms = source->created_ms;
}

static int see_reply(void *ctx, const struct kith_record *source)
{
	struct walk *walk = ctx;
	struct kith_introduction *out = walk->out;
	struct kith_introduced *one = kith_same_author(&source->author, &out->a.author)   ? &out->a
				      : kith_same_author(&source->author, &out->b.author) ? &out->b
											  : NULL;
	Kith__Position position;
	int got = one ? kith_read_stance(source, &position, NULL) : 0;

	if (got > 0)
		got = kith_link_counts(
			source, KITH__LINK_TYPE__LINK_TYPE_ANSWERS, walk->target, NULL);
	if (got <= 0)
		return got;
	reply(one, source, position);
	return 0;
}

static void conclude(struct kith_introduction *out)
{
	if (out->a.reply == KITH_REPLY_NO || out->b.reply == KITH_REPLY_NO)
		out->state = KITH_INTRODUCTION_DECLINED;
	else if (out->a.reply == KITH_REPLY_YES && out->b.reply == KITH_REPLY_YES)
		out->state = KITH_INTRODUCTION_ACCEPTED;
}

static int derive(const struct kith_view *view, const struct kith_record *record,
	struct kith_introduction *out)
{
	struct walk walk = {record, out};
	const Kith__Introduction *introduction;
	struct kith_body body;
	int got;

	if (record->kind != KITH__BODY__KIND_INTRODUCTION)
		return KITH_E_WRONG_TYPE;
	got = kith_read_body(record, &body);
	if (got <= 0)
		return got < 0 ? got : KITH_E_NOT_FOUND;
	introduction = (const Kith__Introduction *)body.message;
	memcpy(out->a.author.bytes, introduction->a_author.data, KITH_ID_LEN);
	memcpy(out->b.author.bytes, introduction->b_author.data, KITH_ID_LEN);
	kith_body_clear(&body);
	got = kith_view_linked(
		view, &record->id, KITH__LINK_TYPE__LINK_TYPE_ANSWERS, see_reply, &walk);
	if (!got)
		conclude(out);
	return got;
}

int kith_introduction_derive(const struct kith_view *view, const struct kith_record_id *id,
	struct kith_introduction *out)
{
	struct kith_record *record;
	int err = kith_view_copy(view, id, &record);

	*out = (struct kith_introduction){.state = KITH_INTRODUCTION_PROPOSED};
	if (err)
		return err;
	err = derive(view, record, out);
	kith_record_free(record);
	return err;
}
