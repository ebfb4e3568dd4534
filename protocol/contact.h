/*
 * contact.h: e-mail addresses and telephone numbers in a text.
 *
 * A public profile must not hold them, and imports drop them (DOMAIN "Retraction and personal
 * data"). What counts is part of the protocol, so it is decided by shape alone (SPEC section
 * "Contact details in text") and leans towards missing an odd number rather than refusing years,
 * sums and dates.
 */
#ifndef KITH_PROTOCOL_CONTACT_H
#define KITH_PROTOCOL_CONTACT_H

#include <stddef.h>

enum kith_contact {
	KITH_CONTACT_NONE,
	KITH_CONTACT_EMAIL,
	KITH_CONTACT_PHONE,
};

/* The first one in the text; where it begins and how long it is, 0 and 0 if there is none (either
 * may be NULL). */
enum kith_contact kith_contact_find(const char *text, size_t *begin, size_t *len);

#endif
