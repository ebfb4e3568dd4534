/* rows.c: see rows.h. */
#include "node/cli/rows.h"
#include "node/cli/say.h"

#include <string.h>

/* ---- CSV ----------------------------------------------------------------------------------- */

static int csv_error(struct kith_rows *rows, int err, char *why, size_t why_len)
{
	rows->line = rows->csv.row_line;
	if (err == KITH_E_TRUNCATED)
		snprintf(why, why_len, _("a quote that opens in this row is never closed"));
	else if (err == KITH_E_TOO_LARGE)
		snprintf(why, why_len, _("the row is too long; a quote may not be closed"));
	else
		snprintf(why, why_len, "%s", kith_err_text(err));
	return err == KITH_E_MALFORMED ? KITH_E_IO : err;
}

static json_t *cell(const struct kith_csv *csv, size_t i)
{
	size_t len;
	const char *text = kith_csv_field(csv, i, &len);

	kith_trim(&text, &len);
	return memchr(text, '\0', len) ? NULL : json_stringn(text, len);
}

/* A column without a heading is called by its number; of two alike the first is meant. */
static int read_headings(struct kith_rows *rows, char *why, size_t why_len)
{
	int err = kith_csv_next(&rows->csv);

	rows->headings = kith_need_json(json_array());
	if (err == KITH_E_NOT_FOUND) {
		snprintf(why, why_len, _("the file is empty"));
		return KITH_E_MALFORMED;
	}
	if (err)
		return csv_error(rows, err, why, why_len);
	for (size_t i = 0; i < rows->csv.count; i++) {
		json_t *name = cell(&rows->csv, i);

		if (!name) {
			snprintf(why, why_len,
				_("the headings are not UTF-8; iconv converts files"));
			return KITH_E_MALFORMED;
		}
		if (!json_string_length(name)) {
			json_decref(name);
			name = kith_need_json(json_sprintf("column %zu", i + 1));
		}
		kith_json_append(rows->headings, name);
	}
	return 0;
}

static int next_csv(struct kith_rows *rows, json_t **row, char *why, size_t why_len)
{
	int err = kith_csv_next(&rows->csv);
	json_t *object;

	if (err)
		return err == KITH_E_NOT_FOUND ? err : csv_error(rows, err, why, why_len);
	rows->number++;
	rows->line = rows->csv.row_line;
	object = kith_need_json(json_object());
	for (size_t i = 0; i < rows->csv.count && i < json_array_size(rows->headings); i++) {
		const char *name = json_string_value(json_array_get(rows->headings, i));
		json_t *value = cell(&rows->csv, i);

		if (!value) {
			snprintf(why, why_len,
				_("column '%.60s' is not UTF-8; iconv converts files"), name);
			json_decref(object);
			return KITH_E_MALFORMED;
		}
		if (json_object_get(object, name))
			json_decref(value);
		else
			kith_json_set(object, name, value);
	}
	*row = object;
	return 0;
}

/* ---- JSON lines ---------------------------------------------------------------------------- */

/* One line; what is beyond the longest allowed is passed over. KITH_E_NOT_FOUND at the end of
 * the file. */
static int next_line(struct kith_rows *rows, bool *too_long, char *why, size_t why_len)
{
	int c;

	*too_long = false;
	kith_str_reset(&rows->text);
	while ((c = getc(rows->file)) != EOF) {
		rows->text_bytes++;
		if (c == '\n')
			break;
		if (rows->text.len < KITH_ROW_MAX_BYTES)
			kith_str_add_c(&rows->text, (char)c);
		else
			*too_long = true;
	}
	if (c == EOF && ferror(rows->file)) {
		snprintf(why, why_len, _("the file cannot be read"));
		return KITH_E_IO;
	}
	if (c == EOF && !rows->text.len)
		return KITH_E_NOT_FOUND;
	rows->text_line++;
	return 0;
}

static int parse_line(const char *text, size_t len, json_t **row, char *why, size_t why_len)
{
	json_error_t error;

	*row = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (*row && strcmp(kith_json_get_text(*row, "type"), "FeatureCollection") == 0)
		snprintf(why, why_len, _("is GeoJSON; 'format = geojson' in [input] reads it"));
	else if (*row && json_is_object(*row))
		return 0;
	else if (*row)
		snprintf(why, why_len, _("is not an object, but each line has to hold one"));
	else if (*text == '[')
		snprintf(why, why_len,
			_("is the beginning of a list; jq -c '.[]' makes lines of it"));
	else
		snprintf(why, why_len,
			_("is not JSON in one line: %s; for GeoJSON say 'format = geojson' in "
			  "[input]"),
			error.text);
	json_decref(*row);
	*row = NULL;
	return KITH_E_MALFORMED;
}

static int next_json(struct kith_rows *rows, json_t **row, char *why, size_t why_len)
{
	bool too_long;
	int err;

	while ((err = next_line(rows, &too_long, why, why_len)) == 0) {
		const char *text = rows->text.s;
		size_t len = rows->text.len;

		if (rows->text_line == 1 && len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
			text += 3;
			len -= 3;
		}
		kith_trim(&text, &len);
		if (!len)
			continue;
		rows->number++;
		rows->line = rows->text_line;
		if (!too_long)
			return parse_line(text, len, row, why, why_len);
		snprintf(why, why_len, _("the line is too long"));
		return KITH_E_MALFORMED;
	}
	return err;
}

/* ---- GeoJSON ------------------------------------------------------------------------------- */

static int next_feature(struct kith_rows *rows, json_t **row, char *why, size_t why_len)
{
	int err = kith_geojson_next(&rows->geojson, row, why, why_len);

	rows->number += err != KITH_E_NOT_FOUND;
	rows->line = rows->geojson.row_line;
	return err;
}

/* ---- any of them --------------------------------------------------------------------------- */

/* JSON lines begin with a brace. A file with a byte order mark is taken for a table of a
 * spreadsheet. */
static bool begins_with_brace(FILE *file)
{
	int c = getc(file);

	if (c != EOF)
		ungetc(c, file);
	return c == '{' || c == '[';
}

int kith_rows_open(struct kith_rows *rows, FILE *file, enum kith_rows_format format, char delimiter,
	char *why, size_t why_len)
{
	*rows = (struct kith_rows){.file = file, .format = format};
	if (format == KITH_ROWS_DETECT)
		rows->format = begins_with_brace(file) ? KITH_ROWS_JSON : KITH_ROWS_CSV;
	kith_str_init(&rows->text);
	if (rows->format == KITH_ROWS_GEOJSON)
		kith_geojson_init(&rows->geojson, file);
	if (rows->format != KITH_ROWS_CSV)
		return 0;
	if (kith_csv_init(&rows->csv, file, delimiter) != 0) {
		snprintf(why, why_len,
			_("the file is UTF-16; iconv -f UTF-16 -t UTF-8 converts it"));
		return KITH_E_MALFORMED;
	}
	return read_headings(rows, why, why_len);
}

void kith_rows_close(struct kith_rows *rows)
{
	if (rows->format == KITH_ROWS_CSV)
		kith_csv_clear(&rows->csv);
	if (rows->format == KITH_ROWS_GEOJSON)
		kith_geojson_clear(&rows->geojson);
	json_decref(rows->headings);
	kith_str_clear(&rows->text);
	*rows = (struct kith_rows){0};
}

int kith_rows_next(struct kith_rows *rows, json_t **row, char *why, size_t why_len)
{
	*row = NULL;
	switch (rows->format) {
	case KITH_ROWS_JSON:
		return next_json(rows, row, why, why_len);
	case KITH_ROWS_GEOJSON:
		return next_feature(rows, row, why, why_len);
	case KITH_ROWS_CSV:
	case KITH_ROWS_DETECT:
		break;
	}
	return next_csv(rows, row, why, why_len);
}

uint64_t kith_rows_bytes(const struct kith_rows *rows)
{
	switch (rows->format) {
	case KITH_ROWS_JSON:
		return rows->text_bytes;
	case KITH_ROWS_GEOJSON:
		return rows->geojson.bytes;
	case KITH_ROWS_CSV:
	case KITH_ROWS_DETECT:
		break;
	}
	return rows->csv.bytes;
}
