/*
 * rules_between.c: what holds between the fields of a message, and between them and the header; one
 * function a message, found through the table at the end. What a single field must be is in
 * rules.c, what links need of their notes in links.c.
 */
#include <string.h>

#include "protocol/contact.h"
#include "protocol/limits.h"
#include "protocol/member.h"
#include "protocol/rules.h"

/* ---- what every kind may say ----------------------------------------------------------------- */

static int check_place(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Place *place = (const Kith__Place *)message;

	if (place->has_lat_e7 != place->has_lon_e7)
		return kith_break_rule(check, place->has_lat_e7 ? "lon_e7" : "lat_e7",
			"is missing; latitude and longitude go together");
	if (place->region && !place->country)
		return kith_break_rule(check, "country", "is missing; a region lies in a country");
	if (place->region && strncmp(place->region, place->country, 2) != 0)
		return kith_break_rule(check, "region", "must lie in the country that is named");
	return 0;
}

static int check_time(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Time *time = (const Kith__Time *)message;

	if (time->has_start_ms && time->has_end_ms && time->end_ms < time->start_ms)
		return kith_break_rule(check, "end_ms", "must not be before the start");
	if (time->has_precision && !time->has_start_ms && !time->has_end_ms)
		return kith_break_rule(check, "precision", "must be that of a start or an end");
	return 0;
}

/* ---- people --------------------------------------------------------------------------------- */

/* Every text for people of a message and below: none may hold an address or number. */
static int check_no_contact(struct kith_check *check, const ProtobufCMessage *message);

static int check_text_no_contact(struct kith_check *check, const char *text)
{
	bool is_profile = check->body->kind.message == &kith__profile__descriptor;
	const char *where = is_profile ? " in a public profile" : "; a persona is nobody's address";

	switch (kith_contact_find(text, NULL, NULL)) {
	case KITH_CONTACT_NONE:
		return 0;
	case KITH_CONTACT_EMAIL:
		return kith_break_rule(check, "", "must not hold an e-mail address%s", where);
	case KITH_CONTACT_PHONE:
		return kith_break_rule(check, "", "must not hold a telephone number%s", where);
	}
	return 0;
}

static int check_field_no_contact(struct kith_check *check, const ProtobufCMessage *message,
	const ProtobufCFieldDescriptor *field)
{
	const struct kith_field_rule *rule = kith_rule_of_field(message->descriptor, field);
	int err = 0;

	for (size_t i = 0; !err && i < kith_member_count(message, field); i++) {
		size_t was = kith_path_push_field(&check->path, field, i);

		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			err = check_no_contact(check, kith_member_message(message, field, i));
		else if (field->type == PROTOBUF_C_TYPE_STRING &&
			 kith_form_is_for_people(rule->form))
			err = check_text_no_contact(check, kith_member_text(message, field, i));
		if (!err)
			kith_path_pop(&check->path, was);
	}
	return err;
}

static int check_no_contact(struct kith_check *check, const ProtobufCMessage *message)
{
	int err = 0;

	for (unsigned i = 0; !err && i < message->descriptor->n_fields; i++)
		err = check_field_no_contact(check, message, &message->descriptor->fields[i]);
	return err;
}

static int check_profile(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Profile *profile = (const Kith__Profile *)message;

	if (!check->facts->in_commons)
		return 0;
	if (profile->contact)
		return kith_break_rule(check, "contact",
			"must not be told in the commons, only in a closed circle");
	return check_no_contact(check, message);
}

/* ---- links a kind needs --------------------------------------------------------------------- */

static size_t count_links(const struct kith_check *check, uint32_t type)
{
	size_t count = 0;

	for (size_t i = 0; i < check->facts->link_count; i++)
		count += check->facts->links[i].type == type;
	return count;
}

/* ---- words of one person -------------------------------------------------------------------- */

static int check_statement(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Statement *statement = (const Kith__Statement *)message;

	if (statement->has_decision && statement->intent != KITH__INTENT__INTENT_DECISION)
		return kith_break_rule(check, "decision", "is for statements of intent decision");
	if (statement->has_decision && statement->decision == KITH__DECISION__DECISION_DECLINED &&
		!statement->reason)
		return kith_break_rule(check, "reason", "is missing; who declines says why");
	return 0;
}

/* A stance that answers is an answer to an introduction: yes or no, and no reason is asked for. */
static int check_answering_stance(struct kith_check *check, const Kith__Stance *stance)
{
	if (stance->position != KITH__POSITION__POSITION_SUPPORT &&
		stance->position != KITH__POSITION__POSITION_ABSTAIN)
		return kith_break_rule(check, "position",
			"must be support (yes) or abstain (no) where an introduction is answered");
	if (stance->reason || check->body->common->summary)
		return kith_break_rule(check, stance->reason ? "reason" : "summary",
			"must not be given where an introduction is answered; nobody has to say "
			"why");
	return 0;
}

static int check_stance(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Stance *stance = (const Kith__Stance *)message;
	size_t about = count_links(check, KITH__LINK_TYPE__LINK_TYPE_ABOUT);
	size_t co_signs = count_links(check, KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS);
	size_t answers = count_links(check, KITH__LINK_TYPE__LINK_TYPE_ANSWERS);

	if ((stance->position == KITH__POSITION__POSITION_OBJECT ||
		    stance->position == KITH__POSITION__POSITION_BLOCK) &&
		!stance->reason)
		return kith_break_rule(
			check, "reason", "is missing; an objection says what it is about");
	if (about + co_signs + answers != 1)
		return kith_break_rule(check, "links",
			"must hold one link that is about, co-signs or answers a record, and not "
			"more");
	if (co_signs && stance->position != KITH__POSITION__POSITION_SUPPORT)
		return kith_break_rule(
			check, "position", "must be support where a record is co-signed");
	return answers ? check_answering_stance(check, stance) : 0;
}

static int check_label(struct kith_check *check, const ProtobufCMessage *message)
{
	(void)message;
	if (count_links(check, KITH__LINK_TYPE__LINK_TYPE_ABOUT) == 0)
		return kith_break_rule(
			check, "links", "must hold a link that says what the label is about");
	return 0;
}

/* ---- give and take -------------------------------------------------------------------------- */

static int check_exchange(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Exchange *exchange = (const Kith__Exchange *)message;

	if (exchange->has_basis && exchange->basis == KITH__BASIS__BASIS_RECIPROCAL &&
		!exchange->in_return)
		return kith_break_rule(check, "in_return",
			"is missing; what is reciprocal says what is hoped for");
	return 0;
}

/* ---- evaluations ---------------------------------------------------------------------------- */

static int check_criterion(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Criterion *criterion = (const Kith__Criterion *)message;

	if (!criterion->has_codes && !criterion->has_polarity)
		return kith_break_rule(check, "polarity", "is missing; it is well or ill");
	if (!criterion->has_codes && !criterion->text)
		return kith_break_rule(check, "text", "is missing; a criterion has its own words");
	if (criterion->has_codes && !criterion->dimension)
		return kith_break_rule(check, "dimension", "is missing; a coding says which one");
	if (criterion->has_codes && count_links(check, KITH__LINK_TYPE__LINK_TYPE_EVALUATES) != 1)
		return kith_break_rule(check, "codes",
			"needs one link that evaluates the record whose criterion is coded");
	return 0;
}

static int check_evaluation(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Evaluation *evaluation = (const Kith__Evaluation *)message;

	if (evaluation->n_criteria == 0 && evaluation->n_evidence == 0 && !evaluation->has_outcome)
		return kith_break_rule(
			check, "criteria", "is missing; or else evidence, or an outcome");
	return 0;
}

/* ---- plans and pacts ------------------------------------------------------------------------ */

static int check_persona(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Persona *persona = (const Kith__Persona *)message;

	if (!persona->fictional)
		return kith_break_rule(
			check, "fictional", "must be yes; no living person is portrayed here");
	return check_no_contact(check, message);
}

static int check_pact(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Pact *pact = (const Kith__Pact *)message;

	if (pact->n_parties_author < 2)
		return kith_break_rule(check, "parties_author", "must have two entries or more");
	if (pact->rule != KITH__PACT_RULE__PACT_RULE_QUORUM)
		return pact->has_quorum ? kith_break_rule(check, "quorum",
						  "is for pacts whose rule is quorum")
					: 0;
	if (!pact->has_quorum || pact->quorum < 1 || pact->quorum > pact->n_parties_author)
		return kith_break_rule(check, "quorum",
			"must be a number from 1 to that of the parties, where the rule is quorum");
	return 0;
}

static bool is_author(const struct kith_check *check, const ProtobufCBinaryData *key)
{
	return key->len == KITH_ID_LEN &&
	       memcmp(key->data, check->facts->author.bytes, KITH_ID_LEN) == 0;
}

static int check_introduction(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Introduction *introduction = (const Kith__Introduction *)message;
	const ProtobufCBinaryData *a = &introduction->a_author, *b = &introduction->b_author;

	if (is_author(check, a) || is_author(check, b))
		return kith_break_rule(check, is_author(check, a) ? "a_author" : "b_author",
			"must not be the author; somebody else introduces two to each other");
	if (a->len == b->len && memcmp(a->data, b->data, a->len) == 0)
		return kith_break_rule(check, "b_author", "must be another than a");
	return 0;
}

/* ---- vocabularies --------------------------------------------------------------------------- */

static bool has_term(const Kith__Vocabulary *vocabulary, const char *id)
{
	for (size_t i = 0; i < vocabulary->n_terms; i++)
		if (strcmp(vocabulary->terms[i]->id, id) == 0)
			return true;
	return false;
}

static int check_vocabulary(struct kith_check *check, const ProtobufCMessage *message)
{
	const Kith__Vocabulary *vocabulary = (const Kith__Vocabulary *)message;

	for (size_t i = 0; i < vocabulary->n_terms; i++) {
		const Kith__Term *term = vocabulary->terms[i];

		if (!term->broader || (has_term(vocabulary, term->broader) &&
					      strcmp(term->broader, term->id) != 0))
			continue;
		kith_path_push(&check->path, "terms");
		kith_path_push_index(&check->path, i);
		return kith_break_rule(
			check, "broader", "must be the id of another term of this vocabulary");
	}
	return 0;
}

/* ---- which message has which ---------------------------------------------------------------- */

static const struct {
	const ProtobufCMessageDescriptor *message;
	kith_message_rule *rule;
} message_rules[] = {
	{&kith__place__descriptor, check_place},
	{&kith__time__descriptor, check_time},
	{&kith__profile__descriptor, check_profile},
	{&kith__exchange__descriptor, check_exchange},
	{&kith__statement__descriptor, check_statement},
	{&kith__stance__descriptor, check_stance},
	{&kith__evaluation__descriptor, check_evaluation},
	{&kith__criterion__descriptor, check_criterion},
	{&kith__persona__descriptor, check_persona},
	{&kith__pact__descriptor, check_pact},
	{&kith__introduction__descriptor, check_introduction},
	{&kith__label__descriptor, check_label},
	{&kith__vocabulary__descriptor, check_vocabulary},
};

kith_message_rule *kith_rule_of_message(const ProtobufCMessageDescriptor *message)
{
	for (size_t i = 0; i < sizeof(message_rules) / sizeof(message_rules[0]); i++)
		if (message_rules[i].message == message)
			return message_rules[i].rule;
	return NULL;
}
