/* GeoJSON as maps write it: collections, features one behind the other, and what is neither. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/geojson.h"

/* The rows as JSON, one behind the other, '!' for a feature of no use. Returns what ended it. */
static int read_all(const char *text, struct kith_str *out)
{
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	struct kith_geojson geojson;
	char why[200];
	json_t *row;
	int err;

	assert_non_null(file);
	kith_str_init(out);
	kith_geojson_init(&geojson, file);
	while ((err = kith_geojson_next(&geojson, &row, why, sizeof(why))) == 0 ||
		err == KITH_E_MALFORMED) {
		char *json = err ? NULL : json_dumps(row, JSON_SORT_KEYS | JSON_REAL_PRECISION(9));

		kith_str_add(out, json ? json : "!");
		free(json);
		json_decref(row);
	}
	kith_geojson_clear(&geojson);
	fclose(file);
	return err;
}

#define POINT(lon, lat) "{\"type\": \"Point\", \"coordinates\": [" #lon ", " #lat "]}"
#define FEATURE(properties, geometry)                                                              \
	"{\"type\": \"Feature\", \"properties\": " properties ", \"geometry\": " geometry "}"
#define KAVALA FEATURE("{\"name\": \"Kavala\"}", POINT(24.4, 40.9))
#define ROW    "{\"@geometry\": \"Point\", \"@lat\": 40.9, \"@lon\": 24.4, \"name\": \"Kavala\"}"

static void reads_features(void **state)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{"{\"type\": \"FeatureCollection\", \"features\": [" KAVALA "]}", ROW},
		{"\xef\xbb\xbf{\"type\": \"FeatureCollection\",\n \"crs\": {\"a\": [1, \"]}\"]},\n"
		 " \"n\": 12, \"features\": [\n" KAVALA ",\n" KAVALA "\n], \"more\": {}}\n",
			ROW ROW},
		{"{\"features\": []}", ""},
		{KAVALA "\n\x1e" KAVALA, ROW ROW},
		{KAVALA, ROW},
		{"{\"features\": [" FEATURE("null", "null") "]}", "{}"},
		{FEATURE("null", "{\"type\": \"LineString\", \"coordinates\": [[1.5e308, "
				 "0], [1.5e308, 0]]}"),
			"{\"@geometry\": \"LineString\", \"@lat\": 0.0, \"@lon\": 1.5e308}"},
		{"{\"features\": [{\"type\": \"Feature\", \"id\": 7, \"properties\": {\"id\": "
		 "1}}]}",
			"{\"@id\": 7, \"id\": 1}"},
		{"{\"features\": [" FEATURE("{}",
			 "{\"type\": \"Polygon\", \"coordinates\": "
			 "[[[0, 10], [4, 10], [4, 20], [0, 20], [0, 10]]]}") "]}",
			"{\"@geometry\": \"Polygon\", \"@lat\": 15.0, \"@lon\": 2.0}"},
		{"{\"features\": [" FEATURE("{}",
			 "{\"type\": \"GeometryCollection\", \"geometries\": "
			 "[" POINT(1, 2) ", " POINT(3, 4) "]}") "]}",
			"{\"@geometry\": \"GeometryCollection\", \"@lat\": 3.0, \"@lon\": 2.0}"},
		{"{\"features\": [{\"type\": \"Point\"}, " KAVALA ", [1, 2]", "!" ROW},
		{"{\"features\": [{\"type\": }, " KAVALA "]}", "!" ROW},
		{"{\"type\": \"Topology\"}", "!"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kith_str rows;

		read_all(cases[i].text, &rows);
		assert_string_equal(rows.s, cases[i].rows);
		kith_str_clear(&rows);
	}
}

static void ends_where_the_file_does(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
		{"{\"features\": []}", KITH_E_NOT_FOUND},
		{"{\"features\": [" KAVALA, KITH_E_IO},
		{"{\"features\": [{\"a\": \"", KITH_E_IO},
		{"{\"features\"", KITH_E_IO},
		{"[1, 2]", KITH_E_IO},
		{"name,lat\n", KITH_E_IO},
		{"{", KITH_E_IO},
		{" ", KITH_E_NOT_FOUND},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kith_str rows;
		int err = read_all(cases[i].text, &rows);

		if (err != cases[i].err)
			fail_msg("%s: %d", cases[i].text, err);
		kith_str_clear(&rows);
	}
}

static void brackets_of_any_depth_are_gone_through(void **state)
{
	size_t depth = 1 << 20;
	char *text = malloc(depth + 100);
	struct kith_str rows;

	(void)state;
	assert_non_null(text);
	strcpy(text, "{\"features\": [{\"a\": ");
	memset(text + strlen(text), '[', depth);
	text[20 + depth] = '\0';
	assert_int_equal(read_all(text, &rows), KITH_E_IO);
	kith_str_clear(&rows);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_features),
		cmocka_unit_test(ends_where_the_file_does),
		cmocka_unit_test(brackets_of_any_depth_are_gone_through),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
