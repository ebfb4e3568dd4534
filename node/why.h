/*
 * why.h: errors with a sentence for a person.
 *
 * Functions of node/ that a person waits for fill a caller's buffer "why" with what was wrong,
 * where, and what to do; the number they return says the same to the program.
 */
#ifndef KITH_NODE_WHY_H
#define KITH_NODE_WHY_H

#include <stddef.h>

#include "keys/error.h"

/* Fills why and returns err. The text is cut at len; len 0 with why NULL is allowed. */
int kith_why(char *why, size_t why_len, int err, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The error that errno stands for; KITH_E_IO for whatever has no name of its own. */
int kith_err_from_errno(int number);

#endif
