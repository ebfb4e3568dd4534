/*
 * text.c: which text may stand in a record (kith_text_check() of body.h).
 *
 * UTF-8 as Unicode defines it (no surrogates, no overlong forms), in Normalisation Form C, without
 * control characters (C0 but newline and tab in a block, DEL, C1) and without those that change
 * the direction of what follows (Bidi_Control): a text must look the same to two readers who
 * compare it.
 */
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "protocol/body.h"

#define FIRST_NEEDING_NFC 0x300 /* below, every code point is in NFC whatever stands beside it */

static bool is_bidi_control(utf8proc_int32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

static const char *char_problem(utf8proc_int32_t c, enum kith_text_rules rules)
{
	bool block = rules == KITH_TEXT_BLOCK;

	if (c == '\n' || c == '\t')
		return block ? NULL : "must be one line, without tabs";
	if (c < 0x20 || c == 0x7f || (c >= 0x80 && c < 0xa0))
		return "must not hold control characters";
	if (is_bidi_control(c))
		return "must not hold characters that change the direction of writing";
	if (!block && (c == 0x2028 || c == 0x2029))
		return "must be one line, without tabs";
	return NULL;
}

/* Composes a copy and compares. */
static int check_nfc(const char *text, size_t len, const char **why)
{
	utf8proc_uint8_t *composed = NULL;
	utf8proc_ssize_t composed_len = utf8proc_map((const utf8proc_uint8_t *)text,
		(utf8proc_ssize_t)len, &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	bool same;

	if (composed_len == UTF8PROC_ERROR_NOMEM)
		return KITH_E_NOMEM;
	same = composed_len == (utf8proc_ssize_t)len && memcmp(composed, text, len) == 0;
	free(composed);
	if (same)
		return 0;
	*why = "must be in Unicode's normal form C (NFC)";
	return KITH_E_RULE;
}

int kith_text_check(const char *text, size_t len, enum kith_text_rules rules, const char **why)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	bool maybe_not_nfc = false;

	*why = NULL;
	for (size_t i = 0; i < len;) {
		utf8proc_int32_t c = bytes[i];
		utf8proc_ssize_t step = 1;

		if (c >= 0x20 && c < 0x7f) { /* most bytes of most texts */
			i++;
			continue;
		}
		if (c >= 0x80)
			step = utf8proc_iterate(bytes + i, (utf8proc_ssize_t)(len - i), &c);
		*why = step > 0 ? char_problem(c, rules) : "must be UTF-8";
		if (*why)
			return KITH_E_RULE;
		maybe_not_nfc |= c >= FIRST_NEEDING_NFC;
		i += (size_t)step;
	}
	return maybe_not_nfc ? check_nfc(text, len, why) : 0;
}
