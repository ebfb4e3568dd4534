/*
 * voices.h: the first and the latest word of each author. Internal to domain/.
 *
 * Words come in any order, as many of one author as they like. The authors who spoke first are
 * kept, by the time and id of their first word. When there were more (cut), who is kept is right,
 * but not yet their latest words: one may have been missed while its author was not among them.
 * Then all words are to be heard a second time.
 */
#ifndef KITH_PROTOCOL_DOMAIN_VOICES_H
#define KITH_PROTOCOL_DOMAIN_VOICES_H

#include "protocol/record.h"

struct kith_word {
	struct kith_record_id id;
	uint64_t created_ms;
	int position;
	char *reason; /* owned */
};

struct kith_voice {
	struct kith_author author;
	struct kith_record_id first_id;
	uint64_t first_ms;
	struct kith_word latest;
};

struct kith_voices {
	struct kith_voice *list; /* count of them, in no order */
	size_t count, max;
	bool cut;
	uint32_t *by_author; /* private from here: positions in list, sorted by author's key */
	size_t room;
	size_t last;     /* position of the one whose first word is the last … */
	bool last_known; /* … if this says so */
};

static inline struct kith_voices kith_voices(size_t max)
{
	return (struct kith_voices){.max = max};
}

/* Hears one word, and takes its reason, also on failure. KITH_E_NOMEM. */
KITH_MUST_CHECK int kith_voices_hear_take(
	struct kith_voices *voices, const struct kith_author *author, struct kith_word word);

void kith_voices_clear(struct kith_voices *voices);

#endif
