/* term.c: see term.h. */
#include "node/cli/term.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <utf8proc.h>

#include "node/cli/say.h"
#include "node/record_json.h"

void kith_term_init(struct kith_term *term, FILE *file)
{
	const char *no_color = getenv("NO_COLOR"), *name = getenv("TERM");
	const char *columns = getenv("COLUMNS");
	struct winsize size = {0};

	term->file = file;
	term->tty = isatty(fileno(file)) == 1;
	term->colour = term->tty && !(no_color && *no_color) && name && strcmp(name, "dumb") != 0;
	term->width = 80;
	if (term->tty && columns && atoi(columns) > 0)
		term->width = (size_t)atoi(columns);
	else if (term->tty && ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		term->width = size.ws_col;
	if (term->width < 40)
		term->width = 40;
}

void kith_style_add(
	struct kith_str *out, const struct kith_term *term, enum kith_style style, const char *text)
{
	static const char *const codes[] = {
		[KITH_PLAIN] = "",
		[KITH_BOLD] = "1",
		[KITH_DIM] = "2",
		[KITH_RED] = "31",
		[KITH_GREEN] = "32",
		[KITH_YELLOW] = "33",
		[KITH_CYAN] = "36",
	};
	bool on = term->colour && style != KITH_PLAIN;

	if (on)
		kith_str_addf(out, "\033[%sm", codes[style]);
	kith_safe_add(out, text, strlen(text), KITH_SAFE_LINE);
	if (on)
		kith_str_add(out, "\033[0m");
}

/* ---- safe text ----------------------------------------------------------------------------- */

bool kith_is_control(int32_t c)
{
	static const struct {
		int32_t first, last;
	} ranges[] = {
		{0x00, 0x1f}, {0x7f, 0x9f}, /* C0, DEL, C1 */
		{0x061c, 0x061c},           /* Arabic letter mark */
		{0x200e, 0x200f},           /* left-to-right, right-to-left mark */
		{0x2028, 0x202e},           /* line and paragraph separator; embeddings */
		{0x2066, 0x2069},           /* isolates */
		{0xfeff, 0xfeff},           /* byte order mark */
		{0xfff9, 0xfffb},           /* interlinear annotation */
		{0xe0000, 0xe007f},         /* tags */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* The next character: its bytes, and its number or -1 when the byte is not UTF-8. */
static size_t next(const char *text, size_t len, int32_t *c)
{
	utf8proc_int32_t codepoint = -1;
	utf8proc_ssize_t n =
		utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &codepoint);

	*c = n > 0 ? codepoint : -1;
	return n > 0 ? (size_t)n : 1;
}

static void add_escaped(struct kith_str *out, int32_t c, unsigned char byte)
{
	if (c == '\n')
		kith_str_add(out, "\\n");
	else if (c == '\t')
		kith_str_add(out, "\\t");
	else if (c < 0x80) /* also a byte that is not UTF-8 */
		kith_str_addf(out, "\\x%02x", byte);
	else
		kith_str_addf(out, "\\u%04x", (unsigned)c);
}

void kith_safe_add(struct kith_str *out, const char *text, size_t len, enum kith_safe how)
{
	for (size_t i = 0, n; i < len; i += n) {
		int32_t c;

		n = next(text + i, len - i, &c);
		if (how == KITH_SAFE_BLOCK && (c == '\n' || c == '\t'))
			kith_str_add_c(out, (char)c);
		else if (c < 0 || kith_is_control(c))
			add_escaped(out, c, (unsigned char)text[i]);
		else
			kith_str_add_n(out, text + i, n);
	}
}

char *kith_safe(const char *text)
{
	struct kith_str out;

	kith_str_init(&out);
	kith_safe_add(&out, text, strlen(text), KITH_SAFE_LINE);
	return out.s;
}

void kith_json_add(struct kith_str *out, const json_t *value)
{
	char *text = kith_need(json_dumps(value, KITH_JSON_FLAGS | JSON_ENCODE_ANY));
	size_t len = strlen(text);

	/* In JSON text controls can stand inside strings only, where \uNNNN means the same. */
	for (size_t i = 0, n; i < len; i += n) {
		int32_t c;

		n = next(text + i, len - i, &c);
		if (c < 0 || !kith_is_control(c))
			kith_str_add_n(out, text + i, n);
		else if (c < 0x10000)
			kith_str_addf(out, "\\u%04x", (unsigned)c);
		else
			kith_str_addf(out, "\\u%04x\\u%04x", 0xd7c0u + ((unsigned)c >> 10),
				0xdc00u + ((unsigned)c & 0x3ff));
	}
	free(text);
}

/* ---- columns ------------------------------------------------------------------------------- */

size_t kith_columns(const char *text, size_t len)
{
	size_t columns = 0;

	for (size_t i = 0, n; i < len; i += n) {
		int32_t c;

		n = next(text + i, len - i, &c);
		columns += c < 0 ? 1 : (size_t)utf8proc_charwidth(c);
	}
	return columns;
}

void kith_add_cut(struct kith_str *out, const char *text, size_t columns)
{
	size_t len = strlen(text), used = 0, i = 0, n;
	int32_t c;

	if (kith_columns(text, len) <= columns) {
		kith_str_add_n(out, text, len);
		return;
	}
	for (; i < len; i += n) {
		n = next(text + i, len - i, &c);
		used += c < 0 ? 1 : (size_t)utf8proc_charwidth(c);
		if (used + 1 > columns)
			break;
	}
	kith_str_add_n(out, text, i);
	if (columns)
		kith_str_add(out, "…");
}

void kith_add_pad(struct kith_str *out, size_t from, size_t columns)
{
	size_t used = kith_columns(out->s + from, out->len - from);

	if (used < columns)
		kith_str_repeat(out, ' ', columns - used);
}

/* One line of safe text without newlines, broken at spaces. */
static void wrap_line(
	struct kith_str *out, const char *line, size_t len, size_t indent, size_t width)
{
	size_t column = 0;

	for (size_t i = 0, word; i < len; i += word) {
		size_t columns;

		word = 0;
		while (i + word < len && line[i + word] == ' ')
			word++;
		i += word;
		word = 0;
		while (i + word < len && line[i + word] != ' ')
			word++;
		if (!word)
			break;
		columns = kith_columns(line + i, word);
		if (column && column + 1 + columns > width) {
			kith_str_add_c(out, '\n');
			column = 0;
		}
		if (column)
			kith_str_add_c(out, ' ');
		else
			kith_str_repeat(out, ' ', indent);
		column += column ? columns + 1 : indent + columns;
		kith_str_add_n(out, line + i, word);
	}
	kith_str_add_c(out, '\n');
}

void kith_add_wrapped(struct kith_str *out, const char *text, size_t indent, size_t width)
{
	struct kith_str safe;

	kith_str_init(&safe);
	kith_safe_add(&safe, text, strlen(text), KITH_SAFE_BLOCK);
	for (size_t i = 0; i < safe.len; i++) {
		size_t len = strcspn(safe.s + i, "\n");

		wrap_line(out, safe.s + i, len, indent, width);
		i += len;
	}
	kith_str_clear(&safe);
}

/* ---- numbers for people -------------------------------------------------------------------- */

int64_t kith_wall_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void kith_add_ago(struct kith_str *out, int64_t then_ms, int64_t now_ms)
{
	static const struct {
		int64_t below_s, unit_s;
		const char *format;
	} steps[] = {
		{90, 1, N_("%lld s ago")},
		{90 * 60, 60, N_("%lld min ago")},
		{36 * 3600, 3600, N_("%lld h ago")},
		{INT64_MAX, 86400, NULL},
	};
	int64_t s = (now_ms - then_ms) / 1000;
	long long count;
	size_t i = 0;

	if (s < 5) {
		kith_str_add(out, _("just now"));
		return;
	}
	while (s >= steps[i].below_s)
		i++;
	count = (long long)(s / steps[i].unit_s);
	kith_str_addf(out,
		steps[i].format ? gettext(steps[i].format)
				: P_("%lld day ago", "%lld days ago", count),
		count);
}

void kith_add_bytes(struct kith_str *out, uint64_t bytes)
{
	static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
	double value = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		kith_str_addf(out, "%llu B", (unsigned long long)bytes);
		return;
	}
	while (value >= 1024 && unit < 3) {
		value /= 1024;
		unit++;
	}
	kith_str_addf(out, "%.1f %s", value, units[unit]);
}

void kith_join_lines(char *text)
{
	for (char *at = strchr(text, '\n'); at; at = strchr(at + 1, '\n'))
		if (at > text && at[-1] != '\n' && at[1] && !strchr("\n -*+#>|\t", at[1]) &&
			!isdigit((unsigned char)at[1]))
			*at = ' ';
}
