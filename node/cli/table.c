/* table.c: see table.h. */
#include "node/cli/table.h"
#include "node/cli/say.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2

void kith_table_init(struct kith_table *table, const struct kith_column *columns, size_t count)
{
	assert(count && count <= KITH_TABLE_COLUMNS);
	*table = (struct kith_table){.column_count = count};
	memcpy(table->columns, columns, count * sizeof(*columns));
}

void kith_table_add(struct kith_table *table, const char *text)
{
	if (table->cell_count == table->cell_room) {
		table->cell_room = table->cell_room ? table->cell_room * 2 : 64;
		table->cells =
			kith_need(realloc(table->cells, table->cell_room * sizeof(*table->cells)));
	}
	table->cells[table->cell_count++] = kith_safe(text);
}

void kith_table_clear(struct kith_table *table)
{
	for (size_t i = 0; i < table->cell_count; i++)
		free(table->cells[i]);
	free(table->cells);
	*table = (struct kith_table){0};
}

static void print_tabs(const struct kith_table *table, FILE *file)
{
	for (size_t i = 0; i < table->cell_count; i++)
		fprintf(file, "%s%c", table->cells[i], (i + 1) % table->column_count ? '\t' : '\n');
}

/* ---- how wide ------------------------------------------------------------------------------ */

/* A column whose width is 0 is left out. */
static size_t row_width(const struct kith_table *table, const size_t *widths)
{
	size_t total = 0;

	for (size_t c = 0; c < table->column_count; c++)
		total += widths[c] ? widths[c] + (total ? GAP : 0) : 0;
	return total;
}

/* Takes from whichever is the widest of those that may give, until the row fits. */
static void shrink(
	const struct kith_table *table, size_t width, const size_t *least, size_t *widths)
{
	for (size_t over = row_width(table, widths); over > width; over--) {
		size_t widest = table->column_count;

		for (size_t c = 0; c < table->column_count; c++)
			if (widths[c] > least[c] &&
				(widest == table->column_count || widths[c] > widths[widest]))
				widest = c;
		if (widest == table->column_count)
			return;
		widths[widest]--;
	}
}

static const char *heading_of(const struct kith_table *table, size_t column)
{
	const char *heading = table->columns[column].heading;

	return *heading ? gettext(heading) : "";
}

/* The widths that all columns want, and those they can do with. */
static void natural(const struct kith_table *table, size_t *widths, size_t *least)
{
	for (size_t c = 0; c < table->column_count; c++) {
		const struct kith_column *column = &table->columns[c];
		size_t tail = 0;

		widths[c] = kith_columns(heading_of(table, c), strlen(heading_of(table, c)));
		for (size_t i = c; i < table->cell_count; i += table->column_count) {
			const char *cell = table->cells[i], *last = strrchr(cell, ' ');
			size_t columns = kith_columns(cell, strlen(cell));
			size_t last_columns = last ? kith_columns(last, strlen(last)) - 1 : columns;

			widths[c] = columns > widths[c] ? columns : widths[c];
			tail = last_columns > tail ? last_columns : tail;
		}
		least[c] = column->least + (column->tail ? tail : 0);
		if (!least[c] || least[c] > widths[c])
			least[c] = widths[c];
	}
}

/* The width of each column, so that a row fits; 0 for those that are left out. */
static void measure(const struct kith_table *table, size_t width, size_t *widths)
{
	static const size_t nothing[KITH_TABLE_COLUMNS] = {1, 1, 1, 1, 1, 1, 1, 1};
	size_t whole[KITH_TABLE_COLUMNS], least[KITH_TABLE_COLUMNS];

	natural(table, whole, least);
	for (unsigned leave = 0; leave <= KITH_TABLE_COLUMNS; leave++) {
		for (size_t c = 0; c < table->column_count; c++) {
			if (table->columns[c].leave && table->columns[c].leave <= leave)
				least[c] = whole[c] = 0;
			widths[c] = whole[c];
		}
		shrink(table, width, least, widths);
		if (row_width(table, widths) <= width)
			return;
	}
	shrink(table, width, nothing, widths);
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* "Κοινωνικ… author_mafy7haa555n": the name gives way, not the key. */
static void add_cut(struct kith_str *out, const char *text, size_t width, bool tail)
{
	const char *last = tail ? strrchr(text, ' ') : NULL;
	size_t last_columns = last ? kith_columns(last, strlen(last)) : 0;
	char *name;

	if (!last || kith_columns(text, strlen(text)) <= width) {
		kith_add_cut(out, text, width);
	} else if (width < last_columns + 3) { /* no room for letters of a name */
		kith_add_cut(out, last + 1, width);
	} else {
		name = kith_need_dup(text, (size_t)(last - text));
		kith_add_cut(out, name, width - last_columns);
		kith_str_add(out, last);
		free(name);
	}
}

static void add_cell(struct kith_str *line, const struct kith_term *term, enum kith_style style,
	const char *text, size_t width, bool tail, bool last)
{
	struct kith_str cell;

	kith_str_init(&cell);
	add_cut(&cell, text, width, tail);
	if (!last)
		kith_add_pad(&cell, 0, width + GAP);
	kith_style_add(line, term, style, cell.s);
	kith_str_clear(&cell);
}

static void print_row(const struct kith_table *table, const struct kith_term *term,
	const size_t *widths, size_t indent, char *const *cells)
{
	struct kith_str line;

	kith_str_init(&line);
	kith_str_repeat(&line, ' ', indent);
	for (size_t c = 0; c < table->column_count; c++)
		if (widths[c])
			add_cell(&line, term, cells ? table->columns[c].style : KITH_DIM,
				cells ? cells[c] : heading_of(table, c), widths[c],
				cells && table->columns[c].tail, c + 1 == table->column_count);
	kith_str_trim_end(&line);
	fprintf(term->file, "%s\n", line.s);
	kith_str_clear(&line);
}

void kith_table_print_rows(
	const struct kith_table *table, const struct kith_term *term, size_t indent)
{
	size_t widths[KITH_TABLE_COLUMNS];

	measure(table, term->width - indent, widths);
	for (size_t i = 0; i + table->column_count <= table->cell_count; i += table->column_count)
		print_row(table, term, widths, indent, table->cells + i);
}

void kith_table_print(const struct kith_table *table, const struct kith_term *term)
{
	size_t widths[KITH_TABLE_COLUMNS];

	if (!term->tty) {
		print_tabs(table, term->file);
		return;
	}
	if (!table->cell_count)
		return;
	measure(table, term->width, widths);
	print_row(table, term, widths, 0, NULL);
	kith_table_print_rows(table, term, 0);
}
