/* advice.c: see advice.h; one row for each piece of advice. */
#include "protocol/advice.h"

static bool has_link(const struct kith_record *record, uint32_t type)
{
	for (size_t i = 0; i < record->link_count; i++)
		if (record->links[i].type == type)
			return true;
	return false;
}

static bool lacks_lessons(const struct kith_record *record, const struct kith_body *body)
{
	(void)record;
	return body->message->descriptor == &kith__practice__descriptor &&
	       !((const Kith__Practice *)body->message)->lessons;
}

/* A practice shows by what it cites or where it was taken from, an evaluation by its evidence. */
static bool lacks_evidence(const struct kith_record *record, const struct kith_body *body)
{
	if (body->message->descriptor == &kith__practice__descriptor)
		return ((const Kith__Practice *)body->message)->outcome ==
			       KITH__OUTCOME__OUTCOME_WORKED &&
		       !body->common->source && !has_link(record, KITH__LINK_TYPE__LINK_TYPE_CITES);
	if (body->message->descriptor == &kith__evaluation__descriptor)
		return ((const Kith__Evaluation *)body->message)->outcome ==
			       KITH__OUTCOME__OUTCOME_WORKED &&
		       ((const Kith__Evaluation *)body->message)->n_evidence == 0;
	return false;
}

/* Nobody else can have signed what is new. */
static bool speaks_for_others(const struct kith_record *record, const struct kith_body *body)
{
	(void)record;
	return body->common->has_voice && body->common->voice == KITH__VOICE__VOICE_WE;
}

static const struct {
	bool (*applies)(const struct kith_record *record, const struct kith_body *body);
	struct kith_advice advice;
} rows[] = {
	{lacks_lessons,
		{"lessons", "is missing; what would you tell a friend who wants to try it?"}},
	{lacks_evidence,
		{"outcome", "says worked, and nothing shows it: cite a record, or name a source or "
			    "evidence"}},
	{speaks_for_others,
		{"voice", "says we with one signature: it is shown as proposed until somebody "
			  "else signs"}},
};

int kith_record_advise(const struct kith_record *record,
	void (*visit)(void *ctx, const struct kith_advice *advice), void *ctx)
{
	struct kith_body body;
	int err;

	if (!record->has_body)
		return 0;
	err = kith_body_decode(record->body, record->kind, &body, NULL);
	if (err)
		return err == KITH_E_NOMEM ? err : 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].applies(record, &body))
			visit(ctx, &rows[i].advice);
	kith_body_clear(&body);
	return 0;
}
