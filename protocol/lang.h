/*
 * lang.h: is this a language tag? Internal to protocol/.
 *
 * The syntax of BCP 47 (RFC 5646 section 2.1) without its list of irregular tags of old
 * ("i-klingon", "en-GB-oed"): well-formed, not looked up in any registry, since registries grow and
 * the accept set of a record's header may not. Letter case does not matter.
 */
#ifndef KITH_PROTOCOL_LANG_H
#define KITH_PROTOCOL_LANG_H

#include <stdbool.h>
#include <stddef.h>

bool kith_lang_is_well_formed(const char *tag, size_t len);

#endif
