/*
 * locale.h: which languages the user reads, by the environment: LANGUAGE, LC_ALL, LC_MESSAGES and
 * LANG, as for every other program.
 */
#ifndef KITH_CLI_LOCALE_H
#define KITH_CLI_LOCALE_H

#include "node/cli/str.h"

/* BCP 47 tags with commas between them, the dearest first; empty in the locales C and POSIX, and
 * where the environment says nothing. */
void kith_locale_wishes(struct kith_str *out);

/* "Dutch" for nl and nl-BE; the tag itself where there is no name for it here. */
const char *kith_lang_name(const char *tag);

#endif
