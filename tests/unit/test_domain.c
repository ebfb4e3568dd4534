/*
 * test_domain.c: what records mean together, by example; a table or a small story for each rule of
 * SPEC section "What records mean together": links, revisions, stances, signatures. The rest is in
 * test_domain_deeds.c and test_domain_translation.c, and test_domain_order.c shuffles.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/domain/judge.h"
#include "protocol/domain/revision.h"
#include "protocol/domain/signature.h"
#include "protocol/domain/stance.h"
#include "tests/unit/domain_world.h"

#define WELL     "{'polarity': 'well', 'text': 'green'}"
#define CODES(i) T ", 'criteria': [{'codes': " #i ", 'dimension': 'https://example.org/d'}]"

/* ---- which links count --------------------------------------------------------------------- */

enum { PRACTICE, PROFILE, INTRODUCTION, EVALUATION, ASK, BARE_EVALUATION };

static void say_targets(struct domain_world *w)
{
	domain_say(w, 0, 1, "practice", "", T);
	domain_say(w, 1, 1, "profile", "", T ", 'type': 'person'");
	domain_say(w, 2, 1, "introduction", "", "'a': '@0', 'b': '@1', 'why': 'w'");
	domain_say(w, 1, 1, "evaluation", "", T ", 'criteria': [" WELL ", " WELL "]");
	domain_say(w, 0, 1, "ask", "", T ", 'type': 'question'");
	domain_say(w, 1, 1, "evaluation", "", T ", 'outcome': 'failed'");
}

static const struct {
	size_t who;
	const char *lang, *kind, *type;
	size_t target;
	const char *body;
	const char *why; /* NULL: it counts */
} links[] = {
	{0, "en", "practice", "revises", PRACTICE, T, NULL},
	{1, "en", "practice", "revises", PRACTICE, T, "by the author"},
	{0, "en", "ask", "revises", PRACTICE, T ", 'type': 'idea'", "of the kind"},
	{1, "en", "practice", "adapts", PRACTICE, T, NULL},
	{1, "nl", "practice", "translates", PRACTICE, T, NULL},
	{1, "en-GB", "practice", "translates", PRACTICE, T, NULL},
	{1, "EN", "practice", "translates", PRACTICE, T, "another language"},
	{1, "nl", "profile", "translates", PRACTICE, T ", 'type': 'person'", "of the kind"},
	{0, "en", "stance", "about", PRACTICE, SUPPORT, NULL},
	{0, "en", "stance", "about", PROFILE, SUPPORT, "profile"},
	{0, "en", "label", "about", PROFILE, "'value': 'v', 'reason': 'r'", NULL},
	{0, "en", "stance", "answers", INTRODUCTION, SUPPORT, NULL},
	{1, "en", "stance", "answers", INTRODUCTION, ABSTAIN, NULL},
	{2, "en", "stance", "answers", INTRODUCTION, SUPPORT, "two who are introduced"},
	{0, "en", "stance", "answers", ASK, SUPPORT, "introduction"},
	{1, "en", "practice", "answers", ASK, T, NULL},
	{1, "en", "stance", "co-signs", PRACTICE, SUPPORT, NULL},
	{0, "en", "stance", "co-signs", PRACTICE, SUPPORT, "author"},
	{1, "en", "practice", "co-signs", PRACTICE, T, "from a stance"},
	{0, "en", "evaluation", "evaluates", PRACTICE, T ", 'outcome': 'mixed'", NULL},
	{0, "en", "evaluation", "evaluates", EVALUATION, CODES(1), NULL},
	{0, "en", "evaluation", "evaluates", EVALUATION, CODES(2), "does not have"},
	{0, "en", "evaluation", "evaluates", BARE_EVALUATION, CODES(0), "does not have"},
	{0, "en", "evaluation", "evaluates", PRACTICE, CODES(0), "an evaluation"},
	{2, "en", "introduction", "introduces", PROFILE, "'a': '@0', 'b': '@1', 'why': 'w'", NULL},
	{2, "en", "introduction", "introduces", PRACTICE, "'a': '@0', 'b': '@1', 'why': 'w'",
		"to a profile"},
	{0, "en", "practice", "introduces", PROFILE, T, "from an introduction"},
	{0, "en", "practice", "cites", PROFILE, T, NULL},
	{0, "en", "practice", "part-of", ASK, T, NULL},
};

static void links_count_by_what_they_lead_to(void **state)
{
	struct domain_world *w = *state;
	struct kith_view view = domain_view(w);

	say_targets(w);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		const char *why = NULL;
		struct kith_problem problem = {.field = ""};
		const struct kith_record *source;
		int counts;

		w->lang = links[i].lang;
		source = w->made[domain_make(w, links[i].who, 2, links[i].kind,
			LINK(links[i].type, links[i].target), links[i].body)];
		counts = kith_link_counts(
			source, source->links[0].type, w->made[links[i].target], &why);
		if (counts != !links[i].why || (why && !strstr(why, links[i].why)))
			fail_msg("row %zu: counts %d: %s", i, counts, why ? why : "");
		assert_int_equal(
			kith_links_check(&view, source, &problem), links[i].why ? KITH_E_RULE : 0);
		assert_string_equal(problem.field, links[i].why ? "links[0]" : "");
	}
}

static void a_link_to_what_is_missing_or_erased_is_not_judged_by_its_words(void **state)
{
	struct domain_world *w = *state;
	struct kith_view view = domain_view(w);
	const char *why = NULL;
	size_t missing, dangling, answer;

	say_targets(w);
	missing = domain_make(w, 0, 1, "practice", "", T);
	dangling = domain_say(w, 1, 2, "practice", LINK("revises", missing), T);
	assert_int_equal(kith_links_check(&view, w->made[dangling], NULL), 0);
	answer = domain_say(w, 0, 2, "stance", LINK("answers", INTRODUCTION), SUPPORT);
	domain_erase(w, INTRODUCTION);
	assert_int_equal(kith_link_counts(w->made[answer], w->made[answer]->links[0].type,
				 w->made[INTRODUCTION], &why),
		0);
	assert_non_null(strstr(why, "erased"));
	domain_erase(w, PRACTICE); /* what needs no words goes on counting */
	domain_say(w, 0, 3, "practice", LINK("revises", PRACTICE), T);
	assert_int_equal(kith_link_counts(w->made[w->made_count - 1],
				 KITH__LINK_TYPE__LINK_TYPE_REVISES, w->made[PRACTICE], NULL),
		1);
}

/* ---- revisions ----------------------------------------------------------------------------- */

static struct kith_revisions revisions_of(struct domain_world *w, size_t i)
{
	struct kith_view view = domain_view(w);
	struct kith_revisions out;

	assert_int_equal(kith_revisions_derive(&view, &w->made[i]->id, &out), 0);
	return out;
}

static void see_revisions(struct domain_world *w, size_t i, size_t count, size_t heads,
	size_t first_head, bool superseded)
{
	struct kith_revisions r = revisions_of(w, i);

	assert_int_equal(r.count, count);
	assert_int_equal(r.head_count, heads);
	assert_int_equal(r.superseded, superseded);
	SAME(&r.versions[0].id, &w->made[first_head]->id);
	assert_false(r.cut);
	kith_revisions_clear(&r);
}

static void two_edits_made_apart_are_both_heads(void **state)
{
	struct domain_world *w = *state;
	size_t first = domain_say(w, 0, 1, "practice", "", T);
	size_t one = domain_say(w, 0, 5, "practice", LINK("revises", first), T);
	size_t two = domain_say(w, 0, 4, "practice", LINK("revises", first), T);
	size_t both;
	char links_of_both[500];

	see_revisions(w, first, 3, 2, one, true);
	see_revisions(w, two, 3, 2, one, false);
	domain_say(w, 1, 9, "practice", LINK("revises", first), T); /* somebody else's */
	see_revisions(w, first, 3, 2, one, true);
	snprintf(links_of_both, sizeof(links_of_both), "%s, %s", LINK("revises", one),
		LINK("revises", two));
	both = domain_say(w, 0, 3, "practice", links_of_both, T); /* joined; the clock was wrong */
	see_revisions(w, first, 4, 1, both, true);
	see_revisions(w, both, 4, 1, both, false);
	domain_erase(w, one);
	see_revisions(w, first, 4, 1, both, true);
}

static void versions_are_joined_when_the_one_between_arrives(void **state)
{
	struct domain_world *w = *state;
	size_t first = domain_say(w, 0, 1, "practice", "", T);
	size_t between = domain_make(w, 0, 2, "practice", LINK("revises", first), T);
	size_t last = domain_say(w, 0, 3, "practice", LINK("revises", between), T);
	struct kith_view view = domain_view(w);
	struct kith_revisions r;

	see_revisions(w, first, 1, 1, first, false);
	see_revisions(w, last, 1, 1, last, false);
	assert_int_equal(kith_revisions_derive(&view, &w->made[between]->id, &r), KITH_E_NOT_FOUND);
	w->here[w->here_count++] = w->made[between];
	see_revisions(w, first, 3, 1, last, true);
	see_revisions(w, between, 3, 1, last, true);
}

static void a_thousand_versions_are_cut_at_the_old_end(void **state)
{
	struct domain_world *w = *state;
	struct kith_revisions r;
	size_t last = domain_say(w, 0, 1, "practice", "", T);

	for (size_t i = 0; i < KITH_VERSIONS_MAX + 20; i++)
		last = domain_say(w, 0, 2 + i, "practice", LINK("revises", last), T);
	r = revisions_of(w, 0);
	assert_true(r.cut);
	assert_true(r.superseded);
	assert_int_equal(r.count, KITH_VERSIONS_MAX);
	assert_int_equal(r.head_count, 1);
	SAME(&r.versions[0].id, &w->made[last]->id);
	SAME(&r.versions[r.count - 1].id, &w->made[0]->id); /* the one asked about stays */
	assert_int_equal(r.versions[r.count - 2].created_ms, 23);
	kith_revisions_clear(&r);
}

/* ---- stances ------------------------------------------------------------------------------- */

static struct kith_stances stances_on(struct domain_world *w, size_t i)
{
	struct kith_view view = domain_view(w);
	struct kith_stances out;

	assert_int_equal(kith_stances_derive(&view, &w->made[i]->id, &out), 0);
	return out;
}

static const struct {
	struct {
		size_t who;
		uint64_t when;
		const char *position;
	} taken[4];
	size_t support, object, abstain, block;
	bool contested;
} stances[] = {
	{{{1, 5, SUPPORT}}, 1, 0, 0, 0, false},
	{{{1, 5, SUPPORT}, {2, 6, OBJECT}}, 1, 1, 0, 0, true},
	{{{1, 5, SUPPORT}, {2, 6, BLOCK}}, 1, 0, 0, 1, true},
	{{{1, 5, OBJECT}, {2, 6, BLOCK}}, 0, 1, 0, 1, false},
	{{{1, 5, SUPPORT}, {2, 6, ABSTAIN}}, 1, 0, 1, 0, false},
	/* the latest of each counts, whichever arrives last */
	{{{1, 5, SUPPORT}, {1, 6, OBJECT}}, 0, 1, 0, 0, false},
	{{{1, 6, OBJECT}, {1, 5, SUPPORT}}, 0, 1, 0, 0, false},
	{{{1, 5, OBJECT}, {2, 5, SUPPORT}, {1, 7, SUPPORT}}, 2, 0, 0, 0, false},
	{{{0, 5, SUPPORT}, {1, 5, BLOCK}}, 1, 0, 0, 1, true}, /* also the author's own */
};

static void the_latest_stance_of_each_counts(void **state)
{
	struct domain_world *w = *state;

	for (size_t i = 0; i < sizeof(stances) / sizeof(stances[0]); i++) {
		size_t about = domain_say(w, 0, 1, "practice", "", T);
		struct kith_stances s;

		for (size_t k = 0; k < 4 && stances[i].taken[k].position; k++)
			take_stance(w, stances[i].taken[k].who, stances[i].taken[k].when, about,
				stances[i].taken[k].position);
		s = stances_on(w, about);
		if (s.support != stances[i].support || s.object != stances[i].object ||
			s.abstain != stances[i].abstain || s.block != stances[i].block ||
			s.contested != stances[i].contested)
			fail_msg("row %zu", i);
		kith_stances_clear(&s);
	}
}

static void of_one_moment_the_greater_id_is_the_latest(void **state)
{
	struct domain_world *w = *state;
	size_t about = domain_say(w, 0, 1, "practice", "", T);
	size_t one = take_stance(w, 1, 5, about, SUPPORT);
	size_t two = take_stance(w, 1, 5, about, OBJECT);
	size_t later =
		kith_id_compare(w->made[one]->id.bytes, w->made[two]->id.bytes) > 0 ? one : two;
	struct kith_stances s = stances_on(w, about);

	assert_int_equal(s.count, 1);
	SAME(&s.list[0].id, &w->made[later]->id);
	kith_stances_clear(&s);
}

static void every_reason_is_shown_and_one_author_is_one_voice(void **state)
{
	struct domain_world *w = *state;
	size_t about = domain_say(w, 0, 1, "practice", "", T);
	size_t person = domain_say(w, 0, 1, "profile", "", T ", 'type': 'person'");
	struct kith_stances s;

	for (size_t i = 0; i < 300; i++)
		take_stance(w, 1, 100 + i, about, i == 299 ? OBJECT : SUPPORT);
	take_stance(w, 2, 50, about, BLOCK);
	co_sign(w, 3, 60, about);
	take_stance(w, 2, 50, person, SUPPORT); /* not about people */
	s = stances_on(w, about);
	assert_int_equal(s.count, 3);
	assert_string_equal(s.list[0].reason, "unlawful");
	assert_int_equal(s.list[1].position, KITH__POSITION__POSITION_SUPPORT);
	assert_null(s.list[1].reason);
	assert_string_equal(s.list[2].reason, "too dear");
	assert_int_equal(s.list[2].created_ms, 399);
	assert_true(s.contested);
	kith_stances_clear(&s);
	s = stances_on(w, person);
	assert_int_equal(s.count, 0);
	kith_stances_clear(&s);
}

/* The same stance at another time, of a key that nobody has: no signature is looked at here. */
static void echo(struct domain_world *w, size_t stance, uint32_t key, uint64_t when)
{
	struct kith_record *record;

	assert_int_equal(kith_record_copy(w->made[stance], &record), 0);
	memcpy(record->author.bytes, &key, sizeof(key));
	memcpy(record->id.bytes, &key, sizeof(key));
	memcpy(record->id.bytes + sizeof(key), &when, sizeof(when));
	record->created_ms = when;
	domain_grow(w);
	w->here[w->here_count++] = w->made[w->made_count++] = record;
}

static void of_too_many_those_who_spoke_first_are_kept_with_their_latest(void **state)
{
	struct domain_world *w = *state;
	size_t about = domain_say(w, 0, 1, "practice", "", T);
	size_t yes = domain_make(w, 1, 1, "stance", LINK("about", about), SUPPORT);
	size_t no = domain_make(w, 1, 1, "stance", LINK("about", about), OBJECT);
	struct kith_stances s;

	for (uint32_t i = 0; i < KITH_STANCES_MAX + 50; i++)
		echo(w, yes, i, 1000 + i);
	echo(w, no, 1000000, 1000000); /* comes when the list is full, before … */
	echo(w, yes, 1000000, 10);     /* … what makes its author one of the first */
	s = stances_on(w, about);
	assert_true(s.cut);
	assert_int_equal(s.count, KITH_STANCES_MAX);
	assert_int_equal(s.object, 1);
	assert_int_equal(s.list[s.count - 1].created_ms, 1000000);
	assert_string_equal(s.list[s.count - 1].reason, "too dear");
	kith_stances_clear(&s);
}

static void a_stance_does_not_carry_over_to_a_revision(void **state)
{
	struct domain_world *w = *state;
	struct kith_view view = domain_view(w);
	size_t first = domain_say(w, 0, 1, "practice", "", T);
	size_t second = domain_say(w, 0, 2, "practice", LINK("revises", first), T);
	struct kith_stances s;

	take_stance(w, 1, 3, first, SUPPORT);
	s = stances_on(w, second);
	assert_int_equal(s.count, 0);
	kith_stances_clear(&s);
	assert_int_equal(
		kith_is_accepted_by(&view, &w->made[first]->id, domain_person(w, 1), NULL), 1);
	assert_int_equal(
		kith_is_accepted_by(&view, &w->made[second]->id, domain_person(w, 1), NULL), 0);
}

/* ---- signatures ---------------------------------------------------------------------------- */

static void see_signers(struct domain_world *w, size_t i, size_t count, bool we, bool proposed)
{
	struct kith_view view = domain_view(w);
	struct kith_signatures s;

	assert_int_equal(kith_signatures_derive(&view, &w->made[i]->id, &s), 0);
	assert_int_equal(s.count, count);
	assert_int_equal(s.we, we);
	assert_int_equal(s.proposed, proposed);
	SAME(&s.list[0].author, &w->made[i]->author);
	SAME(&s.list[0].id, &w->made[i]->id);
	kith_signatures_clear(&s);
}

static void we_is_more_than_one(void **state)
{
	struct domain_world *w = *state;
	size_t i = domain_say(w, 0, 1, "practice", "", T);
	size_t we = domain_say(w, 0, 2, "practice", "", T ", 'voice': 'we'");

	see_signers(w, i, 1, false, false);
	see_signers(w, we, 1, true, true);
	co_sign(w, 0, 3, we);              /* one's own does not count … */
	take_stance(w, 1, 3, we, SUPPORT); /* … and support is no signature */
	see_signers(w, we, 1, true, true);
	co_sign(w, 1, 4, we);
	see_signers(w, we, 2, true, false);
	co_sign(w, 1, 5, we);
	take_stance(w, 1, 6, we, OBJECT); /* shown beside it, takes nothing back */
	see_signers(w, we, 2, true, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DOMAIN_TEST(links_count_by_what_they_lead_to),
		DOMAIN_TEST(a_link_to_what_is_missing_or_erased_is_not_judged_by_its_words),
		DOMAIN_TEST(two_edits_made_apart_are_both_heads),
		DOMAIN_TEST(versions_are_joined_when_the_one_between_arrives),
		DOMAIN_TEST(a_thousand_versions_are_cut_at_the_old_end),
		DOMAIN_TEST(the_latest_stance_of_each_counts),
		DOMAIN_TEST(of_one_moment_the_greater_id_is_the_latest),
		DOMAIN_TEST(every_reason_is_shown_and_one_author_is_one_voice),
		DOMAIN_TEST(of_too_many_those_who_spoke_first_are_kept_with_their_latest),
		DOMAIN_TEST(a_stance_does_not_carry_over_to_a_revision),
		DOMAIN_TEST(we_is_more_than_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
