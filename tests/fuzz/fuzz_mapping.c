/* Mapping files: whatever is read can be applied to rows of every shape. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/mapping.h"
#include "node/cli/tidy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rows_text[] =
	"[{\"a\": \"1,5\", \"b\": [1, {\"c\": \"x\"}, [2, \"y\"]], \"d\": {\"e\": \"One. Two\"}},"
	" {\"a\": \"2014\", \"b\": \"x;y\", \"d\": null}, {\"a\": true, \"b\": [[[]]]}]";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kith_tidied tidied = {0};
	struct kith_mapping *mapping;
	struct kith_text_error error;
	struct kith_str group;
	json_t *rows, *draft;
	char why[200];

	if (kith_mapping_parse((const char *)data, size, &mapping, &error) != 0)
		return 0;
	kith_str_init(&group);
	rows = json_loads(rows_text, 0, NULL);
	if (mapping->group)
		kith_mapping_group_of(mapping, json_array_get(rows, 0), &group);
	if (kith_mapping_apply(mapping, rows, &draft, why, sizeof(why)) == 0) {
		kith_tidy(draft, false, &tidied);
		json_decref(draft);
	}
	json_decref(rows);
	kith_str_clear(&group);
	kith_mapping_free(mapping);
	return 0;
}
