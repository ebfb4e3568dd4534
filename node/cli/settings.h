/*
 * settings.h: a file of sections and settings, as mapping files are.
 *
 * Much like config.ini, but lines may be long and go on in the next one, values may hold ';' and
 * ':', and a setting may be there more than once; the library that reads config.ini does none of
 * these.
 */
#ifndef KITH_CLI_SETTINGS_H
#define KITH_CLI_SETTINGS_H

#include <stddef.h>

#include "node/cli/text_form.h"

struct kith_settings {
	struct kith_line_setting {
		char *section, *name, *value;
		size_t line;
	} * list;
	size_t count;
};

/* KITH_E_MALFORMED. */
KITH_MUST_CHECK int kith_settings_read(
	const char *text, size_t len, struct kith_settings *out, struct kith_text_error *error);
void kith_settings_clear(struct kith_settings *settings);

#endif
