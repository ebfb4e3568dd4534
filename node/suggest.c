/* suggest.c: see suggest.h. Optimal string alignment distance, on names of at most NAME_MAX_LEN
 * bytes. */
#include "node/suggest.h"

#include <stdint.h>
#include <string.h>

#define NAME_MAX_LEN 63
#define FAR          SIZE_MAX

static size_t least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Row by row over a; the two rows before are enough to see a swap of neighbours. */
static size_t distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MAX_LEN + 1];
	size_t a_len = strnlen(a, NAME_MAX_LEN + 1), b_len = strnlen(b, NAME_MAX_LEN + 1);

	if (a_len > NAME_MAX_LEN || b_len > NAME_MAX_LEN)
		return FAR;
	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *now = rows[i % 3], *before = rows[(i - 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			now[j] = least(before[j] + 1, now[j - 1] + 1,
				before[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], rows[(i - 2) % 3][j - 2] + 1, FAR);
		}
	}
	return rows[a_len % 3][b_len];
}

void kith_suggest_begin(struct kith_suggest *suggest, const char *typed)
{
	suggest->typed = typed;
	suggest->best = NULL;
	suggest->distance = strnlen(typed, NAME_MAX_LEN + 1) / 3 + 1; /* farther is another word */
}

void kith_suggest_offer(struct kith_suggest *suggest, const char *name)
{
	size_t found = distance(suggest->typed, name);

	if (found > suggest->distance || (suggest->best && found == suggest->distance))
		return;
	suggest->best = name;
	suggest->distance = found;
}
