/*
 * csv.h: reads tables as people's spreadsheets write them.
 *
 * RFC 4180 and what is found beside it: `,`, `;` or tab (detected from the first line), a byte
 * order mark, lines ending in LF, CR LF or CR, quoted fields with newlines and doubled quotes in
 * them, rows of uneven length, empty lines (passed over). One row is held at a time. Bytes are
 * handed on as they are; whether they are UTF-8 is for the caller to say.
 */
#ifndef KITH_CLI_CSV_H
#define KITH_CLI_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "keys/error.h"
#include "node/cli/str.h"

#define KITH_CSV_ROW_MAX_BYTES (4u << 20) /* a longer row is a quote that was never closed */
#define KITH_CSV_FIELDS_MAX    4096u

struct kith_csv {
	FILE *file; /* borrowed */
	char delimiter;
	size_t line;       /* of the next byte, from 1 */
	uint64_t bytes;    /* read from the file so far */
	char buffer[8192]; /* what is read and not looked at yet: at to end */
	size_t at, end;

	/* The row read last; valid until the next call. */
	size_t row_line; /* where it begins */
	struct kith_str text;
	size_t *starts; /* of each field in text.s, each ended by NUL */
	size_t count, room;
};

/* delimiter 0: detected. KITH_E_MALFORMED: the file is UTF-16. */
KITH_MUST_CHECK int kith_csv_init(struct kith_csv *csv, FILE *file, char delimiter);
void kith_csv_clear(struct kith_csv *csv);

/* 0, or KITH_E_NOT_FOUND at the end. KITH_E_TRUNCATED: the file ends inside quotes that row_line
 * opened; KITH_E_TOO_LARGE: a row over the limits above; KITH_E_IO. After an error there is no
 * next row. */
KITH_MUST_CHECK int kith_csv_next(struct kith_csv *csv);

/* The i-th field of the row; "" beyond the last. *len may differ from strlen() when it holds a
 * NUL. */
const char *kith_csv_field(const struct kith_csv *csv, size_t i, size_t *len);

#endif
