/*
 * rules.c: the rules of the record kinds, as tables over the descriptors of kith.proto.
 *
 * To add a kind:
 *   1. write its message in kith.proto, with `optional Common common = 1`, and name it in
 *      Body.kind;
 *   2. add a row to field_rules for each field that is not simply a text of up to 8 KiB, a list
 *      of up to 64 such texts, a number or an enum value (those need no row: they are checked
 *      already, and a text is UTF-8 in NFC without control characters);
 *   3. if fields depend on each other or on the header, write a function and name it in
 *      message_rules.
 * Nothing else: check.c walks the descriptors and finds the rows by name, and so do search, JSON
 * and the command line. test_rules.c fails on a row whose field is not in the schema.
 *
 * The first broken rule is reported; a rule reads as a sentence after its field: "title: is
 * missing".
 */
#include "protocol/rules.h"

#include <stdio.h>
#include <string.h>

#include "protocol/contact.h"
#include "protocol/limits.h"
#include "protocol/member.h"

#define NAME_MAX_BYTES    300  /* of a place, an id elsewhere, one of a list of names */
#define ENTRY_MAX_BYTES   1000 /* of an actor, a resource, a participant: a name and a few words */
#define URL_MAX_BYTES     2048
#define LICENCE_MAX_BYTES 200
#define DOMAIN_MAX_BYTES  253 /* of a domain name, RFC 1035 */
#define DEGREE_E7         10000000LL
#define YEAR_1_MS         (-62135596800000LL) /* 0001-01-01 */
#define YEAR_9999_MS      253402300799999LL   /* the last of 9999-12-31 */

/* ---- fields ---------------------------------------------------------------------------------- */

/* clang-format off */
static const struct kith_field_rule field_rules[] = {
	{"Common.title", .form = KITH_FORM_LINE, .max_bytes = KITH_TITLE_MAX_BYTES,
		.required = true, .apart = true},
	{"Common.summary", .max_bytes = KITH_SUMMARY_MAX_BYTES, .apart = true},
	{"Common.sdg", .form = KITH_FORM_SDG, .max_items = KITH_SDG_MAX, .unique = true},
	{"Common.tags", .form = KITH_FORM_LINE, .max_bytes = KITH_TAG_MAX_BYTES,
		.max_items = KITH_TAGS_MAX, .unique = true},
	{"Common.licence", .form = KITH_FORM_LICENCE, .max_bytes = LICENCE_MAX_BYTES},

	{"Place.country", .form = KITH_FORM_COUNTRY},
	{"Place.region", .form = KITH_FORM_REGION},
	{"Place.geonames", .min = 1, .max = UINT32_MAX},
	{"Place.lat_e7", .min = -90 * DEGREE_E7, .max = 90 * DEGREE_E7},
	{"Place.lon_e7", .min = -180 * DEGREE_E7, .max = 180 * DEGREE_E7},
	{"Place.name", .form = KITH_FORM_LINE, .max_bytes = NAME_MAX_BYTES},

	{"Time.start_ms", .min = YEAR_1_MS, .max = YEAR_9999_MS},
	{"Time.end_ms", .min = YEAR_1_MS, .max = YEAR_9999_MS},

	{"Source.url", .form = KITH_FORM_URL, .max_bytes = URL_MAX_BYTES},
	{"Source.id", .form = KITH_FORM_CODE, .max_bytes = NAME_MAX_BYTES},
	{"Source.retrieved_ms", .min = YEAR_1_MS, .max = YEAR_9999_MS},

	{"LinkNote.link", .required = true},

	{"Profile.type", .required = true},
	{"Profile.roles", .form = KITH_FORM_LINE, .max_bytes = KITH_TAG_MAX_BYTES, .unique = true},
	{"Profile.languages", .form = KITH_FORM_LANG, .unique = true},
	{"Profile.recovery_key", .exact_bytes = KITH_ID_LEN},
	{"Profile.contact", .max_bytes = ENTRY_MAX_BYTES},

	{"Practice.steps", .max_items = KITH_STEPS_MAX},
	{"Practice.actors", .form = KITH_FORM_LINE, .max_bytes = ENTRY_MAX_BYTES},
	{"Practice.resources", .form = KITH_FORM_LINE, .max_bytes = ENTRY_MAX_BYTES},

	{"Initiative.participants", .form = KITH_FORM_LINE, .max_bytes = ENTRY_MAX_BYTES},

	{"X.name", .form = KITH_FORM_DOMAIN, .max_bytes = DOMAIN_MAX_BYTES,
		.required = true},
	{"X.data", .max_bytes = KITH_X_DATA_MAX_BYTES},
};
/* clang-format on */

#define FIELD_RULES (sizeof(field_rules) / sizeof(field_rules[0]))

bool kith_rule_at(size_t i, const struct kith_field_rule **out)
{
	*out = i < FIELD_RULES ? &field_rules[i] : NULL;
	return *out != NULL;
}

const struct kith_field_rule *kith_rule_of_field(
	const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	static const struct kith_field_rule usual;
	size_t len = strlen(message->short_name);

	for (size_t i = 0; i < FIELD_RULES; i++) {
		const char *row = field_rules[i].field;

		if (row[0] == message->short_name[0] &&
			strncmp(row, message->short_name, len) == 0 && row[len] == '.' &&
			strcmp(row + len + 1, field->name) == 0)
			return &field_rules[i];
	}
	return &usual;
}

/* ---- between fields -------------------------------------------------------------------------- */

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

/* Every text for people of a message and below: none may hold an address or number. */
static int check_no_contact(struct kith_check *check, const ProtobufCMessage *message);

static int check_text_no_contact(struct kith_check *check, const char *text)
{
	switch (kith_contact_find(text, NULL, NULL)) {
	case KITH_CONTACT_NONE:
		return 0;
	case KITH_CONTACT_EMAIL:
		return kith_break_rule(
			check, "", "must not hold an e-mail address in a public profile");
	case KITH_CONTACT_PHONE:
		return kith_break_rule(
			check, "", "must not hold a telephone number in a public profile");
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

static const struct {
	const ProtobufCMessageDescriptor *message;
	kith_message_rule *rule;
} message_rules[] = {
	{&kith__place__descriptor, check_place},
	{&kith__time__descriptor, check_time},
	{&kith__profile__descriptor, check_profile},
};

kith_message_rule *kith_rule_of_message(const ProtobufCMessageDescriptor *message)
{
	for (size_t i = 0; i < sizeof(message_rules) / sizeof(message_rules[0]); i++)
		if (message_rules[i].message == message)
			return message_rules[i].rule;
	return NULL;
}
