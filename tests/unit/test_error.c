/* The list of errors: every number has a class, a name and a sentence of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "keys/error.h"

static void classes_follow_the_hundreds(void **state)
{
	(void)state;
	assert_int_equal(kith_err_class(KITH_OK), KITH_CLASS_OK);
	assert_int_equal(kith_err_class(KITH_E_FORGED), KITH_CLASS_INPUT);
	assert_int_equal(kith_err_class(KITH_E_NOMEM), KITH_CLASS_OURS);
	assert_int_equal(kith_err_class(KITH_E_FULL), KITH_CLASS_STORAGE);
}

static void names_and_texts_exist(void **state)
{
	(void)state;
	assert_string_equal(kith_err_name(KITH_E_FORGED), "forged");
	assert_string_equal(kith_err_name(-9999), "unknown");
	assert_non_null(kith_err_text(-9999));
	assert_string_not_equal(kith_err_text(KITH_E_FULL), kith_err_text(KITH_E_IO));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_follow_the_hundreds),
		cmocka_unit_test(names_and_texts_exist),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
