/* Kinds and enums as the descriptors give them, and the conventions of kith.proto they rely on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "protocol/kind.h"
#include "protocol/limits.h"

#include "kith.pb-c.h"

static void kinds_come_in_order_of_number(void **state)
{
	struct kith_kind kind, found;
	uint32_t last = 2; /* 1 and 2 are fields of Body */
	size_t i = 0;

	(void)state;
	for (; kith_kind_at(i, &kind); i++) {
		assert_true(kind.number > last);
		last = kind.number;
		assert_true(kith_kind_by_number(kind.number, &found));
		assert_string_equal(found.name, kind.name);
	}
	assert_true(i >= 4);
	assert_false(kith_kind_at(i + 1, &kind));
}

/* Numbers are stored and signed: they never change. */
static void known_kinds_keep_their_numbers(void **state)
{
	static const struct {
		uint32_t number;
		const char *name;
	} kinds[] = {{64, "profile"}, {65, "practice"}, {66, "initiative"}, {127, "x"}};
	struct kith_kind kind;

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		assert_true(kith_kind_by_name(kinds[i].name, &kind));
		assert_int_equal(kind.number, kinds[i].number);
	}
}

static void kinds_are_found_by_number_and_name(void **state)
{
	struct kith_kind kind;

	(void)state;
	assert_true(kith_kind_by_number(65, &kind));
	assert_ptr_equal(kind.message, &kith__practice__descriptor);
	assert_true(kith_kind_by_name("x", &kind));
	assert_int_equal(kind.field->id, 127);
	assert_false(kith_kind_by_number(1, &kind)); /* Body.salt is no kind */
	assert_false(kith_kind_by_number(2, &kind));
	assert_false(kith_kind_by_number(126, &kind));
	assert_false(kith_kind_by_name("salt", &kind));
	assert_false(kith_kind_by_name("", &kind));
	assert_false(kith_kind_by_name("Practice", &kind));
}

/* What body.h and the node's JSON rely on. */
static void every_kind_has_common_first(void **state)
{
	struct kith_kind kind;

	(void)state;
	for (size_t i = 0; kith_kind_at(i, &kind); i++) {
		const ProtobufCFieldDescriptor *first = &kind.message->fields[0];

		assert_int_equal(kind.field->type, PROTOBUF_C_TYPE_MESSAGE);
		assert_int_equal(first->id, 1);
		assert_string_equal(first->name, "common");
		assert_ptr_equal(first->descriptor, &kith__common__descriptor);
	}
}

static void enum_values_are_spoken_without_their_prefix(void **state)
{
	char name[32];

	(void)state;
	assert_true(kith_enum_format(&kith__outcome__descriptor, 1, name, sizeof(name)));
	assert_string_equal(name, "worked");
	assert_true(kith_enum_format(&kith__initiative_status__descriptor, 1, name, sizeof(name)));
	assert_string_equal(name, "in-planning");
	assert_true(kith_enum_format(&kith__area__descriptor, 3, name, sizeof(name)));
	assert_string_equal(name, "vision-values");
	assert_true(kith_enum_format(&kith__voice__descriptor, 1, name, sizeof(name)));
	assert_string_equal(name, "i");
	assert_false(kith_enum_format(&kith__voice__descriptor, 7, name, sizeof(name)));
	assert_true(kith_enum_format(&kith__outcome__descriptor, 1, name, sizeof("worked")));
	assert_false(kith_enum_format(&kith__outcome__descriptor, 1, name, sizeof("worked") - 1));
}

static void enum_names_are_read_back(void **state)
{
	static const char *const wrong[] = {"", "work", "worked ", "WORKED", "outcome-worked", "-"};
	int value = -1;

	(void)state;
	assert_true(kith_enum_parse(&kith__outcome__descriptor, "unknown", &value));
	assert_int_equal(value, 0);
	assert_true(kith_enum_parse(&kith__initiative_status__descriptor, "on-hold", &value));
	assert_int_equal(value, 3);
	assert_true(kith_enum_parse(&kith__initiative_status__descriptor, "on_hold", &value));
	assert_int_equal(value, 3);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(kith_enum_parse(&kith__outcome__descriptor, wrong[i], &value));
}

static void check_enum(const ProtobufCEnumDescriptor *type)
{
	char name[64];
	int value;

	for (unsigned i = 0; i < type->n_values; i++) {
		assert_true(kith_enum_format(type, type->values[i].value, name, sizeof(name)));
		assert_true(strlen(name) < strlen(type->values[i].name)); /* the prefix is gone */
		assert_true(kith_enum_parse(type, name, &value));
		assert_int_equal(value, type->values[i].value);
	}
}

static void check_message(const ProtobufCMessageDescriptor *message, unsigned depth)
{
	assert_true(depth <= KITH_PROTO_DEPTH_MAX); /* and so: no message contains itself */
	for (unsigned i = 0; i < message->n_fields; i++) {
		if (message->fields[i].type == PROTOBUF_C_TYPE_ENUM)
			check_enum(message->fields[i].descriptor);
		if (message->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			check_message(message->fields[i].descriptor, depth + 1);
	}
}

static void every_enum_of_every_kind_goes_both_ways(void **state)
{
	(void)state;
	check_message(&kith__body__descriptor, 1);
	check_enum(&kith__link_type__descriptor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_come_in_order_of_number),
		cmocka_unit_test(known_kinds_keep_their_numbers),
		cmocka_unit_test(kinds_are_found_by_number_and_name),
		cmocka_unit_test(every_kind_has_common_first),
		cmocka_unit_test(enum_values_are_spoken_without_their_prefix),
		cmocka_unit_test(enum_names_are_read_back),
		cmocka_unit_test(every_enum_of_every_kind_goes_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
