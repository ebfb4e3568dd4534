/*
 * test_domain_translation.c: which translations a record has, which of them a reader is shown, and
 * what is missing in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/domain/translation.h"
#include "tests/unit/domain_world.h"

static size_t translate(struct domain_world *w, size_t who, uint64_t when, size_t what,
	const char *lang, const char *method, const char *body)
{
	char link[200];
	size_t i;

	snprintf(link, sizeof(link), "{'type': 'translates', 'target': '#%zu', 'method': '%s'}",
		what, method);
	w->lang = lang;
	i = domain_say(w, who, when, "practice", link, body);
	w->lang = NULL;
	return i;
}

static struct kith_translations translations_of(struct domain_world *w, size_t i)
{
	struct kith_view view = domain_view(w);
	struct kith_translations out;

	assert_int_equal(kith_translations_derive(&view, &w->made[i]->id, &out), 0);
	return out;
}

static const struct kith_translation *find(
	const struct kith_translations *t, const struct domain_world *w, size_t i)
{
	for (size_t k = 0; k < t->count; k++)
		if (memcmp(&t->list[k].id, &w->made[i]->id, KITH_ID_LEN) == 0)
			return &t->list[k];
	return NULL;
}

/* ---- choosing ------------------------------------------------------------------------------ */

#define NO SIZE_MAX

/* The original is English, by 0. Translations are made at 10, 11, … */
static const struct {
	struct {
		size_t who;
		const char *lang, *method;
	} into[3];
	const char *wanted[2];
	size_t shown; /* of into; NO: the original */
	enum kith_shown how;
	bool is_wanted;
} choices[] = {
	{{{0}}, {"en"}, NO, KITH_SHOWN_ORIGINAL, true},
	{{{0}}, {"nl"}, NO, KITH_SHOWN_ORIGINAL, false},
	{{{1, "nl", "human"}}, {"nl"}, 0, KITH_SHOWN_HUMAN, true},
	{{{1, "nl", "mixed"}}, {"nl"}, 0, KITH_SHOWN_MIXED, true},
	{{{1, "nl", "machine"}}, {"nl"}, NO, KITH_SHOWN_ORIGINAL, false},
	{{{1, "nl", "machine"}, {1, "pl", "human"}}, {"nl", "pl"}, 1, KITH_SHOWN_HUMAN, true},
	{{{1, "nl", "human"}, {1, "pl", "human"}}, {"pl", "nl"}, 1, KITH_SHOWN_HUMAN, true},
	{{{1, "nl", "human"}}, {"en", "nl"}, NO, KITH_SHOWN_ORIGINAL, true},
	{{{1, "nl", "human"}}, {"pl", "en"}, NO, KITH_SHOWN_ORIGINAL, true},
	{{{1, "nl-BE", "human"}}, {"nl"}, 0, KITH_SHOWN_HUMAN, true},
	{{{1, "nl", "human"}}, {"nl-BE"}, 0, KITH_SHOWN_HUMAN, true},
	{{{1, "nds", "human"}}, {"nl"}, NO, KITH_SHOWN_ORIGINAL, false},
	/* the newest; but the author's own first */
	{{{1, "nl", "human"}, {2, "nl", "human"}}, {"nl"}, 1, KITH_SHOWN_HUMAN, true},
	{{{0, "nl", "human"}, {2, "nl", "human"}}, {"nl"}, 0, KITH_SHOWN_HUMAN, true},
};

static void readers_get_their_language_from_people_before_the_original(void **state)
{
	struct domain_world *w = *state;

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		size_t original = domain_say(w, 0, 1, "practice", "", T);
		size_t first = w->made_count;
		struct kith_translations t;
		struct kith_choice choice;

		for (size_t k = 0; k < 3 && choices[i].into[k].lang; k++)
			translate(w, choices[i].into[k].who, 10 + k, original,
				choices[i].into[k].lang, choices[i].into[k].method, T);
		t = translations_of(w, original);
		choice = kith_translations_choose(
			&t, choices[i].wanted, choices[i].wanted[1] ? 2 : 1);
		if (choice.shown != choices[i].how || choice.wanted != choices[i].is_wanted)
			fail_msg("row %zu: shown %d, wanted %d", i, choice.shown, choice.wanted);
		if (choices[i].shown == NO)
			assert_null(choice.translation);
		else
			SAME(&choice.translation->id, &w->made[first + choices[i].shown]->id);
		kith_translations_clear(&t);
	}
}

static void without_the_original_a_machine_may_help(void **state)
{
	struct domain_world *w = *state;
	const char *wanted[] = {"nl"};
	size_t original = domain_say(w, 0, 1, "practice", "", T);
	struct kith_translations t;

	domain_erase(w, original);
	t = translations_of(w, original);
	assert_int_equal(kith_translations_choose(&t, wanted, 1).shown, KITH_SHOWN_NOTHING);
	kith_translations_clear(&t);
	translate(w, 1, 10, original, "pl", "human", T);
	t = translations_of(w, original);
	assert_int_equal(kith_translations_choose(&t, wanted, 1).shown, KITH_SHOWN_HUMAN);
	assert_false(kith_translations_choose(&t, wanted, 1).wanted);
	kith_translations_clear(&t);
	translate(w, 1, 11, original, "nl", "machine", T);
	t = translations_of(w, original);
	assert_int_equal(kith_translations_choose(&t, wanted, 1).shown, KITH_SHOWN_MACHINE);
	assert_non_null(kith_translations_into(&t, "nl", true));
	assert_null(kith_translations_into(&t, "nl", false));
	kith_translations_clear(&t);
}

/* ---- getting old --------------------------------------------------------------------------- */

static void a_translation_is_stale_when_its_source_was_revised(void **state)
{
	struct domain_world *w = *state;
	const char *wanted[] = {"nl"};
	size_t original = domain_say(w, 0, 1, "practice", "", T);
	size_t old = translate(w, 1, 10, original, "nl", "human", T);
	struct kith_translations t = translations_of(w, original);
	size_t revised, new;

	assert_false(find(&t, w, old)->stale);
	kith_translations_clear(&t);
	domain_say(w, 1, 2, "practice", LINK("revises", original), T); /* not theirs to revise */
	t = translations_of(w, original);
	assert_false(find(&t, w, old)->stale);
	kith_translations_clear(&t);
	revised = domain_say(w, 0, 2, "practice", LINK("revises", original), T);
	t = translations_of(w, revised); /* the revision has the old one's, too */
	assert_true(find(&t, w, old)->stale);
	SAME(&kith_translations_choose(&t, wanted, 1).translation->id, &w->made[old]->id);
	kith_translations_clear(&t);
	new = translate(w, 2, 5, revised, "nl", "human", T); /* older, but not stale */
	t = translations_of(w, original);
	assert_int_equal(t.count, 2);
	assert_false(find(&t, w, new)->stale);
	SAME(&kith_translations_choose(&t, wanted, 1).translation->id, &w->made[new]->id);
	kith_translations_clear(&t);
}

static void translations_are_replaced_and_accepted(void **state)
{
	struct domain_world *w = *state;
	const char *wanted[] = {"nl"};
	size_t original = domain_say(w, 0, 1, "practice", "", T);
	size_t first = translate(w, 1, 10, original, "nl", "human", T);
	size_t other = translate(w, 2, 20, original, "nl", "human", T);
	size_t better;
	struct kith_translations t;

	take_stance(w, 3, 30, first, SUPPORT); /* any reader's */
	t = translations_of(w, original);
	assert_false(find(&t, w, first)->accepted);
	SAME(&kith_translations_choose(&t, wanted, 1).translation->id, &w->made[other]->id);
	kith_translations_clear(&t);
	take_stance(w, 0, 30, first, SUPPORT); /* the source's author's */
	t = translations_of(w, original);
	SAME(&kith_translations_choose(&t, wanted, 1).translation->id, &w->made[first]->id);
	kith_translations_clear(&t);
	w->lang = "nl";
	better = domain_say(w, 1, 40, "practice", LINK("revises", first), T);
	w->lang = NULL;
	t = translations_of(w, original);
	assert_true(find(&t, w, first)->replaced);
	assert_null(find(&t, w, better)); /* it does not say that it translates */
	SAME(&kith_translations_choose(&t, wanted, 1).translation->id, &w->made[other]->id);
	kith_translations_clear(&t);
}

static void what_is_no_translation_is_not_listed(void **state)
{
	struct domain_world *w = *state;
	size_t original = domain_say(w, 0, 1, "practice", "", T);
	struct kith_translations t;

	translate(w, 1, 10, original, "en", "human", T); /* into the same language */
	w->lang = "nl";
	domain_say(w, 1, 10, "ask", LINK("translates", original), T ", 'type': 'idea'");
	t = translations_of(w, original);
	assert_int_equal(t.count, 0);
	kith_translations_clear(&t);
}

/* ---- what is missing ----------------------------------------------------------------------- */

static int write_path(void *ctx, const char *path)
{
	char *text = ctx;

	strncat(text, path, 200);
	strncat(text, " ", 200);
	return 0;
}

static void what_is_untranslated_is_named(void **state)
{
	static const struct {
		const char *original, *translation, *missing;
	} rows[] = {
		{T, T, ""},
		{T ", 'lessons': 'l', 'summary': 's'", T, "summary lessons "},
		{T ", 'steps': ['1', '2', '3']", T ", 'steps': ['een']", "steps[1] steps[2] "},
		{T ", 'conditions': {'legal': 'l', 'money': 'm'}",
			T ", 'conditions': {'money': 'g'}", "conditions.legal "},
		{T ", 'conditions': {'legal': 'l'}", T, "conditions.legal "},
		{T ", 'tags': ['x'], 'place': {'name': 'Kavala'}, 'maturity': 'pilot'", T, ""},
		{T, T ", 'lessons': 'more than there was'", ""},
	};
	struct domain_world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t from = domain_say(w, 0, 1, "practice", "", rows[i].original);
		size_t to = domain_say(w, 0, 1, "practice", "", rows[i].translation);
		char missing[512] = "";

		assert_int_equal(
			kith_untranslated(w->made[from], w->made[to], write_path, missing), 0);
		assert_string_equal(missing, rows[i].missing);
		domain_erase(w, to);
		assert_int_equal(kith_untranslated(w->made[from], w->made[to], write_path, missing),
			KITH_E_NOT_FOUND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DOMAIN_TEST(readers_get_their_language_from_people_before_the_original),
		DOMAIN_TEST(without_the_original_a_machine_may_help),
		DOMAIN_TEST(a_translation_is_stale_when_its_source_was_revised),
		DOMAIN_TEST(translations_are_replaced_and_accepted),
		DOMAIN_TEST(what_is_no_translation_is_not_listed),
		DOMAIN_TEST(what_is_untranslated_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
