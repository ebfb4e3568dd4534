/*
 * domain_state.h: everything that is derived of a record, as bytes that can be compared. For tests;
 * included after cmocka.
 */
#ifndef KITH_TESTS_UNIT_DOMAIN_STATE_H
#define KITH_TESTS_UNIT_DOMAIN_STATE_H

#include "protocol/domain/answer.h"
#include "protocol/domain/exchange.h"
#include "protocol/domain/introduction.h"
#include "protocol/domain/judge.h"
#include "protocol/domain/pact.h"
#include "protocol/domain/revision.h"
#include "protocol/domain/signature.h"
#include "protocol/domain/stance.h"
#include "protocol/domain/translation.h"

/* Structs may have holes with anything in them, so each member is written by itself. */
#define PUT(out, member) kith_write(out, &(member), sizeof(member))

static inline void put_text(struct kith_buf *out, const char *text)
{
	kith_write(out, text ? text : "", text ? strlen(text) + 1 : 1);
}

static inline void put_revisions(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_revisions r;
	bool superseded;
	int err = kith_revisions_derive(view, id, &r);

	PUT(out, err);
	PUT(out, r.count);
	PUT(out, r.head_count);
	PUT(out, r.superseded);
	for (size_t i = 0; i < r.count; i++) {
		PUT(out, r.versions[i].id);
		PUT(out, r.versions[i].created_ms);
		PUT(out, r.versions[i].head);
		PUT(out, r.versions[i].erased);
	}
	assert_int_equal(kith_is_superseded(view, id, &superseded), err);
	if (!err)
		assert_int_equal(superseded, r.superseded);
	kith_revisions_clear(&r);
}

static inline void put_stances(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_stances s;
	int err = kith_stances_derive(view, id, &s);

	PUT(out, err);
	PUT(out, s.count);
	PUT(out, s.support);
	PUT(out, s.object);
	PUT(out, s.abstain);
	PUT(out, s.block);
	PUT(out, s.contested);
	for (size_t i = 0; i < s.count; i++) {
		PUT(out, s.list[i].author);
		PUT(out, s.list[i].id);
		PUT(out, s.list[i].created_ms);
		PUT(out, s.list[i].position);
		put_text(out, s.list[i].reason);
	}
	kith_stances_clear(&s);
}

static inline void put_signatures(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_signatures s;
	int err = kith_signatures_derive(view, id, &s);

	PUT(out, err);
	PUT(out, s.we);
	PUT(out, s.proposed);
	PUT(out, s.count);
	for (size_t i = 0; i < s.count; i++) {
		PUT(out, s.list[i].author);
		PUT(out, s.list[i].id);
		PUT(out, s.list[i].signed_ms);
	}
	kith_signatures_clear(&s);
}

static inline void put_pact(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_pact p;
	int err = kith_pact_derive(view, id, &p);

	PUT(out, err);
	PUT(out, p.state);
	PUT(out, p.count);
	PUT(out, p.signed_count);
	PUT(out, p.needed);
	PUT(out, p.active_since_ms);
	for (size_t i = 0; i < p.count; i++) {
		PUT(out, p.parties[i].author);
		PUT(out, p.parties[i].has_signed);
		PUT(out, p.parties[i].id);
		PUT(out, p.parties[i].signed_ms);
	}
}

static inline void put_introduction(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_introduction n;
	int err = kith_introduction_derive(view, id, &n);
	const struct kith_introduced *both[] = {&n.a, &n.b};

	PUT(out, err);
	PUT(out, n.state);
	for (size_t i = 0; i < 2; i++) {
		PUT(out, both[i]->author);
		PUT(out, both[i]->reply);
		PUT(out, both[i]->id);
		PUT(out, both[i]->replied_ms);
	}
}

static inline void put_answers(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_answers a;
	int err = kith_answers_derive(view, id, &a);

	PUT(out, err);
	PUT(out, a.count);
	PUT(out, a.counting);
	PUT(out, a.answered);
	PUT(out, a.since_ms);
	for (size_t i = 0; i < a.count; i++) {
		PUT(out, a.list[i].id);
		PUT(out, a.list[i].author);
		PUT(out, a.list[i].kind);
		PUT(out, a.list[i].by_asker);
		PUT(out, a.list[i].by_addressee);
		PUT(out, a.list[i].accepted);
		PUT(out, a.list[i].since_ms);
	}
	kith_answers_clear(&a);
}

static inline void put_agreements(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	struct kith_agreements a;
	int err = kith_agreements_derive(view, id, &a);

	PUT(out, err);
	PUT(out, a.count);
	for (size_t i = 0; i < a.count; i++) {
		PUT(out, a.list[i].answer);
		PUT(out, a.list[i].answered);
		PUT(out, a.list[i].giver);
		PUT(out, a.list[i].receiver);
		PUT(out, a.list[i].given);
		PUT(out, a.list[i].since_ms);
	}
	kith_agreements_clear(&a);
}

static inline void put_translations(
	const struct kith_view *view, const struct kith_record_id *id, struct kith_buf *out)
{
	static const char *const wanted[] = {"nl-BE", "pl"};
	struct kith_translations t;
	struct kith_choice choice;
	int err = kith_translations_derive(view, id, &t);

	PUT(out, err);
	PUT(out, t.count);
	for (size_t i = 0; i < t.count; i++) {
		PUT(out, t.list[i].id);
		PUT(out, t.list[i].source);
		put_text(out, t.list[i].lang);
		PUT(out, t.list[i].method);
		PUT(out, t.list[i].stale);
		PUT(out, t.list[i].replaced);
		PUT(out, t.list[i].accepted);
	}
	choice = kith_translations_choose(&t, wanted, 2);
	PUT(out, choice.shown);
	PUT(out, choice.wanted);
	if (choice.translation)
		PUT(out, choice.translation->id);
	kith_translations_clear(&t);
}

struct judging {
	const struct kith_record *source;
	uint32_t type;
	struct kith_buf *out;
};

static inline int put_judgement(void *ctx, const struct kith_record *target)
{
	struct judging *judging = ctx;
	const char *why = NULL;
	int counts = kith_link_counts(judging->source, judging->type, target, &why);

	PUT(judging->out, counts);
	put_text(judging->out, counts ? NULL : why);
	return 0;
}

static inline void put_links(
	const struct kith_view *view, const struct kith_record *record, struct kith_buf *out)
{
	for (size_t i = 0; i < record->link_count; i++) {
		struct judging judging = {record, record->links[i].type, out};
		int err = kith_view_get(view, &record->links[i].target, put_judgement, &judging);

		PUT(out, err);
	}
}

static inline void put_state(
	const struct kith_view *view, const struct kith_record *record, struct kith_buf *out)
{
	put_links(view, record, out);
	put_revisions(view, &record->id, out);
	put_stances(view, &record->id, out);
	put_signatures(view, &record->id, out);
	put_pact(view, &record->id, out);
	put_introduction(view, &record->id, out);
	put_answers(view, &record->id, out);
	put_agreements(view, &record->id, out);
	put_translations(view, &record->id, out);
}

#endif
