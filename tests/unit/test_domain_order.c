/*
 * test_domain_order.c: what is derived from a set of records does not depend on the order in which
 * they arrived: 10,000 orders of arrival of random worlds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/domain_random.h"
#include "tests/unit/domain_state.h"

#define WORLDS   100
#define SHUFFLES 100 /* of each */
#define RECORDS  32
#define MISSING  2
#define ROOM     (1u << 20)

static void compare(const struct kith_buf *first, const struct kith_buf *now, uint64_t seed)
{
	if (first->len != now->len || memcmp(first->data, now->data, now->len) != 0)
		fail_msg("world %llu: another order, another state", (unsigned long long)seed);
}

static void shuffle_world(uint64_t seed)
{
	struct domain_world w;
	struct seeded order = {seed * 7919};
	struct kith_view view = domain_view(&w);
	struct kith_buf first, now;

	domain_make_world(&w, seed, RECORDS);
	kith_buf_init(&first, ROOM);
	kith_buf_init(&now, ROOM);
	domain_arrive(&w, &order, MISSING);
	domain_put_all(&view, &w, put_state, &first);
	for (size_t i = 0; i < SHUFFLES; i++) {
		domain_arrive(&w, &order, MISSING);
		now.len = 0;
		domain_put_all(&view, &w, put_state, &now);
		compare(&first, &now, seed);
	}
	kith_buf_clear(&first);
	kith_buf_clear(&now);
	domain_clear(&w);
}

static void ten_thousand_orders_of_arrival_give_one_state(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= WORLDS; seed++)
		shuffle_world(seed);
}

/* Records come one by one, and somebody looks after each. */
static void every_beginning_of_an_order_has_a_state(void **state)
{
	struct domain_world w;
	struct kith_view view = domain_view(&w);
	struct seeded order = {3};
	struct kith_buf out;

	(void)state;
	kith_buf_init(&out, ROOM);
	for (uint64_t seed = 1; seed <= 20; seed++) {
		size_t count;

		domain_make_world(&w, seed, RECORDS);
		domain_arrive(&w, &order, 0);
		count = w.here_count;
		for (w.here_count = 0; w.here_count < count; w.here_count++) {
			out.len = 0;
			domain_put_all(&view, &w, put_state, &out);
		}
		domain_clear(&w);
	}
	kith_buf_clear(&out);
}

/* ---- worlds in which there is something to get wrong ----------------------------------------- */

enum {
	SUPERSEDED,
	TWO_HEADS,
	CONTESTED,
	SIGNED_TWICE,
	WE_PROPOSED,
	WE_SHARED,
	PACT_ACTIVE,
	PACT_BY_QUORUM,
	ACCEPTED,
	DECLINED,
	ANSWERED,
	UNANSWERED,
	AGREED,
	STALE,
	REPLACED,
	TRANSLATION_ACCEPTED,
	DANGLES,
	DOES_NOT_COUNT,
	SIGHTS
};

struct tally {
	size_t seen[SIGHTS];
	const struct kith_record *source;
	uint32_t type;
};

static int tally_link(void *ctx, const struct kith_record *target)
{
	struct tally *t = ctx;

	t->seen[DOES_NOT_COUNT] += kith_link_counts(t->source, t->type, target, NULL) == 0;
	return 0;
}

static void tally_links(
	const struct kith_view *view, const struct kith_record *record, struct tally *t)
{
	t->source = record;
	for (size_t i = 0; i < record->link_count; i++) {
		t->type = record->links[i].type;
		if (kith_view_get(view, &record->links[i].target, tally_link, t))
			t->seen[DANGLES]++;
	}
}

static void tally_words(
	const struct kith_view *view, const struct kith_record_id *id, struct tally *t)
{
	struct kith_revisions r;
	struct kith_stances s;
	struct kith_signatures g;
	struct kith_translations n;

	assert_int_equal(kith_revisions_derive(view, id, &r), 0);
	t->seen[SUPERSEDED] += r.superseded;
	t->seen[TWO_HEADS] += r.head_count > 1;
	kith_revisions_clear(&r);
	assert_int_equal(kith_stances_derive(view, id, &s), 0);
	t->seen[CONTESTED] += s.contested;
	kith_stances_clear(&s);
	assert_int_equal(kith_signatures_derive(view, id, &g), 0);
	t->seen[SIGNED_TWICE] += g.count > 1;
	t->seen[WE_PROPOSED] += g.proposed;
	t->seen[WE_SHARED] += g.we && !g.proposed;
	kith_signatures_clear(&g);
	assert_int_equal(kith_translations_derive(view, id, &n), 0);
	for (size_t i = 0; i < n.count; i++) {
		t->seen[STALE] += n.list[i].stale;
		t->seen[REPLACED] += n.list[i].replaced;
		t->seen[TRANSLATION_ACCEPTED] += n.list[i].accepted;
	}
	kith_translations_clear(&n);
}

static void tally_deeds(
	const struct kith_view *view, const struct kith_record_id *id, struct tally *t)
{
	struct kith_pact p;
	struct kith_introduction n;
	struct kith_answers a;
	struct kith_agreements g;

	if (kith_pact_derive(view, id, &p) == 0 && p.state == KITH_PACT_ACTIVE)
		t->seen[p.needed < p.count ? PACT_BY_QUORUM : PACT_ACTIVE]++;
	if (kith_introduction_derive(view, id, &n) == 0) {
		t->seen[ACCEPTED] += n.state == KITH_INTRODUCTION_ACCEPTED;
		t->seen[DECLINED] += n.state == KITH_INTRODUCTION_DECLINED;
	}
	if (kith_answers_derive(view, id, &a) == 0)
		t->seen[a.answered ? ANSWERED : UNANSWERED]++;
	kith_answers_clear(&a);
	if (kith_agreements_derive(view, id, &g) == 0)
		t->seen[AGREED] += g.count > 0;
	kith_agreements_clear(&g);
}

static void the_worlds_hold_every_state(void **state)
{
	struct domain_world w;
	struct kith_view view = domain_view(&w);
	struct seeded order = {1};
	struct tally tally = {.source = NULL};

	(void)state;
	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		domain_make_world(&w, seed, RECORDS);
		domain_arrive(&w, &order, MISSING);
		for (size_t i = 0; i < w.here_count; i++) {
			tally_links(&view, w.here[i], &tally);
			tally_words(&view, &w.here[i]->id, &tally);
			tally_deeds(&view, &w.here[i]->id, &tally);
		}
		domain_clear(&w);
	}
	for (size_t i = 0; i < SIGHTS; i++)
		if (tally.seen[i] == 0)
			fail_msg("no world holds state %zu", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_orders_of_arrival_give_one_state),
		cmocka_unit_test(every_beginning_of_an_order_has_a_state),
		cmocka_unit_test(the_worlds_hold_every_state),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
