/*
 * hostile.h: partners with real keys that speak the transport truly and mean no good. Most
 * take calls and never call. A new behaviour is a value of enum sim_temper and a case in hostile.c
 * (what they answer) or nuisance.c (what they do of themselves).
 */
#ifndef KITH_TESTS_SIM_HOSTILE_H
#define KITH_TESTS_SIM_HOSTILE_H

#include "tests/sim/node.h"

struct sim_hostile;

struct sim_hostile *sim_hostile_new(void);
/* Whoever does not wait to be called begins. */
void sim_hostile_begin(struct sim_world *world, struct sim_node *node);
void sim_hostile_free(struct sim_hostile *hostile);
void sim_hostile_feed(
	struct sim_world *world, struct sim_node *node, const struct kith_event *event);

#endif
