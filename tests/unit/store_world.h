/*
 * store_world.h: an open store in a folder of its own for each test, an author, and a seeded source
 * of numbers. Included after cmocka.
 */
#ifndef KITH_TESTS_UNIT_STORE_WORLD_H
#define KITH_TESTS_UNIT_STORE_WORLD_H

#include "tests/stored.h"

struct world {
	struct stored s;
	struct seeded seeded;
	struct kith_sign_pair author;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->seeded.state = 5;
	w->author = seeded_sign_pair(&w->seeded);
	stored_make(&w->s);
	stored_open(&w->s);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	stored_remove(&w->s);
	free(w);
	return 0;
}

#endif
