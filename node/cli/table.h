/*
 * table.h: rows of cells. On a terminal they are aligned under headings and cut to its width, and
 * columns are left out where it is narrow; elsewhere each row is one line of whole cells separated
 * by tabs, without headings, for other programs.
 */
#ifndef KITH_CLI_TABLE_H
#define KITH_CLI_TABLE_H

#include "node/cli/term.h"

#define KITH_TABLE_COLUMNS 8

struct kith_column {
	const char *heading;
	enum kith_style style;
	unsigned least; /* what it may be cut to when rows are too wide; 0: it stays whole */
	unsigned leave; /* left out where that is not enough, 1 first; 0: it stays */
	bool tail;      /* its last word stays, such as the key behind a name; least is before it */
};

struct kith_table {
	struct kith_column columns[KITH_TABLE_COLUMNS];
	size_t column_count;
	char **cells; /* safe text; row after row */
	size_t cell_count, cell_room;
};

void kith_table_init(struct kith_table *table, const struct kith_column *columns, size_t count);
/* The next cell, row by row; text is made safe and copied. */
void kith_table_add(struct kith_table *table, const char *text);
void kith_table_print(const struct kith_table *table, const struct kith_term *term);
/* Aligned rows without headings, indented, also where there is no terminal: part of a page to
 * read. */
void kith_table_print_rows(
	const struct kith_table *table, const struct kith_term *term, size_t indent);
void kith_table_clear(struct kith_table *table);

#endif
