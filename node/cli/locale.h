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

/*
 * Finds the catalogue of the first wish that has one, and makes gettext(3) use it from then on;
 * English needs none. The catalogues lie in locale/ beside the program, where it is built, or in
 * ../share/locale, where it is installed.
 *
 * glibc takes a catalogue only in a locale that it has, and a small system has none but C and
 * C.UTF-8; so the messages are set to C.UTF-8, in which LANGUAGE counts, and LANGUAGE to what was
 * found.
 */
void kith_locale_begin(const char *wishes);

/* "Dutch" for nl and nl-BE; the tag itself where there is no name for it here. */
const char *kith_lang_name(const char *tag);

#endif
