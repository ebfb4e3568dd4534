/*
 * path.c: who introduced me to somebody: the shortest path of people, by introductions that both
 * sides accepted. The broker knows both, so a step leads from a to the broker, or from the broker
 * to b, or from a to b by way of the broker.
 */
#include "node/report/reports.h"

#include <stdlib.h>
#include <string.h>

#include "node/answer.h"
#include "node/report/walk.h"
#include "protocol/domain/introduction.h"

#define PEOPLE_MAX 500u /* looked at on the way */

struct person {
	struct kith_author key;
	size_t from;              /* position of who led here */
	struct kith_record_id by; /* the introduction */
};

struct search {
	struct kith_report *report;
	struct kith_author wanted;
	struct person *people;
	size_t count, at;
	size_t goal; /* position of who was wanted, when found */
	bool found, cut;
};

static void reach(struct search *search, const uint8_t *key, const struct kith_record_id *by)
{
	for (size_t i = 0; i < search->count; i++)
		if (kith_id_equal(search->people[i].key.bytes, key))
			return;
	if (search->count == PEOPLE_MAX) {
		search->cut = true;
		return;
	}
	search->people[search->count] = (struct person){.from = search->at, .by = *by};
	memcpy(search->people[search->count].key.bytes, key, KITH_ID_LEN);
	if (kith_id_equal(key, search->wanted.bytes)) {
		search->found = true;
		search->goal = search->count;
	}
	search->count++;
}

/* An introduction by or of the person at hand leads to the others in it, if it was accepted. */
static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	struct search *search = ctx;
	struct kith_introduction introduction;
	int err;

	err = kith_introduction_derive(&report->view, &record->id, &introduction);
	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	if (introduction.state != KITH_INTRODUCTION_ACCEPTED)
		return 0;
	reach(search, introduction.a.author.bytes, &record->id);
	reach(search, introduction.b.author.bytes, &record->id);
	reach(search, record->author.bytes, &record->id);
	return search->found ? KITH_WALK_STOP : 0;
}

static int look_around(struct search *search)
{
	struct kith_author person = search->people[search->at].key;
	struct kith_find of = {.kind = KITH__BODY__KIND_INTRODUCTION, .mentions = &person};
	struct kith_find by = {.kind = KITH__BODY__KIND_INTRODUCTION, .author = &person};
	int err = kith_walk(search->report, of, KITH_REPORT_LOOK_MAX, look, search);

	search->cut |= search->report->more;
	if (!err && !search->found)
		err = kith_walk(search->report, by, KITH_REPORT_LOOK_MAX, look, search);
	search->cut |= search->report->more;
	return err;
}

/* From the one that was wanted back to the beginning, and printed the other way round. */
static int show(struct search *search)
{
	size_t steps[PEOPLE_MAX], count = 0;
	int err = 0;

	for (size_t i = search->goal; i != 0; i = search->people[i].from)
		steps[count++] = i;
	while (!err && count > 0) {
		const struct person *person = &search->people[steps[--count]];
		json_t *row;

		err = kith_report_record_of(search->report, &person->by, "why", &row);
		kith_answer_key(
			row, "from", KITH_ID_AUTHOR, search->people[person->from].key.bytes);
		kith_answer_key(row, "to", KITH_ID_AUTHOR, person->key.bytes);
	}
	return err;
}

static int search_path(struct search *search, const struct kith_author *from)
{
	int err = 0;

	search->people[0].key = *from;
	search->count = 1;
	search->found = kith_id_equal(from->bytes, search->wanted.bytes);
	for (; !err && !search->found && search->at < search->count; search->at++)
		err = look_around(search);
	if (!err && search->found)
		err = show(search);
	else if (!err)
		kith_report_note(search->report,
			"No introductions lead there, as far as is known "
			"here%s.",
			search->cut ? "; the search was cut short" : "");
	return err;
}

int kith_report_path(struct kith_report *report)
{
	const char *from_text = kith_report_text(report, "from");
	struct kith_author from = *report->me;
	struct search search = {.report = report};
	int err;

	if (kith_id_parse(KITH_ID_AUTHOR, kith_report_text(report, "to"), search.wanted.bytes,
		    NULL) != 0 ||
		(from_text && kith_id_parse(KITH_ID_AUTHOR, from_text, from.bytes, NULL) != 0))
		return kith_report_fail(report, KITH_E_RULE, "to and from must be authors' keys");
	search.people = calloc(PEOPLE_MAX, sizeof(*search.people));
	if (!search.people)
		return KITH_E_NOMEM;
	kith_report_section(report, "path", NULL);
	err = search_path(&search, &from);
	report->more = false;
	free(search.people);
	return err;
}
