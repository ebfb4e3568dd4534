/*
 * signature.c: see signature.h.
 *
 * What an attacker controls: how many keys co-sign, and when they say that they did. Keys of
 * strangers make a WE record look signed; therefore signers are shown, not only counted.
 */
#include "protocol/domain/signature.h"

#include <stdlib.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/read.h"
#include "protocol/domain/voices.h"

struct walk {
	const struct kith_record *target;
	struct kith_voices voices;
};

static int hear(void *ctx, const struct kith_record *source)
{
	struct walk *walk = ctx;
	struct kith_word word = {.id = source->id, .created_ms = source->created_ms};
	Kith__Position position;
	int got = kith_read_stance(source, &position, NULL);

	if (got <= 0 || position != KITH__POSITION__POSITION_SUPPORT)
		return got < 0 ? got : 0;
	got = kith_link_counts(source, KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS, walk->target, NULL);
	return got > 0 ? kith_voices_hear_take(&walk->voices, &source->author, word) : got;
}

static int oldest_first(const void *a, const void *b)
{
	const struct kith_signer *x = a, *y = b;

	return kith_record_order(x->signed_ms, &x->id, y->signed_ms, &y->id);
}

static int list_signers(const struct walk *walk, struct kith_signatures *out)
{
	const struct kith_record *record = walk->target;

	out->list = calloc(walk->voices.count + 1, sizeof(*out->list));
	if (!out->list)
		return KITH_E_NOMEM;
	out->list[out->count++] = (struct kith_signer){
		.author = record->author, .id = record->id, .signed_ms = record->created_ms};
	for (size_t i = 0; i < walk->voices.count; i++) {
		const struct kith_voice *voice = &walk->voices.list[i];

		out->list[out->count++] = (struct kith_signer){.author = voice->author,
			.id = voice->first_id,
			.signed_ms = voice->first_ms};
	}
	qsort(out->list + 1, out->count - 1, sizeof(*out->list), oldest_first);
	out->cut = walk->voices.cut;
	out->proposed = out->we && out->count < 2;
	return 0;
}

static int read_voice(const struct kith_record *record, bool *we)
{
	struct kith_body body;
	int got = kith_read_body(record, &body);

	*we = false;
	if (got <= 0)
		return got;
	*we = body.common->has_voice && body.common->voice == KITH__VOICE__VOICE_WE;
	kith_body_clear(&body);
	return 0;
}

int kith_signatures_derive(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_signatures *out)
{
	struct kith_record *record;
	struct walk walk = {.voices = kith_voices(KITH_SIGNERS_MAX - 1)};
	int err = kith_view_copy(view, id, &record);

	*out = (struct kith_signatures){.list = NULL};
	if (err)
		return err;
	walk.target = record;
	err = read_voice(record, &out->we);
	if (!err)
		err = kith_view_linked(view, id, KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS, hear, &walk);
	if (!err)
		err = list_signers(&walk, out);
	kith_voices_clear(&walk.voices);
	kith_record_free(record);
	return err;
}

void kith_signatures_clear(struct kith_signatures *signatures)
{
	free(signatures->list);
	*signatures = (struct kith_signatures){.list = NULL};
}
