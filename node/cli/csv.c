/* csv.c: see csv.h. */
#include "node/cli/csv.h"

#include <stdlib.h>
#include <string.h>

/* ---- bytes --------------------------------------------------------------------------------- */

static void fill(struct kith_csv *csv)
{
	csv->at = 0;
	csv->end = fread(csv->buffer, 1, sizeof(csv->buffer), csv->file);
	csv->bytes += csv->end;
}

/* The next byte without taking it, or EOF. */
static int peek(struct kith_csv *csv)
{
	if (csv->at == csv->end)
		fill(csv);
	return csv->at < csv->end ? (unsigned char)csv->buffer[csv->at] : EOF;
}

/* LF, CR LF and CR all come out as LF. */
static int get(struct kith_csv *csv)
{
	int c = peek(csv);

	if (c == EOF)
		return EOF;
	csv->at++;
	if (c == '\r') {
		if (peek(csv) == '\n')
			csv->at++;
		c = '\n';
	}
	csv->line += c == '\n';
	return c;
}

/* ---- the beginning ------------------------------------------------------------------------- */

/* Which of the three stands most often in the first line, outside quotes? */
static char detect(const char *text, size_t len)
{
	static const char candidates[] = {',', ';', '\t'};
	size_t counts[sizeof(candidates)] = {0}, best = 0;
	bool quoted = false;

	for (size_t i = 0; i < len && (quoted || (text[i] != '\n' && text[i] != '\r')); i++) {
		quoted ^= text[i] == '"';
		for (size_t c = 0; c < sizeof(candidates) && !quoted; c++)
			counts[c] += text[i] == candidates[c];
	}
	for (size_t c = 1; c < sizeof(candidates); c++)
		if (counts[c] > counts[best])
			best = c;
	return candidates[best];
}

static bool begins(const struct kith_csv *csv, const char *with)
{
	size_t len = strlen(with);

	return csv->end >= len && memcmp(csv->buffer, with, len) == 0;
}

int kith_csv_init(struct kith_csv *csv, FILE *file, char delimiter)
{
	memset(csv, 0, sizeof(*csv));
	csv->file = file;
	csv->line = 1;
	kith_str_init(&csv->text);
	fill(csv);
	if (begins(csv, "\xff\xfe") || begins(csv, "\xfe\xff"))
		return KITH_E_MALFORMED;
	if (begins(csv, "\xef\xbb\xbf"))
		csv->at = 3;
	csv->delimiter = delimiter ? delimiter : detect(csv->buffer + csv->at, csv->end - csv->at);
	return 0;
}

void kith_csv_clear(struct kith_csv *csv)
{
	kith_str_clear(&csv->text);
	free(csv->starts);
	csv->starts = NULL;
	csv->count = csv->room = 0;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static int begin_field(struct kith_csv *csv)
{
	if (csv->count == KITH_CSV_FIELDS_MAX)
		return KITH_E_TOO_LARGE;
	if (csv->count == csv->room) {
		csv->room = csv->room ? csv->room * 2 : 32;
		csv->starts = kith_need(realloc(csv->starts, csv->room * sizeof(*csv->starts)));
	}
	csv->starts[csv->count++] = csv->text.len;
	return 0;
}

/* What follows an opening quote, up to and with the closing one. */
static int read_quoted(struct kith_csv *csv)
{
	int c;

	while ((c = get(csv)) != EOF) {
		if (c == '"' && peek(csv) != '"')
			return 0;
		if (c == '"')
			csv->at++;
		if (csv->text.len >= KITH_CSV_ROW_MAX_BYTES)
			return KITH_E_TOO_LARGE;
		kith_str_add_c(&csv->text, (char)c);
	}
	return ferror(csv->file) ? KITH_E_IO : KITH_E_TRUNCATED;
}

/* One field and the delimiter or end of line behind it; *last says which. A quote opens only at the
 * field's beginning; what follows a closing quote is kept as it stands. */
static int read_field(struct kith_csv *csv, bool *last)
{
	int err = begin_field(csv), c = EOF;

	if (!err && peek(csv) == '"') {
		csv->at++;
		err = read_quoted(csv);
	}
	while (!err && (c = get(csv)) != EOF && c != '\n' && c != csv->delimiter) {
		if (csv->text.len >= KITH_CSV_ROW_MAX_BYTES)
			err = KITH_E_TOO_LARGE;
		else
			kith_str_add_c(&csv->text, (char)c);
	}
	kith_str_add_c(&csv->text, '\0');
	*last = c != csv->delimiter;
	return err;
}

int kith_csv_next(struct kith_csv *csv)
{
	bool last = false;
	int err = 0;

	while (peek(csv) == '\n' || peek(csv) == '\r')
		get(csv);
	csv->row_line = csv->line;
	csv->count = 0;
	kith_str_reset(&csv->text);
	if (peek(csv) == EOF)
		return ferror(csv->file) ? KITH_E_IO : KITH_E_NOT_FOUND;
	while (!err && !last)
		err = read_field(csv, &last);
	if (err)
		csv->count = 0;
	return err;
}

const char *kith_csv_field(const struct kith_csv *csv, size_t i, size_t *len)
{
	size_t end;

	if (i >= csv->count) {
		*len = 0;
		return "";
	}
	end = i + 1 < csv->count ? csv->starts[i + 1] : csv->text.len;
	*len = end - csv->starts[i] - 1;
	return csv->text.s + csv->starts[i];
}
