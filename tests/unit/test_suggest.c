/* "did you mean …?": the nearest name, and silence when nothing is near. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "node/suggest.h"

static const char *const names[] = {"title", "summary", "place", "problem", "approach", "lessons"};

static const char *nearest(const char *typed)
{
	struct kith_suggest suggest;

	kith_suggest_begin(&suggest, typed);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		kith_suggest_offer(&suggest, names[i]);
	return suggest.best ? suggest.best : "";
}

static void slips_of_the_finger(void **state)
{
	(void)state;
	assert_string_equal(nearest("titel"), "title"); /* swapped */
	assert_string_equal(nearest("tittle"), "title");
	assert_string_equal(nearest("sumary"), "summary");
	assert_string_equal(nearest("problen"), "problem");
	assert_string_equal(nearest("lesson"), "lessons");
	assert_string_equal(nearest("aproach"), "approach");
}

static void another_word_altogether(void **state)
{
	char long_name[200];

	(void)state;
	assert_string_equal(nearest("foo"), "");
	assert_string_equal(nearest(""), "");
	assert_string_equal(nearest("maturity"), "");
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	assert_string_equal(nearest(long_name), "");
}

/* Of two that are equally near, the one offered first. */
static void first_of_equals(void **state)
{
	struct kith_suggest suggest;

	(void)state;
	kith_suggest_begin(&suggest, "cat");
	kith_suggest_offer(&suggest, "bat");
	kith_suggest_offer(&suggest, "hat");
	assert_string_equal(suggest.best, "bat");
	kith_suggest_offer(&suggest, "cat");
	assert_string_equal(suggest.best, "cat");
	assert_int_equal(suggest.distance, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_of_the_finger),
		cmocka_unit_test(another_word_altogether),
		cmocka_unit_test(first_of_equals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
