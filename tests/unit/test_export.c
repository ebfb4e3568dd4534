/* What an export makes of records that no node can hold yet: erased ones, and contacts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "node/cli/export.h"

static const char profile[] =
	"{\"id\":\"aa\",\"kind\":\"profile\",\"author\":\"author_a\",\"lang\":\"en\",\"body\":"
	"{\"title\":\"Ana\",\"contact\":\"ana@example.org\"}}";
static const char erased[] =
	"{\"id\":\"aa\",\"kind\":\"practice\",\"author\":\"author_a\",\"created\":\"2026-05-01\","
	"\"links\":[{\"type\":\"revises\",\"target\":\"bb\"}],\"body\":null}";

/* What one record becomes; to be released. */
static json_t *item(int (*record)(struct kith_export *, const json_t *), json_t *of)
{
	struct kith_cli cli = {.names = json_object()};
	struct kith_export export = {.cli = &cli, .kinds = json_object()};
	char *text = NULL;
	size_t len = 0;
	json_t *result;

	export.file = open_memstream(&text, &len);
	kith_str_init(&export.text);
	assert_int_equal(record(&export, of), 0);
	fclose(export.file);
	result = json_loads(text, 0, NULL);
	assert_non_null(result);
	free(text);
	kith_str_clear(&export.text);
	json_decref(export.kinds);
	json_decref(cli.names);
	return result;
}

static void erased_records_leave_tombstones(void **state)
{
	json_t *record = json_loads(erased, 0, NULL), *made;

	(void)state;
	made = item(kith_export_streams_record, record);
	assert_string_equal(kith_json_get_text(made, "type"), "Tombstone");
	assert_string_equal(kith_json_get_text(made, "formerType"), "Article");
	assert_string_equal(kith_json_get_text(made, "id"), "urn:kith:aa");
	assert_string_equal(kith_json_get_text(made, "wasRevisionOf"), "urn:kith:bb");
	json_decref(made);
	made = item(kith_export_schema_record, record);
	assert_string_equal(kith_json_get_text(made, "creativeWorkStatus"), "Erased");
	json_decref(made);
	json_decref(record);
}

static void contacts_are_left_out_and_counted(void **state)
{
	json_t *record = json_loads(profile, 0, NULL), *body = json_object_get(record, "body");
	struct kith_export export = {.keep_personal = true};

	(void)state;
	kith_export_clean(&export, record);
	assert_non_null(json_object_get(body, "contact"));
	export.keep_personal = false;
	kith_export_clean(&export, record);
	assert_null(json_object_get(body, "contact"));
	kith_export_clean(&export, record);
	assert_int_equal(export.contacts, 1);
	json_decref(record);
}

static void cells_are_no_formulas(void **state)
{
	static const struct {
		const char *text, *cell;
		bool is_number;
	} cells[] = {
		{"plain", "plain", false},
		{"", "", false},
		{"a,b", "\"a,b\"", false},
		{"a\"b\n", "\"a\"\"b\n\"", false},
		{"=1", "\"'=1\"", false},
		{"+1", "\"'+1\"", false},
		{"-1", "-1", true},
		{"@a", "\"'@a\"", false},
		{"\tx", "\"'\tx\"", false},
		{"'x", "\"''x\"", false},
	};
	struct kith_str out;

	(void)state;
	kith_str_init(&out);
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		kith_str_reset(&out);
		kith_export_add_cell(&out, cells[i].text, cells[i].is_number);
		assert_string_equal(out.s, cells[i].cell);
	}
	kith_str_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(erased_records_leave_tombstones),
		cmocka_unit_test(contacts_are_left_out_and_counted),
		cmocka_unit_test(cells_are_no_formulas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
