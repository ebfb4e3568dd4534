/* The text form: whatever is read writes back as text that reads the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "node/cli/text_form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = kith_need_dup((const char *)data, size);
	struct kith_text_form form, again;
	struct kith_text_error error;
	struct kith_str written;

	kith_str_init(&written);
	if (kith_text_form_parse(text, size, &form, &error) == 0) {
		if (!kith_text_form_format(form.draft, &written))
			abort();
		if (kith_text_form_parse(written.s, written.len, &again, &error) != 0)
			abort();
		if (!json_equal(form.draft, again.draft))
			abort();
		kith_text_form_clear(&form);
		kith_text_form_clear(&again);
	}
	kith_str_clear(&written);
	free(text);
	return 0;
}
