/* personal.c: see personal.h. */
#include "node/cli/personal.h"

#include "protocol/contact.h"

#define REMOVED "[…]"

void kith_personal_remove(const char *text, struct kith_str *out, struct kith_personal *counts)
{
	enum kith_contact found;
	size_t begin, len;

	while ((found = kith_contact_find(text, &begin, &len)) != KITH_CONTACT_NONE) {
		kith_str_add_n(out, text, begin);
		kith_str_add(out, REMOVED);
		counts->emails += found == KITH_CONTACT_EMAIL;
		counts->phones += found == KITH_CONTACT_PHONE;
		text += begin + len;
	}
	kith_str_add(out, text);
}
