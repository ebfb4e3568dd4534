/* form.c: see form.h. */
#include "protocol/form.h"

#include <stdlib.h>
#include <string.h>

#include "protocol/lang.h"

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_lower(c) || is_upper(c) || is_digit(c);
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c) != NULL;
}

/* ISO 3166-2: the country's code, a hyphen, one to three letters or digits. */
static bool is_region(const char *text)
{
	size_t len = strlen(text);

	if (len < 4 || len > 6 || !is_upper(text[0]) || !is_upper(text[1]) || text[2] != '-')
		return false;
	for (size_t i = 3; i < len; i++)
		if (!is_upper(text[i]) && !is_digit(text[i]))
			return false;
	return true;
}

/* ---- sustainable development goals ----------------------------------------------------------- */

/* Of each goal of the 2030 Agenda: its last numbered and its last lettered target; 169 in all. */
static const struct {
	int numbered;
	char lettered; /* 0: none */
} goals[] = {
	{5, 'b'},
	{5, 'c'},
	{9, 'd'},
	{7, 'c'},
	{6, 'c'},
	{6, 'b'},
	{3, 'b'},
	{10, 'b'},
	{5, 'c'},
	{7, 'c'},
	{7, 'c'},
	{8, 'c'},
	{3, 'b'},
	{7, 'c'},
	{9, 'c'},
	{10, 'b'},
	{19, 0},
};

/* A number without sign or leading zero; 0 when there is none. */
static int read_number(const char **at)
{
	const char *start = *at;
	int number = 0;

	while (is_digit(**at) && *at - start < 3)
		number = 10 * number + (*(*at)++ - '0');
	return *start == '0' ? 0 : number;
}

static bool is_sdg(const char *text)
{
	int goal = read_number(&text);
	int target;

	if (goal < 1 || goal > (int)(sizeof(goals) / sizeof(goals[0])))
		return false;
	if (*text == '\0')
		return true;
	if (*text++ != '.')
		return false;
	if (is_lower(*text))
		return text[1] == '\0' && *text <= goals[goal - 1].lettered;
	target = read_number(&text);
	return *text == '\0' && target >= 1 && target <= goals[goal - 1].numbered;
}

/* ---- licences -------------------------------------------------------------------------------- */

static bool is_idstring(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!is_alnum(text[i]) && !is_one_of(text[i], "-."))
			return false;
	return len > 0;
}

/* license-id ["+"], or ["DocumentRef-" idstring ":"] "LicenseRef-" idstring */
static bool is_simple_licence(const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t ref;

	if (!colon)
		return is_idstring(text, len - (len > 1 && text[len - 1] == '+'));
	ref = (size_t)(colon + 1 - text);
	return strncmp(text, "DocumentRef-", 12) == 0 && is_idstring(text + 12, ref - 13) &&
	       strncmp(colon + 1, "LicenseRef-", 11) == 0 && len > ref + 11 &&
	       is_idstring(colon + 12, len - ref - 11);
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(text, word, len) == 0;
}

/*
 * SPDX licence expression (SPDX 2.3, annex D): licences joined by AND, OR and, for an exception,
 * WITH, in parentheses as wanted. Only the syntax: the list of licences grows.
 */
static bool is_licence(const char *text)
{
	enum { WANT_LICENCE, WANT_EXCEPTION, AFTER_LICENCE, AFTER_ALL } state = WANT_LICENCE;
	size_t open = 0;

	for (;;) {
		size_t len;

		while (*text == ' ')
			text++;
		if (*text == '\0')
			return open == 0 && (state == AFTER_LICENCE || state == AFTER_ALL);
		len = is_one_of(*text, "()") ? 1 : strcspn(text, " ()");
		if (state == WANT_LICENCE && *text == '(') {
			open++;
		} else if (state == WANT_LICENCE || state == WANT_EXCEPTION) {
			bool is_operator = is_word(text, len, "AND") || is_word(text, len, "OR") ||
					   is_word(text, len, "WITH");

			if (is_operator || !(state == WANT_LICENCE ? is_simple_licence(text, len)
								   : is_idstring(text, len)))
				return false;
			state = state == WANT_LICENCE ? AFTER_LICENCE : AFTER_ALL;
		} else if (*text == ')' && open > 0) {
			open--;
			state = AFTER_ALL;
		} else if (is_word(text, len, "AND") || is_word(text, len, "OR")) {
			state = WANT_LICENCE;
		} else if (state == AFTER_LICENCE && is_word(text, len, "WITH")) {
			state = WANT_EXCEPTION;
		} else {
			return false;
		}
		text += len;
	}
}

/* ---- addresses and names --------------------------------------------------------------------- */

/* Labels of letters, digits and inner hyphens (and underscores, if allowed) between dots. */
static bool is_dotted(const char *text, size_t len, size_t min_labels, const char *also)
{
	size_t labels = 0, start = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != '.') {
			if (!is_alnum(text[i]) && !is_one_of(text[i], also))
				return false;
			continue;
		}
		if (i == start || i - start > 63 || text[start] == '-' || text[i - 1] == '-')
			return false;
		labels++;
		start = i + 1;
	}
	return labels >= min_labels;
}

/* [IPv6 address]: only that it is made of the right characters. */
static bool is_ip_literal(const char *text, size_t len)
{
	if (len < 4 || text[0] != '[' || text[len - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < len; i++)
		if (!is_digit(text[i]) && !is_one_of(text[i], "abcdefABCDEF:."))
			return false;
	return true;
}

/* host [":" port], without user and password: they have no place in a public record. */
static bool is_authority(const char *text, size_t len)
{
	size_t port = 0;

	while (port < len && is_digit(text[len - 1 - port]))
		port++;
	if (port < len && text[len - 1 - port] == ':') {
		if (port > 5 || strtoul(text + len - port, NULL, 10) > 65535)
			return false;
		len -= port + 1;
	}
	return is_dotted(text, len, 1, "-_") || is_ip_literal(text, len);
}

/* RFC 3986 with the schemes of RFC 9110; letters beyond ASCII are written as %C5%82 there. */
static bool is_url(const char *text)
{
	size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
			: strncmp(text, "http://", 7) == 0 ? 7
							   : 0;
	size_t authority = strcspn(text + scheme, "/?#");

	if (!scheme || !is_authority(text + scheme, authority))
		return false;
	for (const char *c = text + scheme + authority; *c; c++) {
		if (*c == '%' && is_one_of(c[1], "0123456789abcdefABCDEF") &&
			is_one_of(c[2], "0123456789abcdefABCDEF"))
			c += 2;
		else if (!is_alnum(*c) && !is_one_of(*c, "-._~:/?#[]@!$&'()*+,;="))
			return false;
	}
	return true;
}

/* "org.example.survey": a domain name from its end, lower case, so that names do not collide. */
static bool is_domain(const char *text)
{
	for (const char *c = text; *c; c++)
		if (is_upper(*c))
			return false;
	return is_lower(*text) && is_dotted(text, strlen(text), 2, "-");
}

/* ---- all together ---------------------------------------------------------------------------- */

bool kith_form_is_for_people(enum kith_form form)
{
	return form == KITH_FORM_BLOCK || form == KITH_FORM_LINE;
}

static const char *visible_problem(const char *text)
{
	return text[strspn(text, " \t\n")] ? NULL : "must not be blank; leave it out instead";
}

const char *kith_form_problem(enum kith_form form, const char *text)
{
	switch (form) {
	case KITH_FORM_BLOCK:
	case KITH_FORM_LINE:
	case KITH_FORM_CODE:
		return visible_problem(text);
	case KITH_FORM_COUNTRY:
		return kith_country_problem(text);
	case KITH_FORM_REGION:
		return is_region(text) ? NULL
				       : "must be a region's code (ISO 3166-2), such as PL-22";
	case KITH_FORM_LANG:
		return kith_lang_is_well_formed(text, strlen(text))
			       ? NULL
			       : "must be a language tag (BCP 47), such as pl or pt-BR";
	case KITH_FORM_SDG:
		return is_sdg(text) ? NULL : "must be a goal from 1 to 17 or a target such as 11.3";
	case KITH_FORM_LICENCE:
		return is_licence(text) ? NULL : "must be an SPDX expression, such as CC-BY-4.0";
	case KITH_FORM_URL:
		return is_url(text) ? NULL
				    : "must be a complete http or https address, without user name";
	case KITH_FORM_DOMAIN:
		return is_domain(text)
			       ? NULL
			       : "must be a reversed domain name, such as org.example.survey";
	}
	return NULL;
}
