/*
 * tap.h: what nodes say to each other, read before it is sealed. The program is linked so that
 * kith_session_send() comes by here first; what honest cores say is held to V2 and V10 of check.h.
 */
#ifndef KITH_TESTS_SIM_TAP_H
#define KITH_TESTS_SIM_TAP_H

#include "tests/sim/world.h"

/* From here on it is this world in which somebody says something; NULL: in none. */
void sim_tap(struct sim_world *world);

#endif
