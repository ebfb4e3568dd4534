/* Unpacking: the same structs as protobuf-c makes of it, a known price, and a short list of noes.
 * */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/limits.h"
#include "protocol/member.h"
#include "protocol/unpack.h"
#include "protocol/wire.h"
#include "tests/unit/saying.h"

#define BODY (&kith__body__descriptor)

static int scan(const void *packed, size_t len, struct kith_unpack_room *room)
{
	struct kith_problem problem = {{0}, {0}};
	int err = kith_unpack_scan(BODY, (struct kith_bytes){packed, len}, room, &problem);

	assert_int_equal(err != 0, problem.field[0] && problem.rule[0]);
	assert_true(err == 0 || err == KITH_E_MALFORMED || err == KITH_E_TOO_LARGE);
	return err;
}

/* Unpacks into a block of exactly the size that was said, so that a sanitizer sees one byte more.
 * */
static ProtobufCMessage *unpack(const void *packed, size_t len, struct kith_unpack_room room)
{
	void *memory = malloc(room.structs + room.bytes);

	assert_non_null(memory);
	return kith_unpack(BODY, (struct kith_bytes){packed, len}, &room, memory);
}

/* What protobuf-c packs of a message, without what it kept of unknown fields. */
static struct kith_buf pack_known(const ProtobufCMessage *message)
{
	struct kith_buf out;

	kith_buf_init(&out, 1 << 20);
	if (protobuf_c_message_get_packed_size(message) == 0)
		return out;
	assert_non_null(kith_write_reserve(&out, protobuf_c_message_get_packed_size(message)));
	assert_int_equal(protobuf_c_message_pack(message, out.data), out.len);
	return out;
}

static void drop_unknown(ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned i = 0; i < message->n_unknown_fields; i++)
		free(message->unknown_fields[i].data);
	free(message->unknown_fields);
	message->n_unknown_fields = 0;
	message->unknown_fields = NULL;
	for (unsigned f = 0; f < type->n_fields; f++) {
		size_t count = kith_member_count(message, &type->fields[f]);

		if (type->fields[f].type != PROTOBUF_C_TYPE_MESSAGE)
			continue;
		for (size_t i = 0; i < count; i++) {
			const ProtobufCMessage *inner =
				kith_member_message(message, &type->fields[f], i);

			drop_unknown((ProtobufCMessage *)(uintptr_t)inner);
		}
	}
}

/* What passes the scan means the same to protobuf-c. */
static void assert_same_as_protobuf_c(const void *packed, size_t len)
{
	struct kith_unpack_room room;
	ProtobufCMessage *ours, *theirs;
	struct kith_buf our_bytes, their_bytes;

	if (scan(packed, len, &room))
		return;
	assert_true(
		room.structs + room.bytes <= KITH_PROTO_EXPANSION * len + KITH_PROTO_BASE_BYTES);
	ours = unpack(packed, len, room);
	theirs = protobuf_c_message_unpack(BODY, NULL, len, packed);
	assert_non_null(theirs);
	drop_unknown(theirs);
	our_bytes = pack_known(ours);
	their_bytes = pack_known(theirs);
	assert_int_equal(our_bytes.len, their_bytes.len);
	if (our_bytes.len)
		assert_memory_equal(our_bytes.data, their_bytes.data, our_bytes.len);
	kith_buf_clear(&our_bytes);
	kith_buf_clear(&their_bytes);
	protobuf_c_message_free_unpacked(theirs, NULL);
	free(ours);
}

static const char *const lines[][2] = {
	{"practice", "summary=s|problem=*300|steps=a|steps=b|steps=c|conditions.legal=l|outcome=2|"
		     "place.country=PL|place.lat_e7=-1|place.lon_e7=5|time.start_ms=-5|tags=t|"
		     "notes[1].link=1|notes[0].why=w|sdg=1|source.id=9|source.retrieved_ms=1"},
	{"profile", "recovery_key=*32|languages=pl|roles=r|contact=c|level=-7"},
	{"initiative", "form=2|status=5|participants=|text="},
	{"x", "data=*0|name=n"},
	{"x", "data=*1000"},
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

static struct saying *saying;

static void bodies_mean_the_same_as_to_protobuf_c(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINES; i++) {
		struct kith_unpack_room room;
		struct kith_buf packed;

		saying_init(saying, lines[i][0], lines[i][1]);
		packed = saying_pack(saying);
		assert_int_equal(scan(packed.data, packed.len, &room), 0);
		assert_same_as_protobuf_c(packed.data, packed.len);
		kith_buf_clear(&packed);
	}
}

/* One to three changes of a byte, a stretch taken out or doubled. */
static size_t mutate(struct seeded *seeded, uint8_t *bytes, size_t len)
{
	for (size_t n = 1 + seeded_below(seeded, 3); n > 0; n--)
		bytes[seeded_below(seeded, len)] = (uint8_t)seeded_next(seeded);
	if (seeded_below(seeded, 4) == 0) {
		size_t from = seeded_below(seeded, len), to = seeded_below(seeded, len);

		memmove(bytes + to, bytes + from, len - (from > to ? from : to));
	}
	return seeded_below(seeded, 8) ? len : 1 + seeded_below(seeded, len);
}

static void damaged_bodies_too(void **state)
{
	struct seeded seeded = {7};
	uint8_t bytes[2048];

	(void)state;
	for (int round = 0; round < 40000; round++) {
		size_t i = (size_t)round % LINES;
		struct kith_buf packed;
		size_t len;

		saying_init(saying, lines[i][0], lines[i][1]);
		packed = saying_pack(saying);
		len = packed.len;
		assert_true(len <= sizeof(bytes));
		memcpy(bytes, packed.data, len);
		kith_buf_clear(&packed);
		len = mutate(&seeded, bytes, len);
		assert_same_as_protobuf_c(bytes, len);
	}
}

/* Random fields, of numbers and types that are often the schema's: many are let through. */
static size_t random_fields(struct seeded *seeded, uint8_t *out, size_t room, int depth)
{
	static const uint32_t numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 64, 65, 66, 127};
	struct kith_buf buf;
	size_t len;

	kith_buf_init(&buf, room);
	for (size_t n = seeded_below(seeded, 5); n > 0; n--) {
		uint32_t number = numbers[seeded_below(seeded, 16)];
		uint8_t inner[256];
		size_t inner_len = seeded_below(seeded, 6);

		if (seeded_below(seeded, 3) == 0) {
			kith_wire_put_number(
				&buf, number, seeded_next(seeded) >> seeded_below(seeded, 64));
			continue;
		}
		seeded_fill(seeded, inner, inner_len);
		if (depth > 0 && seeded_below(seeded, 4))
			inner_len = random_fields(seeded, inner, sizeof(inner), depth - 1);
		kith_wire_put_bytes(&buf, number, inner, inner_len);
	}
	len = buf.err ? 0 : buf.len;
	if (len)
		memcpy(out, buf.data, len);
	kith_buf_clear(&buf);
	return len;
}

static void random_fields_too(void **state)
{
	struct seeded seeded = {8};
	struct kith_unpack_room room;
	uint8_t bytes[4096];
	int good = 0;

	(void)state;
	for (int round = 0; round < 40000; round++) {
		size_t len = random_fields(&seeded, bytes, sizeof(bytes), 4);

		good += scan(bytes, len, &room) == 0;
		assert_same_as_protobuf_c(bytes, len);
	}
	assert_true(good > 4000); /* or else this test says little */
}

/* ---- what is refused ------------------------------------------------------------------------- */

#define RAW(bytes) (const uint8_t *)(bytes), sizeof(bytes) - 1

static const struct {
	const uint8_t *bytes;
	size_t len;
	int err;
	const char *field;
} verdicts[] = {
	{RAW(""), 0, ""},
	{RAW("\xfa\x07\x00"), 0, ""},                                /* x, empty */
	{RAW("\x78\x01\xfa\x07\x00\x78\x02"), 0, ""},                /* unknown fields, twice */
	{RAW("\xfa\x07\x00\x0a\x01z"), 0, ""},                       /* any order */
	{RAW("\x0a\x01z\x0a\x01z"), KITH_E_MALFORMED, "salt"},       /* twice */
	{RAW("\x08\x01"), KITH_E_MALFORMED, "salt"},                 /* wire type */
	{RAW("\x82\x04\x00\x8a\x04\x00"), KITH_E_MALFORMED, "body"}, /* two kinds */
	{RAW("\xfa\x07\x00\xfa\x07\x00"), KITH_E_MALFORMED, "x"},    /* one kind twice */
	{RAW("\xfa\x07\x04\x12\x02"
	     "a\0"),
		KITH_E_MALFORMED, "x.name"}, /* zero byte */
	{RAW("\xfa\x07\x04\x1a\x02"
	     "a\0"),
		0, ""}, /* in bytes: fine */
	{RAW("\xfa\x07\x03\x12\x02"
	     "a"),
		KITH_E_MALFORMED, "x"},                                   /* cut */
	{RAW("\x12\x02\x08\x01\x12\x06\x08\xff\xff\xff\xff\x0f"), 0, ""}, /* link: 2^32 - 1 */
	{RAW("\x12\x06\x08\x80\x80\x80\x80\x10"), KITH_E_MALFORMED, "notes[0].link"}, /* 2^32 */
	{RAW("\x8a\x04\x06\x48\xff\xff\xff\xff\x07"), 0, ""}, /* outcome: 2^31 - 1 */
	{RAW("\x8a\x04\x06\x48\x80\x80\x80\x80\x08"), KITH_E_MALFORMED, "practice.outcome"},
	{RAW("\x8a\x04\x0b\x48\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), 0, ""}, /* -1 */
	{RAW("\x8a\x04\x0b\x48\xff\xff\xff\xff\xf7\xff\xff\xff\xff\x01"), KITH_E_MALFORMED,
		"practice.outcome"},
	{RAW("\x8a\x04\x0b\x48\x80\x80\x80\x80\xf8\xff\xff\xff\xff\x01"), 0, ""}, /* -2^31 */
	{RAW("\x0a\x81\x00z"), KITH_E_MALFORMED, "body"}, /* not the shortest */
	{RAW("\x13\x14"), KITH_E_MALFORMED, "body"},      /* a group */
	{RAW("\x12\x00\x12\x02\x13\x14"), KITH_E_MALFORMED, "notes[1]"},
};

static void what_is_refused_names_its_field(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		struct kith_problem problem = {{0}, {0}};
		struct kith_unpack_room room;
		int err = kith_unpack_scan(BODY,
			(struct kith_bytes){verdicts[i].bytes, verdicts[i].len}, &room, &problem);

		if (err != verdicts[i].err || strcmp(problem.field, verdicts[i].field) != 0)
			fail_msg("%zu: %s, %s %s", i, kith_err_name(err), problem.field,
				problem.rule);
		assert_same_as_protobuf_c(verdicts[i].bytes, verdicts[i].len);
	}
}

static void there_may_be_2048_fields_and_not_one_more(void **state)
{
	struct kith_unpack_room room;
	uint8_t bytes[2 * (KITH_PROTO_FIELDS_MAX + 1)];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i += 2)
		memcpy(bytes + i, "\x78\x00", 2); /* number 15, unknown */
	assert_int_equal(scan(bytes, 2 * KITH_PROTO_FIELDS_MAX, &room), 0);
	assert_int_equal(scan(bytes, sizeof(bytes), &room), KITH_E_TOO_LARGE);
}

/* ---- bombs ----------------------------------------------------------------------------------- */

#define BOMB 100000

/* Messages in messages, or groups in groups: refused, or skipped as one unknown field. Never
 * walked. */
static void nesting_of_100000_costs_nothing(void **state)
{
	static uint8_t bytes[5 * BOMB];
	struct kith_unpack_room room;
	size_t begin = sizeof(bytes);

	(void)state;
	for (int i = 0; i < BOMB; i++) { /* field 1 of field 1 of …, from the inside out */
		size_t len = sizeof(bytes) - begin;
		struct kith_buf prefix;

		kith_buf_init(&prefix, 16);
		kith_wire_put_prefix(&prefix, 1, len);
		begin -= prefix.len;
		memcpy(bytes + begin, prefix.data, prefix.len);
		kith_buf_clear(&prefix);
	}
	assert_int_equal(scan(bytes + begin, sizeof(bytes) - begin, &room), 0); /* a long salt */
	memset(bytes, 0x0b, BOMB);                                              /* groups open */
	assert_int_equal(scan(bytes, BOMB, &room), KITH_E_MALFORMED);
	memset(bytes, 0x7b, BOMB); /* unknown ones */
	assert_int_equal(scan(bytes, BOMB, &room), KITH_E_MALFORMED);
}

static void many_empty_structs_are_refused(void **state)
{
	struct kith_unpack_room room;
	uint8_t bytes[2 * 2000];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i += 2)
		memcpy(bytes + i, "\x12\x00", 2); /* an empty note: 2 bytes that take 80 */
	assert_int_equal(scan(bytes, 2 * KITH_LINKS_MAX, &room), 0);
	assert_int_equal(scan(bytes, sizeof(bytes), &room), KITH_E_TOO_LARGE);
}

static void every_message_fits_the_scan(const ProtobufCMessageDescriptor *message)
{
	assert_true(message->n_fields <= KITH_PROTO_MESSAGE_FIELDS);
	for (unsigned i = 0; i < message->n_fields; i++) {
		/* Repeated numbers are written one by one (the rule of proto2). */
		assert_false(message->fields[i].flags & PROTOBUF_C_FIELD_FLAG_PACKED);
		if (message->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			every_message_fits_the_scan(message->fields[i].descriptor);
	}
}

static void the_schema_keeps_to_what_unpacking_can(void **state)
{
	(void)state;
	every_message_fits_the_scan(BODY);
}

static int init(void **state)
{
	(void)state;
	saying = malloc(sizeof(*saying));
	return saying ? 0 : -1;
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
		cmocka_unit_test(bodies_mean_the_same_as_to_protobuf_c),
		cmocka_unit_test(damaged_bodies_too),
		cmocka_unit_test(random_fields_too),
		cmocka_unit_test(what_is_refused_names_its_field),
		cmocka_unit_test(there_may_be_2048_fields_and_not_one_more),
		cmocka_unit_test(nesting_of_100000_costs_nothing),
		cmocka_unit_test(many_empty_structs_are_refused),
		cmocka_unit_test(the_schema_keeps_to_what_unpacking_can),
	};
	return cmocka_run_group_tests(tests, init, clear);
}
