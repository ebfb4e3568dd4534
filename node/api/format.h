/*
 * format.h: the "format" words of our schemas: which texts they admit, and how to say so.
 */
#ifndef KITH_NODE_API_FORMAT_H
#define KITH_NODE_API_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether this build knows the format. */
bool kith_format_known(const char *format);

/* Whether text is of the format; if not, why gets a rule ("must be …"). An unknown format admits
 * all. */
bool kith_format_check(const char *format, const char *text, char *why, size_t why_len);

#endif
