/* Records as JSON: drafts become the records they describe, and what is wrong with one is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "node/field_json.h"
#include "node/record_json.h"
#include "tests/unit/seeded.h"

#define NOW UINT64_C(1777629600123) /* 2026-05-01T10:00:00.123Z */
#define ID  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct seeded seeded = {7};
static struct kith_sign_pair author;

static int setup(void **state)
{
	(void)state;
	author = seeded_sign_pair(&seeded);
	return 0;
}

static json_t *parse(const char *text)
{
	json_error_t error;
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!json)
		fail_msg("test data: %s in %s", error.text, text);
	return json;
}

static int sign(const char *text, struct kith_buf *out, struct kith_problem *problem)
{
	struct kith_rng rng = seeded_rng(&seeded);
	json_t *draft = parse(text);
	int err;

	kith_buf_init(out, KITH_RECORD_MAX_BYTES);
	err = kith_record_from_json(draft, &author, "en", NOW, &rng, out, NULL, problem);
	json_decref(draft);
	return err;
}

/* The draft, signed, verified, and shown again. */
static json_t *shown(const char *text)
{
	struct kith_problem problem = {.field = ""};
	struct kith_record *record;
	struct kith_buf envelope;
	json_t *json;

	if (sign(text, &envelope, &problem))
		fail_msg("%s: %s in %s", problem.field, problem.rule, text);
	assert_int_equal(kith_record_open(envelope.data, envelope.len, &record, NULL), 0);
	kith_buf_clear(&envelope);
	json = kith_record_to_json(record);
	assert_non_null(json);
	kith_record_free(record);
	return json;
}

static void assert_member(json_t *object, const char *name, const char *want)
{
	char *text = json_dumps(json_object_get(object, name), KITH_JSON_FLAGS | JSON_ENCODE_ANY);

	assert_non_null(text);
	assert_string_equal(text, want);
	free(text);
}

/* Every form of field there is, at least once, comes back as it was written. */
static void everything_comes_back(void **state)
{
	const char *body =
		"{\"title\":\"Farmácia social\",\"summary\":\"Gives away\",\"place\":{"
		"\"country\":\"GR\",\"region\":\"GR-A\",\"geonames\":735861,\"lat\":40.93,"
		"\"lon\":-24.4125678,\"name\":\"Kavala\"},\"time\":{\"start\":\"2012-01-01\","
		"\"end\":\"2017-03-10T09:30:00.000Z\",\"precision\":\"day\"},\"sdg\":[\"3\",\"11."
		"3\"],"
		"\"tags\":[\"health\"],\"level\":\"innovation\",\"area\":\"vision-values\","
		"\"voice\":\"we\",\"licence\":\"CC-BY-4.0\",\"source\":{\"url\":"
		"\"https://example.org/1\",\"id\":\"1\",\"retrieved\":\"2020-02-02\"},"
		"\"problem\":\"Medicine costs\",\"steps\":[\"one\",\"two\"],\"conditions\":{"
		"\"legal\":\"a licence\"},\"maturity\":\"established\",\"outcome\":\"unknown\","
		"\"lessons\":\"line\\nline\"}";
	char draft[2048];
	json_t *json;

	(void)state;
	snprintf(draft, sizeof(draft), "{\"kind\":\"practice\",\"lang\":\"el\",\"body\":%s}", body);
	json = shown(draft);
	assert_member(json, "body", body);
	assert_member(json, "kind", "\"practice\"");
	assert_member(json, "lang", "\"el\"");
	assert_member(json, "circle", "\"commons\"");
	assert_member(json, "created", "\"2026-05-01T10:00:00.123Z\"");
	assert_member(json, "links", "[]");
	assert_int_equal(json_string_length(json_object_get(json, "id")), 64);
	json_decref(json);
}

static void keys_and_bytes(void **state)
{
	char key[KITH_ID_TEXT_MAX], draft[512];
	uint8_t bytes[KITH_ID_LEN] = {1, 2, 3};
	json_t *json;

	(void)state;
	kith_id_format(KITH_ID_RECOVERY, bytes, key);
	snprintf(draft, sizeof(draft),
		"{\"kind\":\"profile\",\"body\":{\"title\":\"Kavala\",\"type\":\"city\","
		"\"recovery_key\":\"%s\"}}",
		key);
	json = shown(draft);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(json, "body"), "recovery_key")),
		key);
	json_decref(json);
	json = shown(
		"{\"kind\":\"x\",\"body\":{\"title\":\"T\",\"name\":\"org.example.y\",\"data\":"
		"\"AAEC/w==\"}}");
	assert_member(
		json, "body", "{\"title\":\"T\",\"name\":\"org.example.y\",\"data\":\"AAEC/w==\"}");
	json_decref(json);
}

static void words_stand_in_their_link(void **state)
{
	const char *links = "[{\"type\":\"cites\",\"target\":\"" ID "\"},{\"type\":\"adapts\","
			    "\"target\":\"" ID "\",\"kept\":\"the idea\",\"changed\":\"the room\","
			    "\"why\":\"cheaper\"}]";
	char draft[1024];
	json_t *json;

	(void)state;
	snprintf(draft, sizeof(draft),
		"{\"kind\":\"practice\",\"links\":%s,\"body\":{\"title\":\"T\"}}", links);
	json = shown(draft);
	assert_member(json, "links", links);
	assert_member(json, "body", "{\"title\":\"T\"}");
	json_decref(json);
}

static void header_of_a_draft(void **state)
{
	struct kith_circle circle = {{9, 9, 9}};
	char text[KITH_ID_TEXT_MAX], group[KITH_ID_TEXT_MAX], draft[1024], want[128];
	json_t *json;

	(void)state;
	kith_id_format(KITH_ID_CIRCLE, circle.bytes, text);
	kith_id_format(KITH_ID_AUTHOR, circle.bytes, group);
	snprintf(draft, sizeof(draft),
		"{\"kind\":\"initiative\",\"circle\":\"%s\",\"created\":\"2017-03-10\",\"lang\":"
		"\"pl\","
		"\"on_behalf_of\":\"%s\",\"delegation\":\"" ID "\",\"body\":{\"title\":\"T\"}}",
		text, group);
	json = shown(draft);
	snprintf(want, sizeof(want), "\"%s\"", text);
	assert_member(json, "circle", want);
	snprintf(want, sizeof(want), "\"%s\"", group);
	assert_member(json, "on_behalf_of", want);
	assert_member(json, "delegation", "\"" ID "\"");
	assert_member(json, "created", "\"2017-03-10T00:00:00.000Z\"");
	kith_id_format(KITH_ID_AUTHOR, author.public_key.bytes, group);
	snprintf(want, sizeof(want), "\"%s\"", group);
	assert_member(json, "author", want);
	json_decref(json);
}

/* ---- what is refused ---------------------------------------------------------------------- */

static void refused(const char *text, int err, const char *field, const char *rule)
{
	struct kith_problem problem = {.field = ""};
	struct kith_buf envelope;

	assert_int_equal(sign(text, &envelope, &problem), err);
	assert_string_equal(problem.field, field);
	if (!strstr(problem.rule, rule))
		fail_msg("%s: \"%s\" does not say \"%s\"", field, problem.rule, rule);
	assert_int_equal(envelope.len, 0);
	kith_buf_clear(&envelope);
}

#define PRACTICE(fields) "{\"kind\":\"practice\",\"body\":{\"title\":\"T\"" fields "}}"
#define WITH(fields)     "{\"kind\":\"practice\",\"body\":{\"title\":\"T\"}," fields "}"
#define BAD              KITH_E_MALFORMED

static void names_nobody_knows(void **state)
{
	(void)state;
	refused(PRACTICE(",\"foo\":1"), BAD, "body.foo", "is no field of practice");
	refused(PRACTICE(",\"sumary\":\"x\""), BAD, "body.sumary", "did you mean \"summary\"?");
	refused(PRACTICE(",\"lesson\":\"x\""), BAD, "body.lesson", "did you mean \"lessons\"?");
	refused(PRACTICE(",\"place\":{\"lat_e7\":1}"), BAD, "body.place.lat_e7",
		"is no field of place");
	refused(PRACTICE(",\"place\":{\"nam\":\"x\"}"), BAD, "body.place.nam", "\"name\"?");
	refused(PRACTICE(",\"common\":{}"), BAD, "body.common", "is no field of");
	refused(PRACTICE(",\"a\\u001b[31m\":1"), BAD, "body.a??31m", "is no field of");
	refused(WITH("\"titel\":\"x\""), BAD, "titel", "belongs into its body");
	refused(WITH("\"link\":[]"), BAD, "link", "did you mean \"links\"?");
	refused(WITH("\"id\":\"" ID "\""), BAD, "id", "leave it out");
	refused("{\"kind\":\"practise\",\"body\":{}}", KITH_E_NOT_FOUND, "kind", "\"practice\"?");
	refused("{\"kind\":\"practice\",\"body\":{},\"links\":[{\"type\":\"adapt\"}]}", BAD,
		"links[0].type", "did you mean \"adapts\"?");
	refused(WITH("\"links\":[{\"type\":\"cites\",\"target\":\"" ID "\",\"link\":3}]"), BAD,
		"links[0].link", "no such field");
	refused(WITH("\"links\":[{\"type\":\"cites\",\"target\":\"" ID "\",\"wy\":\"\"}]"), BAD,
		"links[0].wy", "did you mean \"why\"?");
}

static void wrong_types(void **state)
{
	(void)state;
	refused("[]", BAD, "record", "object");
	refused("{\"body\":{}}", BAD, "kind", "missing");
	refused("{\"kind\":7}", BAD, "kind", "must be text");
	refused("{\"kind\":\"practice\"}", BAD, "body", "missing");
	refused("{\"kind\":\"practice\",\"body\":null}", BAD, "body", "must be an object");
	refused("{\"kind\":\"practice\",\"body\":{\"title\":7}}", BAD, "body.title",
		"must be text");
	refused("{\"kind\":\"practice\",\"body\":{\"title\":null}}", BAD, "body.title", "text");
	refused(PRACTICE(",\"steps\":\"one\""), BAD, "body.steps", "must be a list");
	refused(PRACTICE(",\"steps\":[\"one\",2]"), BAD, "body.steps[1]", "must be text");
	refused(PRACTICE(",\"place\":\"Kavala\""), BAD, "body.place", "must be an object");
	refused(PRACTICE(",\"place\":{\"geonames\":-1}"), BAD, "body.place.geonames", "from 0");
	refused(PRACTICE(",\"place\":{\"geonames\":4294967296}"), BAD, "body.place.geonames",
		"to 4");
	refused(PRACTICE(",\"place\":{\"geonames\":1.5}"), BAD, "body.place.geonames", "whole");
	refused(PRACTICE(",\"place\":{\"lat\":\"40\"}"), BAD, "body.place.lat", "degrees");
	refused(PRACTICE(",\"place\":{\"lat\":1e300}"), BAD, "body.place.lat", "degrees");
	refused(PRACTICE(",\"time\":{\"start\":2017}"), BAD, "body.time.start", "must be a date");
	refused(PRACTICE(",\"time\":{\"start\":\"10.3.17\"}"), BAD, "body.time.start", "a date");
	refused(PRACTICE(",\"outcome\":\"great\""), BAD, "body.outcome",
		"must be one of: unknown, worked, mixed, failed");
	refused("{\"kind\":\"x\",\"body\":{\"data\":\"###\"}}", BAD, "body.data", "base64");
	refused("{\"kind\":\"profile\",\"body\":{\"recovery_key\":\"xyz\"}}", BAD,
		"body.recovery_key", "recovery");
	refused(WITH("\"links\":{}"), BAD, "links", "must be a list");
	refused(WITH("\"links\":[7]"), BAD, "links[0]", "must be an object");
	refused(WITH("\"links\":[{\"type\":\"cites\",\"target\":\"0011\"}]"), BAD,
		"links[0].target", "64 hexadecimal");
	refused(WITH("\"circle\":\"mine\""), BAD, "circle", "circle_");
	refused(WITH("\"lang\":7"), BAD, "lang", "must be text");
	refused(WITH("\"created\":\"yesterday\""), BAD, "created", "date");
	refused(WITH("\"delegation\":\"x\""), BAD, "delegation", "64 hexadecimal");
}

/* The kind's own rules and the header's, in the words of a draft. */
static void broken_rules(void **state)
{
	(void)state;
	refused("{\"kind\":\"practice\",\"body\":{}}", KITH_E_RULE, "body.title", "");
	refused(PRACTICE(",\"place\":{\"country\":\"XX\"}"), KITH_E_RULE, "body.place.country", "");
	refused(PRACTICE(",\"place\":{\"country\":\"GR\",\"lat\":91,\"lon\":1}"), KITH_E_RULE,
		"body.place.lat", "");
	refused(WITH("\"created\":\"2026-05-03\""), KITH_E_RULE, "created", "ahead");
	refused(WITH("\"lang\":\"no language\""), KITH_E_RULE, "lang", "BCP 47");
	refused(WITH("\"links\":[{\"type\":\"adapts\",\"target\":\"" ID "\"}]"), KITH_E_RULE,
		"links[0]", "kept");
	refused(WITH("\"links\":[{\"type\":\"cites\",\"target\":\"" ID "\"},{\"type\":\"about\","
		     "\"target\":\"" ID "\",\"why\":\"\\u0007\"}]"),
		KITH_E_RULE, "links[1].why", "");
}

/* A complaint names fields as people write them, not as kith.proto does. */
static void names_in_complaints(void **state)
{
	char key[KITH_ID_TEXT_MAX], draft[1000];

	(void)state;
	kith_id_format(KITH_ID_AUTHOR, author.public_key.bytes, key);
	snprintf(draft, sizeof(draft),
		"{\"kind\":\"ask\",\"body\":{\"title\":\"T\",\"type\":\"idea\",\"addressed_to\":"
		"[\"%s\",\"%s\"]}}",
		key, key);
	refused(draft, KITH_E_RULE, "body.addressed_to[1]", "earlier");
	snprintf(draft, sizeof(draft),
		"{\"kind\":\"introduction\",\"body\":{\"why\":\"w\",\"a\":\"%s\"}}", key);
	refused(draft, KITH_E_RULE, "body.b", "is missing");
	refused("{\"kind\":\"pact\",\"body\":{\"title\":\"T\"}}", KITH_E_RULE, "body.parties",
		"is missing");
	refused("{\"kind\":\"stance\",\"body\":{\"position\":\"support\"}}", KITH_E_RULE, "links",
		"one link");
	refused("{\"kind\":\"vocabulary\",\"body\":{\"title\":\"T\",\"uri\":\"https://a.example/\","
		"\"terms\":[{\"id\":\"a\",\"lang\":\"en\",\"label\":\"l\"},{\"id\":\"b\"}]}}",
		KITH_E_RULE, "body.terms[1].lang", "is missing");
}

static void what_has_no_title_has_a_caption(void **state)
{
	json_t *json = shown(
		"{\"kind\":\"statement\",\"body\":{\"intent\":\"lesson\",\"text\":\"Ask!\"}}");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json, "caption")), "lesson: Ask!");
	json_decref(json);
	json = shown("{\"kind\":\"practice\",\"body\":{\"title\":\"T\"}}");
	assert_null(json_object_get(json, "caption"));
	json_decref(json);
	refused(WITH("\"caption\":\"c\""), BAD, "caption", "leave it out");
}

static void too_large(void **state)
{
	static char draft[80000];
	size_t len = (size_t)sprintf(
		draft, "{\"kind\":\"practice\",\"body\":{\"title\":\"T\",\"steps\":[");

	(void)state;
	for (int i = 0; i < 10; i++) {
		len += (size_t)sprintf(draft + len, "%s\"", i ? "," : "");
		memset(draft + len, 'a', 7000);
		len += 7000;
		draft[len++] = '"';
	}
	strcpy(draft + len, "]}}");
	refused(draft, KITH_E_TOO_LARGE, "body", "larger than 65536 bytes");
}

static void no_language_at_all(void **state)
{
	struct kith_rng rng = seeded_rng(&seeded);
	json_t *draft = parse("{\"kind\":\"practice\",\"body\":{\"title\":\"T\"}}");
	struct kith_problem problem;
	struct kith_buf out;

	(void)state;
	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	assert_int_equal(
		kith_record_from_json(draft, &author, NULL, NOW, &rng, &out, NULL, &problem),
		KITH_E_MALFORMED);
	assert_string_equal(problem.field, "lang");
	json_decref(draft);
	kith_buf_clear(&out);
}

/* ---- records from elsewhere --------------------------------------------------------------- */

static json_t *show_signed(uint32_t kind, const void *body, size_t body_len, uint32_t link_type)
{
	struct kith_link link = {link_type, {{1}}};
	struct kith_record_draft draft = {.circle = kith_circle_commons(),
		.kind = kind,
		.created_ms = NOW,
		.lang = "en",
		.links = &link,
		.link_count = 1,
		.body = {body, body_len}};
	struct kith_record *record;
	struct kith_buf envelope;
	json_t *json;

	kith_buf_init(&envelope, KITH_RECORD_MAX_BYTES);
	assert_int_equal(kith_record_sign(&draft, &author, &envelope, NULL, NULL), 0);
	assert_int_equal(kith_record_open(envelope.data, envelope.len, &record, NULL), 0);
	json = kith_record_to_json(record);
	kith_record_free(record);
	kith_buf_clear(&envelope);
	return json;
}

static void a_later_version_s_record(void **state)
{
	json_t *json = show_signed(99, "\x01\x02\x03", 3, 77);

	(void)state;
	assert_member(json, "kind", "\"99\"");
	assert_member(json, "body", "{\"unknown\":\"AQID\"}");
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(json_object_get(json, "links"), 0), "type")),
		"77");
	json_decref(json);
	json = show_signed(65, "\xff\xff\xff", 3, 1); /* a practice, but not one that can be read */
	assert_member(json, "kind", "\"practice\"");
	assert_member(json, "body", "{\"unknown\":\"////\"}");
	json_decref(json);
}

/* A practice whose title is the byte ff: the rules would decline it, but JSON it must be all the
 * same. */
static void text_that_is_not_utf8(void **state)
{
	static const uint8_t body[] = {0x0a, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
		16, 0x8a, 0x04, 5, 0x0a, 3, 0x0a, 1, 0xff};
	json_t *json = show_signed(65, body, sizeof(body), 1);

	(void)state;
	assert_non_null(json);
	assert_member(json, "body", "{\"unknown\":\"ChABAgMEBQYHCAkKCwwNDg8QigQFCgMKAf8=\"}");
	json_decref(json);
}

static void an_erased_body(void **state)
{
	struct kith_problem problem;
	struct kith_record *record;
	struct kith_buf envelope;
	json_t *json;

	(void)state;
	assert_int_equal(sign(PRACTICE(""), &envelope, &problem), 0);
	assert_int_equal(kith_record_open(envelope.data, envelope.len, &record, NULL), 0);
	record->has_body = false;
	json = kith_record_to_json(record);
	assert_member(json, "body", "null");
	json_decref(json);
	kith_record_free(record);
	kith_buf_clear(&envelope);
}

/* ---- kinds -------------------------------------------------------------------------------- */

static void assert_types(const ProtobufCMessageDescriptor *type)
{
	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (!kith_field_json_type(field))
			fail_msg("%s.%s has a type without a JSON form", type->name, field->name);
		if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
			fail_msg("%s.%s is in a oneof", type->name, field->name);
		if (field->type == PROTOBUF_C_TYPE_MESSAGE)
			assert_types(field->descriptor);
	}
}

static void every_kind_has_its_json(void **state)
{
	struct kith_kind kind;

	(void)state;
	for (size_t i = 0; kith_kind_at(i, &kind); i++) {
		json_t *json = kith_kind_to_json(kind.name);

		assert_types(kind.message);
		assert_non_null(json);
		assert_string_equal(json_string_value(json_object_get(json, "kind")), kind.name);
		json_decref(json);
	}
	assert_null(kith_kind_to_json("practise"));
}

static void a_kind_described(void **state)
{
	json_t *json = kith_kind_to_json("profile"), *fields = json_object_get(json, "fields");

	(void)state;
	assert_member(json_array_get(fields, 0), "name", "\"title\"");
	assert_member(json_array_get(fields, 0), "common", "true");
	assert_member(json_array_get(fields, 2), "type", "\"object\"");
	assert_string_equal(
		json_string_value(json_object_get(
			json_array_get(json_object_get(json_array_get(fields, 2), "fields"), 3),
			"name")),
		"lat");
	assert_member(json_array_get(fields, 11), "choices",
		"[\"person\",\"group\",\"city\",\"network\"]");
	assert_member(json_array_get(fields, 12), "list", "true");
	assert_member(json_array_get(fields, 14), "key", "\"recovery\"");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_comes_back),
		cmocka_unit_test(keys_and_bytes),
		cmocka_unit_test(words_stand_in_their_link),
		cmocka_unit_test(header_of_a_draft),
		cmocka_unit_test(names_nobody_knows),
		cmocka_unit_test(wrong_types),
		cmocka_unit_test(broken_rules),
		cmocka_unit_test(names_in_complaints),
		cmocka_unit_test(what_has_no_title_has_a_caption),
		cmocka_unit_test(too_large),
		cmocka_unit_test(no_language_at_all),
		cmocka_unit_test(a_later_version_s_record),
		cmocka_unit_test(text_that_is_not_utf8),
		cmocka_unit_test(an_erased_body),
		cmocka_unit_test(every_kind_has_its_json),
		cmocka_unit_test(a_kind_described),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
