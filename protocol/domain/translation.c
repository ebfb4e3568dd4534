/*
 * translation.c: see translation.h. What is missing in a translation is found in untranslated.c.
 *
 * What an attacker controls: how many translations there are, into which languages, what they say
 * of their method and time. What the source's author wrote or accepted goes before all of theirs
 * when one is chosen; when the list is cut, old ones go first.
 */
#include "protocol/domain/translation.h"

#include <stdlib.h>
#include <strings.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/keep.h"
#include "protocol/domain/read.h"
#include "protocol/domain/revision.h"
#include "protocol/domain/stance.h"

struct walk {
	const struct kith_record *source; /* the version under way */
	bool stale;
	struct kith_keep keep;
};

/* ---- collecting ---------------------------------------------------------------------------- */

static int newest_first(const void *a, const void *b)
{
	const struct kith_translation *x = a, *y = b;
	int order = kith_record_order(y->created_ms, &y->id, x->created_ms, &x->id);

	/* one record may translate two versions */
	return order ? order : kith_id_compare(x->source.bytes, y->source.bytes);
}

static int by_language(const void *a, const void *b)
{
	const struct kith_translation *x = a, *y = b;
	int order = strcasecmp(x->lang, y->lang);

	return order ? order : newest_first(a, b);
}

/* What the note about the link to the source says. */
static int read_method(
	const struct kith_record *record, const struct kith_record_id *source, Kith__Method *out)
{
	struct kith_body body;
	int got = kith_read_body(record, &body);

	if (got <= 0)
		return got;
	for (size_t i = 0; i < body.body->n_notes; i++) {
		const Kith__LinkNote *note = body.body->notes[i];

		if (note->has_method && note->link < record->link_count &&
			record->links[note->link].type == KITH__LINK_TYPE__LINK_TYPE_TRANSLATES &&
			kith_same_record(&record->links[note->link].target, source))
			*out = note->method;
	}
	kith_body_clear(&body);
	return 0;
}

static int see_translation(void *ctx, const struct kith_record *record)
{
	struct walk *walk = ctx;
	struct kith_translation translation = {.id = record->id,
		.source = walk->source->id,
		.author = record->author,
		.created_ms = record->created_ms,
		.erased = !record->has_body,
		.stale = walk->stale};
	int got =
		kith_link_counts(record, KITH__LINK_TYPE__LINK_TYPE_TRANSLATES, walk->source, NULL);

	if (got <= 0)
		return got;
	memcpy(translation.lang, record->lang, sizeof(translation.lang));
	got = read_method(record, &walk->source->id, &translation.method);
	return got ? got : kith_keep_add(&walk->keep, &translation);
}

static int collect_of_version(
	const struct kith_view *view, struct walk *walk, const struct kith_version *version)
{
	struct kith_record *source;
	int err = kith_view_copy(view, &version->id, &source);

	if (err)
		return err;
	walk->source = source;
	walk->stale = !version->head;
	err = kith_view_linked(
		view, &version->id, KITH__LINK_TYPE__LINK_TYPE_TRANSLATES, see_translation, walk);
	kith_record_free(source);
	return err;
}

/* ---- judging ------------------------------------------------------------------------------- */

static int judge(const struct kith_view *view, const struct kith_author *author,
	struct kith_translation *translation)
{
	int err = kith_is_superseded(view, &translation->id, &translation->replaced);
	int got;

	if (err)
		return err;
	got = kith_same_author(&translation->author, author)
		      ? 1
		      : kith_is_accepted_by(view, &translation->id, author, NULL);
	translation->accepted = got > 0;
	return got < 0 ? got : 0;
}

static int collect(const struct kith_view *view, const struct kith_record_id *id,
	struct kith_translations *out)
{
	struct walk walk = {.keep = kith_keep(sizeof(struct kith_translation),
				    KITH_TRANSLATIONS_MAX, newest_first)};
	struct kith_revisions revisions;
	int err = kith_revisions_derive(view, id, &revisions);

	for (size_t i = 0; !err && i < revisions.count; i++)
		err = collect_of_version(view, &walk, &revisions.versions[i]);
	out->list = (struct kith_translation *)(void *)walk.keep.items;
	out->count = walk.keep.count;
	out->cut = walk.keep.cut || revisions.cut;
	kith_revisions_clear(&revisions);
	return err;
}

int kith_translations_derive(const struct kith_view *view, const struct kith_record_id *id,
	struct kith_translations *out)
{
	struct kith_record *record;
	int err = kith_view_copy(view, id, &record);

	*out = (struct kith_translations){.list = NULL};
	if (err)
		return err;
	memcpy(out->lang, record->lang, sizeof(out->lang));
	out->has_original = record->has_body;
	err = collect(view, id, out);
	for (size_t i = 0; !err && i < out->count; i++)
		err = judge(view, &record->author, &out->list[i]);
	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), by_language);
	kith_record_free(record);
	if (err)
		kith_translations_clear(out);
	return err;
}

void kith_translations_clear(struct kith_translations *translations)
{
	free(translations->list);
	*translations = (struct kith_translations){.list = NULL};
}

/* ---- choosing ------------------------------------------------------------------------------ */

bool kith_lang_matches(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);
	const char *longer = a_len > b_len ? a : b;
	size_t shorter = a_len > b_len ? b_len : a_len;

	return shorter > 0 && strncasecmp(a, b, shorter) == 0 &&
	       (longer[shorter] == '\0' || longer[shorter] == '-');
}

static bool is_by_machine(const struct kith_translation *translation)
{
	return translation->method != KITH__METHOD__METHOD_HUMAN &&
	       translation->method != KITH__METHOD__METHOD_MIXED;
}

/* Whether a is to be shown rather than b, both into the language and made alike. */
static bool is_better(const struct kith_translation *a, const struct kith_translation *b)
{
	if (a->stale != b->stale)
		return !a->stale;
	if (a->accepted != b->accepted)
		return a->accepted;
	return newest_first(a, b) < 0;
}

/* lang NULL: any. */
static const struct kith_translation *best(
	const struct kith_translations *translations, const char *lang, bool machine)
{
	const struct kith_translation *found = NULL;

	for (size_t i = 0; i < translations->count; i++) {
		const struct kith_translation *one = &translations->list[i];

		if (one->erased || one->replaced || is_by_machine(one) != machine ||
			(lang && !kith_lang_matches(lang, one->lang)))
			continue;
		if (!found || is_better(one, found))
			found = one;
	}
	return found;
}

const struct kith_translation *kith_translations_into(
	const struct kith_translations *translations, const char *lang, bool machine)
{
	return best(translations, lang, machine);
}

static struct kith_choice choose(const struct kith_translation *translation, bool wanted)
{
	struct kith_choice choice = {KITH_SHOWN_HUMAN, translation, wanted};

	if (!translation)
		choice.shown = KITH_SHOWN_ORIGINAL;
	else if (is_by_machine(translation))
		choice.shown = KITH_SHOWN_MACHINE;
	else if (translation->method == KITH__METHOD__METHOD_MIXED)
		choice.shown = KITH_SHOWN_MIXED;
	return choice;
}

/* There is no original to fall back on. */
static struct kith_choice choose_other(
	const struct kith_translations *translations, const char *const *wanted, size_t count)
{
	const struct kith_translation *found = NULL;

	for (size_t i = 0; !found && i < count; i++)
		found = best(translations, wanted[i], true);
	if (found)
		return choose(found, true);
	found = best(translations, NULL, false);
	if (!found)
		found = best(translations, NULL, true);
	if (found)
		return choose(found, false);
	return (struct kith_choice){KITH_SHOWN_NOTHING, NULL, false};
}

struct kith_choice kith_translations_choose(
	const struct kith_translations *translations, const char *const *wanted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct kith_translation *found;

		if (translations->has_original && kith_lang_matches(wanted[i], translations->lang))
			return choose(NULL, true);
		found = best(translations, wanted[i], false);
		if (found)
			return choose(found, true);
	}
	if (translations->has_original)
		return choose(NULL, false);
	return choose_other(translations, wanted, count);
}
