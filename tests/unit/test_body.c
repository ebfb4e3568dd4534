/* Bodies: packing and unpacking, what search is given, and a machine without memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "keys/secret.h"
#include "protocol/body.h"
#include "protocol/limits.h"
#include "protocol/wire.h"
#include "tests/unit/failing_malloc.h"
#include "tests/unit/saying.h"

static struct saying *saying;

static struct kith_buf pack(const char *kind, const char *line)
{
	saying_init(saying, kind, line);
	return saying_pack(saying);
}

static struct kith_bytes view(const struct kith_buf *buf)
{
	return (struct kith_bytes){buf->data, buf->len};
}

static void what_is_packed_comes_back(void **state)
{
	struct kith_buf packed =
		pack("practice", "title=Social pharmacy|steps=one|steps=two|"
				 "outcome=worked|place.country=GR|notes[0].link=3");
	const Kith__Practice *practice;
	struct kith_body body;

	(void)state;
	assert_int_equal(kith_body_decode(view(&packed), 65, &body, NULL), 0);
	assert_string_equal(body.kind.name, "practice");
	practice = (const Kith__Practice *)body.message;
	assert_string_equal(body.common->title, "Social pharmacy");
	assert_ptr_equal(body.common, practice->common);
	assert_string_equal(body.common->place->country, "GR");
	assert_int_equal(practice->n_steps, 2);
	assert_string_equal(practice->steps[1], "two");
	assert_true(practice->has_outcome);
	assert_int_equal(practice->outcome, KITH__OUTCOME__OUTCOME_WORKED);
	assert_false(practice->has_maturity);
	assert_null(practice->problem);
	assert_int_equal(body.body->notes[0]->link, 3);
	kith_body_clear(&body);
	assert_null(body.body);
	kith_body_clear(&body); /* twice does no harm */
	kith_buf_clear(&packed);
}

static void a_body_without_common_has_an_empty_one(void **state)
{
	struct kith_buf packed = pack("initiative", "");
	struct kith_header_facts facts = {.in_commons = true};
	struct kith_problem problem;
	struct kith_body body;

	(void)state;
	saying->body.initiative->common = NULL;
	kith_buf_clear(&packed);
	packed = saying_pack(saying);
	assert_int_equal(kith_body_decode(view(&packed), 66, &body, NULL), 0);
	assert_non_null(body.common);
	assert_null(body.common->title);
	assert_int_equal(kith_body_check(&body, &facts, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "title");
	kith_body_clear(&body);
	kith_buf_clear(&packed);
}

static void salt_is_drawn_once_and_has_16_bytes(void **state)
{
	struct seeded seeded = {5};
	struct kith_rng rng = seeded_rng(&seeded);
	struct kith_buf a, b;
	uint8_t salt[17] = "0123456789abcdef";

	(void)state;
	saying_init(saying, "x", "");
	kith_buf_init(&a, 1000);
	kith_buf_init(&b, 1000);
	assert_int_equal(kith_body_encode(&saying->body, &rng, &a), 0);
	assert_int_equal(kith_body_encode(&saying->body, &rng, &b), 0);
	assert_false(saying->body.has_salt); /* the caller's message is left alone */
	assert_int_equal(a.len, b.len);
	assert_memory_not_equal(a.data, b.data, a.len);
	saying->body.has_salt = 1;
	saying->body.salt = (ProtobufCBinaryData){16, salt};
	kith_buf_reset(&a);
	assert_int_equal(kith_body_encode(&saying->body, NULL, &a), 0);
	assert_memory_equal(a.data + 2, salt, 16);
	saying->body.salt.len = 17;
	assert_int_equal(kith_body_encode(&saying->body, NULL, &a), KITH_E_ARGUMENT);
	saying->body.salt.len = 16;
	saying->body.kind_case = KITH__BODY__KIND__NOT_SET;
	assert_int_equal(kith_body_encode(&saying->body, NULL, &a), KITH_E_ARGUMENT);
	kith_buf_clear(&a);
	kith_buf_clear(&b);
	kith_buf_init(&a, 20);
	saying_init(saying, "x", "");
	assert_int_equal(kith_body_encode(&saying->body, &rng, &a), KITH_E_TOO_LARGE);
	kith_buf_clear(&a);
}

static int decode(const void *packed, size_t len, uint32_t kind, struct kith_problem *problem)
{
	struct kith_body body;
	int err = kith_body_decode((struct kith_bytes){packed, len}, kind, &body, problem);

	if (err)
		assert_null(body.arena);
	kith_body_clear(&body);
	return err;
}

#define SALT "\x0a\x10saltsaltsaltsalt"

static void the_frame_of_a_body_is_checked(void **state)
{
	struct kith_problem problem;

	(void)state;
	assert_int_equal(decode(SALT "\xfa\x07\x00", 21, 127, &problem), 0);
	assert_int_equal(decode("\xff", 1, 4711, &problem), KITH_E_NOT_FOUND);
	assert_int_equal(decode(SALT "\xfa\x07\x00", 21, 1, &problem), KITH_E_NOT_FOUND);
	assert_int_equal(decode("\xfa\x07\x00", 3, 127, &problem), KITH_E_MALFORMED);
	assert_string_equal(problem.field, "salt");
	assert_int_equal(
		decode("\x0a\x0fsaltsaltsaltsal\xfa\x07\x00", 20, 127, &problem), KITH_E_MALFORMED);
	assert_string_equal(problem.rule, "must have 16 bytes");
	assert_int_equal(decode(SALT "\xfa\x07\x00", 21, 65, &problem), KITH_E_MALFORMED);
	assert_string_equal(problem.field, "kind");
	assert_string_equal(problem.rule, "must be that of the header: practice");
	assert_int_equal(decode(SALT, 18, 65, &problem), KITH_E_MALFORMED);
	assert_int_equal(decode("", 0, 65, &problem), KITH_E_MALFORMED);
}

/* SECURITY row 15: nesting of 100,000, as messages and as groups; and the most that fits a record.
 * */
static void bombs_are_refused(void **state)
{
	const size_t len = 300000;
	struct kith_problem problem;
	uint8_t *bytes = malloc(len);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < len; i += 3)
		memcpy(bytes + i, "\x0a\xff\x7f", 3);
	assert_int_equal(decode(bytes, len, 65, &problem), KITH_E_TOO_LARGE);
	assert_int_equal(decode(bytes, KITH_RECORD_MAX_BYTES, 65, &problem), KITH_E_MALFORMED);
	memset(bytes, 0x0b, len);
	assert_int_equal(decode(bytes, 100000, 65, &problem), KITH_E_TOO_LARGE);
	assert_int_equal(decode(bytes, KITH_RECORD_MAX_BYTES, 65, &problem), KITH_E_MALFORMED);
	for (size_t i = 0; i < len; i += 2)
		memcpy(bytes + i, "\x12\x00", 2);
	assert_int_equal(decode(bytes, KITH_RECORD_MAX_BYTES, 65, &problem), KITH_E_TOO_LARGE);
	free(bytes);
}

/* ---- search ---------------------------------------------------------------------------------- */

static void collect(void *ctx, const char *text)
{
	strcat(strcat(ctx, text), ";");
}

static void search_is_given_texts_and_no_codes(void **state)
{
	struct kith_buf packed = pack("practice",
		"summary=not this|problem=p|approach=a|steps=s1|steps=s2|conditions.legal=c|"
		"actors=who|resources=what|lessons=l|tags=t|sdg=11.3|licence=MIT|place.name=Kavala|"
		"place.country=GR|source.url=https://example.org|source.id=7|notes[0].why=nor "
		"this");
	struct kith_body body;
	char all[500] = "";

	(void)state;
	assert_int_equal(kith_body_decode(view(&packed), 65, &body, NULL), 0);
	kith_body_each_text(&body, collect, all);
	assert_string_equal(all, "Kavala;t;p;a;s1;s2;c;who;what;l;");
	kith_body_clear(&body);
	kith_buf_clear(&packed);
}

/* ---- records --------------------------------------------------------------------------------- */

static struct kith_buf sign(const struct kith_buf *body, uint32_t kind, struct kith_circle circle)
{
	struct seeded seeded = {6};
	struct kith_sign_pair pair = seeded_sign_pair(&seeded);
	struct kith_record_draft draft = {
		.circle = circle, .kind = kind, .lang = "en", .body = view(body)};
	struct kith_buf out;

	kith_buf_init(&out, KITH_RECORD_MAX_BYTES);
	assert_int_equal(kith_record_sign(&draft, &pair, &out, NULL, NULL), 0);
	return out;
}

static int check(const struct kith_buf *envelope, size_t len, struct kith_problem *problem)
{
	struct kith_record *record;
	int err;

	assert_int_equal(kith_record_open(envelope->data, len, &record, NULL), 0);
	err = kith_record_check(record, problem);
	kith_record_free(record);
	return err;
}

static void records_are_checked_by_their_kind_and_circle(void **state)
{
	struct kith_circle closed = {{1}};
	struct kith_buf body = pack("profile", "contact=Town hall");
	struct kith_buf in_commons = sign(&body, 64, kith_circle_commons());
	struct kith_buf in_circle = sign(&body, 64, closed);
	struct kith_buf as_unknown = sign(&body, 4711, closed);
	struct kith_buf as_practice = sign(&body, 65, closed);
	struct kith_problem problem;

	(void)state;
	assert_int_equal(check(&in_commons, in_commons.len, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, "contact");
	/* erased: nothing left to check */
	assert_int_equal(
		check(&in_commons, in_commons.len - kith_wire_bytes_len(3, body.len), &problem), 0);
	assert_int_equal(check(&in_circle, in_circle.len, &problem), 0);
	assert_int_equal(check(&as_unknown, as_unknown.len, &problem), 0);
	assert_int_equal(check(&as_practice, as_practice.len, &problem), KITH_E_MALFORMED);
	kith_buf_clear(&body);
	kith_buf_clear(&in_commons);
	kith_buf_clear(&in_circle);
	kith_buf_clear(&as_unknown);
	kith_buf_clear(&as_practice);
}

/* ---- without memory -------------------------------------------------------------------------- */

#if FAILING_MALLOC
/* Packs, signs, opens and checks; all that allocates. */
static int whole_way(struct saying *said)
{
	struct seeded seeded = {6};
	struct kith_rng rng = seeded_rng(&seeded);
	struct kith_sign_pair pair = seeded_sign_pair(&seeded);
	struct kith_record_draft draft = {.kind = 65, .lang = "en"};
	struct kith_record *record = NULL;
	struct kith_buf body, envelope;
	int err;

	kith_buf_init(&body, 1 << 16);
	kith_buf_init(&envelope, 1 << 16);
	err = kith_body_encode(&said->body, &rng, &body);
	draft.body = view(&body);
	if (!err)
		err = kith_record_sign(&draft, &pair, &envelope, NULL, NULL);
	if (!err)
		err = kith_record_open(envelope.data, envelope.len, &record, NULL);
	if (!err)
		err = kith_record_check(record, NULL);
	kith_record_free(record);
	kith_buf_clear(&body);
	kith_buf_clear(&envelope);
	return err;
}
#endif

static void each_allocation_may_fail(void **state)
{
#if FAILING_MALLOC
	long before;
	int err = KITH_E_NOMEM, n = 0;

	(void)state;
	if (!failing_works())
		skip();
	saying_init(saying, "practice", "problem=*5000|steps=a|summary=za\xc5\xbc\xc3\xb3\xc5\x82");
	for (; err; n++) {
		before = failing.balance;
		failing.countdown = n;
		failing.failed = 0;
		err = whole_way(saying);
		failing.countdown = -1;
		assert_int_equal(err, failing.failed ? KITH_E_NOMEM : 0);
		assert_int_equal(failing.balance, before);
		assert_true(n < 100);
	}
	assert_true(n > 5);
#else
	(void)state;
	skip(); /* sanitizers bring their own allocator */
#endif
}

static void assert_caption(const char *kind_name, const char *line, const char *expected)
{
	char caption[KITH_CAPTION_MAX];
	struct kith_kind kind;
	struct kith_body body;
	struct kith_buf packed;

	saying_init(saying, kind_name, line);
	packed = saying_pack(saying);
	assert_true(kith_kind_by_name(kind_name, &kind));
	assert_int_equal(kith_body_decode((struct kith_bytes){packed.data, packed.len}, kind.number,
				 &body, NULL),
		0);
	kith_body_caption(&body, caption);
	assert_string_equal(caption, expected);
	kith_body_clear(&body);
	kith_buf_clear(&packed);
}

#define TEN   "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static void a_caption_stands_for_every_record(void **state)
{
	char long_title[301] = "";

	(void)state;
	memset(long_title, 'a', 300);
	assert_caption("practice", "title=*300", long_title);
	assert_caption("statement", "intent=lesson", "A title");
	assert_caption(
		"statement", "!title|intent=lesson|text= Ask\n\n  early ", "lesson: Ask early");
	assert_caption("stance", "!title", "support");
	assert_caption("stance", "!title|position=object|reason=r", "object: r");
	assert_caption("stance", "!title|position=99|reason=r", "r");
	assert_caption("introduction", "!title|why=Both cook", "Both cook");
	assert_caption("label", "!title|value=outdated", "outdated");
	assert_caption("x", "!title|!name", "");
	assert_caption("label", "!title|value=" FIFTY FIFTY, FIFTY FIFTY);
	assert_caption("label", "!title|value=" FIFTY FIFTY "0",
		FIFTY TEN TEN TEN TEN "0123456\xe2\x80\xa6");
	assert_caption("label", "!title|value=" FIFTY TEN " " TEN " " TEN TEN TEN TEN,
		FIFTY TEN " " TEN "\xe2\x80\xa6");
	assert_caption("label",
		"!title|value=" FIFTY TEN TEN TEN TEN "01234\xc5\x82\xc5\x82\xc5\x82",
		FIFTY TEN TEN TEN TEN "01234\xc5\x82\xe2\x80\xa6");
}

static int init(void **state)
{
	(void)state;
	saying = malloc(sizeof(*saying));
	return saying ? kith_keys_init() : -1;
}

static int clear(void **state)
{
	(void)state;
	free(saying);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_packed_comes_back),
		cmocka_unit_test(a_body_without_common_has_an_empty_one),
		cmocka_unit_test(salt_is_drawn_once_and_has_16_bytes),
		cmocka_unit_test(the_frame_of_a_body_is_checked),
		cmocka_unit_test(bombs_are_refused),
		cmocka_unit_test(search_is_given_texts_and_no_codes),
		cmocka_unit_test(a_caption_stands_for_every_record),
		cmocka_unit_test(records_are_checked_by_their_kind_and_circle),
		cmocka_unit_test(each_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, init, clear);
}
