/* The header of a record: its rules one by one, and its names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "keys/hash.h"
#include "keys/secret.h"
#include "protocol/header.h"
#include "protocol/kind.h"
#include "protocol/record.h"
#include "protocol/wire.h"
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
		"i-klingon", "en-Latn-Latn", "aa-abcde-abcde-abcde-abcdef-abcdefgh"};
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

/* ---- headers that kith_record_sign() does not write ------------------------------------------ */

/* A header by hand: its fields in this order, but for one that is left out or replaced. */
struct spec {
	uint32_t skip;      /* number of a field to leave out */
	const char *before; /* the field before which `insert` goes, as a digit, or NULL: last */
	struct kith_bytes insert; /* raw bytes */
};
#define RAW(bytes)                                                                                 \
	{                                                                                          \
		(const uint8_t *)(bytes), sizeof(bytes) - 1                                        \
	}

static int open_header(const struct kith_buf *header, struct kith_problem *problem)
{
	struct seeded seeded = {10};
	struct kith_sign_pair pair = seeded_sign_pair(&seeded);
	struct kith_hash id;
	struct kith_signature signature;
	struct kith_record *record;
	struct kith_buf buf;
	int err;

	kith_hash("kith/1 record", header->data, header->len, &id);
	kith_sign(&pair, "kith/1 signature", id.bytes, sizeof(id.bytes), &signature);
	kith_buf_init(&buf, KITH_RECORD_MAX_BYTES);
	kith_wire_put_bytes(&buf, 1, header->data, header->len);
	kith_wire_put_bytes(&buf, 2, signature.bytes, sizeof(signature.bytes));
	kith_wire_put_bytes(&buf, 3, "body", 4);
	assert_int_equal(kith_buf_err(&buf), 0);
	err = kith_record_open(buf.data, buf.len, &record, problem);
	kith_record_free(record);
	kith_buf_clear(&buf);
	return err;
}

static void put_field(struct kith_buf *out, uint32_t number)
{
	struct seeded seeded = {10};
	struct kith_sign_pair pair = seeded_sign_pair(&seeded);
	struct kith_hash hash;

	kith_hash("kith/1 body", "body", 4, &hash);
	switch (number) {
	case 1:
		kith_wire_put_number(out, 1, 1);
		break;
	case 3:
		kith_wire_put_bytes(out, 3, pair.public_key.bytes, 32);
		break;
	case 6:
		kith_wire_put_number(out, 6, 65);
		break;
	case 7:
		kith_wire_put_number(out, 7, 1700000000000);
		break;
	case 8:
		kith_wire_put_bytes(out, 8, "en", 2);
		break;
	case 9:
		kith_wire_put_prefix(out, 9, 36);
		kith_wire_put_number(out, 1, 2);
		kith_wire_put_bytes(out, 2, hash.bytes, 32);
		break;
	case 11:
		kith_wire_put_number(out, 11, 4);
		break;
	default:
		kith_wire_put_bytes(out, number, hash.bytes, 32);
	}
}

static int open_spec(const struct spec *spec, struct kith_problem *problem)
{
	uint32_t before = spec->before ? (uint32_t)strtoul(spec->before, NULL, 10) : 12;
	struct kith_buf header;
	int err;

	kith_buf_init(&header, KITH_RECORD_MAX_BYTES);
	for (uint32_t number = 1; number <= 12; number++) {
		if (number == before)
			kith_write(&header, spec->insert.data, spec->insert.len);
		if (number != spec->skip && number != 12)
			put_field(&header, number);
	}
	assert_int_equal(kith_buf_err(&header), 0);
	err = open_header(&header, problem);
	kith_buf_clear(&header);
	return err;
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
		int err = open_spec(&(struct spec){.skip = number}, &problem);

		assert_int_equal(err, required[number] ? KITH_E_MALFORMED : 0);
		if (err) {
			assert_string_equal(problem.field, required[number]);
			assert_string_equal(problem.rule, "is missing");
		}
	}
}

/* What may not stand in a header, before which of its fields, and what is said about it. */
static const struct {
	struct spec spec;
	int err;
	const char *field;
} headers[] = {
	/* unknown fields of all types, also twice, are allowed at the end */
	{{0, NULL, RAW("\x60\x01")}, 0, ""},
	{{0, NULL,
		 RAW("\x62\x03"
		     "abc\x62\x00\x6d"
		     "1234\x71"
		     "12345678")},
		0, ""},
	{{0, NULL, RAW("\xfa\xff\xff\xff\x0f\x00")}, 0, ""}, /* number 2^29 - 1 */
	/* ... but not before */
	{{0, "11", RAW("\x60\x01")}, KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\x68\x01\x60\x01")}, KITH_E_MALFORMED, "header"},
	/* groups, wire types 6 and 7, number 0 and numbers too large */
	{{0, NULL, RAW("\x63\x64")}, KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\x66")}, KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\x67")}, KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\x00\x01")}, KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\x82\x80\x80\x80\x10\x00")}, KITH_E_MALFORMED, "header"},
	/* varints: not of the shortest form, over 64 bits, cut */
	{{0, NULL, RAW("\x60\x81\x00")}, KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\xe0\x00\x01")}, KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")}, 0, ""},
	{{0, NULL, RAW("\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02")}, KITH_E_MALFORMED,
		"header"},
	{{0, NULL, RAW("\x60\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x00")}, KITH_E_MALFORMED,
		"header"},
	{{0, NULL, RAW("\x60\x80")}, KITH_E_MALFORMED, "header"},
	{{0, NULL,
		 RAW("\x62\x05"
		     "abcd")},
		KITH_E_MALFORMED, "header"},
	{{0, NULL, RAW("\x6d\x01\x02\x03")}, KITH_E_MALFORMED, "header"},
	/* a field that is there already, or of another type than it has */
	{{0, "2", RAW("\x08\x01")}, KITH_E_MALFORMED, "header"},
	{{0, "12", RAW("\x58\x04")}, KITH_E_MALFORMED, "header"},
	{{1, "2", RAW("\x0a\x01\x01")}, KITH_E_MALFORMED, "version"},
	{{1, "2", RAW("\x08\x02")}, KITH_E_UNKNOWN_VERSION, "version"},
	{{1, "2", RAW("\x08\x00")}, KITH_E_UNKNOWN_VERSION, "version"},
	{{0, "1", RAW("\x12\x00")}, KITH_E_MALFORMED, "version"},
	{{2, "3", RAW("\x12\x01z")}, KITH_E_MALFORMED, "circle"},
	{{2, "3", RAW("\x10\x20")}, KITH_E_MALFORMED, "circle"},
	{{4, "5", RAW("\x22\x00")}, KITH_E_MALFORMED, "on_behalf_of"},
	{{5, "6", RAW("\x2a\x00")}, KITH_E_MALFORMED, "delegation"},
	{{6, "7", RAW("\x32\x01\x41")}, KITH_E_MALFORMED, "kind"},
	{{7, "8", RAW("\x39\x01\x02\x03\x04\x05\x06\x07\x08")}, KITH_E_MALFORMED, "created_ms"},
	{{8, "9", RAW("\x40\x02")}, KITH_E_MALFORMED, "lang"},
	{{8, "9", RAW("\x42\x02\x65\x00")}, KITH_E_RULE, "lang"},
	{{10, "11", RAW("\x52\x00")}, KITH_E_MALFORMED, "body_hash"},
	{{11, NULL, RAW("\x58\x05")}, KITH_E_FORGED, "body"},
	{{11, NULL, RAW("\x58\x00")}, KITH_E_RULE, "body_len"},
	{{11, NULL, RAW("\x58\xff\xff\x03")}, KITH_E_TOO_LARGE, "body_len"},
	{{11, NULL, RAW("\x58\x81\x80\x04")}, KITH_E_RULE, "body_len"},
	/* links: none of number 9 but well-formed ones */
	{{9, "10", RAW("\x4a\x00")}, KITH_E_MALFORMED, "links[0]"},
	{{9, "10", RAW("\x48\x01")}, KITH_E_MALFORMED, "links[0]"},
	{{9, "10", RAW("\x4a\x02\x08\x01")}, KITH_E_MALFORMED, "links[0]"},
	{{9, "10", RAW("\x4a\x22\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")}, KITH_E_MALFORMED,
		"links[0]"},
	{{9, "10", RAW("\x4a\x24\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\x08\x01")},
		KITH_E_MALFORMED, "links[0]"},
	{{9, "10", RAW("\x4a\x26\x08\x01\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")},
		KITH_E_MALFORMED, "links[0]"},
	{{9, "10", RAW("\x4a\x23\x08\x01\x12\x1fqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")},
		KITH_E_MALFORMED, "links[0]"},
	{{9, "10", RAW("\x4a\x24\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq")}, 0, ""},
	/* with a field of a later version, also twice */
	{{9, "10", RAW("\x4a\x28\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\x18\x05\x18\x05")},
		0, ""},
	{{9, "10", RAW("\x4a\x26\x08\x01\x12\x20qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq\x1b\x1c")},
		KITH_E_MALFORMED, "links[0]"},
};

static void headers_by_hand_get_their_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct kith_problem problem = {{0}, {0}};
		int err = open_spec(&headers[i].spec, &problem);

		if (err != headers[i].err || strcmp(problem.field, headers[i].field) != 0)
			fail_msg("header %zu: %s, %s %s", i, kith_err_name(err), problem.field,
				problem.rule);
	}
}

static void a_header_may_have_4096_bytes_and_not_one_more(void **state)
{
	static const uint8_t zeros[KITH_HEADER_MAX_BYTES];
	struct kith_problem problem;

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct kith_buf header;

		kith_buf_init(&header, KITH_RECORD_MAX_BYTES);
		for (uint32_t number = 1; number <= 11; number++)
			put_field(&header, number);
		kith_wire_put_bytes(&header, 12, zeros,
			KITH_HEADER_MAX_BYTES + more - header.len - 3); /* tag and length */
		assert_int_equal(header.len, KITH_HEADER_MAX_BYTES + more);
		assert_int_equal(open_header(&header, &problem), more ? KITH_E_TOO_LARGE : 0);
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
