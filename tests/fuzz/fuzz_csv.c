/* CSV from anywhere: never more than the file holds, every field ended, always an end. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;
	struct kith_csv csv;
	size_t total = 0;

	if (!file)
		return 0;
	if (kith_csv_init(&csv, file, 0) == 0) {
		while (kith_csv_next(&csv) == 0) {
			for (size_t i = 0; i < csv.count; i++) {
				size_t len;
				const char *field = kith_csv_field(&csv, i, &len);

				total += len;
				if (field[len] != '\0')
					abort();
			}
		}
	}
	if (total > size || csv.line > size + 1)
		abort();
	kith_csv_clear(&csv);
	fclose(file);
	return 0;
}
