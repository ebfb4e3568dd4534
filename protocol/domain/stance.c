/*
 * stance.c: see stance.h.
 *
 * What an attacker controls: how many stances there are and by how many keys, and each time. With
 * KITH_STANCES_MAX keys and early times they can crowd others out of the list, which then says that
 * it is cut; whether a certain author accepts something is found in spite of them.
 */
#include "protocol/domain/stance.h"

#include <stdlib.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/read.h"
#include "protocol/domain/voices.h"

static const uint32_t stance_links[] = {
	KITH__LINK_TYPE__LINK_TYPE_ABOUT,
	KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS,
};
#define STANCE_LINKS (sizeof(stance_links) / sizeof(stance_links[0]))

/* A walk over the stances that count on a record. */
struct walk {
	const struct kith_record *target;
	uint32_t type;
	struct kith_voices voices;
	const struct kith_author *author; /* of the one, for kith_stance_of() */
	struct kith_stance *out;
	bool found;
};

static int each(const struct kith_view *view, struct walk *walk, kith_view_visit *visit)
{
	int err = 0;

	for (size_t i = 0; !err && i < STANCE_LINKS; i++) {
		walk->type = stance_links[i];
		err = kith_view_linked(view, &walk->target->id, walk->type, visit, walk);
	}
	return err;
}

/* ---- of everybody -------------------------------------------------------------------------- */

static int hear(void *ctx, const struct kith_record *source)
{
	struct walk *walk = ctx;
	struct kith_word word = {.id = source->id, .created_ms = source->created_ms};
	Kith__Position position;
	int got = source->kind == KITH__BODY__KIND_STANCE
			  ? kith_link_counts(source, walk->type, walk->target, NULL)
			  : 0;

	if (got > 0)
		got = kith_read_stance(source, &position, &word.reason);
	if (got <= 0)
		return got;
	word.position = (int)position;
	return kith_voices_hear_take(&walk->voices, &source->author, word);
}

static int hear_all(const struct kith_view *view, struct walk *walk)
{
	int err = each(view, walk, hear);

	if (!err && walk->voices.cut)
		err = each(view, walk, hear);
	return err;
}

static void count(struct kith_stances *out, Kith__Position position)
{
	out->support += position == KITH__POSITION__POSITION_SUPPORT;
	out->object += position == KITH__POSITION__POSITION_OBJECT;
	out->abstain += position == KITH__POSITION__POSITION_ABSTAIN;
	out->block += position == KITH__POSITION__POSITION_BLOCK;
}

static int oldest_first(const void *a, const void *b)
{
	const struct kith_stance *x = a, *y = b;

	return kith_record_order(x->created_ms, &x->id, y->created_ms, &y->id);
}

static int list_voices(struct kith_voices *voices, struct kith_stances *out)
{
	out->cut = voices->cut;
	out->list = calloc(voices->count ? voices->count : 1, sizeof(*out->list));
	if (!out->list)
		return KITH_E_NOMEM;
	for (size_t i = 0; i < voices->count; i++) {
		struct kith_voice *voice = &voices->list[i];
		Kith__Position position = (Kith__Position)voice->latest.position;

		out->list[out->count++] = (struct kith_stance){.author = voice->author,
			.id = voice->latest.id,
			.created_ms = voice->latest.created_ms,
			.position = position,
			.reason = voice->latest.reason};
		voice->latest.reason = NULL;
		count(out, position);
	}
	qsort(out->list, out->count, sizeof(*out->list), oldest_first);
	out->contested = out->support && (out->object || out->block);
	return 0;
}

int kith_stances_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_stances *out)
{
	struct kith_record *target;
	struct walk walk = {.voices = kith_voices(KITH_STANCES_MAX)};
	int err = kith_view_copy(view, id, &target);

	*out = (struct kith_stances){.list = NULL};
	if (err)
		return err;
	walk.target = target;
	err = hear_all(view, &walk);
	if (!err)
		err = list_voices(&walk.voices, out);
	kith_voices_clear(&walk.voices);
	kith_record_free(target);
	return err;
}

void kith_stances_clear(struct kith_stances *stances)
{
	for (size_t i = 0; i < stances->count; i++)
		free(stances->list[i].reason);
	free(stances->list);
	*stances = (struct kith_stances){.list = NULL};
}

/* ---- of one author ------------------------------------------------------------------------- */

static int look_for_one(void *ctx, const struct kith_record *source)
{
	struct walk *walk = ctx;
	struct kith_stance *out = walk->out;
	Kith__Position position;
	int got;

	if (!kith_same_author(&source->author, walk->author) ||
		(walk->found && kith_record_order(source->created_ms, &source->id, out->created_ms,
					&out->id) <= 0))
		return 0;
	got = kith_read_stance(source, &position, NULL);
	if (got > 0)
		got = kith_link_counts(source, walk->type, walk->target, NULL);
	if (got <= 0)
		return got;
	walk->found = true;
	*out = (struct kith_stance){.author = source->author,
		.id = source->id,
		.created_ms = source->created_ms,
		.position = position};
	return 0;
}

int kith_stance_of(const struct kith_view *view, const struct kith_record_id *id,
	const struct kith_author *author, struct kith_stance *out)
{
	struct kith_record *target;
	struct walk walk = {.author = author, .out = out};
	int err = kith_view_copy(view, id, &target);

	*out = (struct kith_stance){.created_ms = 0};
	if (err)
		return err;
	walk.target = target;
	err = each(view, &walk, look_for_one);
	kith_record_free(target);
	return err || walk.found ? err : KITH_E_NOT_FOUND;
}

int kith_is_accepted_by(const struct kith_view *view, const struct kith_record_id *id,
	const struct kith_author *author, uint64_t *since_ms)
{
	struct kith_stance stance;
	int err = kith_stance_of(view, id, author, &stance);

	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	if (since_ms)
		*since_ms = stance.created_ms;
	return stance.position == KITH__POSITION__POSITION_SUPPORT;
}
