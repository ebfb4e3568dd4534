/* table.c: see table.h. */
#include "node/cli/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define GAP          2
#define FLEXIBLE_MIN 12

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

static size_t widest(const struct kith_table *table, const size_t *widths)
{
	size_t found = 0;

	for (size_t c = 1; c < table->column_count; c++)
		if (widths[c] > widths[found])
			found = c;
	return found;
}

/* The flexible column gives way first, then whichever is the widest. */
static void shrink(const struct kith_table *table, size_t over, size_t *widths)
{
	for (size_t c = 0; c < table->column_count; c++) {
		while (over && table->columns[c].flexible && widths[c] > FLEXIBLE_MIN) {
			widths[c]--;
			over--;
		}
	}
	for (; over; over--) {
		size_t c = widest(table, widths);

		if (widths[c] <= 1)
			break;
		widths[c]--;
	}
}

/* The width of each column, so that a row fits. */
static void measure(const struct kith_table *table, size_t width, size_t *widths)
{
	size_t total = 0;

	for (size_t c = 0; c < table->column_count; c++) {
		const char *heading = table->columns[c].heading;

		widths[c] = kith_columns(heading, strlen(heading));
		for (size_t i = c; i < table->cell_count; i += table->column_count) {
			size_t columns = kith_columns(table->cells[i], strlen(table->cells[i]));

			widths[c] = columns > widths[c] ? columns : widths[c];
		}
		total += widths[c] + (c ? GAP : 0);
	}
	if (total > width)
		shrink(table, total - width, widths);
}

static void add_cell(struct kith_str *line, const struct kith_term *term, enum kith_style style,
	const char *text, size_t width, bool last)
{
	struct kith_str cell;

	kith_str_init(&cell);
	kith_add_cut(&cell, text, width);
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
		add_cell(&line, term, cells ? table->columns[c].style : KITH_DIM,
			cells ? cells[c] : table->columns[c].heading, widths[c],
			c + 1 == table->column_count);
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
