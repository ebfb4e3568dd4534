/*
 * balance.c: what somebody has given and received: the exchanges that were agreed on, and those
 * that are still open. Listed, never scored: it is free, but not gratis (seed 000).
 */
#include "node/report/reports.h"

#include "node/answer.h"
#include "node/report/walk.h"
#include "protocol/domain/exchange.h"

#define FIELDS "direction what basis in_return expires"

struct balance {
	struct kith_author who;
	json_t *given, *received, *open;
};

/* A row about the exchange of theirs, with whom it was agreed. */
static int show(struct kith_report *report, const struct balance *balance,
	const struct kith_agreement *agreement, const struct kith_record *own)
{
	bool gave = kith_id_equal(agreement->giver.bytes, balance->who.bytes);
	const struct kith_author *other = gave ? &agreement->receiver : &agreement->giver;
	bool own_answers = kith_id_equal(agreement->answer.bytes, own->id.bytes);
	json_t *row;

	report->rows = gave ? balance->given : balance->received;
	row = kith_report_record(report, own, FIELDS);
	kith_answer_key(row, "with", KITH_ID_AUTHOR, other->bytes);
	kith_answer_id(row, "other", own_answers ? &agreement->answered : &agreement->answer);
	kith_answer_time(row, "agreed", agreement->since_ms);
	return 0;
}

static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	const struct balance *balance = ctx;
	struct kith_agreements agreements;
	int err = kith_agreements_derive(&report->view, &record->id, &agreements);

	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	for (size_t i = 0; i < agreements.count; i++)
		show(report, balance, &agreements.list[i], record);
	if (agreements.count == 0) {
		report->rows = balance->open;
		kith_report_record(report, record, FIELDS);
	}
	kith_agreements_clear(&agreements);
	return 0;
}

int kith_report_balance(struct kith_report *report)
{
	struct balance balance = {.who = *report->me};
	struct kith_find find = {.kind = KITH__BODY__KIND_EXCHANGE};
	struct kith_author author;

	kith_walk_filters(report, &find, &author);
	if (find.author)
		balance.who = author;
	find.author = &balance.who;
	kith_report_section(report, "given", "Given");
	balance.given = report->rows;
	kith_report_section(report, "received", "Received");
	balance.received = report->rows;
	kith_report_section(report, "open", "Open");
	balance.open = report->rows;
	return kith_walk(report, find, KITH_REPORT_ROWS, look, &balance);
}
