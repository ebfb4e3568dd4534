/*
 * personal.h: takes e-mail addresses and telephone numbers out of imported text.
 *
 * Who imports a table of others' making publishes it; the people in it did not ask for that. What
 * is removed leaves "[…]" behind, so that a reader sees that something stood there. What counts as
 * an address or number is decided by protocol/contact.h, where the manual says what it misses.
 */
#ifndef KITH_CLI_PERSONAL_H
#define KITH_CLI_PERSONAL_H

#include <stddef.h>

#include "node/cli/str.h"

struct kith_personal {
	size_t emails, phones;
};

/* Appends text without them; adds to the counts. */
void kith_personal_remove(const char *text, struct kith_str *out, struct kith_personal *counts);

#endif
