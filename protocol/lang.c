/* lang.c: see lang.h. The tag is cut at its hyphens and each production of the grammar takes as
 * many subtags from the front as are its own; what is left over at the end makes the tag
 * ill-formed. */
#include "protocol/lang.h"

#include "protocol/limits.h"

struct subtags {
	const char *at; /* the current subtag */
	size_t len;     /* its length; 0 when none is left, or it is empty */
	const char *end;
};

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void measure(struct subtags *s)
{
	s->len = 0;
	while (s->at + s->len < s->end && s->at[s->len] != '-')
		s->len++;
}

static void next(struct subtags *s)
{
	s->at += s->len;
	if (s->at < s->end)
		s->at++; /* the hyphen */
	measure(s);
}

static bool is_done(const struct subtags *s)
{
	return s->at == s->end && s->end[-1] != '-';
}

/* The current subtag has min to max characters of the given sort. */
static bool is_word(const struct subtags *s, size_t min, size_t max, bool digits_too)
{
	for (size_t i = 0; i < s->len; i++)
		if (!is_alpha(s->at[i]) && !(digits_too && is_digit(s->at[i])))
			return false;
	return s->len >= min && s->len <= max;
}

static bool is_number(const struct subtags *s, size_t len)
{
	for (size_t i = 0; i < s->len; i++)
		if (!is_digit(s->at[i]))
			return false;
	return s->len == len;
}

static bool is_private_singleton(const struct subtags *s)
{
	return s->len == 1 && (*s->at == 'x' || *s->at == 'X');
}

/* language = 2*3ALPHA ["-" extlang] / 4ALPHA / 5*8ALPHA; extlang = 3ALPHA *2("-" 3ALPHA) */
static bool take_language(struct subtags *s)
{
	bool may_extend = s->len <= 3;

	if (!is_word(s, 2, 8, false))
		return false;
	next(s);
	for (int i = 0; may_extend && i < 3 && is_word(s, 3, 3, false); i++)
		next(s);
	return true;
}

/* variant = 5*8alphanum / (DIGIT 3alphanum) */
static bool is_variant(const struct subtags *s)
{
	return is_word(s, 5, 8, true) || (is_word(s, 4, 4, true) && is_digit(*s->at));
}

/* singleton 1*("-" (2*8alphanum)), or for private use "x" 1*("-" (1*8alphanum)) */
static bool take_extension(struct subtags *s, size_t min)
{
	size_t taken = 0;

	for (next(s); is_word(s, min, 8, true); next(s))
		taken++;
	return taken > 0;
}

bool kith_lang_is_well_formed(const char *tag, size_t len)
{
	struct subtags s = {.at = tag, .end = tag + len};

	if (len == 0 || len > KITH_LANG_MAX_BYTES)
		return false;
	measure(&s);
	if (!is_private_singleton(&s)) {
		if (!take_language(&s))
			return false;
		if (is_word(&s, 4, 4, false)) /* script */
			next(&s);
		if (is_word(&s, 2, 2, false) || is_number(&s, 3)) /* region */
			next(&s);
		while (is_variant(&s))
			next(&s);
		while (is_word(&s, 1, 1, true) && !is_private_singleton(&s))
			if (!take_extension(&s, 2))
				return false;
	}
	if (is_private_singleton(&s) && !take_extension(&s, 1))
		return false;
	return is_done(&s);
}
