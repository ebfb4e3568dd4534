/*
 * rules.c: the rules of the record kinds, as tables over the descriptors of kith.proto.
 *
 * To add a kind:
 *   1. write its message in kith.proto, with `optional Common common = 1`, and name it in
 *      Body.kind;
 *   2. add a row to field_rules for each field that is not simply a text of up to 8 KiB, a list
 *      of up to 64 such texts, a number or an enum value (those need no row: they are checked
 *      already, and a text is UTF-8 in NFC without control characters);
 *   3. if fields depend on each other or on the header, write a function in rules_between.c and
 *      name it in its table.
 * Nothing else: check.c walks the descriptors and finds the rows by name, and so do search, JSON
 * and the command line. test_rules.c fails on a row whose field is not in the schema.
 *
 * The first broken rule is reported; a rule reads as a sentence after its field: "title: is
 * missing".
 */
#include "protocol/rules.h"

#include <string.h>

#include "protocol/limits.h"

#define NAME_MAX_BYTES    300  /* of a place, an id elsewhere, one of a list of names */
#define ENTRY_MAX_BYTES   1000 /* of an actor, a resource, a participant: a name and a few words */
#define URL_MAX_BYTES     2048
#define LICENCE_MAX_BYTES 200
#define DOMAIN_MAX_BYTES  253 /* of a domain name, RFC 1035 */
#define REASON_MAX_BYTES  500 /* of a stance or label: a reason, not a speech */
#define PERSONAS_MAX      12
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

	{"Exchange.direction", .required = true},
	{"Exchange.what", .required = true},
	{"Exchange.expires_ms", .min = YEAR_1_MS, .max = YEAR_9999_MS},

	{"Ask.type", .required = true},
	{"Ask.addressed_to_author", .exact_bytes = KITH_ID_LEN, .unique = true},
	{"Ask.due_ms", .min = YEAR_1_MS, .max = YEAR_9999_MS},

	{"Statement.intent", .required = true},
	{"Statement.text", .required = true},

	{"Stance.position", .required = true},
	{"Stance.reason", .max_bytes = REASON_MAX_BYTES},

	{"Criterion.codes", .max = KITH_LIST_MAX - 1},
	{"Criterion.dimension", .form = KITH_FORM_URL, .max_bytes = URL_MAX_BYTES},
	{"Criterion.text", .max_bytes = ENTRY_MAX_BYTES},
	{"Criterion.group", .form = KITH_FORM_LINE, .max_bytes = NAME_MAX_BYTES},
	{"Criterion.n", .min = 1, .max = UINT32_MAX},

	{"Plan.personas", .max_items = PERSONAS_MAX},
	{"Persona.name", .form = KITH_FORM_LINE, .max_bytes = NAME_MAX_BYTES},
	{"Persona.portrait", .required = true},
	{"Persona.fictional", .required = true},

	{"Action.state", .required = true},
	{"Action.owner", .form = KITH_FORM_LINE, .max_bytes = ENTRY_MAX_BYTES},
	{"Action.due_ms", .min = YEAR_1_MS, .max = YEAR_9999_MS},
	{"Action.resources", .form = KITH_FORM_LINE, .max_bytes = ENTRY_MAX_BYTES},

	{"Pact.parties_author", .exact_bytes = KITH_ID_LEN, .required = true, .unique = true},
	{"Pact.clauses", .required = true},
	{"Pact.rule", .required = true},
	{"Clause.who", .form = KITH_FORM_LINE, .max_bytes = ENTRY_MAX_BYTES, .required = true},
	{"Clause.what", .required = true},
	{"Clause.due_ms", .min = YEAR_1_MS, .max = YEAR_9999_MS},

	{"Introduction.a_author", .exact_bytes = KITH_ID_LEN, .required = true},
	{"Introduction.b_author", .exact_bytes = KITH_ID_LEN, .required = true},
	{"Introduction.why", .required = true},

	{"Label.value", .form = KITH_FORM_LINE, .max_bytes = KITH_TAG_MAX_BYTES, .required = true},
	{"Label.reason", .max_bytes = REASON_MAX_BYTES, .required = true},

	{"Vocabulary.uri", .form = KITH_FORM_URL, .max_bytes = URL_MAX_BYTES, .required = true},
	{"Vocabulary.terms", .max_items = KITH_TERMS_MAX, .required = true},
	{"Term.id", .form = KITH_FORM_CODE, .max_bytes = KITH_TAG_MAX_BYTES, .required = true},
	{"Term.lang", .form = KITH_FORM_LANG, .required = true},
	{"Term.label", .form = KITH_FORM_LINE, .max_bytes = KITH_TAG_MAX_BYTES, .required = true},
	{"Term.broader", .form = KITH_FORM_CODE, .max_bytes = KITH_TAG_MAX_BYTES},

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

/* A few words stand for themselves; they need no title. */
static const struct {
	const ProtobufCMessageDescriptor *kind;
	const char *field;
} optional_in[] = {
	{&kith__statement__descriptor, "Common.title"},
	{&kith__stance__descriptor, "Common.title"},
	{&kith__introduction__descriptor, "Common.title"},
	{&kith__label__descriptor, "Common.title"},
};

bool kith_field_is_required(const ProtobufCMessageDescriptor *kind,
	const ProtobufCMessageDescriptor *message, const ProtobufCFieldDescriptor *field)
{
	const struct kith_field_rule *rule = kith_rule_of_field(message, field);

	if (!rule->required)
		return false;
	for (size_t i = 0; i < sizeof(optional_in) / sizeof(optional_in[0]); i++)
		if (optional_in[i].kind == kind && strcmp(optional_in[i].field, rule->field) == 0)
			return false;
	return true;
}
