/* contact.c: see contact.h; SPEC section "Contact details in text". */
#include "protocol/contact.h"

#include <stdbool.h>
#include <string.h>

struct span {
	size_t begin;
	size_t end;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A letter or digit of any script: bytes above ASCII are taken for letters. */
static bool is_wordy(char c)
{
	return is_letter(c) || is_digit(c) || (unsigned char)c >= 0x80;
}

/* ---- e-mail addresses ------------------------------------------------------------------------ */

/* The end of labels joined by single dots, of which there are two or more and the last is no
 * number. */
static size_t domain_end(const char *text, size_t at)
{
	size_t label = at, end = 0;

	for (size_t dots = 0;; at++) {
		if (is_wordy(text[at]) || (text[at] == '-' && at > label))
			continue;
		if (at - label >= 2 && dots > 0 && !is_digit(text[label]))
			end = at;
		if (at == label || text[at] != '.')
			return end;
		dots++;
		label = at + 1;
	}
}

/* The at sign is at `at`: something before it, a domain name after it. */
static bool is_email(const char *text, size_t at, struct span *out)
{
	size_t begin = at;

	while (begin > 0 && (is_wordy(text[begin - 1]) ||
				    (text[begin - 1] && strchr("._%+-", text[begin - 1]))))
		begin--;
	*out = (struct span){begin, domain_end(text, at + 1)};
	return begin < at && out->end > 0;
}

/* ---- telephone numbers ----------------------------------------------------------------------- */

/* Digits with at most three separators between them. */
struct run {
	struct span span;
	size_t digits;
	size_t group[3]; /* lengths of the first three groups of digits */
	size_t groups;
};

static struct run read_run(const char *text, size_t at)
{
	struct run run = {.span = {at, at}};
	size_t gap = 0;

	if (text[at] == '+')
		at++;
	for (; is_digit(text[at]) || (text[at] && strchr(" .-/()", text[at]) && gap < 3); at++) {
		if (!is_digit(text[at])) {
			gap++;
			continue;
		}
		if (gap > 0 || run.groups == 0)
			run.groups++;
		if (run.groups <= 3)
			run.group[run.groups - 1]++;
		gap = 0;
		run.digits++;
		run.span.end = at + 1;
	}
	return run;
}

/* 01.02.2015, 1/2/15 and the like: a number of one or two digits, twice the same sign of . / - */
static bool is_date(const char *text)
{
	size_t day = strspn(text, "0123456789");
	size_t month = day && text[day] ? strspn(text + day + 1, "0123456789") : 0;

	return day <= 2 && month >= 1 && month <= 2 && strchr("./-", text[day]) &&
	       text[day + 1 + month] == text[day] && is_digit(text[day + month + 2]);
}

/* Ends the text before `at` with a word for telephone, as in "tel.: 58 326"? */
static bool follows_word(const char *text, size_t at)
{
	static const char *const words[] = {"tel", "telefon", "telefono", "telefoon", "phone",
		"mobile", "mobil", "mob", "fax", "gsm", "\xcf\x84\xce\xb7\xce\xbb" /* τηλ */,
		"\xd1\x82\xd0\xb5\xd0\xbb" /* тел */};

	while (at > 0 && strchr(" .:", text[at - 1]))
		at--;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);

		if (len <= at && strncasecmp(text + at - len, words[i], len) == 0 &&
			(len == at || !is_wordy(text[at - len - 1])))
			return true;
	}
	return false;
}

static bool is_phone(const char *text, size_t at, struct span *out)
{
	struct run run = read_run(text, at);
	const char *first = text + at + (text[at] == '(' || text[at] == '+');

	*out = run.span;
	if (text[at] == '+')
		return run.digits >= 8 && (is_digit(*first) || *first == '(');
	if (*first == '0' && (is_digit(first[1]) || text[at] == '('))
		return run.digits >= 9 && !is_date(first);
	if (run.digits == 10 && run.groups == 3 && run.group[0] == 3 && run.group[1] == 3)
		return true;
	return run.digits >= 6 && follows_word(text, at);
}

/* A number may begin here: not inside a word or a longer number. */
static bool may_begin(const char *text, size_t at)
{
	bool starts = is_digit(text[at]) || text[at] == '+' || text[at] == '(';

	return starts &&
	       (at == 0 ||
		       !(is_letter(text[at - 1]) || is_digit(text[at - 1]) ||
			       (strchr(".,-/", text[at - 1]) && at > 1 && is_digit(text[at - 2]))));
}

/* ---- both ------------------------------------------------------------------------------------ */

enum kith_contact kith_contact_find(const char *text, size_t *begin, size_t *len)
{
	enum kith_contact found = KITH_CONTACT_NONE;
	struct span span = {0, 0};

	for (size_t at = 0; text[at] && !found; at++) {
		if (text[at] == '@' && is_email(text, at, &span))
			found = KITH_CONTACT_EMAIL;
		else if (may_begin(text, at) && is_phone(text, at, &span))
			found = KITH_CONTACT_PHONE;
	}
	if (begin)
		*begin = found ? span.begin : 0;
	if (len)
		*len = found ? span.end - span.begin : 0;
	return found;
}
