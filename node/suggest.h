/*
 * suggest.h: "did you mean …?" for a name that is none of those there are.
 *
 * Offer every name there is; the nearest one is suggested, unless even that one is too far away to
 * be meant. Distance counts letters inserted, left out, replaced, or swapped with their neighbour.
 */
#ifndef KITH_NODE_SUGGEST_H
#define KITH_NODE_SUGGEST_H

#include <stddef.h>

struct kith_suggest {
	const char *typed;
	const char *best; /* NULL: nothing near */
	size_t distance;
};

void kith_suggest_begin(struct kith_suggest *suggest, const char *typed);
/* name is borrowed until the suggestion was used. */
void kith_suggest_offer(struct kith_suggest *suggest, const char *name);

#endif
