/*
 * test_domain_bounds.c: when there is more than is kept, what is kept does not depend on the order
 * either, and one author can not crowd out others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "protocol/domain/keep.h"
#include "protocol/domain/view.h"
#include "protocol/domain/voices.h"
#include "tests/unit/seeded.h"

#define ROUNDS 2000

/* ---- keep ---------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void the_smallest_are_kept_in_whatever_order_they_come(void **state)
{
	struct seeded seeded = {1};

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		uint32_t all[60];
		size_t count = seeded_below(&seeded, 60);
		struct kith_keep keep =
			kith_keep(sizeof(all[0]), 1 + seeded_below(&seeded, 20), ascending);

		for (size_t i = 0; i < count; i++) {
			all[i] = (uint32_t)seeded_next(&seeded);
			assert_int_equal(kith_keep_add(&keep, &all[i]), 0);
		}
		qsort(all, count, sizeof(all[0]), ascending);
		assert_int_equal(keep.cut, count > keep.max);
		assert_int_equal(keep.count, count > keep.max ? keep.max : count);
		if (keep.count) {
			qsort(keep.items, keep.count, sizeof(all[0]), ascending);
			assert_memory_equal(keep.items, all, keep.count * sizeof(all[0]));
		}
		kith_keep_clear(&keep);
	}
}

/* ---- voices -------------------------------------------------------------------------------- */

#define AUTHORS 12
#define WORDS   60

struct talk {
	struct {
		uint8_t author;
		struct kith_word word;
	} words[WORDS];
};

static struct kith_author author_of(uint8_t number)
{
	struct kith_author author = {{0}};

	author.bytes[0] = (uint8_t)(number * 37);
	return author;
}

static void make_talk(struct talk *talk, struct seeded *seeded)
{
	for (size_t i = 0; i < WORDS; i++) {
		talk->words[i].author = (uint8_t)seeded_below(seeded, AUTHORS);
		talk->words[i].word = (struct kith_word){
			.created_ms = seeded_below(seeded, 30), .position = (int)i};
		talk->words[i].word.id.bytes[0] = (uint8_t)(i * 101);
		talk->words[i].word.id.bytes[1] = (uint8_t)i;
	}
}

static void shuffle(struct talk *talk, struct seeded *seeded)
{
	for (size_t i = WORDS; i > 1; i--) {
		size_t j = seeded_below(seeded, i);
		struct talk other = {.words[0] = talk->words[j]};

		talk->words[j] = talk->words[i - 1];
		talk->words[i - 1] = other.words[0];
	}
}

static void hear(struct kith_voices *voices, const struct talk *talk)
{
	for (size_t i = 0; i < WORDS; i++) {
		struct kith_author author = author_of(talk->words[i].author);
		struct kith_word word = talk->words[i].word;

		word.reason = strdup("because");
		assert_int_equal(kith_voices_hear_take(voices, &author, word), 0);
	}
}

static bool before(const struct kith_word *a, const struct kith_word *b)
{
	return kith_record_order(a->created_ms, &a->id, b->created_ms, &b->id) < 0;
}

/* The first or latest word of an author, looked for the simple way; NULL: none. */
static const struct kith_word *word_of(const struct talk *talk, uint8_t author, bool latest)
{
	const struct kith_word *found = NULL;

	for (size_t i = 0; i < WORDS; i++) {
		const struct kith_word *word = &talk->words[i].word;

		if (talk->words[i].author == author &&
			(!found || (latest ? before(found, word) : before(word, found))))
			found = word;
	}
	return found;
}

/* How many spoke before this author did. */
static size_t rank_of(const struct talk *talk, uint8_t author)
{
	size_t rank = 0;

	for (uint8_t other = 0; other < AUTHORS; other++) {
		const struct kith_word *first = word_of(talk, other, false);

		rank += first && before(first, word_of(talk, author, false));
	}
	return rank;
}

static void see_voices(const struct kith_voices *voices, const struct talk *talk)
{
	size_t spoke = 0;

	for (uint8_t number = 0; number < AUTHORS; number++) {
		struct kith_author author = author_of(number);
		const struct kith_voice *voice = NULL;

		if (!word_of(talk, number, false))
			continue;
		spoke++;
		for (size_t i = 0; i < voices->count; i++)
			if (memcmp(&voices->list[i].author, &author, sizeof(author)) == 0)
				voice = &voices->list[i];
		assert_int_equal(voice != NULL, rank_of(talk, number) < voices->max);
		if (!voice)
			continue;
		assert_int_equal(voice->latest.position, word_of(talk, number, true)->position);
		assert_int_equal(voice->first_ms, word_of(talk, number, false)->created_ms);
		assert_string_equal(voice->latest.reason, "because");
	}
	assert_int_equal(voices->cut, spoke > voices->max);
}

static void who_spoke_first_is_kept_with_their_latest_word(void **state)
{
	struct seeded seeded = {2};
	struct talk talk;

	(void)state;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct kith_voices voices = kith_voices(1 + seeded_below(&seeded, AUTHORS + 2));

		make_talk(&talk, &seeded);
		hear(&voices, &talk);
		if (voices.cut) {
			shuffle(&talk, &seeded);
			hear(&voices, &talk);
		}
		see_voices(&voices, &talk);
		kith_voices_clear(&voices);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smallest_are_kept_in_whatever_order_they_come),
		cmocka_unit_test(who_spoke_first_is_kept_with_their_latest_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
