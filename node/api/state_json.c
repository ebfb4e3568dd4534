/* state_json.c: see state_json.h. Each part is one derivation of protocol/domain/ told as it is. */
#include "node/api/state_json.h"

#include "node/answer.h"
#include "protocol/kind.h"
#include "protocol/domain/answer.h"
#include "protocol/domain/exchange.h"
#include "protocol/domain/introduction.h"
#include "protocol/domain/pact.h"
#include "protocol/domain/revision.h"
#include "protocol/domain/signature.h"
#include "protocol/domain/stance.h"
#include "protocol/domain/translation.h"

static void add_flag(json_t *object, const char *name, bool value)
{
	if (value)
		json_object_set_new(object, name, json_true());
}

static void add_count(json_t *object, const char *name, size_t count)
{
	if (count)
		json_object_set_new(object, name, json_integer((json_int_t)count));
}

static void add_choice(
	json_t *object, const char *name, const ProtobufCEnumDescriptor *type, int value)
{
	char text[64];

	if (kith_enum_format(type, value, text, sizeof(text)))
		kith_answer_text(object, name, text);
	else
		json_object_set_new(object, name, json_integer(value)); /* of a later version */
}

/* ---- of every record ----------------------------------------------------------------------- */

static int add_versions(
	json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	struct kith_revisions revisions;
	int err = kith_revisions_derive(view, id, &revisions);
	json_t *heads = json_array();

	if (err) {
		json_decref(heads);
		return err;
	}
	for (size_t i = 0; i < revisions.count; i++) {
		json_t *head = json_object();

		if (!revisions.versions[i].head) {
			json_decref(head);
			break;
		}
		kith_answer_id(head, "id", &revisions.versions[i].id);
		kith_answer_time(head, "created", revisions.versions[i].created_ms);
		json_array_append_new(heads, head);
	}
	json_object_set_new(state, "heads", heads);
	json_object_set_new(state, "versions", json_integer((json_int_t)revisions.count));
	add_flag(state, "superseded", revisions.superseded);
	add_flag(state, "versions_cut", revisions.cut);
	kith_revisions_clear(&revisions);
	return 0;
}

static json_t *stance_json(const struct kith_stance *stance)
{
	json_t *object = json_object();

	kith_answer_id(object, "id", &stance->id);
	kith_answer_key(object, "author", KITH_ID_AUTHOR, stance->author.bytes);
	add_choice(object, "position", &kith__position__descriptor, (int)stance->position);
	kith_answer_text(object, "reason", stance->reason);
	kith_answer_time(object, "created", stance->created_ms);
	return object;
}

static int add_stances(json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	struct kith_stances stances;
	int err = kith_stances_derive(view, id, &stances);
	json_t *object, *list;

	if (err)
		return err;
	if (stances.count == 0) {
		kith_stances_clear(&stances);
		return 0;
	}
	object = json_object();
	list = json_array();
	for (size_t i = 0; i < stances.count; i++)
		json_array_append_new(list, stance_json(&stances.list[i]));
	add_flag(object, "contested", stances.contested);
	add_count(object, "support", stances.support);
	add_count(object, "object", stances.object);
	add_count(object, "abstain", stances.abstain);
	add_count(object, "block", stances.block);
	add_flag(object, "cut", stances.cut);
	json_object_set_new(object, "list", list);
	json_object_set_new(state, "stances", object);
	kith_stances_clear(&stances);
	return 0;
}

static int add_signatures(
	json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	struct kith_signatures signatures;
	int err = kith_signatures_derive(view, id, &signatures);
	json_t *object, *list;

	if (err)
		return err;
	if (!signatures.we && signatures.count < 2) {
		kith_signatures_clear(&signatures);
		return 0;
	}
	object = json_object();
	list = json_array();
	for (size_t i = 0; i < signatures.count; i++) {
		json_t *signer = json_object();

		kith_answer_key(signer, "author", KITH_ID_AUTHOR, signatures.list[i].author.bytes);
		kith_answer_id(signer, "id", &signatures.list[i].id);
		kith_answer_time(signer, "signed", signatures.list[i].signed_ms);
		json_array_append_new(list, signer);
	}
	add_flag(object, "we", signatures.we);
	add_flag(object, "proposed", signatures.proposed);
	add_flag(object, "cut", signatures.cut);
	json_object_set_new(object, "list", list);
	json_object_set_new(state, "signatures", object);
	kith_signatures_clear(&signatures);
	return 0;
}

static json_t *translation_json(const struct kith_translation *translation)
{
	json_t *object = json_object();

	kith_answer_id(object, "id", &translation->id);
	kith_answer_id(object, "source", &translation->source);
	kith_answer_key(object, "author", KITH_ID_AUTHOR, translation->author.bytes);
	kith_answer_text(object, "lang", translation->lang);
	if (translation->method)
		add_choice(object, "method", &kith__method__descriptor, (int)translation->method);
	add_flag(object, "stale", translation->stale);
	add_flag(object, "replaced", translation->replaced);
	add_flag(object, "accepted", translation->accepted);
	add_flag(object, "erased", translation->erased);
	return object;
}

static int add_translations(
	json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	struct kith_translations translations;
	int err = kith_translations_derive(view, id, &translations);
	json_t *list;

	if (!err && translations.count) {
		list = json_array();
		for (size_t i = 0; i < translations.count; i++)
			json_array_append_new(list, translation_json(&translations.list[i]));
		json_object_set_new(state, "translations", list);
	}
	if (!err)
		kith_translations_clear(&translations);
	return err;
}

/* What the record itself translates: how, and whether that has changed since. It may translate two
 * versions of one record: the list has it twice then. */
static int add_translation_of(json_t *state, const struct kith_view *view,
	const struct kith_record *record, const struct kith_record_id *source)
{
	struct kith_translations translations;
	int err = kith_translations_derive(view, source, &translations);

	if (err)
		return err == KITH_E_NOT_FOUND ? 0 : err;
	for (size_t i = 0; i < translations.count; i++)
		if (kith_id_equal(translations.list[i].id.bytes, record->id.bytes) &&
			kith_id_equal(translations.list[i].source.bytes, source->bytes))
			json_object_set_new(
				state, "translation_of", translation_json(&translations.list[i]));
	kith_translations_clear(&translations);
	return 0;
}

/* ---- of some kinds ------------------------------------------------------------------------- */

static int add_answers(json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	struct kith_answers answers;
	int err = kith_answers_derive(view, id, &answers);
	json_t *object, *list;

	if (err)
		return err;
	object = json_object();
	list = json_array();
	for (size_t i = 0; i < answers.count; i++) {
		const struct kith_answer *answer = &answers.list[i];
		json_t *one = json_object();

		kith_answer_id(one, "id", &answer->id);
		kith_answer_key(one, "author", KITH_ID_AUTHOR, answer->author.bytes);
		kith_answer_kind(one, "kind", answer->kind);
		kith_answer_time(one, "created", answer->created_ms);
		add_flag(one, "counts", answer->counts);
		add_flag(one, "accepted", answer->accepted);
		add_flag(one, "by_addressee", answer->by_addressee);
		add_flag(one, "by_asker", answer->by_asker);
		json_array_append_new(list, one);
	}
	json_object_set_new(object, "answered", json_boolean(answers.answered));
	if (answers.answered)
		kith_answer_time(object, "since", answers.since_ms);
	add_flag(object, "cut", answers.cut);
	json_object_set_new(object, "list", list);
	json_object_set_new(state, "answers", object);
	kith_answers_clear(&answers);
	return 0;
}

static int add_agreements(
	json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	struct kith_agreements agreements;
	int err = kith_agreements_derive(view, id, &agreements);
	json_t *list;

	if (err)
		return err;
	list = json_array();
	for (size_t i = 0; i < agreements.count; i++) {
		const struct kith_agreement *agreement = &agreements.list[i];
		json_t *one = json_object();

		kith_answer_id(one, "answer", &agreement->answer);
		kith_answer_id(one, "answered", &agreement->answered);
		kith_answer_key(one, "giver", KITH_ID_AUTHOR, agreement->giver.bytes);
		kith_answer_key(one, "receiver", KITH_ID_AUTHOR, agreement->receiver.bytes);
		kith_answer_time(one, "since", agreement->since_ms);
		json_array_append_new(list, one);
	}
	json_object_set_new(state, "agreements", list);
	kith_agreements_clear(&agreements);
	return 0;
}

static int add_pact(json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	struct kith_pact pact;
	int err = kith_pact_derive(view, id, &pact);
	json_t *object, *list;

	if (err)
		return err;
	object = json_object();
	list = json_array();
	for (size_t i = 0; i < pact.count; i++) {
		json_t *party = json_object();

		kith_answer_key(party, "author", KITH_ID_AUTHOR, pact.parties[i].author.bytes);
		if (pact.parties[i].has_signed)
			kith_answer_time(party, "signed", pact.parties[i].signed_ms);
		json_array_append_new(list, party);
	}
	kith_answer_text(object, "state", pact.state == KITH_PACT_ACTIVE ? "active" : "proposed");
	json_object_set_new(object, "signed", json_integer((json_int_t)pact.signed_count));
	json_object_set_new(object, "needed", json_integer((json_int_t)pact.needed));
	if (pact.state == KITH_PACT_ACTIVE)
		kith_answer_time(object, "active_since", pact.active_since_ms);
	json_object_set_new(object, "parties", list);
	json_object_set_new(state, "pact", object);
	return 0;
}

/* Who of the two declined is not told. */
static int add_introduction(
	json_t *state, const struct kith_view *view, const struct kith_record_id *id)
{
	static const char *const names[] = {
		[KITH_INTRODUCTION_PROPOSED] = "proposed",
		[KITH_INTRODUCTION_ACCEPTED] = "accepted",
		[KITH_INTRODUCTION_DECLINED] = "declined",
	};
	struct kith_introduction introduction;
	int err = kith_introduction_derive(view, id, &introduction);

	if (!err)
		json_object_set_new(state, "introduction",
			json_pack("{s:s}", "state", names[introduction.state]));
	return err;
}

/* ---- together ------------------------------------------------------------------------------ */

typedef int add_part(json_t *state, const struct kith_view *view, const struct kith_record_id *id);

/* kind 0: of every kind. */
static const struct {
	uint32_t kind;
	add_part *add;
} parts[] = {
	{0, add_versions},
	{0, add_stances},
	{0, add_signatures},
	{0, add_translations},
	{KITH__BODY__KIND_ASK, add_answers},
	{KITH__BODY__KIND_EXCHANGE, add_agreements},
	{KITH__BODY__KIND_PACT, add_pact},
	{KITH__BODY__KIND_INTRODUCTION, add_introduction},
};

int kith_state_to_json(const struct kith_view *view, const struct kith_record *record, json_t **out)
{
	json_t *state = json_object();
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].kind && (parts[i].kind != record->kind || !record->has_body))
			continue;
		err = parts[i].add(state, view, &record->id);
	}
	for (size_t i = 0; !err && i < record->link_count; i++)
		if (record->links[i].type == KITH__LINK_TYPE__LINK_TYPE_TRANSLATES)
			err = add_translation_of(state, view, record, &record->links[i].target);
	*out = err ? NULL : state;
	if (err)
		json_decref(state);
	return err;
}
