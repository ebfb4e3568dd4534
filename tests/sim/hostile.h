/*
 * hostile.h: partners with real keys that speak the transport truly and mean no good. They take
 * calls and never call. A new behaviour is a value of enum sim_temper and a case in hostile.c.
 */
#ifndef KITH_TESTS_SIM_HOSTILE_H
#define KITH_TESTS_SIM_HOSTILE_H

#include "tests/sim/node.h"

struct sim_hostile;

struct sim_hostile *sim_hostile_new(void);
void sim_hostile_free(struct sim_hostile *hostile);
void sim_hostile_feed(
	struct sim_world *world, struct sim_node *node, const struct kith_event *event);

#endif
