/*
 * translation.h: the translations of a record, and which to show to a reader.
 *
 * A translation is of exactly one version. Of a version that was revised it is stale: still shown,
 * and said to be of an older version. A translation that its own author revised is replaced.
 *
 * Anybody can publish a translation and call it human. Among several the one that the source's
 * author wrote or accepted (their latest stance on it is support) comes first, then the newest; who
 * wrote it is shown.
 */
#ifndef KITH_PROTOCOL_DOMAIN_TRANSLATION_H
#define KITH_PROTOCOL_DOMAIN_TRANSLATION_H

#include "protocol/domain/view.h"

#include "kith.pb-c.h"

struct kith_translation {
	struct kith_record_id id;
	struct kith_record_id source; /* the version that it translates */
	struct kith_author author;
	uint64_t created_ms;
	char lang[KITH_LANG_MAX_BYTES + 1];
	Kith__Method method; /* 0: its note does not say; taken for a machine's */
	bool erased;         /* nothing to show */
	bool stale;          /* source has been revised */
	bool replaced;       /* a counting `revises` replaces it */
	bool accepted;       /* by the source's author, who wrote it or supports it */
};

struct kith_translations {
	char lang[KITH_LANG_MAX_BYTES + 1]; /* of the record that was asked about */
	bool has_original;                  /* it has its body */
	struct kith_translation *list; /* of all its versions; by language, then newest first */
	size_t count;
	bool cut; /* more than KITH_TRANSLATIONS_MAX: the newest are here; or versions were cut */
};

/* KITH_E_NOT_FOUND. */
KITH_MUST_CHECK int kith_translations_derive(const struct kith_view *view,
	const struct kith_record_id *id, struct kith_translations *out);
void kith_translations_clear(struct kith_translations *translations);

/* How what is shown came to be, for its label. */
enum kith_shown {
	KITH_SHOWN_ORIGINAL,
	KITH_SHOWN_HUMAN,
	KITH_SHOWN_MIXED,
	KITH_SHOWN_MACHINE,
	KITH_SHOWN_NOTHING /* neither the original nor any translation has its body here */
};

struct kith_choice {
	enum kith_shown shown;
	const struct kith_translation *translation; /* in the list; NULL: the original */
	bool wanted;                                /* in a language that was wanted */
};

/*
 * For each wanted language in turn: the original if it is in that language, else a translation by
 * people (human or mixed; one that is not stale first). Else the original. Only without its body a
 * machine's translation into a wanted language, then any translation at all. "nl" wants "nl-BE"
 * too, and "nl-BE" is content with "nl".
 */
struct kith_choice kith_translations_choose(
	const struct kith_translations *translations, const char *const *wanted, size_t count);

/* A translation into that language, by whomever, with body and neither replaced nor an older
 * version's if there is a better one; NULL: none. For "a machine translation exists" beside the
 * original. */
const struct kith_translation *kith_translations_into(
	const struct kith_translations *translations, const char *lang, bool machine);

/*
 * What the original says and the translation does not: visits the path of each field of text for
 * people that is missing, as "lessons" or "steps[3]". KITH_E_NOT_FOUND: one of them has no body.
 * KITH_E_WRONG_TYPE: they are of two kinds.
 */
KITH_MUST_CHECK int kith_untranslated(const struct kith_record *original,
	const struct kith_record *translation, int (*visit)(void *ctx, const char *path),
	void *ctx);

/* "nl" and "nl-BE" match, either way round; letter case does not matter. */
bool kith_lang_matches(const char *a, const char *b);

#endif
