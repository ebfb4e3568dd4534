/* The header of a record: its rules one by one, and its names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "keys/secret.h"
#include "protocol/header.h"
#include "protocol/kind.h"
#include "protocol/record.h"
#include "tests/unit/handmade.h"
#include "tests/unit/record_sample.h"

#include "kith.pb-c.h"

static void there_may_be_64_links_and_no_two_alike(void **state)
{
	struct seeded seeded = {7};
	struct sample s;
	struct kith_link more[KITH_LINKS_MAX + 1];
	struct kith_problem problem;

	(void)state;
	sample_init(&s, &seeded);
	sample_links(&s, &seeded, KITH_LINKS_MAX);
	assert_int_equal(sample_try(&s, &problem), 0);
	memcpy(more, s.links, sizeof(s.links));
	more[KITH_LINKS_MAX] = (struct kith_link){.type = 77};
	s.draft.links = more;
	s.draft.link_count++;
	assert_int_equal(sample_try(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "links");
	assert_string_equal(problem.rule, "must have at most 64 links");
	more[3] = more[1];
	assert_int_equal(sample_try(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "links[3]");
	more[3].type += 30; /* another type, the same target: another link */
	s.draft.link_count = KITH_LINKS_MAX;
	assert_int_equal(sample_try(&s, &problem), 0);
	more[3].type = 0;
	assert_int_equal(sample_try(&s, &problem), KITH_E_MALFORMED);
	more[3].type = 0x80000000u;
	assert_int_equal(sample_try(&s, &problem), KITH_E_MALFORMED);
	more[3].type = 0x7fffffffu;
	assert_int_equal(sample_try(&s, &problem), 0);
	s.draft.link_count = 3000; /* does not even fit a record; only counted, not read as more */
	s.draft.links = calloc(3000, sizeof(struct kith_link));
	assert_int_equal(sample_try(&s, &problem), KITH_E_TOO_LARGE);
	free((void *)(uintptr_t)s.draft.links);
}

static void numbers_of_the_header_have_their_ranges(void **state)
{
	struct seeded seeded = {8};
	struct sample s;
	struct kith_problem problem;

	(void)state;
	sample_init(&s, &seeded);
	s.draft.created_ms = KITH_CREATED_MAX_MS;
	s.draft.kind = KITH_WIRE_NUMBER_MAX;
	assert_int_equal(sample_try(&s, &problem), 0);
	s.draft.created_ms++;
	assert_int_equal(sample_try(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "created_ms");
	assert_string_equal(problem.rule, "must be a number from 0 to 9007199254740992");
	s.draft.created_ms = 0;
	s.draft.kind++;
	assert_int_equal(sample_try(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "kind");
	s.draft.kind = 0;
	assert_int_equal(sample_try(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.rule, "must be a number from 1 to 536870911");
}

static void languages_are_of_the_form_of_bcp_47(void **state)
{
	static const char *const good[] = {"en", "pl", "gsw", "zh-cmn-Hans-CN", "de-CH-1901",
		"sl-rozaj-biske", "es-419", "en-a-bbb-x-a-ccc", "x-a-b-c", "hy-Latn-IT-arevela",
		"abcd", "abcdefgh", "de-1996", "en-u-ca-gregory", "ZH-hant", "art-lojban",
		"zh-aaa-bbb-ccc", "aa-abcde-abcde-abcde-abcde-abcdefgh"};
	static const char *const bad[] = {"", "e", "1n", "en-", "-en", "en--US", "en_US", "en US",
		"abcdefghi", "en-abcdefghi", "en-a", "en-x", "x", "x-", "x-abcdefghi", "en-US-GB",
		"de-419-DE", "en-1", "en-12", "en-u-c", "e\xc3\xa9", "zh-aaa-bbb-ccc-ddd",
		"i-klingon", "abcd-abc", "en-Latn-Latn", "aa-abcde-abcde-abcde-abcdef-abcdefgh"};
	struct seeded seeded = {9};
	struct sample s;
	struct kith_problem problem;

	(void)state;
	sample_init(&s, &seeded);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		s.draft.lang = good[i];
		if (sample_try(&s, &problem))
			fail_msg("%s was refused: %s", good[i], problem.rule);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s.draft.lang = bad[i];
		if (sample_try(&s, &problem) != KITH_E_RULE)
			fail_msg("\"%s\" was taken for a language tag", bad[i]);
		assert_string_equal(problem.field, "lang");
	}
}

/* ---- headers by hand ------------------------------------------------------------------------ */

static int open_envelope(struct kith_buf *envelope, struct kith_problem *problem)
{
	struct kith_record *record;
	int err = kith_record_open(envelope->data, envelope->len, &record, problem);

	kith_record_free(record);
	kith_buf_clear(envelope);
	return err;
}

static int open_handmade(const struct handmade *spec, struct kith_problem *problem)
{
	struct kith_buf envelope = handmade_envelope(spec);

	return open_envelope(&envelope, problem);
}

static void a_header_lacks_nothing(void **state)
{
	static const char *const required[] = {[1] = "version",
		[2] = "circle",
		[3] = "author",
		[6] = "kind",
		[7] = "created_ms",
		[8] = "lang",
		[10] = "body_hash",
		[11] = "body_len"};
	struct kith_problem problem;

	(void)state;
	for (uint32_t number = 0; number <= 11; number++) {
		int err = open_handmade(&(struct handmade){.skip = number}, &problem);

		assert_int_equal(err, required[number] ? KITH_E_MALFORMED : 0);
		if (err) {
			assert_string_equal(problem.field, required[number]);
			assert_string_equal(problem.rule, "is missing");
		}
	}
}

static void headers_by_hand_get_their_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < HANDMADE_CASES; i++) {
		const struct handmade_case *c = &handmade_cases[i];
		struct kith_problem problem = {{0}, {0}};
		int err = open_handmade(&c->spec, &problem);

		if (err != c->err || strcmp(problem.field, c->field) != 0)
			fail_msg("%s: %s, %s %s", c->name, kith_err_name(err), problem.field,
				problem.rule);
	}
}

static void a_header_may_have_4096_bytes_and_not_one_more(void **state)
{
	struct kith_problem problem;

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct kith_buf header = handmade_header_of(KITH_HEADER_MAX_BYTES + more);
		struct kith_buf envelope = handmade_sign(&header);

		assert_int_equal(open_envelope(&envelope, &problem), more ? KITH_E_TOO_LARGE : 0);
		kith_buf_clear(&header);
	}
	assert_string_equal(problem.field, "header");
}

/* ---- names ----------------------------------------------------------------------------------- */

static void names_of_links_are_those_of_the_schema(void **state)
{
	const ProtobufCEnumDescriptor *type = &kith__link_type__descriptor;
	char name[32];

	(void)state;
	for (unsigned i = 0; i < type->n_values; i++) {
		int value = type->values[i].value;

		assert_true(kith_enum_format(type, value, name, sizeof(name)));
		assert_string_equal(kith_link_name((uint32_t)value), name);
		assert_int_equal(kith_link_from_name(name), value);
	}
	assert_null(kith_link_name(0));
	assert_null(kith_link_name(type->n_values + 1));
	assert_null(kith_link_name(UINT32_MAX));
	assert_int_equal(kith_link_from_name(""), 0);
	assert_int_equal(kith_link_from_name("Revises"), 0);
}

static void header_numbers_are_those_of_the_schema(void **state)
{
	static const struct {
		const ProtobufCMessageDescriptor *message;
		const char *name;
		unsigned number;
	} fields[] = {
		{&kith__envelope__descriptor, "header", KITH_ENVELOPE_HEADER},
		{&kith__envelope__descriptor, "signature", KITH_ENVELOPE_SIGNATURE},
		{&kith__envelope__descriptor, "body", KITH_ENVELOPE_BODY},
		{&kith__header__descriptor, "version", KITH_HEADER_VERSION},
		{&kith__header__descriptor, "circle", KITH_HEADER_CIRCLE},
		{&kith__header__descriptor, "author", KITH_HEADER_AUTHOR},
		{&kith__header__descriptor, "on_behalf_of", KITH_HEADER_ON_BEHALF_OF},
		{&kith__header__descriptor, "delegation", KITH_HEADER_DELEGATION},
		{&kith__header__descriptor, "kind", KITH_HEADER_KIND},
		{&kith__header__descriptor, "created_ms", KITH_HEADER_CREATED_MS},
		{&kith__header__descriptor, "lang", KITH_HEADER_LANG},
		{&kith__header__descriptor, "links", KITH_HEADER_LINKS},
		{&kith__header__descriptor, "body_hash", KITH_HEADER_BODY_HASH},
		{&kith__header__descriptor, "body_len", KITH_HEADER_BODY_LEN},
		{&kith__link__descriptor, "type", KITH_LINK_TYPE},
		{&kith__link__descriptor, "target", KITH_LINK_TARGET},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const ProtobufCFieldDescriptor *field =
			protobuf_c_message_descriptor_get_field_by_name(
				fields[i].message, fields[i].name);

		assert_non_null(field);
		assert_int_equal(field->id, fields[i].number);
	}
	assert_int_equal(kith__envelope__descriptor.n_fields, 3);
	assert_int_equal(kith__header__descriptor.n_fields, 11);
}

static int init_keys(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_may_be_64_links_and_no_two_alike),
		cmocka_unit_test(numbers_of_the_header_have_their_ranges),
		cmocka_unit_test(languages_are_of_the_form_of_bcp_47),
		cmocka_unit_test(a_header_lacks_nothing),
		cmocka_unit_test(headers_by_hand_get_their_verdicts),
		cmocka_unit_test(a_header_may_have_4096_bytes_and_not_one_more),
		cmocka_unit_test(names_of_links_are_those_of_the_schema),
		cmocka_unit_test(header_numbers_are_those_of_the_schema),
	};
	return cmocka_run_group_tests(tests, init_keys, NULL);
}
