/* GeoJSON from anywhere: rows are flat objects, what is of no use says why, and there is an end. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "node/cli/geojson.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void look_at(json_t *row)
{
	const json_t *lat = json_object_get(row, "@lat"), *lon = json_object_get(row, "@lon");

	must(json_is_object(row));
	must((lat == NULL) == (lon == NULL));
	must(!lat || (json_is_number(lat) && json_is_number(lon)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct kith_geojson geojson;
	size_t features = 0;
	char why[200] = "";
	json_t *row;
	int err;

	if (!file)
		return 0;
	kith_geojson_init(&geojson, file);
	while ((err = kith_geojson_next(&geojson, &row, why, sizeof(why))) == 0 ||
		err == KITH_E_MALFORMED) {
		must(++features <= size);
		must(geojson.row_line <= geojson.line && geojson.bytes <= size);
		if (err) {
			must(why[0]);
			continue;
		}
		look_at(row);
		json_decref(row);
	}
	must(err == KITH_E_NOT_FOUND || (err == KITH_E_IO && why[0]));
	kith_geojson_clear(&geojson);
	fclose(file);
	return 0;
}
