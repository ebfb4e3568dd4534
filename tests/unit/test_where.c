/* Choices as search is asked for them: which is meant, and what is said when none is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "node/store/where.h"

#include "kith.pb-c.h"

static void assert_where(
	uint32_t kind, const char *field, const char *value, const char *at, const char *rule)
{
	const struct kith_where where = {field, value};
	const ProtobufCFieldDescriptor *found;
	struct kith_problem problem;
	int number;

	assert_int_equal(kith_where_resolve(kind, &where, &found, &number, &problem), KITH_E_RULE);
	assert_string_equal(problem.field, at);
	assert_string_equal(problem.rule, rule);
}

static void a_choice_that_is_none_says_what_may_be_meant(void **state)
{
	const uint32_t practice = KITH__BODY__KIND_PRACTICE, x = KITH__BODY__KIND_X;

	(void)state;
	assert_where(practice, "outcome", "faild", "where.outcome",
		"must be one of: unknown, worked, mixed, failed");
	assert_where(practice, "outcom", "failed", "where.outcom",
		"is no choice that a record of kind practice has; did you mean \"outcome\"?");
	assert_where(x, "title", "a", "where.title",
		"is no choice that a record of kind x has; there are: level, area, voice");
	assert_where(0, "outcome", "failed", "where.outcome",
		"needs a kind beside it, for it is a field of: practice, evaluation");
	assert_where(0, "levl\x1b", "x", "where.levl?",
		"is no field with a list of values to choose from; did you mean \"level\"?");
}

static void assert_means(uint32_t kind, const char *field, const char *value, int expected)
{
	const struct kith_where where = {field, value};
	const ProtobufCFieldDescriptor *found;
	int number;

	assert_int_equal(kith_where_resolve(kind, &where, &found, &number, NULL), 0);
	assert_string_equal(found->name, field);
	assert_int_equal(number, expected);
}

static void a_choice_is_found_by_the_names_of_json(void **state)
{
	(void)state;
	assert_means(KITH__BODY__KIND_PRACTICE, "outcome", "unknown", 0);
	assert_means(KITH__BODY__KIND_PRACTICE, "area", "vision-values", 3);
	assert_means(KITH__BODY__KIND_ASK, "type", "idea", KITH__ASK_TYPE__ASK_TYPE_IDEA);
	assert_means(KITH__BODY__KIND_PROFILE, "type", "city", 3);
	assert_means(0, "voice", "we", KITH__VOICE__VOICE_WE);
	assert_means(200, "voice", "we", KITH__VOICE__VOICE_WE); /* a kind not known here */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_choice_is_found_by_the_names_of_json),
		cmocka_unit_test(a_choice_that_is_none_says_what_may_be_meant),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
