/*
 * test_domain_deeds.c: pacts, introductions, asks and exchanges, by example; a table or a small
 * story for each rule of SPEC section "What records mean together".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "protocol/domain/answer.h"
#include "protocol/domain/exchange.h"
#include "protocol/domain/introduction.h"
#include "protocol/domain/pact.h"
#include "tests/unit/domain_world.h"

/* ---- pacts --------------------------------------------------------------------------------- */

#define PACT(rule)                                                                                 \
	T ", 'parties': ['@0', '@1', '@2'], 'clauses': [{'who': 'w', 'what': 'w'}], 'rule': " rule

static void see_pact(struct domain_world *w, size_t i, size_t has_signed, uint64_t since_ms)
{
	struct kith_view view = domain_view(w);
	struct kith_pact pact;

	assert_int_equal(kith_pact_derive(&view, &w->made[i]->id, &pact), 0);
	assert_int_equal(pact.count, 3);
	assert_int_equal(pact.signed_count, has_signed);
	assert_int_equal(pact.state, since_ms ? KITH_PACT_ACTIVE : KITH_PACT_PROPOSED);
	assert_int_equal(pact.active_since_ms, since_ms);
}

static void a_pact_is_active_when_all_have_signed(void **state)
{
	struct domain_world *w = *state;
	size_t pact = domain_say(w, 0, 10, "pact", "", PACT("'all'"));

	see_pact(w, pact, 1, 0);
	co_sign(w, 3, 11, pact);              /* a stranger */
	take_stance(w, 2, 11, pact, SUPPORT); /* no signature */
	co_sign(w, 1, 20, pact);
	co_sign(w, 1, 15, pact); /* the first one counts */
	see_pact(w, pact, 2, 0);
	co_sign(w, 2, 12, pact);
	see_pact(w, pact, 3, 15);
	take_stance(w, 1, 30, pact, BLOCK);
	see_pact(w, pact, 3, 15);
}

static void a_pact_by_quorum_needs_as_many(void **state)
{
	struct domain_world *w = *state;
	size_t pact = domain_say(w, 4, 10, "pact", "", PACT("'quorum', 'quorum': 2"));

	see_pact(w, pact, 0, 0); /* its author is no party */
	co_sign(w, 0, 20, pact);
	see_pact(w, pact, 1, 0);
	co_sign(w, 2, 30, pact);
	see_pact(w, pact, 2, 30);
	co_sign(w, 1, 25, pact);
	see_pact(w, pact, 3, 25);
}

/* ---- introductions ------------------------------------------------------------------------- */

static const struct {
	const char *a[2], *b[2]; /* positions, in order of time */
	enum kith_introduction_state state;
} introductions[] = {
	{{NULL}, {NULL}, KITH_INTRODUCTION_PROPOSED},
	{{SUPPORT}, {NULL}, KITH_INTRODUCTION_PROPOSED},
	{{SUPPORT}, {SUPPORT}, KITH_INTRODUCTION_ACCEPTED},
	{{SUPPORT}, {ABSTAIN}, KITH_INTRODUCTION_DECLINED},
	{{ABSTAIN}, {NULL}, KITH_INTRODUCTION_DECLINED},
	{{ABSTAIN, SUPPORT}, {SUPPORT}, KITH_INTRODUCTION_ACCEPTED},
	{{SUPPORT, ABSTAIN}, {SUPPORT}, KITH_INTRODUCTION_DECLINED},
	{{SUPPORT, SUPPORT}, {NULL}, KITH_INTRODUCTION_PROPOSED},
};

static void an_introduction_is_what_its_two_say(void **state)
{
	struct domain_world *w = *state;
	struct kith_view view = domain_view(w);

	for (size_t i = 0; i < sizeof(introductions) / sizeof(introductions[0]); i++) {
		struct kith_introduction seen;
		size_t one =
			domain_say(w, 2, 1, "introduction", "", "'a': '@0', 'b': '@1', 'why': 'w'");

		domain_say(w, 3, 90, "stance", LINK("answers", one), ABSTAIN); /* a stranger */
		take_stance(w, 1, 91, one, ABSTAIN); /* about it, no answer */
		for (size_t k = 2; k-- > 0;) {       /* the later arrives first */
			if (introductions[i].a[k])
				domain_say(w, 0, 10 + k, "stance", LINK("answers", one),
					introductions[i].a[k]);
			if (introductions[i].b[k])
				domain_say(w, 1, 10 + k, "stance", LINK("answers", one),
					introductions[i].b[k]);
		}
		assert_int_equal(kith_introduction_derive(&view, &w->made[one]->id, &seen), 0);
		if (seen.state != introductions[i].state)
			fail_msg("row %zu: state %d", i, seen.state);
	}
}

/* ---- asks ---------------------------------------------------------------------------------- */

#define TO_1_AND_2 T ", 'type': 'question', 'addressed_to': ['@1', '@2']"
#define TO_0_AND_1 T ", 'type': 'question', 'addressed_to': ['@0', '@1']"
#define TO_ALL     T ", 'type': 'question'"

/* The asker is 0. */
static const struct {
	const char *ask;
	size_t who;          /* answers at 10 */
	const char *then[2]; /* stances of the asker on it, at 20 and 21 */
	size_t judge;        /* who takes them; 0: the asker */
	bool counts;
	uint64_t since_ms;
} answers[] = {
	{TO_1_AND_2, 1, {NULL}, 0, true, 10},
	{TO_1_AND_2, 1, {OBJECT}, 0, true, 10},
	{TO_1_AND_2, 3, {NULL}, 0, false, 0},
	{TO_1_AND_2, 3, {SUPPORT}, 0, true, 20},
	{TO_1_AND_2, 3, {SUPPORT}, 3, false, 0}, /* nobody accepts for the asker */
	{TO_1_AND_2, 3, {SUPPORT}, 1, false, 0},
	{TO_1_AND_2, 3, {SUPPORT, OBJECT}, 0, false, 0},
	{TO_1_AND_2, 3, {OBJECT, SUPPORT}, 0, true, 21},
	{TO_1_AND_2, 3, {ABSTAIN}, 0, false, 0},
	{TO_ALL, 1, {NULL}, 0, false, 0},
	{TO_ALL, 1, {SUPPORT}, 0, true, 20},
	{TO_ALL, 0, {NULL}, 0, false, 0}, /* the asker's own … */
	{TO_ALL, 0, {SUPPORT}, 0, true, 20},
	{TO_0_AND_1, 0, {NULL}, 0, false, 0}, /* … even if they ask themselves */
	{TO_0_AND_1, 0, {SUPPORT}, 0, true, 20},
};

static void an_answer_counts_by_an_addressee_or_accepted(void **state)
{
	struct domain_world *w = *state;
	struct kith_view view = domain_view(w);

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		size_t ask = domain_say(w, 0, 1, "ask", "", answers[i].ask);
		size_t answer = domain_say(w, answers[i].who, 10, "statement", LINK("answers", ask),
			"'intent': 'comment', 'text': 't'");
		struct kith_answers seen;

		for (size_t k = 0; k < 2 && answers[i].then[k]; k++)
			take_stance(w, answers[i].judge, 20 + k, answer, answers[i].then[k]);
		assert_int_equal(kith_answers_derive(&view, &w->made[ask]->id, &seen), 0);
		assert_int_equal(seen.count, 1);
		if (seen.list[0].counts != answers[i].counts ||
			seen.answered != answers[i].counts || seen.since_ms != answers[i].since_ms)
			fail_msg("row %zu: counts %d since %d", i, seen.list[0].counts,
				(int)seen.since_ms);
		kith_answers_clear(&seen);
	}
}

static void an_ask_lists_all_that_answers_it(void **state)
{
	struct domain_world *w = *state;
	struct kith_view view = domain_view(w);
	size_t ask = domain_say(w, 0, 1, "ask", "", TO_1_AND_2);
	size_t practice = domain_say(w, 3, 30, "practice", LINK("answers", ask), T);
	struct kith_answers seen;

	domain_say(w, 1, 20, "statement", LINK("answers", ask), "'intent': 'comment', 'text': 't'");
	domain_say(w, 1, 15, "stance", LINK("answers", ask), SUPPORT); /* answers nothing */
	domain_say(
		w, 2, 16, "statement", LINK("replies-to", ask), "'intent': 'comment', 'text': 't'");
	assert_int_equal(kith_answers_derive(&view, &w->made[ask]->id, &seen), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.counting, 1);
	assert_int_equal(seen.since_ms, 20);
	SAME(&seen.list[1].id, &w->made[practice]->id);
	kith_answers_clear(&seen);
	assert_int_equal(
		kith_answers_derive(&view, &w->made[practice]->id, &seen), KITH_E_WRONG_TYPE);
}

/* ---- exchanges ----------------------------------------------------------------------------- */

static const struct {
	const char *first;  /* by 0 */
	const char *second; /* by `who`, answers it */
	size_t who, judge;  /* who supports the second */
	const char *position;
	int giver; /* -1: no agreement */
} exchanges[] = {
	{"need", "offer", 1, 0, SUPPORT, 1}, {"offer", "need", 1, 0, SUPPORT, 0},
	{"need", "potential", 1, 0, SUPPORT, 1}, {"potential", "need", 1, 0, SUPPORT, 0},
	{"offer", "potential", 1, 0, SUPPORT, 0}, {"potential", "offer", 1, 0, SUPPORT, 1},
	{"need", "need", 1, 0, SUPPORT, -1}, {"offer", "offer", 1, 0, SUPPORT, -1},
	{"potential", "potential", 1, 0, SUPPORT, -1}, {"need", "offer", 1, 0, ABSTAIN, -1},
	{"need", "offer", 1, 1, SUPPORT, -1}, /* nobody accepts their own offer … */
	{"need", "offer", 1, 2, SUPPORT, -1}, /* … or for others */
	{"need", "offer", 0, 0, SUPPORT, -1}, /* nobody agrees with themselves */
};

static void see_agreement(struct domain_world *w, size_t side, size_t row, size_t giver_side)
{
	struct kith_view view = domain_view(w);
	struct kith_agreements seen;
	int giver = exchanges[row].giver;

	assert_int_equal(kith_agreements_derive(&view, &w->made[side]->id, &seen), 0);
	if (seen.count != (giver >= 0))
		fail_msg("row %zu: %zu agreements", row, seen.count);
	if (giver >= 0) {
		SAME(&seen.list[0].giver, domain_person(w, (size_t)giver));
		SAME(&seen.list[0].receiver, domain_person(w, (size_t)(1 - giver)));
		SAME(&seen.list[0].given, &w->made[giver_side]->id);
		assert_int_equal(seen.list[0].since_ms, 9);
	}
	kith_agreements_clear(&seen);
}

static void an_agreement_needs_an_answer_and_its_acceptance(void **state)
{
	struct domain_world *w = *state;

	for (size_t i = 0; i < sizeof(exchanges) / sizeof(exchanges[0]); i++) {
		char body[100];
		size_t first, second;

		snprintf(body, sizeof(body), T ", 'what': 'w', 'direction': '%s'",
			exchanges[i].first);
		first = domain_say(w, 0, 1, "exchange", "", body);
		snprintf(body, sizeof(body), T ", 'what': 'w', 'direction': '%s'",
			exchanges[i].second);
		second = domain_say(
			w, exchanges[i].who, 5, "exchange", LINK("answers", first), body);
		take_stance(w, exchanges[i].judge, 9, second, exchanges[i].position);
		/* both sides see it */
		see_agreement(w, first, i, exchanges[i].giver == 0 ? first : second);
		see_agreement(w, second, i, exchanges[i].giver == 0 ? first : second);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DOMAIN_TEST(a_pact_is_active_when_all_have_signed),
		DOMAIN_TEST(a_pact_by_quorum_needs_as_many),
		DOMAIN_TEST(an_introduction_is_what_its_two_say),
		DOMAIN_TEST(an_answer_counts_by_an_addressee_or_accepted),
		DOMAIN_TEST(an_ask_lists_all_that_answers_it),
		DOMAIN_TEST(an_agreement_needs_an_answer_and_its_acceptance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
