/*
 * fold.h: text as search sees it, so that "Lodz" finds "Łódź".
 *
 * Folding, in this order: compatibility decomposition (NFKD), case folding, removal of the
 * diacritics of European scripts, and letters that do not decompose written as people type them
 * on a keyboard without them (ł l, ø o, đ d, ß ss, æ ae, œ oe, ı i, þ th, ...). What is left is
 * cut into words: letters, digits, marks and private-use characters belong to a word, invisible
 * format characters are dropped, anything else separates. The index, the query, tags and place
 * names go through this one function, so both sides of a comparison are folded alike.
 */
#ifndef KITH_NODE_STORE_FOLD_H
#define KITH_NODE_STORE_FOLD_H

#include <stddef.h>

#include "protocol/bytes.h"

/*
 * Appends the words of text to out, with one separator between two words. Bytes that are not
 * UTF-8 separate words. Returns how many words it wrote. Errors stick to out (KITH_E_NOMEM,
 * KITH_E_TOO_LARGE).
 */
size_t kith_fold(const char *text, size_t len, char separator, struct kith_buf *out);

#endif
