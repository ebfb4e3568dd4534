/*
 * say.h: the words of the tool itself, in the language of its user.
 *
 * _() marks a message and translates it, N_() marks one that stands in a table and is translated
 * where it is printed. A message is a whole sentence, or a label that stands alone; sentences are
 * never glued together. Names of commands, options, fields and choices, and everything that
 * programs read, stay as they are. The catalogues are in node/cli/po; `make po` brings them up to
 * date.
 */
#ifndef KITH_CLI_SAY_H
#define KITH_CLI_SAY_H

#include <libintl.h>

#define _(text)              gettext(text)
#define N_(text)             (text)
#define P_(one, many, count) ngettext(one, many, (unsigned long)(count))

#endif
