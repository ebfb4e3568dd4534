/*
 * tidy.h: makes texts of others fit to be published: NFC, without controls, without e-mail
 * addresses and telephone numbers, no longer than the rules allow. What was done is counted, so
 * that the importer can be told.
 */
#ifndef KITH_CLI_TIDY_H
#define KITH_CLI_TIDY_H

#include <jansson.h>

#include "node/cli/personal.h"

struct kith_tidied {
	struct kith_personal personal; /* removed */
	size_t shortened;              /* texts cut at a word, with "…" behind */
	size_t list_items;             /* values of lists beyond the longest list allowed */
	size_t cleaned;                /* texts with controls in them */
};

/* Tidies the texts of a draft's body, in place. */
void kith_tidy(json_t *draft, bool keep_personal, struct kith_tidied *counts);

/* The part of text that has at most max bytes with "…" behind it, ending at a word if there is one
 * near; appended to out. */
void kith_shorten(const char *text, size_t max, struct kith_str *out);

#endif
