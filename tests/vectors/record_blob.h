/*
 * record_blob.h: how the files of protocol/vectors/records write bytes: hexadecimal digits and
 * runs LEN*BB (LEN times the byte BB), one after the other with single spaces between. Shared by
 * the program that makes the files and the one that replays them.
 */
#ifndef KITH_TESTS_VECTORS_RECORD_BLOB_H
#define KITH_TESTS_VECTORS_RECORD_BLOB_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys/id.h"
#include "protocol/bytes.h"

#define RUN_MIN 24 /* shorter ones are written out */

static inline size_t run_at(const uint8_t *bytes, size_t len)
{
	size_t run = 1;

	while (run < len && bytes[run] == bytes[0])
		run++;
	return run;
}

static inline void print_blob(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t run = run_at(bytes + i, len - i);

		if (run >= RUN_MIN) {
			printf("%s%zu*%02x", i ? " " : "", run, bytes[i]);
			i += run;
			if (i < len && run_at(bytes + i, len - i) < RUN_MIN)
				printf(" ");
		} else {
			printf("%02x", bytes[i++]);
		}
	}
}

/* 0, or -1 when the text is not of this form. */
static inline int read_blob(const char *text, struct kith_buf *out)
{
	while (*text) {
		char *end;
		size_t run = strtoul(text, &end, 10);
		uint8_t byte;

		if (*text == ' ') {
			text++;
			continue;
		}
		if (*end == '*')
			text = end + 1;
		else
			run = 1;
		if (kith_hex_parse((char[]){text[0], text[0] ? text[1] : 0, 0}, &byte, 1))
			return -1;
		text += 2;
		while (run-- > 0)
			kith_write_u8(out, byte);
	}
	return out->err ? -1 : 0;
}

#endif
