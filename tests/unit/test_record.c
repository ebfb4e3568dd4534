/* Records: what is signed opens, what was touched does not, and the header's rules one by one. */
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
#include "tests/unit/seeded.h"

#include "kith.pb-c.h"

#define ROUNDS 200

/* A draft and all that it points to. */
struct sample {
	struct kith_sign_pair pair;
	struct kith_author group;
	struct kith_record_id delegation;
	struct kith_link links[KITH_LINKS_MAX];
	uint8_t body[KITH_RECORD_MAX_BYTES];
	struct kith_record_draft draft;
};

static void sample_links(struct sample *s, struct seeded *seeded, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		s->links[i].type = 1 + (uint32_t)seeded_below(seeded, 20);
		seeded_fill(seeded, s->links[i].target.bytes, KITH_ID_LEN);
	}
	s->draft.links = s->links;
	s->draft.link_count = count;
}

static void sample_init(struct sample *s, struct seeded *seeded)
{
	static const char *const langs[] = {"pl", "el", "nl-BE", "zh-Hant-TW", "x-whatever"};
	static const uint32_t kinds[] = {1, 3, 63, 64, 65, 127, 5000, KITH_WIRE_NUMBER_MAX};

	*s = (struct sample){.pair = seeded_sign_pair(seeded)};
	seeded_fill(seeded, &s->group, sizeof(s->group));
	seeded_fill(seeded, &s->delegation, sizeof(s->delegation));
	s->draft = (struct kith_record_draft){
		.circle = kith_circle_commons(),
		.on_behalf_of = seeded_below(seeded, 2) ? &s->group : NULL,
		.delegation = seeded_below(seeded, 2) ? &s->delegation : NULL,
		.kind = kinds[seeded_below(seeded, sizeof(kinds) / sizeof(kinds[0]))],
		.created_ms = seeded_next(seeded) >> (11 + seeded_below(seeded, 53)),
		.lang = langs[seeded_below(seeded, 5)],
		.body = {s->body, 1 + seeded_below(seeded, 600)},
	};
	sample_links(s, seeded, seeded_below(seeded, 8));
	seeded_fill(seeded, s->body, s->draft.body.len);
}

static struct kith_buf sign(const struct sample *s, struct kith_record_id *id)
{
	struct kith_buf out;

	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	assert_int_equal(kith_record_sign(&s->draft, &s->pair, &out, id, NULL), 0);
	return out;
}

static void assert_same(const struct kith_record *r, const struct sample *s)
{
	const struct kith_record_draft *d = &s->draft;

	assert_memory_equal(&r->author, &s->pair.public_key, KITH_ID_LEN);
	assert_memory_equal(&r->circle, &d->circle, KITH_ID_LEN);
	assert_int_equal(r->has_on_behalf_of, d->on_behalf_of != NULL);
	if (d->on_behalf_of)
		assert_memory_equal(&r->on_behalf_of, d->on_behalf_of, KITH_ID_LEN);
	assert_int_equal(r->has_delegation, d->delegation != NULL);
	if (d->delegation)
		assert_memory_equal(&r->delegation, d->delegation, KITH_ID_LEN);
	assert_int_equal(r->kind, d->kind);
	assert_int_equal(r->created_ms, d->created_ms);
	assert_string_equal(r->lang, d->lang);
	assert_int_equal(r->link_count, d->link_count);
	for (size_t i = 0; i < r->link_count; i++) {
		assert_int_equal(r->links[i].type, d->links[i].type);
		assert_memory_equal(&r->links[i].target, &d->links[i].target, KITH_ID_LEN);
	}
	assert_int_equal(kith_record_is_control(r), d->kind < 64);
}

static void what_is_signed_opens_and_says_the_same(void **state)
{
	struct seeded seeded = {1};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sample s;
		struct kith_record_id id;
		struct kith_record *record, *again;
		struct kith_claim claim;
		struct kith_problem problem;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		buf = sign(&s, &id);
		assert_int_equal(kith_record_open(buf.data, buf.len, &record, &problem), 0);
		assert_same(record, &s);
		assert_true(record->has_body);
		assert_int_equal(record->body.len, s.draft.body.len);
		assert_memory_equal(record->body.data, s.body, s.draft.body.len);
		assert_int_equal(record->envelope.len, buf.len);
		assert_memory_equal(record->envelope.data, buf.data, buf.len);
		assert_memory_equal(&record->id, &id, sizeof(id));
		assert_int_equal(kith_record_peek(buf.data, buf.len, &claim), 0);
		assert_memory_equal(&claim.item.id, &id, sizeof(id));
		assert_int_equal(claim.item.created_ms, kith_record_item(record).created_ms);
		assert_memory_equal(&claim.circle, &record->circle, sizeof(claim.circle));
		assert_int_equal(claim.kind, record->kind);
		assert_int_equal(kith_record_reopen(buf.data, buf.len, &again), 0);
		assert_same(again, &s);
		kith_record_free(again);
		kith_record_free(record);
		kith_buf_clear(&buf);
	}
}

/* Length of the envelope without its last field. */
static size_t erased_len(const struct sample *s, const struct kith_buf *buf)
{
	return buf->len - kith_wire_bytes_len(KITH_ENVELOPE_BODY, s->draft.body.len);
}

static void an_erased_record_verifies_and_keeps_its_id(void **state)
{
	struct seeded seeded = {2};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sample s;
		struct kith_record_id id;
		struct kith_record *record;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		buf = sign(&s, &id);
		assert_int_equal(
			kith_record_open(buf.data, erased_len(&s, &buf), &record, NULL), 0);
		assert_false(record->has_body);
		assert_int_equal(record->body.len, 0);
		assert_memory_equal(&record->id, &id, sizeof(id));
		assert_same(record, &s);
		kith_record_free(record);
		kith_buf_clear(&buf);
	}
}

static void every_flipped_bit_is_refused(void **state)
{
	struct seeded seeded = {3};

	(void)state;
	for (int round = 0; round < 3; round++) {
		struct sample s;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		s.draft.body.len = 40;
		buf = sign(&s, NULL);
		for (size_t bit = 0; bit < 8 * buf.len; bit++) {
			struct kith_record *record;
			struct kith_problem problem = {{0}, {0}};
			int err;

			buf.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			err = kith_record_open(buf.data, buf.len, &record, &problem);
			assert_int_equal(kith_err_class(err), KITH_CLASS_INPUT);
			assert_null(record);
			assert_true(problem.field[0] && problem.rule[0]);
			buf.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		kith_buf_clear(&buf);
	}
}

/* All but one: cut exactly before the body it is the erased form of the same record. */
static void every_cut_is_refused(void **state)
{
	struct seeded seeded = {4};

	(void)state;
	for (int round = 0; round < 10; round++) {
		struct sample s;
		struct kith_buf buf;

		sample_init(&s, &seeded);
		buf = sign(&s, NULL);
		for (size_t len = 0; len < buf.len; len++) {
			struct kith_record *record;
			/* A block of its own, so that a sanitizer sees a read beyond. */
			uint8_t *copy = malloc(len ? len : 1);

			assert_non_null(copy);
			memcpy(copy, buf.data, len);
			assert_int_equal(kith_record_open(copy, len, &record, NULL),
				len == erased_len(&s, &buf) ? 0 : KITH_E_TRUNCATED);
			kith_record_free(record);
			free(copy);
		}
		kith_buf_clear(&buf);
	}
}

static void nothing_may_follow_or_come_twice(void **state)
{
	struct seeded seeded = {5};
	struct sample s;
	struct kith_buf buf;
	struct kith_record *record;
	uint8_t *longer;

	(void)state;
	sample_init(&s, &seeded);
	buf = sign(&s, NULL);
	longer = malloc(2 * buf.len);
	assert_non_null(longer);
	memcpy(longer, buf.data, buf.len);
	memcpy(longer + buf.len, buf.data, buf.len);
	assert_int_equal(kith_record_open(longer, 2 * buf.len, &record, NULL), KITH_E_MALFORMED);
	memcpy(longer + buf.len, "\x20\x01", 2); /* an unknown field */
	assert_int_equal(kith_record_open(longer, buf.len + 2, &record, NULL), KITH_E_MALFORMED);
	free(longer);
	kith_buf_clear(&buf);
}

/* ---- limits ----------------------------------------------------------------------------------- */

static int try_sign(const struct sample *s, struct kith_problem *problem)
{
	struct kith_buf out;
	int err;

	kith_buf_init(&out, 2 * KITH_RECORD_MAX_BYTES);
	kith_write(&out, "before", 6);
	err = kith_record_sign(&s->draft, &s->pair, &out, NULL, problem);
	if (err)
		assert_int_equal(out.len, 6); /* a failure leaves what was there */
	kith_buf_clear(&out);
	return err;
}

static void a_record_may_have_64_kib_and_not_a_byte_more(void **state)
{
	struct seeded seeded = {6};
	struct sample s;
	struct kith_problem problem;
	struct kith_record *record;
	struct kith_buf buf;

	(void)state;
	sample_init(&s, &seeded);
	s.draft.body.len = 65000; /* lengths of the same number of bytes as the final one */
	buf = sign(&s, NULL);
	s.draft.body.len += KITH_RECORD_MAX_BYTES - buf.len;
	kith_buf_clear(&buf);
	buf = sign(&s, NULL);
	assert_int_equal(buf.len, KITH_RECORD_MAX_BYTES);
	assert_int_equal(kith_record_open(buf.data, buf.len, &record, NULL), 0);
	kith_record_free(record);
	kith_buf_clear(&buf);
	s.draft.body.len++;
	assert_int_equal(try_sign(&s, &problem), KITH_E_TOO_LARGE);
	assert_string_equal(problem.field, "envelope");
	s.draft.body.len = 0;
	assert_int_equal(try_sign(&s, &problem), KITH_E_MALFORMED);
	assert_string_equal(problem.field, "body");
}

static void there_may_be_64_links_and_no_two_alike(void **state)
{
	struct seeded seeded = {7};
	struct sample s;
	struct kith_link more[KITH_LINKS_MAX + 1];
	struct kith_problem problem;

	(void)state;
	sample_init(&s, &seeded);
	sample_links(&s, &seeded, KITH_LINKS_MAX);
	assert_int_equal(try_sign(&s, &problem), 0);
	memcpy(more, s.links, sizeof(s.links));
	more[KITH_LINKS_MAX] = (struct kith_link){.type = 77};
	s.draft.links = more;
	s.draft.link_count++;
	assert_int_equal(try_sign(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "links");
	assert_string_equal(problem.rule, "must have at most 64 links");
	more[3] = more[1];
	assert_int_equal(try_sign(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "links[3]");
	more[3].type += 30; /* another type, the same target: another link */
	s.draft.link_count = KITH_LINKS_MAX;
	assert_int_equal(try_sign(&s, &problem), 0);
	more[3].type = 0;
	assert_int_equal(try_sign(&s, &problem), KITH_E_MALFORMED);
	more[3].type = 0x80000000u;
	assert_int_equal(try_sign(&s, &problem), KITH_E_MALFORMED);
	more[3].type = 0x7fffffffu;
	assert_int_equal(try_sign(&s, &problem), 0);
	s.draft.link_count = 3000; /* does not even fit a record; only counted, not read as more */
	s.draft.links = calloc(3000, sizeof(struct kith_link));
	assert_int_equal(try_sign(&s, &problem), KITH_E_TOO_LARGE);
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
	assert_int_equal(try_sign(&s, &problem), 0);
	s.draft.created_ms++;
	assert_int_equal(try_sign(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "created_ms");
	assert_string_equal(problem.rule, "must be a number from 0 to 9007199254740992");
	s.draft.created_ms = 0;
	s.draft.kind++;
	assert_int_equal(try_sign(&s, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "kind");
	s.draft.kind = 0;
	assert_int_equal(try_sign(&s, &problem), KITH_E_RULE);
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
		if (try_sign(&s, &problem))
			fail_msg("%s was refused: %s", good[i], problem.rule);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		s.draft.lang = bad[i];
		if (try_sign(&s, &problem) != KITH_E_RULE)
			fail_msg("\"%s\" was taken for a language tag", bad[i]);
		assert_string_equal(problem.field, "lang");
	}
}

/* ---- headers that kith_record_sign() does not write -------------------------------------------- */

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

/* ---- names ------------------------------------------------------------------------------------ */

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

/* What a usual library reads of ours, and writes again, is the same to the byte. */
static void a_usual_protobuf_library_agrees(void **state)
{
	struct seeded seeded = {11};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sample s;
		struct kith_buf buf;
		Kith__Envelope *envelope;
		Kith__Header *header;
		uint8_t *packed;

		sample_init(&s, &seeded);
		buf = sign(&s, NULL);
		envelope = kith__envelope__unpack(NULL, buf.len, buf.data);
		assert_non_null(envelope);
		header = kith__header__unpack(NULL, envelope->header.len, envelope->header.data);
		assert_non_null(header);
		assert_int_equal(header->kind, s.draft.kind);
		assert_int_equal(header->n_links, s.draft.link_count);
		packed = malloc(buf.len);
		assert_int_equal(kith__header__get_packed_size(header), envelope->header.len);
		assert_int_equal(kith__header__pack(header, packed), envelope->header.len);
		assert_memory_equal(packed, envelope->header.data, envelope->header.len);
		assert_int_equal(kith__envelope__pack(envelope, packed), buf.len);
		assert_memory_equal(packed, buf.data, buf.len);
		free(packed);
		kith__header__free_unpacked(header, NULL);
		kith__envelope__free_unpacked(envelope, NULL);
		kith_buf_clear(&buf);
	}
}

static int init_keys(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_signed_opens_and_says_the_same),
		cmocka_unit_test(an_erased_record_verifies_and_keeps_its_id),
		cmocka_unit_test(every_flipped_bit_is_refused),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(nothing_may_follow_or_come_twice),
		cmocka_unit_test(a_record_may_have_64_kib_and_not_a_byte_more),
		cmocka_unit_test(there_may_be_64_links_and_no_two_alike),
		cmocka_unit_test(numbers_of_the_header_have_their_ranges),
		cmocka_unit_test(languages_are_of_the_form_of_bcp_47),
		cmocka_unit_test(a_header_lacks_nothing),
		cmocka_unit_test(headers_by_hand_get_their_verdicts),
		cmocka_unit_test(a_header_may_have_4096_bytes_and_not_one_more),
		cmocka_unit_test(names_of_links_are_those_of_the_schema),
		cmocka_unit_test(header_numbers_are_those_of_the_schema),
		cmocka_unit_test(a_usual_protobuf_library_agrees),
	};
	return cmocka_run_group_tests(tests, init_keys, NULL);
}
