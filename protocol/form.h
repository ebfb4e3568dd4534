/*
 * form.h: the forms a text field may have to have. Internal to protocol/.
 *
 * Each function decides by syntax or by a table that does not change with the protocol's version,
 * and never asks anybody: two nodes must come to the same verdict.
 */
#ifndef KITH_PROTOCOL_FORM_H
#define KITH_PROTOCOL_FORM_H

#include <stdbool.h>
#include <stddef.h>

enum kith_form {
	/* text for people, found by search; must not be empty */
	KITH_FORM_BLOCK, /* newline and tab allowed */
	KITH_FORM_LINE,
	/* one line that is not for search */
	KITH_FORM_CODE,    /* anything */
	KITH_FORM_COUNTRY, /* ISO 3166-1 alpha-2, assigned; or XK */
	KITH_FORM_REGION,  /* ISO 3166-2, syntax only */
	KITH_FORM_LANG,    /* BCP 47, syntax only */
	KITH_FORM_SDG,     /* "1" to "17", or one of the 169 targets such as "11.3" or "11.a" */
	KITH_FORM_LICENCE, /* SPDX expression, syntax only */
	KITH_FORM_URL,     /* http or https */
	KITH_FORM_DOMAIN,  /* a name in reverse-domain form */
};

bool kith_form_is_for_people(enum kith_form form);

/* NULL, or the rule that the text breaks. The text has passed kith_text_check(). */
const char *kith_form_problem(enum kith_form form, const char *text);

/* country.c: NULL for an assigned code and for XK, else the rule. */
const char *kith_country_problem(const char *code);

#endif
