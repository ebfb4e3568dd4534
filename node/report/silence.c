/*
 * silence.c: who has been asked and has not spoken: parties of a pact that have not signed, the two
 * of an introduction, those an ask is addressed to, those who could sign a WE; oldest first. It
 * names what waits and for whom, so that somebody can go and listen; it counts nobody's silence.
 */
#include "node/report/reports.h"

#include "node/answer.h"
#include "node/report/walk.h"
#include "protocol/domain/answer.h"
#include "protocol/domain/introduction.h"
#include "protocol/domain/pact.h"
#include "protocol/domain/signature.h"

static void add_awaited(json_t *awaited, const uint8_t key[KITH_ID_LEN])
{
	char text[KITH_ID_TEXT_MAX];

	kith_id_format(KITH_ID_AUTHOR, key, text);
	json_array_append_new(awaited, json_string(text));
}

/* A row, if anybody is awaited. Takes the list over. */
static int show(struct kith_report *report, const struct kith_record *record, json_t *awaited)
{
	if (json_array_size(awaited))
		json_object_set(
			kith_report_record(report, record, "text why due"), "awaited", awaited);
	json_decref(awaited);
	return 0;
}

static int look_at_pact(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	json_t *awaited = json_array();
	struct kith_pact pact;
	int err = kith_pact_derive(&report->view, &record->id, &pact);

	(void)ctx;
	for (size_t i = 0; !err && i < pact.count; i++)
		if (!pact.parties[i].has_signed)
			add_awaited(awaited, pact.parties[i].author.bytes);
	(void)show(report, record, awaited);
	return err == KITH_E_NOT_FOUND ? 0 : err;
}

static int look_at_introduction(
	void *ctx, struct kith_report *report, const struct kith_record *record)
{
	json_t *awaited = json_array();
	struct kith_introduction introduction;
	int err = kith_introduction_derive(&report->view, &record->id, &introduction);

	(void)ctx;
	if (!err && introduction.state == KITH_INTRODUCTION_PROPOSED) {
		if (introduction.a.reply == KITH_REPLY_NONE)
			add_awaited(awaited, introduction.a.author.bytes);
		if (introduction.b.reply == KITH_REPLY_NONE)
			add_awaited(awaited, introduction.b.author.bytes);
	}
	(void)show(report, record, awaited);
	return err == KITH_E_NOT_FOUND ? 0 : err;
}

static bool has_replied(const struct kith_answers *answers, const uint8_t *key)
{
	for (size_t i = 0; i < answers->count; i++)
		if (kith_id_equal(answers->list[i].author.bytes, key))
			return true;
	return false;
}

static void add_silent_addressees(
	const struct kith_record *record, const struct kith_answers *answers, json_t *awaited)
{
	const Kith__Ask *ask;
	struct kith_body body;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return;
	ask = (const Kith__Ask *)body.message;
	for (size_t i = 0; i < ask->n_addressed_to_author; i++)
		if (!has_replied(answers, ask->addressed_to_author[i].data))
			add_awaited(awaited, ask->addressed_to_author[i].data);
	kith_body_clear(&body);
}

static int look_at_ask(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	json_t *awaited = json_array();
	struct kith_answers answers;
	int err = kith_answers_derive(&report->view, &record->id, &answers);

	(void)ctx;
	if (!err) {
		add_silent_addressees(record, &answers, awaited);
		kith_answers_clear(&answers);
	}
	(void)show(report, record, awaited);
	return err;
}

/* Whoever could sign is not known, so nobody is named. */
static int look_at_we(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	struct kith_signatures signatures;
	int err = kith_signatures_derive(&report->view, &record->id, &signatures);

	(void)ctx;
	if (err)
		return err;
	if (signatures.proposed)
		kith_report_record(report, record, "text");
	kith_signatures_clear(&signatures);
	return 0;
}

static const struct {
	const char *name, *title;
	uint32_t kind;
	struct kith_where where;
	kith_walk_look *look;
} parts[] = {
	{"pacts", "Pacts that wait for signatures", KITH__BODY__KIND_PACT, {NULL, NULL},
		look_at_pact},
	{"introductions", "Introductions that wait for an answer", KITH__BODY__KIND_INTRODUCTION,
		{NULL, NULL}, look_at_introduction},
	{"asks", "Asks whose addressees have said nothing", KITH__BODY__KIND_ASK, {NULL, NULL},
		look_at_ask},
	{"proposed", "Said as WE by one alone", 0, {"voice", "we"}, look_at_we},
};

int kith_report_silence(struct kith_report *report)
{
	bool more = false;
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct kith_find find = {.kind = parts[i].kind, .oldest_first = true};
		struct kith_author author;

		if (parts[i].where.field) {
			find.where = &parts[i].where;
			find.where_count = 1;
		}
		kith_walk_filters(report, &find, &author);
		kith_report_section(report, parts[i].name, parts[i].title);
		err = kith_walk(report, find, KITH_REPORT_ROWS, parts[i].look, NULL);
		more |= report->more;
	}
	report->more = false;
	if (more)
		kith_report_note(report, "There is more; --since and --limit show the rest.");
	return err;
}
