/* read.c: see read.h. */
#include "protocol/domain/read.h"

int kith_read_body(const struct kith_record *record, struct kith_body *out)
{
	int err;

	if (!record->has_body)
		return 0;
	err = kith_body_decode(record->body, record->kind, out, NULL);
	if (err == KITH_E_NOMEM)
		return err;
	return err ? 0 : 1;
}

int kith_read_stance(const struct kith_record *record, Kith__Position *position, char **reason)
{
	const Kith__Stance *stance;
	struct kith_body body;
	int got;

	if (record->kind != KITH__BODY__KIND_STANCE)
		return 0;
	got = kith_read_body(record, &body);
	if (got <= 0)
		return got;
	stance = (const Kith__Stance *)body.message;
	*position = stance->position;
	if (reason)
		*reason = stance->reason ? strdup(stance->reason) : NULL;
	if (reason && stance->reason && !*reason)
		got = KITH_E_NOMEM;
	kith_body_clear(&body);
	return got;
}
