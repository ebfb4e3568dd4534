/* fold.c: see fold.h. ASCII takes a short way; everything else goes through utf8proc. */
#include "node/store/fold.h"

#include <stdbool.h>

#include <utf8proc.h>

#define DECOMPOSED_MAX 24 /* the longest decomposition of one character is 18 */

/* Letters that have no decomposition, as they are typed where the keyboard lacks them. Case is
 * folded before, so capitals need no row. Sorted. */
static const struct {
	uint16_t from;
	char to[3];
} plain_letters[] = {
	{0x00e6, "ae"}, /* æ */
	{0x00f0, "d"},  /* ð */
	{0x00f8, "o"},  /* ø */
	{0x00fe, "th"}, /* þ */
	{0x0111, "d"},  /* đ */
	{0x0127, "h"},  /* ħ */
	{0x0131, "i"},  /* ı */
	{0x0138, "k"},  /* ĸ */
	{0x0142, "l"},  /* ł */
	{0x014b, "n"},  /* ŋ */
	{0x0153, "oe"}, /* œ */
	{0x0167, "t"},  /* ŧ */
	{0x0180, "b"},  /* ƀ */
	{0x0192, "f"},  /* ƒ */
	{0x0199, "k"},  /* ƙ */
	{0x019a, "l"},  /* ƚ */
	{0x01b4, "y"},  /* ƴ */
	{0x01b6, "z"},  /* ƶ */
	{0x01e5, "g"},  /* ǥ */
	{0x0253, "b"},  /* ɓ */
	{0x0256, "d"},  /* ɖ */
	{0x0257, "d"},  /* ɗ */
	{0x0268, "i"},  /* ɨ */
};

/* Where a word stands: what was written, and whether a separator is due before the next letter. */
struct folding {
	struct kith_buf *out;
	char separator;
	bool in_word;
	size_t words;
};

static void letter(struct folding *f, const void *bytes, size_t len)
{
	if (!f->in_word && f->words++)
		kith_write_u8(f->out, (uint8_t)f->separator);
	f->in_word = true;
	kith_write(f->out, bytes, len);
}

/* The letter or digit as it is folded; 0: neither. */
static char plain_ascii(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '\0';
}

/* Takes ASCII as far as one word goes, or one character between words; returns how much it was. */
static size_t fold_ascii(struct folding *f, const char *text, size_t len)
{
	char run[64];
	size_t n = 0;

	while (n < len && n < sizeof(run) && (run[n] = plain_ascii(text[n])))
		n++;
	if (n) {
		letter(f, run, n);
		return n;
	}
	f->in_word = false;
	return 1;
}

/* The blocks of combining marks that European scripts share; those of other scripts carry
 * vowels. */
static bool is_diacritic(utf8proc_int32_t c)
{
	return (c >= 0x0300 && c <= 0x036f) || (c >= 0x1ab0 && c <= 0x1aff) ||
	       (c >= 0x1dc0 && c <= 0x1dff) || (c >= 0x20d0 && c <= 0x20ff) ||
	       (c >= 0xfe20 && c <= 0xfe2f);
}

static const char *plain_letter(utf8proc_int32_t c)
{
	for (size_t i = 0; i < sizeof(plain_letters) / sizeof(plain_letters[0]); i++)
		if (plain_letters[i].from == c)
			return plain_letters[i].to;
	return NULL;
}

static void write_character(struct folding *f, utf8proc_int32_t c)
{
	const char *plain = c < 0x0300 ? plain_letter(c) : NULL;
	utf8proc_uint8_t bytes[4];

	if (plain)
		letter(f, plain, plain[1] ? 2 : 1);
	else
		letter(f, bytes, (size_t)utf8proc_encode_char(c, bytes));
}

static bool belongs_to_word(utf8proc_category_t category)
{
	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO) ||
	       category == UTF8PROC_CATEGORY_CO;
}

static void fold_character(struct folding *f, utf8proc_int32_t c)
{
	char ascii = (char)c;

	if (c < 0x80)
		fold_ascii(f, &ascii, 1);
	else if (is_diacritic(c) || utf8proc_category(c) == UTF8PROC_CATEGORY_CF)
		return;
	else if (belongs_to_word(utf8proc_category(c)))
		write_character(f, c);
	else
		f->in_word = false;
}

static void fold_decomposed(struct folding *f, utf8proc_int32_t c)
{
	utf8proc_int32_t parts[DECOMPOSED_MAX];
	int boundclass = 0;
	utf8proc_ssize_t count = utf8proc_decompose_char(c, parts, DECOMPOSED_MAX,
		UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundclass);

	for (utf8proc_ssize_t i = 0; i < count && i < DECOMPOSED_MAX; i++)
		fold_character(f, parts[i]);
}

size_t kith_fold(const char *text, size_t len, char separator, struct kith_buf *out)
{
	struct folding f = {.out = out, .separator = separator};
	utf8proc_ssize_t used;
	utf8proc_int32_t c;

	for (size_t i = 0; i < len; i += (size_t)used) {
		if ((unsigned char)text[i] < 0x80) {
			used = (utf8proc_ssize_t)fold_ascii(&f, text + i, len - i);
			continue;
		}
		used = utf8proc_iterate(
			(const utf8proc_uint8_t *)text + i, (utf8proc_ssize_t)(len - i), &c);
		if (used > 0) {
			fold_decomposed(&f, c);
		} else {
			f.in_word = false;
			used = 1;
		}
	}
	return f.words;
}
