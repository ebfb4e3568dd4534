/* said.c: see said.h. */
#include "node/report/said.h"

#include "node/answer.h"
#include "protocol/domain/stance.h"

json_t *kith_said_by(
	const struct kith_record_id *id, const struct kith_author *author, uint64_t created_ms)
{
	json_t *said = json_object();

	kith_answer_id(said, "id", id);
	kith_answer_key(said, "author", KITH_ID_AUTHOR, author->bytes);
	kith_answer_time(said, "created", created_ms);
	return said;
}

static const char *position_name(Kith__Position position)
{
	switch (position) {
	case KITH__POSITION__POSITION_SUPPORT:
		return "support";
	case KITH__POSITION__POSITION_OBJECT:
		return "object";
	case KITH__POSITION__POSITION_ABSTAIN:
		return "abstain";
	case KITH__POSITION__POSITION_BLOCK:
		return "block";
	case _KITH__POSITION_IS_INT_SIZE:
		break;
	}
	return "";
}

int kith_say_stances(struct kith_report *report, json_t *row, const struct kith_record_id *id,
	size_t *dissenting)
{
	struct kith_stances stances;
	json_t *list = json_array();
	int err = kith_stances_derive(&report->view, id, &stances);

	if (dissenting)
		*dissenting = err ? 0 : stances.object + stances.block;
	for (size_t i = 0; !err && i < stances.count; i++) {
		const struct kith_stance *stance = &stances.list[i];
		json_t *said;

		if (!kith_report_has_room(report, stance->reason))
			break;
		said = kith_said_by(&stance->id, &stance->author, stance->created_ms);
		kith_answer_text(said, "position", position_name(stance->position));
		kith_answer_text(said, "reason", stance->reason);
		json_array_append_new(list, said);
	}
	if (!err && stances.contested)
		json_object_set_new(row, "contested", json_true());
	if (json_array_size(list))
		json_object_set(row, "stances", list);
	json_decref(list);
	if (!err)
		kith_stances_clear(&stances);
	return err;
}
